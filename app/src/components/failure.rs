//! What failed, what to do next, and the number the operator finds the cause under.

use leptos::prelude::*;

use crate::error::AppError;

/// The sentence of an error in the place of what it kept from being shown.
pub fn failure(what: &'static str, error: &AppError) -> impl IntoView + use<> {
    let ticket = error.ticket().map(|ticket| {
        view! { <p class="ticket">"Ticket "<code>{ticket.to_owned()}</code></p> }
    });
    view! {
        <div class="failure" role="alert">
            <p><strong>{what}</strong>" "{error.to_string()}</p>
            {ticket}
        </div>
    }
}
