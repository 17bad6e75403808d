//! The rows behind a number: the executions, downtimes, idle runs and shifts that it is the sum of, with the sum repeated.

use domain::decimal::{hours3, hours3_parts};
use domain::efficiency::{Measure, Metric, Row, What};
use domain::facts::Id;
use domain::family::Family;
use domain::findings::FindingType;
use domain::time::Interval;
use domain::triage::filter::{Filter, Period, What as Asked};
use leptos::prelude::*;

use super::chooser::{Around, chooser};
use super::words::{array_label, grouped};
use crate::components::log_id::log_id;
use crate::components::moment::moment;
use crate::components::not_understood::not_understood;
use crate::components::pager::pager;
use crate::components::timeline::owner_class;
use crate::definition::definition;
use crate::format::thousands;
use crate::query::efficiency::EfficiencyQuery;
use crate::query::{BadParameter, TriageQuery};

/// Rows on one page (our own choice: some eight screens).
pub(crate) const PAGE_ROWS: usize = 200;

/// All that the page shows.
pub(crate) struct Behind<'a> {
    /// The state of the page.
    pub(crate) query: EfficiencyQuery,
    /// The number.
    pub(crate) metric: Metric,
    /// What of the address does not apply.
    pub(crate) bad: Vec<BadParameter>,
    /// Where it stands in time.
    pub(crate) around: Around,
    /// The sums that the number is made of.
    pub(crate) sums: domain::efficiency::Sums,
    /// What the number is made of, the numerator first, with the rows of each.
    pub(crate) parts: Vec<(Measure, Rows<'a>)>,
    /// The shifts of the window.
    pub(crate) shifts: Vec<(Id, Interval)>,
}

/// The rows of a part.
pub(crate) enum Rows<'a> {
    /// Facts, or shifts where those are what is added up.
    Facts(Vec<Row<'a>>),
    /// What each shift adds: of a long window, where the facts are too many to read.
    Shifts(Vec<ShiftRow>),
}

/// What a shift and family adds to a part.
pub(crate) struct ShiftRow {
    pub(crate) shift: Id,
    pub(crate) family: Family,
    pub(crate) interval: Interval,
    pub(crate) amount: i64,
}

/// The page as HTML.
pub(crate) fn html(page: Behind<'_>) -> String {
    let Behind { query, metric, bad, around, sums, parts, shifts } = page;
    let n_pages_of = |n: usize| n.div_ceil(PAGE_ROWS).max(1);
    let page_number = usize::try_from(query.page).unwrap_or(1);
    let longest = parts.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0);
    let paged = if page_number > n_pages_of(longest) {
        let first = EfficiencyQuery { page: 1, ..query.clone() }.rows_href();
        view! { <div class="nothing"><p>"This page is past the end."</p><a class="button" href=first>"Go to page 1"</a></div> }
            .into_any()
    } else {
        let sections = parts.iter().map(|(measure, rows)| section(*measure, rows, &sums, &query, page_number));
        sections.collect_view().into_any()
    };
    let n = i64::try_from(longest).unwrap_or(i64::MAX);
    let page_rows = i64::try_from(PAGE_ROWS).unwrap_or(i64::MAX);
    let pages = pager(query.page, page_rows, n, |page| EfficiencyQuery { page, ..query.clone() }.rows_href());
    view! {
        {chooser(&query, &around, "/efficiency/rows", EfficiencyQuery::rows_href)}
        {not_understood(&bad)}
        <div class="page">
            {heading(metric, &query, &around, &sums, &shifts)}
            {paged}
            {pages}
            {exports(&query)}
        </div>
    }
    .to_html()
}

impl Rows<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Facts(rows) => rows.len(),
            Self::Shifts(rows) => rows.len(),
        }
    }
}

fn heading(
    metric: Metric,
    query: &EfficiencyQuery,
    around: &Around,
    sums: &domain::efficiency::Sums,
    shifts: &[(Id, Interval)],
) -> impl IntoView + use<> {
    let back = EfficiencyQuery { number: None, page: 1, ..query.clone() }.href();
    // One part of a division, with the way to all of it.
    let division = query.division.as_ref().map(|division| {
        let all = query.into_number(metric).rows_href();
        let words = division.words().unwrap_or_else(|| format!("{} unknown", division.by));
        view! { " · "<b>{words}</b>" · "<a href=all>"All of it"</a> }
    });
    let time = around.interval.map(|interval| {
        view! { <span class="num">{interval.start().for_people()}" to "{interval.end().for_people()}" UTC"</span> }
    });
    let defined = definition(metric)
        .map(|defined| view! { <p>{defined.question}" "<span class="hint">{defined.formula}"."</span></p> });
    let bases = metric.worked_bases(sums).map(|bases| view! { <br /><span class="bases">{bases}</span> });
    let triage = in_triage(metric, query.family, shifts).map(|(words, href)| view! { <p><a href=href>{words}</a></p> });
    view! {
        <header class="heading">
            <p class="crumbs"><a href=back>{query.window.words()}</a>" · "{array_label(query.family)}{division}</p>
            <h1>{metric.label()}": "<span class="num">{grouped(metric, metric.thousandths(sums))}</span></h1>
            <p class="hint">{time}</p>
            {defined}
            <p class="worked num">{metric.worked(sums)}{bases}</p>
            {triage}
        </header>
    }
}

fn section(
    measure: Measure,
    rows: &Rows<'_>,
    sums: &domain::efficiency::Sums,
    query: &EfficiencyQuery,
    page: usize,
) -> impl IntoView + use<> {
    let (total, n) = (measure.of(sums), i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let noun = if n == 1 { "row" } else { "rows" };
    let caption = if measure.is_time() {
        format!(
            "{}: {} s = {} h in {} {noun}",
            measure.words(),
            thousands(total),
            domain::decimal::grouped(&hours3(total)),
            thousands(n)
        )
    } else {
        format!("{}: {} in {} {noun}", measure.words(), thousands(total), thousands(n))
    };
    let empty = rows.len() == 0;
    let amounts: Vec<i64> = match rows {
        Rows::Facts(rows) => rows.iter().map(|row| row.amount).collect(),
        Rows::Shifts(rows) => rows.iter().map(|row| row.amount).collect(),
    };
    // All of them, so that the figures of every page add up to the total together.
    let hours: Vec<String> = hours3_parts(&amounts).iter().map(ToString::to_string).collect();
    let range = (page - 1) * PAGE_ROWS..(page * PAGE_ROWS).min(rows.len());
    let many = query.family.is_none();
    let lines: Vec<AnyView> = match rows {
        Rows::Facts(rows) => {
            let shown = rows.iter().zip(&hours).enumerate().filter(|(at, _)| range.contains(at));
            shown.map(|(_, (row, hours))| fact_line(row, hours, measure, many).into_any()).collect()
        }
        Rows::Shifts(rows) => {
            let shown = rows.iter().zip(&hours).enumerate().filter(|(at, _)| range.contains(at));
            shown.map(|(_, (row, hours))| shift_line(row, hours, measure, query, many).into_any()).collect()
        }
    };
    let facts = matches!(rows, Rows::Facts(_));
    let all_shown = range.len() == rows.len();
    let foot = all_shown.then(|| {
        let before = 3 + usize::from(many) + if facts { 2 } else { 0 };
        let cells = if measure.is_time() {
            view! { <td class="num">{thousands(total)}</td><td class="num">{domain::decimal::grouped(&hours3(total))}</td> }.into_any()
        } else {
            view! { <td class="num">{thousands(total)}</td> }.into_any()
        };
        view! { <tfoot><tr><th scope="row" colspan=before.to_string()>"Together"</th>{cells}</tr></tfoot> }
    });
    let heads = |measure: Measure| {
        if measure.is_time() {
            view! { <th scope="col" class="num">"Seconds"</th><th scope="col" class="num">"Hours"</th> }.into_any()
        } else {
            view! { <th scope="col" class="num">"Counts"</th> }.into_any()
        }
    };
    if empty {
        return view! { <section class="behind"><h2>{caption}</h2></section> }.into_any();
    }
    let what = facts.then(|| view! { <th scope="col">"What"</th><th scope="col">"Id"</th> });
    let family = many.then(|| view! { <th scope="col">"Family"</th> });
    view! {
        <section class="behind">
            <h2>{caption}</h2>
            <div class="scrolls" tabindex="0">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Shift"</th>{family}
                            <th scope="col" class="num">"Start [UTC]"</th><th scope="col" class="num">"End [UTC]"</th>
                            {what}{heads(measure)}
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                    {foot}
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn fact_line(row: &Row<'_>, hours: &str, measure: Measure, many: bool) -> impl IntoView + use<> {
    let (what, id) = match row.what {
        What::Shift => (format!("{} shift", row.shift.kind), None),
        What::Execution(execution) => {
            let named = [&execution.sb_name, &execution.subject].into_iter().find(|name| !name.is_empty());
            let judged = execution.qa0.map_or_else(String::new, |qa0| format!(", QA0 {qa0}"));
            let named = named.map_or_else(|| "Execution".to_owned(), Clone::clone);
            (format!("{named} ({}, {}{judged})", execution.purpose, execution.status), Some(&execution.id))
        }
        What::Downtime(downtime) => (downtime.comment.clone(), Some(&downtime.id)),
        What::Idle(Some(open)) => ("After an execution that nobody closed".to_owned(), Some(&open.id)),
        What::Idle(None) => (String::new(), None),
    };
    let owner = row.owner.map(|owner| {
        view! { <i class=format!("swatch {}", owner_class(owner))></i>{owner.label()}{(!what.is_empty()).then_some(": ")} }
    });
    view! {
        <tr>
            <td>{shift_link(&row.shift.id)}</td>
            {many.then(|| view! { <td>{row.family.label()}</td> })}
            <td class="num">{moment(row.interval.start())}</td>
            <td class="num">{moment(row.interval.end())}</td>
            <td class="what">{owner}{what}</td>
            <td>{id.map(|id| log_id(id.as_str()))}</td>
            {amount(row.amount, hours, measure)}
        </tr>
    }
}

fn shift_line(
    row: &ShiftRow,
    hours: &str,
    measure: Measure,
    query: &EfficiencyQuery,
    many: bool,
) -> impl IntoView + use<> {
    let there = query.at(domain::efficiency::window::Window::Shift(row.shift.clone())).of(Some(row.family)).rows_href();
    view! {
        <tr>
            <td><a href=there>{row.shift.to_string()}</a></td>
            {many.then(|| view! { <td>{row.family.label()}</td> })}
            <td class="num">{moment(row.interval.start())}</td>
            <td class="num">{moment(row.interval.end())}</td>
            {amount(row.amount, hours, measure)}
        </tr>
    }
}

fn amount(amount: i64, hours: &str, measure: Measure) -> impl IntoView + use<> {
    let hours = measure.is_time().then(|| view! { <td class="num">{hours.to_owned()}</td> });
    view! { <td class="num">{thousands(amount)}</td>{hours} }
}

/// The findings of a shift, all of them.
fn shift_link(shift: &Id) -> impl IntoView + use<> {
    let filter = Filter::of([Asked::Shift(Some(shift.clone()))]);
    let href = TriageQuery::default().filtered(filter).href();
    view! { <a href=href title="Findings of this shift">{shift.to_string()}</a> }
}

/// The findings that speak of the same time: of the same shifts, family and types.
fn in_triage(metric: Metric, family: Option<Family>, shifts: &[(Id, Interval)]) -> Option<(&'static str, String)> {
    let family = family.map(|family| Asked::Family(Some(family)));
    let of_kinds = kinds(metric).iter().map(|&kind| Asked::Kind(kind));
    let filter = Filter::of(of_shifts(shifts)?.into_iter().chain(family).chain(of_kinds));
    let words = match kinds(metric) {
        [] => "All findings of these shifts in triage",
        _ => "The findings behind this number in triage",
    };
    Some((words, TriageQuery::default().filtered(filter).href()))
}

/// The findings of some shifts in the words of a filter; `None` of no shift.
pub(super) fn of_shifts(shifts: &[(Id, Interval)]) -> Option<Vec<Asked>> {
    /// More shifts make an address that nobody can read, and some servers refuse.
    const SHIFTS_MAX: usize = 40;
    let (first, last) = (shifts.iter().map(|(_, i)| i.start()).min()?, shifts.iter().map(|(_, i)| i.end()).max()?);
    let mut ids: Vec<&Id> = shifts.iter().map(|(id, _)| id).collect();
    ids.sort();
    ids.dedup();
    Some(if ids.len() <= SHIFTS_MAX {
        ids.into_iter().map(|id| Asked::Shift(Some(id.clone()))).collect()
    } else {
        // A finding at the end of the last shift ends with it; `to` is not included.
        Interval::new(first, last.plus(1)).map(|interval| Asked::When(Period::from(interval))).into_iter().collect()
    })
}

/// The types of findings whose time the number is made of. Of what ran there are none.
const fn kinds(metric: Metric) -> &'static [FindingType] {
    match metric {
        Metric::Handover => &[FindingType::Handover],
        Metric::Weather => &[FindingType::WeatherDowntime],
        Metric::Technical => &[FindingType::TechnicalDowntime],
        Metric::Scheduling => &[FindingType::SchedulingDowntime],
        Metric::Remaining => &[
            FindingType::NonActivitiesShift,
            FindingType::RunningExecutionGap,
            FindingType::EndShift,
            FindingType::ArrayRecreation,
            FindingType::AbortedExecutionGap,
            FindingType::FailedExecutionGap,
            FindingType::TestingTimeGap,
            FindingType::Other,
        ],
        Metric::TimeCompleteness => &[FindingType::RunningExecutionGap, FindingType::DowntimeNotCompleted],
        _ => &[],
    }
}

fn exports(query: &EfficiencyQuery) -> impl IntoView + use<> {
    let link = |words: &'static str, file: &str| {
        let href = query.file_href(&format!("/api/v1/efficiency/{file}"));
        view! { <a href=href download="">{words}</a> }
    };
    view! {
        <p class="exports">
            "Export all rows: "{link("CSV", "rows.csv")}" · "{link("Parquet", "rows.parquet")}" · "{link("JSON", "rows.json")}
        </p>
    }
}

/// What a shift is, for the rows of a part: kept here so that rows of shifts need no facts.
pub(crate) fn adds(measure: Measure, sums: &domain::efficiency::ShiftSums) -> Option<ShiftRow> {
    let amount = measure.of(&sums.sums);
    let interval = Interval::new(sums.start, sums.end)?;
    (amount > 0).then(|| ShiftRow { shift: sums.shift.clone(), family: sums.family, interval, amount })
}
