-- Views of the triage list: which findings in which order, kept by somebody under a name.

create table saved_view (
    id bigint generated always as identity primary key,
    account_id bigint not null references account,
    name text not null check (char_length(name) between 1 and 80),
    -- the query string of the page; what keeps it has read it and written it out anew
    query text not null check (octet_length(query) between 1 and 4000),
    -- others see it only then
    published boolean not null default false,
    created_at timestamptz not null,
    changed_at timestamptz not null
);
-- a view is saved over by its name
create unique index saved_view_name on saved_view (account_id, lower(name));
create index saved_view_published on saved_view (id) where published;

-- What the triage page begins with: for a person, or for those of a role who chose nothing. A view that its owner withdraws stays
-- here and is passed over: published again it counts again.
create table default_view (
    account_id bigint unique references account,
    role role unique,
    view_id bigint not null references saved_view on delete cascade,
    check ((account_id is null) <> (role is null))
);
create index default_view_of on default_view (view_id);
