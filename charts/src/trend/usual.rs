//! The noise band: between which numbers most weeks of the year before lay.

use domain::efficiency::Unit;

use super::{Trend, decimal, unit};
use crate::period::Completeness;

/// What was usual in the year before the week the chart is about \[thousandths of the number's unit\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    /// One of ten weeks lay below.
    pub low: i64,
    /// Half of them lay below.
    pub median: i64,
    /// One of ten lay above.
    pub high: i64,
    /// How many numbers it is made of.
    pub n_weeks: usize,
}

/// A year of weeks.
const WEEKS: usize = 52;
/// With fewer numbers than this a tenth of them is less than one: there is no band (our own limit).
const LEAST: usize = 8;

/// The 10th to the 90th percentile of the up to 52 weeks before the week the chart is about: the chosen one, else the last that
/// is complete. That week itself is not among them, nor is any that is not complete or has no number.
///
/// Percentiles rather than the median ± 1.4826 MAD: rates end at 0 and 100 %, and in a quiet year more than half of the weeks
/// have no downtime at all, so that a MAD is 0 and every shower an alarm. Four of five is also what can be said in one sentence.
///
/// Between two numbers it is interpolated on a straight line: Hyndman and Fan 1996 (The American Statistician 50, 361), type 7,
/// the one of R and NumPy. `None` with fewer than 8 numbers. Ties are counted as often as they occur.
pub fn usual(chart: &Trend) -> Option<Usual> {
    let judged = chart.judged()?;
    let end = chart.weeks.iter().rposition(|week| std::ptr::eq(week, judged))?;
    let before = &chart.weeks[end.saturating_sub(WEEKS)..end];
    let complete = before.iter().filter(|week| week.completeness == Completeness::Complete);
    let mut numbers: Vec<_> = complete.filter_map(|week| week.value).collect();
    if numbers.len() < LEAST {
        return None;
    }
    numbers.sort_unstable();
    let [low, median, high] = [1, 5, 9].map(|tenths| quantile(&numbers, tenths));
    Some(Usual { low: low?, median: median?, high: high?, n_weeks: numbers.len() })
}

/// The number that so many tenths of the sorted numbers lie below.
fn quantile(sorted: &[i64], tenths: usize) -> Option<i64> {
    let place = (sorted.len().checked_sub(1)?) * tenths;
    let (at, tenth) = (place / 10, i64::try_from(place % 10).ok()?);
    let lower = *sorted.get(at)?;
    let upper = sorted.get(at + 1).copied().unwrap_or(lower);
    // To the nearest thousandth, halves up.
    Some(lower + ((upper - lower) * tenth * 2 + 10).div_euclid(20))
}

impl Usual {
    /// `41.2 to 63.1 %`
    pub fn range(self, of: Unit) -> String {
        let [low, high] = [self.low, self.high].map(|value| decimal(value, if of == Unit::Fraction { 3 } else { 1 }));
        let unit = unit(of);
        if unit.is_empty() { format!("{low} to {high}") } else { format!("{low} to {high} {unit}") }
    }
}
