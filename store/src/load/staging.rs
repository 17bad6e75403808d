//! Facts as rows of PostgreSQL's binary COPY, and what each table of the log is called in the database.
//!
//! Binary, because a text in it is its own bytes: there is nothing to escape, so nothing that a hostile text could escape
//! from. Numbers and times arrive exact and unparsed.

use domain::facts::rows::{BadField, Table};
use domain::facts::{
    Array, Conditions, Configuration, Downtime, Execution, Fact, Project, ScheduledConfiguration, SchedulingBlock,
    Shift,
};
use domain::family::{Families, Family};
use domain::time::Instant;

/// Where the rows of one table of the log go.
#[derive(Debug)]
pub(super) struct Target {
    /// The name in the database.
    pub(super) name: &'static str,
    /// The columns that identify a row.
    pub(super) key: &'static [&'static str],
    /// The other columns; [`write`] sends the key first, then these, then the number of the row, if it has one.
    pub(super) columns: &'static [&'static str],
    /// Which findings may change with a row.
    pub(super) touches: Touches,
}

/// Where detection has to look again when a row is new or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touches {
    /// At the row's own times, before and after.
    ItsTimes,
    /// The same, and at all executions of the array it was moved away from.
    ItsTimesAndOldArray,
    /// At the times of the array's executions.
    ItsExecutions,
    /// Nowhere.
    Nothing,
}

/// The target of a table.
pub(super) const fn target(table: Table) -> Target {
    match table {
        Table::Shifts => Target {
            name: "shift",
            key: &["id"],
            columns: &["kind", "families", "start_at", "end_at", "planned_start", "planned_end", "aod"],
            touches: Touches::ItsTimes,
        },
        Table::Arrays => Target {
            name: "array_",
            key: &["id"],
            columns: &["family", "activity", "created", "destroyed", "antennas", "bands"],
            touches: Touches::ItsExecutions,
        },
        Table::Executions => Target {
            name: "execution",
            key: &["id"],
            columns: &[
                "sb_uid",
                "sb_name",
                "project_code",
                "array_id",
                "family",
                "band",
                "purpose",
                "status",
                "qa0",
                "start_at",
                "end_at",
                "subject",
                "ticket",
            ],
            touches: Touches::ItsTimesAndOldArray,
        },
        Table::Downtimes => Target {
            name: "downtime",
            key: &["id"],
            columns: &["kind", "families", "start_at", "end_at", "comment", "ticket"],
            touches: Touches::ItsTimes,
        },
        Table::Projects => Target {
            name: "project",
            key: &["id"],
            columns: &["title", "executive", "grade", "science_rank", "cycle", "state"],
            touches: Touches::Nothing,
        },
        Table::SchedulingBlocks => Target {
            name: "scheduling_block",
            key: &["id"],
            columns: &[
                "name",
                "project_code",
                "family",
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
            touches: Touches::Nothing,
        },
        Table::Configurations => Target {
            name: "configuration",
            key: &["id"],
            columns: &["ar_100ghz_arcsec", "mrs_100ghz_arcsec", "longest_baseline_km", "antennas"],
            touches: Touches::Nothing,
        },
        Table::ConfigurationSchedule => Target {
            name: "configuration_schedule",
            key: &["start_at", "configuration", "revision"],
            columns: &["end_at", "lst_from_h", "lst_to_h"],
            touches: Touches::Nothing,
        },
        Table::Conditions => Target {
            name: "conditions",
            key: &["at"],
            columns: &["pwv_mm", "phase_rms_deg", "wind_m_s"],
            touches: Touches::Nothing,
        },
    }
}

/// The table that a fact is a row of.
pub(super) const fn table_of(fact: &Fact) -> Table {
    match fact {
        Fact::Shift(_) => Table::Shifts,
        Fact::Array(_) => Table::Arrays,
        Fact::Execution(_) => Table::Executions,
        Fact::Downtime(_) => Table::Downtimes,
        Fact::Project(_) => Table::Projects,
        Fact::SchedulingBlock(_) => Table::SchedulingBlocks,
        Fact::Configuration(_) => Table::Configurations,
        Fact::ScheduledConfiguration(_) => Table::ConfigurationSchedule,
        Fact::Conditions(_) => Table::Conditions,
    }
}

/// Appends one fact: the columns of its [`Target`], key first, and for staging the `number`, by which the last of several rows
/// is known.
pub(super) fn write(rows: &mut Rows, fact: &Fact, number: Option<i64>) {
    let and_number = i16::from(number.is_some());
    match fact {
        Fact::Shift(Shift { id, kind, families, start, end, planned_start, planned_end, aod }) => rows
            .begin(8 + and_number)
            .text(id.as_str())
            .text(kind.label())
            .families(*families)
            .time(*start)
            .time(*end)
            .time(*planned_start)
            .time(*planned_end)
            .text(aod),
        Fact::Array(Array { id, family, activity, created, destroyed, antennas, bands }) => rows
            .begin(7 + and_number)
            .text(id.as_str())
            .text(family.label())
            .text(activity.label())
            .time(*created)
            .time(*destroyed)
            .text(antennas)
            .text(bands),
        Fact::Execution(Execution {
            id,
            sb_uid,
            sb_name,
            project_code,
            array_id,
            family,
            band,
            purpose,
            status,
            qa0,
            start,
            end,
            subject,
            ticket,
        }) => rows
            .begin(14 + and_number)
            .text(id.as_str())
            .text(sb_uid)
            .text(sb_name)
            .text(project_code)
            .text(array_id)
            .label(family.map(Family::label))
            .band(*band)
            .text(purpose.label())
            .text(status.label())
            .label(qa0.map(|qa0| qa0.label()))
            .time(*start)
            .time(*end)
            .text(subject)
            .text(ticket),
        Fact::Downtime(Downtime { id, kind, families, start, end, comment, ticket }) => rows
            .begin(7 + and_number)
            .text(id.as_str())
            .text(kind.label())
            .families(*families)
            .time(Some(*start))
            .time(*end)
            .text(comment)
            .text(ticket),
        Fact::Project(Project { id, title, executive, grade, science_rank, cycle, state }) => rows
            .begin(7 + and_number)
            .text(id.as_str())
            .text(title)
            .text(executive)
            .text(grade)
            .whole(*science_rank)
            .text(cycle)
            .text(state),
        Fact::SchedulingBlock(SchedulingBlock {
            id,
            name,
            project_code,
            array,
            band,
            rep_freq_ghz,
            ra_deg,
            dec_deg,
            max_pwv_mm,
            ar_arcsec,
            las_arcsec,
            min_ar_arcsec,
            max_ar_arcsec,
            exec_count,
            est_time_h,
            state,
            window_start,
            window_end,
            is_polarization,
            is_point_source,
            note,
        }) => rows
            .begin(21 + and_number)
            .text(id.as_str())
            .text(name)
            .text(project_code)
            .label(array.map(Family::label))
            .band(*band)
            .number(*rep_freq_ghz)
            .number(*ra_deg)
            .number(*dec_deg)
            .number(*max_pwv_mm)
            .number(*ar_arcsec)
            .number(*las_arcsec)
            .number(*min_ar_arcsec)
            .number(*max_ar_arcsec)
            .whole(*exec_count)
            .number(*est_time_h)
            .text(state)
            .time(*window_start)
            .time(*window_end)
            .yes_no(*is_polarization)
            .yes_no(*is_point_source)
            .text(note),
        Fact::Configuration(Configuration {
            id,
            ar_100ghz_arcsec,
            mrs_100ghz_arcsec,
            longest_baseline_km,
            antennas,
        }) => rows
            .begin(5 + and_number)
            .text(id.as_str())
            .number(*ar_100ghz_arcsec)
            .number(*mrs_100ghz_arcsec)
            .number(*longest_baseline_km)
            .whole(*antennas),
        Fact::ScheduledConfiguration(ScheduledConfiguration {
            start,
            end,
            configuration,
            lst_from_h,
            lst_to_h,
            revision,
        }) => rows
            .begin(6 + and_number)
            .time(Some(*start))
            .text(configuration.as_str())
            .whole(Some(*revision))
            .time(Some(*end))
            .number(*lst_from_h)
            .number(*lst_to_h),
        Fact::Conditions(Conditions { time, pwv_mm, phase_rms_deg, wind_m_s }) => {
            rows.begin(4 + and_number).time(Some(*time)).number(*pwv_mm).number(*phase_rms_deg).number(*wind_m_s)
        }
    };
    if let Some(number) = number {
        rows.counter(number);
    }
}

/// Appends one bad row: line, column, value, sentence.
pub(super) fn write_bad(rows: &mut Rows, line: i64, bad: &BadField) {
    rows.begin(4).counter(line).text(bad.column).text(&bad.value).text(&bad.why);
}

/// Rows in the format of `copy … from stdin (format binary)`, all but its end.
#[derive(Debug)]
pub(super) struct Rows(Vec<u8>);

/// Signature, no flags, no extension: the head of every binary COPY.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// In place of a number of fields: no more rows.
const END: [u8; 2] = (-1i16).to_be_bytes();
/// In place of a length: null.
const NULL: [u8; 4] = (-1i32).to_be_bytes();
/// The object id of PostgreSQL's `text`, which an array says of its elements.
const TEXT_OID: i32 = 25;
/// 2000-01-01T00:00:00Z, from where PostgreSQL counts \[s since 1970\].
const EPOCH_S: i64 = 946_684_800;

impl Rows {
    pub(super) fn new() -> Self {
        Self(HEAD.to_vec())
    }

    /// How much there is to send \[bytes\].
    pub(super) fn len(&self) -> usize {
        self.0.len() - HEAD.len()
    }

    /// What to send; the rows are gone afterwards.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let mut sent = std::mem::replace(&mut self.0, HEAD.to_vec());
        sent.extend(END);
        sent
    }

    fn begin(&mut self, fields: i16) -> &mut Self {
        self.0.extend(fields.to_be_bytes());
        self
    }

    fn field(&mut self, bytes: &[u8]) -> &mut Self {
        // The door refuses fields over 65,536 bytes, and a list here has three labels at most.
        #[expect(clippy::cast_possible_truncation, reason = "far below 2^31")]
        let length = bytes.len() as i32;
        self.0.extend(length.to_be_bytes());
        self.0.extend(bytes);
        self
    }

    fn optional<const N: usize>(&mut self, bytes: Option<[u8; N]>) -> &mut Self {
        match bytes {
            Some(bytes) => self.field(&bytes),
            None => self.null(),
        }
    }

    fn null(&mut self) -> &mut Self {
        self.0.extend(NULL);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.field(text.as_bytes())
    }

    fn label(&mut self, label: Option<&str>) -> &mut Self {
        match label {
            Some(label) => self.text(label),
            None => self.null(),
        }
    }

    /// `text[]`: one dimension, no nulls, counted from 1.
    fn families(&mut self, families: Families) -> &mut Self {
        let mut list = Vec::with_capacity(64);
        for head in [1, 0, TEXT_OID, i32::try_from(families.iter().count()).unwrap_or(0), 1] {
            list.extend(head.to_be_bytes());
        }
        for family in families.iter() {
            let label = family.label().as_bytes();
            list.extend(i32::try_from(label.len()).unwrap_or(0).to_be_bytes());
            list.extend(label);
        }
        self.field(&list)
    }

    fn time(&mut self, time: Option<Instant>) -> &mut Self {
        self.optional(time.map(|time| ((time.unix_seconds() - EPOCH_S) * 1_000_000).to_be_bytes()))
    }

    fn number(&mut self, number: Option<f64>) -> &mut Self {
        self.optional(number.map(f64::to_be_bytes))
    }

    fn whole(&mut self, number: Option<i32>) -> &mut Self {
        self.optional(number.map(i32::to_be_bytes))
    }

    fn band(&mut self, band: Option<u8>) -> &mut Self {
        self.optional(band.map(|band| i16::from(band).to_be_bytes()))
    }

    fn yes_no(&mut self, answer: Option<bool>) -> &mut Self {
        self.optional(answer.map(|answer| [u8::from(answer)]))
    }

    fn counter(&mut self, number: i64) -> &mut Self {
        self.field(&number.to_be_bytes())
    }
}
