//! The browser's entry of the plan: a module of its own, so that whoever clears a night does not load the sky.

/// Called by the page's own script once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn plan() {
    console_error_panic_hook::set_once();
    app::whole_page::enliven();
    app::pages::plan::live::take_over();
}
