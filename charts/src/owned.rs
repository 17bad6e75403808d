//! Time in its owner's colour, the same in every chart.

use domain::ledger::Owner;
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use crate::pen::{Area, Drawn, Face, Pen, room_for};
use crate::theme::{Token, Type, letters};

/// Fills the box as its owner's: idle hatched, because what happened is missing; handover an outline; all others filled.
pub(crate) fn owned<B: DrawingBackend>(pen: &mut Pen<'_, B>, owner: Owner, area: Area) -> Drawn {
    match owner {
        Owner::Idle => nobody(pen, area),
        Owner::Handover => handover(pen, area),
        _ => pen.fill(Token::owner(owner), area),
    }
}

fn nobody<B: DrawingBackend>(pen: &mut Pen<'_, B>, area: Area) -> Drawn {
    pen.fill(Token::Surface, area)?;
    pen.level(Token::Idle, area.left, area.right, area.top, 1)?;
    pen.level(Token::Idle, area.left, area.right, area.bottom - 1, 1)?;
    pen.hatch(Token::Idle, area, 9)
}

fn handover<B: DrawingBackend>(pen: &mut Pen<'_, B>, area: Area) -> Drawn {
    pen.fill(Token::Handover, area)?;
    let inside = Area { left: area.left + 1, top: area.top + 1, right: area.right - 1, bottom: area.bottom - 1 };
    pen.fill(Token::Sunken, inside)?;
    let face = Face { size: Type::Tiny, bold: true, ink: Token::Ink2 };
    let words = letters(Owner::Handover);
    if area.width() >= room_for(words, face.size) + 4 && area.bottom - area.top >= 12 {
        pen.text(face, HPos::Center, ((area.left + area.right) / 2, area.middle()), words)?;
    }
    Ok(())
}
