//! The simulator keeps its word: the engine finds what it broke, all of it and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::facts::Facts;
use domain::facts::rows::{Table, read};
use domain::findings::{Finding, FindingType, Parameters, detect};
use domain::ledger::{Log, Owner, ledger};
use domain::time::Instant;
use proptest::prelude::*;
use server::demo::{NearMiss, Planted, Simulation, facts_in_order, simulate, write_csv};

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn found(facts: &Facts, now: Instant) -> Vec<Finding> {
    detect(&Log::new(facts, now), &Parameters::default())
}

/// What a finding and its record must share, as one line that says what differs.
fn line(planted: &Planted) -> String {
    let shift = planted.shift.as_ref().map_or("no shift", |id| id.as_str());
    format!("{} | {:?} | {shift} | {:?} | {:?}", planted.kind, planted.family, planted.ids, planted.span)
}

fn as_planted(finding: &Finding) -> Planted {
    let Finding { kind, family, shift, ids, span, .. } = finding.clone();
    Planted { kind, family, shift, ids, span }
}

fn lines(planted: impl IntoIterator<Item = Planted>) -> BTreeSet<String> {
    planted.into_iter().map(|planted| line(&planted)).collect()
}

fn assert_exact(simulation: &Simulation) {
    let log = Log::new(&simulation.facts, simulation.now);
    for (shift, family) in log.with_ledger() {
        let ledger = ledger(&log, shift, family);
        let sum: i64 = Owner::ALL.iter().map(|&owner| ledger.seconds(owner)).sum();
        assert_eq!(sum, shift.interval.seconds(), "the ledger of {} and {family}", shift.fact.id);
    }
    let findings = found(&simulation.facts, simulation.now);
    let expected = lines(simulation.broken.iter().cloned());
    let actual = lines(findings.iter().map(as_planted));
    let missed: Vec<&String> = expected.difference(&actual).collect();
    let unplanned: Vec<&String> = actual.difference(&expected).collect();
    assert!(
        missed.is_empty() && unplanned.is_empty(),
        "planted and not found:\n{missed:#?}\nfound and not planted:\n{unplanned:#?}"
    );
    assert_eq!(findings.len(), simulation.broken.len(), "each finding is there once");
    for NearMiss { what, kind, family, shift, ids } in &simulation.near_misses {
        let there =
            findings.iter().any(|f| f.kind == *kind && f.family == *family && f.shift == *shift && f.ids == *ids);
        assert!(!there, "{what} is a finding in {shift:?} {ids:?}");
    }
}

fn n_of_each(simulation: &Simulation) -> BTreeMap<FindingType, usize> {
    let mut n = BTreeMap::new();
    for planted in &simulation.broken {
        *n.entry(planted.kind).or_default() += 1;
    }
    n
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_finds_what_was_broken_and_nothing_else(
        seed in any::<u64>(),
        weeks in 1u32..=4,
        // Any second from 1990 to 2060: a running shift at every hour, in every season, on every weekday.
        now in 631_152_000i64..2_840_140_800,
    ) {
        let now = instant("1970-01-01T00:00:00Z").plus(now);
        assert_exact(&simulate(weeks, seed, now));
    }

    #[test]
    fn four_weeks_show_all_twenty_types(seed in any::<u64>()) {
        let simulation = simulate(4, seed, instant("2022-03-14T03:30:00Z"));
        let n = n_of_each(&simulation);
        let missing: Vec<FindingType> =
            FindingType::ALL.iter().copied().filter(|kind| !n.contains_key(kind)).collect();
        prop_assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_order_of_the_facts_does_not_matter(seed in any::<u64>()) {
        let Simulation { now, mut facts, broken, .. } = simulate(1, seed, instant("2022-06-06T00:00:00Z"));
        facts.shifts.reverse();
        facts.arrays.rotate_left(7);
        facts.executions.reverse();
        facts.executions.rotate_left(101);
        facts.downtimes.reverse();
        let findings = found(&facts, now);
        prop_assert_eq!(lines(findings.iter().map(as_planted)), lines(broken));
    }
}

#[test]
fn a_year_is_exact() {
    assert_exact(&simulate(52, 7, instant("2022-12-31T23:59:59Z")));
}

#[test]
fn the_same_seed_gives_the_same_observatory_and_another_seed_another() {
    let now = instant("2022-06-06T00:00:00Z");
    let simulation = simulate(2, 42, now);
    assert_eq!(simulation, simulate(2, 42, now));
    assert_ne!(simulation.facts, simulate(2, 43, now).facts);
}

#[test]
fn every_id_is_unique() {
    let simulation = simulate(13, 1, instant("2022-06-06T00:00:00Z"));
    let mut ids: BTreeMap<&str, HashSet<String>> = BTreeMap::new();
    for (table, fact) in facts_in_order(&simulation) {
        use domain::facts::Fact::{
            Array, Conditions, Configuration, Downtime, Execution, Project, ScheduledConfiguration, SchedulingBlock,
            Shift,
        };
        let id = match fact {
            Shift(fact) => fact.id.to_string(),
            Array(fact) => fact.id.to_string(),
            Execution(fact) => fact.id.to_string(),
            Downtime(fact) => fact.id.to_string(),
            Project(fact) => fact.id.to_string(),
            SchedulingBlock(fact) => fact.id.to_string(),
            Configuration(fact) => fact.id.to_string(),
            ScheduledConfiguration(fact) => fact.start.to_string(),
            Conditions(fact) => fact.time.to_string(),
        };
        assert!(ids.entry(table.label()).or_default().insert(id.clone()), "{table} has {id} twice");
    }
    assert_eq!(ids.len(), Table::ALL.len(), "all nine tables have rows");
}

#[test]
fn one_shift_of_each_crew_is_running_at_now() {
    for hour in 0..24 {
        let now = instant("2022-06-06T00:00:00Z").plus(3_600 * hour);
        let facts = simulate(1, 5, now).facts;
        let running: BTreeSet<&str> = facts
            .shifts
            .iter()
            .filter(|shift| shift.end.is_none() && shift.start.is_some_and(|start| now.since(start) < 86_400))
            .map(|shift| &shift.id.as_str()[..3])
            .collect();
        assert_eq!(running, BTreeSet::from(["12M", "ACA"]), "at {now}");
        let last = facts.executions.iter().filter_map(|execution| execution.end).max();
        assert!(last.is_some_and(|last| last <= now), "nothing is written down before it happened");
    }
}

#[test]
fn a_week_is_as_busy_as_the_observatory() {
    let simulation = simulate(13, 1, instant("2022-06-06T00:00:00Z"));
    let facts = &simulation.facts;
    // 13 weeks of about 24 shifts and 450 executions; people who triage see several user errors a day.
    assert!((13 * 20..=13 * 28).contains(&facts.shifts.len()), "{} shifts", facts.shifts.len());
    assert!((13 * 380..=13 * 520).contains(&facts.executions.len()), "{} executions", facts.executions.len());
    assert!(
        (480..=1_100).contains(&simulation.scheduling_blocks.len()),
        "{} blocks",
        simulation.scheduling_blocks.len()
    );
    let n = n_of_each(&simulation);
    let n_errors: usize = n.iter().filter(|(kind, _)| kind.number() >= 13).map(|(_, n)| n).sum();
    assert!((13 * 10..=13 * 40).contains(&n_errors), "{n_errors} user errors");
    for kind in FindingType::ALL {
        assert!(n.get(kind).is_some_and(|&n| n >= 3), "{kind}: {n:?}");
    }
    assert!(simulation.near_misses.len() >= 13, "{} near misses", simulation.near_misses.len());
}

#[test]
fn executions_projects_and_blocks_agree() {
    let simulation = simulate(3, 9, instant("2022-10-10T12:00:00Z"));
    let projects: HashSet<&str> = simulation.projects.iter().map(|project| project.id.as_str()).collect();
    let blocks: BTreeMap<&str, _> =
        simulation.scheduling_blocks.iter().map(|block| (block.id.as_str(), block)).collect();
    for block in blocks.values() {
        assert!(projects.contains(block.project_code.as_str()), "{block:?}");
    }
    let with_block = simulation.facts.executions.iter().filter(|execution| !execution.sb_uid.is_empty());
    let mut n = 0;
    for execution in with_block {
        let block = blocks[execution.sb_uid.as_str()];
        assert_eq!(
            (&execution.sb_name, execution.band, execution.family),
            (&block.name, block.band, block.array),
            "{execution:?}"
        );
        n += 1;
    }
    assert!(n > 700, "{n} executions of blocks in three weeks");
}

#[test]
fn the_files_read_back_as_the_same_facts() {
    let simulation = simulate(1, 3, instant("2022-03-14T00:00:00Z"));
    let folder = tempfile::tempdir().unwrap();
    write_csv(&simulation, folder.path()).unwrap();
    let mut from_files = Vec::new();
    for &table in Table::ALL {
        let mut file = csv::Reader::from_path(folder.path().join(format!("{table}.csv"))).unwrap();
        assert_eq!(file.headers().unwrap().iter().collect::<Vec<_>>(), table.columns());
        for row in file.byte_records() {
            let row = row.unwrap();
            from_files.push((table, read(table, &row.iter().collect::<Vec<_>>()).unwrap()));
        }
    }
    let simulated: Vec<_> = facts_in_order(&simulation).collect();
    assert_eq!(from_files.len(), simulated.len());
    for (from_file, simulated) in from_files.iter().zip(&simulated) {
        assert_eq!(from_file, simulated);
    }
    let now = std::fs::read_to_string(folder.path().join("now.txt")).unwrap();
    assert_eq!(now.trim(), "2022-03-14T00:00:00Z");
}

#[test]
fn no_weeks_at_all_and_the_beginning_of_time_are_empty_and_not_an_accident() {
    assert!(simulate(0, 1, instant("2022-03-14T00:00:00Z")).facts.shifts.is_empty());
    assert!(simulate(4, 1, instant("0000-01-01T00:00:00Z")).facts.shifts.is_empty());
    assert_exact(&simulate(1, 1, instant("9999-12-31T23:59:59Z")));
}
