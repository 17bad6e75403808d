//! What other processes on the same database say: that findings changed, and who looks at which.
//!
//! PostgreSQL carries it (LISTEN and NOTIFY), so two servers behave like one. A message that is told while a connection is
//! being made again is lost; whoever listens then hears [`News::Missed`] and asks for what it does not have.

use serde::{Deserialize, Serialize};
use sqlx::postgres::PgListener;

use crate::clock::CHANNEL as CHANGES;
use crate::{Store, StoreError};

/// The channel on which people say what they look at.
const LOOKING: &str = "looking";

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Findings changed; the number of the change.
    Changed(i64),
    /// Somebody opened a finding, or closed it.
    Looking(Looking),
    /// The connection broke and stands again. What was told meanwhile is not known.
    Missed,
}

/// Who looks at which finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looking {
    /// A page in some browser, by a name that it made up; the program that reads it lets through letters, digits and dashes.
    pub page: String,
    /// The account's login name.
    pub name: String,
    /// The finding; `None` when it was closed.
    pub finding: Option<i64>,
}

/// Hears the news of one database, on a connection of its own.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Store {
    /// Begins to listen. What is told from here on is heard.
    pub async fn listen(&self) -> Result<Listener, StoreError> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen_all([CHANGES, LOOKING]).await?;
        Ok(Listener(listener))
    }

    /// Tells every server, this one too, what somebody looks at. Nothing of it is stored.
    pub async fn tell_looking(&self, looking: &Looking) -> Result<(), StoreError> {
        let message = serde_json::json!(looking).to_string();
        sqlx::query!("select pg_notify($1, $2)", LOOKING, message).execute(&self.pool).await?;
        Ok(())
    }
}

impl Listener {
    /// Waits for the next news. An error means that the connection could not be made again: listen anew, later.
    pub async fn next(&mut self) -> Result<News, StoreError> {
        loop {
            let Some(told) = self.0.try_recv().await? else { return Ok(News::Missed) };
            let news = match told.channel() {
                CHANGES => told.payload().parse().ok().map(News::Changed),
                _ => serde_json::from_str(told.payload()).ok().map(News::Looking),
            };
            // What we cannot read was told by somebody else on our channel.
            if let Some(news) = news {
                return Ok(news);
            }
        }
    }
}
