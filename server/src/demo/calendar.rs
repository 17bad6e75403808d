//! The shifts of the period, on the real calendar, and what goes wrong with a shift as a whole.

use chrono::{DateTime, Datelike, Utc};
use domain::facts::{Shift, ShiftKind};
use domain::family::Family;
use domain::findings::FindingType;
use domain::time::{DAY_S, HOUR_S, Instant, Interval, Span};

use super::breakages::{Mishap, NearMiss, Planted};
use super::chance::Chance;
use super::logbook::legal_id;

/// A shift that begins less than this before *now* has not been opened yet \[s\] (our own choice).
const YOUNGEST_S: i64 = 2 * HOUR_S;
/// What is left of a turn must be worth a shift \[s\] (our own choice).
const SHORTEST_S: i64 = 5 * HOUR_S;
/// Nothing goes wrong with a shift this close to *now* \[s\]: a missing end would be legitimate for 24 h.
const SETTLED_S: i64 = 3 * DAY_S;
/// The air must be good so long around a mishap, so that no downtime changes what it leads to \[s\].
const CLEAR_S: i64 = 2 * HOUR_S;

/// A shift as it went, beside the shift as it was written down.
pub(super) struct PlannedShift {
    pub(super) logged: Shift,
    /// When its own executions and downtimes ran.
    pub(super) window: Interval,
    pub(super) mishap: Mishap,
    /// Still going on at *now*.
    pub(super) is_running: bool,
}

impl PlannedShift {
    /// Whether something may go wrong in one of its families without touching what went wrong with it as a whole.
    pub(super) fn takes_a_card(&self) -> bool {
        self.logged.kind == ShiftKind::Sciops && self.mishap == Mishap::None && !self.is_running
    }

    fn is_one_of(&self, crew: Crew) -> bool {
        self.logged.families.contains(crew.families[0])
    }
}

/// Who has shifts of their own: the 12 m array, and the compact array with the single dishes.
#[derive(Clone, Copy)]
struct Crew {
    name: &'static str,
    families: &'static [Family],
}

const CREWS: [Crew; 2] = [
    Crew { name: "12M", families: &[Family::Twelve] },
    Crew { name: "ACA", families: &[Family::Seven, Family::TotalPower] },
];

/// A period of a day in which a crew works: kind per weekday (Monday first), start and end \[min after 0 h UTC\], each ± spread.
struct Turn {
    crew: usize,
    kinds: [Option<ShiftKind>; 7],
    start_min: i64,
    end_min: i64,
    spread_min: i64,
}

const S: Option<ShiftKind> = Some(ShiftKind::Sciops);
const E: Option<ShiftKind> = Some(ShiftKind::Eoc);
const G: Option<ShiftKind> = Some(ShiftKind::Engineering);

/// Our own choice: nights for science, days for science, EOC and engineering in turn; about 24 shifts a week. Local time is
/// four hours behind, so nights run from 21 h to 9 h UTC.
const TURNS: [Turn; 4] = [
    Turn { crew: 0, kinds: [S, S, S, S, S, S, S], start_min: 21 * 60 + 20, end_min: 33 * 60, spread_min: 40 },
    Turn { crew: 0, kinds: [S, E, G, S, S, E, S], start_min: 10 * 60, end_min: 19 * 60 + 50, spread_min: 30 },
    Turn { crew: 1, kinds: [S, S, S, S, S, S, S], start_min: 19 * 60 + 30, end_min: 33 * 60, spread_min: 45 },
    Turn {
        crew: 1,
        kinds: [S, None, E, S, None, S, None],
        start_min: 10 * 60 + 20,
        end_min: 18 * 60 + 30,
        spread_min: 25,
    },
];

/// Shifts from `start` to `now`, in order of their start; one of each crew is running at `now`.
///
/// `is_clear` says whether no downtime of the whole site touches the interval.
pub(super) fn calendar(
    start: Instant,
    now: Instant,
    is_clear: impl Fn(Interval) -> bool,
    broken: &mut Vec<Planted>,
    near_misses: &mut Vec<NearMiss>,
    chance: &mut Chance,
) -> Vec<PlannedShift> {
    let mut shifts: Vec<PlannedShift> = Vec::new();
    for (at, &crew) in CREWS.iter().enumerate() {
        let mut turns = turns_of(at, start, now, chance);
        let running = running_turn(&mut turns, start, now, chance);
        let n_settled = turns.len();
        for (n, (kind, window)) in turns.into_iter().chain(running).enumerate() {
            shifts.push(planned(crew, n + 1, kind, window, n == n_settled, now, chance));
        }
    }
    for crew in CREWS {
        let mut own: Vec<&mut PlannedShift> = shifts.iter_mut().filter(|shift| shift.is_one_of(crew)).collect();
        let mut week = start;
        let mut n_week = 0;
        while week < now.plus(-SETTLED_S) {
            let until = week.plus(7 * DAY_S).min(now.plus(-SETTLED_S));
            go_wrong(&mut own, week, until, n_week, &is_clear, broken, near_misses, chance);
            (week, n_week) = (until, n_week + 1);
        }
    }
    shifts.sort_by(|a, b| (a.window, &a.logged.id).cmp(&(b.window, &b.logged.id)));
    shifts
}

fn turns_of(crew: usize, start: Instant, now: Instant, chance: &mut Chance) -> Vec<(ShiftKind, Interval)> {
    let mut turns = Vec::new();
    let mut day = start.plus(-start.unix_seconds().rem_euclid(DAY_S) - DAY_S);
    let mut free_from = start;
    while day < now {
        let weekday = DateTime::<Utc>::from(day).weekday().num_days_from_monday() as usize;
        let mut of_day: Vec<&Turn> = TURNS.iter().filter(|turn| turn.crew == crew).collect();
        of_day.sort_by_key(|turn| turn.start_min);
        for turn in of_day {
            let from = day.plus(60 * (turn.start_min + chance.whole(-turn.spread_min, turn.spread_min)));
            let to = day.plus(60 * (turn.end_min + chance.whole(-turn.spread_min, turn.spread_min)));
            // Ten minutes at least between two shifts of a crew.
            let from = from.max(free_from.plus(600));
            if let (Some(kind), Some(window), true) = (turn.kinds[weekday % 7], Interval::new(from, to), from >= start)
                && from < now.plus(-YOUNGEST_S)
                && window.seconds() >= SHORTEST_S
            {
                turns.push((kind, window));
                free_from = to;
            }
        }
        day = day.plus(DAY_S);
    }
    turns
}

/// The shift that runs at `now`: the last turn if it is not long over, else a new one; always SCIOPS. None only where the
/// period is empty.
fn running_turn(
    turns: &mut Vec<(ShiftKind, Interval)>,
    start: Instant,
    now: Instant,
    chance: &mut Chance,
) -> Option<(ShiftKind, Interval)> {
    let from = match turns.last() {
        Some(&(_, last)) if last.end().plus(YOUNGEST_S) > now => {
            turns.pop();
            last.start()
        }
        Some(&(_, last)) => last.end().plus(600).max(now.plus(-chance.whole(YOUNGEST_S, 5 * HOUR_S))),
        None => start.max(now.plus(-5 * HOUR_S)),
    };
    Some((ShiftKind::Sciops, Interval::new(from, now)?))
}

fn planned(
    crew: Crew,
    n: usize,
    kind: ShiftKind,
    window: Interval,
    is_running: bool,
    now: Instant,
    chance: &mut Chance,
) -> PlannedShift {
    let day = DateTime::<Utc>::from(window.start()).format("%Y%m%d");
    let id = legal_id(format!("{}-{day}-{n:03}", crew.name));
    // Nobody opens a shift on the second; within 120 s of the plan is on time.
    let planned_start = window.start().plus(if chance.happens(0.4) { 0 } else { chance.whole(-100, 100) });
    let planned_end = if is_running { now.plus(60 * chance.whole(60, 480)) } else { window.end() };
    PlannedShift {
        logged: Shift {
            id,
            kind,
            families: crew.families.iter().copied().collect(),
            start: Some(window.start()),
            end: (!is_running).then_some(window.end()),
            planned_start: Some(planned_start),
            planned_end: Some(planned_end),
            aod: format!("AoD {}", chance.whole(1, 9)),
        },
        window,
        mishap: Mishap::None,
        is_running,
    }
}

/// Plants the mishaps of one crew and week: at most one per shift, and none in its neighbours.
#[expect(clippy::too_many_arguments, reason = "one call, and every argument is another subject")]
fn go_wrong(
    own: &mut [&mut PlannedShift],
    from: Instant,
    until: Instant,
    n_week: usize,
    is_clear: &impl Fn(Interval) -> bool,
    broken: &mut Vec<Planted>,
    near_misses: &mut Vec<NearMiss>,
    chance: &mut Chance,
) {
    let events: [Event; 6] = [
        Event::Overlap,
        Event::Invasion { seconds: chance.whole(240, 3_600), kind: ShiftKind::Eoc },
        if n_week.is_multiple_of(2) {
            Event::OffPlan(chance.one_of([-1, 1]) * chance.whole(180, 2_700))
        } else {
            Event::OffPlan(chance.one_of([-1, 1]) * 120)
        },
        Event::Early(if n_week % 4 == 3 { 60 } else { chance.whole(61, 500) }),
        Event::Undefined(n_week % 3),
        if n_week.is_multiple_of(2) {
            Event::Invasion { seconds: 120, kind: ShiftKind::Eoc }
        } else {
            Event::Invasion { seconds: chance.whole(600, 1_800), kind: ShiftKind::Engineering }
        },
    ];
    for event in events {
        // A crew has some ten shifts a week: not every event in every week.
        if n_week > 0 && chance.happens(0.35) {
            continue;
        }
        let places: Vec<usize> = (1..own.len().saturating_sub(1))
            .filter(|&at| {
                own.get(at).is_some_and(|shift| from <= shift.window.start() && shift.window.end() <= until)
                    && event.fits(own, at, is_clear)
            })
            .collect();
        if let Some(&at) = places.get(chance.place(places.len())) {
            event.happen(own, at, broken, near_misses, chance);
        }
    }
}

/// What may go wrong with a shift, before a shift is chosen for it.
#[derive(Clone, Copy)]
enum Event {
    /// It is closed after the next SCIOPS shift began.
    Overlap,
    /// The shift of another kind before it ends so many seconds after it began.
    Invasion { seconds: i64, kind: ShiftKind },
    /// It starts so many seconds after its plan (before it when negative).
    OffPlan(i64),
    /// Its first execution starts so many seconds before it.
    Early(i64),
    /// End missing, start missing, or end before start.
    Undefined(usize),
}

impl Event {
    fn fits(self, own: &[&mut PlannedShift], at: usize, is_clear: &impl Fn(Interval) -> bool) -> bool {
        let (Some(before), Some(this), Some(after)) = (own.get(at.wrapping_sub(1)), own.get(at), own.get(at + 1))
        else {
            return false;
        };
        let untouched = |shift: &PlannedShift| shift.mishap == Mishap::None && !shift.is_running;
        let clear = |t: Instant| Interval::new(t.plus(-CLEAR_S), t.plus(CLEAR_S)).is_some_and(is_clear);
        let is_sciops = |shift: &PlannedShift| shift.logged.kind == ShiftKind::Sciops;
        let alone = untouched(before) && untouched(this) && untouched(after);
        let break_s = this.window.start().since(before.window.end());
        alone
            && match self {
                Self::Overlap => {
                    let next = after.window.start();
                    is_sciops(this)
                        && is_sciops(after)
                        && next.since(this.window.end()) < HOUR_S
                        && clear(next)
                        && clear(next.plus(HOUR_S))
                }
                Self::Invasion { kind, .. } => is_sciops(this) && before.logged.kind == kind && break_s < 2 * HOUR_S,
                Self::OffPlan(_) => is_sciops(this),
                Self::Early(seconds) => is_sciops(this) && break_s > seconds && clear(this.window.start()),
                Self::Undefined(_) => this.window.seconds() < DAY_S,
            }
    }

    fn happen(
        self,
        own: &mut [&mut PlannedShift],
        at: usize,
        broken: &mut Vec<Planted>,
        near_misses: &mut Vec<NearMiss>,
        chance: &mut Chance,
    ) {
        let Some([before, this, after]) = own.get_mut(at - 1..=at + 1) else { return };
        let id = this.logged.id.clone();
        let start = this.window.start();
        match self {
            Self::Overlap => {
                let seconds = chance.whole(900, 3_000);
                let next = after.window.start();
                let Some(longer) = Interval::new(start, next.plus(seconds)) else { return };
                this.window = longer;
                this.logged.end = Some(longer.end());
                (this.mishap, after.mishap) = (Mishap::OverlapsNext(seconds), Mishap::OverlapsPrevious(seconds));
                for family in this.logged.families.iter() {
                    broken.push(Planted {
                        kind: FindingType::OverlappingShift,
                        family: Some(family),
                        shift: Some(id.clone()),
                        ids: vec![id.to_string(), after.logged.id.to_string()],
                        span: Some(Span::between(next, longer.end())),
                    });
                }
            }
            Self::Invasion { seconds, kind } => {
                // Its window stays: whoever forgot to close it observed no longer.
                before.logged.end = Some(start.plus(seconds));
                (before.mishap, this.mishap) = (Mishap::Invades, Mishap::Invaded);
                let ids = vec![before.logged.id.to_string(), id.to_string()];
                for family in this.logged.families.iter() {
                    if kind == ShiftKind::Eoc && seconds > 120 {
                        broken.push(Planted {
                            kind: FindingType::EocOverlappingSciops,
                            family: Some(family),
                            shift: Some(id.clone()),
                            ids: ids.clone(),
                            span: Some(Span::between(start, start.plus(seconds))),
                        });
                    } else {
                        near_misses.push(NearMiss {
                            what: if kind == ShiftKind::Eoc {
                                "an EOC and a SCIOPS shift that overlap by exactly 120 s"
                            } else {
                                "an engineering shift that overlaps a SCIOPS shift"
                            },
                            kind: FindingType::EocOverlappingSciops,
                            family: Some(family),
                            shift: Some(id.clone()),
                            ids: ids.clone(),
                        });
                    }
                }
            }
            Self::OffPlan(seconds) => {
                let planned = start.plus(-seconds);
                this.logged.planned_start = Some(planned);
                this.mishap = Mishap::OffPlan;
                let (kind, family, shift) = (FindingType::UncertainShiftStart, this.logged.families.only(), Some(id));
                if seconds.abs() > 120 {
                    let span = Some(Span::between(planned, start));
                    broken.push(Planted { kind, family, shift, ids: Vec::new(), span });
                } else {
                    let what = "a shift that starts exactly 120 s off its plan";
                    near_misses.push(NearMiss { what, kind, family, shift, ids: Vec::new() });
                }
            }
            Self::Early(seconds) => this.mishap = Mishap::EarlyExecution(seconds),
            Self::Undefined(how) => {
                let end = this.window.end();
                let known = match how {
                    0 => {
                        this.logged.end = None;
                        start
                    }
                    1 => {
                        this.logged.start = None;
                        end
                    }
                    _ => {
                        // The date of the day before.
                        this.logged.end = Some(end.plus(-DAY_S));
                        start
                    }
                };
                this.mishap = Mishap::Undefined;
                broken.push(Planted {
                    kind: FindingType::AllocatedTimeNotWellDefined,
                    family: this.logged.families.only(),
                    shift: Some(id.clone()),
                    ids: vec![id.to_string()],
                    span: Some(Span::at(known)),
                });
            }
        }
    }
}
