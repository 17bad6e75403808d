//! Each rule of domain.md §4 at the edge where it begins to hold.

use domain::facts::{Activity, DowntimeKind, Purpose, ShiftKind, Status};
use domain::findings::{FindingType as T, Priority, is_pi_code};

use crate::story::{Story, at, told_span};

/// A shift whose first execution ends at 20:30 and whose next begins at 21:00, both until the shift's edges.
fn half_an_hour_apart() -> Story {
    Story::of_shift("20:00", "22:00").execution("X1", "20:00", "20:30").execution("X2", "21:00", "22:00")
}

#[test]
fn an_idle_run_of_299_seconds_is_overhead() {
    // 20:30:00 + 299 s = 20:34:59.
    let story =
        Story::of_shift("20:00", "22:00").execution("X1", "20:00", "20:30").execution("X2", "20:34:59", "22:00");
    assert_eq!(story.told(), Vec::<String>::new());
}

#[test]
fn an_idle_run_of_300_seconds_is_a_gap() {
    let story = Story::of_shift("20:00", "22:00").execution("X1", "20:00", "20:30").execution("X2", "20:35", "22:00");
    assert_eq!(story.told(), ["Other 20:30:00-20:35:00"]);
    let [gap] = &story.findings()[..] else { panic!() };
    assert_eq!(gap.key().as_str(), "Other|12 [m]|S|X1;X2");
    assert_eq!(gap.priority, Priority::None);
}

#[test]
fn handover_and_end_shift_are_named_after_their_neighbours() {
    let story = Story::of_shift("20:00", "22:00").execution("X1", "20:00:01", "21:00");
    let [handover] = &story.of_type(T::Handover)[..] else { panic!() };
    // One second is enough: handover has no minimum length.
    assert_eq!((told_span(handover).as_str(), handover.tags.as_str()), ("20:00:00-20:00:01", "subject of X1"));
    let [end] = &story.of_type(T::EndShift)[..] else { panic!() };
    assert_eq!((told_span(end).as_str(), end.tags.as_str()), ("21:00:00-22:00:00", "subject of X1"));
}

#[test]
fn a_shift_without_activity_is_one_finding() {
    let story = Story::of_shift("20:00", "22:00");
    assert_eq!(story.told(), ["Non activities shift 20:00:00-22:00:00"]);
    assert_eq!(story.findings()[0].tags, "SCIOPS");
}

#[test]
fn the_idle_time_that_reaches_now_is_not_yet_a_finding() {
    let story = Story::of_shift("20:00", "23:00").now("22:00").execution("X1", "20:00", "21:00");
    assert_eq!(story.told(), Vec::<String>::new());
}

#[test]
fn an_execution_left_open_splits_the_idle_run_at_its_start() {
    // X1 ends 20:30; X2 begins 20:40 and is never closed; X3 begins 21:00.
    let story = Story::of_shift("20:00", "22:00")
        .execution("X1", "20:00", "20:30")
        .execution("X2", "20:40", "")
        .status(Status::Running)
        .execution("X3", "21:00", "22:00");
    assert_eq!(story.told(), ["Other 20:30:00-20:40:00", "Running execution gap 20:40:00-21:00:00"]);
    assert_eq!(story.of_type(T::Other)[0].key().as_str(), "Other|12 [m]|S|X1;X2");
}

#[test]
fn a_new_array_explains_a_gap_when_it_was_created_in_it_or_a_minute_around_it() {
    let with_array_created =
        |time: &str| half_an_hour_apart().on("Array2").array("Array2", Activity::PiScience, time).told()[0].clone();
    assert_eq!(with_array_created("20:45"), "Array recreation 20:30:00-21:00:00");
    assert_eq!(with_array_created("20:29"), "Array recreation 20:30:00-21:00:00");
    assert_eq!(with_array_created("20:28:59"), "Other 20:30:00-21:00:00");
    assert_eq!(with_array_created("21:01"), "Array recreation 20:30:00-21:00:00");
    assert_eq!(with_array_created("21:01:01"), "Other 20:30:00-21:00:00");
}

#[test]
fn a_failed_execution_needs_a_ticket() {
    let failed = |ticket: &str| {
        let mut story = half_an_hour_apart();
        story.facts.executions[0].status = Status::Fail;
        story.facts.executions[0].ticket = ticket.to_owned();
        let [finding] = &story.of_type(T::FailedExecutionGap)[..] else { panic!() };
        (finding.priority, finding.comment.clone(), finding.tags.clone())
    };
    assert_eq!(failed(""), (Priority::Medium, "Missing or not well defined ticket".into(), "SB of X1".into()));
    assert_eq!(failed("PRTSIR-1"), (Priority::None, String::new(), "SB of X1".into()));
}

#[test]
fn aborted_comes_before_testing_and_testing_before_other() {
    let mut story = half_an_hour_apart();
    story.facts.executions[1].purpose = Purpose::Test;
    story.facts.executions[1].project_code = String::new();
    assert_eq!(story.told(), ["Testing time gap 20:30:00-21:00:00"]);
    story.facts.executions[0].status = Status::Aborted;
    assert_eq!(story.told(), ["Aborted execution gap 20:30:00-21:00:00"]);
}

#[test]
fn a_downtime_run_that_an_execution_breaks_is_two_findings_with_two_keys() {
    let story = Story::of_shift("20:00", "22:00")
        .downtime("D", DowntimeKind::Weather, "", "20:00", "22:00")
        .execution("X1", "20:30", "21:00")
        .purpose(Purpose::Calibration);
    let mut keys: Vec<String> = story.of_type(T::WeatherDowntime).iter().map(|f| f.key().to_string()).collect();
    keys.sort();
    assert_eq!(keys, ["Weather downtime|12 [m]|S|D;;X1", "Weather downtime|12 [m]|S|D;X1;"]);
}

#[test]
fn a_missing_or_reversed_time_is_a_finding_at_the_instant_that_is_known() {
    let story = Story::of_shift("20:00", "22:00")
        .execution("X1", "", "20:30")
        .execution("X2", "21:00", "20:50")
        .execution("X3", "", "")
        .but(|execution| execution.array_id = String::new());
    let told: Vec<String> = story.told().into_iter().filter(|line| line.starts_with("Allocated")).collect();
    assert_eq!(
        told,
        [
            "Allocated time not well defined ?",
            "Allocated time not well defined 20:30:00-20:30:00",
            "Allocated time not well defined 21:00:00-21:00:00",
        ]
    );
}

#[test]
fn a_shift_and_an_execution_of_one_name_are_two_findings() {
    let story = Story::new()
        .shift("S", ShiftKind::Sciops, "12 [m]", "20:00", "19:00")
        .shift("T", ShiftKind::Eoc, "12 [m]", "20:00", "22:00")
        .execution("S", "", "21:00")
        .execution("T", "21:30", "21:00");
    let mut keys: Vec<String> =
        story.of_type(T::AllocatedTimeNotWellDefined).iter().map(|f| f.key().to_string()).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3);
}

#[test]
fn shifts_of_a_kind_that_share_121_seconds_overlap_and_120_do_not() {
    let story =
        |start: &str| Story::of_shift("20:00", "21:00").shift("S2", ShiftKind::Sciops, "12 [m];7 [m]", start, "22:00");
    assert!(story("20:58").of_type(T::OverlappingShift).is_empty());
    let [overlap] = &story("20:57:59").of_type(T::OverlappingShift)[..] else { panic!() };
    assert_eq!((told_span(overlap).as_str(), overlap.tags.as_str()), ("20:57:59-21:00:00", "S;S2"));
}

#[test]
fn eoc_in_sciops_names_the_eoc_shift_first_and_belongs_to_the_sciops_shift() {
    let story = Story::of_shift("20:00", "22:00").shift("E", ShiftKind::Eoc, "12 [m]", "21:00", "23:00");
    let [overlap] = &story.of_type(T::EocOverlappingSciops)[..] else { panic!() };
    assert_eq!((overlap.tags.as_str(), overlap.shift.as_ref().unwrap().as_str()), ("E;S", "S"));
    assert!(
        Story::of_shift("20:00", "22:00")
            .shift("E", ShiftKind::Engineering, "12 [m]", "21:00", "23:00")
            .of_type(T::EocOverlappingSciops)
            .is_empty()
    );
}

#[test]
fn a_shift_that_starts_121_seconds_off_its_plan_is_uncertain() {
    let planned = |time: &str| {
        let mut story = Story::of_shift("20:00", "22:00").execution("X1", "20:00", "22:00");
        story.facts.shifts[0].planned_start = Some(at(time));
        story.findings().first().map(|finding| (told_span(finding), finding.tags.clone()))
    };
    assert_eq!(planned("19:58"), None);
    assert_eq!(planned("19:57:59"), Some(("19:57:59-20:00:00".into(), "+2 min".into())));
    // 20:14:30 is 870 s after the start: 14.5 min, and halves go away from zero.
    assert_eq!(planned("20:14:30"), Some(("20:00:00-20:14:30".into(), "-15 min".into())));
}

#[test]
fn an_execution_under_way_when_the_shift_began_makes_its_start_uncertain() {
    let early = |start: &str| Story::of_shift("20:00", "22:00").execution("X1", start, "20:30").told();
    assert_eq!(early("19:59").len(), 1, "60 s are within the tolerance: only End shift is left");
    assert_eq!(early("19:58:59")[0], "Uncertain shift start time 19:58:59-20:00:00");
    // Another shift claims it: nothing is uncertain.
    let claimed = Story::of_shift("20:00", "22:00")
        .shift("E", ShiftKind::Eoc, "12 [m]", "19:00", "20:00")
        .execution("X1", "19:50", "20:30");
    assert!(claimed.of_type(T::UncertainShiftStart).is_empty());
}

#[test]
fn a_pi_execution_may_overlap_a_downtime_by_a_minute() {
    let story = |end: &str| {
        Story::of_shift("20:00", "22:00").execution("X1", "20:30", "21:00").downtime(
            "D",
            DowntimeKind::Technical,
            "12 [m]",
            "20:00",
            end,
        )
    };
    assert!(story("20:31").of_type(T::PiInDowntime).is_empty());
    let [finding] = &story("20:31:01").of_type(T::PiInDowntime)[..] else { panic!() };
    assert_eq!((told_span(finding).as_str(), finding.tags.as_str()), ("20:30:00-20:31:01", "X1;D"));
}

#[test]
fn a_downtime_without_an_end_is_fine_until_something_shows_it_must_have_ended() {
    let story = Story::of_shift("20:00", "23:00").now("22:00").downtime("D", DowntimeKind::Weather, "", "20:00", "");
    assert!(story.of_type(T::DowntimeNotCompleted).is_empty());
    let later = story.clone().execution("X1", "21:00", "21:30");
    let [finding] = &later.of_type(T::DowntimeNotCompleted)[..] else { panic!() };
    // It stopped all families, so it belongs to none alone; only the 12 m array has a shift, where it ended at 21:00.
    assert_eq!((finding.family, told_span(finding).as_str()), (None, "20:00:00-21:00:00"));
    let over = Story { now: at("23:30"), ..story };
    assert_eq!(told_span(&over.of_type(T::DowntimeNotCompleted)[0]), "20:00:00-23:00:00");
}

#[test]
fn a_pi_array_without_pi_is_wrong_after_an_hour() {
    let story = |end: &str| {
        Story::of_shift("20:00", "22:00")
            .array("Array1", Activity::PiScience, "19:00")
            .execution("X1", "20:00", "20:30")
            .purpose(Purpose::Calibration)
            .execution("X2", "20:30", end)
            .purpose(Purpose::Test)
    };
    assert!(story("20:59:59").of_type(T::ArrayWithWrongActivity).is_empty());
    let [finding] = &story("21:00").of_type(T::ArrayWithWrongActivity)[..] else { panic!() };
    assert_eq!((told_span(finding).as_str(), finding.tags.as_str()), ("20:00:00-21:00:00", "Array1;PI science"));
}

#[test]
fn one_pi_execution_on_a_calibration_array_is_wrong() {
    let story = Story::of_shift("20:00", "22:00")
        .array("Array1", Activity::Calibration, "19:00")
        .execution("X1", "20:00", "21:00")
        .purpose(Purpose::Calibration)
        .execution("X2", "21:00", "22:00");
    assert_eq!(told_span(&story.of_type(T::ArrayWithWrongActivity)[0]), "21:00:00-22:00:00");
}

#[test]
fn purpose_and_project_code_must_say_the_same() {
    let wrong = |code: &str, purpose| {
        let story = Story::of_shift("20:00", "21:00").execution("X1", "20:00", "21:00").but(|execution| {
            execution.purpose = purpose;
            execution.project_code = code.to_owned();
        });
        !story.of_type(T::WrongCalibrationTestFlag).is_empty()
    };
    assert!(!wrong("2021.1.01234.S", Purpose::Pi));
    assert!(!wrong("", Purpose::Calibration));
    assert!(wrong("2021.1.01234.S", Purpose::Test));
    assert!(wrong("", Purpose::Pi));
}

#[test]
fn project_codes_are_taken_to_the_letter() {
    for good in ["2021.1.01234.S", "2011.A.00001.T", "2099.9.99999.Z"] {
        assert!(is_pi_code(good), "{good}");
    }
    for bad in [
        "2021.0.01234.S",
        "2021.B.01234.S",
        "2021.1.1234.S",
        "1921.1.01234.S",
        "2021.1.01234.s",
        "2021.1.01234.S ",
        "2021.1.01234.SS",
        "2021.1.01234",
    ] {
        assert!(!is_pi_code(bad), "{bad}");
    }
}

#[test]
fn a_retimed_execution_keeps_the_key_of_its_gap() {
    let before = half_an_hour_apart();
    let mut after = half_an_hour_apart();
    after.facts.executions[1].start = Some(at("21:10"));
    assert_eq!(before.findings()[0].key(), after.findings()[0].key());
    assert_ne!(before.findings()[0].span, after.findings()[0].span);
}

#[test]
fn ids_that_hold_the_separators_do_not_make_two_keys_one() {
    let key = |left: &str, right: &str| {
        let story =
            Story::of_shift("20:00", "22:00").execution(left, "20:00", "20:30").execution(right, "21:00", "22:00");
        story.of_type(T::Other)[0].key()
    };
    assert_ne!(key("a;b", "c"), key("a", "b;c"));
}

#[test]
fn an_open_pi_execution_says_what_its_array_did() {
    let story = Story::of_shift("20:00", "22:00")
        .array("Array1", Activity::Testing, "19:00")
        .execution("X1", "20:30", "")
        .execution("X2", "21:00", "22:00")
        .purpose(Purpose::Test);
    assert_eq!(told_span(&story.of_type(T::ArrayWithWrongActivity)[0]), "20:30:00-20:30:00");
}
