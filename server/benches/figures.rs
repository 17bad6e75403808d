//! How long the sums take: detection over simulated logs in memory, on one core.
//!
//! `cargo bench -p shiftdesk --bench figures` prints one line per length of log: `weeks findings median_s min_s max_s`. The
//! script behind `make bench` reads them. Counted is the processor's time of this one thread, so that a busy machine does not
//! count; a plain loop, since what is measured takes hundredths of a second.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot start should stop")]

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant as Clock;

use domain::findings::{Parameters, detect};
use domain::ledger::Log;
use domain::time::Instant;

/// Runs of each length; odd, so that the median is one of them.
const RUNS: usize = 7;

/// The longest log \[weeks\]. A shorter one is looked at as often as it fits into it, so that every run takes long enough for
/// the kernel's clock of processor time, which ticks every few milliseconds.
const WEEKS_MAX: u32 = 208;

fn main() {
    let now = Instant::parse("2026-03-16T08:30:00Z").unwrap();
    for weeks in [52, WEEKS_MAX] {
        let facts = server::demo::simulate(weeks, 1, now).facts;
        let times = WEEKS_MAX / weeks;
        let mut seconds = Vec::with_capacity(RUNS);
        let mut n_findings = 0;
        for _ in 0..RUNS {
            let mut took_s = 0.0;
            for _ in 0..times {
                let began = cpu_s();
                // Sorting the facts is part of it: a log does not come sorted.
                let log = Log::new(&facts, now);
                let found = black_box(detect(&log, &Parameters::default()));
                took_s += cpu_s() - began;
                n_findings = found.len();
            }
            seconds.push(took_s / f64::from(times));
        }
        seconds.sort_by(f64::total_cmp);
        println!("{weeks} {n_findings} {:.4} {:.4} {:.4}", seconds[RUNS / 2], seconds[0], seconds[RUNS - 1]);
    }
}

/// Time that this thread has had a processor \[s\]; where the kernel does not tell, the time that went by.
fn cpu_s() -> f64 {
    static BEGAN: LazyLock<Clock> = LazyLock::new(Clock::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGAN.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}
