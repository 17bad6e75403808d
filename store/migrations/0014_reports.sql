-- Reports as they were made, when they are made, and to whom they are mailed.

create table report (
    id bigint generated always as identity primary key,
    -- the window as addresses spell it: 2022-W10
    window_text text not null,
    from_at timestamptz not null,
    to_at timestamptz not null check (to_at > from_at),
    made_at timestamptz not null,
    -- the account's login name; null is the schedule
    made_by text,
    -- the time of the schedule that it was made for: one report for each, whichever server makes it
    due_at timestamptz unique,
    check ((made_by is null) = (due_at is not null)),
    -- the figures as printed, with the version of each definition
    figures jsonb not null,
    -- the page and the PDF, byte for byte
    page text not null,
    pdf bytea not null
);
create index report_made on report (made_at desc);
-- What was reported stays reported.
create trigger report_is_append_only before update or delete or truncate on report
    for each statement execute function refuse_change();

create table report_schedule (
    -- there is one at most
    singleton boolean primary key default true check (singleton),
    -- Monday is 1
    weekday smallint not null check (weekday between 1 and 7),
    -- UTC
    hour smallint not null check (hour between 0 and 23),
    -- no report is made for what was due before
    since timestamptz not null
);

create table report_subscriber (
    address text primary key,
    added_by text not null,
    added_at timestamptz not null
);

-- Each mail of each report, and how it went.
create table report_mail (
    id bigint generated always as identity primary key,
    report_id bigint not null references report,
    address text not null,
    tries integer not null default 0,
    -- when it is tried next; null once it is sent or given up
    next_try_at timestamptz,
    sent_at timestamptz,
    -- what the last try failed by
    failure text,
    unique (report_id, address)
);
create index report_mail_waits on report_mail (next_try_at) where next_try_at is not null;
