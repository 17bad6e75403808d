//! Who may read.

use domain::people::Reading;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use super::sections;
use crate::api::rules::{ChangeReading, RulesNow, rules};
use crate::components::failure::failure;
use crate::components::said::Said;

/// The settings that hold for everybody.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let rules = Resource::new_blocking(|| (), |()| rules());
    view! {
        <Title text="Settings" />
        <article class="text people">
            <h1>"Settings"</h1>
            {sections()}
            <Said />
            <Transition>
                {move || Suspend::new(async move {
                    match rules.await {
                        Ok(rules) => form(rules).into_any(),
                        Err(error) => failure("The settings could not be shown.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn form(rules: RulesNow) -> impl IntoView {
    let choices = [
        (Reading::Open, "Open: everybody who reaches this server can read"),
        (Reading::Closed, "Closed: one has to sign in to read; programs need a token"),
    ]
    .map(|(reading, words)| {
        view! {
            <label class="check">
                <input type="radio" name="reading" value=reading.label() checked=reading == rules.reading />
                <span>{words}</span>
            </label>
        }
    });
    view! {
        <form class="form" method="post" action=ChangeReading::url()>
            <fieldset><legend>"Reading"</legend>{choices.collect_view()}</fieldset>
            <button class="main">"Save the settings"</button>
        </form>
    }
}
