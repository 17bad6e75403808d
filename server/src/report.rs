//! Findings and efficiency of a folder of facts as CSV files, without a database.
//!
//! The same door, the same sums and the same spelling of numbers as the pages have, so a notebook and a screen agree. Every
//! file is complete and its order depends on the facts alone.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::decimal;
use domain::efficiency::{self, Metric, ShiftSums, Sums};
use domain::family::Family;
use domain::findings::{self, Finding, Parameters};
use domain::ledger::{Log, Owner};
use domain::time::Instant;

use crate::ingest::{Folder, QuarantinedLine, Unreadable, read_folder};

/// Reads the facts of a folder and writes `findings.csv`, `efficiency_by_shift.csv`, `efficiency_by_week.csv`,
/// `ledger_totals.csv` and, of the rows that did not load, `quarantine.csv` into the folder `out`, which is made if need be.
///
/// Without `now` the folder's `now.txt` counts, else the present. The files replace older ones of their names.
pub fn report(facts_dir: &Path, now: Option<Instant>, out: &Path) -> Result<Report, ReportError> {
    if !facts_dir.is_dir() {
        return Err(ReportError::NoFolder(facts_dir.to_owned()));
    }
    let now = match now {
        Some(now) => now,
        None => now_of(facts_dir)?,
    };
    let Folder { facts, quarantined, broken, files, .. } = read_folder(facts_dir);
    if files.is_empty() && broken.is_empty() {
        return Err(ReportError::NoFacts(facts_dir.to_owned()));
    }
    let log = Log::new(&facts, now);
    let mut found = findings::detect(&log, &Parameters::default());
    found.sort_by_cached_key(|f| (f.span.map(|s| s.start()), f.kind, f.family, f.key()));
    let sums = efficiency::by_shift(&log);

    fs::create_dir_all(out).map_err(|why| ReportError::Write { path: out.to_owned(), why })?;
    let write = |name: &str, header: Vec<&str>, rows: Vec<Vec<String>>| {
        let path = out.join(name);
        write_csv(&path, &header, &rows).map_err(|why| ReportError::Write { path, why })
    };
    write("findings.csv", FINDING_COLUMNS.to_vec(), found.iter().map(finding_row).collect())?;
    write(
        "efficiency_by_shift.csv",
        metric_columns(&["shift_id", "family", "start"]),
        sums.iter().map(shift_row).collect(),
    )?;
    write("efficiency_by_week.csv", metric_columns(&["week", "family"]), week_rows(&sums))?;
    write("ledger_totals.csv", LEDGER_COLUMNS.to_vec(), sums.iter().map(ledger_row).collect())?;
    write("quarantine.csv", QUARANTINE_COLUMNS.to_vec(), quarantined.iter().map(quarantine_row).collect())?;
    Ok(Report {
        now,
        n_files: files.len(),
        n_shifts: facts.shifts.len(),
        n_findings: found.len(),
        n_ledgers: sums.len(),
        quarantined,
        broken,
        out: out.to_owned(),
    })
}

/// What a report was made of.
#[derive(Debug)]
pub struct Report {
    /// The instant it looks from.
    pub now: Instant,
    /// Files that were read.
    pub n_files: usize,
    /// Shifts among the facts: without one no time is allocated, and there is none to explain.
    pub n_shifts: usize,
    /// Rows of findings.csv.
    pub n_findings: usize,
    /// Rows of ledger_totals.csv: shifts times families.
    pub n_ledgers: usize,
    /// Rows that did not load.
    pub quarantined: Vec<QuarantinedLine>,
    /// Files of which nothing was taken.
    pub broken: Vec<(PathBuf, Unreadable)>,
    /// Where the files are.
    pub out: PathBuf,
}

impl Report {
    /// 4 a file was broken, so the report lacks what it held; else 0. Bad rows are part of the report: quarantine.csv.
    pub fn exit_code(&self) -> u8 {
        if self.broken.is_empty() { 0 } else { 4 }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} findings, {} ledgers, from {} files as of {}",
            self.out.display(),
            self.n_findings,
            self.n_ledgers,
            self.n_files,
            self.now
        )?;
        if self.n_shifts == 0 {
            writeln!(f, "the facts hold no shift: without shifts there are no ledgers, no gaps and no efficiency")?;
        }
        for (path, why) in &self.broken {
            writeln!(f, "{}: not read: {why}", path.display())?;
        }
        if !self.quarantined.is_empty() {
            writeln!(f, "{} rows did not load; quarantine.csv lists them, the first is", self.quarantined.len())?;
        }
        self.quarantined.first().map_or(Ok(()), |first| writeln!(f, "  {first}"))
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Not a folder.
    #[error("{}: there is no such folder", .0.display())]
    NoFolder(PathBuf),
    /// A folder without a known file.
    #[error("{}: it holds no facts; they are files called shifts.csv, executions.csv and so on, or a shift log in JSON", .0.display())]
    NoFacts(PathBuf),
    /// now.txt says something else than a time.
    #[error("{}: it must hold one time, as 2022-03-12T21:00:00Z, and holds {found:?}", path.display())]
    NotANow {
        /// The file.
        path: PathBuf,
        /// The beginning of what it holds.
        found: String,
    },
    /// A file that cannot be read.
    #[error("{}: it cannot be read: {why}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// A file or folder that cannot be written.
    #[error("{}: it cannot be written: {why}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// The system's clock is before 1970 or after 9999.
    #[error("the clock of this machine shows no usable time; give one with --now")]
    NoClock,
}

const FINDING_COLUMNS: [&str; 11] =
    ["type", "class", "family", "shift_id", "start", "end", "duration_h", "priority", "tags", "comment", "key"];

fn finding_row(finding: &Finding) -> Vec<String> {
    let (start, end) = finding.span.map_or_else(Default::default, |s| (s.start().to_string(), s.end().to_string()));
    vec![
        finding.kind.to_string(),
        finding.kind.class().to_string(),
        Family::label_of(finding.family).to_owned(),
        finding.shift.as_ref().map(ToString::to_string).unwrap_or_default(),
        start,
        end,
        decimal::hours4(finding.span.map_or(0, |span| span.seconds())),
        finding.priority.to_string(),
        finding.tags.clone(),
        finding.comment.clone(),
        finding.key().to_string(),
    ]
}

/// The columns of a table of metrics: what its rows are about, then the 19 labels.
fn metric_columns(about: &[&'static str]) -> Vec<&'static str> {
    about.iter().copied().chain(Metric::ALL.iter().map(|metric| metric.label())).collect()
}

fn metrics(sums: &Sums) -> impl Iterator<Item = String> + '_ {
    Metric::ALL.iter().map(|metric| metric.text(sums))
}

fn shift_row(shift: &ShiftSums) -> Vec<String> {
    let about = [shift.shift.to_string(), shift.family.to_string(), shift.start.to_string()];
    about.into_iter().chain(metrics(&shift.sums)).collect()
}

/// One row for each ISO week and family that has a shift, then one for each family over all weeks.
fn week_rows(sums: &[ShiftSums]) -> Vec<Vec<String>> {
    let mut weeks: BTreeMap<(Week, Family), Sums> = BTreeMap::new();
    for shift in sums {
        let (year, week) = shift.start.iso_week();
        *weeks.entry((Week::Iso { year, week }, shift.family)).or_default() += shift.sums;
        *weeks.entry((Week::All, shift.family)).or_default() += shift.sums;
    }
    let row = |((week, family), sums): (&(Week, Family), &Sums)| {
        [week.to_string(), family.to_string()].into_iter().chain(metrics(sums)).collect()
    };
    weeks.iter().map(row).collect()
}

/// The window of a row, in the order of the rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Week {
    Iso { year: i32, week: u32 },
    All,
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Iso { year, week } => write!(f, "{year:04}-W{week:02}"),
            Self::All => f.write_str("all"),
        }
    }
}

/// Seconds per owner in the order of [`Owner::ALL`], between the shift's length and the counts.
const LEDGER_COLUMNS: [&str; 23] = [
    "shift_id",
    "family",
    "start",
    "end",
    "shift",
    "pi_pass",
    "pi_pending",
    "pi_semipass",
    "pi_fail",
    "pi_none",
    "cal_success",
    "cal_other",
    "test",
    "weather",
    "technical",
    "scheduling",
    "handover",
    "idle",
    "undetermined",
    "n_pass",
    "n_pending",
    "n_semipass",
    "n_fail",
];

fn ledger_row(shift: &ShiftSums) -> Vec<String> {
    let sums = &shift.sums;
    let mut cells =
        vec![shift.shift.to_string(), shift.family.to_string(), shift.start.to_string(), shift.end.to_string()];
    cells.push(sums.shift_s().to_string());
    cells.extend(Owner::ALL.iter().map(|&owner| sums.seconds(owner).to_string()));
    let counts = [sums.undetermined_s, sums.n_pass, sums.n_pending, sums.n_semipass, sums.n_fail];
    cells.extend(counts.map(|count| count.to_string()));
    cells
}

const QUARANTINE_COLUMNS: [&str; 5] = ["file", "line", "column", "value", "why"];

fn quarantine_row(row: &QuarantinedLine) -> Vec<String> {
    vec![row.file.clone(), row.line.to_string(), row.bad.column.to_owned(), row.bad.value.clone(), row.bad.why.clone()]
}

fn write_csv(path: &Path, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let mut csv = csv::Writer::from_path(path)?;
    csv.write_record(header)?;
    for row in rows {
        csv.write_record(row)?;
    }
    csv.flush()
}

fn now_of(facts_dir: &Path) -> Result<Instant, ReportError> {
    let path = facts_dir.join("now.txt");
    match fs::read_to_string(&path) {
        Ok(text) => Instant::parse(text.trim())
            .map_err(|_| ReportError::NotANow { path, found: text.chars().take(40).collect() }),
        Err(why) if why.kind() == io::ErrorKind::NotFound => present().ok_or(ReportError::NoClock),
        Err(why) => Err(ReportError::Read { path, why }),
    }
}

/// The present, as this machine's clock has it.
fn present() -> Option<Instant> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    chrono::DateTime::from_timestamp(i64::try_from(since_1970.as_secs()).ok()?, 0)?.try_into().ok()
}
