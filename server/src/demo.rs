//! The simulator: a believable observatory that breaks its log the way people do, and knows what it broke.
//!
//! [`simulate`] is a function of its arguments alone. It lays down the weather, then the shifts, then for each family of each
//! shift a lane of activities in order of time; idle time and breakages are put there on purpose, and recorded as the findings
//! that must follow ([`Simulation::broken`]). Nobody in it is real: astronomers on duty are numbered, faults are generic.

mod breakages;
mod calendar;
mod chance;
mod configurations;
mod csv;
mod decisions;
mod lane;
mod logbook;
mod projects;
mod sky;
mod weather;

use domain::facts::rows::Table;
use domain::facts::{
    Conditions, Configuration, DowntimeKind, Fact, Facts, Project, ScheduledConfiguration, SchedulingBlock,
};
use domain::family::{Families, Family};
use domain::time::{DAY_S, HOUR_S, Instant, Interval};

pub use self::breakages::{NearMiss, Planted};
pub use self::csv::{CannotWrite, write_csv};
pub use self::decisions::decide;

use self::breakages::{Card, Deck, Mishap};
use self::chance::Chance;
use self::lane::{Shared, Stop};
use self::logbook::Logbook;
use self::projects::Programme;

/// From one fault of the whole site to the next, at most \[s\] (our own choice: about one in two weeks).
const SITE_FAULT_EVERY_S: i64 = 28 * DAY_S;
/// Downtimes of the whole site keep this distance, so that each is a run of its own \[s\].
const BETWEEN_STOPS_S: i64 = 3 * HOUR_S;

/// An observatory, some weeks of it, ending at `now` with a shift running.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// The *now* at which the record below holds.
    pub now: Instant,
    /// Shifts, arrays, executions and downtimes.
    pub facts: Facts,
    /// Projects, one set per observing cycle.
    pub projects: Vec<Project>,
    /// Their blocks.
    pub scheduling_blocks: Vec<SchedulingBlock>,
    /// The configurations of the 12 m array.
    pub configurations: Vec<Configuration>,
    /// Which is planned when, without a hole, to some months after `now`.
    pub configuration_schedule: Vec<ScheduledConfiguration>,
    /// The air, every ten minutes.
    pub conditions: Vec<Conditions>,
    /// Every finding that follows from the facts, gaps as well as user errors, each once.
    pub broken: Vec<Planted>,
    /// Where the log comes close to a finding and none may be.
    pub near_misses: Vec<NearMiss>,
}

/// Simulates the weeks before `now`. The same arguments give the same simulation; 0 weeks give one without shifts.
pub fn simulate(weeks: u32, seed: u64, now: Instant) -> Simulation {
    let start = now.plus(-7 * DAY_S * i64::from(weeks));
    let (conditions, spells) = weather::weather(start, now, &mut Chance::new(seed, 1));
    let programme = Programme::new(start, now, &mut Chance::new(seed, 2));
    let configuration_schedule = configurations::schedule(start, now, &mut Chance::new(seed, 3));
    let mut book = Logbook::new(programme, now, Chance::new(seed, 4));

    let stops = stops(&mut book, &spells, start, now, &mut Chance::new(seed, 5));
    let is_clear = |interval: Interval| stops.iter().all(|stop| stop.interval.overlap(interval).is_none());
    let shifts =
        calendar::calendar(start, now, is_clear, &mut book.broken, &mut book.near_misses, &mut Chance::new(seed, 6));

    let (mut deck, mut draws) = (Deck::default(), Chance::new(seed, 7));
    let mut shared: [Option<Shared>; 3] = Default::default();
    for shift in &shifts {
        for family in Family::ALL.into_iter().filter(|&family| shift.logged.families.contains(family)) {
            let card = if shift.takes_a_card() { deck.draw(&mut draws) } else { Card::Quiet };
            let with_last = match shift.mishap {
                Mishap::OverlapsPrevious(_) => shared[family as usize].take(),
                _ => None,
            };
            let (unplayed, with_next) = lane::lay(&mut book, shift, family, &stops, card, with_last);
            unplayed.into_iter().for_each(|card| deck.give_back(card));
            shared[family as usize] = with_next;
        }
        book.facts.shifts.push(shift.logged.clone());
    }
    book.programme.settle(&mut Chance::new(seed, 8));

    Simulation {
        now,
        facts: book.facts,
        projects: book.programme.projects,
        scheduling_blocks: book.programme.blocks,
        configurations: configurations::configurations(),
        configuration_schedule,
        conditions,
        broken: book.broken,
        near_misses: book.near_misses,
    }
}

/// Every fact of all nine tables, table by table in the order of [`Table::ALL`].
pub fn facts_in_order(simulation: &Simulation) -> impl Iterator<Item = (Table, Fact)> + '_ {
    let Facts { shifts, arrays, executions, downtimes } = &simulation.facts;
    let log = shifts
        .iter()
        .map(|fact| (Table::Shifts, Fact::Shift(fact.clone())))
        .chain(arrays.iter().map(|fact| (Table::Arrays, Fact::Array(fact.clone()))))
        .chain(executions.iter().map(|fact| (Table::Executions, Fact::Execution(fact.clone()))))
        .chain(downtimes.iter().map(|fact| (Table::Downtimes, Fact::Downtime(fact.clone()))));
    let Simulation { projects, scheduling_blocks, configurations, configuration_schedule, conditions, .. } = simulation;
    let plan = projects
        .iter()
        .map(|fact| (Table::Projects, Fact::Project(fact.clone())))
        .chain(scheduling_blocks.iter().map(|fact| (Table::SchedulingBlocks, Fact::SchedulingBlock(fact.clone()))))
        .chain(configurations.iter().map(|fact| (Table::Configurations, Fact::Configuration(fact.clone()))))
        .chain(
            configuration_schedule
                .iter()
                .map(|fact| (Table::ConfigurationSchedule, Fact::ScheduledConfiguration(fact.clone()))),
        )
        .chain(conditions.iter().map(|fact| (Table::Conditions, Fact::Conditions(fact.clone()))));
    log.chain(plan)
}

/// The downtimes of the whole site, in order of time: bad weather, and a fault now and then.
fn stops(
    book: &mut Logbook,
    spells: &[weather::Spell],
    start: Instant,
    now: Instant,
    chance: &mut Chance,
) -> Vec<Stop> {
    let mut planned: Vec<(Interval, DowntimeKind, Option<&str>)> =
        spells.iter().map(|spell| (spell.interval, DowntimeKind::Weather, Some(spell.why))).collect();
    let mut at = start.plus(chance.whole(0, 7 * DAY_S));
    while at < now {
        let free = Interval::new(at.plus(-BETWEEN_STOPS_S), at.plus(2 * BETWEEN_STOPS_S));
        let fault = Interval::new(at, at.plus(chance.whole(1_200, 5_400)).min(now));
        if let (Some(free), Some(fault)) = (free, fault)
            && spells.iter().all(|spell| spell.interval.overlap(free).is_none())
        {
            planned.push((fault, DowntimeKind::Technical, Some("Site power transfer, all antennas recovering")));
        }
        at = at.plus(chance.whole(DAY_S, SITE_FAULT_EVERY_S));
    }
    planned.sort_by_key(|&(interval, ..)| interval);
    planned
        .into_iter()
        .map(|(interval, kind, why)| {
            let id = book.downtime(kind, Families::ALL, interval.start(), Some(interval.end()), why);
            Stop { id, kind, interval }
        })
        .collect()
}
