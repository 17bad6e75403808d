//! What is a block worth now? Seven pure functions from a raw value to a score, and their weighted sum (domain.md §6).
//!
//! Scores are nominally 0 to 10. [`Formulas::Cycle3`] keeps what the original program answers, its gaps included; with
//! [`Formulas::Shiftdesk`] every score is within 0 to 10.

use super::arithmetic::{sin_cos_deg, tenth_power};
use super::policy::{Criterion, Formulas, GradeScores, Weights};
use super::target::LATITUDE_DEG;
use crate::labelled::labelled;

/// The best score.
const BEST: f64 = 10.0;
/// What the original gives when nothing can be observed, and then for the whole (D).
const IMPOSSIBLE: f64 = -9_999.0;
/// What the original gives a grade and cycle it does not know (D).
const UNKNOWN_GRADE: f64 = -100.0;

/// The scores by [`Criterion`].
pub type Scores = [f64; 7];

#[inline]
fn held(formulas: Formulas, score: f64) -> f64 {
    match formulas {
        Formulas::Cycle3 => score,
        // What is no number counts as nothing.
        Formulas::Shiftdesk if score.is_nan() => 0.0,
        Formulas::Shiftdesk => score.clamp(0.0, BEST),
    }
}

/// The air: best when the block takes as long as it was planned to, and when its limit in water vapour is used.
///
/// `exec_frac` is the planned time over the time it takes now.
#[inline]
pub fn condition(formulas: Formulas, exec_frac: f64, pwv_mm: f64, max_pwv_mm: f64) -> f64 {
    if exec_frac == 0.0 && formulas == Formulas::Cycle3 {
        return IMPOSSIBLE;
    }
    let longer = 1.0 / exec_frac;
    let closeness = (1.0 - (pwv_mm - max_pwv_mm).abs() / 4.0).max(0.1);
    let score = if longer < 1.0 {
        BEST * (1.0 - tenth_power(longer - 1.0)) * closeness
    } else if longer == 1.0 {
        BEST
    } else if longer <= 1.4 {
        let over = (longer - 1.0) / 0.4;
        BEST * (1.0 - over * over * over) * closeness
    } else {
        0.0
    };
    held(formulas, score)
}

/// What resolution a block wants, at 100 GHz \[arcsec\].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// The array's resolution it is best observed with.
    pub target: f64,
    /// The finest allowed.
    pub min: f64,
    /// The coarsest allowed.
    pub max: f64,
}

impl Wanted {
    /// From what was asked for, at 100 GHz \[arcsec\]; `is_tc` for a block whose name ends in `_TC`, whose resolution is taken as
    /// it stands.
    pub fn new(ar: f64, min: f64, max: f64, dec_deg: f64, is_tc: bool) -> Self {
        let asked = if is_tc { ar } else { ar / elongation(dec_deg) };
        Self { target: asked.clamp(0.075, 3.35), min, max }
    }
}

/// By how much the beam is longer at transit than in the zenith, on average of both axes (D).
pub fn elongation(dec_deg: f64) -> f64 {
    0.4001 / sin_cos_deg(LATITUDE_DEG - dec_deg).1 + 0.6103
}

/// The 12 m array's resolution `array_ar` against the wanted one, both at 100 GHz \[arcsec\]. Other families always get 10.
#[inline]
pub fn array(formulas: Formulas, wanted: &Wanted, array_ar: f64) -> f64 {
    let Wanted { target, min, max } = *wanted;
    let max = if max <= array_ar && array_ar < 1.3 * max { 1.3 * max } else { max };
    let score = if array_ar <= 0.0 {
        0.0
    } else if !(min <= array_ar && array_ar <= max) {
        -1.0
    } else if 0.9 * target <= array_ar && array_ar <= 1.1 * target {
        BEST
    } else if 0.8 * target < array_ar && array_ar <= 1.2 * target {
        8.0
    } else if array_ar < 0.8 * target {
        8.0 * (array_ar - min) / (0.8 * target - min)
    } else if array_ar > 1.2 * target {
        8.0 * (array_ar - max) / (1.2 * target - max)
    } else if formulas == Formulas::Cycle3 || target.is_nan() {
        // The original's gap: exactly 0.8 of the target. Without a target nothing fits.
        -1.0
    } else {
        8.0
    };
    held(formulas, score)
}

/// What was begun is to be finished. A block that asks for no execution is complete.
pub fn completion(formulas: Formulas, observed: i32, exec_count: i32) -> f64 {
    if exec_count == 0 {
        return BEST;
    }
    held(formulas, 4.0 + 6.0 * f64::from(observed) / f64::from(exec_count))
}

/// All executives get the same (D).
pub const fn executive() -> f64 {
    BEST
}

/// The panel's rank, 1 is best; 0 where there is none.
pub fn rank(formulas: Formulas, science_rank: Option<i32>) -> f64 {
    science_rank.map_or(0.0, |rank| held(formulas, BEST * (1_400.0 - f64::from(rank)) / 1_400.0))
}

labelled! {
    /// The panel's grade.
    Grade, "grade" {
        /// To be observed, and carried over when it was not.
        A = "A",
        /// To be observed.
        B = "B",
        /// When nothing else can be.
        C = "C",
    }
}

/// The grade of a project, `None` for any other word, and the year of its cycle.
pub fn grade(
    formulas: Formulas,
    scores: &GradeScores,
    grade: Option<Grade>,
    cycle_year: Option<i32>,
    carried_over: bool,
) -> f64 {
    match formulas {
        Formulas::Cycle3 => match (grade, cycle_year) {
            (Some(Grade::A), Some(2013)) => 10.0,
            (Some(Grade::A), Some(2015)) => 9.0,
            (_, Some(2012 | 2013)) => 8.0,
            (Some(Grade::B), _) => 4.0,
            _ => UNKNOWN_GRADE,
        },
        Formulas::Shiftdesk => match grade {
            Some(Grade::A) if carried_over => scores.a_carried_over,
            Some(Grade::A) => scores.a,
            Some(Grade::B) => scores.b,
            Some(Grade::C) => scores.c,
            None => 0.0,
        },
    }
}

/// Best half an hour before transit; 0 from some 3.8 h away from that.
#[inline]
pub fn hour_angle(formulas: Formulas, hour_angle_h: f64) -> f64 {
    let cos = sin_cos_deg(15.0 * (hour_angle_h + 0.5)).1;
    held(formulas, (BEST * (cos - 0.55) / 0.45).max(0.0))
}

/// The weighted sum, in the order of [`Criterion::ALL`]. What the original calls impossible is impossible as a whole.
#[inline]
pub fn total(weights: &Weights, scores: &Scores) -> f64 {
    if scores[Criterion::Condition as usize] == IMPOSSIBLE {
        return IMPOSSIBLE;
    }
    let mut total = 0.0;
    for &criterion in Criterion::ALL {
        total += weights.of(criterion) * scores[criterion as usize];
    }
    total
}
