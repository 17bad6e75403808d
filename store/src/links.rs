//! One-time links: whoever holds one chooses the password of its account, once. That is how a new account begins and how a lost
//! password is replaced, without anybody else ever knowing it.

use chrono::{DateTime, Utc};
use domain::people::{LoginName, Password};
use domain::time::{DAY_S, Instant};
use sqlx::{Postgres, Transaction};

use crate::accounts::{AccountError, Changes, of_label, remember, set_password};
use crate::sessions::{Signed, begin_session};
use crate::{Secret, Store, StoreError, passwords};

/// How long a link can be used \[s\] (our own choice: a weekend between making it and reading it).
pub const LINK_LASTS_S: i64 = 3 * DAY_S;

impl Store {
    /// A new link for an account in use; those made before no longer open anything.
    pub async fn create_link(&self, name: &LoginName, author: &str, now: Instant) -> Result<Secret, AccountError> {
        let mut tx = self.pool.begin().await?;
        let id = sqlx::query_scalar!(
            "select id from account where lower(name) = lower($1) and active for update",
            name.as_str(),
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AccountError::Absent)?;
        let secret = make_link(&mut tx, id, author, now).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Whose password a link sets; `None` when it is used, too old or none of ours.
    pub async fn link(&self, secret: &Secret, now: Instant) -> Result<Option<LoginName>, StoreError> {
        let name = sqlx::query_scalar!(
            "select a.name
            from one_time_link l
            join account a on a.id = l.account_id and a.active
            where l.token_hash = $1 and l.used_at is null and l.expires_at > $2",
            secret.hash() as _,
            DateTime::<Utc>::from(now),
        )
        .fetch_optional(&self.pool)
        .await?;
        name.map(|name| of_label(&name, "account", &name)).transpose()
    }

    /// Uses a link: sets the password, ends every session of the account and begins a new one. `None` as of [`Store::link`].
    pub async fn use_link(
        &self,
        secret: &Secret,
        password: Password,
        agent: &str,
        now: Instant,
    ) -> Result<Option<(Secret, Signed)>, StoreError> {
        // Looked at before hashing: who guesses links shall not cost us a hash each.
        if self.link(secret, now).await?.is_none() {
            return Ok(None);
        }
        let hash = passwords::hash(password).await?;
        let mut tx = self.pool.begin().await?;
        let used = sqlx::query!(
            r#"
            update one_time_link l
            set used_at = $2
            from account a
            where l.token_hash = $1 and l.used_at is null and l.expires_at > $2 and a.id = l.account_id and a.active
            returning a.id, a.name
            "#,
            secret.hash() as _,
            DateTime::<Utc>::from(now),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(account) = used else { return Ok(None) };
        set_password(&mut tx, account.id, &hash, &account.name, now).await?;
        let session = begin_session(&mut tx, account.id, agent, now).await?;
        tx.commit().await?;
        Ok(Some(session))
    }
}

/// Makes a link and takes the unused ones of the account away.
pub(crate) async fn make_link(
    tx: &mut Transaction<'static, Postgres>,
    account: i64,
    author: &str,
    now: Instant,
) -> Result<Secret, StoreError> {
    let secret = Secret::random()?;
    sqlx::query!("delete from one_time_link where account_id = $1 and used_at is null", account)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into one_time_link (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)",
        secret.hash() as _,
        account,
        DateTime::<Utc>::from(now),
        DateTime::<Utc>::from(now.plus(LINK_LASTS_S)),
    )
    .execute(&mut **tx)
    .await?;
    remember(tx, account, "link made", &Changes::default(), author, now).await?;
    Ok(secret)
}
