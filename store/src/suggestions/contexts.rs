//! What the model of suggestions sees of a finding: what the log says, the executions around it, the air at that time.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use domain::facts::{Conditions, Execution};
use domain::findings::{Finding, FindingType};
use domain::time::{Instant, Span};
use domain::triage::suggestion::context::AIR_AGE_MAX_S;
use domain::triage::suggestion::{Around, Context, context};

use crate::{Store, StoreError};

/// The types whose identity begins with the execution they are about (domain.md §4, identity).
const ABOUT_AN_EXECUTION: [FindingType; 5] = [
    FindingType::RunningExecutionGap,
    FindingType::AllocatedTimeNotWellDefined,
    FindingType::UncertainShiftStart,
    FindingType::PiInDowntime,
    FindingType::WrongCalibrationTestFlag,
];

impl Store {
    /// The context of each of these findings, by id; those that do not exist are not there.
    ///
    /// Neighbours are executions of at most a day: what ran longer is no neighbour but a mistake of its own.
    pub async fn contexts(&self, findings: &[i64]) -> Result<BTreeMap<i64, Context>, StoreError> {
        let about: Vec<String> = ABOUT_AN_EXECUTION.iter().map(|kind| kind.label().to_owned()).collect();
        let air_age_max_s = i32::try_from(AIR_AGE_MAX_S).unwrap_or(i32::MAX);
        let rows = sqlx::query_as!(
            Row,
            r#"
            select f.id as "id!", f.type as "kind!", f.family, f.shift_id, f.ids as "ids!", f.priority as "priority!",
                f.start_at, f.end_at, f.tags as "tags!", f.comment as "comment!",
                shift.start_at as "shift_start?", about.id as "about?", before.id as "before?", after.id as "after?",
                air.at as "air_at?", air.pwv_mm as "pwv_mm?", air.phase_rms_deg as "phase_rms_deg?",
                air.wind_m_s as "wind_m_s?"
            from finding f
            left join shift on shift.id = f.shift_id
            left join execution about on about.id = f.ids[1] and f.type = any($2)
            left join lateral (
                select e.id
                from execution e
                left join array_ a on a.id = e.array_id
                where least(e.start_at, e.end_at) between f.start_at - interval '1 day' and f.start_at
                    and greatest(e.start_at, e.end_at) = f.start_at and e.end_at = f.start_at
                    and coalesce(e.family, a.family) = f.family
                order by e.id
                limit 1
            ) as before on true
            left join lateral (
                select e.id
                from execution e
                left join array_ a on a.id = e.array_id
                where least(e.start_at, e.end_at) = f.end_at and e.start_at = f.end_at
                    and coalesce(e.family, a.family) = f.family
                order by e.id
                limit 1
            ) as after on true
            left join lateral (
                select at, pwv_mm, phase_rms_deg, wind_m_s
                from conditions
                where at <= f.start_at and at >= f.start_at - make_interval(secs => $3::integer)
                order by at desc
                limit 1
            ) as air on true
            where f.id = any($1)
            "#,
            findings,
            &about,
            air_age_max_s,
        )
        .fetch_all(&self.pool)
        .await?;
        let named = rows.iter().flat_map(|row| [&row.about, &row.before, &row.after]);
        let named: Vec<String> = named.flatten().cloned().collect();
        let executions = self.facts_by_ids(&named).await?.executions.into_iter();
        let executions: HashMap<String, Execution> = executions.map(|x| (x.id.to_string(), x)).collect();
        rows.into_iter().map(|row| Ok((row.id, row.context(&executions)?))).collect()
    }
}

struct Row {
    id: i64,
    kind: String,
    family: Option<String>,
    shift_id: Option<String>,
    ids: Vec<String>,
    priority: String,
    start_at: Option<DateTime<Utc>>,
    end_at: Option<DateTime<Utc>>,
    tags: String,
    comment: String,
    shift_start: Option<DateTime<Utc>>,
    about: Option<String>,
    before: Option<String>,
    after: Option<String>,
    air_at: Option<DateTime<Utc>>,
    pwv_mm: Option<f64>,
    phase_rms_deg: Option<f64>,
    wind_m_s: Option<f64>,
}

impl Row {
    fn context(self, executions: &HashMap<String, Execution>) -> Result<Context, StoreError> {
        fn corrupt<E: ToString>(id: i64) -> impl Fn(E) -> StoreError {
            move |why| StoreError::Corrupt { table: "finding", id: id.to_string(), why: why.to_string() }
        }
        let id = self.id;
        let time = |time: Option<DateTime<Utc>>| time.map(Instant::try_from).transpose().map_err(corrupt(id));
        let execution = |id: Option<String>| id.and_then(|id| executions.get(&id)).cloned();
        let air = time(self.air_at)?.map(|time| Conditions {
            time,
            pwv_mm: self.pwv_mm,
            phase_rms_deg: self.phase_rms_deg,
            wind_m_s: self.wind_m_s,
        });
        let around = Around {
            before: execution(self.before),
            after: execution(self.after),
            about: execution(self.about),
            shift_start: time(self.shift_start)?,
            air,
        };
        let finding = Finding {
            kind: self.kind.parse().map_err(corrupt(id))?,
            family: self.family.as_deref().map(str::parse).transpose().map_err(corrupt(id))?,
            shift: self.shift_id.as_deref().map(str::parse).transpose().map_err(corrupt(id))?,
            ids: self.ids,
            span: time(self.start_at)?.zip(time(self.end_at)?).map(|(start, end)| Span::between(start, end)),
            priority: self.priority.parse().map_err(corrupt(id))?,
            tags: self.tags,
            comment: self.comment,
        };
        Ok(context(&finding, &around))
    }
}
