//! One decision about every finding of the list, on all its pages: the exact number before, one undo after.

use domain::triage::FindingPage;
use domain::triage::decision::Verb;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::board::Answered;
use crate::api::Asked;
use crate::api::decision::{DecideMatching, Undo};
use crate::api::person::use_visitor;
use crate::format::thousands;
use crate::query::{TriageQuery, write};

/// The verbs that make sense for many, each with what its text is.
const VERBS: [(Verb, &str); 8] = [
    (Verb::Confirm, "Confirm"),
    (Verb::Priority, "Priority: Blocker, High, Medium, Low or None"),
    (Verb::Type, "Type: one of the 20"),
    (Verb::Assign, "Assign: a login name"),
    (Verb::Dismiss, "Dismiss: because"),
    (Verb::Tag, "Tag: to add"),
    (Verb::Comment, "Comment"),
    (Verb::Reopen, "Reopen"),
];

/// The form, for who may triage.
pub(super) fn bulk(
    query: Memo<TriageQuery>,
    page: Asked<Option<FindingPage>>,
    answer: Memo<Option<Answered>>,
    changed: RwSignal<i64>,
) -> impl IntoView {
    let visitor = use_visitor();
    let may = Memo::new(move |_| {
        let may = |role: domain::people::Role| role.may(domain::people::Right::Triage);
        visitor.with(|visitor| visitor.user.as_ref().is_some_and(|user| may(user.role)))
    });
    let decide = ServerAction::<DecideMatching>::new();
    let undo = ServerAction::<Undo>::new();
    let done = move || decide.value().get().and_then(Result::ok).and_then(|done| done.action);
    Effect::new(move || {
        let seqs = [decide.value().get(), undo.value().get()].into_iter().flatten().flatten().map(|done| done.seq);
        if let Some(seq) = seqs.max() {
            changed.update(|known| *known = seq.max(*known));
        }
    });
    // The newer answer of the two is the one to tell: deciding anew forgets the last undo.
    Effect::new(move || {
        if decide.pending().get() {
            undo.value().set(None);
        }
    });
    let told = move || match undo.value().get().or_else(|| decide.value().get())? {
        Ok(done) => {
            let refused = match done.n_refused {
                0 => String::new(),
                n => format!(", {} could not be changed so", thousands(n)),
            };
            Some(format!("{}: {} findings{refused}.", done.sentence, thousands(done.n_changed)))
        }
        Err(error) => Some(error.to_string()),
    };
    let form = move || {
        let verbs = VERBS.map(|(verb, label)| view! { <option value=verb.label()>{label}</option> });
        may.get().then(|| {
            view! {
                <details class="bulk">
                    <summary>"Decide about all of these"</summary>
                    <ActionForm action=decide>
                        <input type="hidden" name="search" value=move || query.with(|query| write(&query.list())) />
                        <label>"What"<select name="verb">{verbs.collect_view()}</select></label>
                        <label>"With"<input name="value" autocomplete="off" /></label>
                        <Transition>
                            {move || {
                                let n = answer.with(|answer| answer.as_ref().map(|answer| answer.0.places.len()));
                                if let Some(n) = n {
                                    return apply_to(i64::try_from(n).unwrap_or(i64::MAX)).into_any();
                                }
                                Suspend::new(async move {
                                    let page = page.await.ok().flatten();
                                    apply_to(page.map_or(0, |page| page.list.n_matching))
                                })
                                .into_any()
                            }}
                        </Transition>
                    </ActionForm>
                </details>
            }
        })
    };
    view! {
        {form}
        <div class="toast bulk-told" role="status">
            <span>{told}</span>
            {move || done().filter(|_| undo.value().get().is_none()).map(|action| view! {
                <ActionForm action=undo>
                    <input type="hidden" name="action" value=action />
                    <button>"Undo"</button>
                </ActionForm>
            })}
        </div>
    }
}

fn apply_to(n: i64) -> impl IntoView {
    view! {
        <input type="hidden" name="n" value=n />
        <button disabled=n == 0>"Apply to "{thousands(n)}" findings"</button>
    }
}
