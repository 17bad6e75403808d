//! Findings: what triage has to explain. Gaps are time nobody accounted for, user errors are where the log contradicts itself.
//!
//! [`detect`] reads a [`Log`] and gives every finding of the 20 types of domain.md §4, in no promised order. It depends on the
//! facts, the parameters and *now* alone: the order in which facts arrived does not matter.

mod gaps;
mod key;
mod parameter;
mod user_errors;

use serde::{Deserialize, Serialize};

pub use key::Key;
pub use parameter::Parameter;
pub(crate) use user_errors::is_not_completed;

use crate::facts::Id;
pub use crate::facts::is_pi_code;
use crate::family::Family;
use crate::labelled::labelled;
use crate::ledger::Log;
use crate::time::Span;

labelled! {
    /// The two classes of findings (talk of 2022).
    Class, "class" {
        /// Time nobody accounted for.
        Gap = "GAP",
        /// The log contradicts itself.
        UserError = "USER ERROR",
    }
}

labelled! {
    /// How urgent a finding is, high to low. `None` is a value, not an absence.
    Priority, "priority" {
        /// Stops other work.
        Blocker = "Blocker",
        /// High.
        High = "High",
        /// Medium.
        Medium = "Medium",
        /// Low.
        Low = "Low",
        /// Nothing to do.
        None = "None",
    }
}

labelled! {
    /// The 20 types, in the order of domain.md §4: of 1 to 9 the first that fits is taken.
    FindingType, "finding type" {
        /// 1
        NonActivitiesShift = "Non activities shift",
        /// 2
        RunningExecutionGap = "Running execution gap",
        /// 3
        Handover = "Handover",
        /// 4
        EndShift = "End shift",
        /// 5
        ArrayRecreation = "Array recreation",
        /// 6
        AbortedExecutionGap = "Aborted execution gap",
        /// 7
        FailedExecutionGap = "Failed execution gap",
        /// 8
        TestingTimeGap = "Testing time gap",
        /// 9
        Other = "Other",
        /// 10
        WeatherDowntime = "Weather downtime",
        /// 11
        TechnicalDowntime = "Technical downtime",
        /// 12
        SchedulingDowntime = "Scheduling downtime",
        /// 13
        AllocatedTimeNotWellDefined = "Allocated time not well defined",
        /// 14
        EocOverlappingSciops = "EOC shift overlapping a SCIOPS shift",
        /// 15
        OverlappingShift = "Overlapping shift",
        /// 16
        UncertainShiftStart = "Uncertain shift start time",
        /// 17
        PiInDowntime = "PI executions in downtime",
        /// 18
        DowntimeNotCompleted = "Downtime not completed",
        /// 19
        ArrayWithWrongActivity = "Array with wrong activity",
        /// 20
        WrongCalibrationTestFlag = "PI execution with wrong calibration/test gap",
    }
}

impl FindingType {
    /// 1 to 20, the number in domain.md §4.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The class it has unless an admin changed the type table or a person the finding.
    pub const fn class(self) -> Class {
        if self.number() <= 12 { Class::Gap } else { Class::UserError }
    }

    /// The priority it has before anybody decided. A failed execution with a ticket is the one exception: it has `None`.
    pub const fn default_priority(self) -> Priority {
        match self {
            Self::NonActivitiesShift | Self::FailedExecutionGap | Self::SchedulingDowntime => Priority::Medium,
            Self::AllocatedTimeNotWellDefined => Priority::Medium,
            Self::RunningExecutionGap | Self::UncertainShiftStart | Self::PiInDowntime => Priority::High,
            Self::ArrayWithWrongActivity | Self::WrongCalibrationTestFlag => Priority::High,
            Self::Handover | Self::EndShift | Self::TestingTimeGap => Priority::Low,
            Self::ArrayRecreation | Self::AbortedExecutionGap | Self::Other => Priority::None,
            Self::WeatherDowntime | Self::TechnicalDowntime => Priority::None,
            Self::EocOverlappingSciops | Self::OverlappingShift | Self::DowntimeNotCompleted => Priority::Blocker,
        }
    }

    /// The rule as a sentence, for whoever asks why a finding is there.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::NonActivitiesShift => "The family has no execution and no downtime in the whole shift.",
            Self::RunningExecutionGap => {
                "An execution began here and was never closed, so nothing says who owned the time after its start."
            }
            Self::Handover => "The time from the start of the shift to the first activity.",
            Self::EndShift => "The time from the last activity to the end of the shift.",
            Self::ArrayRecreation => {
                "The executions before and after ran on different arrays, and the second array was created in the gap or within 60 s of it."
            }
            Self::AbortedExecutionGap => "The execution before the gap was aborted.",
            Self::FailedExecutionGap => "The execution before the gap failed; without a ticket nothing says why.",
            Self::TestingTimeGap => "The execution before or after the gap was a test.",
            Self::Other => "Idle for at least 300 s, and none of the other rules explains it.",
            Self::WeatherDowntime => "Time owned by a weather downtime, without a break.",
            Self::TechnicalDowntime => "Time owned by a technical downtime, without a break.",
            Self::SchedulingDowntime => "Time owned by a scheduling downtime, without a break.",
            Self::AllocatedTimeNotWellDefined => {
                "A shift or an execution lacks its start or its end, or ends before it starts."
            }
            Self::EocOverlappingSciops => "An EOC and a SCIOPS shift share this family for more than 120 s.",
            Self::OverlappingShift => "Two shifts of one kind share this family for more than 120 s.",
            Self::UncertainShiftStart => {
                "The shift started more than 120 s off its plan, or an execution that ends in it began more than 60 s before it, in no other shift."
            }
            Self::PiInDowntime => "A PI execution and a downtime of its family overlap by more than 60 s.",
            Self::DowntimeNotCompleted => {
                "The downtime has no end, although a later execution ran or its shift is over."
            }
            Self::ArrayWithWrongActivity => {
                "A PI science array ran for an hour or more without a PI execution, or an array of another activity ran one."
            }
            Self::WrongCalibrationTestFlag => {
                "The project code is a PI code and the purpose is not PI, or the purpose is PI and the code is not."
            }
        }
    }
}

/// The thresholds of domain.md §4, each chosen by us, all in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// The shortest idle run that is a finding of types 4 to 9.
    pub gap_min_s: i64,
    /// How far from the gap an array may have been created, and how early an execution may start before its shift.
    pub join_tol_s: i64,
    /// How long a PI execution may overlap a downtime.
    pub overlap_tol_s: i64,
    /// How long shifts may overlap, and how far a shift may start off its plan.
    pub shift_tol_s: i64,
    /// How much execution time makes a PI science array without PI executions wrong.
    pub wrong_array_min_s: i64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { gap_min_s: 300, join_tol_s: 60, overlap_tol_s: 60, shift_tol_s: 120, wrong_array_min_s: 3_600 }
    }
}

/// One finding as the log alone says it, before any person decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which of the 20.
    pub kind: FindingType,
    /// The family, or `None` when it concerns several or none.
    pub family: Option<Family>,
    /// The shift it belongs to.
    pub shift: Option<Id>,
    /// The ids of the facts that make it this finding and no other, in the order domain.md §4 gives; an empty text where a
    /// gap has no neighbour.
    pub ids: Vec<String>,
    /// When; `None` when no timestamp is known.
    pub span: Option<Span>,
    /// How urgent.
    pub priority: Priority,
    /// What people group by.
    pub tags: String,
    /// A sentence for whoever mends the log.
    pub comment: String,
}

impl Finding {
    /// What the finding is known by, whatever happens to its times.
    pub fn key(&self) -> Key {
        Key::of(self)
    }
}

/// Every finding of the log.
pub fn detect(log: &Log<'_>, parameters: &Parameters) -> Vec<Finding> {
    // As logs go there are some two for each shift of a family, and a list that grows is copied again and again.
    let mut findings = Vec::with_capacity(2 * log.with_ledger().count());
    gaps::detect(log, parameters, &mut findings);
    user_errors::detect(log, parameters, &mut findings);
    findings
}
