//! Who owns which second.

use domain::facts::{DowntimeKind, Purpose, Qa0, ShiftKind, Status};
use domain::ledger::Owner;

use crate::story::Story;

#[test]
fn a_quiet_shift_is_handover_execution_and_idle() {
    // 20:00 shift, first execution 20:10 (600 s later) to 21:00 (3,000 s), shift until 21:30 (1,800 s).
    let story = Story::of_shift("20:00", "21:30").execution("X1", "20:10", "21:00").qa0(Qa0::Pass);
    assert_eq!(story.owners(), "Handover 600, QA0 Pass 3000, Idle 1800");
    assert_eq!(story.ledger().total_s(), 5_400);
}

#[test]
fn an_execution_outranks_a_downtime_and_weather_outranks_technical() {
    // Weather 20:00-21:00, technical 20:30-21:30, a calibration 20:45-20:50 through both.
    let story = Story::of_shift("20:00", "22:00")
        .downtime("W", DowntimeKind::Weather, "", "20:00", "21:00")
        .downtime("T", DowntimeKind::Technical, "12 [m]", "20:30", "21:30")
        .execution("X1", "20:45", "20:50")
        .purpose(Purpose::Calibration);
    assert_eq!(
        story.owners(),
        "Weather downtime 2700, Calibration 300, Weather downtime 600, Technical downtime 1800, Idle 1800"
    );
}

#[test]
fn of_two_overlapping_executions_the_better_qa0_owns_the_second() {
    // Fail 20:00-21:00, Pass 20:30-21:30: the half hour they share belongs to Pass.
    let story = Story::of_shift("20:00", "21:30")
        .execution("X1", "20:00", "21:00")
        .qa0(Qa0::Fail)
        .execution("X2", "20:30", "21:30")
        .qa0(Qa0::Pass);
    assert_eq!(story.owners(), "QA0 Fail 1800, QA0 Pass 3600");
}

#[test]
fn a_shift_without_activity_is_idle_and_not_handover() {
    assert_eq!(Story::of_shift("20:00", "21:00").owners(), "Idle 3600");
}

#[test]
fn a_shift_that_has_just_begun_is_handing_over() {
    assert_eq!(Story::of_shift("20:00", "23:00").now("20:20").owners(), "Handover 1200");
}

#[test]
fn a_running_execution_owns_its_time_until_now() {
    let story = Story::of_shift("20:00", "23:00").now("21:00").execution("X1", "20:10", "").status(Status::Running);
    assert_eq!(story.owners(), "Handover 600, PI without QA0 3000");
}

#[test]
fn an_open_execution_with_a_successor_on_its_array_owns_nothing() {
    // X1 was never closed, and X2 began on the same array: X1 owns no second.
    let story = Story::of_shift("20:00", "23:00")
        .now("22:00")
        .execution("X1", "20:10", "")
        .status(Status::Running)
        .execution("X2", "21:00", "22:00");
    assert_eq!(story.owners(), "Handover 600, Idle 3000, PI without QA0 3600");
}

#[test]
fn an_unclosed_downtime_ends_at_the_next_execution() {
    let story = Story::of_shift("20:00", "23:00")
        .downtime("D", DowntimeKind::Technical, "12 [m]", "20:00", "")
        .execution("X1", "21:00", "22:00");
    assert_eq!(story.owners(), "Technical downtime 3600, PI without QA0 3600, Idle 3600");
}

#[test]
fn an_unclosed_downtime_with_nothing_after_it_ends_with_its_shift() {
    let story = Story::of_shift("20:00", "23:00").downtime("D", DowntimeKind::Weather, "", "22:00", "");
    assert_eq!(story.owners(), "Handover 7200, Weather downtime 3600");
}

#[test]
fn an_unclosed_downtime_that_no_shift_holds_owns_nothing() {
    let story = Story::of_shift("20:00", "21:00").shift("E", ShiftKind::Eoc, "7 [m]", "18:00", "20:00").downtime(
        "D",
        DowntimeKind::Weather,
        "12 [m]",
        "19:00",
        "",
    );
    assert_eq!(story.owners(), "Idle 3600");
}

#[test]
fn a_reversed_execution_bounds_nothing() {
    let story = Story::of_shift("20:00", "21:00").execution("X1", "20:30", "20:10");
    assert_eq!(story.owners(), "Idle 3600");
}

#[test]
fn a_ledger_that_does_not_follow_its_own_stretches_cannot_be_read() {
    let good =
        r#"{"shift":"S","family":"12 [m]","start":"2022-03-12T20:00:00Z","ends":[["Idle","2022-03-12T21:00:00Z"]]}"#;
    let ledger: domain::ledger::Ledger = serde_json::from_str(good).unwrap();
    assert_eq!(ledger.seconds(Owner::Idle), 3_600);
    let bad = good.replace("21:00:00", "19:00:00");
    assert!(serde_json::from_str::<domain::ledger::Ledger>(&bad).is_err());
}
