//! What admins do about accounts.

use domain::people::Role;
use domain::time::Instant;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// An account as an admin sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// Its number.
    pub id: i64,
    /// Its version: an edit names it.
    pub version: i64,
    /// The login name.
    pub name: String,
    /// What people read.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// Whether it can be used.
    pub active: bool,
    /// Whether its owner has chosen a password.
    pub has_password: bool,
    /// When it was made.
    pub created: Instant,
    /// When it was last used, in a session that still is one.
    pub last_seen: Option<Instant>,
}

#[cfg(feature = "ssr")]
const PAGE: &str = "/admin/accounts";

/// Every account, by name.
#[server(prefix = "/_fn", endpoint = "accounts", input = GetUrl)]
pub async fn accounts() -> Result<Vec<AccountRow>, AppError> {
    use domain::people::Right;

    use super::person::allowed;
    use super::refusal::{answered, store};

    let ask = async || {
        allowed(Right::Administer)?;
        Ok(store()?.accounts().await?.into_iter().map(AccountRow::from).collect())
    };
    answered(ask().await)
}

#[cfg(feature = "ssr")]
impl From<store::Account> for AccountRow {
    fn from(account: store::Account) -> Self {
        let store::Account { id, name, display_name, role, active, has_password, created, last_seen, version, .. } =
            account;
        Self { id, version, name: name.into(), display_name, role, active, has_password, created, last_seen }
    }
}

/// Makes an account, and a link with which its owner chooses a password: a path of this server.
#[server(prefix = "/_fn", endpoint = "create-account")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn create_account(name: String, display_name: String, role: Role) -> Result<String, AppError> {
    use domain::people::Right;
    use store::NewAccount;

    use super::outcome::told;
    use super::person::allowed;
    use super::refusal::{invalid, now, store};

    let make = async || {
        let admin = allowed(Right::Administer)?;
        let login = name.parse().map_err(invalid("Login name"))?;
        // Who has no other name is called by this one.
        let shown = if display_name.trim().is_empty() { &name } else { &display_name };
        let new = NewAccount { name: login, display_name: shown.parse().map_err(invalid("Display name"))?, role };
        let secret = store()?.create_account(&new, &admin.name, now()?).await?;
        Ok(format!("/set-password/{}", secret.expose()))
    };
    told(make().await, PAGE, PAGE, |path| Some(link_made(&name, path)))
}

/// Makes a new link for somebody who has lost their password; the ones made before open nothing any more.
#[server(prefix = "/_fn", endpoint = "create-link")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn create_link(name: String) -> Result<String, AppError> {
    use domain::people::Right;

    use super::outcome::told;
    use super::person::allowed;
    use super::refusal::{invalid, now, store};

    let make = async || {
        let admin = allowed(Right::Administer)?;
        let login = name.parse().map_err(invalid("Login name"))?;
        let secret = store()?.create_link(&login, &admin.name, now()?).await?;
        Ok(format!("/set-password/{}", secret.expose()))
    };
    told(make().await, PAGE, PAGE, |path| Some(link_made(&name, path)))
}

#[cfg(feature = "ssr")]
fn link_made(name: &str, path: &str) -> super::outcome::Outcome {
    let days = store::LINK_LASTS_S / domain::time::DAY_S;
    let name: String = name.trim().chars().take(domain::people::NAME_MAX_BYTES).collect();
    super::outcome::Outcome::Made {
        what: format!("Give this link to {name}, to choose a password with. It works once, within {days} days."),
        secret: format!("{}{path}", super::arrival::origin()),
    }
}

/// Changes an account that still has this version. A box that is not ticked is not sent.
#[server(prefix = "/_fn", endpoint = "change-account")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn change_account(
    id: i64,
    version: i64,
    display_name: String,
    role: Role,
    #[server(default)] active: bool,
) -> Result<(), AppError> {
    use domain::people::Right;
    use store::AccountEdit;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{invalid, now, store};

    let change = async || {
        let admin = allowed(Right::Administer)?;
        let display_name = display_name.parse().map_err(invalid("Display name"))?;
        let edit = AccountEdit { id, version, display_name, role, active };
        Ok(store()?.change_account(&edit, &admin.name, now()?).await?)
    };
    told(change().await, PAGE, PAGE, |()| Some(Outcome::Done("The account is changed.".to_owned())))
}
