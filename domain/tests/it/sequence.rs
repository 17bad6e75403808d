//! Filling the rest of a shift.

use domain::facts::SchedulingBlock;
use domain::family::Family;
use domain::plan::checks::Check;
use domain::plan::conflicts::{Conflict, What, conflicts, displaced};
use domain::plan::policy::Policy;
use domain::plan::ranking::{Blocks, Section};
use domain::plan::sequence::{Planned, Rest, Sequence, fill};
use domain::time::Interval;
use proptest::prelude::*;

use crate::ranking::{any_block, at, block, named, prepared, situation};

fn proposed(blocks: &Blocks, shift: (&str, &str), planned: &[Planned]) -> Sequence {
    let shift = Interval::new(at(shift.0), at(shift.1)).unwrap();
    let rest = Rest { shift, family: Family::Twelve, planned, overhead_s: 600 };
    fill(blocks, &rest, &situation(), &Policy::shiftdesk(), &[])
}

#[test]
fn a_block_is_observed_as_often_as_it_has_executions_left_and_while_it_is_up() {
    let blocks = prepared(&[SchedulingBlock { exec_count: Some(2), ..block("B") }]);
    let sequence = proposed(&blocks, ("2022-03-12 06:00:00", "2022-03-12 18:00:00"), &[]);
    let times: Vec<_> = sequence.added.iter().map(|planned| planned.interval.start().for_people()).collect();
    // An hour each and ten minutes to set up, then the next multiple of five minutes.
    assert_eq!(times, ["2022-03-12 06:00:00", "2022-03-12 07:10:00"]);
    assert!(sequence.value > 0.0 && sequence.reached() < 1.0, "{sequence:?}");
    // Until 3 h after transit, at 09:47, a third one could start: the bound knows no limit in number.
    let many = prepared(&[SchedulingBlock { exec_count: Some(9), ..block("B") }]);
    assert_eq!(proposed(&many, ("2022-03-12 06:00:00", "2022-03-12 18:00:00"), &[]).added.len(), 4);
}

#[test]
fn nothing_is_put_over_what_is_planned_and_planned_executions_count() {
    let blocks = prepared(&[SchedulingBlock { exec_count: Some(2), ..block("B") }]);
    let interval = Interval::new(at("2022-03-12 06:30:00"), at("2022-03-12 07:40:00")).unwrap();
    let planned = [Planned { place: 0, interval, score: 0.0 }];
    let sequence = proposed(&blocks, ("2022-03-12 06:00:00", "2022-03-12 12:00:00"), &planned);
    // Half an hour before it is too short for 70 minutes.
    assert_eq!(sequence.added.len(), 1);
    assert_eq!(sequence.added[0].interval.start(), at("2022-03-12 07:40:00"));
}

#[test]
fn looking_ahead_keeps_the_block_that_can_wait_for_later() {
    // Both last an hour. E is the better one now, but it is up for hours; W leaves its hour angles within the hour.
    let west = SchedulingBlock { ra_deg: Some(204.25 - 40.0), exec_count: Some(1), ..block("W") };
    let east = SchedulingBlock { exec_count: Some(1), ..block("E") };
    let blocks = prepared(&[west, east]);
    let now = blocks.rank(&situation(), &Policy::shiftdesk());
    assert_eq!(now.rank_of(blocks.place("E").unwrap()), Some((Section::Twelve, 1)));
    let sequence = proposed(&blocks, ("2022-03-12 06:35:00", "2022-03-12 09:35:00"), &[]);
    let names: Vec<_> =
        sequence.added.iter().map(|planned| blocks.candidate(planned.place).unwrap().block.id.as_str()).collect();
    assert_eq!(names, ["W", "E"]);
}

#[test]
fn without_anything_to_observe_the_empty_proposal_has_nothing_to_gain() {
    let sequence = proposed(&prepared(&[]), ("2022-03-12 06:00:00", "2022-03-12 18:00:00"), &[]);
    assert_eq!((sequence.added.len(), sequence.bound, sequence.reached()), (0, 0.0, 1.0));
}

#[test]
fn conflicts_are_named_as_they_arise() {
    let closes = Some(at("2022-03-12 07:30:00"));
    let window = SchedulingBlock { window_end: closes, ..block("W") };
    let blocks = prepared(&[SchedulingBlock { exec_count: Some(1), ..block("B") }, window]);
    let planned = |place, start: &str, end: &str| Planned {
        place,
        interval: Interval::new(at(start), at(end)).unwrap(),
        score: 0.0,
    };
    let plan = [
        planned(0, "2022-03-12 06:00:00", "2022-03-12 07:00:00"),
        planned(1, "2022-03-12 06:50:00", "2022-03-12 08:00:00"),
        // Three hours after transit, and it is up for two more.
        planned(0, "2022-03-12 10:30:00", "2022-03-12 13:30:00"),
    ];
    let shift = Interval::new(at("2022-03-12 06:00:00"), at("2022-03-12 13:00:00")).unwrap();
    let found = conflicts(&blocks, shift, &plan, &situation(), &Policy::shiftdesk(), &[]);
    let named = [
        (1, What::DoubleUse(0)),
        (1, What::WindowClosesBeforeItsEnd),
        (2, What::OutsideTheShift),
        (2, What::Fails(Check::HourAngle)),
        (2, What::SetsBeforeItsEnd),
        (2, What::OverObserved),
    ];
    assert_eq!(found, named.map(|(nth, what)| Conflict { nth, what }));
}

#[test]
fn an_insertion_says_what_it_pushes_out_and_what_that_costs() {
    let planned = |start: &str, end: &str, score| Planned {
        place: 0,
        interval: Interval::new(at(start), at(end)).unwrap(),
        score,
    };
    let plan = [
        planned("2022-03-12 06:00:00", "2022-03-12 07:00:00", 6.0),
        planned("2022-03-12 07:00:00", "2022-03-12 09:00:00", 5.0),
        planned("2022-03-12 09:00:00", "2022-03-12 10:00:00", 4.0),
    ];
    // It ends when the third begins: 6 · 1 h + 5 · 2 h against 9 · 2.5 h.
    let pushed = displaced(&plan, &planned("2022-03-12 06:30:00", "2022-03-12 09:00:00", 9.0));
    assert_eq!((pushed.nth, pushed.lost, pushed.gained), (vec![0, 1], 16.0, 22.5));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_proposal_has_no_overlap_no_block_too_often_and_stays_within_its_bound(
        facts in prop::collection::vec(any_block(), 0..40),
        taken in prop::collection::vec((0..40_000_i64, 60..9_000_i64), 0..3),
        overhead_s in 0..2_000_i64,
    ) {
        let blocks = prepared(&named(facts));
        let start = situation().at;
        let shift = Interval::new(start, start.plus(12 * 3_600)).unwrap();
        let planned: Vec<_> = taken.iter().map(|&(from, long)| Planned {
            place: 0,
            interval: Interval::new(start.plus(from), start.plus(from + long)).unwrap(),
            score: 0.0,
        }).collect();
        let rest = Rest { shift, family: Family::Twelve, planned: &planned, overhead_s };
        let policy = Policy::shiftdesk();
        let sequence = fill(&blocks, &rest, &situation(), &policy, &[]);
        let all: Vec<Interval> = sequence.added.iter().map(|added| added.interval).collect();
        prop_assert!(all.is_sorted_by_key(|interval| interval.start()));
        prop_assert!(all.iter().all(|interval| shift.overlap(*interval) == Some(*interval)));
        prop_assert!(all.windows(2).all(|pair| pair[0].overlap(pair[1]).is_none()));
        for interval in &all {
            prop_assert!(planned.iter().all(|planned| planned.interval.overlap(*interval).is_none()));
        }
        // What is proposed is a plan without conflicts.
        let alone = conflicts(&blocks, shift, &sequence.added, &situation(), &policy, &[]);
        prop_assert_eq!(alone, vec![]);
        for added in &sequence.added {
            let uses = sequence.added.iter().chain(&planned).filter(|other| other.place == added.place).count();
            let left = blocks.candidate(added.place).unwrap().executions_left().unwrap();
            prop_assert!(i32::try_from(uses).unwrap() <= left);
            let then = situation().moved_to(added.interval.start(), &[]);
            let ranking = blocks.rank(&then, &policy);
            prop_assert_eq!(ranking.score(added.place), Some(added.score));
        }
        prop_assert!(sequence.value <= sequence.bound + 1e-9, "{} of {}", sequence.value, sequence.bound);
        prop_assert_eq!(fill(&blocks, &rest, &situation(), &policy, &[]), sequence);
    }
}
