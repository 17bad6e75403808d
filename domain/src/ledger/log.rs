//! The facts as they stand at *now*: which shifts are valid, which executions are open, where an unclosed downtime ends.
//!
//! Everything later (ledger, findings, efficiency) asks the log, so that there is one answer to each of these questions. The
//! log is sorted by time and id once; the order in which the facts came does not matter.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::facts::{Array, Downtime, Execution, Facts, Shift, ShiftKind};
use crate::family::Family;
use crate::time::{DAY_S, Instant, Interval};

/// What an id stands for. The standard hasher took a fifth of a detection; this one is random, too, so that nobody can write
/// ids that collide.
pub(crate) type ById<'a, T> = HashMap<&'a str, T, RandomState>;

/// The facts at *now*, by family and time.
#[derive(Debug)]
pub struct Log<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) now: Instant,
    /// Valid shifts by (start, id).
    shifts: Vec<LoggedShift<'a>>,
    lanes: [FamilyLog<'a>; Family::ALL.len()],
    /// Each once, in the order of the facts: what walks through them all then walks through memory in order, too.
    executions: Vec<LoggedExecution<'a>>,
    arrays: ById<'a, &'a Array>,
}

/// What one family did.
#[derive(Debug, Default)]
pub(crate) struct FamilyLog<'a> {
    /// Valid shifts of all kinds that allocate the family, by (start, id).
    pub(crate) shifts: ByStart<LoggedShift<'a>>,
    /// Executions that own time, by (start, id).
    pub(crate) placed: ByStart<&'a Execution>,
    /// Executions that began and were never closed, by (start, id). They own no second.
    pub(crate) open: Vec<(Instant, &'a Execution)>,
    /// Downtimes that own time, by (start, id).
    pub(crate) downtimes: ByStart<&'a Downtime>,
    /// Starts of placed and open executions, sorted.
    starts: Vec<Instant>,
    /// Who ends at an instant, by (end, id).
    ends: Vec<(Instant, &'a Execution)>,
    downtime_ends: Vec<(Instant, &'a Downtime)>,
}

/// A shift with start < end, clipped to *now*.
#[derive(Clone, Copy, Debug)]
pub struct LoggedShift<'a> {
    /// The fact.
    pub fact: &'a Shift,
    /// From its start to its end, or to *now* while it runs.
    pub interval: Interval,
    /// Whether its end lies after *now* or is not known yet.
    pub running: bool,
}

/// Where an execution stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// It owns this time.
    Placed(Interval),
    /// It began here and nobody closed it: it owns no second, but it bounds an idle run.
    Open(Instant),
    /// It has no start, or it ends before it starts: it is no activity.
    Nowhere,
}

/// An execution with the family it belongs to and its place in time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoggedExecution<'a> {
    pub(crate) fact: &'a Execution,
    pub(crate) family: Option<Family>,
    pub(crate) placement: Placement,
}

impl<'a> Log<'a> {
    /// Reads the facts. Of two facts with one id, which should not be, the later in the list counts.
    pub fn new(facts: &'a Facts, now: Instant) -> Self {
        let arrays: ById<'_, &Array> = facts.arrays.iter().map(|array| (array.id.as_str(), array)).collect();
        let mut shifts: Vec<_> = facts.shifts.iter().filter_map(|shift| valid(shift, now)).collect();
        shifts.sort_by_key(|shift| (shift.interval.start(), &shift.fact.id));
        let mut log = Self { facts, now, lanes: Default::default(), executions: Vec::new(), arrays, shifts };
        for (lane, family) in log.lanes.iter_mut().zip(Family::ALL) {
            let shifts = log.shifts.iter().filter(|shift| shift.fact.families.contains(family));
            lane.shifts.items.extend(shifts.map(|&shift| (shift.interval, shift)));
            lane.shifts.sort(|shift| &shift.fact.id);
        }
        log.place_executions();
        log.place_downtimes();
        log
    }

    /// Valid shifts of all kinds, by start, then id.
    pub fn shifts(&self) -> &[LoggedShift<'a>] {
        &self.shifts
    }

    /// The *now* it was read at.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Every pair of a valid SCIOPS shift and a family it allocates: what has a ledger. By start, shift id, family.
    pub fn with_ledger(&self) -> impl Iterator<Item = (LoggedShift<'a>, Family)> + '_ {
        let sciops = self.shifts.iter().filter(|shift| shift.fact.kind == ShiftKind::Sciops);
        sciops.flat_map(|&shift| shift.fact.families.iter().map(move |family| (shift, family)))
    }

    pub(crate) const fn family(&self, family: Family) -> &FamilyLog<'a> {
        &self.lanes[family as usize]
    }

    pub(crate) fn array(&self, id: &str) -> Option<&'a Array> {
        self.arrays.get(id).copied()
    }

    /// Every array, in no promised order.
    pub(crate) fn arrays(&self) -> impl Iterator<Item = &'a Array> {
        self.arrays.values().copied()
    }

    /// Every execution, in no promised order.
    pub(crate) fn executions(&self) -> impl Iterator<Item = &LoggedExecution<'a>> {
        self.executions.iter()
    }

    /// The valid shift of the family that holds the instant: SCIOPS first, then the earliest, then the smallest id.
    pub(crate) fn shift_at(&self, family: Family, instant: Instant) -> Option<LoggedShift<'a>> {
        let holding = self.family(family).shifts_at(instant);
        holding.min_by_key(|s| (s.fact.kind != ShiftKind::Sciops, s.interval.start(), &s.fact.id))
    }

    fn place_executions(&mut self) {
        let family_of = |execution: &Execution, arrays: &ById<'_, &Array>| {
            execution.family.or_else(|| arrays.get(execution.array_id.as_str()).map(|array| array.family))
        };
        // The latest on each array, among those that can be an activity at all; of arrays with an execution that nobody closed,
        // which are few. Without an array an execution has no follower.
        let mut latest: ById<'_, (Instant, &str)> = ById::default();
        for execution in self.facts.executions.iter().filter(|execution| execution.end.is_none()) {
            if let Some(start) = execution.start.filter(|_| !execution.array_id.is_empty()) {
                latest.insert(&execution.array_id, (start, execution.id.as_str()));
            }
        }
        for execution in &self.facts.executions {
            if let Some(start) = began(execution)
                && let Some(last) = latest.get_mut(execution.array_id.as_str())
            {
                *last = (*last).max((start, execution.id.as_str()));
            }
        }
        let mut seen = HashSet::with_capacity_and_hasher(self.facts.executions.len(), RandomState::default());
        self.executions.reserve(self.facts.executions.len());
        for execution in self.facts.executions.iter().rev().filter(|execution| seen.insert(execution.id.as_str())) {
            let family = family_of(execution, &self.arrays);
            let placement = match (began(execution), execution.end) {
                (None, _) => Placement::Nowhere,
                (Some(start), Some(end)) => Interval::new(start, end).map_or(Placement::Nowhere, Placement::Placed),
                (Some(start), None) => {
                    let is_latest =
                        latest.get(execution.array_id.as_str()).is_none_or(|last| last.1 == execution.id.as_str());
                    let in_running_shift =
                        family.is_some_and(|f| self.family(f).shifts_at(start).any(|shift| shift.running));
                    match Interval::new(start, self.now) {
                        Some(until_now) if is_latest && in_running_shift => Placement::Placed(until_now),
                        _ => Placement::Open(start),
                    }
                }
            };
            self.executions.push(LoggedExecution { fact: execution, family, placement });
        }
        self.executions.reverse();
        for &LoggedExecution { fact, family, placement } in &self.executions {
            let Some(family) = family else { continue };
            let lane = &mut self.lanes[family as usize];
            match placement {
                Placement::Placed(interval) => {
                    lane.placed.items.push((interval, fact));
                    lane.starts.push(interval.start());
                    lane.ends.push((interval.end(), fact));
                }
                Placement::Open(start) => {
                    lane.open.push((start, fact));
                    lane.starts.push(start);
                }
                Placement::Nowhere => {}
            }
        }
        for lane in &mut self.lanes {
            lane.placed.sort(|execution| &execution.id);
            lane.open.sort_by_key(|&(start, execution)| (start, &execution.id));
            lane.starts.sort_unstable();
            lane.ends.sort_by_key(|&(end, execution)| (end, &execution.id));
        }
    }

    fn place_downtimes(&mut self) {
        for downtime in &self.facts.downtimes {
            for family in downtime.families.iter() {
                let lane = &mut self.lanes[family as usize];
                let end = downtime.end.or_else(|| lane.unclosed_until(downtime.start));
                if let Some(interval) = end.and_then(|end| Interval::new(downtime.start, end)) {
                    lane.downtimes.items.push((interval, downtime));
                    lane.downtime_ends.push((interval.end(), downtime));
                }
            }
        }
        for lane in &mut self.lanes {
            lane.downtimes.sort(|downtime| &downtime.id);
            lane.downtime_ends.sort_by_key(|&(end, downtime)| (end, &downtime.id));
        }
    }
}

/// A shift with start < end that has begun, clipped to *now*.
fn valid(shift: &Shift, now: Instant) -> Option<LoggedShift<'_>> {
    let start = shift.start?;
    let (end, running) = match shift.end {
        Some(end) if end <= start => return None,
        Some(end) => (end.min(now), end > now),
        None if now.since(start) < DAY_S => (now, true),
        None => return None,
    };
    Some(LoggedShift { fact: shift, interval: Interval::new(start, end)?, running })
}

/// The start of an execution that can be an activity: one that does not end before it starts.
fn began(execution: &Execution) -> Option<Instant> {
    execution.start.filter(|&start| execution.end.is_none_or(|end| start < end))
}

impl<'a> FamilyLog<'a> {
    /// Valid shifts of any kind that hold the instant.
    pub(crate) fn shifts_at(&self, instant: Instant) -> impl Iterator<Item = LoggedShift<'a>> + '_ {
        self.shifts.holding(instant).map(|(_, shift)| shift)
    }

    /// The first start of a placed or open execution strictly after the instant.
    pub(crate) fn next_start(&self, instant: Instant) -> Option<Instant> {
        self.starts.get(self.starts.partition_point(|&start| start <= instant)).copied()
    }

    /// Where a downtime without an end ends (domain.md §3): at the next execution, at most at the end of the shift that holds
    /// its start. Held by no shift, it owns nothing.
    fn unclosed_until(&self, start: Instant) -> Option<Instant> {
        let shift_end = self.shifts_at(start).map(|shift| shift.interval.end()).max()?;
        Some(self.next_start(start).map_or(shift_end, |next| next.min(shift_end)))
    }

    /// The placed execution with the smallest id that ends at the instant.
    pub(crate) fn execution_ending(&self, instant: Instant) -> Option<&'a Execution> {
        first_at(&self.ends, instant)
    }

    /// The open execution with the smallest id that starts at the instant.
    pub(crate) fn open_at(&self, instant: Instant) -> Option<&'a Execution> {
        first_at(&self.open, instant)
    }

    /// The open executions that start inside the interval.
    pub(crate) fn open_in(&self, interval: Interval) -> &[(Instant, &'a Execution)] {
        let from = self.open.partition_point(|&(start, _)| start < interval.start());
        let to = self.open.partition_point(|&(start, _)| start < interval.end());
        &self.open[from..to]
    }

    /// The execution that starts at the instant: an open one first, then the smallest id.
    pub(crate) fn execution_starting(&self, instant: Instant) -> Option<&'a Execution> {
        self.open_at(instant).or_else(|| self.placed.starting(instant))
    }

    /// What bounds a run on its left: the execution, else the downtime, that ends there.
    pub(crate) fn left_of(&self, instant: Instant) -> Option<&'a str> {
        let execution = self.execution_ending(instant).map(|execution| execution.id.as_str());
        execution.or_else(|| first_at(&self.downtime_ends, instant).map(|downtime| downtime.id.as_str()))
    }

    /// What bounds a run on its right: the execution, placed or open, else the downtime, that starts there.
    pub(crate) fn right_of(&self, instant: Instant) -> Option<&'a str> {
        let placed = self.placed.starting(instant).map(|execution| execution.id.as_str());
        let open = self.open_at(instant).map(|execution| execution.id.as_str());
        let execution = match (placed, open) {
            (Some(placed), Some(open)) => Some(placed.min(open)),
            (placed, open) => placed.or(open),
        };
        execution.or_else(|| self.downtimes.starting(instant).map(|downtime| downtime.id.as_str()))
    }
}

/// Of what is sorted by instant, the first at that instant.
fn first_at<'a, T>(sorted: &[(Instant, &'a T)], instant: Instant) -> Option<&'a T> {
    let &(at, found) = sorted.get(sorted.partition_point(|&(at, _)| at < instant))?;
    (at == instant).then_some(found)
}

/// Things that take time, by (start, id), found by overlap without reading them all.
#[derive(Debug)]
pub(crate) struct ByStart<T> {
    items: Vec<(Interval, T)>,
    /// The latest end of all items up to here: it only grows, so the first item that may reach a time is found by halving.
    latest_end: Vec<Instant>,
}

impl<T> Default for ByStart<T> {
    fn default() -> Self {
        Self { items: Vec::new(), latest_end: Vec::new() }
    }
}

impl<T: Copy> ByStart<T> {
    fn sort<K: Ord>(&mut self, id: impl Fn(T) -> K) {
        self.items.sort_by_key(|&(interval, item)| (interval.start(), id(item)));
        self.latest_end = self
            .items
            .iter()
            .scan(None, |latest: &mut Option<Instant>, (interval, _)| {
                *latest = (*latest).max(Some(interval.end()));
                *latest
            })
            .collect();
    }

    /// Those that share a second with the interval, by (start, id).
    pub(crate) fn overlapping(&self, interval: Interval) -> impl Iterator<Item = (Interval, T)> + '_ {
        let from = self.latest_end.partition_point(|&end| end <= interval.start());
        let to = self.items.partition_point(|(item, _)| item.start() < interval.end());
        self.items[from.min(to)..to].iter().copied().filter(move |(item, _)| item.end() > interval.start())
    }

    /// Those that hold the instant, by (start, id).
    pub(crate) fn holding(&self, instant: Instant) -> impl Iterator<Item = (Interval, T)> + '_ {
        let from = self.latest_end.partition_point(|&end| end <= instant);
        let to = self.items.partition_point(|(item, _)| item.start() <= instant);
        self.items[from.min(to)..to].iter().copied().filter(move |(item, _)| item.end() > instant)
    }

    /// All of them, by (start, id).
    pub(crate) fn all(&self) -> &[(Interval, T)] {
        &self.items
    }

    /// The one with the smallest id that starts at the instant.
    fn starting(&self, instant: Instant) -> Option<T> {
        let (interval, item) = self.items.get(self.items.partition_point(|(item, _)| item.start() < instant))?;
        (interval.start() == instant).then_some(*item)
    }
}
