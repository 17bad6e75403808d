//! In which order findings are listed.

use serde::{Deserialize, Serialize};

use crate::labelled::labelled;

labelled! {
    /// What the list can be sorted by: the columns of the talk's table in its order, then what triage adds to them. The label
    /// is the word in the URL.
    Column, "column" {
        /// END_TIME
        End = "end",
        /// CLASS
        Class = "class",
        /// TYPE
        Kind = "type",
        /// TAGS
        Tags = "tags",
        /// `TIME_DURATION [hrs]`
        Duration = "duration",
        /// Comments
        Comment = "comments",
        /// Priority, Blocker first when descending
        Priority = "priority",
        /// Array Family
        Family = "family",
        /// Where it is in its life, in the order of [`super::State::ALL`]
        State = "state",
        /// Who looks after it
        Assignee = "assignee",
        /// Its shift
        Shift = "shift",
    }
}

/// By which column, and which way. Several hold one after the other; ties go by end (latest first), then by id: the order is
/// total. What has no end, no assignee or no shift is last either way. Texts compare byte by byte, like ids: the same order on
/// every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

impl Sort {
    /// The most columns that are sorted by at once: beyond them hardly a tie is left.
    pub const MOST: usize = 4;
}

impl Default for Sort {
    /// Newest first.
    fn default() -> Self {
        Self { column: Column::End, descending: true }
    }
}

/// An order without what says nothing: a column that was there before, what is more than [`Sort::MOST`], and at the end the order
/// that ties have anyway.
pub fn plain(order: &[Sort]) -> Vec<Sort> {
    let mut plain: Vec<Sort> = Vec::with_capacity(order.len());
    for sort in order {
        if plain.len() < Sort::MOST && plain.iter().all(|before| before.column != sort.column) {
            plain.push(*sort);
        }
    }
    if plain.last() == Some(&Sort::default()) {
        plain.pop();
    }
    plain
}
