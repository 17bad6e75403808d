//! Efficiency: the 18 numbers of the weekly report and QA0 Fail, from ledger sums (domain.md §5).
//!
//! A window's numbers are made from the sum of its shifts' [`Sums`], never from the mean of their rates.

use std::collections::HashSet;
use std::iter::Sum;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::decimal;
use crate::facts::{Id, Purpose, Qa0};
use crate::family::Family;
use crate::findings::is_not_completed;
use crate::labelled::labelled;
use crate::ledger::{FamilyShift, Log, Owner, Placed, Stretch};
use crate::time::{Instant, Interval};

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
    /// Seconds that this owner had.
    pub const fn seconds(&self, owner: Owner) -> i64 {
        self.seconds[owner as usize]
    }

    /// The whole shift time: what all owners had together \[s\].
    pub fn shift_s(&self) -> i64 {
        self.seconds.iter().sum()
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
        let of = |owner| sums.seconds(owner);
        let (pass, pending, semipass, fail) =
            (of(Owner::PiPass), of(Owner::PiPending), of(Owner::PiSemiPass), of(Owner::PiFail));
        let (weather, technical, scheduling) = (of(Owner::Weather), of(Owner::Technical), of(Owner::Scheduling));
        let calibration = of(Owner::CalibrationSuccess);
        let (handover, test, shift) = (of(Owner::Handover), of(Owner::Test), sums.shift_s());
        let available = shift - handover - weather - test;
        let delivered = available - technical - scheduling;
        let (numerator, denominator) = match self {
            Self::ShiftDuration => (shift, crate::time::HOUR_S),
            Self::Handover => (handover, crate::time::HOUR_S),
            Self::Pass => (pass, crate::time::HOUR_S),
            Self::Pending => (pending, crate::time::HOUR_S),
            Self::SemiPass => (semipass, crate::time::HOUR_S),
            Self::Fail => (fail, crate::time::HOUR_S),
            Self::CalibrationSuccess => (calibration, crate::time::HOUR_S),
            Self::Weather => (weather, crate::time::HOUR_S),
            Self::Technical => (technical, crate::time::HOUR_S),
            Self::Scheduling => (scheduling, crate::time::HOUR_S),
            Self::Remaining => (delivered - pass - pending - semipass - fail - calibration, crate::time::HOUR_S),
            Self::OperationEfficiency => (pass + calibration, available),
            Self::ObservationEfficiency => (pass + calibration, delivered),
            Self::TestingRate => (test, delivered + test),
            Self::FailLossRate => (semipass + fail, delivered),
            Self::CalibrationRate => (calibration, pass + calibration),
            Self::FailureRate => {
                (sums.n_semipass + sums.n_fail, sums.n_pass + sums.n_pending + sums.n_semipass + sums.n_fail)
            }
            Self::TimeCompleteness => (shift - sums.undetermined_s, shift),
            Self::BacklogRate => (sums.n_pending, sums.n_pass + sums.n_pending),
        };
        Quotient { numerator, denominator }
    }

    /// The number as every page, report and export shows it; `n/a` where nothing is there to divide by.
    pub fn text(self, sums: &Sums) -> String {
        let Quotient { numerator, denominator } = self.quotient(sums);
        let text = match self.unit() {
            Unit::Hours => decimal::fixed(numerator, denominator, 3),
            Unit::Percent => decimal::shortest(numerator.saturating_mul(100), denominator, 3),
            Unit::Fraction => decimal::shortest(numerator, denominator, 3),
        };
        text.unwrap_or_else(|| "n/a".to_owned())
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
    /// The sums.
    pub sums: Sums,
}

/// The sums of every ledger of the log, by start, then shift id, then family.
pub fn by_shift(log: &Log<'_>) -> Vec<ShiftSums> {
    let mut all: Vec<ShiftSums> = log
        .with_ledger()
        .map(|(shift, family)| {
            let lane = FamilyShift::of(log, shift, family);
            ShiftSums {
                shift: shift.fact.id.clone(),
                family,
                start: shift.interval.start(),
                end: shift.interval.end(),
                sums: sums_of(log, &lane),
            }
        })
        .collect();
    count_executions(log, &mut all);
    all
}

/// The sums of one family over a window: of the shifts that begin in it, `from ≤ start < to`.
pub fn window(shifts: &[ShiftSums], family: Family, from: Instant, to: Instant) -> Sums {
    let inside = |shift: &&ShiftSums| shift.family == family && from <= shift.start && shift.start < to;
    shifts.iter().filter(inside).map(|shift| shift.sums).sum()
}

fn sums_of(log: &Log<'_>, lane: &FamilyShift<'_>) -> Sums {
    let mut sums = Sums::default();
    let mut undetermined_s = 0;
    for stretch in lane.ledger.stretches() {
        sums.seconds[stretch.owner as usize] += stretch.interval.seconds();
        undetermined_s += undetermined_downtime_s(log, lane.family, stretch);
    }
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
    for family in Family::ALL {
        // `all` is by start, then id, so the first shift that claims an execution is the earliest.
        let mut counted = HashSet::new();
        for shift in all.iter_mut().filter(|shift| shift.family == family) {
            let Some(interval) = Interval::new(shift.start, shift.end) else { continue };
            for (_, Placed { fact: execution, .. }) in log.family(family).placed.overlapping(interval) {
                if execution.purpose != Purpose::Pi || !counted.insert(&execution.id) {
                    continue;
                }
                match execution.qa0 {
                    Some(Qa0::Pass) => shift.sums.n_pass += 1,
                    Some(Qa0::Pending) => shift.sums.n_pending += 1,
                    Some(Qa0::SemiPass) => shift.sums.n_semipass += 1,
                    Some(Qa0::Fail) => shift.sums.n_fail += 1,
                    None => {}
                }
            }
        }
    }
}
