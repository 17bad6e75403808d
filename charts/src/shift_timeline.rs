//! The shift timeline: one lane per family, in which every second of the shift has its owner's colour.
//!
//! ```text
//!           ┌──────┬──────┬──────┐       LST
//!                  ┌── ▂▄ ──┐            findings: brackets with their priority, the chosen one marked
//!  12 [m]   ▒▒HO▒▒ │P│ P ││SP│ ╱╱╱╱╱      the ledger: no second without an owner, idle hatched
//!                        ╱╱W╱╱           downtimes as logged, also where an execution outranks them
//!           └──────┴──────┴──────┘       UTC
//! ```
//!
//! [`svg`] gives the drawing as text, the same in the server and in the browser, with colours by custom property
//! (see [`crate::theme`]). [`draw`] draws it on any backend of plotters. What the pointer needs ([`instant_at`], [`lane_at`],
//! [`what_is_at`], [`cut_line`]), the [`sentence`], the [`sum`] and the [`table`] come from the same scale and the same pieces as
//! the drawing.
//!
//! All of the shift is drawn, or a [`window`] on it. Sums, sentence and table are always those of the whole shift.

mod brackets;
mod frame;
mod pieces;
pub mod window;
mod words;

use domain::decimal::{MilliHours, hours3};
use domain::family::Family;
use domain::findings::Priority;
use domain::ledger::{Ledger, Owner, Stretch};
use domain::shift_view::{Lane, ShiftView};
use domain::time::{Instant, Interval, Span};
use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

pub use brackets::{CutLine, cut_line};
pub use frame::{Size, instant_at, lane_at, plot_area, x_at};
pub use pieces::{Here, what_is_at};
pub use words::{TableRow, sentence, sum, table};

use crate::ChartError;
use crate::owned::owned;
use crate::pen::{Area, Drawn, Face, Pen, room_for, shortened};
use crate::svg::{element, element_with_doors};
use crate::theme::{Token, Type, letters};
use crate::time_axis::{date, sidereal_ticks, ticks};
use brackets::{brackets, doors, meets_cut, shade};
use frame::{Frame, Rows, Scale};
use pieces::{Piece, downtime_owner, pieces};

/// A finding as the timeline marks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When; one without a known time, or outside the shift, is not drawn.
    pub span: Option<Span>,
    /// Its lane; `None` stands above all lanes.
    pub family: Option<Family>,
    /// What it is called, such as `End shift`; shown for the chosen one.
    pub label: String,
    /// Whether it is the one whose detail is open.
    pub chosen: bool,
    /// How urgent it is.
    pub priority: Priority,
    /// Where its bracket leads in a page; `None` leads nowhere.
    pub href: Option<String>,
}

/// Which part of a shift is drawn, and what is about to be done in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// From the left edge of the plot area to its right. Outside the shift it is empty.
    pub window: Interval,
    /// Where the chosen finding is about to be cut.
    pub cut: Option<Instant>,
}

impl Shown {
    /// All of it.
    pub const fn whole(view: &ShiftView) -> Self {
        Self { window: view.interval, cut: None }
    }
}

/// The timeline as an `<svg>` element for a page: without `style` attributes, scripts and ids, and deaf to the pointer but for
/// its links, so listen on the element around it.
pub fn svg(view: &ShiftView, marks: &[Mark], shown: Shown, size: Size) -> Result<String, ChartError> {
    let frame = Frame::new(view, marks, shown, size)?;
    let name = format!("Timeline of shift {}", view.shift.id);
    let words = [sentence(view), words::part(view, shown.window), words::marked(marks)];
    let description = words.iter().filter(|words| !words.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
    let of = |family| marks.iter().filter(move |mark| mark.family == family);
    let doors: Vec<_> =
        places(&frame, view).into_iter().flat_map(|(rows, family)| doors(&frame, rows, of(family))).collect();
    let (px, kind) = ((size.width, size.height), "shift-timeline");
    if doors.is_empty() {
        element(px, kind, &name, &description, |pen| timeline(pen, &frame, view, marks))
    } else {
        element_with_doors(px, kind, &name, &description, &doors, |pen| timeline(pen, &frame, view, marks))
    }
}

/// Draws the timeline on the whole of the backend, in the colours that `colour` gives.
pub fn draw<B: DrawingBackend>(
    backend: &mut B,
    colour: impl Fn(Token) -> RGBColor,
    view: &ShiftView,
    marks: &[Mark],
    shown: Shown,
) -> Result<(), ChartError> {
    let (width, height) = backend.get_size();
    let frame = Frame::new(view, marks, shown, Size { width, height })?;
    timeline(&mut Pen::new(backend, &colour, 1.0), &frame, view, marks)
}

const LANE_NAME: Face = Face { size: Type::Text, bold: true, ink: Token::Ink };
const FIGURE: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };
const TOTAL: Face = Face { size: Type::Small, bold: true, ink: Token::Ink };
const NOTE: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };
const NOW: Face = Face { size: Type::Small, bold: true, ink: Token::Ink2 };

/// Where findings stand: above all lanes those of no single family, then lane by lane.
fn places(frame: &Frame, view: &ShiftView) -> Vec<(Rows, Option<Family>)> {
    let lanes = frame.lanes.iter().zip(&view.lanes).map(|(&rows, lane)| (rows, Some(lane.family)));
    std::iter::once((frame.top, None)).chain(lanes).collect()
}

/// From the back to the front: what is chosen, the grid, the lanes, the findings, *now*.
fn timeline<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame, view: &ShiftView, marks: &[Mark]) -> Drawn {
    let places = places(frame, view);
    for &(rows, family) in &places {
        shade(pen, frame, rows, marks.iter().filter(|mark| mark.chosen && mark.family == family))?;
    }
    sidereal_axis(pen, frame)?;
    axis(pen, frame)?;
    for (&rows, lane) in frame.lanes.iter().zip(&view.lanes) {
        lane_name(pen, frame, rows, lane)?;
        bar(pen, frame, rows, lane)?;
        downtimes(pen, frame, rows, lane)?;
        open_executions(pen, frame, rows, lane)?;
    }
    for (rows, family) in places {
        brackets(pen, frame, rows, marks.iter().filter(|mark| mark.family == family))?;
    }
    if view.running && frame.scale.interval.end() == view.interval.end() { now(pen, frame) } else { Ok(()) }
}

/// A label and as much air again \[px\]: `21:00`, and `21:00:05` in a window of minutes.
const fn px_per_tick(interval: Interval) -> i32 {
    if interval.seconds() < 600 { 80 } else { 56 }
}

/// Hours of the sidereal clock, above everything.
fn sidereal_axis<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame) -> Drawn {
    let Frame { scale: Scale { interval, left, right }, sidereal: y, .. } = *frame;
    let hours = y - 11;
    pen.text(NOTE, HPos::Left, (if frame.is_narrow { left } else { 0 }, hours), "LST")?;
    let free_from = if frame.is_narrow { left + room_for("LST", NOTE.size) + 4 } else { 0 };
    for tick in sidereal_ticks(interval, i64::from((right - left) / px_per_tick(interval))) {
        let x = frame.scale.x_after(tick.after_s);
        pen.upright(Token::LineStrong, x, y - 4, y, 1)?;
        let half = room_for(&tick.label, FIGURE.size) / 2;
        if x - half >= free_from && x + half <= frame.width {
            pen.text(FIGURE, HPos::Center, (x, hours), &tick.label)?;
        }
    }
    pen.level(Token::LineStrong, left, right + 1, y, 1)
}

/// Hours with their grid; below them the exact ends and the date at each midnight that leaves those their room.
fn axis<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame) -> Drawn {
    let Frame { scale: Scale { interval, left, right }, axis: y, .. } = *frame;
    let (hours, dates) = (y + 12, y + 27);
    let [start, end] = [interval.start(), interval.end()].map(Instant::for_people);
    let end = if frame.is_narrow { format!("{end} UTC") } else { end };
    pen.text(NOTE, HPos::Left, (left, dates), &start)?;
    pen.text(NOTE, HPos::Right, (right, dates), &end)?;
    if !frame.is_narrow {
        pen.text(NOTE, HPos::Left, (0, hours), "UTC")?;
    }
    let (mut free_from, free_to) = (left + room_for(&start, NOTE.size), right - room_for(&end, NOTE.size));
    for tick in ticks(interval, i64::from((right - left) / px_per_tick(interval))) {
        let x = frame.x(tick.at);
        let (grid, length) = if tick.is_midnight { (Token::Line, 6) } else { (Token::Grid, 4) };
        pen.upright(grid, x, frame.top.bottom, y, 1)?;
        pen.upright(Token::LineStrong, x, y, y + length, 1)?;
        let half = room_for(&tick.label, FIGURE.size) / 2;
        if x >= half && x + half <= frame.width && !meets_cut(frame, x - half, x + half) {
            pen.text(FIGURE, HPos::Center, (x, hours), &tick.label)?;
        }
        let date = date(tick.at);
        let half = room_for(&date, NOTE.size) / 2;
        if tick.is_midnight && x - half >= free_from && x + half <= free_to {
            pen.text(NOTE, HPos::Center, (x, dates), &date)?;
            free_from = x + half;
        }
    }
    pen.level(Token::LineStrong, left, right + 1, y, 1)
}

/// The name of the lane and the sum of its ledger: beside it an addition, on a phone the total alone.
fn lane_name<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame, rows: Rows, lane: &Lane) -> Drawn {
    let total = hours3(lane.ledger.total_s());
    if frame.is_narrow {
        let y = rows.heading.middle();
        pen.text(LANE_NAME, HPos::Left, (rows.heading.left, y), lane.family.label())?;
        return pen.text(TOTAL, HPos::Right, (rows.heading.right - 4, y), &format!("{total} h"));
    }
    pen.text(LANE_NAME, HPos::Left, (0, rows.bar.middle()), lane.family.label())?;
    let (figures, units) = (frame.width - 32, frame.width - 28);
    let line = 13;
    let terms = terms(&lane.ledger);
    let n_terms = i32::try_from(terms.len()).unwrap_or(0);
    // The addition ends at the lane's lower edge.
    let mut y = rows.band.bottom - line * n_terms - line / 2;
    for (unit, hours) in terms {
        pen.text(FIGURE, HPos::Right, (figures, y), &hours.to_string())?;
        pen.text(FIGURE, HPos::Left, (units, y), unit)?;
        y += line;
    }
    pen.level(Token::LineStrong, figures - 50, frame.width - 4, y - line / 2, 1)?;
    pen.text(TOTAL, HPos::Right, (figures, y + 1), &total)?;
    pen.text(TOTAL, HPos::Left, (units, y + 1), "h")
}

/// The largest shares of a ledger, in the order of its owners, and what is left as `rest`.
fn terms(ledger: &Ledger) -> Vec<(&'static str, MilliHours)> {
    const MOST: usize = 4;
    let mut shares = ledger.shares();
    let mut rest = None;
    if shares.len() > MOST {
        shares.sort_by_key(|share| -share.seconds);
        rest = Some(("rest", shares.drain(MOST - 1..).map(|share| share.hours).sum()));
        shares.sort_by_key(|share| share.owner);
    }
    shares.into_iter().map(|share| (letters(share.owner), share.hours)).chain(rest).collect()
}

/// Every second of the ledger in its owner's colour.
fn bar<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame, rows: Rows, lane: &Lane) -> Drawn {
    let mut slivers = vec![];
    for Stretch { owner, interval } in lane.ledger.stretches() {
        let Some((left, right)) = frame.extent(interval) else { continue };
        let area = Area { left, right, ..rows.bar };
        match owner {
            _ if area.width() == 0 && owner != Owner::Idle => slivers.push((area.left, owner)),
            _ => owned(pen, owner, area)?,
        }
    }
    for piece in pieces(lane).iter().filter(|piece| !matches!(piece.owner, Owner::Idle | Owner::Handover)) {
        inscribe(pen, frame, rows, piece)?;
    }
    // What owns less than half a pixel is still seen: on top, one pixel wide, one owner for each pixel.
    slivers.dedup_by_key(|&mut (x, _)| x);
    for (x, owner) in slivers {
        pen.upright(Token::owner(owner), x, rows.bar.top, rows.bar.bottom, 1)?;
    }
    if lane.ledger.seconds(Owner::Idle) == lane.ledger.total_s() && lane.executions.is_empty() {
        let words = shortened("No activity logged", NOTE.size, rows.bar.width() - 24);
        let (middle, room) = ((rows.bar.left + rows.bar.right) / 2, room_for(&words, NOTE.size));
        let y = rows.bar.middle();
        let ground = Area { left: middle - room / 2, right: middle + room / 2, top: y - 8, bottom: y + 8 };
        pen.fill(Token::Surface, ground)?;
        pen.text(NOTE, HPos::Center, (middle, y), &words)?;
    }
    Ok(())
}

/// The edge of a piece, its owner's letters where they fit, and its name where there is more room.
fn inscribe<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame, rows: Rows, piece: &Piece<'_>) -> Drawn {
    let Some((left, right)) = frame.extent(piece.interval) else { return Ok(()) };
    let area = Area { left, right, ..rows.bar };
    let width = area.width();
    if width >= 3 && frame.holds(piece.interval.end()) {
        pen.upright(Token::Surface, area.right - 1, area.top, area.bottom, 1)?;
    }
    let face = Face { size: Type::Tiny, bold: true, ink: Token::on_owner(piece.owner) };
    let room = room_for(letters(piece.owner), face.size);
    if width < room + 4 {
        return Ok(());
    }
    let named = Face { bold: false, ..face };
    let name = piece.execution.map_or("", words::name);
    let name = shortened(name, named.size, width - room - 15);
    if name.is_empty() {
        return pen.text(face, HPos::Center, ((area.left + area.right) / 2, area.middle()), letters(piece.owner));
    }
    pen.text(face, HPos::Left, (area.left + 5, area.middle()), letters(piece.owner))?;
    pen.text(named, HPos::Left, (area.left + 10 + room, area.middle()), &name)
}

/// Downtimes as they were logged, below the bar; one that nobody closed has no right edge.
fn downtimes<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame, rows: Rows, lane: &Lane) -> Drawn {
    let mut drawn = vec![];
    for placed in &lane.downtimes {
        let interval = Interval::new(placed.span.start(), placed.span.end());
        let Some((left, right)) = interval.and_then(|interval| frame.extent(interval)) else { continue };
        let owner = downtime_owner(placed.fact.kind);
        let area = Area { left, right: right.max(left + 2), ..rows.band };
        if drawn.contains(&(area, owner)) {
            continue;
        }
        drawn.push((area, owner));
        let token = Token::owner(owner);
        pen.hatch(token, area, 5)?;
        pen.level(token, area.left, area.right, area.top, 1)?;
        pen.level(token, area.left, area.right, area.bottom - 1, 1)?;
        if frame.holds(placed.span.start()) {
            pen.upright(token, area.left, area.top, area.bottom, 1)?;
        }
        if placed.fact.end.is_some() && frame.holds(placed.span.end()) {
            pen.upright(token, area.right - 1, area.top, area.bottom, 1)?;
        }
        let face = Face { size: Type::Tiny, bold: true, ink: Token::Ink };
        let (room, middle) = (room_for(letters(owner), face.size) + 4, (area.left + area.right) / 2);
        if !frame.is_narrow && area.width() > room + 6 {
            let ground = Area { left: middle - room / 2, right: middle + room / 2, ..area };
            pen.fill(Token::Surface, Area { top: area.top + 1, bottom: area.bottom - 1, ..ground })?;
            pen.text(face, HPos::Center, (middle, area.middle()), letters(owner))?;
        }
    }
    Ok(())
}

/// A flag where an execution began that nobody closed.
fn open_executions<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame, rows: Rows, lane: &Lane) -> Drawn {
    let open = lane.executions.iter().filter(|it| it.span.seconds() == 0 && frame.holds(it.span.start()));
    let mut places: Vec<_> = open.map(|it| frame.x(it.span.start())).collect();
    places.dedup();
    for x in places {
        let Area { top, bottom, .. } = rows.bar;
        pen.upright(Token::Ink, x, top - 1, bottom + 1, 1)?;
        let corners = [(x, top + 3), (x + 10, top + 8), (x, top + 13), (x, top + 3)];
        pen.shape(Token::Surface, &corners)?;
        pen.path(Token::Ink, &corners)?;
    }
    Ok(())
}

/// A running shift ends at *now*, and is not over.
fn now<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame) -> Drawn {
    pen.dashed(Token::Ink2, frame.scale.right, frame.top.heading.bottom, frame.axis)?;
    pen.text(NOW, HPos::Right, (frame.scale.right, frame.top.heading.middle()), "now")
}
