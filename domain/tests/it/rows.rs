//! What loads and what is quarantined, one field at a time.

use domain::facts::rows::{FIELD_MAX_BYTES, Table, read};
use domain::facts::{Fact, Qa0};
use domain::family::{Families, Family};

/// A row that loads, by column.
fn good(table: Table) -> Vec<(&'static str, Vec<u8>)> {
    let value = |column: &str| match (table, column) {
        (Table::Shifts | Table::Downtimes, "array_families") => "7 [m];Total Power",
        (Table::Shifts, "kind") => "SCIOPS",
        (Table::Downtimes, "kind") => "WEATHER",
        (Table::Arrays | Table::Executions, "array_family") => "12 [m]",
        (_, "activity") => "PI science",
        (_, "purpose") => "PI",
        (_, "status") => "SUCCESS",
        (_, "start" | "created" | "time" | "window_start") => "2022-03-12T20:00:00Z",
        (_, "end" | "destroyed" | "window_end") => "2022-03-12 21:00:00",
        (_, "shift_id" | "array_id" | "eb_uid" | "downtime_id" | "sb_uid" | "name" | "configuration") => "id-1",
        (Table::Projects, "project_code") => "2021.1.01234.S",
        _ => "",
    };
    table.columns().iter().map(|&column| (column, value(column).as_bytes().to_vec())).collect()
}

fn read_with(table: Table, column: &str, value: &[u8]) -> Result<Fact, (String, String)> {
    let mut row = good(table);
    row.iter_mut().find(|(name, _)| *name == column).unwrap().1 = value.to_vec();
    let fields: Vec<&[u8]> = row.iter().map(|(_, field)| field.as_slice()).collect();
    read(table, &fields).map_err(|bad| (bad.column.to_owned(), bad.value))
}

#[test]
fn a_row_with_only_what_it_needs_loads_into_every_table() {
    for &table in Table::ALL {
        let row = good(table);
        let fields: Vec<&[u8]> = row.iter().map(|(_, field)| field.as_slice()).collect();
        assert!(read(table, &fields).is_ok(), "{table}: {:?}", read(table, &fields));
    }
}

#[test]
fn each_bad_field_is_named_with_its_value() {
    let refused: &[(Table, &str, &str)] = &[
        (Table::Shifts, "shift_id", ""),
        (Table::Shifts, "shift_id", "  "),
        (Table::Shifts, "shift_id", "a\nb"),
        (Table::Shifts, "kind", "SciOps"),
        (Table::Shifts, "array_families", ""),
        (Table::Shifts, "array_families", "12 [m];13 [m]"),
        (Table::Shifts, "start", "2022-03-08T23:59:60Z"),
        (Table::Shifts, "planned_end", "yesterday"),
        (Table::Arrays, "array_family", ""),
        (Table::Arrays, "activity", "Science"),
        (Table::Arrays, "destroyed", "2022-03-12T19:59:59Z"),
        (Table::Executions, "array_family", "TWELVE-M"),
        (Table::Executions, "purpose", ""),
        (Table::Executions, "status", "DONE"),
        (Table::Executions, "qa0", "Passed"),
        (Table::Executions, "band", "11"),
        (Table::Downtimes, "start", ""),
        (Table::Downtimes, "kind", "RAIN"),
        (Table::Downtimes, "end", "2022-03-12T19:59:59Z"),
        (Table::Projects, "science_rank", "first"),
        (Table::SchedulingBlocks, "array", "12 [m]"),
        (Table::SchedulingBlocks, "est_time_h", "-0.5"),
        (Table::SchedulingBlocks, "window_end", "2022-03-01T00:00:00Z"),
        (Table::SchedulingBlocks, "dec_deg", "90.5"),
        (Table::SchedulingBlocks, "is_polarization", "maybe"),
        (Table::ConfigurationSchedule, "end", ""),
        (Table::Conditions, "time", ""),
        (Table::Conditions, "pwv_mm", "NaN"),
        (Table::Conditions, "pwv_mm", "inf"),
        (Table::Conditions, "pwv_mm", "-1.0"),
    ];
    for &(table, column, value) in refused {
        let told = read_with(table, column, value.as_bytes()).expect_err(&format!("{table}.{column} = {value:?}"));
        assert_eq!(told, (column.to_owned(), value.to_owned()));
    }
}

#[test]
fn times_of_shifts_and_executions_may_be_missing_or_reversed() {
    for table in [Table::Shifts, Table::Executions] {
        for (column, value) in [("start", ""), ("end", ""), ("end", "2022-03-12 19:00:00")] {
            assert!(read_with(table, column, value.as_bytes()).is_ok(), "{table}.{column} = {value:?}");
        }
    }
}

#[test]
fn unset_reads_as_pending_and_a_dash_as_no_family_of_its_own() {
    let Ok(Fact::Execution(unset)) = read_with(Table::Executions, "qa0", b"Unset") else { panic!() };
    assert_eq!((unset.qa0, unset.family), (Some(Qa0::Pending), Some(Family::Twelve)));
    let Ok(Fact::Execution(dash)) = read_with(Table::Executions, "array_family", b"-") else { panic!() };
    assert_eq!(dash.family, None);
}

#[test]
fn a_downtime_that_names_no_family_stops_all() {
    let Ok(Fact::Downtime(all)) = read_with(Table::Downtimes, "array_families", b"") else { panic!() };
    assert_eq!(all.families, Families::ALL);
}

#[test]
fn a_field_may_have_65536_bytes_and_not_one_more() {
    let full = vec![b'x'; FIELD_MAX_BYTES];
    assert!(read_with(Table::Downtimes, "comment", &full).is_ok());
    let over = [full.as_slice(), b"x"].concat();
    // 77 characters and three dots are shown.
    let shown = format!("{}...", "x".repeat(77));
    assert_eq!(read_with(Table::Downtimes, "comment", &over), Err(("comment".to_owned(), shown)));
}

#[test]
fn bytes_that_are_no_text_are_shown_as_replacement_characters() {
    let latin1 = b"Caf\xe9";
    assert_eq!(read_with(Table::Downtimes, "comment", latin1), Err(("comment".into(), "Caf\u{fffd}".into())));
    assert_eq!(read_with(Table::Downtimes, "comment", b"a\0b"), Err(("comment".into(), "a\u{2400}b".into())));
}

#[test]
fn a_row_with_a_field_too_many_names_no_column() {
    let bad = read(Table::Conditions, &[b"2022-03-12 20:00:00", b"", b"", b"", b""]).unwrap_err();
    assert_eq!((bad.column, bad.value.as_str()), ("", ""));
    assert_eq!(bad.why, "wrong number of fields: 5 where the header has 4");
}
