//! The open finding: what was found, which sentence of the rule says so, the facts that bound it, and the shift around it.

use std::sync::Arc;

use charts::shift_timeline::Mark;
use domain::decimal::hours4;
use domain::facts::{Array, Downtime, Execution, Facts, Id, Shift};
use domain::family::Family;
use domain::shift_view::ShiftView;
use domain::time::{Instant, Span};
use domain::triage::{FindingRow, State};
use leptos::prelude::*;

use super::permalink::permalink;
use super::suggestion::suggestion;
use super::verdict::{Outbox, Verdict, decided_fields, relatives, story, tags, verdicts};
use crate::api::decision::Case;
use crate::api::finding::FindingDetail;
use crate::components::failure::failure;
use crate::components::log_id::log_id;
use crate::components::moment::moment;
use crate::components::timeline::Timeline;
use crate::components::timeline::zoom::Zoom;
use crate::components::words::{class_word, priority_word};
use crate::error::AppError;
use crate::format::clock_time;
use crate::query::TriageQuery;

/// The finding with all that explains it, and what can be done about it.
pub(super) fn finding(
    detail: FindingDetail,
    outbox: Outbox,
    query: Memo<TriageQuery>,
    zoom: Zoom,
    close: Signal<String>,
    changed: RwSignal<i64>,
    newest: RwSignal<Option<i64>>,
) -> impl IntoView {
    let FindingDetail { case, bounds, shift, found_in_shift } = detail;
    let row = case.row.clone();
    let verdict = Verdict::new(case, outbox, changed, newest);
    let facts = bounding(bounds, shift.as_ref(), &row);
    let marks =
        Memo::new(move |_| verdict.shown.with(|shown| query.with(|query| marks(&found_in_shift, shown, query))));
    let timeline = match shift {
        Some(view) => {
            let about = shift_words(&view);
            view! { <Timeline view about marks zoom cutting=verdict.cutting /> }.into_any()
        }
        None => view! { <p class="hint">{no_timeline(&row)}</p> }.into_any(),
    };
    let shift_id = row.shift.as_ref().map(|id| view! { " "{log_id(id.as_str())} });
    let kind = Memo::new(move |_| verdict.shown.with(|shown| (shown.row.class, shown.row.kind)));
    // The rule is that of the log's type: a person who says otherwise has a reason of their own.
    let rule = verdict.shown.with_untracked(|shown| shown.said.kind);
    panel(
        Some(row.id),
        close,
        view! { {move || class_word(kind.get().0)}<h2>{move || kind.get().1.label()}</h2> }.into_any(),
        view! {
            <div on:submit=move |event| verdict.on_submit(&event)>
                {what(verdict)}
                {decided_fields(verdict)}
                {suggestion(verdict)}
                {verdicts(verdict)}
                {relatives(verdict)}
                <section>
                    <h3>"Why"</h3>
                    <p class="rule">
                        {rule.rule()}" "
                        <a href=format!("/definitions#type-{}", rule.number()) rel="external">"Rule "{rule.number()}</a>
                    </p>
                </section>
                <section><h3>"Shift"{shift_id}</h3>{timeline}</section>
                <section><h3>"Facts"</h3>{facts}</section>
                {story(verdict)}
            </div>
        }
        .into_any(),
    )
}

/// There is no finding of that number.
pub(super) fn no_such_finding(id: i64, close: Signal<String>) -> impl IntoView {
    let title = view! { <h2>"No finding "{id}</h2> }.into_any();
    let why = "The link may come from another database. Findings are never deleted: one that the log no longer says is kept, resolved.";
    panel(None, close, title, view! { <p>{why}</p> }.into_any())
}

/// The finding could not be read; the list still works.
pub(super) fn unread(error: &AppError, close: Signal<String>) -> impl IntoView + use<> {
    let title = view! { <h2>"Finding"</h2> }.into_any();
    panel(None, close, title, failure("The finding could not be read.", error).into_any())
}

/// The keys read in it which finding it shows.
fn panel(finding: Option<i64>, close: Signal<String>, title: AnyView, content: AnyView) -> impl IntoView {
    view! {
        <article class="detail" aria-label="Finding" data-finding=finding>
            <header>
                {title}
                <a class="close" href=close data-noscroll="" aria-label="Close the finding" title="Close (Esc)"></a>
            </header>
            <div class="detail-body" tabindex="0">{content}</div>
        </article>
    }
    .into_any()
}

/// What was found, as words and figures.
fn what(verdict: Verdict) -> impl IntoView + use<> {
    let row = Memo::new(move |_| verdict.shown.with(|shown| shown.row.clone()));
    let (span, family) = row.with_untracked(|row| (row.span, row.family));
    let state = move || if row.with(|row| row.state) == State::ResolvedByTheLog { "state resolved" } else { "state" };
    let times = match span {
        Some(span) => view! {
            <div><dt>"Start [UTC]"</dt><dd class="num">{moment(span.start())}</dd></div>
            <div><dt>"End [UTC]"</dt><dd class="num">{moment(span.end())}</dd></div>
            <div><dt>"Duration [h]"</dt><dd class="num">{hours4(span.seconds())}<span class="hint">" "{clock_time(span.seconds())}</span></dd></div>
        }
        .into_any(),
        None => view! { <div><dt>"Time"</dt><dd>"The log gives no time for it."</dd></div> }.into_any(),
    };
    let comment = move || {
        let comment = row.with(|row| row.comment.clone());
        (!comment.is_empty()).then(|| view! { <div class="wide"><dt>"Comment"</dt><dd>{comment}</dd></div> })
    };
    view! {
        <p class="meta">
            {move || priority_word(row.with(|row| row.priority))}
            <span>{family.map_or("No single family", Family::label)}</span>
            <span class=state>{move || row.with(|row| row.state.label())}</span>
            {permalink(verdict)}
        </p>
        <dl class="what">
            {times}
            {comment}
            {tags(verdict)}
        </dl>
    }
}

/// What the timeline below it does not say about the shift.
fn shift_words(view: &ShiftView) -> String {
    let shift = &view.shift;
    let aod = if shift.aod.is_empty() { String::new() } else { format!(", {}", shift.aod) };
    let length = clock_time(view.interval.seconds());
    let runs = if view.running { ", still running" } else { "" };
    format!("{}, {length}{runs}{aod}", shift.kind)
}

/// What the timeline marks: what was found in the shift, with what is known of the open finding and its relatives since.
fn marks(found: &[FindingRow], shown: &Case, query: &TriageQuery) -> Arc<[Mark]> {
    let open = &shown.row;
    let relatives = || shown.relatives.iter().map(|relative| &relative.row);
    let is_known = |row: &FindingRow| row.id == open.id || relatives().any(|relative| relative.id == row.id);
    // Parts that are no relatives any more have become one again.
    let stands = |row: &&FindingRow| !row.state.is_replaced() && row.part_of != Some(open.id);
    let in_this_shift = |row: &&FindingRow| row.shift == open.shift && !row.state.is_replaced();
    let others = found.iter().filter(|row| !is_known(row)).filter(stands);
    let rows = std::iter::once(open).chain(relatives().filter(in_this_shift)).chain(others);
    rows.map(|row| mark(row, row.id == open.id, query)).collect()
}

fn mark(found: &FindingRow, chosen: bool, query: &TriageQuery) -> Mark {
    Mark {
        span: found.span,
        family: found.family,
        label: found.kind.label().to_owned(),
        chosen,
        priority: found.priority,
        href: Some(query.opening(found.id).href()),
    }
}

const fn no_timeline(row: &FindingRow) -> &'static str {
    match row.shift {
        Some(_) => "This shift has no timeline: its start or its end is missing or reversed, or it has not begun.",
        None => "It belongs to no shift, so there is no timeline.",
    }
}

/// The facts of the finding's identity and those of its shift that touch it, each with where it stands to the finding.
fn bounding(mut facts: Facts, shift: Option<&ShiftView>, row: &FindingRow) -> AnyView {
    let found = row.span;
    if let Some(view) = shift {
        let lanes = || view.lanes.iter().filter(|lane| Some(lane.family) == row.family);
        let touches =
            |span: Span| found.is_some_and(|found| span.end() == found.start() || span.start() == found.end());
        for placed in lanes().flat_map(|lane| &lane.executions).filter(|placed| touches(placed.span)) {
            if facts.executions.iter().all(|execution| execution.id != placed.fact.id) {
                facts.executions.push(placed.fact.clone());
            }
        }
        for placed in lanes().flat_map(|lane| &lane.downtimes).filter(|placed| touches(placed.span)) {
            if facts.downtimes.iter().all(|downtime| downtime.id != placed.fact.id) {
                facts.downtimes.push(placed.fact.clone());
            }
        }
    }
    let shifts = facts.shifts.into_iter().map(|shift| shift_fact(shift, found));
    let arrays = facts.arrays.into_iter().map(array_fact);
    let executions = facts.executions.into_iter().map(|execution| execution_fact(execution, found));
    let downtimes = facts.downtimes.into_iter().map(|downtime| downtime_fact(downtime, found));
    let mut lines: Vec<FactLine> = shifts.chain(arrays).chain(executions).chain(downtimes).collect();
    if lines.is_empty() {
        return view! { <p class="hint">"No execution and no downtime touches it."</p> }.into_any();
    }
    lines.sort_by_key(|line| line.start);
    let lines: Vec<_> = lines.into_iter().map(fact_line).collect();
    view! { <ul class="facts">{lines}</ul> }.into_any()
}

/// A fact as one entry of the list.
struct FactLine {
    what: &'static str,
    place: Option<&'static str>,
    id: Id,
    name: String,
    start: Option<Instant>,
    end: Option<Instant>,
    /// Words and figures about it, the empty ones left out.
    notes: Vec<String>,
    ticket: String,
}

fn shift_fact(shift: Shift, found: Option<Span>) -> FactLine {
    let planned = shift.planned_start.map_or_else(String::new, |at| format!("planned {}", at.for_people()));
    let aod = if shift.aod.is_empty() { String::new() } else { shift.aod.clone() };
    FactLine {
        what: "Shift",
        place: place(shift.start, shift.end, found),
        name: format!("{} {}", shift.kind, shift.families),
        start: shift.start,
        end: shift.end,
        notes: [planned, aod].into(),
        ticket: String::new(),
        id: shift.id,
    }
}

fn array_fact(array: Array) -> FactLine {
    FactLine {
        what: "Array",
        place: None,
        name: format!("{} {}", array.activity, array.family),
        start: array.created,
        end: array.destroyed,
        notes: Vec::new(),
        ticket: String::new(),
        id: array.id,
    }
}

fn execution_fact(execution: Execution, found: Option<Span>) -> FactLine {
    let name = if execution.sb_name.is_empty() { execution.subject } else { execution.sb_name };
    let array = if execution.array_id.is_empty() { String::new() } else { format!("on {}", execution.array_id) };
    let qa0 = execution.qa0.map_or_else(String::new, |qa0| format!("QA0 {qa0}"));
    FactLine {
        what: "Execution",
        place: place(execution.start, execution.end, found),
        name,
        start: execution.start,
        end: execution.end,
        notes: [execution.purpose.to_string(), execution.status.to_string(), qa0, execution.project_code, array].into(),
        ticket: execution.ticket,
        id: execution.id,
    }
}

fn downtime_fact(downtime: Downtime, found: Option<Span>) -> FactLine {
    FactLine {
        what: "Downtime",
        place: place(Some(downtime.start), downtime.end, found),
        name: downtime.comment,
        start: Some(downtime.start),
        end: downtime.end,
        notes: [downtime.kind.to_string(), downtime.families.to_string()].into(),
        ticket: downtime.ticket,
        id: downtime.id,
    }
}

/// `before` when the fact ends where the finding starts, `after` when it starts where the finding ends.
fn place(start: Option<Instant>, end: Option<Instant>, found: Option<Span>) -> Option<&'static str> {
    let found = found.filter(|found| found.seconds() > 0)?;
    if end == Some(found.start()) {
        Some("before")
    } else if start == Some(found.end()) {
        Some("after")
    } else {
        None
    }
}

fn fact_line(fact: FactLine) -> impl IntoView {
    let start = fact.start.map_or_else(|| "no start logged".into_any(), |at| moment(at).into_any());
    let end = fact.end.map_or_else(|| "no end logged".into_any(), |at| moment(at).into_any());
    let length = fact.start.zip(fact.end).filter(|(start, end)| start < end);
    let length = length.map(|(start, end)| view! { <span class="hint">" "{clock_time(end.since(start))}</span> });
    let notes: Vec<_> = fact.notes.into_iter().filter(|note| !note.is_empty()).collect();
    let notes = (!notes.is_empty()).then(|| view! { <p class="notes">{notes.join(" · ")}</p> });
    let ticket = (!fact.ticket.is_empty()).then(|| view! { <p class="notes">"Ticket "<code>{fact.ticket}</code></p> });
    view! {
        <li>
            <p class="head">
                <span class="kind">{fact.what}</span>
                {fact.place.map(|place| view! { <span class="place">{place}</span> })}
                {log_id(fact.id.as_str())}
            </p>
            <p class="name">{fact.name}</p>
            <p class="num">{start}" to "{end}{length}</p>
            {notes}
            {ticket}
        </li>
    }
}
