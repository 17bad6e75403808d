//! Whose colour is whose, and what each had in all buckets together.

use domain::ledger::Owner;
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::{Ledgered, SMALL, part};
use crate::pen::{Area, Drawn, Face, Pen};
use crate::theme::{Token, letters};

/// One line of the key \[px\], and the room an entry needs in it.
const LINE: i32 = 18;
const ENTRY: i32 = 236;

/// The key's place below a plot.
#[derive(Clone, Copy)]
pub(super) struct Key {
    left: i32,
    width: i32,
    top: i32,
    n_columns: i32,
    n_lines: i32,
}

impl Key {
    /// From `left` to the right edge of a drawing so wide, below `top`.
    pub(super) fn new(all: &Ledgered, left: i32, width: i32, top: i32) -> Self {
        let n_columns = ((width - left) / ENTRY).max(1);
        let n_entries = i32::try_from(all.shares.len()).unwrap_or(0);
        Self { left, width, top, n_columns, n_lines: (n_entries + n_columns - 1) / n_columns }
    }

    /// Below its last line.
    pub(super) const fn bottom(self) -> i32 {
        self.top + self.n_lines * LINE
    }

    pub(super) fn draw<B: DrawingBackend>(self, pen: &mut Pen<'_, B>, all: &Ledgered) -> Drawn {
        let entry_width = ((self.width - self.left) / self.n_columns).min(ENTRY + 24);
        for (i, share) in (0..).zip(&all.shares) {
            let (column, line) = (i % self.n_columns, i / self.n_columns);
            let x = self.left + 4 + column * entry_width;
            let y = self.top + line * LINE + LINE / 2;
            let swatch = Area { left: x, right: x + 11, top: y - 6, bottom: y + 5 };
            part(pen, share.owner, swatch)?;
            if share.owner == Owner::Idle {
                pen.frame(Token::Idle, swatch)?;
            }
            pen.text(Face { bold: true, ..SMALL }, HPos::Left, (x + 17, y), letters(share.owner))?;
            pen.text(SMALL, HPos::Left, (x + 46, y), share.owner.label())?;
            let right = if self.n_columns == 1 { self.width - 4 } else { x + entry_width - 28 };
            pen.text(SMALL, HPos::Right, (right, y), &format!("{} h", share.hours))?;
        }
        Ok(())
    }
}
