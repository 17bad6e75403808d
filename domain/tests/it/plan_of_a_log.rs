//! The lists of whole logs: what the test data allows.

use std::collections::BTreeMap;

use domain::facts::rows::Table;
use domain::facts::{
    Conditions, Configuration, Execution, Fact, Project, Purpose, ScheduledConfiguration, SchedulingBlock,
};
use domain::plan::atmosphere::Atmosphere;
use domain::plan::back_test::{Past, back_test};
use domain::plan::candidates::{candidates, newest_cycle};
use domain::plan::checks::{Check, Verdict};
use domain::plan::policy::{Limits, Policy};
use domain::plan::ranking::{Blocks, Section};
use domain::plan::situation::{ArrayAtHand, Bands, Situation, ahead, scheduled_at};
use domain::time::{Instant, Interval};

use crate::expected::{folder, good_rows};

#[derive(Default)]
struct Tables {
    blocks: Vec<SchedulingBlock>,
    projects: Vec<Project>,
    executions: Vec<Execution>,
    configurations: Vec<Configuration>,
    schedule: Vec<ScheduledConfiguration>,
    conditions: Vec<Conditions>,
}

fn tables(path: &std::path::Path) -> Tables {
    let mut tables = Tables::default();
    let all = [
        Table::SchedulingBlocks,
        Table::Projects,
        Table::Executions,
        Table::Configurations,
        Table::ConfigurationSchedule,
        Table::Conditions,
    ];
    for fact in all.into_iter().flat_map(|table| good_rows(path, table)) {
        match fact {
            Fact::SchedulingBlock(row) => tables.blocks.push(row),
            Fact::Project(row) => tables.projects.push(row),
            Fact::Execution(row) => tables.executions.push(row),
            Fact::Configuration(row) => tables.configurations.push(row),
            Fact::ScheduledConfiguration(row) => tables.schedule.push(row),
            Fact::Conditions(row) => tables.conditions.push(row),
            _ => {}
        }
    }
    tables
}

#[test]
fn every_block_of_a_log_is_listed_or_has_a_check_that_fails_and_says_when_it_passes() {
    for name in ["week", "quarter", "nasty"] {
        let Some(path) = folder(name) else { return };
        let now = Instant::parse(std::fs::read_to_string(path.join("now.txt")).unwrap().trim()).unwrap();
        let log = tables(&path);
        let all = candidates(&log.blocks, &log.projects, &log.executions, Atmosphere::site());
        let cycle = newest_cycle(&all).unwrap().to_owned();
        let blocks = Blocks::new(all, &cycle);
        let configuration = scheduled_at(&log.schedule, now)
            .and_then(|row| log.configurations.iter().find(|configuration| configuration.id == row.configuration));
        let pwv_mm = log.conditions.iter().filter(|row| row.time <= now).max_by_key(|row| row.time).unwrap().pwv_mm;
        let small = Some(ArrayAtHand { n_antennas: 10, ar_100ghz_arcsec: None });
        let situation = Situation {
            at: now,
            pwv_mm: pwv_mm.unwrap(),
            arrays: [configuration.map(ArrayAtHand::from), small, small],
            bands: Bands::ALL,
            limits: Limits::default(),
        };
        let ahead = ahead(&log.schedule, &log.configurations, now);
        let policy = Policy::shiftdesk();
        let ranking = blocks.rank(&situation, &policy);
        let listed: usize = Section::ALL.iter().map(|&section| ranking.section(section).len()).sum();
        let (mut why_not, mut with_next) = (BTreeMap::<Check, usize>::new(), 0);
        for (place, first) in ranking.why_not() {
            *why_not.entry(first).or_default() += 1;
            let checks = blocks.checks(place, &situation, &policy, &ahead);
            let fails = checks.iter().find(|checked| checked.verdict != Verdict::Passes).unwrap();
            assert_eq!(fails.check, first, "{:?}", blocks.candidate(place));
            if let Some(next) = fails.next {
                let then = situation.moved_to(next, &ahead);
                assert_eq!(blocks.passes(place, first, &then, &policy), Some(true));
                with_next += 1;
            }
        }
        println!(
            "{name}: {listed} of {} listed at {now}, {pwv_mm:?} mm; {with_next} pass again; {why_not:?}",
            blocks.len()
        );
        assert_eq!(listed + ranking.why_not().count(), blocks.len());
        assert!(listed > 0 && with_next > 0);
    }
}

#[test]
fn what_was_observed_in_a_week_is_ranked_as_it_began() {
    let Some(path) = folder("quarter") else { return };
    let now = Instant::parse(std::fs::read_to_string(path.join("now.txt")).unwrap().trim()).unwrap();
    let log = tables(&path);
    let all = candidates(&log.blocks, &log.projects, &log.executions, Atmosphere::site());
    let past = Past {
        candidates: &all,
        executions: &log.executions,
        conditions: &log.conditions,
        schedule: &log.schedule,
        configurations: &log.configurations,
        seven: ArrayAtHand { n_antennas: 10, ar_100ghz_arcsec: None },
        total_power: ArrayAtHand { n_antennas: 4, ar_100ghz_arcsec: None },
        current_cycle: "2021.1",
    };
    let week = Interval::new(now.plus(-7 * 86_400), now).unwrap();
    let began = log.executions.iter().filter(|execution| {
        execution.purpose == Purpose::Pi
            && !execution.sb_uid.is_empty()
            && execution.start.is_some_and(|at| week.holds(at))
    });
    let tested = back_test(&past, week, &Policy::shiftdesk());
    println!(
        "{} tested, {} unknown, {:?} among the first ten",
        tested.tested.len(),
        tested.n_unknown,
        tested.among_first(10)
    );
    assert_eq!(tested.tested.len() + tested.n_unknown, began.count());
    assert!(!tested.tested.is_empty());
    for tested in &tested.tested {
        assert_eq!(tested.rank.is_some(), tested.first_failing.is_none());
        assert!(tested.rank.is_none_or(|(_, rank)| rank <= tested.of));
    }
    assert_eq!(back_test(&past, week, &Policy::shiftdesk()), tested);
}
