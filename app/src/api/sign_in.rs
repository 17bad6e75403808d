//! Coming in and going out.

use domain::people::Role;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};
use serde::{Deserialize, Serialize};

use super::person::Visitor;
use crate::error::AppError;

/// What the sign-in page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPage {
    /// Where to go afterwards: a path of this server.
    pub next: String,
    /// The open accounts of a demo; empty elsewhere.
    pub open_accounts: Vec<OpenAccount>,
}

/// An account whose password everybody may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAccount {
    /// Its login name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Its password.
    pub password: String,
}

/// What the sign-in page shows to who was sent there with `next`, or came from another page.
#[server(prefix = "/_fn", endpoint = "sign-in-page", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn at_the_door(next: String) -> Result<SignInPage, AppError> {
    use super::refusal::{answered, store};

    let ask = async || {
        let store = store()?;
        let mut page = SignInPage { next: next_or_before(next), open_accounts: Vec::new() };
        if store.settings().await?.demo {
            page.open_accounts = Role::ALL
                .iter()
                .map(|&role| OpenAccount {
                    name: role.label().to_lowercase(),
                    role,
                    password: store::DEMO_PASSWORD.to_owned(),
                })
                .collect();
        }
        Ok(page)
    };
    answered(ask().await)
}

/// Where somebody wants to go who is at the door: where they were sent from, else where they came from.
#[cfg(feature = "ssr")]
fn next_or_before(next: String) -> String {
    let next = if next.is_empty() { super::arrival::page_before().unwrap_or_default() } else { next };
    let next = super::redirect::local(&next);
    let is_door = ["/sign-in", "/set-password", "/_fn"].iter().any(|door| next.starts_with(door));
    if is_door || next == "/" { "/triage".to_owned() } else { next.to_owned() }
}

/// Signs in. A form goes on to `next`, a script gets the new visitor.
#[server(prefix = "/_fn", endpoint = "sign-in", output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn sign_in(name: String, password: String, #[server(default)] next: String) -> Result<Visitor, AppError> {
    use super::outcome::told;

    let next = next_or_before(next);
    // Slashes and what belongs to a query stay readable in the address.
    let again = format!("/sign-in?next={}", super::redirect::encoded(&next));
    told(begin(name, password).await, &next, &again, |_| None)
}

#[cfg(feature = "ssr")]
async fn begin(name: String, password: String) -> Result<Visitor, AppError> {
    use domain::people::{LoginName, PASSWORD_MAX_BYTES};
    use store::SignIn;

    use super::arrival::{agent, arrival};
    use super::person::{CurrentUser, signed};
    use super::refusal::{now, store};
    use super::session_cookie;

    let wrong = || AppError::Invalid { field: "Sign-in".to_owned(), message: "name or password is wrong".to_owned() };
    // What cannot be a name or a password is wrong without looking.
    let name: LoginName = name.parse().map_err(|_| wrong())?;
    if password.len() > PASSWORD_MAX_BYTES {
        return Err(wrong());
    }
    let store = store()?;
    match store.sign_in(&name, password, arrival().address, &agent(), now()?).await? {
        SignIn::Accepted(secret, who) => {
            // Who signs in again leaves no session behind.
            if let Some(session) = signed().ok().and_then(|before| before.session) {
                store.sign_out(session).await?;
            }
            session_cookie::keep(&secret);
            Ok(Visitor {
                single_key_shortcuts: who.single_key_shortcuts,
                // Who signs in again is in the middle of something.
                begins_with: domain::saved_view::BeginsWith::default(),
                demo: store.settings().await?.demo,
                user: Some(CurrentUser { name: who.name, role: who.role }),
            })
        }
        SignIn::Wrong => {
            tracing::warn!(name = %name, address = ?arrival().address, "a sign-in was refused");
            Err(wrong())
        }
        SignIn::TooMany(wait_s) => {
            tracing::warn!(name = %name, address = ?arrival().address, "too many sign-ins were refused");
            let minutes = (wait_s + 59) / 60;
            let message = format!("too many attempts failed; try again in {minutes} min");
            Err(AppError::Invalid { field: "Sign-in".to_owned(), message })
        }
    }
}

/// Ends this session.
#[server(prefix = "/_fn", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), AppError> {
    use super::outcome::told;
    use super::person::signed;
    use super::refusal::store;
    use super::session_cookie;

    let end = async || {
        session_cookie::forget();
        if let Some(session) = signed()?.session {
            store()?.sign_out(session).await?;
        }
        Ok(())
    };
    told(end().await, "/triage", "/sign-in", |()| None)
}

/// Whose password a one-time link sets; `None` when it opens nothing any more.
#[server(prefix = "/_fn", endpoint = "link", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn link(token: String) -> Result<Option<String>, AppError> {
    use super::refusal::{answered, now, store};

    let ask = async || {
        let Ok(secret) = token.parse() else { return Ok(None) };
        Ok(store()?.link(&secret, now()?).await?.map(String::from))
    };
    answered(ask().await)
}

/// Chooses the password of a link's account, and signs in.
#[server(prefix = "/_fn", endpoint = "set-password")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn set_password(token: String, password: String, again: String) -> Result<(), AppError> {
    use super::account::chosen;
    use super::arrival::agent;
    use super::outcome::told;
    use super::refusal::{now, store};
    use super::session_cookie;

    let set = async || {
        let spent = || AppError::NotFound { what: "the link is used or too old".to_owned() };
        let secret = token.parse().map_err(|_| spent())?;
        let store = store()?;
        let password = chosen(&store, password, &again).await?;
        let (session, _) = store.use_link(&secret, password, &agent(), now()?).await?.ok_or_else(spent)?;
        session_cookie::keep(&session);
        Ok(())
    };
    let result = set().await;
    let back = format!("/set-password/{}", super::redirect::encoded(&token));
    told(result, "/triage", &back, |()| None)
}
