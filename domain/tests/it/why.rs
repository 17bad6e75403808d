//! A row that is opened: its criteria, its checks, its curve, and how much water would change its place.

use domain::facts::SchedulingBlock;
use domain::plan::checks::{Check, Verdict};
use domain::plan::curve::curve;
use domain::plan::policy::{Criterion, Policy};
use domain::plan::ranking::Section;
use domain::plan::situation::Situation;
use domain::plan::target::{SkyAt, Target};

use crate::ranking::{block, prepared, situation};

#[test]
fn a_score_opens_into_parts_that_add_up_to_it() {
    let blocks = prepared(&[block("B")]);
    for policy in [Policy::shiftdesk(), Policy::dsa_cycle3()] {
        let parts = blocks.why(0, &situation(), &policy);
        assert_eq!(parts.iter().map(|part| part.criterion).collect::<Vec<_>>(), Criterion::ALL);
        let sum: f64 = parts.iter().fold(0.0, |sum, part| sum + part.contribution);
        assert_eq!(Some(sum), blocks.rank(&situation(), &policy).score(0));
    }
    let parts = blocks.why(0, &situation(), &Policy::shiftdesk());
    let of = |criterion: Criterion| &parts[criterion as usize];
    // None of 4: 4 + 6·0/4 = 4, times 0.15.
    assert_eq!(
        (of(Criterion::Completion).raw.as_str(), of(Criterion::Completion).formula.as_str()),
        ("0 of 4", "4 + 6·0/4")
    );
    assert!((of(Criterion::Completion).contribution - 0.6).abs() < 1e-12);
    // Rank 70: 10·1330/1400 = 9.5.
    assert_eq!((of(Criterion::Rank).formula.as_str(), of(Criterion::Rank).score), ("10·(1400 − 70)/1400", 9.5));
    // 1.38″ of the array against 0.6″ at 230 GHz, 1.38″, shortened by 1.013, 1.362″, at declination −29.87°: within 10 %.
    assert_eq!(of(Criterion::Array).score, 10.0);
    assert_eq!(
        of(Criterion::Array).formula,
        "T = 1.362″, with the beam 1.013 times as long at transit; 10 within 10 % of T"
    );
    assert_eq!(of(Criterion::Grade).raw, "A of 2021.1");
}

#[test]
fn what_is_not_known_is_said_and_scores_nothing() {
    let bare = SchedulingBlock { ra_deg: None, ar_arcsec: None, rep_freq_ghz: None, ..block("B") };
    let parts = prepared(&[bare]).why(0, &situation(), &Policy::shiftdesk());
    for criterion in [Criterion::Condition, Criterion::Array, Criterion::HourAngle] {
        let part = &parts[criterion as usize];
        assert!(part.formula.starts_with("0 where") && part.score == 0.0, "{part:?}");
    }
}

#[test]
fn why_not_says_value_limit_and_when_again() {
    // Its band is far away, it lies below, and nobody wrote how wet it may be.
    let blocks = prepared(&[SchedulingBlock { ra_deg: Some(315.0), max_pwv_mm: None, ..block("B") }]);
    let now = Situation { bands: [3, 7].into_iter().collect(), ..situation() };
    let checks = blocks.checks(0, &now, &Policy::shiftdesk(), &[]);
    assert_eq!(checks.iter().map(|checked| checked.check).collect::<Vec<_>>(), Check::ALL);
    let of = |check: Check| &checks[check as usize];
    assert_eq!((of(Check::SbState).verdict, of(Check::SbState).value.as_str()), (Verdict::Passes, "Ready"));
    let band = of(Check::Band);
    assert_eq!(
        (band.verdict, band.value.as_str(), band.limit.as_str(), band.next),
        (Verdict::Fails, "6", "3, 7", None)
    );
    let elevation = of(Check::Elevation);
    assert_eq!((elevation.verdict, elevation.limit.as_str()), (Verdict::Fails, "at least 20°"));
    assert!(elevation.next.is_some_and(|next| next > now.at), "{elevation:?}");
    let fraction = of(Check::ExecFrac);
    assert_eq!((fraction.verdict, fraction.value.as_str()), (Verdict::Missing, "no max_pwv_mm"));
    assert_eq!(of(Check::SetsIn).value, "0.00 h");
    assert_eq!(of(Check::Configuration).value, "1.380″ at 100 GHz");
}

#[test]
fn a_curve_is_the_sky_at_each_of_its_moments() {
    let target = Target::new(204.25, -29.87);
    let blocks = prepared(&[block("B")]);
    let air = blocks.candidate(0).unwrap().air;
    let moments = curve(&target, air.as_ref(), 1.8, situation().at, 300, 289);
    assert_eq!((moments.len(), moments[288].at), (289, situation().at.plus(86_400)));
    for moment in moments.iter().step_by(24) {
        let sky = SkyAt::of(moment.at);
        assert!((moment.elevation_deg - sky.place(&target).elevation_deg).abs() < 0.001);
        assert!((moment.sun_elevation_deg - domain::plan::sun::sun_place(&sky).elevation_deg).abs() < 0.05);
        assert_eq!(moment.transmission == Some(0.0), moment.elevation_deg <= 0.0);
        assert!((0.0..180.0).contains(&moment.from_sun_deg));
    }
    // The best moment is transit, at LST = RA = 13.6 h.
    let best = moments.iter().max_by(|a, b| a.transmission.unwrap().total_cmp(&b.transmission.unwrap())).unwrap();
    assert!((best.lst_h - 204.25 / 15.0).abs() < 0.1, "{best:?}");
    assert_eq!(curve(&target, None, 1.8, situation().at, 300, 1)[0].transmission, None);
}

#[test]
fn wet_air_takes_a_block_off_the_list_at_the_vapour_that_the_answer_names() {
    let dry = SchedulingBlock { max_pwv_mm: Some(0.6), ..block("A") };
    let blocks = prepared(&[dry, block("B")]);
    let (now, policy) = (Situation { pwv_mm: 0.6, ..situation() }, Policy::shiftdesk());
    let by_vapour = blocks.place_by_vapour(0, &now, &policy);
    // At its own limit in water the first is the best; at 1.8 mm the other is.
    assert_eq!(by_vapour.rank, Some((Section::Twelve, 1)));
    let wetter_mm = by_vapour.wetter_mm.unwrap();
    let rank_at = |pwv_mm| blocks.rank(&Situation { pwv_mm, ..now }, &policy).rank_of(0);
    assert!(wetter_mm > 0.6 && rank_at(wetter_mm) != by_vapour.rank && rank_at(wetter_mm - 0.05) == by_vapour.rank);
}
