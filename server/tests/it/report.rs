//! Reports over the test data equal the expected files, row by row.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use domain::time::Instant;
use server::report::report;

/// A folder of the test data, which lies beside the repository; `None`, said aloud, where it is not at hand.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut csv = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    csv.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Header and rows; the order of the rows is free, their number is not.
fn assert_same_rows(ours: &Path, expected: &Path) {
    let (mut ours_rows, mut expected_rows) = (rows(ours), rows(expected));
    assert_eq!(ours_rows.remove(0), expected_rows.remove(0), "{}: columns", ours.display());
    let (n_ours, n_expected) = (ours_rows.len(), expected_rows.len());
    let ours_set: BTreeSet<_> = ours_rows.into_iter().collect();
    let expected_set: BTreeSet<_> = expected_rows.into_iter().collect();
    let missing: Vec<_> = expected_set.difference(&ours_set).take(5).collect();
    let surplus: Vec<_> = ours_set.difference(&expected_set).take(5).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "{}\nmissing {missing:#?}\nsurplus {surplus:#?}", ours.display());
    assert_eq!(n_ours, n_expected, "{}: number of rows", ours.display());
}

fn check(name: &str) {
    let Some(facts) = shared(&format!("facts/{name}")) else { return };
    let out = tempfile::tempdir().unwrap();
    let report = report(&facts, None, out.path()).unwrap();
    for file in ["findings.csv", "efficiency_by_shift.csv", "efficiency_by_week.csv", "ledger_totals.csv"] {
        assert_same_rows(&out.path().join(file), &facts.join("expected").join(file));
    }
    assert_eq!(report.exit_code(), 0, "{report}");
}

#[test]
fn the_talks_twelve_hours_give_the_expected_files() {
    check("seed_story");
}

#[test]
fn the_talks_week_gives_the_expected_files() {
    check("seed_week");
}

#[test]
fn a_week_with_a_running_shift_gives_the_expected_files() {
    check("week");
}

#[test]
fn thirteen_weeks_give_the_expected_files() {
    check("quarter");
}

#[test]
fn a_log_with_bad_rows_gives_the_expected_files_of_its_good_ones_and_lists_the_others() {
    check("nasty");
    let Some(facts) = shared("facts/nasty") else { return };
    let out = tempfile::tempdir().unwrap();
    report(&facts, None, out.path()).unwrap();
    let expected: Vec<serde_json::Value> =
        serde_json::from_slice(&fs::read(facts.join("expected/quarantine.json")).unwrap()).unwrap();
    let expected: BTreeSet<Vec<String>> = expected
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            vec![text("file"), row["line"].to_string(), text("column"), text("value")]
        })
        .collect();
    let mut listed = rows(&out.path().join("quarantine.csv"));
    assert_eq!(listed.remove(0), ["file", "line", "column", "value", "why"]);
    assert!(listed.iter().all(|row| !row[4].is_empty()), "every row has a sentence");
    let listed: BTreeSet<Vec<String>> = listed.into_iter().map(|row| row[..4].to_vec()).collect();
    assert_eq!(listed, expected);
}

#[test]
fn a_log_without_shifts_gives_empty_files_and_says_why() {
    let Some(log) = shared("real/shiftlog_2026a.json") else { return };
    let (facts, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::copy(log, facts.path().join("shiftlog_2026a.json")).unwrap();
    let report = report(facts.path(), Some(Instant::parse("2026-06-01T00:00:00Z").unwrap()), out.path()).unwrap();
    assert_eq!((report.exit_code(), report.n_ledgers), (0, 0));
    assert!(report.to_string().contains("the facts hold no shift"), "{report}");
    assert_eq!(rows(&out.path().join("ledger_totals.csv")).len(), 1, "the header stands alone");
}

#[test]
fn a_folder_that_is_not_there_or_holds_no_facts_is_an_error_in_a_sentence() {
    let empty = tempfile::tempdir().unwrap();
    let said = |facts: &Path| report(facts, Some(Instant::parse("2026-06-01T00:00:00Z").unwrap()), empty.path());
    assert!(said(empty.path()).unwrap_err().to_string().contains("it holds no facts"));
    assert!(said(&empty.path().join("nowhere")).unwrap_err().to_string().contains("there is no such folder"));
    fs::write(empty.path().join("now.txt"), "soon").unwrap();
    let why = report(empty.path(), None, empty.path()).unwrap_err().to_string();
    assert!(why.ends_with(r#"it must hold one time, as 2022-03-12T21:00:00Z, and holds "soon""#), "{why}");
}
