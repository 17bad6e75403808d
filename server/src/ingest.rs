//! Facts come in: files are read as streams, good rows go to the store, bad ones to quarantine, and detection looks at what
//! changed.
//!
//! One file is one transaction: when it breaks half-way, or the program is killed, nothing of it is there. A broken file does
//! not stop the others. Whatever happened is in the [`Summary`], in sentences and as an exit code.

mod block_list_tsv;
mod csv_table;
mod folder;
mod header;
mod parquet_table;
mod progress;
mod reading;
mod shift_log_json;
mod sources;

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::facts::Fact;
use domain::facts::rows::{BadField, Table};
use domain::time::Instant;
use futures_util::stream::{self, StreamExt};
use store::{Affected, Detection, LoadReport, Store, StoreError};
use tokio::sync::mpsc;

pub use folder::{Folder, QuarantinedLine, read_folder};
pub use progress::{Step, bars};
pub use reading::{Form, Notices, Source, Unreadable};

/// What the files are read for.
#[derive(Clone, Copy, Debug)]
pub enum Mode<'a> {
    /// To check everything and write nothing; no database is needed.
    DryRun,
    /// To load them, then look at the log as of `now`.
    Load {
        /// Where the facts go.
        store: &'a Store,
        /// The instant at which detection looks at the log.
        now: Instant,
    },
}

/// Reads files, or the known files of folders, and loads them; then detects what the change means. `progress` is told of
/// every step.
///
/// Files of one table load in the order given, because the last row of an id wins; different tables load at the same time.
/// Dropping the future stops between two batches of rows; the files it was at are not loaded.
pub async fn ingest(mode: Mode<'_>, paths: &[PathBuf], progress: impl FnMut(Step<'_>)) -> Summary {
    let sources = sources::find(paths);
    let unreadable = sources.unreadable.into_iter();
    let mut files: Vec<FileSummary> =
        unreadable.map(|(path, why)| FileSummary { path, outcome: Err(NotLoaded::Unreadable(why)) }).collect();
    let progress = RefCell::new(progress);
    let lanes = stream::iter(lanes(&sources.files)).map(|lane| {
        let progress = &progress;
        async move {
            let mut done = Vec::with_capacity(lane.len());
            for (at, source) in lane {
                done.push((at, load(mode, source, progress).await));
            }
            done
        }
    });
    let mut loaded: Vec<_> = lanes.buffer_unordered(LANES_AT_ONCE).concat().await;
    loaded.sort_by_key(|&(at, _)| at);
    let mut affected = Affected::default();
    for ((_, outcome), source) in loaded.into_iter().zip(sources.files) {
        let outcome = outcome.map(|(loaded, touched)| {
            affected.merge(touched);
            loaded
        });
        files.push(FileSummary { path: source.path, outcome });
    }
    // Even when this load changed nothing: an earlier one may have been killed before its detection, and the store knows.
    let detection = match mode {
        Mode::Load { store, now } if files.iter().any(|file| file.outcome.is_ok()) => {
            Some(store.detect_affected(&affected, now).await)
        }
        _ => None,
    };
    Summary { files, skipped: sources.skipped, dry_run: matches!(mode, Mode::DryRun), detection }
}

/// What became of the paths.
#[derive(Debug)]
pub struct Summary {
    /// The files that were named or found.
    pub files: Vec<FileSummary>,
    /// What the folders hold besides.
    pub skipped: Vec<PathBuf>,
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
    /// What detection found; none when nothing was loaded.
    pub detection: Option<Result<Detection, StoreError>>,
}

/// What became of one file.
#[derive(Debug)]
pub struct FileSummary {
    /// The file.
    pub path: PathBuf,
    /// How it ended.
    pub outcome: Result<Loaded, NotLoaded>,
}

/// A file that was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Good rows.
    pub n_read: i64,
    /// Bad rows.
    pub n_quarantined: i64,
    /// What the store did with the good rows; none in a dry run.
    pub written: Option<Written>,
    /// The first bad rows, [`SHOWN_BAD_ROWS`] at most.
    pub first_bad: Vec<QuarantinedLine>,
    /// What else is to be said.
    pub notices: Notices,
}

/// What the store did with the good rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Ids that were not there before.
    pub n_new: i64,
    /// Ids whose row differed; the old one is in the history.
    pub n_changed: i64,
    /// Ids whose row was there already.
    pub n_same: i64,
}

/// Why nothing of a file is loaded.
#[derive(Debug, thiserror::Error)]
pub enum NotLoaded {
    /// It is the file's fault.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is the database's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How many bad rows of a file a summary spells out; all of them are in the quarantine.
pub const SHOWN_BAD_ROWS: usize = 5;

impl Summary {
    /// What the program says to whoever called it. The first that fits: 1 the database failed, and what the summary does not
    /// call loaded is not; 4 a file was broken, the others are loaded; 3 all files are loaded and some of their rows are in
    /// quarantine; 0 all is loaded. (2 is a command line that cannot be understood.)
    pub fn exit_code(&self) -> u8 {
        let any = |is: fn(&FileSummary) -> bool| self.files.iter().any(is);
        if matches!(self.detection, Some(Err(_))) || any(|file| matches!(file.outcome, Err(NotLoaded::Store(_)))) {
            1
        } else if any(|file| file.outcome.is_err()) {
            4
        } else if any(|file| file.outcome.as_ref().is_ok_and(|loaded| loaded.n_quarantined > 0)) {
            3
        } else {
            0
        }
    }
}

/// How many rows travel together from the reader to the database: enough that waking the other side costs nothing beside
/// reading them, few enough that a handful of batches is no memory.
const BATCH_ROWS: usize = 512;
/// How many batches the reader may be ahead.
const BATCHES_AHEAD: usize = 4;

type Batch = Vec<(i64, Result<Fact, BadField>)>;

/// How many files load at the same time: on one connection PostgreSQL works for one of them, and a log has two long tables
/// (executions and conditions), beside which all others together are short.
const LANES_AT_ONCE: usize = 2;

/// Files that load one after the other, each with its place in the list.
type Lane<'a> = Vec<(usize, &'a Source)>;

/// Which files have to wait for each other; the longest lane first, so that all end together.
fn lanes(sources: &[Source]) -> Vec<Lane<'_>> {
    // A shift log holds arrays and executions.
    let mixed = sources.iter().any(|source| source.form == Form::ShiftLog);
    // A block list holds projects and blocks.
    let listed = sources.iter().any(|source| source.form == Form::BlockList);
    let lane_of = |form: Form| match form {
        Form::ShiftLog => Table::Executions,
        Form::BlockList => Table::SchedulingBlocks,
        Form::Csv(Table::Projects) | Form::Parquet(Table::Projects) if listed => Table::SchedulingBlocks,
        Form::Csv(Table::Arrays) | Form::Parquet(Table::Arrays) if mixed => Table::Executions,
        Form::Csv(table) | Form::Parquet(table) => table,
    };
    let mut lanes: BTreeMap<Table, (u64, Lane<'_>)> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        let (n_bytes, lane) = lanes.entry(lane_of(source.form)).or_default();
        // What has no size now is told when it is opened.
        *n_bytes += reading::plain_file_size(&source.path).unwrap_or(0);
        lane.push((at, source));
    }
    let mut lanes: Vec<_> = lanes.into_values().collect();
    lanes.sort_by_key(|&(n_bytes, _)| Reverse(n_bytes));
    lanes.into_iter().map(|(_, lane)| lane).collect()
}

/// Reads on a thread of its own, writes here: so parsing the next rows and sending these overlap.
async fn load(
    mode: Mode<'_>,
    source: &Source,
    progress: &RefCell<impl FnMut(Step<'_>)>,
) -> Result<(Loaded, Affected), NotLoaded> {
    let file = source.path.as_path();
    let n_bytes = reading::plain_file_size(file)?;
    (progress.borrow_mut())(Step::Opened { file, n_bytes });
    let outcome = load_rows(mode, source, |n_bytes_read| {
        (progress.borrow_mut())(Step::Read { file, n_bytes: n_bytes_read.min(n_bytes) });
    })
    .await;
    (progress.borrow_mut())(Step::Closed { file });
    outcome
}

/// `read` is told how many bytes of the file are read.
async fn load_rows(mode: Mode<'_>, source: &Source, read: impl Fn(u64)) -> Result<(Loaded, Affected), NotLoaded> {
    let n_bytes_read = Arc::new(AtomicU64::new(0));
    let (batches, mut arriving) = mpsc::channel(BATCHES_AHEAD);
    let reader = tokio::task::spawn_blocking({
        let (source, n_bytes_read) = (source.clone(), Arc::clone(&n_bytes_read));
        move || send_rows(&source, &n_bytes_read, &batches)
    });
    let mut loaded = Loaded::default();
    let mut writing = match mode {
        Mode::DryRun => None,
        Mode::Load { store, .. } => Some(store.begin_load(&lying_at(&source.path), &tables_of(source.form)).await?),
    };
    while let Some(batch) = arriving.recv().await {
        for (line, row) in batch {
            loaded.count(&source.name, line, &row);
            match (&mut writing, row) {
                (Some(load), Ok(fact)) => load.push(fact).await?,
                (Some(load), Err(bad)) => load.quarantine(line, bad).await?,
                (None, _) => {}
            }
        }
        read(n_bytes_read.load(Ordering::Relaxed));
    }
    // The rows are all here; whether the file was whole is known only now, so nothing was committed before.
    loaded.notices = match reader.await {
        Ok(read) => read?,
        Err(_) => return Err(Unreadable::Stopped.into()),
    };
    let mut affected = Affected::default();
    if let Some(load) = writing {
        let LoadReport { n_new, n_changed, n_same, affected: touched, .. } = load.finish().await?;
        loaded.written = Some(Written { n_new, n_changed, n_same });
        affected = touched;
    }
    Ok((loaded, affected))
}

/// What a file may have rows for.
fn tables_of(form: Form) -> Vec<Table> {
    match form {
        Form::Csv(table) | Form::Parquet(table) => vec![table],
        Form::ShiftLog => vec![Table::Arrays, Table::Executions],
        Form::BlockList => vec![Table::Projects, Table::SchedulingBlocks],
    }
}

/// Runs until the file ends, or nobody takes the rows any more.
fn send_rows(source: &Source, n_bytes_read: &AtomicU64, batches: &mpsc::Sender<Batch>) -> Result<Notices, Unreadable> {
    let mut batch = Batch::with_capacity(BATCH_ROWS);
    let notices = reading::read(source, n_bytes_read, &mut |line, row| {
        batch.push((line, row));
        if batch.len() < BATCH_ROWS {
            return Ok(());
        }
        let full = std::mem::replace(&mut batch, Batch::with_capacity(BATCH_ROWS));
        batches.blocking_send(full).map_err(|_| Unreadable::Stopped)
    })?;
    batches.blocking_send(batch).map_err(|_| Unreadable::Stopped)?;
    Ok(notices)
}

impl Loaded {
    fn count(&mut self, file: &str, line: i64, row: &Result<Fact, BadField>) {
        match row {
            Ok(_) => self.n_read += 1,
            Err(bad) => {
                self.n_quarantined += 1;
                if self.first_bad.len() < SHOWN_BAD_ROWS {
                    self.first_bad.push(QuarantinedLine { file: file.to_owned(), line, bad: bad.clone() });
                }
            }
        }
    }
}

/// Where a file lies, from the root, whatever way was taken to it: its quarantine is known by that.
fn lying_at(path: &Path) -> String {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            match &file.outcome {
                Ok(loaded) => writeln!(f, "{}: {loaded}", file.path.display())?,
                Err(why) => writeln!(f, "{}: not loaded: {why}", file.path.display())?,
            }
        }
        if !self.skipped.is_empty() {
            let names: Vec<_> = self.skipped.iter().map(|path| path.display().to_string()).collect();
            writeln!(f, "skipped, being no table: {}", names.join(", "))?;
        }
        match &self.detection {
            Some(Ok(found)) => writeln!(f, "findings: {found}"),
            Some(Err(why)) => {
                writeln!(f, "the facts are loaded, the findings are not up to date: {why}; run `shiftdesk detect`")
            }
            None if self.dry_run => writeln!(f, "dry run: nothing was written"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows", self.n_read)?;
        if let Some(written) = self.written {
            write!(f, ": {} new, {} changed, {} same", written.n_new, written.n_changed, written.n_same)?;
        }
        write!(f, "; {} quarantined", self.n_quarantined)?;
        let notices = self.notices.to_string();
        if !notices.is_empty() {
            write!(f, "; {notices}")?;
        }
        for bad in &self.first_bad {
            write!(f, "\n  {bad}")?;
        }
        let n_shown = i64::try_from(self.first_bad.len()).unwrap_or(i64::MAX);
        if self.n_quarantined > n_shown {
            write!(f, "\n  and {} more", self.n_quarantined - n_shown)?;
        }
        Ok(())
    }
}
