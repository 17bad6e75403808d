//! Where a time axis has its ticks, and what they say.

use domain::sky::local_sidereal_time;
use domain::time::{DAY_S, HOUR_S, Instant, Interval};

/// A tick of the axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// When.
    pub at: Instant,
    /// `21:00`; `21:00:05` where ticks are seconds apart, `03-13` where they are days apart.
    pub label: String,
    /// Whether a day begins here.
    pub is_midnight: bool,
}

/// The steps people count time in \[s\]; above a day they double.
const STEPS_S: [i64; 19] = [
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1_800,
    HOUR_S,
    2 * HOUR_S,
    3 * HOUR_S,
    4 * HOUR_S,
    6 * HOUR_S,
    12 * HOUR_S,
    DAY_S,
];

/// The ticks in the interval, both ends included, at the smallest step that gives no more than `most` (at least 1) steps.
/// Ticks lie on whole multiples of the step, counted from midnight.
///
/// ```
/// use charts::time_axis::ticks;
/// use domain::time::{Instant, Interval};
/// let t = |text| Instant::parse(text).unwrap();
/// let night = Interval::new(t("2022-03-12 21:20:00"), t("2022-03-13 00:30:00")).unwrap();
/// let labels: Vec<_> = ticks(night, 4).into_iter().map(|tick| tick.label).collect();
/// assert_eq!(labels, ["22:00", "23:00", "00:00"]);
/// ```
pub fn ticks(interval: Interval, most: i64) -> Vec<Tick> {
    let step = step_s(interval.seconds(), most.max(1));
    let start = interval.start().unix_seconds();
    let first = interval.start().plus((-start).rem_euclid(step));
    let end = interval.end();
    std::iter::successors(Some(first), |at| Some(at.plus(step)))
        // `plus` stops at the last second of the year 9999; without the second test the ticks would never end there.
        .scan(None, |before, at| (at <= end && before.replace(at) != Some(at)).then_some(at))
        .map(|at| Tick { at, label: label(at, step), is_midnight: at.unix_seconds().rem_euclid(DAY_S) == 0 })
        .collect()
}

/// A tick of the sidereal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct SiderealTick {
    /// When: so many seconds of UTC after the start of the interval. Not whole: the sidereal clock is the faster one.
    pub after_s: f64,
    /// `08:30`; `08:30:05` where ticks are seconds apart.
    pub label: String,
}

/// Sidereal seconds in a second of UTC (Aoki et al. 1982). Nutation changes it by less than 1e-6.
const SIDEREAL_RATE: f64 = 1.002_737_909_35;

/// Where the sidereal clock over the array shows whole multiples of the smallest step that gives no more than `most` (at least
/// 1) of them in the interval. An interval of days has none: every hour comes again.
///
/// ```
/// use charts::time_axis::sidereal_ticks;
/// use domain::time::{Instant, Interval};
/// let t = |text| Instant::parse(text).unwrap();
/// // 20:58:41 LST at 22:43:58 UTC: 21:00 is 79 sidereal seconds later.
/// let night = Interval::new(t("2021-11-01 22:43:58"), t("2021-11-02 00:43:58")).unwrap();
/// let ticks = sidereal_ticks(night, 4);
/// assert_eq!(ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>(), ["21:00", "21:30", "22:00", "22:30"]);
/// assert!((ticks[0].after_s - 78.8).abs() < 1.0);
/// ```
pub fn sidereal_ticks(interval: Interval, most: i64) -> Vec<SiderealTick> {
    let length_s = interval.seconds() as f64 * SIDEREAL_RATE;
    let most = most.max(1);
    let step = STEPS_S.into_iter().find(|&step| step < DAY_S && (length_s / step as f64).floor() <= most as f64);
    let Some(step) = step else { return vec![] };
    let start_s = local_sidereal_time(interval.start()).hours() * HOUR_S as f64;
    #[expect(clippy::cast_possible_truncation, reason = "at most the seconds of a day")]
    let first = (start_s / step as f64).ceil() as i64;
    (first..=first.saturating_add(most))
        .map(|nth| nth * step)
        .map(|at| SiderealTick { after_s: (at as f64 - start_s) / SIDEREAL_RATE, label: sidereal_label(at, step) })
        .take_while(|tick| tick.after_s <= interval.seconds() as f64)
        .collect()
}

fn sidereal_label(at: i64, step: i64) -> String {
    let s = at.rem_euclid(DAY_S);
    let minutes = format!("{:02}:{:02}", s / HOUR_S, s / 60 % 60);
    if step < 60 { format!("{minutes}:{:02}", s % 60) } else { minutes }
}

fn step_s(seconds: i64, most: i64) -> i64 {
    let whole_days = std::iter::successors(Some(2 * DAY_S), |step| step.checked_mul(2));
    STEPS_S.into_iter().chain(whole_days).find(|step| seconds / step <= most).unwrap_or(i64::MAX)
}

fn label(at: Instant, step: i64) -> String {
    // `2022-03-12 21:00:05`
    let text = at.for_people();
    let part = if step < 60 {
        text.get(11..)
    } else if step < DAY_S {
        text.get(11..16)
    } else {
        text.get(5..10)
    };
    part.unwrap_or(&text).to_owned()
}

/// `2022-03-13`
pub(crate) fn date(at: Instant) -> String {
    let text = at.for_people();
    text.get(..10).unwrap_or(&text).to_owned()
}
