//! What people do about their own account.

use domain::people::Role;
use domain::time::Instant;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the account page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnAccount {
    /// The login name.
    pub name: String,
    /// What people read.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// Whether keys without Ctrl or Alt do something.
    pub single_key_shortcuts: bool,
    /// Its sessions, the latest used first.
    pub sessions: Vec<OwnSession>,
    /// Its API tokens, newest first.
    pub tokens: Vec<OwnToken>,
}

/// One of my sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    /// Whether it is the one that asks.
    pub here: bool,
    /// When it began.
    pub created: Instant,
    /// When it was last used.
    pub last_seen: Instant,
    /// What the browser said it is.
    pub agent: String,
}

/// One of my API tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnToken {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created: Instant,
    /// When it was last used.
    pub last_used: Option<Instant>,
}

/// The page these functions lead back to.
#[cfg(feature = "ssr")]
const PAGE: &str = "/account";

/// The account of who asks.
#[server(prefix = "/_fn", endpoint = "account", input = GetUrl)]
pub async fn my_account() -> Result<OwnAccount, AppError> {
    use super::person::signed;
    use super::refusal::{answered, now, store};

    let ask = async || {
        let (who, store) = (signed()?, store()?);
        let account = store.account(who.account).await?.ok_or(AppError::SignInNeeded)?;
        let sessions = store.sessions(who.account, now()?).await?;
        let tokens = store.tokens(who.account).await?;
        Ok(OwnAccount {
            name: account.name.into(),
            display_name: account.display_name,
            role: account.role,
            single_key_shortcuts: account.single_key_shortcuts,
            sessions: sessions
                .into_iter()
                .map(|session| OwnSession {
                    here: Some(session.id) == who.session,
                    created: session.created,
                    last_seen: session.last_seen,
                    agent: session.agent,
                })
                .collect(),
            tokens: tokens
                .into_iter()
                .map(|token| OwnToken {
                    id: token.id,
                    name: token.name,
                    created: token.created,
                    last_used: token.last_used,
                })
                .collect(),
        })
    };
    answered(ask().await)
}

/// Changes what people read in place of my login name.
#[server(prefix = "/_fn", endpoint = "account-name")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn change_display_name(display_name: String) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{invalid, now, store};

    let change = async || {
        let who = signed()?;
        let name = display_name.parse().map_err(invalid("Display name"))?;
        Ok(store()?.change_display_name(who.account, &name, &who.name, now()?).await?)
    };
    told(change().await, PAGE, PAGE, |()| Some(Outcome::Done("The display name is changed.".to_owned())))
}

/// Switches keys without Ctrl or Alt on or off. A box that is not ticked is not sent.
#[server(prefix = "/_fn", endpoint = "account-shortcuts")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn choose_shortcuts(#[server(default)] on: bool) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};

    let change = async || {
        let who = signed()?;
        Ok(store()?.choose_single_key_shortcuts(who.account, on, &who.name, now()?).await?)
    };
    let word = if on { "on" } else { "off" };
    told(change().await, PAGE, PAGE, |()| Some(Outcome::Done(format!("Single-key shortcuts are {word}."))))
}

/// Changes my password. All my sessions end; this one goes on as a new one.
#[server(prefix = "/_fn", endpoint = "account-password")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn change_password(present: String, password: String, again: String) -> Result<(), AppError> {
    use super::arrival::agent;
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};
    use super::session_cookie;

    let change = async || {
        let (who, store) = (signed()?, store()?);
        let password = chosen(&store, password, &again).await?;
        let present: String = present.chars().take(domain::people::PASSWORD_MAX_BYTES).collect();
        store.change_password(who.account, present, password, &who.name, now()?).await?;
        session_cookie::keep(&store.renew_session(who.account, &agent(), now()?).await?);
        Ok(())
    };
    let words = "The password is changed, and every other session of yours has ended.";
    told(change().await, PAGE, PAGE, |()| Some(Outcome::Done(words.to_owned())))
}

/// A password somebody typed twice.
#[cfg(feature = "ssr")]
pub(super) async fn chosen(
    store: &store::Store,
    password: String,
    again: &str,
) -> Result<domain::people::Password, AppError> {
    use domain::people::{DEMO_PASSWORD_MIN_CHARS, PASSWORD_MIN_CHARS, Password};

    use super::refusal::invalid;

    if password != again {
        let message = "the two are not the same".to_owned();
        return Err(AppError::Invalid { field: "New password".to_owned(), message });
    }
    let min = if store.settings().await?.demo { DEMO_PASSWORD_MIN_CHARS } else { PASSWORD_MIN_CHARS };
    Password::new(password, min).map_err(invalid("New password"))
}

/// Ends all my sessions, this one too.
#[server(prefix = "/_fn", endpoint = "sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};
    use super::session_cookie;

    let end = async || {
        let who = signed()?;
        store()?.sign_out_everywhere(who.account, &who.name, now()?).await?;
        session_cookie::forget();
        Ok(())
    };
    told(end().await, "/sign-in", PAGE, |()| Some(Outcome::Done("You are signed out everywhere.".to_owned())))
}

/// Makes an API token; the page it leads to shows it once.
#[server(prefix = "/_fn", endpoint = "create-token")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn create_token(name: String) -> Result<String, AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{invalid, now, store};

    let make = async || {
        let who = signed()?;
        let name = name.parse().map_err(invalid("Name of the token"))?;
        let secret = store()?.create_token(who.account, &name, &who.name, now()?).await?;
        Ok(secret.expose().to_owned())
    };
    told(make().await, PAGE, PAGE, |secret| {
        let what = "The token is made. Copy it now: it is shown this once.".to_owned();
        Some(Outcome::Made { what, secret: secret.clone() })
    })
}

/// Revokes one of my API tokens.
#[server(prefix = "/_fn", endpoint = "revoke-token")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn revoke_token(id: i64) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};

    let revoke = async || {
        let who = signed()?;
        let revoked = store()?.revoke_token(who.account, id, &who.name, now()?).await?;
        if revoked { Ok(()) } else { Err(AppError::NotFound { what: "no token of yours has this number".to_owned() }) }
    };
    told(revoke().await, PAGE, PAGE, |()| Some(Outcome::Done("The token is revoked.".to_owned())))
}
