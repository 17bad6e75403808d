//! Hour of day × day: of the shift time in each hour, the share that was science, or lost, or any owner's.
//!
//! ```text
//!            00 01 02 03 04 05 06 07 …        UTC
//! Sat 03-12  87 91 40  0          ▒▒  …  62 %
//! Sun 03-13  90 88 75 12              …  71 %
//! ```
//!
//! More is darker on paper and by day, brighter in the dark; the number stands in the cell, or on a phone a dot that grows. A cell
//! without shift time stays empty, which is not zero. [`svg`] is the drawing for a page, its cells links; [`draw`] draws on any
//! backend of plotters; the [`sentence`] and the [`table`] say the same.

use domain::decimal::{fixed, hours3};
use domain::time::{DAY_S, Instant, Interval};
use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use crate::ChartError;
use crate::empty::{empty, hatched};
use crate::pen::{Area, Drawn, Face, Pen, shortened};
use crate::period::{self, Bracket, Completeness, LEVEL, Note};
use crate::scale::percent;
use crate::svg::{Door, element_with_doors};
use crate::table::{Cell, Table};
use crate::theme::{Token, Type};
use crate::time_axis::date;
use crate::width::{Width, readable};

/// What there is to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourHeatMap {
    /// What the chart is called, such as `Science by hour, 12 [m]`.
    pub title: String,
    /// What the share is of: `science`, `weather downtime`.
    pub what: String,
    /// The days from top to bottom.
    pub days: Vec<Day>,
    /// Local sidereal time in the middle of each hour of the day the page is about, such as `14`: it gains 4 min a day, so for
    /// a month it is right for one row only.
    pub lst: Option<Vec<String>>,
    /// Notes on any of this time.
    pub notes: Vec<Note>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its first second.
    pub midnight: Instant,
    /// What was in its hours, from 00 on; hours that are missing at the end had no shift time.
    pub hours: Vec<Hour>,
    /// Whether its numbers can still change.
    pub completeness: Completeness,
    /// Whether it is the one the page is about.
    pub chosen: bool,
    /// Where the rows behind the day are.
    pub href: Option<String>,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// Shift time of all shifts and families in it \[s\]; with three families up to 10,800.
    pub shift_s: i64,
    /// The part of it \[s\], 0 to `shift_s`.
    pub part_s: i64,
    /// Where the rows behind the cell are.
    pub href: Option<String>,
}

/// The chart as an `<svg>` element for a page, in the height it needs.
pub fn svg(chart: &HourHeatMap, width: u32) -> Result<String, ChartError> {
    let frame = Frame::new(chart, width)?;
    let size = (width, frame.height.unsigned_abs());
    let description = [sentence(chart), period::said(&chart.notes)].join(" ");
    element_with_doors(size, "hour-heat-map", &chart.title, &description, &doors(&frame), |pen| heat_map(pen, &frame))
}

/// The height the chart needs at this width \[px\].
pub fn height(chart: &HourHeatMap, width: u32) -> Result<u32, ChartError> {
    Ok(Frame::new(chart, width)?.height.unsigned_abs())
}

/// Draws the chart from the upper left corner of the backend, as wide as it is, in the colours that `colour` gives.
pub fn draw<B: DrawingBackend>(
    backend: &mut B,
    colour: impl Fn(Token) -> RGBColor,
    chart: &HourHeatMap,
) -> Result<(), ChartError> {
    let frame = Frame::new(chart, backend.get_size().0)?;
    heat_map(&mut Pen::new(backend, &colour, 1.0), &frame)
}

/// The share of the whole window, and the hours with the most and the least of it.
pub fn sentence(chart: &HourHeatMap) -> String {
    let of_hour = |hour: usize| sums(chart.days.iter().filter_map(|day| day.hours.get(hour)));
    let whole = sums(chart.days.iter().flat_map(|day| &day.hours));
    if whole.shift_s == 0 {
        return "No shift time.".to_owned();
    }
    let mut said = format!("{} of the shift time was {}", percent(whole.part_s, whole.shift_s), chart.what);
    let hours: Vec<_> = (0..HOURS).map(|hour| (hour, of_hour(hour))).filter(|(_, sums)| sums.shift_s > 0).collect();
    // part/shift against part/shift, without dividing.
    let by_share = |a: &&(usize, Sums), b: &&(usize, Sums)| {
        let ((_, a), (_, b)) = (a, b);
        (i128::from(a.part_s) * i128::from(b.shift_s)).cmp(&(i128::from(b.part_s) * i128::from(a.shift_s)))
    };
    if let (Some((least, a)), Some((most, b))) = (hours.iter().min_by(by_share), hours.iter().max_by(by_share)) {
        let [a, b] = [a, b].map(|sums| percent(sums.part_s, sums.shift_s));
        said += &format!("; most of it from {most:02}:00 UTC, {b}, least from {least:02}:00 UTC, {a}");
    }
    said.push('.');
    said
}

/// One row for each day: the share of the day and of its hours; empty where no shift time was.
pub fn table(chart: &HourHeatMap) -> Table {
    let mut head = vec!["Day".to_owned(), format!("{} [%]", chart.what)];
    head.extend((0..HOURS).map(|hour| format!("{hour:02} UTC [%]")));
    let row = |day: &Day| {
        let Sums { part_s, shift_s } = sums(&day.hours);
        let mut cells = vec![Cell::to(day.href.clone(), date(day.midnight)), Cell::new(whole_percent(part_s, shift_s))];
        cells.extend((0..HOURS).map(|hour| {
            let hour = day.hours.get(hour).cloned().unwrap_or_default();
            Cell::to(hour.href.clone().filter(|_| hour.shift_s > 0), whole_percent(hour.part_s, hour.shift_s))
        }));
        cells
    };
    Table { head, rows: chart.days.iter().map(row).collect() }
}

const HOURS: usize = 24;

#[derive(Clone, Copy, Default)]
struct Sums {
    part_s: i64,
    shift_s: i64,
}

fn sums<'h>(hours: impl IntoIterator<Item = &'h Hour>) -> Sums {
    hours.into_iter().fold(Sums::default(), |sum, hour| Sums {
        part_s: sum.part_s + hour.part_s,
        shift_s: sum.shift_s + hour.shift_s,
    })
}

/// `87`; empty when it is a share of nothing.
fn whole_percent(part: i64, whole: i64) -> String {
    fixed(part.saturating_mul(100), whole, 0).unwrap_or_default()
}

/// How many fifths of the whole the part fills, begun ones counted: 0 for nothing, 5 for more than four fifths.
fn fifths(Hour { part_s, shift_s, .. }: &Hour) -> u8 {
    let fifths = (part_s.saturating_mul(5) + shift_s - 1) / (*shift_s).max(1);
    u8::try_from(fifths.clamp(0, 5)).unwrap_or(5)
}

/// Room for `Sat 03-12`, on a phone for `03-12`, and for the share of the day \[px\].
const LABEL: i32 = 84;
const LABEL_NARROW: i32 = 42;
const SHARE: i32 = 54;
const SHARE_NARROW: i32 = 30;
/// A row \[px\]; with more days than this they are low and have no numbers (our own limit).
const ROW: i32 = 22;
const ROW_NARROW: i32 = 18;
const ROW_LOW: i32 = 12;
const MANY: usize = 62;
/// The key below \[px\].
const KEY: i32 = 34;

/// Where everything stands.
struct Frame<'c> {
    chart: &'c HourHeatMap,
    width: i32,
    height: i32,
    is_narrow: bool,
    /// Right of the brackets.
    left: i32,
    /// The cells of all days.
    plot: Area,
    row: i32,
    brackets: Vec<Bracket<'c>>,
    n_notes_left_over: usize,
}

impl<'c> Frame<'c> {
    fn new(chart: &'c HourHeatMap, width: u32) -> Result<Self, ChartError> {
        let Width { px: width, is_narrow } = readable(width)?;
        let row = match (chart.days.len() > MANY, is_narrow) {
            (true, _) => ROW_LOW,
            (false, true) => ROW_NARROW,
            (false, false) => ROW,
        };
        let top = if chart.lst.is_some() { 38 } else { 22 };
        let row_top = |day: usize| top + row * i32::try_from(day).unwrap_or(0);
        let day = |day: &Day| Interval::new(day.midnight, day.midnight.plus(DAY_S));
        let intervals: Vec<_> = chart.days.iter().filter_map(day).collect();
        let (brackets, n_notes_left_over) =
            period::stacked(&chart.notes, &intervals, |first, last| (row_top(first) + 2, row_top(last + 1) - 2));
        let left = period::depth(&brackets);
        let (label, share) = if is_narrow { (LABEL_NARROW, SHARE_NARROW) } else { (LABEL, SHARE) };
        // Whole pixels for each hour; what is left over widens the label.
        let cell = (width - left - label - share) / 24;
        let right = width - share;
        let bottom = if chart.days.is_empty() { top + 60 } else { row_top(chart.days.len()) };
        let plot = Area { left: right - 24 * cell, top, right, bottom };
        let height = if chart.days.is_empty() { bottom + 4 } else { bottom + KEY };
        Ok(Self { chart, width, height, is_narrow, left, plot, row, brackets, n_notes_left_over })
    }

    fn ground(&self, day: usize) -> Area {
        let top = self.plot.top + self.row * i32::try_from(day).unwrap_or(0);
        Area { left: self.left, top, right: self.width, bottom: top + self.row }
    }

    /// The box of a cell with the air around it.
    fn cell(&self, day: usize, hour: usize) -> Area {
        let width = self.plot.width() / 24;
        let left = self.plot.left + width * i32::try_from(hour).unwrap_or(0);
        Area { left, right: left + width, ..self.ground(day) }
    }

    fn bracket_area(&self, bracket: &Bracket<'_>) -> Area {
        let x = self.left - LEVEL * (bracket.level + 1);
        let (first, last) = (self.ground(bracket.first), self.ground(bracket.last));
        Area { left: x, right: x + LEVEL, top: first.top + 2, bottom: last.bottom - 2 }
    }
}

const NAME: Face = Face { size: Type::Small, bold: false, ink: Token::Ink };
const AXIS: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };
const HINT: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };
const TINY: Face = Face { size: Type::Tiny, bold: false, ink: Token::Ink2 };

fn heat_map<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    if frame.chart.days.is_empty() {
        return empty(pen, Area { left: 0, right: frame.width, top: 2, ..frame.plot }, "No day in this window");
    }
    hours_axis(pen, frame)?;
    for (i, day) in frame.chart.days.iter().enumerate() {
        row(pen, frame, i, day)?;
    }
    for bracket in &frame.brackets {
        let area = frame.bracket_area(bracket);
        period::beside(pen, bracket.note, area.left + LEVEL / 2, area.right - 2, (area.top, area.bottom))?;
    }
    if frame.n_notes_left_over > 0 {
        let more = format!("+{} notes", frame.n_notes_left_over);
        pen.text(HINT, HPos::Right, (frame.width - 4, frame.height - 14), &more)?;
    }
    key(pen, frame)
}

/// UTC above the columns, every hour where there is room, else every third; above it sidereal time.
fn hours_axis<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let y = frame.plot.top - 10;
    let every = if frame.plot.width() / 24 >= 20 { 1 } else { 3 };
    pen.text(HINT, HPos::Left, (frame.left + 4, y), "UTC")?;
    for hour in (0..HOURS).step_by(every) {
        let area = frame.cell(0, hour);
        pen.text(AXIS, HPos::Center, ((area.left + area.right) / 2, y), &format!("{hour:02}"))?;
    }
    if let Some(lst) = &frame.chart.lst {
        pen.text(HINT, HPos::Left, (frame.left + 4, y - 16), "LST")?;
        let room = frame.plot.width() / 24 * i32::try_from(every).unwrap_or(1);
        for (hour, text) in lst.iter().enumerate().take(HOURS).step_by(every) {
            let area = frame.cell(0, hour);
            pen.text(HINT, HPos::Center, ((area.left + area.right) / 2, y - 16), &shortened(text, HINT.size, room))?;
        }
    }
    Ok(())
}

fn row<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>, i: usize, day: &Day) -> Drawn {
    let ground = frame.ground(i);
    if day.chosen {
        pen.fill(Token::AccentSoft, ground)?;
        pen.upright(Token::Accent, ground.left, ground.top, ground.bottom, 3)?;
    }
    let date = date(day.midnight);
    let date = date.get(5..).unwrap_or_default();
    let name = if frame.is_narrow { date.to_owned() } else { format!("{} {date}", weekday(day.midnight)) };
    let size = if frame.row < 14 { Type::Tiny } else { NAME.size };
    let face = Face { bold: day.chosen, size, ..NAME };
    pen.text(face, HPos::Left, (ground.left + 8, ground.middle()), &name)?;
    let Sums { part_s, shift_s } = sums(&day.hours);
    let share = whole_percent(part_s, shift_s);
    if !share.is_empty() {
        let share = if frame.is_narrow { share } else { format!("{share} %") };
        pen.text(face, HPos::Right, (frame.width - 6, ground.middle()), &share)?;
    }
    for (hour, of) in day.hours.iter().enumerate().take(HOURS).filter(|(_, of)| of.shift_s > 0) {
        cell(pen, frame.cell(i, hour), of)?;
    }
    let Some(word) = day.completeness.word() else { return Ok(()) };
    // What has not come yet lies after the last hour that is known.
    let known = day.hours.iter().take(HOURS).rposition(|hour| hour.shift_s > 0).map_or(0, |last| last + 1);
    if known == HOURS {
        return Ok(());
    }
    let area = Area { left: frame.cell(i, known).left + 1, right: frame.plot.right, ..ground };
    hatched(pen, Area { top: area.top + 2, bottom: area.bottom - 2, ..area }, word)
}

/// The share as a colour, and for those who do not see it as a number, or a dot that grows.
fn cell<B: DrawingBackend>(pen: &mut Pen<'_, B>, area: Area, hour: &Hour) -> Drawn {
    let fifths = fifths(hour);
    let area = Area { left: area.left, top: area.top + 1, right: area.right - 1, bottom: area.bottom };
    pen.fill(Token::share(fifths), area)?;
    let centre = ((area.left + area.right) / 2, area.middle());
    let number = whole_percent(hour.part_s, hour.shift_s);
    if area.width() >= 22 && area.bottom - area.top >= 14 {
        return pen.text(Face { ink: Token::on_share(fifths), ..TINY }, HPos::Center, centre, &number);
    }
    let side = i32::from(fifths);
    if side == 0 {
        // Shift time of which nothing was: an empty frame, where no shift time is nothing at all.
        return pen.frame(Token::LineStrong, area);
    }
    let (left, top) = (centre.0 - side / 2, centre.1 - side / 2);
    pen.fill(Token::on_share(fifths), Area { left, top, right: left + side, bottom: top + side })
}

/// What the colours mean.
fn key<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    const SWATCH: i32 = 32;
    let y = frame.height - 14;
    let mut left = frame.left + 4;
    for fifths in 0..=5 {
        let area = Area { left, top: y - 8, right: left + SWATCH - 1, bottom: y + 8 };
        pen.fill(Token::share(fifths), area)?;
        let label = if fifths == 0 { "0".to_owned() } else { format!("≤{}", 20 * i32::from(fifths)) };
        let face = Face { ink: Token::on_share(fifths), ..TINY };
        pen.text(face, HPos::Center, ((area.left + area.right) / 2, y), &label)?;
        left += SWATCH;
    }
    let words = if frame.is_narrow { "% of shift time" } else { "% of the shift time; empty: no shift time" };
    pen.text(HINT, HPos::Left, (left + 6, y), words)
}

/// `Sat`
fn weekday(midnight: Instant) -> &'static str {
    // 1970-01-01 was a Thursday.
    const NAMES: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let day = midnight.unix_seconds().div_euclid(DAY_S).rem_euclid(7);
    usize::try_from(day).ok().and_then(|day| NAMES.get(day).copied()).unwrap_or_default()
}

/// Each cell leads to its rows, and where it has none of its own its day does. The tab key stops at days only: a month would
/// be a trap of 700 stops, and the table has a link for every cell, too.
fn doors(frame: &Frame<'_>) -> Vec<Door> {
    let mut doors = vec![];
    for (i, day) in frame.chart.days.iter().enumerate() {
        let Sums { part_s, shift_s } = sums(&day.hours);
        let date = date(day.midnight);
        let standing = day.completeness.word().map_or(String::new(), |word| format!(", {word}"));
        let title =
            format!("{date}: {} of {} h {}{standing}", percent(part_s, shift_s), hours3(shift_s), frame.chart.what);
        let mut of_day =
            Door { href: day.href.clone(), title, areas: vec![(frame.ground(i), String::new())], takes_focus: true };
        let mut cells = vec![];
        for (hour, of) in day.hours.iter().enumerate().take(HOURS).filter(|(_, of)| of.shift_s > 0) {
            let share = percent(of.part_s, of.shift_s);
            let text = format!("{date} {hour:02}:00 UTC: {share} of {} h {}", hours3(of.shift_s), frame.chart.what);
            match &of.href {
                None => of_day.areas.push((frame.cell(i, hour), text)),
                Some(href) => cells.push(Door {
                    href: Some(href.clone()),
                    title: text,
                    areas: vec![(frame.cell(i, hour), String::new())],
                    takes_focus: false,
                }),
            }
        }
        doors.push(of_day);
        doors.append(&mut cells);
    }
    doors.extend(frame.brackets.iter().map(|it| period::door(it.note, frame.bracket_area(it))));
    doors
}
