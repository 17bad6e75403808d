//! The water vapour that was measured over the last day, and what the list is made for.

use domain::facts::Conditions;
use domain::time::Instant;
use plotters::style::text_anchor::HPos;

use crate::ChartError;
use crate::empty::empty;
use crate::pen::{Area, Face, Pen};
use crate::svg::element;
use crate::theme::{Token, Type};
use crate::width::readable;

/// What there is to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Vapour {
    /// Measurements, the oldest first.
    pub measured: Vec<Conditions>,
    /// From when on.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// What the list is made for \[mm\].
    pub asked_mm: f64,
}

/// A gap between measurements that is longer than this is a gap in the line \[s\] (our own).
const GAP_S: i64 = 3_600;
const HEIGHT: i32 = 56;
const HINT: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };

/// The range of what was measured, and the last of it.
pub fn sentence(chart: &Vapour) -> String {
    let values: Vec<f64> = chart.measured.iter().filter_map(|conditions| conditions.pwv_mm).collect();
    let (Some(last), Some(least), Some(most)) =
        (values.last(), values.iter().copied().reduce(f64::min), values.iter().copied().reduce(f64::max))
    else {
        return "No water vapour was measured in the last day.".to_owned();
    };
    format!("Water vapour of the last day: from {least:.2} mm to {most:.2} mm, last {last:.2} mm.")
}

/// The chart as an `<svg>` element for a page.
pub fn svg(chart: &Vapour, width: u32) -> Result<String, ChartError> {
    let px = readable(width)?.px;
    element((px.unsigned_abs(), HEIGHT.unsigned_abs()), "vapour", "Water vapour", &sentence(chart), |pen| {
        let area = Area { left: 4, top: 6, right: px - 68, bottom: HEIGHT - 14 };
        let measured: Vec<(Instant, f64)> =
            chart.measured.iter().filter_map(|row| Some((row.time, row.pwv_mm?))).collect();
        if measured.is_empty() || chart.to.since(chart.from) <= 0 {
            return empty(pen, area, "not measured in the last day");
        }
        let most = measured.iter().map(|&(_, mm)| mm).fold(chart.asked_mm, f64::max).max(0.5) * 1.1;
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "pixels of a plot")]
        let point = |at: Instant, mm: f64| {
            let share = at.since(chart.from) as f64 / chart.to.since(chart.from) as f64;
            let x = area.left + (f64::from(area.width()) * share).round() as i32;
            (x, area.bottom - (f64::from(area.bottom - area.top) * mm / most).round() as i32)
        };
        pen.level(Token::LineStrong, area.left, area.right, area.bottom, 1)?;
        let mut line: Vec<(i32, i32)> = Vec::new();
        let mut before: Option<Instant> = None;
        for &(at, mm) in &measured {
            if before.is_some_and(|before| at.since(before) > GAP_S) {
                stroke(pen, &line)?;
                line.clear();
            }
            line.push(point(at, mm));
            before = Some(at);
        }
        stroke(pen, &line)?;
        let (_, asked) = point(chart.to, chart.asked_mm);
        for left in (area.left..area.right).step_by(8) {
            pen.level(Token::Accent, left, (left + 4).min(area.right), asked, 1)?;
        }
        pen.dot(Token::Accent, (area.right, asked), 3)?;
        let words = Face { bold: true, ink: Token::Ink, ..HINT };
        pen.text(
            words,
            HPos::Left,
            (area.right + 7, asked.clamp(area.top, area.bottom)),
            &format!("{:.2} mm", chart.asked_mm),
        )?;
        pen.text(HINT, HPos::Left, (area.left, HEIGHT - 6), "24 h before")?;
        pen.text(
            HINT,
            HPos::Right,
            (area.right, HEIGHT - 6),
            &chart.to.for_people().chars().skip(11).take(5).collect::<String>(),
        )
    })
}

fn stroke<B: plotters::backend::DrawingBackend>(pen: &mut Pen<'_, B>, line: &[(i32, i32)]) -> crate::pen::Drawn {
    match line {
        [] => Ok(()),
        [only] => pen.dot(Token::Ink2, *only, 1),
        line => pen.stroke(Token::Ink2, line, 1),
    }
}
