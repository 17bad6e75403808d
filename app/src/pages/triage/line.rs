//! The query line: the whole filter as one line of text, and below it what of it is not understood.

use domain::people::Right;
use domain::triage::filter::Misread;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::{Event, SubmitEvent};

use super::board::Board;
use super::views::views_button;
use crate::api::person::use_visitor;
use crate::query::{Reading, TriageQuery, pairs_of};

/// The line. It is a form, so that it works without JavaScript.
pub(super) fn line(reading: Memo<Reading>, query: Memo<TriageQuery>, board: Board) -> impl IntoView {
    // As it was typed, so that a mistake can be mended and nothing moves under the cursor.
    let text = move || reading.with(|reading| reading.line.clone().unwrap_or_else(|| reading.query.filter.to_string()));
    // With all findings at hand the list follows each key; the address is the same place in the history.
    let navigate = use_navigate();
    let go = move |line: &str, replace| {
        let href = query.with_untracked(|query| query.typed(line));
        navigate(&href, NavigateOptions { replace, scroll: false, ..Default::default() });
    };
    let sent = go.clone();
    let typed = move |event: Event| {
        if board.ready_untracked() {
            go(&event_target_value(&event), true);
        }
    };
    // The address that a link would have; the browser's own way to send the form writes the same filter in more signs.
    let line: NodeRef<Input> = NodeRef::new();
    let send = move |event: SubmitEvent| {
        if let Some(line) = line.get_untracked() {
            event.prevent_default();
            sent(&line.value(), board.ready_untracked());
        }
    };
    let wrong = move || reading.with(|reading| !reading.misread.is_empty());
    view! {
        <form method="get" action="/triage" on:submit=send>
            <div class="line" role="search">
                {views_button()}
                <label class="unseen" for="q">"Filter"</label>
                <input
                    node_ref=line
                    id="q"
                    name="q"
                    type="search"
                    value=text
                    prop:value=text
                    placeholder="class:gap -type:handover dur:>0.5 \"IF delay\""
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    on:input=typed
                    aria-describedby="q-wrong"
                    aria-invalid=move || wrong().then_some("true")
                />
                {kept(query)}
                <button>"Filter"</button>
                {make_a_rule(query)}
            </div>
        </form>
        <div id="q-wrong" role="status">{move || reading.with(|reading| mistakes(&reading.misread))}</div>
    }
}

/// The way from a filter to a rule, for who may make one.
fn make_a_rule(query: Memo<TriageQuery>) -> impl IntoView {
    let visitor = use_visitor();
    let may = Memo::new(move |_| {
        visitor.with(|visitor| visitor.user.as_ref().is_some_and(|user| user.role.may(Right::Triage)))
    });
    let href = move || query.with(TriageQuery::rule_href);
    move || may.get().then(|| view! { <a class="make-a-rule" href=href rel="external">"Make this filter a rule"</a> })
}

/// The order and the open finding as hidden fields: a form replaces the whole query of the URL. A field that has nothing to say
/// is not sent.
pub(super) fn kept(query: Memo<TriageQuery>) -> impl IntoView {
    let field = move |name: &'static str| {
        let value = Memo::new(move |_| {
            query.with(|query| pairs_of(query).into_iter().find(|(other, _)| *other == name).map(|(_, value)| value))
        });
        view! { <input type="hidden" name=name value=move || value.get() disabled=move || value.with(Option::is_none) /> }
    };
    [field("sort"), field("finding")].collect_view()
}

fn mistakes(misread: &[Misread]) -> Option<impl IntoView + use<>> {
    let sentences: Vec<_> = misread
        .iter()
        .map(|misread| {
            view! {
                <li><code>{misread.part.clone()}</code>" at character "{misread.at + 1}": "{misread.why.clone()}"."</li>
            }
        })
        .collect();
    (!misread.is_empty()).then(|| {
        view! { <div class="misread"><p>"The rest of the line applies."</p><ul>{sentences}</ul></div> }
    })
}
