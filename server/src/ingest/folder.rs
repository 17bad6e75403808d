//! A folder of facts in memory, for whoever has no database.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use domain::facts::rows::BadField;
use domain::facts::{Fact, Facts};

use super::reading::{self, Source, Unreadable};
use super::sources;

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Folder {
    /// The tables that ledger and findings are made of; of several rows with one id the last counts.
    pub facts: Facts,
    /// The good rows of the other tables, every one, as they came.
    pub other: Vec<Fact>,
    /// The bad rows, by file and line.
    pub quarantined: Vec<QuarantinedLine>,
    /// The files of which nothing was taken.
    pub broken: Vec<(PathBuf, Unreadable)>,
    /// The files that were read.
    pub files: Vec<Source>,
}

/// A row that does not load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantinedLine {
    /// The file's name, without its folder.
    pub file: String,
    /// The physical line on which the row begins; the header is line 1.
    pub line: i64,
    /// What is wrong.
    pub bad: BadField,
}

/// `shifts.csv line 3, start "2022-03-08T23:59:60Z": not a time`
impl fmt::Display for QuarantinedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}", self.file, self.line)?;
        if !self.bad.column.is_empty() {
            write!(f, ", {} {:?}", self.bad.column, self.bad.value)?;
        }
        write!(f, ": {}", self.bad.why)
    }
}

/// Reads the known files of a folder, as [`super::ingest`] would load them.
pub fn read_folder(folder: &Path) -> Folder {
    let sources = sources::find(&[folder.to_owned()]);
    let mut read = Folder { broken: sources.unreadable, ..Folder::default() };
    let mut rows = Vec::new();
    for source in sources.files {
        match read_file(&source) {
            Ok((good, bad)) => {
                for fact in good {
                    match fact {
                        Fact::Shift(_) | Fact::Array(_) | Fact::Execution(_) | Fact::Downtime(_) => rows.push(fact),
                        other => read.other.push(other),
                    }
                }
                read.quarantined.extend(bad);
                read.files.push(source);
            }
            Err(why) => read.broken.push((source.path, why)),
        }
    }
    read.facts = rows.into_iter().collect();
    read
}

fn read_file(source: &Source) -> Result<(Vec<Fact>, Vec<QuarantinedLine>), Unreadable> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    reading::read(source, &AtomicU64::new(0), &mut |line, row| {
        match row {
            Ok(fact) => good.push(fact),
            Err(why) => bad.push(QuarantinedLine { file: source.name.clone(), line, bad: why }),
        }
        Ok(())
    })?;
    Ok((good, bad))
}
