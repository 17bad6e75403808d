//! What people may write: texts that were looked at once, at the door.
//!
//! Markup, formulas and right-to-left marks are text like any other and stay as they were typed; whoever shows them escapes
//! them. Only what no column and no line of a log can hold is refused.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is refused, as its writer is told: the end of a sentence that begins with what the text was to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedWords {
    /// Nothing, or blanks only.
    #[error("write something")]
    Empty,
    /// Too long.
    #[error("at most {max} characters, this has {n}")]
    TooLong {
        /// How many there may be.
        max: usize,
        /// How many there are.
        n: usize,
    },
    /// NUL, an escape or another control character; a line break where there is only one line.
    #[error("character {at} is a control character")]
    ControlCharacter {
        /// Its place, the first being 1.
        at: usize,
    },
    /// A tag with the character that stands between tags.
    #[error("a tag has no semicolon: it stands between tags")]
    Semicolon,
}

/// A text of 1 to `MAX` characters with line breaks, without other control characters and without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words<const MAX: usize>(String);

/// A comment in a finding's thread. 10,000 characters are three printed pages (our choice).
pub type Comment = Words<10_000>;

/// Why somebody dismisses a finding. A sentence or two (our choice): what is longer is a comment.
pub type Reason = Words<500>;

impl<const MAX: usize> Words<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Words<MAX> {
    type Error = RefusedWords;
    /// The line breaks of a form (CR LF) become LF.
    fn try_from(text: String) -> Result<Self, RefusedWords> {
        let text = text.replace("\r\n", "\n");
        looked_at(&text, MAX, |c| c == '\n' || c == '\t').map(|text| Self(text.to_owned()))
    }
}

impl<const MAX: usize> From<Words<MAX>> for String {
    fn from(words: Words<MAX>) -> Self {
        words.0
    }
}

impl<const MAX: usize> fmt::Display for Words<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The longest tag \[characters\] (our choice: a column of the list is not wider).
pub const TAG_MAX: usize = 64;

/// One of the words people group by: a line of 1 to [`TAG_MAX`] characters without a semicolon.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

impl Tag {
    /// A tag that is there already, to be taken away.
    pub(super) fn of_the_log(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Tag {
    type Error = RefusedWords;
    fn try_from(text: String) -> Result<Self, RefusedWords> {
        let text = looked_at(&text, TAG_MAX, |_| false)?;
        if text.contains(';') { Err(RefusedWords::Semicolon) } else { Ok(Self(text.to_owned())) }
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn looked_at(text: &str, max: usize, allowed: fn(char) -> bool) -> Result<&str, RefusedWords> {
    let text = text.trim();
    if text.is_empty() {
        return Err(RefusedWords::Empty);
    }
    let n = text.chars().count();
    if n > max {
        return Err(RefusedWords::TooLong { max, n });
    }
    match text.chars().position(|c| c.is_control() && !allowed(c)) {
        Some(at) => Err(RefusedWords::ControlCharacter { at: at + 1 }),
        None => Ok(text),
    }
}
