//! What a list of Scheduling Blocks is made of: the blocks with what belongs to them, in memory, and the observatory around them.
//!
//! Blocks change by loads alone, so what is in memory stands for as long as no load came in; that is one cheap query.

pub(crate) mod policies;
pub(crate) mod shifts;

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use domain::facts::{Conditions, Configuration, Project, ScheduledConfiguration, SchedulingBlock};
use domain::family::Family;
use domain::plan::atmosphere::Atmosphere;
use domain::plan::candidates::{Done, PastExecution, candidates_done, newest_cycle};
use domain::plan::observatory::Observatory;
use domain::plan::pressure::{Delivered, delivered};
use domain::plan::ranking::Blocks;
use domain::plan::situation::ArrayAtHand;
use domain::time::{DAY_S, Instant};
use futures_util::lock::Mutex;
use sqlx::{Postgres, Transaction};

use crate::facts::Reading;
use crate::{Store, StoreError};

/// Measurements of the air that a page shows: a day of them (our own).
const AIR_S: i64 = DAY_S;
/// Antennas of an array that the log does not have at the time: the 7 m array and the single dishes as they were built.
const SEVEN_ANTENNAS: u32 = 10;
const TOTAL_POWER_ANTENNAS: u32 = 4;

/// The blocks of one state of the log.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    book: RwLock<Option<Arc<Book>>>,
    /// Held by whoever reads it anew.
    reading: Mutex<()>,
}

/// The blocks as a log has them.
#[derive(Debug)]
pub struct Book {
    /// Which log: another text, other blocks.
    pub edition: String,
    /// All blocks.
    pub blocks: Arc<Blocks>,
    /// Hours delivered to each executive.
    pub delivered: Delivered,
    schedule: Vec<ScheduledConfiguration>,
    configurations: Vec<Configuration>,
}

impl Store {
    /// The blocks as the log has them now.
    pub async fn book(&self) -> Result<Arc<Book>, StoreError> {
        // Loads are counted too: one with a smaller number may commit later.
        let edition = sqlx::query_scalar!(r#"select coalesce(max(id), 0) || '-' || count(*) as "edition!" from load"#);
        let edition = edition.fetch_one(&self.pool).await?;
        let held = || self.plan.book.read().unwrap_or_else(PoisonError::into_inner).clone();
        let stands = |book: &Arc<Book>| book.edition == edition;
        if let Some(book) = held().filter(stands) {
            return Ok(book);
        }
        let _reading = self.plan.reading.lock().await;
        if let Some(book) = held().filter(stands) {
            return Ok(book);
        }
        let mut tx = self.snapshot().await?;
        let book = Arc::new(read(&mut tx, edition).await?);
        *self.plan.book.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&book));
        Ok(book)
    }

    /// The observatory as of now, around these blocks; of the past, with the air and the arrays of then, where a list is asked for
    /// an earlier time.
    pub async fn observatory(
        &self,
        book: &Book,
        now: Instant,
        asked: Option<Instant>,
    ) -> Result<Observatory, StoreError> {
        let then = asked.map_or(now, |asked| asked.min(now));
        let conditions = self.conditions_between(then.plus(-AIR_S), then).await?;
        let at_hand = sqlx::query!(
            r#"
            select distinct on (family) family as "family!: String", antennas
            from array_
            where created <= $1 and coalesce(destroyed, 'infinity') > $1
            order by family, created desc
            "#,
            DateTime::<Utc>::from(then),
        )
        .fetch_all(&self.pool)
        .await?;
        let antennas_of = |family: Family, as_built| {
            let row = at_hand.iter().find(|row| row.family == family.label());
            let n_antennas = row.map(|row| n_antennas(&row.antennas)).filter(|&n| n > 0).unwrap_or(as_built);
            ArrayAtHand { n_antennas, ar_100ghz_arcsec: None }
        };
        Ok(Observatory {
            now,
            conditions,
            schedule: book.schedule.clone(),
            configurations: book.configurations.clone(),
            seven: antennas_of(Family::Seven, SEVEN_ANTENNAS),
            total_power: antennas_of(Family::TotalPower, TOTAL_POWER_ANTENNAS),
            policies: self.policies_to_rank_by().await?,
        })
    }

    /// Measurements of the air in `[from, to]`, the oldest first.
    pub async fn conditions_between(&self, from: Instant, to: Instant) -> Result<Vec<Conditions>, StoreError> {
        let measured = sqlx::query_as!(
            MeasuredRow,
            "select at, pwv_mm, phase_rms_deg, wind_m_s from conditions where at >= $1 and at <= $2 order by at",
            DateTime::<Utc>::from(from),
            DateTime::<Utc>::from(to),
        )
        .fetch_all(&self.pool)
        .await?;
        measured.into_iter().map(Conditions::try_from).collect()
    }

    /// The executions of a block, the latest first.
    pub async fn executions_of(&self, sb_uid: &str) -> Result<Vec<PastExecution>, StoreError> {
        let rows = sqlx::query_as!(
            PastRow,
            r#"
            select id, start_at, end_at, qa0, status from execution where sb_uid = $1 and sb_uid <> ''
            order by start_at desc nulls last, id limit 200
            "#,
            sb_uid,
        )
        .fetch_all(&self.pool)
        .await?;
        let execution = |row: PastRow| {
            let reading = Reading("execution", &row.id);
            Ok(PastExecution {
                start: reading.time(row.start_at)?,
                end: reading.time(row.end_at)?,
                qa0: reading.ok(row.qa0.as_deref().map(str::parse).transpose())?,
                id: reading.ok(row.id.parse())?,
                status: row.status,
            })
        };
        rows.into_iter().map(execution).collect()
    }
}

struct MeasuredRow {
    at: DateTime<Utc>,
    pwv_mm: Option<f64>,
    phase_rms_deg: Option<f64>,
    wind_m_s: Option<f64>,
}

impl TryFrom<MeasuredRow> for Conditions {
    type Error = StoreError;
    fn try_from(row: MeasuredRow) -> Result<Self, StoreError> {
        Ok(Self {
            time: Reading("conditions", "at").ok(row.at.try_into())?,
            pwv_mm: row.pwv_mm,
            phase_rms_deg: row.phase_rms_deg,
            wind_m_s: row.wind_m_s,
        })
    }
}

struct PastRow {
    id: String,
    start_at: Option<DateTime<Utc>>,
    end_at: Option<DateTime<Utc>>,
    qa0: Option<String>,
    status: String,
}

/// How many antennas an array has: the log says their number, or their names.
fn n_antennas(said: &str) -> u32 {
    said.trim().parse().unwrap_or_else(|_| {
        let names = said.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
        u32::try_from(names.filter(|name| !name.is_empty()).count()).unwrap_or(u32::MAX)
    })
}

/// A row of the schedule of configurations.
pub(crate) struct ScheduledRow {
    pub(crate) start_at: DateTime<Utc>,
    pub(crate) end_at: DateTime<Utc>,
    pub(crate) configuration: String,
    pub(crate) lst_from_h: Option<f64>,
    pub(crate) lst_to_h: Option<f64>,
    pub(crate) revision: i32,
}

impl TryFrom<ScheduledRow> for ScheduledConfiguration {
    type Error = StoreError;
    fn try_from(row: ScheduledRow) -> Result<Self, StoreError> {
        let reading = Reading("configuration_schedule", &row.configuration);
        Ok(Self {
            start: reading.ok(row.start_at.try_into())?,
            end: reading.ok(row.end_at.try_into())?,
            configuration: reading.ok(row.configuration.parse())?,
            lst_from_h: row.lst_from_h,
            lst_to_h: row.lst_to_h,
            revision: row.revision,
        })
    }
}

async fn read(tx: &mut Transaction<'static, Postgres>, edition: String) -> Result<Book, StoreError> {
    let projects =
        sqlx::query!("select id, title, executive, grade, science_rank, cycle, state from project order by id")
            .fetch_all(&mut **tx)
            .await?;
    let projects = projects.into_iter().map(|row| {
        Ok(Project {
            id: Reading("project", &row.id).ok(row.id.parse())?,
            title: row.title,
            executive: row.executive,
            grade: row.grade,
            science_rank: row.science_rank,
            cycle: row.cycle,
            state: row.state,
        })
    });
    let projects = projects.collect::<Result<Vec<_>, StoreError>>()?;
    let rows = sqlx::query!(
        r#"
        select id, name, project_code, family as "family: String", band, rep_freq_ghz, ra_deg, dec_deg, max_pwv_mm, ar_arcsec,
            las_arcsec, min_ar_arcsec, max_ar_arcsec, exec_count, est_time_h, state, window_start, window_end,
            is_polarization, is_point_source, note
        from scheduling_block order by id
        "#
    )
    .fetch_all(&mut **tx)
    .await?;
    let blocks = rows.into_iter().map(|row| {
        let reading = Reading("scheduling_block", &row.id);
        Ok(SchedulingBlock {
            id: reading.ok(row.id.parse())?,
            array: reading.ok(row.family.as_deref().map(str::parse).transpose())?,
            band: reading.ok(row.band.map(u8::try_from).transpose())?,
            window_start: reading.time(row.window_start)?,
            window_end: reading.time(row.window_end)?,
            name: row.name,
            project_code: row.project_code,
            rep_freq_ghz: row.rep_freq_ghz,
            ra_deg: row.ra_deg,
            dec_deg: row.dec_deg,
            max_pwv_mm: row.max_pwv_mm,
            ar_arcsec: row.ar_arcsec,
            las_arcsec: row.las_arcsec,
            min_ar_arcsec: row.min_ar_arcsec,
            max_ar_arcsec: row.max_ar_arcsec,
            exec_count: row.exec_count,
            est_time_h: row.est_time_h,
            state: row.state,
            is_polarization: row.is_polarization,
            is_point_source: row.is_point_source,
            note: row.note,
        })
    });
    let blocks = blocks.collect::<Result<Vec<_>, StoreError>>()?;
    let counted = sqlx::query!(
        r#"
        select sb_uid, count(*) filter (where qa0 = 'Pass') as "n_pass!", count(*) filter (where qa0 = 'Pending') as "n_pending!"
        from execution where sb_uid <> '' and qa0 in ('Pass', 'Pending') group by sb_uid
        "#
    )
    .fetch_all(&mut **tx)
    .await?;
    let count = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
    let done: Done<'_> =
        counted.iter().map(|row| (row.sb_uid.as_str(), (count(row.n_pass), count(row.n_pending)))).collect();
    let candidates = candidates_done(&blocks, &projects, &done, Atmosphere::site());
    let current_cycle = newest_cycle(&candidates).unwrap_or_default().to_owned();
    let passed = sqlx::query!(
        r#"
        select project_code, coalesce(sum(extract(epoch from end_at - start_at)), 0)::bigint as "seconds!"
        from execution where purpose = 'PI' and qa0 = 'Pass' and end_at > start_at group by project_code
        "#
    )
    .fetch_all(&mut **tx)
    .await?;
    let delivered = delivered(&projects, passed.iter().map(|row| (row.project_code.as_str(), row.seconds)));
    let schedule = sqlx::query_as!(
        ScheduledRow,
        "select start_at, end_at, configuration, lst_from_h, lst_to_h, revision from configuration_schedule
        order by start_at, configuration, revision"
    )
    .fetch_all(&mut **tx)
    .await?;
    let schedule = schedule.into_iter().map(ScheduledConfiguration::try_from).collect::<Result<Vec<_>, _>>()?;
    let configurations = sqlx::query!(
        "select id, ar_100ghz_arcsec, mrs_100ghz_arcsec, longest_baseline_km, antennas from configuration order by id"
    )
    .fetch_all(&mut **tx)
    .await?;
    let configurations = configurations.into_iter().map(|row| {
        Ok(Configuration {
            id: Reading("configuration", &row.id).ok(row.id.parse())?,
            ar_100ghz_arcsec: row.ar_100ghz_arcsec,
            mrs_100ghz_arcsec: row.mrs_100ghz_arcsec,
            longest_baseline_km: row.longest_baseline_km,
            antennas: row.antennas,
        })
    });
    let configurations = configurations.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Book { edition, blocks: Arc::new(Blocks::new(candidates, &current_cycle)), delivered, schedule, configurations })
}
