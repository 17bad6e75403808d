//! The list as a file: links to the API with the filter and the order of the page.

use leptos::prelude::*;

use crate::query::{TriageQuery, write_out};

/// `Export CSV · Parquet · JSON`: all that pass the filter, on whatever page of the list the reader is.
pub(super) fn exports(query: &TriageQuery) -> impl IntoView + use<> {
    let all = write_out(query);
    let link = |format: &'static str, extension: &'static str| {
        // `download` also keeps the router of the pages from taking the link for one of its own.
        view! { <a href=format!("/api/v1/findings.{extension}?{all}") download="">{format}</a> }
    };
    view! {
        <nav class="exports" aria-label="Export these findings">
            "Export " {link("CSV", "csv")} " · " {link("Parquet", "parquet")} " · " {link("JSON", "json")}
        </nav>
    }
}
