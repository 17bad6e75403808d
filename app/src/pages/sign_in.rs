//! The way in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::person::use_visitor;
use crate::api::sign_in::{OpenAccount, SignIn, SignInPage as Door, at_the_door};
use crate::components::failure::failure;
use crate::components::said::Said;

/// Name and password; in a demo its open accounts too. Afterwards the reader is where they wanted to go.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let next = Memo::new(move |_| query.with(|query| query.get("next").unwrap_or_default()));
    let door = Resource::new_blocking(move || next.get(), at_the_door);
    let visitor = use_visitor();
    let already = move || {
        visitor.with(|visitor| visitor.user.as_ref().map(|user| user.name.clone())).map(|name| {
            view! { <p class="hint">"You are signed in as "<b>{name}</b>"; signing in ends that session."</p> }
        })
    };
    view! {
        <Title text="Sign in" />
        <article class="text people">
            <h1>"Sign in"</h1>
            <Said />
            {already}
            <Transition>
                {move || Suspend::new(async move {
                    match door.await {
                        Ok(door) => forms(door).into_any(),
                        Err(error) => failure("Nobody can sign in now.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn forms(door: Door) -> impl IntoView {
    let Door { next, open_accounts } = door;
    let open: Vec<_> = open_accounts.into_iter().map(|account| open_account(account, next.clone())).collect();
    let open = (!open.is_empty()).then(|| {
        view! {
            <section aria-labelledby="open-accounts">
                <h2 id="open-accounts">"Open accounts of this demo"</h2>
                <p>"One for each role. The log is simulated, and anybody can sign in here."</p>
                <ul class="open-accounts">{open}</ul>
            </section>
        }
    });
    view! {
        <form class="form" method="post" action=SignIn::url()>
            <input type="hidden" name="next" value=next />
            <label><span>"Name"</span><input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required /></label>
            <label><span>"Password"</span><input name="password" type="password" autocomplete="current-password" required /></label>
            <button class="main">"Sign in"</button>
        </form>
        <p class="hint">"No account, or the password lost? An admin makes a link to choose a new one."</p>
        {open}
    }
}

fn open_account(account: OpenAccount, next: String) -> impl IntoView {
    view! {
        <li>
            <form method="post" action=SignIn::url()>
                <input type="hidden" name="next" value=next />
                <input type="hidden" name="name" value=account.name.clone() />
                <input type="hidden" name="password" value=account.password.clone() />
                <button>"Sign in as "{account.name.clone()}</button>
            </form>
            <span>{account.role.label()}", password "<code>{account.password}</code></span>
        </li>
    }
}
