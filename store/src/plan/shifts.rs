//! What is planned for an array in a shift: edited by versions, every state kept, some of them published.

use chrono::{DateTime, Utc};
use domain::family::Family;
use domain::plan::shift_plan::{KeptExecution, PlanEvent, ShiftPlan};
use domain::time::{HOUR_S, Instant, Interval};
use serde_json::Value;

use crate::facts::Reading;
use crate::{Store, StoreError};

/// Why a plan could not be edited.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Somebody edited it meanwhile.
    #[error("the plan was changed meanwhile")]
    Changed,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PlanError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// An edit of a plan.
#[derive(Clone, Debug)]
pub struct PlanEdit<'a> {
    /// The version it was made on.
    pub version: i32,
    /// What is planned after it, by start.
    pub planned: &'a [KeptExecution],
    /// What was done, as a sentence.
    pub what: &'a str,
    /// The list that it was chosen from, where it was.
    pub list: Option<Value>,
    /// Whether it is published.
    pub publish: bool,
}

/// The states of a plan that are read at once.
const EVENTS_MAX: i64 = 200;

impl Store {
    /// The plan of a family for a shift that begins then. Of the lists that were looked at it has the first five blocks; a list is
    /// read whole by [`Self::plan_event`].
    pub async fn shift_plan(&self, family: Family, start: Instant) -> Result<ShiftPlan, StoreError> {
        let row = sqlx::query!(
            "select id, version, planned from plan where family = $1 and start_at = $2",
            family.label() as _,
            DateTime::<Utc>::from(start),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else {
            return Ok(ShiftPlan { version: 0, planned: Vec::new(), events: Vec::new() });
        };
        let events = sqlx::query_as!(
            EventRow,
            r#"
            select version, at, author, what, planned, published,
                (list - 'rows' - 'first' - 'is_whole') || jsonb_build_object(
                    'rows', jsonb_path_query_array(coalesce(list -> 'rows', list -> 'first'), '$[0 to 4]')
                ) as list
            from plan_event where plan_id = $1
            order by version desc limit $2
            "#,
            row.id,
            EVENTS_MAX,
        )
        .fetch_all(&self.pool)
        .await?;
        let name = row.id.to_string();
        let events = events.into_iter().map(|event| event.read(&name));
        Ok(ShiftPlan {
            version: row.version,
            planned: planned(&name, row.planned)?,
            events: events.collect::<Result<_, StoreError>>()?,
        })
    }

    /// What made one version of a plan, with the whole list that was looked at; none where there is no such version.
    pub async fn plan_event(
        &self,
        family: Family,
        start: Instant,
        version: i32,
    ) -> Result<Option<PlanEvent>, StoreError> {
        let row = sqlx::query_as!(
            EventRow,
            "select e.version, e.at, e.author, e.what, e.planned, e.published, e.list
            from plan_event e join plan on plan.id = e.plan_id
            where plan.family = $1 and plan.start_at = $2 and e.version = $3",
            family.label() as _,
            DateTime::<Utc>::from(start),
            version,
        );
        let row = row.fetch_optional(&self.pool).await?;
        row.map(|row| row.read(&format!("version {version}"))).transpose()
    }

    /// Puts an edit in place if nobody edited the plan since its version; the new version.
    pub async fn edit_plan(
        &self,
        family: Family,
        shift: Interval,
        edit: PlanEdit<'_>,
        author: &str,
        now: Instant,
    ) -> Result<i32, PlanError> {
        let body = serde_json::to_value(edit.planned).map_err(|why| StoreError::Corrupt {
            table: "plan",
            id: String::new(),
            why: why.to_string(),
        })?;
        let mut tx = self.pool.begin().await?;
        let (start, end) = (DateTime::<Utc>::from(shift.start()), DateTime::<Utc>::from(shift.end()));
        let edited = if edit.version == 0 {
            sqlx::query!(
                "insert into plan (family, start_at, end_at, planned) values ($1, $2, $3, $4)
                on conflict (family, start_at) do nothing returning id, version",
                family.label() as _,
                start,
                end,
                body,
            )
            .fetch_optional(&mut *tx)
            .await?
            .map(|row| (row.id, row.version))
        } else {
            sqlx::query!(
                "update plan set planned = $4, version = version + 1
                where family = $1 and start_at = $2 and version = $3 returning id, version",
                family.label() as _,
                start,
                edit.version,
                body,
            )
            .fetch_optional(&mut *tx)
            .await?
            .map(|row| (row.id, row.version))
        };
        let (id, version) = edited.ok_or(PlanError::Changed)?;
        sqlx::query!(
            "insert into plan_event (plan_id, version, at, author, what, planned, list, published)
            values ($1, $2, $3, $4, $5, $6, $7, $8)",
            id,
            version,
            DateTime::<Utc>::from(now),
            author,
            edit.what,
            body,
            edit.list,
            edit.publish,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(version)
    }

    /// The shift whose plan is asked for: the one that runs, or else the next that was announced for the family; the twelve
    /// hours from the next full hour on where the log has none.
    pub async fn shift_to_plan(&self, family: Family, now: Instant) -> Result<Interval, StoreError> {
        let row = sqlx::query!(
            r#"
            select coalesce(start_at, planned_start) as "start_at!", coalesce(end_at, planned_end) as "end_at!"
            from shift
            where $1::text = any(families) and coalesce(end_at, planned_end) > $2
                and coalesce(start_at, planned_start) < coalesce(end_at, planned_end)
            order by 1, id limit 1
            "#,
            family.label(),
            DateTime::<Utc>::from(now),
        )
        .fetch_optional(&self.pool)
        .await?;
        let found = match row {
            Some(row) => Interval::new(
                Reading("shift", "start").ok(row.start_at.try_into())?,
                Reading("shift", "end").ok(row.end_at.try_into())?,
            ),
            None => None,
        };
        let start = now.plus(HOUR_S - now.unix_seconds().rem_euclid(HOUR_S));
        found.or_else(|| Interval::new(start, start.plus(12 * HOUR_S))).ok_or_else(|| StoreError::Corrupt {
            table: "shift",
            id: String::new(),
            why: "the clock is beyond the last year that can be written".to_owned(),
        })
    }
}

/// A row of `plan_event`.
struct EventRow {
    version: i32,
    at: DateTime<Utc>,
    author: String,
    what: String,
    planned: Value,
    published: bool,
    list: Option<Value>,
}

impl EventRow {
    fn read(self, plan: &str) -> Result<PlanEvent, StoreError> {
        Ok(PlanEvent {
            version: self.version,
            at: Reading("plan_event", plan).ok(self.at.try_into())?,
            author: self.author,
            what: self.what,
            planned: planned(plan, self.planned)?,
            list: self.list,
            published: self.published,
        })
    }
}

fn planned(id: &str, body: Value) -> Result<Vec<KeptExecution>, StoreError> {
    serde_json::from_value(body).map_err(|why| StoreError::Corrupt {
        table: "plan",
        id: id.to_owned(),
        why: why.to_string(),
    })
}
