//! The rules that stand, in the order in which they are asked.

use domain::triage::standing_rule::{Condition, StandingRule};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use store::KeptRule;

use super::{href_of, may_make};
use crate::api::refusal::store;
use crate::api::standing_rules::{MoveStandingRule, SwitchStandingRule};
use crate::components::moment::moment;
use crate::error::AppError;
use crate::format::thousands;
use crate::query::TriageQuery;

/// The list.
pub(super) async fn page() -> Result<AnyView, AppError> {
    let rules = store()?.standing_rules().await?;
    Ok(list(rules, may_make()).into_any())
}

fn list(rules: Vec<KeptRule>, may: bool) -> impl IntoView {
    let how_to_begin = if may {
        "Filter the triage list until it shows what you would decide alike every time, and choose “Make this filter a rule”."
    } else {
        "Astronomers and admins make them from the filter of the triage list."
    };
    let new = may.then(|| view! { <p><a class="button" href="/rules/new">"New rule"</a></p> });
    let n = rules.len();
    let table = if n == 0 {
        view! { <div class="nothing"><p>"No rule stands yet. "{how_to_begin}</p></div> }.into_any()
    } else {
        let rows: Vec<_> = rules.into_iter().enumerate().map(|(at, kept)| row(kept, at, n, may)).collect();
        view! {
            <div class="scrolls" tabindex="0">
                <table class="standing-rules">
                    <thead>
                        <tr>
                            <th class="num">"#"</th><th>"Rule"</th><th>"When"</th><th>"Gives"</th><th>"Asked"</th>
                            <th class="num">"Findings changed"</th><th>"Made by"</th><th class="num">"Made [UTC]"</th>
                            {may.then(|| view! { <th><span class="unseen">"Order"</span></th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <p class="lead">
            "What somebody said once for all findings that fit. After every load they are asked about what is new or changed, from \
             the first to the last: each sees what those before it gave, and of two that give one field the later stands."
        </p>
        <p>
            "What a person decided stays, and so does what a person took back of a rule. Where the condition of a rule no longer \
             holds, a finding that is still open is as the log says again."
        </p>
        {new}
        {table}
    }
}

fn row(kept: KeptRule, at: usize, n: usize, may: bool) -> impl IntoView {
    let KeptRule { rule, place, is_on, author, made_at, version, n_findings, .. } = kept;
    let (id, name) = (rule.id, rule.name.to_string());
    let order = may.then(|| {
        view! {
            <td class="actions">
                {turn(id, true, "↑", format!("Ask {name} earlier"), at > 0)}
                {turn(id, false, "↓", format!("Ask {name} later"), at + 1 < n)}
                {switch(id, version, is_on, Some(&name))}
            </td>
        }
    });
    view! {
        <tr class:off=!is_on>
            <td class="num">{place}</td>
            <th scope="row"><a href=href_of(id)>{name}</a></th>
            <td>{condition(&rule.condition)}</td>
            <td>{gives(&rule)}</td>
            <td>{if is_on { "yes" } else { "switched off" }}</td>
            <td class="num"><a href=format!("{}#findings", href_of(id))>{thousands(n_findings)}</a></td>
            <td>{author}</td>
            <td class="num">{moment(made_at)}</td>
            {order}
        </tr>
    }
}

/// A button that lets a rule change places.
fn turn(id: i64, earlier: bool, sign: &'static str, label: String, can: bool) -> impl IntoView {
    view! {
        <form method="post" action=MoveStandingRule::url()>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="earlier" value=earlier.to_string() />
            <button class="quiet" aria-label=label disabled=!can>{sign}</button>
        </form>
    }
}

/// A button that switches a rule.
pub(super) fn switch(id: i64, version: i64, is_on: bool, name: Option<&str>) -> impl IntoView + use<> {
    let verb = if is_on { "Switch off" } else { "Switch on" };
    let label = name.map(|name| format!("{verb} {name}"));
    view! {
        <form method="post" action=SwitchStandingRule::url()>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="version" value=version.to_string() />
            <input type="hidden" name="on" value=(!is_on).to_string() />
            <button aria-label=label>{verb}</button>
        </form>
    }
}

/// The line, as the way to the findings that it shows now.
pub(super) fn condition(condition: &Condition) -> impl IntoView + use<> {
    let list = TriageQuery { filter: condition.filter().clone(), ..TriageQuery::default() };
    view! { <a class="condition" href=list.href() title="The findings that show this now"><code>{condition.to_string()}</code></a> }
}

/// What it gives, one thing a line.
pub(super) fn gives(rule: &StandingRule) -> impl IntoView + use<> {
    let gifts = rule.gives.gifts().iter().map(|gift| {
        let (field, value) = (super::draft::gift_name(gift.field()), gift.value().to_owned());
        view! { <li><span class="hint">{field}</span>" "<strong>{value}</strong></li> }
    });
    view! { <ul class="gives">{gifts.collect_view()}</ul> }
}
