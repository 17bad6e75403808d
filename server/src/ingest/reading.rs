//! One file, whatever its form: rows go to a sink, and a file that cannot be read says why in a sentence.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use domain::facts::Fact;
use domain::facts::rows::{BadField, Table};

use super::{block_list_tsv, csv_table, parquet_table, shift_log_json};

/// Where rows go: the line on which one begins, and the fact or the reason why it is none.
pub(crate) type Sink<'a> = dyn FnMut(i64, Result<Fact, BadField>) -> Result<(), Unreadable> + 'a;

/// What some programs put before UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a file holds and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table as CSV, UTF-8.
    Csv(Table),
    /// A table as Parquet.
    Parquet(Table),
    /// ALMA's shift log as JSON.
    ShiftLog,
    /// A block list of the first cycles, tab-separated.
    BlockList,
}

/// A file of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// Its last part, as quarantine and reports name it.
    pub name: String,
    /// What it holds.
    pub form: Form,
}

/// What somebody should know about a file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// Columns of the header that the table does not have; they were ignored.
    pub unknown: Vec<String>,
    /// Columns of the table that the header does not have; they read as empty.
    pub absent: Vec<&'static str>,
    /// Shift-log entries that are no executions.
    pub n_other_entries: u64,
}

impl fmt::Display for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sentences = Vec::new();
        if !self.unknown.is_empty() {
            sentences.push(format!("ignored columns that are not known: {}", self.unknown.join(", ")));
        }
        if !self.absent.is_empty() {
            sentences.push(format!("columns that are not there read as empty: {}", self.absent.join(", ")));
        }
        if self.n_other_entries > 0 {
            sentences.push(format!("ignored {} entries that are no executions", self.n_other_entries));
        }
        f.write_str(&sentences.join("; "))
    }
}

/// Why a whole file does not load. What of it was read before is not kept.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Nothing at that path.
    #[error("there is no such file")]
    Missing,
    /// A folder, a pipe, a device.
    #[error("it is not a plain file")]
    NotAFile,
    /// A file that is none of ours.
    #[error(
        "its name is not that of a table; a table's file is called shifts.csv, executions.parquet and so on, a shift log ends in .json, a block list in .tsv"
    )]
    UnknownName,
    /// The operating system says so.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// No byte, or blank lines only.
    #[error("line 1: it is empty; the first line must name the columns")]
    Empty,
    /// NUL bytes where the header should be.
    #[error("line 1: it is not text in UTF-8")]
    NotText,
    /// A column without which no row can be read.
    #[error("line {line}, column {column}: the header does not have this column")]
    MissingColumn {
        /// Where the header stands.
        line: i64,
        /// Its name.
        column: &'static str,
    },
    /// A column that is there twice, so that nobody knows which counts.
    #[error("line {line}, column {column}: the header has this column more than once")]
    RepeatedColumn {
        /// Where the header stands.
        line: i64,
        /// Its name.
        column: &'static str,
    },
    /// A header that cannot be one.
    #[error("line 1: {found} columns; no table has that many")]
    TooManyColumns {
        /// How many.
        found: usize,
    },
    /// A Parquet column whose values cannot be a field.
    #[error("column {column}: {kind} values are not understood here")]
    ColumnType {
        /// Its name.
        column: &'static str,
        /// What Parquet calls its values.
        kind: String,
    },
    /// Parquet that is none, or is damaged.
    #[error("it is not Parquet, or damaged: {0}")]
    Parquet(String),
    /// JSON that is none, or is no shift log.
    #[error("line {line}, character {column}: {why}")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What the reader found.
        why: String,
    },
    /// Nobody takes the rows any more.
    #[error("reading was stopped")]
    Stopped,
}

/// Reads one file. `n_bytes_read` grows as it is read, for whoever shows progress.
pub(crate) fn read(source: &Source, n_bytes_read: &AtomicU64, sink: &mut Sink<'_>) -> Result<Notices, Unreadable> {
    let n_bytes = plain_file_size(&source.path)?;
    let file = File::open(&source.path)?;
    match source.form {
        Form::Csv(table) => csv_table::read(Counted { bytes: file, n_bytes_read }, table, sink),
        Form::Parquet(table) => parquet_table::read(file, n_bytes, n_bytes_read, table, sink),
        Form::BlockList => block_list_tsv::read(Counted { bytes: file, n_bytes_read }, sink),
        Form::ShiftLog => {
            // Once to learn how long each array lived, once more for the executions on it: see `shift_log_json`.
            let again = || Ok(Counted { bytes: File::open(&source.path)?, n_bytes_read });
            shift_log_json::read(file, again, sink)
        }
    }
}

/// Size \[bytes\]. Says no to whatever would block or never end: pipes, devices, folders.
pub(crate) fn plain_file_size(path: &Path) -> Result<u64, Unreadable> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(found.len()),
        Ok(_) => Err(Unreadable::NotAFile),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Err(Unreadable::Missing),
        Err(why) => Err(Unreadable::Io(why)),
    }
}

/// Counts what passes.
struct Counted<'a, R> {
    bytes: R,
    n_bytes_read: &'a AtomicU64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(into)?;
        self.n_bytes_read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
