//! The page of a window: its 19 numbers, the sum of its seconds, and where the time went.

use domain::efficiency::window::Window;
use domain::note::Note;
use domain::time::Instant;
use leptos::prelude::*;

use super::charts::Charts;
use super::chooser::{Around, chooser};
use super::kept::drawn;
use super::notes::{beside, write_form};
use super::table::{Marked, reasons, sums, table};
use super::words::{array_label, before_words};
use crate::api::reports::REPORTS;
use crate::components::not_understood::not_understood;
use crate::format::thousands;
use crate::query::BadParameter;
use crate::query::efficiency::EfficiencyQuery;

/// All that the page shows.
pub(crate) struct Numbers {
    /// The state of the page.
    pub(crate) query: EfficiencyQuery,
    /// What of the address does not apply.
    pub(crate) bad: Vec<BadParameter>,
    /// Where it stands in time.
    pub(crate) around: Around,
    /// The columns.
    pub(crate) columns: Vec<Marked>,
    /// Where the time went; `None` where no shift is.
    pub(crate) charts: Option<Charts>,
    /// When the log was last looked at; `None` when never.
    pub(crate) as_of: Option<Instant>,
    /// The notes that cover it.
    pub(crate) notes: Vec<Note>,
    /// Whether the reader may write notes.
    pub(crate) may_annotate: bool,
}

/// The page as HTML.
pub(crate) fn html(page: Numbers) -> String {
    let Numbers { query, bad, around, columns, charts, as_of, notes, may_annotate } = page;
    let n_shifts = columns.last().map_or(0, |marked| marked.column.part.n_shifts);
    let body = if n_shifts == 0 {
        nothing(&query, &around, as_of).into_any()
    } else {
        view! {
            {reasons(&columns)}
            {beside(&notes)}
            {table(&columns, &query)}
            {sums(&columns)}
            {exports(&query)}
            {charts.map(|charts| view! { <div class="figures" inner_html=drawn(charts, &query).to_string()></div> })}
        }
        .into_any()
    };
    let write = may_annotate.then(|| write_form(&query, around.interval));
    view! {
        {chooser(&query, &around, "/efficiency", EfficiencyQuery::href)}
        {not_understood(&bad)}
        <div class="page">
            {heading(&query, &around, as_of, n_shifts)}
            {body}
            {write}
        </div>
    }
    .to_html()
}

/// What is shown, of which time, beside what.
fn heading(query: &EfficiencyQuery, around: &Around, as_of: Option<Instant>, n_shifts: i64) -> impl IntoView + use<> {
    let of = query.family.map_or_else(String::new, |family| format!(", {}", array_label(Some(family))));
    let time = around.interval.map(|interval| {
        view! { <span class="num">{interval.start().for_people()}" to "{interval.end().for_people()}" UTC"</span>" · " }
    });
    let before = before_words(&query.window, around.previous.as_ref());
    let compare = EfficiencyQuery { by: None, number: None, ..query.clone() }.compare_href();
    let as_of = as_of.map(|at| view! { " · the log as of "<span class="num">{at.for_people()}</span>" UTC" });
    view! {
        <header class="heading">
            <h1>{query.window.words()}{of}</h1>
            <p class="hint">
                {time}{thousands(n_shifts)}{if n_shifts == 1 { " shift" } else { " shifts" }}{as_of}
            </p>
            <p class="hint">
                "Before: "{before}" · "<a href=compare>"Compare with another window"</a>" · "<a href=REPORTS>"Reports"</a>
                " · "<a href="/efficiency/notes">"Notes"</a>" · "<a href="/wall">"Wall"</a>
            </p>
        </header>
    }
}

/// No shift: why, and what to do.
fn nothing(query: &EfficiencyQuery, around: &Around, as_of: Option<Instant>) -> impl IntoView + use<> {
    if as_of.is_none() {
        return view! {
            <div class="nothing">
                <p>"There is no log yet, so no time to account for."</p>
                <p><a class="button" href="/data/quarantine">"How to load a log"</a></p>
            </div>
        }
        .into_any();
    }
    let latest = around.latest.map(|at| {
        let last = query.at(Window::LastShift).href();
        view! {
            <p>"The latest shift of the log began "<span class="num">{at.for_people()}</span>" UTC."</p>
            <p><a class="button" href=last>"Show the last shift"</a></p>
        }
    });
    let of = query.family.map_or_else(String::new, |family| format!(" of the {}", array_label(Some(family))));
    let none = format!("No science operations shift{of} began in this window.");
    view! { <div class="nothing"><p>{none}</p>{latest}</div> }.into_any()
}

/// The table as a file, with the window as it is now said by its instants where it moves with the clock.
fn exports(query: &EfficiencyQuery) -> impl IntoView + use<> {
    let link = |words: &'static str, file: &str| {
        let href = query.file_href(&format!("/api/v1/efficiency/{file}"));
        view! { <a href=href download="">{words}</a> }
    };
    view! {
        <p class="exports">
            "Export the numbers: "{link("CSV", "numbers.csv")}" · "{link("Parquet", "numbers.parquet")}" · "{link("JSON", "numbers.json")}
            <br />
            "Shift by shift: "{link("CSV", "shifts.csv")}" · "{link("Parquet", "shifts.parquet")}" · "{link("JSON", "shifts.json")}
        </p>
    }
}
