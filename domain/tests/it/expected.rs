//! Findings, ledgers and efficiency of the test data equal the expected files, row by row.
//!
//! The tables are read here without the loader, which has its own tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use domain::decimal;
use domain::efficiency::{self, Metric, ShiftSums, Sums};
use domain::facts::rows::{self, Table};
use domain::facts::{Fact, Facts};
use domain::family::Family;
use domain::findings::{Parameters, detect};
use domain::ledger::{Log, Owner};
use domain::time::Instant;

/// The folder of facts, or `None` (said aloud) where the test data is not at hand.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/facts").join(name);
    if !path.is_dir() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn read_facts(path: &std::path::Path) -> Facts {
    let tables = [Table::Shifts, Table::Arrays, Table::Executions, Table::Downtimes];
    tables.into_iter().flat_map(|table| good_rows(path, table)).collect()
}

pub(crate) fn good_rows(path: &std::path::Path, table: Table) -> Vec<Fact> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path.join(format!("{table}.csv"))).unwrap();
    let records = reader.byte_records().map(|record| record.unwrap());
    records.filter_map(|record| rows::read(table, &record.iter().collect::<Vec<_>>()).ok()).collect()
}

fn expected_rows(path: &std::path::Path, file: &str) -> BTreeSet<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path.join("expected").join(file)).unwrap();
    reader.records().skip(1).map(|record| record.unwrap().iter().collect::<Vec<_>>().join("\t")).collect()
}

fn assert_same(what: &str, ours: &BTreeSet<String>, expected: &BTreeSet<String>) {
    let missing: Vec<_> = expected.difference(ours).take(10).collect();
    let surplus: Vec<_> = ours.difference(expected).take(10).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "{what}\nmissing {missing:#?}\nsurplus {surplus:#?}");
}

fn check(name: &str) {
    let Some(path) = folder(name) else { return };
    let facts = read_facts(&path);
    let now = Instant::parse(std::fs::read_to_string(path.join("now.txt")).unwrap().trim()).unwrap();
    let log = Log::new(&facts, now);

    let found = detect(&log, &Parameters::default());
    let keys: BTreeSet<_> = found.iter().map(|finding| finding.key()).collect();
    assert_eq!(keys.len(), found.len(), "keys are unique");
    let findings: BTreeSet<String> = found
        .iter()
        .map(|f| {
            let time = |t: Option<Instant>| t.map(|t| t.to_string()).unwrap_or_default();
            [
                f.kind.label(),
                f.kind.class().label(),
                Family::label_of(f.family),
                f.shift.as_ref().map_or("", |id| id.as_str()),
                &time(f.span.map(|s| s.start())),
                &time(f.span.map(|s| s.end())),
                &decimal::hours4(f.span.map_or(0, |s| s.seconds())),
                f.priority.label(),
                &f.tags,
                &f.comment,
                f.key().as_str(),
            ]
            .join("\t")
        })
        .collect();
    assert_same(&format!("{name}: findings"), &findings, &expected_rows(&path, "findings.csv"));

    let sums = efficiency::by_shift(&log);
    let ledgers: BTreeSet<String> = sums.iter().map(ledger_row).collect();
    assert_same(&format!("{name}: ledgers"), &ledgers, &expected_rows(&path, "ledger_totals.csv"));

    let metrics = |sums: &Sums| Metric::ALL.iter().map(|m| m.text(sums)).collect::<Vec<_>>().join("\t");
    let by_shift: BTreeSet<String> =
        sums.iter().map(|s| format!("{}\t{}\t{}\t{}", s.shift, s.family, s.start, metrics(&s.sums))).collect();
    assert_same(&format!("{name}: by shift"), &by_shift, &expected_rows(&path, "efficiency_by_shift.csv"));

    let mut weeks: BTreeMap<(String, Family), Sums> = BTreeMap::new();
    for shift in &sums {
        let (year, week) = shift.start.iso_week();
        for week in [format!("{year}-W{week:02}"), "all".to_owned()] {
            *weeks.entry((week, shift.family)).or_default() += shift.sums;
        }
    }
    let by_week: BTreeSet<String> =
        weeks.iter().map(|((week, family), sums)| format!("{week}\t{family}\t{}", metrics(sums))).collect();
    assert_same(&format!("{name}: by week"), &by_week, &expected_rows(&path, "efficiency_by_week.csv"));
}

fn ledger_row(shift: &ShiftSums) -> String {
    let s = &shift.sums;
    let mut cells =
        vec![shift.shift.to_string(), shift.family.to_string(), shift.start.to_string(), shift.end.to_string()];
    cells.push(s.shift_s().to_string());
    cells.extend(Owner::ALL.iter().map(|&owner| s.seconds(owner).to_string()));
    cells.extend([s.undetermined_s, s.n_pass, s.n_pending, s.n_semipass, s.n_fail].map(|n| n.to_string()));
    cells.join("\t")
}

#[test]
fn the_talks_gap_table_comes_out_of_its_twelve_hours_of_log() {
    check("seed_story");
}

#[test]
fn the_talks_weekly_table_comes_out_of_its_week_of_log() {
    check("seed_week");
}

#[test]
fn a_week_with_a_running_shift_equals_the_expected_files() {
    check("week");
}

#[test]
fn thirteen_weeks_with_all_twenty_types_equal_the_expected_files() {
    check("quarter");
}

#[test]
fn the_good_rows_of_a_log_with_bad_ones_equal_the_expected_files() {
    check("nasty");
}
