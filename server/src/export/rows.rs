//! Any rows, for the properties of the three formats.
#![allow(clippy::unwrap_used, reason = "a test states what is there")]

use domain::family::Family;
use domain::findings::{Class, FindingType, Priority};
use domain::time::{Instant, Span};
use domain::triage::{Decided, FindingRow, State};
use proptest::prelude::*;

/// Texts that people and machines have hurt spreadsheets, pages and parsers with, and any other.
pub(super) fn any_text() -> impl Strategy<Value = String> {
    let hostile = [
        "",
        "=1+1",
        "+14 min",
        "-",
        "@SUM(A1)",
        "\tx",
        "\r\n",
        "a,\"b\"\r\nc",
        "'=1",
        "<script>alert(1)</script>",
        "\u{202e}txt.exe",
        "\0",
        "NaN",
        "🔭",
    ];
    prop_oneof![proptest::sample::select(hostile.map(str::to_owned).to_vec()), any::<String>()]
}

pub(super) fn any_rows() -> impl Strategy<Value = Vec<FindingRow>> {
    // Half a minute short of a century from 1970, and up to a day.
    let span = proptest::option::of((0..3_155_760_000i64, 0..86_400i64)).prop_map(|times| {
        let epoch = Instant::parse("1970-01-01T00:00:00Z").unwrap();
        times.map(|(start, seconds)| Span::between(epoch.plus(start), epoch.plus(start + seconds)))
    });
    let words = (
        proptest::sample::select(FindingType::ALL),
        proptest::sample::select(Class::ALL),
        proptest::sample::select(Priority::ALL),
        proptest::sample::select(State::ALL),
        proptest::option::of(proptest::sample::select(&Family::ALL[..])),
    );
    let texts = (any_text(), any_text(), any_text(), any_text(), proptest::option::of(any_text()));
    let row = (any::<i64>(), words, texts, span).prop_map(|(id, words, texts, span)| {
        let (kind, class, priority, state, family) = words;
        let (key, shift, tags, comment, assignee) = texts;
        FindingRow {
            id,
            key,
            kind,
            class,
            priority,
            state,
            family,
            shift: shift.parse().ok(),
            span,
            tags,
            comment,
            decided: Decided::default(),
            assignee,
            snoozed_until: None,
            dismissed_because: None,
            n_comments: 0,
            part_of: None,
            merged_into: None,
            row_version: 1,
            change_seq: 1,
        }
    });
    proptest::collection::vec(row, 0..20)
}
