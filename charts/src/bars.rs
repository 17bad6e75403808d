//! Level bars of hours, one under the other from a common zero, with their figures in columns at the right.
//!
//! ```text
//!                       0      2      4     hours     n
//!  Failed execution gap ██████████████      4.512    12
//!  End shift            ████                1.204    31
//!  Total                                    5.716    43
//! ```

use domain::decimal::hours3;
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use crate::ChartError;
use crate::empty::empty;
use crate::pen::{Area, Drawn, Face, Pen, room_for, shortened};
use crate::scale::{Scale, TENTH_H, hours_at, round_step};
use crate::svg::{Door, element_with_doors};
use crate::theme::{Token, Type};
use crate::width::{Width, readable};

/// One bar.
pub(crate) struct Bar {
    pub(crate) label: String,
    /// Its length \[s\]; less than nothing is drawn as nothing.
    pub(crate) seconds: i64,
    /// It stands for what the log does not say.
    pub(crate) is_missing: bool,
    /// As many as there are columns.
    pub(crate) figures: Vec<String>,
    /// What it says on hover and as a link.
    pub(crate) title: String,
    pub(crate) href: Option<String>,
}

/// A column of figures.
pub(crate) struct Column {
    pub(crate) head: &'static str,
    /// Its width \[px\].
    pub(crate) room: i32,
}

/// What there is to draw.
pub(crate) struct Bars<'a> {
    /// Its class in the page.
    pub(crate) kind: &'static str,
    pub(crate) title: &'a str,
    pub(crate) sentence: String,
    pub(crate) columns: &'static [Column],
    pub(crate) bars: Vec<Bar>,
    /// The figures of the last line.
    pub(crate) totals: Vec<String>,
    /// Room for a label \[px\]; where it would leave too little for the bars, labels stand above them instead.
    pub(crate) label_room: i32,
    /// What is written when there is no bar.
    pub(crate) nothing: &'static str,
}

/// The height of the strip of heads \[px\].
const HEAD: i32 = 20;
/// A bar beside its label and one below it \[px\].
const BESIDE: i32 = 22;
const BELOW: i32 = 34;
/// An axis below the bars \[px\].
const AXIS: i32 = 20;
/// The line of totals \[px\].
const TOTAL: i32 = 24;
const NOTHING: i32 = 60;

const LABEL: Face = Face { size: Type::Text, bold: false, ink: Token::Ink };
const SUM: Face = Face { size: Type::Text, bold: true, ink: Token::Ink };
const HEADS: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };
const TICKS: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };

/// Where everything stands.
struct Frame {
    width: i32,
    height: i32,
    /// Labels and figures stand above their bars.
    is_stacked: bool,
    hours: Scale,
}

impl Bars<'_> {
    pub(crate) fn svg(&self, width: u32) -> Result<String, ChartError> {
        let frame = self.frame(width)?;
        let size = (width, frame.height.unsigned_abs());
        let doors = self.doors(&frame);
        element_with_doors(size, self.kind, self.title, &self.sentence, &doors, |pen| self.drawn(pen, &frame))
    }

    pub(crate) fn height(&self, width: u32) -> Result<u32, ChartError> {
        Ok(self.frame(width)?.height.unsigned_abs())
    }

    pub(crate) fn draw<B: DrawingBackend>(&self, pen: &mut Pen<'_, B>, width: u32) -> Drawn {
        let frame = self.frame(width)?;
        self.drawn(pen, &frame)
    }

    fn frame(&self, width: u32) -> Result<Frame, ChartError> {
        let Width { px: width, .. } = readable(width)?;
        let figures = self.columns.iter().map(|column| column.room).sum::<i32>();
        // A quarter of the drawing for the bars, or they are put below.
        let is_stacked = 4 * (width - self.label_room - figures) < width;
        let (start, end) = if is_stacked { (4, width - 28) } else { (self.label_room, width - figures - 16) };
        let longest = self.bars.iter().map(|bar| bar.seconds).max().unwrap_or(0).max(1);
        let lines = i32::try_from(self.bars.len()).unwrap_or(0);
        let height = match (self.bars.is_empty(), is_stacked) {
            (true, _) => NOTHING,
            (false, false) => HEAD + lines * BESIDE + TOTAL,
            (false, true) => HEAD + lines * BELOW + AXIS + TOTAL,
        };
        Ok(Frame { width, height, is_stacked, hours: Scale { from: 0, to: longest, start, end } })
    }

    fn drawn<B: DrawingBackend>(&self, pen: &mut Pen<'_, B>, frame: &Frame) -> Drawn {
        if self.bars.is_empty() {
            let area = Area { left: 0, top: 2, right: frame.width, bottom: NOTHING - 4 };
            return empty(pen, area, self.nothing);
        }
        self.axis(pen, frame)?;
        let heads: Vec<_> = self.columns.iter().map(|column| column.head).collect();
        self.figures(pen, frame, HEADS, HEAD / 2, &heads)?;
        for (row, bar) in (0..).zip(&self.bars) {
            self.bar(pen, frame, row, bar)?;
        }
        let top = frame.height - TOTAL;
        pen.level(Token::Line, 0, frame.width, top, 1)?;
        pen.text(SUM, HPos::Left, (4, top + TOTAL / 2), "Total")?;
        let totals: Vec<_> = self.totals.iter().map(String::as_str).collect();
        self.figures(pen, frame, SUM, top + TOTAL / 2, &totals)
    }

    /// The ground of a bar's line.
    fn ground(frame: &Frame, row: i32) -> Area {
        let pitch = if frame.is_stacked { BELOW } else { BESIDE };
        let top = HEAD + row * pitch;
        Area { left: 0, top, right: frame.width, bottom: top + pitch }
    }

    fn axis<B: DrawingBackend>(&self, pen: &mut Pen<'_, B>, frame: &Frame) -> Drawn {
        let hours = frame.hours;
        let rows = i32::try_from(self.bars.len()).unwrap_or(0);
        let bottom = Self::ground(frame, rows).top;
        let y = if frame.is_stacked { bottom + AXIS / 2 + 2 } else { HEAD / 2 };
        let mut free_from = 0;
        for tick in hours.ticks(round_step(hours.to, (hours.end - hours.start) / 48, TENTH_H)) {
            let x = hours.px(tick);
            if frame.is_stacked {
                // The grid would cross labels and figures.
                pen.upright(Token::LineStrong, x, bottom, bottom + 3, 1)?;
            } else {
                pen.upright(Token::Grid, x, HEAD, bottom, 1)?;
            }
            let label = if tick == 0 { "0 h".to_owned() } else { hours_at(tick) };
            let half = room_for(&label, TICKS.size) / 2;
            let x = x.max(half);
            if x - half >= free_from && x + half <= hours.end + 24 {
                pen.text(TICKS, HPos::Center, (x, y), &label)?;
                free_from = x + half + 6;
            }
        }
        // Left of zero, so that it hides nothing of a bar.
        pen.upright(Token::LineStrong, hours.start - 1, HEAD, bottom, 1)
    }

    fn bar<B: DrawingBackend>(&self, pen: &mut Pen<'_, B>, frame: &Frame, row: i32, bar: &Bar) -> Drawn {
        let Area { top, bottom, .. } = Self::ground(frame, row);
        let figures: i32 = self.columns.iter().map(|column| column.room).sum();
        let (text_y, room) = if frame.is_stacked {
            (top + 10, frame.width - figures - 12)
        } else {
            (top + BESIDE / 2, self.label_room - 12)
        };
        let ink = if bar.is_missing { Token::Ink2 } else { Token::Ink };
        let size = if frame.is_stacked { Type::Small } else { LABEL.size };
        let label = shortened(&bar.label, size, room);
        let left = if frame.is_stacked { frame.hours.start + 5 } else { 4 };
        pen.text(Face { ink, size, ..LABEL }, HPos::Left, (left, text_y), &label)?;
        let texts: Vec<_> = bar.figures.iter().map(String::as_str).collect();
        self.figures(pen, frame, LABEL, text_y, &texts)?;

        let (top, bottom) = if frame.is_stacked { (top + 19, bottom - 5) } else { (top + 5, bottom - 5) };
        let area = Area { left: frame.hours.start, top, right: frame.hours.px(bar.seconds), bottom };
        // What lasts any time is seen.
        let area = if bar.seconds > 0 { Area { right: area.right.max(area.left + 1), ..area } } else { area };
        if bar.is_missing {
            pen.hatch_unknown(Token::LineStrong, area, 6)?;
            return if area.width() > 2 { pen.frame(Token::LineStrong, area) } else { Ok(()) };
        }
        pen.fill(Token::Share4, area)
    }

    fn figures<B: DrawingBackend>(
        &self,
        pen: &mut Pen<'_, B>,
        frame: &Frame,
        face: Face,
        y: i32,
        texts: &[&str],
    ) -> Drawn {
        let mut right = frame.width - 4;
        for (column, text) in self.columns.iter().zip(texts).rev() {
            pen.text(face, HPos::Right, (right, y), text)?;
            right -= column.room;
        }
        Ok(())
    }

    fn doors(&self, frame: &Frame) -> Vec<Door> {
        let one = |(row, bar): (i32, &Bar)| Door {
            href: bar.href.clone(),
            title: bar.title.clone(),
            areas: vec![(Self::ground(frame, row), String::new())],
            takes_focus: true,
        };
        (0..).zip(&self.bars).map(one).collect()
    }
}

/// The figure of a sum, which the figures of its parts add up to.
pub(crate) fn total_h(seconds: impl Iterator<Item = i64>) -> String {
    hours3(seconds.sum())
}
