//! One page of the triage list, with the counts beside its filters.

use domain::triage::FindingPage;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;

/// The page of the list that a query string of the triage page asks for; what the string says about an open finding, or says
/// wrongly, does not matter here.
#[server(prefix = "/_fn", endpoint = "triage", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn triage(search: String) -> Result<FindingPage, AppError> {
    use super::refusal::{answered, store};
    use crate::query::{PAGE_ROWS, pairs, read};

    let (query, _) = read(pairs(&search));
    let ask = async || Ok(store()?.findings(&query.filter, query.sort, query.offset(), PAGE_ROWS).await?);
    answered(ask().await)
}
