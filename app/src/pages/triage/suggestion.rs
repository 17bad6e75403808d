//! What people would probably decide about the open finding, and why: one quiet line, the evidence behind a click.

use domain::triage::suggestion::{Advice, Aspect, Evidence, HitRate, Suggestion, Token};
use leptos::prelude::*;

use super::verdict::Verdict;
use crate::api::decision::is_unanswered;
use crate::format::{percent, thousands};

/// The line with its evidence and the button that takes it up; where nothing can be said it says why. Gone once it is decided.
pub(super) fn suggestion(verdict: Verdict) -> impl IntoView {
    let advice = Memo::new(move |_| {
        verdict.shown.with(|shown| shown.advice.clone().filter(|_| is_unanswered(&shown.row, &shown.ruled)))
    });
    move || {
        let Advice { suggestion, lately } = advice.get()?;
        Some(match suggestion {
            Ok(suggestion) => suggested(verdict, suggestion, lately).into_any(),
            Err(why) => view! { <p class="suggestion none">"No suggestion: "{why.to_string()}"."</p> }.into_any(),
        })
    }
}

fn suggested(verdict: Verdict, suggestion: Suggestion, lately: HitRate) -> impl IntoView {
    let alike = match &suggestion.alike_in {
        Some(token) => format!("Similar: of this type, and {}.", words(token)),
        None => "Similar: of this type.".to_owned(),
    };
    let evidence: Vec<_> = suggestion.evidence.iter().map(said).collect();
    let none = evidence.is_empty().then(|| view! { <li>"Nothing sets it apart from the others of its type."</li> });
    let accept = untrack(|| verdict.may_triage()).then(|| accept(verdict, &suggestion));
    view! {
        <div class="suggestion">
            <details>
                <summary>
                    "Suggestion: "<strong>{suggestion.verdict.to_string()}</strong>
                    <span class="num">" · "{likely(suggestion.probability)}</span>
                    <span class="num">" · "{thousands(suggestion.n_same.into())}" of "{thousands(suggestion.n_similar.into())}" similar"</span>
                    <span class="num">", "{right_lately(lately)}</span>
                </summary>
                <p class="hint">{alike}" What counts most:"</p>
                <ul>{evidence}{none}</ul>
                <p class="hint">"From what people decided and did not undo. "<a href="/suggestions" rel="external">"How often suggestions are right"</a></p>
            </details>
            {accept}
        </div>
    }
}

/// A plain form, which the panel takes like those of the verdicts.
fn accept(verdict: Verdict, suggestion: &Suggestion) -> impl IntoView + use<> {
    let (finding, version) = verdict.shown.with_untracked(|shown| (shown.row.id, shown.row.row_version));
    let (verb, value) = suggestion.verdict.verb();
    view! {
        <form method="post" action="/_fn/accept">
            <input type="hidden" name="finding" value=finding />
            <input type="hidden" name="row_version" value=version />
            <input type="hidden" name="verb" value=verb.label() />
            <input type="hidden" name="value" value=value.to_owned() />
            <button data-key="y">"Accept "<kbd aria-hidden="true">"y"</kbd></button>
        </form>
    }
}

/// Never 100: the model knows that it does not know everything.
fn likely(probability: f64) -> String {
    format!("{:.0} %", (100.0 * probability).min(99.0))
}

fn right_lately(lately: HitRate) -> String {
    match percent(lately.n_right.into(), lately.n_predicted.into()) {
        Some(right) => format!("right {right} lately"),
        None => "the first of its kind".to_owned(),
    }
}

/// `tag M83: 5 of 6 were decided so, 13 times as often as others`.
fn said(evidence: &Evidence) -> impl IntoView + use<> {
    let ratio = evidence.likelihood_ratio;
    let (times, against) =
        if ratio >= 1.0 { (ratio, "more often here") } else { (1.0 / ratio, "more often elsewhere") };
    let counts = format!("{} of {} were decided so", thousands(evidence.n_same.into()), thousands(evidence.n.into()));
    view! {
        <li class:against={ratio < 1.0}>
            <span class="token">{words(&evidence.token)}</span>
            <span class="num hint">{counts}", "{format!("{times:.1}")}" times "{against}</span>
        </li>
    }
}

/// `execution before: none` as a person says it.
fn words(token: &Token) -> String {
    match (token.aspect, token.value.as_str()) {
        (Aspect::Before | Aspect::After | Aspect::About | Aspect::Comment | Aspect::Tag, "none") => {
            format!("no {}", token.aspect)
        }
        (Aspect::Comment, word) => format!("comment with “{word}”"),
        (Aspect::SubjectBefore | Aspect::SubjectAfter | Aspect::SubjectAbout, word) => {
            format!("{} with “{word}”", token.aspect)
        }
        (aspect, value) => format!("{aspect} {value}"),
    }
}
