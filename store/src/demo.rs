//! The simulated log of a first start: which one it is, and whether all of it is loaded.

use chrono::{DateTime, Utc};
use domain::time::Instant;

use crate::{Store, StoreError};

/// A simulated log; the same values give the same log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demo {
    /// How many weeks, up to `now`; 1 or more.
    pub weeks: u32,
    /// Which of the many possible observatories.
    pub seed: u64,
    /// The present of the log.
    pub now: Instant,
}

/// What is in the database before a demo might be loaded into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Nothing was ever loaded.
    Nothing,
    /// A demo that was begun and not finished: the program was stopped.
    PartOf(Demo),
    /// A whole demo.
    Demo,
    /// Somebody's log.
    Log,
}

impl Store {
    /// What is in the database.
    pub async fn holds(&self) -> Result<Holds, StoreError> {
        let demo = sqlx::query!("select weeks, seed, now_used, whole from demo").fetch_optional(&self.pool).await?;
        let Some(demo) = demo else {
            let loaded = sqlx::query_scalar!(r#"select exists (select from load) as "loaded!""#);
            let loaded = loaded.fetch_one(&self.pool).await?;
            return Ok(if loaded { Holds::Log } else { Holds::Nothing });
        };
        if demo.whole {
            return Ok(Holds::Demo);
        }
        let corrupt = |why: String| StoreError::Corrupt { table: "demo", id: "1".to_owned(), why };
        Ok(Holds::PartOf(Demo {
            weeks: demo.weeks.try_into().map_err(|_| corrupt(format!("{} weeks", demo.weeks)))?,
            // The bits of the seed; PostgreSQL has no unsigned numbers.
            seed: demo.seed.cast_unsigned(),
            now: Instant::try_from(demo.now_used).map_err(|why| corrupt(why.to_string()))?,
        }))
    }

    /// Remembers which demo is being loaded. Of two programs that begin at once, both load the one that was here first:
    /// that is the answer.
    pub async fn begin_demo(&self, demo: Demo) -> Result<Holds, StoreError> {
        sqlx::query!(
            "insert into demo (weeks, seed, now_used) values ($1, $2, $3) on conflict do nothing",
            i32::try_from(demo.weeks).unwrap_or(i32::MAX),
            demo.seed.cast_signed(),
            DateTime::<Utc>::from(demo.now),
        )
        .execute(&self.pool)
        .await?;
        self.holds().await
    }

    /// The demo is loaded, and its findings are found.
    pub async fn demo_is_whole(&self) -> Result<(), StoreError> {
        sqlx::query!("update demo set whole = true").execute(&self.pool).await?;
        Ok(())
    }
}
