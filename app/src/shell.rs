//! The document around every page, and the map of pages.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Stylesheet, Title, provide_meta_context};
use leptos_router::components::{Redirect, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The HTML document of every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Stylesheet id="style" href="/pkg/shiftdesk.css" />
        <Title formatter=|page: String| if page.is_empty() { "Shiftdesk".to_owned() } else { format!("{page} · Shiftdesk") } />
        <Router>
            <main id="main">
                <Routes fallback=|| "There is no such page.">
                    <Route path=path!("/") view=|| view! { <Redirect path="/triage" /> } ssr=SsrMode::Async />
                    <Route path=path!("/triage") view=|| "Triage" ssr=SsrMode::Async />
                </Routes>
            </main>
        </Router>
    }
    .into_any()
}
