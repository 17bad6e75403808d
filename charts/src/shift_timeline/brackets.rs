//! Findings in the timeline: a bracket over the time each takes, its priority as a glyph, the chosen one marked through its lane.

use domain::findings::Priority;
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::Mark;
use super::frame::{Frame, Rows};
use crate::pen::{Area, Drawn, Face, Pen, room_for, shortened};
use crate::theme::{Token, Type, bars};

const CHOSEN: Face = Face { size: Type::Small, bold: true, ink: Token::Accent };

/// What of a finding lies in the shift \[px\], and whether it goes on beyond.
#[derive(Clone, Copy)]
struct Extent {
    left: i32,
    right: i32,
    from_before: bool,
    to_after: bool,
}

impl Extent {
    fn of(frame: &Frame, mark: &Mark) -> Option<Self> {
        let (span, shift) = (mark.span?, frame.interval);
        let is_outside = span.start() > shift.end() || span.end() < shift.start();
        let only_touches = span.seconds() > 0 && (span.start() == shift.end() || span.end() == shift.start());
        (!is_outside && !only_touches).then(|| Self {
            left: frame.x(span.start()),
            right: frame.x(span.end()),
            from_before: span.start() < shift.start(),
            to_after: span.end() > shift.end(),
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
        if let Some(Extent { left, right, .. }) = Extent::of(frame, mark) {
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

/// The findings of one place, each on the lowest level where it overlaps no other; the short ones nearest to the bar.
pub(super) fn brackets<'m, B: DrawingBackend>(
    pen: &mut Pen<'_, B>,
    frame: &Frame,
    rows: Rows,
    marks: impl Iterator<Item = &'m Mark>,
) -> Drawn {
    let mut marks: Vec<_> = marks.filter_map(|mark| Some((Extent::of(frame, mark)?, mark))).collect();
    marks.sort_by_key(|(extent, mark)| (extent.right - extent.left, extent.left, mark.priority));
    let n_levels = (rows.brackets.bottom - rows.brackets.top) / rows.level;
    let mut levels: Vec<(i32, Vec<Extent>)> = (0..n_levels).map(|level| (level, vec![])).collect();
    // Where all levels are taken, brackets overlap in the highest.
    let highest = levels.len().saturating_sub(1);
    let mut placed = vec![];
    for (extent, mark) in marks {
        let free = levels.iter().position(|(_, taken)| !taken.iter().any(|other| extent.meets(*other)));
        let Some((level, taken)) = levels.get_mut(free.unwrap_or(highest)) else { break };
        taken.push(extent);
        placed.push((rows.brackets.bottom - rows.level * (*level + 1) + 2, extent, mark));
    }
    // The chosen one last, over all others.
    placed.sort_by_key(|&(_, _, mark)| mark.chosen);
    for (y, extent, mark) in placed {
        bracket(pen, rows, extent, mark, y)?;
        if mark.chosen {
            chosen(pen, frame, rows, extent, mark)?;
        }
    }
    Ok(())
}

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
