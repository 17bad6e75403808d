//! Hours by something that divides them: band, configuration, project grade.
//!
//! [`svg`] is the drawing for a page, each bar a link to the rows behind it; [`draw`] draws on any backend of plotters; the
//! [`sentence`] and the [`table`] say the same.

use domain::decimal::hours3_parts;
use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use crate::ChartError;
use crate::bars::{Bar, Bars, Column, total_h};
use crate::pen::Pen;
use crate::scale::percent;
use crate::table::{Cell, Table};
use crate::theme::Token;

/// What there is to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// What the chart is called, such as `QA0 Pass by band`.
    pub title: String,
    /// What divides the hours: `Band`.
    pub by: String,
    /// The parts, from top to bottom as the caller orders them.
    pub parts: Vec<Part>,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name; `None` where the log does not say, which is hatched.
    pub label: Option<String>,
    /// How long \[s\].
    pub seconds: i64,
    /// Where the rows behind it are.
    pub href: Option<String>,
}

/// The chart as an `<svg>` element for a page, in the height it needs.
pub fn svg(chart: &Breakdown, width: u32) -> Result<String, ChartError> {
    bars(chart).svg(width)
}

/// The height the chart needs at this width \[px\].
pub fn height(chart: &Breakdown, width: u32) -> Result<u32, ChartError> {
    bars(chart).height(width)
}

/// Draws the chart from the upper left corner of the backend, as wide as it is, in the colours that `colour` gives.
pub fn draw<B: DrawingBackend>(
    backend: &mut B,
    colour: impl Fn(Token) -> RGBColor,
    chart: &Breakdown,
) -> Result<(), ChartError> {
    let (width, _) = backend.get_size();
    bars(chart).draw(&mut Pen::new(backend, &colour, 1.0), width)
}

/// Every part with its hours, which add up to the sum.
pub fn sentence(chart: &Breakdown) -> String {
    if chart.parts.is_empty() {
        return "No time.".to_owned();
    }
    let terms: Vec<_> = figures(chart).iter().map(|it| format!("{} h {}", it.hours, it.label)).collect();
    format!(
        "By {}: {} h = {}.",
        chart.by.to_lowercase(),
        total_h(chart.parts.iter().map(|part| part.seconds)),
        terms.join(" + ")
    )
}

/// One row for each part.
pub fn table(chart: &Breakdown) -> Table {
    let row = |it: &Figures<'_>| {
        let share = it.share.trim_end_matches(" %").to_owned();
        let name = Cell::to(it.part.href.clone(), it.label.to_owned());
        vec![name, Cell::new(it.hours.clone()), Cell::new(share)]
    };
    let head = vec![chart.by.clone(), "Hours [h]".to_owned(), "Share [%]".to_owned()];
    Table { head, rows: figures(chart).iter().map(row).collect() }
}

/// A part and what is printed of it.
struct Figures<'c> {
    part: &'c Part,
    label: &'c str,
    hours: String,
    share: String,
}

fn figures(chart: &Breakdown) -> Vec<Figures<'_>> {
    let seconds: Vec<_> = chart.parts.iter().map(|part| part.seconds).collect();
    let total = seconds.iter().sum();
    let figures = chart.parts.iter().zip(hours3_parts(&seconds));
    figures
        .map(|(part, hours)| Figures {
            part,
            label: part.label.as_deref().unwrap_or("not logged"),
            hours: hours.to_string(),
            share: percent(part.seconds, total),
        })
        .collect()
}

fn bars(chart: &Breakdown) -> Bars<'_> {
    const COLUMNS: &[Column] = &[Column { head: "hours", room: 62 }, Column { head: "share", room: 56 }];
    let bar = |it: Figures<'_>| Bar {
        label: it.label.to_owned(),
        seconds: it.part.seconds,
        is_missing: it.part.label.is_none(),
        title: format!("{} {}: {} h, {}", chart.by, it.label, it.hours, it.share),
        href: it.part.href.clone(),
        figures: vec![it.hours, it.share],
    };
    Bars {
        kind: "breakdown",
        title: &chart.title,
        sentence: sentence(chart),
        columns: COLUMNS,
        bars: figures(chart).into_iter().map(bar).collect(),
        totals: vec![total_h(chart.parts.iter().map(|part| part.seconds)), String::new()],
        label_room: 112,
        nothing: "No time to divide",
    }
}
