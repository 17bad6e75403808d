//! The filtered findings as a file: CSV for a spreadsheet, Parquet for a notebook, JSON for a program.
//!
//! A file is written while it is read: its head, then batch after batch of rows, then its end. Nothing holds more than one batch,
//! whatever the number of findings.

mod csv;
mod json;
mod parquet;
#[cfg(test)]
mod rows;
pub mod table;

use axum::body::Bytes;
use domain::triage::FindingRow;
use futures_util::{Stream, stream};
use store::{Store, StoreError};

/// How many findings are read and written at a time: a round trip for each would be slow, all at once would not fit for ever.
/// It is also the length of a row group of Parquet.
const BATCH_ROWS: usize = 1_000;

/// The columns of CSV and Parquet: the talk's table, then what a program needs to come back to a finding.
pub const COLUMNS: [&str; 14] = [
    "END_TIME",
    "CLASS",
    "TYPE",
    "TAGS",
    "TIME_DURATION [hrs]",
    "Comments",
    "Priority",
    "Array Family",
    "START_TIME",
    "id",
    "key",
    "shift",
    "state",
    "assignee",
];

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values after RFC 4180, safe to open in a spreadsheet.
    Csv,
    /// Apache Parquet with typed columns.
    Parquet,
    /// One array of the objects that the API's list has.
    Json,
}

impl Format {
    /// What a file's name ends with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Json => "json",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Parquet => PARQUET,
            Self::Json => "application/json",
        }
    }
}

/// The media type of Parquet, which is compressed inside and not worth compressing again.
pub const PARQUET: &str = "application/vnd.apache.parquet";

/// Why a file broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The rows could not be read.
    #[error("reading findings: {0}")]
    Store(#[from] StoreError),
    /// The rows could not be written as Parquet.
    #[error("writing Parquet: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// The rows could not be written as JSON.
    #[error("writing JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The rows could not be written as CSV.
    #[error("writing CSV: {0}")]
    Csv(#[from] ::csv::Error),
}

/// The findings of these numbers, in their order, as one file in pieces. A number that no finding has is passed over.
///
/// Values are as of the moment in which their batch is read; which findings and in which order was settled before.
pub fn export(store: Store, findings: Vec<i64>, format: Format) -> impl Stream<Item = Result<Bytes, ExportError>> {
    let unfinished = Some((File::NotBegun(format), store, findings.into_iter()));
    stream::try_unfold(unfinished, async |unfinished| {
        let Some((file, store, mut findings)) = unfinished else { return Ok(None) };
        let mut file = file.begun()?;
        let batch: Vec<i64> = findings.by_ref().take(BATCH_ROWS).collect();
        if batch.is_empty() {
            return Ok(Some((file.end()?, None)));
        }
        let piece = file.rows(store.findings_by_ids(&batch).await?)?;
        Ok(Some((piece, Some((file, store, findings)))))
    })
}

/// A file that is being written.
enum File {
    NotBegun(Format),
    Csv(csv::Csv),
    Parquet(Box<parquet::Parquet>),
    Json(json::Json),
}

impl File {
    fn begun(self) -> Result<Self, ExportError> {
        Ok(match self {
            Self::NotBegun(Format::Csv) => Self::Csv(csv::Csv::default()),
            Self::NotBegun(Format::Parquet) => Self::Parquet(Box::new(parquet::Parquet::open()?)),
            Self::NotBegun(Format::Json) => Self::Json(json::Json::default()),
            begun => begun,
        })
    }

    fn rows(&mut self, rows: Vec<FindingRow>) -> Result<Bytes, ExportError> {
        Ok(Bytes::from(match self {
            Self::NotBegun(_) => Vec::new(),
            Self::Csv(file) => file.rows(&rows)?,
            Self::Parquet(file) => file.rows(&rows)?,
            Self::Json(file) => file.rows(rows)?,
        }))
    }

    fn end(self) -> Result<Bytes, ExportError> {
        Ok(Bytes::from(match self {
            Self::NotBegun(_) => Vec::new(),
            Self::Csv(file) => file.end()?,
            Self::Parquet(file) => file.end()?,
            Self::Json(file) => file.end(),
        }))
    }
}
