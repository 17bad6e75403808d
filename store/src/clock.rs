//! The order of changes: whoever changes findings takes a number first, and tells it when done.

use sqlx::{Postgres, Transaction};

use crate::{Store, StoreError};

/// The channel of PostgreSQL on which a change is told; the message is its number.
pub(crate) const CHANNEL: &str = "finding_change";

impl Store {
    /// The number of the last change of findings; 0 before the first.
    pub async fn change_seq(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar!("select seq from finding_clock").fetch_one(&self.pool).await?)
    }
}

/// The number of this transaction. Other changes of findings wait from here until it commits.
pub(crate) async fn next(tx: &mut Transaction<'static, Postgres>) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!("update finding_clock set seq = seq + 1 returning seq").fetch_one(&mut **tx).await?)
}

/// Tells every listener, once this commits, that there is something newer than what they have.
pub(crate) async fn tell(tx: &mut Transaction<'static, Postgres>, seq: i64) -> Result<(), StoreError> {
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, seq.to_string()).execute(&mut **tx).await?;
    Ok(())
}
