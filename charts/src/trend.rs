//! One number over the last weeks, before the noise band of the year before: is this week unusual?
//!
//! ```text
//!  %      ┌──── 1 ────┐
//!  60 ┤ ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
//!  40 ┤ ▒▒▒●──●▒▒▒▒▒●──●──●▒▒▒▒▒▒▒▒
//!  20 ┤       ╲╱╱╱╱        ╲──◉──○ 31.2      ╱╱╱╱ n/a: nothing to divide by
//!       W01 W02 W03 W04 W05 W06 W07
//! ```
//!
//! [`svg`] is the drawing for a page, each week a link to its rows; [`draw`] draws on any backend of plotters; [`week_at`] is what
//! the pointer needs; the [`sentence`] and the [`table`] say the same.

mod usual;

use domain::decimal::{fixed, shortest};
use domain::efficiency::Unit;
use domain::time::Interval;
use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

pub use usual::{Usual, usual};

use crate::ChartError;
use crate::empty::{empty, hatched};
use crate::pen::{Area, Drawn, Face, Pen, room_for};
use crate::period::{self, Bracket, Completeness, LEVEL, Note};
use crate::scale::{Scale, round_step};
use crate::svg::{Door, element_with_doors};
use crate::table::{Cell, Table};
use crate::theme::{Token, Type};
use crate::width::{Width, readable};

/// What there is to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// What the chart is called: the number's name.
    pub title: String,
    /// The number's unit.
    pub unit: Unit,
    /// All weeks there are, the oldest first, without holes: those before the drawn ones make the band.
    pub weeks: Vec<Week>,
    /// How many of the last are drawn.
    pub n_drawn: usize,
    /// Notes on any of this time.
    pub notes: Vec<Note>,
}

/// One point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its name: `W10`.
    pub label: String,
    /// Its time, for the year below the axis and to know which notes are on it.
    pub interval: Interval,
    /// Its number in thousandths of the unit, rounded as it is printed; `None`, a gap, where nothing is there to divide by.
    pub value: Option<i64>,
    /// Whether the number can still change.
    pub completeness: Completeness,
    /// Whether it is the one the page is about.
    pub chosen: bool,
    /// Where the rows behind it are.
    pub href: Option<String>,
}

/// The chart as an `<svg>` element for a page, in the height it needs.
pub fn svg(chart: &Trend, width: u32) -> Result<String, ChartError> {
    let frame = Frame::new(chart, width)?;
    let size = (width, frame.height.unsigned_abs());
    let description = [sentence(chart), period::said(&chart.notes)].join(" ");
    element_with_doors(size, "trend", &chart.title, &description, &doors(&frame), |pen| trend(pen, &frame))
}

/// The height the chart needs at this width \[px\].
pub fn height(chart: &Trend, width: u32) -> Result<u32, ChartError> {
    Ok(Frame::new(chart, width)?.height.unsigned_abs())
}

/// Draws the chart from the upper left corner of the backend, as wide as it is, in the colours that `colour` gives.
pub fn draw<B: DrawingBackend>(
    backend: &mut B,
    colour: impl Fn(Token) -> RGBColor,
    chart: &Trend,
) -> Result<(), ChartError> {
    let frame = Frame::new(chart, backend.get_size().0)?;
    trend(&mut Pen::new(backend, &colour, 1.0), &frame)
}

/// The week under the pointer at `x` \[px from the left of the drawing\]; `None` beside the plot.
pub fn week_at(x: f64, chart: &Trend, width: u32) -> Option<&Week> {
    let plot = plot_area(readable(width).ok()?);
    let drawn = chart.drawn();
    let share = (x - f64::from(plot.0)) / f64::from(plot.1 - plot.0);
    if !(0.0..1.0).contains(&share) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the number of weeks")]
    drawn.get((share * drawn.len() as f64) as usize)
}

/// The week the chart is about, how it stands to the usual, and the extremes of what is drawn.
pub fn sentence(chart: &Trend) -> String {
    let drawn = chart.drawn();
    let numbers: Vec<_> = drawn.iter().filter_map(|week| Some((week.value?, week))).collect();
    let Some(last) = chart.judged() else { return format!("{}: no week yet.", chart.title) };
    let text = |week: &Week| with_unit(chart.unit, week.value);
    let standing = last.completeness.word().map_or(String::new(), |word| format!(", {word}"));
    let mut said = format!("{}: {} {} {}{standing}", chart.title, year(last), last.label, text(last));
    match (usual(chart), last.value) {
        (Some(usual), Some(value)) => {
            let place = match value {
                _ if value < usual.low => "below",
                _ if value > usual.high => "above",
                _ => "within",
            };
            said += &format!(", {place} the usual {}.", usual.range(chart.unit));
        }
        _ => said += ".",
    }
    let lowest = numbers.iter().min_by_key(|(value, _)| *value);
    let highest = numbers.iter().max_by_key(|(value, _)| *value);
    if let (Some((_, low)), Some((_, high))) = (lowest, highest) {
        let [from, to] = [low, high].map(|week| format!("{} in {} {}", text(week), year(week), week.label));
        said += &format!(" Of {} weeks the lowest is {from}, the highest {to}.", drawn.len());
    }
    let n_gaps = drawn.len() - numbers.len();
    if n_gaps > 0 {
        said += &format!(" {n_gaps} without a number.");
    }
    said
}

/// One row for each drawn week.
pub fn table(chart: &Trend) -> Table {
    let number = match unit(chart.unit) {
        "" => chart.title.clone(),
        unit if chart.title.contains(unit) => chart.title.clone(),
        unit => format!("{} [{unit}]", chart.title),
    };
    let head = vec!["Week".to_owned(), number, "Standing".to_owned()];
    let row = |week: &Week| {
        let text = spelled(chart.unit, week.value);
        let name = format!("{} {}", year(week), week.label);
        let standing = week.completeness.word().unwrap_or("complete");
        vec![Cell::to(week.href.clone(), name), Cell::new(text), Cell::new(standing.to_owned())]
    };
    Table { head, rows: chart.drawn().iter().map(row).collect() }
}

const NO_NUMBER: &str = "n/a";

impl Trend {
    fn drawn(&self) -> &[Week] {
        &self.weeks[self.weeks.len() - self.n_drawn.min(self.weeks.len())..]
    }

    /// The chosen week; without one the last that is complete, or else the last.
    fn judged(&self) -> Option<&Week> {
        let chosen = self.weeks.iter().rfind(|week| week.chosen);
        let complete = || self.weeks.iter().rfind(|week| week.completeness == Completeness::Complete);
        chosen.or_else(complete).or(self.weeks.last())
    }
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Hours => "h",
        Unit::Percent => "%",
        Unit::Fraction => "",
    }
}

/// Thousandths as the pages print them: hours with all decimals, rates without the zeros at the end.
fn spelled(of: Unit, thousandths: Option<i64>) -> String {
    let spelled = |thousandths| match of {
        Unit::Hours => fixed(thousandths, 1_000, 3),
        Unit::Percent | Unit::Fraction => shortest(thousandths, 1_000, 3),
    };
    thousandths.and_then(spelled).unwrap_or_else(|| NO_NUMBER.to_owned())
}

fn with_unit(of: Unit, thousandths: Option<i64>) -> String {
    let number = spelled(of, thousandths);
    match unit(of) {
        unit if !unit.is_empty() && thousandths.is_some() => format!("{number} {unit}"),
        _ => number,
    }
}

/// Thousandths as a number with at most `places` decimals.
fn decimal(thousandths: i64, places: u32) -> String {
    shortest(thousandths, 1_000, places).unwrap_or_default()
}

/// The year most of a week lies in, which is the year of its number (ISO 8601); right for days and months, too.
fn year(week: &Week) -> String {
    let middle = week.interval.start().plus(week.interval.seconds() / 2);
    middle.for_people().chars().take(4).collect()
}

/// Room for the numbers of the axis, and for the last value right of its point \[px\].
const LEFT: i32 = 46;
const RIGHT: i32 = 58;
/// The height of the plot \[px\].
const PLOT_WIDE: i32 = 168;
const PLOT_NARROW: i32 = 136;
/// The unit above the axis; the labels, the years and the words on the band below \[px\].
const TOP: i32 = 20;
const BOTTOM: i32 = 58;
/// From here on a week has a point of its own and a link; narrower ones are a line alone, and [`week_at`] finds them \[px\].
const POINT: i32 = 6;

const fn plot_area(Width { px, .. }: Width) -> (i32, i32) {
    (LEFT, px - RIGHT)
}

/// Where everything stands.
struct Frame<'c> {
    chart: &'c Trend,
    weeks: &'c [Week],
    width: i32,
    height: i32,
    is_narrow: bool,
    plot: Area,
    values: Scale,
    step: i64,
    usual: Option<Usual>,
    brackets: Vec<Bracket<'c>>,
    n_notes_left_over: usize,
}

impl<'c> Frame<'c> {
    fn new(chart: &'c Trend, width: u32) -> Result<Self, ChartError> {
        let width = readable(width)?;
        let weeks = chart.drawn();
        let (left, right) = plot_area(width);
        let n = weeks.len();
        let intervals: Vec<_> = weeks.iter().map(|week| week.interval).collect();
        let (brackets, n_notes_left_over) = period::stacked(&chart.notes, &intervals, |first, last| {
            (column(left, right, n, first).0, column(left, right, n, last).1)
        });
        let top = TOP + period::depth(&brackets);
        let bottom = top + if width.is_narrow { PLOT_NARROW } else { PLOT_WIDE };
        let plot = Area { left, top, right, bottom };
        let usual = usual(chart);
        let (values, step) = value_scale(weeks, usual, plot);
        Ok(Self {
            chart,
            weeks,
            width: width.px,
            height: bottom + BOTTOM,
            is_narrow: width.is_narrow,
            plot,
            values,
            step,
            usual,
            brackets,
            n_notes_left_over,
        })
    }

    /// The pixels of a week.
    fn column(&self, week: usize) -> (i32, i32) {
        column(self.plot.left, self.plot.right, self.weeks.len(), week)
    }

    /// Where a week's number stands; `None` in a gap.
    fn point(&self, week: usize) -> Option<(i32, i32)> {
        let value = self.weeks.get(week)?.value?;
        let (left, right) = self.column(week);
        Some(((left + right) / 2, self.values.px(value)))
    }

    fn has_points(&self) -> bool {
        self.plot.width() >= POINT * i32::try_from(self.weeks.len()).unwrap_or(i32::MAX)
    }

    /// The bracket's line and what it spans.
    fn bracket_area(&self, bracket: &Bracket<'_>) -> Area {
        let bottom = self.plot.top - LEVEL * bracket.level;
        let (left, right) = (self.column(bracket.first).0, self.column(bracket.last).1);
        Area { left, top: bottom - LEVEL, right, bottom }
    }
}

/// The pixels from `left` to `right`, shared out to `n` weeks.
fn column(left: i32, right: i32, n: usize, week: usize) -> (i32, i32) {
    let edge = |week: usize| {
        let offset = i64::from(right - left) * i64::try_from(week).unwrap_or(0) / i64::try_from(n.max(1)).unwrap_or(1);
        left + i32::try_from(offset).unwrap_or(0)
    };
    (edge(week), edge(week + 1))
}

/// From the numbers to pixels, with round ends, and the step of the axis.
///
/// It begins at zero, unless all numbers and the band lie in the upper half of what they reach: a line is read by its place,
/// not its length. It spans at least a quarter of what they reach, or noise would look like news.
fn value_scale(weeks: &[Week], usual: Option<Usual>, plot: Area) -> (Scale, i64) {
    let numbers = weeks.iter().filter_map(|week| week.value);
    let band = usual.into_iter().flat_map(|usual| [usual.low, usual.high]);
    let (mut least, mut most) = (i64::MAX, i64::MIN);
    for value in numbers.chain(band) {
        (least, most) = (least.min(value), most.max(value));
    }
    if least > most {
        (least, most) = (0, 1_000);
    }
    if least >= 0 && least <= most / 2 {
        least = 0;
    } else if least >= 0 {
        least = least.min(most - most / 4);
    }
    most = most.max(0);
    let step = round_step((most - least).max(1), (plot.bottom - plot.top) / 34, 1);
    let mut from = least.div_euclid(step) * step;
    // Room for the label of the lowest.
    if from > 0 && least - from < step / 2 {
        from -= step;
    }
    let to = -((-most).div_euclid(step)) * step;
    (Scale { from, to: to.max(from + step), start: plot.bottom, end: plot.top }, step)
}

const AXIS: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };
const HINT: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };
const VALUE: Face = Face { size: Type::Small, bold: true, ink: Token::Ink };

/// From the back to the front: the band, the chosen week, the grid, the gaps, the line, the points, their values, the notes.
fn trend<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    if frame.weeks.is_empty() {
        let area = Area { left: 0, right: frame.width, ..frame.plot };
        return empty(pen, area, "No week in this window");
    }
    band(pen, frame)?;
    for (i, _) in frame.weeks.iter().enumerate().filter(|(_, week)| week.chosen) {
        let (left, right) = frame.column(i);
        pen.fill(Token::AccentSoft, Area { left, right: right.max(left + 2), ..frame.plot })?;
    }
    usual_lines(pen, frame)?;
    values_axis(pen, frame)?;
    weeks_axis(pen, frame)?;
    gaps(pen, frame)?;
    line(pen, frame)?;
    points(pen, frame)?;
    labels(pen, frame)?;
    for bracket in &frame.brackets {
        let Area { left, top, right, bottom } = frame.bracket_area(bracket);
        period::above(pen, bracket.note, (left, right), top + LEVEL / 2, bottom - 1)?;
    }
    if frame.n_notes_left_over > 0 {
        let more = format!("+{} notes", frame.n_notes_left_over);
        pen.text(HINT, HPos::Right, (frame.width - 4, TOP / 2), &more)?;
    }
    Ok(())
}

/// Where four of five weeks of the year before lay, and in words below.
fn band<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let y = frame.height - 10;
    let Some(usual) = frame.usual else {
        let words = if frame.is_narrow { "" } else { " in the year before" };
        let words = format!("no noise band: fewer than 8 numbers{words}");
        return pen.text(HINT, HPos::Left, (frame.plot.left, y), &words);
    };
    let [high, low] = [usual.high, usual.low].map(|value| frame.values.px(value));
    let Area { left, right, .. } = frame.plot;
    pen.fill(Token::Grid, Area { left, right, top: high, bottom: low + 1 })?;
    let swatch = Area { left, right: left + 18, top: y - 5, bottom: y + 5 };
    pen.fill(Token::Grid, swatch)?;
    pen.level(Token::LineStrong, left + 4, left + 14, y, 1)?;
    let range = usual.range(frame.chart.unit);
    let words = if frame.is_narrow {
        format!("usual: {range}")
    } else {
        format!(
            "usual: {range}, four of five of the {} weeks before; median {}",
            usual.n_weeks,
            decimal(usual.median, 1)
        )
    };
    pen.text(HINT, HPos::Left, (left + 24, y), &words)
}

/// The edges of the band, and the median.
fn usual_lines<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let Some(usual) = frame.usual else { return Ok(()) };
    let [high, middle, low] = [usual.high, usual.median, usual.low].map(|value| frame.values.px(value));
    let Area { left, right, .. } = frame.plot;
    pen.level(Token::Line, left, right, high, 1)?;
    pen.level(Token::Line, left, right, low, 1)?;
    for x in (left..right).step_by(8) {
        pen.level(Token::LineStrong, x, (x + 3).min(right), middle, 1)?;
    }
    Ok(())
}

fn values_axis<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let Area { left, right, .. } = frame.plot;
    for tick in frame.values.ticks(frame.step) {
        let y = frame.values.px(tick);
        pen.level(Token::Line, left, right, y, 1)?;
        pen.text(AXIS, HPos::Right, (left - 6, y), &decimal(tick, 3))?;
    }
    pen.text(HINT, HPos::Right, (left - 6, TOP / 2), unit(frame.chart.unit))
}

/// The weeks' names as often as they have room, and the year below the first week of each.
fn weeks_axis<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let Area { left, right, bottom, .. } = frame.plot;
    pen.level(Token::LineStrong, left, right, bottom, 1)?;
    let widest = frame.weeks.iter().map(|week| room_for(&week.label, AXIS.size)).max().unwrap_or(0) + 8;
    let n = i32::try_from(frame.weeks.len()).unwrap_or(i32::MAX);
    let most = (frame.plot.width() / widest.max(1)).max(1);
    let every = usize::try_from((n + most - 1) / most).unwrap_or(1).max(1);
    // Every 13th week or less often: years tell more.
    let has_names = every < 13;
    let (mut year_before, mut free_from) = (String::new(), 0);
    for (i, week) in frame.weeks.iter().enumerate() {
        let (week_left, week_right) = frame.column(i);
        let middle = (week_left + week_right) / 2;
        // Counted from the last, which has its name in any case.
        if has_names && (frame.weeks.len() - 1 - i).is_multiple_of(every) {
            pen.upright(Token::LineStrong, middle, bottom, bottom + 4, 1)?;
            let ink = if week.chosen { Token::Accent } else { AXIS.ink };
            pen.text(Face { ink, bold: week.chosen, ..AXIS }, HPos::Center, (middle, bottom + 12), &week.label)?;
        }
        let year = year(week);
        if year != year_before {
            if i > 0 {
                pen.upright(Token::Line, week_left, frame.plot.top, bottom + 4, 1)?;
            }
            if week_left >= free_from {
                pen.text(HINT, HPos::Left, (week_left + 2, bottom + if has_names { 28 } else { 12 }), &year)?;
                free_from = week_left + room_for(&year, HINT.size) + 8;
            }
            year_before = year;
        }
    }
    Ok(())
}

/// Weeks without a number are hatched through the plot, neighbours in one; so are weeks whose data are late.
fn gaps<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let kind = |week: usize| match frame.weeks.get(week) {
        Some(Week { completeness: Completeness::Late, .. }) => Completeness::Late.word(),
        Some(_) if frame.point(week).is_none() => Some(NO_NUMBER),
        _ => None,
    };
    let mut week = 0;
    while week < frame.weeks.len() {
        let from = week;
        let Some(word) = kind(from) else {
            week += 1;
            continue;
        };
        while kind(week) == Some(word) {
            week += 1;
        }
        let area = Area { left: frame.column(from).0, right: frame.column(week - 1).1, ..frame.plot };
        hatched(pen, Area { left: area.left + 1, right: (area.right - 1).max(area.left + 3), ..area }, word)?;
    }
    Ok(())
}

/// The line from number to number; it ends at a gap, and the part that leads to a number that can still change is thin.
fn line<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let mut run = vec![];
    for (i, week) in frame.weeks.iter().enumerate() {
        match frame.point(i) {
            Some(point) if week.completeness == Completeness::Complete => run.push(point),
            point => {
                stroke(pen, frame, &run)?;
                if let (Some(before), Some(point)) = (run.last(), point) {
                    pen.path(Token::Ink2, &[*before, point])?;
                }
                run.clear();
            }
        }
    }
    stroke(pen, frame, &run)
}

fn stroke<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>, run: &[(i32, i32)]) -> Drawn {
    let width = if frame.has_points() { 2 } else { 1 };
    if run.len() < 2 { Ok(()) } else { pen.stroke(Token::Ink2, run, width) }
}

/// A point for each number; hollow when it can still change, ringed when chosen. Where weeks are narrower than a point, only
/// those and the ones without a neighbour, which no line would show.
fn points<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let is_alone = |i: usize| {
        let before = i.checked_sub(1).and_then(|before| frame.point(before));
        before.is_none() && frame.point(i + 1).is_none()
    };
    for (i, week) in frame.weeks.iter().enumerate() {
        let Some(point) = frame.point(i) else { continue };
        let is_open = week.completeness != Completeness::Complete;
        if !(frame.has_points() || is_open || week.chosen || is_alone(i)) {
            continue;
        }
        let ink = if week.chosen { Token::Accent } else { Token::Ink };
        if week.chosen {
            pen.dot(Token::Surface, point, 7)?;
            pen.dot(Token::Accent, point, 6)?;
            pen.dot(Token::Surface, point, 4)?;
        }
        let radius = if is_open { 4 } else { 3 };
        pen.dot(ink, point, radius)?;
        if is_open {
            pen.dot(Token::Surface, point, 2)?;
        }
    }
    Ok(())
}

/// The numbers as they are printed: all of them where they have room, else the chosen one's and the last one's.
fn labels<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let text = |week: &Week| spelled(frame.chart.unit, week.value);
    let widest = frame.weeks.iter().map(|week| room_for(&text(week), VALUE.size)).max().unwrap_or(0) + 6;
    let n = i32::try_from(frame.weeks.len()).unwrap_or(i32::MAX);
    let shows_all = i64::from(widest) * i64::from(n) <= i64::from(frame.plot.width());
    let last = frame.weeks.len() - 1;
    for (i, week) in frame.weeks.iter().enumerate() {
        let Some((x, y)) = frame.point(i) else { continue };
        if !(shows_all || week.chosen || i == last) {
            continue;
        }
        let ink = if week.chosen { Token::Accent } else { VALUE.ink };
        let face = Face { ink, bold: week.chosen || i == last, ..VALUE };
        let text = text(week);
        if i == last {
            pen.text(face, HPos::Left, (x + 9, y), &text)?;
            if let Some(word) = week.completeness.word() {
                let y = if y + 24 < frame.plot.bottom { y + 14 } else { y - 14 };
                pen.text(HINT, HPos::Left, (x + 9, y), word)?;
            }
            continue;
        }
        let half = room_for(&text, face.size) / 2;
        let (aside, y) = label_place(frame, i, y);
        let x = (x + aside).clamp(frame.plot.left + half, (frame.plot.right - half).max(frame.plot.left + half));
        pen.text(face, HPos::Center, (x, y), &text)?;
    }
    Ok(())
}

/// Where a label stands, away from the line: how far beside the point, and at which height.
///
/// Above, unless the line comes down to the point or there is no room; on a steep slope beside it.
fn label_place(frame: &Frame<'_>, week: usize, y: i32) -> (i32, i32) {
    const STEEP: i32 = 12;
    let height = |week: Option<usize>| week.and_then(|week| frame.point(week)).map_or(0, |(_, beside)| y - beside);
    // How far the line comes down to the point, from the left and from the right.
    let (before, after) = (height(week.checked_sub(1)), height(week.checked_add(1)));
    let is_steep = before.min(-after) >= STEEP || after.min(-before) >= STEEP;
    let aside = if is_steep { STEEP * before.signum() } else { 0 };
    // A ring needs more air than a point.
    let air = if frame.weeks.get(week).is_some_and(|week| week.chosen) { 16 } else { 13 };
    let is_low = before + after > 0 && aside == 0;
    let is_below = (is_low && y + air + 6 < frame.plot.bottom) || y - air - 6 < frame.plot.top;
    (aside, if is_below { y + air } else { y - air })
}

/// Each week leads to its rows, each note to itself. Weeks too narrow to be hit have no door: the page asks [`week_at`].
fn doors(frame: &Frame<'_>) -> Vec<Door> {
    let one = |(i, week): (usize, &Week)| {
        let (left, right) = frame.column(i);
        let number = with_unit(frame.chart.unit, week.value);
        let standing = week.completeness.word().map_or(String::new(), |word| format!(", {word}"));
        let area = Area { left, right, top: frame.plot.top, bottom: frame.plot.bottom + 20 };
        Door {
            href: week.href.clone(),
            title: format!("{} {}: {number}{standing}", year(week), week.label),
            areas: vec![(area, String::new())],
            takes_focus: true,
        }
    };
    let is_hit = |(_, week): &(usize, &Week)| frame.has_points() || week.chosen;
    let weeks = frame.weeks.iter().enumerate().filter(is_hit).map(one);
    weeks.chain(frame.brackets.iter().map(|it| period::door(it.note, frame.bracket_area(it)))).collect()
}
