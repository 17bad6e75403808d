//! The document around every page, and the map of pages.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos_meta::MetaTags;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::api::person::provide_visitor;
use crate::components::header::Header;
use crate::components::moment::keep_moments_fresh;
use crate::components::person_menu::DemoBanner;
use crate::components::sign_in_again::provide_sign_in_again;
use crate::pages::triage::TriagePage;

/// The HTML document of every page, in the theme the reader chose.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let style = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=crate::api::theme::asked_for().word()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="description" content="Every second of an observing shift, explained." />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=style />
                <AutoReload options=options.clone() />
                {scripts(options)}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// What starts the browser's half. The plan's page has one of its own: whoever plans loads nothing of triage, and the other way round.
#[cfg(feature = "ssr")]
fn scripts(options: LeptosOptions) -> AnyView {
    use leptos::nonce::use_nonce;

    let path = use_context::<http::request::Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default();
    if path.trim_end_matches('/') != "/plan" {
        return view! { <HydrationScripts options /> }.into_any();
    }
    let package = format!("/{}/plan", options.site_pkg_dir);
    let start = format!(
        "import start, {{ plan }} from '{package}.js'; start({{ module_or_path: '{package}_bg.wasm' }}).then(plan);"
    );
    view! {
        <link rel="modulepreload" href=format!("{package}.js") nonce=use_nonce() />
        <link rel="preload" href=format!("{package}_bg.wasm") r#as="fetch" r#type="application/wasm" crossorigin="" />
        <script type="module" nonce=use_nonce() inner_html=start></script>
    }
    .into_any()
}

/// The pages. Each is sent whole: what does not need JavaScript to be read does not need it to arrive.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    keep_moments_fresh();
    provide_visitor();
    provide_sign_in_again();
    let title = |page: String| if page.is_empty() { "Shiftdesk".to_owned() } else { format!("{page} · Shiftdesk") };
    view! {
        <Title formatter=title />
        <Router>
            <a class="skip" href="#main" rel="external">"Skip to the page"</a>
            <div class="top">
                <Header />
                <DemoBanner />
            </div>
            <main id="main" tabindex="-1">
                {pages()}
            </main>
        </Router>
    }
    .into_any()
}

/// Whether the page at this path lives in the browser, and is hydrated there. Every other page is whole as it is sent: links and
/// plain forms, of which the browser's half knows nothing ([`crate::whole_page`]), so that it stays small.
pub fn is_live(path: &str) -> bool {
    path.trim_end_matches('/') == "/triage"
}

#[cfg(feature = "ssr")]
fn pages() -> impl IntoView {
    use leptos_router::components::Redirect;

    use crate::pages::account::AccountPage;
    use crate::pages::admin::accounts::AccountsPage;
    use crate::pages::admin::parameters::ParametersPage;
    use crate::pages::admin::settings::SettingsPage;
    use crate::pages::admin::types::TypesPage;
    use crate::pages::definitions::DefinitionsPage;
    use crate::pages::efficiency::{ComparisonPage, NotesPage, NumbersPage, RowsPage};
    use crate::pages::not_found::NotFoundPage;
    use crate::pages::plan::{ArrayPage, KeptListPage, PlanPage, PoliciesPage, PressurePage, ShiftPlanPage};
    use crate::pages::quarantine::QuarantinePage;
    use crate::pages::reports::{ReportPage, ReportsPage};
    use crate::pages::set_password::SetPasswordPage;
    use crate::pages::sign_in::SignInPage;
    use crate::pages::standing_rules::StandingRulesPage;
    use crate::pages::suggestions::SuggestionsPage;
    use crate::pages::views::{PlanViewsPage, ViewsPage};
    use crate::pages::wall::WallPage;

    view! {
        <Routes fallback=NotFoundPage>
            <Route path=path!("/") view=|| view! { <Redirect path="/triage" /> } ssr=SsrMode::Async />
            <Route path=path!("/triage") view=TriagePage ssr=SsrMode::Async />
            <Route path=path!("/triage/views") view=ViewsPage ssr=SsrMode::Async />
            <Route path=path!("/efficiency") view=NumbersPage ssr=SsrMode::Async />
            <Route path=path!("/efficiency/rows") view=RowsPage ssr=SsrMode::Async />
            <Route path=path!("/efficiency/compare") view=ComparisonPage ssr=SsrMode::Async />
            <Route path=path!("/efficiency/notes") view=NotesPage ssr=SsrMode::Async />
            <Route path=path!("/efficiency/reports") view=ReportsPage ssr=SsrMode::Async />
            <Route path=path!("/efficiency/reports/:id") view=ReportPage ssr=SsrMode::Async />
            <Route path=path!("/plan") view=PlanPage ssr=SsrMode::Async />
            <Route path=path!("/plan/array") view=ArrayPage ssr=SsrMode::Async />
            <Route path=path!("/plan/pressure") view=PressurePage ssr=SsrMode::Async />
            <Route path=path!("/plan/policies") view=PoliciesPage ssr=SsrMode::Async />
            <Route path=path!("/plan/views") view=PlanViewsPage ssr=SsrMode::Async />
            <Route path=path!("/plan/shift/list") view=KeptListPage ssr=SsrMode::Async />
            <Route path=path!("/plan/shift") view=ShiftPlanPage ssr=SsrMode::Async />
            <Route path=path!("/wall") view=WallPage ssr=SsrMode::Async />
            <Route path=path!("/data/quarantine") view=QuarantinePage ssr=SsrMode::Async />
            <Route path=path!("/rules") view=StandingRulesPage ssr=SsrMode::Async />
            <Route path=path!("/rules/*which") view=StandingRulesPage ssr=SsrMode::Async />
            <Route path=path!("/suggestions") view=SuggestionsPage ssr=SsrMode::Async />
            <Route path=path!("/definitions") view=DefinitionsPage ssr=SsrMode::Async />
            <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
            <Route path=path!("/set-password/:token") view=SetPasswordPage ssr=SsrMode::Async />
            <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async />
            <Route path=path!("/admin/accounts") view=AccountsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/types") view=TypesPage ssr=SsrMode::Async />
            <Route path=path!("/admin/parameters") view=ParametersPage ssr=SsrMode::Async />
            <Route path=path!("/admin/settings") view=SettingsPage ssr=SsrMode::Async />
        </Routes>
    }
}

/// The live ones alone. A link to any other that the router takes is followed by the browser itself.
#[cfg(not(feature = "ssr"))]
fn pages() -> impl IntoView {
    let elsewhere = || {
        if location().reload().is_err() {
            leptos::logging::error!("the browser does not load the page");
        }
    };
    view! {
        <Routes fallback=elsewhere>
            <Route path=path!("/triage") view=TriagePage ssr=SsrMode::Async />
        </Routes>
    }
}
