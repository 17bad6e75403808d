//! Hours wanted against hours there are, worked out by hand.

use domain::facts::{Configuration, Execution, Project, Purpose, Qa0, ScheduledConfiguration, SchedulingBlock, Status};
use domain::family::Family;
use domain::plan::atmosphere::Atmosphere;
use domain::plan::candidates::candidates;
use domain::plan::policy::Limits;
use domain::plan::pressure::{
    Executive, available_by_lst, by_configuration, delivered, executive_balance, passed, wanted,
};
use domain::plan::ranking::Blocks;
use domain::time::{Instant, Interval};
use proptest::prelude::*;

use crate::ranking::{at, block, prepared, project, situation};

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-3
}

#[test]
fn four_hours_are_spread_over_the_six_around_transit() {
    let blocks = prepared(&[block("B")]);
    let of = wanted(&blocks, Family::Twelve, &Limits::default());
    // RA 204.25° is 13.617 h: from LST 10.617 to 16.617, 4/6 h for each.
    let band_6 = |lst: usize| of.by_lst_and_band[lst][5];
    assert!(near(band_6(10), 0.383 * 2.0 / 3.0) && near(band_6(11), 2.0 / 3.0) && near(band_6(15), 2.0 / 3.0));
    assert!(near(band_6(16), 0.617 * 2.0 / 3.0) && band_6(9) == 0.0 && band_6(17) == 0.0);
    assert!((of.total_h() - 4.0).abs() < 1e-9);
    assert_eq!(wanted(&blocks, Family::Seven, &Limits::default()).total_h(), 0.0);
}

#[test]
fn what_is_done_forbidden_or_unknown_is_not_wanted_time() {
    let facts = [
        SchedulingBlock { exec_count: Some(0), ..block("A") },
        SchedulingBlock { name: "DO NOT OBSERVE".to_owned(), ..block("B") },
        SchedulingBlock { est_time_h: None, ..block("C") },
        SchedulingBlock { dec_deg: Some(75.0), ..block("D") },
    ];
    let of = wanted(&prepared(&facts), Family::Twelve, &Limits::default());
    assert_eq!((of.n_unknown, of.never_up_h, of.total_h()), (1, 4.0, 4.0));
}

#[test]
fn a_day_has_an_hour_of_each_sidereal_hour_and_four_minutes_of_one_more() {
    let day = Interval::new(at("2022-03-12 00:00:00"), at("2022-03-13 00:00:00")).unwrap();
    let by_lst = available_by_lst(&[day]);
    assert!((by_lst.iter().sum::<f64>() - 24.0).abs() < 1e-9);
    // A sidereal hour is 0.99727 h; the day's last 0.0655 h fall on its first sidereal hour again.
    let mut sorted = by_lst;
    sorted.sort_by(f64::total_cmp);
    assert!(
        near(sorted[0], 0.997_27) && near(sorted[22], 0.997_27) && near(sorted[23], 0.997_27 + 0.065_5),
        "{sorted:?}"
    );
}

#[test]
fn a_block_that_two_configurations_fit_is_shared_between_them() {
    let configuration = |name: &str, ar| Configuration {
        id: name.parse().unwrap(),
        ar_100ghz_arcsec: Some(ar),
        mrs_100ghz_arcsec: None,
        longest_baseline_km: None,
        antennas: Some(43),
    };
    let row = |start: &str, end: &str, name: &str, lst: Option<(f64, f64)>, revision| ScheduledConfiguration {
        start: at(start),
        end: at(end),
        configuration: name.parse().unwrap(),
        lst_from_h: lst.map(|lst| lst.0),
        lst_to_h: lst.map(|lst| lst.1),
        revision,
    };
    let schedule = [
        row("2022-03-01 00:00:00", "2022-03-14 00:00:00", "C-3", None, 2),
        // A quarter of the sidereal day, over midnight.
        row("2022-03-14 00:00:00", "2022-03-18 00:00:00", "C-4", Some((22.0, 4.0)), 2),
        row("2022-03-14 00:00:00", "2022-05-18 00:00:00", "C-9", None, 1),
    ];
    let configurations = [configuration("C-3", 1.42), configuration("C-4", 1.2)];
    // 0.48″ to 0.72″ at 230 GHz are 1.10″ to 1.66″ at 100 GHz: both fit. The second block is too fine for either.
    let fine =
        SchedulingBlock { min_ar_arcsec: Some(0.1), max_ar_arcsec: Some(0.2), exec_count: Some(3), ..block("C") };
    let blocks = prepared(&[block("B"), fine]);
    let (of, none_h) = by_configuration(&blocks, &schedule, &configurations, at("2022-03-12 00:00:00"));
    let names: Vec<_> = of.iter().map(|of| (of.configuration.as_str(), of.wanted_h)).collect();
    assert_eq!((names, none_h), (vec![("C-3", 2.0), ("C-4", 2.0)], 3.0));
    // Two days are left of the first; four days of 24 h, a quarter of each, of the second.
    assert!((of[0].available_h - 48.0).abs() < 1e-9 && (of[1].available_h - 24.0).abs() < 0.3, "{of:?}");
}

#[test]
fn executives_get_their_passes_and_want_what_is_left() {
    let projects = [Project { executive: "EA".to_owned(), ..project("2021.1.00001.S") }];
    let run = |id: &str, qa0, purpose, end: &str| Execution {
        id: id.parse().unwrap(),
        sb_uid: "B".to_owned(),
        sb_name: String::new(),
        project_code: "2021.1.00001.S".to_owned(),
        array_id: String::new(),
        family: None,
        band: None,
        purpose,
        status: Status::Success,
        qa0,
        start: Some(at("2022-03-12 00:00:00")),
        end: Some(at(end)),
        subject: String::new(),
        ticket: String::new(),
    };
    let executions = [
        run("E1", Some(Qa0::Pass), Purpose::Pi, "2022-03-12 01:30:00"),
        run("E2", Some(Qa0::Fail), Purpose::Pi, "2022-03-12 01:30:00"),
        run("E3", Some(Qa0::Pass), Purpose::Test, "2022-03-12 01:30:00"),
        Execution {
            project_code: "unknown".to_owned(),
            ..run("E4", Some(Qa0::Pass), Purpose::Pi, "2022-03-12 01:00:00")
        },
    ];
    let all = candidates(&[block("B")], &projects, &executions, Atmosphere::site());
    let balance = executive_balance(&Blocks::new(all, "2021.1"), &delivered(&projects, passed(&executions)));
    // Three passes of the block are known, so one of four executions is left.
    assert_eq!(
        (balance[0].executive, balance[0].wanted_h, balance[0].delivered_h),
        (Some(Executive::EastAsia), 1.0, 1.5)
    );
    assert_eq!((balance[4].executive, balance[4].delivered_h), (None, 1.0));
    assert!((Executive::ALL.iter().map(|who| who.share()).sum::<f64>() - 1.0).abs() < 1e-12);
}

proptest! {
    #[test]
    fn hours_by_sidereal_time_sum_to_the_hours(starts in prop::collection::vec((0..1_000_000_000_i64, 1..40_000_000_i64), 0..5)) {
        let epoch: Instant = situation().at;
        let intervals: Vec<_> =
            starts.iter().map(|&(start, long)| Interval::new(epoch.plus(start), epoch.plus(start + long)).unwrap()).collect();
        let hours: f64 = intervals.iter().map(|interval| f64::from(i32::try_from(interval.seconds()).unwrap()) / 3_600.0).sum();
        let by_lst = available_by_lst(&intervals);
        prop_assert!((by_lst.iter().sum::<f64>() - hours).abs() < 1e-6 * hours.max(1.0));
        prop_assert!(by_lst.iter().all(|&hours| hours >= 0.0));
    }
}
