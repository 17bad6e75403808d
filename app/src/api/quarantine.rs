//! Rows that did not load, for whoever has to mend them.

use domain::quarantine::QuarantinedRows;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;

/// Rows on one page.
pub const PAGE_ROWS: i64 = 100;
/// The last page that can be asked for.
pub const PAGE_MAX: i64 = 10_000;

/// One page of the quarantine; pages begin with 1.
#[server(prefix = "/_fn", endpoint = "quarantine", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn quarantine(page: i64) -> Result<QuarantinedRows, AppError> {
    use super::refusal::{answered, store};

    let ask = async || {
        if !(1..=PAGE_MAX).contains(&page) {
            let message = format!("it is a whole number from 1 to {PAGE_MAX}");
            return Err(AppError::Invalid { field: "page".to_owned(), message });
        }
        Ok(store()?.quarantine((page - 1) * PAGE_ROWS, PAGE_ROWS).await?)
    };
    answered(ask().await)
}
