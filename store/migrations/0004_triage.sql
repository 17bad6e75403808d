-- What people do to findings: actions, what each changed, comments, parts and merges.

-- One order of changes. Every transaction that changes findings first takes the next number from here. The row's lock is held
-- until it commits, so changes become visible in the order of their numbers and "everything since N" has no holes.
create table finding_clock (
    -- there is one
    singleton boolean primary key default true check (singleton),
    seq bigint not null
);
insert into finding_clock (seq) values (0);

-- The log knows the first two; the others are decided by people.
alter domain finding_state drop constraint finding_state_check;
alter domain finding_state add constraint finding_state_check check (value in
    ('Open', 'Confirmed', 'Dismissed', 'Snoozed', 'Split', 'Merged', 'Resolved by the log'));

alter table finding
    -- the number of the transaction that last changed this row
    add column change_seq bigint not null default 0,
    -- when a snoozed finding wakes
    add column snoozed_until timestamptz,
    add column dismissed_because text,
    -- where its parts meet, while it is split
    add column cut_at timestamptz,
    -- what a merged finding stands in
    add column merged_into bigint references finding (id),
    -- what this is a part of, and which of the two
    add column part_of bigint references finding (id),
    add column part smallint check (part in (1, 2)),
    -- the two findings that this one covers, the earlier first
    add column merge_of bigint[] check (cardinality(merge_of) = 2),
    -- comments of people that were not taken back
    add column n_comments integer not null default 0 check (n_comments >= 0),
    add constraint finding_said_state check (state in ('Open', 'Resolved by the log')),
    add constraint finding_decided_state
        check (decided_state in ('Confirmed', 'Dismissed', 'Snoozed', 'Split', 'Merged')),
    add constraint finding_snooze check ((decided_state is not distinct from 'Snoozed') = (snoozed_until is not null)),
    add constraint finding_dismissal
        check ((decided_state is not distinct from 'Dismissed') = (dismissed_because is not null)),
    add constraint finding_merged check ((decided_state is not distinct from 'Merged') = (merged_into is not null)),
    add constraint finding_part check ((part_of is null) = (part is null)),
    add constraint finding_derived check (part_of is null or merge_of is null);

create index finding_change on finding (change_seq);
-- those that wake
create index finding_snoozed on finding (snoozed_until) where snoozed_until is not null;
-- parts and merges: few, and every detection brings them in step with what they are made of
create index finding_derived on finding (id) where part_of is not null or merge_of is not null;
create unique index finding_part_of on finding (part_of, part) where part_of is not null;
create index finding_merged_into on finding (merged_into) where merged_into is not null;
create index finding_assignee on finding (assignee) where assignee is not null;

-- What somebody did, to one finding or to many. Rows are added and never changed.
create table action (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    -- the number of its transaction
    seq bigint not null,
    -- The account's login name, or the program's own: 'detection', 'snooze', 'rule'. A text and no reference: an account may
    -- be removed, what it did stays.
    author text not null,
    kind text not null check (kind in ('change', 'comment', 'split', 'merge', 'undo', 'wake', 'part', 'rule')),
    -- what it did, in a few words: `Priority High`
    sentence text not null,
    -- the text of a comment, however many findings it was written to
    comment text,
    undoes bigint references action (id),
    -- the rule that did it
    rule bigint,
    n_changed integer not null,
    check ((kind = 'undo') = (undoes is not null))
);
create index action_of_author on action (author, id desc);
create index action_undone on action (undoes) where undoes is not null;

alter table finding_event
    -- the action that did it; null when detection did
    add column action_id bigint references action (id),
    -- the version it gave the finding; null in what was written before versions counted
    add column row_version bigint,
    -- changed: columns that people decide. made: a part or a merge came to be.
    drop constraint finding_event_what_check,
    add constraint finding_event_what_check
        check (what in ('detected', 'moved', 'resolved', 'reopened', 'changed', 'commented', 'made'));
create index finding_event_of_action on finding_event (action_id) where action_id is not null;
create trigger action_is_append_only before update or delete or truncate on action
    for each statement execute function refuse_change();

-- Whether an action is undone now: its last undo, if any, was not itself undone.
create function undone(asked bigint) returns boolean language plpgsql stable as $$
declare
    latest bigint := (select max(id) from action where undoes = asked);
begin
    return latest is not null and not undone(latest);
end
$$;

-- Which comments stand at a finding; the text is the action's.
create table finding_comment (
    finding_id bigint not null references finding (id),
    action_id bigint not null references action (id),
    -- its author took it back
    withdrawn boolean not null default false,
    primary key (finding_id, action_id)
);
