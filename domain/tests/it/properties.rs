//! What holds for every log, however it was mistyped.

use std::collections::{BTreeMap, BTreeSet};

use domain::efficiency::window::{By, Window};
use domain::efficiency::{
    Divider, Divisions, Metric, Sums, before, behind, by_hour, by_shift, divided, in_window, tiled, total, with_ledgers,
};
use domain::facts::{Activity, DowntimeKind, Facts, Purpose, Qa0, ShiftKind, Status};
use domain::family::{Families, Family};
use domain::findings::{Finding, Parameters, detect};
use domain::ledger::{Log, Owner, ledger};
use domain::time::{Instant, Interval, Span};
use proptest::prelude::*;

use crate::story::{Story, at, id};

/// Minutes after 06:00 of the stories' day. Few enough that facts meet, overlap and coincide.
const MINUTES: i64 = 240;

fn minute(after: i64) -> Instant {
    at("06:00").plus(60 * after)
}

/// A log of a few hours in which everything may be missing, reversed, double or overlapping.
fn any_facts() -> impl Strategy<Value = (Facts, Instant)> {
    let time = || 0..MINUTES;
    let maybe = || proptest::option::weighted(0.8, 0..MINUTES);
    let family = || proptest::option::of(proptest::sample::select(&Family::ALL[..]));
    let shifts =
        proptest::collection::vec((proptest::sample::select(ShiftKind::ALL), 1..8u8, maybe(), maybe(), maybe()), 1..5);
    let arrays = proptest::collection::vec(
        (proptest::sample::select(Activity::ALL), proptest::sample::select(&Family::ALL[..]), maybe()),
        0..4,
    );
    let executions = proptest::collection::vec(
        (
            (time(), proptest::option::weighted(0.8, 1..40i64), proptest::bool::weighted(0.9), 0..5usize),
            family(),
            proptest::sample::select(Purpose::ALL),
            proptest::sample::select(Status::ALL),
            proptest::option::of(proptest::sample::select(Qa0::ALL)),
        ),
        0..14,
    );
    let downtimes = proptest::collection::vec(
        (proptest::sample::select(DowntimeKind::ALL), 0..8u8, time(), proptest::option::weighted(0.8, 0..60i64)),
        0..6,
    );
    (shifts, arrays, executions, downtimes, 60..300i64).prop_map(|(shifts, arrays, executions, downtimes, now)| {
        let mut story = Story::new();
        let set = |bits: u8| Family::ALL.into_iter().filter(|&f| bits & (1 << f as u8) != 0).collect::<Families>();
        for (i, (kind, families, start, end, planned)) in shifts.into_iter().enumerate() {
            story = story.shift(&format!("S{i}"), kind, "12 [m]", "", "");
            let shift = story.facts.shifts.last_mut().unwrap();
            shift.families = set(families);
            (shift.start, shift.end) = (start.map(minute), end.map(minute));
            shift.planned_start = planned.map(minute);
        }
        for (i, (activity, family, created)) in arrays.into_iter().enumerate() {
            story = story.array(&format!("A{i}"), activity, "");
            let array = story.facts.arrays.last_mut().unwrap();
            (array.family, array.created) = (family, created.map(minute));
        }
        for (i, ((start, length, has_start, array), family, purpose, status, qa0)) in executions.into_iter().enumerate()
        {
            story = story.execution(&format!("X{i}"), "", "").on(&format!("A{array}"));
            let execution = story.facts.executions.last_mut().unwrap();
            execution.start = has_start.then(|| minute(start));
            // A length of 1 stands for an end before the start.
            execution.end = length.map(|length| minute(if length == 1 { start - 1 } else { start + length }));
            (execution.family, execution.purpose, execution.status, execution.qa0) = (family, purpose, status, qa0);
        }
        for (i, (kind, families, start, length)) in downtimes.into_iter().enumerate() {
            story = story.downtime(&format!("D{i}"), kind, "", "06:00", "");
            let downtime = story.facts.downtimes.last_mut().unwrap();
            if families != 0 {
                downtime.families = set(families);
            }
            downtime.start = minute(start);
            downtime.end = length.map(|length| minute(start + length));
        }
        (story.facts, minute(now))
    })
}

/// The same log some seconds later.
fn moved(mut facts: Facts, seconds: i64) -> Facts {
    let slip = |time: &mut Option<Instant>| *time = time.map(|time| time.plus(seconds));
    for shift in &mut facts.shifts {
        [&mut shift.start, &mut shift.end, &mut shift.planned_start].into_iter().for_each(slip);
    }
    for execution in &mut facts.executions {
        [&mut execution.start, &mut execution.end].into_iter().for_each(slip);
    }
    for downtime in &mut facts.downtimes {
        downtime.start = downtime.start.plus(seconds);
        slip(&mut downtime.end);
    }
    facts
}

fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| finding.key());
    findings
}

proptest! {
    #[test]
    fn every_ledger_sums_to_its_shift_without_a_hole((facts, now) in any_facts()) {
        let log = Log::new(&facts, now);
        for (shift, family) in log.with_ledger() {
            let ledger = ledger(&log, shift, family);
            let mut at = shift.interval.start();
            let mut last = None;
            for stretch in ledger.stretches() {
                prop_assert_eq!(stretch.interval.start(), at);
                prop_assert_ne!(Some(stretch.owner), last);
                (at, last) = (stretch.interval.end(), Some(stretch.owner));
            }
            prop_assert_eq!(at, shift.interval.end());
            let sum: i64 = Owner::ALL.iter().map(|&owner| ledger.seconds(owner)).sum();
            prop_assert_eq!(sum, shift.interval.seconds());
        }
    }

    #[test]
    fn each_minute_belongs_to_the_first_who_claims_it((facts, now) in any_facts()) {
        // The slow and simple way: ask every fact with two good times about every minute.
        let log = Log::new(&facts, now);
        for (shift, family) in log.with_ledger() {
            for stretch in ledger(&log, shift, family).stretches() {
                let claim = simple_claim(&facts, family, stretch.interval.start());
                // Facts without an end may claim more than the simple way knows, never less.
                if let Some(owner) = claim {
                    prop_assert!(stretch.owner as usize <= owner as usize, "{:?} lost to {:?}", owner, stretch.owner);
                }
            }
        }
    }

    #[test]
    fn gaps_of_one_shift_and_family_never_overlap_and_keys_are_unique((facts, now) in any_facts()) {
        let findings = detect(&Log::new(&facts, now), &Parameters::default());
        let keys: BTreeSet<_> = findings.iter().map(Finding::key).collect();
        prop_assert_eq!(keys.len(), findings.len());
        let mut lanes: BTreeMap<_, Vec<Span>> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| finding.kind.number() <= 12) {
            lanes.entry((finding.shift.clone(), finding.family)).or_default().extend(finding.span);
        }
        for spans in lanes.values_mut() {
            spans.sort();
            prop_assert!(spans.windows(2).all(|pair| pair[0].end() <= pair[1].start()), "{:?}", spans);
        }
    }

    #[test]
    fn every_idle_second_is_found_or_overhead((facts, now) in any_facts()) {
        // Idle and handover seconds = seconds of findings 1 to 9 + runs below gap_min + the run that reaches now.
        let log = Log::new(&facts, now);
        let findings = detect(&log, &Parameters::default());
        for (shift, family) in log.with_ledger() {
            let ledger = ledger(&log, shift, family);
            let idle: i64 = ledger.seconds(Owner::Idle) + ledger.seconds(Owner::Handover);
            let found: i64 = findings
                .iter()
                .filter(|f| f.kind.number() <= 9 && f.family == Some(family) && f.shift.as_ref() == Some(&shift.fact.id))
                .map(|f| f.span.unwrap().seconds())
                .sum();
            prop_assert!(found <= idle);
            if !shift.running {
                let stretches = ledger.stretches().filter(|s| matches!(s.owner, Owner::Idle | Owner::Handover)).count();
                let splits = facts.executions.iter().filter(|e| e.end.is_none()).count();
                let most_overhead = 299 * i64::try_from(stretches + splits).unwrap();
                prop_assert!(idle - found <= most_overhead, "{idle} idle, {found} found");
            }
        }
    }

    #[test]
    fn the_order_of_the_facts_does_not_matter((facts, now) in any_facts(), seed in any::<u64>()) {
        let mut shuffled = facts.clone();
        shuffle(&mut shuffled.shifts, seed);
        shuffle(&mut shuffled.arrays, seed);
        shuffle(&mut shuffled.executions, seed);
        shuffle(&mut shuffled.downtimes, seed);
        let (a, b) = (Log::new(&facts, now), Log::new(&shuffled, now));
        let parameters = Parameters::default();
        prop_assert_eq!(sorted(detect(&a, &parameters)), sorted(detect(&b, &parameters)));
        prop_assert_eq!(by_shift(&a), by_shift(&b));
    }

    #[test]
    fn a_window_is_the_sum_of_its_parts((facts, now) in any_facts(), cut in 1..MINUTES) {
        let sums = by_shift(&Log::new(&facts, now));
        let shifts: Vec<_> = sums.iter().collect();
        let between = |from, to| Window::Between(Interval::new(minute(from), minute(to)).unwrap());
        for family in [None].into_iter().chain(Family::ALL.map(Some)) {
            let of = |window: &Window| total(&in_window(&shifts, window, now), family);
            let whole = between(0, MINUTES);
            let mut parts = of(&between(0, cut));
            parts += of(&between(cut, MINUTES));
            prop_assert_eq!(parts, of(&whole));
            // The calendar's tiles, too; the families are the whole.
            let interval = whole.interval(now).unwrap();
            for by in By::ALL {
                prop_assert_eq!(tiled(&shifts, interval, *by, family).into_iter().map(|(_, sums)| sums).sum::<Sums>(), of(&whole));
            }
        }
        let all = total(&shifts, None);
        prop_assert_eq!(Family::ALL.iter().map(|&family| total(&shifts, Some(family))).sum::<Sums>(), all);
    }

    #[test]
    fn the_hours_of_the_clock_are_the_ledgers_cut((facts, now) in any_facts(), offset_s in 0..3_600i64) {
        // Shifted by some seconds, so that stretches begin and end inside hours.
        let moved = moved(facts, offset_s);
        let (sums, ledgers) = with_ledgers(&Log::new(&moved, now.plus(offset_s)));
        let hours = by_hour(&ledgers, Interval::new(minute(-60), minute(60 * 24)).unwrap());
        for (start, sums) in &hours {
            prop_assert_eq!(start.unix_seconds() % 3_600, 0);
            let n_lanes = i64::try_from(ledgers.len()).unwrap();
            prop_assert!(0 < sums.shift_s() && sums.shift_s() <= n_lanes * 3_600);
        }
        let (whole, cut): (Sums, Sums) = (sums.iter().map(|shift| shift.sums).sum(), hours.into_values().sum());
        for owner in Owner::ALL {
            prop_assert_eq!(cut.seconds(*owner), whole.seconds(*owner), "{}", owner);
        }
    }

    #[test]
    fn the_last_shift_and_those_before_it_are_every_shift_of_a_family_one_by_one((facts, now) in any_facts()) {
        let sums = by_shift(&Log::new(&facts, now));
        let shifts: Vec<_> = sums.iter().collect();
        for family in Family::ALL {
            let mut window = Window::LastShift;
            let mut walked = Vec::new();
            while let Some(shift) = in_window(&shifts, &window, now).into_iter().find(|shift| shift.family == family) {
                walked.push(shift);
                match before(&shifts, &window, now).into_iter().find(|shift| shift.family == family) {
                    Some(earlier) => window = Window::Shift(earlier.shift.clone()),
                    None => break,
                }
            }
            walked.reverse();
            let all: Vec<_> = shifts.iter().copied().filter(|shift| shift.family == family).collect();
            prop_assert_eq!(walked, all);
        }
    }

    #[test]
    fn the_rows_behind_a_number_sum_to_the_number((facts, now) in any_facts(), from in 0..MINUTES, to in 0..MINUTES) {
        let log = Log::new(&facts, now);
        let sums = by_shift(&log);
        let shifts: Vec<_> = sums.iter().collect();
        let window = Interval::new(minute(from.min(to)), minute(from.max(to) + 1)).map(Window::Between).unwrap();
        let chosen = in_window(&shifts, &window, now);
        for family in [None].into_iter().chain(Family::ALL.map(Some)) {
            let sums = total(&chosen, family);
            let holds = |id: &domain::facts::Id, lane| {
                family.is_none_or(|family| family == lane) && chosen.iter().any(|s| s.shift == *id && s.family == lane)
            };
            for metric in Metric::ALL {
                for measure in metric.ratio().parts() {
                    let rows = behind(&log, measure, holds);
                    prop_assert_eq!(rows.iter().map(|row| row.amount).sum::<i64>(), measure.of(&sums), "{} {:?}", metric, measure);
                    if metric.of_executions().is_some() {
                        for &by in Divider::ALL {
                            let parts = divided(&rows, by, &Divisions::default());
                            prop_assert_eq!(parts.iter().map(|(_, s)| s).sum::<i64>(), measure.of(&sums), "{} by {}", metric, by);
                        }
                        let of_rows = metric.thousandths(&Sums::of_rows(&rows));
                        prop_assert_eq!(of_rows, metric.thousandths(&sums), "{}", metric);
                    }
                    for row in rows.iter().filter(|_| measure.is_time()) {
                        prop_assert!(0 < row.amount && row.amount <= row.interval.seconds(), "{:?}", row);
                    }
                }
            }
        }
    }

    #[test]
    fn the_numbers_are_the_formulas_of_the_specification(
        seconds in proptest::array::uniform13(0..10_000_000i64),
        (undetermined_s, n) in (0..1_000i64, proptest::array::uniform4(0..1_000i64)),
    ) {
        let [n_pass, n_pending, n_semipass, n_fail] = n;
        let mut sums = Sums::from(seconds);
        sums.undetermined_s = undetermined_s;
        (sums.n_pass, sums.n_pending, sums.n_semipass, sums.n_fail) = (n_pass, n_pending, n_semipass, n_fail);
        let of = |owner| sums.seconds(owner);
        let (p, pe, sp, f) = (of(Owner::PiPass), of(Owner::PiPending), of(Owner::PiSemiPass), of(Owner::PiFail));
        let (c, te) = (of(Owner::CalibrationSuccess), of(Owner::Test));
        let s: i64 = seconds.iter().sum();
        let a = s - of(Owner::Handover) - of(Owner::Weather) - te;
        let d = a - of(Owner::Technical) - of(Owner::Scheduling);
        for (metric, numerator, denominator) in [
            (Metric::ShiftDuration, s, 3_600),
            (Metric::Remaining, d - p - pe - sp - f - c, 3_600),
            (Metric::OperationEfficiency, p + c, a),
            (Metric::ObservationEfficiency, p + c, d),
            (Metric::TestingRate, te, d + te),
            (Metric::FailLossRate, sp + f, d),
            (Metric::CalibrationRate, c, p + c),
            (Metric::FailureRate, n_semipass + n_fail, n_pass + n_pending + n_semipass + n_fail),
            (Metric::TimeCompleteness, s - undetermined_s, s),
            (Metric::BacklogRate, n_pending, n_pass + n_pending),
        ] {
            let quotient = metric.quotient(&sums);
            prop_assert_eq!((quotient.numerator, quotient.denominator), (numerator, denominator), "{}", metric);
        }
        for metric in Metric::ALL {
            prop_assert_eq!(Metric::of_word(&metric.word()), Some(*metric));
            prop_assert_eq!(metric.change(&sums, &sums), metric.thousandths(&sums).map(|_| 0));
        }
    }

    #[test]
    fn what_is_undetermined_is_part_of_the_shift_and_executions_count_once((facts, now) in any_facts()) {
        let sums = by_shift(&Log::new(&facts, now));
        for shift in &sums {
            prop_assert!(0 <= shift.sums.undetermined_s && shift.sums.undetermined_s <= shift.sums.shift_s());
            prop_assert_eq!(shift.sums.shift_s(), shift.end.since(shift.start));
        }
        let counted: i64 = sums.iter().map(|s| s.sums.n_pass + s.sums.n_pending + s.sums.n_semipass + s.sums.n_fail).sum();
        let judged = facts.executions.iter().filter(|e| e.purpose == Purpose::Pi && e.qa0.is_some()).count();
        prop_assert!(counted <= i64::try_from(judged).unwrap());
    }
}

/// Who claims the instant, looking only at facts whose two times are given and in order.
fn simple_claim(facts: &Facts, family: Family, t: Instant) -> Option<Owner> {
    let array_family = |name: &str| facts.arrays.iter().find(|a| a.id == id(name)).map(|a| a.family);
    let holds = |start: Option<Instant>, end: Option<Instant>| {
        start.zip(end).and_then(|(start, end)| Interval::new(start, end)).is_some_and(|interval| interval.holds(t))
    };
    let executions = facts
        .executions
        .iter()
        .filter(|e| e.family.or_else(|| array_family(&e.array_id)) == Some(family) && holds(e.start, e.end))
        .map(domain::ledger::owner_of);
    let downtimes = facts
        .downtimes
        .iter()
        .filter(|d| d.families.contains(family) && holds(Some(d.start), d.end))
        .map(|d| Owner::from(d.kind));
    executions.chain(downtimes).min()
}

/// A permutation that the seed decides.
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for i in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(i, usize::try_from(seed >> 33).unwrap() % (i + 1));
    }
}
