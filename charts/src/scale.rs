//! From a quantity to pixels, and the round numbers its axis shows.

use domain::decimal::shortest;
use domain::time::HOUR_S;

/// A quantity along a line of pixels. Upwards the start is below the end, so its pixel is the larger one.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    /// The quantity at `start`.
    pub(crate) from: i64,
    /// The quantity at `end`, more than `from`.
    pub(crate) to: i64,
    pub(crate) start: i32,
    pub(crate) end: i32,
}

impl Scale {
    /// The nearest pixel; what lies beyond an end, at that end.
    pub(crate) fn px(self, value: i64) -> i32 {
        let range = i128::from(self.to - self.from).max(1);
        let offset = i128::from(value.clamp(self.from, self.to.max(self.from)) - self.from);
        let px = (2 * offset * i128::from(self.end - self.start) + range).div_euclid(2 * range);
        self.start + i32::try_from(px).unwrap_or(0)
    }

    /// The multiples of the step on the scale, both ends included.
    pub(crate) fn ticks(self, step: i64) -> impl Iterator<Item = i64> {
        let first = self.from + (-self.from).rem_euclid(step);
        std::iter::successors(Some(first), move |tick| tick.checked_add(step)).take_while(move |&tick| tick <= self.to)
    }
}

/// The smallest of 1, 2, 5, 10, 20, 50, … times `unit` of which at most `most` fit into the range.
pub(crate) fn round_step(range: i64, most: i32, unit: i64) -> i64 {
    let most = i64::from(most.max(1));
    let mut decade = unit;
    loop {
        for step in [decade, decade.saturating_mul(2), decade.saturating_mul(5)] {
            if range / step <= most {
                return step;
            }
        }
        decade = decade.saturating_mul(10);
    }
}

/// A tenth of an hour \[s\]: the finest step of an axis of hours, whose ticks have one decimal.
pub(crate) const TENTH_H: i64 = HOUR_S / 10;

/// `7.5`: hours at a tick.
pub(crate) fn hours_at(tick_s: i64) -> String {
    shortest(tick_s, HOUR_S, 1).unwrap_or_default()
}

/// A part as per cent of its whole, with one decimal: `45.1 %`; nothing of nothing is `n/a`.
pub(crate) fn percent(part: i64, whole: i64) -> String {
    match domain::decimal::fixed(part.saturating_mul(100), whole, 1) {
        Some(percent) => format!("{percent} %"),
        None => "n/a".to_owned(),
    }
}
