-- The simulated log of a first start. A program that is stopped while it loads finds here what it began, and the same weeks,
-- seed and now give the same log again, so that the rest of it fits what is there.
create table demo (
    -- there is one
    singleton boolean primary key default true check (singleton),
    weeks integer not null check (weeks > 0),
    seed bigint not null,
    now_used timestamptz not null,
    -- loaded to its end, and looked at
    whole boolean not null default false
);
