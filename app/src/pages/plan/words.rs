//! Numbers and names as the plan's pages write them.

use domain::family::Family;
use domain::plan::policy::{Criterion, Policy};

/// A number with that many decimals and a minus sign that is one; nothing where there is none.
pub(crate) fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(String::new, |value| plain(value, decimals))
}

/// The same of a number that is there.
pub(crate) fn plain(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        // Rounded to nothing it has no sign.
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    }
}

/// `19:22:46`: a right ascension.
pub(crate) fn right_ascension(ra_deg: f64) -> String {
    let seconds = whole(ra_deg.rem_euclid(360.0) * 240.0) % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// `−14:27:49`: a declination.
pub(crate) fn declination(dec_deg: f64) -> String {
    let seconds = whole(dec_deg.abs() * 3_600.0);
    let sign = if dec_deg < 0.0 { '\u{2212}' } else { '+' };
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a circle, not negative")]
fn whole(seconds: f64) -> u32 {
    seconds.round() as u32
}

/// `shiftdesk, version 1`
pub(crate) fn policy_name(policy: &Policy) -> String {
    format!("{}, version {}", policy.name, policy.version)
}

/// The short name of an array.
pub(crate) const fn array_name(family: Family) -> &'static str {
    match family {
        Family::Twelve => "12 m",
        Family::Seven => "7 m",
        Family::TotalPower => "TP",
    }
}

/// The letter of a criterion, where its name has no room.
pub(crate) const fn letter(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Condition => "C",
        Criterion::Array => "A",
        Criterion::Completion => "D",
        Criterion::Executive => "E",
        Criterion::Rank => "R",
        Criterion::Grade => "G",
        Criterion::HourAngle => "H",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_a_minus_and_zero_has_none() {
        assert_eq!((plain(-1.256, 2).as_str(), plain(-0.001, 2).as_str()), ("\u{2212}1.26", "0.00"));
    }

    #[test]
    fn coordinates_carry_and_close_the_circle() {
        // 359.9999° is 23:59:59.98, which rounds to the whole circle: 0.
        assert_eq!(right_ascension(359.999_9), "00:00:00");
        assert_eq!(right_ascension(290.691_05), "19:22:46");
        assert_eq!(declination(-0.004_2), "\u{2212}00:00:15");
        assert_eq!(declination(14.463_59), "+14:27:49");
    }
}
