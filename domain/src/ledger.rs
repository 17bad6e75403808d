//! The ledger: every second of a shift has exactly one owner.

mod log;

use serde::{Deserialize, Serialize};

pub use log::{Log, LoggedShift};
pub(crate) use log::{LoggedExecution, Placement};

use crate::facts::{DowntimeKind, Execution, Id, Purpose, Qa0, Status};
use crate::family::Family;
use crate::labelled::labelled;
use crate::time::{Instant, Interval};

labelled! {
    /// Who can own a second, first come first served: when two claim it, the earlier in this list has it.
    Owner, "owner" {
        /// PI execution, QA0 Pass.
        PiPass = "QA0 Pass",
        /// PI execution, QA0 Pending.
        PiPending = "QA0 Pending",
        /// PI execution, QA0 SemiPass.
        PiSemiPass = "QA0 SemiPass",
        /// PI execution, QA0 Fail.
        PiFail = "QA0 Fail",
        /// PI execution without QA0.
        PiWithoutQa0 = "PI without QA0",
        /// Calibration that succeeded.
        CalibrationSuccess = "Calibration",
        /// Any other calibration.
        CalibrationOther = "Calibration, no success",
        /// Test.
        Test = "Test",
        /// Weather downtime.
        Weather = "Weather downtime",
        /// Technical downtime.
        Technical = "Technical downtime",
        /// Scheduling downtime.
        Scheduling = "Scheduling downtime",
        /// From the shift's start to the first activity.
        Handover = "Handover",
        /// Nobody.
        Idle = "Idle",
    }
}

/// Who owned each second of one shift and family.
///
/// It starts at one instant and is a row of (owner, end): each stretch begins where the one before ended. There is no way to
/// write down a hole, an overlap or a sum other than the length of the shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Ledger {
    shift: Id,
    family: Family,
    start: Instant,
    ends: Vec<(Owner, Instant)>,
}

/// A maximal stretch of time with one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Who.
    pub owner: Owner,
    /// When.
    pub interval: Interval,
}

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
        let claims = executions_and_downtimes(log, family, whole);
        let open = lane.open_in(whole);
        let has_activity = !claims.is_empty() || !open.is_empty();
        let ends = sweep(whole, &claims);

        let mut idle_runs = Vec::new();
        let mut ledger = Ledger { shift: shift.fact.id.clone(), family, start: whole.start(), ends: Vec::new() };
        let mut at = whole.start();
        for (owner, end) in ends {
            if owner != Owner::Idle {
                ledger.extend(owner, end);
                at = end;
                continue;
            }
            // An open execution strictly inside splits the run; one at its start makes it a running execution's.
            let splits = open.iter().map(|&(start, _)| start).filter(|&start| at < start && start < end);
            let mut bounds: Vec<Instant> = splits.collect();
            bounds.dedup();
            bounds.push(end);
            for bound in bounds {
                let Some(interval) = Interval::new(at, bound) else { continue };
                let unfinished = shift.running && bound == whole.end();
                let run = IdleRun { interval, open: lane.open_at(at), unfinished };
                let is_handover = at == whole.start() && (unfinished || (has_activity && run.open.is_none()));
                ledger.extend(if is_handover { Owner::Handover } else { Owner::Idle }, bound);
                idle_runs.push(run);
                at = bound;
            }
        }
        Self { shift, family, ledger, idle_runs, has_activity }
    }
}

/// Who claims which part of the interval.
fn executions_and_downtimes(log: &Log<'_>, family: Family, whole: Interval) -> Vec<(Interval, Owner)> {
    let lane = log.family(family);
    let executions = lane.placed.overlapping(whole).map(|(interval, execution)| (interval, owner_of(execution)));
    let downtimes =
        lane.downtimes.overlapping(whole).map(|(interval, downtime)| (interval, Owner::from(downtime.kind)));
    executions.chain(downtimes).filter_map(|(interval, owner)| Some((interval.overlap(whole)?, owner))).collect()
}

/// Stretches as (owner, end): of all who claim a second the first in [`Owner`]'s order has it, of none [`Owner::Idle`].
///
/// Contract: `claims` lie inside `whole`. O(n log n) in their number.
fn sweep(whole: Interval, claims: &[(Interval, Owner)]) -> Vec<(Owner, Instant)> {
    let mut changes: Vec<(Instant, Owner, i32)> = claims
        .iter()
        .flat_map(|&(interval, owner)| [(interval.start(), owner, 1), (interval.end(), owner, -1)])
        .collect();
    changes.sort_unstable_by_key(|&(at, ..)| at);
    let mut claiming = [0i32; Owner::ALL.len()];
    let mut stretches: Vec<(Owner, Instant)> = Vec::new();
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

/// Who owns the seconds of an execution.
pub fn owner_of(execution: &Execution) -> Owner {
    match (execution.purpose, execution.qa0) {
        (Purpose::Pi, Some(Qa0::Pass)) => Owner::PiPass,
        (Purpose::Pi, Some(Qa0::Pending)) => Owner::PiPending,
        (Purpose::Pi, Some(Qa0::SemiPass)) => Owner::PiSemiPass,
        (Purpose::Pi, Some(Qa0::Fail)) => Owner::PiFail,
        (Purpose::Pi, None) => Owner::PiWithoutQa0,
        (Purpose::Calibration, _) if execution.status == Status::Success => Owner::CalibrationSuccess,
        (Purpose::Calibration, _) => Owner::CalibrationOther,
        (Purpose::Test, _) => Owner::Test,
    }
}

impl From<DowntimeKind> for Owner {
    fn from(kind: DowntimeKind) -> Self {
        match kind {
            DowntimeKind::Weather => Self::Weather,
            DowntimeKind::Technical => Self::Technical,
            DowntimeKind::Scheduling => Self::Scheduling,
        }
    }
}

/// The ledger of a valid shift and one of the families it allocates, whatever the shift's kind.
pub fn ledger<'a>(log: &Log<'a>, shift: LoggedShift<'a>, family: Family) -> Ledger {
    FamilyShift::of(log, shift, family).ledger
}

impl Ledger {
    /// Adds time up to `end`; a stretch of the same owner grows.
    fn extend(&mut self, owner: Owner, end: Instant) {
        match self.ends.last_mut() {
            Some(last) if last.0 == owner => last.1 = end,
            _ => self.ends.push((owner, end)),
        }
    }

    /// The shift.
    pub const fn shift(&self) -> &Id {
        &self.shift
    }

    /// The family.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// The stretches from the start of the shift to its end; neighbours have different owners.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> + '_ {
        let starts = std::iter::once(self.start).chain(self.ends.iter().map(|&(_, end)| end));
        starts
            .zip(&self.ends)
            .filter_map(|(start, &(owner, end))| Some(Stretch { owner, interval: Interval::new(start, end)? }))
    }

    /// From the start of the shift to its end, or to *now* while it runs.
    pub fn end(&self) -> Instant {
        self.ends.last().map_or(self.start, |&(_, end)| end)
    }

    /// When the shift began.
    pub const fn start(&self) -> Instant {
        self.start
    }

    /// The whole length \[s\]: what all owners had together.
    pub fn total_s(&self) -> i64 {
        self.end().since(self.start)
    }

    /// Seconds of one owner.
    pub fn seconds(&self, owner: Owner) -> i64 {
        self.stretches().filter(|s| s.owner == owner).map(|s| s.interval.seconds()).sum()
    }
}

/// What a ledger looks like on the wire, before it is believed.
#[derive(Serialize, Deserialize)]
struct Unchecked {
    shift: Id,
    family: Family,
    start: Instant,
    ends: Vec<(Owner, Instant)>,
}

impl TryFrom<Unchecked> for Ledger {
    type Error = &'static str;
    fn try_from(raw: Unchecked) -> Result<Self, Self::Error> {
        let mut at = raw.start;
        for &(_, end) in &raw.ends {
            if end <= at {
                return Err("a ledger's stretches must follow each other");
            }
            at = end;
        }
        Ok(Self { shift: raw.shift, family: raw.family, start: raw.start, ends: raw.ends })
    }
}

impl From<Ledger> for Unchecked {
    fn from(ledger: Ledger) -> Self {
        Self { shift: ledger.shift, family: ledger.family, start: ledger.start, ends: ledger.ends }
    }
}
