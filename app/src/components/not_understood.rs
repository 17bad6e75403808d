//! What of an address does not apply, told where the page says the rest.

use leptos::prelude::*;

use crate::query::BadParameter;

/// One sentence for each parameter of the address that does not apply; the first few of a forged one.
pub(crate) fn not_understood(bad: &[BadParameter]) -> impl IntoView + use<> {
    const TOLD: usize = 5;
    let sentences: Vec<_> = bad.iter().take(TOLD).map(|bad| view! { <li>{bad.to_string()}"."</li> }).collect();
    (!bad.is_empty()).then(|| {
        view! {
            <div class="notice" role="status">
                <p>"The address asks for something this page does not know. The rest of it applies."</p>
                <ul>{sentences}</ul>
            </div>
        }
    })
}
