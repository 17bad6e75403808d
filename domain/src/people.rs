//! People: what a role may do, and which names an account can have.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::labelled::labelled;

labelled! {
    /// What somebody is here for. Each account has one.
    Role, "role" {
        /// Reads.
        Viewer = "Viewer",
        /// On duty: explains findings.
        Astronomer = "Astronomer",
        /// Says what is observed next.
        Planner = "Planner",
        /// Comments on what the numbers say.
        Manager = "Manager",
        /// Everything, and the accounts, types and thresholds.
        Admin = "Admin",
    }
}

labelled! {
    /// What can be allowed to somebody.
    Right, "right" {
        /// To see the log, its findings and its numbers.
        Read = "Read",
        /// To decide about findings.
        Triage = "Triage",
        /// To change plans.
        Plan = "Plan",
        /// To write notes on periods and reports.
        Annotate = "Annotate",
        /// To change accounts, the type table, thresholds and settings.
        Administer = "Administer",
    }
}

labelled! {
    /// Who may read.
    Reading, "reading" {
        /// Everybody who reaches the server.
        Open = "open",
        /// Who has signed in.
        Closed = "closed",
    }
}

impl Role {
    /// Whether the role holds the right. Everybody with an account reads; each other right belongs to one role, and to admins.
    pub const fn may(self, right: Right) -> bool {
        matches!(
            (self, right),
            (Self::Admin, _)
                | (_, Right::Read)
                | (Self::Astronomer, Right::Triage)
                | (Self::Planner, Right::Plan)
                | (Self::Manager, Right::Annotate)
        )
    }
}

/// The name somebody signs in with and is mentioned by (`@name`): 1 to [`NAME_MAX_BYTES`] ASCII letters, digits, `.`, `-` and
/// `_`; the first is a letter, the last is no punctuation, so that a mention can end a sentence.
///
/// Two names that differ in case only are the same account; what is kept and shown is the spelling it was made with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoginName(String);

/// The longest name \[bytes\] (our own choice: it has to fit a column).
pub const NAME_MAX_BYTES: usize = 40;

/// A text that is no name of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name has 1 to 40 letters (a to z), digits, dots, dashes or underscores, begins with a letter and ends with a letter or digit"
)]
pub struct IllegalName;

impl LoginName {
    /// The text as it was first spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for LoginName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for LoginName {}

impl std::hash::Hash for LoginName {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

impl TryFrom<String> for LoginName {
    type Error = IllegalName;
    fn try_from(text: String) -> Result<Self, IllegalName> {
        let bytes = text.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return Err(IllegalName) };
        let legal = bytes.len() <= NAME_MAX_BYTES
            && first.is_ascii_alphabetic()
            && last.is_ascii_alphanumeric()
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte));
        if legal { Ok(Self(text)) } else { Err(IllegalName) }
    }
}

impl std::str::FromStr for LoginName {
    type Err = IllegalName;
    /// Blanks around the name are taken away: they come with pasting.
    fn from_str(text: &str) -> Result<Self, IllegalName> {
        Self::try_from(text.trim().to_owned())
    }
}

impl From<LoginName> for String {
    fn from(name: LoginName) -> Self {
        name.0
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name that people read, of a person or of an API token: 1 to [`SHOWN_NAME_MAX_CHARS`] characters, none of them a control
/// character or one that turns the direction of writing. Blanks at both ends are taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShownName(String);

/// The longest \[characters\] (our own choice).
pub const SHOWN_NAME_MAX_CHARS: usize = 80;

/// Why a text is no [`ShownName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalShownName {
    /// Nothing, or blanks only.
    #[error("it is empty")]
    Empty,
    /// More than [`SHOWN_NAME_MAX_CHARS`].
    #[error("it has more than 80 characters")]
    TooLong,
    /// A line break, a NUL, a mark that turns the direction of writing.
    #[error("it has characters that cannot be seen")]
    Unseen,
}

impl ShownName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ShownName {
    type Err = IllegalShownName;
    fn from_str(text: &str) -> Result<Self, IllegalShownName> {
        let text = text.trim();
        if text.is_empty() {
            Err(IllegalShownName::Empty)
        } else if text.chars().nth(SHOWN_NAME_MAX_CHARS).is_some() {
            Err(IllegalShownName::TooLong)
        } else if text.chars().any(|c| c.is_control() || turns_writing(c)) {
            Err(IllegalShownName::Unseen)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// The marks of Unicode that set the direction of what follows: with them a name can look like another.
const fn turns_writing(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl TryFrom<String> for ShownName {
    type Error = IllegalShownName;
    fn try_from(text: String) -> Result<Self, IllegalShownName> {
        text.parse()
    }
}

impl From<ShownName> for String {
    fn from(name: ShownName) -> Self {
        name.0
    }
}

impl fmt::Display for ShownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password somebody chose, long enough to be one. It is never shown, not even by `Debug`.
#[derive(Clone)]
pub struct Password(String);

/// The shortest password \[characters\] (NIST SP 800-63B asks for 8; ours may be guessed from anywhere).
pub const PASSWORD_MIN_CHARS: usize = 12;
/// The shortest where everybody knows the passwords anyway \[characters\].
pub const DEMO_PASSWORD_MIN_CHARS: usize = 4;
/// The longest \[bytes\]: hashing takes time with every one of them.
pub const PASSWORD_MAX_BYTES: usize = 1_024;

/// Why a text is no [`Password`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalPassword {
    /// Fewer characters than this.
    #[error("it needs at least {0} characters; a few words with blanks between them are easy to remember")]
    TooShort(usize),
    /// More than [`PASSWORD_MAX_BYTES`].
    #[error("it is longer than 1,024 bytes")]
    TooLong,
    /// A NUL, a line break: no keyboard types them back.
    #[error("it has characters that no keyboard types")]
    Control,
}

impl Password {
    /// Takes a text of at least `min_chars` characters.
    pub fn new(text: String, min_chars: usize) -> Result<Self, IllegalPassword> {
        if text.len() > PASSWORD_MAX_BYTES {
            Err(IllegalPassword::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(IllegalPassword::Control)
        } else if text.chars().count() < min_chars {
            Err(IllegalPassword::TooShort(min_chars))
        } else {
            Ok(Self(text))
        }
    }

    /// The text, for hashing it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
