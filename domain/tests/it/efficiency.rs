//! What a table says about a window that is not whole, and which window stands beside which.

use domain::efficiency::window::Window;
use domain::efficiency::{Incomplete, Metric, ShiftSums, behind, beside, by_shift, in_window, incomplete, table};
use domain::facts::{DowntimeKind, Qa0, Shift, ShiftKind};
use domain::family::Family;
use domain::ledger::Log;
use domain::time::Instant;

use crate::story::{Story, at, id};

fn window(text: &str) -> Window {
    text.parse().unwrap()
}

/// Two shifts that are over, a third that runs, and one whose end nobody wrote.
fn some_shifts() -> Story {
    let mut story = Story::new()
        .shift("S1", ShiftKind::Sciops, "12 [m]", "00:00", "04:00")
        .shift("S2", ShiftKind::Sciops, "12 [m];7 [m]", "04:00", "08:00")
        .shift("S3", ShiftKind::Sciops, "12 [m]", "08:00", "")
        .shift("S4", ShiftKind::Sciops, "7 [m]", "09:00", "08:30");
    story.now = at("12:00");
    story
}

/// Asks with the sums, and with the shifts that have none.
fn ask<T>(story: &Story, question: impl FnOnce(&[&ShiftSums], &[&Shift], Instant) -> T) -> T {
    let sums = by_shift(&Log::new(&story.facts, story.now));
    let without: Vec<&Shift> =
        story.facts.shifts.iter().filter(|shift| sums.iter().all(|sums| sums.shift != shift.id)).collect();
    question(&sums.iter().collect::<Vec<_>>(), &without, story.now)
}

fn why(story: &Story, window_: &str, family: Option<Family>, as_of: &str) -> Vec<Incomplete> {
    ask(story, |shifts, without, now| incomplete(shifts, without, &window(window_), family, Some(at(as_of)), now))
}

#[test]
fn a_running_shift_a_shift_without_times_and_a_window_that_is_not_over_are_named() {
    let story = some_shifts();
    let (running, unknown) = (Incomplete::Running(vec![id("S3")]), Incomplete::WithoutLedger(vec![id("S4")]));
    let (twelve, seven) = (Some(Family::Twelve), Some(Family::Seven));
    assert_eq!(why(&story, "2022-W10", None, "12:00"), [running.clone(), unknown.clone(), Incomplete::NotOver]);
    assert_eq!(why(&story, "2022-W10", twelve, "12:00"), [running.clone(), Incomplete::NotOver]);
    assert_eq!(why(&story, "2022-03-12T00:00..2022-03-12T08:00", None, "12:00"), []);
    assert_eq!(why(&story, "last-shift", seven, "12:00"), [unknown], "it began after the last that has a ledger");
    assert_eq!(why(&story, "last-shift", twelve, "12:00"), [running]);
    assert_eq!(why(&story, "shift:S1", None, "12:00"), []);
}

#[test]
fn a_log_that_was_not_looked_at_for_a_day_is_late_for_what_ends_after_that() {
    let mut story = some_shifts();
    story.now = Instant::parse("2022-03-14 00:00:00").unwrap();
    let late = vec![Incomplete::Late(at("12:00"))];
    // Until 2022-03-13 12:00:00 it is not late, a second later it is.
    assert_eq!(why(&story, "2022-03-11T00:00..2022-03-13T12:00", Some(Family::TotalPower), "12:00"), []);
    assert_eq!(why(&story, "2022-03-11T00:00..2022-03-13T12:00:01", Some(Family::TotalPower), "12:00"), late);
    assert_eq!(why(&story, "last-shift", Some(Family::TotalPower), "12:00"), late);
    assert_eq!(why(&story, "shift:S1", None, "12:00"), [], "a shift of the past asks for no present");
}

#[test]
fn a_column_stands_beside_the_shift_before_and_all_together_is_the_sum() {
    let story = some_shifts();
    let columns = ask(&story, |shifts, _, now| table(shifts, &window("shift:S2"), None, now));
    let told: Vec<_> = columns
        .iter()
        .map(|column| {
            let text = |part: &domain::efficiency::Part| Metric::ShiftDuration.text(&part.sums);
            (Family::label_of(column.family), text(&column.part), text(&column.before), column.part.n_shifts)
        })
        .collect();
    let row = |family, now: &str, before: &str, n| (family, now.to_owned(), before.to_owned(), n);
    // S2 is 4 h long for two families; before it the 12 m array had S1, the 7 m array nothing.
    assert_eq!(
        told,
        [
            row("12 [m]", "4.000", "4.000", 1),
            row("7 [m]", "4.000", "0.000", 1),
            row("Total Power", "0.000", "0.000", 0),
            row("-", "8.000", "4.000", 1)
        ]
    );
    let twelve = &columns[0];
    assert_eq!(Metric::Handover.change(&twelve.before.sums, &twelve.part.sums), Some(0));
    assert_eq!(Metric::BacklogRate.change(&twelve.before.sums, &twelve.part.sums), None, "n/a less n/a is no number");
    assert_eq!(Metric::BacklogRate.spelled(None), "n/a");
}

#[test]
fn a_change_is_the_difference_of_the_figures_as_they_are_printed() {
    let shift = |seconds: i64| domain::efficiency::Sums::from([seconds, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    // 2 s = 0.00056 h is printed as 0.001, 5 s = 0.00139 h too; their difference of 3 s would be printed as 0.001.
    assert_eq!(Metric::Pass.change(&shift(2), &shift(5)), Some(0));
    // 3,598 s = 0.999 h, 12 s = 0.003 h.
    assert_eq!(Metric::Pass.change(&shift(3_598), &shift(12)), Some(-996));
    assert_eq!(Metric::Pass.spelled(Some(-996)), "-0.996");
}

#[test]
fn beside_a_shift_stands_the_next_of_its_family_or_of_any() {
    let story = some_shifts();
    let beside = |from: &str, family, forward| {
        ask(&story, |shifts, _, now| {
            beside(shifts, &window(from), family, forward, now).map(|window| window.to_string())
        })
    };
    assert_eq!(beside("shift:S2", None, true).as_deref(), Some("shift:S3"));
    assert_eq!(beside("shift:S2", None, false).as_deref(), Some("shift:S1"));
    assert_eq!(beside("shift:S2", Some(Family::Seven), true), None);
    assert_eq!(beside("last-shift", None, false).as_deref(), Some("shift:S2"));
    assert_eq!(beside("shift:S1", None, false), None);
    assert_eq!(beside("shift:nowhere", None, false), None);
    // The week that holds now has no next: it has not begun.
    assert_eq!(beside("2022-W10", None, true), None);
    assert_eq!(beside("2022-W10", None, false).as_deref(), Some("2022-W09"));
}

#[test]
fn of_two_executions_that_overlap_the_earlier_owns_what_both_claim() {
    // 12 m, 20:00 to 22:00: X 20:00-21:00 and Y 20:30-21:30, both Pass; a downtime 21:00-22:00 has what is left of it.
    let story = Story::of_shift("20:00", "22:00")
        .execution("X", "20:00", "21:00")
        .qa0(Qa0::Pass)
        .execution("Y", "20:30", "21:30")
        .qa0(Qa0::Pass)
        .downtime("D", DowntimeKind::Weather, "12 [m]", "20:45", "22:00");
    let log = Log::new(&story.facts, story.now);
    let sums = by_shift(&log);
    let shifts: Vec<_> = sums.iter().collect();
    assert_eq!(in_window(&shifts, &Window::LastShift, story.now).len(), 1);
    let rows = |metric: Metric| {
        let measure = metric.ratio().parts().next().unwrap();
        let rows = behind(&log, measure, |_, _| true);
        let told = rows.iter().map(|row| {
            let clock = |t: Instant| t.for_people()[11..16].to_owned();
            format!("{} {}-{}", row.amount, clock(row.interval.start()), clock(row.interval.end()))
        });
        told.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(rows(Metric::Pass), "3600 20:00-21:00, 1800 21:00-21:30");
    assert_eq!(rows(Metric::Weather), "1800 21:30-22:00");
    assert_eq!(rows(Metric::ShiftDuration), "7200 20:00-22:00");
    assert_eq!(rows(Metric::BacklogRate), "", "no execution waits");
}
