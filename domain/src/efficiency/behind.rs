//! The rows behind a number: which executions, downtimes, idle runs or shifts it is the sum of.

use super::{Counted, Measure, counted, undetermined_downtime_s};
use crate::facts::{Downtime, Execution, Id, Shift};
use crate::family::Family;
use crate::ledger::{FamilyShift, Log, LoggedShift, Owner, Stretch, owner_of};
use crate::time::Interval;

/// One row behind a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// The shift whose ledger it is in.
    pub shift: &'a Shift,
    /// The family.
    pub family: Family,
    /// What it adds to the number: seconds, or 1 for an execution that is counted.
    pub amount: i64,
    /// The part of the shift between its first second and its last. It may add less: what others own inside is theirs.
    pub interval: Interval,
    /// Whose the seconds are; `None` for a row that is a whole shift.
    pub owner: Option<Owner>,
    /// The fact.
    pub what: What<'a>,
}

/// What a row tells about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What<'a> {
    /// A shift.
    Shift,
    /// An execution.
    Execution(&'a Execution),
    /// A downtime.
    Downtime(&'a Downtime),
    /// Time that no fact owns, after an execution that nobody closed if there was one.
    Idle(Option<&'a Execution>),
}

impl What<'_> {
    fn is_same_fact(self, other: What<'_>) -> bool {
        match (self, other) {
            (Self::Execution(a), What::Execution(b)) => a.id == b.id,
            (Self::Downtime(a), What::Downtime(b)) => a.id == b.id,
            _ => false,
        }
    }
}

/// The rows of a measure over some shifts, by start of shift, shift id, family, then time. Their amounts sum to the measure of
/// the shifts' sums.
pub fn behind<'a>(log: &Log<'a>, measure: Measure, holds: impl Fn(&Id, Family) -> bool) -> Vec<Row<'a>> {
    let chosen = |shift: &LoggedShift<'a>, family: Family| holds(&shift.fact.id, family);
    let lanes = log.with_ledger().filter(|(shift, family)| chosen(shift, *family));
    match measure {
        Measure::Shifts => lanes
            .map(|(shift, family)| Row {
                shift: shift.fact,
                family,
                amount: shift.interval.seconds(),
                interval: shift.interval,
                owner: None,
                what: What::Shift,
            })
            .collect(),
        Measure::Owned(owners) => lanes
            .flat_map(|(shift, family)| entries(log, &FamilyShift::of(log, shift, family)))
            .map(|entry| entry.row)
            .filter(|row| row.owner.is_some_and(|owner| owners.contains(&owner)))
            .collect(),
        Measure::Undetermined => lanes
            .flat_map(|(shift, family)| entries(log, &FamilyShift::of(log, shift, family)))
            .filter(|entry| entry.undetermined_s > 0)
            .map(|entry| Row { amount: entry.undetermined_s, ..entry.row })
            .collect(),
        Measure::Executions(judged) => {
            let of_family = |family| counted(log, family).into_iter().map(move |counted| (family, counted));
            let executions = Family::ALL.into_iter().flat_map(of_family).filter(|(family, counted)| {
                chosen(&counted.shift, *family) && counted.execution.qa0.is_some_and(|qa0| judged.contains(&qa0))
            });
            let row = |(family, Counted { shift, interval, execution, .. }): (Family, Counted<'a>)| Row {
                shift: shift.fact,
                family,
                amount: 1,
                interval,
                owner: Some(owner_of(execution)),
                what: What::Execution(execution),
            };
            let mut rows: Vec<_> = executions.map(row).collect();
            rows.sort_by_key(|row| (row.shift.start, &row.shift.id, row.family, row.interval));
            rows
        }
    }
}

/// A piece of a ledger with the fact that owns it.
struct Entry<'a> {
    row: Row<'a>,
    /// How much of it the log does not determine \[s\].
    undetermined_s: i64,
}

/// Everything that owns time in one shift and family, by first second: an execution or downtime once with all it owns, each idle
/// run by itself. Together they are the shift.
///
/// Of several facts of one owner that claim a second, the earliest has it, then the smallest id.
fn entries<'a>(log: &Log<'a>, lane: &FamilyShift<'a>) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let row = |owner, interval: Interval, what| Row {
        shift: lane.shift.fact,
        family: lane.family,
        amount: interval.seconds(),
        interval,
        owner: Some(owner),
        what,
    };
    for stretch in lane.ledger.stretches() {
        if matches!(stretch.owner, Owner::Handover | Owner::Idle) {
            let inside = lane.idle_runs.iter().filter(|run| run.interval.overlap(stretch.interval).is_some());
            entries.extend(inside.map(|run| {
                let never_closed = run.open.filter(|_| !run.unfinished);
                Entry {
                    row: row(stretch.owner, run.interval, What::Idle(run.open)),
                    undetermined_s: never_closed.map_or(0, |_| run.interval.seconds()),
                }
            }));
            continue;
        }
        for (piece, what) in owned(log, lane, stretch) {
            let undetermined_s = match what {
                What::Downtime(_) => {
                    undetermined_downtime_s(log, lane.family, Stretch { owner: stretch.owner, interval: piece })
                }
                _ => 0,
            };
            match entries.iter_mut().find(|entry| entry.row.what.is_same_fact(what)) {
                Some(entry) => {
                    entry.row.amount += piece.seconds();
                    entry.undetermined_s += undetermined_s;
                    let whole = Interval::new(entry.row.interval.start(), piece.end());
                    entry.row.interval = whole.unwrap_or(piece);
                }
                None => entries.push(Entry { row: row(stretch.owner, piece, what), undetermined_s }),
            }
        }
    }
    entries
}

/// The pieces of a stretch that is no idle time, each with its fact.
fn owned<'a>(log: &Log<'a>, lane: &FamilyShift<'a>, stretch: Stretch) -> Vec<(Interval, What<'a>)> {
    let family = log.family(lane.family);
    let executions = family
        .placed
        .overlapping(stretch.interval)
        .filter(|(_, placed)| placed.owner == stretch.owner)
        .map(|(interval, placed)| (interval, What::Execution(placed.fact)));
    let downtimes = family
        .downtimes
        .overlapping(stretch.interval)
        .filter(|(_, downtime)| Owner::from(downtime.kind) == stretch.owner)
        .map(|(interval, downtime)| (interval, What::Downtime(downtime)));
    // They are by start, and together they cover the stretch: each begins before the one before it has ended.
    let mut at = stretch.interval.start();
    let mut pieces = Vec::new();
    for (interval, what) in executions.chain(downtimes) {
        if let Some(piece) = Interval::new(at, interval.end().min(stretch.interval.end())) {
            at = piece.end();
            pieces.push((piece, what));
        }
    }
    pieces
}
