//! A quarter to draw, as a page would hand it to the charts.

use charts::breakdown::{Breakdown, Part};
use charts::hour_heat_map::{Day, Hour, HourHeatMap};
use charts::lost_time::{Loss, LostTime};
use charts::period::{Completeness, Note};
use charts::time_owners::{Bucket, TimeOwners};
use charts::trend::{Trend, Week};
use domain::efficiency::Unit;
use domain::ledger::Owner;
use domain::time::{DAY_S, HOUR_S, Instant, Interval, Span};

pub(crate) fn t(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// A number below `n` that looks thrown and is the same every time (splitmix64: Steele, Lea and Flood 2014).
pub(crate) fn thrown(seed: i64, n: i64) -> i64 {
    let mut mixed = seed.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 1).cast_signed() % n
}

pub(crate) fn note(number: u32, text: &str, start: &str, end: &str) -> Note {
    Note {
        number,
        text: text.to_owned(),
        span: Span::between(t(start), t(end)),
        href: Some(format!("/efficiency/notes/{number}")),
    }
}

/// A shift that begins at `start`, with the seconds of its owners in their order.
pub(crate) fn bucket(label: &str, start: Instant, seconds: &[(Owner, i64)]) -> Bucket {
    let length: i64 = seconds.iter().map(|part| part.1).sum();
    Bucket {
        label: label.to_owned(),
        interval: Interval::new(start, start.plus(length.max(1))).unwrap(),
        parts: seconds.to_vec(),
        completeness: Completeness::Complete,
        chosen: false,
        href: Some(format!("/efficiency/shift?id={label}&family=12m")),
    }
}

/// Seven nights of the 12 m array: a good one, one lost to weather, one with everybody in it, one that runs.
pub(crate) fn nights() -> TimeOwners {
    use Owner::{
        CalibrationOther, CalibrationSuccess, Handover, Idle, PiFail, PiPass, PiPending, PiSemiPass, PiWithoutQa0,
        Scheduling, Technical, Test, Weather,
    };
    let start = |day: i64| t("2022-03-07 21:00:00").plus(day * DAY_S);
    let mut buckets = vec![
        bucket(
            "S0307",
            start(0),
            &[(PiPass, 21_604), (PiPending, 4_020), (CalibrationSuccess, 5_113), (Handover, 1_213), (Idle, 6_050)],
        ),
        bucket(
            "S0308",
            start(1),
            &[(PiPass, 28_900), (CalibrationSuccess, 3_211), (PiSemiPass, 2_400), (Handover, 600), (Idle, 889)],
        ),
        bucket("S0309", start(2), &[(Weather, 36_000)]),
        bucket(
            "S0310",
            start(3),
            &[
                (PiPass, 9_000),
                (PiPending, 4_000),
                (PiSemiPass, 3_000),
                (PiFail, 2_500),
                (PiWithoutQa0, 2_000),
                (CalibrationSuccess, 4_000),
                (CalibrationOther, 2_000),
                (Test, 3_000),
                (Weather, 3_000),
                (Technical, 2_500),
                (Scheduling, 1_500),
                (Handover, 2_000),
                (Idle, 3_740),
            ],
        ),
        bucket("S0311", start(4), &[(PiPass, 12_000), (PiFail, 10), (Technical, 9_214), (Idle, 14_776)]),
        bucket("S0312", start(5), &[(PiPass, 5_533), (Handover, 1_213), (Idle, 5_854)]),
        bucket("S0313", start(6), &[(PiPass, 7_200), (CalibrationSuccess, 1_800), (Idle, 340)]),
    ];
    buckets[3].chosen = true;
    buckets[6].completeness = Completeness::Running;
    TimeOwners {
        title: "Where the time went, 12 [m], week 10 of 2022".to_owned(),
        buckets,
        notes: vec![
            note(1, "Storm over the Andes", "2022-03-09 18:00:00", "2022-03-11 02:00:00"),
            note(2, "New correlator software", "2022-03-11 21:00:00", "2022-03-13 00:00:00"),
            note(3, "Not this week", "2022-04-01 00:00:00", "2022-04-02 00:00:00"),
        ],
        stretches: vec![],
    }
}

/// Three months of weeks, then the one that runs.
pub(crate) fn weeks_of_owners() -> TimeOwners {
    weeks_from(t("2021-12-20 00:00:00"), 13)
}

/// Weeks from a Monday, the last of them running, the one before it late.
pub(crate) fn weeks_from(monday: Instant, n_weeks: i64) -> TimeOwners {
    let week = |nth: i64| {
        let part = |owner: Owner, least: i64, more: i64| (owner, least + thrown(nth * 31 + owner as i64, more));
        let parts = [
            part(Owner::PiPass, 120_000, 150_000),
            part(Owner::PiPending, 8_000, 20_000),
            part(Owner::PiSemiPass, 2_000, 14_000),
            part(Owner::PiFail, 0, 9_000),
            part(Owner::CalibrationSuccess, 20_000, 20_000),
            part(Owner::Test, 0, 20_000),
            part(Owner::Weather, 0, 120_000),
            part(Owner::Technical, 2_000, 40_000),
            part(Owner::Handover, 6_000, 4_000),
            part(Owner::Idle, 9_000, 40_000),
        ];
        let start = monday.plus(nth * 7 * DAY_S);
        let (year, number) = start.iso_week();
        let interval = Interval::new(start, start.plus(7 * DAY_S)).unwrap();
        Bucket { interval, ..bucket(&format!("{year} W{number:02}"), start, &parts) }
    };
    let mut buckets: Vec<_> = (0..n_weeks).map(week).collect();
    buckets[4].parts.clear();
    if let [.., late, running] = buckets.as_mut_slice() {
        late.completeness = Completeness::Late;
        late.chosen = true;
        running.completeness = Completeness::Running;
        for part in &mut running.parts {
            part.1 /= 4;
        }
    }
    TimeOwners { title: "Where the time went, 12 [m], by week".to_owned(), buckets, notes: vec![], stretches: vec![] }
}

/// A month in which nights are better than days, the 12th is lost, the 15th has no shift, and the last day runs.
pub(crate) fn month() -> HourHeatMap {
    let day = |nth: i64| {
        let hour = |hour: i64| {
            let is_night = !(11..21).contains(&hour);
            let shift_s = if nth == 14 || (nth % 5 == 3 && !is_night) { 0 } else { HOUR_S };
            let part = if is_night { 2_400 + thrown(nth * 24 + hour, 1_200) } else { thrown(nth * 24 + hour, 2_400) };
            let part_s = if nth == 11 || shift_s == 0 { 0 } else { part };
            Hour { shift_s, part_s, href: Some(format!("/efficiency/hour?day={nth}&hour={hour}")) }
        };
        let midnight = t("2022-03-01 00:00:00").plus(nth * DAY_S);
        Day {
            midnight,
            hours: (0..24).map(hour).collect(),
            completeness: Completeness::Complete,
            chosen: nth == 12,
            href: Some(format!("/efficiency/day?day={nth}")),
        }
    };
    let mut days: Vec<_> = (0..21).map(day).collect();
    days[20].completeness = Completeness::Running;
    days[20].hours.truncate(9);
    HourHeatMap {
        title: "Science by hour of day, 12 [m], March 2022".to_owned(),
        what: "science".to_owned(),
        days,
        lst: Some((0..24).map(|hour| format!("{:02}", (hour + 7) % 24)).collect()),
        notes: vec![note(1, "Storm over the Andes", "2022-03-11 18:00:00", "2022-03-13 02:00:00")],
    }
}

/// `n` weeks of a rate, the last of which runs; the fifth before it has nothing to divide by.
pub(crate) fn rate(n: i64) -> Trend {
    let first = t("2022-03-21 00:00:00").plus(-(n - 1) * 7 * DAY_S);
    let week = |nth: i64| {
        let start = first.plus(nth * 7 * DAY_S);
        let (_, number) = start.iso_week();
        Week {
            label: format!("W{number:02}"),
            interval: Interval::new(start, start.plus(7 * DAY_S)).unwrap(),
            // 44 to 70 %
            value: Some(44_000 + thrown(nth, 26_000)),
            completeness: Completeness::Complete,
            chosen: false,
            href: Some(format!("/efficiency/week?from={start}")),
        }
    };
    let mut weeks: Vec<_> = (0..n).map(week).collect();
    let n = weeks.len();
    weeks[n - 6].value = None;
    weeks[n - 3].value = Some(31_204);
    weeks[n - 3].chosen = true;
    weeks[n - 1].completeness = Completeness::Running;
    Trend {
        title: "OPERATION EFFICIENCY WITH CALIB. [%]".to_owned(),
        unit: Unit::Percent,
        weeks,
        n_drawn: 12,
        notes: vec![
            note(1, "Storm over the Andes", "2022-03-07 18:00:00", "2022-03-11 02:00:00"),
            note(2, "Reduced shifts", "2022-01-24 00:00:00", "2022-02-14 00:00:00"),
        ],
    }
}

pub(crate) fn losses() -> LostTime {
    let loss = |label: &str, seconds: i64, n_findings: i64| Loss {
        label: label.to_owned(),
        seconds,
        n_findings,
        href: Some(format!("/?q=type:{}", label.to_lowercase().replace(' ', "-"))),
    };
    LostTime {
        title: "Lost time by type of finding, 12 [m], week 10 of 2022".to_owned(),
        losses: vec![
            loss("Handover", 9_841, 21),
            loss("Failed execution gap", 24_330, 9),
            loss("Allocated time not well defined", 0, 3),
            loss("End shift", 5_410, 14),
            loss("Weather downtime", 41_022, 6),
            loss("Running execution gap", 5_410, 2),
            loss("Array recreation", 2_904, 11),
        ],
    }
}

pub(crate) fn bands() -> Breakdown {
    let part = |label: Option<&str>, seconds: i64| Part {
        label: label.map(str::to_owned),
        seconds,
        href: label.map(|label| format!("/efficiency/band?is={label}")),
    };
    Breakdown {
        title: "QA0 Pass by band".to_owned(),
        by: "Band".to_owned(),
        parts: vec![
            part(Some("Band 3"), 81_310),
            part(Some("Band 4"), 8_002),
            part(Some("Band 5"), 0),
            part(Some("Band 6"), 122_480),
            part(Some("Band 7"), 46_904),
            part(None, 9_117),
        ],
    }
}
