//! What happened to a finding, and what somebody did: the lines people read, and undo from.

use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// One line of a finding's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// Who: a login name, `detection`, `snooze`, or `rule` with the rule's name; `None` for the log itself.
    pub who: Option<String>,
    /// What happened: `detected`, `moved`, `Priority High`.
    pub what: String,
    /// What changed, as it was: `priority Low, tags wind`.
    pub before: String,
    /// The same, as it was since.
    pub after: String,
    /// The action that did it.
    pub action: Option<i64>,
    /// The standing rule whose action it was.
    pub rule: Option<i64>,
    /// How many findings that action changed: its undo is for all of them.
    pub n_changed: i32,
    /// Whether that action was undone, and not done again.
    pub undone: bool,
    /// The comment it wrote and that still stands.
    pub comment: Option<String>,
}

impl Line {
    /// Whether it only takes back what was done before: whoever goes on undoing means what is older still.
    pub fn takes_back(&self) -> bool {
        self.what.starts_with("Undone: ")
    }
}

/// One thing somebody did, to however many findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Its number.
    pub action: i64,
    /// When.
    pub at: Instant,
    /// What, in a few words.
    pub sentence: String,
    /// How many findings changed.
    pub n_changed: i32,
    /// Whether it was undone, and not done again.
    pub undone: bool,
}
