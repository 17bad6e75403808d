//! The door for ALMA's own shift log: one entry of its JSON in, an [`Execution`] or the reason why not out.
//!
//! The log has no arrays of its own, only their names, and names recur. So each array is a *life* of a name, worked out from
//! the entries: [`Lives`] notes them all, in any order, and then says which life an execution ran in.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::rows::{self, BadField, Table};
use super::{Activity, Array, Execution, Fact, ID_MAX_BYTES, Id};
use crate::family::Family;
use crate::findings::is_pi_code;
use crate::time::{DAY_S, Instant};

/// An entry as it stands: every field is text, a null or absent one is empty. Fields that are not here are not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Entry {
    /// `SBEX` for a Scheduling Block's execution, `MMEX` for a manual one; others are no executions.
    #[serde(deserialize_with = "text")]
    pub entry_type: String,
    /// `uid://A002/X13b2cb9/X6503`
    #[serde(deserialize_with = "text")]
    pub exec_block_uid: String,
    /// The Scheduling Block.
    #[serde(deserialize_with = "text")]
    pub sched_block_code: String,
    /// The project.
    #[serde(deserialize_with = "text")]
    pub project_code: String,
    /// `Array17-BLC`
    #[serde(deserialize_with = "text")]
    pub array_name: String,
    /// One of our labels.
    #[serde(deserialize_with = "text")]
    pub array_family: String,
    /// In ALMA's words: see [`activity`].
    #[serde(deserialize_with = "text")]
    pub array_activity: String,
    /// `true` or `false`.
    #[serde(deserialize_with = "text")]
    pub calibration: String,
    /// `true` or `false`.
    #[serde(deserialize_with = "text")]
    pub test: String,
    /// How it ended.
    #[serde(deserialize_with = "text")]
    pub status: String,
    /// QA0.
    #[serde(deserialize_with = "text")]
    pub qa0: String,
    /// UTC, mostly without a zone, perhaps with a fraction of a second.
    #[serde(deserialize_with = "text")]
    pub start: String,
    /// Likewise.
    #[serde(deserialize_with = "text")]
    pub end: String,
    /// What it looked at, or the command that was given.
    #[serde(deserialize_with = "text")]
    pub subject: String,
}

/// An execution of the log and the array it names.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// The execution; its `array_id` is empty until [`ClosedLives::array_id`] says which life of the array it ran in.
    pub execution: Execution,
    /// The array, or empty.
    pub array_name: String,
    /// What the array was declared for, in ALMA's words.
    pub activity: String,
}

impl Entry {
    /// The execution it is, or `None` when it is something else: a comment, a downtime, a change of shift.
    ///
    /// Fractions of a second are cut off, and a time without a zone is UTC. All else is held to the rules of the executions
    /// table; what is wrong names the log's field.
    pub fn execution(self) -> Result<Option<Logged>, BadField> {
        match self.entry_type.as_str() {
            "SBEX" | "MMEX" => {}
            "" => return Err(bad("entryType", "", "missing entryType")),
            _ => return Ok(None),
        }
        let calibration = flag("calibration", &self.calibration)?;
        let test = flag("test", &self.test)?;
        if !self.array_name.is_empty() {
            let named: Result<Id, _> = self.array_name.parse();
            named.map_err(|why| bad("arrayName", &self.array_name, &why.to_string()))?;
            if self.array_name.len() > NAME_MAX_BYTES {
                return Err(bad("arrayName", &self.array_name, "too long to be made an id with a time"));
            }
        }
        // The log has one field for what our table has two for: the code may be the SB's name or its uid.
        let (sb_uid, sb_name) = if self.sched_block_code.starts_with("uid://") {
            (self.sched_block_code.as_str(), "")
        } else {
            ("", self.sched_block_code.as_str())
        };
        let (start, end) = (whole_second_utc(&self.start), whole_second_utc(&self.end));
        let fields: [&str; 14] = [
            &self.exec_block_uid,
            sb_uid,
            sb_name,
            &self.project_code,
            "",
            &self.array_family,
            "",
            purpose(calibration, test, &self.project_code, activity(&self.array_activity)),
            &self.status,
            &self.qa0,
            &start,
            &end,
            &self.subject,
            "",
        ];
        match rows::read(Table::Executions, &fields.map(str::as_bytes)) {
            Ok(Fact::Execution(execution)) => {
                Ok(Some(Logged { execution, array_name: self.array_name, activity: self.array_activity }))
            }
            // The table of executions gives executions.
            Ok(_) => Ok(None),
            Err(why) => Err(BadField { column: field_of(why.column), ..why }),
        }
    }
}

/// Our word for ALMA's word for an array's activity. What the log calls by yet another word (`Antenna Integration`, `Other`)
/// is neither science nor calibration of it: engineering.
pub fn activity(word: &str) -> Activity {
    if let Ok(ours) = word.parse() {
        ours
    } else if word == "PI Observations" {
        Activity::PiScience
    } else if word.contains("Calibration") {
        Activity::Calibration
    } else if word.starts_with("Test") {
        Activity::Testing
    } else if word.starts_with("EOC") {
        Activity::Eoc
    } else {
        Activity::Engineering
    }
}

/// The flags rule, then the project code (domain.md §2). An entry with neither is not for a principal investigator, whatever
/// its array was declared for: on an array for calibration it is one, and else it counts as a test, because PI is a claim on
/// telescope time that only a project's code can make (finding 20 would contradict it at once).
fn purpose(calibration: bool, test: bool, project_code: &str, activity: Activity) -> &'static str {
    if test {
        "TEST"
    } else if calibration {
        "CALIBRATION"
    } else if is_pi_code(project_code) {
        "PI"
    } else if activity == Activity::Calibration {
        "CALIBRATION"
    } else {
        "TEST"
    }
}

fn flag(field: &'static str, text: &str) -> Result<bool, BadField> {
    match text {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(bad(field, text, "neither true nor false")),
    }
}

/// `2026-05-25T09:13:42.123` as the tables would have it: `2026-05-25T09:13:42Z`. What is no such time stays as it is, for
/// [`rows::read`] to refuse.
fn whole_second_utc(text: &str) -> String {
    let bare = text.strip_suffix('Z').unwrap_or(text);
    let seconds = match bare.split_once('.') {
        Some((seconds, fraction)) if !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit()) => seconds,
        _ => bare,
    };
    let utc = seconds.replacen(' ', "T", 1) + "Z";
    if Instant::parse(&utc).is_ok() { utc } else { text.to_owned() }
}

/// Where the log has what our column has.
fn field_of(column: &'static str) -> &'static str {
    match column {
        "eb_uid" => "execBlockUid",
        "sb_uid" | "sb_name" => "schedBlockCode",
        "project_code" => "projectCode",
        "array_family" => "arrayFamily",
        same => same,
    }
}

/// The longest name of an array \[bytes\] that still gives an id: see [`life_id`].
const NAME_MAX_BYTES: usize = ID_MAX_BYTES - "@2026-05-25T08:18:20Z".len();

/// The longest value that a quarantined entry shows \[characters\].
const SHOWN_CHARS: usize = 80;

fn bad(column: &'static str, value: &str, why: &str) -> BadField {
    let value = value.chars().take(SHOWN_CHARS).map(|c| if c == '\0' { '\u{2400}' } else { c }).collect();
    BadField { column, value, why: why.to_owned() }
}

/// Any value as text, so that a field of an unexpected kind makes one bad entry and not an unreadable file.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    })
}

/// What entries say about their arrays, while they are read.
#[derive(Clone, Debug, Default)]
pub struct Lives {
    noted: HashMap<String, Vec<Noted>>,
    /// The activities' words, each once: a log has a handful for its thousands of entries.
    activities: Vec<String>,
}

/// One entry, as far as arrays go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Noted {
    from: Instant,
    to: Instant,
    /// Place in [`Lives::activities`].
    activity: usize,
    family: Option<Family>,
}

/// The lives of all arrays, once every entry has been noted.
#[derive(Clone, Debug, Default)]
pub struct ClosedLives {
    /// By the array's name; each in the order of their beginnings.
    lives: HashMap<String, Vec<Life>>,
}

#[derive(Clone, Debug)]
struct Life {
    activity: String,
    family: Option<Family>,
    from: Instant,
    to: Instant,
}

/// A name is that of a new array when no entry had it for so long \[s\] (domain.md §2).
const NEW_LIFE_AFTER_S: i64 = DAY_S;

impl Lives {
    /// Takes one execution. One without an array or without any time tells nothing about an array.
    pub fn note(&mut self, logged: &Logged) {
        let Some((from, to)) = times(&logged.execution) else { return };
        if logged.array_name.is_empty() {
            return;
        }
        let known = self.activities.iter().position(|word| *word == logged.activity);
        let activity = known.unwrap_or_else(|| {
            self.activities.push(logged.activity.clone());
            self.activities.len() - 1
        });
        let noted = Noted { from, to, activity, family: logged.execution.family };
        match self.noted.get_mut(&logged.array_name) {
            Some(entries) => entries.push(noted),
            None => drop(self.noted.insert(logged.array_name.clone(), vec![noted])),
        }
    }

    /// Works out the lives: a name's entries in the order of time, cut where the activity changes and where a day or more
    /// passes without an entry.
    pub fn closed(self) -> ClosedLives {
        let activities = &self.activities;
        let lives = self.noted.into_iter().map(|(name, mut entries)| {
            // By word, not by its place, which depends on the order of the file.
            entries.sort_by_key(|noted| (noted.from, activities.get(noted.activity), noted.to, noted.family));
            (name, cut(&entries, activities))
        });
        ClosedLives { lives: lives.collect() }
    }
}

fn cut(entries: &[Noted], activities: &[String]) -> Vec<Life> {
    let mut lives: Vec<Life> = Vec::new();
    for noted in entries {
        let activity = activities.get(noted.activity).map_or("", String::as_str);
        match lives.last_mut() {
            Some(life) if life.activity == activity && noted.from.since(life.to) < NEW_LIFE_AFTER_S => {
                life.to = life.to.max(noted.to);
                life.family = life.family.or(noted.family);
            }
            _ => {
                lives.push(Life { activity: activity.to_owned(), family: noted.family, from: noted.from, to: noted.to })
            }
        }
    }
    lives
}

impl ClosedLives {
    /// The id of the array that the execution ran on: `Array17-BLC@2026-05-25T08:18:20Z`. The bare name when the execution
    /// has no time that would tell the lives apart, empty when it names no array.
    pub fn array_id(&self, logged: &Logged) -> String {
        let lives = self.lives.get(&logged.array_name).map_or(&[][..], Vec::as_slice);
        let life = times(&logged.execution).and_then(|(from, _)| {
            lives.iter().rev().find(|life| life.from <= from && life.activity == logged.activity)
        });
        life.map_or_else(|| logged.array_name.clone(), |life| life_id(&logged.array_name, life.from))
    }

    /// The arrays, by id. A life of which no entry names a family is none: an array has one.
    pub fn arrays(&self) -> Vec<Array> {
        let lives = self.lives.iter().flat_map(|(name, lives)| lives.iter().map(move |life| (name, life)));
        let mut arrays: Vec<Array> = lives.filter_map(|(name, life)| life.array(name)).collect();
        arrays.sort_by(|a, b| a.id.cmp(&b.id));
        arrays
    }
}

impl Life {
    fn array(&self, name: &str) -> Option<Array> {
        Some(Array {
            id: Id::try_from(life_id(name, self.from)).ok()?,
            family: self.family?,
            activity: activity(&self.activity),
            created: Some(self.from),
            destroyed: Some(self.to),
            // The log has the types of the antennas, neither their number nor their names.
            antennas: String::new(),
            bands: String::new(),
        })
    }
}

fn life_id(array_name: &str, from: Instant) -> String {
    format!("{array_name}@{from}")
}

/// From the first known instant of the execution to its last.
fn times(execution: &Execution) -> Option<(Instant, Instant)> {
    let from = execution.start.or(execution.end)?;
    Some((from, execution.end.unwrap_or(from).max(from)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use serde_json::json;

    use super::*;
    use crate::facts::{Purpose, Qa0};

    /// An execution on Array1, with the given fields instead of its own.
    fn entry(fields: Value) -> Entry {
        let mut entry = json!({
            "entryType": "MMEX", "execBlockUid": "uid://A002/X1/X1", "arrayName": "Array1", "arrayFamily": "12 [m]",
            "arrayActivity": "Other", "projectCode": null, "schedBlockCode": null, "status": "SUCCESS", "qa0": "",
            "calibration": false, "test": false, "start": "2026-05-25T09:00:00", "end": "2026-05-25T09:10:00",
            "subject": "all sky", "id": 2434718, "antennaTypes": ["CM", "DA"],
        });
        for (name, value) in fields.as_object().unwrap() {
            entry[name] = value.clone();
        }
        serde_json::from_value(entry).unwrap()
    }

    fn logged(fields: Value) -> Logged {
        entry(fields).execution().unwrap().unwrap()
    }

    fn time(text: &str) -> Option<Instant> {
        Some(Instant::parse(text).unwrap())
    }

    #[test]
    fn an_entry_with_its_gaps_is_an_execution() {
        let Logged { execution, array_name, activity } = logged(json!({}));
        assert_eq!(execution.id.as_str(), "uid://A002/X1/X1");
        assert_eq!((execution.start, execution.end), (time("2026-05-25T09:00:00Z"), time("2026-05-25T09:10:00Z")));
        assert_eq!((execution.project_code.as_str(), execution.qa0, execution.band), ("", None, None));
        assert_eq!((array_name.as_str(), activity.as_str()), ("Array1", "Other"));
        // Without an end and without an array it is one as well.
        let bare = logged(json!({"end": null, "arrayName": null, "arrayFamily": "", "qa0": "Unset"}));
        assert_eq!((bare.execution.end, bare.execution.family, bare.execution.qa0), (None, None, Some(Qa0::Pending)));
    }

    #[test]
    fn fractions_of_a_second_are_cut_off_and_no_zone_is_utc() {
        for start in
            ["2026-05-25T09:00:00.999999", "2026-05-25T09:00:00.9Z", "2026-05-25 09:00:00", "2026-05-25T09:00:00Z"]
        {
            assert_eq!(logged(json!({"start": start})).execution.start, time("2026-05-25T09:00:00Z"), "{start}");
        }
        for start in ["2026-05-25T09:00:00+02:00", "2026-05-25T09:00:60", "2026-05-25T09:00:00.", "2026-05-25", "soon"]
        {
            let bad = entry(json!({"start": start})).execution().unwrap_err();
            assert_eq!((bad.column, bad.value.as_str()), ("start", start));
        }
    }

    #[test]
    fn the_flags_then_the_project_code_then_the_array_say_what_it_was_for() {
        let purpose = |fields| logged(fields).execution.purpose;
        let code = "2025.1.00012.S";
        assert_eq!(purpose(json!({"test": true, "calibration": true, "projectCode": code})), Purpose::Test);
        assert_eq!(purpose(json!({"calibration": true, "projectCode": code})), Purpose::Calibration);
        assert_eq!(purpose(json!({"projectCode": code})), Purpose::Pi);
        assert_eq!(purpose(json!({"projectCode": "0000.0.00374.CSV"})), Purpose::Test);
        assert_eq!(purpose(json!({"arrayActivity": "Observatory Calibrations"})), Purpose::Calibration);
        assert_eq!(purpose(json!({"arrayActivity": "PI Observations"})), Purpose::Test);
    }

    #[test]
    fn an_sb_goes_by_name_or_by_uid() {
        let by_name = logged(json!({"entryType": "SBEX", "schedBlockCode": "NGC_253_a_06_TM1"})).execution;
        assert_eq!((by_name.sb_uid.as_str(), by_name.sb_name.as_str()), ("", "NGC_253_a_06_TM1"));
        let by_uid = logged(json!({"entryType": "SBEX", "schedBlockCode": "uid://A001/X1/X2"})).execution;
        assert_eq!((by_uid.sb_uid.as_str(), by_uid.sb_name.as_str()), ("uid://A001/X1/X2", ""));
    }

    #[test]
    fn what_is_wrong_names_the_field_of_the_log() {
        let bad = |fields| {
            let bad = entry(fields).execution().unwrap_err();
            (bad.column, bad.value)
        };
        assert_eq!(bad(json!({"execBlockUid": null})), ("execBlockUid", String::new()));
        assert_eq!(bad(json!({"arrayFamily": "TWELVE-M"})), ("arrayFamily", "TWELVE-M".to_owned()));
        assert_eq!(bad(json!({"status": 7})), ("status", "7".to_owned()));
        assert_eq!(bad(json!({"test": "maybe"})), ("test", "maybe".to_owned()));
        assert_eq!(bad(json!({"entryType": ""})), ("entryType", String::new()));
        assert_eq!(bad(json!({"arrayName": "Array\n1"})).0, "arrayName");
        assert_eq!(bad(json!({"arrayName": "A".repeat(236)})).0, "arrayName");
    }

    #[test]
    fn an_entry_of_another_type_is_no_execution() {
        assert_eq!(entry(json!({"entryType": "COMMENT", "execBlockUid": null})).execution(), Ok(None));
    }

    #[test]
    fn almas_words_for_an_activity_become_ours() {
        let ours = [
            ("PI Observations", Activity::PiScience),
            ("Observatory Calibrations", Activity::Calibration),
            ("Testing", Activity::Testing),
            ("EOC tests", Activity::Eoc),
            ("Antenna Integration", Activity::Engineering),
            ("", Activity::Engineering),
        ];
        for (word, activity_) in ours {
            assert_eq!(activity(word), activity_, "{word}");
        }
    }

    fn at(start: &str, end: &str, activity: &str) -> Logged {
        logged(json!({"start": start, "end": end, "arrayActivity": activity}))
    }

    fn closed(entries: &[&Logged]) -> ClosedLives {
        let mut lives = Lives::default();
        entries.iter().for_each(|entry| lives.note(entry));
        lives.closed()
    }

    #[test]
    fn an_array_lives_until_a_day_passes_or_its_activity_changes() {
        let first = at("2026-05-01T00:00:00", "2026-05-01T01:00:00", "Other");
        // 23 h 59 min 59 s after the end of the first: the same life. 24 h after the second: a new one.
        let second = at("2026-05-02T00:59:59", "2026-05-02T01:00:00", "Other");
        let third = at("2026-05-03T01:00:00", "2026-05-03T02:00:00", "Other");
        let fourth = at("2026-05-03T03:00:00", "2026-05-03T04:00:00", "EOC");
        for order in [[&first, &second, &third, &fourth], [&fourth, &third, &second, &first]] {
            let lives = closed(&order);
            let arrays = lives.arrays();
            let spans: Vec<_> =
                arrays.iter().map(|array| (array.id.as_str(), array.activity, array.destroyed)).collect();
            assert_eq!(
                spans,
                [
                    ("Array1@2026-05-01T00:00:00Z", Activity::Engineering, time("2026-05-02T01:00:00Z")),
                    ("Array1@2026-05-03T01:00:00Z", Activity::Engineering, time("2026-05-03T02:00:00Z")),
                    ("Array1@2026-05-03T03:00:00Z", Activity::Eoc, time("2026-05-03T04:00:00Z")),
                ]
            );
            let ids = [&first, &second, &third, &fourth].map(|entry| lives.array_id(entry));
            let of = [0, 0, 1, 2].map(|life: usize| arrays[life].id.to_string());
            assert_eq!(ids, of);
        }
    }

    #[test]
    fn an_entry_without_times_keeps_the_bare_name_and_a_life_without_a_family_is_no_array() {
        let timeless = logged(json!({"start": null, "end": null}));
        let lives = closed(&[&timeless]);
        assert_eq!(lives.array_id(&timeless), "Array1");
        assert_eq!(lives.arrays(), []);
        let familyless = logged(json!({"arrayFamily": null}));
        let lives = closed(&[&familyless]);
        assert_eq!(lives.array_id(&familyless), "Array1@2026-05-25T09:00:00Z");
        assert_eq!(lives.arrays(), []);
        // An array is made of the entries that do have one.
        assert_eq!(closed(&[&familyless, &logged(json!({}))]).arrays()[0].family, Family::Twelve);
    }

    #[test]
    fn an_open_execution_makes_its_array_live_at_least_until_its_start() {
        let open = logged(json!({"end": null, "status": "RUNNING"}));
        let array = &closed(&[&open]).arrays()[0];
        assert_eq!((array.created, array.destroyed), (open.execution.start, open.execution.start));
    }
}
