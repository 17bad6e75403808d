//! One family in one shift, from start to end: a sequence of activities with known idle time between them.
//!
//! Because the lane is laid down in order, it knows of each idle run what bounds it, and writes that into the record of
//! findings at once. Times of the whole site's downtimes are fixed before; the lane fills what lies between them.

mod mistakes;

use std::collections::BTreeSet;

use domain::facts::{Activity, Array, DowntimeKind, Execution, Id, Purpose, Qa0, ShiftKind, Status};
use domain::family::{Families, Family};
use domain::findings::FindingType;
use domain::time::{Instant, Interval, Span};

use super::breakages::{Card, Mishap};
use super::calendar::PlannedShift;
use super::logbook::Logbook;

/// The shortest idle run that is a gap \[s\] (domain.md §4).
const GAP_MIN_S: i64 = 300;
/// From one execution to the next on the same array \[s\] (our own choice; a slew, a set-up, a query).
const OVERHEAD_S: (i64, i64) = (40, 280);
/// PI executions \[s\] (our own choice: 20 to 90 min).
const PI_S: (i64, i64) = (1_200, 5_400);
/// Calibrations and tests in a SCIOPS shift \[s\] (our own choice).
const SHORT_S: (i64, i64) = (360, 1_200);
/// The same in EOC and ENGINEERING shifts, which have time for them \[s\] (our own choice).
const LONG_S: (i64, i64) = (900, 4_200);
/// How long an array lives before it is made anew \[s\] (our own choice).
const ARRAY_LIFE_S: (i64, i64) = (7_200, 18_000);
/// Free time that a card needs \[s\]: what the longest can take.
const CARD_ROOM_S: i64 = 13_500;

/// A downtime of the whole site.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) id: Id,
    pub(super) kind: DowntimeKind,
    pub(super) interval: Interval,
}

/// What bounds the idle run that begins at the cursor.
#[derive(Clone, Debug)]
enum Left {
    ShiftStart,
    Execution { id: Id, status: Status, purpose: Purpose },
    Open(Id),
    Downtime(Id),
}

/// What bounds it on the other side.
enum Right<'a> {
    Execution { id: &'a Id, purpose: Purpose },
    Downtime(&'a Id),
    ShiftEnd,
    Now,
}

/// The array in use.
struct InUse {
    id: Id,
    created: Instant,
    anew_at: Instant,
    bands: BTreeSet<u8>,
    pi: Option<Interval>,
    n_tests: usize,
    n_calibrations: usize,
    declared: Option<Activity>,
}

/// What went on in one family and shift.
pub(super) struct Lane<'a> {
    book: &'a mut Logbook,
    shift: &'a PlannedShift,
    family: Family,
    /// Only a valid SCIOPS shift has a ledger, and so gaps.
    has_ledger: bool,
    cursor: Instant,
    left: Left,
    /// Whether `left` lies at the cursor, without idle time between.
    touches: bool,
    array: Option<InUse>,
    recreated: bool,
    /// The last downtime's place in the record: its right neighbour may still come.
    last_run: Option<usize>,
}

/// How a lane begins when the shift before reaches into it: the execution that both share.
pub(super) type Shared = (Id, Instant);

/// Lays down one lane. Returns the card when there was no place for it, and the execution shared with the next shift.
pub(super) fn lay(
    book: &mut Logbook,
    shift: &PlannedShift,
    family: Family,
    stops: &[Stop],
    card: Card,
    shared: Option<Shared>,
) -> (Option<Card>, Option<Shared>) {
    let has_ledger = shift.logged.kind == ShiftKind::Sciops && shift.mishap != Mishap::Undefined;
    let (cursor, left) = match shared {
        Some((id, until)) => (until, Left::Execution { id, status: Status::Success, purpose: Purpose::Pi }),
        None => (shift.window.start(), Left::ShiftStart),
    };
    let (array, touches, recreated, last_run) = (None, true, false, None);
    let mut lane = Lane { book, shift, family, has_ledger, cursor, left, touches, array, recreated, last_run };
    lane.run(stops, card)
}

impl Lane<'_> {
    fn run(&mut self, stops: &[Stop], card: Card) -> (Option<Card>, Option<Shared>) {
        let window = self.shift.window;
        let inside: Vec<&Stop> = stops.iter().filter(|stop| stop.interval.overlap(window).is_some()).collect();
        if card == Card::NoActivity && inside.is_empty() {
            self.bounded_by(window.end(), &Right::ShiftEnd);
            return (None, None);
        }
        let mut card = (card != Card::Quiet).then_some(card);
        let wait = self.book.chance.whole(window.seconds() / 10, window.seconds() * 9 / 20);
        let play_from = self.after(wait);
        if let Left::Execution { .. } = self.left {
            self.next_after_shared();
        }
        if let Mishap::EarlyExecution(seconds) = self.shift.mishap
            && self.shift.logged.families.iter().next() == Some(self.family)
        {
            self.begin_early(seconds);
        }
        for stop in inside {
            self.fill(stop.interval.start(), &mut card, play_from);
            self.stand_still(stop);
        }
        let shared = if let Mishap::OverlapsNext(seconds) = self.shift.mishap {
            let next_start = window.end().plus(-seconds);
            self.fill(next_start.plus(-60), &mut card, play_from);
            Some(self.share(next_start))
        } else if self.shift.is_running {
            let last_begins = window.end().plus(-self.book.chance.whole(600, 4_000));
            self.fill(last_begins, &mut card, play_from);
            self.go_on();
            None
        } else {
            self.fill(window.end(), &mut card, play_from);
            self.bounded_by(window.end(), &Right::ShiftEnd);
            None
        };
        self.dissolve(self.shift.window.end());
        (card, shared)
    }

    fn after(&self, seconds: i64) -> Instant {
        self.cursor.plus(seconds)
    }

    fn overhead(&mut self) -> i64 {
        self.book.chance.whole(OVERHEAD_S.0, OVERHEAD_S.1)
    }

    fn pi_seconds(&mut self) -> i64 {
        self.book.chance.whole(PI_S.0, PI_S.1)
    }

    /// Activities from the cursor on, the last one ending by `until`.
    fn fill(&mut self, until: Instant, card: &mut Option<Card>, play_from: Instant) {
        while until.since(self.cursor) > SHORT_S.0 {
            if let Some(playing) = *card
                && playing != Card::NoActivity
                && self.cursor >= play_from
                && until.since(self.cursor) > CARD_ROOM_S
                && matches!(self.left, Left::Execution { .. })
            {
                self.play(playing);
                *card = None;
                continue;
            }
            if !self.go_wrong_as_usual(until) && !self.observe(until) {
                break;
            }
        }
    }

    /// One more execution, after overhead or some idle time; false when there is no room.
    fn observe(&mut self, until: Instant) -> bool {
        let idle = self.idle_seconds();
        let execution = self.next_execution(self.after(idle));
        let wanted = match (execution.purpose, self.shift.logged.kind) {
            (Purpose::Pi, _) => self.pi_seconds(),
            (_, ShiftKind::Sciops) => self.book.chance.whole(SHORT_S.0, SHORT_S.1),
            _ => self.book.chance.whole(LONG_S.0, LONG_S.1),
        };
        let room = until.since(self.cursor) - idle;
        // What does not fit is shortened to end shortly before, or exactly there; too short, and nobody starts it.
        let slack = if self.book.chance.happens(0.3) { 0 } else { self.book.chance.whole(1, 280) };
        let seconds = if wanted <= room { wanted } else { room - slack };
        let shortest = if execution.purpose == Purpose::Pi { PI_S.0 } else { SHORT_S.0 };
        if seconds < shortest {
            return false;
        }
        self.execute(idle, seconds, execution);
        true
    }

    /// What comes next: mostly science, in an EOC or ENGINEERING shift tests (rates are our own choice).
    fn next_execution(&mut self, at: Instant) -> Execution {
        let (pi, calibration) = if self.shift.logged.kind == ShiftKind::Sciops { (0.90, 0.985) } else { (0.0, 0.3) };
        let drawn = self.book.chance.real(0.0, 1.0);
        if drawn < pi {
            self.book.pi_execution(self.family, at)
        } else if drawn < calibration {
            self.book.calibration(self.family, at)
        } else {
            self.book.test(self.family, at)
        }
    }

    /// How long nothing happens before the next execution \[s\]; makes the array anew when its time has come (all rates are
    /// our own choice: a few gaps per family and night, and mostly after something failed).
    fn idle_seconds(&mut self) -> i64 {
        let often = match &self.left {
            Left::ShiftStart => {
                return if self.book.chance.happens(0.1) { 0 } else { self.book.chance.whole(120, 2_400) };
            }
            Left::Open(_) => return self.book.chance.whole(1_200, 4_800),
            Left::Downtime(_) => 0.2,
            Left::Execution { status: Status::Fail | Status::Aborted, .. } => 0.65,
            Left::Execution { .. } => 0.045,
        };
        if self.array.as_ref().is_some_and(|array| array.anew_at <= self.cursor) {
            self.dissolve(self.cursor);
            self.recreated = true;
            let is_gap = self.book.chance.happens(0.7);
            return if is_gap { self.book.chance.whole(GAP_MIN_S, 1_500) } else { self.book.chance.whole(150, 299) };
        }
        if self.book.chance.happens(often) { self.book.chance.whole(GAP_MIN_S, 1_800) } else { self.overhead() }
    }

    /// A downtime now and then, after one execution in twenty (our own choice); false when none comes.
    fn go_wrong_as_usual(&mut self, until: Instant) -> bool {
        if !self.has_ledger || !matches!(self.left, Left::Execution { .. }) || until.since(self.cursor) < 9_000 {
            return false;
        }
        let kind = match self.book.chance.real(0.0, 1.0) {
            drawn if drawn < 0.035 => DowntimeKind::Technical,
            drawn if drawn < 0.045 => DowntimeKind::Scheduling,
            drawn if drawn < 0.052 => DowntimeKind::Weather,
            _ => return false,
        };
        let seconds = self.book.chance.whole(600, 5_400);
        self.stop(kind, seconds);
        true
    }

    /// A downtime of this family alone, after overhead or at once.
    fn stop(&mut self, kind: DowntimeKind, seconds: i64) {
        let idle = if self.book.chance.happens(0.3) { 0 } else { self.overhead() };
        let start = self.after(idle);
        let id = self.book.downtime(kind, self.only_family(), start, Some(start.plus(seconds)), None);
        self.bounded_by(start, &Right::Downtime(&id));
        self.own_run(kind, id, start.plus(seconds));
    }

    fn only_family(&self) -> Families {
        [self.family].into_iter().collect()
    }

    /// A downtime of the whole site, as far as it lies in this shift.
    fn stand_still(&mut self, stop: &Stop) {
        let Some(inside) = stop.interval.overlap(self.shift.window) else { return };
        self.bounded_by(inside.start(), &Right::Downtime(&stop.id));
        self.own_run(stop.kind, stop.id.clone(), inside.end());
        if self.book.chance.happens(0.6) {
            // After bad weather the array is made anew.
            self.dissolve(inside.start());
        }
    }

    /// Who is on shift at *now* is mostly observing.
    fn go_on(&mut self) {
        let now = self.shift.window.end();
        let idle = self.overhead();
        let room = now.since(self.cursor);
        if room > idle + 60 && self.book.chance.happens(0.9) {
            let mut execution = self.book.pi_execution(self.family, self.after(idle));
            (execution.status, execution.qa0, execution.ticket) = (Status::Running, None, String::new());
            let start = self.after(idle);
            self.bounded_by(start, &Right::Execution { id: &execution.id, purpose: Purpose::Pi });
            self.on_array(&mut execution, start, now);
            execution.start = Some(start);
            self.book.facts.executions.push(execution);
        } else {
            self.bounded_by(now, &Right::Now);
        }
    }

    /// The last execution of a shift that is closed too late: it lasts from the start of the next shift to the end of this one.
    fn share(&mut self, next_start: Instant) -> Shared {
        let mut execution = self.book.pi_execution(self.family, next_start);
        (execution.status, execution.qa0, execution.ticket) = (Status::Success, Some(Qa0::Pass), String::new());
        let id = execution.id.clone();
        self.execute(next_start.since(self.cursor), self.shift.window.end().since(next_start), execution);
        (id, self.shift.window.end())
    }

    fn next_after_shared(&mut self) {
        let idle = self.overhead();
        let execution = self.book.pi_execution(self.family, self.after(idle));
        let seconds = self.pi_seconds();
        self.execute(idle, seconds, execution);
    }

    fn begin_early(&mut self, seconds: i64) {
        let start = self.shift.window.start().plus(-seconds);
        let length = seconds + self.pi_seconds();
        let execution = self.book.pi_execution(self.family, start);
        let id = execution.id.clone();
        self.cursor = start;
        self.execute(0, length, execution);
        let shift = self.shift.logged.id.clone();
        let kind = FindingType::UncertainShiftStart;
        if seconds > 60 {
            let span = Some(Span::between(start, self.shift.window.start()));
            self.book.plant(kind, Some(self.family), Some(&shift), &[id.as_str()], span);
        } else {
            self.near_miss("an execution that starts exactly 60 s before its shift", kind, &[id.as_str()]);
        }
    }
}

/// Writing it down.
impl Lane<'_> {
    /// An execution so many seconds after the cursor; the cursor moves to its end.
    fn execute(&mut self, idle: i64, seconds: i64, mut execution: Execution) {
        let start = self.after(idle);
        let end = start.plus(seconds);
        self.bounded_by(start, &Right::Execution { id: &execution.id, purpose: execution.purpose });
        self.on_array(&mut execution, start, end);
        (execution.start, execution.end) = (Some(start), Some(end));
        self.left = Left::Execution { id: execution.id.clone(), status: execution.status, purpose: execution.purpose };
        (self.cursor, self.touches) = (end, true);
        self.book.facts.executions.push(execution);
    }

    /// Puts the execution on the array in use, made now if there is none.
    fn on_array(&mut self, execution: &mut Execution, start: Instant, end: Instant) {
        if self.array.is_none() {
            let before = self.book.chance.whole(5, 200).min(start.since(self.cursor).max(5));
            self.make_array(start.plus(-before));
        }
        if let Some(array) = &mut self.array {
            execution.array_id = array.id.to_string();
            array.bands.extend(execution.band);
            match execution.purpose {
                // One without a length lies beside others on the same array.
                Purpose::Pi => {
                    let from = array.pi.map_or(start, Interval::start);
                    array.pi = if end > start { Interval::new(from, end) } else { array.pi };
                }
                Purpose::Calibration => array.n_calibrations += 1,
                Purpose::Test => array.n_tests += 1,
            }
        }
    }

    fn make_array(&mut self, created: Instant) {
        let life = self.book.chance.whole(ARRAY_LIFE_S.0, ARRAY_LIFE_S.1);
        self.array = Some(InUse {
            id: self.book.array_id(),
            created,
            anew_at: created.plus(life),
            bands: BTreeSet::new(),
            pi: None,
            n_tests: 0,
            n_calibrations: 0,
            declared: None,
        });
    }

    /// Dissolves the array in use, and declares it as what it was used for unless somebody declared it before.
    fn dissolve(&mut self, at: Instant) {
        let Some(array) = self.array.take() else { return };
        let truly = match self.shift.logged.kind {
            _ if array.pi.is_some() => Activity::PiScience,
            ShiftKind::Eoc => Activity::Eoc,
            ShiftKind::Engineering => Activity::Engineering,
            ShiftKind::Sciops if array.n_tests > array.n_calibrations => Activity::Testing,
            ShiftKind::Sciops => Activity::Calibration,
        };
        let activity = array.declared.unwrap_or(truly);
        if let (Some(pi), true) = (array.pi, activity != Activity::PiScience) {
            let shift = self.shift.logged.id.clone();
            let kind = FindingType::ArrayWithWrongActivity;
            self.book.plant(kind, Some(self.family), Some(&shift), &[array.id.as_str()], Some(pi.into()));
        }
        let bands: Vec<String> = array.bands.iter().map(u8::to_string).collect();
        self.book.array(Array {
            id: array.id,
            family: self.family,
            activity,
            created: Some(array.created),
            destroyed: (!self.shift.is_running || at < self.shift.window.end()).then_some(at.max(array.created)),
            antennas: String::new(),
            bands: bands.join(";"),
        });
    }

    /// The downtime owns the time from the cursor to `until`; the cursor moves there.
    fn own_run(&mut self, kind: DowntimeKind, id: Id, until: Instant) {
        let finding = match kind {
            DowntimeKind::Weather => FindingType::WeatherDowntime,
            DowntimeKind::Technical => FindingType::TechnicalDowntime,
            DowntimeKind::Scheduling => FindingType::SchedulingDowntime,
        };
        if self.has_ledger {
            let left = match &self.left {
                Left::Execution { id, .. } if self.touches => id.to_string(),
                _ => String::new(),
            };
            let shift = self.shift.logged.id.clone();
            let span = Some(Span::between(self.cursor, until));
            let ids = [id.as_str(), left.as_str(), ""];
            self.last_run = Some(self.book.plant(finding, Some(self.family), Some(&shift), &ids, span));
        }
        (self.left, self.touches) = (Left::Downtime(id), true);
        self.recreated = false;
        self.cursor = until;
    }

    /// Ends the idle run that began at the cursor, and records the finding it is; the cursor moves to its end.
    ///
    /// Without idle time the two activities touch: then a downtime before has a right neighbour.
    fn bounded_by(&mut self, end: Instant, right: &Right<'_>) {
        let start = std::mem::replace(&mut self.cursor, end);
        let recreated = std::mem::take(&mut self.recreated);
        let last_run = self.last_run.take();
        self.touches = end <= start;
        if !self.has_ledger {
            return;
        }
        let right_id = match right {
            Right::Execution { id, .. } | Right::Downtime(id) => id.as_str(),
            Right::ShiftEnd | Right::Now => "",
        };
        let seconds = end.since(start);
        if seconds <= 0 {
            let run = last_run.and_then(|place| self.book.broken.get_mut(place));
            if let Some(neighbour) = run.and_then(|run| run.ids.get_mut(2)) {
                right_id.clone_into(neighbour);
            }
            return;
        }
        let left = self.left.clone();
        let left_id = match &left {
            Left::Execution { id, .. } | Left::Open(id) | Left::Downtime(id) => id.as_str(),
            Left::ShiftStart => "",
        };
        let is_gap = seconds >= GAP_MIN_S;
        let next_tests = matches!(right, Right::Execution { purpose: Purpose::Test, .. });
        let sides = [left_id, right_id];
        let (kind, ids): (FindingType, &[&str]) = match (&left, right) {
            (_, Right::Now) => return,
            (Left::ShiftStart, Right::ShiftEnd) => (FindingType::NonActivitiesShift, &[]),
            (Left::Open(_), _) => (FindingType::RunningExecutionGap, &sides[..1]),
            (Left::ShiftStart, _) => (FindingType::Handover, &[]),
            _ if !is_gap => return,
            (_, Right::ShiftEnd) => (FindingType::EndShift, &[]),
            (Left::Execution { .. }, Right::Execution { .. }) if recreated => (FindingType::ArrayRecreation, &sides),
            (Left::Execution { status: Status::Aborted, .. }, _) => (FindingType::AbortedExecutionGap, &sides),
            (Left::Execution { status: Status::Fail, .. }, _) => (FindingType::FailedExecutionGap, &sides),
            (Left::Execution { purpose: Purpose::Test, .. }, _) => (FindingType::TestingTimeGap, &sides),
            _ if next_tests => (FindingType::TestingTimeGap, &sides),
            _ => (FindingType::Other, &sides),
        };
        let shift = self.shift.logged.id.clone();
        self.book.plant(kind, Some(self.family), Some(&shift), ids, Some(Span::between(start, end)));
    }
}
