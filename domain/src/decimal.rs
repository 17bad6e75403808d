//! Numbers as people read them: exact decimals from whole seconds and counts, halves away from zero.
//!
//! Floating point rounds 0.0005 h down when it happens to lie below; a report that is compared digit by digit may not.

use std::fmt;
use std::iter::Sum;

/// `numerator / denominator`, rounded half away from zero to `places` decimals, all of them written: `3.500`.
///
/// `None` when the denominator is zero: a rate of nothing is no number.
///
/// ```
/// use domain::decimal::fixed;
/// assert_eq!(fixed(12_600, 3_600, 3).as_deref(), Some("3.500"));
/// assert_eq!(fixed(1, 2, 0).as_deref(), Some("1"));
/// assert_eq!(fixed(-1, 2, 0).as_deref(), Some("-1"));
/// assert_eq!(fixed(1, 0, 3), None);
/// ```
pub fn fixed(numerator: i64, denominator: i64, places: u32) -> Option<String> {
    let scale = 10i128.pow(places);
    let rounded = halves_away(i128::from(numerator) * scale, denominator)?;
    let sign = if rounded < 0 { "-" } else { "" };
    let (whole, part) = (rounded.abs() / scale, rounded.abs() % scale);
    Some(if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0width$}", width = places as usize)
    })
}

/// What [`fixed`] writes, as a whole number of its last decimal: 12,600 / 3,600 with 3 places is 3,500. `None` when the
/// denominator is zero, or when it is too large to be one.
pub fn rounded(numerator: i64, denominator: i64, places: u32) -> Option<i64> {
    halves_away(i128::from(numerator) * 10i128.pow(places), denominator)?.try_into().ok()
}

fn halves_away(numerator: i128, denominator: i64) -> Option<i128> {
    let denominator = i128::from(denominator);
    let sign = if (numerator < 0) != (denominator < 0) { -1 } else { 1 };
    let (n, d) = (numerator.abs(), denominator.abs());
    (2 * n + d).checked_div(2 * d).map(|rounded| sign * rounded)
}

/// `1234567` as `1,234,567`.
///
/// ```
/// use domain::decimal::thousands;
/// assert_eq!(thousands(-1_234_567), "-1,234,567");
/// ```
pub fn thousands(number: i64) -> String {
    grouped(&number.to_string())
}

/// Puts commas into the whole part of a decimal number: `1234.5` as `1,234.5`.
pub fn grouped(number: &str) -> String {
    let (whole, part) = number.find('.').map_or((number, ""), |at| number.split_at(at));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut text = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + part
}

/// Like [`fixed`], without the zeros at the end: `55.37`, `0`, `100`.
///
/// ```
/// use domain::decimal::shortest;
/// assert_eq!(shortest(5_537, 100, 3).as_deref(), Some("55.37"));
/// assert_eq!(shortest(100, 1, 3).as_deref(), Some("100"));
/// ```
pub fn shortest(numerator: i64, denominator: i64, places: u32) -> Option<String> {
    let text = fixed(numerator, denominator, places)?;
    Some(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text })
}

/// Seconds as hours with 3 decimals, as the efficiency tables show them: 12,600 s is `3.500`.
pub fn hours3(seconds: i64) -> String {
    fixed(seconds, crate::time::HOUR_S, 3).unwrap_or_default()
}

/// Seconds as hours with 4 decimals, as the findings show them: 1,213 s is `0.3369`.
pub fn hours4(seconds: i64) -> String {
    fixed(seconds, crate::time::HOUR_S, 4).unwrap_or_default()
}

/// Thousandths of an hour, 3.6 s each: what a figure with 3 decimals is counted in, and printed as `7.323`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MilliHours(pub i64);

impl fmt::Display for MilliHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&fixed(self.0, 1_000, 3).unwrap_or_default())
    }
}

impl Sum for MilliHours {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        Self(parts.map(|part| part.0).sum())
    }
}

/// Parts of a whole, each in seconds, as figures with 3 decimals that add up to the figure [`hours3`] gives the whole.
///
/// Every figure is one of the two next to the exact value. All begin with the lower one; what is missing to the whole goes, a
/// thousandth each, to those that lost most by it (of equal ones the first). Rounded one by one they might miss the whole by
/// some thousandths. The parts are lengths of time inside the calendar's 10,000 years.
///
/// ```
/// use domain::decimal::{hours3, hours3_parts};
/// // 2 s are 0.00056 h: rounded one by one 0.001 + 0.001 + 0.001, and all three together 0.002.
/// let figures: Vec<_> = hours3_parts(&[2, 2, 2]).iter().map(ToString::to_string).collect();
/// assert_eq!(figures, ["0.001", "0.001", "0.000"]);
/// assert_eq!(hours3(6), "0.002");
/// ```
pub fn hours3_parts(seconds: &[i64]) -> Vec<MilliHours> {
    /// 5 thousandths are 18 s.
    const S_OF_5: i64 = 18;
    let scaled = |seconds: i64| 5 * seconds;
    let mut figures: Vec<_> = seconds.iter().map(|&s| MilliHours(scaled(s).div_euclid(S_OF_5))).collect();
    let whole = scaled(seconds.iter().sum());
    // Half away from zero, as every figure is rounded.
    let rounded = whole.signum() * (2 * whole.abs() + S_OF_5).div_euclid(2 * S_OF_5);
    let missing = rounded - figures.iter().copied().sum::<MilliHours>().0;
    let mut by_loss: Vec<_> = seconds.iter().map(|&s| scaled(s).rem_euclid(S_OF_5)).enumerate().collect();
    by_loss.sort_by_key(|&(_, lost)| -lost);
    for (i, _) in by_loss.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
        figures[i].0 += 1;
    }
    figures
}
