//! One table as Parquet: the same columns as CSV, each value in the spelling that the CSV would have.
//!
//! So there is one door for both, [`rows::read`], and a Parquet file is refused for the same reasons. The line of a row is its
//! number + 1, as if a header stood before the first.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::DateTime;
use domain::facts::rows::{self, Table};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

use super::header::Header;
use super::reading::{Notices, Sink, Unreadable};

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
    let schema = reader.metadata().file_metadata().schema_descr_ptr().root_schema_ptr();
    let names: Vec<&[u8]> = schema.get_fields().iter().map(|field| field.name().as_bytes()).collect();
    let header = Header::read(table, 1, &names)?;
    let columns = Column::all(table, &header, &schema)?;
    let n_rows = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0).max(1);
    let projection = Type::group_type_builder(schema.name())
        .with_fields(columns.iter().filter_map(|column| column.bare.clone()).collect())
        .build()?;
    let mut line = 1;
    for row in reader.get_row_iter(Some(projection))? {
        let row = row?;
        line += 1;
        let texts = texts(&columns, &row);
        let fields: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
        sink(line, rows::read(table, &fields))?;
        let n_rows_read = u64::try_from(line - 1).unwrap_or(0);
        n_bytes_read.store(n_bytes / n_rows * n_rows_read, Ordering::Relaxed);
    }
    Ok(header.notices)
}

impl From<ParquetError> for Unreadable {
    fn from(why: ParquetError) -> Self {
        Self::Parquet(why.to_string())
    }
}

/// A column of the table, and how the file writes its values.
struct Column {
    spelling: Spelling,
    /// The file's column without its logical type; none when the file lacks it. Read like this the library hands us the
    /// stored numbers and bytes themselves: it would stop at the first text that is not UTF-8, which is one bad row to us,
    /// and it panics at some logical types.
    bare: Option<Arc<Type>>,
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

impl Column {
    fn all(table: Table, header: &Header, schema: &Type) -> Result<Vec<Self>, Unreadable> {
        let with_places = table.columns().iter().zip(&header.places);
        with_places
            .map(|(&column, place)| match place.and_then(|at| schema.get_fields().get(at)) {
                None => Ok(Self { spelling: Spelling::Plain, bare: None }),
                Some(stored) => Self::of(column, stored),
            })
            .collect()
    }

    fn of(column: &'static str, stored: &Type) -> Result<Self, Unreadable> {
        let refused = |kind: String| Unreadable::ColumnType { column, kind };
        let info = stored.get_basic_info();
        if !stored.is_primitive() || info.repetition() == parquet::basic::Repetition::REPEATED {
            return Err(refused("list or nested".to_owned()));
        }
        let spelling = spelling(stored).ok_or_else(|| match info.logical_type_ref() {
            Some(logical) => refused(format!("{logical:?}")),
            None => refused(format!("{:?} {}", info.converted_type(), stored.get_physical_type())),
        })?;
        let mut bare =
            Type::primitive_type_builder(stored.name(), stored.get_physical_type()).with_repetition(info.repetition());
        if let Type::PrimitiveType { type_length, .. } = stored {
            bare = bare.with_length(*type_length);
        }
        Ok(Self { spelling, bare: Some(Arc::new(bare.build()?)) })
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

/// The fields of a row as the CSV would have them, in the order of the table's columns.
fn texts(columns: &[Column], row: &Row) -> Vec<Vec<u8>> {
    let mut stored = row.get_column_iter();
    let fields = columns.iter().map(|column| match column.bare {
        None => Vec::new(),
        Some(_) => stored.next().map_or_else(Vec::new, |(_, field)| text(column.spelling, field)),
    });
    fields.collect()
}

fn text(spelling: Spelling, field: &Field) -> Vec<u8> {
    let whole = match *field {
        Field::Int(number) => Some(i64::from(number)),
        Field::Long(number) => Some(number),
        _ => None,
    };
    let text = match (spelling, field, whole) {
        (_, Field::Bytes(bytes), _) => return bytes.data().to_vec(),
        (Spelling::Instant { per_second }, _, Some(number)) => instant(number, per_second),
        // INT96, the timestamp of old writers; whatever it holds below a millisecond is gone.
        (_, Field::TimestampMillis(number), _) => instant(*number, 1_000),
        (Spelling::Date, _, Some(number)) => date(number),
        (Spelling::Decimal { places }, _, Some(number)) => {
            let ten_to_places = 10_i64.checked_pow(places);
            ten_to_places
                .and_then(|denominator| domain::decimal::fixed(number, denominator, places))
                .unwrap_or_else(|| format!("{number}e-{places}"))
        }
        // The bits are those of the unsigned number.
        (Spelling::Unsigned, Field::Int(number), _) => number.cast_unsigned().to_string(),
        (Spelling::Unsigned, Field::Long(number), _) => number.cast_unsigned().to_string(),
        (_, _, Some(number)) => number.to_string(),
        (_, Field::Bool(truth), _) => truth.to_string(),
        (_, Field::Float(number), _) => number.to_string(),
        (_, Field::Double(number), _) => number.to_string(),
        _ => String::new(),
    };
    text.into_bytes()
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
