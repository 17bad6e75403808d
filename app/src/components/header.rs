//! The one slim line above every page: where to go, what time it is, light or dark.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

use super::clock::Clock;
use super::person_menu::PersonMenu;
use crate::api::theme::{ChooseTheme, Theme};

/// Product, pages, clock, theme, person.
#[component]
pub fn Header() -> impl IntoView {
    view! {
        <header class="header">
            <a class="product" href="/triage">"Shiftdesk"</a>
            <nav aria-label="Pages">
                <A href="/triage">"Triage"</A>
                <A href="/data/quarantine">"Data"</A>
                <A href="/definitions">"Definitions"</A>
            </nav>
            <Clock />
            <ThemeMenu />
            <PersonMenu />
        </header>
    }
}

/// A form that sets a cookie; with JavaScript the page changes at once and no form is sent.
#[component]
fn ThemeMenu() -> impl IntoView {
    let location = use_location();
    let back = move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { format!("{path}?{search}") }
    };
    let theme = RwSignal::new(theme_of_the_page());
    let choices = Theme::ALL.map(|choice| {
        let choose = move |click: leptos::ev::MouseEvent| {
            click.prevent_default();
            show(choice);
            theme.set(choice);
        };
        view! {
            <button name="theme" value=choice.word() on:click=choose aria-pressed=move || (theme.get() == choice).to_string()>
                {choice.label()}
            </button>
        }
    });
    view! {
        <button class="quiet" popovertarget="theme-menu">"Theme"</button>
        <form id="theme-menu" popover="auto" method="post" action=ChooseTheme::url() aria-label="Theme">
            <input type="hidden" name="back" value=back />
            {choices}
        </form>
    }
}

/// What the server wrote into the document, read where the code runs.
fn theme_of_the_page() -> Theme {
    #[cfg(feature = "ssr")]
    return crate::api::theme::asked_for();
    #[cfg(not(feature = "ssr"))]
    return document()
        .document_element()
        .and_then(|html| html.get_attribute("data-theme"))
        .map(|word| Theme::of_word(&word))
        .unwrap_or_default();
}

/// Colours the open page and keeps the choice. Runs in the browser.
fn show(theme: Theme) {
    use leptos::wasm_bindgen::JsCast;

    let document = document();
    if let Some(html) = document.document_element() {
        // A browser refuses an attribute only when its name is no name.
        let _ = html.set_attribute("data-theme", theme.word());
    }
    if let Some(document) = document.dyn_ref::<web_sys::HtmlDocument>() {
        // Where cookies are off the choice lasts as long as the page.
        let _ = document.set_cookie(&theme.cookie());
    }
}
