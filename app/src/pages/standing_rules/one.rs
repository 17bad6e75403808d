//! One rule: what it says, what it did, and what became of it.

use domain::triage::history::Deed;
use domain::triage::{FindingRow, State};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use store::{KeptRule, RuleEvent};

use super::list::{condition, gives, switch};
use super::{href_of, href_of_draft, may_make};
use crate::api::decision::Undo;
use crate::api::refusal::store;
use crate::api::standing_rules::DeleteStandingRule;
use crate::components::moment::{end_time, moment};
use crate::components::pager::pager;
use crate::components::words::priority_word;
use crate::error::AppError;
use crate::format::thousands;
use crate::query::pairs;

/// Findings on one page (our choice: some four screens of rows).
const PAGE_ROWS: i64 = 100;
/// How many of its actions are shown (our choice: those of some months).
const ACTIONS_SHOWN: i64 = 50;
/// How many findings the list can be asked for by their numbers: an address stays short enough to be sent.
const LISTED_MAX: i64 = 200;

/// The page of one rule.
pub(super) async fn page(id: i64, search: &str) -> Result<AnyView, AppError> {
    let store = store()?;
    let absent = || AppError::NotFound { what: format!("there is no standing rule {id}") };
    let kept = store.standing_rule(id).await?.ok_or_else(absent)?;
    let asked = pairs(search).find(|(name, _)| name == "page").and_then(|(_, page)| page.parse().ok());
    let page = asked.filter(|page| (1..=10_000).contains(page)).unwrap_or(1);
    let listed =
        if kept.n_findings <= LISTED_MAX { store.findings_of_rule(id, 0, LISTED_MAX).await? } else { Vec::new() };
    let ids = store.findings_of_rule(id, (page - 1) * PAGE_ROWS, PAGE_ROWS).await?;
    let rows = store.findings_by_ids(&ids).await?;
    let actions = store.actions_of_rule(id, ACTIONS_SHOWN).await?;
    let story = store.rule_story(id).await?;
    Ok(view! {
        {head(&kept)}
        {deeds(actions)}
        {findings(&kept, page, &listed, rows)}
        {events(story)}
    }
    .into_any())
}

fn head(kept: &KeptRule) -> impl IntoView + use<> {
    let KeptRule { rule, place, is_on, deleted, author, made_at, version, .. } = kept;
    let (id, version) = (rule.id, *version);
    let standing = match (deleted, is_on) {
        (true, _) => "deleted; what it gave stays".to_owned(),
        (false, true) => format!("after every load, as number {place}"),
        (false, false) => "switched off; what it gave stays".to_owned(),
    };
    let actions = (!deleted && may_make()).then(|| {
        view! {
            <div class="buttons">
                <a class="button" href=href_of_draft(Some(id), &rule.into())>"Change it, or try it on the findings that are there"</a>
                {switch(id, version, *is_on, None)}
                <details class="delete">
                    <summary>"Delete"</summary>
                    <form method="post" action=DeleteStandingRule::url()>
                        <input type="hidden" name="id" value=id.to_string() />
                        <input type="hidden" name="version" value=version.to_string() />
                        <p>"What it gave stays. To take that back, undo it below first."</p>
                        <button>"Delete the rule"</button>
                    </form>
                </details>
            </div>
        }
    });
    view! {
        <p class="back"><a href="/rules">"All rules"</a></p>
        <h2>{rule.name.to_string()}</h2>
        <dl class="says">
            <div><dt>"When"</dt><dd>{condition(&rule.condition)}</dd></div>
            <div><dt>"Gives"</dt><dd>{gives(rule)}</dd></div>
            <div><dt>"Asked"</dt><dd>{standing}</dd></div>
            <div><dt>"Made"</dt><dd>"by "{author.clone()}", "<span class="num">{moment(*made_at)}</span>" UTC"</dd></div>
        </dl>
        {actions}
    }
}

fn deeds(deeds: Vec<Deed>) -> impl IntoView {
    let may = may_make();
    let lines: Vec<_> = deeds
        .into_iter()
        .map(|Deed { action, at, sentence, n_changed, undone }| {
            let undo = if undone {
                view! { "undone" }.into_any()
            } else if may {
                view! {
                    <form method="post" action=Undo::url()>
                        <input type="hidden" name="action" value=action.to_string() />
                        <button aria-label=format!("Undo for {} findings: {sentence}", thousands(n_changed.into()))>"Undo"</button>
                    </form>
                }
                .into_any()
            } else {
                ().into_any()
            };
            view! {
                <tr class:off=undone>
                    <td class="num">{moment(at)}</td>
                    <td>{sentence}</td>
                    <td class="num">{thousands(n_changed.into())}</td>
                    <td class="actions">{undo}</td>
                </tr>
            }
        })
        .collect();
    let body = if lines.is_empty() {
        view! { <div class="nothing"><p>"Nothing so far."</p></div> }.into_any()
    } else {
        view! {
            <div class="scrolls" tabindex="0">
                <table>
                    <thead>
                        <tr><th class="num">"When [UTC]"</th><th>"What"</th><th class="num">"Findings"</th><th><span class="unseen">"Undo"</span></th></tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            <p class="hint">"What is undone the rule does not give to these findings again."</p>
        }
        .into_any()
    };
    view! { <h2>"What it did"</h2>{body} }
}

fn findings(kept: &KeptRule, page: i64, listed: &[i64], rows: Vec<FindingRow>) -> impl IntoView + use<> {
    let (id, n) = (kept.rule.id, kept.n_findings);
    let in_the_list = (!listed.is_empty()).then(|| {
        let ids: Vec<String> = listed.iter().map(ToString::to_string).collect();
        let href = format!("/triage?q=id:{}", ids.join(","));
        view! { <p><a href=href>"Show them in the triage list"</a></p> }
    });
    let body = if rows.is_empty() {
        view! { <div class="nothing"><p>"None so far."</p></div> }.into_any()
    } else {
        let rows: Vec<_> = rows.into_iter().map(finding).collect();
        view! {
            {in_the_list}
            <div class="scrolls" tabindex="0">
                <table>
                    <thead>
                        <tr>
                            <th class="num">"END_TIME [UTC]"</th><th>"TYPE"</th><th>"TAGS"</th><th>"Priority"</th>
                            <th>"Array Family"</th><th>"Assignee"</th><th>"State"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {pager(page, PAGE_ROWS, n, move |page| format!("{}?page={page}#findings", href_of(id)))}
        }
        .into_any()
    };
    view! { <h2 id="findings">"Findings it changed: "{thousands(n)}</h2>{body} }
}

/// A finding as it is now; what the rule changed of it is told in its history.
fn finding(row: FindingRow) -> impl IntoView {
    let state = if row.state == State::Open { "Open".to_owned() } else { row.state.to_string() };
    view! {
        <tr>
            <td class="num">{end_time(row.span)}</td>
            <th scope="row"><a href=format!("/triage?q=id:{}&finding={}", row.id, row.id)>{row.kind.label()}</a></th>
            <td>{row.tags.replace(';', ", ")}</td>
            <td>{priority_word(row.priority)}</td>
            <td>{domain::family::Family::label_of(row.family)}</td>
            <td>{row.assignee.unwrap_or_else(|| "–".to_owned())}</td>
            <td>{state}</td>
        </tr>
    }
}

fn events(story: Vec<RuleEvent>) -> impl IntoView {
    let lines: Vec<_> = story
        .into_iter()
        .map(|RuleEvent { at, author, what, before, after }| {
            let change = match (before.as_str(), after.as_str()) {
                ("", after) => after.to_owned(),
                (before, "") => before.to_owned(),
                (before, after) => format!("{before} → {after}"),
            };
            view! {
                <li>
                    <span class="num">{moment(at)}</span>" "<strong>{what}</strong>" by "{author}
                    <span class="hint">{change}</span>
                </li>
            }
        })
        .collect();
    view! { <h2>"History of the rule"</h2><ol class="rule-story">{lines}</ol> }
}
