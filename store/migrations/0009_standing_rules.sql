-- "Always give this type, priority, tag or assignee when …", said once by a person and applied to findings as they come.
create table standing_rule (
    id bigint generated always as identity primary key,
    name text collate "C" not null,
    -- the line of a filter, as the domain writes it
    condition text collate "C" not null,
    -- each null where the rule does not give one
    gives_type text references finding_type (type),
    gives_priority priority,
    gives_tag text,
    gives_assignee text,
    -- rules are asked in this order, and of two that give one field the later stands
    place integer not null,
    is_on boolean not null default true,
    -- a rule is never taken out: the trail names it
    deleted boolean not null default false,
    author text not null,
    made_at timestamptz not null,
    -- an edit names the version it was made on, and loses against a newer one
    version bigint not null default 1,
    constraint standing_rule_gives check (num_nonnulls(gives_type, gives_priority, gives_tag, gives_assignee) > 0)
);
-- the trail tells rules by their names
create unique index standing_rule_name on standing_rule (lower(name)) where not deleted;

-- What happened to rules. Rows are added and never changed.
create table standing_rule_event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    rule bigint not null references standing_rule (id),
    author text not null,
    what text not null check (what in ('made', 'changed', 'switched on', 'switched off', 'moved', 'deleted')),
    -- exactly what changed
    before jsonb,
    after jsonb
);
create index standing_rule_event_of on standing_rule_event (rule, id);
create trigger standing_rule_event_is_append_only before update or delete or truncate on standing_rule_event
    for each statement execute function refuse_change();

-- What a rule did is an action of its own, with the rule as its author.
alter table action
    add constraint action_rule foreign key (rule) references standing_rule (id),
    add constraint action_of_rule check ((kind = 'rule') = (rule is not null));
create index action_of_rule on action (rule, id) where rule is not null;
