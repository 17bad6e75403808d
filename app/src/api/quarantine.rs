//! Rows that did not load, for whoever has to mend them.

use domain::time::Instant;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// Rows on one page.
pub const PAGE_ROWS: i64 = 100;
/// The last page that can be asked for.
pub const PAGE_MAX: i64 = 10_000;

/// A row that did not load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// The file's name.
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
    /// When it was loaded.
    pub at: Instant,
}

/// One page of them, newest load first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRows {
    /// The rows of this page.
    pub rows: Vec<BadRow>,
    /// How many there are on all pages.
    pub n_rows: i64,
}

/// One page of the quarantine; pages begin with 1.
#[server(prefix = "/_fn", endpoint = "quarantine", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn quarantine(page: i64) -> Result<BadRows, AppError> {
    use super::refusal::{answered, store};

    let ask = async || {
        if !(1..=PAGE_MAX).contains(&page) {
            let message = format!("it is a whole number from 1 to {PAGE_MAX}");
            return Err(AppError::Invalid { field: "page".to_owned(), message });
        }
        let found = store()?.quarantine((page - 1) * PAGE_ROWS, PAGE_ROWS).await?;
        Ok(BadRows { rows: found.rows.into_iter().map(BadRow::from).collect(), n_rows: found.n_rows })
    };
    answered(ask().await)
}

#[cfg(feature = "ssr")]
impl From<store::QuarantinedRow> for BadRow {
    fn from(row: store::QuarantinedRow) -> Self {
        let store::QuarantinedRow { id: _, file, path, line, column, value, why, loaded_at: at } = row;
        Self { file, path, line, column, value, why, at }
    }
}
