//! What a form of the panel asks for, and what becomes of it once it was answered.

use domain::triage::decision::Verb;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// One form that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Job {
    Decide(Verb, String),
    Accept(Verb, String),
    Split { cut: String, first: String, second: String },
    Merge(i64, i64),
    Undo(i64),
}

/// What a form of the panel asks for.
pub(super) fn job_of(form: &HtmlElement) -> Option<Job> {
    let field = |name: &str| value_of(&form.query_selector(&format!("[name='{name}']")).ok()??);
    match form.get_attribute("action")?.as_str() {
        "/_fn/decide" => Some(Job::Decide(field("verb")?.parse().ok()?, field("value").unwrap_or_default())),
        "/_fn/accept" => Some(Job::Accept(field("verb")?.parse().ok()?, field("value").unwrap_or_default())),
        "/_fn/split" => Some(Job::Split { cut: field("cut")?, first: field("first")?, second: field("second")? }),
        "/_fn/merge" => Some(Job::Merge(field("neighbour")?.parse().ok()?, field("neighbour_version")?.parse().ok()?)),
        "/_fn/undo" => Some(Job::Undo(field("action")?.parse().ok()?)),
        _ => None,
    }
}

fn value_of(element: &Element) -> Option<String> {
    js_sys::Reflect::get(element, &JsValue::from_str("value")).ok()?.as_string()
}

fn set_value(element: &Element, value: &str) {
    let _ = js_sys::Reflect::set(element, &JsValue::from_str("value"), &JsValue::from_str(value));
}

/// Folds a form away that was sent: the keys go on from there, and do not write into it while the answer is on its way.
pub(super) fn fold(form: &HtmlElement) {
    let Some(details) = form.closest("details[open]").ok().flatten() else { return };
    // Whoever sent it from elsewhere keeps the focus where they are.
    let has_focus = details.query_selector(":focus").ok().flatten().is_some();
    if details.remove_attribute("open").is_ok()
        && has_focus
        && let Some(summary) = details.query_selector("summary").ok().flatten()
        && let Some(summary) = summary.dyn_ref::<HtmlElement>()
    {
        let _ = summary.focus();
    }
}

/// Empties what was typed into a form and was taken; what was typed since stays.
pub(super) fn empty(form: &HtmlElement, job: &Job) {
    let (Job::Decide(_, sent) | Job::Accept(_, sent)) = job else { return };
    if let Some(typed) = form.query_selector("input.typed, textarea.typed").ok().flatten()
        && value_of(&typed).is_some_and(|value| value == *sent)
    {
        set_value(&typed, "");
    }
}

/// Opens a form again that was not taken, with what was typed into it.
pub(super) fn unfold(form: &HtmlElement) {
    if let Some(details) = form.closest("details").ok().flatten() {
        let _ = details.set_attribute("open", "");
    }
}
