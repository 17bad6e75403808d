//! Which findings, and in which order.

use serde::{Deserialize, Serialize};

use super::State;
use crate::family::Family;
use crate::findings::{Class, FindingType, Priority};
use crate::labelled::labelled;
use crate::time::Instant;

/// Which findings. An empty list filters nothing; several values of one list mean any of them; the lists all hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Any of these classes.
    pub class: Vec<Class>,
    /// Any of these priorities.
    pub priority: Vec<Priority>,
    /// Any of these types.
    pub kind: Vec<FindingType>,
    /// Any of these families; `None` asks for those of no single family.
    pub family: Vec<Option<Family>>,
    /// Any of these states.
    pub state: Vec<State>,
    /// When.
    pub period: Period,
}

/// When a finding must end to be in the list (its END_TIME column); one without a time is only in [`Period::All`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// Any time.
    #[default]
    All,
    /// Belongs to the latest SCIOPS shift of its family that has begun.
    LastShift,
    /// In the last 7 × 24 h before the *now* of the last detection.
    LastSevenDays,
    /// from ≤ end < to; a missing side is open.
    Between {
        /// From.
        from: Option<Instant>,
        /// To.
        to: Option<Instant>,
    },
}

labelled! {
    /// The columns of the talk's table, in its order; each can be sorted by. The label is the word in the URL.
    Column, "column" {
        /// END_TIME
        End = "end",
        /// CLASS
        Class = "class",
        /// TYPE
        Kind = "type",
        /// TAGS
        Tags = "tags",
        /// `TIME_DURATION [hrs]`
        Duration = "duration",
        /// Comments
        Comment = "comments",
        /// Priority, Blocker first when descending
        Priority = "priority",
        /// Array Family
        Family = "family",
    }
}

/// By which column, and which way. Ties go by end (latest first), then by id: the order is total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

impl Default for Sort {
    /// Newest first.
    fn default() -> Self {
        Self { column: Column::End, descending: true }
    }
}
