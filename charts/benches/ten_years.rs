//! How long a drawing takes: the trend of ten years of weeks, and the other charts at their largest, on one core.
//!
//! `cargo bench -p shiftdesk-charts --bench ten_years` prints a line each: `what median_ms min_ms max_ms bytes`. A plain loop, every
//! run in another width, as when a window is drawn larger; the text is all a page needs to draw it again.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that cannot start should stop")]

use std::hint::black_box;
use std::time::Instant as Clock;

use charts::hour_heat_map::{self, Day, Hour, HourHeatMap};
use charts::period::Completeness;
use charts::time_owners::{self, Bucket, Stretch, TimeOwners};
use charts::trend::{self, Trend, Week};
use domain::efficiency::Unit;
use domain::ledger::Owner;
use domain::time::{DAY_S, Instant, Interval};

/// Runs of each drawing; odd, so that the median is one of them.
const RUNS: u32 = 101;
/// Ten years, and the one before them that makes the band.
const WEEKS: i64 = 520 + 52;

fn main() {
    let first = Instant::parse("2016-01-04 00:00:00").unwrap();
    let period = |nth: i64, days: i64| {
        let start = first.plus(nth * days * DAY_S);
        Interval::new(start, start.plus(days * DAY_S)).unwrap()
    };
    let trend = Trend {
        title: "OPERATION EFFICIENCY WITH CALIB. [%]".to_owned(),
        unit: Unit::Percent,
        weeks: (0..WEEKS)
            .map(|nth| Week {
                label: format!("W{:02}", period(nth, 7).start().iso_week().1),
                interval: period(nth, 7),
                // Every hundredth week has nothing to divide by.
                value: (nth % 100 > 0).then_some(40_000 + nth * 7_919 % 20_000),
                completeness: if nth + 1 == WEEKS { Completeness::Running } else { Completeness::Complete },
                chosen: nth + 2 == WEEKS,
                href: Some(format!("/efficiency?week={nth}")),
            })
            .collect(),
        n_drawn: 520,
        notes: vec![],
    };
    time("trend of 520 weeks", |width| trend::svg(&trend, width).unwrap());

    let owners = TimeOwners {
        title: "Where the time went".to_owned(),
        buckets: (0..520)
            .map(|nth| Bucket {
                label: format!("week {nth}"),
                interval: period(nth, 7),
                parts: Owner::ALL.iter().map(|&owner| (owner, 10_000 + nth * (owner as i64) * 997 % 90_000)).collect(),
                completeness: Completeness::Complete,
                chosen: false,
                href: Some(format!("/efficiency?week={nth}")),
            })
            .collect(),
        notes: vec![],
        stretches: (0..104)
            .map(|nth| Stretch { buckets: nth * 5..nth * 5 + 5, href: Some(format!("/efficiency?stretch={nth}")) })
            .collect(),
    };
    time("time owners of 520 weeks", |width| time_owners::svg(&owners, width).unwrap());

    let heat_map = HourHeatMap {
        title: "Science by hour".to_owned(),
        what: "science".to_owned(),
        days: (0..31)
            .map(|nth| Day {
                midnight: period(nth, 1).start(),
                hours: (0..24)
                    .map(|hour| Hour { shift_s: 3_600, part_s: (nth * 24 + hour) * 811 % 3_600, href: None })
                    .collect(),
                completeness: Completeness::Complete,
                chosen: false,
                href: Some(format!("/efficiency?day={nth}")),
            })
            .collect(),
        lst: None,
        notes: vec![],
    };
    time("heat map of 31 days", |width| hour_heat_map::svg(&heat_map, width).unwrap());
}

fn time(what: &str, mut draw: impl FnMut(u32) -> String) {
    let (mut ms, mut bytes) = (vec![], 0);
    for nth in 0..RUNS {
        let began = Clock::now();
        bytes = black_box(draw(1_400 - nth)).len();
        ms.push(began.elapsed().as_secs_f64() * 1e3);
    }
    ms.sort_by(f64::total_cmp);
    println!("{what} {:.3} {:.3} {:.3} {bytes} bytes", ms[ms.len() / 2], ms[0], ms[ms.len() - 1]);
}
