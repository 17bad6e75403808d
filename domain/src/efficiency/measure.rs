//! What each number is made of: the seconds or the executions over the line and those under it.
//!
//! The numbers are computed from this, and the rows behind a number are found by it, so that the two cannot disagree.

use super::{Metric, Quotient, Sums};
use crate::facts::Qa0;
use crate::ledger::Owner;
use crate::time::HOUR_S;

/// Something that adds up over shifts: seconds of the ledger, or executions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The whole length of the shifts \[s\].
    Shifts,
    /// What these owners had \[s\].
    Owned(&'static [Owner]),
    /// What the log does not determine \[s\].
    Undetermined,
    /// PI executions with one of these QA0, each in the earliest shift it overlaps.
    Executions(&'static [Qa0]),
}

/// A number as a fraction of what adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ratio {
    /// Seconds, shown as hours.
    Hours(Measure),
    /// The first over the second.
    Over(Measure, Measure),
    /// What is left of 1 without the first over the second.
    WithoutOver(Measure, Measure),
}

/// A: what operations can answer for. Without handover, weather and tests.
const AVAILABLE: &[Owner] = &[
    Owner::PiPass,
    Owner::PiPending,
    Owner::PiSemiPass,
    Owner::PiFail,
    Owner::PiWithoutQa0,
    Owner::CalibrationSuccess,
    Owner::CalibrationOther,
    Owner::Technical,
    Owner::Scheduling,
    Owner::Idle,
];
/// D: what was left to observe in. A without technical and scheduling downtime.
const OBSERVABLE: &[Owner] = &[
    Owner::PiPass,
    Owner::PiPending,
    Owner::PiSemiPass,
    Owner::PiFail,
    Owner::PiWithoutQa0,
    Owner::CalibrationSuccess,
    Owner::CalibrationOther,
    Owner::Idle,
];
/// D + TE.
const OBSERVABLE_AND_TEST: &[Owner] = &[
    Owner::PiPass,
    Owner::PiPending,
    Owner::PiSemiPass,
    Owner::PiFail,
    Owner::PiWithoutQa0,
    Owner::CalibrationSuccess,
    Owner::CalibrationOther,
    Owner::Test,
    Owner::Idle,
];
/// D − P − Pe − SP − F − C.
const REMAINING: &[Owner] = &[Owner::PiWithoutQa0, Owner::CalibrationOther, Owner::Idle];
const GOOD: &[Owner] = &[Owner::PiPass, Owner::CalibrationSuccess];

impl Measure {
    /// How much of it there is in the sums.
    pub fn of(self, sums: &Sums) -> i64 {
        match self {
            Self::Shifts => sums.shift_s(),
            Self::Owned(owners) => owners.iter().map(|&owner| sums.seconds(owner)).sum(),
            Self::Undetermined => sums.undetermined_s,
            Self::Executions(judged) => judged.iter().map(|&qa0| sums.n_executions(qa0)).sum(),
        }
    }

    /// In words: `QA0 Pass + Calibration`.
    pub fn words(self) -> String {
        let joined = |labels: Vec<&str>| labels.join(" + ");
        match self {
            Self::Shifts => "The shifts".to_owned(),
            Self::Owned(AVAILABLE) => "A: all but handover, weather and tests".to_owned(),
            Self::Owned(OBSERVABLE) => "D: A without technical and scheduling downtime".to_owned(),
            Self::Owned(OBSERVABLE_AND_TEST) => "D and the tests".to_owned(),
            Self::Owned(owners) => joined(owners.iter().map(|owner| owner.label()).collect()),
            Self::Undetermined => "What the log does not determine".to_owned(),
            Self::Executions(judged) => {
                format!(
                    "PI executions with QA0 {}",
                    judged.iter().map(|qa0| qa0.label()).collect::<Vec<_>>().join(", ")
                )
            }
        }
    }

    /// Whether it counts seconds; else executions.
    pub const fn is_time(self) -> bool {
        !matches!(self, Self::Executions(_))
    }
}

impl Ratio {
    /// Its value in the sums.
    pub fn of(self, sums: &Sums) -> Quotient {
        let (numerator, denominator) = match self {
            Self::Hours(measure) => (measure.of(sums), HOUR_S),
            Self::Over(above, below) => (above.of(sums), below.of(sums)),
            Self::WithoutOver(without, whole) => (whole.of(sums) - without.of(sums), whole.of(sums)),
        };
        Quotient { numerator, denominator }
    }

    /// What it is made of, the numerator first.
    pub fn parts(self) -> impl Iterator<Item = Measure> {
        let (first, second) = match self {
            Self::Hours(measure) => (measure, None),
            Self::Over(above, below) | Self::WithoutOver(above, below) => (above, Some(below)),
        };
        std::iter::once(first).chain(second)
    }
}

impl Metric {
    /// The formula of domain.md §5, written without a minus: A and D are named by who is left in them.
    pub const fn ratio(self) -> Ratio {
        use Measure::{Executions, Owned, Shifts, Undetermined};
        use Qa0::{Fail, Pass, Pending, SemiPass};
        match self {
            Self::ShiftDuration => Ratio::Hours(Shifts),
            Self::Handover => Ratio::Hours(Owned(&[Owner::Handover])),
            Self::Pass => Ratio::Hours(Owned(&[Owner::PiPass])),
            Self::Pending => Ratio::Hours(Owned(&[Owner::PiPending])),
            Self::SemiPass => Ratio::Hours(Owned(&[Owner::PiSemiPass])),
            Self::Fail => Ratio::Hours(Owned(&[Owner::PiFail])),
            Self::CalibrationSuccess => Ratio::Hours(Owned(&[Owner::CalibrationSuccess])),
            Self::Weather => Ratio::Hours(Owned(&[Owner::Weather])),
            Self::Technical => Ratio::Hours(Owned(&[Owner::Technical])),
            Self::Scheduling => Ratio::Hours(Owned(&[Owner::Scheduling])),
            Self::Remaining => Ratio::Hours(Owned(REMAINING)),
            Self::OperationEfficiency => Ratio::Over(Owned(GOOD), Owned(AVAILABLE)),
            Self::ObservationEfficiency => Ratio::Over(Owned(GOOD), Owned(OBSERVABLE)),
            Self::TestingRate => Ratio::Over(Owned(&[Owner::Test]), Owned(OBSERVABLE_AND_TEST)),
            Self::FailLossRate => Ratio::Over(Owned(&[Owner::PiSemiPass, Owner::PiFail]), Owned(OBSERVABLE)),
            Self::CalibrationRate => Ratio::Over(Owned(&[Owner::CalibrationSuccess]), Owned(GOOD)),
            Self::FailureRate => {
                Ratio::Over(Executions(&[SemiPass, Fail]), Executions(&[Pass, Pending, SemiPass, Fail]))
            }
            Self::TimeCompleteness => Ratio::WithoutOver(Undetermined, Shifts),
            Self::BacklogRate => Ratio::Over(Executions(&[Pending]), Executions(&[Pass, Pending])),
        }
    }
}
