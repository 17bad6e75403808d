//! What the simulator breaks, and its own record of it.
//!
//! A [`Mishap`] happens to a whole shift, a [`Card`] to one family in a shift that has no mishap, at most one each: so no
//! breakage changes what another one leads to, and the record is exact.

use domain::facts::Id;
use domain::family::Family;
use domain::findings::FindingType;
use domain::time::Span;

use super::chance::Chance;

/// A finding that must follow from the facts, as the simulator knows it: it put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Which of the 20.
    pub kind: FindingType,
    /// The family, none when the finding is about several.
    pub family: Option<Family>,
    /// The shift it belongs to, if any.
    pub shift: Option<Id>,
    /// The facts in its identity, in the order of domain.md §4; empty where a gap has no neighbour.
    pub ids: Vec<String>,
    /// When; none when no timestamp is known.
    pub span: Option<Span>,
}

/// A place where the log looks broken and is not: the finding that must *not* be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// Why there is none, such as `an idle run of 299 s`.
    pub what: &'static str,
    /// The type it must not be.
    pub kind: FindingType,
    /// The family.
    pub family: Option<Family>,
    /// The shift.
    pub shift: Option<Id>,
    /// What its ids would be.
    pub ids: Vec<String>,
}

/// What happens to a shift as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mishap {
    /// Nothing.
    None,
    /// It was closed only when the next one was on its way, for so many seconds; both are SCIOPS.
    OverlapsNext(i64),
    /// The other side of it.
    OverlapsPrevious(i64),
    /// An EOC or ENGINEERING shift beside it runs into it; its own times are right.
    Invaded,
    /// It runs into the SCIOPS shift beside it.
    Invades,
    /// It starts so many seconds off its plan.
    OffPlan,
    /// Its first execution starts so many seconds before it.
    EarlyExecution(i64),
    /// A time is missing or reversed: it is no valid shift.
    Undefined,
}

/// What happens once to one family in one shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Card {
    /// Nothing but what happens every night.
    Quiet,
    /// An execution stays RUNNING.
    LeftRunning,
    /// An execution that succeeded has no end.
    NoEnd,
    /// An execution has no start.
    NoStart,
    /// An execution has neither.
    NoTimes,
    /// An execution ends before it starts.
    Reversed,
    /// A downtime begins before the PI execution ended.
    DowntimeTooEarly,
    /// A PI execution begins before the downtime ended.
    DowntimeTooLong,
    /// A PI execution runs in the middle of a downtime.
    ExecutionInside,
    /// Nobody closes a downtime.
    NeverClosed,
    /// An array with PI executions is declared as something else.
    WrongDeclaration,
    /// A PI science array runs calibrations only.
    OnlyCalibrations,
    /// A PI project's execution is flagged as a calibration.
    FlaggedCalibration,
    /// A PI project's execution is flagged as a test.
    FlaggedTest,
    /// An observatory project's execution is flagged as PI.
    FlaggedPi,
    /// A test, after some idle time.
    IdleBeforeTest,
    /// A failure without a ticket, then idle.
    NoTicket,
    /// An abort, then idle.
    Aborted,
    /// Nothing to schedule.
    NothingToSchedule,
    /// Nobody observes.
    NoActivity,
    /// 299 s idle: overhead.
    Idle299,
    /// 300 s idle: the shortest gap.
    Idle300,
    /// A downtime begins exactly 60 s before the PI execution ended.
    Overlap60,
    /// A PI science array runs 3,599 s of calibrations.
    Calibrations3599,
    /// The next array was created 61 s before the idle run.
    Created61Before,
    /// The next array was created exactly 60 s before the idle run.
    Created60Before,
}

/// The cards of a round that are always there; one round is about a week of shifts (our own choice of rates).
const ROUND: [Card; 18] = [
    Card::LeftRunning,
    Card::NoEnd,
    Card::Reversed,
    Card::DowntimeTooEarly,
    Card::DowntimeTooLong,
    Card::ExecutionInside,
    Card::NeverClosed,
    Card::WrongDeclaration,
    Card::OnlyCalibrations,
    Card::FlaggedCalibration,
    Card::FlaggedTest,
    Card::FlaggedPi,
    Card::IdleBeforeTest,
    Card::NoTicket,
    Card::Aborted,
    Card::NothingToSchedule,
    Card::Quiet,
    Card::Quiet,
];
/// Cards that take turns, one per round.
const NO_TIME: [Card; 2] = [Card::NoStart, Card::NoTimes];
/// The same for what must stay silent, or just not.
const ON_THE_EDGE: [Card; 6] = [
    Card::Idle299,
    Card::Overlap60,
    Card::Calibrations3599,
    Card::Created61Before,
    Card::Idle300,
    Card::Created60Before,
];
/// A family without any activity: every third round.
const NO_ACTIVITY_EVERY: usize = 3;

/// The cards in the order in which shifts draw them.
#[derive(Default)]
pub(super) struct Deck {
    cards: Vec<Card>,
    returned: Vec<Card>,
    n_rounds: usize,
}

impl Deck {
    /// The next card: first one that somebody could not play.
    pub(super) fn draw(&mut self, chance: &mut Chance) -> Card {
        if self.cards.is_empty() {
            let round = self.n_rounds;
            self.cards.extend(ROUND);
            self.cards.push(NO_TIME[round % NO_TIME.len()]);
            self.cards.push(ON_THE_EDGE[(2 * round) % ON_THE_EDGE.len()]);
            self.cards.push(ON_THE_EDGE[(2 * round + 1) % ON_THE_EDGE.len()]);
            self.cards.push(if round.is_multiple_of(NO_ACTIVITY_EVERY) { Card::NoActivity } else { Card::Quiet });
            chance.shuffle(&mut self.cards);
            self.n_rounds += 1;
        }
        self.returned.pop().or_else(|| self.cards.pop()).unwrap_or(Card::Quiet)
    }

    /// Takes back a card that found no place.
    pub(super) fn give_back(&mut self, card: Card) {
        if card != Card::Quiet {
            self.returned.push(card);
        }
    }
}
