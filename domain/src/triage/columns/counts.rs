//! The counts beside the filters: how many the list would show, of how many there are.

use std::collections::HashMap;

use super::{Columns, FACETS, STATE, View};
use crate::family::Family;
use crate::findings::{Class, FindingType, Priority};
use crate::time::Span;
use crate::triage::bits::Bits;
use crate::triage::dictionary::{NONE, folded};
use crate::triage::filter::{Assignee, Filter, What};
use crate::triage::{Count, Facets, State};

/// How many people and how many tags a facet lists, the most frequent first; what is asked for is listed besides.
const LISTED: usize = 20;

impl Columns {
    /// The counts beside the filters. A facet's own filter does not count for it: its numbers say what choosing would give.
    pub fn facets(&self, view: &View, filter: &Filter) -> Facets {
        let others = |facet: usize| self.passing_others(view, facet);
        fn counted<T: Copy>(values: &[T], sets: &[Bits], in_view: &Bits, in_all: &Bits) -> Vec<Count<T>> {
            let nothing = Bits::default();
            let set = |at: usize| sets.get(at).unwrap_or(&nothing);
            let n = |at: usize, rows: &Bits| i64::from(set(at).count_with(rows));
            let count = |(at, &value)| Count { value, in_view: n(at, in_view), total: n(at, in_all) };
            values.iter().enumerate().map(count).collect()
        }
        let families: Vec<_> = Family::ALL.into_iter().map(Some).chain([None]).collect();
        Facets {
            class: counted(Class::ALL, &self.by_class, &others(0), &view.listed),
            priority: counted(Priority::ALL, &self.by_priority, &others(1), &view.listed),
            kind: counted(FindingType::ALL, &self.by_kind, &others(2), &view.listed),
            family: counted(&families, &self.by_family, &others(3), &view.listed),
            state: counted(State::ALL, &self.by_state, &others(STATE), &view.period),
            assignee: self.assignees(&others(5), view, filter),
            tag: self.most_used_tags(&others(6), view, filter),
        }
    }

    /// How many findings of each type match, and how long they last together \[s\]; the types of which there are any.
    pub fn by_kind(&self, view: &View) -> Vec<(FindingType, i64, i64)> {
        let of_kind = |(at, &kind): (usize, &FindingType)| {
            let mut rows = view.matching.clone();
            rows.keep(self.by_kind.get(at)?);
            let seconds = rows.iter().filter_map(|place| self.span[place as usize]).map(Span::seconds).sum();
            (rows.count() > 0).then(|| (kind, i64::from(rows.count()), seconds))
        };
        FindingType::ALL.iter().enumerate().filter_map(of_kind).collect()
    }

    /// What all filters but one facet's let through.
    fn passing_others(&self, view: &View, facet: usize) -> Bits {
        debug_assert!(facet < FACETS, "a facet of the view");
        if view.by_facet.get(facet).is_none_or(Option::is_none) {
            return view.matching.clone();
        }
        let mut bits = view.others.clone();
        for (at, own) in view.by_facet.iter().enumerate() {
            if let Some(own) = own.as_ref().filter(|_| at != facet) {
                bits.keep(own);
            }
        }
        bits
    }

    /// Nobody first, then people by their names.
    fn assignees(&self, others: &Bits, view: &View, filter: &Filter) -> Vec<Count<Option<String>>> {
        let mut counts: HashMap<u32, Count<Option<String>>> = HashMap::new();
        let named = |number: u32| (number != NONE).then(|| self.texts.get(number).to_owned());
        // A row's neighbours mostly have the same, and most rows have nobody: the map is asked once per person.
        let tally = |rows: &Bits| {
            let mut n: HashMap<u32, i64> = HashMap::new();
            let mut nobody = 0;
            for place in rows.iter() {
                match self.assignee[place as usize] {
                    NONE => nobody += 1,
                    number => *n.entry(number).or_default() += 1,
                }
            }
            n.insert(NONE, nobody);
            n
        };
        for (number, total) in tally(&view.listed) {
            counts.insert(number, Count { value: named(number), in_view: 0, total });
        }
        let in_view = tally(others);
        for (number, &in_view) in &in_view {
            if let Some(count) = counts.get_mut(number) {
                count.in_view = in_view;
            }
        }
        let mut counts: Vec<_> = counts.into_values().collect();
        for term in &filter.terms {
            if let What::Assignee(Assignee::Named(name)) = &term.what
                && counts.iter().all(|count| count.value.as_ref() != Some(name))
            {
                // Findings that another stands for are not listed, and are in view when somebody asks for them.
                let in_view = self.texts.find(name).and_then(|number| in_view.get(&number)).copied().unwrap_or(0);
                counts.push(Count { value: Some(name.clone()), in_view, total: 0 });
            }
        }
        let asked = |value: &Option<String>| {
            filter.terms.iter().any(|term| match &term.what {
                What::Assignee(Assignee::Named(name)) => Some(name) == value.as_ref(),
                _ => false,
            })
        };
        frequent(&mut counts, asked);
        counts.sort_unstable_by(|a, b| a.value.cmp(&b.value));
        counts
    }

    /// Those without a tag first, then the most frequent tags.
    fn most_used_tags(&self, others: &Bits, view: &View, filter: &Filter) -> Vec<Count<Option<String>>> {
        let asked: Vec<(Option<u32>, &String)> = filter
            .terms
            .iter()
            .filter_map(|term| match &term.what {
                What::Tag(Some(tag)) => Some((self.tag_lists.folded.find(&folded(tag.trim())), tag)),
                _ => None,
            })
            .collect();
        let (in_view, none_in_view) = self.tally_tags(others);
        let (total, none) = self.tally_tags(&view.listed);
        let mut numbers: Vec<u32> = (0u32..).zip(&total).filter(|(_, n)| **n > 0).map(|(number, _)| number).collect();
        let by_use = |&number: &u32| {
            let at = number as usize;
            (std::cmp::Reverse((in_view[at], total[at])), self.tag_lists.folded.get(number))
        };
        if numbers.len() > LISTED {
            numbers.select_nth_unstable_by(LISTED, |a, b| by_use(a).cmp(&by_use(b)));
            numbers.truncate(LISTED);
        }
        let known = asked.iter().filter_map(|(number, _)| *number);
        let more: Vec<u32> = known.filter(|number| !numbers.contains(number)).collect();
        numbers.extend(more);
        numbers.sort_unstable_by(|a, b| by_use(a).cmp(&by_use(b)));
        numbers.dedup();
        let listed = numbers.into_iter().map(|number| Count {
            value: Some(self.tag_lists.spelling.get(number).to_owned()),
            in_view: i64::from(in_view[number as usize]),
            total: i64::from(total[number as usize]),
        });
        let unknown = asked.iter().filter(|(number, _)| number.is_none());
        let unknown = unknown.map(|(_, tag)| Count { value: Some((*tag).clone()), in_view: 0, total: 0 });
        [Count { value: None, in_view: none_in_view, total: none }].into_iter().chain(listed).chain(unknown).collect()
    }

    /// How many of the rows have each tag, and how many have none.
    fn tally_tags(&self, rows: &Bits) -> (Vec<u32>, i64) {
        let mut lists = vec![0u32; self.tag_texts.len()];
        for place in rows.iter() {
            if let Some(n) = lists.get_mut(self.tags[place as usize] as usize) {
                *n += 1;
            }
        }
        let (mut tags, mut none) = (vec![0u32; self.tag_lists.folded.len()], 0);
        for (list, n) in (0u32..).zip(lists).filter(|(_, n)| *n > 0) {
            let own = self.tag_lists.of(list);
            if own.is_empty() {
                none += i64::from(n);
            }
            // A tag that a list says twice counts once.
            for (nth, &tag) in own.iter().enumerate() {
                if !own[..nth].contains(&tag) {
                    tags[tag as usize] += n;
                }
            }
        }
        (tags, none)
    }
}

/// Keeps nobody, who is asked for, and the most frequent of the rest.
fn frequent(counts: &mut Vec<Count<Option<String>>>, asked: impl Fn(&Option<String>) -> bool) {
    counts.sort_unstable_by(|a, b| (b.in_view, b.total, &a.value).cmp(&(a.in_view, a.total, &b.value)));
    let mut kept = 0;
    counts.retain(|count| {
        let always = count.value.is_none() || asked(&count.value);
        kept += usize::from(!always);
        always || kept <= LISTED
    });
}
