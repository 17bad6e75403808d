//! The short address of a finding: to follow, to copy, to write down.

use js_sys::{Function, Promise, Reflect};
use leptos::html::Code;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::verdict::Verdict;

/// `/f/12` as a link, and a button that copies the whole address. The style sheet shows the address itself where no scripts run,
/// and on paper.
pub(super) fn permalink(verdict: Verdict) -> impl IntoView {
    let id = verdict.shown.with_untracked(|shown| shown.row.id);
    let path = format!("/f/{id}");
    let address = format!("{}{path}", origin());
    let whole = NodeRef::<Code>::new();
    let by_hand = RwSignal::new(false);
    let copy = {
        let address = address.clone();
        move |_| {
            let address = address.clone();
            spawn_local(async move {
                if copied(&address).await {
                    verdict.say(format!("Copied {address}"));
                } else {
                    // Over plain http a browser keeps its clipboard to itself.
                    let _ = by_hand.try_set(true);
                    if let Some(whole) = whole.try_get_untracked().flatten() {
                        select(&whole);
                    }
                    verdict
                        .say("The browser lets nobody copy here: the address is selected, Ctrl+C copies it".to_owned());
                }
            });
        }
    };
    view! {
        <span class="permalink">
            // Not a page of the router's: the server leads from the short address to this one.
            <a rel="external" href=path title="A short address of this finding, to be sent or written down">"/f/"{id}</a>
            <button type="button" class="quiet" data-key="l" on:click=copy>"Copy link "<kbd aria-hidden="true">"l"</kbd></button>
            <code class="address" class:by-hand=move || by_hand.get() node_ref=whole>{address}</code>
        </span>
    }
}

/// Where this server is, as the browser knows it.
fn origin() -> String {
    #[cfg(feature = "ssr")]
    return crate::api::arrival::origin();
    #[cfg(not(feature = "ssr"))]
    return window().location().origin().unwrap_or_default();
}

/// Puts a text into the clipboard; whether the browser allowed it.
async fn copied(text: &str) -> bool {
    let copying = || {
        let navigator = Reflect::get(&window(), &"navigator".into())?;
        let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
        call(&clipboard, "writeText", &text.into())?.dyn_into::<Promise>()
    };
    match copying() {
        Ok(copying) => JsFuture::from(copying).await.is_ok(),
        Err(_) => false,
    }
}

/// Selects the text of an element, as far as the browser can.
fn select(element: &JsValue) {
    if let Ok(selection) = call(&window(), "getSelection", &JsValue::UNDEFINED) {
        let _ = call(&selection, "selectAllChildren", element);
    }
}

fn call(on: &JsValue, method: &str, with: &JsValue) -> Result<JsValue, JsValue> {
    Reflect::get(on, &method.into())?.dyn_into::<Function>()?.call1(on, with)
}
