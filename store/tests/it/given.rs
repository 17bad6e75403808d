//! Facts for the stories: made by hand in a line each, or read from the given data next to the repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::facts::rows::{Table, read};
use domain::facts::{Array, Downtime, Execution, Fact, Facts, Shift};
use domain::time::Instant;
use store::{LoadReport, Store};

/// 2022-03-07T00:00:00Z plus some minutes.
pub(crate) fn minute(minutes: i64) -> Instant {
    Instant::parse("2022-03-07T00:00:00Z").unwrap().plus(minutes * 60)
}

fn time(minutes: Option<i64>) -> String {
    minutes.map(|minutes| minute(minutes).to_string()).unwrap_or_default()
}

/// A row through the same door as those of a file.
pub(crate) fn fact(table: Table, fields: &[&str]) -> Fact {
    let fields: Vec<&[u8]> = fields.iter().map(|field| field.as_bytes()).collect();
    read(table, &fields).unwrap()
}

/// A SCIOPS shift of the 12 m array, times in minutes.
pub(crate) fn shift(id: &str, start: Option<i64>, end: Option<i64>) -> Fact {
    fact(Table::Shifts, &[id, "SCIOPS", "12 [m]", &time(start), &time(end), "", "", "AoD 1"])
}

/// A PI science array of the 12 m family.
pub(crate) fn array(id: &str, activity: &str) -> Fact {
    fact(Table::Arrays, &[id, "12 [m]", activity, "", "", "41", "3;6"])
}

/// A successful PI execution, times in minutes.
pub(crate) fn execution(id: &str, array: &str, start: Option<i64>, end: Option<i64>) -> Fact {
    let (start, end) = (time(start), time(end));
    let code = "2021.1.00001.S";
    fact(
        Table::Executions,
        &[id, "sb", "SB", code, array, "12 [m]", "3", "PI", "SUCCESS", "Pass", &start, &end, "target", ""],
    )
}

/// A technical downtime of the 12 m family, times in minutes.
pub(crate) fn downtime(id: &str, start: i64, end: Option<i64>) -> Fact {
    fact(Table::Downtimes, &[id, "TECHNICAL", "12 [m]", &time(Some(start)), &time(end), "broken", ""])
}

/// Loads facts of one table as one file named after it.
pub(crate) async fn load(store: &Store, table: Table, facts: impl IntoIterator<Item = Fact>) -> LoadReport {
    let mut load = store.begin_load(&format!("{table}.csv"), &[table]).await.unwrap();
    for fact in facts {
        load.push(fact).await.unwrap();
    }
    load.finish().await.unwrap()
}

/// Sorted by id, so that two sets of facts can be compared.
pub(crate) fn sorted(mut facts: Facts) -> Facts {
    facts.shifts.sort_by(|a, b| a.id.cmp(&b.id));
    facts.arrays.sort_by(|a, b| a.id.cmp(&b.id));
    facts.executions.sort_by(|a, b| a.id.cmp(&b.id));
    facts.downtimes.sort_by(|a, b| a.id.cmp(&b.id));
    facts
}

/// One of the given folders of facts, with its *now*; `None`, said aloud, when the given data is not there.
pub(crate) fn folder(name: &str) -> Option<(Facts, Instant)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/facts").join(name);
    if !folder.exists() {
        crate::cluster::skip(&format!("no given data in {}", folder.display()));
        return None;
    }
    let now = std::fs::read_to_string(folder.join("now.txt")).unwrap();
    let mut facts = Facts::default();
    for table in [Table::Shifts, Table::Arrays, Table::Executions, Table::Downtimes] {
        for fact in rows(&folder.join(format!("{table}.csv")), table) {
            match fact {
                Fact::Shift(shift) => facts.shifts.push(shift),
                Fact::Array(array) => facts.arrays.push(array),
                Fact::Execution(execution) => facts.executions.push(execution),
                Fact::Downtime(downtime) => facts.downtimes.push(downtime),
                _ => unreachable!("four tables were asked for"),
            }
        }
    }
    // The last row of an id wins; the first place it had does not matter.
    fn last_wins<T>(rows: Vec<T>, id: impl Fn(&T) -> String) -> Vec<T> {
        rows.into_iter().map(|row| (id(&row), row)).collect::<BTreeMap<_, _>>().into_values().collect()
    }
    facts.shifts = last_wins(facts.shifts, |row| row.id.to_string());
    facts.arrays = last_wins(facts.arrays, |row| row.id.to_string());
    facts.executions = last_wins(facts.executions, |row| row.id.to_string());
    facts.downtimes = last_wins(facts.downtimes, |row| row.id.to_string());
    Some((facts, Instant::parse(now.trim()).unwrap()))
}

/// The rows of a well-formed file; quotes are understood, line breaks in fields are not needed here.
fn rows(file: &PathBuf, table: Table) -> Vec<Fact> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().skip(1).map(|line| fact(table, &fields(line).iter().map(String::as_str).collect::<Vec<_>>())).collect()
}

fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

/// All of it as facts again, to be loaded.
pub(crate) fn as_rows(facts: &Facts) -> Vec<(Table, Vec<Fact>)> {
    fn wrap<T: Clone>(items: &[T], fact: fn(T) -> Fact) -> Vec<Fact> {
        items.iter().cloned().map(fact).collect()
    }
    vec![
        (Table::Shifts, wrap::<Shift>(&facts.shifts, Fact::Shift)),
        (Table::Arrays, wrap::<Array>(&facts.arrays, Fact::Array)),
        (Table::Executions, wrap::<Execution>(&facts.executions, Fact::Execution)),
        (Table::Downtimes, wrap::<Downtime>(&facts.downtimes, Fact::Downtime)),
    ]
}
