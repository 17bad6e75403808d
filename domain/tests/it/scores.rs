//! The seven criteria and their sum against what the original program answers.

use domain::plan::criteria::{self, Grade, Scores, Wanted};
use domain::plan::policy::{BadPolicy, Criterion, Formulas, Limits, LimitsGiven, Policy, PolicyGiven, Weights};
use proptest::prelude::*;

use crate::observing_conditions::inputs;
use crate::sky_over_targets::oracle;

const CYCLE3: Formulas = Formulas::Cycle3;

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn whole(text: &str) -> i32 {
    text.parse().unwrap()
}

fn grade_of(number: &str) -> Option<Grade> {
    match number {
        "1" => Some(Grade::A),
        "2" => Some(Grade::B),
        "3" => Some(Grade::C),
        _ => number.parse().ok(),
    }
}

#[test]
fn every_score_of_the_original_program_comes_out_to_a_billionth() {
    let Some(rows) = oracle("dsa_scores.csv") else { return };
    let policy = Policy::dsa_cycle3();
    let mut worst = 0.0_f64;
    assert!(rows.len() >= 100);
    for row in &rows {
        let of = |column: &str| number(&row(column));
        let wanted = Wanted::new(of("ar"), of("minar"), of("maxar"), of("dec"), row("is_tc") == "1");
        let is_12m = row("array_kind") == "12";
        let scores: Scores = [
            criteria::condition(CYCLE3, of("fraction"), of("pwv"), of("maxpwvc")),
            if is_12m { criteria::array(CYCLE3, &wanted, of("array_ar_sb")) } else { 10.0 },
            criteria::completion(CYCLE3, whole(&row("observed")), whole(&row("execount"))),
            criteria::executive(),
            criteria::rank(CYCLE3, Some(whole(&row("srank")))),
            criteria::grade(CYCLE3, &policy.grades, grade_of(&row("grade")), Some(whole(&row("cycle_year"))), false),
            criteria::hour_angle(CYCLE3, of("ha_hours")),
        ];
        let columns = ["out_cond", "out_array", "out_completion", "out_executive", "out_rank", "out_grade", "out_ha"];
        let mut check = |ours: f64, column: &str| {
            let off = (ours - of(column)).abs();
            assert!(off < 1e-9, "{column}: {ours}, expected {}", row(column));
            worst = worst.max(off);
        };
        for (ours, column) in scores.into_iter().zip(columns) {
            check(ours, column);
        }
        check(criteria::total(&policy.weights, &scores), "out_total");
        if is_12m {
            check(of("ar") / criteria::elongation(of("dec")), "out_ar_pi");
        }
    }
    println!("{} rows of the original's scores, worst {worst:.1e}", rows.len());
}

#[test]
fn the_oracles_vectors_of_each_criterion_come_out() {
    let Some(rows) = oracle("dsa_vectors.csv") else { return };
    let policy = Policy::dsa_cycle3();
    let (mut n, mut worst) = (0, 0.0_f64);
    for row in &rows {
        let inputs = inputs(&row("inputs"));
        let of = |key: &str| number(&inputs[key]);
        let condition = || criteria::condition(CYCLE3, of("exec_frac"), of("pwv_mm"), of("max_pwvc_mm"));
        let array = || match inputs["kind"].as_str() {
            "12m" => {
                let (ar, min, max) = (of("ar_arcsec"), of("min_ar"), of("max_ar"));
                let wanted = Wanted::new(ar, min, max, of("dec_deg"), inputs["is_tc"] == "1");
                criteria::array(CYCLE3, &wanted, of("array_ar_arcsec"))
            }
            _ => 10.0,
        };
        let completion = || criteria::completion(CYCLE3, whole(&inputs["observed"]), whole(&inputs["execount"]));
        let rank = || criteria::rank(CYCLE3, Some(whole(&inputs["rank"])));
        let grade = || {
            let year = whole(&inputs["cycle"][..4]);
            criteria::grade(CYCLE3, &policy.grades, grade_of(&inputs["grade"]), Some(year), false)
        };
        let hour_angle = || criteria::hour_angle(CYCLE3, of("ha_hours"));
        let ours = match row("function").as_str() {
            "condition_score" => condition(),
            "array_score" => array(),
            "completion_score" => completion(),
            "rank_score" => rank(),
            "grade_score" => grade(),
            "ha_score" => hour_angle(),
            "total_score" => criteria::total(
                &policy.weights,
                &[condition(), array(), completion(), criteria::executive(), rank(), grade(), hour_angle()],
            ),
            _ => continue,
        };
        // The vectors have nine digits.
        let expected = number(&row("expected"));
        let off = (ours - expected).abs() / expected.abs().max(1.0);
        assert!(off < 1e-6, "{}: {ours}, expected {expected}", row("name"));
        (n, worst) = (n + 1, worst.max(off));
    }
    println!("{n} vectors of the scores, worst {worst:.1e}");
    assert!(n >= 34, "{n} vectors");
}

#[test]
fn exactly_four_fifths_of_the_target_scores_nothing_in_the_original_and_eight_with_us() {
    // The target is 0.5 (a `_TC` block is taken as it stands), 0.8 · 0.5 = 0.4.
    let wanted = Wanted::new(0.5, 0.3, 0.9, -23.0, true);
    assert_eq!(criteria::array(CYCLE3, &wanted, 0.8 * 0.5), -1.0);
    assert_eq!(criteria::array(Formulas::Shiftdesk, &wanted, 0.8 * 0.5), 8.0);
}

#[test]
fn grade_a_of_any_cycle_counts_with_us() {
    let scores = Policy::shiftdesk().grades;
    let ours = |grade, carried| criteria::grade(Formulas::Shiftdesk, &scores, grade, Some(2021), carried);
    assert_eq!(criteria::grade(CYCLE3, &scores, Some(Grade::A), Some(2021), false), -100.0);
    assert_eq!([ours(Some(Grade::A), false), ours(Some(Grade::A), true)], [10.0, 9.0]);
    assert_eq!([ours(Some(Grade::B), true), ours(Some(Grade::C), false), ours(None, false)], [4.0, 0.0, 0.0]);
}

#[test]
fn a_policy_says_what_is_wrong_with_it() {
    let weights = |w: [f64; 7]| Weights::try_from(w);
    assert_eq!(weights([0.0; 7]), Err(BadPolicy::NoWeight));
    assert_eq!(weights([1.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), Err(BadPolicy::Weight));
    assert_eq!(weights([f64::NAN; 7]), Err(BadPolicy::Weight));
    let given = LimitsGiven::from(Limits::default());
    assert_eq!(Limits::try_from(LimitsGiven { elevation_deg: 90.0, ..given }), Err(BadPolicy::Elevation));
    assert_eq!(Limits::try_from(LimitsGiven { hour_angle_from_h: 4.0, ..given }), Err(BadPolicy::HourAngle));
    let nameless = PolicyGiven { name: " ".to_owned(), ..Policy::shiftdesk().into() };
    assert_eq!(Policy::try_from(nameless), Err(BadPolicy::Name));
}

#[test]
fn a_policy_is_read_as_it_was_written() {
    for policy in [Policy::dsa_cycle3(), Policy::shiftdesk()] {
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    }
    assert!(serde_json::from_str::<Weights>("[2, 0, 0, 0, 0, 0, 0]").is_err());
}

proptest! {
    #[test]
    fn every_score_of_ours_is_between_nothing_and_ten(
        frac in prop::num::f64::ANY, pwv in 0.0..20.0_f64, max in 0.0..20.0_f64, ar in 0.0..9.0_f64, other in 0.0..9.0_f64,
        dec in -90.0..90.0_f64, observed in 0..99_i32, count in 0..99_i32, rank in 0..9_999_i32, ha in -12.0..12.0_f64,
    ) {
        let ours = Formulas::Shiftdesk;
        let wanted = Wanted::new(ar, 0.8 * ar, 1.2 * ar, dec, false);
        let scores: Scores = [
            criteria::condition(ours, frac, pwv, max),
            criteria::array(ours, &wanted, other),
            criteria::completion(ours, observed, count),
            criteria::executive(),
            criteria::rank(ours, Some(rank)),
            10.0,
            criteria::hour_angle(ours, ha),
        ];
        for &criterion in Criterion::ALL {
            prop_assert!((0.0..=10.0).contains(&scores[criterion as usize]), "{criterion}: {scores:?}");
        }
        prop_assert!((0.0..=10.000_001).contains(&criteria::total(&Policy::shiftdesk().weights, &scores)));
    }
}
