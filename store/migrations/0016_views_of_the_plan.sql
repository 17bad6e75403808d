-- Views of the plan beside those of triage: each page has its own names, and its own view to begin with.

alter table saved_view add column page text not null default 'triage' check (page in ('triage', 'plan'));
alter table saved_view alter column page drop default;
alter table saved_view add unique (id, page);
drop index saved_view_name;
create unique index saved_view_name on saved_view (account_id, page, lower(name));

alter table default_view add column page text not null default 'triage';
alter table default_view alter column page drop default;
alter table default_view drop constraint default_view_account_id_key;
alter table default_view drop constraint default_view_role_key;
alter table default_view drop constraint default_view_view_id_fkey;
alter table default_view add unique (account_id, page);
alter table default_view add unique (role, page);
-- only a view of the page can be what the page begins with
alter table default_view add foreign key (view_id, page) references saved_view (id, page) on delete cascade;
