//! Signing in again without leaving the page: a session that ended must not cost what somebody has typed.
//!
//! A page whose action was answered with [`AppError::SignInNeeded`] calls [`SignInAgain::ask`] with what to do afterwards, which
//! is most often the same action once more.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::person::use_visitor;
use crate::api::sign_in::sign_in;
#[cfg(doc)]
use crate::error::AppError;

type Then = Arc<dyn Fn() + Send + Sync>;

/// The dialog of this page, found by [`use_sign_in_again`].
#[derive(Clone, Copy, Debug)]
pub struct SignInAgain {
    /// What to do once somebody has signed in; there while the dialog is open.
    then: RwSignal<Option<Then>>,
}

impl SignInAgain {
    /// Opens the dialog; `then` runs once somebody has signed in, and never when they close it.
    pub fn ask(self, then: impl Fn() + Send + Sync + 'static) {
        self.then.set(Some(Arc::new(then)));
    }
}

/// Makes the dialog known to the page, before [`SignInDialog`] and whoever asks for it.
pub fn provide_sign_in_again() {
    provide_context(SignInAgain { then: RwSignal::new(None) });
}

/// The page's dialog for signing in again.
pub fn use_sign_in_again() -> SignInAgain {
    use_context().unwrap_or_else(|| SignInAgain { then: RwSignal::new(None) })
}

/// The dialog itself, once per document. It opens by script alone: without JavaScript a form leads to the sign-in page.
#[component]
pub fn SignInDialog() -> impl IntoView {
    let SignInAgain { then } = use_sign_in_again();
    let visitor = use_visitor();
    let (dialog, name, password) = (NodeRef::<Dialog>::new(), NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let refused = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    Effect::new(move || {
        let (Some(dialog), wanted) = (dialog.get(), then.with(Option::is_some)) else { return };
        if wanted && !dialog.open() {
            refused.set(None);
            // A browser refuses only where the dialog is not in the document, and then nobody sees the page.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(name), Some(field)) = (name.get_untracked(), password.get_untracked()) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match sign_in(name.value(), field.value(), String::new()).await {
                Ok(who) => {
                    field.set_value("");
                    visitor.set(who);
                    let what = then.get_untracked();
                    then.set(None);
                    if let Some(what) = what {
                        what();
                    }
                }
                Err(error) => refused.set(Some(error.to_string())),
            }
            busy.set(false);
        });
    };
    let was = move || visitor.with(|visitor| visitor.user.as_ref().map(|user| user.name.clone()).unwrap_or_default());
    view! {
        <dialog id="sign-in-again" class="panel" node_ref=dialog aria-labelledby="sign-in-again-title" on:close=move |_| then.set(None)>
            <h2 id="sign-in-again-title">"Sign in to go on"</h2>
            <p class="hint">"The session has ended. What you typed is still there, and is sent once you have signed in."</p>
            {move || refused.get().map(|why| view! { <p class="said failed" role="alert">{why}</p> })}
            <form class="form" on:submit=submit>
                <label><span>"Name"</span><input node_ref=name name="name" value=was autocomplete="username" required /></label>
                <label><span>"Password"</span><input node_ref=password name="password" type="password" autocomplete="current-password" required autofocus /></label>
                <div class="buttons">
                    <button class="main" disabled=move || busy.get()>"Sign in"</button>
                    <button type="button" class="quiet" on:click=move |_| then.set(None)>"Not now"</button>
                </div>
            </form>
        </dialog>
    }
}
