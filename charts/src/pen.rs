//! The pen: what our charts draw with, on any of plotters' backends.
//!
//! It speaks whole pixels and [`Token`]s. Level and upright lines are filled rectangles, so that they lie on the pixels and stay
//! sharp. Text has a known anchor and is never measured: in the browser plotters measures by putting styled elements into the
//! page, which is slow and which a strict content security policy forbids.

use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

use crate::ChartError;
use crate::theme::{FONT, Token, Type};

/// A rectangle in pixels: left and top are in it, right and bottom are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) right: i32,
    pub(crate) bottom: i32,
}

impl Area {
    pub(crate) const fn width(self) -> i32 {
        self.right - self.left
    }

    pub(crate) const fn middle(self) -> i32 {
        (self.top + self.bottom) / 2
    }
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(crate) struct Face {
    pub(crate) size: Type,
    pub(crate) bold: bool,
    pub(crate) ink: Token,
}

/// Drawn, or why not.
pub(crate) type Drawn = Result<(), ChartError>;

/// The pen on a backend.
pub(crate) struct Pen<'a, B> {
    backend: &'a mut B,
    colour: &'a dyn Fn(Token) -> RGBColor,
    /// What the backend is told instead of 1 px of type.
    px: f64,
}

impl<'a, B: DrawingBackend> Pen<'a, B> {
    pub(crate) const fn new(backend: &'a mut B, colour: &'a dyn Fn(Token) -> RGBColor, px: f64) -> Self {
        Self { backend, colour, px }
    }

    /// Fills the box; an empty one leaves nothing.
    pub(crate) fn fill(&mut self, token: Token, area: Area) -> Drawn {
        if area.width() <= 0 || area.bottom <= area.top {
            return Ok(());
        }
        let style = (self.colour)(token).filled();
        self.backend.draw_rect((area.left, area.top), (area.right, area.bottom), &style, true).map_err(failed)
    }

    /// A level line, its top edge at `y`.
    pub(crate) fn level(&mut self, token: Token, left: i32, right: i32, y: i32, width: i32) -> Drawn {
        self.fill(token, Area { left, top: y, right, bottom: y + width })
    }

    /// An upright line, its left edge at `x`.
    pub(crate) fn upright(&mut self, token: Token, x: i32, top: i32, bottom: i32, width: i32) -> Drawn {
        self.fill(token, Area { left: x, top, right: x + width, bottom })
    }

    /// An upright line of dashes.
    pub(crate) fn dashed(&mut self, token: Token, x: i32, top: i32, bottom: i32) -> Drawn {
        const DASH: i32 = 5;
        const GAP: usize = 3;
        for y in (top..bottom).step_by(DASH as usize + GAP) {
            self.upright(token, x, y, (y + DASH).min(bottom), 1)?;
        }
        Ok(())
    }

    /// A line 1 px wide through the points.
    pub(crate) fn path(&mut self, token: Token, points: &[(i32, i32)]) -> Drawn {
        self.stroke(token, points, 1)
    }

    /// A line through the points.
    pub(crate) fn stroke(&mut self, token: Token, points: &[(i32, i32)], width: u32) -> Drawn {
        let style = ShapeStyle::from((self.colour)(token)).stroke_width(width);
        self.backend.draw_path(points.iter().copied(), &style).map_err(failed)
    }

    /// A filled circle.
    pub(crate) fn dot(&mut self, token: Token, centre: (i32, i32), radius: u32) -> Drawn {
        let style = (self.colour)(token).filled();
        self.backend.draw_circle(centre, radius, &style, true).map_err(failed)
    }

    /// The outline of a box, 1 px wide and inside it.
    pub(crate) fn frame(&mut self, token: Token, Area { left, top, right, bottom }: Area) -> Drawn {
        self.level(token, left, right, top, 1)?;
        self.level(token, left, right, bottom - 1, 1)?;
        self.upright(token, left, top, bottom, 1)?;
        self.upright(token, right - 1, top, bottom, 1)
    }

    /// A filled shape.
    pub(crate) fn shape(&mut self, token: Token, corners: &[(i32, i32)]) -> Drawn {
        let style = (self.colour)(token).filled();
        self.backend.fill_polygon(corners.iter().copied(), &style).map_err(failed)
    }

    /// Hatches the box with lines that fall to the right, `every` px apart: something is not known. Those of [`Pen::hatch`] rise.
    pub(crate) fn hatch_unknown(&mut self, token: Token, area: Area, every: i32) -> Drawn {
        let mirrored = |(x, y): (i32, i32)| (area.left + area.right - 1 - x, y);
        let points: Vec<_> = hatching(area, every).into_iter().map(mirrored).collect();
        if points.is_empty() { Ok(()) } else { self.path(token, &points) }
    }

    /// Hatches the box with slanted lines, `every` px apart. It is one line that goes up a slant, along the top edge, down the
    /// next slant and along the bottom edge: one element in the drawing, however wide the box.
    pub(crate) fn hatch(&mut self, token: Token, area: Area, every: i32) -> Drawn {
        let points = hatching(area, every);
        if points.is_empty() { Ok(()) } else { self.path(token, &points) }
    }

    /// Text with its left end, middle or right end at `x`, the middle of its capitals at `y`; [`plain`], whoever wrote it.
    pub(crate) fn text(&mut self, face: Face, at: HPos, (x, y): (i32, i32), text: &str) -> Drawn {
        let text = plain(text);
        if text.is_empty() {
            return Ok(());
        }
        let style = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::Name(FONT), f64::from(face.size.px()) * self.px, style);
        let colour = (self.colour)(face.ink);
        // Backends centre on small letters; figures and capitals stand some 1 px higher.
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(at, VPos::Center));
        self.backend.draw_text(&text, &style, (x, y + 1)).map_err(failed)
    }
}

/// The corners of the line that hatches a box; none when it has no room.
fn hatching(area: Area, every: i32) -> Vec<(i32, i32)> {
    let height = area.bottom - area.top - 1;
    let mut points = vec![];
    if area.width() <= 1 || height <= 0 || every <= 0 {
        return points;
    }
    // The slant rises 1 in 1, cut where it meets the sides.
    let last = area.right - 1;
    let mut foot = area.left - height;
    let mut upwards = true;
    while foot < last {
        let low_left = foot.max(area.left);
        let high_right = (foot + height).min(last);
        let low = (low_left, area.bottom - 1 - (low_left - foot));
        let high = (high_right, area.bottom - 1 - (high_right - foot));
        points.extend(if upwards { [low, high] } else { [high, low] });
        upwards = !upwards;
        foot += every;
    }
    points
}

/// Why the backend could not draw.
pub(crate) fn failed(why: impl std::fmt::Display) -> ChartError {
    ChartError::Backend(why.to_string())
}

/// The room a text may take \[px\], estimated generously: most letters of a system font are narrower than 0.62 of their size,
/// those of East Asian scripts and pictures are as wide as high.
pub(crate) fn room_for(text: &str, size: Type) -> i32 {
    text.chars().map(hundredths).sum::<i32>() * i32::try_from(size.px()).unwrap_or(i32::MAX) / 100
}

const fn hundredths(c: char) -> i32 {
    if (c as u32) < 0x1100 { 62 } else { 105 }
}

/// The text as it may stand in a drawing, in at most `room` px: shortened with `…`, empty when not five letters would be left.
///
/// Control characters become blanks; marks that turn the direction of writing and what XML cannot hold are left out, so that a
/// label cannot rearrange what stands around it.
pub(crate) fn shortened(text: &str, size: Type, room: i32) -> String {
    let plain = plain(text);
    if room_for(&plain, size) <= room {
        return plain;
    }
    let mut short = String::new();
    for c in plain.chars() {
        short.push(c);
        if room_for(&short, size) + room_for("…", size) > room {
            short.pop();
            break;
        }
    }
    let short = short.trim_end();
    if short.chars().count() < 5 { String::new() } else { format!("{short}…") }
}

/// The text without what could disturb a drawing: one line, no marks of direction, nothing XML cannot hold.
pub(crate) fn plain(text: &str) -> String {
    let is_unseen = |c: char| {
        matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
            || matches!(c, '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}')
    };
    let text: String = text
        .chars()
        .filter(|&c| !is_unseen(c))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    text.trim().to_owned()
}
