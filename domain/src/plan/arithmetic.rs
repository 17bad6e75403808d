//! Sine, cosine, exponential and their kin from the four operations and the square root alone.
//!
//! Those five are exact to the last bit on every processor; the standard library's `sin` or `exp` are not: they come from
//! the system's C library in the server and from Rust's own in the browser, and the two differ in the last bit. A score
//! that differs in the last bit can change a rank, and then server and browser would show two lists. Series are Taylor's, cut
//! where the next term is below half a bit; errors stay within some 2 units in the last place.

use std::f64::consts::{LN_2, PI};

/// ln 2 in two parts: the first has 20 bits, so that its product with a power of two's exponent is exact.
const LN_2_HIGH: f64 = 0.693_146_705_627_441_4;
/// The rest of ln 2.
const LN_2_LOW: f64 = 4.749_325_039_031_672_6e-7;

/// Adding and subtracting it leaves the nearest whole number of anything below 2⁵¹.
const TO_WHOLE: f64 = 1.5 * (1_u64 << 52) as f64;

/// The nearest whole number, ties to even, of |x| < 2⁵¹.
#[inline]
fn nearest(x: f64) -> f64 {
    (x + TO_WHOLE) - TO_WHOLE
}

/// eˣ; 0 below −708 and infinite above 709.
#[inline]
pub(super) fn exp(x: f64) -> f64 {
    if x < -708.0 {
        return 0.0;
    }
    if x > 709.0 {
        return f64::INFINITY;
    }
    let k = nearest(x / LN_2);
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    // |r| ≤ 0.347: the term after the last is below 4e-18.
    const INVERSE_FACTORIALS: [f64; 12] = [
        1.0 / 6_227_020_800.0,
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        1.0 / 2.0,
    ];
    let mut series = 0.0;
    for factor in INVERSE_FACTORIALS {
        series = series * r + factor;
    }
    let series = 1.0 + (r + r * r * series);
    // |k| ≤ 1022, and 2 to that power by its bits. NaN ends as NaN.
    #[expect(clippy::cast_possible_truncation, reason = "|k| ≤ 1023 by the bounds above")]
    let exponent = (k as i64 + 1_023).cast_unsigned() << 52;
    series * f64::from_bits(exponent)
}

/// Sine and cosine of an angle in degrees; |x| up to some millions.
#[inline]
pub(super) fn sin_cos_deg(x: f64) -> (f64, f64) {
    let quarters = nearest(x / 90.0);
    // Exact: both are multiples of the last bit of x.
    let a = (x - 90.0 * quarters) * (PI / 180.0);
    let b = a * a;
    let sin = a + a
        * b
        * (-1.0 / 6.0
            + b * (1.0 / 120.0
                + b * (-1.0 / 5_040.0
                    + b * (1.0 / 362_880.0
                        + b * (-1.0 / 39_916_800.0
                            + b * (1.0 / 6_227_020_800.0 + b * (-1.0 / 1_307_674_368_000.0)))))));
    let cos = 1.0
        + b * (-1.0 / 2.0
            + b * (1.0 / 24.0
                + b * (-1.0 / 720.0
                    + b * (1.0 / 40_320.0
                        + b * (-1.0 / 3_628_800.0
                            + b * (1.0 / 479_001_600.0
                                + b * (-1.0 / 87_178_291_200.0 + b * (1.0 / 20_922_789_888_000.0))))))));
    #[expect(clippy::cast_possible_truncation, reason = "a whole number of quarter turns, far below 2⁶³")]
    match (quarters as i64).rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// The angle of the point (x, y), −180° < angle ≤ 180°; 0 at the origin.
pub(super) fn atan2_deg(y: f64, x: f64) -> f64 {
    let (far, near) = if x.abs() >= y.abs() { (x.abs(), y.abs()) } else { (y.abs(), x.abs()) };
    if far == 0.0 {
        return 0.0;
    }
    // Three halvings of the angle bring the tangent below 0.1, where ten terms are enough.
    let mut tangent = near / far;
    for _ in 0..3 {
        tangent /= 1.0 + (1.0 + tangent * tangent).sqrt();
    }
    let square = -tangent * tangent;
    let mut series = 0.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = (series + 1.0 / odd) * square;
    }
    let angle = 8.0 * (tangent + tangent * series) * (180.0 / PI);
    let from_axis = if x.abs() >= y.abs() { angle } else { 90.0 - angle };
    let right = if x < 0.0 { 180.0 - from_axis } else { from_axis };
    if y < 0.0 { -right } else { right }
}

/// The arcsine in degrees, of anything outside −1 to 1 that of the nearer end.
pub(super) fn asin_deg(sine: f64) -> f64 {
    let sine = sine.clamp(-1.0, 1.0);
    atan2_deg(sine, ((1.0 - sine) * (1.0 + sine)).sqrt())
}

/// The arccosine in degrees, 0 to 180, of anything outside −1 to 1 that of the nearer end.
pub(super) fn acos_deg(cosine: f64) -> f64 {
    let cosine = cosine.clamp(-1.0, 1.0);
    atan2_deg(((1.0 - cosine) * (1.0 + cosine)).sqrt(), cosine)
}

/// x¹⁰.
#[inline]
pub(super) fn tenth_power(x: f64) -> f64 {
    let fifth = x * x * x * x * x;
    fifth * fifth
}

/// A number cut to a multiple of 2⁻²⁷ (7.5e-9, as an angle 1.5 milliarcseconds): what the library's sines leave uncertain in
/// the 16th place does not get past it.
pub(super) fn snapped(x: f64) -> f64 {
    const STEPS: f64 = (1_u64 << 27) as f64;
    nearest(x * STEPS) / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In units of the last place of the larger of the two.
    fn off(ours: f64, theirs: f64) -> f64 {
        (ours - theirs).abs() / (theirs.abs() * f64::EPSILON)
    }

    #[test]
    fn the_series_agree_with_the_standard_library_to_its_last_digits() {
        for i in -7_000..7_000 {
            let x = f64::from(i) * 0.1;
            assert!(off(exp(x), x.exp()) < 2.0, "exp {x}");
            let (sin, cos) = sin_cos_deg(x);
            assert!((sin - x.to_radians().sin()).abs() < 2e-15 && (cos - x.to_radians().cos()).abs() < 2e-15, "{x}");
            let s = f64::from(i) / 7_000.0;
            assert!((asin_deg(s) - s.asin().to_degrees()).abs() < 1e-13, "asin {s}");
            assert!((acos_deg(s) - s.acos().to_degrees()).abs() < 1e-13, "acos {s}");
            let (y, x) = (x.sin(), x.cos());
            assert!((atan2_deg(y, x) - y.atan2(x).to_degrees()).abs() < 1e-13, "atan2 {y} {x}");
        }
        assert_eq!((exp(-1e9), exp(1e9), exp(0.0)), (0.0, f64::INFINITY, 1.0));
        assert!(exp(f64::NAN).is_nan());
        assert_eq!(sin_cos_deg(90.0), (1.0, 0.0));
    }
}
