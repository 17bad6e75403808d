//! A note on a time: what numbers alone do not say, by somebody who may say it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::family::Family;
use crate::labelled::labelled;
use crate::time::{Instant, Interval};

/// What a note says: 1 to [`NOTE_MAX_CHARS`] characters in one line. Blanks at both ends are taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NoteText(String);

/// The longest \[characters\] (our own choice: some three lines of a page).
pub const NOTE_MAX_CHARS: usize = 400;

/// Why a text is no [`NoteText`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalNote {
    /// Nothing, or blanks only.
    #[error("it is empty")]
    Empty,
    /// More than [`NOTE_MAX_CHARS`].
    #[error("it has more than 400 characters")]
    TooLong,
    /// A NUL, a line break or another control character.
    #[error("it has a character that cannot be seen")]
    Control,
}

impl NoteText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NoteText {
    type Err = IllegalNote;
    fn from_str(text: &str) -> Result<Self, IllegalNote> {
        let text = text.trim();
        if text.is_empty() {
            Err(IllegalNote::Empty)
        } else if text.chars().nth(NOTE_MAX_CHARS).is_some() {
            Err(IllegalNote::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(IllegalNote::Control)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl TryFrom<String> for NoteText {
    type Error = IllegalNote;
    fn try_from(text: String) -> Result<Self, IllegalNote> {
        text.parse()
    }
}

impl From<NoteText> for String {
    fn from(text: NoteText) -> Self {
        text.0
    }
}

impl fmt::Display for NoteText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a note is about and says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteBody {
    /// The time that it covers.
    pub interval: Interval,
    /// The family that it is about; `None` is all.
    pub family: Option<Family>,
    /// What it says.
    pub text: NoteText,
}

/// A note as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its permanent number.
    pub id: i64,
    /// What it is about and says.
    pub body: NoteBody,
    /// The account that wrote it.
    pub author: String,
    /// When it was written.
    pub written: Instant,
    /// Its author took it back: it is shown among the notes and nowhere else.
    pub withdrawn: bool,
    /// An edit names the version it was made on, and loses against a newer one.
    pub version: i64,
    /// What was done last, which can be undone.
    pub last: NoteAct,
    /// Who did that.
    pub last_by: String,
}

labelled! {
    /// What somebody did to a note.
    NoteAct, "act" {
        /// Wrote it.
        Written = "written",
        /// Changed its time, family or text.
        Changed = "changed",
        /// Took it back.
        Withdrawn = "withdrawn",
        /// Undid what was done last.
        Undone = "undone",
    }
}

impl Note {
    /// Whether it is to be shown beside what happened in the interval to a family, or to all.
    pub fn covers(&self, interval: Interval, family: Option<Family>) -> bool {
        let about = self.body.family.is_none() || family.is_none() || self.body.family == family;
        !self.withdrawn && about && self.body.interval.overlap(interval).is_some()
    }
}
