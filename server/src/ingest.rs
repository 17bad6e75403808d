//! Facts come in: files are read as streams, good rows go to the store, bad ones to quarantine, and detection looks at what
//! changed.
//!
//! One file is one transaction: when it breaks half-way, or the program is killed, nothing of it is there. A broken file does
//! not stop the others. Whatever happened is in the [`Summary`], in sentences and as an exit code.

mod csv_table;
mod folder;
mod header;
mod parquet_table;
mod progress;
mod reading;
mod shift_log_json;
mod sources;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::facts::Fact;
use domain::facts::rows::{BadField, Table};
use domain::time::Instant;
use store::{Affected, Detection, Load, LoadReport, Store, StoreError};
use tokio::sync::mpsc;

pub use folder::{Folder, QuarantinedLine, read_folder};
pub use progress::{Step, bars};
pub use reading::{Form, Notices, Source, Unreadable};

/// How to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Read and check everything, write nothing.
    pub dry_run: bool,
    /// The instant at which detection looks at the log.
    pub now: Instant,
}

/// Loads files, or the known files of folders, then detects what the change means. `progress` is told of every step.
///
/// Dropping the future stops between two batches of rows; the file it was at is not loaded.
pub async fn ingest(store: &Store, paths: &[PathBuf], options: Options, mut progress: impl FnMut(Step<'_>)) -> Summary {
    let store = if options.dry_run { None } else { Some(store) };
    let sources = sources::find(paths);
    let unreadable = sources.unreadable.into_iter();
    let mut files: Vec<FileSummary> =
        unreadable.map(|(path, why)| FileSummary { path, outcome: Err(NotLoaded::Unreadable(why)) }).collect();
    let mut affected = Affected::default();
    for source in sources.files {
        let outcome = load(store, &source, &mut affected, &mut progress).await;
        files.push(FileSummary { path: source.path, outcome });
    }
    // Even when this load changed nothing: an earlier one may have been killed before its detection, and the store knows.
    let detection = match store {
        Some(store) if files.iter().any(|file| file.outcome.is_ok()) => {
            Some(store.detect_affected(&affected, options.now).await)
        }
        _ => None,
    };
    Summary { files, skipped: sources.skipped, dry_run: options.dry_run, detection }
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

/// Reads on a thread of its own, writes here: so parsing the next rows and sending these overlap.
async fn load(
    store: Option<&Store>,
    source: &Source,
    affected: &mut Affected,
    progress: &mut impl FnMut(Step<'_>),
) -> Result<Loaded, NotLoaded> {
    let n_bytes = reading::plain_file_size(&source.path)?;
    progress(Step::Opened { file: &source.path, n_bytes });
    let n_bytes_read = Arc::new(AtomicU64::new(0));
    let (batches, mut arriving) = mpsc::channel(BATCHES_AHEAD);
    let reader = tokio::task::spawn_blocking({
        let (source, n_bytes_read) = (source.clone(), Arc::clone(&n_bytes_read));
        move || send_rows(&source, &n_bytes_read, &batches)
    });
    let mut loaded = Loaded::default();
    let mut writer = store.map(|store| Writer::new(store, source, affected));
    while let Some(batch) = arriving.recv().await {
        for (line, row) in batch {
            loaded.count(&source.name, line, &row);
            if let Some(writer) = &mut writer {
                writer.write(line, row).await?;
            }
        }
        progress(Step::Read { n_bytes: n_bytes_read.load(Ordering::Relaxed).min(n_bytes) });
    }
    // The rows are all here; whether the file was whole is known only now, so nothing was committed before.
    loaded.notices = match reader.await {
        Ok(read) => read?,
        Err(_) => return Err(Unreadable::Stopped.into()),
    };
    if let Some(writer) = writer {
        loaded.written = Some(writer.finish().await?);
    }
    progress(Step::Closed);
    Ok(loaded)
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

/// The store's side of one file. A table's file is one load; a shift log is two, its arrays and its executions, because a
/// load of the store has one table.
struct Writer<'a> {
    store: &'a Store,
    source: &'a Source,
    /// None before the first row, and between the two tables of a shift log.
    load: Option<(Table, Load)>,
    written: Written,
    affected: &'a mut Affected,
}

impl<'a> Writer<'a> {
    fn new(store: &'a Store, source: &'a Source, affected: &'a mut Affected) -> Self {
        Self { store, source, load: None, written: Written::default(), affected }
    }

    async fn write(&mut self, line: i64, row: Result<Fact, BadField>) -> Result<(), StoreError> {
        let load = self.load_of(match (self.source.form, &row) {
            (Form::Csv(table) | Form::Parquet(table), _) => table,
            (Form::ShiftLog, Ok(Fact::Array(_))) => Table::Arrays,
            (Form::ShiftLog, _) => Table::Executions,
        });
        let load = load.await?;
        match row {
            Ok(fact) => load.push(fact).await,
            Err(bad) => load.quarantine(line, bad).await,
        }
    }

    async fn load_of(&mut self, table: Table) -> Result<&mut Load, StoreError> {
        let load = match self.load.take() {
            Some(open) if open.0 == table => open,
            other => {
                if let Some((_, finished)) = other {
                    self.take_in(finished.finish().await?);
                }
                (table, self.store.begin_load(&self.source.name, table).await?)
            }
        };
        Ok(&mut self.load.insert(load).1)
    }

    async fn finish(mut self) -> Result<Written, StoreError> {
        // A file without a row is a load too: it may once have had bad ones.
        let table = match self.source.form {
            Form::Csv(table) | Form::Parquet(table) => table,
            Form::ShiftLog => Table::Executions,
        };
        self.load_of(table).await?;
        if let Some((_, load)) = self.load.take() {
            self.take_in(load.finish().await?);
        }
        Ok(self.written)
    }

    fn take_in(&mut self, report: LoadReport) {
        self.written.n_new += report.n_new;
        self.written.n_changed += report.n_changed;
        self.written.n_same += report.n_same;
        self.affected.merge(report.affected);
    }
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
            Some(Ok(found)) => writeln!(
                f,
                "findings: {} open; {} new, {} moved, {} resolved, {} reopened",
                found.n_open, found.n_new, found.n_moved, found.n_resolved, found.n_reopened
            ),
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
