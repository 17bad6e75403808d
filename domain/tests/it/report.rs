//! Reports: when one is due, of which week, and what has changed since.

use domain::report::{Cell, Column, MailAddress, NoMailAddress, NoSchedule, Report, Row, Schedule};
use domain::report::{differences, reported_week, retry_after_s};
use domain::time::{Instant, Interval};
use proptest::prelude::*;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

#[test]
fn a_report_is_due_once_a_week_and_about_the_week_that_was_over() {
    // Monday, 7 March 2022, is the first day of week 10.
    let monday_at_eight = Schedule::new(1, 8).unwrap();
    assert_eq!(monday_at_eight.last_due(at("2022-03-14T08:00:00Z")), Some(at("2022-03-14T08:00:00Z")));
    assert_eq!(monday_at_eight.last_due(at("2022-03-14T07:59:59Z")), Some(at("2022-03-07T08:00:00Z")));
    let sunday_night = Schedule::new(7, 23).unwrap();
    assert_eq!(sunday_night.last_due(at("2022-03-14T08:00:00Z")), Some(at("2022-03-13T23:00:00Z")));
    assert_eq!(reported_week(at("2022-03-14T08:00:00Z")).unwrap().to_string(), "2022-W10");
    // On Sunday at 23:00 week 10 is not over yet.
    assert_eq!(reported_week(at("2022-03-13T23:00:00Z")).unwrap().to_string(), "2022-W09");
    assert_eq!(Schedule::new(8, 0), Err(NoSchedule::Weekday));
    assert_eq!(Schedule::new(1, 24), Err(NoSchedule::Hour));
}

proptest! {
    #[test]
    fn what_was_due_last_lies_at_most_a_week_back(seconds in 0_i64..4_000_000_000, weekday in 1_i64..=7, hour in 0_i64..24) {
        let now = at("1990-01-01T00:00:00Z").plus(seconds);
        let due = Schedule::new(weekday, hour).unwrap().last_due(now).unwrap();
        let ago = now.since(due);
        prop_assert!((0..7 * 86_400).contains(&ago), "{due} is {ago} s before {now}");
        let week = reported_week(due).unwrap().interval().unwrap();
        prop_assert!(week.end() <= due && due.since(week.end()) < 7 * 86_400);
    }
}

fn report(value: &str, version: u32) -> Report {
    let cell = |value: &str| Cell { value: value.to_owned(), before: "1.000".to_owned(), change: "0".to_owned() };
    let column =
        |label: &str| Column { label: label.to_owned(), n_shifts: 1, hours: "2.000".to_owned(), owners: vec![] };
    Report {
        window: "2022-W10".to_owned(),
        title: "Week 2022-W10".to_owned(),
        interval: Interval::new(at("2022-03-07T00:00:00Z"), at("2022-03-14T00:00:00Z")).unwrap(),
        made: at("2022-03-14T08:00:00Z"),
        as_of: None,
        columns: vec![column("12M ARRAY"), column("7M ARRAY")],
        rows: vec![Row {
            label: "HANDOVER [hrs]".to_owned(),
            formula: "H".to_owned(),
            version,
            cells: vec![cell("0.609"), cell(value)],
        }],
        reasons: vec![],
        notes: vec![],
    }
}

#[test]
fn a_correction_shows_as_reported_beside_as_known_now() {
    assert!(differences(&report("0.500", 1), &report("0.500", 1)).is_empty());
    let changed = differences(&report("0.500", 1), &report("0.501", 2));
    assert_eq!(changed.len(), 1, "the other column stands");
    assert_eq!((&*changed[0].number, &*changed[0].column), ("HANDOVER [hrs]", "7M ARRAY"));
    assert_eq!((&*changed[0].reported, changed[0].known.as_deref()), ("0.500", Some("0.501")));
    assert!(changed[0].redefined);
    let mut known = report("0.500", 1);
    known.rows.clear();
    assert_eq!(differences(&report("0.500", 1), &known)[0].known, None, "a number that is gone is told");
}

#[test]
fn an_address_for_mail_is_one_that_people_have() {
    for good in ["a@b", "duty.astronomer+week@alma.example", "o'hara@x-1.example"] {
        assert_eq!(good.parse::<MailAddress>().unwrap().to_string(), good);
    }
    for bad in ["", "a", "@b", "a@", "a b@c", "a@b\r\nBcc: c@d", "a@-b", "a..b@c", "a@b.", "\"a\"@b", "a@b\0", "ü@b"] {
        assert_eq!(bad.parse::<MailAddress>(), Err(NoMailAddress::Form), "{bad:?}");
    }
    assert_eq!(format!("a@{}", "b.".repeat(200)).parse::<MailAddress>(), Err(NoMailAddress::Long));
}

#[test]
fn a_mail_is_tried_again_ever_later_and_then_given_up() {
    // 1 + 4 + 16 + 64 + 256 minutes.
    let waits: Vec<_> = (1..=6).map(retry_after_s).collect();
    assert_eq!(waits, [Some(60), Some(240), Some(960), Some(3_840), Some(15_360), None]);
}
