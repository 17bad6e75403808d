//! Class and priority that a finding of each type has before anybody decides about it.

use domain::findings::{Class, Priority};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use super::{not_yet_applied, sections};
use crate::api::rules::{ChangeTypes, RulesNow, TypeRow, rules};
use crate::components::failure::failure;
use crate::components::said::Said;

/// The type table.
#[component]
pub fn TypesPage() -> impl IntoView {
    let rules = Resource::new_blocking(|| (), |()| rules());
    view! {
        <Title text="Types" />
        <article class="text wide people">
            <h1>"Types of findings"</h1>
            {sections()}
            <Said />
            <Transition>
                {move || Suspend::new(async move {
                    match rules.await {
                        Ok(rules) => table(rules).into_any(),
                        Err(error) => failure("The types could not be shown.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn table(rules: RulesNow) -> impl IntoView {
    let rows: Vec<_> = rules.types.into_iter().enumerate().map(|(at, rule)| row(at, rule)).collect();
    view! {
        {(!rules.applied).then(|| not_yet_applied("/admin/types"))}
        <p>"What people decided about a finding stays. A failed execution that has its ticket keeps the priority None."</p>
        <form method="post" action=ChangeTypes::url()>
            <div class="scrolls" tabindex="0">
                <table class="rules">
                    <thead><tr><th class="num">"#"</th><th>"Type"</th><th>"Class"</th><th>"Priority"</th><th>"Rule"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p><button class="main">"Save the types"</button></p>
        </form>
    }
}

fn row(at: usize, rule: TypeRow) -> impl IntoView {
    let TypeRow { kind, class, priority } = rule;
    let name = |field: &str| format!("types[{at}][{field}]");
    let classes = Class::ALL
        .iter()
        .map(|&each| view! { <option value=each.label() selected=each == class>{each.label()}</option> });
    let priorities = Priority::ALL
        .iter()
        .map(|&each| view! { <option value=each.label() selected=each == priority>{each.label()}</option> });
    view! {
        <tr>
            <td class="num">{kind.number()}</td>
            <th scope="row">{kind.label()}<input type="hidden" name=name("kind") value=kind.label() /></th>
            <td><select name=name("class") aria-label=format!("Class of {kind}")>{classes.collect_view()}</select></td>
            <td><select name=name("priority") aria-label=format!("Priority of {kind}")>{priorities.collect_view()}</select></td>
            <td class="rule">{kind.rule()}</td>
        </tr>
    }
}
