//! Findings in the timeline: a bracket over the time each takes, its priority as a glyph, the chosen one marked through its lane.

use domain::findings::Priority;
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use domain::shift_view::ShiftView;
use domain::time::{Instant, Interval};

use super::frame::{Frame, Rows, Scale, Size};
use super::words::one_mark;
use super::{Mark, Shown};
use crate::pen::{Area, Drawn, Face, Pen, room_for, shortened};
use crate::svg::Door;
use crate::theme::{Token, Type, bars};

const CHOSEN: Face = Face { size: Type::Small, bold: true, ink: Token::Accent };
const MORE: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };

/// What of a finding is shown \[px\], and whether it goes on beyond.
#[derive(Clone, Copy)]
struct Extent {
    left: i32,
    right: i32,
    from_before: bool,
    to_after: bool,
}

impl Extent {
    fn of(scale: Scale, mark: &Mark) -> Option<Self> {
        let (span, shown) = (mark.span?, scale.interval);
        let is_outside = span.start() > shown.end() || span.end() < shown.start();
        let only_touches = span.seconds() > 0 && (span.start() == shown.end() || span.end() == shown.start());
        (!is_outside && !only_touches).then(|| Self {
            left: scale.x(span.start()),
            right: scale.x(span.end()),
            from_before: span.start() < shown.start(),
            to_after: span.end() > shown.end(),
        })
    }

    /// Whether two brackets of one level would touch; a point takes the room of its diamond.
    const fn meets(self, other: Self) -> bool {
        let air = if self.left == self.right || other.left == other.right { 5 } else { 0 };
        self.left < other.right + air && other.left < self.right + air
    }
}

/// The soft ground behind a chosen finding's time, through its lane, or through all when it belongs to none.
pub(super) fn shade<'m, B: DrawingBackend>(
    pen: &mut Pen<'_, B>,
    frame: &Frame,
    rows: Rows,
    chosen: impl Iterator<Item = &'m Mark>,
) -> Drawn {
    for mark in chosen {
        if let Some(Extent { left, right, .. }) = Extent::of(frame.scale, mark) {
            let area = Area { left, top: rows.brackets.top, right, bottom: foot(frame, rows, mark) };
            pen.fill(Token::AccentSoft, area)?;
        }
    }
    Ok(())
}

/// How far down the chosen finding is marked.
const fn foot(frame: &Frame, rows: Rows, mark: &Mark) -> i32 {
    if mark.family.is_some() { rows.band.bottom + 2 } else { frame.axis }
}

/// How many levels the findings of one place need, at most `most`; 0 without any.
pub(super) fn levels<'m>(scale: Scale, marks: impl Iterator<Item = &'m Mark>, most: i32) -> i32 {
    stacked(scale, marks, most).0.iter().map(|bracket| bracket.level + 1).max().unwrap_or(0)
}

/// A finding on its level, counted from the bar.
struct Bracket<'m> {
    level: i32,
    extent: Extent,
    mark: &'m Mark,
}

/// Each finding on the lowest level where it overlaps no other, the short ones nearest to the bar; and how many are left over
/// when all levels are taken. The chosen one is never left over: it takes the place of others on the highest level.
fn stacked<'m>(scale: Scale, marks: impl Iterator<Item = &'m Mark>, n_levels: i32) -> (Vec<Bracket<'m>>, usize) {
    let mut marks: Vec<_> = marks.filter_map(|mark| Some((Extent::of(scale, mark)?, mark))).collect();
    let n_marks = marks.len();
    marks.sort_by_key(|(extent, mark)| (extent.right - extent.left, extent.left, mark.priority));
    let mut placed: Vec<Bracket<'m>> = vec![];
    for (extent, mark) in marks {
        let is_taken = |level| placed.iter().any(|other| other.level == level && extent.meets(other.extent));
        if let Some(level) = (0..n_levels).find(|&level| !is_taken(level)) {
            placed.push(Bracket { level, extent, mark });
        } else if mark.chosen {
            let level = n_levels - 1;
            placed.retain(|other| other.level != level || !extent.meets(other.extent));
            placed.push(Bracket { level, extent, mark });
        }
    }
    let n_left_over = n_marks - placed.len();
    (placed, n_left_over)
}

/// The findings of one place, and the number of those there is no level for.
pub(super) fn brackets<'m, B: DrawingBackend>(
    pen: &mut Pen<'_, B>,
    frame: &Frame,
    rows: Rows,
    marks: impl Iterator<Item = &'m Mark>,
) -> Drawn {
    let (mut placed, n_left_over) = stacked(frame.scale, marks, rows.n_levels());
    // The chosen one last, over all others.
    placed.sort_by_key(|bracket| bracket.mark.chosen);
    for Bracket { level, extent, mark } in placed {
        bracket(pen, rows, extent, mark, rows.level_top(level) + 2)?;
        if mark.chosen {
            chosen(pen, frame, rows, extent, mark)?;
            if let Some(at) = frame.cut.filter(|&at| frame.holds(at)) {
                cut(pen, frame, rows, mark, at)?;
            }
        }
    }
    if n_left_over == 0 {
        return Ok(());
    }
    if frame.is_narrow {
        return pen.text(MORE, HPos::Left, (MORE_LEFT, rows.heading.middle()), &format!("+{n_left_over}"));
    }
    let place = (frame.scale.left - 6, rows.brackets.top + rows.level / 2);
    pen.text(MORE, HPos::Right, place, &format!("+{n_left_over} more"))
}

/// On a phone, where the count of what is left over begins \[px\]: after the longest name of a lane.
const MORE_LEFT: i32 = 82;

fn bracket<B: DrawingBackend>(pen: &mut Pen<'_, B>, rows: Rows, extent: Extent, mark: &Mark, y: i32) -> Drawn {
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
fn glyph<B: DrawingBackend>(pen: &mut Pen<'_, B>, priority: Priority, (x, bottom): (i32, i32)) -> Drawn {
    for bar in 0..4 {
        let token = if bar < i32::from(bars(priority)) { Token::priority(priority) } else { Token::Line };
        let left = x + 3 * bar;
        pen.fill(token, Area { left, top: bottom - 2 - 2 * bar, right: left + 2, bottom })?;
    }
    Ok(())
}

/// The chosen finding's edges through its lane, and its name above.
fn chosen<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame, rows: Rows, extent: Extent, mark: &Mark) -> Drawn {
    let bottom = foot(frame, rows, mark);
    let edges = if extent.left == extent.right { vec![extent.left] } else { vec![extent.left, extent.right - 1] };
    for x in edges {
        pen.upright(Token::Accent, x, rows.bar.top - 1, bottom, 1)?;
    }
    let scale = frame.scale;
    // On a phone the heading holds the lane's name and total; between them is room for a word.
    let (from, to) = match (frame.is_narrow, mark.family) {
        (true, Some(_)) => (scale.left + 96, scale.right - 76),
        (true, None) => (scale.left + 96, scale.right - 32),
        (false, _) => (scale.left, scale.right - 32),
    };
    let label = shortened(&mark.label, CHOSEN.size, to - from);
    let room = room_for(&label, CHOSEN.size);
    let y = rows.heading.middle();
    // Above its own bracket, moved only as far as the room demands.
    let left = extent.left.clamp(from, (to - room).max(from));
    pen.text(CHOSEN, HPos::Left, (left, y), &label)
}

const CUT_AT: Face = Face { size: Type::Small, bold: true, ink: Token::Accent };

/// Where the chosen finding is about to be cut: a line through its lane, a thread down to the axis, and the time there.
fn cut<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame, rows: Rows, mark: &Mark, at: Instant) -> Drawn {
    let (x, bottom) = (frame.x(at), foot(frame, rows, mark));
    pen.upright(Token::Accent, x - 1, rows.brackets.top, bottom, 2)?;
    pen.dashed(Token::Accent, x, bottom + 3, frame.axis)?;
    let time = at.for_people().split_off(TIME_OF_DAY);
    let (left, right) = cut_label(frame, at);
    pen.text(CUT_AT, HPos::Center, ((left + right) / 2, frame.axis + 12), &time)
}

/// Where the time begins in `2022-03-12 21:00:00`.
const TIME_OF_DAY: usize = "2022-03-12 ".len();

/// The room that the time of the cut takes among the hours of the axis \[px\], moved only as far as the drawing demands.
fn cut_label(frame: &Frame, at: Instant) -> (i32, i32) {
    let room = room_for("00:00:00", CUT_AT.size);
    let left = (frame.x(at) - room / 2).clamp(0, (frame.width - room).max(0));
    (left, left + room)
}

/// Whether a text on the axis would meet the time of the cut.
pub(super) fn meets_cut(frame: &Frame, left: i32, right: i32) -> bool {
    frame.cut.filter(|&at| frame.holds(at)).is_some_and(|at| {
        let label = cut_label(frame, at);
        left < label.1 && label.0 < right
    })
}

/// Where the line of the cut stands \[px\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutLine {
    /// From the left of the drawing.
    pub x: i32,
    /// Its upper end.
    pub top: i32,
    /// The lower end of what it cuts.
    pub bottom: i32,
}

/// Where the chosen finding would be cut at an instant; `None` when none is chosen, or when the instant is not shown.
pub fn cut_line(view: &ShiftView, marks: &[Mark], at: Instant, window: Interval, size: Size) -> Option<CutLine> {
    let frame = Frame::new(view, marks, Shown { window, cut: Some(at) }, size).ok()?;
    let mark = marks.iter().find(|mark| mark.chosen).filter(|_| frame.holds(at))?;
    let of_lane =
        |family| view.lanes.iter().position(|lane| lane.family == family).and_then(|lane| frame.lanes.get(lane));
    let rows = mark.family.map_or(Some(frame.top), |family| of_lane(family).copied())?;
    Some(CutLine { x: frame.x(at), top: rows.brackets.top, bottom: foot(&frame, rows, mark) })
}

/// Narrower than this a bracket is no place to press \[px\] (WCAG 2.2, 2.5.8: 24 CSS px).
const LEAST_TO_PRESS: i32 = 24;

/// The doors to the findings that lead somewhere, which the chosen one does not: each bracket with the room above it that no
/// other takes, the short ones in front.
pub(super) fn doors<'m>(frame: &Frame, rows: Rows, marks: impl Iterator<Item = &'m Mark>) -> Vec<Door> {
    let (mut placed, _) = stacked(frame.scale, marks, rows.n_levels());
    placed.sort_by_key(|bracket| bracket.extent.left - bracket.extent.right);
    let door = |bracket: &Bracket<'m>| {
        let href = bracket.mark.href.clone().filter(|_| !bracket.mark.chosen)?;
        let Extent { left, right, .. } = bracket.extent;
        let missing = (LEAST_TO_PRESS - (right - left)).max(0);
        let (left, right) = (left - missing / 2, right + (missing + 1) / 2);
        let above = placed.iter().filter(|other| other.level > bracket.level && bracket.extent.meets(other.extent));
        let top = above.map(|other| other.level).min().map_or(rows.heading.top, |level| rows.level_top(level - 1));
        let area = Area { left, top, right, bottom: rows.level_top(bracket.level - 1) };
        let areas = vec![(area, String::new())];
        Some(Door { href: Some(href), title: one_mark(bracket.mark), areas, takes_focus: true })
    };
    placed.iter().filter_map(door).collect()
}
