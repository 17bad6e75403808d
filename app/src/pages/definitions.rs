//! What every finding and every number means.

use domain::findings::FindingType;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api;
use crate::components::failure::failure;
use crate::components::words::{class_word, priority_word};

/// The 20 types with their rules, then docs/METRICS.md.
#[component]
pub fn DefinitionsPage() -> impl IntoView {
    let metrics = Resource::new_blocking(|| (), |()| api::definitions::definitions());
    let types: Vec<_> = FindingType::ALL.iter().map(|&kind| type_row(kind)).collect();
    view! {
        <Title text="Definitions" />
        <article class="text">
            <h1>"Definitions"</h1>
            <h2 id="types">"The 20 types of findings"</h2>
            <p>
                "A gap is time nobody accounted for; a user error is where the log contradicts itself. Each idle run of a shift and \
                 family gets the first of the types 1 to 9 that fits."
            </p>
            <div class="scrolls" tabindex="0">
                <table class="types">
                    <thead><tr><th class="num">"#"</th><th>"Type"</th><th>"Class"</th><th>"Priority"</th><th>"Rule"</th></tr></thead>
                    <tbody>{types}</tbody>
                </table>
            </div>
            <Transition>
                {move || Suspend::new(async move {
                    match metrics.await {
                        Ok(html) => view! { <div class="metrics" inner_html=html></div> }.into_any(),
                        Err(error) => failure("The definitions of the numbers could not be read.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn type_row(kind: FindingType) -> impl IntoView {
    view! {
        <tr id=format!("type-{}", kind.number())>
            <td class="num">{kind.number()}</td>
            <th scope="row">{kind.label()}</th>
            <td>{class_word(kind.class())}</td>
            <td>{priority_word(kind.default_priority())}</td>
            <td class="rule">{kind.rule()}</td>
        </tr>
    }
}
