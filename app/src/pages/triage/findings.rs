//! The list itself: one page of findings in the columns of the talk of 2022, or why there are none.

use domain::decimal::hours4;
use domain::family::Family;
use domain::triage::filter::Column;
use domain::triage::{FindingPage, FindingRow, State};
use leptos::prelude::*;

use super::exports::exports;
use crate::components::moment::{end_time, moment};
use crate::components::pager::pager;
use crate::components::words::{class_word, priority_word};
use crate::format::{hours, thousands};
use crate::query::{PAGE_ROWS, TriageQuery, write};

/// The heads of the columns, exactly as the talk has them, with the class their cells have in the style sheet.
const COLUMNS: [(Column, &str, &str); 8] = [
    (Column::End, "END_TIME", "c-end"),
    (Column::Class, "CLASS", "c-class"),
    (Column::Kind, "TYPE", "c-type"),
    (Column::Tags, "TAGS", "c-tags"),
    (Column::Duration, "TIME_DURATION [hrs]", "c-duration"),
    (Column::Comment, "Comments", "c-comments"),
    (Column::Priority, "Priority", "c-priority"),
    (Column::Family, "Array Family", "c-family"),
];

/// One page of the list. `query` is what it answers, `open` the finding shown beside it; `anchored` as of [`super::TriagePage`].
pub(super) fn findings(
    page: FindingPage,
    query: TriageQuery,
    open: Memo<Option<i64>>,
    anchored: Signal<bool>,
) -> impl IntoView {
    let as_of = page.as_of.map(|at| view! { <span class="as-of">"as of "{moment(at)}</span> });
    let summary = view! {
        <p class="summary" role="status">
            <button class="open-filters" popovertarget="filters">"Filters"</button>
            <span>
                <strong>{thousands(page.n_matching)}" "{if page.n_matching == 1 { "finding" } else { "findings" }}</strong>
                ", "{hours(page.matching_s)}" h"
            </span>
            {as_of}
            <button class="quiet keys-button" popovertarget="keys">"Keys"</button>
        </p>
    };
    if page.rows.is_empty() {
        return view! { {summary} {nothing(&page, &query)} }.into_any();
    }
    let heads = COLUMNS.map(|column| head(column, &query));
    let list = write(&query.list());
    let list = if list.is_empty() { "?".to_owned() } else { format!("?{list}&") };
    let rows: Vec<_> = page.rows.into_iter().map(|finding| row(finding, list.clone(), open, anchored)).collect();
    view! {
        {summary}
        <div class="rows">
            <table class="findings">
                <caption class="unseen">"Findings"</caption>
                <thead><tr>{heads.collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {pager(query.page, PAGE_ROWS, page.n_matching, |page| query.on_page(page).href())}
            {exports(&query)}
        </div>
    }
    .into_any()
}

fn head((column, label, class): (Column, &'static str, &'static str), query: &TriageQuery) -> impl IntoView + use<> {
    let sorted =
        (query.sort.column == column).then_some(if query.sort.descending { "descending" } else { "ascending" });
    view! {
        <th scope="col" class=class aria-sort=sorted>
            <a href=query.sorted_by(column).href() data-noscroll="">{label}</a>
        </th>
    }
}

fn row(finding: FindingRow, list: String, open: Memo<Option<i64>>, anchored: Signal<bool>) -> impl IntoView {
    let id = finding.id;
    let href = move || if anchored.get() { format!("{list}finding={id}#f{id}") } else { format!("{list}finding={id}") };
    let is_open = move || open.get() == Some(id);
    let resolved = finding.state == State::ResolvedByTheLog;
    let resolved_words = resolved.then(|| view! { <span class="resolved-word">" resolved"</span> });
    view! {
        <tr id=format!("f{id}") class:open=is_open class:resolved=resolved>
            <td class="c-end"><a href=href data-noscroll="" aria-current=move || is_open().then_some("true")>{end_time(finding.span)}</a></td>
            <td class="c-class">{class_word(finding.class)}</td>
            <td class="c-type">{finding.kind.label()}{resolved_words}</td>
            <td class="c-tags">{finding.tags}</td>
            <td class="c-duration">{finding.span.map(|span| hours4(span.seconds()))}</td>
            <td class="c-comments">{finding.comment}</td>
            <td class="c-priority">{priority_word(finding.priority)}</td>
            <td class="c-family">{Family::label_of(finding.family)}</td>
        </tr>
    }
}

/// Why the list is empty, and what to do about it.
fn nothing(page: &FindingPage, query: &TriageQuery) -> impl IntoView + use<> {
    let n_pages = (page.n_matching + PAGE_ROWS - 1) / PAGE_ROWS;
    let (why, then) = if page.n_matching > 0 {
        let why = format!(
            "Page {} is past the end: these findings fill {} {}.",
            query.page,
            thousands(n_pages),
            if n_pages == 1 { "page" } else { "pages" }
        );
        (why, view! { <a class="button" href=query.on_page(1).href()>"Go to page 1"</a> }.into_any())
    } else if query.is_filtered() {
        let all = query.filtered(|filter| *filter = Default::default()).href();
        let why = "No finding matches these filters.".to_owned();
        (why, view! { <a class="button" href=all>"Clear the filters"</a> }.into_any())
    } else if page.as_of.is_some() {
        let why = "No findings: in every shift of the log, every second has an owner.".to_owned();
        (why, view! { <a class="button" href="/data/quarantine">"See whether every row loaded"</a> }.into_any())
    } else {
        let why = "No log is loaded yet. Load a folder of CSV tables, or ALMA's shift log as JSON:".to_owned();
        (why, view! { <code>"shiftdesk ingest PATH"</code> }.into_any())
    };
    view! { <div class="nothing"><p>{why}</p>{then}</div> }
}

/// The shape of a list that has not come yet. The style sheet shows it after 150 ms: most lists are quicker.
pub(super) fn shape_of_findings() -> impl IntoView {
    let rows: Vec<_> = (0..24).map(|_| view! { <div class="shape-row"></div> }).collect();
    view! { <div class="shape" role="status" aria-label="Loading findings">{rows}</div> }
}
