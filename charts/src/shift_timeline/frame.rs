//! Where things stand in the timeline: from time and family to pixels, and back for the pointer.

use domain::family::Family;
use domain::shift_view::ShiftView;
use domain::time::{Instant, Interval};

use super::brackets::levels;
use super::{Mark, Shown};
use crate::ChartError;
use crate::pen::Area;

/// The size of a drawing \[CSS px\].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// Below this width \[px\] names and totals stand above their lane, and the bars carry letters only.
const NARROW: u32 = 560;
/// Narrower than this nothing can be told apart \[px\] (our own limit).
const LEAST_WIDTH: u32 = 160;
/// Wider or higher than this is a mistake, not a screen \[px\] (our own limit).
const MOST: u32 = 16_384;

/// The sidereal axis above everything: hours and ticks.
const SIDEREAL: i32 = 20;
/// The strip above the lanes: findings of no single family and the word "now".
const TOP: i32 = 24;
/// The axis: ticks, hours, dates.
const AXIS: i32 = 38;

/// What a lane is made of, top to bottom \[px\]; the bar takes what is left.
#[derive(Clone, Copy)]
struct Heights {
    /// The name of the chosen finding, and on a phone the name of the lane.
    heading: i32,
    /// One level of brackets.
    level: i32,
    /// Between brackets and bar.
    above_bar: i32,
    bar: i32,
    below_bar: i32,
    /// Downtimes.
    band: i32,
    below_band: i32,
}

const WIDE_LANE: Heights =
    Heights { heading: 14, level: 9, above_bar: 1, bar: 28, below_bar: 3, band: 11, below_band: 8 };
const NARROW_LANE: Heights =
    Heights { heading: 17, level: 8, above_bar: 1, bar: 22, below_bar: 2, band: 8, below_band: 7 };

/// The levels of brackets that a lane has room for in any case: most nights need no more, and lanes stay where they are.
const LEVELS: i32 = 2;
/// The most levels of brackets in one place; what does not fit in is counted beside them (our own limit).
const LEVELS_MOST: i32 = 4;
/// A bar needs its letters' height \[px\].
const BAR_LEAST: i32 = 12;

impl Heights {
    const fn without_bar(self, levels: i32) -> i32 {
        self.heading + self.level * levels + self.above_bar + self.below_bar + self.band + self.below_band
    }
}

impl Size {
    /// The height that shows the lanes of a shift and the findings above them best at this width.
    pub fn for_shift(width: u32, view: &ShiftView, marks: &[Mark]) -> Self {
        let size = Self { width, height: 0 };
        let heights = size.heights();
        let levels = Levels::needed(view, marks, size, LEVELS_MOST);
        let height = levels.height(heights).saturating_add(heights.bar.saturating_mul(levels.n_lanes()));
        Self { width, height: height.unsigned_abs() }
    }

    const fn is_narrow(self) -> bool {
        self.width < NARROW
    }

    const fn heights(self) -> Heights {
        if self.is_narrow() { NARROW_LANE } else { WIDE_LANE }
    }
}

/// How many levels of brackets stand in each place: as the whole shift needs them, so that no lane moves when somebody looks
/// closer.
struct Levels {
    top: i32,
    lanes: Vec<i32>,
}

impl Levels {
    /// What the findings need, at most `most`.
    fn needed(view: &ShiftView, marks: &[Mark], size: Size, most: i32) -> Self {
        let scale = Scale::of(view.interval, size);
        let of = |family| levels(scale, marks.iter().filter(|mark| mark.family == family), most);
        let lanes = view.lanes.iter().map(|lane| of(Some(lane.family)).max(LEVELS)).collect();
        Self { top: of(None).max(1), lanes }
    }

    fn n_lanes(&self) -> i32 {
        i32::try_from(self.lanes.len()).unwrap_or(i32::MAX)
    }

    /// The height of everything but the bars \[px\].
    fn height(&self, heights: Heights) -> i32 {
        let lanes: i32 = self.lanes.iter().map(|&levels| heights.without_bar(levels)).sum();
        self.top_height(heights) + lanes + AXIS
    }

    const fn top_height(&self, heights: Heights) -> i32 {
        SIDEREAL + TOP + (self.top - 1) * heights.level
    }
}

/// The left and right edge of the plot area \[px\]: what is shown starts at the left edge and ends at the right.
pub fn plot_area(size: Size) -> (u32, u32) {
    let (left, right) = if size.is_narrow() { (6, 6) } else { (94, 96) };
    (left, size.width.saturating_sub(right).max(left + 1))
}

/// The instant under the pointer at `x` \[px from the left of the drawing\]; `None` beside the plot area.
pub fn instant_at(x: f64, window: Interval, size: Size) -> Option<Instant> {
    let (left, right) = plot_area(size);
    let share = (x - f64::from(left)) / f64::from(right - left);
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    // The last instant a half-open interval holds is the second before its end.
    let seconds = window.seconds();
    #[expect(clippy::cast_possible_truncation, reason = "at most the length of the window, some 3e11 s")]
    let second = (share * seconds as f64).floor() as i64;
    Some(window.start().plus(second.min(seconds - 1)))
}

/// Where an instant stands \[px from the left of the drawing\]; `None` outside the window, whose end is still in it.
pub fn x_at(at: Instant, window: Interval, size: Size) -> Option<f64> {
    let (left, right) = plot_area(size);
    let share = at.since(window.start()) as f64 / window.seconds() as f64;
    (0.0..=1.0).contains(&share).then(|| f64::from(left) + share * f64::from(right - left))
}

/// The family whose lane is under the pointer at `y` \[px from the top of the drawing\]; `None` above and below the lanes.
pub fn lane_at(y: f64, view: &ShiftView, marks: &[Mark], size: Size) -> Option<Family> {
    let frame = Frame::new(view, marks, Shown::whole(view), size).ok()?;
    let mut lanes = frame.lanes.iter().zip(&view.lanes);
    let under = lanes.find(|(rows, _)| f64::from(rows.heading.top) <= y && y < f64::from(rows.bottom));
    under.map(|(_, lane)| lane.family)
}

/// From time to pixels.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) interval: Interval,
    pub(super) left: i32,
    pub(super) right: i32,
}

impl Scale {
    fn of(interval: Interval, size: Size) -> Self {
        let (left, right) = plot_area(size);
        let px = |edge: u32| i32::try_from(edge).unwrap_or(i32::MAX);
        Self { interval, left: px(left), right: px(right) }
    }

    /// The pixel of an instant; before what is shown its left edge, after it its right edge.
    pub(super) fn x(self, at: Instant) -> i32 {
        let seconds = at.since(self.interval.start()).clamp(0, self.interval.seconds());
        let width = i64::from(self.right - self.left);
        // To the nearest pixel. At most 3e11 s times 16,384 px: far from the end of i64.
        let offset = (2 * seconds * width + self.interval.seconds()) / (2 * self.interval.seconds());
        self.left + i32::try_from(offset).unwrap_or(0)
    }

    /// The pixel of an instant between two whole seconds, so many seconds after the left edge.
    pub(super) fn x_after(self, seconds: f64) -> i32 {
        let width = f64::from(self.right - self.left);
        #[expect(clippy::cast_possible_truncation, reason = "at most the width of the drawing")]
        let offset = (seconds / self.interval.seconds() as f64 * width).round() as i32;
        self.left + offset
    }
}

/// Where everything of one drawing stands.
pub(super) struct Frame {
    pub(super) scale: Scale,
    pub(super) width: i32,
    pub(super) is_narrow: bool,
    /// Where the chosen finding is about to be cut.
    pub(super) cut: Option<Instant>,
    /// The line of the sidereal axis.
    pub(super) sidereal: i32,
    /// Above the lanes.
    pub(super) top: Rows,
    /// One for each lane of the view.
    pub(super) lanes: Vec<Rows>,
    /// Below the lanes: where the axis begins.
    pub(super) axis: i32,
}

/// The rows of one lane, all from the left to the right edge of the plot area.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) heading: Area,
    /// The brackets' rows, the lowest level at its bottom.
    pub(super) brackets: Area,
    pub(super) level: i32,
    pub(super) bar: Area,
    pub(super) band: Area,
    pub(super) bottom: i32,
}

impl Frame {
    pub(super) fn new(view: &ShiftView, marks: &[Mark], shown: Shown, size: Size) -> Result<Self, ChartError> {
        let too_small = ChartError::Size { width: size.width, height: size.height };
        let is_possible = (LEAST_WIDTH..=MOST).contains(&size.width) && size.height <= MOST;
        let (Ok(width), Ok(height), true) = (i32::try_from(size.width), i32::try_from(size.height), is_possible) else {
            return Err(too_small);
        };
        let mut heights = size.heights();
        // Where the drawing is low, findings rather than bars go without.
        let mut most = LEVELS_MOST;
        let (levels, bar) = loop {
            let levels = Levels::needed(view, marks, size, most);
            let bar = (height - levels.height(heights)) / levels.n_lanes().max(1);
            if bar >= BAR_LEAST || levels.lanes.is_empty() {
                break (levels, bar);
            }
            most -= 1;
            if most < LEVELS {
                return Err(too_small);
            }
        };
        // More than twice its best height is no easier to read.
        heights.bar = bar.min(2 * heights.bar);
        let scale = Scale::of(shown.window, size);
        let Scale { left, right, .. } = scale;
        let strip = |top, bottom| Area { left, top, right, bottom };
        let level = heights.level;
        let top_height = levels.top_height(heights);
        let top = Rows {
            heading: strip(SIDEREAL + 2, SIDEREAL + TOP - level),
            brackets: strip(SIDEREAL + TOP - level, top_height),
            level,
            bar: strip(top_height, top_height),
            band: strip(top_height, top_height),
            bottom: top_height,
        };
        let mut axis = top_height;
        let mut lanes = vec![];
        for &n_levels in &levels.lanes {
            let rows = Rows::of_lane(strip, axis, heights, n_levels);
            axis = rows.bottom;
            lanes.push(rows);
        }
        let is_narrow = size.is_narrow();
        Ok(Self { scale, width, is_narrow, cut: shown.cut, sidereal: SIDEREAL - 1, top, lanes, axis })
    }

    /// The pixel of an instant; before what is shown its left edge, after it its right edge.
    pub(super) fn x(&self, at: Instant) -> i32 {
        self.scale.x(at)
    }

    /// What of an interval is shown \[px\]; `None` when nothing is.
    pub(super) fn extent(&self, interval: Interval) -> Option<(i32, i32)> {
        let seen = interval.overlap(self.scale.interval)?;
        Some((self.x(seen.start()), self.x(seen.end())))
    }

    /// Whether an instant is shown, the two ends of the window among them.
    pub(super) fn holds(&self, at: Instant) -> bool {
        let window = self.scale.interval;
        window.start() <= at && at <= window.end()
    }
}

impl Rows {
    /// How many levels of brackets there is room for.
    pub(super) const fn n_levels(self) -> i32 {
        (self.brackets.bottom - self.brackets.top) / self.level
    }

    /// The upper edge of a level, 0 being the lowest; that of -1 is the edge below all.
    pub(super) const fn level_top(self, level: i32) -> i32 {
        self.brackets.bottom - self.level * (level + 1)
    }

    fn of_lane(strip: impl Fn(i32, i32) -> Area, top: i32, h: Heights, n_levels: i32) -> Self {
        let brackets = top + h.heading;
        let bar = brackets + h.level * n_levels + h.above_bar;
        let band = bar + h.bar + h.below_bar;
        Self {
            heading: strip(top, brackets),
            brackets: strip(brackets, bar - h.above_bar),
            level: h.level,
            bar: strip(bar, bar + h.bar),
            band: strip(band, band + h.band),
            bottom: band + h.band + h.below_band,
        }
    }
}
