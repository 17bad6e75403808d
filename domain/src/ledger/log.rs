//! The facts as they stand at *now*: which shifts are valid, which executions are open, where an unclosed downtime ends.
//!
//! Everything later (ledger, findings, efficiency) asks the log, so that there is one answer to each of these questions. The
//! log is sorted by time and id once; the order in which the facts came does not matter.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Owner, owner_of};
use crate::facts::{Array, Downtime, Execution, Facts, Purpose, Shift, ShiftKind, is_pi_code};
use crate::family::Family;
use crate::time::{DAY_S, Instant, Interval, Span};

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
    /// Executions that lack a time, or whose project code and purpose do not say the same.
    doubtful: Vec<LoggedExecution<'a>>,
    /// Every array that the facts name.
    arrays: Vec<LoggedArray<'a>>,
    /// Where they stand in `arrays`.
    places: ById<'a, usize>,
}

/// An array that somebody wrote down, or that an execution names, and what it was used for.
#[derive(Debug, Default)]
pub(crate) struct LoggedArray<'a> {
    /// `None` where only executions name it.
    pub(crate) fact: Option<&'a Array>,
    /// All its executions together; two at a time count twice \[s\].
    pub(crate) seconds: i64,
    /// From the first start of its executions to the last end.
    pub(crate) used: Option<Span>,
    /// The same of its PI executions.
    pub(crate) used_for_pi: Option<Span>,
    /// The latest execution on it that can be an activity at all.
    latest: Option<(Instant, &'a str)>,
}

/// What one family did.
#[derive(Debug, Default)]
pub(crate) struct FamilyLog<'a> {
    /// Valid shifts of all kinds that allocate the family, by (start, id).
    pub(crate) shifts: ByStart<LoggedShift<'a>>,
    /// Executions that own time, by (start, id).
    pub(crate) placed: ByStart<Placed<'a>>,
    /// Executions that began and were never closed, by (start, id). They own no second.
    pub(crate) open: Vec<(Instant, &'a Execution)>,
    /// Downtimes that own time, by (start, id).
    pub(crate) downtimes: ByStart<&'a Downtime>,
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

/// An execution that owns time, and as whom: the fact itself need not be at hand to fill a ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed<'a> {
    pub(crate) fact: &'a Execution,
    pub(crate) owner: Owner,
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
    /// Reads the facts.
    pub fn new(facts: &'a Facts, now: Instant) -> Self {
        let mut shifts: Vec<_> = facts.shifts.iter().filter_map(|shift| valid(shift, now)).collect();
        shifts.sort_by_key(|shift| (shift.interval.start(), &shift.fact.id));
        let mut log = Self {
            facts,
            now,
            lanes: Default::default(),
            doubtful: Vec::new(),
            arrays: Vec::with_capacity(facts.arrays.len()),
            places: ById::with_capacity_and_hasher(facts.arrays.len(), RandomState::default()),
            shifts,
        };
        for array in &facts.arrays {
            let place = log.place_of_array(array.id.as_str());
            log.arrays[place].fact = Some(array);
        }
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
        self.arrays[*self.places.get(id)?].fact
    }

    /// Every array that the facts name, in no promised order.
    pub(crate) fn arrays(&self) -> &[LoggedArray<'a>] {
        &self.arrays
    }

    /// Executions that lack a time, or whose project code and purpose do not say the same, in no promised order.
    pub(crate) fn doubtful(&self) -> &[LoggedExecution<'a>] {
        &self.doubtful
    }

    /// The valid shift of the family that holds the instant: SCIOPS first, then the earliest, then the smallest id.
    pub(crate) fn shift_at(&self, family: Family, instant: Instant) -> Option<LoggedShift<'a>> {
        let holding = self.family(family).shifts_at(instant);
        holding.min_by_key(|s| (s.fact.kind != ShiftKind::Sciops, s.interval.start(), &s.fact.id))
    }

    /// Where an array stands in `arrays`, a new place when it is named for the first time.
    fn place_of_array(&mut self, id: &'a str) -> usize {
        *self.places.entry(id).or_insert_with(|| {
            self.arrays.push(LoggedArray::default());
            self.arrays.len() - 1
        })
    }

    /// One walk through the executions, which are most of a log: all that is asked of each is asked while it is at hand. The facts
    /// of some years are larger than a processor's cache.
    fn place_executions(&mut self) {
        let mut never_closed = Vec::new();
        // One array has several executions, and a log mostly has them one after the other.
        let mut last_array: Option<(&str, usize)> = None;
        for fact in &self.facts.executions {
            let id = fact.array_id.as_str();
            // Without an array an execution has no follower.
            let array = match last_array {
                _ if id.is_empty() => None,
                Some((last, place)) if last == id => Some(place),
                _ => Some(self.place_of_array(id)),
            };
            last_array = array.map(|place| (id, place)).or(last_array);
            let family = fact.family.or_else(|| Some(self.arrays[array?].fact?.family));
            let start = began(fact);
            if let (Some(start), Some(array)) = (start, array) {
                let latest = &mut self.arrays[array].latest;
                *latest = (*latest).max(Some((start, fact.id.as_str())));
            }
            let placement = match (start, fact.end) {
                (None, _) => Placement::Nowhere,
                (Some(start), Some(end)) => Interval::new(start, end).map_or(Placement::Nowhere, Placement::Placed),
                (Some(start), None) => {
                    never_closed.push((fact, family, start, array));
                    continue;
                }
            };
            self.place(LoggedExecution { fact, family, placement }, array);
        }
        // Where it is the latest on its array it may own time, and that is known when all have been seen.
        for (fact, family, start, array) in never_closed {
            let is_latest = array.and_then(|at| self.arrays[at].latest).is_none_or(|last| last.1 == fact.id.as_str());
            let in_running_shift = family.is_some_and(|f| self.family(f).shifts_at(start).any(|shift| shift.running));
            let until_now = Interval::new(start, self.now).filter(|_| is_latest && in_running_shift);
            let placement = until_now.map_or(Placement::Open(start), Placement::Placed);
            self.place(LoggedExecution { fact, family, placement }, array);
        }
        for lane in &mut self.lanes {
            lane.placed.sort(|execution| &execution.fact.id);
            lane.open.sort_by_key(|&(start, execution)| (start, &execution.id));
        }
    }

    fn place(&mut self, logged: LoggedExecution<'a>, array: Option<usize>) {
        let LoggedExecution { fact, family, placement } = logged;
        let span = match placement {
            Placement::Placed(interval) => Some(interval.into()),
            Placement::Open(start) => Some(Span::at(start)),
            Placement::Nowhere => None,
        };
        if let (Some(span), Some(array)) = (span, array) {
            self.arrays[array].use_for(span, fact.purpose);
        }
        if fact.start.is_none()
            || fact.end.is_none_or(|end| Some(end) <= fact.start)
            || is_pi_code(&fact.project_code) != (fact.purpose == Purpose::Pi)
        {
            self.doubtful.push(logged);
        }
        let Some(family) = family else { return };
        let lane = &mut self.lanes[family as usize];
        match placement {
            Placement::Placed(interval) => lane.placed.items.push((interval, Placed { fact, owner: owner_of(fact) })),
            Placement::Open(start) => lane.open.push((start, fact)),
            Placement::Nowhere => {}
        }
    }

    fn place_downtimes(&mut self) {
        for downtime in &self.facts.downtimes {
            for family in downtime.families.iter() {
                let lane = &mut self.lanes[family as usize];
                let end = downtime.end.or_else(|| lane.unclosed_until(downtime.start));
                if let Some(interval) = end.and_then(|end| Interval::new(downtime.start, end)) {
                    lane.downtimes.items.push((interval, downtime));
                }
            }
        }
        for lane in &mut self.lanes {
            lane.downtimes.sort(|downtime| &downtime.id);
        }
    }
}

impl LoggedArray<'_> {
    fn use_for(&mut self, span: Span, purpose: Purpose) {
        let and_this =
            |so_far: Option<Span>| {
                Some(so_far.map_or(span, |so_far| {
                    Span::between(so_far.start().min(span.start()), so_far.end().max(span.end()))
                }))
            };
        self.seconds += span.seconds();
        self.used = and_this(self.used);
        if purpose == Purpose::Pi {
            self.used_for_pi = and_this(self.used_for_pi);
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
        let placed = self.placed.items.partition_point(|(item, _)| item.start() <= instant);
        let placed = self.placed.items.get(placed).map(|(item, _)| item.start());
        let open = self.open.get(self.open.partition_point(|&(start, _)| start <= instant)).map(|&(start, _)| start);
        placed.into_iter().chain(open).min()
    }

    /// Where a downtime without an end ends (domain.md §3): at the next execution, at most at the end of the shift that holds
    /// its start. Held by no shift, it owns nothing.
    fn unclosed_until(&self, start: Instant) -> Option<Instant> {
        let shift_end = self.shifts_at(start).map(|shift| shift.interval.end()).max()?;
        Some(self.next_start(start).map_or(shift_end, |next| next.min(shift_end)))
    }

    /// The open executions that start inside the interval.
    pub(crate) fn open_in(&self, interval: Interval) -> &[(Instant, &'a Execution)] {
        let from = self.open.partition_point(|&(start, _)| start < interval.start());
        let to = self.open.partition_point(|&(start, _)| start < interval.end());
        &self.open[from..to]
    }

    /// What may bound the runs of a shift.
    pub(crate) fn around(&self, shift: Interval) -> Neighbours<'_, 'a> {
        let from = self.open.partition_point(|&(start, _)| start < shift.start());
        let to = self.open.partition_point(|&(start, _)| start <= shift.end());
        Neighbours {
            placed: self.placed.part().touching(shift),
            open: &self.open[from..to],
            downtimes: self.downtimes.part().touching(shift),
        }
    }
}

/// What a family did in a shift and at its edges: few things, among which each is found at once, however long the log is.
pub(crate) struct Neighbours<'l, 'a> {
    placed: Part<'l, Placed<'a>>,
    open: &'l [(Instant, &'a Execution)],
    downtimes: Part<'l, &'a Downtime>,
}

impl<'a> Neighbours<'_, 'a> {
    /// The placed execution with the smallest id that ends at the instant.
    pub(crate) fn execution_ending(&self, instant: Instant) -> Option<&'a Execution> {
        self.placed.ending(instant).map(|placed| placed.fact).min_by_key(|execution| &execution.id)
    }

    /// The execution that starts at the instant: an open one first, then the smallest id.
    pub(crate) fn execution_starting(&self, instant: Instant) -> Option<&'a Execution> {
        first_at(self.open, instant).or_else(|| self.placed.starting(instant).map(|placed| placed.fact))
    }

    /// What bounds a run on its left: the execution, else the downtime, that ends there.
    pub(crate) fn left_of(&self, instant: Instant) -> Option<&'a str> {
        let execution = self.execution_ending(instant).map(|execution| execution.id.as_str());
        execution.or_else(|| self.downtimes.ending(instant).map(|downtime| downtime.id.as_str()).min())
    }

    /// What bounds a run on its right: the execution, placed or open, else the downtime, that starts there.
    pub(crate) fn right_of(&self, instant: Instant) -> Option<&'a str> {
        let placed = self.placed.starting(instant).map(|placed| placed.fact.id.as_str());
        let open = first_at(self.open, instant).map(|execution| execution.id.as_str());
        let execution = match (placed, open) {
            (Some(placed), Some(open)) => Some(placed.min(open)),
            (placed, open) => placed.or(open),
        };
        execution.or_else(|| self.downtimes.starting(instant).map(|downtime| downtime.id.as_str()))
    }
}

/// Of what is sorted by instant, the first at that instant.
pub(super) fn first_at<'a, T>(sorted: &[(Instant, &'a T)], instant: Instant) -> Option<&'a T> {
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

    fn part(&self) -> Part<'_, T> {
        Part { items: &self.items, latest_end: &self.latest_end }
    }

    /// Those that share a second with the interval, by (start, id).
    pub(crate) fn overlapping(&self, interval: Interval) -> impl Iterator<Item = (Interval, T)> + '_ {
        let from = self.latest_end.partition_point(|&end| end <= interval.start());
        let to = self.items.partition_point(|(item, _)| item.start() < interval.end());
        self.items[from.min(to)..to].iter().copied().filter(move |(item, _)| item.end() > interval.start())
    }

    /// Those that hold the instant, by (start, id).
    pub(crate) fn holding(&self, instant: Instant) -> impl Iterator<Item = (Interval, T)> + '_ {
        self.part().holding(instant)
    }

    /// All of them, by (start, id).
    pub(crate) fn all(&self) -> &[(Interval, T)] {
        &self.items
    }
}

/// A stretch of a [`ByStart`].
struct Part<'l, T> {
    items: &'l [(Interval, T)],
    latest_end: &'l [Instant],
}

impl<'l, T: Copy> Part<'l, T> {
    /// The stretch of those that share a second with the interval or end or start at its edge; a few others may be among them.
    fn touching(self, interval: Interval) -> Self {
        let from = self.latest_end.partition_point(|&end| end < interval.start());
        let to = self.items.partition_point(|(item, _)| item.start() <= interval.end());
        let stretch = from.min(to)..to;
        Self { items: &self.items[stretch.clone()], latest_end: &self.latest_end[stretch] }
    }

    /// Those that hold the instant, by (start, id).
    fn holding(&self, instant: Instant) -> impl Iterator<Item = (Interval, T)> + use<'l, T> {
        let from = self.latest_end.partition_point(|&end| end <= instant);
        let to = self.items.partition_point(|(item, _)| item.start() <= instant);
        self.items[from.min(to)..to].iter().copied().filter(move |(item, _)| item.end() > instant)
    }

    /// Those that end at the instant, by (start, id). What ends then held the second before.
    fn ending(&self, instant: Instant) -> impl Iterator<Item = T> + use<'l, T> {
        self.holding(instant.plus(-1)).filter(move |(item, _)| item.end() == instant).map(|(_, item)| item)
    }

    /// The one with the smallest id that starts at the instant.
    fn starting(&self, instant: Instant) -> Option<T> {
        let (interval, item) = self.items.get(self.items.partition_point(|(item, _)| item.start() < instant))?;
        (interval.start() == instant).then_some(*item)
    }
}
