//! One table as Parquet: the same columns as CSV, each value in the spelling that the CSV would have.
//!
//! So there is one door for both, [`rows::read`], and a Parquet file is refused for the same reasons. The line of a row is its
//! number + 1, as if a header stood before the first.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::DateTime;
use domain::facts::rows::{self, Table};
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::{SchemaDescriptor, Type};

use super::header::Header;
use super::reading::{Notices, Sink, Unreadable};

/// How many rows are held at a time.
const BATCH_ROWS: usize = 1_024;

/// Hands every row to the sink, in the file's order.
pub(crate) fn read(
    file: File,
    n_bytes: u64,
    n_bytes_read: &AtomicU64,
    table: Table,
    sink: &mut Sink<'_>,
) -> Result<Notices, Unreadable> {
    // The library checks much but not everything: on some damaged files it panics. Nothing outlives the panic but the sink,
    // whose rows are thrown away with the file.
    let reading = AssertUnwindSafe(|| read_file(file, n_bytes, n_bytes_read, table, sink));
    catch_unwind(reading).unwrap_or_else(|_| Err(Unreadable::Parquet("its pages contradict each other".to_owned())))
}

fn read_file(
    file: File,
    n_bytes: u64,
    n_bytes_read: &AtomicU64,
    table: Table,
    sink: &mut Sink<'_>,
) -> Result<Notices, Unreadable> {
    let reader = SerializedFileReader::new(file)?;
    let metadata = reader.metadata().file_metadata();
    let schema = metadata.schema_descr();
    let names: Vec<&[u8]> = schema.root_schema().get_fields().iter().map(|field| field.name().as_bytes()).collect();
    let header = Header::read(table, 1, &names)?;
    let columns = columns(table, &header, schema)?;
    let n_rows = u64::try_from(metadata.num_rows()).unwrap_or(0).max(1);
    let mut line = 1;
    for at in 0..reader.num_row_groups() {
        let group = reader.get_row_group(at)?;
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut readers = Vec::with_capacity(columns.len());
        for column in &columns {
            readers.push(match column {
                Some(column) => Some((group.get_column_reader(column.leaf)?, column)),
                None => None,
            });
        }
        while left > 0 {
            let n = left.min(BATCH_ROWS);
            left -= n;
            let mut texts = Vec::with_capacity(readers.len());
            for reader in &mut readers {
                texts.push(match reader {
                    Some((reader, column)) => column.texts(reader, n)?,
                    None => vec![Vec::new(); n],
                });
            }
            for row in 0..n {
                line += 1;
                let fields: Vec<&[u8]> = texts.iter().filter_map(|column| column.get(row)).map(Vec::as_slice).collect();
                sink(line, rows::read(table, &fields))?;
            }
            let n_rows_read = u64::try_from(line - 1).unwrap_or(0).min(n_rows);
            n_bytes_read.store((n_bytes / n_rows).saturating_mul(n_rows_read), Ordering::Relaxed);
        }
    }
    Ok(header.notices)
}

impl From<ParquetError> for Unreadable {
    fn from(why: ParquetError) -> Self {
        Self::Parquet(why.to_string())
    }
}

/// A column of the table, and how the file writes its values.
///
/// We read the stored numbers and bytes and spell them ourselves: the library's rows would stop at the first text that is not
/// UTF-8, which is one bad row to us, know no nanoseconds, and panic at some logical types.
struct Column {
    /// Its place among the file's columns, those inside nested ones counted.
    leaf: usize,
    is_optional: bool,
    spelling: Spelling,
}

/// What a stored value means.
#[derive(Clone, Copy)]
enum Spelling {
    /// Text, a number or a truth value, as it stands.
    Plain,
    /// A whole number that is never negative.
    Unsigned,
    /// A count of these since 1970-01-01T00:00:00Z. A time that Parquet calls local is taken as UTC: there is no other here.
    Instant { per_second: i64 },
    /// Days since 1970-01-01.
    Date,
    /// A whole number, to be divided by ten to this power.
    Decimal { places: u32 },
}

/// The columns in the table's order; `None` where the file has none.
fn columns(table: Table, header: &Header, schema: &SchemaDescriptor) -> Result<Vec<Option<Column>>, Unreadable> {
    let with_places = table.columns().iter().zip(&header.places);
    let column = |(&name, place): (&&'static str, &Option<usize>)| {
        let Some(root) = *place else { return Ok(None) };
        let refused = |kind: String| Unreadable::ColumnType { column: name, kind };
        let leaf = (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == root);
        let stored = schema.root_schema().get_fields().get(root);
        let (Some(leaf), Some(stored)) = (leaf, stored) else { return Err(refused("no".to_owned())) };
        let info = stored.get_basic_info();
        if !stored.is_primitive() || info.repetition() == Repetition::REPEATED {
            return Err(refused("list or nested".to_owned()));
        }
        let spelling = spelling(stored).ok_or_else(|| match info.logical_type_ref() {
            Some(logical) => refused(format!("{logical:?}")),
            None => refused(format!("{} {}", stored.get_physical_type(), info.converted_type())),
        })?;
        Ok(Some(Column { leaf, is_optional: info.repetition() == Repetition::OPTIONAL, spelling }))
    };
    with_places.map(column).collect()
}

impl Column {
    /// The next `n` values as fields of a CSV; null is empty.
    fn texts(&self, reader: &mut ColumnReader, n: usize) -> Result<Vec<Vec<u8>>, Unreadable> {
        let whole = |number: i64| self.spelled(number);
        match reader {
            ColumnReader::BoolColumnReader(reader) => self.read(reader, n, |truth| truth.to_string().into()),
            ColumnReader::Int32ColumnReader(reader) => self.read(reader, n, |&number| match self.spelling {
                // The bits are those of the unsigned number.
                Spelling::Unsigned => number.cast_unsigned().to_string().into(),
                _ => whole(i64::from(number)).into(),
            }),
            ColumnReader::Int64ColumnReader(reader) => self.read(reader, n, |&number| match self.spelling {
                Spelling::Unsigned => number.cast_unsigned().to_string().into(),
                _ => whole(number).into(),
            }),
            // The timestamp of old writers: nanoseconds.
            ColumnReader::Int96ColumnReader(reader) => {
                self.read(reader, n, |time| instant(time.to_nanos(), 1_000_000_000).into())
            }
            ColumnReader::FloatColumnReader(reader) => self.read(reader, n, |number| number.to_string().into()),
            ColumnReader::DoubleColumnReader(reader) => self.read(reader, n, |number| number.to_string().into()),
            ColumnReader::ByteArrayColumnReader(reader) => self.read(reader, n, |bytes| bytes.data().to_vec()),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => self.read(reader, n, |bytes| bytes.data().to_vec()),
        }
    }

    fn read<T: DataType>(
        &self,
        reader: &mut ColumnReaderImpl<T>,
        n: usize,
        spelled: impl Fn(&T::T) -> Vec<u8>,
    ) -> Result<Vec<Vec<u8>>, Unreadable> {
        let (mut values, mut levels, mut n_read) = (Vec::with_capacity(n), Vec::with_capacity(n), 0);
        while n_read < n {
            match reader.read_records(n - n_read, Some(&mut levels), None, &mut values)? {
                (0, _, _) => return Err(Unreadable::Parquet("a column ends before the others".to_owned())),
                (n_more, _, _) => n_read += n_more,
            }
        }
        let mut values = values.iter();
        let mut next = || values.next().map(&spelled).unwrap_or_default();
        // Level 1 is a value, level 0 a null; where nulls are impossible there are no levels.
        Ok(if self.is_optional {
            levels.iter().map(|&level| if level > 0 { next() } else { Vec::new() }).collect()
        } else {
            (0..n).map(|_| next()).collect()
        })
    }

    fn spelled(&self, number: i64) -> String {
        match self.spelling {
            Spelling::Instant { per_second } => instant(number, per_second),
            Spelling::Date => date(number),
            Spelling::Decimal { places } => 10_i64
                .checked_pow(places)
                .and_then(|denominator| domain::decimal::fixed(number, denominator, places))
                .unwrap_or_else(|| format!("{number}e-{places}")),
            Spelling::Plain | Spelling::Unsigned => number.to_string(),
        }
    }
}

/// How values of this type are spelled; `None` when they cannot be a field of a table.
fn spelling(stored: &Type) -> Option<Spelling> {
    let info = stored.get_basic_info();
    let physical = stored.get_physical_type();
    let is_number = matches!(physical, Physical::INT32 | Physical::INT64);
    let decimal = |scale: i32| is_number.then_some(Spelling::Decimal { places: u32::try_from(scale).ok()? });
    match info.logical_type_ref() {
        Some(LogicalType::Timestamp(time)) => Some(Spelling::Instant {
            per_second: match time.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            },
        }),
        Some(LogicalType::Date) => Some(Spelling::Date),
        Some(LogicalType::Integer(number)) => Some(if number.is_signed { Spelling::Plain } else { Spelling::Unsigned }),
        Some(LogicalType::Decimal(number)) => decimal(number.scale),
        Some(LogicalType::String | LogicalType::Enum | LogicalType::Json | LogicalType::Unknown) => {
            Some(Spelling::Plain)
        }
        Some(_) => None,
        None => match info.converted_type() {
            ConvertedType::TIMESTAMP_MILLIS => Some(Spelling::Instant { per_second: 1_000 }),
            ConvertedType::TIMESTAMP_MICROS => Some(Spelling::Instant { per_second: 1_000_000 }),
            ConvertedType::DATE => Some(Spelling::Date),
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
                Some(Spelling::Unsigned)
            }
            ConvertedType::DECIMAL => match stored {
                Type::PrimitiveType { scale, .. } => decimal(*scale),
                Type::GroupType { .. } => None,
            },
            ConvertedType::NONE
            | ConvertedType::UTF8
            | ConvertedType::ENUM
            | ConvertedType::JSON
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64 => Some(Spelling::Plain),
            _ => None,
        },
    }
}

/// `2022-03-12T21:00:00Z`; with its fraction when there is one, so that the row is refused as the CSV's would be.
fn instant(count: i64, per_second: i64) -> String {
    let nanoseconds = count.rem_euclid(per_second) * (1_000_000_000 / per_second);
    u32::try_from(nanoseconds)
        .ok()
        .and_then(|nanoseconds| DateTime::from_timestamp(count.div_euclid(per_second), nanoseconds))
        .map_or_else(|| count.to_string(), |time| time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string())
}

fn date(days: i64) -> String {
    days.checked_mul(domain::time::DAY_S)
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .map_or_else(|| days.to_string(), |time| time.format("%Y-%m-%d").to_string())
}
