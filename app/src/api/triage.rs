//! One page of the triage list, with the counts beside its filters.

use domain::triage::FindingPage;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};

use crate::error::AppError;

/// The page of the list that a query string of the triage page asks for; what the string says about an open finding, or says
/// wrongly, does not matter here.
#[server(prefix = "/_fn", endpoint = "triage", input = GetUrl, output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn triage(search: String) -> Result<FindingPage, AppError> {
    use domain::triage::filter::Filter;

    use super::person::current;
    use super::refusal::{answered, store};
    use crate::query::{PAGE_ROWS, pairs, read};

    let query = read(pairs(&search), Filter::undecided()).query;
    let me = current().map(|user| user.name);
    let part = |n: i64| usize::try_from(n).unwrap_or_default();
    let ask = async || {
        let store = store()?;
        let page = store.asked_with_seq(|columns, seq| {
            let view = columns.view(&query.filter, &query.order, me.as_deref());
            let list = columns.list(&view, part(query.offset()), part(PAGE_ROWS));
            FindingPage { list, facets: columns.facets(&view, &query.filter), seq }
        });
        Ok(page.await?)
    };
    answered(ask().await)
}
