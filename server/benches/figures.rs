//! How long the sums take: detection over simulated logs in memory, on one core.
//!
//! `cargo bench -p shiftdesk --bench figures` prints one line per length of log: `weeks findings median_s min_s max_s`. The
//! script behind `make bench` reads them. Plain clock and plain loop: what is measured takes tenths of a second.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot start should stop")]

use std::hint::black_box;
use std::time::Instant as Clock;

use domain::findings::{Parameters, detect};
use domain::ledger::Log;
use domain::time::Instant;

/// Runs of each length; odd, so that the median is one of them.
const RUNS: usize = 7;

fn main() {
    let now = Instant::parse("2026-03-16T08:30:00Z").unwrap();
    for weeks in [52, 208] {
        let facts = server::demo::simulate(weeks, 1, now).facts;
        let mut seconds = Vec::with_capacity(RUNS);
        let mut n_findings = 0;
        for _ in 0..RUNS {
            let began = Clock::now();
            // Sorting the facts is part of it: a log does not come sorted.
            let log = Log::new(&facts, now);
            n_findings = black_box(detect(&log, &Parameters::default())).len();
            seconds.push(began.elapsed().as_secs_f64());
        }
        seconds.sort_by(f64::total_cmp);
        println!("{weeks} {n_findings} {:.4} {:.4} {:.4}", seconds[RUNS / 2], seconds[0], seconds[RUNS - 1]);
    }
}
