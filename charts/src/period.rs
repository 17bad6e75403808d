//! A stretch of time that a chart sets beside others: whether its numbers can still change, and which notes are on it.

use domain::time::{Interval, Span};
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use crate::pen::{Area, Drawn, Face, Pen, room_for};
use crate::svg::Door;
use crate::theme::{Token, Type};

/// Whether the numbers of a period can still change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completeness {
    /// It is over and all of it is in the log.
    #[default]
    Complete,
    /// It is not over: elapsed time counts.
    Running,
    /// It is over, but the log of it has not come in yet.
    Late,
}

impl Completeness {
    /// What is written on it; nothing when it is complete.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Complete => None,
            Self::Running => Some("running"),
            Self::Late => Some("data late"),
        }
    }
}

/// A note on a range of time. Charts show where it lies and its number; the page lists number and text beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its number in the page's list.
    pub number: u32,
    /// What somebody wrote.
    pub text: String,
    /// The time it is about.
    pub span: Span,
    /// Where it is read in full.
    pub href: Option<String>,
}

/// A note over the periods it covers, `first` to `last`, on a level of its own; level 0 is next to the plot.
pub(crate) struct Bracket<'n> {
    pub(crate) note: &'n Note,
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) level: i32,
}

/// The most levels of brackets; notes that find no room are counted beside them (our own limit).
const LEVELS: i32 = 3;
/// One level of brackets \[px\], across the line of time.
pub(crate) const LEVEL: i32 = 16;

const NUMBER: Face = Face { size: Type::Tiny, bold: true, ink: Token::Ink2 };

/// The brackets of the notes that cover any of the periods, and how many notes no level was left for.
///
/// `ends` gives the pixels of the first and last period along the line of time.
pub(crate) fn stacked<'n>(
    notes: &'n [Note],
    periods: &[Interval],
    ends: impl Fn(usize, usize) -> (i32, i32),
) -> (Vec<Bracket<'n>>, usize) {
    let mut placed: Vec<(Bracket<'n>, i32)> = vec![];
    let mut ordered: Vec<_> = notes.iter().filter_map(|note| Some((covered(note.span, periods)?, note))).collect();
    ordered.sort_by_key(|&((first, last), note)| (first, std::cmp::Reverse(last), note.number));
    let n_notes = ordered.len();
    for ((first, last), note) in ordered {
        let (start, end) = ends(first, last);
        let level = (0..LEVELS)
            .find(|&level| !placed.iter().any(|(other, other_end)| other.level == level && start < *other_end + 2));
        if let Some(level) = level {
            let end = end.max(start + room_for(&note.number.to_string(), NUMBER.size) + 12);
            placed.push((Bracket { note, first, last, level }, end));
        }
    }
    let n_left_over = n_notes - placed.len();
    (placed.into_iter().map(|(bracket, _)| bracket).collect(), n_left_over)
}

/// How much room the brackets need across the line of time \[px\].
pub(crate) fn depth(brackets: &[Bracket<'_>]) -> i32 {
    brackets.iter().map(|bracket| (bracket.level + 1) * LEVEL).max().unwrap_or(0)
}

/// The first and the last period a note covers; a note on an instant covers the period that holds it.
fn covered(span: Span, periods: &[Interval]) -> Option<(usize, usize)> {
    let is_covered =
        |period: &Interval| period.holds(span.start()) || (span.start() < period.end() && period.start() < span.end());
    Some((periods.iter().position(is_covered)?, periods.iter().rposition(is_covered)?))
}

/// A bracket above the periods from `left` to `right`, its line at `y`, its feet down to `foot`, its number in the line.
pub(crate) fn above<B: DrawingBackend>(
    pen: &mut Pen<'_, B>,
    note: &Note,
    (left, right): (i32, i32),
    y: i32,
    foot: i32,
) -> Drawn {
    let right = right.max(left + 2);
    pen.level(Token::LineStrong, left, right, y, 1)?;
    pen.upright(Token::LineStrong, left, y, foot, 1)?;
    pen.upright(Token::LineStrong, right - 1, y, foot, 1)?;
    let number = note.number.to_string();
    let half = room_for(&number, NUMBER.size) / 2 + 2;
    // A bracket narrower than its number has it to its right.
    let middle = if right - left >= 2 * half + 6 { (left + right) / 2 } else { right + half + 1 };
    pen.fill(Token::Surface, Area { left: middle - half, right: middle + half, top: y - 5, bottom: y + 6 })?;
    pen.text(NUMBER, HPos::Center, (middle, y), &number)
}

/// A bracket beside the periods from `top` to `bottom`, its line at `x`, its feet to the right up to `foot`.
pub(crate) fn beside<B: DrawingBackend>(
    pen: &mut Pen<'_, B>,
    note: &Note,
    x: i32,
    foot: i32,
    (top, bottom): (i32, i32),
) -> Drawn {
    pen.upright(Token::LineStrong, x, top, bottom, 1)?;
    pen.level(Token::LineStrong, x, foot, top, 1)?;
    pen.level(Token::LineStrong, x, foot, bottom - 1, 1)?;
    let middle = (top + bottom) / 2;
    let number = note.number.to_string();
    let half = room_for(&number, NUMBER.size) / 2 + 1;
    pen.fill(Token::Surface, Area { left: x - half, right: x + half + 1, top: middle - 6, bottom: middle + 6 })?;
    pen.text(NUMBER, HPos::Center, (x, middle), &number)
}

/// What a note says on hover, and where it leads.
pub(crate) fn door(note: &Note, area: Area) -> Door {
    Door {
        href: note.href.clone(),
        title: format!("Note {}: {}", note.number, note.text),
        areas: vec![(area, String::new())],
        takes_focus: true,
    }
}

/// The notes in words, for those who do not see the brackets.
pub(crate) fn said(notes: &[Note]) -> String {
    let one = |note: &Note| {
        let (start, end) = (note.span.start().for_people(), note.span.end().for_people());
        format!("Note {}, {start} to {end} UTC: {}", note.number, note.text)
    };
    notes.iter().map(one).collect::<Vec<_>>().join(" ")
}
