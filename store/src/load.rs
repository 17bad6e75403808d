//! Loading one file: one transaction, all of it or nothing.
//!
//! Rows go by COPY into a staging table of the transaction's own, a quarter of a megabyte at a time, so memory does not grow
//! with the file. [`Load::finish`] then compares: of each id the last row wins, what is there already just so is left alone,
//! a row that changed leaves its old self in the history.

mod staging;

use chrono::{DateTime, Utc};
use domain::facts::Fact;
use domain::facts::rows::{BadField, Table};
use domain::time::{Instant, Span};
use sqlx::{AssertSqlSafe, Postgres, Transaction};

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
    tx: Transaction<'static, Postgres>,
    path: String,
    /// The tables its rows belong to, in the order of their first rows; most files have one.
    parts: Vec<Part>,
    bad_rows: Rows,
    n_quarantined: i64,
}

/// What a file has for one table.
#[derive(Debug)]
struct Part {
    table: Table,
    rows: Rows,
    n_read: i64,
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
    /// Begins to load one file, whatever tables its rows are for; `path` is what its quarantine is known by.
    pub async fn begin_load(&self, path: &str) -> Result<Load, StoreError> {
        // A load that is dropped in the middle of a COPY leaves its connection in the middle of it: that one is not used again.
        let mut connection = self.pool.acquire().await?;
        connection.close_on_drop();
        let mut tx = Transaction::begin(connection, None).await?;
        sqlx::raw_sql(
            "create temporary table staged_bad (line bigint, column_name text, value text, why text) on commit drop;
            set local work_mem = '64MB'",
        )
        .execute(&mut *tx)
        .await?;
        Ok(Load { tx, path: path.to_owned(), parts: Vec::new(), bad_rows: Rows::new(), n_quarantined: 0 })
    }
}

impl Load {
    /// Takes one good row. Of several rows with one id the last wins.
    pub async fn push(&mut self, fact: Fact) -> Result<(), StoreError> {
        let part = self.part(staging::table_of(&fact)).await?;
        part.n_read += 1;
        staging::write(&mut part.rows, &fact, part.n_read);
        if part.rows.len() >= BUFFER_BYTES { self.send_rows().await } else { Ok(()) }
    }

    /// The part of a table; its first row makes the staging table.
    async fn part(&mut self, table: Table) -> Result<&mut Part, StoreError> {
        let at = match self.parts.iter().position(|part| part.table == table) {
            Some(at) => at,
            None => {
                let name = staging::target(table).name;
                let statement =
                    format!("create temporary table staged_{name} (like {name}, row_number bigint) on commit drop");
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *self.tx).await?;
                self.parts.push(Part { table, rows: Rows::new(), n_read: 0 });
                self.parts.len() - 1
            }
        };
        Ok(&mut self.parts[at])
    }

    /// Takes one bad row; `line` is the physical line where its record starts, the header being 1.
    pub async fn quarantine(&mut self, line: i64, bad: BadField) -> Result<(), StoreError> {
        self.n_quarantined += 1;
        staging::write_bad(&mut self.bad_rows, line, &bad);
        if self.bad_rows.len() >= BUFFER_BYTES { self.send_bad_rows().await } else { Ok(()) }
    }

    /// Puts the rows where they belong and commits. Only after this is anything of the file to be seen.
    pub async fn finish(mut self) -> Result<LoadReport, StoreError> {
        self.send_rows().await?;
        self.send_bad_rows().await?;
        let n_read: i64 = self.parts.iter().map(|part| part.n_read).sum();
        let tables: Vec<String> = self.parts.iter().map(|part| part.table.to_string()).collect();
        self.lock().await?;
        let id = sqlx::query_scalar!(
            "insert into load (path, tables, n_read, n_quarantined) values ($1, $2, $3, $4) returning id",
            self.path,
            &tables,
            n_read,
            self.n_quarantined,
        )
        .fetch_one(&mut *self.tx)
        .await?;
        let mut settled = Vec::new();
        for part in &self.parts {
            let target = staging::target(part.table);
            match fill(&mut self.tx, &target).await? {
                Some(filled) => settled.push(filled),
                None => settled.extend(settle(&mut self.tx, &target, id).await?),
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
        .execute(&mut *self.tx)
        .await?;
        self.tx.commit().await?;

        Ok(LoadReport { n_read, n_new, n_changed, n_same, n_quarantined: self.n_quarantined, affected })
    }

    /// Waits until no other load settles one of its tables, in the same order as every other load, or its file.
    async fn lock(&mut self) -> Result<(), StoreError> {
        let mut tables: Vec<i32> = self.parts.iter().map(|part| part.table as i32).collect();
        tables.sort_unstable();
        for table in tables {
            sqlx::query!("select pg_advisory_xact_lock($1, $2)", TABLE_LOCK, table).execute(&mut *self.tx).await?;
        }
        sqlx::query!("select pg_advisory_xact_lock($1, hashtext($2))", PATH_LOCK, self.path)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn send_rows(&mut self) -> Result<(), StoreError> {
        for part in &mut self.parts {
            let statement = format!("copy staged_{} from stdin (format binary)", staging::target(part.table).name);
            copy(&mut self.tx, &statement, &mut part.rows).await?;
        }
        Ok(())
    }

    async fn send_bad_rows(&mut self) -> Result<(), StoreError> {
        copy(&mut self.tx, "copy staged_bad from stdin (format binary)", &mut self.bad_rows).await
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
            .execute(&mut *self.tx)
            .await?;
        }
        sqlx::query!(
            "delete from quarantine where md5(path) = md5($1) and path = $1 and load_id <> $2",
            self.path,
            load,
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

async fn copy(tx: &mut Transaction<'static, Postgres>, statement: &str, rows: &mut Rows) -> Result<(), StoreError> {
    if rows.len() > 0 {
        let mut copy = tx.copy_in_raw(statement).await?;
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

/// Puts the staged rows into a table that has none: there is nothing to compare with and no history to keep. `None` when the
/// table has rows. The first load of a log is its longest, and this is twice as quick as [`settle`].
async fn fill(tx: &mut Transaction<'static, Postgres>, target: &Target) -> Result<Option<Settled>, StoreError> {
    let Target { name, key, columns, touches } = *target;
    let is_empty = format!("select not exists (select from {name})");
    if !sqlx::query_scalar::<_, bool>(AssertSqlSafe(is_empty)).persistent(false).fetch_one(&mut **tx).await? {
        return Ok(None);
    }
    let (keys, names) = (key.join(", "), [key, columns].concat().join(", "));
    let added = format!(
        "insert into {name} ({names})
        select distinct on ({keys}) {names} from staged_{name} order by {keys}, row_number desc"
    );
    let n = sqlx::query(AssertSqlSafe(added)).persistent(false).execute(&mut **tx).await?.rows_affected();
    // Of a repeated id the earlier rows count here too; detection then looks at more than it has to, and finds the same.
    let (times, from) = match touches {
        Touches::ItsTimes | Touches::ItsTimesAndOldArray => {
            (["start_at", "end_at"], format!("staged_{name} as touched"))
        }
        Touches::ItsExecutions => (
            ["touched.start_at", "touched.end_at"],
            format!("staged_{name} as new join execution as touched on touched.array_id = new.id"),
        ),
        Touches::Nothing => (["null::timestamptz"; 2], "(select where false) as touched".to_owned()),
    };
    let summary = format!(
        "select true as is_new, $1 as n, min(least({start}, {end})) as earliest, max(greatest({start}, {end})) as latest,
            coalesce(bool_or({start} is null and {end} is null), false) as untimed, null::text[] as old_arrays
        from {from}",
        start = times[0],
        end = times[1],
    );
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    Ok(Some(sqlx::query_as(AssertSqlSafe(summary)).bind(n).persistent(false).fetch_one(&mut **tx).await?))
}

/// Compares the staged rows with the table: one statement, the same for the nine tables but for their names, which are ours.
///
/// The lock makes it safe to insert what was not there and update what was, which is a fifth quicker than `on conflict`.
async fn settle(
    tx: &mut Transaction<'static, Postgres>,
    target: &Target,
    load: i64,
) -> Result<Vec<Settled>, StoreError> {
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
    Ok(sqlx::query_as(AssertSqlSafe(statement)).bind(load).persistent(false).fetch_all(&mut **tx).await?)
}
