//! A report: the figures of a window as they were known when it was made, and what has changed in them since.
//!
//! It holds what was printed and not what it was computed from, so that it can be read when every formula is another one.

use serde::{Deserialize, Serialize};

use crate::time::{DAY_S, HOUR_S, Instant, Interval};
use crate::triage::filter::Week;

/// What a report says, as it was printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The window as addresses spell it: `2022-W10`.
    pub window: String,
    /// The same as a heading: `Week 2022-W10`.
    pub title: String,
    /// The time of the window.
    pub interval: Interval,
    /// When it was made.
    pub made: Instant,
    /// When the log had been looked at last; `None` when never.
    pub as_of: Option<Instant>,
    /// The columns: the families, and then all together.
    pub columns: Vec<Column>,
    /// The numbers, each with a cell for each column.
    pub rows: Vec<Row>,
    /// Why numbers could still change, in sentences.
    pub reasons: Vec<String>,
    /// The notes on the time, in sentences.
    pub notes: Vec<String>,
}

/// Whose figures stand in a column, and who had each of its seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// `12M ARRAY`.
    pub label: String,
    /// How many shifts it sums.
    pub n_shifts: i64,
    /// All its time \[h\], 3 decimals.
    pub hours: String,
    /// Each owner with its time \[h\], 3 decimals; they add up to all of it as printed.
    pub owners: Vec<(String, String)>,
}

impl Report {
    /// `2022-03-07 00:00:00 to 2022-03-14 00:00:00 UTC`.
    pub fn time(&self) -> String {
        format!("{} to {} UTC", self.interval.start().for_people(), self.interval.end().for_people())
    }

    /// When it was made, of which log: a sentence.
    pub fn made_words(&self) -> String {
        let as_of = self.as_of.map(|at| format!(", from the log as of {} UTC", at.for_people())).unwrap_or_default();
        format!("Made {} UTC{as_of}.", self.made.for_people())
    }
}

impl Column {
    /// `19 shifts`.
    pub fn shifts(&self) -> String {
        format!("{} shift{}", self.n_shifts, if self.n_shifts == 1 { "" } else { "s" })
    }

    /// `143.621 h = 0.609 Handover + …`: who had each second. `None` without a shift.
    pub fn sum(&self) -> Option<String> {
        let parts = self.owners.iter().map(|(owner, hours)| format!("{hours} {owner}"));
        (self.n_shifts > 0).then(|| format!("{} h = {}", self.hours, parts.collect::<Vec<_>>().join(" + ")))
    }
}

/// A window in the name of a file: letters, digits and dashes.
pub fn in_a_file_name(window: &str) -> String {
    window.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// A number, what it meant, and its figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The exact label: `HANDOVER [hrs]`.
    pub label: String,
    /// The formula in words.
    pub formula: String,
    /// The version of the definition.
    pub version: u32,
    /// A cell for each column.
    pub cells: Vec<Cell>,
}

/// The figures of a number in a column, as they are printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// In the window.
    pub value: String,
    /// In the window before.
    pub before: String,
    /// The difference of the two.
    pub change: String,
}

/// A figure that is another one by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number's label.
    pub number: String,
    /// The column's label.
    pub column: String,
    /// As reported.
    pub reported: String,
    /// As known now; `None` where the number or the column is no longer made.
    pub known: Option<String>,
    /// Whether the number was defined otherwise then.
    pub redefined: bool,
}

/// The figures that are others than those reported, in the order of the report.
pub fn differences(reported: &Report, known: &Report) -> Vec<Difference> {
    let cells = reported.rows.iter().flat_map(|row| {
        let columns = reported.columns.iter().zip(&row.cells);
        columns.map(move |(column, cell)| (row, column, cell))
    });
    let difference = |(row, column, cell): (&Row, &Column, &Cell)| {
        let row_now = known.rows.iter().find(|now| now.label == row.label);
        let at = known.columns.iter().position(|now| now.label == column.label);
        let value = row_now.zip(at).and_then(|(now, at)| now.cells.get(at)).map(|cell| cell.value.clone());
        (value.as_ref() != Some(&cell.value)).then(|| Difference {
            number: row.label.clone(),
            column: column.label.clone(),
            reported: cell.value.clone(),
            known: value,
            redefined: row_now.is_some_and(|now| now.version != row.version),
        })
    };
    cells.filter_map(difference).collect()
}

/// When the weekly report is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Monday is 1, Sunday 7.
    pub weekday: u8,
    /// The hour of that day, UTC, 0 to 23.
    pub hour: u8,
}

/// Why a schedule is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSchedule {
    /// No such day.
    #[error("it is 1 for Monday to 7 for Sunday")]
    Weekday,
    /// No such hour.
    #[error("it is an hour of UTC, 0 to 23")]
    Hour,
}

impl Schedule {
    /// A day and an hour of the week.
    pub fn new(weekday: i64, hour: i64) -> Result<Self, NoSchedule> {
        let weekday = u8::try_from(weekday).ok().filter(|day| (1..=7).contains(day)).ok_or(NoSchedule::Weekday)?;
        let hour = u8::try_from(hour).ok().filter(|hour| *hour < 24).ok_or(NoSchedule::Hour)?;
        Ok(Self { weekday, hour })
    }

    /// The last time at or before an instant at which a report was due; `None` at the calendar's edges.
    pub fn last_due(self, now: Instant) -> Option<Instant> {
        let week = Week::of(now)?.interval()?;
        let due = week.start().plus(i64::from(self.weekday - 1) * DAY_S + i64::from(self.hour) * HOUR_S);
        Some(if due <= now { due } else { due.plus(-7 * DAY_S) })
    }
}

/// The week that a report due at that time is about: the last one that was over.
pub fn reported_week(due: Instant) -> Option<Week> {
    let this = Week::of(due)?.interval()?;
    Week::of(this.start().plus(-1))
}

/// An address that reports are mailed to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

/// The most characters of an address (RFC 5321).
pub const MAIL_ADDRESS_MAX_CHARS: usize = 254;

/// Why a text is no address for mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoMailAddress {
    /// Too long.
    #[error("it has more than {MAIL_ADDRESS_MAX_CHARS} characters")]
    Long,
    /// Not of the form.
    #[error("it is not of the form name@observatory.example")]
    Form,
}

impl std::str::FromStr for MailAddress {
    type Err = NoMailAddress;

    /// Takes the addresses that people have, and none of the quoted forms that nobody has. Case is kept.
    fn from_str(text: &str) -> Result<Self, NoMailAddress> {
        let text = text.trim();
        if text.chars().count() > MAIL_ADDRESS_MAX_CHARS {
            return Err(NoMailAddress::Long);
        }
        let (name, host) = text.rsplit_once('@').ok_or(NoMailAddress::Form)?;
        let in_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
        let dotted = |text: &str| text.split('.').all(|label| !label.is_empty());
        let in_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        let is_one = name.len() <= 64
            && name.chars().all(in_name)
            && dotted(name)
            && host.chars().all(in_host)
            && dotted(host)
            && host.split('.').all(|label| !label.starts_with('-') && !label.ends_with('-') && label.len() <= 63);
        if is_one { Ok(Self(text.to_owned())) } else { Err(NoMailAddress::Form) }
    }
}

impl TryFrom<String> for MailAddress {
    type Error = NoMailAddress;

    fn try_from(text: String) -> Result<Self, NoMailAddress> {
        text.parse()
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

impl std::fmt::Display for MailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How long to wait before a mail is tried again after so many tries \[s\]; `None` when it is given up, after some ten hours.
pub fn retry_after_s(tries: u32) -> Option<i64> {
    // 1 min, 4, 16, 64, 256 min, and then no more.
    (tries <= 5).then(|| 60 * 4_i64.pow(tries.saturating_sub(1)))
}
