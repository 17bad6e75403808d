//! What the browser does in a page that is whole as it was sent: the clock goes on, times tell their age, the theme changes at
//! once. The page itself is not hydrated, and nothing of it is compiled for the browser.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::components::clock::hands;
use crate::components::header::take_theme_buttons;
use crate::components::moment::keep_moments_fresh;

/// Brings the page's few moving parts to life.
pub fn enliven() {
    let clock = document().query_selector(".clock").ok().flatten();
    let Some(clock) = clock.and_then(|clock| clock.dyn_into::<HtmlElement>().ok()) else { return };
    clock.set_inner_html("");
    let alive = leptos::mount::mount_to(clock, || {
        keep_moments_fresh();
        take_theme_buttons();
        hands()
    });
    // As long as the page.
    alive.forget();
}
