//! What the form did that led to this page.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::api::decision::Undo;
use crate::api::outcome::{Outcome, outcome};

/// A line at the top of a page with forms; nothing when the reader came by another way.
#[component]
pub fn Said() -> impl IntoView {
    outcome().map(|outcome| match outcome {
        Outcome::Done(sentence) => view! { <p class="said done" role="status">{sentence}</p> }.into_any(),
        Outcome::Failed(sentence) => view! { <p class="said failed" role="alert">{sentence}</p> }.into_any(),
        Outcome::Decided { sentence, action } => view! {
            <form class="said done" role="status" method="post" action=Undo::url()>
                <span>{sentence}" "</span>
                <input type="hidden" name="action" value=action />
                <button>"Undo"</button>
            </form>
        }
        .into_any(),
        Outcome::Made { what, secret } => view! {
            <div class="said made" role="status">
                <p>{what}</p>
                <code class="secret" tabindex="0">{secret}</code>
            </div>
        }
        .into_any(),
    })
}
