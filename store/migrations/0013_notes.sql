-- Notes of people on a time, shown beside every number and chart that covers it.

create table note (
    id bigint generated always as identity primary key,
    from_at timestamptz not null,
    to_at timestamptz not null check (to_at > from_at),
    -- null is about all
    family family,
    text text not null check (text <> ''),
    -- the account's login name; a text and no reference, as in action
    author text not null,
    written_at timestamptz not null,
    -- taken back, and kept: history names it
    withdrawn boolean not null default false,
    -- an edit names the version it was made on, and loses against a newer one
    version bigint not null default 1
);
create index note_time on note (from_at, to_at);

-- What was done to notes, with the whole note before and after. Rows are added and never changed.
create table note_event (
    id bigint generated always as identity primary key,
    note_id bigint not null references note,
    at timestamptz not null,
    author text not null,
    what text not null check (what in ('written', 'changed', 'withdrawn', 'undone')),
    -- null before it was written
    before jsonb,
    after jsonb not null,
    -- the version it made
    version bigint not null,
    unique (note_id, version)
);
create trigger note_event_is_append_only before update or delete or truncate on note_event
    for each statement execute function refuse_change();
