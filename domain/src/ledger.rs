//! The ledger: every second of a shift has exactly one owner.

mod log;

use serde::{Deserialize, Serialize};

pub use log::{Log, LoggedExecution, LoggedDowntime, LoggedShift};

use crate::facts::Id;
use crate::family::Family;
use crate::labelled::labelled;
use crate::time::{Instant, Interval};

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

    /// Seconds of one owner.
    pub fn seconds(&self, owner: Owner) -> i64 {
        self.stretches().filter(|s| s.owner == owner).map(|s| s.interval.seconds()).sum()
    }
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
