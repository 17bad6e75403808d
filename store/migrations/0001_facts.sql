-- The facts: one table per table of the log, one row per id, as the log says it now.
--
-- No table refers to another: files load in any order, and a log may name an array that nobody wrote down.
-- Ids compare byte by byte (collate "C"): that is the order in which the findings break ties, and it sorts quickest.
-- Texts are '' when the log has nothing; times and numbers are null. The labels are checked here as well as at the door,
-- because a row that arrives past the door would break every page that reads it.
-- start_at and end_at rather than start and end: `end` is a word of SQL.

create domain family as text check (value in ('12 [m]', '7 [m]', 'Total Power'));

create table shift (
    id text collate "C" primary key,
    kind text not null check (kind in ('SCIOPS', 'EOC', 'ENGINEERING')),
    -- the families it allocates, at least one
    families text[] not null
        check (cardinality(families) > 0 and families <@ array['12 [m]', '7 [m]', 'Total Power']),
    -- the times may be missing or reversed: that loads, and becomes finding 13
    start_at timestamptz,
    end_at timestamptz,
    -- what the start is compared with for finding 16
    planned_start timestamptz,
    planned_end timestamptz,
    aod text not null
);
-- findings ask which shifts cover a time; least and greatest pass over what is missing and mend what is reversed
create index shift_time on shift (least(start_at, end_at), greatest(start_at, end_at));

create table array_ (
    id text collate "C" primary key,
    family family not null,
    activity text not null check (activity in ('PI science', 'Calibration', 'Testing', 'EOC', 'Engineering')),
    created timestamptz,
    destroyed timestamptz check (destroyed >= created),
    antennas text not null,
    bands text not null
);

create table execution (
    id text collate "C" primary key,
    sb_uid text not null,
    sb_name text not null,
    project_code text not null,
    -- '' for an activity without an array; else the array may be unknown to us
    array_id text collate "C" not null,
    -- its own column; when null the array's family counts
    family family,
    band smallint check (band between 1 and 10),
    purpose text not null check (purpose in ('PI', 'CALIBRATION', 'TEST')),
    status text not null check (status in ('SUCCESS', 'FAIL', 'ABORTED', 'RUNNING')),
    qa0 text check (qa0 in ('Pass', 'Pending', 'SemiPass', 'Fail')),
    start_at timestamptz,
    end_at timestamptz,
    subject text not null,
    ticket text not null
);
-- what ran while a shift was on; as in shift_time
create index execution_time on execution (least(start_at, end_at), greatest(start_at, end_at));
-- No index by array, though finding 19 judges all executions of an array together: reading a year of executions takes some
-- milliseconds, and keeping that index made loading them half as quick.

create table downtime (
    id text collate "C" primary key,
    kind text not null check (kind in ('WEATHER', 'TECHNICAL', 'SCHEDULING')),
    -- all three when the log names none
    families text[] not null
        check (cardinality(families) > 0 and families <@ array['12 [m]', '7 [m]', 'Total Power']),
    start_at timestamptz not null,
    -- null when nobody closed it
    end_at timestamptz check (end_at >= start_at),
    comment text not null,
    ticket text not null
);

create table project (
    id text collate "C" primary key,
    title text not null,
    executive text not null,
    grade text not null,
    science_rank integer,
    cycle text not null,
    state text not null
);

create table scheduling_block (
    id text collate "C" primary key,
    name text not null,
    project_code text not null,
    -- the log's TWELVE-M, SEVEN-M and TP, in the words of the other tables
    family family,
    band smallint check (band between 1 and 10),
    rep_freq_ghz double precision check (rep_freq_ghz >= 0),
    ra_deg double precision check (ra_deg between 0 and 360),
    dec_deg double precision check (dec_deg between -90 and 90),
    max_pwv_mm double precision check (max_pwv_mm >= 0),
    ar_arcsec double precision check (ar_arcsec >= 0),
    las_arcsec double precision check (las_arcsec >= 0),
    min_ar_arcsec double precision check (min_ar_arcsec >= 0),
    max_ar_arcsec double precision check (max_ar_arcsec >= 0),
    exec_count integer,
    est_time_h double precision check (est_time_h >= 0),
    state text not null,
    window_start timestamptz,
    window_end timestamptz check (window_end >= window_start),
    is_polarization boolean,
    is_point_source boolean,
    note text not null
);

create table configuration (
    id text collate "C" primary key,
    ar_100ghz_arcsec double precision check (ar_100ghz_arcsec >= 0),
    mrs_100ghz_arcsec double precision check (mrs_100ghz_arcsec >= 0),
    longest_baseline_km double precision check (longest_baseline_km >= 0),
    antennas integer
);

create table configuration_schedule (
    start_at timestamptz,
    configuration text collate "C",
    -- two revisions of the schedule may both speak of one day
    revision integer,
    end_at timestamptz not null check (end_at >= start_at),
    lst_from_h double precision check (lst_from_h between 0 and 24),
    lst_to_h double precision check (lst_to_h between 0 and 24),
    primary key (start_at, configuration, revision)
);

create table conditions (
    at timestamptz primary key,
    pwv_mm double precision check (pwv_mm >= 0),
    phase_rms_deg double precision check (phase_rms_deg >= 0),
    wind_m_s double precision check (wind_m_s >= 0)
);

-- One row per file that was loaded. It commits with the rows it counts, so a load that broke off is not here.
create table load (
    id bigint generated always as identity primary key,
    path text not null,
    -- which of the tables of the log it had rows for; a shift log has arrays and executions
    tables text[] not null,
    began_at timestamptz not null default now(),
    n_read bigint not null default 0,
    n_new bigint not null default 0,
    n_changed bigint not null default 0,
    n_same bigint not null default 0,
    n_quarantined bigint not null default 0,
    -- Whether a detection has seen what it changed. A program that was stopped between load and detection leaves false here,
    -- and the next detection looks at the whole log.
    detected boolean not null default false
);
create index load_not_detected on load (id) where not detected;

-- What a row said before a load changed it.
create table fact_history (
    id bigint generated always as identity primary key,
    table_name text not null,
    fact_id text not null,
    -- the row as it was, by column; jsonb because nine tables share this one and only people read it
    old_row jsonb not null,
    replaced_at timestamptz not null default now(),
    -- the load that replaced it
    load_id bigint not null references load (id)
);
create index fact_history_of on fact_history (table_name, fact_id);

-- Rows that did not load. What is here of a file is what its newest load found.
create table quarantine (
    id bigint generated always as identity primary key,
    -- where the file lay: two folders may each have a shifts.csv, and mending one does not mend the other
    path text not null,
    -- the physical line where the record starts, the header being 1
    line bigint not null,
    -- '' when the whole row is wrong
    column_name text not null,
    -- at most 80 characters of the field
    value text not null,
    why text not null,
    load_id bigint not null references load (id)
);
-- Loading a file again finds the same rows. By hash of the name: a path may be longer than an index entry.
create unique index quarantine_row on quarantine (md5(path), line, column_name, value);
