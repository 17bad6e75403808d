//! The list itself: one page of findings in the columns of the talk of 2022, or why there are none.

use domain::decimal::hours4;
use domain::family::Family;
use domain::triage::filter::Filter;
use domain::triage::{FindingList, FindingPage, FindingRow};
use leptos::prelude::*;

use super::board::{Answered, Board};
use super::bulk::box_of;
use super::exports::exports;
use super::grid::{Grid, grid, state_word};
use super::layout::{Head, Layout, TALK, columns_menu};
use crate::components::moment::{end_time, moment};
use crate::components::pager::pager;
use crate::components::words::{class_word, priority_word};
use crate::format::{hours, thousands};
use crate::query::{PAGE_ROWS, TriageQuery, write};

/// One page of the list. `query` is what it answers, `open` the finding shown beside it; `anchored` as of [`super::TriagePage`].
/// For who may triage each row has a box, which belongs to the form of [`super::bulk`].
pub(super) fn findings(
    page: FindingPage,
    query: TriageQuery,
    open: Memo<Option<i64>>,
    anchored: Signal<bool>,
    board: Board,
) -> impl IntoView {
    let FindingPage { list: part, facets, .. } = page;
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
    let exported = query.clone();
    let heads = TALK.map(|column| head(column, &query));
    let list = write(&query.list());
    let list = if list.is_empty() { "?".to_owned() } else { format!("?{list}&") };
    let boxes = board.may_triage_untracked().then_some(board);
    let mark = boxes.map(|_| view! { <th scope="col" class="c-mark"><span class="unseen">"Selected"</span></th> });
    let rows: Vec<_> = part.rows.into_iter().map(|finding| row(finding, list.clone(), open, anchored, boxes)).collect();
    view! {
        {summary}
        <div class="rows">
            <table class="findings">
                <caption class="unseen">"Findings"</caption>
                <thead><tr>{mark}{heads.collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {pager(query.page, PAGE_ROWS, part.n_matching, |page| query.on_page(page).href())}
            {exports(Memo::new(move |_| exported.clone()))}
        </div>
    }
    .into_any()
}

fn head(Head { column, label, class }: Head, query: &TriageQuery) -> impl IntoView + use<> {
    let sorted = query.direction(column).map(|sort| if sort.descending { "descending" } else { "ascending" });
    // Where it is sorted by several, which of them comes when.
    let nth = query.order.iter().position(|sort| sort.column == column).filter(|_| query.order.len() > 1);
    let nth = nth.map(|nth| view! { <span class="nth">{nth + 1}</span> });
    view! {
        <th scope="col" class=class aria-sort=sorted>
            <a href=query.sorted_by(column).href() data-noscroll="">{label}{nth}</a>
        </th>
    }
}

fn row(
    finding: FindingRow,
    list: String,
    open: Memo<Option<i64>>,
    anchored: Signal<bool>,
    boxes: Option<Board>,
) -> impl IntoView {
    let id = finding.id;
    let mark = boxes.map(|board| {
        let name = format!(
            "Select {} of {}",
            finding.kind,
            finding.span.map_or_else(String::new, |span| span.end().for_people())
        );
        view! { <td class="c-mark">{box_of(board, id, name)}</td> }
    });
    let href = move || if anchored.get() { format!("{list}finding={id}#f{id}") } else { format!("{list}finding={id}") };
    let is_open = move || open.get() == Some(id);
    let state = state_word(finding.state);
    let decided = state.is_some();
    let state = state.map(|word| view! { <span class="resolved-word">{word}</span> });
    view! {
        <tr id=format!("f{id}") class:open=is_open class:resolved=decided>
            {mark}
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

/// The whole list, from the findings that the browser has.
pub(super) fn whole_list(
    answer: Memo<Option<Answered>>,
    the_grid: Grid,
    layout: Layout,
    query: Memo<TriageQuery>,
    open: Memo<Option<i64>>,
) -> impl IntoView {
    let n = Memo::new(move |_| {
        let n = answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.0.places.len()));
        i64::try_from(n).unwrap_or(i64::MAX)
    });
    let seconds = move || answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.0.seconds));
    let as_of = Memo::new(move |_| answer.with(|answer| answer.as_ref().and_then(|answer| answer.0.as_of)));
    let as_of_words = move || as_of.get().map(|at| view! { <span class="as-of">"as of "{moment(at)}</span> });
    let is_empty = Memo::new(move |_| n.get() == 0);
    let why_empty = move || {
        let n_all = answer.with(|answer| {
            answer.as_ref().map_or(0, |answer| answer.0.facets.state.iter().map(|count| count.total).sum())
        });
        let list = FindingList { rows: Vec::new(), n_matching: 0, matching_s: 0, as_of: as_of.get() };
        query.with(|query| nothing(&list, n_all, query))
    };
    let rows = move || {
        if is_empty.get() { why_empty.into_any() } else { grid(the_grid, layout, open).into_any() }
    };
    view! {
        <p class="summary" role="status">
            <button class="open-filters" popovertarget="filters">"Filters"</button>
            <span>
                <strong>{move || thousands(n.get())}" "{move || if n.get() == 1 { "finding" } else { "findings" }}</strong>
                ", "{move || hours(seconds())}" h"
            </span>
            {as_of_words}
            <button class="quiet columns-button" popovertarget="columns">"Columns"</button>
            <button class="quiet keys-button" popovertarget="keys">"Keys"</button>
        </p>
        {rows}
        {exports(query)}
        {columns_menu(layout)}
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
        (
            why,
            view! { <a class="button" href="/data/quarantine" rel="external">"See whether every row loaded"</a> }
                .into_any(),
        )
    };
    view! { <div class="nothing"><p>{why}</p>{then}</div> }
}

/// The shape of a list that has not come yet. The style sheet shows it after 150 ms: most lists are quicker.
pub(super) fn shape_of_findings() -> impl IntoView {
    let rows: Vec<_> = (0..24).map(|_| view! { <div class="shape-row"></div> }).collect();
    view! { <div class="shape" role="status" aria-label="Loading findings">{rows}</div> }
}
