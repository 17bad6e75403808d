//! How far a change reaches: which findings may differ after a load, and which facts it takes to find those exactly.
//!
//! A finding is in scope by what it is (its shift, its start, its array), never by what made it, so that the same question can
//! be asked of a finding just detected and of a stored one whose facts are gone. In doubt the scope is wide: the test is that
//! detecting piece by piece ends where detecting everything does.

use chrono::{DateTime, Utc};
use domain::time::{DAY_S, HOUR_S, Instant, Span};
use sqlx::{Postgres, Transaction};

use crate::StoreError;
use crate::facts::joined;
use crate::load::Affected;

/// Added to both sides of what changed (our choice): more than any tolerance of a rule, and whole shifts on either side.
const MARGIN_S: i64 = 12 * HOUR_S;

/// From this share of all shifts on, looking at everything costs no more (our choice) \[percent\].
const WHOLE_LOG_PERCENT: i64 = 60;

/// The findings that may differ, and the facts that decide them.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Shifts whose findings are in scope.
    pub(super) shifts: Vec<String>,
    /// Findings without a shift are in scope when they start in here.
    pub(super) spans: Vec<Span>,
    /// Arrays whose declared activity is judged again.
    pub(super) arrays: Vec<String>,
    /// The spans, and the whole of each shift.
    pub(super) reach: Vec<Span>,
}

impl Scope {
    /// The scope of a change, and of the time that went by between two detections; `None` for the whole log.
    pub(super) async fn of(
        tx: &mut Transaction<'static, Postgres>,
        affected: &Affected,
        last_now: Instant,
        now: Instant,
    ) -> Result<Option<Self>, StoreError> {
        let margin = |span: &Span| Span::between(span.start().plus(-MARGIN_S), span.end().plus(MARGIN_S));
        let mut spans: Vec<Span> = affected.spans.iter().map(margin).collect();
        // With time alone running shifts grow and end, and a shift without an end stops being valid after a day.
        spans.push(Span::between(last_now.min(now).plus(-DAY_S), last_now.max(now)));
        // What overlaps a change bounds the gaps around it, so the change is felt as far as that goes.
        let spans = grown(tx, joined(spans)).await?;

        let (from, to) = columns(&spans);
        let shifts = sqlx::query!(
            r#"
            select s.id, least(s.start_at, s.end_at) as start_at,
                greatest(s.start_at, s.end_at, s.start_at + case when s.end_at is null then interval '1 day' end) as end_at
            from shift s
            where least(s.start_at, s.end_at) is null or exists (
                select from unnest($1::timestamptz[], $2::timestamptz[]) as span (from_, to_)
                where least(s.start_at, s.end_at) <= to_
                    and greatest(s.start_at, s.end_at, s.start_at + case when s.end_at is null then interval '1 day' end)
                        >= from_
            )
            "#,
            &from,
            &to,
        )
        .fetch_all(&mut **tx)
        .await?;
        let n_shifts = sqlx::query_scalar!(r#"select count(*) as "n!" from shift"#).fetch_one(&mut **tx).await?;
        let n_inside = i64::try_from(shifts.len()).unwrap_or(i64::MAX);
        if n_inside.saturating_mul(100) > n_shifts.saturating_mul(WHOLE_LOG_PERCENT) {
            return Ok(None);
        }
        let mut arrays = sqlx::query_scalar!(
            r#"
            select distinct e.array_id
            from unnest($1::timestamptz[], $2::timestamptz[]) as span (from_, to_)
            join execution e on least(e.start_at, e.end_at) <= to_ and greatest(e.start_at, e.end_at) >= from_
            where e.array_id <> ''
            "#,
            &from,
            &to,
        )
        .fetch_all(&mut **tx)
        .await?;
        arrays.extend(affected.arrays.iter().cloned());

        let of_shifts = shifts.iter().filter_map(|shift| span(shift.start_at, shift.end_at));
        let reach = joined(of_shifts.chain(spans.iter().copied()).collect());
        Ok(Some(Self { shifts: shifts.into_iter().map(|shift| shift.id).collect(), spans, arrays, reach }))
    }
}

/// Each span, and all of what overlaps it.
async fn grown(tx: &mut Transaction<'static, Postgres>, spans: Vec<Span>) -> Result<Vec<Span>, StoreError> {
    let (from, to) = columns(&spans);
    let rows = sqlx::query!(
        r#"
        select least(span.from_, min(fact.from_)) as "from_!", greatest(span.to_, max(fact.to_)) as "to_!"
        from unnest($1::timestamptz[], $2::timestamptz[]) as span (from_, to_)
        left join (
            select least(start_at, end_at) as from_,
                greatest(start_at, end_at, start_at + case when end_at is null then interval '1 day' end) as to_
            from shift
            union all
            select least(start_at, end_at), greatest(start_at, end_at) from execution
            union all
            select start_at, coalesce(end_at, start_at) from downtime
        ) as fact on fact.from_ <= span.to_ and fact.to_ >= span.from_
        group by span.from_, span.to_
        "#,
        &from,
        &to,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(joined(rows.into_iter().filter_map(|row| span(Some(row.from_), Some(row.to_))).collect()))
}

/// Starts and ends as two columns, the way a query takes them.
pub(super) fn columns(spans: &[Span]) -> (Vec<DateTime<Utc>>, Vec<DateTime<Utc>>) {
    spans.iter().map(|span| (DateTime::from(span.start()), DateTime::from(span.end()))).unzip()
}

fn span(from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Option<Span> {
    Some(Span::between(Instant::try_from(from?).ok()?, Instant::try_from(to?).ok()?))
}
