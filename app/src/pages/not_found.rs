//! No such page.

use leptos::prelude::*;
use leptos_meta::Title;

/// Says so, with the status that says so to programs.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="No such page" />
        <div class="text nothing">
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or the page belongs to a later version."</p>
            <a class="button" href="/triage">"Go to triage"</a>
        </div>
    }
    .into_any()
}
