//! Lost time by type of finding, the largest first: what to mend before anything else (Pareto).
//!
//! [`svg`] is the drawing for a page, each bar a link to its findings; [`draw`] draws on any backend of plotters; the
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
pub struct LostTime {
    /// What the chart is called, such as `Lost time by type, 12 [m], week 10 of 2022`.
    pub title: String,
    /// The types, in any order; of equal hours the larger count stands first, then the name.
    pub losses: Vec<Loss>,
}

/// What one type of finding cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The type's label.
    pub label: String,
    /// How long its findings lasted together \[s\].
    pub seconds: i64,
    /// How many they are.
    pub n_findings: i64,
    /// Where they are.
    pub href: Option<String>,
}

/// The chart as an `<svg>` element for a page, in the height it needs.
pub fn svg(chart: &LostTime, width: u32) -> Result<String, ChartError> {
    bars(chart).svg(width)
}

/// The height the chart needs at this width \[px\].
pub fn height(chart: &LostTime, width: u32) -> Result<u32, ChartError> {
    bars(chart).height(width)
}

/// Draws the chart from the upper left corner of the backend, as wide as it is, in the colours that `colour` gives.
pub fn draw<B: DrawingBackend>(
    backend: &mut B,
    colour: impl Fn(Token) -> RGBColor,
    chart: &LostTime,
) -> Result<(), ChartError> {
    let (width, _) = backend.get_size();
    bars(chart).draw(&mut Pen::new(backend, &colour, 1.0), width)
}

/// How much was lost in all, and to what most of it.
pub fn sentence(chart: &LostTime) -> String {
    let ranked = ranked(chart);
    let Some(first) = ranked.first() else { return "No time lost to findings.".to_owned() };
    let total = ranked.iter().map(|it| it.loss.seconds).sum();
    let (n, hours) = (ranked.len(), total_h(ranked.iter().map(|it| it.loss.seconds)));
    let types = if n == 1 { "type" } else { "types" };
    let share = percent(first.loss.seconds, total);
    format!("{hours} h lost to {n} {types} of finding; most to {}: {} h, {share}.", first.loss.label, first.hours)
}

/// One row for each type, in the order of the drawing.
pub fn table(chart: &LostTime) -> Table {
    let head = ["Type", "Lost [h]", "Findings", "Cumulative [%]"].map(str::to_owned).to_vec();
    let row = |it: &Ranked<'_>| {
        let cumulative = it.cumulative.trim_end_matches(" %").to_owned();
        vec![
            Cell::to(it.loss.href.clone(), it.loss.label.clone()),
            Cell::new(it.hours.clone()),
            Cell::new(it.loss.n_findings.to_string()),
            Cell::new(cumulative),
        ]
    };
    Table { head, rows: ranked(chart).iter().map(row).collect() }
}

/// A type in its place.
struct Ranked<'c> {
    loss: &'c Loss,
    /// Its hours; the figures of all add up to the total as printed.
    hours: String,
    /// The share of it and all before it.
    cumulative: String,
}

fn ranked(chart: &LostTime) -> Vec<Ranked<'_>> {
    let mut losses: Vec<_> = chart.losses.iter().collect();
    losses
        .sort_by(|a, b| (b.seconds, b.n_findings).cmp(&(a.seconds, a.n_findings)).then_with(|| a.label.cmp(&b.label)));
    let seconds: Vec<_> = losses.iter().map(|loss| loss.seconds).collect();
    let total = seconds.iter().sum();
    let so_far = seconds.iter().scan(0, |sum, seconds| {
        *sum += seconds;
        Some(percent(*sum, total))
    });
    let figures = losses.iter().zip(hours3_parts(&seconds)).zip(so_far);
    figures.map(|((loss, hours), cumulative)| Ranked { loss, hours: hours.to_string(), cumulative }).collect()
}

fn bars(chart: &LostTime) -> Bars<'_> {
    const COLUMNS: &[Column] = &[
        Column { head: "lost [h]", room: 62 },
        Column { head: "findings", room: 54 },
        Column { head: "together", room: 64 },
    ];
    let ranked = ranked(chart);
    let bar = |it: &Ranked<'_>| Bar {
        label: it.loss.label.clone(),
        seconds: it.loss.seconds,
        is_missing: false,
        figures: vec![it.hours.clone(), it.loss.n_findings.to_string(), it.cumulative.clone()],
        title: format!(
            "{}: {} h lost in {} findings; with all above {}",
            it.loss.label, it.hours, it.loss.n_findings, it.cumulative
        ),
        href: it.loss.href.clone(),
    };
    let n_findings: i64 = ranked.iter().map(|it| it.loss.n_findings).sum();
    Bars {
        kind: "lost-time",
        title: &chart.title,
        sentence: sentence(chart),
        columns: COLUMNS,
        bars: ranked.iter().map(bar).collect(),
        totals: vec![total_h(ranked.iter().map(|it| it.loss.seconds)), n_findings.to_string(), String::new()],
        label_room: 264,
        nothing: "No time lost to findings",
    }
}
