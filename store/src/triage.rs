//! The triage list: findings as people see them, what they decided laid over what the log says.

use domain::labelled::UnknownLabel;
use domain::time::Instant;
use domain::triage::filter::{Filter, Sort};
use domain::triage::{Count, Facets, FindingPage, FindingRow};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// What can happen to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// The log said it for the first time.
    Detected,
    /// Its times or texts changed.
    Moved,
    /// The log no longer says it.
    Resolved,
    /// The log says it again.
    Reopened,
}

impl EventKind {
    /// The word in the database.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Moved => "moved",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
        }
    }
}

impl std::str::FromStr for EventKind {
    type Err = UnknownLabel;
    fn from_str(label: &str) -> Result<Self, UnknownLabel> {
        [Self::Detected, Self::Moved, Self::Resolved, Self::Reopened]
            .into_iter()
            .find(|kind| kind.label() == label)
            .ok_or(UnknownLabel { what: "event", known: &["detected", "moved", "resolved", "reopened"] })
    }
}

/// One line of a finding's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingEvent {
    /// When the store wrote it.
    pub at: Instant,
    /// What happened.
    pub what: EventKind,
    /// What changed, as it was: JSON, or empty.
    pub before: String,
    /// What changed, as it is: JSON, or empty.
    pub after: String,
}

impl Store {
    /// One page of the list with the counts beside its filters.
    pub async fn findings(
        &self,
        filter: &Filter,
        sort: Sort,
        offset: i64,
        limit: i64,
    ) -> Result<FindingPage, StoreError> {
        let _ = (filter, sort, offset, limit, &self.pool);
        fn none<T: Copy>(all: &[T]) -> Vec<Count<T>> {
            all.iter().map(|&value| Count { value, in_view: 0, total: 0 }).collect()
        }
        Ok(FindingPage {
            rows: Vec::new(),
            n_matching: 0,
            matching_s: 0,
            facets: Facets {
                class: none(domain::findings::Class::ALL),
                priority: none(domain::findings::Priority::ALL),
                kind: none(domain::findings::FindingType::ALL),
                family: Vec::new(),
                state: none(domain::triage::State::ALL),
            },
            as_of: None,
        })
    }

    /// One finding.
    pub async fn finding(&self, id: i64) -> Result<Option<FindingRow>, StoreError> {
        let _ = id;
        Ok(None)
    }

    /// The ids of the facts in its identity, in the order of domain.md §4.
    pub async fn finding_ids(&self, id: i64) -> Result<Vec<String>, StoreError> {
        let _ = id;
        Ok(Vec::new())
    }

    /// The open findings of a shift, by family, then by time.
    pub async fn findings_of_shift(&self, shift_id: &str) -> Result<Vec<FindingRow>, StoreError> {
        let _ = shift_id;
        Ok(Vec::new())
    }

    /// What happened to a finding, oldest first.
    pub async fn history(&self, finding: i64) -> Result<Vec<FindingEvent>, StoreError> {
        let _ = finding;
        Ok(Vec::new())
    }
}
