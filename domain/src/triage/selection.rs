//! Which findings an action on many is for: those that somebody picked, by their numbers, or all that the list shows.
//!
//! A selection is written as its numbers in order, `3-5.9`, with a dash for numbers that follow each other: no sign of it has to
//! be escaped in a form, and all of a long list is some bytes.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::labelled::labelled;

labelled! {
    /// Which of the findings before somebody they decide about.
    Which, "choice of findings" {
        /// Those they picked.
        Selected = "selected",
        /// All that the filter of the list matches.
        Matching = "matching",
    }
}

/// Findings that somebody picked. They stay picked whatever the list shows, and whatever is decided about them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Selection(BTreeSet<i64>);

/// The longest text of a selection \[bytes\] (our own choice: with the rest of its form it fits into the body of a request).
pub const SELECTION_MAX_BYTES: usize = 200_000;

/// The most findings that a text can select (our own choice: ten times the findings of a year). `1-9999999999` is twelve bytes.
const SELECTED_MAX: u64 = 1_000_000;

/// Why a text is no [`Selection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalSelection {
    /// Something else than numbers.
    #[error("a selection is numbers of findings, such as 3-5.9")]
    NotNumbers,
    /// More than can be sent or decided about.
    #[error("these are too many to pick one by one; decide about all that match instead")]
    TooMany,
}

impl Selection {
    /// Whether a finding is picked.
    pub fn holds(&self, id: i64) -> bool {
        self.0.contains(&id)
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Their numbers, the smallest first.
    pub fn ids(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().copied()
    }

    /// Puts a finding in, or takes it out when it is in.
    pub fn toggle(&mut self, id: i64) {
        if !self.0.remove(&id) {
            self.0.insert(id);
        }
    }
}

impl Extend<i64> for Selection {
    fn extend<I: IntoIterator<Item = i64>>(&mut self, more: I) {
        self.0.extend(more);
    }
}

impl FromIterator<i64> for Selection {
    fn from_iter<I: IntoIterator<Item = i64>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ids = self.ids().peekable();
        let mut dot = "";
        while let Some(first) = ids.next() {
            let mut last = first;
            while let Some(next) = ids.next_if(|&next| next == last + 1) {
                last = next;
            }
            write!(f, "{dot}{first}")?;
            if last > first {
                write!(f, "-{last}")?;
            }
            dot = ".";
        }
        Ok(())
    }
}

impl FromStr for Selection {
    type Err = IllegalSelection;
    fn from_str(text: &str) -> Result<Self, IllegalSelection> {
        if text.len() > SELECTION_MAX_BYTES {
            return Err(IllegalSelection::TooMany);
        }
        let number = |text: &str| text.parse().ok().filter(|&id: &i64| id > 0).ok_or(IllegalSelection::NotNumbers);
        let mut ids = BTreeSet::new();
        let mut n = 0_u64;
        for part in text.split('.').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return Err(IllegalSelection::NotNumbers);
            }
            n = n.saturating_add(last.abs_diff(first)).saturating_add(1);
            if n > SELECTED_MAX {
                return Err(IllegalSelection::TooMany);
            }
            ids.extend(first..=last);
        }
        Ok(Self(ids))
    }
}

impl TryFrom<String> for Selection {
    type Error = IllegalSelection;
    fn try_from(text: String) -> Result<Self, IllegalSelection> {
        text.parse()
    }
}

impl From<Selection> for String {
    fn from(selection: Selection) -> Self {
        selection.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use super::*;

    #[test]
    fn one_that_is_picked_twice_is_not_picked() {
        let mut selection = Selection::default();
        assert!(selection.is_empty());
        selection.extend([3, 4]);
        selection.toggle(4);
        selection.toggle(7);
        assert_eq!(selection.ids().collect::<Vec<_>>(), [3, 7]);
        assert!(selection.holds(3) && !selection.holds(4));
    }

    #[test]
    fn numbers_that_follow_each_other_are_written_as_one_stretch() {
        let selection: Selection = [9, 3, 5, 4, 11, 12].into_iter().collect();
        assert_eq!(selection.to_string(), "3-5.9.11-12");
        assert_eq!("3-5.9.11-12".parse(), Ok(selection));
        // 100,000 findings in a row are 8 bytes.
        assert_eq!((1..=100_000).collect::<Selection>().to_string(), "1-100000");
        assert_eq!("".parse(), Ok(Selection::default()));
    }

    #[test]
    fn what_is_no_selection_is_told_and_costs_no_memory() {
        for text in ["x", "0", "-1", "5-3", "1,2", "1-2-3", "9223372036854775808", "\0", "1 2"] {
            assert_eq!(text.parse::<Selection>(), Err(IllegalSelection::NotNumbers), "{text:?}");
        }
        let twice = format!("1-{SELECTED_MAX}.7");
        for text in ["1-9223372036854775807", &twice, &"1.".repeat(SELECTION_MAX_BYTES)] {
            assert_eq!(text.parse::<Selection>(), Err(IllegalSelection::TooMany), "{}", text.len());
        }
        assert_eq!(format!("1-{SELECTED_MAX}").parse::<Selection>().unwrap().len(), 1_000_000);
    }
}
