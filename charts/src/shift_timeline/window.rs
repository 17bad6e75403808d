//! The window on a shift: how it is zoomed and moved. It is always whole seconds, never leaves the shift, and never gets shorter
//! than [`LEAST_S`] unless the shift is.
//!
//! Places in the window are told as shares of it: 0 is its left edge, 1 its right.

use domain::time::{Interval, Span};

/// The shortest window \[s\]: closer than this, nothing in a log of whole seconds is left to see (our own choice).
pub const LEAST_S: i64 = 5;

/// The window with `factor` times its length, as near as that is possible, the instant at `share` staying where it is.
pub fn zoomed(whole: Interval, window: Interval, share: f64, factor: f64) -> Interval {
    let length = window.seconds() as f64;
    let wanted = held(length * factor, whole);
    fitting(whole, offset(whole, window) + share * (length - wanted), wanted)
}

/// The window so many shares of itself later, or earlier when negative.
pub fn panned(whole: Interval, window: Interval, by: f64) -> Interval {
    let length = window.seconds() as f64;
    fitting(whole, offset(whole, window) + by * length, length)
}

/// The window after two fingers that stood at the shares `from` were moved to the shares `to`: what was under each is under it
/// still. Two fingers on one spot leave it alone.
pub fn pinched(whole: Interval, window: Interval, from: [f64; 2], to: [f64; 2]) -> Interval {
    let spread = to[1] - to[0];
    if spread == 0.0 {
        return window;
    }
    let length = window.seconds() as f64;
    let wanted = held(length * ((from[1] - from[0]) / spread).abs(), whole);
    let middle = |at: [f64; 2]| (at[0] + at[1]) / 2.0;
    fitting(whole, offset(whole, window) + middle(from) * length - middle(to) * wanted, wanted)
}

/// The window moved to where the middle of a span is in the middle, unless some of the span is in it already.
pub fn showing(whole: Interval, window: Interval, span: Span) -> Interval {
    if span.start() <= window.end() && window.start() <= span.end() {
        return window;
    }
    let middle = span.start().since(window.start()) as f64 + span.seconds() as f64 / 2.0;
    panned(whole, window, middle / window.seconds() as f64 - 0.5)
}

/// Seconds from the start of the shift to that of the window.
fn offset(whole: Interval, window: Interval) -> f64 {
    window.start().since(whole.start()) as f64
}

/// A length \[s\] inside what is allowed.
fn held(length: f64, whole: Interval) -> f64 {
    let whole_s = whole.seconds();
    // What is no number, as of a pinch of nothing, is the whole.
    if length.is_nan() { whole_s as f64 } else { length.clamp(LEAST_S.min(whole_s) as f64, whole_s as f64) }
}

/// The window nearest to the one wanted that lies inside the whole.
fn fitting(whole: Interval, start: f64, length: f64) -> Interval {
    #[expect(clippy::cast_possible_truncation, reason = "held inside the length of the shift, some 3e11 s")]
    let (length, start) = (length.round() as i64, start.round() as i64);
    let start = whole.start().plus(start.clamp(0, (whole.seconds() - length).max(0)));
    Interval::new(start, start.plus(length)).unwrap_or(whole)
}
