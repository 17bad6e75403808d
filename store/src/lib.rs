//! PostgreSQL and nothing else: facts come in by [`Load`], go out as domain types, and detection keeps the findings in step.
//!
//! One file per noun. A row becomes a domain type by `TryFrom`; a row that does not is [`StoreError::Corrupt`]. What is not
//! there is an `Option`, what could not be looked up an error.

mod accounts;
mod api_tokens;
mod board;
mod clock;
mod decisions;
mod demo;
mod efficiency;
mod error;
mod facts;
mod findings;
mod history;
mod links;
mod load;
mod news;
mod notes;
mod passwords;
mod plan;
mod quarantine;
mod reports;
mod rules;
mod secret;
mod sessions;
mod settings;
mod standing_rules;
mod suggestions;
mod triage;
mod views;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::lock::Mutex;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

pub use accounts::{Account, AccountEdit, AccountError, NewAccount};
pub use api_tokens::ApiToken;
pub use decisions::ActionError;
pub use demo::{Demo, Holds};
pub use efficiency::Shifts;
pub use error::StoreError;
pub use findings::Detection;
pub use links::LINK_LASTS_S;
pub use load::{Affected, Load, LoadReport};
pub use news::{Listener, Looking, News};
pub use notes::NoteError;
pub use plan::Book;
pub use plan::policies::PolicyError;
pub use plan::shifts::{PlanEdit, PlanError};
pub use reports::{DueMail, MadeReport, ReportLine, ReportMail, ReportOf, StoredReport};
pub use rules::TypeRule;
pub use secret::Secret;
pub use sessions::{ABSOLUTE_LIMIT_S, IDLE_LIMIT_S, Session, SignIn, Signed};
pub use settings::{DEMO_PASSWORD, Settings};
pub use standing_rules::{KeptRule, Reach, RuleError, RuleEvent};
use suggestions::Learned;
pub use triage::{EventKind, FindingEvent};
pub use views::{ViewEdit, ViewError};

/// How long a question waits for a connection. Longer than a restart of PostgreSQL takes, shorter than a reader's patience.
const PATIENCE: Duration = Duration::from_secs(5);

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The database. Cheap to clone: all clones share one pool of connections, and one picture of the findings in memory.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: PgPool,
    /// What suggestions have learned from the audit trail; asked for one at a time.
    pub(crate) learned: Arc<Mutex<Learned>>,
    pub(crate) board: Arc<board::Board>,
    pub(crate) sums: Arc<efficiency::Memory>,
    pub(crate) plan: Arc<plan::Memory>,
}

impl Store {
    /// Connects to `postgres://user@host/database`, or `postgres:///database?host=/directory/of/the/socket`.
    ///
    /// Fails when nobody answers there: a wrong address should be said at the start, not at the first page.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        // Without jit: our queries take milliseconds, and compiling one of them took more than a second.
        let options = PgConnectOptions::from_str(url)
            .map_err(StoreError::Unreachable)?
            .application_name("shiftdesk")
            .options([("jit", "off")]);
        // A pool would try for its whole patience and then say only that it timed out; one connection says why.
        let first = PgConnection::connect_with(&options).await.map_err(StoreError::Unreachable)?;
        first.close().await.map_err(StoreError::Unreachable)?;
        let pool = PgPoolOptions::new().acquire_timeout(PATIENCE).connect_lazy_with(options);
        Ok(Self { pool, learned: Arc::default(), board: Arc::default(), sums: Arc::default(), plan: Arc::default() })
    }

    /// Brings the tables to the form this program knows. Doing it twice, or by two processes at once, is harmless.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS.run(&self.pool).await.map_err(StoreError::Migration)?;
        self.fill_sums().await
    }

    /// Whether the database answers and has every migration of this program.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        let applied: Vec<i64> =
            sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(&self.pool).await?;
        match MIGRATIONS.iter().find(|migration| !applied.contains(&migration.version)) {
            None => Ok(()),
            Some(missing) => Err(StoreError::NotMigrated { missing: missing.version }),
        }
    }
}
