//! What failed, what to do next, and the number the operator finds the cause under.

use leptos::prelude::*;

use crate::error::AppError;

/// The sentence of an error in the place of what it kept from being shown.
pub fn failure(what: &'static str, error: &AppError) -> impl IntoView + use<> {
    let ticket = error.ticket().map(|ticket| {
        view! { <p class="ticket">"Ticket "<code>{ticket.to_owned()}</code></p> }
    });
    // Without an address of its own a link leads to the page it stands on, and `external` loads it anew.
    let again = error.may_pass().then(|| view! { <a class="button" href="" rel="external">"Try again"</a> });
    // Not by the router: the page it comes from is the one to come back to.
    let sign_in = (*error == AppError::SignInNeeded).then(|| {
        view! { <p><a class="button" href="/sign-in" rel="external">"Sign in"</a></p> }
    });
    view! {
        <div class="failure" role="alert">
            <p><strong>{what}</strong>" "{error.to_string()}</p>
            {sign_in}
            {ticket}
            {again}
        </div>
    }
}
