//! Rows that did not load: where they are, what is wrong with them, and how to load your own.

use domain::quarantine::{QuarantinedRow, QuarantinedRows};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::api::quarantine::{PAGE_MAX, PAGE_ROWS, quarantine};
use crate::components::failure::failure;
use crate::components::moment::moment;
use crate::components::pager::pager;
use crate::format::thousands;
use crate::query::pairs;

/// The quarantine.
#[component]
pub fn QuarantinePage() -> impl IntoView {
    let search = use_location().search;
    let page = Memo::new(move |_| search.with(|search| page_of(search)));
    // An address that asks for no page is answered with the first one, and told so.
    let rows = Resource::new_blocking(move || page.with(|page| *page.as_ref().unwrap_or(&1)), quarantine);
    view! {
        <Title text="Quarantine" />
        <article class="text wide">
            <h1>"Quarantine"</h1>
            <p class="lead">
                "Rows that could not be read. Every other row of their files is loaded; mend the file and load it again."
            </p>
            {move || page.get().err().map(|why| view! { <div class="notice" role="status"><p>{why}</p></div> })}
            <Transition>
                {move || Suspend::new(async move {
                    match rows.await {
                        Ok(rows) => bad_rows(rows, page.with_untracked(|page| *page.as_ref().unwrap_or(&1))).into_any(),
                        Err(error) => failure("The quarantine could not be read.", &error).into_any(),
                    }
                })}
            </Transition>
            <h2>"Load your own log"</h2>
            <p>"Files or folders, as often as wanted: loading the same file twice changes nothing."</p>
            <pre tabindex="0"><code>"shiftdesk ingest PATH…            # CSV, Parquet, or ALMA's shift log as JSON\n\
                         shiftdesk ingest PATH… --dry-run  # tell what would load, change nothing"</code></pre>
        </article>
    }
    .into_any()
}

fn page_of(search: &str) -> Result<i64, String> {
    let mut page = Ok(1);
    for (name, value) in pairs(search) {
        page = match (name.as_str(), value.parse()) {
            ("page", Ok(number)) if (1..=PAGE_MAX).contains(&number) => Ok(number),
            ("page", _) => return Err(format!("page: it is a whole number from 1 to {PAGE_MAX}. This is page 1.")),
            _ => return Err("The address has a parameter that this page does not know; it knows page.".to_owned()),
        };
    }
    page
}

fn bad_rows(found: QuarantinedRows, page: i64) -> impl IntoView {
    if found.n_rows == 0 {
        return view! { <div class="nothing"><p>"Every row of every file loaded."</p></div> }.into_any();
    }
    if found.rows.is_empty() {
        return view! {
            <div class="nothing">
                <p>"This page is past the end: there are "{thousands(found.n_rows)}" rows."</p>
                <a class="button" href="/data/quarantine">"Go to page 1"</a>
            </div>
        }
        .into_any();
    }
    let rows: Vec<_> = found.rows.into_iter().map(bad_row).collect();
    view! {
        <p class="summary"><strong>{thousands(found.n_rows)}" "{if found.n_rows == 1 { "row" } else { "rows" }}</strong>" in quarantine"</p>
        <table class="quarantine">
            <thead>
                <tr><th>"File"</th><th class="num">"Line"</th><th>"Column"</th><th>"Value"</th><th>"What is wrong"</th><th class="num">"Loaded [UTC]"</th></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {pager(page, PAGE_ROWS, found.n_rows, |page| format!("/data/quarantine?page={page}"))}
    }
    .into_any()
}

fn bad_row(row: QuarantinedRow) -> impl IntoView {
    let column = if row.column.is_empty() {
        view! { <i>"whole row"</i> }.into_any()
    } else {
        view! { <code>{row.column}</code> }.into_any()
    };
    let value = (!row.value.is_empty()).then(|| view! { <code class="value">{row.value}</code> });
    view! {
        <tr>
            <td class="q-file" title=row.path>{row.file}</td>
            <td class="q-line num">{row.line}</td>
            <td class="q-column">{column}</td>
            <td class="q-value">{value}</td>
            <td class="q-why">{row.why}</td>
            <td class="q-at num">{moment(row.loaded_at)}</td>
        </tr>
    }
}
