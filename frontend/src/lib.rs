//! The browser's entry: takes over the page that the server sent, where it is a live one.

/// Called by the page's own script once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let path = leptos::prelude::location().pathname().unwrap_or_default();
    if app::shell::is_live(&path) {
        leptos::mount::hydrate_body(app::App);
    } else {
        app::whole_page::enliven();
    }
}
