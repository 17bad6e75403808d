-- What triage works on: what detection found, what people decided about it, and what happened to it.

create domain finding_class as text check (value in ('GAP', 'USER ERROR'));
create domain priority as text check (value in ('Blocker', 'High', 'Medium', 'Low', 'None'));
create domain finding_state as text check (value in ('Open', 'Resolved by the log'));

-- The 20 types. An admin may change class and priority; new detections then write those.
create table finding_type (
    -- 1 to 20, as the specification counts them
    number smallint not null unique,
    type text primary key,
    class finding_class not null,
    priority priority not null
);
insert into finding_type (number, type, class, priority) values
    (1, 'Non activities shift', 'GAP', 'Medium'),
    (2, 'Running execution gap', 'GAP', 'High'),
    (3, 'Handover', 'GAP', 'Low'),
    (4, 'End shift', 'GAP', 'Low'),
    (5, 'Array recreation', 'GAP', 'None'),
    (6, 'Aborted execution gap', 'GAP', 'None'),
    (7, 'Failed execution gap', 'GAP', 'Medium'),
    (8, 'Testing time gap', 'GAP', 'Low'),
    (9, 'Other', 'GAP', 'None'),
    (10, 'Weather downtime', 'GAP', 'None'),
    (11, 'Technical downtime', 'GAP', 'None'),
    (12, 'Scheduling downtime', 'GAP', 'Medium'),
    (13, 'Allocated time not well defined', 'USER ERROR', 'Medium'),
    (14, 'EOC shift overlapping a SCIOPS shift', 'USER ERROR', 'Blocker'),
    (15, 'Overlapping shift', 'USER ERROR', 'Blocker'),
    (16, 'Uncertain shift start time', 'USER ERROR', 'High'),
    (17, 'PI executions in downtime', 'USER ERROR', 'High'),
    (18, 'Downtime not completed', 'USER ERROR', 'Blocker'),
    (19, 'Array with wrong activity', 'USER ERROR', 'High'),
    (20, 'PI execution with wrong calibration/test gap', 'USER ERROR', 'High');

-- The thresholds of detection, each chosen by us, in seconds.
create table parameter (
    name text primary key,
    value_s bigint not null check (value_s >= 0),
    -- a sentence for whoever changes it
    meaning text not null
);
insert into parameter (name, value_s, meaning) values
    ('gap_min', 300, 'The shortest idle run that is a finding.'),
    ('join_tol', 60,
        'How far from a gap an array may have been created, and how early an execution may start before its shift.'),
    ('overlap_tol', 60, 'How long a PI execution may overlap a downtime.'),
    ('shift_tol', 120, 'How long two shifts may overlap, and how far a shift may start off its plan.'),
    ('wrong_array_min', 3600, 'How much execution time makes a PI science array without PI executions wrong.');

-- The last detection: pages say what they are as of, and the next detection knows what time alone has changed since.
create table detection (
    -- there is one
    singleton boolean primary key default true check (singleton),
    now_used timestamptz not null,
    ran_at timestamptz not null default now(),
    -- parameters and types it worked with: when they differ from today's, everything is looked at again
    rules jsonb not null
);

create table finding (
    id bigint generated always as identity primary key,
    -- type, family, shift and ids as one text, never the times: a corrected timestamp keeps the finding
    key text collate "C" not null unique,

    -- What the log says. Detection writes these, people never.
    type text not null references finding_type (type),
    family family,
    shift_id text collate "C",
    ids text[] not null,
    class finding_class not null,
    priority priority not null,
    -- null when no timestamp is known
    start_at timestamptz,
    end_at timestamptz check (end_at >= start_at),
    duration_s bigint not null
        generated always as (coalesce(extract(epoch from end_at - start_at)::bigint, 0)) stored,
    tags text not null,
    comment text not null,
    state finding_state not null default 'Open',

    -- What a person decided; null where nobody did. It outranks what the log says, and detection never writes it.
    decided_type text references finding_type (type),
    decided_class finding_class,
    decided_priority priority,
    decided_tags text,
    decided_comment text,
    decided_state finding_state,
    assignee text,

    -- What people see. Stored, so that list, filters and counts read one plain column each.
    shown_type text not null generated always as (coalesce(decided_type, type)) stored,
    shown_class text not null generated always as (coalesce(decided_class, class)) stored,
    shown_priority text not null generated always as (coalesce(decided_priority, priority)) stored,
    shown_tags text collate "C" not null generated always as (coalesce(decided_tags, tags)) stored,
    shown_comment text collate "C" not null generated always as (coalesce(decided_comment, comment)) stored,
    shown_state text not null generated always as (coalesce(decided_state, state)) stored,

    first_seen timestamptz not null default now(),
    last_changed timestamptz not null default now(),
    -- an edit names the version it was made on, and loses against a newer one
    row_version bigint not null default 1,
    check ((start_at is null) = (end_at is null))
);
-- the list, newest first
create index finding_newest on finding (end_at desc nulls last, id);
-- the findings of one shift, and those that detection of some shifts has to compare
create index finding_shift on finding (shift_id);

-- What happened to a finding. Rows are added and never changed.
create table finding_event (
    id bigint generated always as identity primary key,
    finding_id bigint not null references finding (id),
    at timestamptz not null default now(),
    what text not null check (what in ('detected', 'moved', 'resolved', 'reopened')),
    -- what the log said before and after, where it said something
    before jsonb,
    after jsonb
);
create index finding_event_of on finding_event (finding_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: history is not rewritten', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger finding_event_is_append_only before update or delete or truncate on finding_event
    for each statement execute function refuse_change();
