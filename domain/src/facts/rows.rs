//! The door for tables: fields of one CSV or Parquet row in, a [`Fact`] or the reason why not out.
//!
//! The first bad field in column order is named. Fields are taken as they stand: nothing is trimmed, nothing is guessed.

use super::{
    Array, Conditions, Configuration, Downtime, Execution, Fact, Id, Project, Qa0, ScheduledConfiguration,
    SchedulingBlock, Shift,
};
use crate::family::{Families, Family};
use crate::labelled::labelled;
use crate::time::Instant;

labelled! {
    /// The nine tables of the log; the label is the name of the file before `.csv` or `.parquet`.
    Table, "table" {
        /// Shifts.
        Shifts = "shifts",
        /// Arrays.
        Arrays = "arrays",
        /// Executions.
        Executions = "executions",
        /// Downtimes.
        Downtimes = "downtimes",
        /// Projects.
        Projects = "projects",
        /// Scheduling Blocks.
        SchedulingBlocks = "scheduling_blocks",
        /// Array configurations.
        Configurations = "configurations",
        /// When which configuration is planned.
        ConfigurationSchedule = "configuration_schedule",
        /// Weather.
        Conditions = "conditions",
    }
}

impl Table {
    /// The columns, in the order in which [`read`] takes the fields.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Shifts => {
                &["shift_id", "kind", "array_families", "start", "end", "planned_start", "planned_end", "aod"]
            }
            Self::Arrays => &["array_id", "array_family", "activity", "created", "destroyed", "antennas", "bands"],
            Self::Executions => &[
                "eb_uid",
                "sb_uid",
                "sb_name",
                "project_code",
                "array_id",
                "array_family",
                "band",
                "purpose",
                "status",
                "qa0",
                "start",
                "end",
                "subject",
                "ticket",
            ],
            Self::Downtimes => &["downtime_id", "kind", "array_families", "start", "end", "comment", "ticket"],
            Self::Projects => &["project_code", "title", "executive", "grade", "science_rank", "cycle", "state"],
            Self::SchedulingBlocks => &[
                "sb_uid",
                "sb_name",
                "project_code",
                "array",
                "band",
                "rep_freq_ghz",
                "ra_deg",
                "dec_deg",
                "max_pwv_mm",
                "ar_arcsec",
                "las_arcsec",
                "min_ar_arcsec",
                "max_ar_arcsec",
                "exec_count",
                "est_time_h",
                "state",
                "window_start",
                "window_end",
                "is_polarization",
                "is_point_source",
                "note",
            ],
            Self::Configurations => {
                &["name", "ar_100ghz_arcsec", "mrs_100ghz_arcsec", "longest_baseline_km", "antennas"]
            }
            Self::ConfigurationSchedule => &["start", "end", "configuration", "lst_from_h", "lst_to_h", "revision"],
            Self::Conditions => &["time", "pwv_mm", "phase_rms_deg", "wind_m_s"],
        }
    }
}

/// Why a row does not load: what the quarantine shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadField {
    /// The column, or empty when the whole row is wrong.
    pub column: &'static str,
    /// The field as it stood, shortened to 80 characters; bytes that are no UTF-8 appear as `\u{fffd}`.
    pub value: String,
    /// A sentence for whoever has to mend the row.
    pub why: String,
}

/// The longest field \[bytes\] that loads (domain.md §2).
pub const FIELD_MAX_BYTES: usize = 65_536;
/// The longest value that a quarantined row shows \[characters\], three of them dots.
const SHOWN_CHARS: usize = 80;

impl BadField {
    fn new(column: &'static str, value: &[u8], why: impl Into<String>) -> Self {
        let text = String::from_utf8_lossy(value);
        let value = if text.chars().count() > SHOWN_CHARS {
            text.chars().take(SHOWN_CHARS - 3).chain("...".chars()).collect()
        } else {
            text.into_owned()
        };
        // PostgreSQL has no NUL in text; the picture of it says the same.
        Self { column, value: value.replace('\0', "\u{2400}"), why: why.into() }
    }

    /// A row with too few or too many fields.
    pub fn wrong_number(table: Table, found: usize) -> Self {
        let expected = table.columns().len();
        Self::new("", b"", format!("wrong number of fields: {found} where the header has {expected}"))
    }
}

/// Reads one row; `fields` in the order of [`Table::columns`].
pub fn read(table: Table, fields: &[&[u8]]) -> Result<Fact, BadField> {
    let columns = table.columns();
    if fields.len() != columns.len() {
        return Err(BadField::wrong_number(table, fields.len()));
    }
    let mut texts = Vec::with_capacity(fields.len());
    for (&column, &field) in columns.iter().zip(fields) {
        if field.len() > FIELD_MAX_BYTES {
            return Err(BadField::new(column, field, "field longer than 65536 bytes"));
        }
        let Ok(text) = std::str::from_utf8(field) else {
            return Err(BadField::new(column, field, "not UTF-8"));
        };
        if text.contains('\0') {
            return Err(BadField::new(column, field, "it has a NUL character, which is no text"));
        }
        texts.push(text);
    }
    let row = Row { columns, texts: &texts };
    Ok(match table {
        Table::Shifts => Fact::Shift(shift(row)?),
        Table::Arrays => Fact::Array(array(row)?),
        Table::Executions => Fact::Execution(execution(row)?),
        Table::Downtimes => Fact::Downtime(downtime(row)?),
        Table::Projects => Fact::Project(project(row)?),
        Table::SchedulingBlocks => Fact::SchedulingBlock(scheduling_block(row)?),
        Table::Configurations => Fact::Configuration(configuration(row)?),
        Table::ConfigurationSchedule => Fact::ScheduledConfiguration(scheduled_configuration(row)?),
        Table::Conditions => Fact::Conditions(conditions(row)?),
    })
}

fn shift(row: Row<'_>) -> Result<Shift, BadField> {
    let shift = Shift {
        id: row.id("shift_id")?,
        kind: row.word("kind")?,
        families: row.families("array_families")?,
        start: row.time("start")?,
        end: row.time("end")?,
        planned_start: row.time("planned_start")?,
        planned_end: row.time("planned_end")?,
        aod: row.text("aod"),
    };
    if shift.families.is_empty() {
        return Err(row.bad("array_families", "a shift allocates at least one family"));
    }
    Ok(shift)
}

fn array(row: Row<'_>) -> Result<Array, BadField> {
    let array = Array {
        id: row.id("array_id")?,
        family: row.required("array_family", Row::family)?,
        activity: row.word("activity")?,
        created: row.time("created")?,
        destroyed: row.time("destroyed")?,
        antennas: row.text("antennas"),
        bands: row.text("bands"),
    };
    row.in_order("destroyed", array.created, array.destroyed, "it ends before it starts")?;
    Ok(array)
}

fn execution(row: Row<'_>) -> Result<Execution, BadField> {
    Ok(Execution {
        id: row.id("eb_uid")?,
        sb_uid: row.text("sb_uid"),
        sb_name: row.text("sb_name"),
        project_code: row.text("project_code"),
        array_id: row.text("array_id"),
        family: row.own_family("array_family")?,
        band: row.band("band")?,
        purpose: row.word("purpose")?,
        status: row.word("status")?,
        qa0: row.qa0("qa0")?,
        start: row.time("start")?,
        end: row.time("end")?,
        subject: row.text("subject"),
        ticket: row.text("ticket"),
    })
}

fn downtime(row: Row<'_>) -> Result<Downtime, BadField> {
    let named = (row.id("downtime_id")?, row.word("kind")?, row.families("array_families")?);
    let (id, kind, families) = named;
    let downtime = Downtime {
        id,
        kind,
        families: if families.is_empty() { Families::ALL } else { families },
        start: row.required("start", Row::time)?,
        end: row.time("end")?,
        comment: row.text("comment"),
        ticket: row.text("ticket"),
    };
    row.in_order("end", Some(downtime.start), downtime.end, "it ends before it starts")?;
    Ok(downtime)
}

fn project(row: Row<'_>) -> Result<Project, BadField> {
    Ok(Project {
        id: row.id("project_code")?,
        title: row.text("title"),
        executive: row.text("executive"),
        grade: row.text("grade"),
        science_rank: row.whole("science_rank")?,
        cycle: row.text("cycle"),
        state: row.text("state"),
    })
}

fn scheduling_block(row: Row<'_>) -> Result<SchedulingBlock, BadField> {
    let block = SchedulingBlock {
        id: row.id("sb_uid")?,
        name: row.text("sb_name"),
        project_code: row.text("project_code"),
        array: row.sb_array("array")?,
        band: row.band("band")?,
        rep_freq_ghz: row.not_negative("rep_freq_ghz")?,
        ra_deg: row.within("ra_deg", 0.0, 360.0)?,
        dec_deg: row.within("dec_deg", -90.0, 90.0)?,
        max_pwv_mm: row.not_negative("max_pwv_mm")?,
        ar_arcsec: row.not_negative("ar_arcsec")?,
        las_arcsec: row.not_negative("las_arcsec")?,
        min_ar_arcsec: row.not_negative("min_ar_arcsec")?,
        max_ar_arcsec: row.not_negative("max_ar_arcsec")?,
        exec_count: row.whole("exec_count")?,
        est_time_h: row.not_negative("est_time_h")?,
        state: row.text("state"),
        window_start: row.time("window_start")?,
        window_end: row.time("window_end")?,
        is_polarization: row.yes_no("is_polarization")?,
        is_point_source: row.yes_no("is_point_source")?,
        note: row.text("note"),
    };
    row.in_order("window_end", block.window_start, block.window_end, "the window ends before it starts")?;
    Ok(block)
}

fn configuration(row: Row<'_>) -> Result<Configuration, BadField> {
    Ok(Configuration {
        id: row.id("name")?,
        ar_100ghz_arcsec: row.not_negative("ar_100ghz_arcsec")?,
        mrs_100ghz_arcsec: row.not_negative("mrs_100ghz_arcsec")?,
        longest_baseline_km: row.not_negative("longest_baseline_km")?,
        antennas: row.whole("antennas")?,
    })
}

fn scheduled_configuration(row: Row<'_>) -> Result<ScheduledConfiguration, BadField> {
    let scheduled = ScheduledConfiguration {
        start: row.required("start", Row::time)?,
        end: row.required("end", Row::time)?,
        configuration: row.id("configuration")?,
        lst_from_h: row.within("lst_from_h", 0.0, 24.0)?,
        lst_to_h: row.within("lst_to_h", 0.0, 24.0)?,
        revision: row.whole("revision")?.unwrap_or(0),
    };
    row.in_order("end", Some(scheduled.start), Some(scheduled.end), "it ends before it starts")?;
    Ok(scheduled)
}

fn conditions(row: Row<'_>) -> Result<Conditions, BadField> {
    Ok(Conditions {
        time: row.required("time", Row::time)?,
        pwv_mm: row.not_negative("pwv_mm")?,
        phase_rms_deg: row.not_negative("phase_rms_deg")?,
        wind_m_s: row.not_negative("wind_m_s")?,
    })
}

/// A row whose fields are text: each reader takes a column by name and names it when its field is bad.
#[derive(Clone, Copy)]
struct Row<'a> {
    columns: &'static [&'static str],
    texts: &'a [&'a str],
}

impl Row<'_> {
    fn field(&self, column: &'static str) -> &str {
        self.columns.iter().position(|&c| c == column).map_or("", |at| self.texts[at])
    }

    fn bad(&self, column: &'static str, why: impl Into<String>) -> BadField {
        BadField::new(column, self.field(column).as_bytes(), why)
    }

    fn text(&self, column: &'static str) -> String {
        self.field(column).to_owned()
    }

    fn id(&self, column: &'static str) -> Result<Id, BadField> {
        self.field(column).parse().map_err(|why: super::IllegalId| self.bad(column, why.to_string()))
    }

    /// One of an enum's labels; an empty field is none of them.
    fn word<T: std::str::FromStr<Err = crate::labelled::UnknownLabel>>(
        &self,
        column: &'static str,
    ) -> Result<T, BadField> {
        self.field(column).parse().map_err(|unknown: crate::labelled::UnknownLabel| {
            let why =
                if self.field(column).is_empty() { format!("missing {}", unknown.what) } else { unknown.to_string() };
            self.bad(column, why)
        })
    }

    fn required<T>(
        &self,
        column: &'static str,
        read: impl Fn(&Self, &'static str) -> Result<Option<T>, BadField>,
    ) -> Result<T, BadField> {
        read(self, column)?.ok_or_else(|| self.bad(column, format!("missing {}", column.replace('_', " "))))
    }

    fn optional<T, E: ToString>(
        &self,
        column: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, BadField> {
        match self.field(column) {
            "" => Ok(None),
            text => read(text).map(Some).map_err(|why| self.bad(column, why.to_string())),
        }
    }

    fn time(&self, column: &'static str) -> Result<Option<Instant>, BadField> {
        self.optional(column, Instant::parse)
    }

    fn family(&self, column: &'static str) -> Result<Option<Family>, BadField> {
        self.optional(column, str::parse)
    }

    /// `-` says "not attributable to one", which is what an empty field says too: the array's family counts then.
    fn own_family(&self, column: &'static str) -> Result<Option<Family>, BadField> {
        if self.field(column) == crate::family::NO_FAMILY { Ok(None) } else { self.family(column) }
    }

    fn families(&self, column: &'static str) -> Result<Families, BadField> {
        Families::parse_list(self.field(column)).map_err(|why| self.bad(column, why.to_string()))
    }

    /// Scheduling Blocks have their own spelling of the families (domain.md §1).
    fn sb_array(&self, column: &'static str) -> Result<Option<Family>, BadField> {
        self.optional(column, |text| match text {
            "TWELVE-M" => Ok(Family::Twelve),
            "SEVEN-M" => Ok(Family::Seven),
            "TP" => Ok(Family::TotalPower),
            _ => Err("unknown array; it is one of TWELVE-M, SEVEN-M, TP"),
        })
    }

    fn qa0(&self, column: &'static str) -> Result<Option<Qa0>, BadField> {
        self.optional(column, |text| if text == "Unset" { Ok(Qa0::Pending) } else { text.parse() })
    }

    fn band(&self, column: &'static str) -> Result<Option<u8>, BadField> {
        self.optional(column, |text| match text.parse() {
            Ok(band @ 1..=10) => Ok(band),
            _ => Err("not a receiver band; they are 1 to 10"),
        })
    }

    fn whole(&self, column: &'static str) -> Result<Option<i32>, BadField> {
        self.optional(column, |text| text.parse().map_err(|_| "not a whole number"))
    }

    fn within(&self, column: &'static str, min: f64, max: f64) -> Result<Option<f64>, BadField> {
        self.optional(column, |text| match text.parse::<f64>() {
            Ok(number) if number.is_nan() || number.is_infinite() => Err("not a number".to_owned()),
            Ok(number) if number < min && min == 0.0 => Err("it is negative".to_owned()),
            Ok(number) if number < min || number > max => Err(format!("not between {min} and {max}")),
            Ok(number) => Ok(number),
            Err(_) => Err("not a number".to_owned()),
        })
    }

    fn not_negative(&self, column: &'static str) -> Result<Option<f64>, BadField> {
        self.within(column, 0.0, f64::MAX)
    }

    fn yes_no(&self, column: &'static str) -> Result<Option<bool>, BadField> {
        self.optional(column, |text| match text {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            _ => Err("neither true nor false"),
        })
    }

    fn in_order(
        &self,
        column: &'static str,
        start: Option<Instant>,
        end: Option<Instant>,
        why: &str,
    ) -> Result<(), BadField> {
        match (start, end) {
            (Some(start), Some(end)) if end < start => Err(self.bad(column, why)),
            _ => Ok(()),
        }
    }
}
