//! Figures that are printed as an addition.

use domain::decimal::{MilliHours, hours3, hours3_parts};
use proptest::prelude::*;

#[test]
fn of_equal_losses_the_first_part_gets_the_thousandth() {
    // 9 s = 0.0025 h each, 18 s = 0.005 h: the lower figures give 0.004, one thousandth is missing.
    assert_eq!(hours3_parts(&[9, 9]), [MilliHours(3), MilliHours(2)]);
    assert_eq!(hours3_parts(&[]), []);
}

proptest! {
    #[test]
    fn printed_parts_add_up_to_the_printed_total(parts in proptest::collection::vec(0..40_000_000_i64, 0..14)) {
        let figures = hours3_parts(&parts);
        prop_assert_eq!(figures.len(), parts.len());
        prop_assert_eq!(figures.iter().copied().sum::<MilliHours>().to_string(), hours3(parts.iter().sum()));
        for (MilliHours(figure), seconds) in figures.into_iter().zip(parts) {
            // Less than a thousandth off: |figure / 1,000 − seconds / 3,600| < 0.001, times 18,000.
            prop_assert!((18 * figure - 5 * seconds).abs() < 18, "{} s as {}", seconds, figure);
        }
    }

    #[test]
    fn parts_of_either_sign_add_up_too(parts in proptest::collection::vec(-40_000_000..40_000_000_i64, 0..14)) {
        let figures = hours3_parts(&parts);
        prop_assert_eq!(figures.into_iter().sum::<MilliHours>().to_string(), hours3(parts.iter().sum()));
    }
}
