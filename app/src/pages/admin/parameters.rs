//! The thresholds of detection.

use domain::findings::{Parameter, Parameters};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use super::{not_yet_applied, sections};
use crate::api::rules::{ChangeParameters, RulesNow, rules};
use crate::components::failure::failure;
use crate::components::said::Said;

/// The five thresholds.
#[component]
pub fn ParametersPage() -> impl IntoView {
    let rules = Resource::new_blocking(|| (), |()| rules());
    view! {
        <Title text="Thresholds" />
        <article class="text people">
            <h1>"Thresholds of detection"</h1>
            {sections()}
            <Said />
            <Transition>
                {move || Suspend::new(async move {
                    match rules.await {
                        Ok(rules) => form(rules).into_any(),
                        Err(error) => failure("The thresholds could not be shown.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn form(rules: RulesNow) -> impl IntoView {
    let fields: Vec<_> = Parameter::ALL.iter().map(|&parameter| field(parameter, &rules.parameters)).collect();
    view! {
        {(!rules.applied).then(|| not_yet_applied("/admin/parameters"))}
        <form class="form thresholds" method="post" action=ChangeParameters::url()>
            {fields}
            <button class="main">"Save the thresholds"</button>
        </form>
    }
}

fn field(parameter: Parameter, parameters: &Parameters) -> impl IntoView + use<> {
    let (bounds, usual) = (parameter.bounds_s(), parameter.of(&Parameters::default()));
    let described = format!("{parameter}-means");
    view! {
        <label>
            <span><code>{parameter.label()}</code>" [s]"</span>
            <input
                name=parameter.label() type="number" inputmode="numeric" step="1" min=bounds.start().to_string()
                max=bounds.end().to_string() value=parameter.of(parameters).to_string() required aria-describedby=described.clone()
            />
        </label>
        <p id=described class="hint">
            {parameter.meaning()}" From "{*bounds.start()}" to "{*bounds.end()}"; "{usual}" unless somebody changed it."
        </p>
    }
}
