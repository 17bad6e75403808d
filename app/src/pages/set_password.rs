//! Where a one-time link leads.

use domain::people::PASSWORD_MIN_CHARS;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::api::person::use_visitor;
use crate::api::sign_in::{SetPassword, link};
use crate::components::failure::failure;
use crate::components::said::Said;

/// Choosing a password, twice, and going in.
#[component]
pub fn SetPasswordPage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let account = Resource::new_blocking(move || token.get(), link);
    view! {
        <Title text="Choose a password" />
        <article class="text people">
            <h1>"Choose a password"</h1>
            <Said />
            <Transition>
                {move || Suspend::new(async move {
                    match account.await {
                        Ok(Some(name)) => form(name, token.get_untracked()).into_any(),
                        Ok(None) => spent().into_any(),
                        Err(error) => failure("The link could not be looked up.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn form(name: String, token: String) -> impl IntoView {
    view! {
        <p>"For the account "<b>{name.clone()}</b>". The link works once; every session of the account ends."</p>
        <form class="form" method="post" action=SetPassword::url()>
            <input type="hidden" name="token" value=token />
            // For the browser's own store of passwords.
            <input class="unseen" name="username" value=name autocomplete="username" tabindex="-1" aria-hidden="true" readonly />
            {new_password()}
            <button class="main">"Set the password and sign in"</button>
        </form>
    }
}

/// The two fields for a new password, with what makes it one.
pub(super) fn new_password() -> impl IntoView {
    let visitor = use_visitor();
    let rule = move || {
        if visitor.with(|visitor| visitor.demo) {
            "This is a demo: any four characters will do.".to_owned()
        } else {
            format!(
                "At least {PASSWORD_MIN_CHARS} characters; a few words with blanks between them are easy to remember."
            )
        }
    };
    view! {
        <label>
            <span>"New password"</span>
            <input name="password" type="password" autocomplete="new-password" required aria-describedby="password-rule" />
        </label>
        <p id="password-rule" class="hint">{rule}</p>
        <label><span>"The same again"</span><input name="again" type="password" autocomplete="new-password" required /></label>
    }
}

fn spent() -> impl IntoView {
    view! {
        <div class="nothing">
            <p>"This link is used, too old, or not complete. An admin makes a new one."</p>
            <a class="button" href="/sign-in" rel="external">"Sign in"</a>
        </div>
    }
}
