//! The ledger: every second of a shift has exactly one owner.

mod family_shift;
mod log;

use serde::{Deserialize, Serialize};

pub use log::{Log, LoggedShift};

pub(crate) use family_shift::{FamilyShift, IdleRun};
pub(crate) use log::{LoggedArray, LoggedExecution, Neighbours, Placed, Placement};

use crate::decimal::{MilliHours, hours3_parts};
use crate::facts::{DowntimeKind, Execution, Id, Purpose, Qa0, Status};
use crate::family::Family;
use crate::labelled::labelled;
use crate::time::{Instant, Interval};

/// The ledger of a valid shift and one of the families it allocates, whatever the shift's kind.
pub fn ledger<'a>(log: &Log<'a>, shift: LoggedShift<'a>, family: Family) -> Ledger {
    FamilyShift::of(log, shift, family).ledger
}

labelled! {
    /// Who can own a second, first come first served: when two claim it, the earlier in this list has it.
    Owner, "owner" {
        /// PI execution, QA0 Pass.
        PiPass = "QA0 Pass",
        /// PI execution, QA0 Pending.
        PiPending = "QA0 Pending",
        /// PI execution, QA0 SemiPass.
        PiSemiPass = "QA0 SemiPass",
        /// PI execution, QA0 Fail.
        PiFail = "QA0 Fail",
        /// PI execution without QA0.
        PiWithoutQa0 = "PI without QA0",
        /// Calibration that succeeded.
        CalibrationSuccess = "Calibration",
        /// Any other calibration.
        CalibrationOther = "Calibration, no success",
        /// Test.
        Test = "Test",
        /// Weather downtime.
        Weather = "Weather downtime",
        /// Technical downtime.
        Technical = "Technical downtime",
        /// Scheduling downtime.
        Scheduling = "Scheduling downtime",
        /// From the shift's start to the first activity.
        Handover = "Handover",
        /// Nobody.
        Idle = "Idle",
    }
}

/// Who owns the seconds of an execution.
pub fn owner_of(execution: &Execution) -> Owner {
    match (execution.purpose, execution.qa0) {
        (Purpose::Pi, Some(Qa0::Pass)) => Owner::PiPass,
        (Purpose::Pi, Some(Qa0::Pending)) => Owner::PiPending,
        (Purpose::Pi, Some(Qa0::SemiPass)) => Owner::PiSemiPass,
        (Purpose::Pi, Some(Qa0::Fail)) => Owner::PiFail,
        (Purpose::Pi, None) => Owner::PiWithoutQa0,
        (Purpose::Calibration, _) if execution.status == Status::Success => Owner::CalibrationSuccess,
        (Purpose::Calibration, _) => Owner::CalibrationOther,
        (Purpose::Test, _) => Owner::Test,
    }
}

impl From<DowntimeKind> for Owner {
    fn from(kind: DowntimeKind) -> Self {
        match kind {
            DowntimeKind::Weather => Self::Weather,
            DowntimeKind::Technical => Self::Technical,
            DowntimeKind::Scheduling => Self::Scheduling,
        }
    }
}

/// Who owned each second of one shift and family.
///
/// It starts at one instant and is a row of (owner, end): each stretch begins where the one before ended. There is no way to
/// write down a hole, an overlap or a sum other than the length of the shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Ledger {
    shift: Id,
    family: Family,
    start: Instant,
    ends: Vec<(Owner, Instant)>,
}

/// A maximal stretch of time with one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Who.
    pub owner: Owner,
    /// When.
    pub interval: Interval,
}

impl Ledger {
    /// No time yet, from the start of a shift on: private to this module and its child, which extends it to the shift's end.
    fn beginning(shift: Id, family: Family, start: Instant) -> Self {
        Self { shift, family, start, ends: Vec::new() }
    }

    /// A ledger that was taken apart: each owner with the end of its stretch. The ends must follow each other.
    pub fn of(shift: Id, family: Family, start: Instant, ends: Vec<(Owner, Instant)>) -> Result<Self, &'static str> {
        Unchecked { shift, family, start, ends }.try_into()
    }

    /// Adds time up to `end`; a stretch of the same owner grows.
    fn extend(&mut self, owner: Owner, end: Instant) {
        match self.ends.last_mut() {
            Some(last) if last.0 == owner => last.1 = end,
            _ => self.ends.push((owner, end)),
        }
    }

    /// The shift.
    pub const fn shift(&self) -> &Id {
        &self.shift
    }

    /// The family.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// The stretches from the start of the shift to its end; neighbours have different owners.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> + '_ {
        let starts = std::iter::once(self.start).chain(self.ends.iter().map(|&(_, end)| end));
        starts
            .zip(&self.ends)
            .filter_map(|(start, &(owner, end))| Some(Stretch { owner, interval: Interval::new(start, end)? }))
    }

    /// From the start of the shift to its end, or to *now* while it runs.
    pub fn end(&self) -> Instant {
        self.ends.last().map_or(self.start, |&(_, end)| end)
    }

    /// When the shift began.
    pub const fn start(&self) -> Instant {
        self.start
    }

    /// The whole length \[s\]: what all owners had together.
    pub fn total_s(&self) -> i64 {
        self.end().since(self.start)
    }

    /// Seconds of one owner.
    pub fn seconds(&self, owner: Owner) -> i64 {
        self.stretches().filter(|s| s.owner == owner).map(|s| s.interval.seconds()).sum()
    }

    /// Who had how much, without those who had nothing, in the order of [`Owner::ALL`]. The hours add up as they are printed:
    /// to [`hours3`](crate::decimal::hours3) of the [total](Self::total_s).
    pub fn shares(&self) -> Vec<Share> {
        shares(Owner::ALL.iter().map(|&owner| (owner, self.seconds(owner))))
    }
}

/// What owners had, without those who had nothing; the hours add up as they are printed.
pub(crate) fn shares(owners: impl Iterator<Item = (Owner, i64)>) -> Vec<Share> {
    let (owners, seconds): (Vec<_>, Vec<_>) = owners.filter(|&(_, seconds)| seconds > 0).unzip();
    let hours = hours3_parts(&seconds);
    let shares = owners.into_iter().zip(seconds).zip(hours);
    shares.map(|((owner, seconds), hours)| Share { owner, seconds, hours }).collect()
}

/// What one owner had of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub owner: Owner,
    /// How long \[s\], more than 0.
    pub seconds: i64,
    /// The same as a figure of the printed sum.
    pub hours: MilliHours,
}

/// What a ledger looks like on the wire, before it is believed.
#[derive(Serialize, Deserialize)]
struct Unchecked {
    shift: Id,
    family: Family,
    start: Instant,
    ends: Vec<(Owner, Instant)>,
}

impl TryFrom<Unchecked> for Ledger {
    type Error = &'static str;
    fn try_from(raw: Unchecked) -> Result<Self, Self::Error> {
        let mut at = raw.start;
        for &(_, end) in &raw.ends {
            if end <= at {
                return Err("a ledger's stretches must follow each other");
            }
            at = end;
        }
        Ok(Self { shift: raw.shift, family: raw.family, start: raw.start, ends: raw.ends })
    }
}

impl From<Ledger> for Unchecked {
    fn from(ledger: Ledger) -> Self {
        Self { shift: ledger.shift, family: ledger.family, start: ledger.start, ends: ledger.ends }
    }
}
