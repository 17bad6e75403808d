//! How often suggestions were right: by type, lately and ever, counted from the audit trail.

use domain::triage::suggestion::experience::LATELY;
use domain::triage::suggestion::{DECISIONS_MIN, HitRate, TypeRecord};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::suggestion::suggestions;
use crate::components::failure::failure;
use crate::format::{percent, thousands};

/// The table of hit rates.
#[component]
pub fn SuggestionsPage() -> impl IntoView {
    let records = Resource::new_blocking(|| (), |()| suggestions());
    view! {
        <Title text="Suggestions" />
        <article class="text">
            <h1>"Suggestions"</h1>
            <p class="lead">
                "Beside an open finding stands what people decided about findings like it. Nothing changes without a person."
            </p>
            <p>
                "Each decision was first predicted and then learned, so these are answers the reader would have seen. What was \
                 undone, or decided differently later, no longer counts. A type needs "{DECISIONS_MIN}" decisions before \
                 anything is suggested, and findings that were decided this way and that way get no suggestion. Lately is the \
                 last "{LATELY.to_string()}" decisions."
            </p>
            <Transition>
                {move || Suspend::new(async move {
                    match records.await {
                        Ok(records) => table(&records).into_any(),
                        Err(error) => failure("The hit rates could not be read.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn table(records: &[TypeRecord]) -> impl IntoView + use<> {
    let decided: Vec<_> = records.iter().filter(|record| n(record.ever) > 0).map(row).collect();
    if decided.is_empty() {
        return view! { <div class="nothing"><p>"Nobody has decided anything yet, so there is nothing to go by."</p></div> }
            .into_any();
    }
    let undecided: Vec<_> =
        records.iter().filter(|record| n(record.ever) == 0).map(|record| record.kind.label()).collect();
    let undecided = (!undecided.is_empty())
        .then(|| view! { <p class="hint">"Without a decision so far: "{undecided.join(", ")}"."</p> });
    view! {
        <div class="scrolls" tabindex="0">
            <table class="hit-rates">
                <thead>
                    <tr>
                        <th rowspan="2" scope="col">"Type"</th>
                        <th colspan="4" scope="colgroup">"Lately"</th>
                        <th colspan="4" scope="colgroup">"Ever"</th>
                    </tr>
                    <tr>{heads()}{heads()}</tr>
                </thead>
                <tbody>{decided}</tbody>
            </table>
        </div>
        {undecided}
    }
    .into_any()
}

fn heads() -> impl IntoView {
    ["Predicted", "Right", "%", "No suggestion"]
        .map(|head| view! { <th class="num" scope="col">{head}</th> })
        .collect_view()
}

fn row(record: &TypeRecord) -> impl IntoView + use<> {
    view! {
        <tr>
            <th scope="row"><a href=format!("/definitions#type-{}", record.kind.number())>{record.kind.label()}</a></th>
            {cells(record.lately)}
            {cells(record.ever)}
        </tr>
    }
}

fn cells(rate: HitRate) -> impl IntoView {
    let (n_right, n_predicted) = (i64::from(rate.n_right), i64::from(rate.n_predicted));
    let right = percent(n_right, n_predicted).unwrap_or_else(|| "n/a".to_owned());
    [thousands(n_predicted), thousands(n_right), right, thousands(rate.n_silent.into())]
        .map(|text| view! { <td class="num">{text}</td> })
        .collect_view()
}

/// How many decisions it counts.
fn n(rate: HitRate) -> u32 {
    rate.n_predicted + rate.n_silent
}
