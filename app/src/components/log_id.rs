//! The id of a fact: shortened in the middle for the eye, whole for whoever copies it.

use leptos::prelude::*;

use crate::format::id_halves;

/// All of the id is in the text, its middle shrunk to nothing with a dot drawn in its place: selecting and copying gives it whole.
pub fn log_id(id: &str) -> impl IntoView + use<> {
    let (head, tail) = id_halves(id);
    let middle = &id[head.len()..id.len() - tail.len()];
    let middle = (!middle.is_empty()).then(|| view! { <span class="middle">{middle.to_owned()}</span> });
    view! { <code class="id" title=id.to_owned()>{head.to_owned()}{middle}{tail.to_owned()}</code> }
}
