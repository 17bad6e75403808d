//! What shifts sum to, as of now: the table that detection keeps, in memory, and of what time alone can still change the facts.
//!
//! A shift whose time is over, and over before anything began that still runs, stays as it is until the log changes; then a
//! detection follows and writes its row anew. The others, a handful, are summed from their facts for each question, so that a
//! running shift is as long as it is by then. Whether what is in memory is still what stands is one cheap query.

mod divisions;
pub(crate) mod kept;

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use domain::efficiency::{ShiftSums, by_shift, with_ledgers};
use domain::facts::{Facts, Id, Shift, ShiftKind};
use domain::family::Family;
use domain::ledger::{Ledger, Log};
use domain::time::{Instant, Interval, Span};
use futures_util::lock::Mutex;
use sqlx::{Postgres, Transaction};

use crate::facts::{For, its_time, joined, within};
use crate::{Store, StoreError};

/// The sums of one state of the log, without those that still change. It begins empty and is read by the first question.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    picture: RwLock<Arc<Picture>>,
    /// Held by whoever reads it anew.
    reading: Mutex<()>,
    lately: std::sync::Mutex<Lately>,
}

/// The facts of some shifts that were asked for lately, the last first.
#[derive(Debug, Default)]
struct Lately {
    /// The detection and the load after which they are read.
    edition: String,
    asked: VecDeque<(Vec<Id>, Arc<Facts>)>,
}

impl Lately {
    /// Questions that are kept (our own choice: a week and the one before, of each family and of all).
    const MAX: usize = 8;
    /// More shifts than this are not kept: some six weeks, a few megabytes.
    const SHIFTS_MAX: usize = 300;

    fn of(&mut self, edition: &str, shifts: &[Id]) -> Option<Arc<Facts>> {
        if self.edition != edition {
            self.asked.clear();
            edition.clone_into(&mut self.edition);
        }
        let at = self.asked.iter().position(|(asked, _)| asked == shifts)?;
        let kept = self.asked.remove(at)?;
        self.asked.push_front(kept);
        self.asked.front().map(|(_, facts)| Arc::clone(facts))
    }

    fn keep(&mut self, edition: &str, shifts: &[Id], facts: &Arc<Facts>) {
        if self.edition == edition && shifts.len() <= Self::SHIFTS_MAX {
            self.asked.push_front((shifts.to_vec(), Arc::clone(facts)));
            self.asked.truncate(Self::MAX);
        }
    }
}

#[derive(Debug, Default)]
struct Picture {
    /// The change that the detection was; `None` before anything was read.
    seq: Option<i64>,
    /// The *now* of that detection; `None` when there was none.
    as_of: Option<Instant>,
    /// What time alone does not change, by start, shift, family.
    settled: Vec<ShiftSums>,
    /// The facts that decide the others.
    unsettled: Unsettled,
    /// SCIOPS shifts with a start that may have no ledger: those without a row, because a time is missing or reversed or they had
    /// not begun, and those that still ran, since one that nobody closes is no shift after a day.
    perhaps_without_ledger: Vec<Shift>,
}

/// Shifts that time alone may change.
#[derive(Debug, Default)]
struct Unsettled {
    facts: Facts,
    shifts: HashSet<Id>,
}

/// The sums of all shifts as of now.
#[derive(Debug)]
pub struct Shifts<'a> {
    /// By start, shift, family.
    pub shifts: Vec<&'a ShiftSums>,
    /// SCIOPS shifts that have begun and have no ledger, because a time is missing or reversed.
    pub without_ledger: Vec<&'a Shift>,
    /// The *now* of the last detection: what the log said then. `None` before the first.
    pub as_of: Option<Instant>,
    /// The *now* that running shifts are counted to.
    pub now: Instant,
}

impl Store {
    /// Answers a question from the sums of all shifts. What was loaded and not yet looked at by a detection is not in them.
    ///
    /// A *now* before that of the last detection counts as that one: what has been seen is not unseen.
    pub async fn shift_sums<T>(&self, now: Instant, question: impl FnOnce(&Shifts<'_>) -> T) -> Result<T, StoreError> {
        let picture = self.picture().await?;
        let now = picture.as_of.map_or(now, |as_of| as_of.max(now));
        let mut live = by_shift(&Log::new(&picture.unsettled.facts, now));
        live.retain(|sums| picture.unsettled.shifts.contains(&sums.shift));
        let mut shifts: Vec<&ShiftSums> = picture.settled.iter().chain(&live).collect();
        // Two runs that are each in order: this only merges them.
        shifts.sort_by_key(|sums| (sums.start, &sums.shift, sums.family));
        let counted: HashSet<&Id> = live.iter().map(|sums| &sums.shift).collect();
        let without_ledger = picture
            .perhaps_without_ledger
            .iter()
            .filter(|shift| shift.start.is_some_and(|start| start < now) && !counted.contains(&shift.id))
            .collect();
        Ok(question(&Shifts { shifts, without_ledger, as_of: picture.as_of, now }))
    }

    /// The ledgers of these shifts that start in `[from, to)`, each second with its owner; by start, shift, family.
    pub async fn ledgers(&self, interval: Interval, now: Instant) -> Result<Vec<Ledger>, StoreError> {
        let picture = self.picture().await?;
        let now = picture.as_of.map_or(now, |as_of| as_of.max(now));
        let (live, ledgers) = with_ledgers(&Log::new(&picture.unsettled.facts, now));
        let of_it = |sums: &ShiftSums| interval.holds(sums.start) && picture.unsettled.shifts.contains(&sums.shift);
        let live = live.iter().zip(ledgers).filter(|(sums, _)| of_it(sums)).map(|(_, ledger)| ledger);
        let rows = sqlx::query_as!(
            kept::Row,
            r#"
            select shift_id, family as "family!: String", start_at, ledger, undetermined_s, n_pass, n_pending, n_semipass, n_fail
            from shift_sums
            where start_at >= $1 and start_at < $2
            "#,
            DateTime::<Utc>::from(interval.start()),
            DateTime::<Utc>::from(interval.end()),
        )
        .fetch_all(&self.pool)
        .await?;
        let kept: Result<Vec<Ledger>, _> = rows.iter().map(Ledger::try_from).collect();
        let kept = kept?.into_iter().filter(|ledger| !picture.unsettled.shifts.contains(ledger.shift()));
        let mut ledgers: Vec<Ledger> = kept.chain(live).collect();
        ledgers.sort_by(|a, b| (a.start(), a.shift(), a.family()).cmp(&(b.start(), b.shift(), b.family())));
        Ok(ledgers)
    }

    /// All that is needed for exact ledgers of these shifts. What was asked for lately is kept for as long as no load and no
    /// detection came in: on a Monday many ask about the same week.
    pub async fn facts_of_shifts(&self, shifts: &[Id]) -> Result<Arc<Facts>, StoreError> {
        let mut tx = self.snapshot().await?;
        // Loads are numbered when they begin and end in any order.
        let edition = sqlx::query_scalar!(
            r#"
            select coalesce((select seq from detection), 0) || '-' || coalesce(max(id), 0) || '-' || count(*) as "edition!"
            from load
            "#
        )
        .fetch_one(&mut *tx)
        .await?;
        if let Some(facts) = self.sums.lately.lock().unwrap_or_else(PoisonError::into_inner).of(&edition, shifts) {
            return Ok(facts);
        }
        let ids: Vec<String> = shifts.iter().map(Id::to_string).collect();
        let spans = crate::facts::times_of_shifts(&mut tx, &ids).await?;
        let facts = Arc::new(within(&mut tx, &joined(spans), &[], For::Ledgers).await?);
        self.sums.lately.lock().unwrap_or_else(PoisonError::into_inner).keep(&edition, shifts, &facts);
        Ok(facts)
    }

    /// Fills the table of sums where a detection ran before there was one.
    pub(crate) async fn fill_sums(&self) -> Result<(), StoreError> {
        let unfilled = sqlx::query_scalar!("select now_used from detection where seq = 0");
        if unfilled.fetch_optional(&self.pool).await?.is_none() {
            return Ok(());
        }
        let mut tx = self.begin_detection().await?;
        let unfilled = sqlx::query_scalar!("select now_used from detection where seq = 0");
        let Some(now) = unfilled.fetch_optional(&mut *tx).await?.and_then(|now| Instant::try_from(now).ok()) else {
            return Ok(());
        };
        let facts = crate::facts::all(&mut tx).await?;
        kept::follow(&mut tx, &Log::new(&facts, now), None).await?;
        let seq = crate::clock::next(&mut tx).await?;
        sqlx::query!("update detection set seq = $1", seq).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What is in memory, if it is what stands; else read anew, by one while the others wait for it.
    async fn picture(&self) -> Result<Arc<Picture>, StoreError> {
        let stands = sqlx::query_scalar!("select seq from detection").fetch_optional(&self.pool).await?.unwrap_or(0);
        let held = || Arc::clone(&self.sums.picture.read().unwrap_or_else(PoisonError::into_inner));
        if held().seq == Some(stands) {
            return Ok(held());
        }
        let _reading = self.sums.reading.lock().await;
        if held().seq == Some(stands) {
            return Ok(held());
        }
        let mut tx = self.snapshot().await?;
        let picture = Arc::new(read(&mut tx).await?);
        *self.sums.picture.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&picture);
        Ok(picture)
    }
}

async fn read(tx: &mut Transaction<'static, Postgres>) -> Result<Picture, StoreError> {
    let detection = sqlx::query!("select seq, now_used from detection").fetch_optional(&mut **tx).await?;
    let Some(detection) = detection else { return Ok(Picture { seq: Some(0), ..Picture::default() }) };
    let as_of = Instant::try_from(detection.now_used).map_err(|why| StoreError::Corrupt {
        table: "detection",
        id: String::new(),
        why: why.to_string(),
    })?;
    let rows = sqlx::query_as!(
        kept::Row,
        r#"
        select shift_id, family as "family!: String", start_at, ledger, undetermined_s, n_pass, n_pending, n_semipass, n_fail
        from shift_sums
        "#
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut settled: Vec<ShiftSums> = rows.into_iter().map(ShiftSums::try_from).collect::<Result<_, _>>()?;
    let unfinished = crate::facts::unfinished_shifts(tx, as_of).await?;

    // What begins while something of the family still runs, or reaches into that, may yet be changed by it: an execution or a
    // downtime that nobody closed may be running, and then it owns time until now.
    let mut since: BTreeMap<Family, Instant> = BTreeMap::new();
    for shift in &unfinished {
        for (family, start) in shift.families.iter().zip(std::iter::repeat(shift.start)) {
            let Some(start) = start else { continue };
            since.entry(family).and_modify(|since| *since = start.min(*since)).or_insert(start);
        }
    }
    let may_change = |sums: &ShiftSums| since.get(&sums.family).is_some_and(|since| sums.end > *since);
    let mut shifts: HashSet<Id> =
        settled.iter().filter(|sums| may_change(sums)).map(|sums| sums.shift.clone()).collect();
    shifts.extend(unfinished.iter().map(|shift| shift.id.clone()));
    let spans = settled
        .iter()
        .filter(|sums| shifts.contains(&sums.shift))
        .map(|sums| Span::between(sums.start, sums.end))
        .chain(unfinished.iter().filter_map(its_time))
        .collect();
    settled.retain(|sums| !shifts.contains(&sums.shift));
    settled.sort_by(|a, b| (a.start, &a.shift, a.family).cmp(&(b.start, &b.shift, b.family)));
    let facts =
        if shifts.is_empty() { Facts::default() } else { within(tx, &joined(spans), &[], For::Ledgers).await? };
    let mut perhaps_without_ledger = crate::facts::shifts_without_sums(tx).await?;
    let known: HashSet<Id> = perhaps_without_ledger.iter().map(|shift| shift.id.clone()).collect();
    let sciops = unfinished.into_iter().filter(|shift| shift.kind == ShiftKind::Sciops && !known.contains(&shift.id));
    perhaps_without_ledger.extend(sciops);
    Ok(Picture {
        seq: Some(detection.seq),
        as_of: Some(as_of),
        settled,
        unsettled: Unsettled { facts, shifts },
        perhaps_without_ledger,
    })
}
