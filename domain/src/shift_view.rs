//! One shift as it is drawn: a lane per family with everything that happened in it.

use serde::{Deserialize, Serialize};

use crate::facts::{Downtime, Execution, Shift};
use crate::family::Family;
use crate::ledger::{Ledger, Log};
use crate::time::Interval;

/// A shift and its lanes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShiftView {
    /// The shift.
    pub shift: Shift,
    /// The time it covers, up to *now* while it runs.
    pub interval: Interval,
    /// Whether it still runs.
    pub running: bool,
    /// One lane per family it allocates, in the order of [`Family::ALL`].
    pub lanes: Vec<Lane>,
}

/// What one family did in the shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// The family.
    pub family: Family,
    /// Who owned each second.
    pub ledger: Ledger,
    /// Executions that overlap the shift, clipped to it, by start; an open one has the empty stretch at its start.
    pub executions: Vec<Placed<Execution>>,
    /// Downtimes that overlap the shift, clipped to it, by start.
    pub downtimes: Vec<Placed<Downtime>>,
}

/// A fact and the part of the shift it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed<T> {
    /// When, inside the shift.
    pub span: crate::time::Span,
    /// The fact.
    pub fact: T,
}

/// The view of one valid shift; `None` when the log has no such shift, or when it has no valid interval yet.
pub fn shift_view(log: &Log<'_>, shift_id: &str) -> Option<ShiftView> {
    let _ = (log, shift_id);
    None
}
