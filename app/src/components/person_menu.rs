//! Who is signed in, and the way to their account and out.

use domain::people::Right;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::api::person::{CurrentUser, use_visitor};
use crate::api::sign_in::SignOut;

/// The person's name with a menu, or the way to sign in. Opens without JavaScript too.
#[component]
pub fn PersonMenu() -> impl IntoView {
    let visitor = use_visitor();
    move || match visitor.get().user {
        Some(user) => menu(user).into_any(),
        // Not by the router: the page it comes from is the one to come back to, and the browser says which that is.
        None => view! { <a class="person sign-in" href="/sign-in" rel="external">"Sign in"</a> }.into_any(),
    }
}

fn menu(user: CurrentUser) -> impl IntoView {
    let administers = user.role.may(Right::Administer);
    view! {
        <button class="quiet person" popovertarget="person-menu" title=user.role.label()>{user.name.clone()}</button>
        <div id="person-menu" popover="auto">
            <p><b>{user.name}</b>" "<span class="hint">{user.role.label()}</span></p>
            <a href="/account" rel="external">"Account"</a>
            <a href="/rules" rel="external">"Rules"</a>
            {administers.then(|| view! { <a href="/admin/accounts" rel="external">"Administration"</a> })}
            <form method="post" action=SignOut::url()><button class="quiet">"Sign out"</button></form>
        </div>
    }
}

/// Says on every page of a demo that it is one.
#[component]
pub fn DemoBanner() -> impl IntoView {
    let visitor = use_visitor();
    move || {
        visitor.with(|visitor| visitor.demo).then(|| {
            view! {
                <aside class="demo-banner" aria-label="Demo">
                    <b>"Demo"</b>": simulated log, open accounts. Whatever is entered here can be read and changed by anybody."
                </aside>
            }
        })
    }
}
