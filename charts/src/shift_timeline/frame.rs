//! Where things stand in the timeline: from time and family to pixels, and back for the pointer.

use domain::family::Family;
use domain::shift_view::ShiftView;
use domain::time::{Instant, Interval};

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

/// The strip above the lanes: findings of no single family and the word "now"; sidereal time will stand here too.
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

/// How many brackets may stand above each other.
const LEVELS: i32 = 2;

impl Heights {
    const fn without_bar(self) -> i32 {
        self.heading + self.level * LEVELS + self.above_bar + self.below_bar + self.band + self.below_band
    }
}

impl Size {
    /// The height that shows that many lanes best at this width.
    pub const fn for_lanes(width: u32, n_lanes: u32) -> Self {
        let heights = if width < NARROW { NARROW_LANE } else { WIDE_LANE };
        let lane = (heights.without_bar() + heights.bar).unsigned_abs();
        Self { width, height: (TOP + AXIS).unsigned_abs().saturating_add(lane.saturating_mul(n_lanes)) }
    }

    const fn is_narrow(self) -> bool {
        self.width < NARROW
    }
}

/// The left and right edge of the plot area \[px\]: the start of the shift is at the left edge, its end at the right.
pub fn plot_area(size: Size) -> (u32, u32) {
    let (left, right) = if size.is_narrow() { (6, 6) } else { (94, 96) };
    (left, size.width.saturating_sub(right).max(left + 1))
}

/// The instant under the pointer at `x` \[px from the left of the drawing\]; `None` beside the plot area.
pub fn instant_at(x: f64, view: &ShiftView, size: Size) -> Option<Instant> {
    let (left, right) = plot_area(size);
    let share = (x - f64::from(left)) / f64::from(right - left);
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    // The last instant a half-open interval holds is the second before its end.
    let seconds = view.interval.seconds();
    #[expect(clippy::cast_possible_truncation, reason = "at most the length of the shift, some 3e11 s")]
    let second = (share * seconds as f64).floor() as i64;
    Some(view.interval.start().plus(second.min(seconds - 1)))
}

/// The family whose lane is under the pointer at `y` \[px from the top of the drawing\]; `None` above and below the lanes.
pub fn lane_at(y: f64, view: &ShiftView, size: Size) -> Option<Family> {
    let frame = Frame::new(view, size).ok()?;
    let lanes = view.lanes.iter().enumerate();
    let mut under = lanes.filter(|&(i, _)| {
        let rows = frame.rows(i);
        f64::from(rows.heading.top) <= y && y < f64::from(rows.bottom)
    });
    under.next().map(|(_, lane)| lane.family)
}

/// The scale of one drawing.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) interval: Interval,
    heights: Heights,
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) width: i32,
    pub(super) is_narrow: bool,
    /// Above the lanes.
    pub(super) top: Rows,
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
    pub(super) fn new(view: &ShiftView, size: Size) -> Result<Self, ChartError> {
        let too_small = ChartError::Size { width: size.width, height: size.height };
        let px = |length: u32| i32::try_from(length).map_err(|_| too_small.clone());
        let mut heights = if size.is_narrow() { NARROW_LANE } else { WIDE_LANE };
        let n_lanes = i32::try_from(view.lanes.len()).map_err(|_| too_small.clone())?;
        let lane = (px(size.height)? - TOP - AXIS) / n_lanes.max(1);
        // A bar needs its letters' height, and more than twice its best height is no easier to read.
        heights.bar = (lane - heights.without_bar()).min(2 * heights.bar);
        let is_possible = (LEAST_WIDTH..=MOST).contains(&size.width) && size.height <= MOST;
        if !is_possible || (n_lanes > 0 && heights.bar < 12) {
            return Err(too_small);
        }
        let (left, right) = plot_area(size);
        let (left, right) = (px(left)?, px(right)?);
        let strip = |top, bottom| Area { left, top, right, bottom };
        let level = heights.level;
        let top = Rows {
            heading: strip(2, TOP - level),
            brackets: strip(TOP - level, TOP),
            level,
            bar: strip(TOP, TOP),
            band: strip(TOP, TOP),
            bottom: TOP,
        };
        let axis = TOP + n_lanes * (heights.without_bar() + heights.bar);
        let (width, is_narrow) = (px(size.width)?, size.is_narrow());
        Ok(Self { interval: view.interval, heights, left, right, width, is_narrow, top, axis })
    }

    /// The pixel of an instant; before the shift its left edge, after it its right edge.
    pub(super) fn x(&self, at: Instant) -> i32 {
        let seconds = at.since(self.interval.start()).clamp(0, self.interval.seconds());
        let width = i64::from(self.right - self.left);
        // To the nearest pixel. At most 3e11 s times 16,384 px: far from the end of i64.
        let offset = (2 * seconds * width + self.interval.seconds()) / (2 * self.interval.seconds());
        self.left + i32::try_from(offset).unwrap_or(0)
    }

    pub(super) fn rows(&self, lane: usize) -> Rows {
        let h = self.heights;
        let lane = i32::try_from(lane).unwrap_or(0);
        let top = TOP + lane * (h.without_bar() + h.bar);
        let strip = |top, bottom| Area { left: self.left, top, right: self.right, bottom };
        let brackets = top + h.heading;
        let bar = brackets + h.level * LEVELS + h.above_bar;
        let band = bar + h.bar + h.below_bar;
        Rows {
            heading: strip(top, brackets),
            brackets: strip(brackets, bar - h.above_bar),
            level: h.level,
            bar: strip(bar, bar + h.bar),
            band: strip(band, band + h.band),
            bottom: band + h.band + h.below_band,
        }
    }
}
