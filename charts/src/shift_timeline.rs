//! The shift timeline: one lane per family, in which every second of the shift has its owner's colour.
//!
//! ```text
//!                  ┌── ▂▄ ──┐            findings: brackets with their priority, the chosen one marked
//!  12 [m]   ▒▒HO▒▒ │P│ P ││SP│ ╱╱╱╱╱      the ledger: no second without an owner, idle hatched
//!                        ╱╱W╱╱           downtimes as logged, also where an execution outranks them
//!           └──────┴──────┴──────┘       UTC
//! ```
//!
//! [`svg`] gives the drawing as text, the same in the server and in the browser, with colours by custom property
//! (see [`crate::theme`]). [`draw`] draws it on any backend of plotters. What the pointer needs ([`instant_at`], [`lane_at`],
//! [`what_is_at`]), the [`sentence`], the [`sum`] and the [`table`] come from the same scale and the same pieces as the drawing.

mod frame;
mod pieces;
mod words;

use domain::family::Family;
use domain::findings::Priority;
use domain::ledger::{Ledger, Owner, Stretch};
use domain::shift_view::{Lane, ShiftView};
use domain::time::{Instant, Interval, Span};
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

pub use frame::{Size, instant_at, lane_at, plot_area};
pub use pieces::{Here, what_is_at};
pub use words::{TableRow, sentence, sum, table};

use crate::ChartError;
use crate::pen::{Area, Face, Pen, failed, plain, room_for, shortened};
use crate::theme::{Token, Type, bars, by_css, letters, stand_in};
use crate::time_axis::{date, ticks};
use frame::{Frame, LEVELS, Rows};
use pieces::{Piece, downtime_owner, pieces};

/// A finding as the timeline marks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When; one without a known time cannot be drawn, one outside the shift is not.
    pub span: Option<Span>,
    /// Its lane; `None` stands above all lanes.
    pub family: Option<Family>,
    /// What it is called, such as `End shift`; shown for the chosen one.
    pub label: String,
    /// Whether it is the one whose detail is open.
    pub chosen: bool,
    /// How urgent it is.
    pub priority: Priority,
}

/// What plotters' SVG backend divides the size of type by.
const SVG_TYPE: f64 = 1.24;

/// The timeline as an `<svg>` element for a page.
///
/// It has a name and a description for those who do not see it, no `style` attribute, no script and no ids, so that it may stand
/// in a page with a strict content security policy, and more than once. It takes no pointer events (its name would pop up as a
/// tooltip): listen on the element around it.
pub fn svg(view: &ShiftView, marks: &[Mark], size: Size) -> Result<String, ChartError> {
    let mut drawing = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut drawing, (size.width, size.height));
        draw_with(&mut Pen::new(&mut backend, stand_in, SVG_TYPE), view, marks, size)?;
        backend.present().map_err(failed)?;
    }
    let name = format!("Timeline of shift {}", view.shift.id);
    let description = [sentence(view), marked(marks)].join(" ");
    Ok(named(&by_css(&drawing), &name, description.trim_end()))
}

/// Draws the timeline on all of the backend, in the colours that `colour` gives.
pub fn draw<DB: DrawingBackend>(
    backend: &mut DB,
    colour: impl Fn(Token) -> RGBColor,
    view: &ShiftView,
    marks: &[Mark],
) -> Result<(), ChartError> {
    let (width, height) = backend.get_size();
    draw_with(&mut Pen::new(backend, colour, 1.0), view, marks, Size { width, height })
}

const LANE_NAME: Face = Face { size: Type::Text, bold: true, ink: Token::Ink };
const FIGURE: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };
const TOTAL: Face = Face { size: Type::Small, bold: true, ink: Token::Ink };
const AXIS: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };
const NOTE: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };
const CHOSEN: Face = Face { size: Type::Small, bold: true, ink: Token::Accent };

fn draw_with<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    view: &ShiftView,
    marks: &[Mark],
    size: Size,
) -> Result<(), ChartError> {
    let frame = Frame::new(view, size)?;
    // From the back to the front: what is chosen, the grid, the lanes, the findings, the axis.
    for (rows, family) in places(&frame, view) {
        for mark in marks.iter().filter(|mark| mark.chosen && mark.family == family) {
            shade(pen, &frame, view, rows, mark)?;
        }
    }
    axis(pen, &frame, view)?;
    for (i, lane) in view.lanes.iter().enumerate() {
        let rows = frame.rows(i);
        lane_name(pen, &frame, rows, lane)?;
        bar(pen, &frame, rows, lane)?;
        downtimes(pen, &frame, rows, lane)?;
        open_executions(pen, &frame, rows, lane)?;
    }
    for (rows, family) in places(&frame, view) {
        let marks: Vec<_> = marks.iter().filter(|mark| mark.family == family).collect();
        brackets(pen, &frame, view.interval, rows, &marks)?;
    }
    if view.running { now(pen, &frame) } else { Ok(()) }
}

/// Where findings may stand: above all lanes, and in each.
fn places(frame: &Frame, view: &ShiftView) -> Vec<(Rows, Option<Family>)> {
    let lanes = view.lanes.iter().enumerate().map(|(i, lane)| (frame.rows(i), Some(lane.family)));
    std::iter::once((frame.top, None)).chain(lanes).collect()
}

/// The soft ground behind the chosen finding's time, through its lane, or through all when it belongs to none.
fn shade<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    view: &ShiftView,
    rows: Rows,
    mark: &Mark,
) -> Result<(), ChartError> {
    let Some(extent) = Extent::of(frame, view.interval, mark) else { return Ok(()) };
    let bottom = if mark.family.is_some() { rows.band.bottom + 2 } else { frame.axis };
    let area = Area { left: extent.left, top: rows.brackets.top, right: extent.right, bottom };
    pen.fill(Token::AccentSoft, area)
}

fn axis<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    view: &ShiftView,
) -> Result<(), ChartError> {
    let Frame { left, right, axis: y, .. } = *frame;
    let (hours, dates) = (y + 12, y + 27);
    // A label `21:00` with as much air again; with seconds it is wider.
    let per_tick = if view.interval.seconds() < 600 { 72 } else { 56 };
    for tick in ticks(view.interval, i64::from((right - left) / per_tick)) {
        let x = frame.x(tick.at);
        let (grid, length) = if tick.is_midnight { (Token::LineStrong, 6) } else { (Token::Grid, 4) };
        pen.upright(grid, x, frame.top.bottom, y, 1)?;
        pen.upright(Token::LineStrong, x, y, y + length, 1)?;
        let room = room_for(&tick.label, AXIS.size) / 2;
        if x - room >= 0 && x + room <= frame.width {
            pen.text(AXIS, HPos::Center, (x, hours), &tick.label)?;
        }
    }
    pen.level(Token::LineStrong, left, right + 1, y, 1)?;
    // The exact ends, and a date at each midnight that leaves them their room.
    let [start, end] = [view.interval.start(), view.interval.end()].map(Instant::for_people);
    let end = if frame.is_narrow { format!("{end} UTC") } else { end };
    let room = room_for(&end, NOTE.size);
    pen.text(NOTE, HPos::Left, (left, dates), &start)?;
    pen.text(NOTE, HPos::Right, (right, dates), &end)?;
    if !frame.is_narrow {
        pen.text(NOTE, HPos::Left, (0, hours), "UTC")?;
    }
    let mut free_from = left + room;
    let half = room_for("2022-03-13", NOTE.size) / 2;
    for midnight in ticks(view.interval, i64::from((right - left) / per_tick)).iter().filter(|tick| tick.is_midnight) {
        let x = frame.x(midnight.at);
        if x - half >= free_from && x + half <= right - room {
            pen.text(NOTE, HPos::Center, (x, dates), &date(midnight.at))?;
            free_from = x + half;
        }
    }
    Ok(())
}

/// The name of the lane and the sum of its ledger: beside it an addition that closes, on a phone the total alone.
fn lane_name<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    rows: Rows,
    lane: &Lane,
) -> Result<(), ChartError> {
    let total = domain::decimal::hours3(lane.ledger.total_s());
    if frame.is_narrow {
        let y = rows.heading.middle();
        pen.text(LANE_NAME, HPos::Left, (rows.heading.left, y), lane.family.label())?;
        return pen.text(TOTAL, HPos::Right, (rows.heading.right, y), &format!("{total} h"));
    }
    pen.text(LANE_NAME, HPos::Left, (0, rows.bar.middle()), lane.family.label())?;
    let (figures, units) = (frame.width - 32, frame.width - 28);
    let line = 13;
    let terms = terms(&lane.ledger);
    let n_terms = i32::try_from(terms.len()).unwrap_or(0);
    // The addition ends at the lane's lower edge.
    let mut y = rows.band.bottom - line * n_terms - line / 2;
    for (unit, seconds) in terms {
        pen.text(FIGURE, HPos::Right, (figures, y), &domain::decimal::hours3(seconds))?;
        pen.text(FIGURE, HPos::Left, (units, y), unit)?;
        y += line;
    }
    pen.level(Token::LineStrong, figures - 50, frame.width - 4, y - line / 2, 1)?;
    pen.text(TOTAL, HPos::Right, (figures, y + 1), &total)?;
    pen.text(TOTAL, HPos::Left, (units, y + 1), "h")
}

/// The largest shares of a ledger, in the order of its owners, and what is left as `rest`.
fn terms(ledger: &Ledger) -> Vec<(&'static str, i64)> {
    const MOST: usize = 4;
    let mut shares: Vec<_> = words::shares(ledger).collect();
    let mut rest = 0;
    if shares.len() > MOST {
        shares.sort_by_key(|&(_, seconds)| -seconds);
        rest = shares.drain(MOST - 1..).map(|(_, seconds)| seconds).sum();
        shares.sort_by_key(|&(owner, _)| owner);
    }
    let terms = shares.into_iter().map(|(owner, seconds)| (letters(owner), seconds));
    terms.chain((rest > 0).then_some(("rest", rest))).collect()
}

/// Every second of the ledger in its owner's colour.
fn bar<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    rows: Rows,
    lane: &Lane,
) -> Result<(), ChartError> {
    let mut slivers = vec![];
    for Stretch { owner, interval } in lane.ledger.stretches() {
        let area = Area { left: frame.x(interval.start()), right: frame.x(interval.end()), ..rows.bar };
        match owner {
            _ if area.width() == 0 => slivers.push((area.left, owner)),
            Owner::Idle => nobody(pen, area)?,
            Owner::Handover => handover(pen, area)?,
            _ => pen.fill(Token::owner(owner), area)?,
        }
    }
    for piece in pieces(lane).iter().filter(|piece| !matches!(piece.owner, Owner::Idle | Owner::Handover)) {
        inscribe(pen, frame, rows, piece)?;
    }
    // What owns less than half a pixel is still seen: on top, one pixel wide, one owner for each pixel.
    slivers.dedup_by_key(|&mut (x, _)| x);
    for (x, owner) in slivers.into_iter().filter(|&(_, owner)| owner != Owner::Idle) {
        pen.upright(Token::owner(owner), x, rows.bar.top, rows.bar.bottom, 1)?;
    }
    if lane.executions.is_empty() && lane.downtimes.is_empty() {
        let words = shortened("No activity logged", NOTE.size, rows.bar.width() - 24);
        let (middle, room) = ((rows.bar.left + rows.bar.right) / 2, room_for(&words, NOTE.size));
        let y = rows.bar.middle();
        let ground = Area { left: middle - room / 2, right: middle + room / 2, top: y - 8, bottom: y + 8 };
        pen.fill(Token::Surface, ground)?;
        pen.text(NOTE, HPos::Center, (middle, y), &words)?;
    }
    Ok(())
}

fn nobody<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    area: Area,
) -> Result<(), ChartError> {
    pen.fill(Token::Surface, area)?;
    pen.level(Token::Idle, area.left, area.right, area.top, 1)?;
    pen.level(Token::Idle, area.left, area.right, area.bottom - 1, 1)?;
    pen.hatch(Token::Idle, area, 9)
}

fn handover<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    area: Area,
) -> Result<(), ChartError> {
    pen.fill(Token::Handover, area)?;
    let inside = Area { left: area.left + 1, top: area.top + 1, right: area.right - 1, bottom: area.bottom - 1 };
    pen.fill(Token::Sunken, inside)?;
    let face = Face { size: Type::Tiny, bold: true, ink: Token::Ink2 };
    let words = letters(Owner::Handover);
    if area.width() >= room_for(words, face.size) + 4 {
        pen.text(face, HPos::Center, ((area.left + area.right) / 2, area.middle()), words)?;
    }
    Ok(())
}

/// The edge of a piece, its owner's letters where they fit, and its name where there is more room.
fn inscribe<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    rows: Rows,
    piece: &Piece<'_>,
) -> Result<(), ChartError> {
    let area = Area { left: frame.x(piece.interval.start()), right: frame.x(piece.interval.end()), ..rows.bar };
    let width = area.width();
    if width >= 3 {
        pen.upright(Token::Surface, area.right - 1, area.top, area.bottom, 1)?;
    }
    let face = Face { size: Type::Tiny, bold: true, ink: Token::on_owner(piece.owner) };
    let room = room_for(letters(piece.owner), face.size);
    if width < room + 4 {
        return Ok(());
    }
    let named = Face { bold: false, ..face };
    let name = piece.execution.map_or("", words::name);
    let name = if frame.is_narrow { String::new() } else { shortened(name, named.size, width - room - 12) };
    if name.is_empty() {
        return pen.text(face, HPos::Center, ((area.left + area.right) / 2, area.middle()), letters(piece.owner));
    }
    pen.text(face, HPos::Left, (area.left + 5, area.middle()), letters(piece.owner))?;
    pen.text(named, HPos::Left, (area.left + 8 + room, area.middle()), &name)
}

/// Downtimes as they were logged, below the bar; one that nobody closed has no right edge.
fn downtimes<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    rows: Rows,
    lane: &Lane,
) -> Result<(), ChartError> {
    let mut drawn = vec![];
    for placed in &lane.downtimes {
        let (left, right) = (frame.x(placed.span.start()), frame.x(placed.span.end()));
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
        pen.upright(token, area.left, area.top, area.bottom, 1)?;
        if placed.fact.end.is_some() {
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
fn open_executions<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    rows: Rows,
    lane: &Lane,
) -> Result<(), ChartError> {
    let mut places: Vec<_> =
        lane.executions.iter().filter(|it| it.span.seconds() == 0).map(|it| frame.x(it.span.start())).collect();
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

/// What of a finding lies in the shift \[px\], and whether it goes on beyond.
#[derive(Clone, Copy)]
struct Extent {
    left: i32,
    right: i32,
    from_before: bool,
    to_after: bool,
}

impl Extent {
    fn of(frame: &Frame, shift: Interval, mark: &Mark) -> Option<Self> {
        let span = mark.span?;
        let is_outside = span.start() > shift.end() || span.end() < shift.start();
        let only_touches = span.seconds() > 0 && (span.start() == shift.end() || span.end() == shift.start());
        (!is_outside && !only_touches).then(|| Self {
            left: frame.x(span.start()),
            right: frame.x(span.end()),
            from_before: span.start() < shift.start(),
            to_after: span.end() > shift.end(),
        })
    }
}

/// The findings of one lane, each on the lowest level where it overlaps no other; the short ones nearest to the bar.
fn brackets<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    shift: Interval,
    rows: Rows,
    marks: &[&Mark],
) -> Result<(), ChartError> {
    let mut marks: Vec<_> = marks.iter().filter_map(|mark| Some((Extent::of(frame, shift, mark)?, *mark))).collect();
    marks.sort_by_key(|(extent, mark)| (extent.right - extent.left, extent.left, mark.priority));
    let height = (rows.brackets.bottom - rows.brackets.top) / rows.level;
    let n_levels = usize::try_from(height).unwrap_or(1).clamp(1, LEVELS);
    let mut levels: Vec<Vec<(i32, i32)>> = vec![vec![]; n_levels];
    let mut placed = vec![];
    for (extent, mark) in marks {
        // A point takes the room of its diamond.
        let (left, right) =
            if extent.left == extent.right { (extent.left - 5, extent.right + 5) } else { (extent.left, extent.right) };
        let is_free = |taken: &Vec<(i32, i32)>| taken.iter().all(|&(l, r)| right <= l || r <= left);
        let level = levels.iter().position(is_free).unwrap_or(n_levels - 1);
        if let Some(taken) = levels.get_mut(level) {
            taken.push((left, right));
        }
        placed.push((level, extent, mark));
    }
    // The chosen one last, over all others.
    placed.sort_by_key(|&(_, _, mark)| mark.chosen);
    for (level, extent, mark) in placed {
        let y = rows.brackets.bottom - rows.level * i32::try_from(level + 1).unwrap_or(1) + 2;
        bracket(pen, rows, extent, mark, y)?;
        if mark.chosen {
            chosen(pen, frame, rows, extent, mark)?;
        }
    }
    Ok(())
}

fn bracket<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    rows: Rows,
    extent: Extent,
    mark: &Mark,
    y: i32,
) -> Result<(), ChartError> {
    let Extent { left, right, from_before, to_after } = extent;
    let (ink, weight) = if mark.chosen { (Token::Accent, 2) } else { (Token::Ink2, 1) };
    if left == right {
        let y = y + 2;
        return pen.shape(ink, &[(left, y - 4), (left + 4, y), (left, y + 4), (left - 4, y)]);
    }
    let foot = y + rows.level - 3;
    // A glyph of 11 px with some air, and something of the bracket to both sides of it.
    let has_glyph = bars(mark.priority) > 0 && right - left >= 28;
    let middle = (left + right) / 2;
    if has_glyph {
        pen.level(ink, left, middle - 8, y, weight)?;
        pen.level(ink, middle + 8, right, y, weight)?;
        glyph(pen, mark.priority, (middle - 6, foot))?;
    } else {
        pen.level(ink, left, right, y, weight)?;
    }
    if !from_before {
        pen.upright(ink, left, y, foot, weight)?;
    }
    if !to_after {
        pen.upright(ink, right - weight, y, foot, weight)?;
    }
    Ok(())
}

/// Four bars that grow, of which the priority fills as many as it has; its lower left corner is given.
fn glyph<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    priority: Priority,
    (x, bottom): (i32, i32),
) -> Result<(), ChartError> {
    for bar in 0..4 {
        let token = if bar < i32::from(bars(priority)) { Token::priority(priority) } else { Token::Line };
        let left = x + 3 * bar;
        pen.fill(token, Area { left, top: bottom - 2 - 2 * bar, right: left + 2, bottom })?;
    }
    Ok(())
}

/// The chosen finding's edges through its lane, and its name above.
fn chosen<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
    rows: Rows,
    extent: Extent,
    mark: &Mark,
) -> Result<(), ChartError> {
    let bottom = if mark.family.is_some() { rows.band.bottom + 2 } else { frame.axis };
    let edges = if extent.left == extent.right { vec![extent.left] } else { vec![extent.left, extent.right - 1] };
    for x in edges {
        pen.upright(Token::Accent, x, rows.bar.top - 1, bottom, 1)?;
    }
    // On a phone the heading holds the lane's name and total; between them is room for a word.
    let (from, to) = match (frame.is_narrow, mark.family) {
        (true, Some(_)) => (frame.left + 96, frame.right - 76),
        (true, None) => (frame.left, frame.right - 32),
        (false, _) => (frame.left, frame.right - 32),
    };
    let label = shortened(&mark.label, CHOSEN.size, to - from);
    let room = room_for(&label, CHOSEN.size);
    let y = rows.heading.middle();
    // Above its own bracket, moved only as far as the room demands.
    let left = extent.left.clamp(from, (to - room).max(from));
    pen.text(CHOSEN, HPos::Left, (left, y), &label)
}

/// A running shift ends at *now*, and is not over.
fn now<DB: DrawingBackend, C: Fn(Token) -> RGBColor>(
    pen: &mut Pen<'_, DB, C>,
    frame: &Frame,
) -> Result<(), ChartError> {
    pen.dashed(Token::Ink2, frame.right, frame.top.heading.top + 16, frame.axis)?;
    let face = Face { size: Type::Small, bold: true, ink: Token::Ink2 };
    pen.text(face, HPos::Right, (frame.right, frame.top.heading.middle()), "now")
}

/// The marked findings in words.
fn marked(marks: &[Mark]) -> String {
    let one = |mark: &Mark| {
        let when = mark.span.map_or("time unknown".to_owned(), |span| {
            format!("{} to {}", span.start().for_people(), span.end().for_people())
        });
        let chosen = if mark.chosen { ", chosen" } else { "" };
        format!("{} ({}, {when}{chosen})", plain(&mark.label), Family::label_of(mark.family))
    };
    if marks.is_empty() {
        return String::new();
    }
    format!("Findings: {}.", marks.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// Gives plotters' SVG a role, a name and a description, and takes out what says nothing.
fn named(svg: &str, name: &str, description: &str) -> String {
    let mut named = String::with_capacity(svg.len());
    let mut inside_text = false;
    for line in svg.lines() {
        if let Some(root) = line.strip_prefix("<svg ").and_then(|root| root.strip_suffix('>')) {
            let (name, description) = (escaped(name), escaped(description));
            named += &format!("<svg class=\"chart shift-timeline\" role=\"img\" pointer-events=\"none\" {root}>\n");
            named += &format!("<title>{name}</title>\n<desc>{description}</desc>\n");
            continue;
        }
        // A label is on a line of its own between its tags; a label cannot begin with `<`, which is escaped.
        inside_text = line.starts_with("<text") || (inside_text && !line.starts_with("</text"));
        named += &line.replace(" opacity=\"1\"", "");
        if !inside_text {
            named.push('\n');
        }
    }
    named
}

fn escaped(text: &str) -> String {
    plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
