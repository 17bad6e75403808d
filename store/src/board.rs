//! All findings in memory, kept in step with the database: what every list, count and search is answered from.
//!
//! Each question first asks the clock of changes, one cheap query, and fetches the findings that changed since; so whoever
//! changed something sees it, whichever of several servers did the change. Questions that come while the clock is being asked
//! share the next asking: under load one query serves many.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use domain::family::Family;
use domain::time::Instant;
use domain::triage::columns::{Columns, Standing};
use domain::triage::snapshot::Snapshot;
use futures_util::TryStreamExt;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};
use tokio::sync::Mutex;

use crate::triage::Row;
use crate::{Store, StoreError};

/// How many rows are put into the columns at once while they are fetched.
const ROWS_AT_ONCE: usize = 4_096;

/// The findings in memory. It begins empty and is filled by the first question.
#[derive(Debug, Default)]
pub(crate) struct Board {
    held: RwLock<Held>,
    /// Held by whoever asks the clock.
    asking: Mutex<Asked>,
    /// How often somebody has begun to ask.
    begun: AtomicU64,
}

#[derive(Debug, Default)]
struct Held {
    columns: Columns,
    /// Every change up to and with this number is in `columns`; `None` before anything was fetched.
    seq: Option<i64>,
    /// How often something in here became another. Unlike `seq` it never goes back.
    state: u64,
}

/// How the last asking went.
#[derive(Debug, Default)]
struct Asked {
    /// Which it was; 0 before the first.
    nth: u64,
    /// Why it failed, where it did: those who waited for it need not wait as long again.
    failed: Option<Arc<StoreError>>,
    /// Kept for the next asking: the pool looks at every connection before it hands it out, which is a second question.
    connection: Option<PoolConnection<Postgres>>,
}

impl Store {
    /// Answers a question from all findings as they are now.
    pub async fn asked<T>(&self, question: impl FnOnce(&Columns) -> T) -> Result<T, StoreError> {
        self.asked_with_seq(|columns, _| question(columns)).await
    }

    /// The same with the number of the last change that is in the answer.
    pub async fn asked_with_seq<T>(&self, question: impl FnOnce(&Columns, i64) -> T) -> Result<T, StoreError> {
        self.catch_up().await?;
        let held = self.board.held.read().unwrap_or_else(PoisonError::into_inner);
        Ok(question(&held.columns, held.seq.unwrap_or_default()))
    }

    /// A number that is another one, in this process, whenever an answer may be another.
    pub async fn state_of_findings(&self) -> Result<u64, StoreError> {
        self.catch_up().await?;
        Ok(self.board.held.read().unwrap_or_else(PoisonError::into_inner).state)
    }

    /// The findings that changed after the change of that number.
    pub async fn changed_since(&self, seq: i64) -> Result<Snapshot, StoreError> {
        let (now, as_of) = self.clock().await?;
        let standing = self.standing(as_of).await?;
        let mut columns = self.fetched(Columns::default(), seq).await?;
        columns.stand(standing);
        Ok(Snapshot { seq: now, columns })
    }

    /// Brings the board up to a moment after this was called.
    async fn catch_up(&self) -> Result<(), StoreError> {
        let board = &*self.board;
        let begun_before = board.begun.load(Ordering::SeqCst);
        let mut asked = board.asking.lock().await;
        if asked.nth > begun_before {
            // Somebody began to ask after we came, and has the answer.
            return match &asked.failed {
                None => Ok(()),
                Some(error) => Err(StoreError::AskedByAnother(Arc::clone(error))),
            };
        }
        asked.nth = board.begun.fetch_add(1, Ordering::SeqCst) + 1;
        asked.failed = None;
        let Err(error) = self.fetch_changes(&mut asked.connection).await else { return Ok(()) };
        let error = Arc::new(error);
        asked.failed = Some(Arc::clone(&error));
        Err(StoreError::AskedByAnother(error))
    }

    async fn fetch_changes(&self, kept: &mut Option<PoolConnection<Postgres>>) -> Result<(), StoreError> {
        let held = &self.board.held;
        let (seq, as_of) = self.clock_by(kept).await?;
        let (known, stood) = {
            let held = held.read().unwrap_or_else(PoisonError::into_inner);
            (held.seq, held.columns.standing().as_of)
        };
        if known == Some(seq) && stood == as_of {
            return Ok(());
        }
        let standing = self.standing(as_of).await?;
        // A clock that went back is another database: one that was restored, or made anew.
        match known.filter(|&known| known <= seq) {
            Some(known) => {
                let changed: Vec<_> = self.rows_since(known).try_collect().await?;
                let mut held = held.write().unwrap_or_else(PoisonError::into_inner);
                held.columns.upsert(changed);
                held.columns.stand(standing);
                held.seq = Some(seq);
                held.state += 1;
            }
            None => {
                let mut columns = self.fetched(Columns::default(), i64::MIN).await?;
                columns.stand(standing);
                let mut held = held.write().unwrap_or_else(PoisonError::into_inner);
                *held = Held { columns, seq: Some(seq), state: held.state + 1 };
            }
        }
        Ok(())
    }

    /// [`Self::clock`] by the connection that was kept, if it still is one, and keeps the connection that told.
    async fn clock_by(
        &self,
        kept: &mut Option<PoolConnection<Postgres>>,
    ) -> Result<(i64, Option<Instant>), StoreError> {
        // Taken out meanwhile: whoever stops waiting in the middle of the answer leaves no connection that is in the middle of it.
        if let Some(mut connection) = kept.take()
            && let Ok(told) = clock(&mut connection).await
        {
            *kept = Some(connection);
            return Ok(told);
        }
        let mut connection = self.pool.acquire().await?;
        let told = clock(&mut connection).await?;
        *kept = Some(connection);
        Ok(told)
    }

    /// The number of the last change, and the *now* of the last detection.
    async fn clock(&self) -> Result<(i64, Option<Instant>), StoreError> {
        clock(&mut *self.pool.acquire().await?).await
    }

    /// Puts the findings that changed after a change into the columns, some at a time: a million rows need not lie beside them.
    async fn fetched(&self, mut columns: Columns, since: i64) -> Result<Columns, StoreError> {
        let mut rows = std::pin::pin!(self.rows_since(since).try_chunks(ROWS_AT_ONCE));
        while let Some(some) = rows.try_next().await.map_err(|error| error.1)? {
            columns.upsert(some);
        }
        Ok(columns)
    }

    /// Rows of transactions that commit meanwhile may be among them; they come again with their number.
    fn rows_since(
        &self,
        seq: i64,
    ) -> impl futures_util::Stream<Item = Result<domain::triage::FindingRow, StoreError>> + '_ {
        let rows = sqlx::query_as!(
            Row,
            "select id, key, shown_type, shown_class, shown_priority, shown_state, family, shift_id, start_at, end_at,
                shown_tags, shown_comment, decided_type, decided_class, decided_priority, decided_tags, decided_comment,
                decided_state, assignee, snoozed_until, dismissed_because, n_comments, part_of, merged_into, row_version,
                change_seq
            from finding
            where change_seq > $1",
            seq,
        );
        rows.fetch(&self.pool).map_err(StoreError::from).and_then(|row| std::future::ready(row.try_into()))
    }

    /// What periods are reckoned from: with each family the id of its latest valid SCIOPS shift that has begun.
    async fn standing(&self, as_of: Option<Instant>) -> Result<Standing, StoreError> {
        let Some(now) = as_of else { return Ok(Standing::default()) };
        let rows = sqlx::query!(
            r#"
            select distinct on (family) family as "family!", id
            from shift
            cross join unnest(families) as family
            where kind = 'SCIOPS' and start_at < $1
                and (end_at > start_at or end_at is null and start_at > $1 - interval '1 day')
            order by family, start_at desc, id
            "#,
            DateTime::<Utc>::from(now),
        )
        .fetch_all(&self.pool)
        .await?;
        let corrupt = |id: &str, why: String| StoreError::Corrupt { table: "shift", id: id.to_owned(), why };
        let latest = rows.into_iter().map(|row| {
            let family: Family = row.family.parse().map_err(|why| corrupt(&row.id, format!("{why}")))?;
            let id = row.id.parse().map_err(|why| corrupt(&row.id, format!("{why}")))?;
            Ok((family, id))
        });
        Ok(Standing { as_of, latest_shifts: latest.collect::<Result<_, StoreError>>()? })
    }
}

async fn clock(connection: &mut PgConnection) -> Result<(i64, Option<Instant>), StoreError> {
    let clock = sqlx::query!(r#"select seq, (select now_used from detection) as "now_used?" from finding_clock"#)
        .fetch_one(connection)
        .await?;
    let corrupt = |why: domain::time::NotATime| StoreError::Corrupt {
        table: "detection",
        id: "1".to_owned(),
        why: why.to_string(),
    };
    Ok((clock.seq, clock.now_used.map(Instant::try_from).transpose().map_err(corrupt)?))
}
