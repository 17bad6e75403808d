-- Who may come in, and what an admin decided for everybody.
--
-- Secrets (of a session, a link, an API token) are 32 random bytes that only their owner has; here is their SHA-256. A copy of
-- this database lets nobody in.

create domain role as text check (value in ('Viewer', 'Astronomer', 'Planner', 'Manager', 'Admin'));
create domain secret_hash as bytea check (octet_length(value) = 32);

create table account (
    id bigint generated always as identity primary key,
    name text collate "C" not null check (name ~ '^[A-Za-z]([A-Za-z0-9._-]{0,38}[A-Za-z0-9])?$'),
    display_name text not null,
    role role not null,
    -- argon2id in PHC's spelling; null until its owner has chosen a password
    password_hash text,
    -- accounts are switched off, never deleted: history names them
    active boolean not null default true,
    single_key_shortcuts boolean not null default true,
    created_at timestamptz not null,
    -- an edit names the version it was made on, and loses against a newer one
    version bigint not null default 1
);
-- names that differ in case only would be taken for each other
create unique index account_name on account (lower(name));

create table session (
    id bigint generated always as identity primary key,
    token_hash secret_hash not null unique,
    account_id bigint not null references account,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    -- whatever happens, it ends then
    expires_at timestamptz not null,
    -- what the browser says it is, for its owner's list
    agent text not null
);
create index session_of on session (account_id);

-- Lets whoever holds it choose the account's password, once.
create table one_time_link (
    token_hash secret_hash primary key,
    account_id bigint not null references account,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index one_time_link_of on one_time_link (account_id);

create table api_token (
    id bigint generated always as identity primary key,
    token_hash secret_hash not null unique,
    account_id bigint not null references account,
    name text not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index api_token_of on api_token (account_id);

-- One row per attempt to sign in that has not succeeded, so that guessing is slow whichever server is asked.
create table sign_in_attempt (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    -- in lower case, whether or not there is such an account
    name text collate "C" not null,
    address inet
);
create index sign_in_attempt_name on sign_in_attempt (name, at);
create index sign_in_attempt_address on sign_in_attempt (address, at);

-- What happened to accounts. Rows are added and never changed.
create table account_event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    account_id bigint not null references account,
    -- the login name of who did it, or the program itself
    author text not null,
    what text not null,
    -- exactly the fields that changed; never a secret
    before jsonb,
    after jsonb
);
create index account_event_of on account_event (account_id, id);
create trigger account_event_is_append_only before update or delete or truncate on account_event
    for each statement execute function refuse_change();

create table setting (
    -- there is one
    singleton boolean primary key default true check (singleton),
    -- whether one has to sign in to read
    reading text not null default 'open' check (reading in ('open', 'closed')),
    -- a simulated log with accounts whose passwords everybody knows
    demo boolean not null default false
);
insert into setting default values;

-- What happened to settings, types and thresholds. Rows are added and never changed.
create table setting_event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    author text not null,
    -- `reading`, `type Handover`, `parameter gap_min`, …
    what text not null,
    before jsonb,
    after jsonb
);
create trigger setting_event_is_append_only before update or delete or truncate on setting_event
    for each statement execute function refuse_change();
