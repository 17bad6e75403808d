//! Windows: what their words mean, and that they follow each other without a hole.

use domain::efficiency::window::{By, Cycle, DAYS_MAX, LAST_WEEKS_SHIFTS, Month, Window};
use domain::time::{DAY_S, Instant, Interval};
use domain::triage::filter::Week;
use proptest::prelude::*;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn window(text: &str) -> Window {
    text.parse().unwrap()
}

/// A Monday morning.
fn now() -> Instant {
    at("2022-03-14 08:30:00")
}

/// From and to, as instants.
fn told(window: &Window) -> String {
    let interval = window.interval(now()).unwrap();
    format!("{} {}", interval.start().for_people(), interval.end().for_people())
}

#[test]
fn a_window_is_the_time_that_its_words_say() {
    for (text, words, time) in [
        ("7d", "Last week's shifts", "2022-03-07 08:30:00 2022-03-14 08:30:00"),
        ("1d", "Shifts of the last day", "2022-03-13 08:30:00 2022-03-14 08:30:00"),
        ("2022-W10", "Week 2022-W10", "2022-03-07 00:00:00 2022-03-14 00:00:00"),
        ("week:2022-w10", "Week 2022-W10", "2022-03-07 00:00:00 2022-03-14 00:00:00"),
        ("2022-02", "February 2022", "2022-02-01 00:00:00 2022-03-01 00:00:00"),
        ("month:2021-12", "December 2021", "2021-12-01 00:00:00 2022-01-01 00:00:00"),
        ("cycle:2021", "Cycle 2021", "2021-10-01 00:00:00 2022-10-01 00:00:00"),
        ("2022-03-12", "2022-03-12", "2022-03-12 00:00:00 2022-03-13 00:00:00"),
        (
            "2022-03-12T21:00..2022-03-13",
            "2022-03-12 21:00:00 to 2022-03-13 00:00:00",
            "2022-03-12 21:00:00 2022-03-13 00:00:00",
        ),
    ] {
        assert_eq!((window(text).words().as_str(), told(&window(text)).as_str()), (words, time), "{text}");
    }
    assert_eq!(window("7d"), LAST_WEEKS_SHIFTS);
    assert_eq!(window("LAST-shift"), Window::LastShift);
    // An id keeps its colons, dots and letters.
    assert_eq!(window("shift:12m-2022:03-12..A").to_string(), "shift:12m-2022:03-12..A");
    for shift in ["last-shift", "shift:S1"] {
        assert_eq!(window(shift).interval(now()), None, "{shift} lies where the log has it");
    }
}

#[test]
fn what_is_no_window_is_told_why() {
    for (text, why) in [
        ("", "unknown window"),
        ("yesterday", "unknown window"),
        ("year:2022", "unknown window"),
        ("0d", "the last days are 1d to"),
        ("7501d", "the last days are 1d to"),
        ("2022-W54", "unknown window"),
        ("week:2022-W54", "not an ISO week"),
        ("2022-13", "unknown window"),
        ("month:2022-1", "not a month"),
        ("cycle:22", "not a cycle"),
        ("cycle:9999", "not a cycle"),
        ("2022-03-12..", "both of its ends are needed"),
        ("2022-03-12..2022-03-12", "it ends before it begins"),
        ("2022-03-12..soon", "not a time"),
        ("shift:", "missing id"),
        ("shift:\0", "illegal id"),
        ("+2022-03", "unknown window"),
    ] {
        let told = text.parse::<Window>().unwrap_err().to_string();
        assert!(told.starts_with(why), "{text:?}: {told}");
        assert!(!told.ends_with('.'), "{told}");
    }
    assert!("9".repeat(400).parse::<Window>().is_err());
    assert!(format!("shift:{}", "x".repeat(256)).parse::<Window>().is_ok());
}

#[test]
fn a_window_is_compared_with_the_one_before_it() {
    for (text, previous, next) in [
        ("2022-W01", "2021-W52", Some("2022-W02")),
        ("2022-01", "2021-12", Some("2022-02")),
        ("cycle:2021", "cycle:2020", Some("cycle:2022")),
        ("2022-03-12", "2022-03-11", Some("2022-03-13")),
        (
            "2022-03-12T06:00..2022-03-12T18:00",
            "2022-03-11T18:00..2022-03-12T06:00",
            Some("2022-03-12T18:00..2022-03-13T06:00"),
        ),
        // The seven days before the last seven. What comes after now has not happened.
        ("7d", "2022-02-28T08:30..2022-03-07T08:30", None),
    ] {
        assert_eq!(window(text).previous(now()).unwrap().to_string(), previous, "{text}");
        assert_eq!(window(text).next(now()).map(|next| next.to_string()).as_deref(), next, "{text}");
    }
    for edge in ["0000-01", "0000-W01", "0000-01-01..0000-01-02"] {
        assert_eq!(edge.parse::<Window>().ok().and_then(|window| window.previous(now())), None, "{edge}");
    }
    assert_eq!(window("9999-11").next(now()), None, "December 9999 ends outside the calendar");
}

#[test]
fn a_window_is_cut_at_the_calendar() {
    let cut = |by: By, text: &str| {
        let tiles = by.tiles(window(text).interval(now()).unwrap());
        tiles.iter().map(|tile| tile.window.to_string()).collect::<Vec<_>>().join(" ")
    };
    // March 2022 begins on a Tuesday and ends on a Thursday.
    assert_eq!(cut(By::Week, "2022-03"), "2022-03-01..2022-03-07 2022-W10 2022-W11 2022-W12 2022-03-28..2022-04-01");
    assert_eq!(cut(By::Day, "2022-03-12T21:00..2022-03-14"), "2022-03-12T21:00..2022-03-13 2022-03-13");
    assert_eq!(cut(By::Month, "cycle:2021").split(' ').count(), 12);
    assert_eq!(cut(By::Shift, "2022-W10"), "2022-03-07..2022-03-14", "shifts are no pieces of the calendar");
}

fn any_instant() -> impl Strategy<Value = Instant> {
    // The years 2 to 9997.
    (0..315_000_000_000i64).prop_map(|seconds| at("0002-01-01T00:00:00Z").plus(seconds))
}

fn any_window() -> impl Strategy<Value = Window> {
    let time = any_instant;
    prop_oneof![
        Just(Window::LastShift),
        "[ -~]{1,40}".prop_filter_map("an id", |text| text.trim().parse().ok().map(Window::Shift)),
        (1..=DAYS_MAX).prop_map(Window::LastDays),
        time().prop_map(|t| Window::Week(Week::of(t).unwrap())),
        time().prop_map(|t| Window::Month(Month::of(t).unwrap())),
        time().prop_map(|t| Window::Cycle(Cycle::of(t).unwrap())),
        (time(), 1..100_000_000i64).prop_map(|(t, s)| Window::Between(Interval::new(t, t.plus(s)).unwrap())),
        time().prop_map(|t| By::Day.tiles(Interval::new(t, t.plus(3 * DAY_S)).unwrap()).remove(1).window),
    ]
}

proptest! {
    #[test]
    fn a_window_that_is_written_reads_back(window in any_window()) {
        prop_assert_eq!(window.to_string().parse::<Window>(), Ok(window));
    }

    #[test]
    fn every_second_is_in_one_week_one_month_and_one_cycle_and_they_follow_each_other(t in any_instant()) {
        for window in [
            Window::Week(Week::of(t).unwrap()),
            Window::Month(Month::of(t).unwrap()),
            Window::Cycle(Cycle::of(t).unwrap()),
        ] {
            let interval = window.interval(t).unwrap();
            prop_assert!(interval.holds(t));
            let (previous, next) = (window.previous(t).unwrap(), window.next(t).unwrap());
            prop_assert_eq!(previous.interval(t).unwrap().end(), interval.start());
            prop_assert_eq!(next.interval(t).unwrap().start(), interval.end());
            prop_assert_eq!(previous.next(t), Some(window.clone()));
            prop_assert_eq!(next.previous(t), Some(window));
        }
    }

    #[test]
    fn the_window_before_is_as_long_and_ends_where_this_one_begins(t in any_instant(), length in 1..100_000_000i64, days in 1..400u16) {
        for window in [Window::Between(Interval::new(t, t.plus(length)).unwrap()), Window::LastDays(days)] {
            let (this, before) = (window.interval(t).unwrap(), window.previous(t).unwrap().interval(t).unwrap());
            prop_assert_eq!((before.end(), before.seconds()), (this.start(), this.seconds()));
        }
    }

    #[test]
    fn tiles_cover_a_window_without_hole_or_overlap(t in any_instant(), length in 1..40_000_000i64) {
        let whole = Interval::new(t, t.plus(length)).unwrap();
        for by in By::ALL {
            let mut at = whole.start();
            for tile in by.tiles(whole) {
                prop_assert_eq!(tile.interval.start(), at);
                // The tile as an address is the same time.
                prop_assert_eq!(tile.window.interval(t), Some(tile.interval));
                at = tile.interval.end();
            }
            prop_assert_eq!(at, whole.end());
        }
    }
}
