//! What is filtered now: a chip for each term, that switches it off or takes it away.

use domain::triage::filter::{Filter, Term, What};
use leptos::prelude::*;

use crate::query::TriageQuery;

/// The name of a field as the page says it.
pub(super) const fn field_name(what: &What) -> &'static str {
    match what {
        What::Class(_) => "Class",
        What::Priority(_) => "Priority",
        What::Kind(_) => "Type",
        What::Family(_) => "Array family",
        What::State(_) => "State",
        What::Assignee(_) => "Assignee",
        What::Tag(_) => "Tag",
        What::Lasting(_) => "Duration",
        What::When(_) => "Period",
        What::Shift(_) => "Shift",
        What::Id(_) => "Finding",
        What::Text(_) => "Text",
    }
}

/// A chip for each term of the filter. Nothing when nothing is filtered.
pub(super) fn chips(query: Memo<TriageQuery>) -> impl IntoView {
    move || {
        query.with(|query| {
            let terms = &query.filter.terms;
            let chips: Vec<_> = terms.iter().enumerate().map(|(at, term)| chip(at, term, query)).collect();
            (!chips.is_empty()).then(|| {
                let none = query.filtered(Filter::default()).href();
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

/// `Class not GAP ×`: the words switch the filter off and on, the cross takes it away.
fn chip(at: usize, term: &Term, query: &TriageQuery) -> impl IntoView + use<> {
    let (field, value) = (field_name(&term.what), term.what.words());
    let name = if term.without { format!("{field}: not {value}") } else { format!("{field}: {value}") };
    let switched = query.filtered(query.filter.switched(at)).href();
    let without = query.filtered(query.filter.without_term(at)).href();
    // The unseen words make a sentence of it for those who hear it: "Switch off filter Class: GAP".
    let switch = if term.off { "Switch on filter " } else { "Switch off filter " };
    let not = term.without.then(|| view! { <span class="not-word">"not "</span> });
    view! {
        <li class="chip" class:off=term.off>
            <a class="chip-switch" href=switched data-noscroll="" title=switch>
                <span class="unseen">{switch}</span><span class="of">{field}</span><span class="unseen">": "</span>{not}{value}
            </a>
            <a class="chip-remove" href=without data-noscroll=""><span class="unseen">"Remove filter "{name}</span></a>
        </li>
    }
}
