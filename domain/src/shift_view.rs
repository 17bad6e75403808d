//! One shift as it is drawn: a lane per family with everything that happened in it.

use serde::{Deserialize, Serialize};

use crate::facts::{Downtime, Execution, Shift};
use crate::family::Family;
use crate::ledger::{Ledger, Log, LoggedShift, ledger};
use crate::time::{Interval, Span};

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
    pub span: Span,
    /// The fact.
    pub fact: T,
}

/// The view of one valid shift; `None` when the log has no such shift, or when it has no valid interval yet.
pub fn shift_view(log: &Log<'_>, shift_id: &str) -> Option<ShiftView> {
    let shift = *log.shifts().iter().find(|shift| shift.fact.id.as_str() == shift_id)?;
    let lanes = shift.fact.families.iter().map(|family| lane(log, shift, family)).collect();
    Some(ShiftView { shift: shift.fact.clone(), interval: shift.interval, running: shift.running, lanes })
}

fn lane(log: &Log<'_>, shift: LoggedShift<'_>, family: Family) -> Lane {
    let family_log = log.family(family);
    let placed = family_log.placed.overlapping(shift.interval);
    let placed = placed.map(|(interval, placed)| (clipped(interval, shift.interval), placed.fact));
    let open = family_log.open_in(shift.interval).iter().map(|&(start, fact)| (Span::at(start), fact));
    let mut executions: Vec<_> = placed.chain(open).map(|(span, fact)| Placed { span, fact: fact.clone() }).collect();
    executions.sort_by(|a, b| (a.span.start(), &a.fact.id).cmp(&(b.span.start(), &b.fact.id)));
    let downtimes = family_log.downtimes.overlapping(shift.interval);
    let downtimes = downtimes
        .map(|(interval, fact)| Placed { span: clipped(interval, shift.interval), fact: fact.clone() })
        .collect();
    Lane { family, ledger: ledger(log, shift, family), executions, downtimes }
}

fn clipped(interval: Interval, to: Interval) -> Span {
    interval.overlap(to).map_or(Span::at(to.start()), Span::from)
}
