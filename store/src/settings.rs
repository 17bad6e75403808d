//! What an admin decided for everybody: who may read. And whether this database is a demo.

use chrono::{DateTime, Utc};
use domain::people::{DEMO_PASSWORD_MIN_CHARS, Password, Reading, Role};
use domain::time::Instant;
use sqlx::{Postgres, Transaction};

use crate::accounts::of_label;
use crate::{Store, StoreError, passwords};

/// What holds for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Who may read.
    pub reading: Reading,
    /// A simulated log with one open account per role.
    pub demo: bool,
}

/// The password of each account of a demo.
pub const DEMO_PASSWORD: &str = "demo";

impl Store {
    /// The settings as they are now.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        let row = sqlx::query!("select reading, demo from setting").fetch_one(&self.pool).await?;
        Ok(Settings { reading: of_label(&row.reading, "setting", "reading")?, demo: row.demo })
    }

    /// Opens or closes reading to who has not signed in.
    pub async fn set_reading(&self, reading: Reading, author: &str, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let before = sqlx::query_scalar!("select reading from setting for update").fetch_one(&mut *tx).await?;
        if before != reading.label() {
            sqlx::query!("update setting set reading = $1", reading.label()).execute(&mut *tx).await?;
            remember(&mut tx, "reading", before.into(), reading.label().into(), author, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Makes this a demo: one account per role, named after it, each with [`DEMO_PASSWORD`]. `false`, and nothing changes, when
    /// somebody here has a password already: the accounts of people are never opened.
    pub async fn become_demo(&self, now: Instant) -> Result<bool, StoreError> {
        let password = Password::new(DEMO_PASSWORD.to_owned(), DEMO_PASSWORD_MIN_CHARS)
            .map_err(|why| StoreError::Secret(why.to_string()))?;
        let mut hashes = Vec::new();
        for _ in Role::ALL {
            hashes.push(passwords::hash(password.clone()).await?);
        }
        let mut tx = self.pool.begin().await?;
        // Two servers may start at once.
        sqlx::query("lock table account in exclusive mode").execute(&mut *tx).await?;
        let lived_in = sqlx::query_scalar!(
            r#"select exists (select from account where password_hash is not null) as "lived_in!""#
        )
        .fetch_one(&mut *tx)
        .await?;
        if lived_in {
            return Ok(false);
        }
        for (role, hash) in Role::ALL.iter().zip(&hashes) {
            sqlx::query!(
                r#"
                with made as (
                    insert into account (name, display_name, role, password_hash, created_at)
                    values (lower($1), 'Demo ' || lower($1), $1, $2, $3)
                    on conflict (lower(name)) do update
                    set role = excluded.role, password_hash = excluded.password_hash, active = true,
                        version = account.version + 1
                    returning id
                )
                insert into account_event (at, account_id, author, what, after)
                select $3, id, 'shiftdesk', 'opened for the demo', jsonb_build_object('role', $1::text) from made
                "#,
                role.label() as _,
                hash,
                DateTime::<Utc>::from(now),
            )
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query!("update setting set demo = true").execute(&mut *tx).await?;
        remember(&mut tx, "demo", false.into(), true.into(), "shiftdesk", now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Adds a line to the history of settings.
pub(crate) async fn remember(
    tx: &mut Transaction<'static, Postgres>,
    what: &str,
    before: serde_json::Value,
    after: serde_json::Value,
    author: &str,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into setting_event (at, author, what, before, after) values ($1, $2, $3, $4, $5)",
        DateTime::<Utc>::from(now),
        author,
        what,
        before,
        after,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
