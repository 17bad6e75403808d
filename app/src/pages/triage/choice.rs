//! One value of one filter: what a facet lists, what a chip takes away.

use domain::family::Family;
use domain::findings::{Class, FindingType, Priority};
use domain::triage::State;
use domain::triage::filter::{Filter, Period};
use leptos::prelude::*;

use crate::query::{TriageQuery, toggle};

/// A value that a finding can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Class(Class),
    Priority(Priority),
    Kind(FindingType),
    Family(Option<Family>),
    State(State),
}

impl Choice {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Class(class) => class.label(),
            Self::Priority(priority) => priority.label(),
            Self::Kind(kind) => kind.label(),
            Self::Family(None) => "No single family",
            Self::Family(family) => Family::label_of(family),
            Self::State(state) => state.label(),
        }
    }

    /// What it is a value of.
    pub(super) const fn facet(self) -> &'static str {
        match self {
            Self::Class(_) => "Class",
            Self::Priority(_) => "Priority",
            Self::Kind(_) => "Type",
            Self::Family(_) => "Array family",
            Self::State(_) => "State",
        }
    }

    pub(super) fn is_on(self, filter: &Filter) -> bool {
        match self {
            Self::Class(class) => filter.class.contains(&class),
            Self::Priority(priority) => filter.priority.contains(&priority),
            Self::Kind(kind) => filter.kind.contains(&kind),
            Self::Family(family) => filter.family.contains(&family),
            Self::State(state) => filter.state.contains(&state),
        }
    }

    /// The list with this value added to the filter, or taken out of it.
    pub(super) fn toggled(self, query: &TriageQuery) -> TriageQuery {
        query.filtered(|filter| match self {
            Self::Class(class) => toggle(&mut filter.class, class),
            Self::Priority(priority) => toggle(&mut filter.priority, priority),
            Self::Kind(kind) => toggle(&mut filter.kind, kind),
            Self::Family(family) => toggle(&mut filter.family, family),
            Self::State(state) => toggle(&mut filter.state, state),
        })
    }
}

/// Everything a filter asks for, facet by facet.
fn chosen(filter: &Filter) -> Vec<Choice> {
    let class = filter.class.iter().map(|&v| Choice::Class(v));
    let priority = filter.priority.iter().map(|&v| Choice::Priority(v));
    let kind = filter.kind.iter().map(|&v| Choice::Kind(v));
    let family = filter.family.iter().map(|&v| Choice::Family(v));
    let state = filter.state.iter().map(|&v| Choice::State(v));
    class.chain(priority).chain(kind).chain(family).chain(state).collect()
}

/// The period in words; `None` when it is all there is.
fn period_words(period: Period) -> Option<String> {
    Some(match period {
        Period::All => return None,
        Period::LastShift => "last shift".to_owned(),
        Period::LastSevenDays => "last 7 days".to_owned(),
        Period::Between { from: Some(from), to: Some(to) } => format!("{} to {}", from.for_people(), to.for_people()),
        Period::Between { from: Some(from), to: None } => format!("from {}", from.for_people()),
        Period::Between { from: None, to: Some(to) } => format!("to {}", to.for_people()),
        Period::Between { from: None, to: None } => return None,
    })
}

/// What is filtered now, each a link that takes it away. Nothing when nothing is.
pub(super) fn chips(query: Memo<TriageQuery>) -> impl IntoView {
    move || {
        query.with(|query| {
            let by_value = chosen(&query.filter)
                .into_iter()
                .map(|choice| (choice.facet(), choice.label().to_owned(), choice.toggled(query)));
            let all_time = || query.filtered(|filter| filter.period = Period::All);
            let by_time = period_words(query.filter.period).map(|words| ("Period", words, all_time()));
            let chips: Vec<_> = by_value.chain(by_time).map(chip).collect();
            (!chips.is_empty()).then(|| {
                let none = query.filtered(|filter| *filter = Filter::default()).href();
                view! {
                    <ul class="chips" aria-label="Filters">
                        {chips}
                        <li><a href=none data-noscroll="">"Clear all"</a></li>
                    </ul>
                }
            })
        })
    }
}

fn chip((facet, value, without): (&'static str, String, TriageQuery)) -> impl IntoView {
    // The unseen words make a sentence of it for those who hear it: "Remove filter Class: GAP".
    view! {
        <li>
            <a class="chip" href=without.href() data-noscroll="">
                <span class="unseen">"Remove filter "</span><span class="of">{facet}</span><span class="unseen">": "</span>{value}
            </a>
        </li>
    }
}
