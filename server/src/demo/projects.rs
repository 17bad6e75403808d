//! Projects and their Scheduling Blocks, one set per observing cycle of the period.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Utc};
use domain::facts::{Id, Project, SchedulingBlock};
use domain::family::Family;
use domain::time::{DAY_S, Instant};

use super::chance::Chance;
use super::configurations::CONFIGURATIONS;
use super::sky::{SOURCES, hours_off_meridian};

/// Blocks of one cycle (our own choice).
const BLOCKS_PER_CYCLE: usize = 500;
/// So many candidates are compared when a block is wanted that is up (our own choice).
const CANDIDATES: usize = 8;

/// How observers say in a block's name that it must wait (domain.md §6, feasibility).
const HELD_BACK: &str = " do not observe";

/// What a receiver band hears and needs.
#[derive(Clone, Copy)]
struct Receiver {
    band: u8,
    /// Frequencies \[GHz\] (ALMA Technical Handbook).
    from_ghz: f64,
    to_ghz: f64,
    /// Water vapour limits in use \[mm\]: the octiles of the site (ALMA Technical Handbook) that suit the band.
    max_pwv_mm: [f64; 2],
}

/// Bands and how often they are asked for (the weights are our own choice: 3, 6 and 7 lead).
const RECEIVERS: [(Receiver, u32); 8] = [
    (Receiver { band: 3, from_ghz: 84.0, to_ghz: 116.0, max_pwv_mm: [2.748, 5.186] }, 26),
    (Receiver { band: 4, from_ghz: 125.0, to_ghz: 163.0, max_pwv_mm: [2.748, 5.186] }, 7),
    (Receiver { band: 5, from_ghz: 163.0, to_ghz: 211.0, max_pwv_mm: [1.262, 1.796] }, 4),
    (Receiver { band: 6, from_ghz: 211.0, to_ghz: 275.0, max_pwv_mm: [1.796, 2.748] }, 34),
    (Receiver { band: 7, from_ghz: 275.0, to_ghz: 373.0, max_pwv_mm: [0.913, 1.262] }, 21),
    (Receiver { band: 8, from_ghz: 385.0, to_ghz: 500.0, max_pwv_mm: [0.658, 0.913] }, 5),
    (Receiver { band: 9, from_ghz: 602.0, to_ghz: 720.0, max_pwv_mm: [0.472, 0.658] }, 2),
    (Receiver { band: 10, from_ghz: 787.0, to_ghz: 950.0, max_pwv_mm: [0.472, 0.472] }, 1),
];

/// Every project and block of the period.
pub(super) struct Programme {
    pub(super) projects: Vec<Project>,
    pub(super) blocks: Vec<SchedulingBlock>,
    /// Executions that leave nothing to do (QA0 Pass, or Pending), per block.
    done: Vec<i32>,
    /// Per cycle: its name, and the places of its blocks per family.
    cycles: Vec<(String, [Vec<usize>; 3])>,
}

impl Programme {
    /// The cycles that [start, now] touches; cycle 2021.1 runs from October 2021 to September 2022.
    pub(super) fn new(start: Instant, now: Instant, chance: &mut Chance) -> Self {
        let mut programme = Self { projects: Vec::new(), blocks: Vec::new(), done: Vec::new(), cycles: Vec::new() };
        let (first, last) = (cycle_year(start), cycle_year(now));
        for year in first..=last {
            programme.add_cycle(year, year == last, now, chance);
        }
        programme.done = vec![0; programme.blocks.len()];
        programme
    }

    /// A block for that family, near the meridian at that time.
    pub(super) fn block_that_is_up(&self, family: Family, at: Instant, chance: &mut Chance) -> Option<usize> {
        let cycle = cycle_name(cycle_year(at));
        let (_, per_family) = self.cycles.iter().find(|(name, _)| *name == cycle).or(self.cycles.last())?;
        let places = &per_family[family as usize];
        let off = |&place: &usize| {
            self.blocks.get(place).and_then(|b| b.ra_deg).map_or(12.0, |ra_deg| hours_off_meridian(ra_deg, at))
        };
        (0..CANDIDATES)
            .filter_map(|_| places.get(chance.place(places.len())).copied())
            .min_by(|a, b| off(a).total_cmp(&off(b)))
    }

    /// Notes that an execution of the block is in the books.
    pub(super) fn observed(&mut self, place: usize) {
        if let Some(done) = self.done.get_mut(place) {
            *done += 1;
        }
    }

    /// Fits the number of executions asked for to what was observed: two in three blocks of the current cycle go on.
    pub(super) fn settle(&mut self, chance: &mut Chance) {
        let current = self.cycles.last().map(|(name, _)| name.clone()).unwrap_or_default();
        for (block, &done) in self.blocks.iter_mut().zip(&self.done) {
            let goes_on = block.project_code.starts_with(&current) && (done == 0 || chance.happens(0.67));
            let left = if goes_on { i32::try_from(chance.whole(1, 4)).unwrap_or(1) } else { 0 };
            block.exec_count = Some((done + left).max(1));
            block.state = match (left, done) {
                (1.., _) => chance.weighted([
                    ("Ready", 60),
                    ("Running", 15),
                    ("Suspended", 10),
                    ("Waiting", 12),
                    ("CalibratorCheck", 3),
                ]),
                (_, 1..) => "FullyObserved",
                _ => "Canceled",
            }
            .to_owned();
        }
    }

    fn add_cycle(&mut self, year: i32, current: bool, now: Instant, chance: &mut Chance) {
        let cycle = cycle_name(year);
        let mut codes = HashSet::new();
        let mut per_family: [Vec<usize>; 3] = Default::default();
        let first = self.blocks.len();
        while self.blocks.len() < first + BLOCKS_PER_CYCLE {
            let number = chance.whole(1, 1_799);
            if !codes.insert(number) {
                continue;
            }
            let is_too = chance.happens(0.06);
            let code = format!("{cycle}.{number:05}.{}", if is_too { "T" } else { "S" });
            let Ok(id) = code.parse::<Id>() else { continue };
            let (source, ra_deg, dec_deg) = chance.one_of(SOURCES);
            self.projects.push(project(id, source, &cycle, current, is_too, chance));
            for goal in 0..chance.whole(1, 3) {
                let from = self.blocks.len();
                let place = (ra_deg + chance.real(-0.05, 0.05), dec_deg + chance.real(-0.05, 0.05));
                self.add_goal(&code, source, goal, place, is_too.then_some(now), chance);
                for at in from..self.blocks.len() {
                    let observable = self.blocks.get(at).filter(|block| !block.name.ends_with(HELD_BACK));
                    if let Some(family) = observable.and_then(|block| block.array) {
                        per_family[family as usize].push(at);
                    }
                }
            }
        }
        self.cycles.push((cycle, per_family));
    }

    /// One science goal: always the 12 m array, often with the compact array, sometimes with the single dishes.
    fn add_goal(
        &mut self,
        code: &str,
        source: &str,
        goal: i64,
        (ra_deg, dec_deg): (f64, f64),
        too: Option<Instant>,
        chance: &mut Chance,
    ) {
        let receiver = chance.weighted(RECEIVERS);
        let freq_ghz = chance.real(receiver.from_ghz, receiver.to_ghz);
        let letter = ["a", "b", "c"][usize::try_from(goal).unwrap_or(0) % 3];
        let max_pwv_mm = chance.one_of(receiver.max_pwv_mm);
        let (_, wished_ar, _, _) = chance.one_of(CONFIGURATIONS);
        let is_polarization = chance.happens(0.05);
        let window = too.filter(|_| chance.happens(0.5)).map(|now| {
            let start = now.plus(-DAY_S * chance.whole(0, 20));
            (start, start.plus(DAY_S * chance.whole(10, 40)))
        });
        let kinds = [
            (true, Family::Twelve, "TM1"),
            (chance.happens(0.2), Family::Twelve, "TM2"),
            (chance.happens(0.6), Family::Seven, "7M"),
            (chance.happens(0.45), Family::TotalPower, "TP"),
        ];
        for (_, family, suffix) in kinds.into_iter().filter(|&(wanted, ..)| wanted) {
            // At 100 GHz \[arcsec\]: TM2 is the more compact of two configurations; 7 m and total power as published.
            let ar_100 = match (family, suffix) {
                (Family::Twelve, "TM1") => wished_ar * chance.real(0.85, 1.2),
                (Family::Twelve, _) => wished_ar * chance.real(3.0, 5.0),
                (Family::Seven, _) => 12.5,
                (Family::TotalPower, _) => 50.5,
            };
            let ar_arcsec = ar_100 * 100.0 / freq_ghz;
            let n = self.blocks.len();
            let Ok(id) = format!("uid://A001/X{:x}/X{:x}", 0x15a0 + n / 64, 0x200 + n * 3).parse() else { continue };
            let held = chance.happens(0.01);
            self.blocks.push(SchedulingBlock {
                id,
                name: format!("{source}_{letter}_{:02}_{suffix}{}", receiver.band, if held { HELD_BACK } else { "" }),
                project_code: code.to_owned(),
                array: Some(family),
                band: Some(receiver.band),
                rep_freq_ghz: Some(thousandths(freq_ghz)),
                ra_deg: Some(thousandths(ra_deg.rem_euclid(360.0))),
                dec_deg: Some(thousandths(dec_deg)),
                max_pwv_mm: Some(max_pwv_mm),
                ar_arcsec: Some(thousandths(ar_arcsec)),
                las_arcsec: Some(thousandths(ar_arcsec * chance.real(3.0, 9.0))),
                // The array's resolution is known at 100 GHz, so the limits are written there.
                min_ar_arcsec: Some(thousandths(ar_100 * 0.8)),
                max_ar_arcsec: Some(thousandths(ar_100 * 1.2)),
                exec_count: None,
                est_time_h: Some((chance.real(0.5, 1.6) * 100.0).round() / 100.0),
                state: String::new(),
                window_start: window.map(|(start, _)| start),
                window_end: window.map(|(_, end)| end),
                is_polarization: Some(is_polarization),
                is_point_source: Some(chance.happens(0.15)),
                note: if held {
                    "Held back by the observer, wait for the new set-up".to_owned()
                } else {
                    chance
                        .weighted([("", 30), ("Check the phase calibrator", 1), ("Same set-up, all blocks", 1)])
                        .to_owned()
                },
            });
        }
    }
}

fn project(id: Id, source: &str, cycle: &str, current: bool, is_too: bool, chance: &mut Chance) -> Project {
    let subject = chance.one_of([
        "The molecular gas of",
        "The dust of",
        "Shocks in",
        "The disk of",
        "The outflow of",
        "The CO ladder of",
    ]);
    let grade = if is_too { "A" } else { chance.weighted([("A", 30), ("B", 45), ("C", 25)]) };
    let state =
        if current { chance.weighted([("InProgress", 70), ("Ready", 25), ("Completed", 5)]) } else { "Completed" };
    Project {
        id,
        title: format!("{subject} {source}"),
        executive: chance.weighted([("EU", 34), ("NA", 34), ("EA", 22), ("CL", 10)]).to_owned(),
        grade: grade.to_owned(),
        science_rank: i32::try_from(chance.whole(1, 1_400)).ok(),
        cycle: cycle.to_owned(),
        state: state.to_owned(),
    }
}

/// The year in whose October the observing cycle began, within this century: only 20xx makes a PI code (domain.md §4, 20).
pub(super) fn cycle_year(at: Instant) -> i32 {
    let utc = DateTime::<Utc>::from(at);
    (if utc.month() >= 10 { utc.year() } else { utc.year() - 1 }).clamp(2000, 2099)
}

/// `2021.1`
pub(super) fn cycle_name(year: i32) -> String {
    format!("{year:04}.1")
}

fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
