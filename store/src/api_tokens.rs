//! Tokens of the API: each lets a program in as its owner, until its owner revokes it.

use chrono::{DateTime, Utc};
use domain::people::ShownName;
use domain::time::Instant;

use crate::accounts::{Changes, instant, of_label, remember};
use crate::sessions::Signed;
use crate::{Secret, Store, StoreError};

/// A token as its owner sees it: what it is for, not what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its permanent number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created: Instant,
    /// When it was last used, to within a minute.
    pub last_used: Option<Instant>,
}

impl Store {
    /// Makes a token. It is told here once and never again.
    pub async fn create_token(
        &self,
        account: i64,
        name: &ShownName,
        author: &str,
        now: Instant,
    ) -> Result<Secret, StoreError> {
        let secret = Secret::random()?;
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            "insert into api_token (token_hash, account_id, name, created_at) values ($1, $2, $3, $4)",
            secret.hash() as _,
            account,
            name.as_str(),
            DateTime::<Utc>::from(now),
        )
        .execute(&mut *tx)
        .await?;
        let changes = Changes::default().with("token", serde_json::Value::Null, name.as_str().into());
        remember(&mut tx, account, "token made", &changes, author, now).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// The tokens of an account that are not revoked, newest first.
    pub async fn tokens(&self, account: i64) -> Result<Vec<ApiToken>, StoreError> {
        let rows = sqlx::query!(
            "select id, name, created_at, last_used_at from api_token where account_id = $1 and revoked_at is null
            order by created_at desc, id desc",
            account,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                let id = row.id.to_string();
                Ok(ApiToken {
                    id: row.id,
                    created: instant(row.created_at, "api_token", &id)?,
                    last_used: row.last_used_at.map(|at| instant(at, "api_token", &id)).transpose()?,
                    name: row.name,
                })
            })
            .collect()
    }

    /// Takes a token of this account away; `false` when there is none of that number.
    pub async fn revoke_token(&self, account: i64, id: i64, author: &str, now: Instant) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let revoked = sqlx::query_scalar!(
            "update api_token set revoked_at = $3 where id = $1 and account_id = $2 and revoked_at is null returning name",
            id,
            account,
            DateTime::<Utc>::from(now),
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(name) = &revoked {
            let changes = Changes::default().with("token", name.as_str().into(), serde_json::Value::Null);
            remember(&mut tx, account, "token revoked", &changes, author, now).await?;
        }
        tx.commit().await?;
        Ok(revoked.is_some())
    }

    /// Whose token it is; `None` when it is revoked, its account switched off, or it is none of ours.
    pub async fn signed_by_token(&self, secret: &Secret, now: Instant) -> Result<Option<Signed>, StoreError> {
        let row = sqlx::query!(
            r#"
            with used as (
                -- once a minute is enough to see that it is in use
                update api_token
                set last_used_at = $2
                where token_hash = $1 and revoked_at is null
                    and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')
            )
            select a.id, a.name, a.role as "role: String", a.single_key_shortcuts
            from api_token t
            join account a on a.id = t.account_id and a.active
            where t.token_hash = $1 and t.revoked_at is null
            "#,
            secret.hash() as _,
            DateTime::<Utc>::from(now),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(Signed {
                account: row.id,
                role: of_label(&row.role, "account", &row.name)?,
                single_key_shortcuts: row.single_key_shortcuts,
                begins_with: domain::saved_view::BeginsWith::default(),
                session: None,
                name: row.name,
            })
        })
        .transpose()
    }
}
