//! Facts: what the observatory wrote down, one struct per table of the log.
//!
//! A value here has passed the door ([`rows`] for CSV and Parquet, [`shift_log`] for ALMA's JSON): its id is legal, its words
//! are known, its numbers are finite. What the log may get wrong and Shiftdesk reports instead of refusing (a shift or an
//! execution whose times are missing or reversed) is still possible, and is an `Option` or a plain pair.

pub mod block_list;
pub mod rows;
pub mod shift_log;

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::family::{Families, Family};
use crate::labelled::labelled;
use crate::time::Instant;

/// The name a fact has in the log: 1 to 256 bytes, not only blanks, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

/// The longest id \[bytes\] (our own limit; ALMA's are some 30).
pub const ID_MAX_BYTES: usize = 256;

/// Why a text is not an [`Id`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalId {
    /// Nothing there, or blanks only.
    #[error("missing id")]
    Missing,
    /// Longer than [`ID_MAX_BYTES`].
    #[error("illegal id: longer than 256 bytes")]
    TooLong,
    /// A line break, a NUL or another control character.
    #[error("illegal id: it has a control character")]
    ControlCharacter,
}

impl Id {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Id {
    type Error = IllegalId;
    fn try_from(text: String) -> Result<Self, IllegalId> {
        if text.trim().is_empty() {
            Err(IllegalId::Missing)
        } else if text.len() > ID_MAX_BYTES {
            Err(IllegalId::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(IllegalId::ControlCharacter)
        } else {
            Ok(Self(text))
        }
    }
}

impl std::str::FromStr for Id {
    type Err = IllegalId;
    fn from_str(text: &str) -> Result<Self, IllegalId> {
        Self::try_from(text.to_owned())
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

labelled! {
    /// What a shift is for.
    ShiftKind, "shift kind" {
        /// Science operations: the only kind with a ledger.
        Sciops = "SCIOPS",
        /// Extension and Optimization of Capabilities.
        Eoc = "EOC",
        /// Engineering.
        Engineering = "ENGINEERING",
    }
}

labelled! {
    /// What an array was declared for.
    Activity, "array activity" {
        /// Observing for principal investigators.
        PiScience = "PI science",
        /// Observatory calibration.
        Calibration = "Calibration",
        /// Tests.
        Testing = "Testing",
        /// Extension and Optimization of Capabilities.
        Eoc = "EOC",
        /// Engineering, antenna integration and whatever else the log names.
        Engineering = "Engineering",
    }
}

labelled! {
    /// Why an execution ran.
    Purpose, "purpose" {
        /// For a principal investigator's project.
        Pi = "PI",
        /// To calibrate the observatory.
        Calibration = "CALIBRATION",
        /// To test.
        Test = "TEST",
    }
}

labelled! {
    /// How an execution ended.
    Status, "execution status" {
        /// It ran to its end.
        Success = "SUCCESS",
        /// It failed.
        Fail = "FAIL",
        /// Somebody stopped it.
        Aborted = "ABORTED",
        /// It has not ended.
        Running = "RUNNING",
    }
}

labelled! {
    /// Quality assessment, level 0: was this execution good data? ALMA's `Unset` reads as `Pending`.
    Qa0, "QA0" {
        /// Good.
        Pass = "Pass",
        /// Not yet judged.
        Pending = "Pending",
        /// Partly good.
        SemiPass = "SemiPass",
        /// Not good.
        Fail = "Fail",
    }
}

labelled! {
    /// Why an array stood still.
    DowntimeKind, "downtime kind" {
        /// Weather.
        Weather = "WEATHER",
        /// Something broke.
        Technical = "TECHNICAL",
        /// Nothing could be scheduled.
        Scheduling = "SCHEDULING",
    }
}

/// A block of array time of one kind. Its times are as written: missing or reversed ones become a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// `shift_id`
    pub id: Id,
    /// What it is for.
    pub kind: ShiftKind,
    /// The families it allocates, at least one.
    pub families: Families,
    /// When it began.
    pub start: Option<Instant>,
    /// When it ended; none while it runs.
    pub end: Option<Instant>,
    /// When it was to begin.
    pub planned_start: Option<Instant>,
    /// When it was to end.
    pub planned_end: Option<Instant>,
    /// Astronomer on duty.
    pub aod: String,
}

/// Antennas combined for some time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Array {
    /// `array_id`
    pub id: Id,
    /// Its family.
    pub family: Family,
    /// What it was declared for.
    pub activity: Activity,
    /// When it was made.
    pub created: Option<Instant>,
    /// When it was dissolved, not before `created`.
    pub destroyed: Option<Instant>,
    /// How many antennas, or their names; as written.
    pub antennas: String,
    /// Receiver bands, `;` between them; as written.
    pub bands: String,
}

/// One run of a Scheduling Block, or of a manual activity, on an array.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    /// `eb_uid`
    pub id: Id,
    /// The Scheduling Block; empty for a manual activity.
    pub sb_uid: String,
    /// Its name.
    pub sb_name: String,
    /// `2021.1.01234.S`, or empty.
    pub project_code: String,
    /// The array it ran on, or empty.
    pub array_id: String,
    /// Its own column; when `None` the array's family counts.
    pub family: Option<Family>,
    /// Receiver band, 1 to 10.
    pub band: Option<u8>,
    /// Why it ran.
    pub purpose: Purpose,
    /// How it ended.
    pub status: Status,
    /// QA0, if it was or is to be judged.
    pub qa0: Option<Qa0>,
    /// When it began.
    pub start: Option<Instant>,
    /// When it ended.
    pub end: Option<Instant>,
    /// What it looked at, or did.
    pub subject: String,
    /// The fault ticket, or empty.
    pub ticket: String,
}

/// Time in which an array could not observe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Downtime {
    /// `downtime_id`
    pub id: Id,
    /// Why.
    pub kind: DowntimeKind,
    /// The families it stopped; all three when the log names none.
    pub families: Families,
    /// When it began.
    pub start: Instant,
    /// When it ended, not before `start`; `None` when nobody closed it.
    pub end: Option<Instant>,
    /// What happened.
    pub comment: String,
    /// The fault ticket, or empty.
    pub ticket: String,
}

/// A principal investigator's project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// `project_code`
    pub id: Id,
    /// Its title.
    pub title: String,
    /// Executive: EA, EU, NA, CL.
    pub executive: String,
    /// Grade: A, B, C.
    pub grade: String,
    /// 1 is best.
    pub science_rank: Option<i32>,
    /// Observing cycle, `2021.1`.
    pub cycle: String,
    /// State of its life, such as `InProgress`.
    pub state: String,
}

/// The instructions of one observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchedulingBlock {
    /// `sb_uid`
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its project.
    pub project_code: String,
    /// `TWELVE-M`, `SEVEN-M` or `TP` in the table.
    pub array: Option<Family>,
    /// Receiver band, 1 to 10.
    pub band: Option<u8>,
    /// Representative frequency \[GHz\].
    pub rep_freq_ghz: Option<f64>,
    /// Right ascension, ICRS \[deg\].
    pub ra_deg: Option<f64>,
    /// Declination, ICRS \[deg\], −90 to 90.
    pub dec_deg: Option<f64>,
    /// The most water vapour it may be observed with \[mm\].
    pub max_pwv_mm: Option<f64>,
    /// Angular resolution asked for \[arcsec\].
    pub ar_arcsec: Option<f64>,
    /// Largest angular scale \[arcsec\].
    pub las_arcsec: Option<f64>,
    /// Finest resolution allowed \[arcsec\].
    pub min_ar_arcsec: Option<f64>,
    /// Coarsest resolution allowed \[arcsec\].
    pub max_ar_arcsec: Option<f64>,
    /// Executions asked for.
    pub exec_count: Option<i32>,
    /// Estimated time of one execution \[h\], not negative.
    pub est_time_h: Option<f64>,
    /// State of its life, such as `Ready`.
    pub state: String,
    /// Observe not before.
    pub window_start: Option<Instant>,
    /// Observe before; not before `window_start`.
    pub window_end: Option<Instant>,
    /// Whether it is a polarization observation.
    pub is_polarization: Option<bool>,
    /// Whether its target is a point source.
    pub is_point_source: Option<bool>,
    /// A remark.
    pub note: String,
}

/// A named arrangement of the 12 m antennas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Configuration {
    /// `name`: `C-1`
    pub id: Id,
    /// Angular resolution at 100 GHz \[arcsec\].
    pub ar_100ghz_arcsec: Option<f64>,
    /// Maximum recoverable scale at 100 GHz \[arcsec\].
    pub mrs_100ghz_arcsec: Option<f64>,
    /// Longest baseline \[km\].
    pub longest_baseline_km: Option<f64>,
    /// How many antennas.
    pub antennas: Option<i32>,
}

/// When which configuration is planned. Identified by start, configuration and revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduledConfiguration {
    /// From.
    pub start: Instant,
    /// To; not before `start`.
    pub end: Instant,
    /// The configuration's name.
    pub configuration: Id,
    /// Sidereal times it is good for, from \[h\].
    pub lst_from_h: Option<f64>,
    /// Sidereal times it is good for, to \[h\].
    pub lst_to_h: Option<f64>,
    /// Which revision of the schedule says so.
    pub revision: i32,
}

/// One measurement of the air over the site. Identified by its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// When.
    pub time: Instant,
    /// Precipitable water vapour \[mm\], not negative.
    pub pwv_mm: Option<f64>,
    /// Root mean square of the phase \[deg\].
    pub phase_rms_deg: Option<f64>,
    /// Wind speed \[m/s\].
    pub wind_m_s: Option<f64>,
}

/// The facts that ledger and findings are made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Every id at most once, in any order; the same holds for the other tables.
    pub shifts: Vec<Shift>,
    /// The arrays.
    pub arrays: Vec<Array>,
    /// The executions.
    pub executions: Vec<Execution>,
    /// The downtimes.
    pub downtimes: Vec<Downtime>,
}

/// One good row of any table.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A row of `shifts`.
    Shift(Shift),
    /// A row of `arrays`.
    Array(Array),
    /// A row of `executions`.
    Execution(Execution),
    /// A row of `downtimes`.
    Downtime(Downtime),
    /// A row of `projects`.
    Project(Project),
    /// A row of `scheduling_blocks`.
    SchedulingBlock(SchedulingBlock),
    /// A row of `configurations`.
    Configuration(Configuration),
    /// A row of `configuration_schedule`.
    ScheduledConfiguration(ScheduledConfiguration),
    /// A row of `conditions`.
    Conditions(Conditions),
}

/// A project code as ALMA gives them: `2021.1.01234.S`, or `2021.A.01234.T` (domain.md §4, type 20).
pub fn is_pi_code(code: &str) -> bool {
    let mut parts = code.as_bytes().split(|&b| b == b'.');
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    match [(); 5].map(|()| parts.next()) {
        [Some(year), Some(period), Some(number), Some(letter), None] => {
            year.len() == 4
                && year.starts_with(b"20")
                && digits(year)
                && matches!(period, [b'1'..=b'9' | b'A'])
                && number.len() == 5
                && digits(number)
                && matches!(letter, [b'A'..=b'Z'])
        }
        _ => false,
    }
}

/// The rows of the four tables that make [`Facts`]; of several rows with one id the last counts (domain.md §2). Rows of other
/// tables are passed over.
impl FromIterator<Fact> for Facts {
    fn from_iter<I: IntoIterator<Item = Fact>>(rows: I) -> Self {
        let mut facts = Self::default();
        for row in rows {
            match row {
                Fact::Shift(shift) => facts.shifts.push(shift),
                Fact::Array(array) => facts.arrays.push(array),
                Fact::Execution(execution) => facts.executions.push(execution),
                Fact::Downtime(downtime) => facts.downtimes.push(downtime),
                _ => {}
            }
        }
        keep_last(&mut facts.shifts, |shift| &shift.id);
        keep_last(&mut facts.arrays, |array| &array.id);
        keep_last(&mut facts.executions, |execution| &execution.id);
        keep_last(&mut facts.downtimes, |downtime| &downtime.id);
        facts
    }
}

fn keep_last<T>(rows: &mut Vec<T>, id: impl Fn(&T) -> &Id) {
    let last: HashMap<Id, usize> = rows.iter().enumerate().map(|(at, row)| (id(row).clone(), at)).collect();
    let mut at = 0;
    rows.retain(|row| {
        at += 1;
        last.get(id(row)) == Some(&(at - 1))
    });
}
