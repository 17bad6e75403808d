//! Which column of a file is which column of its table.

use domain::facts::rows::Table;

use super::reading::{Notices, Unreadable};

/// The header of one file.
pub(crate) struct Header {
    /// For each column of the table, in the table's order, its place in the file; `None` reads as empty.
    pub(crate) places: Vec<Option<usize>>,
    /// How many columns the file has.
    pub(crate) n_fields: usize,
    /// What the file has too many, or too few.
    pub(crate) notices: Notices,
}

impl Header {
    /// Finds the table's columns among the names, exactly as they are spelled, in any order.
    pub(crate) fn read(table: Table, line: i64, names: &[&[u8]]) -> Result<Self, Unreadable> {
        if names.iter().any(|name| name.contains(&0)) {
            return Err(Unreadable::NotText);
        }
        let mut places = Vec::with_capacity(table.columns().len());
        for &column in table.columns() {
            let mut found = (0..names.len()).filter(|&at| names[at] == column.as_bytes());
            let place = found.next();
            if found.next().is_some() {
                return Err(Unreadable::RepeatedColumn { line, column });
            }
            if place.is_none() && required(table).contains(&column) {
                return Err(Unreadable::MissingColumn { line, column });
            }
            places.push(place);
        }
        let unknown = (0..names.len()).filter(|&at| !places.contains(&Some(at)));
        let unknown = unknown.map(|at| String::from_utf8_lossy(names[at]).into_owned()).collect();
        let columns = table.columns().iter().copied();
        let absent = columns.zip(&places).filter(|(_, place)| place.is_none()).map(|(column, _)| column).collect();
        Ok(Self { places, n_fields: names.len(), notices: Notices { unknown, absent, n_other_entries: 0 } })
    }
}

/// The columns without which a file is not that table. The times of shifts, executions and downtimes are among them: a field
/// may be empty and tells something then, but a file without the column would make every row a finding.
const fn required(table: Table) -> &'static [&'static str] {
    match table {
        Table::Shifts => &["shift_id", "kind", "array_families", "start", "end"],
        Table::Arrays => &["array_id", "array_family", "activity"],
        Table::Executions => &["eb_uid", "purpose", "status", "start", "end"],
        Table::Downtimes => &["downtime_id", "kind", "start", "end"],
        Table::Projects => &["project_code"],
        Table::SchedulingBlocks => &["sb_uid"],
        Table::Configurations => &["name"],
        Table::ConfigurationSchedule => &["start", "end", "configuration"],
        Table::Conditions => &["time"],
    }
}
