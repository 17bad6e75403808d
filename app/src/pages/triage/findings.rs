//! The list itself: one page of findings in the columns of the talk of 2022, or why there are none.

use domain::decimal::hours4;
use domain::family::Family;
use domain::triage::filter::Filter;
use domain::triage::order::Column;
use domain::triage::{FindingList, FindingPage, FindingRow, State};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

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
    let FindingPage { list: part, facets } = page;
    let as_of = part.as_of.map(|at| view! { <span class="as-of">"as of "{moment(at)}</span> });
    let summary = view! {
        <p class="summary" role="status">
            <button class="open-filters" popovertarget="filters">"Filters"</button>
            <span>
                <strong>{thousands(part.n_matching)}" "{if part.n_matching == 1 { "finding" } else { "findings" }}</strong>
                ", "{hours(part.matching_s)}" h"
            </span>
            {as_of}
            <button class="quiet keys-button" popovertarget="keys">"Keys"</button>
        </p>
    };
    if part.rows.is_empty() {
        let n_all = facets.state.iter().map(|count| count.total).sum();
        return view! { {summary} {nothing(&part, n_all, &query)} }.into_any();
    }
    let heads = COLUMNS.map(|column| head(column, &query));
    let list = write(&query.list());
    let list = if list.is_empty() { "?".to_owned() } else { format!("?{list}&") };
    let rows: Vec<_> = part.rows.into_iter().map(|finding| row(finding, list.clone(), open, anchored)).collect();
    view! {
        {summary}
        <div class="rows">
            <table class="findings">
                <caption class="unseen">"Findings"</caption>
                <thead><tr>{heads.collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {pager(query.page, PAGE_ROWS, part.n_matching, |page| query.on_page(page).href())}
            {exports(&query)}
        </div>
    }
    .into_any()
}

fn head((column, label, class): (Column, &'static str, &'static str), query: &TriageQuery) -> impl IntoView + use<> {
    let sorted = query.direction(column).map(|sort| if sort.descending { "descending" } else { "ascending" });
    // Where it is sorted by several, which of them comes when.
    let nth = query.order.iter().position(|sort| sort.column == column).filter(|_| query.order.len() > 1);
    let nth = nth.map(|nth| view! { <span class="nth">{nth + 1}</span> });
    let also = query.sorted_also_by(column).href();
    let navigate = use_navigate();
    let with_shift = move |click: MouseEvent| {
        if click.shift_key() {
            click.prevent_default();
            navigate(&also, NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    view! {
        <th scope="col" class=class aria-sort=sorted>
            <a href=query.sorted_by(column).href() data-noscroll="" title="With Shift: sort by this as well" on:click=with_shift>
                {label}{nth}
            </a>
        </th>
    }
}

fn row(finding: FindingRow, list: String, open: Memo<Option<i64>>, anchored: Signal<bool>) -> impl IntoView {
    let id = finding.id;
    let href = move || if anchored.get() { format!("{list}finding={id}#f{id}") } else { format!("{list}finding={id}") };
    let is_open = move || open.get() == Some(id);
    let state = match finding.state {
        State::Open => None,
        State::ResolvedByTheLog => Some("resolved".to_owned()),
        other => Some(other.label().to_lowercase()),
    };
    let decided = state.is_some();
    let state = state.map(|word| view! { <span class="resolved-word">" "{word}</span> });
    view! {
        <tr id=format!("f{id}") class:open=is_open class:resolved=decided>
            <td class="c-end"><a href=href data-noscroll="" aria-current=move || is_open().then_some("true")>{end_time(finding.span)}</a></td>
            <td class="c-class">{class_word(finding.class)}</td>
            <td class="c-type">{finding.kind.label()}{state}</td>
            <td class="c-tags">{finding.tags}</td>
            <td class="c-duration">{finding.span.map(|span| hours4(span.seconds()))}</td>
            <td class="c-comments">{finding.comment}</td>
            <td class="c-priority">{priority_word(finding.priority)}</td>
            <td class="c-family">{Family::label_of(finding.family)}</td>
        </tr>
    }
}

/// Why the list is empty, and what to do about it. `n_all` is how many findings the period has.
fn nothing(list: &FindingList, n_all: i64, query: &TriageQuery) -> impl IntoView + use<> {
    let n_pages = (list.n_matching + PAGE_ROWS - 1) / PAGE_ROWS;
    let all = query.filtered(Filter::default()).href();
    let (why, then) = if list.n_matching > 0 {
        let why = format!(
            "Page {} is past the end: these findings fill {} {}.",
            query.page,
            thousands(n_pages),
            if n_pages == 1 { "page" } else { "pages" }
        );
        (why, view! { <a class="button" href=query.on_page(1).href()>"Go to page 1"</a> }.into_any())
    } else if n_all > 0 && query.filter == Filter::undecided() {
        let why = "Nothing is left to decide.".to_owned();
        (why, view! { <a class="button" href=all>"See all findings"</a> }.into_any())
    } else if list.as_of.is_none() {
        let why = "No log is loaded yet. Load a folder of CSV tables, or ALMA's shift log as JSON:".to_owned();
        (why, view! { <code>"shiftdesk ingest PATH"</code> }.into_any())
    } else if n_all > 0 || query.filter != Filter::undecided() && query.is_filtered() {
        let why = "No finding matches these filters.".to_owned();
        (why, view! { <a class="button" href=all>"Clear the filters"</a> }.into_any())
    } else {
        let why = "No findings: in every shift of the log, every second has an owner.".to_owned();
        (why, view! { <a class="button" href="/data/quarantine">"See whether every row loaded"</a> }.into_any())
    };
    view! { <div class="nothing"><p>{why}</p>{then}</div> }
}

/// The shape of a list that has not come yet. The style sheet shows it after 150 ms: most lists are quicker.
pub(super) fn shape_of_findings() -> impl IntoView {
    let rows: Vec<_> = (0..24).map(|_| view! { <div class="shape-row"></div> }).collect();
    view! { <div class="shape" role="status" aria-label="Loading findings">{rows}</div> }
}
