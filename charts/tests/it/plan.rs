//! The drawings of the plan: a block's next day, a shift, the water vapour; typical, empty, and with one thing in it.

use charts::shift_plan::{self, Kind, Piece, ShiftPlan};
use charts::sky_curve::{self, SkyCurve};
use charts::vapour::{self, Vapour};
use domain::facts::Conditions;
use domain::ledger::Owner;
use domain::plan::atmosphere::Atmosphere;
use domain::plan::curve::curve;
use domain::plan::target::Target;
use domain::time::Interval;

use crate::doors::{ELSEWHERE, HOSTILE, assert_text_stays_text};
use crate::quarter::t;

/// The galactic centre at 230 GHz over the day from the evening of 12 March 2022 on.
fn centre() -> SkyCurve {
    let from = t("2022-03-12 21:00:00");
    let air = Atmosphere::site().air(230.0);
    SkyCurve {
        title: "The galactic centre".to_owned(),
        moments: curve(&Target::new(266.417, -29.008), air.as_ref(), 1.0, from, 600, 145),
        elevation_limit_deg: 20.0,
        listed: vec![Interval::new(from.plus(8 * 3_600), from.plus(12 * 3_600)).unwrap()],
        closed: vec![Interval::new(from.plus(20 * 3_600), from.plus(24 * 3_600)).unwrap()],
    }
}

#[test]
fn a_day_of_a_block() {
    insta::assert_snapshot!(sky_curve::svg(&centre(), 440).unwrap());
    insta::assert_snapshot!(sky_curve::sentence(&centre()));
    let table = sky_curve::table(&centre());
    // 145 moments, of which every seventh is told: 0, 7, …, 140.
    assert_eq!((table.head.len(), table.rows.len()), (6, 21));
}

#[test]
fn a_block_without_coordinates_has_no_day() {
    let nowhere = SkyCurve { moments: Vec::new(), ..centre() };
    assert!(sky_curve::svg(&nowhere, 440).unwrap().contains("The log has no coordinates of this block"));
    assert_eq!(sky_curve::sentence(&nowhere), "The galactic centre: it has no coordinates.");
}

#[test]
fn a_block_that_is_never_listed_says_so() {
    let never = SkyCurve { listed: Vec::new(), ..centre() };
    assert!(sky_curve::sentence(&never).contains("It passes all checks at no time of these."));
}

fn piece(from_h: i64, to_h: i64, name: &str, kind: Kind) -> Piece {
    let at = |hours: i64| t("2022-03-12 21:00:00").plus(hours * 3_600);
    Piece {
        interval: Interval::new(at(from_h), at(to_h)).unwrap(),
        name: name.to_owned(),
        detail: "score 7.5".to_owned(),
        kind,
        href: Some("/plan?sb=1".to_owned()),
    }
}

fn night() -> ShiftPlan {
    ShiftPlan {
        title: "12 m plan".to_owned(),
        shift: Interval::new(t("2022-03-12 21:00:00"), t("2022-03-13 09:00:00")).unwrap(),
        planned: vec![piece(0, 2, "R Dor", Kind::Planned), piece(2, 5, "W43", Kind::Conflict)],
        executed: vec![piece(0, 1, "Downtime", Kind::Downtime), piece(1, 3, "R Dor", Kind::Executed(Owner::PiPass))],
        now: Some(t("2022-03-13 01:00:00")),
    }
}

#[test]
fn a_shift_as_planned_and_as_it_was() {
    insta::assert_snapshot!(shift_plan::svg(&night(), 1_200).unwrap());
    // 2 h and 3 h planned of 12 h; an hour of downtime is no execution.
    assert_eq!(
        shift_plan::sentence(&night()),
        "12 m plan: 2 executions planned, 5.00 h of 12.00 h; 1 with a conflict; 2.00 h were executed."
    );
}

#[test]
fn a_shift_without_a_plan() {
    let empty = ShiftPlan { planned: Vec::new(), executed: Vec::new(), now: None, ..night() };
    insta::assert_snapshot!(shift_plan::svg(&empty, 390).unwrap());
    assert!(shift_plan::sentence(&empty).starts_with("12 m plan: 0 executions planned, 0.00 h of 12.00 h;"));
}

#[test]
fn what_people_wrote_stays_text_and_links_stay_here() {
    let here = ["/plan?sb=1".to_owned()];
    for (text, elsewhere) in HOSTILE.into_iter().zip(ELSEWHERE) {
        let mut chart = night();
        text.clone_into(&mut chart.title);
        for piece in &mut chart.planned {
            text.clone_into(&mut piece.name);
            text.clone_into(&mut piece.detail);
        }
        chart.planned[0].href = Some(elsewhere.to_owned());
        assert_text_stays_text(&shift_plan::svg(&chart, 1_200).unwrap(), &here);
        let curve = SkyCurve { title: text.to_owned(), ..centre() };
        assert_text_stays_text(&sky_curve::svg(&curve, 440).unwrap(), &here);
    }
}

#[test]
fn the_vapour_of_a_day_has_a_gap_where_nothing_was_measured() {
    let from = t("2022-03-12 00:00:00");
    let measured = |minutes: i64, pwv_mm| Conditions {
        time: from.plus(minutes * 60),
        pwv_mm: Some(pwv_mm),
        phase_rms_deg: None,
        wind_m_s: None,
    };
    let chart = Vapour {
        measured: vec![measured(0, 1.0), measured(30, 1.2), measured(600, 0.8), measured(610, 0.7)],
        from,
        to: from.plus(86_400),
        asked_mm: 0.9,
    };
    let svg = vapour::svg(&chart, 320).unwrap();
    // Two lines: the nine and a half hours between 00:30 and 10:00 are not bridged.
    assert_eq!(svg.matches("<polyline").count(), 2, "{svg}");
    assert_eq!(vapour::sentence(&chart), "Water vapour of the last day: from 0.70 mm to 1.20 mm, last 0.70 mm.");
    let none = Vapour { measured: Vec::new(), ..chart };
    assert!(vapour::svg(&none, 320).unwrap().contains("not measured in the last day"));
    assert_eq!(vapour::sentence(&none), "No water vapour was measured in the last day.");
}
