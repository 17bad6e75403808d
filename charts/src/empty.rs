//! What is not there or not known yet: hatched and named, never left to be taken for zero. Its hatching falls to the right; that of
//! idle time, of which it is known that nobody had it, rises.

use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use crate::pen::{Area, Drawn, Face, Pen, room_for, shortened};
use crate::theme::{Token, Type};

const WORDS: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };

/// A plot without anything in it says so.
pub(crate) fn empty<B: DrawingBackend>(pen: &mut Pen<'_, B>, area: Area, words: &str) -> Drawn {
    pen.frame(Token::Line, area)?;
    hatched(pen, area, words)
}

/// Hatched, with its words on a quiet ground in the middle; without them where they do not fit.
pub(crate) fn hatched<B: DrawingBackend>(pen: &mut Pen<'_, B>, area: Area, words: &str) -> Drawn {
    pen.hatch_unknown(Token::LineStrong, area, 7)?;
    let words = shortened(words, WORDS.size, area.width() - 4);
    if words.is_empty() || area.bottom - area.top < 11 {
        return Ok(());
    }
    let (middle, half) = ((area.left + area.right) / 2, room_for(&words, WORDS.size) / 2 + 1);
    let (top, bottom) = ((area.middle() - 8).max(area.top), (area.middle() + 8).min(area.bottom));
    pen.fill(Token::Surface, Area { left: middle - half, right: middle + half, top, bottom })?;
    pen.text(WORDS, HPos::Center, (middle, area.middle()), &words)
}
