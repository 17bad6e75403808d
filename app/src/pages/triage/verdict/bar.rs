//! The verdicts as one line of controls, and under it what was done.

use domain::triage::decision::{Collision, Verb};
use leptos::prelude::*;

use super::partition::{merges, splits};
use super::{Told, Verdict};
use crate::components::moment::moment;

/// The verdicts, or why there are none.
pub(in crate::pages::triage) fn verdicts(verdict: Verdict) -> impl IntoView {
    let body = move || {
        let state = verdict.shown.with(|shown| shown.row.state);
        if !verdict.may_triage() {
            let signed_in = verdict.shown.with(|shown| shown.reader.is_some());
            return if signed_in {
                view! { <p class="hint">"Your role reads; astronomers and admins triage."</p> }.into_any()
            } else {
                view! { <p class="hint"><a href="/sign-in" rel="external">"Sign in"</a>" to triage."</p> }.into_any()
            };
        }
        if state.is_replaced() {
            return ().into_any();
        }
        bar(verdict).into_any()
    };
    // Only these decide what the bar is made of: an edit changes words inside it and leaves what is being typed alone.
    let shape = Memo::new(move |_| (verdict.may_triage(), verdict.shown.with(|shown| shown.row.state.is_replaced())));
    let body = move || {
        // Read and not only tracked: a memo that nobody ever read does not know what it depends on.
        let _ = shape.get();
        untrack(body)
    };
    view! {
        <section class="verdict" aria-label="Verdict">
            {body}
            {move || told(verdict)}
            {move || collided(verdict)}
        </section>
    }
}

fn bar(verdict: Verdict) -> impl IntoView {
    let id = verdict.shown.with_untracked(|shown| shown.row.id);
    let priorities = [("1", "Blocker"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "None")];
    let priorities = priorities
        .map(|(key, label)| button(verdict, Verb::Priority, label.to_owned(), key, view! { <span>{label}</span> }));
    let types: Vec<_> =
        domain::findings::FindingType::ALL.iter().map(|kind| view! { <option value=kind.label()></option> }).collect();
    let list = format!("types-of-{id}");
    let typed = |name: &'static str, label: &'static str, list: Option<String>| {
        view! {
            <label>{label}<input class="typed" name=name list=list autocomplete="off" spellcheck="false" /></label>
        }
    };
    let can_be_cut = Memo::new(move |_| verdict.cutting.span().is_some());
    let me = verdict.shown.with_untracked(|shown| shown.reader.as_ref().map(|reader| reader.name.clone()));
    let next_shift = verdict.shown.with_untracked(|shown| shown.next_shift);
    let until = next_shift.map(|until| {
        let label = format!("Until the next shift, {}", until.for_people());
        button(verdict, Verb::Snooze, until.to_string(), "", label)
    });
    view! {
        <div class="bar">
            {button(verdict, Verb::Confirm, String::new(), "c", "Confirm")}
            <div class="priorities" role="group" aria-label="Priority">{priorities.collect_view()}</div>
            {folded("t", "Type", form(verdict, Verb::Type, view! {
                {typed("value", "It is really", Some(list.clone()))}
                <datalist id=list>{types}</datalist>
                <button>"Reclassify"</button>
            }))}
            {folded("a", "Assign", view! {
                {form(verdict, Verb::Assign, view! {
                    {typed("value", "To (login name; empty for nobody)", None)}
                    <button>"Assign"</button>
                })}
                {me.map(|me| button(verdict, Verb::Assign, me, "", "To me"))}
            })}
            {folded("s", "Snooze", view! {
                {until}
                {form(verdict, Verb::Snooze, view! {
                    <label>"Until [UTC]"<input class="typed" name="value" placeholder="2022-03-12 21:00" autocomplete="off" /></label>
                    <button>"Snooze"</button>
                })}
            })}
            {folded("d", "Dismiss", form(verdict, Verb::Dismiss, view! {
                <label>"Because"<input class="typed" name="value" required maxlength="500" autocomplete="off" /></label>
                <button>"Dismiss"</button>
            }))}
            {folded("#", "Tag", form(verdict, Verb::Tag, view! {
                <label>"Tag"<input class="typed" name="value" required maxlength="64" autocomplete="off" /></label>
                <button>"Add"</button>
            }))}
            {folded("m", "Comment", form(verdict, Verb::Comment, view! {
                <label>"Comment (@name to mention somebody)"
                    <textarea class="typed" name="value" required maxlength="10000" rows="3"></textarea>
                </label>
                <button>"Comment"</button>
            }))}
            {move || {
                // Only whether there is something to cut: what is typed outlives a change of where.
                let _ = can_be_cut.get();
                untrack(|| splits(verdict))
            }}
            {move || merges(verdict)}
            {move || {
                let decided = verdict.shown.with(|shown| shown.row.decided.state);
                decided.then(|| button(verdict, Verb::Reopen, String::new(), "r", "Reopen"))
            }}
        </div>
    }
}

/// What was done, with its undo; what was not, and why.
fn told(verdict: Verdict) -> impl IntoView {
    let words = match verdict.told.get() {
        None => None,
        Some(Told::Done(sentence, _)) => Some((sentence, "toast")),
        Some(Told::Wrong(why)) => Some((format!("{why}."), "toast wrong")),
        Some(Told::Failed(error)) => Some((error.to_string(), "toast wrong")),
    };
    let class = words.as_ref().map_or("toast", |(_, class)| class);
    let words = words.map(|(words, _)| words);
    let undo_it = verdict.may_triage().then(|| verdict.last_of_mine()).flatten().map(|action| {
        view! {
            <form method="post" action="/_fn/undo">
                <input type="hidden" name="action" value=action />
                <button data-key="u">"Undo "<kbd aria-hidden="true">"u"</kbd></button>
            </form>
        }
    });
    view! { <div class=class role="status"><span>{words}</span>{undo_it}</div> }
}

/// Both values, and the question which of them stands.
fn collided(verdict: Verdict) -> impl IntoView {
    let lines = verdict.collisions.get().into_iter().map(|(collision, job)| {
        let Collision { field, theirs, mine, by, at, .. } = collision;
        let keep = move |_| verdict.collisions.set(Vec::new());
        let anyway = move |_| {
            verdict.collisions.set(Vec::new());
            verdict.take(job.clone(), None);
        };
        view! {
            <div class="collision" role="alertdialog" aria-label="Changed meanwhile">
                <p>
                    {by}" changed this at "{moment(at)}", while you decided. "
                    {field.label()}": theirs is "<strong>{theirs.clone()}</strong>", yours "<strong>{mine.clone()}</strong>"."
                </p>
                <button type="button" on:click=keep autofocus>"Keep "{theirs}</button>
                <button type="button" on:click=anyway>{mine}" anyway"</button>
            </div>
        }
    });
    lines.collect::<Vec<_>>()
}

/// A form of one verdict.
pub(super) fn form(verdict: Verdict, verb: Verb, content: impl IntoView) -> impl IntoView {
    let version = move || verdict.shown.with(|shown| shown.row.row_version);
    let finding = verdict.shown.with_untracked(|shown| shown.row.id);
    view! {
        <form method="post" action="/_fn/decide">
            <input type="hidden" name="finding" value=finding />
            <input type="hidden" name="row_version" value=version />
            <input type="hidden" name="verb" value=verb.label() />
            {content}
        </form>
    }
}

/// A verdict that takes no words: one button.
fn button(verdict: Verdict, verb: Verb, value: String, key: &'static str, label: impl IntoView) -> impl IntoView {
    let content = view! {
        <input type="hidden" name="value" value=value />
        <button data-key=key>{label}{key_hint(key)}</button>
    };
    form(verdict, verb, content)
}

/// A verdict that takes words: folded away behind its name.
fn folded(key: &'static str, label: &'static str, content: impl IntoView) -> impl IntoView {
    // One at a time is open, also without scripts.
    view! {
        <details name="verdict">
            <summary data-key=key>{label}{key_hint(key)}</summary>
            {content}
        </details>
    }
}

pub(super) fn key_hint(key: &'static str) -> Option<impl IntoView> {
    (!key.is_empty()).then(|| view! { " "<kbd aria-hidden="true">{key}</kbd> })
}
