//! How long a list takes: 10,000 blocks ranked anew after a slider moved, on one core.
//!
//! `cargo bench -p shiftdesk-domain --bench ranking` prints a line each: `blocks what median_ms min_ms max_ms`. Every run moves
//! the water vapour or the time, so that nothing is remembered.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that cannot start should stop")]

use std::hint::black_box;
use std::time::Instant as Clock;

use domain::facts::{Project, SchedulingBlock};
use domain::family::Family;
use domain::plan::atmosphere::Atmosphere;
use domain::plan::candidates::candidates;
use domain::plan::curve::curve;
use domain::plan::policy::{Limits, LimitsGiven, Policy};
use domain::plan::ranking::{Blocks, Ranking, Section};
use domain::plan::sequence::{Rest, fill};
use domain::plan::situation::{ArrayAtHand, Bands, Situation};
use domain::plan::target::Target;
use domain::time::{Instant, Interval};

/// Runs of each question; odd, so that the median is one of them.
const RUNS: usize = 101;

fn main() {
    let n: u32 = 10_000;
    let projects: Vec<Project> = (0..n / 8).map(project).collect();
    let mut facts: Vec<SchedulingBlock> = (0..n).map(block).collect();
    // As a store gives them.
    facts.sort_by(|a, b| a.id.cmp(&b.id));
    Atmosphere::site();
    let began = Clock::now();
    let all = candidates(&facts, &projects, &[], Atmosphere::site());
    println!("{n} candidates made {:.1}", began.elapsed().as_secs_f64() * 1e3);
    let began = Clock::now();
    let blocks = Blocks::new(all, "2021.1");
    println!("{n} blocks built {:.1}", began.elapsed().as_secs_f64() * 1e3);

    let array = Some(ArrayAtHand { n_antennas: 43, ar_100ghz_arcsec: Some(0.545) });
    let night = Situation {
        at: Instant::parse("2022-03-12T02:00:00Z").unwrap(),
        pwv_mm: 0.8,
        arrays: [array; 3],
        bands: Bands::ALL,
        limits: Limits::default(),
    };
    let loose = LimitsGiven {
        elevation_deg: 0.0,
        sets_in_h: 0.0,
        hour_angle_from_h: -12.0,
        hour_angle_to_h: 12.0,
        exec_frac: 0.0,
    };
    let everything = Situation { limits: Limits::try_from(loose).unwrap(), ..night };
    let mut ranking = Ranking::default();
    for policy in [Policy::shiftdesk(), Policy::dsa_cycle3()] {
        let name = policy.name.clone();
        let mut rank = |situation: &Situation| {
            blocks.rank_into(&mut ranking, situation, &policy);
            Section::ALL.iter().map(|&section| ranking.section(section).len()).sum::<usize>()
        };
        println!("{n} {name}: {} listed, {} with no limits", rank(&night), rank(&everything));
        time(n, &format!("{name} vapour moved"), |nth| rank(&Situation { pwv_mm: vapour(nth), ..night }));
        time(n, &format!("{name} time moved"), |nth| {
            rank(&Situation { at: night.at.plus(i64::try_from(nth).unwrap() * 600), ..night })
        });
        time(n, &format!("{name} no limits"), |nth| rank(&Situation { pwv_mm: vapour(nth), ..everything }));
    }
    let places: Vec<usize> = (0..60).collect();
    let shift = Interval::new(night.at, night.at.plus(12 * 3_600)).unwrap();
    for (what, n_blocks) in [("rest of a shift filled", 10_000), ("rest of a shift filled from 2,000 of 12 m", 4_000)] {
        let some = candidates(&facts[..n_blocks], &projects, &[], Atmosphere::site());
        let some = Blocks::new(some, "2021.1");
        let rest = Rest { shift, family: Family::Twelve, planned: &[], overhead_s: 600 };
        let proposal = fill(&some, &rest, &night, &Policy::shiftdesk(), &[]);
        println!("{n_blocks} {what}: {} executions, {:.3} of the bound", proposal.added.len(), proposal.reached());
        let n_blocks = u32::try_from(n_blocks).unwrap();
        time(n_blocks, what, |nth| {
            fill(&some, &rest, &Situation { pwv_mm: vapour(nth), ..night }, &Policy::shiftdesk(), &[]).added.len()
        });
    }
    let not_listed = blocks.rank(&night, &Policy::shiftdesk());
    let why_not: Vec<_> = not_listed.why_not().collect();
    time(n, "60 next times of why not", |nth| {
        let asked = why_not.iter().skip(nth * 60).take(60);
        let policy = Policy::shiftdesk();
        asked.filter_map(|&(place, check)| blocks.next_time(place, check, &night, &policy, &[])).count()
    });
    time(n, "60 times when listed again", |nth| {
        let asked = why_not.iter().skip(nth * 60).take(60);
        let policy = Policy::shiftdesk();
        asked.filter_map(|&(place, _)| blocks.next_time_listed(place, &night, &policy, &[])).count()
    });
    time(n, "24 h of one block", |nth| {
        let candidate = blocks.candidate(nth).unwrap();
        let target = Target::new(candidate.block.ra_deg.unwrap(), candidate.block.dec_deg.unwrap());
        curve(&target, candidate.air.as_ref(), 1.0, night.at, 300, 289).len()
    });
    time(n, "60 rows on the screen", |nth| {
        blocks.rows(&places, &Situation { pwv_mm: vapour(nth), ..night }, &Policy::shiftdesk()).len()
    });
}

fn vapour(nth: usize) -> f64 {
    0.2 + 0.03 * f64::from(u32::try_from(nth).unwrap())
}

fn time(n: u32, what: &str, mut ask: impl FnMut(usize) -> usize) {
    let mut ms = Vec::with_capacity(RUNS);
    for nth in 0..RUNS {
        let began = Clock::now();
        black_box(ask(nth));
        ms.push(began.elapsed().as_secs_f64() * 1e3);
    }
    ms.sort_by(f64::total_cmp);
    println!("{n} {what} {:.3} {:.3} {:.3}", ms[RUNS / 2], ms[0], ms[RUNS - 1]);
}

fn project(nth: u32) -> Project {
    Project {
        id: format!("2021.1.{nth:05}.{}", if nth.is_multiple_of(20) { 'T' } else { 'S' }).parse().unwrap(),
        title: String::new(),
        executive: ["EA", "EU", "NA", "CL"][nth as usize % 4].to_owned(),
        grade: ["A", "B", "B", "C"][nth as usize / 4 % 4].to_owned(),
        science_rank: Some(i32::try_from(nth % 1_400).unwrap()),
        cycle: "2021.1".to_owned(),
        state: "InProgress".to_owned(),
    }
}

/// Blocks all over the sky, in all bands.
fn block(nth: u32) -> SchedulingBlock {
    let mixed = u64::from(nth + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let pick = |n: u64, salt: u64| f64::from(u32::try_from(mixed / salt % n).unwrap());
    let (band, rep_freq_ghz, max_pwv_mm) =
        [(3, 100.0, 5.0), (4, 140.0, 4.0), (6, 230.0, 1.8), (6, 245.0, 1.8), (7, 345.0, 1.0), (9, 690.0, 0.47)]
            [nth as usize % 6];
    // Resolutions around the array's, at the block's frequency.
    let ar = 0.545 * 100.0 / rep_freq_ghz * (0.9 + pick(20, 3) / 100.0);
    SchedulingBlock {
        id: format!("uid://A001/X{:x}/X{nth:x}", mixed % 65_536).parse().unwrap(),
        name: format!("target_{nth}_TM1"),
        project_code: project(nth / 8).id.to_string(),
        array: Some(Family::ALL[[0, 0, 1, 2][nth as usize / 6 % 4]]),
        band: Some(band),
        rep_freq_ghz: Some(rep_freq_ghz),
        ra_deg: Some(pick(36_000, 7) / 100.0),
        dec_deg: Some(pick(11_000, 11) / 100.0 - 75.0),
        max_pwv_mm: Some(max_pwv_mm),
        ar_arcsec: Some(ar),
        las_arcsec: Some(3.0),
        min_ar_arcsec: Some(0.8 * ar),
        max_ar_arcsec: Some(1.2 * ar),
        exec_count: Some(4),
        est_time_h: Some(1.0),
        state: "Ready".to_owned(),
        window_start: None,
        window_end: None,
        is_polarization: None,
        is_point_source: None,
        note: String::new(),
    }
}
