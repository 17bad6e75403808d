//! The list as a file: links to the API with the filter and the order of the page.

use leptos::prelude::*;

use crate::query::{TriageQuery, write_out};

/// `Export CSV · Parquet · JSON`: all that pass the filter, on whatever page of the list the reader is.
pub(super) fn exports(query: Memo<TriageQuery>) -> impl IntoView {
    let all = Memo::new(move |_| query.with(write_out));
    let link = move |format: &'static str, extension: &'static str| {
        let href = move || format!("/api/v1/findings.{extension}?{}", all.read());
        // `download` also keeps the router of the pages from taking the link for one of its own.
        view! { <a href=href download="">{format}</a> }
    };
    view! {
        <nav class="exports" aria-label="Export these findings">
            "Export " {link("CSV", "csv")} " · " {link("Parquet", "parquet")} " · " {link("JSON", "json")}
        </nav>
    }
}
