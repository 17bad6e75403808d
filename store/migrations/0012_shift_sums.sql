-- What each SCIOPS shift and family sums to: a copy of what follows from the facts, so that a page over ten years adds up rows and
-- not executions. Detection keeps it, in the transaction that keeps the findings and for the shifts that it looks at.

create table shift_sums (
    shift_id text collate "C" not null,
    family family not null,
    -- the window that holds it holds the shift
    start_at timestamptz not null,
    -- Who owned the time, stretch after stretch from the start on: one byte for the owner, by its place in the list of owners, and
    -- eight for the seconds, the first byte the largest. Its length is the shift's.
    ledger bytea not null check (length(ledger) % 9 = 0),
    undetermined_s bigint not null,
    n_pass bigint not null,
    n_pending bigint not null,
    n_semipass bigint not null,
    n_fail bigint not null,
    primary key (shift_id, family)
);
-- the ledgers of a window
create index shift_sums_start on shift_sums (start_at);

alter table detection
    -- The number of the change it was: whoever has sums in memory sees whether they are these. 0 for a detection from before there
    -- was a table of sums; they are filled in when the program starts.
    add column seq bigint not null default 0;
