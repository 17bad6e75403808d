//! Which findings an action is for: some by their numbers, or all that a filter matches.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::filter::Filter;

/// What is selected. A selection of all matching follows the list: what comes to match later is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selection {
    /// These findings.
    Some(BTreeSet<i64>),
    /// All that match the filter, but these.
    AllMatching {
        /// Which.
        filter: Filter,
        /// Taken out one by one.
        except: BTreeSet<i64>,
    },
}

impl Default for Selection {
    /// Nothing.
    fn default() -> Self {
        Self::Some(BTreeSet::new())
    }
}

impl Selection {
    /// All that match.
    pub const fn all(filter: Filter) -> Self {
        Self::AllMatching { filter, except: BTreeSet::new() }
    }

    /// Whether a finding is selected; `matches` says whether it matches the filter of the list.
    pub fn holds(&self, id: i64, matches: bool) -> bool {
        match self {
            Self::Some(ids) => ids.contains(&id),
            Self::AllMatching { except, .. } => matches && !except.contains(&id),
        }
    }

    /// Whether nothing can be in it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Some(ids) if ids.is_empty())
    }

    /// Puts a finding in, or takes it out when it is in.
    pub fn toggle(&mut self, id: i64) {
        let (Self::Some(ids) | Self::AllMatching { except: ids, .. }) = self;
        if !ids.remove(&id) {
            ids.insert(id);
        }
    }

    /// Puts findings in.
    pub fn add(&mut self, more: &[i64]) {
        match self {
            Self::Some(ids) => ids.extend(more),
            Self::AllMatching { except, .. } => except.retain(|id| !more.contains(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_taken_out_of_all_is_out_until_it_is_put_in_again() {
        let mut all = Selection::all(Filter::default());
        all.toggle(7);
        assert!(all.holds(1, true) && !all.holds(7, true) && !all.holds(2, false));
        all.add(&[7]);
        assert!(all.holds(7, true));
    }

    #[test]
    fn some_are_selected_whatever_the_list_shows() {
        let mut some = Selection::default();
        assert!(some.is_empty());
        some.add(&[3, 4]);
        some.toggle(4);
        assert!(some.holds(3, false) && !some.holds(4, true));
    }
}
