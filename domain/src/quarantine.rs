//! Rows that did not load, for whoever has to mend them.

use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// A row that did not load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// Its number in the quarantine. It keeps it as long as loads of the file find it bad.
    pub id: i64,
    /// The file's name: `shifts.csv`.
    pub file: String,
    /// Where it lay when it was loaded.
    pub path: String,
    /// The physical line where the record starts; the header is line 1.
    pub line: i64,
    /// The bad column, or empty when the whole row is wrong.
    pub column: String,
    /// The field as it stood, shortened.
    pub value: String,
    /// A sentence.
    pub why: String,
    /// When the load began that found it last.
    pub loaded_at: Instant,
}

/// One page of the quarantine: newest load first, within a load by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRows {
    /// The rows of this page.
    pub rows: Vec<QuarantinedRow>,
    /// How many there are on all pages.
    pub n_rows: i64,
}
