//! Loading one file: one transaction, all of it or nothing.
//!
//! Rows go by COPY, a quarter of a megabyte at a time, so memory does not grow with the file. Into a table without rows they go
//! straight; only a row whose id the file has had before waits in a staging table. Else all of them wait there, and
//! [`Load::finish`] compares: of each id the last row wins, what is there already just so is left alone, a row that changed
//! leaves its old self in the history.

mod seen;
mod staging;

use chrono::{DateTime, Utc};
use domain::facts::Fact;
use domain::facts::rows::{BadField, Table};
use domain::time::{Instant, Span};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};

use self::seen::Seen;
use self::staging::{Rows, Target, Touches};
use crate::{Store, StoreError};

/// What a load changed: enough for [`Store::detect_affected`] to look nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    /// From the first to the last time of the rows that are new, and of those that changed, before and after.
    pub(crate) spans: Vec<Span>,
    /// Arrays that executions were moved away from.
    pub(crate) arrays: Vec<String>,
    /// Whether a row without any time is among them.
    pub(crate) untimed: bool,
    /// The loads that say so here: detection has to have heard of every load, or it looks at the whole log.
    pub(crate) loads: Vec<i64>,
}

impl Affected {
    /// Adds what another load changed, so that one detection serves several files.
    pub fn merge(&mut self, other: Self) {
        self.spans.extend(other.spans);
        self.arrays.extend(other.arrays);
        self.untimed |= other.untimed;
        self.loads.extend(other.loads);
    }

    /// Whether nothing changed that findings are made of.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.arrays.is_empty() && !self.untimed
    }
}

/// What became of the rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadReport {
    /// Good rows in the file.
    pub n_read: i64,
    /// Ids that were not there before.
    pub n_new: i64,
    /// Ids whose row differed; the old rows are in the history.
    pub n_changed: i64,
    /// Rows that changed nothing: just so already, or a later row of the file has the same id.
    pub n_same: i64,
    /// Bad rows.
    pub n_quarantined: i64,
    /// What detection has to look at again.
    pub affected: Affected,
}

/// A file on its way in. Dropped before [`Load::finish`], it leaves nothing.
#[derive(Debug)]
pub struct Load {
    /// In a transaction from the beginning.
    connection: PoolConnection<Postgres>,
    path: String,
    /// In the order of their first rows; most files have one.
    parts: Vec<Part>,
    bad_rows: Option<Rows>,
    n_quarantined: i64,
    /// Which of its tables had no rows at the beginning; while there is one, the locks of all its tables are held.
    empty: Vec<Table>,
    has_ended: bool,
}

/// What a file has for one table.
#[derive(Debug)]
struct Part {
    table: Table,
    n_read: i64,
    /// The rows that go straight into the table, where it had none.
    straight: Option<Straight>,
    /// The rows that go to staging, once there is one.
    staged: Option<Rows>,
}

/// The way into a table without rows.
#[derive(Debug)]
struct Straight {
    rows: Rows,
    /// An id that may have been there before goes to staging, as a later row than the one that is in the table.
    seen: Seen,
    n: i64,
}

/// How much is gathered before it is sent \[bytes\]: some thousand rows, so that the round trip does not count.
const BUFFER_BYTES: usize = 256 * 1024;

/// Loads of one table settle one after the other: two that touch the same rows in different order would wait for each other
/// for ever. Loads of different tables settle at the same time. The numbers are ours to choose; they only have to differ from
/// those of other locks.
const TABLE_LOCK: i32 = 0x5348_4901;
/// The same for two loads of one file, whose quarantine is one.
const PATH_LOCK: i32 = 0x5348_4902;

impl Store {
    /// Begins to load one file; `path` is what its quarantine is known by, `tables` are all that its rows are for.
    ///
    /// While a table has no rows, its loads wait here for one another, and not only when they settle.
    pub async fn begin_load(&self, path: &str, tables: &[Table]) -> Result<Load, StoreError> {
        let mut load = Load {
            connection: self.pool.acquire().await?,
            path: path.to_owned(),
            parts: Vec::new(),
            bad_rows: None,
            n_quarantined: 0,
            empty: Vec::new(),
            has_ended: false,
        };
        load.run("begin").await?;
        if !load.without_rows(tables).await?.is_empty() {
            lock(&mut load.connection, tables).await?;
            // Another load may have held the lock until now, and filled them.
            load.empty = load.without_rows(tables).await?;
        }
        Ok(load)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // Broken off, perhaps in the middle of a COPY: nobody else can use such a connection, and without it nothing is left.
        if !self.has_ended {
            self.connection.close_on_drop();
        }
    }
}

impl Load {
    /// Takes one good row. Of several rows with one id the last wins.
    pub async fn push(&mut self, fact: Fact) -> Result<(), StoreError> {
        let table = staging::table_of(&fact);
        let part = match self.parts.iter().position(|part| part.table == table) {
            Some(at) => &mut self.parts[at],
            None => {
                let is_empty = self.empty.contains(&table);
                let straight = is_empty.then(|| Straight { rows: Rows::new(), seen: Seen::new(), n: 0 });
                self.parts.push_mut(Part { table, n_read: 0, straight, staged: None })
            }
        };
        part.n_read += 1;
        let connection = &mut self.connection;
        if let Some(straight) = &mut part.straight
            && !straight.seen.again(&fact)
        {
            straight.n += 1;
            staging::write(&mut straight.rows, &fact, None);
            return if straight.rows.len() < BUFFER_BYTES { Ok(()) } else { straight.send(connection, table).await };
        }
        let rows = match &mut part.staged {
            Some(rows) => rows,
            none => {
                let name = staging::target(table).name;
                let staging = format!(
                    "create temporary table staged_{name} (like {name}, row_number bigint) on commit drop;
                    set local work_mem = '64MB'"
                );
                sqlx::raw_sql(AssertSqlSafe(staging)).execute(&mut **connection).await?;
                none.insert(Rows::new())
            }
        };
        staging::write(rows, &fact, Some(part.n_read));
        if rows.len() < BUFFER_BYTES { Ok(()) } else { send_staged(connection, table, rows).await }
    }

    /// Takes one bad row; `line` is the physical line where its record starts, the header being 1.
    pub async fn quarantine(&mut self, line: i64, bad: BadField) -> Result<(), StoreError> {
        self.n_quarantined += 1;
        if self.bad_rows.is_none() {
            self.run("create temporary table staged_bad (line bigint, column_name text, value text, why text) on commit drop")
                .await?;
        }
        let rows = self.bad_rows.get_or_insert_with(Rows::new);
        staging::write_bad(rows, line, &bad);
        if rows.len() < BUFFER_BYTES { Ok(()) } else { send_bad(&mut self.connection, rows).await }
    }

    /// Puts the rows where they belong and commits. Only after this is anything of the file to be seen.
    pub async fn finish(mut self) -> Result<LoadReport, StoreError> {
        for part in &mut self.parts {
            if let Some(straight) = &mut part.straight {
                straight.send(&mut self.connection, part.table).await?;
            }
            if let Some(rows) = &mut part.staged {
                send_staged(&mut self.connection, part.table, rows).await?;
            }
        }
        if let Some(rows) = &mut self.bad_rows {
            send_bad(&mut self.connection, rows).await?;
        }
        let n_read: i64 = self.parts.iter().map(|part| part.n_read).sum();
        let tables: Vec<Table> = self.parts.iter().map(|part| part.table).collect();
        let names: Vec<String> = tables.iter().map(Table::to_string).collect();
        // Those that are held already are given at once.
        lock(&mut self.connection, &tables).await?;
        sqlx::query!("select pg_advisory_xact_lock($1, hashtext($2))", PATH_LOCK, self.path)
            .execute(&mut *self.connection)
            .await?;
        let id = sqlx::query_scalar!(
            "insert into load (path, tables, n_read, n_quarantined) values ($1, $2, $3, $4) returning id",
            self.path,
            &names,
            n_read,
            self.n_quarantined,
        )
        .fetch_one(&mut *self.connection)
        .await?;
        let mut settled = Vec::new();
        for part in &self.parts {
            let target = staging::target(part.table);
            match &part.straight {
                Some(straight) => {
                    let n_late =
                        if part.staged.is_some() { settle_late(&mut self.connection, &target).await? } else { 0 };
                    settled.push(filled(&mut self.connection, &target, straight.n + n_late).await?);
                }
                None => settled.extend(settle(&mut self.connection, &target, id).await?),
            }
        }
        self.replace_quarantine(id).await?;

        let mut affected = Affected { loads: vec![id], ..Affected::default() };
        for part in &settled {
            affected.spans.extend(part.span());
            affected.arrays.extend(part.old_arrays.iter().flatten().cloned());
            affected.untimed |= part.untimed;
        }
        let n = |is_new: bool| settled.iter().filter(|part| part.is_new == is_new).map(|part| part.n).sum::<i64>();
        let (n_new, n_changed) = (n(true), n(false));
        let n_same = n_read - n_new - n_changed;
        sqlx::query!(
            "update load set n_new = $2, n_changed = $3, n_same = $4, detected = $5 where id = $1",
            id,
            n_new,
            n_changed,
            n_same,
            affected.is_empty(),
        )
        .execute(&mut *self.connection)
        .await?;
        self.run("commit").await?;
        self.has_ended = true;
        Ok(LoadReport { n_read, n_new, n_changed, n_same, n_quarantined: self.n_quarantined, affected })
    }

    async fn run(&mut self, statement: &'static str) -> Result<(), StoreError> {
        sqlx::raw_sql(statement).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Those of the tables that have none.
    async fn without_rows(&mut self, tables: &[Table]) -> Result<Vec<Table>, StoreError> {
        let mut empty = Vec::new();
        for &table in tables {
            let question = format!("select not exists (select from {})", staging::target(table).name);
            let question = sqlx::query_scalar::<_, bool>(AssertSqlSafe(question)).persistent(false);
            if question.fetch_one(&mut *self.connection).await? {
                empty.push(table);
            }
        }
        Ok(empty)
    }

    /// What this file's quarantine said before is over; a row that is still bad keeps its number.
    async fn replace_quarantine(&mut self, load: i64) -> Result<(), StoreError> {
        if self.n_quarantined > 0 {
            sqlx::query(
                "insert into quarantine (path, line, column_name, value, why, load_id)
                select distinct on (line, column_name, value) $1, line, column_name, value, why, $2
                from staged_bad
                order by line, column_name, value
                on conflict (md5(path), line, column_name, value)
                do update set why = excluded.why, load_id = excluded.load_id",
            )
            .bind(&self.path)
            .bind(load)
            .persistent(false)
            .execute(&mut *self.connection)
            .await?;
        }
        sqlx::query!(
            "delete from quarantine where md5(path) = md5($1) and path = $1 and load_id <> $2",
            self.path,
            load,
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }
}

/// Waits until no other load settles one of the tables, in the same order as every other load.
async fn lock(connection: &mut PgConnection, tables: &[Table]) -> Result<(), StoreError> {
    let mut numbers: Vec<i32> = tables.iter().map(|&table| table as i32).collect();
    numbers.sort_unstable();
    for number in numbers {
        sqlx::query!("select pg_advisory_xact_lock($1, $2)", TABLE_LOCK, number).execute(&mut *connection).await?;
    }
    Ok(())
}

impl Straight {
    async fn send(&mut self, connection: &mut PgConnection, table: Table) -> Result<(), StoreError> {
        let Target { name, key, columns, .. } = staging::target(table);
        let names = [key, columns].concat().join(", ");
        copy(connection, &format!("copy {name} ({names}) from stdin (format binary)"), &mut self.rows).await
    }
}

async fn send_staged(connection: &mut PgConnection, table: Table, rows: &mut Rows) -> Result<(), StoreError> {
    copy(connection, &format!("copy staged_{} from stdin (format binary)", staging::target(table).name), rows).await
}

async fn send_bad(connection: &mut PgConnection, rows: &mut Rows) -> Result<(), StoreError> {
    copy(connection, "copy staged_bad from stdin (format binary)", rows).await
}

async fn copy(connection: &mut PgConnection, statement: &str, rows: &mut Rows) -> Result<(), StoreError> {
    if rows.len() > 0 {
        let mut copy = connection.copy_in_raw(statement).await?;
        copy.send(rows.take()).await?;
        copy.finish().await?;
    }
    Ok(())
}

/// The new rows of a load, or its changed ones.
#[derive(Debug, sqlx::FromRow)]
struct Settled {
    is_new: bool,
    n: i64,
    earliest: Option<DateTime<Utc>>,
    latest: Option<DateTime<Utc>>,
    untimed: bool,
    old_arrays: Option<Vec<String>>,
}

impl Settled {
    fn span(&self) -> Option<Span> {
        let instant = |time: Option<DateTime<Utc>>| time.and_then(|time| Instant::try_from(time).ok());
        Some(Span::between(instant(self.earliest)?, instant(self.latest)?))
    }
}

/// Puts the rows of repeated ids over those that went straight into the table, the last of each: how many ids were only taken
/// for repeated, and are new. No history is kept of what nobody ever saw.
async fn settle_late(connection: &mut PgConnection, target: &Target) -> Result<i64, StoreError> {
    let Target { name, key, columns, .. } = *target;
    let (keys, names) = (key.join(", "), [key, columns].concat().join(", "));
    let same_key = key.iter().map(|k| format!("old.{k} = new.{k}")).collect::<Vec<_>>().join(" and ");
    let new_columns = columns.iter().map(|column| format!("new.{column}")).collect::<Vec<_>>().join(", ");
    let statement = format!(
        "with late as materialized (
            select distinct on ({keys}) {names} from staged_{name} order by {keys}, row_number desc
        ), replaced as (
            update {name} as old set ({columns}) = row({new_columns}) from late as new where {same_key}
        ), added as (
            insert into {name} ({names})
            select {names} from late as new where not exists (select from {name} as old where {same_key})
            returning 1
        )
        select count(*) from added",
        columns = columns.join(", "),
    );
    Ok(sqlx::query_scalar(AssertSqlSafe(statement)).persistent(false).fetch_one(connection).await?)
}

/// What the first `n` rows of a table touch.
async fn filled(connection: &mut PgConnection, target: &Target, n: i64) -> Result<Settled, StoreError> {
    let name = target.name;
    let (times, from) = match target.touches {
        Touches::ItsTimes | Touches::ItsTimesAndOldArray => (["start_at", "end_at"], name.to_owned()),
        Touches::ItsExecutions => (
            ["touched.start_at", "touched.end_at"],
            format!("{name} as new join execution as touched on touched.array_id = new.id"),
        ),
        Touches::Nothing => {
            return Ok(Settled { is_new: true, n, earliest: None, latest: None, untimed: false, old_arrays: None });
        }
    };
    let summary = format!(
        "select true as is_new, $1 as n, min(least({start}, {end})) as earliest, max(greatest({start}, {end})) as latest,
            coalesce(bool_or({start} is null and {end} is null), false) as untimed, null::text[] as old_arrays
        from {from}",
        start = times[0],
        end = times[1],
    );
    Ok(sqlx::query_as(AssertSqlSafe(summary)).bind(n).persistent(false).fetch_one(connection).await?)
}

/// Compares the staged rows with the table: one statement, the same for the nine tables but for their names, which are ours.
///
/// The lock makes it safe to insert what was not there and update what was, which is a fifth quicker than `on conflict`.
async fn settle(connection: &mut PgConnection, target: &Target, load: i64) -> Result<Vec<Settled>, StoreError> {
    let Target { name, key, columns, touches } = *target;
    let list = |prefix: &str, names: &[&str], between: &str| {
        names.iter().map(|name| format!("{prefix}{name}")).collect::<Vec<_>>().join(between)
    };
    let all = [key, columns].concat();
    let same_key = key.iter().map(|k| format!("old.{k} = new.{k}")).collect::<Vec<_>>().join(" and ");
    let old_times = match touches {
        Touches::ItsTimes => ", old.start_at as old_start, old.end_at as old_end",
        Touches::ItsTimesAndOldArray => ", old.start_at as old_start, old.end_at as old_end, old.array_id as old_array",
        Touches::ItsExecutions | Touches::Nothing => "",
    };
    let summary = match touches {
        Touches::ItsTimes | Touches::ItsTimesAndOldArray => {
            "select is_new, count(*) as n,
                min(least(start_at, end_at, old_start, old_end)) as earliest,
                max(greatest(start_at, end_at, old_start, old_end)) as latest,
                bool_or(coalesce(start_at, end_at, old_start, old_end) is null) as untimed"
        }
        Touches::ItsExecutions => {
            "select is_new, count(distinct news.id) as n,
                min(least(e.start_at, e.end_at)) as earliest,
                max(greatest(e.start_at, e.end_at)) as latest,
                coalesce(bool_or(e.id is not null and e.start_at is null and e.end_at is null), false) as untimed"
        }
        Touches::Nothing => {
            "select is_new, count(*) as n, null::timestamptz as earliest, null::timestamptz as latest, false as untimed"
        }
    };
    let (old_arrays, joined) = match touches {
        Touches::ItsTimesAndOldArray => {
            ("(select array_agg(distinct old_array) from news where not is_new and old_array <> array_id)", "")
        }
        Touches::ItsExecutions => ("null::text[]", "left join execution e on e.array_id = news.id"),
        Touches::ItsTimes | Touches::Nothing => ("null::text[]", ""),
    };
    let statement = format!(
        "with news as materialized (
            select new.*, old.{first} is null as is_new{old_times}
            from (
                select distinct on ({keys}) {names} from staged_{name} order by {keys}, row_number desc
            ) as new
            left join {name} as old on {same_key}
            where old.{first} is null or row({new_columns}) is distinct from row({old_columns})
        ), remembered as (
            insert into fact_history (table_name, fact_id, old_row, load_id)
            select '{name}', concat_ws(' ', {old_keys}), to_jsonb(old), $1
            from news as new join {name} as old on {same_key}
            where not new.is_new
        ), replaced as (
            update {name} as old set ({plain_columns}) = row({new_columns})
            from news as new
            where {same_key} and not new.is_new
        ), added as (
            insert into {name} ({names}) select {names} from news where is_new
        )
        {summary}, {old_arrays} as old_arrays
        from news {joined}
        group by is_new",
        first = key[0],
        keys = list("", key, ", "),
        names = list("", &all, ", "),
        new_columns = list("new.", columns, ", "),
        old_columns = list("old.", columns, ", "),
        old_keys = list("old.", key, ", "),
        plain_columns = list("", columns, ", "),
    );
    Ok(sqlx::query_as(AssertSqlSafe(statement)).bind(load).persistent(false).fetch_all(connection).await?)
}
