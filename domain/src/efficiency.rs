//! Efficiency: the 18 numbers of the weekly report and QA0 Fail, from ledger sums (domain.md §5).
//!
//! A window's numbers are made from the sum of its shifts' [`Sums`], never from the mean of their rates.

mod behind;
mod division;
mod hours;
mod incomplete;
mod measure;
mod table;
pub mod window;
mod worked;

use std::collections::HashSet;
use std::iter::Sum;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::decimal;
use crate::facts::{Execution, Id, Purpose, Qa0};
use crate::family::Family;
use crate::findings::is_not_completed;
use crate::labelled::labelled;
use crate::ledger::{FamilyShift, Ledger, Log, LoggedShift, Owner, Placed, Share, Stretch, shares};
use crate::time::{Instant, Interval};

pub use behind::{Row, What, behind};
pub use division::{Divider, Division, Divisions, NoDivision, divided};
pub use hours::{TimeOf, by_hour};
pub use incomplete::{Incomplete, LATE_S, incomplete};
pub use measure::{Measure, Ratio};
pub use table::{Column, Part, table};

use window::{By, Tile, Window};

/// What the numbers of any window are made of: whole seconds and counts, so that adding is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    seconds: [i64; Owner::ALL.len()],
    /// Seconds of which the log does not say how they were used \[s\].
    pub undetermined_s: i64,
    /// PI executions with QA0 Pass.
    pub n_pass: i64,
    /// PI executions with QA0 Pending.
    pub n_pending: i64,
    /// PI executions with QA0 SemiPass.
    pub n_semipass: i64,
    /// PI executions with QA0 Fail.
    pub n_fail: i64,
}

impl Sums {
    /// What the owners of a ledger had. What it is not made of, a ledger does not know: nothing is undetermined or counted yet.
    pub fn of(ledger: &Ledger) -> Self {
        let mut sums = Self::default();
        for stretch in ledger.stretches() {
            sums.seconds[stretch.owner as usize] += stretch.interval.seconds();
        }
        sums
    }

    /// Seconds that this owner had.
    pub const fn seconds(&self, owner: Owner) -> i64 {
        self.seconds[owner as usize]
    }

    /// The whole shift time: what all owners had together \[s\].
    pub fn shift_s(&self) -> i64 {
        self.seconds.iter().sum()
    }

    /// PI executions with this QA0.
    pub const fn n_executions(&self, qa0: Qa0) -> i64 {
        match qa0 {
            Qa0::Pass => self.n_pass,
            Qa0::Pending => self.n_pending,
            Qa0::SemiPass => self.n_semipass,
            Qa0::Fail => self.n_fail,
        }
    }

    /// Who had how much, without those who had nothing, in the order of [`Owner::ALL`]. The hours add up as they are printed.
    pub fn shares(&self) -> Vec<Share> {
        shares(Owner::ALL.iter().map(|&owner| (owner, self.seconds(owner))))
    }
}

/// From seconds in the order of [`Owner::ALL`], for what keeps them elsewhere.
impl From<[i64; Owner::ALL.len()]> for Sums {
    fn from(seconds: [i64; Owner::ALL.len()]) -> Self {
        Self { seconds, ..Self::default() }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        for (sum, seconds) in self.seconds.iter_mut().zip(other.seconds) {
            *sum += seconds;
        }
        self.undetermined_s += other.undetermined_s;
        self.n_pass += other.n_pass;
        self.n_pending += other.n_pending;
        self.n_semipass += other.n_semipass;
        self.n_fail += other.n_fail;
    }
}

impl Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        sums.fold(Self::default(), |mut total, sums| {
            total += sums;
            total
        })
    }
}

labelled! {
    /// The 19 rows, with the exact labels of the talk of 2022.
    Metric, "metric" {
        /// S
        ShiftDuration = "SHIFT DURATION [hrs]",
        /// HO
        Handover = "HANDOVER [hrs]",
        /// P
        Pass = "QA0 Pass [hrs]",
        /// Pe
        Pending = "QA0 Pending [hrs]",
        /// SP
        SemiPass = "QA0 SemiPass [hrs]",
        /// F: the 19th, not in the talk's table
        Fail = "QA0 Fail [hrs]",
        /// C
        CalibrationSuccess = "CALIB. SUCCESS [hrs]",
        /// W
        Weather = "WEATHER DOWNTIME [hrs]",
        /// T
        Technical = "TECHNICAL DOWNTIME [hrs]",
        /// Sd
        Scheduling = "SCHEDULING DOWNTIME [hrs]",
        /// D − P − Pe − SP − F − C
        Remaining = "REMAINING TIME [hrs]",
        /// (P + C) / A
        OperationEfficiency = "OPERATION EFFICIENCY WITH CALIB. [%]",
        /// (P + C) / D
        ObservationEfficiency = "OBSERVATION EFFICIENCY WITH CALIB. [%]",
        /// TE / (D + TE)
        TestingRate = "TESTING TIME RATE [%]",
        /// (SP + F) / D
        FailLossRate = "Time lost rate due to Fails [%]",
        /// C / (P + C)
        CalibrationRate = "CALIBRATION RATE [%]",
        /// n(SemiPass, Fail) / n(PI executions with a QA0)
        FailureRate = "FAILURE RATE [%]",
        /// 1 − undetermined / S
        TimeCompleteness = "TIME_COMPLETENESS",
        /// n(Pending) / n(Pass, Pending)
        BacklogRate = "BACKLOG RATE [%]",
    }
}

/// What a metric's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Hours, shown with 3 decimals.
    Hours,
    /// Per cent, with up to 3.
    Percent,
    /// A fraction between 0 and 1, with up to 3.
    Fraction,
}

/// A number before it is rounded: `numerator / denominator`, in the metric's unit once multiplied by its scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotient {
    /// Seconds or counts.
    pub numerator: i64,
    /// Seconds or counts; 3,600 for hours.
    pub denominator: i64,
}

impl Metric {
    /// Its unit.
    pub const fn unit(self) -> Unit {
        match self {
            Self::TimeCompleteness => Unit::Fraction,
            Self::OperationEfficiency | Self::ObservationEfficiency | Self::TestingRate | Self::FailLossRate => {
                Unit::Percent
            }
            Self::CalibrationRate | Self::FailureRate | Self::BacklogRate => Unit::Percent,
            _ => Unit::Hours,
        }
    }

    /// The quotient that the sums give; its denominator may be zero, and then there is no number.
    pub fn quotient(self, sums: &Sums) -> Quotient {
        self.ratio().of(sums)
    }

    /// The number in thousandths of its unit, as it is shown; `None` where nothing is there to divide by.
    pub fn thousandths(self, sums: &Sums) -> Option<i64> {
        let Quotient { numerator, denominator } = self.quotient(sums);
        let in_unit = if self.unit() == Unit::Percent { numerator.saturating_mul(100) } else { numerator };
        decimal::rounded(in_unit, denominator, 3)
    }

    /// The number as every page, report and export shows it; `n/a` where nothing is there to divide by.
    pub fn text(self, sums: &Sums) -> String {
        self.spelled(self.thousandths(sums))
    }

    /// Thousandths of its unit as they are shown.
    pub fn spelled(self, thousandths: Option<i64>) -> String {
        let spelled = |thousandths| match self.unit() {
            Unit::Hours => decimal::fixed(thousandths, 1_000, 3),
            Unit::Percent | Unit::Fraction => decimal::shortest(thousandths, 1_000, 3),
        };
        thousandths.and_then(spelled).unwrap_or_else(|| "n/a".to_owned())
    }

    /// How much more it is than before, in thousandths: the difference of the two as they are shown, so that it can be checked on
    /// the page. `None` where one of them is no number.
    pub fn change(self, before: &Sums, after: &Sums) -> Option<i64> {
        self.thousandths(after)?.checked_sub(self.thousandths(before)?)
    }

    /// Its word in an address: `operation-efficiency-with-calib`.
    pub fn word(self) -> String {
        let words = self.label().split(|c: char| !c.is_ascii_alphanumeric());
        let said = words.filter(|word| !matches!(*word, "" | "hrs"));
        said.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
    }

    /// The metric of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.word() == word)
    }
}

/// The sums of one SCIOPS shift and one of its families.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftSums {
    /// The shift.
    pub shift: Id,
    /// The family.
    pub family: Family,
    /// When the shift began: the window that holds this instant holds the shift.
    pub start: Instant,
    /// When it ended, or *now* while it runs.
    pub end: Instant,
    /// Whether it still runs.
    pub running: bool,
    /// The sums.
    pub sums: Sums,
}

/// The sums of every ledger of the log, by start, then shift id, then family.
pub fn by_shift(log: &Log<'_>) -> Vec<ShiftSums> {
    with_ledgers(log).0
}

/// The same with the ledgers themselves, in the same order.
pub fn with_ledgers(log: &Log<'_>) -> (Vec<ShiftSums>, Vec<Ledger>) {
    let of_one = |(shift, family)| {
        let lane = FamilyShift::of(log, shift, family);
        let sums = ShiftSums {
            shift: shift.fact.id.clone(),
            family,
            start: shift.interval.start(),
            end: shift.interval.end(),
            running: shift.running,
            sums: sums_of(log, &lane),
        };
        (sums, lane.ledger)
    };
    let (mut all, ledgers): (Vec<ShiftSums>, Vec<Ledger>) = log.with_ledger().map(of_one).unzip();
    count_executions(log, &mut all);
    (all, ledgers)
}

/// The shifts of a window among shifts by start, then id: for an interval those that begin in it, for the last shift the latest
/// of each family.
pub fn in_window<'a>(shifts: &[&'a ShiftSums], window: &Window, now: Instant) -> Vec<&'a ShiftSums> {
    match window {
        Window::Shift(id) => shifts.iter().copied().filter(|shift| shift.shift == *id).collect(),
        Window::LastShift => {
            let last = |family| shifts.iter().rev().copied().find(|shift| shift.family == family);
            Family::ALL.into_iter().filter_map(last).collect()
        }
        _ => window.interval(now).map_or_else(Vec::new, |interval| between(shifts, interval).to_vec()),
    }
}

/// What a window is compared with: the shifts of the [window before it](Window::previous), or of each family the shift before
/// the one that the window is.
pub fn before<'a>(shifts: &[&'a ShiftSums], window: &Window, now: Instant) -> Vec<&'a ShiftSums> {
    match window {
        Window::Shift(_) | Window::LastShift => {
            let before = |of: &ShiftSums| {
                let family = shifts.iter().rev().copied().filter(|shift| shift.family == of.family);
                family.skip_while(|shift| shift.shift != of.shift).nth(1)
            };
            in_window(shifts, window, now).into_iter().filter_map(before).collect()
        }
        _ => window.previous(now).map_or_else(Vec::new, |previous| in_window(shifts, &previous, now)),
    }
}

/// The window beside this one: for an interval the [next](Window::next) or the [one before](Window::previous), for a shift the
/// shift that begins next, or began last, before it; of one family when one is looked at. What has not begun is no window yet.
pub fn beside(
    shifts: &[&ShiftSums],
    window: &Window,
    family: Option<Family>,
    forward: bool,
    now: Instant,
) -> Option<Window> {
    if !matches!(window, Window::Shift(_) | Window::LastShift) {
        let beside = if forward { window.next(now) } else { window.previous(now) };
        return beside.filter(|window| window.interval(now).is_some_and(|interval| interval.start() < now));
    }
    let of_family = |sums: &&ShiftSums| family.is_none_or(|family| sums.family == family);
    let this = in_window(shifts, window, now).into_iter().filter(of_family).max_by_key(|sums| sums.start)?;
    let mut walk = shifts.iter().copied().filter(of_family).map(|sums| &sums.shift);
    let is_other = |id: &&Id| **id != this.shift;
    let beside = if forward {
        walk.skip_while(is_other).find(is_other)
    } else {
        walk.by_ref().rev().skip_while(is_other).find(is_other)
    };
    beside.cloned().map(Window::Shift)
}

/// The shifts that begin in the interval.
fn between<'s, 'a>(shifts: &'s [&'a ShiftSums], interval: Interval) -> &'s [&'a ShiftSums] {
    let from = shifts.partition_point(|shift| shift.start < interval.start());
    let to = shifts.partition_point(|shift| shift.start < interval.end());
    &shifts[from..to]
}

/// The sum of one family's shifts, or of all.
pub fn total(shifts: &[&ShiftSums], family: Option<Family>) -> Sums {
    let of_it = shifts.iter().filter(|shift| family.is_none_or(|family| shift.family == family));
    of_it.map(|shift| shift.sums).sum()
}

/// An interval cut into tiles, each with the sum of the shifts that begin in it.
pub fn tiled(shifts: &[&ShiftSums], interval: Interval, by: By, family: Option<Family>) -> Vec<(Tile, Sums)> {
    let tiles = by.tiles(interval).into_iter();
    tiles.map(|tile| (total(between(shifts, tile.interval), family), tile)).map(|(sums, tile)| (tile, sums)).collect()
}

fn sums_of(log: &Log<'_>, lane: &FamilyShift<'_>) -> Sums {
    let mut sums = Sums::of(&lane.ledger);
    let undetermined_s: i64 =
        lane.ledger.stretches().map(|stretch| undetermined_downtime_s(log, lane.family, stretch)).sum();
    let never_closed = lane.idle_runs.iter().filter(|run| run.open.is_some() && !run.unfinished);
    sums.undetermined_s = undetermined_s + never_closed.map(|run| run.interval.seconds()).sum::<i64>();
    sums
}

/// Seconds of a downtime stretch that are covered by a downtime nobody closed, and by no other downtime of its kind.
fn undetermined_downtime_s(log: &Log<'_>, family: Family, stretch: Stretch) -> i64 {
    let downtimes = log.family(family).downtimes.overlapping(stretch.interval);
    let covering: Vec<_> = downtimes.filter(|(_, downtime)| Owner::from(downtime.kind) == stretch.owner).collect();
    let parts = |(interval, _): &(Interval, _)| interval.overlap(stretch.interval);
    let mut bounds: Vec<Instant> = covering.iter().filter_map(parts).flat_map(|i| [i.start(), i.end()]).collect();
    bounds.sort_unstable();
    bounds.dedup();
    let pieces = bounds.iter().zip(bounds.iter().skip(1)).filter_map(|(&start, &end)| Interval::new(start, end));
    let is_undetermined = |piece: &Interval| {
        let mut over = covering.iter().filter(|(interval, _)| interval.overlap(*piece).is_some());
        match (over.next(), over.next()) {
            (Some((_, only)), None) => is_not_completed(log, only),
            _ => false,
        }
    };
    pieces.filter(is_undetermined).map(Interval::seconds).sum()
}

/// A PI execution with a QA0 counts once, in the earliest SCIOPS shift of its family that it overlaps.
fn count_executions(log: &Log<'_>, all: &mut [ShiftSums]) {
    for Counted { at, execution, .. } in Family::ALL.into_iter().flat_map(|family| counted(log, family)) {
        let Some(sums) = all.get_mut(at).map(|shift| &mut shift.sums) else { continue };
        match execution.qa0 {
            Some(Qa0::Pass) => sums.n_pass += 1,
            Some(Qa0::Pending) => sums.n_pending += 1,
            Some(Qa0::SemiPass) => sums.n_semipass += 1,
            Some(Qa0::Fail) => sums.n_fail += 1,
            None => {}
        }
    }
}

/// An execution and the shift that counts it.
struct Counted<'a> {
    /// The place of shift and family among those with a ledger.
    at: usize,
    shift: LoggedShift<'a>,
    interval: Interval,
    execution: &'a Execution,
}

/// The PI executions of a family that overlap a SCIOPS shift of it, each once, with the earliest such shift.
fn counted<'a>(log: &Log<'a>, family: Family) -> Vec<Counted<'a>> {
    let mut executions = Vec::new();
    let mut seen = HashSet::new();
    // By start, then id, so the first shift that claims an execution is the earliest.
    for (at, (shift, _)) in log.with_ledger().enumerate().filter(|(_, (_, lane))| *lane == family) {
        for (interval, Placed { fact: execution, .. }) in log.family(family).placed.overlapping(shift.interval) {
            if execution.purpose == Purpose::Pi && seen.insert(&execution.id) {
                executions.push(Counted { at, shift, interval, execution });
            }
        }
    }
    executions
}
