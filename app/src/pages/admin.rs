//! What only admins see: accounts, types, thresholds, settings.

pub mod accounts;
pub mod parameters;
pub mod settings;
pub mod types;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::components::A;

use crate::api::rules::DetectNow;

/// The links between the pages of administration.
fn sections() -> impl IntoView {
    view! {
        <nav class="sections" aria-label="Administration">
            <A href="/admin/accounts">"Accounts"</A>
            <A href="/admin/types">"Types"</A>
            <A href="/admin/parameters">"Thresholds"</A>
            <A href="/admin/settings">"Settings"</A>
        </nav>
    }
}

/// Says that findings do not yet follow what is set, and offers to look for them now.
fn not_yet_applied(page: &'static str) -> impl IntoView {
    view! {
        <form class="notice" method="post" action=DetectNow::url()>
            <p>"The findings are still those of the rules before. The next load applies the new ones, or you do it now."</p>
            <input type="hidden" name="back" value=page />
            <button>"Look for findings now"</button>
        </form>
    }
}
