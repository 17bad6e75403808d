//! Facts out of the database, as the domain speaks of them.
//!
//! A ledger or a finding is exact only with every fact that bears on it, and some bear from afar: an array's other executions,
//! the shift that holds the start of a long execution, the execution that ends an unclosed downtime. [`within`] is the one
//! place that knows how far that reaches.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;

use chrono::{DateTime, Utc};
use domain::facts::{Array, Downtime, Execution, Facts, Id, Shift};
use domain::family::{Families, Family};
use domain::time::{Instant, Span};
use sqlx::{PgConnection, Postgres, Transaction};

use crate::{Store, StoreError};

/// `select` of one table's columns as its row type; what follows `from` is given at the call. The texts are joined at compile
/// time, so each query is still checked whole.
macro_rules! shifts {
    ($db:expr, $rest:tt $(, $arg:expr)* $(,)?) => {
        domain_values(sqlx::query_as!(
            ShiftRow,
            "select s.id, s.kind, s.families, s.start_at, s.end_at, s.planned_start, s.planned_end, s.aod from " + $rest
            $(, $arg)*
        ).fetch_all($db).await?)
    };
}
macro_rules! arrays {
    ($db:expr, $rest:tt $(, $arg:expr)* $(,)?) => {
        domain_values(sqlx::query_as!(
            ArrayRow,
            "select a.id, a.family, a.activity, a.created, a.destroyed, a.antennas, a.bands from " + $rest
            $(, $arg)*
        ).fetch_all($db).await?)
    };
}
macro_rules! executions {
    ($db:expr, $rest:tt $(, $arg:expr)* $(,)?) => {
        domain_values(sqlx::query_as!(
            ExecutionRow,
            "select e.id, e.sb_uid, e.sb_name, e.project_code, e.array_id, e.family, e.band, e.purpose, e.status, e.qa0,
                e.start_at, e.end_at, e.subject, e.ticket from " + $rest
            $(, $arg)*
        ).fetch_all($db).await?)
    };
}
macro_rules! downtimes {
    ($db:expr, $rest:tt $(, $arg:expr)* $(,)?) => {
        domain_values(sqlx::query_as!(
            DowntimeRow,
            "select d.id, d.kind, d.families, d.start_at, d.end_at, d.comment, d.ticket from " + $rest
            $(, $arg)*
        ).fetch_all($db).await?)
    };
}

impl Store {
    /// The four tables that ledger and findings are made of, whole.
    pub async fn facts(&self) -> Result<Facts, StoreError> {
        let mut tx = self.snapshot().await?;
        all(&mut tx).await
    }

    /// All that is needed to draw one shift exactly. `None` when there is no such shift.
    ///
    /// An end that is missing counts as a day after the start: by then the shift has ended, or is not valid.
    pub async fn facts_around(&self, shift_id: &str) -> Result<Option<Facts>, StoreError> {
        let mut tx = self.snapshot().await?;
        let found: Vec<Shift> = shifts!(&mut *tx, "shift s where s.id = $1", shift_id)?;
        let Some(shift) = found.into_iter().next() else { return Ok(None) };
        let spans: Vec<Span> = its_time(&shift).into_iter().collect();
        let mut facts = within(&mut tx, &spans, &[], For::Ledgers).await?;
        if !facts.shifts.iter().any(|found| found.id == shift.id) {
            facts.shifts.push(shift);
        }
        Ok(Some(facts))
    }

    /// Up to `limit` shifts that start in `[from, to)`, newest first; those without a start come last, when neither is given.
    pub async fn shifts(
        &self,
        from: Option<Instant>,
        to: Option<Instant>,
        limit: i64,
    ) -> Result<Vec<Shift>, StoreError> {
        let (from, to) = (from.map(DateTime::<Utc>::from), to.map(DateTime::<Utc>::from));
        shifts!(
            &self.pool,
            "shift s
            where ($1::timestamptz is null or s.start_at >= $1) and ($2::timestamptz is null or s.start_at < $2)
            order by s.start_at desc nulls last, s.id
            limit greatest($3::bigint, 0)",
            from,
            to,
            limit,
        )
    }

    /// All executions that began before a time, the oldest first.
    pub async fn executions_until(&self, to: Instant) -> Result<Vec<Execution>, StoreError> {
        executions!(
            &self.pool,
            "execution e where e.start_at < $1 order by e.start_at, e.id",
            DateTime::<Utc>::from(to)
        )
    }

    /// All that is needed for exact ledgers of the shifts that start in `[from, to)`, and what happened between them.
    pub async fn facts_between(&self, from: Instant, to: Instant) -> Result<Facts, StoreError> {
        let mut tx = self.snapshot().await?;
        let shifts: Vec<Shift> = shifts!(
            &mut *tx,
            "shift s where s.start_at >= $1 and s.start_at < $2",
            DateTime::<Utc>::from(from),
            DateTime::<Utc>::from(to),
        )?;
        // Between shifts things happen too.
        let spans = shifts.iter().filter_map(its_time).chain([Span::between(from, to)]).collect();
        within(&mut tx, &joined(spans), &[], For::Ledgers).await
    }

    /// The facts with these ids, whatever their table.
    pub async fn facts_by_ids(&self, ids: &[String]) -> Result<Facts, StoreError> {
        let mut tx = self.snapshot().await?;
        Ok(Facts {
            shifts: shifts!(&mut *tx, "shift s where s.id = any($1) order by s.id", ids)?,
            arrays: arrays!(&mut *tx, "array_ a where a.id = any($1) order by a.id", ids)?,
            executions: executions!(&mut *tx, "execution e where e.id = any($1) order by e.id", ids)?,
            downtimes: downtimes!(&mut *tx, "downtime d where d.id = any($1) order by d.id", ids)?,
        })
    }

    /// Several queries, one state of the database: a load that commits between them is seen by all or by none.
    pub(crate) async fn snapshot(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        Ok(self.pool.begin_with("begin isolation level repeatable read read only").await?)
    }
}

/// The whole log.
pub(crate) async fn all(db: &mut PgConnection) -> Result<Facts, StoreError> {
    Ok(Facts {
        shifts: shifts!(&mut *db, "shift s")?,
        arrays: arrays!(&mut *db, "array_ a")?,
        executions: executions!(&mut *db, "execution e")?,
        downtimes: downtimes!(&mut *db, "downtime d")?,
    })
}

/// What the facts are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// Findings. An array is judged by all its executions (finding 19), and a downtime that nobody closed is found when anything
    /// came after it, however long ago it was (finding 18): both read whole tables.
    Findings,
    /// Ledgers alone. They ask whether an execution that nobody closed is its array's latest only where a shift that holds its
    /// start still runs. A downtime that nobody closed reaches to the end of the shift that holds its start, at most.
    Ledgers,
}

/// Every fact that bears on what happened in these spans, so that ledgers of shifts inside them, and findings placed inside
/// them where they are asked for, come out as from the whole log. Facts without any time are always among them.
///
/// A downtime that nobody closed ends with the next execution of its family. A shift matters when it overlaps, and when an
/// execution or a downtime reaches into it.
pub(crate) async fn within(
    db: &mut PgConnection,
    spans: &[Span],
    arrays: &[String],
    what: For,
) -> Result<Facts, StoreError> {
    let (from, to): (Vec<DateTime<Utc>>, Vec<DateTime<Utc>>) =
        spans.iter().map(|span| (DateTime::from(span.start()), DateTime::from(span.end()))).unzip();
    // Spans as one value of many ranges: whether a row meets any of a thousand is found by halving.
    let downtimes: Vec<Downtime> = downtimes!(
        &mut *db,
        "downtime d,
            (
                select range_agg(tstzrange(from_, to_, '[]')) as times
                from unnest($1::timestamptz[], $2::timestamptz[]) as span (from_, to_)
            ) as asked,
            (
                select range_agg(its.time) as times
                from shift s,
                    lateral tstzrange(
                        least(s.start_at, s.end_at),
                        greatest(s.start_at, s.end_at, s.start_at + case when s.end_at is null then interval '1 day' end),
                        '[]'
                    ) as its (time)
                where least(s.start_at, s.end_at) is not null
                    and its.time && (
                        select range_agg(tstzrange(from_, to_, '[]'))
                        from unnest($1::timestamptz[], $2::timestamptz[]) as span (from_, to_)
                    )
            ) as held
        where case
            when d.end_at is null then $3 or asked.times @> d.start_at or held.times @> d.start_at
            else asked.times && tstzrange(least(d.start_at, d.end_at), greatest(d.start_at, d.end_at), '[]')
        end",
        &from,
        &to,
        what == For::Findings,
    )?;
    let open: Vec<String> =
        downtimes.iter().filter(|downtime| downtime.end.is_none()).map(|downtime| downtime.id.to_string()).collect();
    let mut executions: Vec<Execution> = match what {
        For::Findings => executions!(
            &mut *db,
            "execution e where e.id in (
                with inside as materialized (
                    select e.id, e.array_id
                    from unnest($1::timestamptz[], $2::timestamptz[]) as span (from_, to_)
                    join execution e on least(e.start_at, e.end_at) <= to_ and greatest(e.start_at, e.end_at) >= from_
                    union
                    select e.id, e.array_id from execution e where least(e.start_at, e.end_at) is null
                )
                select id from inside
                union
                select e.id from execution e
                where e.array_id in (select array_id from inside where array_id <> '' union select unnest($3::text[]))
            )",
            &from,
            &to,
            arrays,
        )?,
        For::Ledgers => executions!(
            &mut *db,
            "execution e where e.id in (
                select e.id
                from unnest($1::timestamptz[], $2::timestamptz[]) as span (from_, to_)
                join execution e on least(e.start_at, e.end_at) <= to_ and greatest(e.start_at, e.end_at) >= from_
                union
                select e.id from execution e where least(e.start_at, e.end_at) is null
            )",
            &from,
            &to,
        )?,
    };
    let next: Vec<Execution> = executions!(
        &mut *db,
        "(
            select distinct next.id
            from downtime d
            cross join unnest(d.families) as of_family
            cross join lateral (
                select e.id
                from execution e
                left join array_ a on a.id = e.array_id
                where least(e.start_at, e.end_at) > d.start_at
                    and e.start_at is not null and (e.end_at is null or e.end_at > e.start_at)
                    and coalesce(e.family, a.family) = of_family
                order by least(e.start_at, e.end_at)
                limit 1
            ) as next
            where d.id = any($1)
        ) as next
        join execution e on e.id = next.id",
        &open,
    )?;
    let later = match what {
        For::Findings => Vec::new(),
        For::Ledgers => later_on_their_arrays(db, &executions).await?,
    };
    let known: HashSet<&Id> = executions.iter().map(|execution| &execution.id).collect();
    let mut more: BTreeMap<Id, Execution> = next.into_iter().chain(later).map(|one| (one.id.clone(), one)).collect();
    more.retain(|id, _| !known.contains(id));
    executions.extend(more.into_values());
    // From where to where they reach outside: the shift that holds their start matters, and so does any other that an execution
    // overlaps, since it is counted in the earliest.
    let reaching = executions
        .iter()
        .filter_map(|execution| {
            Some(Span::between(execution.start.or(execution.end)?, execution.end.or(execution.start)?))
        })
        .chain(downtimes.iter().map(|downtime| Span::at(downtime.start)));
    let (from, to): (Vec<DateTime<Utc>>, Vec<DateTime<Utc>>) = joined(reaching.chain(spans.iter().copied()).collect())
        .into_iter()
        .map(|span| (DateTime::from(span.start()), DateTime::from(span.end())))
        .unzip();
    let shifts = shifts!(
        &mut *db,
        "shift s,
            (
                select range_agg(tstzrange(from_, to_, '[]')) as times
                from unnest($1::timestamptz[], $2::timestamptz[]) as span (from_, to_)
            ) as asked
        where least(s.start_at, s.end_at) is null
            or asked.times && tstzrange(
                least(s.start_at, s.end_at),
                greatest(s.start_at, s.end_at, s.start_at + case when s.end_at is null then interval '1 day' end),
                '[]'
            )",
        &from,
        &to,
    )?;
    let names: Vec<String> = executions.iter().map(|execution| execution.array_id.clone()).collect();
    let arrays = arrays!(&mut *db, "array_ a where a.id = any($1)", &names)?;
    Ok(Facts { shifts, arrays, executions, downtimes })
}

/// What came on the arrays of those executions that nobody closed and that may run: a shift that had not ended at the last
/// detection may hold their start. A handful, of the last hours.
async fn later_on_their_arrays(db: &mut PgConnection, executions: &[Execution]) -> Result<Vec<Execution>, StoreError> {
    let open: Vec<&Execution> =
        executions.iter().filter(|one| one.start.is_some() && one.end.is_none() && !one.array_id.is_empty()).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let unfinished: Vec<Shift> = shifts!(
        &mut *db,
        "shift s
        where s.start_at is not null
            and coalesce(s.end_at, s.start_at + interval '1 day')
                >= coalesce((select now_used from detection), '-infinity'::timestamptz)"
    )?;
    let runs = unfinished.iter().filter_map(|shift| shift.start).min();
    let may_run = |one: &&&Execution| runs.is_some_and(|runs| one.start >= Some(runs));
    let arrays: Vec<String> = open.iter().filter(may_run).map(|one| one.array_id.clone()).collect();
    let Some(since) = open.iter().filter(may_run).filter_map(|one| one.start).min() else { return Ok(Vec::new()) };
    executions!(
        &mut *db,
        "execution e where e.array_id = any($1) and least(e.start_at, e.end_at) >= $2",
        &arrays,
        DateTime::<Utc>::from(since),
    )
}

/// When these shifts are, as far as they have a time.
pub(crate) async fn times_of_shifts(db: &mut PgConnection, ids: &[String]) -> Result<Vec<Span>, StoreError> {
    let shifts: Vec<Shift> = shifts!(&mut *db, "shift s where s.id = any($1)", ids)?;
    Ok(shifts.iter().filter_map(its_time).collect())
}

/// Shifts that had not ended at that time or had not begun, of any kind. One without an end is over after a day.
pub(crate) async fn unfinished_shifts(db: &mut PgConnection, at: Instant) -> Result<Vec<Shift>, StoreError> {
    shifts!(
        &mut *db,
        "shift s where coalesce(s.end_at, s.start_at + interval '1 day') >= $1 and s.start_at is not null",
        DateTime::<Utc>::from(at),
    )
}

/// SCIOPS shifts that have a start and no row in the table of sums.
pub(crate) async fn shifts_without_sums(db: &mut PgConnection) -> Result<Vec<Shift>, StoreError> {
    shifts!(
        &mut *db,
        "shift s
        where s.kind = 'SCIOPS' and s.start_at is not null
            and not exists (select from shift_sums where shift_id = s.id)
        order by s.start_at, s.id"
    )
}

/// From a shift's start to its end, in whichever order they are written; a day, when it has no end.
pub(crate) fn its_time(shift: &Shift) -> Option<Span> {
    match (shift.start, shift.end) {
        (Some(start), Some(end)) => Some(Span::between(start, end)),
        (Some(start), None) => Some(Span::between(start, start.plus(domain::time::DAY_S))),
        (None, Some(end)) => Some(Span::at(end)),
        (None, None) => None,
    }
}

/// The same time in the fewest spans, by start: those that touch become one.
pub(crate) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start() <= last.end() => *last = Span::between(last.start(), last.end().max(span.end())),
            _ => joined.push(span),
        }
    }
    joined
}

struct ShiftRow {
    id: String,
    kind: String,
    families: Vec<String>,
    start_at: Option<DateTime<Utc>>,
    end_at: Option<DateTime<Utc>>,
    planned_start: Option<DateTime<Utc>>,
    planned_end: Option<DateTime<Utc>>,
    aod: String,
}

struct ArrayRow {
    id: String,
    family: String,
    activity: String,
    created: Option<DateTime<Utc>>,
    destroyed: Option<DateTime<Utc>>,
    antennas: String,
    bands: String,
}

struct ExecutionRow {
    id: String,
    sb_uid: String,
    sb_name: String,
    project_code: String,
    array_id: String,
    family: Option<String>,
    band: Option<i16>,
    purpose: String,
    status: String,
    qa0: Option<String>,
    start_at: Option<DateTime<Utc>>,
    end_at: Option<DateTime<Utc>>,
    subject: String,
    ticket: String,
}

struct DowntimeRow {
    id: String,
    kind: String,
    families: Vec<String>,
    start_at: DateTime<Utc>,
    end_at: Option<DateTime<Utc>>,
    comment: String,
    ticket: String,
}

/// Rows into domain values; the first that is none says which it is.
fn domain_values<R, T: TryFrom<R, Error = StoreError>>(rows: Vec<R>) -> Result<Vec<T>, StoreError> {
    rows.into_iter().map(T::try_from).collect()
}

/// A row that is being read: knows its name in case a column is no legal value.
pub(crate) struct Reading<'a>(pub(crate) &'static str, pub(crate) &'a str);

impl Reading<'_> {
    pub(crate) fn ok<T, E: Display>(&self, column: Result<T, E>) -> Result<T, StoreError> {
        column.map_err(|why| StoreError::Corrupt { table: self.0, id: self.1.to_owned(), why: why.to_string() })
    }

    pub(crate) fn time(&self, column: Option<DateTime<Utc>>) -> Result<Option<Instant>, StoreError> {
        self.ok(column.map(Instant::try_from).transpose())
    }

    fn families(&self, column: &[String]) -> Result<Families, StoreError> {
        self.ok(column.iter().map(|label| label.parse::<Family>()).collect())
    }
}

// `Shift` and its like belong to the domain and the rows to this crate, so `TryFrom<Row> for Shift` is ours to write.
impl TryFrom<ShiftRow> for Shift {
    type Error = StoreError;
    fn try_from(row: ShiftRow) -> Result<Self, StoreError> {
        let reading = Reading("shift", &row.id);
        Ok(Self {
            kind: reading.ok(row.kind.parse())?,
            families: reading.families(&row.families)?,
            start: reading.time(row.start_at)?,
            end: reading.time(row.end_at)?,
            planned_start: reading.time(row.planned_start)?,
            planned_end: reading.time(row.planned_end)?,
            aod: row.aod,
            id: reading.ok(row.id.parse())?,
        })
    }
}

impl TryFrom<ArrayRow> for Array {
    type Error = StoreError;
    fn try_from(row: ArrayRow) -> Result<Self, StoreError> {
        let reading = Reading("array_", &row.id);
        Ok(Self {
            family: reading.ok(row.family.parse())?,
            activity: reading.ok(row.activity.parse())?,
            created: reading.time(row.created)?,
            destroyed: reading.time(row.destroyed)?,
            antennas: row.antennas,
            bands: row.bands,
            id: reading.ok(row.id.parse())?,
        })
    }
}

impl TryFrom<ExecutionRow> for Execution {
    type Error = StoreError;
    fn try_from(row: ExecutionRow) -> Result<Self, StoreError> {
        let reading = Reading("execution", &row.id);
        Ok(Self {
            sb_uid: row.sb_uid,
            sb_name: row.sb_name,
            project_code: row.project_code,
            array_id: row.array_id,
            family: reading.ok(row.family.as_deref().map(str::parse).transpose())?,
            band: reading.ok(row.band.map(u8::try_from).transpose())?,
            purpose: reading.ok(row.purpose.parse())?,
            status: reading.ok(row.status.parse())?,
            qa0: reading.ok(row.qa0.as_deref().map(str::parse).transpose())?,
            start: reading.time(row.start_at)?,
            end: reading.time(row.end_at)?,
            subject: row.subject,
            ticket: row.ticket,
            id: reading.ok(row.id.parse())?,
        })
    }
}

impl TryFrom<DowntimeRow> for Downtime {
    type Error = StoreError;
    fn try_from(row: DowntimeRow) -> Result<Self, StoreError> {
        let reading = Reading("downtime", &row.id);
        Ok(Self {
            kind: reading.ok(row.kind.parse())?,
            families: reading.families(&row.families)?,
            start: reading.ok(row.start_at.try_into())?,
            end: reading.time(row.end_at)?,
            comment: row.comment,
            ticket: row.ticket,
            id: reading.ok(row.id.parse())?,
        })
    }
}
