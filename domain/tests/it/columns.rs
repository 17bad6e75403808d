//! The columns give the answer that going through all rows by hand would give, whatever was patched before.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use domain::facts::Id;
use domain::family::Family;
use domain::findings::{Class, FindingType, Priority};
use domain::time::{DAY_S, Instant, Span};
use domain::triage::columns::{Columns, Standing};
use domain::triage::filter::{Assignee, Filter, Hours, Lasting, Period, Week, What, Window};
use domain::triage::order::{Column, Sort};
use domain::triage::{Count, Decided, FindingRow, State, snapshot};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::filter::any_filter;

/// The *now* of these findings; they end within a month around it.
fn now() -> Instant {
    Instant::parse("2022-03-12 21:00:00").unwrap()
}

fn standing() -> Standing {
    let latest = |family, shift: &str| (family, shift.parse::<Id>().unwrap());
    Standing { as_of: Some(now()), latest_shifts: vec![latest(Family::Twelve, "S1"), latest(Family::Seven, "S2")] }
}

const TAGS: [&str; 9] = ["", "M83", "m83; IF delay", "PI science", ";;", "3C273;PI Science", "ÄRGER", "pi", "a;A"];
const COMMENTS: [&str; 4] = ["", "No activity logged in this shift", "Check the start/end time.", "naïve \"quotes\""];
const PEOPLE: [&str; 3] = ["ana", "bo", "Me"];

fn any_row() -> impl Strategy<Value = FindingRow> {
    let families: Vec<Option<Family>> = Family::ALL.into_iter().map(Some).chain([None]).collect();
    let what = (
        0..40i64,
        proptest::sample::select(FindingType::ALL),
        proptest::sample::select(Class::ALL),
        proptest::sample::select(Priority::ALL),
        proptest::sample::select(State::ALL),
        proptest::sample::select(families),
    );
    let said = (
        proptest::option::of(0..4u8),
        proptest::option::weighted(0.9, (-20 * DAY_S..20 * DAY_S, prop_oneof![Just(0), 0..4i64, 0..9_000i64])),
        proptest::sample::select(&TAGS[..]),
        proptest::sample::select(&COMMENTS[..]),
        proptest::option::of(proptest::sample::select(&PEOPLE[..])),
    );
    (what, said).prop_map(|((id, kind, class, priority, state, family), (shift, span, tags, comment, assignee))| {
        let shift = shift.map(|n| format!("S{n}"));
        FindingRow {
            id,
            key: format!(
                "{kind}|{}|{}|uid://A/X{id};D{id}",
                Family::label_of(family),
                shift.clone().unwrap_or_default()
            ),
            kind,
            class,
            priority,
            state,
            family,
            shift: shift.map(|shift| shift.parse().unwrap()),
            span: span.map(|(end, length)| Span::between(now().plus(end - length), now().plus(end))),
            tags: tags.to_owned(),
            comment: comment.to_owned(),
            assignee: assignee.map(str::to_owned),
            decided: Decided { state: id % 3 == 0, tags: id % 5 == 0, ..Decided::default() },
            snoozed_until: (state == State::Snoozed).then(now),
            dismissed_because: (state == State::Dismissed).then(|| "not ours".to_owned()),
            n_comments: i32::from(id == 3),
            part_of: (id == 4).then_some(5),
            merged_into: (state == State::Merged).then_some(6),
            row_version: 1 + id % 2,
            change_seq: 100 - id,
        }
    })
}

/// Filters whose values occur.
fn likely_filter() -> impl Strategy<Value = Filter> {
    let word =
        proptest::sample::select(&["m83", "if", "uid://A", "X3", "handover", "S1", "är", "7", "delay", "bo"][..]);
    let tag = proptest::sample::select(&["M83", "pi science", "A", "none such"][..]);
    let hours = |n| Hours { ten_thousandths: n };
    let what = prop_oneof![
        proptest::sample::select(Class::ALL).prop_map(What::Class),
        proptest::sample::select(Priority::ALL).prop_map(What::Priority),
        proptest::sample::select(FindingType::ALL).prop_map(What::Kind),
        Just(What::Family(Some(Family::Seven))),
        Just(What::Family(None)),
        proptest::sample::select(State::ALL).prop_map(What::State),
        Just(What::Assignee(Assignee::Me)),
        Just(What::Assignee(Assignee::Nobody)),
        Just(What::Assignee(Assignee::Named("ana".to_owned()))),
        Just(What::Tag(None)),
        tag.prop_map(|tag| What::Tag(Some(tag.to_owned()))),
        Just(What::Lasting(Lasting::Over(hours(10)))),
        Just(What::Lasting(Lasting::AtMost(hours(10_000)))),
        Just(What::When(Period::LastShift)),
        Just(What::When(Period::LastDays(7))),
        Just(What::When(Period::Week(Week::new(2022, 10).unwrap()))),
        Just(What::When(Period::Between(Window::new(None, Some(now())).unwrap()))),
        Just(What::Shift(None)),
        Just(What::Shift(Some("S1".parse().unwrap()))),
        (0..40i64).prop_map(What::Id),
        word.prop_map(|word| What::Text(word.to_owned())),
    ];
    let term = (what, proptest::bool::weighted(0.25), proptest::bool::weighted(0.1))
        .prop_map(|(what, without, off)| domain::triage::filter::Term { what, without, off });
    proptest::collection::vec(term, 0..6).prop_map(|terms| Filter { terms })
}

fn any_order() -> impl Strategy<Value = Vec<Sort>> {
    let sort = (proptest::sample::select(Column::ALL), any::<bool>())
        .prop_map(|(column, descending)| Sort { column, descending });
    proptest::collection::vec(sort, 0..4)
}

fn tags_of(row: &FindingRow) -> Vec<String> {
    row.tags.split(';').map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()).collect()
}

const ME: &str = "Me";

/// Whether a row has a value, in the plainest words.
fn has(row: &FindingRow, what: &What) -> bool {
    let seconds = row.span.map_or(0, Span::seconds);
    let end = row.span.map(Span::end);
    let latest = |family: Family| match family {
        Family::Twelve => Some("S1"),
        Family::Seven => Some("S2"),
        Family::TotalPower => None,
    };
    match what {
        What::Class(v) => row.class == *v,
        What::Priority(v) => row.priority == *v,
        What::Kind(v) => row.kind == *v,
        What::Family(v) => row.family == *v,
        What::State(v) => row.state == *v,
        What::Assignee(Assignee::Me) => row.assignee.as_deref() == Some(ME),
        What::Assignee(Assignee::Nobody) => row.assignee.is_none(),
        What::Assignee(Assignee::Named(name)) => row.assignee.as_ref() == Some(name),
        What::Tag(None) => tags_of(row).is_empty(),
        What::Tag(Some(tag)) => tags_of(row).contains(&tag.trim().to_lowercase()),
        What::Lasting(lasting) => lasting.holds(seconds),
        What::When(Period::LastShift) => {
            let families = row.family.map_or(Family::ALL.to_vec(), |family| vec![family]);
            let shift = row.shift.as_ref().map(Id::as_str);
            families.into_iter().any(|family| shift.is_some() && shift == latest(family))
        }
        What::When(Period::LastDays(days)) => {
            end.is_some_and(|end| now().plus(-DAY_S * i64::from(*days)) <= end && end <= now())
        }
        What::When(Period::Week(week)) => end.is_some_and(|end| week.window().holds(end)),
        What::When(Period::Between(window)) => end.is_some_and(|end| window.holds(end)),
        What::Shift(shift) => row.shift == *shift,
        What::Id(id) => row.id == *id,
        What::Text(text) => {
            let ids = row.key.splitn(4, '|').nth(3).unwrap_or_default();
            let shift = row.shift.as_ref().map_or("", Id::as_str);
            let mut texts =
                vec![row.kind.label(), &row.comment, shift, row.assignee.as_deref().unwrap_or_default(), &row.tags];
            texts.extend(ids.split(';'));
            let needle = text.to_lowercase();
            texts.iter().any(|text| text.to_lowercase().contains(&needle)) || needle.parse() == Ok(row.id)
        }
    }
}

/// The field of a value, as far as its terms are alternatives; words and lengths all hold by themselves.
fn field(what: &What) -> Option<&'static str> {
    Some(what.field()).filter(|field| !["", "dur"].contains(field))
}

fn passes(row: &FindingRow, filter: &Filter, without: Option<&str>) -> bool {
    let fields = ["class", "priority", "type", "family", "state", "assignee", "tag", "when", "shift", "id"];
    let fields_hold = fields.into_iter().filter(|field| Some(*field) != without).all(|name| {
        let own = || filter.on().filter(|term| field(&term.what) == Some(name));
        let wanted: Vec<_> = own().filter(|term| !term.without).collect();
        (wanted.is_empty() || wanted.iter().any(|term| has(row, &term.what)))
            && own().filter(|term| term.without).all(|term| !has(row, &term.what))
    });
    let wants_state =
        without == Some("state") || filter.on().any(|term| !term.without && field(&term.what) == Some("state"));
    let listed = wants_state || !row.state.is_replaced();
    listed
        && fields_hold
        && filter.on().filter(|term| field(&term.what).is_none()).all(|term| has(row, &term.what) != term.without)
}

fn by_hand(order: &[Sort], a: &FindingRow, b: &FindingRow) -> Ordering {
    fn last<T: Ord>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
    let end = |row: &FindingRow| row.span.map(Span::end);
    for &Sort { column, descending } in order {
        let length = |row: &FindingRow| row.span.map_or(0, Span::seconds);
        let ascending = match column {
            Column::End => return_if(last(end(a), end(b), descending), descending),
            Column::Class => a.class.label().cmp(b.class.label()),
            Column::Kind => a.kind.label().cmp(b.kind.label()),
            Column::Tags => a.tags.cmp(&b.tags),
            Column::Duration => length(a).cmp(&length(b)),
            Column::Comment => a.comment.cmp(&b.comment),
            // Blocker is the first of the list and the highest.
            Column::Priority => b.priority.cmp(&a.priority),
            Column::Family => Family::label_of(a.family).cmp(Family::label_of(b.family)),
            Column::State => a.state.cmp(&b.state),
            Column::Assignee => return_if(last(a.assignee.as_ref(), b.assignee.as_ref(), descending), descending),
            Column::Shift => return_if(last(a.shift.as_ref(), b.shift.as_ref(), descending), descending),
        };
        let directed = if descending { ascending.reverse() } else { ascending };
        if directed.is_ne() {
            return directed;
        }
    }
    last(end(a), end(b), true).then(a.id.cmp(&b.id))
}

/// Undoes the direction that [`last`] has applied already.
fn return_if(order: Ordering, descending: bool) -> Ordering {
    if descending { order.reverse() } else { order }
}

fn check(columns: &Columns, rows: &BTreeMap<i64, FindingRow>, filter: &Filter, order: &[Sort]) {
    let view = columns.view(filter, order, Some(ME));
    let mut expected: Vec<&FindingRow> = rows.values().filter(|row| passes(row, filter, None)).collect();
    expected.sort_by(|a, b| by_hand(order, a, b));
    let got: Vec<FindingRow> = view.rows(columns, 0, usize::MAX).into_iter().map(|place| columns.row(place)).collect();
    assert_eq!(got.iter().collect::<Vec<_>>(), expected, "{filter} {order:?}");
    assert_eq!(view.n() as usize, expected.len());
    assert_eq!(view.seconds(), expected.iter().filter_map(|row| row.span).map(Span::seconds).sum::<i64>());
    let part: Vec<i64> = view.rows(columns, 3, 5).into_iter().filter_map(|place| columns.id(place)).collect();
    assert_eq!(part, expected.iter().skip(3).take(5).map(|row| row.id).collect::<Vec<_>>());

    let facets = columns.facets(&view, filter);
    let period = Filter { terms: filter.terms.iter().filter(|term| term.what.field() == "when").cloned().collect() };
    let count = |field: &str, what: &What| {
        let has = |row: &&FindingRow| has(row, what);
        let all = (field == "state").then_some("state");
        let in_view = rows.values().filter(|row| passes(row, filter, Some(field))).filter(has).count();
        let total = rows.values().filter(|row| passes(row, &period, all)).filter(has).count();
        (i64::try_from(in_view).unwrap(), i64::try_from(total).unwrap())
    };
    fn numbers<T>(count: &Count<T>) -> (i64, i64) {
        (count.in_view, count.total)
    }
    for c in &facets.class {
        assert_eq!(numbers(c), count("class", &What::Class(c.value)), "{filter} {:?}", c.value);
    }
    for c in &facets.priority {
        assert_eq!(numbers(c), count("priority", &What::Priority(c.value)), "{filter} {:?}", c.value);
    }
    for c in &facets.kind {
        assert_eq!(numbers(c), count("type", &What::Kind(c.value)), "{filter} {:?}", c.value);
    }
    for c in &facets.family {
        assert_eq!(numbers(c), count("family", &What::Family(c.value)), "{filter} {:?}", c.value);
    }
    for c in &facets.state {
        assert_eq!(numbers(c), count("state", &What::State(c.value)), "{filter} {:?}", c.value);
    }
    for c in &facets.assignee {
        let who = c.value.clone().map_or(Assignee::Nobody, Assignee::Named);
        assert_eq!(numbers(c), count("assignee", &What::Assignee(who)), "{filter} {:?}", c.value);
    }
    for c in &facets.tag {
        assert_eq!(numbers(c), count("tag", &What::Tag(c.value.clone())), "{filter} {:?}", c.value);
    }
    let tags: i64 = rows
        .values()
        .filter(|row| passes(row, &period, None))
        .map(|row| {
            let mut tags = tags_of(row);
            tags.sort();
            tags.dedup();
            i64::try_from(tags.len()).unwrap()
        })
        .sum();
    assert_eq!(
        facets.tag.iter().filter(|c| c.value.is_some()).map(|c| c.total).sum::<i64>(),
        tags,
        "every tag is listed"
    );
    assert_eq!((facets.kind.len(), facets.family.len(), facets.state.len()), (20, 4, State::ALL.len()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_answer_is_the_one_that_every_row_by_hand_gives(
        start in proptest::collection::vec(any_row(), 0..60),
        patches in proptest::collection::vec((proptest::collection::vec(any_row(), 0..4), proptest::collection::vec(0..40i64, 0..3)), 0..4),
        filters in proptest::collection::vec(likely_filter(), 1..4),
        odd in any_filter(),
        order in any_order(),
    ) {
        let mut rows = BTreeMap::new();
        let mut columns = Columns::of(start.clone());
        columns.stand(standing());
        rows.extend(start.into_iter().map(|row| (row.id, row)));
        check(&columns, &rows, &Filter::default(), &order);
        for (upserts, removals) in patches {
            // The same questions before and after, so that what is remembered of the first must not answer the second.
            filters.iter().for_each(|filter| check(&columns, &rows, filter, &order));
            columns.upsert(upserts.clone());
            rows.extend(upserts.into_iter().map(|row| (row.id, row)));
            columns.remove(removals.clone());
            removals.iter().for_each(|id| drop(rows.remove(id)));
        }
        for filter in filters.iter().chain([&odd]) {
            check(&columns, &rows, filter, &order);
            check(&columns, &rows, filter, &[]);
        }
        prop_assert_eq!(columns.len(), rows.len());

        let bytes = columns.write_snapshot(17);
        let read = snapshot::read(&bytes).unwrap();
        prop_assert_eq!((read.seq, read.columns.standing()), (17, columns.standing()));
        prop_assert_eq!(read.rows().collect::<Vec<_>>(), rows.values().cloned().collect::<Vec<_>>());
        for filter in &filters {
            check(&read.columns, &rows, filter, &order);
        }
    }

    #[test]
    fn any_bytes_are_a_snapshot_or_an_error(
        rows in proptest::collection::vec(any_row(), 0..10),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        noise in proptest::collection::vec(any::<u8>(), 0..200),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = Columns::of(rows).write_snapshot(1);
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())], &noise[..]] {
            if let Ok(read) = snapshot::read(bytes) {
                // What reads can be shown.
                let view = read.columns.view(&Filter::read("x type:handover").0, &[], None);
                prop_assert!(view.rows(&read.columns, 0, 10).len() <= 10);
                let _ = read.rows().count();
            }
        }
    }
}

#[test]
fn a_snapshot_that_claims_to_be_endless_is_refused() {
    // Version, seq 0, no as_of, no shifts, then a text of 2^63 bytes.
    let bytes = [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert_eq!(snapshot::read(&bytes).unwrap_err(), snapshot::BadSnapshot::Damaged);
    assert_eq!(snapshot::read(&[]).unwrap_err(), snapshot::BadSnapshot::Version);
    assert_eq!(snapshot::read(&[9, 9]).unwrap_err(), snapshot::BadSnapshot::Version);
}

#[test]
fn somebody_who_is_asked_for_is_counted_though_all_of_theirs_are_merged_away() {
    let mut row = any_row().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    (row.state, row.assignee) = (State::Merged, Some("ana".to_owned()));
    let columns = Columns::of(vec![row]);
    let filter = Filter::read("assignee:ana state:merged").0;
    let facets = columns.facets(&columns.view(&filter, &[], None), &filter);
    let ana = facets.assignee.iter().find(|count| count.value.as_deref() == Some("ana")).unwrap();
    // One is in view, none is listed unless somebody asks.
    assert_eq!((ana.in_view, ana.total), (1, 0));
}
