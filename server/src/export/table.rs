//! A table as a file, whatever it is about: the same cells as CSV, Parquet or JSON, to the last digit of the page.
//!
//! These tables are made in memory and are short. The findings, which are long, are written while they are read
//! ([`super::export`]).

use axum::body::Bytes;
use csv::{Terminator, WriterBuilder};
use domain::time::Instant;
use parquet::data_type::ByteArray;

use super::csv::harmless;
use super::parquet::{Column as Values, whole_file};
use super::{ExportError, Format};

/// A table: its columns, and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names and kinds.
    pub columns: Vec<Column>,
    /// The cells, row by row, in the order of the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands in the head.
    pub name: String,
    /// What its cells hold.
    pub kind: Kind,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text of the log or of ours.
    Text,
    /// An instant.
    Time,
    /// A number with decimals.
    Figure,
    /// A whole number.
    Whole,
}

/// A cell. One that does not fit its column's kind is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or a rate of nothing.
    Missing,
    /// Text.
    Text(String),
    /// An instant.
    Time(Instant),
    /// A number as it is printed: digits, one point, a minus before it when it is negative.
    Figure(String),
    /// A whole number.
    Whole(i64),
}

impl Table {
    /// Adds a column to a table without rows.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, kind: Kind) -> Self {
        self.columns.push(Column { name: name.into(), kind });
        self
    }

    /// The table as a file of that format.
    pub fn file(&self, format: Format) -> Result<Bytes, ExportError> {
        Ok(match format {
            Format::Csv => self.csv()?.into(),
            Format::Parquet => self.parquet()?.into(),
            Format::Json => self.json()?.into(),
        })
    }

    /// After RFC 4180. A text that a spreadsheet would compute gets an apostrophe before it; numbers are ours and stay.
    fn csv(&self) -> Result<Vec<u8>, ExportError> {
        let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        csv.write_record(self.columns.iter().map(|column| column.name.as_bytes()))?;
        for row in &self.rows {
            let cell = |cell: &Cell| match cell {
                Cell::Missing => String::new(),
                Cell::Text(text) => harmless(text).into_owned(),
                Cell::Time(at) => at.to_string(),
                Cell::Figure(figure) => figure.clone(),
                Cell::Whole(number) => number.to_string(),
            };
            csv.write_record(row.iter().map(cell))?;
        }
        csv.into_inner().map_err(|error| ExportError::Csv(error.into_error().into()))
    }

    /// Figures as the doubles nearest to what is printed.
    fn parquet(&self) -> Result<Vec<u8>, ExportError> {
        let cells = |at: usize| self.rows.iter().map(move |row| row.get(at).unwrap_or(&Cell::Missing));
        let columns = self.columns.iter().enumerate().map(|(at, column)| {
            let values = match column.kind {
                Kind::Text => Values::Texts(
                    cells(at)
                        .map(
                            |cell| {
                                if let Cell::Text(text) = cell { Some(ByteArray::from(text.as_str())) } else { None }
                            },
                        )
                        .collect(),
                ),
                Kind::Time => Values::Times(
                    cells(at)
                        .map(|cell| if let Cell::Time(time) = cell { Some(time.unix_seconds() * 1_000) } else { None })
                        .collect(),
                ),
                Kind::Figure => Values::Hours(
                    cells(at)
                        .map(|cell| if let Cell::Figure(text) = cell { text.parse().ok() } else { None })
                        .collect(),
                ),
                Kind::Whole => Values::Numbers(
                    cells(at).map(|cell| if let Cell::Whole(number) = cell { Some(*number) } else { None }).collect(),
                ),
            };
            (column.name.as_str(), values)
        });
        whole_file(columns.collect())
    }

    /// One array with an object for each row, a line each. A figure is a number with the digits that are printed.
    fn json(&self) -> Result<Vec<u8>, ExportError> {
        let mut json = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            json.extend_from_slice(if at == 0 { b"[\n{" } else { b",\n{" });
            for (at, (column, cell)) in self.columns.iter().zip(row).enumerate() {
                if at > 0 {
                    json.push(b',');
                }
                serde_json::to_writer(&mut json, &column.name)?;
                json.push(b':');
                match cell {
                    Cell::Missing => json.extend_from_slice(b"null"),
                    Cell::Text(text) => serde_json::to_writer(&mut json, text)?,
                    Cell::Time(at) => serde_json::to_writer(&mut json, at)?,
                    Cell::Figure(figure) => json.extend_from_slice(figure.as_bytes()),
                    Cell::Whole(number) => serde_json::to_writer(&mut json, number)?,
                }
            }
            json.push(b'}');
        }
        json.extend_from_slice(if self.rows.is_empty() { b"[]\n" } else { b"\n]\n" });
        Ok(json)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use proptest::prelude::*;

    use super::*;
    use crate::export::rows::any_text;

    fn heads() -> Table {
        let table = Table::default().with("what [h], \"quoted\"", Kind::Text).with("when", Kind::Time);
        table.with("how much", Kind::Figure).with("how many", Kind::Whole)
    }

    fn any_table() -> impl Strategy<Value = Table> {
        let time = (0..250_000_000_000i64).prop_map(|s| Instant::parse("1970-01-01T00:00:00Z").unwrap().plus(s));
        let figure = any::<i32>().prop_map(|n| domain::decimal::fixed(n.into(), 1_000, 3).unwrap());
        let row = (
            proptest::option::of(any_text()),
            proptest::option::of(time),
            proptest::option::of(figure),
            proptest::option::of(any::<i64>()),
        );
        let row = row.prop_map(|(text, time, figure, whole)| {
            vec![
                text.map_or(Cell::Missing, Cell::Text),
                time.map_or(Cell::Missing, Cell::Time),
                figure.map_or(Cell::Missing, Cell::Figure),
                whole.map_or(Cell::Missing, Cell::Whole),
            ]
        });
        proptest::collection::vec(row, 0..12).prop_map(|rows| Table { rows, ..heads() })
    }

    #[test]
    fn a_table_without_rows_still_has_its_head() {
        let text = |format| String::from_utf8(heads().file(format).unwrap().to_vec()).unwrap();
        assert_eq!(text(Format::Csv), "\"what [h], \"\"quoted\"\"\",when,how much,how many\r\n");
        assert_eq!(text(Format::Json), "[]\n");
        let reader = SerializedFileReader::new(heads().file(Format::Parquet).unwrap()).unwrap();
        assert_eq!(reader.metadata().file_metadata().schema_descr().num_columns(), 4);
    }

    proptest! {
        #[test]
        fn the_three_files_say_the_same(table in any_table()) {
            let csv = table.file(Format::Csv).unwrap();
            let csv: Vec<csv::StringRecord> = csv::Reader::from_reader(&csv[..]).into_records().map(Result::unwrap).collect();
            let json: Vec<serde_json::Value> = serde_json::from_slice(&table.file(Format::Json).unwrap()).unwrap();
            let reader = SerializedFileReader::new(table.file(Format::Parquet).unwrap()).unwrap();
            let parquet: Vec<Vec<Field>> = reader
                .get_row_iter(None)
                .unwrap()
                .map(|row| row.unwrap().get_column_iter().map(|(_, field)| field.clone()).collect())
                .collect();
            prop_assert_eq!((csv.len(), json.len(), parquet.len()), (table.rows.len(), table.rows.len(), table.rows.len()));
            for (at, row) in table.rows.iter().enumerate() {
                for ((cell, column), place) in row.iter().zip(&table.columns).zip(0..) {
                    let (said, object, field) = (&csv[at][place], &json[at][&column.name], &parquet[at][place]);
                    match cell {
                        Cell::Missing => prop_assert_eq!((said, object.is_null(), field), ("", true, &Field::Null)),
                        Cell::Text(text) => {
                            prop_assert!(said == text || said.strip_prefix('\'') == Some(text));
                            prop_assert!(!said.starts_with(['=', '+', '-', '@', '\t', '\r']));
                            prop_assert_eq!((object.as_str(), field), (Some(text.as_str()), &Field::Str(text.clone())));
                        }
                        Cell::Time(time) => {
                            prop_assert_eq!((said, object.as_str()), (&*time.to_string(), Some(&*time.to_string())));
                            prop_assert_eq!(field, &Field::TimestampMillis(time.unix_seconds() * 1_000));
                        }
                        Cell::Figure(figure) => {
                            prop_assert_eq!((said, object.as_f64()), (figure.as_str(), figure.parse().ok()));
                            prop_assert_eq!(field, &Field::Double(figure.parse().unwrap()));
                        }
                        Cell::Whole(number) => {
                            prop_assert_eq!((said, object.as_i64()), (&*number.to_string(), Some(*number)));
                            prop_assert_eq!(field, &Field::Long(*number));
                        }
                    }
                }
            }
        }
    }
}
