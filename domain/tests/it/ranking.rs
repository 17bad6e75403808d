//! Who is listed, who is not and why, and when again: stories of a few blocks, and what holds for any.

use domain::facts::{
    Conditions, Configuration, Execution, Project, Purpose, Qa0, ScheduledConfiguration, SchedulingBlock, Status,
};
use domain::family::Family;
use domain::plan::atmosphere::Atmosphere;
use domain::plan::back_test::{Past, back_test};
use domain::plan::candidates::{Candidate, candidates, newest_cycle};
use domain::plan::checks::{Check, says_do_not};
use domain::plan::comparison::{Change, changes};
use domain::plan::policy::{Formulas, Limits, LimitsGiven, Policy, PolicyGiven};
use domain::plan::ranking::{Blocks, Section};
use domain::plan::situation::{Ahead, ArrayAtHand, Bands, Situation, ahead, scheduled_at};
use domain::plan::warnings::{Warning, warnings};
use domain::time::{Instant, Interval};
use proptest::prelude::*;

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// A grade A project of the current cycle.
pub(crate) fn project(code: &str) -> Project {
    Project {
        id: code.parse().unwrap(),
        title: String::new(),
        executive: "EU".to_owned(),
        grade: "A".to_owned(),
        science_rank: Some(70),
        cycle: "2021.1".to_owned(),
        state: "Ready".to_owned(),
    }
}

/// A band 6 block of the 12 m array that passes every check in [`situation`]: it transits 12 minutes later.
pub(crate) fn block(id: &str) -> SchedulingBlock {
    SchedulingBlock {
        id: id.parse().unwrap(),
        name: "M83_a_06_TM1".to_owned(),
        project_code: "2021.1.00001.S".to_owned(),
        array: Some(Family::Twelve),
        band: Some(6),
        rep_freq_ghz: Some(230.0),
        ra_deg: Some(204.25),
        dec_deg: Some(-29.87),
        max_pwv_mm: Some(1.8),
        ar_arcsec: Some(0.6),
        las_arcsec: Some(5.0),
        min_ar_arcsec: Some(0.48),
        max_ar_arcsec: Some(0.72),
        exec_count: Some(4),
        est_time_h: Some(1.0),
        state: "Ready".to_owned(),
        window_start: None,
        window_end: None,
        is_polarization: None,
        is_point_source: None,
        note: String::new(),
    }
}

/// 43 antennas with 1.38 arcseconds at 100 GHz, so 0.6 at 230; LST is 13.4 h.
pub(crate) fn situation() -> Situation {
    Situation {
        at: at("2022-03-12T06:35:00Z"),
        pwv_mm: 1.8,
        arrays: [Some(ArrayAtHand { n_antennas: 43, ar_100ghz_arcsec: Some(1.38) }); 3],
        bands: Bands::ALL,
        limits: Limits::default(),
    }
}

pub(crate) fn prepared(facts: &[SchedulingBlock]) -> Blocks {
    Blocks::new(
        candidates(facts, &[project("2021.1.00001.S"), project("2021.1.00002.T")], &[], Atmosphere::site()),
        "2021.1",
    )
}

fn one(change: impl FnOnce(&mut SchedulingBlock)) -> Blocks {
    let mut changed = block("B");
    change(&mut changed);
    prepared(&[changed])
}

fn execution(id: &str, sb_uid: &str, qa0: Option<Qa0>) -> Execution {
    Execution {
        id: id.parse().unwrap(),
        sb_uid: sb_uid.to_owned(),
        sb_name: String::new(),
        project_code: String::new(),
        array_id: String::new(),
        family: None,
        band: None,
        purpose: Purpose::Pi,
        status: Status::Success,
        qa0,
        start: None,
        end: None,
        subject: String::new(),
        ticket: String::new(),
    }
}

/// The first failing check of the only block.
fn failing(blocks: &Blocks, situation: &Situation) -> Option<Check> {
    blocks.rank(situation, &Policy::shiftdesk()).first_failing(0)
}

#[test]
fn a_block_near_transit_under_the_air_it_was_planned_with_is_listed() {
    let blocks = prepared(&[block("B")]);
    let ranking = blocks.rank(&situation(), &Policy::shiftdesk());
    assert_eq!(ranking.section(Section::Twelve), [0]);
    assert_eq!((ranking.rank_of(0), ranking.first_failing(0)), (Some((Section::Twelve, 1)), None));
    assert_eq!((ranking.policy.as_str(), ranking.version), ("shiftdesk", 1));
    // 903 baselines over 630, and the air it was planned with, a quarter of an hour before transit.
    let row = blocks.row(0, &situation(), &Policy::shiftdesk()).unwrap();
    assert!((row.multiplier.unwrap() - 630.0 / 903.0).abs() < 0.002, "{row:?}");
    assert!((row.hour_angle_h.unwrap() + 0.2).abs() < 0.1 && row.elevation_deg.unwrap() > 80.0, "{row:?}");
    // From the zenith to 20° in the west: some 5 h 20 min.
    assert!((5.0..6.0).contains(&row.sets_in_h.unwrap()), "{row:?}");
    assert_eq!(Some(row.total), ranking.score(0));
}

#[test]
fn each_check_fails_by_itself_and_names_itself() {
    let now = situation();
    let window = |from: &str, to: &str| (Some(at(from)), Some(at(to)));
    let stories: Vec<(Check, Blocks)> = vec![
        (Check::ArrayKind, one(|b| b.array = None)),
        (Check::ProjectState, one(|b| b.project_code = "2021.1.09999.S".to_owned())),
        (Check::SbState, one(|b| b.state = "FullyObserved".to_owned())),
        (Check::Name, one(|b| b.name = "DO_NOT_RUN_M83".to_owned())),
        (Check::ExecutionsLeft, one(|b| b.exec_count = Some(0))),
        // 0.6″ at 230 GHz is 1.38″ at 100 GHz; half of that is too fine for the array.
        (Check::Configuration, one(|b| b.max_ar_arcsec = Some(0.5))),
        (Check::Elevation, one(|b| b.dec_deg = Some(60.0))),
        // 20° above the horizon in the west: it sets at once. HA = 13.4 h − 8.4 h.
        (Check::SetsIn, one(|b| b.ra_deg = Some(8.4 * 15.0))),
        (Check::HourAngle, one(|b| b.ra_deg = Some(9.9 * 15.0))),
        (Check::Window, one(|b| (b.window_start, b.window_end) = window("2022-04-01 00:00:00", "2022-05-01 00:00:00"))),
        // Planned for dry air, and it is not.
        (Check::ExecFrac, one(|b| (b.rep_freq_ghz, b.max_pwv_mm) = (Some(230.0), Some(0.1)))),
    ];
    for (check, blocks) in stories {
        // The air is bad only in the last story's eyes: 4 mm.
        let now = if check == Check::ExecFrac { Situation { pwv_mm: 5.0, ..now } } else { now };
        assert_eq!(failing(&blocks, &now), Some(check));
    }
    let blocks = prepared(&[block("B")]);
    assert_eq!(failing(&blocks, &Situation { bands: [3, 7].into_iter().collect(), ..now }), Some(Check::Band));
    assert_eq!(failing(&blocks, &Situation { arrays: [None; 3], ..now }), Some(Check::ArrayKind));
    let graded = |grade: &str, cycle: &str| {
        let projects = [Project { grade: grade.to_owned(), cycle: cycle.to_owned(), ..project("2021.1.00001.S") }];
        let all = candidates(&[block("B")], &projects, &[], Atmosphere::site());
        failing(&Blocks::new(all, "2021.1"), &now)
    };
    // Grade A is carried over, B and C are not.
    assert_eq!([graded("C", "2021.1"), graded("A", "2020.1"), graded("D", "2021.1")], [None, None, Some(Check::Grade)]);
    assert_eq!(graded("B", "2020.1"), Some(Check::Grade));
}

#[test]
fn executions_with_pass_or_pending_count_as_done() {
    let executions = [
        execution("E1", "B", Some(Qa0::Pass)),
        execution("E2", "B", Some(Qa0::Pending)),
        execution("E3", "B", Some(Qa0::Fail)),
        execution("E4", "C", Some(Qa0::Pass)),
        execution("E5", "B", None),
    ];
    let asked = SchedulingBlock { exec_count: Some(3), ..block("B") };
    let all = candidates(&[asked], &[], &executions, Atmosphere::site());
    assert_eq!((all[0].n_pass, all[0].n_pending, all[0].executions_left()), (1, 1, Some(1)));
}

#[test]
fn what_the_log_does_not_say_is_missing_and_not_a_low_value() {
    let blocks = one(|b| (b.ra_deg, b.max_pwv_mm) = (None, None));
    assert_eq!(failing(&blocks, &situation()), Some(Check::Elevation));
    let row = blocks.row(0, &situation(), &Policy::shiftdesk()).unwrap();
    assert_eq!([row.hour_angle_h, row.elevation_deg, row.sets_in_h, row.multiplier], [None; 4]);
    let candidate = blocks.candidate(0).unwrap();
    assert_eq!(candidate.missing(Check::Elevation), Some("ra_deg"));
    assert_eq!(candidate.missing(Check::ExecFrac), Some("max_pwv_mm"));
    assert_eq!(candidate.missing(Check::SbState), None);
}

#[test]
fn names_say_do_not_in_several_spellings() {
    for name in ["DO_NOT_RUN_B6", "DO NOT OBSERVE", "x do-not use"] {
        assert!(says_do_not(name), "{name}");
    }
    assert!(!says_do_not("Knot_of_Orion"));
}

#[test]
fn ready_targets_of_opportunity_come_first_in_a_list_of_their_own() {
    let too = |id: &str, state: &str| SchedulingBlock {
        project_code: "2021.1.00002.T".to_owned(),
        state: state.to_owned(),
        ..block(id)
    };
    let seven = SchedulingBlock { array: Some(Family::Seven), ..block("D") };
    let blocks = prepared(&[block("C"), too("A", "Ready"), too("B", "Suspended"), seven]);
    let ranking = blocks.rank(&situation(), &Policy::shiftdesk());
    assert_eq!(ranking.section(Section::ReadyToo), [0]);
    // Equal scores: in the order of the ids.
    assert_eq!(ranking.section(Section::Twelve), [1, 2]);
    assert_eq!(ranking.section(Section::Seven), [3]);
}

#[test]
fn grade_c_comes_after_all_others_with_us_whatever_its_score() {
    let projects = ["A", "B", "C"].map(|grade| Project { grade: grade.to_owned(), ..project(grade) });
    let mut facts = ["C", "B", "A"].map(|grade| SchedulingBlock { project_code: grade.to_owned(), ..block(grade) });
    // Weighing nothing but completion, the filler is by far the best: three of four are done.
    let executions = ["E1", "E2", "E3"].map(|id| execution(id, "C", Some(Qa0::Pass)));
    facts[2].exec_count = Some(9);
    let all = candidates(&facts, &projects, &executions, Atmosphere::site());
    let blocks = Blocks::new(all, "2021.1");
    let weights = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0].try_into().unwrap();
    let by = |formulas| {
        let policy = PolicyGiven { weights, formulas, ..Policy::shiftdesk().into() };
        let ranking = blocks.rank(&situation(), &policy.try_into().unwrap());
        ranking
            .section(Section::Twelve)
            .iter()
            .map(|&place| blocks.candidate(place as usize).unwrap().block.id.to_string())
            .collect::<String>()
    };
    assert_eq!([by(Formulas::Shiftdesk), by(Formulas::Cycle3)], ["ABC", "CAB"]);
}

#[test]
fn a_block_that_has_set_comes_back_at_its_next_rise_and_one_that_never_rises_does_not() {
    let policy = Policy::shiftdesk();
    let east = one(|b| b.ra_deg = Some(21.0 * 15.0));
    let rise = east.next_time(0, Check::Elevation, &situation(), &policy, &[]).unwrap();
    // LST 13.4 h; at declination −29.87° it is above 20° for 5.3 h on either side: LST 15.7 h, 2.3 h later.
    let hours = f64::from(i32::try_from(rise.since(situation().at)).unwrap()) / 3_600.0;
    assert!((2.0..2.6).contains(&hours), "{hours} h");
    let north = one(|b| b.dec_deg = Some(75.0));
    assert_eq!(north.next_time(0, Check::Elevation, &situation(), &policy, &[]), None);
    assert_eq!(north.next_time_listed(0, &situation(), &policy, &[]), None);
    // It is listed once it is within 3 h of transit: LST 18 h, 4.6 h later.
    let listed = east.next_time_listed(0, &situation(), &policy, &[]).unwrap();
    let hours = f64::from(i32::try_from(listed.since(situation().at)).unwrap()) / 3_600.0;
    assert!((4.4..4.8).contains(&hours), "{hours} h");
}

#[test]
fn a_block_for_another_configuration_waits_for_it() {
    let configuration = |name: &str, ar| Configuration {
        id: name.parse().unwrap(),
        ar_100ghz_arcsec: Some(ar),
        mrs_100ghz_arcsec: None,
        longest_baseline_km: None,
        antennas: Some(43),
    };
    let planned = |start: &str, end: &str, name: &str, revision| ScheduledConfiguration {
        start: at(start),
        end: at(end),
        configuration: name.parse().unwrap(),
        lst_from_h: None,
        lst_to_h: None,
        revision,
    };
    let schedule = [
        planned("2022-03-01 00:00:00", "2022-03-19 00:00:00", "C-3", 2),
        planned("2022-03-19 00:00:00", "2022-04-15 00:00:00", "C-4", 2),
        planned("2022-04-15 00:00:00", "2022-05-01 00:00:00", "C-5", 2),
        planned("2022-04-10 00:00:00", "2022-05-01 00:00:00", "C-5", 1),
    ];
    let configurations = [configuration("C-4", 0.918), configuration("C-5", 0.545)];
    let ahead = ahead(&schedule, &configurations, situation().at);
    let names: Vec<_> = ahead.iter().map(|next| next.configuration.as_str()).collect();
    assert_eq!(names, ["C-4", "C-5"]);
    // It slipped by five days.
    assert_eq!(ahead.iter().map(|next| next.was_planned).collect::<Vec<_>>(), [None, Some(at("2022-04-10 00:00:00"))]);
    assert_eq!(scheduled_at(&schedule, situation().at).unwrap().configuration.as_str(), "C-3");
    // 0.24″ at 230 GHz is 0.55″ at 100 GHz: C-5.
    let fine = one(|b| (b.ar_arcsec, b.min_ar_arcsec, b.max_ar_arcsec) = (Some(0.24), Some(0.2), Some(0.28)));
    let next = fine.next_time(0, Check::Configuration, &situation(), &Policy::shiftdesk(), &ahead);
    assert_eq!(next, Some(at("2022-04-15 00:00:00")));
    assert_eq!(fine.next_time(0, Check::Configuration, &situation(), &Policy::shiftdesk(), &[]), None);
    let listed = fine.next_time_listed(0, &situation(), &Policy::shiftdesk(), &ahead).unwrap();
    assert!(listed > at("2022-04-15 00:00:00") && listed.since(at("2022-04-15 00:00:00")) < 86_400, "{listed}");
}

#[test]
fn the_newest_cycle_is_the_current_one_where_nobody_says() {
    let projects =
        ["2020.1", "2021.1", ""].map(|cycle| Project { cycle: cycle.to_owned(), ..project(&format!("P{cycle}")) });
    let facts =
        ["P2020.1", "P2021.1", "P"].map(|code| SchedulingBlock { project_code: code.to_owned(), ..block(code) });
    let all = candidates(&facts, &projects, &[], Atmosphere::site());
    assert_eq!(newest_cycle(&all), Some("2021.1"));
    assert_eq!(newest_cycle(&[]), None);
}

#[test]
fn what_a_policy_changes_is_who_rises_and_who_falls() {
    // B is nearly done and C is the better ranked: by completion alone B is first, by rank alone C.
    let projects =
        [Project { science_rank: Some(900), ..project("P") }, Project { science_rank: Some(10), ..project("Q") }];
    let facts = [("A", "Q"), ("B", "P"), ("C", "Q")].map(|(id, code)| SchedulingBlock {
        project_code: code.to_owned(),
        array: Some(if id == "A" { Family::Seven } else { Family::Twelve }),
        ..block(id)
    });
    let all = candidates(&facts, &projects, &[execution("E", "B", Some(Qa0::Pass))], Atmosphere::site());
    let blocks = Blocks::new(all, "2021.1");
    let by = |weights: [f64; 7]| {
        let policy = PolicyGiven { weights: weights.try_into().unwrap(), ..Policy::shiftdesk().into() };
        blocks.rank(&situation(), &policy.try_into().unwrap())
    };
    let (completion, rank) = (by([0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]), by([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]));
    let twelve = |rank| Some((Section::Twelve, rank));
    let changed = [
        Change { place: 1, before: twelve(1), after: twelve(2) },
        Change { place: 2, before: twelve(2), after: twelve(1) },
    ];
    assert_eq!(changes(&completion, &rank), changed);
    assert_eq!(changes(&rank, &rank), []);
}

#[test]
fn a_back_test_ranks_what_began_with_the_air_and_the_counts_of_then() {
    // Both are the same but for their ids; B was observed once before, so it is the better one then.
    let began = |id: &str, sb_uid: &str, hours: i64| Execution {
        start: Some(situation().at.plus(hours * 3_600)),
        ..execution(id, sb_uid, Some(Qa0::Pass))
    };
    let executions = [
        began("E0", "B", -30),
        began("E1", "A", 0),
        began("E2", "B", 0),
        began("E3", "nobody", 0),
        began("E4", "A", 9),
    ];
    let facts = ["A", "B"].map(|id| SchedulingBlock { state: "FullyObserved".to_owned(), ..block(id) });
    let all = candidates(&facts, &[project("2021.1.00001.S")], &executions, Atmosphere::site());
    let conditions =
        [Conditions { time: situation().at.plus(-600), pwv_mm: Some(1.8), phase_rms_deg: None, wind_m_s: None }];
    let configurations = [Configuration {
        id: "C-3".parse().unwrap(),
        ar_100ghz_arcsec: Some(1.38),
        mrs_100ghz_arcsec: None,
        longest_baseline_km: None,
        antennas: Some(43),
    }];
    let schedule = [ScheduledConfiguration {
        start: situation().at.plus(-86_400),
        end: situation().at.plus(86_400),
        configuration: "C-3".parse().unwrap(),
        lst_from_h: None,
        lst_to_h: None,
        revision: 1,
    }];
    let array = ArrayAtHand { n_antennas: 10, ar_100ghz_arcsec: None };
    let past = Past {
        candidates: &all,
        executions: &executions,
        conditions: &conditions,
        schedule: &schedule,
        configurations: &configurations,
        seven: array,
        total_power: array,
        current_cycle: "2021.1",
    };
    let day = Interval::new(situation().at, situation().at.plus(86_400)).unwrap();
    let result = back_test(&past, day, &Policy::shiftdesk());
    let ranks: Vec<_> =
        result.tested.iter().map(|tested| (tested.execution.as_str(), tested.rank, tested.of)).collect();
    // When E2 is looked at, E1 has just begun and counts: A and B are equal, and A comes first by its id.
    assert_eq!(ranks, [("E1", Some((Section::Twelve, 2)), 2), ("E2", Some((Section::Twelve, 2)), 2)]);
    // Nobody's block, and an execution nine hours after the last measurement.
    assert_eq!((result.n_unknown, result.among_first(1), result.among_first(2)), (2, Some(0.0), Some(1.0)));
}

#[test]
fn a_row_warns_of_what_ends_and_of_what_is_not_judged_yet() {
    let ends = situation().at.plus(3 * 86_400);
    let executions = [execution("E", "B", Some(Qa0::Pending))];
    let all =
        candidates(&[SchedulingBlock { window_end: Some(ends), ..block("B") }], &[], &executions, Atmosphere::site());
    let next = |ar| Ahead {
        start: situation().at.plus(86_400),
        end: situation().at.plus(9 * 86_400),
        configuration: "C-9".parse().unwrap(),
        array: ArrayAtHand { n_antennas: 43, ar_100ghz_arcsec: Some(ar) },
        was_planned: None,
    };
    assert_eq!(warnings(&all[0], &situation(), &[next(0.06)]), Warning::ALL);
    // 0.48″ to 0.72″ at 230 GHz are 1.10″ to 1.66″ at 100 GHz.
    assert_eq!(warnings(&all[0], &situation(), &[next(0.06), next(1.2)]), [Warning::WindowEnds, Warning::PendingQa0]);
    assert_eq!(warnings(&all[0], &Situation { at: ends.plus(1), ..situation() }, &[]), [Warning::PendingQa0]);
}

/// Any block: mostly sensible, some columns missing.
pub(crate) fn any_block() -> impl Strategy<Value = SchedulingBlock> {
    let sky = (prop::option::weighted(0.95, 0.0..360.0_f64), -90.0..90.0_f64);
    let receiver = prop::sample::select(vec![
        (3, 100.0),
        (6, 230.0),
        (7, 345.0),
        (8, 410.0),
        (9, 690.0),
        (10, 870.0),
        (1, 40.0),
        (2, 70.0),
    ]);
    let ar = prop::option::weighted(0.95, 0.02..3.0_f64);
    let rest = (
        0..3_usize,
        prop::sample::select(vec!["Ready", "Suspended", "FullyObserved", ""]),
        prop::option::weighted(0.95, 0..6_i32),
    );
    let window = prop::option::weighted(0.2, (-40..40_i64, 1..60_i64));
    (sky, receiver, ar, rest, prop::option::weighted(0.95, 0.1..6.0_f64), window, prop::bool::ANY).prop_map(
        |((ra_deg, dec_deg), (band, frequency), ar, (family, state, exec_count), max_pwv_mm, window, too)| {
            let day = |n: i64| situation().at.plus(n * 86_400);
            SchedulingBlock {
                array: Some(Family::ALL[family]),
                project_code: if too { "2021.1.00002.T" } else { "2021.1.00001.S" }.to_owned(),
                band: Some(band),
                rep_freq_ghz: Some(frequency),
                ra_deg,
                dec_deg: Some(dec_deg),
                ar_arcsec: ar,
                min_ar_arcsec: ar.map(|ar| 0.5 * ar),
                max_ar_arcsec: ar.map(|ar| 2.0 * ar),
                exec_count,
                max_pwv_mm,
                state: state.to_owned(),
                window_start: window.map(|(from, _)| day(from)),
                window_end: window.map(|(from, long)| day(from + long)),
                ..block("any")
            }
        },
    )
}

fn any_situation() -> impl Strategy<Value = Situation> {
    let limits = (0.0..60.0_f64, 0.0..4.0_f64, -6.0..0.0_f64, 0.0..6.0_f64, 0.0..1.0_f64);
    (0..40_000_000_i64, 0.05..8.0_f64, limits, prop::option::of((0..50_u32, prop::option::of(0.05..3.5_f64)))).prop_map(
        |(second, pwv_mm, (elevation_deg, sets_in_h, hour_angle_from_h, hour_angle_to_h, exec_frac), array)| {
            let given = LimitsGiven { elevation_deg, sets_in_h, hour_angle_from_h, hour_angle_to_h, exec_frac };
            let array = array.map(|(n_antennas, ar_100ghz_arcsec)| ArrayAtHand { n_antennas, ar_100ghz_arcsec });
            Situation {
                at: situation().at.plus(second),
                pwv_mm,
                arrays: [array, situation().arrays[1], situation().arrays[2]],
                limits: given.try_into().unwrap(),
                ..situation()
            }
        },
    )
}

pub(crate) fn named(mut facts: Vec<SchedulingBlock>) -> Vec<SchedulingBlock> {
    for (nth, block) in facts.iter_mut().enumerate() {
        block.id = format!("B{nth:03}").parse().unwrap();
    }
    facts
}

fn policies() -> impl Strategy<Value = Policy> {
    prop::sample::select(vec![Policy::shiftdesk(), Policy::dsa_cycle3()])
}

proptest! {
    #[test]
    fn each_block_is_in_exactly_one_place_of_list_and_why_not(
        facts in prop::collection::vec(any_block(), 0..60), situation in any_situation(), policy in policies(),
    ) {
        let blocks = prepared(&named(facts));
        let ranking = blocks.rank(&situation, &policy);
        let mut seen: Vec<usize> = ranking.why_not().map(|(place, _)| place).collect();
        for &section in Section::ALL {
            let listed = ranking.section(section);
            seen.extend(listed.iter().map(|&place| place as usize));
            for (at, &place) in listed.iter().enumerate() {
                prop_assert_eq!(ranking.rank_of(place as usize), Some((section, at + 1)));
                prop_assert_eq!(ranking.first_failing(place as usize), None);
            }
            if policy.formulas == Formulas::Cycle3 {
                let scores: Vec<f64> = listed.iter().map(|&place| ranking.score(place as usize).unwrap()).collect();
                prop_assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
            }
        }
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..blocks.len()).collect::<Vec<_>>());
    }

    #[test]
    fn the_order_of_the_rows_and_what_was_asked_before_change_nothing(
        facts in prop::collection::vec(any_block(), 1..40), a in any_situation(), b in any_situation(), policy in policies(),
    ) {
        let facts = named(facts);
        let blocks = prepared(&facts);
        let mut backwards = facts;
        backwards.reverse();
        let mut ranking = blocks.rank(&b, &policy);
        blocks.rank_into(&mut ranking, &a, &policy);
        let other = prepared(&backwards).rank(&a, &policy);
        prop_assert_eq!(&ranking, &other);
        for place in 0..blocks.len() {
            prop_assert_eq!(ranking.score(place).map(f64::to_bits), other.score(place).map(f64::to_bits));
            prop_assert_eq!(ranking.rank_of(place), other.rank_of(place));
            prop_assert_eq!(ranking.first_failing(place), other.first_failing(place));
        }
    }

    #[test]
    fn the_next_time_it_passes_it_passes(block in any_block(), situation in any_situation(), policy in policies()) {
        let blocks = prepared(&[block]);
        let ahead: Vec<Ahead> = [(5, 0.3), (20, 1.2), (33, 0.08)].into_iter().map(|(day, ar)| Ahead {
            start: situation.at.plus(day * 86_400),
            end: situation.at.plus((day + 15) * 86_400),
            configuration: "C".parse().unwrap(),
            array: ArrayAtHand { n_antennas: 43, ar_100ghz_arcsec: Some(ar) },
            was_planned: None,
        }).collect();
        for &check in Check::ALL {
            if let Some(next) = blocks.next_time(0, check, &situation, &policy, &ahead) {
                prop_assert!(next >= situation.at);
                let then = situation.moved_to(next, &ahead);
                // What comes first in the order may fail: then this check is not the first that does.
                prop_assert!(blocks.passes(0, check, &then, &policy) == Some(true), "{check} at {next}");
            }
        }
        match blocks.next_time_listed(0, &situation, &policy, &ahead) {
            Some(next) => {
                let then = situation.moved_to(next, &ahead);
                prop_assert_eq!(blocks.rank(&then, &policy).first_failing(0), None);
            }
            None => prop_assert!(blocks.rank(&situation, &policy).first_failing(0).is_some()),
        }
    }

    #[test]
    fn the_first_failing_check_is_the_first_that_fails_by_itself(
        block in any_block(), situation in any_situation(), policy in policies(),
    ) {
        let blocks = prepared(&[block]);
        let alone = Check::ALL.iter().copied().find(|&check| blocks.passes(0, check, &situation, &policy) == Some(false));
        prop_assert_eq!(blocks.rank(&situation, &policy).first_failing(0), alone);
    }

    #[test]
    fn a_candidate_is_the_same_after_it_was_sent(block in any_block(), situation in any_situation()) {
        let sent = candidates(&[block], &[project("2021.1.00001.S")], &[], Atmosphere::site());
        let received: Vec<Candidate> = postcard::from_bytes(&postcard::to_allocvec(&sent).unwrap()).unwrap();
        let score = |all: &[Candidate]| Blocks::new(all.to_vec(), "2021.1").row(0, &situation, &Policy::shiftdesk()).unwrap().total.to_bits();
        prop_assert_eq!(score(&sent), score(&received));
    }
}
