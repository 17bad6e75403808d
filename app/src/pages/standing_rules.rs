//! Standing rules: the list, one rule with what it did, and the form with its dry run.
//!
//! Each state of these pages is an address: the form is sent by GET and its answer is the dry run, which changes nothing.

mod draft;
mod list;
mod one;

use domain::people::Right;
use domain::triage::standing_rule::Written;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::api::person::current;
use crate::api::redirect::encoded;
use crate::api::refusal::answered;
use crate::components::failure::failure;
use crate::components::said::Said;
use crate::error::AppError;

/// Where the list is; every other page of rules is below it.
pub const RULES: &str = "/rules";

/// Every page of rules: what its address asks for.
#[component]
pub fn StandingRulesPage() -> impl IntoView {
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let page = Suspend::new(async move {
        match answered(page(&path, &search).await) {
            Ok(page) => page,
            Err(error) => failure("The rules could not be shown.", &error).into_any(),
        }
    });
    view! {
        <Title text="Rules" />
        <article class="text wide people rules">
            <h1>"Standing rules"</h1>
            <Said />
            <Suspense>{page}</Suspense>
        </article>
    }
    .into_any()
}

/// The page at a path and a query string.
async fn page(path: &str, search: &str) -> Result<AnyView, AppError> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|&id| id > 0);
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts[..] {
        ["rules"] => list::page().await,
        ["rules", "new"] => draft::page(None, search).await,
        ["rules", id] if let Some(id) = number(id) => one::page(id, search).await,
        ["rules", id, "change"] if let Some(id) = number(id) => draft::page(Some(id), search).await,
        _ => Err(AppError::NotFound { what: "there is no such page of rules".to_owned() }),
    }
}

/// Where a rule is.
pub(crate) fn href_of(id: i64) -> String {
    format!("{RULES}/{id}")
}

/// Where the dry run of a written rule is: a new one, or a change of the one with that number.
pub(crate) fn href_of_draft(id: Option<i64>, written: &Written) -> String {
    /// Longer addresses are cut by one or the other on the way \[bytes\].
    const HREF_MAX_BYTES: usize = 7_500;
    let path = id.map_or_else(|| format!("{RULES}/new"), |id| format!("{RULES}/{id}/change"));
    let fields = [
        ("name", &written.name),
        ("condition", &written.condition),
        ("type", &written.kind),
        ("priority", &written.priority),
        ("tag", &written.tag),
        ("assignee", &written.assignee),
    ];
    let fields = fields.map(|(name, value)| format!("{name}={}", encoded(value)));
    let href = format!("{path}?{}", fields.join("&"));
    if href.len() > HREF_MAX_BYTES { path } else { href }
}

/// Whether whoever asks may make rules.
fn may_make() -> bool {
    current().is_some_and(|user| user.role.may(Right::Triage))
}
