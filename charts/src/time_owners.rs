//! Where the time went: one bar for each bucket (a shift, a day, a week, a month), exactly as long as its shift time, split by
//! the ledger's owners in their order.
//!
//! ```text
//!      S0311   ████P█████│C██│░W░░╱╱╱╱        10.500 h
//!  1 ┌ S0312   ███P████│Pe│╱╱╱╱ running       7.241 h
//!    └ S0313   █████P████████│T█│             9.003 h
//!              0        5        10 h
//!  ■ P QA0 Pass  14.203 h    ■ Pe QA0 Pending  1.120 h   …
//! ```
//!
//! [`svg`] is the drawing for a page, each bar a link to the rows behind it; [`draw`] draws on any backend of plotters. The
//! [`sentence`], the [`sum`] of a bucket and the [`table`] are made of the same parts. More buckets than fit a screen as bars are
//! drawn as columns.

mod columns;
mod key;

use std::ops::Range;

use domain::decimal::{MilliHours, hours3, hours3_parts};
use domain::ledger::Owner;
use domain::time::Interval;
use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use self::key::Key;
use crate::ChartError;
use crate::owned::owned;
use crate::pen::{Area, Drawn, Face, Pen, room_for, shortened};
use crate::period::{self, Bracket, Completeness, LEVEL, Note};
use crate::scale::{Scale, TENTH_H, hours_at, percent, round_step};
use crate::svg::{Door, element_with_doors};
use crate::table::{Cell, Table};
use crate::theme::{Token, Type, letters};
use crate::width::{Width, readable};

/// What there is to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeOwners {
    /// What the chart is called, such as `Where the time went, 12 [m], week 10 of 2022`.
    pub title: String,
    /// The bars from top to bottom, by time.
    pub buckets: Vec<Bucket>,
    /// Notes on any of this time.
    pub notes: Vec<Note>,
    /// Where stretches of buckets lead, when they are so many that one is too thin to be hit. With none, each bucket leads to its
    /// own place.
    pub stretches: Vec<Stretch>,
}

/// Some buckets that lie side by side, and where their time is looked at alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Which of the buckets; what lies beyond the last is left out.
    pub buckets: Range<usize>,
    /// Where they lead.
    pub href: Option<String>,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name: `S0312`, `2022-03-12`, `W10`.
    pub label: String,
    /// Its time, to know which notes are on it.
    pub interval: Interval,
    /// Who had how much \[s\], in any order. What an owner is given twice is added; nothing and less is left out.
    pub parts: Vec<(Owner, i64)>,
    /// Whether its numbers can still change.
    pub completeness: Completeness,
    /// Whether it is the one the page is about.
    pub chosen: bool,
    /// Where the rows behind it are.
    pub href: Option<String>,
}

/// The chart as an `<svg>` element for a page, in the height it needs.
pub fn svg(chart: &TimeOwners, width: u32) -> Result<String, ChartError> {
    let description = [sentence(chart), period::said(&chart.notes)].join(" ");
    if chart.is_upright() {
        let frame = columns::Frame::new(chart, width)?;
        let (size, doors) = ((width, frame.height.unsigned_abs()), columns::doors(&frame));
        return element_with_doors(size, "time-owners", &chart.title, &description, &doors, |pen| {
            columns::columns(pen, &frame)
        });
    }
    let frame = Frame::new(chart, width)?;
    let size = (width, frame.height.unsigned_abs());
    element_with_doors(size, "time-owners", &chart.title, &description, &doors(&frame), |pen| bars(pen, &frame))
}

/// The height the chart needs at this width \[px\].
pub fn height(chart: &TimeOwners, width: u32) -> Result<u32, ChartError> {
    let height =
        if chart.is_upright() { columns::Frame::new(chart, width)?.height } else { Frame::new(chart, width)?.height };
    Ok(height.unsigned_abs())
}

/// Draws the chart from the upper left corner of the backend, as wide as it is, in the colours that `colour` gives.
pub fn draw<B: DrawingBackend>(
    backend: &mut B,
    colour: impl Fn(Token) -> RGBColor,
    chart: &TimeOwners,
) -> Result<(), ChartError> {
    let width = backend.get_size().0;
    let mut pen = Pen::new(backend, &colour, 1.0);
    if chart.is_upright() {
        return columns::columns(&mut pen, &columns::Frame::new(chart, width)?);
    }
    bars(&mut pen, &Frame::new(chart, width)?)
}

impl TimeOwners {
    /// Whether its buckets stand side by side.
    const fn is_upright(&self) -> bool {
        self.buckets.len() > columns::BARS_MAX
    }
}

/// All buckets in one sentence: how many hours, and who had them.
pub fn sentence(chart: &TimeOwners) -> String {
    let all: Vec<_> = chart.buckets.iter().flat_map(|bucket| bucket.parts.iter().copied()).collect();
    let all = Ledgered::of(&all);
    if chart.buckets.is_empty() {
        return "No shift time.".to_owned();
    }
    let terms: Vec<_> = all.shares.iter().map(|share| format!("{} h {}", share.hours, share.owner)).collect();
    let terms = if terms.is_empty() { String::new() } else { format!(" = {}", terms.join(" + ")) };
    let n = chart.buckets.len();
    let bars = match (n, chart.is_upright()) {
        (1, _) => "bar",
        (_, false) => "bars",
        (_, true) => "columns",
    };
    let mut said = format!("{n} {bars}, {} h{terms}.", hours3(all.total_s));
    for run in chart.buckets.chunk_by(|one, next| one.completeness == next.completeness) {
        match (run, run.first().and_then(|first| first.completeness.word())) {
            ([only], Some(word)) => said += &format!(" {}: {word}.", only.label),
            ([first, .., last], Some(word)) => said += &format!(" {} to {}: {word}.", first.label, last.label),
            _ => {}
        }
    }
    said
}

/// The bucket's sum with the owners' letters: `3.500 h = 1.537 P + 0.337 HO + 1.626 idle`. The figures add up as printed.
pub fn sum(bucket: &Bucket) -> String {
    sum_of(&bucket.parts)
}

fn sum_of(parts: &[(Owner, i64)]) -> String {
    let Ledgered { total_s, shares } = Ledgered::of(parts);
    let terms: Vec<_> = shares.iter().map(|share| format!("{} {}", share.hours, letters(share.owner))).collect();
    if terms.is_empty() { "0.000 h".to_owned() } else { format!("{} h = {}", hours3(total_s), terms.join(" + ")) }
}

/// One row for each bucket: its sum, and the hours of every owner that has any in one of them.
pub fn table(chart: &TimeOwners) -> Table {
    let has_any = |owner: &Owner| {
        chart.buckets.iter().any(|bucket| bucket.parts.iter().any(|&(of, seconds)| of == *owner && seconds > 0))
    };
    let owners: Vec<_> = Owner::ALL.iter().copied().filter(has_any).collect();
    let mut head = vec!["Time".to_owned(), "Shift time [h]".to_owned()];
    head.extend(owners.iter().map(|owner| format!("{owner} [h]")));
    head.push("Standing".to_owned());
    let row = |bucket: &Bucket| {
        let Ledgered { total_s, shares } = Ledgered::of(&bucket.parts);
        let hours = |owner: &Owner| {
            let share = shares.iter().find(|share| share.owner == *owner);
            Cell::new(share.map_or(String::new(), |share| share.hours.to_string()))
        };
        let mut cells = vec![Cell::to(bucket.href.clone(), bucket.label.clone()), Cell::new(hours3(total_s))];
        cells.extend(owners.iter().map(hours));
        cells.push(Cell::new(bucket.completeness.word().unwrap_or("complete").to_owned()));
        cells
    };
    Table { head, rows: chart.buckets.iter().map(row).collect() }
}

/// Seconds by owner, in the order of the owners, with figures that add up to the figure of the whole.
struct Ledgered {
    total_s: i64,
    shares: Vec<Share>,
}

struct Share {
    owner: Owner,
    seconds: i64,
    hours: MilliHours,
}

impl Ledgered {
    fn of(parts: &[(Owner, i64)]) -> Self {
        let seconds =
            |owner: Owner| parts.iter().filter(|part| part.0 == owner && part.1 > 0).map(|part| part.1).sum::<i64>();
        let owners = Owner::ALL.iter().map(|&owner| (owner, seconds(owner)));
        let (owners, seconds): (Vec<Owner>, Vec<i64>) = owners.filter(|&(_, seconds)| seconds > 0).unzip();
        let hours = hours3_parts(&seconds);
        let total_s = seconds.iter().sum();
        let shares = owners.into_iter().zip(seconds).zip(hours);
        let shares = shares.map(|((owner, seconds), hours)| Share { owner, seconds, hours }).collect();
        Self { total_s, shares }
    }
}

/// Room for the name of a bucket beside its bar \[px\]: some 18 letters.
const LABEL: i32 = 132;
/// Room for `1234.567 h` beside the bar \[px\].
const SUM: i32 = 84;
/// Where a bucket is not complete: hatched after its end, so wide that its word fits in \[px\].
const OPEN: i32 = 88;
/// More buckets than this stand closer and without letters of type 13 px (our own limit).
const MANY: usize = 40;

/// Where everything stands.
struct Frame<'c> {
    width: i32,
    height: i32,
    is_narrow: bool,
    hours: Scale,
    rows: Vec<Row<'c>>,
    brackets: Vec<Bracket<'c>>,
    n_notes_left_over: usize,
    /// Where the labels begin, right of the brackets.
    left: i32,
    axis: i32,
    all: Ledgered,
    key: Key,
}

/// One bucket's place.
struct Row<'c> {
    bucket: &'c Bucket,
    ledgered: Ledgered,
    /// The whole row.
    ground: Area,
    /// From zero to its length.
    bar: Area,
    /// The middle of label and sum.
    text_y: i32,
}

impl<'c> Frame<'c> {
    fn new(chart: &'c TimeOwners, width: u32) -> Result<Self, ChartError> {
        let Width { px: width, is_narrow } = readable(width)?;
        let is_dense = chart.buckets.len() > MANY;
        // A phone has label and sum above the bar, which then has the whole width.
        let (pitch, bar_top, bar_height, text_middle) = match (is_narrow, is_dense) {
            (true, _) => (38, 17, 15, 9),
            (false, true) => (16, 2, 12, 8),
            (false, false) => (26, 4, 18, 13),
        };
        const TOP: i32 = 4;
        let row_top = |row: usize| TOP + pitch * i32::try_from(row).unwrap_or(0);
        let intervals: Vec<_> = chart.buckets.iter().map(|bucket| bucket.interval).collect();
        let (brackets, n_notes_left_over) =
            period::stacked(&chart.notes, &intervals, |first, last| (row_top(first) + 2, row_top(last + 1) - 2));
        let left = period::depth(&brackets);
        let plot_left = if is_narrow { left + 4 } else { left + LABEL };
        let plot_right = if is_narrow { width - 4 } else { width - SUM };

        let ledgered: Vec<_> = chart.buckets.iter().map(|bucket| Ledgered::of(&bucket.parts)).collect();
        let is_open = chart.buckets.iter().any(|bucket| bucket.completeness != Completeness::Complete);
        let longest = ledgered.iter().map(|one| one.total_s).max().unwrap_or(0);
        let end = if is_open { plot_right - OPEN } else { plot_right };
        let hours = Scale { from: 0, to: longest.max(1), start: plot_left, end };

        let place = |(row, (bucket, ledgered)): (usize, (&'c Bucket, Ledgered))| {
            let top = row_top(row);
            let right = hours.px(ledgered.total_s);
            let bar = Area { left: plot_left, right, top: top + bar_top, bottom: top + bar_top + bar_height };
            let ground = Area { left, right: width, top, bottom: top + pitch };
            Row { bucket, ledgered, ground, bar, text_y: top + text_middle }
        };
        let rows: Vec<_> = chart.buckets.iter().zip(ledgered).enumerate().map(place).collect();
        let axis = if rows.is_empty() { TOP + 64 } else { row_top(rows.len()) + 2 };

        let parts: Vec<_> = chart.buckets.iter().flat_map(|bucket| bucket.parts.iter().copied()).collect();
        let all = Ledgered::of(&parts);
        let key = Key::new(&all, left, width, axis + AXIS);
        let height = if rows.is_empty() { axis + 4 } else { key.bottom() + 4 };
        Ok(Self { width, height, is_narrow, hours, rows, brackets, n_notes_left_over, left, axis, all, key })
    }

    fn bracket_area(&self, bracket: &Bracket<'_>) -> Option<Area> {
        let (first, last) = (self.rows.get(bracket.first)?.ground, self.rows.get(bracket.last)?.ground);
        let x = self.left - LEVEL * (bracket.level + 1) + LEVEL / 2;
        Some(Area { left: x - LEVEL / 2, right: x + LEVEL / 2, top: first.top + 2, bottom: last.bottom - 2 })
    }
}

/// The axis with its hours, and the air below it \[px\].
const AXIS: i32 = 30;

const LABEL_FACE: Face = Face { size: Type::Text, bold: false, ink: Token::Ink };
const SMALL: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };
const HINT: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };

/// From the back to the front: the chosen bucket, the grid, the bars, the brackets, the key.
fn bars<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    if frame.rows.is_empty() {
        return nothing(pen, frame);
    }
    for row in frame.rows.iter().filter(|row| row.bucket.chosen) {
        pen.fill(Token::AccentSoft, row.ground)?;
        pen.upright(Token::Accent, row.ground.left, row.ground.top, row.ground.bottom, 3)?;
    }
    axis(pen, frame)?;
    for row in &frame.rows {
        names(pen, frame, row)?;
        bar(pen, row, frame.hours)?;
        open_end(pen, row)?;
    }
    for bracket in &frame.brackets {
        if let Some(area) = frame.bracket_area(bracket) {
            period::beside(pen, bracket.note, area.left + LEVEL / 2, area.right - 2, (area.top, area.bottom))?;
        }
    }
    if frame.n_notes_left_over > 0 {
        let more = format!("+{} notes", frame.n_notes_left_over);
        pen.text(HINT, HPos::Left, (0, frame.axis + 12), &more)?;
    }
    // Left of zero, so that it hides nothing of a bar.
    pen.upright(Token::LineStrong, frame.hours.start - 1, 4, frame.axis, 1)?;
    frame.key.draw(pen, &frame.all)
}

fn nothing<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let area = Area { left: 0, top: 4, right: frame.width, bottom: frame.axis };
    crate::empty::empty(pen, area, "No shift time in this window")
}

/// Hours below, their grid behind the bars.
fn axis<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    let hours = frame.hours;
    let step = round_step(hours.to, (hours.end - hours.start) / 60, TENTH_H);
    for tick in hours.ticks(step) {
        let x = hours.px(tick);
        pen.upright(Token::Grid, x, 4, frame.axis, 1)?;
        pen.upright(Token::LineStrong, x, frame.axis, frame.axis + 4, 1)?;
        // The first stands where it cannot leave the drawing on a phone.
        let (at, x) = if tick == 0 && frame.is_narrow { (HPos::Left, 0.max(x - 3)) } else { (HPos::Center, x) };
        let label = if tick == 0 { "0 h".to_owned() } else { hours_at(tick) };
        let half = room_for(&label, SMALL.size) / 2;
        if x + half <= frame.width {
            pen.text(SMALL, at, (x, frame.axis + 12), &label)?;
        }
    }
    pen.level(Token::LineStrong, hours.start, hours.end + 1, frame.axis, 1)
}

/// The name of a bucket and its sum.
fn names<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>, row: &Row<'_>) -> Drawn {
    let is_low = row.ground.bottom - row.ground.top < 20;
    let size = if is_low || frame.is_narrow { Type::Small } else { Type::Text };
    let face = Face { size, bold: row.bucket.chosen, ..LABEL_FACE };
    let room = if frame.is_narrow { frame.width - frame.left - SUM - 14 } else { LABEL - 18 };
    let label = shortened(&row.bucket.label, size, room);
    pen.text(face, HPos::Left, (frame.left + 8, row.text_y), &label)?;
    let sum = format!("{} h", hours3(row.ledgered.total_s));
    pen.text(face, HPos::Right, (frame.width - 4, row.text_y), &sum)
}

/// Each owner's part, with its letters where they fit; what owns less than half a pixel is still seen, on top.
fn bar<B: DrawingBackend>(pen: &mut Pen<'_, B>, row: &Row<'_>, hours: Scale) -> Drawn {
    let mut slivers = vec![];
    for (share, area) in parts(row, hours) {
        if area.width() <= 0 {
            slivers.push((area.left, share.owner));
            continue;
        }
        part(pen, share.owner, area)?;
        if !matches!(share.owner, Owner::Idle | Owner::Handover) {
            inscribe(pen, share, area)?;
        }
    }
    slivers.dedup_by_key(|&mut (x, _)| x);
    for (x, owner) in slivers {
        // At the very end of a bar it stands inside, or the bar would be longer than its time.
        let x = x.min(row.bar.right - 1).max(row.bar.left);
        pen.upright(Token::owner(owner), x, row.bar.top, row.bar.bottom, 1)?;
    }
    if row.ledgered.total_s == 0 && row.bucket.completeness == Completeness::Complete {
        pen.text(HINT, HPos::Left, (row.bar.left + 6, row.bar.middle()), "no shift time")?;
    }
    Ok(())
}

/// An owner's box; a downtime has a slit along its foot, which on grey paper tells it from time that was used, also where its
/// letters have no room.
fn part<B: DrawingBackend>(pen: &mut Pen<'_, B>, owner: Owner, area: Area) -> Drawn {
    owned(pen, owner, area)?;
    match owner {
        Owner::Weather | Owner::Technical | Owner::Scheduling => {
            pen.level(Token::Surface, area.left, area.right, area.bottom - 3, 1)
        }
        _ => Ok(()),
    }
}

/// The seam to the next part, without which two dark ones would be one on grey paper, and the owner's letters.
fn inscribe<B: DrawingBackend>(pen: &mut Pen<'_, B>, share: &Share, area: Area) -> Drawn {
    if area.width() >= 3 {
        pen.upright(Token::Surface, area.right - 1, area.top, area.bottom, 1)?;
    }
    let face = Face { size: Type::Tiny, bold: true, ink: Token::on_owner(share.owner) };
    let letters = letters(share.owner);
    let room = room_for(letters, face.size) + 4;
    if area.width() < room || area.bottom - area.top < 12 {
        return Ok(());
    }
    let centre = ((area.left + area.right) / 2, area.middle());
    let hours = share.hours.to_string();
    let plain = Face { bold: false, ..face };
    if area.width() >= room + room_for(&hours, plain.size) + 16 {
        pen.text(face, HPos::Left, (area.left + 5, centre.1), letters)?;
        return pen.text(plain, HPos::Left, (area.left + 8 + room, centre.1), &hours);
    }
    pen.text(face, HPos::Center, centre, letters)
}

/// The parts of a bar and their boxes, which meet without a hole: each ends where the seconds so far end.
fn parts<'r>(row: &'r Row<'_>, hours: Scale) -> impl Iterator<Item = (&'r Share, Area)> {
    row.ledgered.shares.iter().scan(0, move |so_far, share| {
        let left = hours.px(*so_far);
        *so_far += share.seconds;
        Some((share, Area { left, right: hours.px(*so_far), ..row.bar }))
    })
}

/// A bucket that is not complete goes on: hatched after its end, and named.
fn open_end<B: DrawingBackend>(pen: &mut Pen<'_, B>, row: &Row<'_>) -> Drawn {
    let Some(word) = row.bucket.completeness.word() else { return Ok(()) };
    let area = Area { left: row.bar.right + 1, right: row.bar.right + OPEN - 4, ..row.bar };
    crate::empty::hatched(pen, area, word)
}

/// Each row leads to what is behind it; each part says its owner, hours and share.
fn doors(frame: &Frame<'_>) -> Vec<Door> {
    let of_row = |row: &Row<'_>| {
        let total = row.ledgered.total_s;
        let standing = row.bucket.completeness.word().map_or(String::new(), |word| format!(", {word}"));
        let mut areas = vec![(row.ground, String::new())];
        areas.extend(parts(row, frame.hours).map(|(share, area)| {
            let text = format!("{}: {} h, {}", share.owner, share.hours, percent(share.seconds, total));
            (area, format!("{text} of {} h in {}{standing}", hours3(total), row.bucket.label))
        }));
        Door {
            href: row.bucket.href.clone(),
            title: format!("{}: {}{standing}", row.bucket.label, sum(row.bucket)),
            areas,
            takes_focus: true,
        }
    };
    let notes = frame.brackets.iter().filter_map(|it| Some(period::door(it.note, frame.bracket_area(it)?)));
    frame.rows.iter().map(of_row).chain(notes).collect()
}
