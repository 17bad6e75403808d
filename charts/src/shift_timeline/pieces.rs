//! A lane cut into pieces: time with one owner and, where that is an execution, one execution. The drawing, the pointer and the
//! table all read these, so they cannot disagree.

use domain::facts::{Downtime, DowntimeKind, Execution};
use domain::family::Family;
use domain::ledger::{Owner, owner_of};
use domain::shift_view::{Lane, Placed, ShiftView};
use domain::time::{Instant, Interval};

/// A piece of a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece<'a> {
    pub(super) owner: Owner,
    pub(super) interval: Interval,
    /// The execution that owns it; where two of one rank overlap, the one that started first, then the smaller id.
    pub(super) execution: Option<&'a Execution>,
}

/// What is at one instant of one lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Here<'a> {
    /// Who owns the second.
    pub owner: Owner,
    /// The stretch around it with this owner and this execution; an execution left open ends an idle stretch.
    pub interval: Interval,
    /// The execution that owns it.
    pub execution: Option<&'a Execution>,
    /// A downtime that holds the instant, even where an execution owns it; of several weather first, then technical.
    pub downtime: Option<&'a Downtime>,
}

/// Who owns an instant of the shift, and what lies there. `None` outside the shift and for a family it does not allocate.
pub fn what_is_at(view: &ShiftView, family: Family, instant: Instant) -> Option<Here<'_>> {
    let lane = view.lanes.iter().find(|lane| lane.family == family)?;
    let piece = pieces(lane).into_iter().find(|piece| piece.interval.holds(instant))?;
    let around = Interval::new(instant, instant.plus(1))?;
    let Piece { owner, interval, execution } = piece;
    Some(Here { owner, interval, execution, downtime: downtime_in(lane, around) })
}

/// The downtime that overlaps the interval; of several the one that would own it.
pub(super) fn downtime_in(lane: &Lane, interval: Interval) -> Option<&Downtime> {
    let overlaps = |placed: &&Placed<Downtime>| {
        Interval::new(placed.span.start(), placed.span.end()).is_some_and(|span| span.overlap(interval).is_some())
    };
    let overlapping = lane.downtimes.iter().filter(overlaps).map(|placed| &placed.fact);
    overlapping.min_by_key(|downtime| downtime.kind)
}

/// The owner of a downtime's seconds.
pub(super) const fn downtime_owner(kind: DowntimeKind) -> Owner {
    match kind {
        DowntimeKind::Weather => Owner::Weather,
        DowntimeKind::Technical => Owner::Technical,
        DowntimeKind::Scheduling => Owner::Scheduling,
    }
}

/// The whole lane, from the start of the shift to its end, without holes.
pub(super) fn pieces(lane: &Lane) -> Vec<Piece<'_>> {
    let mut waiting: Vec<_> = lane.executions.iter().collect();
    waiting.sort_by_key(|placed| (placed.span.start(), &placed.fact.id));
    let mut waiting = waiting.into_iter().peekable();
    let mut begun: Vec<&Placed<Execution>> = vec![];
    let mut pieces = vec![];
    for stretch in lane.ledger.stretches() {
        let (mut at, end) = (stretch.interval.start(), stretch.interval.end());
        while at < end {
            while let Some(placed) = waiting.next_if(|placed| placed.span.start() <= at) {
                begun.push(placed);
            }
            begun.retain(|placed| placed.span.end() > at);
            let owning = begun.iter().find(|placed| owner_of(&placed.fact) == stretch.owner).copied();
            let next_start = waiting.peek().map(|placed| placed.span.start());
            let until = owning.map(|placed| placed.span.end()).or(next_start).map_or(end, |until| until.min(end));
            pieces.extend(Interval::new(at, until).map(|interval| Piece {
                owner: stretch.owner,
                interval,
                execution: owning.map(|placed| &placed.fact),
            }));
            at = until;
        }
    }
    pieces
}
