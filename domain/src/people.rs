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
