//! Cutting a finding in two, merging it with a neighbour, and the findings that come of it.

use domain::time::Instant;
use domain::triage::decision::instant_of;
use domain::triage::partition::{Relation, Relative};
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::Element;

use super::Verdict;
use super::bar::key_hint;
use crate::format::clock_time;

/// The control that cuts a finding in two: an instant, which the arrow keys and the timeline's handle move.
pub(super) fn splits(verdict: Verdict) -> Option<impl IntoView> {
    let cutting = verdict.cutting;
    cutting.span()?;
    let id = verdict.shown.with_untracked(|shown| shown.row.id);
    let version = move || verdict.shown.with(|shown| shown.row.row_version);
    let text = move || cutting.at().map(Instant::for_people);
    let on_typed = move |event| {
        if let Ok(typed) = instant_of(&event_target_value(&event)) {
            cutting.put(typed);
        }
    };
    let on_toggle = move |event: Event| {
        if let Some(details) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
            cutting.form_open.set(details.has_attribute("open"));
        }
    };
    let list = format!("types-of-{id}");
    Some(view! {
        <details name="verdict" open=move || cutting.form_open.get() on:toggle=on_toggle>
            <summary data-key="p">"Split"{key_hint("p")}</summary>
            <form method="post" action="/_fn/split" id=cutting.form_id()>
                <input type="hidden" name="finding" value=id />
                <input type="hidden" name="row_version" value=version />
                <label>"At [UTC], ← → by a minute, with Shift by a second"
                    <input
                        name="cut" class="num" value=text prop:value=text autocomplete="off"
                        on:keydown=move |key| cutting.press(&key) on:change=on_typed
                    />
                </label>
                <p class="hint" aria-live="polite">{move || cutting.lengths()}</p>
                <label>"The part before is"<input name="first" list=list.clone() placeholder="the same" autocomplete="off" /></label>
                <label>"The part after is"<input name="second" list=list placeholder="the same" autocomplete="off" /></label>
                <button>"Split"</button>
            </form>
        </details>
    })
}

/// A button for each neighbour that this finding can be merged with.
pub(super) fn merges(verdict: Verdict) -> impl IntoView {
    let neighbours = Memo::new(move |_| {
        verdict.shown.with(|shown| {
            let near =
                shown.relatives.iter().filter(|near| matches!(near.relation, Relation::Before | Relation::After));
            near.cloned().collect::<Vec<Relative>>()
        })
    });
    let id = verdict.shown.with_untracked(|shown| shown.row.id);
    let version = move || verdict.shown.with(|shown| shown.row.row_version);
    let merge = move |Relative { relation, row }: Relative| {
        let (key, which) = if relation == Relation::Before { ("N", "previous") } else { ("n", "next") };
        let title = format!("{}, {}", row.kind, row.span.map_or_else(String::new, |span| clock_time(span.seconds())));
        view! {
            <form method="post" action="/_fn/merge">
                <input type="hidden" name="finding" value=id />
                <input type="hidden" name="row_version" value=version />
                <input type="hidden" name="neighbour" value=row.id />
                <input type="hidden" name="neighbour_version" value=row.row_version />
                <button data-key=key title=title>"Merge with "{which}{key_hint(key)}</button>
            </form>
        }
    };
    neighbours.get().into_iter().map(merge).collect::<Vec<_>>()
}

/// The findings that stand for this one, or for which it stands.
pub(in crate::pages::triage) fn relatives(verdict: Verdict) -> impl IntoView {
    let shown = Memo::new(move |_| verdict.shown.with(|shown| shown.relatives.clone()));
    move || {
        let lines: Vec<_> = shown
            .get()
            .into_iter()
            .map(|Relative { relation, row }| {
                let length = row.span.map_or_else(String::new, |span| clock_time(span.seconds()));
                view! {
                    <li>
                        <span class="hint">{relation.label()}</span>" "
                        <a href=format!("/triage?finding={}", row.id) data-noscroll="">{row.kind.label()}</a>" "
                        <span class="num">{length}</span>
                    </li>
                }
            })
            .collect();
        (!lines.is_empty()).then(|| view! { <ul class="relatives" aria-label="Findings beside it">{lines}</ul> })
    }
}
