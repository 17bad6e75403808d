//! The timeline in words and in a table, for those who cannot see it and for whoever wants the numbers.

use domain::decimal::{hours3, hours4};
use domain::facts::{Execution, Id};
use domain::family::Family;
use domain::ledger::{Ledger, Owner};
use domain::shift_view::{Lane, ShiftView};
use domain::time::{Instant, Interval};

use super::Mark;
use super::pieces::{Piece, downtime_in, downtime_owner, pieces};
use crate::theme::letters;

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The lane.
    pub family: Family,
    /// The first second.
    pub start: Instant,
    /// The second after the last; equal to the start for an execution left open.
    pub end: Instant,
    /// Its length in hours with 4 decimals.
    pub duration_h: String,
    /// Who owns it; `None` for an execution left open, which owns nothing.
    pub owner: Option<Owner>,
    /// What the log says about it: subject, name or comment, and the downtime that contradicts an execution.
    pub what: String,
    /// The execution or downtime.
    pub id: Option<Id>,
}

/// One sentence for each lane: who had how many hours. The parts add up to the length of the shift.
pub fn sentence(view: &ShiftView) -> String {
    let (start, end) = (view.interval.start().for_people(), view.interval.end().for_people());
    let end = if view.running { format!("now, {end}") } else { end };
    let lanes: Vec<_> = view
        .lanes
        .iter()
        .map(|lane| format!("{}, {start} to {end} UTC: {}.", lane.family, said(&lane.ledger)))
        .collect();
    lanes.join(" ")
}

fn said(ledger: &Ledger) -> String {
    let parts: Vec<_> = ledger.shares().iter().map(|share| format!("{} h {}", share.hours, share.owner)).collect();
    format!("{} h = {}", hours3(ledger.total_s()), parts.join(" + "))
}

/// The ledger's sum with the owners' letters, in the order of [`Owner::ALL`]: `3.500 h = 1.537 P + 0.337 HO + 1.626 idle`.
/// The figures add up as they are printed.
pub fn sum(ledger: &Ledger) -> String {
    let parts: Vec<_> =
        ledger.shares().iter().map(|share| format!("{} {}", share.hours, letters(share.owner))).collect();
    format!("{} h = {}", hours3(ledger.total_s()), parts.join(" + "))
}

/// Everything the timeline shows, lane by lane in the order of time.
pub fn table(view: &ShiftView) -> Vec<TableRow> {
    view.lanes.iter().flat_map(rows).collect()
}

fn rows(lane: &Lane) -> Vec<TableRow> {
    let owned = pieces(lane).into_iter().map(|piece| row(lane, piece));
    let open = lane.executions.iter().filter(|placed| placed.span.seconds() == 0).map(|placed| TableRow {
        family: lane.family,
        start: placed.span.start(),
        end: placed.span.end(),
        duration_h: hours4(0),
        owner: None,
        what: format!("{}, left open", name(&placed.fact)),
        id: Some(placed.fact.id.clone()),
    });
    let mut rows: Vec<_> = owned.chain(open).collect();
    rows.sort_by_key(|row| (row.start, row.end));
    rows
}

fn row(lane: &Lane, piece: Piece<'_>) -> TableRow {
    let Piece { owner, interval, execution } = piece;
    let downtime = downtime_in(lane, interval);
    let (what, id) = match (execution, downtime) {
        (Some(execution), Some(downtime)) => {
            let kind = downtime_owner(downtime.kind);
            (format!("{}; meets {kind} {}", name(execution), downtime.id), Some(execution.id.clone()))
        }
        (Some(execution), None) => (name(execution).to_owned(), Some(execution.id.clone())),
        (None, Some(downtime)) => (downtime.comment.clone(), Some(downtime.id.clone())),
        (None, None) => (String::new(), None),
    };
    TableRow {
        family: lane.family,
        start: interval.start(),
        end: interval.end(),
        duration_h: hours4(interval.seconds()),
        owner: Some(owner),
        what,
        id,
    }
}

/// What people call an execution: what it looked at, else its Scheduling Block.
pub(super) fn name(execution: &Execution) -> &str {
    if execution.subject.is_empty() { &execution.sb_name } else { &execution.subject }
}

/// The marked findings in words.
pub(super) fn marked(marks: &[Mark]) -> String {
    if marks.is_empty() {
        return String::new();
    }
    format!("Findings: {}.", marks.iter().map(one_mark).collect::<Vec<_>>().join("; "))
}

/// `End shift (12 [m], 2022-03-13 06:30:00 to 2022-03-13 07:00:00)`
pub(super) fn one_mark(mark: &Mark) -> String {
    let when = mark.span.map_or("time unknown".to_owned(), |span| {
        format!("{} to {}", span.start().for_people(), span.end().for_people())
    });
    let chosen = if mark.chosen { ", chosen" } else { "" };
    format!("{} ({}, {when}{chosen})", mark.label, Family::label_of(mark.family))
}

/// Which part of the shift is shown, when it is not all of it.
pub(super) fn part(view: &ShiftView, window: Interval) -> String {
    if window == view.interval {
        return String::new();
    }
    format!("Shown is {} to {} UTC.", window.start().for_people(), window.end().for_people())
}
