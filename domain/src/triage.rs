//! Triage: what a list of findings can be filtered and sorted by, and the rows it shows.
//!
//! One [`filter`] serves the page's URL, its query line, the API and saved views, and [`columns`] answers it in the server and in
//! the browser, so that they cannot mean different things.

mod bits;
pub mod columns;
pub mod comment;
pub mod decision;
mod dictionary;
pub mod filter;
pub mod guesses;
pub mod history;
pub mod order;
pub mod partition;
pub mod selection;
pub mod snapshot;
pub mod standing_rule;
pub mod suggestion;

use serde::{Deserialize, Serialize};

use self::decision::{Decisions, Said};
use crate::facts::Id;
use crate::family::Family;
use crate::findings::{Class, FindingType, Priority};
use crate::labelled::labelled;
use crate::time::{Instant, Span};

labelled! {
    /// Where a finding is in its life.
    State, "state" {
        /// The log still says so, and nobody decided.
        Open = "Open",
        /// Somebody looked: it is as found.
        Confirmed = "Confirmed",
        /// Somebody decided that it is nothing, and said why.
        Dismissed = "Dismissed",
        /// Out of the way until an instant.
        Snoozed = "Snoozed",
        /// Replaced by its parts.
        Split = "Split",
        /// Stands in the one it was merged into.
        Merged = "Merged",
        /// The facts no longer say so. It keeps its history and reopens if it returns.
        ResolvedByTheLog = "Resolved by the log",
    }
}

impl State {
    /// Whether another finding stands for it: its parts, or the one it was merged into. Lists leave it out unless asked, and a
    /// sum of times that counted it would count its seconds twice.
    pub const fn is_replaced(self) -> bool {
        matches!(self, Self::Split | Self::Merged)
    }
}

/// Which fields of a finding a person decided; the others show what the log says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The type.
    pub kind: bool,
    /// The class.
    pub class: bool,
    /// The priority.
    pub priority: bool,
    /// The tags.
    pub tags: bool,
    /// The comment of the table (people's own comments are a thread beside it).
    pub comment: bool,
    /// The state.
    pub state: bool,
}

/// One row of the triage list: what the log says, with what people decided put over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Its permanent number, used in links.
    pub id: i64,
    /// [`crate::findings::Key`] as text.
    pub key: String,
    /// Which of the 20.
    pub kind: FindingType,
    /// Its class.
    pub class: Class,
    /// How urgent.
    pub priority: Priority,
    /// Where it is in its life.
    pub state: State,
    /// The family, if it has one.
    pub family: Option<Family>,
    /// Its shift.
    pub shift: Option<Id>,
    /// When; `None` when no timestamp is known.
    pub span: Option<Span>,
    /// What people group by.
    pub tags: String,
    /// A sentence.
    pub comment: String,
    /// Which of the above a person decided.
    pub decided: Decided,
    /// Who is to look at it.
    pub assignee: Option<String>,
    /// When it wakes, if it is snoozed.
    pub snoozed_until: Option<Instant>,
    /// Why it was dismissed, if it was.
    pub dismissed_because: Option<String>,
    /// How many comments people wrote to it.
    pub n_comments: i32,
    /// The finding of which it is a part.
    pub part_of: Option<i64>,
    /// The finding that stands for it, if it was merged.
    pub merged_into: Option<i64>,
    /// Counts its changes. An edit names the version it was made on.
    pub row_version: i64,
    /// The number of the transaction that last changed it: everything that changed since another is what has a higher one.
    pub change_seq: i64,
}

impl FindingRow {
    /// The same row under other decisions: what the page shows of an edit before the server has answered.
    #[must_use]
    pub fn showing(&self, said: &Said, decisions: &Decisions) -> Self {
        Self {
            kind: decisions.kind.unwrap_or(said.kind),
            class: decisions.class.unwrap_or(said.class),
            priority: decisions.priority.unwrap_or(said.priority),
            state: decisions.state.unwrap_or(said.state),
            tags: decisions.tags.as_ref().unwrap_or(&said.tags).clone(),
            comment: decisions.comment.as_ref().unwrap_or(&said.comment).clone(),
            decided: Decided {
                kind: decisions.kind.is_some(),
                class: decisions.class.is_some(),
                priority: decisions.priority.is_some(),
                tags: decisions.tags.is_some(),
                comment: decisions.comment.is_some(),
                state: decisions.state.is_some(),
            },
            assignee: decisions.assignee.as_ref().map(ToString::to_string),
            snoozed_until: decisions.snoozed_until,
            dismissed_because: decisions.dismissed_because.clone(),
            merged_into: decisions.merged_into,
            ..self.clone()
        }
    }
}

/// A value of a facet with the number of findings that have it, all other filters applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count<T> {
    /// The value.
    pub value: T,
    /// How many of the findings that pass the other filters have it.
    pub in_view: i64,
    /// How many of all findings in the period have it.
    pub total: i64,
}

/// The counts beside every filter; every possible value is there, also with 0, except of people and tags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// By class.
    pub class: Vec<Count<Class>>,
    /// By priority.
    pub priority: Vec<Count<Priority>>,
    /// By type.
    pub kind: Vec<Count<FindingType>>,
    /// By family; `None` counts those of no single family.
    pub family: Vec<Count<Option<Family>>>,
    /// By state.
    pub state: Vec<Count<State>>,
    /// By who looks after it; `None` counts those nobody does. The most frequent only.
    pub assignee: Vec<Count<Option<String>>>,
    /// By tag; `None` counts those without any. The most frequent only.
    pub tag: Vec<Count<Option<String>>>,
}

/// Part of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingList {
    /// The rows of this part, in the order asked for.
    pub rows: Vec<FindingRow>,
    /// How many findings pass the filter.
    pub n_matching: i64,
    /// Their time together \[s\].
    pub matching_s: i64,
    /// The *now* of the last detection, if there was one.
    pub as_of: Option<Instant>,
}

/// One page of the list, with what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingPage {
    /// The page.
    pub list: FindingList,
    /// The counts beside the filters.
    pub facets: Facets,
    /// Every change up to and with this number is in them: who decides about what they show has seen those.
    pub seq: i64,
}
