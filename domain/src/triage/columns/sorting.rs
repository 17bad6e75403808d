//! The order of the list: each order is made once and then kept in step with the rows.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Columns, View, locked};
use crate::family::Family;
use crate::findings::FindingType;
use crate::time::{Instant, Span};
use crate::triage::dictionary::NONE;
use crate::triage::order::{Column, Sort};

/// All places in the orders that were asked for lately, the latest last.
#[derive(Debug, Default)]
pub(super) struct Orders(Vec<Order>);

/// An order, and all places in it.
type Order = (Arc<[Sort]>, Arc<[u32]>);

/// How many orders are kept: 4 bytes per row each.
const KEPT: usize = 8;

/// Fewer matching rows than one in so many are sorted by themselves; more are picked out of an order of all.
const SPARSE: usize = 64;

impl View {
    /// The places of at most `limit` matching rows after the first `offset`, in order. [`Columns::row`] gives the rows. `columns`
    /// are those that made the view.
    pub fn rows(&self, columns: &Columns, offset: usize, limit: usize) -> Vec<u32> {
        let n = self.n as usize;
        if limit == 0 || offset >= n {
            return Vec::new();
        }
        let until = n.min(offset.saturating_add(limit));
        if n < columns.id.len() / SPARSE && locked(&columns.orders).get(&self.order).is_none() {
            let mut places: Vec<u32> = self.matching.iter().collect();
            let compare = |&a: &u32, &b: &u32| columns.compare(&self.order, a, b);
            if until < n {
                places.select_nth_unstable_by(until - 1, compare);
                places.truncate(until);
            }
            places.sort_unstable_by(compare);
            return places.split_off(offset);
        }
        let order = columns.ordered(&self.order);
        order.iter().copied().filter(|&place| self.holds(place)).skip(offset).take(until - offset).collect()
    }
}

impl Orders {
    fn get(&self, order: &[Sort]) -> Option<Arc<[u32]>> {
        self.0.iter().find(|(kept, _)| **kept == *order).map(|(_, places)| Arc::clone(places))
    }
}

impl Columns {
    /// All places in that order.
    fn ordered(&self, order: &Arc<[Sort]>) -> Arc<[u32]> {
        if let Some(places) = locked(&self.orders).get(order) {
            return places;
        }
        let places = self.sorted(order);
        let Orders(kept) = &mut *locked(&self.orders);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((Arc::clone(order), Arc::clone(&places)));
        places
    }

    fn sorted(&self, order: &[Sort]) -> Arc<[u32]> {
        let ranks = order.iter().any(|sort| matches!(sort.column, Column::Comment | Column::Assignee | Column::Shift));
        let ranks = if ranks { self.texts.ranks() } else { Default::default() };
        let keys: Vec<Vec<i64>> = order.iter().chain([&Sort::default()]).map(|&sort| self.keys(sort, &ranks)).collect();
        let mut places: Vec<u32> = (0u32..).take(self.id.len()).collect();
        places.sort_unstable_by(|&a, &b| {
            let (a, b) = (a as usize, b as usize);
            let by_key = keys.iter().map(|keys| keys[a].cmp(&keys[b])).find(|order| order.is_ne());
            by_key.unwrap_or_else(|| self.id[a].cmp(&self.id[b]))
        });
        places.into()
    }

    /// A number for each place that sorts as the column does; the largest where there is nothing.
    fn keys(&self, sort: Sort, ranks: &[u32]) -> Vec<i64> {
        const LAST: i64 = i64::MAX;
        let rows = 0..self.id.len();
        let text = |column: &[u32]| -> Vec<i64> {
            column.iter().map(|&number| ranks.get(number as usize).map_or(LAST, |&rank| i64::from(rank))).collect()
        };
        let mut keys: Vec<i64> = match sort.column {
            Column::End => self.span.iter().map(|span| span.map_or(LAST, |span| span.end().unix_seconds())).collect(),
            Column::Duration => self.span.iter().map(|span| span.map_or(0, Span::seconds)).collect(),
            Column::Class => self.class.iter().map(|&class| class as i64).collect(),
            Column::Kind => {
                let mut by_label = FindingType::ALL.to_vec();
                by_label.sort_unstable_by_key(|kind| kind.label());
                let rank = |kind: FindingType| by_label.iter().position(|&other| other == kind).unwrap_or_default();
                let rank: Vec<i64> =
                    FindingType::ALL.iter().map(|&kind| i64::try_from(rank(kind)).unwrap_or(LAST)).collect();
                self.kind.iter().map(|&kind| rank[kind as usize]).collect()
            }
            Column::Priority => self.priority.iter().map(|&priority| -(priority as i64)).collect(),
            // The labels are in the order of their bytes, and what has no family has the smallest.
            Column::Family => self.family.iter().map(|family| family.map_or(-1, |family| family as i64)).collect(),
            Column::State => self.state.iter().map(|&state| state as i64).collect(),
            Column::Tags => {
                let ranks = self.tag_texts.ranks();
                rows.map(|at| ranks.get(self.tags[at] as usize).map_or(LAST, |&rank| i64::from(rank))).collect()
            }
            Column::Comment => text(&self.comment),
            Column::Assignee => text(&self.assignee),
            Column::Shift => text(&self.shift),
        };
        if sort.descending {
            keys.iter_mut().filter(|key| **key != LAST).for_each(|key| *key = -*key);
        }
        keys
    }

    /// The same order as [`Self::sorted`], for two places.
    fn compare(&self, order: &[Sort], a: u32, b: u32) -> Ordering {
        let by_column = order.iter().map(|&sort| self.compare_by(sort, a, b)).find(|order| order.is_ne());
        by_column.unwrap_or_else(|| {
            let by_end = self.compare_by(Sort::default(), a, b);
            by_end.then_with(|| self.id[a as usize].cmp(&self.id[b as usize]))
        })
    }

    fn compare_by(&self, sort: Sort, a: u32, b: u32) -> Ordering {
        let (a, b) = (a as usize, b as usize);
        let directed = |order: Ordering| if sort.descending { order.reverse() } else { order };
        match sort.column {
            Column::End => {
                let end = |at: usize| self.span[at].map(Span::end);
                what_is_there(end(a), end(b), |a: Instant, b: Instant| directed(a.cmp(&b)))
            }
            Column::Duration => {
                let seconds = |at: usize| self.span[at].map_or(0, Span::seconds);
                directed(seconds(a).cmp(&seconds(b)))
            }
            Column::Class => directed(self.class[a].cmp(&self.class[b])),
            Column::Kind => directed(self.kind[a].label().cmp(self.kind[b].label())),
            Column::Priority => directed(self.priority[b].cmp(&self.priority[a])),
            Column::Family => directed(Family::label_of(self.family[a]).cmp(Family::label_of(self.family[b]))),
            Column::State => directed(self.state[a].cmp(&self.state[b])),
            Column::Tags => directed(self.tag_texts.get(self.tags[a]).cmp(self.tag_texts.get(self.tags[b]))),
            Column::Comment => directed(self.texts.get(self.comment[a]).cmp(self.texts.get(self.comment[b]))),
            Column::Assignee => self.compare_texts(self.assignee[a], self.assignee[b], directed),
            Column::Shift => self.compare_texts(self.shift[a], self.shift[b], directed),
        }
    }

    fn compare_texts(&self, a: u32, b: u32, directed: impl Fn(Ordering) -> Ordering) -> Ordering {
        let there = |number: u32| (number != NONE).then(|| self.texts.get(number));
        what_is_there(there(a), there(b), |a, b| directed(a.cmp(b)))
    }

    /// Puts changed rows where they belong now, in every order that is kept; many changes are cheaper sorted anew when asked for.
    pub(super) fn reorder(&mut self, mut changed: Vec<u32>) {
        changed.sort_unstable();
        changed.dedup();
        let Orders(kept) = std::mem::take(&mut *locked(&self.orders));
        if changed.len() > self.id.len() / 32 + 8 {
            return;
        }
        let moved = kept.into_iter().map(|(order, places)| {
            let stayed: Vec<u32> =
                places.iter().copied().filter(|place| changed.binary_search(place).is_err()).collect();
            let mut coming = changed.clone();
            coming.sort_unstable_by(|&a, &b| self.compare(&order, a, b));
            let mut places = Vec::with_capacity(stayed.len() + coming.len());
            let mut from = 0;
            for place in coming {
                let to = from + stayed[from..].partition_point(|&other| self.compare(&order, other, place).is_lt());
                places.extend_from_slice(&stayed[from..to]);
                places.push(place);
                from = to;
            }
            places.extend_from_slice(&stayed[from..]);
            (order, places.into())
        });
        let moved = moved.collect();
        *locked(&self.orders) = Orders(moved);
    }
}

/// What is not there is last, whichever way the rest goes.
fn what_is_there<T>(a: Option<T>, b: Option<T>, compare: impl Fn(T, T) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}
