//! How long the list takes to answer: facets, search, order and snapshot over 100,000 and 1,000,000 findings, on one core.
//!
//! `cargo bench -p shiftdesk-domain --bench columns` prints a line each: `findings what median_ms min_ms max_ms`, and the snapshot's
//! length in bytes, raw and after brotli. A plain loop: what is measured takes tenths of milliseconds, and every other run
//! changes the question so that nothing is remembered.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that cannot start should stop")]

use std::hint::black_box;
use std::time::Instant as Clock;

use domain::family::Family;
use domain::findings::{FindingType, Priority};
use domain::time::{Instant, Span};
use domain::triage::columns::Columns;
use domain::triage::filter::Filter;
use domain::triage::order::{Column, Sort};
use domain::triage::{Decided, FindingRow, State};

/// Runs of each question; odd, so that the median is one of them.
const RUNS: usize = 31;

fn main() {
    for n in [100_000, 1_000_000] {
        let began = Clock::now();
        let columns = Columns::of((0..n).map(row));
        println!("{n} built {:.1}", began.elapsed().as_secs_f64() * 1e3);

        time(n, "facet click", |nth| {
            let line =
                ["class:gap", "priority:high,blocker", "family:7m -type:handover", "state:open tag:M83"][nth % 4];
            page(&columns, line, &[])
        });
        time(n, "part of the API", |nth| {
            let (filter, _) =
                Filter::read(["class:gap family:7m", "priority:high", "type:other when:7d", "state:open"][nth % 4]);
            let view = columns.view(&filter, &[], None);
            columns.list(&view, 0, 100).rows.len()
        });
        // A word typed letter by letter, each time another.
        time(n, "key typed in search", |nth| {
            let word = format!("uid://a002/x{:x}", nth / 8 * 7_919 + 0xa_0000);
            page(&columns, &word[..word.len() - 7 + nth % 8], &[])
        });
        let sorts = [Column::Duration, Column::Tags, Column::Priority, Column::Comment];
        time(n, "order made", |nth| {
            let order: Vec<Sort> =
                (0..3).map(|at| Sort { column: Column::ALL[(nth + at) % 11], descending: nth % 2 == 0 }).collect();
            page(&columns, "", &order)
        });
        time(n, "order kept", |nth| page(&columns, "class:gap", &[Sort { column: sorts[nth % 4], descending: true }]));

        let bytes = columns.write_snapshot(1);
        let mut compressed = Vec::new();
        let began = Clock::now();
        let mut reader = brotli::CompressorReader::new(&bytes[..], 65_536, 5, 22);
        std::io::Read::read_to_end(&mut reader, &mut compressed).unwrap();
        println!(
            "{n} snapshot {} {} bytes, compressed in {:.0} ms",
            bytes.len(),
            compressed.len(),
            began.elapsed().as_secs_f64() * 1e3
        );
        let began = Clock::now();
        black_box(domain::triage::snapshot::read(&bytes).unwrap());
        println!("{n} snapshot read {:.1}", began.elapsed().as_secs_f64() * 1e3);
    }
}

/// What the page asks: the counts beside the filters, and the first rows.
fn page(columns: &Columns, line: &str, order: &[Sort]) -> usize {
    let (filter, _) = Filter::read(line);
    let view = columns.view(&filter, order, None);
    black_box(columns.facets(&view, &filter));
    view.rows(columns, 0, 100).len()
}

fn time(n: i64, what: &str, mut ask: impl FnMut(usize) -> usize) {
    let mut ms = Vec::with_capacity(RUNS);
    for nth in 0..RUNS {
        let began = Clock::now();
        black_box(ask(nth));
        ms.push(began.elapsed().as_secs_f64() * 1e3);
    }
    ms.sort_by(f64::total_cmp);
    println!("{n} {what} {:.3} {:.3} {:.3}", ms[RUNS / 2], ms[0], ms[RUNS - 1]);
}

/// Rows as a log has them: a new shift every 30 findings, each gap between two executions, few distinct comments.
fn row(id: i64) -> FindingRow {
    let mixed = id.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let pick = |n: u64| usize::try_from(mixed / 7 % n).unwrap();
    let kind = FindingType::ALL[pick(20)];
    let family = Family::ALL[pick(3)];
    let shift = format!("S{:05}-{}", id / 30, ["12M", "7M", "TP"][pick(3)]);
    let start = Instant::parse("2016-01-01 00:00:00").unwrap().plus(id * 700 + i64::try_from(mixed % 600).unwrap());
    let uid = |n: i64| format!("uid://A002/X{:x}/X{:x}", 0xa0_0000 + n / 40, n * 37 % 65_536);
    FindingRow {
        id,
        key: format!("{kind}|{family}|{shift}|{};{}", uid(id), uid(id + 1)),
        kind,
        class: kind.class(),
        priority: Priority::ALL[pick(5)],
        state: if mixed.is_multiple_of(4) { State::ResolvedByTheLog } else { State::Open },
        family: Some(family),
        shift: shift.parse().ok(),
        span: Some(Span::between(start, start.plus(300 + i64::try_from(mixed % 3_000).unwrap()))),
        tags: match mixed % 3 {
            0 => format!("M{}", mixed % 110),
            1 => uid(id),
            _ => "PI science".to_owned(),
        },
        comment: ["", "Missing or not well defined ticket", "Check the start/end time."][pick(3)].to_owned(),
        decided: Decided::default(),
        assignee: mixed.is_multiple_of(50).then(|| "ana".to_owned()),
        snoozed_until: None,
        dismissed_because: None,
        n_comments: 0,
        part_of: None,
        merged_into: None,
        row_version: 1,
        change_seq: id / 5_000,
    }
}
