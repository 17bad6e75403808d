//! One array's shift: what is planned above, what was executed below, on the same time.

use domain::ledger::Owner;
use domain::time::{Instant, Interval};
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use crate::ChartError;
use crate::pen::{Area, Drawn, Face, Pen, shortened};
use crate::svg::{Door, element_with_doors};
use crate::theme::{Token, Type};
use crate::time_axis::{sidereal_ticks, ticks};
use crate::width::readable;

/// What there is to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct ShiftPlan {
    /// What the chart is called.
    pub title: String,
    /// The shift.
    pub shift: Interval,
    /// Planned executions, by start.
    pub planned: Vec<Piece>,
    /// Executions and downtimes that happened, by start.
    pub executed: Vec<Piece>,
    /// The present, if it is in the shift.
    pub now: Option<Instant>,
}

/// A stretch of time with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// When.
    pub interval: Interval,
    /// Its name.
    pub name: String,
    /// More about it, for whoever points at it.
    pub detail: String,
    /// What it is.
    pub kind: Kind,
    /// Where it leads to.
    pub href: Option<String>,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Planned, and nothing is wrong with it.
    Planned,
    /// Planned, and something is wrong with it.
    Conflict,
    /// It was executed, and its time is this owner's.
    Executed(Owner),
    /// Nothing could be executed.
    Downtime,
}

const LEFT: i32 = 66;
const RIGHT: i32 = 24;
const TOP: i32 = 30;
const LANE: i32 = 34;
const GAP: i32 = 8;
const BOTTOM: i32 = 24;
const HEIGHT: i32 = TOP + 2 * LANE + GAP + BOTTOM;
const AXIS: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };
const HINT: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };

/// How much of the shift is planned and executed.
pub fn sentence(chart: &ShiftPlan) -> String {
    let hours = |pieces: &[Piece], is: fn(Kind) -> bool| {
        let seconds: i64 = pieces.iter().filter(|piece| is(piece.kind)).map(|piece| piece.interval.seconds()).sum();
        domain::decimal::fixed(seconds, domain::time::HOUR_S, 2).unwrap_or_default()
    };
    let planned = hours(&chart.planned, |kind| matches!(kind, Kind::Planned | Kind::Conflict));
    let executed = hours(&chart.executed, |kind| matches!(kind, Kind::Executed(_)));
    let n_wrong = chart.planned.iter().filter(|piece| piece.kind == Kind::Conflict).count();
    let length = domain::decimal::fixed(chart.shift.seconds(), domain::time::HOUR_S, 2).unwrap_or_default();
    format!(
        "{}: {} executions planned, {planned} h of {length} h; {n_wrong} with a conflict; {executed} h were executed.",
        chart.title,
        chart.planned.len()
    )
}

/// The chart as an `<svg>` element for a page.
pub fn svg(chart: &ShiftPlan, width: u32) -> Result<String, ChartError> {
    let px = readable(width)?.px;
    let frame = Frame { chart, px };
    let doors: Vec<Door> = chart
        .planned
        .iter()
        .map(|piece| (piece, 0))
        .chain(chart.executed.iter().map(|piece| (piece, 1)))
        .map(|(piece, lane)| Door {
            href: piece.href.clone(),
            title: format!("{}: {}", piece.name, piece.detail),
            areas: vec![(frame.area(piece, lane), String::new())],
            takes_focus: false,
        })
        .collect();
    let size = (px.unsigned_abs(), HEIGHT.unsigned_abs());
    element_with_doors(size, "shift-plan", &chart.title, &sentence(chart), &doors, |pen| draw(pen, &frame))
}

struct Frame<'a> {
    chart: &'a ShiftPlan,
    px: i32,
}

impl Frame<'_> {
    fn x(&self, seconds: f64) -> i32 {
        let plot = f64::from(self.px - LEFT - RIGHT);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "seconds of a shift and pixels"
        )]
        let offset = (plot * seconds / self.chart.shift.seconds() as f64).round() as i32;
        (LEFT + offset).clamp(LEFT, self.px - RIGHT)
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds of a shift")]
    fn at(&self, at: Instant) -> i32 {
        self.x(at.since(self.chart.shift.start()) as f64)
    }

    fn area(&self, piece: &Piece, lane: i32) -> Area {
        let top = TOP + lane * (LANE + GAP);
        let left = self.at(piece.interval.start());
        Area { left, right: self.at(piece.interval.end()).max(left + 2), top, bottom: top + LANE }
    }
}

fn draw<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let (left, right) = (LEFT, frame.px - RIGHT);
    let most = i64::from(((right - left) / 64).max(2));
    let bottom = TOP + 2 * LANE + GAP;
    for (lane, name) in [(0, "Planned"), (1, "Executed")] {
        let top = TOP + lane * (LANE + GAP);
        pen.fill(Token::Sunken, Area { left, right, top, bottom: top + LANE })?;
        pen.text(AXIS, HPos::Right, (left - 8, top + LANE / 2), name)?;
    }
    for tick in ticks(frame.chart.shift, most) {
        let x = frame.at(tick.at);
        pen.upright(Token::Line, x, TOP, bottom + 4, 1)?;
        pen.text(AXIS, HPos::Center, (x, bottom + 13), &tick.label)?;
    }
    for tick in sidereal_ticks(frame.chart.shift, most) {
        let x = frame.x(tick.after_s);
        pen.upright(Token::Line, x, TOP - 5, TOP, 1)?;
        pen.text(HINT, HPos::Center, (x, TOP - 14), &tick.label)?;
    }
    pen.text(HINT, HPos::Left, (4, TOP - 14), "LST")?;
    pen.text(HINT, HPos::Left, (4, bottom + 13), "UTC")?;
    for piece in &frame.chart.planned {
        one(pen, frame.area(piece, 0), piece)?;
    }
    for piece in &frame.chart.executed {
        one(pen, frame.area(piece, 1), piece)?;
    }
    if let Some(now) = frame.chart.now {
        pen.upright(Token::Accent, frame.at(now), TOP - 4, bottom + 4, 2)?;
    }
    Ok(())
}

fn one<B: DrawingBackend>(pen: &mut Pen<'_, B>, area: Area, piece: &Piece) -> Drawn {
    let (fill, ink) = match piece.kind {
        Kind::Planned => (Token::AccentSoft, Token::Ink),
        Kind::Conflict => (Token::Surface, Token::Bad),
        Kind::Executed(owner) => (Token::owner(owner), Token::on_owner(owner)),
        Kind::Downtime => (Token::Surface, Token::Ink3),
    };
    pen.fill(fill, area)?;
    if piece.kind == Kind::Downtime {
        pen.hatch(Token::LineStrong, area, 8)?;
    }
    let edge = match piece.kind {
        Kind::Conflict => Token::Bad,
        Kind::Planned => Token::Accent,
        Kind::Executed(_) | Kind::Downtime => Token::LineStrong,
    };
    pen.frame(edge, area)?;
    let mark = if piece.kind == Kind::Conflict { "! " } else { "" };
    let words = shortened(&format!("{mark}{}", piece.name), Type::Small, area.width() - 8);
    if piece.kind == Kind::Downtime {
        return Ok(());
    }
    pen.text(Face { size: Type::Small, bold: false, ink }, HPos::Left, (area.left + 4, area.middle()), &words)
}
