//! More buckets than anybody reads as bars: columns side by side, as high as their shift time, on one screen.
//!
//! ```text
//!  150 h ┐    ▄▄   ▄▄▄▄▄      ░░▒▒
//!        │▄█████████████████████████▄▄
//!   50 h ┤████████████████████████████
//!      0 └┬──────────┬──────────┬─────
//!        2016       2017       2018
//! ```
//!
//! Each owner is one shape through all columns, so ten years of weeks are some hundred elements and not ten thousand. Owners lie
//! on each other in their order, idle time on top. A column is at least a pixel wide: on a phone it may hold several buckets.

use std::ops::Range;

use domain::ledger::Owner;
use domain::time::{DAY_S, Instant};
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::key::Key;
use super::{Bucket, HINT, Ledgered, SMALL, TimeOwners};
use crate::ChartError;
use crate::pen::{Area, Drawn, Pen, room_for};
use crate::period::{self, Bracket, Completeness, LEVEL};
use crate::scale::{Scale, TENTH_H, hours_at, round_step};
use crate::svg::Door;
use crate::theme::Token;
use crate::width::{Width, readable};

/// More buckets than this are columns (our own limit: as bars they would take more than a screen).
pub(super) const BARS_MAX: usize = 62;
/// Room for `1234 h` left of the plot \[px\].
const LEFT: i32 = 52;
/// The highest column \[px\]: on a page, and on a phone.
const PLOT: i32 = 280;
const NARROW_PLOT: i32 = 200;
/// Below the plot: ticks, and their names \[px\].
const AXIS: i32 = 30;
/// Every how many pixels idle time is hatched, and how wide the hatching of what is not complete is at least \[px\].
const HATCH: i32 = 4;
const OPEN: i32 = 6;

/// Where everything stands.
pub(super) struct Frame<'c> {
    buckets: &'c [Bucket],
    width: i32,
    pub(super) height: i32,
    columns: Vec<Column>,
    hours: Scale,
    /// The whole plot.
    plot: Area,
    brackets: Vec<Bracket<'c>>,
    n_notes_left_over: usize,
    all: Ledgered,
    key: Key,
    stretches: Vec<(Range<usize>, Option<&'c str>)>,
}

/// A column's place, and what is in it.
struct Column {
    buckets: Range<usize>,
    left: i32,
    right: i32,
    /// Where each owner ends, from below, in the order of the owners \[px\].
    tops: Vec<i32>,
    completeness: Completeness,
}

impl<'c> Frame<'c> {
    pub(super) fn new(chart: &'c TimeOwners, width: u32) -> Result<Self, ChartError> {
        let Width { px: width, is_narrow } = readable(width)?;
        let buckets = chart.buckets.as_slice();
        let (left, right) = (LEFT, width - 8);
        let n_px = usize::try_from(right - left).unwrap_or(1).max(1);
        let each = buckets.len().div_ceil(n_px).max(1);
        let n = buckets.len().div_ceil(each);
        let along = Scale { from: 0, to: count(n).max(1), start: left, end: right };
        let of_bucket = |at: usize| along.px(count(at / each));

        let intervals: Vec<_> = buckets.iter().map(|bucket| bucket.interval).collect();
        let (brackets, n_notes_left_over) = period::stacked(&chart.notes, &intervals, |first, last| {
            (of_bucket(first), along.px(count(last / each + 1)))
        });
        let top = 8 + period::depth(&brackets);
        let plot = Area { left, right, top, bottom: top + if is_narrow { NARROW_PLOT } else { PLOT } };

        let parts = |range: Range<usize>| -> Vec<_> {
            buckets[range].iter().flat_map(|bucket| bucket.parts.iter().copied()).collect()
        };
        let ranges = (0..n).map(|at| at * each..((at + 1) * each).min(buckets.len()));
        let ledgered: Vec<_> = ranges.map(|range| (range.clone(), Ledgered::of(&parts(range)))).collect();
        let longest = ledgered.iter().map(|(_, one)| one.total_s).max().unwrap_or(0);
        let hours = Scale { from: 0, to: longest.max(1), start: plot.bottom, end: plot.top };
        let place = |(at, (range, one)): (usize, (Range<usize>, Ledgered))| {
            let mut so_far = 0;
            let seconds =
                |owner: Owner| one.shares.iter().find(|share| share.owner == owner).map_or(0, |share| share.seconds);
            let tops = Owner::ALL.iter().map(|&owner| {
                so_far += seconds(owner);
                hours.px(so_far)
            });
            let tops = tops.collect();
            let standing = buckets[range.clone()].iter().map(|bucket| bucket.completeness);
            let completeness = standing.rev().find(|one| *one != Completeness::Complete).unwrap_or_default();
            let (left, right) = (along.px(count(at)), along.px(count(at + 1)));
            Column { buckets: range, left, right, tops, completeness }
        };
        let columns = ledgered.into_iter().enumerate().map(place).collect();
        let all = Ledgered::of(&parts(0..buckets.len()));
        let key = Key::new(&all, 0, width, plot.bottom + AXIS);
        let stretches = if chart.stretches.is_empty() {
            (0..).zip(buckets).map(|(at, bucket)| (at..at + 1, bucket.href.as_deref())).collect()
        } else {
            let within = |range: &Range<usize>| range.start.min(buckets.len())..range.end.min(buckets.len());
            chart.stretches.iter().map(|one| (within(&one.buckets), one.href.as_deref())).collect()
        };
        let height = key.bottom() + 4;
        Ok(Self { buckets, width, height, columns, hours, plot, brackets, n_notes_left_over, all, key, stretches })
    }

    /// How many buckets a column holds.
    fn each(&self) -> usize {
        self.columns.first().map_or(1, |column| column.buckets.len().max(1))
    }

    /// The columns of some buckets, from the left of the first to the right of the last.
    fn across(&self, buckets: &Range<usize>) -> Option<(i32, i32)> {
        let each = self.each();
        let (first, last) =
            (self.columns.get(buckets.start / each)?, self.columns.get(buckets.end.checked_sub(1)? / each)?);
        Some((first.left, last.right))
    }

    fn bracket_y(&self, bracket: &Bracket<'_>) -> i32 {
        self.plot.top - 4 - LEVEL * bracket.level - LEVEL / 2
    }
}

/// A number of things, as a quantity on a scale.
fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// From the back to the front: the chosen buckets, the grid, the owners, what is not complete, the brackets, the axes, the key.
pub(super) fn columns<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    for column in &frame.columns {
        if frame.buckets[column.buckets.clone()].iter().any(|bucket| bucket.chosen) {
            pen.fill(Token::AccentSoft, Area { left: column.left, right: column.right, ..frame.plot })?;
        }
    }
    let hours = frame.hours;
    for tick in hours.ticks(round_step(hours.to, (frame.plot.bottom - frame.plot.top) / 40, TENTH_H)) {
        let y = hours.px(tick);
        let label = if tick == 0 { "0 h".to_owned() } else { format!("{} h", hours_at(tick)) };
        pen.level(Token::Grid, frame.plot.left, frame.plot.right, y, 1)?;
        pen.text(SMALL, HPos::Right, (frame.plot.left - 6, y), &label)?;
    }
    // From the highest to the lowest, each down to the ground: what lies on top is what is below.
    for (at, &owner) in Owner::ALL.iter().enumerate().rev() {
        stacked(pen, frame, at, owner)?;
    }
    open_tops(pen, frame)?;
    for bracket in &frame.brackets {
        let (first, last) = (bracket.first, bracket.last);
        if let Some(ends) = frame.across(&(first..last + 1)) {
            period::above(pen, bracket.note, ends, frame.bracket_y(bracket), frame.plot.top - 2)?;
        }
    }
    if frame.n_notes_left_over > 0 {
        let more = format!("+{} notes", frame.n_notes_left_over);
        pen.text(HINT, HPos::Right, (frame.plot.left - 6, frame.plot.top - 8), &more)?;
    }
    pen.upright(Token::LineStrong, frame.plot.left - 1, frame.plot.top, frame.plot.bottom + 1, 1)?;
    pen.level(Token::LineStrong, frame.plot.left, frame.plot.right, frame.plot.bottom, 1)?;
    dates(pen, frame)?;
    if frame.each() > 1 {
        let words = format!("{} bars in each column", frame.each());
        pen.text(HINT, HPos::Right, (frame.plot.right, frame.plot.bottom + 25), &words)?;
    }
    frame.key.draw(pen, &frame.all)
}

/// One owner in all columns, and all owners below it, which are drawn over it.
fn stacked<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>, at: usize, owner: Owner) -> Drawn {
    if !frame.all.shares.iter().any(|share| share.owner == owner) {
        return Ok(());
    }
    let below = |column: &Column| at.checked_sub(1).map_or(frame.plot.bottom, |below| column.tops[below]);
    let shape = |inset: i32| {
        let mut corners = vec![(frame.plot.left, frame.plot.bottom)];
        for column in &frame.columns {
            let top = (column.tops[at] + inset).min(below(column).max(column.tops[at]));
            // Columns of one height are one step.
            match corners.last_mut() {
                Some(last) if last.1 == top => last.0 = column.right,
                _ => corners.extend([(column.left, top), (column.right, top)]),
            }
        }
        corners.push((frame.plot.right, frame.plot.bottom));
        corners
    };
    match owner {
        Owner::Idle => {
            pen.shape(Token::Surface, &shape(0))?;
            let band = frame.columns.iter().map(|column| (column.left, column.right, column.tops[at], below(column)));
            for run in hatching(band) {
                pen.path(Token::Idle, &run)?;
            }
            Ok(())
        }
        Owner::Handover => {
            pen.shape(Token::Handover, &shape(0))?;
            pen.shape(Token::Sunken, &shape(1))
        }
        _ => pen.shape(Token::owner(owner), &shape(0)),
    }
}

/// Upright strokes through a band of columns `(left, right, top, bottom)`, joined along its edges in turn: one line for each run
/// without a hole.
fn hatching(band: impl Iterator<Item = (i32, i32, i32, i32)>) -> Vec<Vec<(i32, i32)>> {
    let mut runs: Vec<Vec<(i32, i32)>> = vec![vec![]];
    let mut is_up = false;
    for (left, right, top, bottom) in band {
        let Some(run) = runs.last_mut() else { break };
        if bottom - top < 2 {
            if !run.is_empty() {
                runs.push(vec![]);
            }
            continue;
        }
        let bottom = bottom - 1;
        // Along the edge that the line is on, a step where the columns meet.
        if let Some(&(_, before)) = run.last() {
            let edge = if is_up { top } else { bottom };
            run.extend([(left, before), (left, edge)]);
        } else {
            run.push((left, if is_up { top } else { bottom }));
        }
        for x in (left..right).filter(|x| x % HATCH == 0) {
            run.extend(if is_up { [(x, top), (x, bottom)] } else { [(x, bottom), (x, top)] });
            is_up = !is_up;
        }
        run.push((right, if is_up { top } else { bottom }));
        run.dedup();
    }
    runs.retain(|run| run.len() > 1);
    runs
}

/// Columns that are not complete go on: hatched above their tops, and named where the first of them has room on its left.
fn open_tops<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    // From the right, so that of words that would stand in each other the one of what still runs is there.
    let mut free = frame.plot.right;
    for run in frame.columns.chunk_by(|one, next| one.completeness == next.completeness).rev() {
        let Some(word) = run.first().and_then(|first| first.completeness.word()) else { continue };
        for column in run {
            let top = column.tops.last().copied().unwrap_or(frame.plot.bottom);
            let left = column.left.min(column.right - OPEN).max(frame.plot.left);
            let area = Area { left, right: column.right, top: frame.plot.top, bottom: top - 1 };
            pen.hatch_unknown(Token::LineStrong, area, 7)?;
        }
        let left = run.first().map_or(frame.plot.left, |first| first.left.min(first.right - OPEN));
        let room = room_for(word, SMALL.size);
        if left - 4 - room >= frame.plot.left && left - 2 <= free {
            let y = frame.plot.top + 8;
            let ground = Area { left: left - 4 - room, right: left - 2, top: y - 8, bottom: y + 8 };
            pen.fill(Token::Surface, ground)?;
            pen.text(SMALL, HPos::Right, (left - 4, y), word)?;
            free = ground.left;
        }
    }
    Ok(())
}

/// The years, the months of less than three years, or the days of less than some three months, each where its first bucket stands.
fn dates<B: DrawingBackend>(pen: &mut Pen<'_, B>, frame: &Frame<'_>) -> Drawn {
    const THREE_YEARS_S: i64 = 3 * 366 * DAY_S;
    const THREE_MONTHS_S: i64 = 100 * DAY_S;
    let (Some(first), Some(last)) = (frame.buckets.first(), frame.buckets.last()) else { return Ok(()) };
    let n_letters = match last.interval.end().since(first.interval.start()) {
        seconds if seconds > THREE_YEARS_S => 4,
        seconds if seconds > THREE_MONTHS_S => 7,
        _ => 10,
    };
    let named = |at: Instant| at.for_people().get(..n_letters).unwrap_or_default().to_owned();
    let (mut so_far, mut free) = (String::new(), frame.plot.left);
    for column in &frame.columns {
        let Some(name) = frame.buckets.get(column.buckets.start).map(|bucket| named(bucket.interval.start())) else {
            continue;
        };
        if name == so_far {
            continue;
        }
        pen.upright(Token::LineStrong, column.left, frame.plot.bottom, frame.plot.bottom + 4, 1)?;
        let room = room_for(&name, SMALL.size);
        if column.left >= free && column.left + room <= frame.width {
            pen.text(SMALL, HPos::Left, (column.left, frame.plot.bottom + 12), &name)?;
            free = column.left + room + 10;
        }
        so_far = name;
    }
    Ok(())
}

/// Each stretch leads to its time and says its sum.
pub(super) fn doors(frame: &Frame<'_>) -> Vec<Door> {
    let of_stretch = |(buckets, href): &(Range<usize>, Option<&str>)| {
        let (left, right) = frame.across(buckets)?;
        let these = frame.buckets.get(buckets.clone())?;
        let (first, last) = (these.first()?, these.last()?);
        let label = if these.len() == 1 { first.label.clone() } else { format!("{} to {}", first.label, last.label) };
        let parts: Vec<_> = these.iter().flat_map(|bucket| bucket.parts.iter().copied()).collect();
        let standing = these.iter().rev().find_map(|bucket| bucket.completeness.word());
        let standing = standing.map_or(String::new(), |word| format!(", {word}"));
        Some(Door {
            href: href.map(str::to_owned),
            title: format!("{label}: {}{standing}", super::sum_of(&parts)),
            areas: vec![(Area { left, right, ..frame.plot }, String::new())],
            takes_focus: true,
        })
    };
    let notes = frame.brackets.iter().filter_map(|bracket| {
        let ((left, right), y) = (frame.across(&(bracket.first..bracket.last + 1))?, frame.bracket_y(bracket));
        Some(period::door(bracket.note, Area { left, right: right.max(left + 16), top: y - 6, bottom: y + 6 }))
    });
    frame.stretches.iter().filter_map(of_stretch).chain(notes).collect()
}
