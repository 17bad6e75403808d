//! One family in one shift: its ledger, and the idle runs that findings are made of.

use super::log::first_at;
use super::{Ledger, Log, LoggedShift, Owner};
use crate::facts::Execution;
use crate::family::Family;
use crate::time::{Instant, Interval};

/// What a ledger is made from, and what the findings need to know beside it.
pub(crate) struct FamilyShift<'a> {
    pub(crate) shift: LoggedShift<'a>,
    pub(crate) family: Family,
    pub(crate) ledger: Ledger,
    /// Maximal idle intervals, handover among them, split where an open execution starts; by start.
    pub(crate) idle_runs: Vec<IdleRun<'a>>,
    /// Whether any execution or downtime of the family lies in the shift.
    pub(crate) has_activity: bool,
}

/// Time in a shift that no execution and no downtime owns.
#[derive(Clone, Copy)]
pub(crate) struct IdleRun<'a> {
    pub(crate) interval: Interval,
    /// The execution that began at its start and was never closed.
    pub(crate) open: Option<&'a Execution>,
    /// It reaches *now* in a shift that runs: it may yet be filled, so nothing is found in it.
    pub(crate) unfinished: bool,
}

impl<'a> FamilyShift<'a> {
    /// Gives every second of the shift its owner.
    ///
    /// An execution outranks a downtime (what the correlator recorded outranks what was typed), and [`Owner`]'s order decides
    /// the rest. An idle run at the start of the shift is handover, unless the shift had no activity at all or an execution
    /// was left open at its very start; a shift that has only just begun is handing over.
    pub(crate) fn of(log: &Log<'a>, shift: LoggedShift<'a>, family: Family) -> Self {
        let lane = log.family(family);
        let whole = shift.interval;
        let open = lane.open_in(whole);
        let executions = lane.placed.overlapping(whole).map(|(interval, placed)| (interval, placed.owner));
        let downtimes =
            lane.downtimes.overlapping(whole).map(|(interval, downtime)| (interval, Owner::from(downtime.kind)));
        let changes = changes_of_owner(executions.chain(downtimes), whole);
        let has_activity = !changes.is_empty() || !open.is_empty();
        let stretches = sweep(whole, changes);

        let mut idle_runs = Vec::with_capacity(stretches.len() / 2 + 1);
        let mut ledger = Ledger::beginning(shift.fact.id.clone(), family, whole.start());
        let mut at = whole.start();
        for (owner, end) in stretches {
            if owner != Owner::Idle {
                ledger.extend(owner, end);
                at = end;
                continue;
            }
            // An open execution strictly inside splits the run; one at its start makes it a running execution's.
            let run_start = at;
            let splits = open.iter().map(|&(start, _)| start).filter(|&start| run_start < start && start < end);
            for bound in splits.chain([end]) {
                // Two that start at once split it once.
                let Some(interval) = Interval::new(at, bound) else { continue };
                let unfinished = shift.running && bound == whole.end();
                let run = IdleRun { interval, open: first_at(open, at), unfinished };
                let is_handover = at == whole.start() && (unfinished || (has_activity && run.open.is_none()));
                ledger.extend(if is_handover { Owner::Handover } else { Owner::Idle }, bound);
                idle_runs.push(run);
                at = bound;
            }
        }
        Self { shift, family, ledger, idle_runs, has_activity }
    }
}

/// When who begins and ceases to claim time inside the interval, in any order.
fn changes_of_owner(claims: impl Iterator<Item = (Interval, Owner)>, whole: Interval) -> Vec<(Instant, Owner, i32)> {
    let mut changes = Vec::with_capacity(2 * claims.size_hint().1.unwrap_or(0));
    for (interval, owner) in claims {
        if let Some(inside) = interval.overlap(whole) {
            changes.extend([(inside.start(), owner, 1), (inside.end(), owner, -1)]);
        }
    }
    changes
}

/// Stretches as (owner, end): of all who claim a second the first in [`Owner`]'s order has it, of none [`Owner::Idle`].
///
/// Contract: `changes` lie inside `whole`. O(n log n) in their number.
fn sweep(whole: Interval, mut changes: Vec<(Instant, Owner, i32)>) -> Vec<(Owner, Instant)> {
    changes.sort_unstable_by_key(|&(at, ..)| at);
    let mut claiming = [0i32; Owner::ALL.len()];
    let mut stretches: Vec<(Owner, Instant)> = Vec::with_capacity(changes.len() + 1);
    let mut close = |claiming: &[i32], end: Instant| {
        let owner = Owner::ALL.iter().copied().find(|&owner| claiming[owner as usize] > 0).unwrap_or(Owner::Idle);
        match stretches.last_mut() {
            Some(last) if last.1 == end => {}
            Some(last) if last.0 == owner => last.1 = end,
            _ if end > whole.start() => stretches.push((owner, end)),
            _ => {}
        }
    };
    for (at, owner, change) in changes {
        close(&claiming, at);
        claiming[owner as usize] += change;
    }
    close(&claiming, whole.end());
    stretches
}
