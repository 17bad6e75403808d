//! What a finding is known by: type, family, shift and the ids of its facts, never its times.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Finding;
use crate::family::Family;

/// `Other|7 [m]|S0312-ACA|uid://A002/X6;uid://A002/X7`. Unique among the findings of one log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(String);

impl Key {
    pub(super) fn of(finding: &Finding) -> Self {
        let shift = finding.shift.as_ref().map_or("", |id| id.as_str());
        let ids: Vec<String> = finding.ids.iter().map(|id| escaped(id)).collect();
        let family = Family::label_of(finding.family);
        Self(format!("{}|{family}|{}|{}", finding.kind, escaped(shift), ids.join(";")))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An id may hold the separators; two different lists of ids must not give one text.
fn escaped(id: &str) -> String {
    id.replace('\\', "\\\\").replace('|', "\\|").replace(';', "\\;")
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
