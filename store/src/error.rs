//! What can go wrong between us and PostgreSQL.

use std::sync::Arc;

use sqlx::migrate::MigrateError;

/// Why the store could not do it. The sentence is for the operator's log; what the reader of a page sees is the page's business.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No database at that address, or it refuses us.
    #[error("cannot connect to PostgreSQL: {0}")]
    Unreachable(#[source] sqlx::Error),
    /// The database answered with an error, or stopped answering.
    #[error("PostgreSQL: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or the database was migrated by a newer program.
    #[error("cannot migrate the database: {0}")]
    Migration(#[source] MigrateError),
    /// The database lacks a migration: `migrate` has not run since this program was installed.
    #[error("the database is not migrated: {missing} is missing; run `shiftdesk serve` or any loading verb once")]
    NotMigrated {
        /// The first migration that is missing.
        missing: i64,
    },
    /// The system gives no random bytes, or a password could not be hashed.
    #[error("cannot make or check a secret: {0}")]
    Secret(String),
    /// A stored row that is no legal value of the domain: somebody wrote past this program.
    #[error("corrupt row in {table}, {id}: {why}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// Which row.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// Several questions waited for one answer of the database, and it was this.
    #[error(transparent)]
    AskedByAnother(Arc<StoreError>),
}

impl StoreError {
    /// Whether the database is away rather than at odds with us: the same question may be answered in a minute.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::NotMigrated { .. } => true,
            Self::Database(error) => match error {
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
                // Classes of SQLSTATE: 08 connection, 53 out of connections or memory, 57 shutting down or starting up.
                sqlx::Error::Database(refusal) => {
                    refusal.code().is_some_and(|code| ["08", "53", "57P"].iter().any(|class| code.starts_with(class)))
                }
                _ => false,
            },
            Self::Migration(_) | Self::Secret(_) | Self::Corrupt { .. } => false,
            Self::AskedByAnother(error) => error.is_outage(),
        }
    }
}
