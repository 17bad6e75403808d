//! The list as a file: links to the API with the filter and the order of the page.

use leptos::prelude::*;

use crate::query::{TriageQuery, write};

/// `Export CSV · Parquet · JSON`: all that pass the filter, on whatever page of the list the reader is.
pub(super) fn exports(query: &TriageQuery) -> impl IntoView + use<> {
    let all = write(&query.list().on_page(1));
    let link = |format: &'static str, extension: &'static str| {
        let question = if all.is_empty() { String::new() } else { format!("?{all}") };
        // `download` also keeps the router of the pages from taking the link for one of its own.
        view! { <a href=format!("/api/v1/findings.{extension}{question}") download="">{format}</a> }
    };
    view! {
        <nav class="exports" aria-label="Export these findings">
            "Export " {link("CSV", "csv")} " · " {link("Parquet", "parquet")} " · " {link("JSON", "json")}
        </nav>
    }
}
