//! What people decided about the finding: its tags, and the fields that no longer say what the log says.

use domain::triage::decision::{Verb, tags_of};
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

/// What people decided, with what the log says beside it.
pub(in crate::pages::triage) fn decided_fields(verdict: Verdict) -> impl IntoView {
    let line = |name: &'static str, is: String, says: String| {
        view! {
            <li><span class="by-a-person">{name}" "<strong>{is}</strong></span>" "<span class="hint">{says}</span></li>
        }
    };
    move || {
        let lines = verdict.shown.with(|Case { row, said, .. }| {
            let was = |says: &str| format!("was {}, says the log", if says.is_empty() { "empty" } else { says });
            let mut lines = Vec::new();
            if row.decided.kind {
                lines.push(line("Type", row.kind.to_string(), was(said.kind.label())));
            }
            if row.decided.class {
                lines.push(line("Class", row.class.to_string(), was(said.class.label())));
            }
            if row.decided.priority {
                lines.push(line("Priority", row.priority.to_string(), was(said.priority.label())));
            }
            if row.decided.tags {
                lines.push(line("Tags", row.tags.replace(';', ", "), was(&said.tags.replace(';', ", "))));
            }
            if row.decided.comment {
                lines.push(line("Comment", row.comment.clone(), was(&said.comment)));
            }
            if row.decided.state {
                let more = match (row.snoozed_until, &row.dismissed_because) {
                    (Some(until), _) => format!("until {}", until.for_people()),
                    (None, Some(because)) => format!("because: {because}"),
                    (None, None) => String::new(),
                };
                lines.push(line("State", row.state.to_string(), more));
            }
            if let Some(assignee) = &row.assignee {
                lines.push(line("Assigned to", assignee.clone(), String::new()));
            }
            lines
        });
        (!lines.is_empty()).then(|| view! { <ul class="decided" aria-label="Decided by people">{lines}</ul> })
    }
}
