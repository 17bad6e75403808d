//! What people and rules decided about the finding: its tags, and the fields that no longer say what the log says.

use domain::triage::decision::{Field, Verb, tags_of};
use leptos::prelude::*;

use super::Verdict;
use super::bar::form;
use crate::api::decision::Case;

/// The tags of a finding, each with a button that takes it away.
pub(in crate::pages::triage) fn tags(verdict: Verdict) -> impl IntoView {
    let shown = Memo::new(move |_| {
        (verdict.shown.with(|shown| shown.row.tags.clone()), verdict.may_triage(), verdict.shown.with(|s| s.row.state))
    });
    move || {
        let (list, may, state) = shown.get();
        let chips: Vec<_> = tags_of(&list)
            .map(|tag| {
                let label = format!("Take the tag {tag} away");
                let untag = (may && !state.is_replaced()).then(|| {
                    form(
                        verdict,
                        Verb::Untag,
                        view! {
                            <input type="hidden" name="value" value=tag.to_owned() />
                            <button aria-label=label title="Take it away">"×"</button>
                        },
                    )
                });
                view! { <li><span>{tag.to_owned()}</span>{untag}</li> }
            })
            .collect();
        (!chips.is_empty())
            .then(|| view! { <div class="wide"><dt>"Tags"</dt><dd><ul class="tags">{chips}</ul></dd></div> })
    }
}

/// What people and rules decided, with what the log says beside it.
pub(in crate::pages::triage) fn decided_fields(verdict: Verdict) -> impl IntoView {
    move || {
        let lines = verdict.shown.with(|Case { row, said, ruled, .. }| {
            let line = |field: Field, name: &'static str, is: String, says: String| {
                let rules = || ruled.iter().filter(move |(by_rule, ..)| *by_rule == field);
                let by = if rules().next().is_some() { "by-a-rule" } else { "by-a-person" };
                let links = rules().map(|(_, id, name)| {
                    view! { " "<a class="hint" href=format!("/rules/{id}") rel="external">"by rule "{name.clone()}</a> }
                });
                view! {
                    <li><span class=by>{name}" "<strong>{is}</strong></span>" "<span class="hint">{says}</span>{links.collect_view()}</li>
                }
            };
            let was = |says: &str| format!("was {}, says the log", if says.is_empty() { "empty" } else { says });
            let mut lines = Vec::new();
            if row.decided.kind {
                lines.push(line(Field::Type, "Type", row.kind.to_string(), was(said.kind.label())));
            }
            if row.decided.class {
                lines.push(line(Field::Class, "Class", row.class.to_string(), was(said.class.label())));
            }
            if row.decided.priority {
                lines.push(line(Field::Priority, "Priority", row.priority.to_string(), was(said.priority.label())));
            }
            if row.decided.tags {
                lines.push(line(Field::Tags, "Tags", row.tags.replace(';', ", "), was(&said.tags.replace(';', ", "))));
            }
            if row.decided.comment {
                lines.push(line(Field::Comment, "Comment", row.comment.clone(), was(&said.comment)));
            }
            if row.decided.state {
                let more = match (row.snoozed_until, &row.dismissed_because) {
                    (Some(until), _) => format!("until {}", until.for_people()),
                    (None, Some(because)) => format!("because: {because}"),
                    (None, None) => String::new(),
                };
                lines.push(line(Field::State, "State", row.state.to_string(), more));
            }
            if let Some(assignee) = &row.assignee {
                lines.push(line(Field::Assignee, "Assigned to", assignee.clone(), String::new()));
            }
            lines
        });
        (!lines.is_empty()).then(|| view! { <ul class="decided" aria-label="Decided">{lines}</ul> })
    }
}
