//! The one slim line above every page: where to go, what time it is, light or dark.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_location;

use super::clock::Clock;
use super::person_menu::PersonMenu;
use crate::api::theme::{ChooseTheme, Theme};
use crate::shell::is_live;

/// Product, pages, clock, theme, person.
#[component]
pub fn Header() -> impl IntoView {
    view! {
        <header class="header">
            <a class="product" href="/triage">"Shiftdesk"</a>
            <nav aria-label="Pages">
                {to("/triage", "Triage")}
                {to("/efficiency", "Efficiency")}
                {to("/plan", "Plan")}
                {to("/data/quarantine", "Data")}
                {to("/definitions", "Definitions")}
            </nav>
            <Clock />
            <ThemeMenu />
            <PersonMenu />
        </header>
    }
}

/// A link to a page. From and to one that is not live it is the browser that goes there, and not the router.
fn to(path: &'static str, name: &'static str) -> impl IntoView {
    let here = use_location().pathname;
    // A page below it belongs to it: the parts of the plan, a report.
    let is_below =
        move |here: &str| here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_here = move || here.with(|here| is_below(here)).then_some("page");
    let rel = (!is_live(path)).then_some("external");
    view! { <a href=path rel=rel aria-current=is_here>{name}</a> }
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

/// Answers the buttons of a menu that the server sent: whoever fills in a form should not lose it for a colour.
#[cfg(not(feature = "ssr"))]
pub fn take_theme_buttons() {
    use leptos::wasm_bindgen::JsCast;

    let clicked = window_event_listener(leptos::ev::click, |click| {
        let target = click.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let button = target.and_then(|target| target.closest("#theme-menu button").ok().flatten());
        let Some(word) = button.as_ref().and_then(|button| button.get_attribute("value")) else { return };
        click.prevent_default();
        show(Theme::of_word(&word));
        let pressed = document().query_selector("#theme-menu button[aria-pressed='true']").ok().flatten();
        for (other, is_it) in pressed.map(|before| (before, "false")).into_iter().chain(button.map(|now| (now, "true")))
        {
            // A browser refuses an attribute only when its name is no name.
            let _ = other.set_attribute("aria-pressed", is_it);
        }
    });
    on_cleanup(move || clicked.remove());
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
