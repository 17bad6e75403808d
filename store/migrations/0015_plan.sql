-- The plan: policies by which lists are made, and what was planned for a shift.

-- A version of a policy is never changed. The built-in ones are in the program and not here.
create table policy (
    name text collate "C" not null check (char_length(name) between 1 and 64),
    version integer not null check (version > 0),
    -- domain::plan::policy::PolicyGiven; jsonb because only the program reads it, whole
    body jsonb not null,
    author text not null,
    made_at timestamptz not null,
    -- an admin or another planner looked at it; only then it may be the default
    approved_by text,
    approved_at timestamptz,
    primary key (name, version),
    check ((approved_by is null) = (approved_at is null))
);

-- What was made the default when; the last row counts. Without one it is the built-in policy. Rows are added, never changed.
create table default_policy (
    id bigint generated always as identity primary key,
    name text collate "C" not null,
    version integer not null,
    author text not null,
    since timestamptz not null
);
create trigger default_policy_is_append_only before update or delete or truncate on default_policy
    for each statement execute function refuse_change();

-- What is planned for one array family in a shift. An edit names the version it was made on, and loses against a newer one.
create table plan (
    id bigint generated always as identity primary key,
    family family not null,
    start_at timestamptz not null,
    end_at timestamptz not null check (end_at > start_at),
    version integer not null default 1,
    -- [{"sb", "start", "end", "score"}], by start
    planned jsonb not null default '[]',
    unique (family, start_at)
);

-- Every state a plan had, by whom, and which of them were published.
create table plan_event (
    id bigint generated always as identity primary key,
    plan_id bigint not null references plan,
    version integer not null,
    at timestamptz not null,
    author text not null,
    -- a sentence for people: what was done
    what text not null,
    planned jsonb not null,
    -- the policy and the conditions of the list that it was chosen from, and that list: who stood first
    list jsonb,
    published boolean not null default false,
    unique (plan_id, version)
);
create trigger plan_event_is_append_only before update or delete or truncate on plan_event
    for each statement execute function refuse_change();
