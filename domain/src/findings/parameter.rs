//! The five thresholds one by one, for who changes them.

use std::ops::RangeInclusive;

use super::Parameters;
use crate::labelled::labelled;
use crate::time::{DAY_S, HOUR_S};

labelled! {
    /// One of the thresholds of domain.md §4, by the name it has there.
    Parameter, "parameter" {
        /// [`Parameters::gap_min_s`]
        GapMin = "gap_min",
        /// [`Parameters::join_tol_s`]
        JoinTol = "join_tol",
        /// [`Parameters::overlap_tol_s`]
        OverlapTol = "overlap_tol",
        /// [`Parameters::shift_tol_s`]
        ShiftTol = "shift_tol",
        /// [`Parameters::wrong_array_min_s`]
        WrongArrayMin = "wrong_array_min",
    }
}

impl Parameter {
    /// A sentence for whoever changes it.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::GapMin => "The shortest idle run that is a finding of its own.",
            Self::JoinTol => {
                "How far from a gap an array may have been created to explain it, and how early an execution may start before its shift."
            }
            Self::OverlapTol => "How long a PI execution may overlap a downtime before both are questioned.",
            Self::ShiftTol => "How long two shifts may overlap, and how far a shift may start off its plan.",
            Self::WrongArrayMin => {
                "How long a PI science array may run without a PI execution before its activity counts as wrong."
            }
        }
    }

    /// What it can be set to \[s\]. A tolerance stays far below the twelve hours by which a load widens what it looks at again;
    /// a length is at least a second, for a gap of none is no gap.
    pub const fn bounds_s(self) -> RangeInclusive<i64> {
        match self {
            Self::GapMin => 1..=6 * HOUR_S,
            Self::JoinTol | Self::OverlapTol | Self::ShiftTol => 0..=HOUR_S,
            Self::WrongArrayMin => 1..=DAY_S,
        }
    }

    /// Its value \[s\].
    pub const fn of(self, parameters: &Parameters) -> i64 {
        match self {
            Self::GapMin => parameters.gap_min_s,
            Self::JoinTol => parameters.join_tol_s,
            Self::OverlapTol => parameters.overlap_tol_s,
            Self::ShiftTol => parameters.shift_tol_s,
            Self::WrongArrayMin => parameters.wrong_array_min_s,
        }
    }
}
