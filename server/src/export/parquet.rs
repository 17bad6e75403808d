//! Parquet: times as timestamps of UTC, durations as doubles, texts by dictionary; each batch is a row group.
//!
//! Texts are as they are: what reads Parquet does not compute cells. What is missing is null.

use std::sync::Arc;

use domain::decimal::hours4;
use domain::family::Family;
use domain::time::{Instant, Span};
use domain::triage::FindingRow;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use super::{COLUMNS, ExportError};

/// A Parquet file that is being written; the vector holds what was not handed on yet.
pub(super) struct Parquet(SerializedFileWriter<Vec<u8>>);

impl Parquet {
    pub(super) fn open() -> Result<Self, ExportError> {
        let columns = columns(&[]);
        let schema = schema_of("findings", COLUMNS.into_iter().zip(&columns))?;
        Ok(Self(SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties()))?))
    }

    pub(super) fn rows(&mut self, rows: &[FindingRow]) -> Result<Vec<u8>, ExportError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut group = self.0.next_row_group()?;
        for column in columns(rows) {
            column.write(&mut group)?;
        }
        group.close()?;
        self.0.flush().map_err(ParquetError::from)?;
        Ok(std::mem::take(self.0.inner_mut()))
    }

    pub(super) fn end(self) -> Result<Vec<u8>, ExportError> {
        Ok(self.0.into_inner()?)
    }
}

/// A table that is made already, as one file with one row group.
pub(super) fn whole_file(columns: Vec<(&str, Column)>) -> Result<Vec<u8>, ExportError> {
    let schema = schema_of("table", columns.iter().map(|(name, column)| (*name, column)))?;
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties()))?;
    let mut group = file.next_row_group()?;
    for (_, column) in columns {
        column.write(&mut group)?;
    }
    group.close()?;
    Ok(file.into_inner()?)
}

fn properties() -> WriterProperties {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    WriterProperties::builder().set_compression(zstd).set_created_by("shiftdesk".to_owned()).build()
}

/// The values of one column.
pub(super) enum Column {
    Times(Vec<Option<i64>>),
    Hours(Vec<Option<f64>>),
    Numbers(Vec<Option<i64>>),
    Texts(Vec<Option<ByteArray>>),
}

/// The columns of some rows, in the order of [`COLUMNS`].
fn columns(rows: &[FindingRow]) -> [Column; COLUMNS.len()] {
    let times = |of: fn(Span) -> Instant| {
        Column::Times(rows.iter().map(|row| row.span.map(|span| of(span).unix_seconds() * 1_000)).collect())
    };
    fn texts<'a>(rows: &'a [FindingRow], text: impl Fn(&'a FindingRow) -> Option<&'a str>) -> Column {
        Column::Texts(rows.iter().map(|row| text(row).map(ByteArray::from)).collect())
    }
    // The four decimals of every page, as the double nearest to them.
    let hours = |row: &FindingRow| row.span.and_then(|span| hours4(span.seconds()).parse().ok());
    [
        times(Span::end),
        texts(rows, |row| Some(row.class.label())),
        texts(rows, |row| Some(row.kind.label())),
        texts(rows, |row| Some(&row.tags)),
        Column::Hours(rows.iter().map(hours).collect()),
        texts(rows, |row| Some(&row.comment)),
        texts(rows, |row| Some(row.priority.label())),
        texts(rows, |row| row.family.map(Family::label)),
        times(Span::start),
        Column::Numbers(rows.iter().map(|row| Some(row.id)).collect()),
        texts(rows, |row| Some(&row.key)),
        texts(rows, |row| row.shift.as_ref().map(|shift| shift.as_str())),
        texts(rows, |row| Some(row.state.label())),
        texts(rows, |row| row.assignee.as_deref()),
    ]
}

/// What the file says it holds. Every column may be null, so that each is written one way.
fn schema_of<'a>(name: &str, columns: impl Iterator<Item = (&'a str, &'a Column)>) -> Result<TypePtr, ParquetError> {
    let fields = columns.map(|(name, column)| {
        let (physical, logical) = match column {
            Column::Times(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
            Column::Hours(_) => (Physical::DOUBLE, None),
            Column::Numbers(_) => (Physical::INT64, None),
            Column::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        Ok(Arc::new(field.with_logical_type(logical).build()?))
    });
    let fields = fields.collect::<Result<Vec<_>, ParquetError>>()?;
    Ok(Arc::new(Type::group_type_builder(name).with_fields(fields).build()?))
}

impl Column {
    fn write(self, group: &mut SerializedRowGroupWriter<'_, Vec<u8>>) -> Result<(), ParquetError> {
        match self {
            Self::Times(values) | Self::Numbers(values) => write::<Int64Type>(values, group),
            Self::Hours(values) => write::<DoubleType>(values, group),
            Self::Texts(values) => write::<ByteArrayType>(values, group),
        }
    }
}

/// Writes the next column of the group: which rows have a value, and the values.
fn write<T: DataType>(
    values: Vec<Option<T::T>>,
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
) -> Result<(), ParquetError> {
    let is_there: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let there: Vec<T::T> = values.into_iter().flatten().collect();
    let mut column =
        group.next_column()?.ok_or_else(|| ParquetError::General("more columns than fields".to_owned()))?;
    column.typed::<T>().write_batch(&there, Some(&is_there), None)?;
    column.close()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use axum::body::Bytes;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, Row};
    use proptest::prelude::*;

    use super::*;
    use crate::export::rows::any_rows;

    #[test]
    fn times_are_timestamps_and_hours_are_doubles() {
        let file = Parquet::open().unwrap().end().unwrap();
        let reader = SerializedFileReader::new(Bytes::from(file)).unwrap();
        let schema = reader.metadata().file_metadata().schema_descr();
        let names: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
        assert_eq!(names, COLUMNS);
        assert_eq!(schema.column(0).logical_type_ref(), Some(&LogicalType::timestamp(true, TimeUnit::MILLIS)));
        assert_eq!(schema.column(4).physical_type(), Physical::DOUBLE);
        assert_eq!(schema.column(3).logical_type_ref(), Some(&LogicalType::String));
    }

    proptest! {
        #[test]
        fn what_is_read_back_is_what_was_written((first, second) in (any_rows(), any_rows())) {
            let mut file = Parquet::open().unwrap();
            let mut bytes = file.rows(&first).unwrap();
            bytes.extend(file.rows(&second).unwrap());
            bytes.extend(file.end().unwrap());
            let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
            let read: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
            prop_assert_eq!(read.len(), first.len() + second.len());
            for (row, read) in first.iter().chain(&second).zip(&read) {
                let field = |column: &str| read.get_column_iter().find(|(name, _)| *name == column).unwrap().1.clone();
                let text = |text: &str| Field::Str(text.to_owned());
                prop_assert_eq!(field("id"), Field::Long(row.id));
                prop_assert_eq!(field("TAGS"), text(&row.tags));
                prop_assert_eq!(field("Comments"), text(&row.comment));
                prop_assert_eq!(field("assignee"), row.assignee.as_deref().map_or(Field::Null, text));
                prop_assert_eq!(field("Array Family"), row.family.map_or(Field::Null, |family| text(family.label())));
                let millis = |time: Instant| Field::TimestampMillis(time.unix_seconds() * 1_000);
                prop_assert_eq!(field("END_TIME"), row.span.map_or(Field::Null, |span| millis(span.end())));
                // Four decimals of an hour are 0.36 s.
                let hours = row.span.map(|span| f64::from(i32::try_from(span.seconds()).unwrap()) / 3_600.0);
                match (field("TIME_DURATION [hrs]"), hours) {
                    (Field::Double(read), Some(hours)) => prop_assert!((read - hours).abs() <= 0.000_050_1),
                    (read, hours) => prop_assert_eq!((read, hours), (Field::Null, None)),
                }
            }
        }
    }
}
