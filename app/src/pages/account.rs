//! Somebody's own account: name, password, keys, sessions, API tokens.

use domain::people::SHOWN_NAME_MAX_CHARS;
use domain::time::Instant;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use super::set_password::new_password;
use crate::api::account::{
    ChangeDisplayName, ChangePassword, ChooseShortcuts, CreateToken, OwnAccount, OwnSession, OwnToken, RevokeToken,
    SignOutEverywhere, my_account,
};
use crate::components::failure::failure;
use crate::components::said::Said;

/// My account.
#[component]
pub fn AccountPage() -> impl IntoView {
    let account = Resource::new_blocking(|| (), |()| my_account());
    view! {
        <Title text="Account" />
        <article class="text people">
            <h1>"Account"</h1>
            <Said />
            <Transition>
                {move || Suspend::new(async move {
                    match account.await {
                        Ok(account) => parts(account).into_any(),
                        Err(error) => failure("Your account could not be shown.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn parts(account: OwnAccount) -> impl IntoView {
    let OwnAccount { name, display_name, role, single_key_shortcuts, sessions, tokens } = account;
    let sessions: Vec<_> = sessions.into_iter().map(session_row).collect();
    let has_tokens = !tokens.is_empty();
    let tokens: Vec<_> = tokens.into_iter().map(token_row).collect();
    view! {
        <p class="lead"><b>{name}</b>", "{role.label()}". Name and role are an admin's business; what you do is kept under this name."</p>

        <h2>"Display name"</h2>
        <form class="form" method="post" action=ChangeDisplayName::url()>
            <label><span>"What people read beside what you did"</span><input name="display_name" value=display_name maxlength=SHOWN_NAME_MAX_CHARS.to_string() required /></label>
            <button>"Change the name"</button>
        </form>

        <h2>"Keys"</h2>
        <form class="form" method="post" action=ChooseShortcuts::url()>
            <label class="check">
                <input type="checkbox" name="on" value="true" checked=single_key_shortcuts />
                <span>"Single-key shortcuts: letters without Ctrl or Alt do something on pages"</span>
            </label>
            <button>"Keep this"</button>
        </form>

        <h2>"Password"</h2>
        <form class="form" method="post" action=ChangePassword::url()>
            <label><span>"Present password"</span><input name="present" type="password" autocomplete="current-password" required /></label>
            {new_password()}
            <button>"Change the password"</button>
        </form>

        <h2>"Sessions"</h2>
        <div class="scrolls" tabindex="0">
            <table>
                <thead><tr><th>"Browser"</th><th>"Since [UTC]"</th><th>"Last used [UTC]"</th></tr></thead>
                <tbody>{sessions}</tbody>
            </table>
        </div>
        <form class="form" method="post" action=SignOutEverywhere::url()><button>"Sign out everywhere"</button></form>

        <h2>"API tokens"</h2>
        <p>"A token lets a program do what you may do, under your name: "<code>"Authorization: Bearer TOKEN"</code>"."</p>
        {has_tokens.then(|| view! {
            <div class="scrolls" tabindex="0">
                <table class="tokens">
                    <thead><tr><th>"Name"</th><th>"Made [UTC]"</th><th>"Last used [UTC]"</th><th><span class="unseen">"Action"</span></th></tr></thead>
                    <tbody>{tokens}</tbody>
                </table>
            </div>
        })}
        <form class="form" method="post" action=CreateToken::url()>
            <label><span>"What the new token is for"</span><input name="name" maxlength=SHOWN_NAME_MAX_CHARS.to_string() required /></label>
            <button>"Make a token"</button>
        </form>
    }
}

fn session_row(session: OwnSession) -> impl IntoView {
    let here = session.here.then(|| view! { <b>" (this one)"</b> });
    view! {
        <tr>
            <td>{browser(&session.agent)}{here}</td>
            <td class="num">{session.created.for_people()}</td>
            <td class="num">{session.last_seen.for_people()}</td>
        </tr>
    }
}

/// The part of what a browser says that tells it from others; they all claim to be Mozilla.
fn browser(agent: &str) -> String {
    let named = ["Firefox/", "Edg/", "Chrome/", "Safari/", "curl/"].iter().find(|name| agent.contains(**name));
    let system = ["Windows", "Macintosh", "Android", "iPhone", "Linux"].iter().find(|system| agent.contains(**system));
    match (named, system) {
        (Some(name), Some(system)) => format!("{} on {system}", name.trim_end_matches('/')),
        (Some(name), None) => name.trim_end_matches('/').to_owned(),
        (None, _) if agent.is_empty() => "not said".to_owned(),
        (None, _) => agent.chars().take(60).collect(),
    }
}

fn token_row(token: OwnToken) -> impl IntoView {
    let used = token.last_used.map_or_else(|| "never".to_owned(), Instant::for_people);
    let what = format!("Revoke {}", token.name);
    view! {
        <tr>
            <td>{token.name}</td>
            <td class="num">{token.created.for_people()}</td>
            <td class="num">{used}</td>
            <td>
                <form method="post" action=RevokeToken::url()>
                    <input type="hidden" name="id" value=token.id.to_string() />
                    <button aria-label=what>"Revoke"</button>
                </form>
            </td>
        </tr>
    }
}
