//! URL ⇄ state of the triage page.

use app::query::{TriageQuery, pairs, read, toggle, write};
use domain::family::Family;
use domain::findings::{Class, FindingType, Priority};
use domain::time::Instant;
use domain::triage::State;
use domain::triage::filter::{Column, Filter, Period, Sort};
use proptest::prelude::*;

/// The state that a query string gives, and the sentences about what it does not give.
fn reading(search: &str) -> (TriageQuery, Vec<String>) {
    let (query, bad) = read(pairs(search));
    (query, bad.iter().map(ToString::to_string).collect())
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

#[test]
fn no_parameters_are_everything_newest_first() {
    assert_eq!(reading(""), (TriageQuery::default(), vec![]));
    assert_eq!(write(&TriageQuery::default()), "");
    assert_eq!(TriageQuery::default().href(), "/triage");
}

#[test]
fn every_parameter_is_read_and_written_in_the_words_of_the_domain() {
    let search = "class=GAP&priority=High&priority=None&type=Array+recreation&family=12m&family=none&state=open\
                  &from=2022-03-12T21:00:00Z&to=2022-03-13T09:00:00Z&sort=duration&page=2&finding=123";
    let query = TriageQuery {
        filter: Filter {
            class: vec![Class::Gap],
            priority: vec![Priority::High, Priority::None],
            kind: vec![FindingType::ArrayRecreation],
            family: vec![Some(Family::Twelve), None],
            state: vec![State::Open],
            period: Period::Between { from: Some(at("2022-03-12T21:00:00Z")), to: Some(at("2022-03-13T09:00:00Z")) },
        },
        sort: Sort { column: Column::Duration, descending: false },
        page: 2,
        finding: Some(123),
    };
    assert_eq!(reading(search), (query.clone(), vec![]));
    assert_eq!(write(&query), search);
    assert_eq!(query.offset(), 100);
}

#[test]
fn an_unknown_value_is_named_and_the_rest_applies() {
    let (query, bad) = reading("class=GAPS&priority=High&finding=abc&colour=red&sort=-size&page=0");
    assert_eq!(query, TriageQuery::default().filtered(|f| f.priority = vec![Priority::High]));
    assert_eq!(
        bad,
        [
            "class=GAPS: unknown class; it is one of GAP, USER ERROR",
            "finding=abc: not a whole number from 1 to 9223372036854775807",
            "colour=red: there is no such parameter",
            "sort=-size: unknown column; it is one of end, class, type, tags, duration, comments, priority, family; \
             a - before it turns the order",
            "page=0: not a whole number from 1 to 10000",
        ]
    );
}

#[test]
fn a_period_that_says_two_things_is_named() {
    let (query, bad) = reading("period=7d&from=2022-03-12");
    assert_eq!(query.filter.period, Period::Between { from: Some(at("2022-03-12 00:00:00")), to: None });
    assert_eq!(bad, ["period=7d: from and to are given and apply instead"]);

    let (query, bad) = reading("from=2022-03-13&to=2022-03-12");
    assert_eq!(query.filter.period, Period::All);
    assert_eq!(bad, ["to=2022-03-12T00:00:00Z: it is not after from=2022-03-13T00:00:00Z, so neither applies"]);

    let (query, bad) = reading("page=2&page=3");
    assert_eq!(query.page, 2);
    assert_eq!(bad, ["page=3: it is given twice; the first applies"]);
}

#[test]
fn times_are_read_as_people_type_them_and_as_a_form_sends_them() {
    for spelling in [
        "2022-03-12T21:00:00Z",
        "2022-03-12T21:00:00",
        "2022-03-12+21:00:00",
        "2022-03-12%2021%3A00",
        "2022-03-12T21:00",
        "+2022-03-12T21%3A00Z+",
    ] {
        let (query, bad) = reading(&format!("from={spelling}&to="));
        assert_eq!(bad, Vec::<String>::new(), "{spelling}");
        assert_eq!(
            query.filter.period,
            Period::Between { from: Some(at("2022-03-12 21:00:00")), to: None },
            "{spelling}"
        );
    }
    let (_, bad) = reading("from=yesterday");
    assert_eq!(bad, ["from=yesterday: not a time; write UTC as 2022-03-12 21:00:00"]);
}

#[test]
fn a_percent_sign_that_escapes_nothing_stands_for_itself() {
    assert_eq!(
        pairs("?a=%4&b=%&c=%zz&d=100%25&e=%2B&f&&=&=g").collect::<Vec<_>>(),
        [("a", "%4"), ("b", "%"), ("c", "%zz"), ("d", "100%"), ("e", "+"), ("f", ""), ("", "g"),]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[test]
fn what_a_sentence_repeats_is_short() {
    let (_, bad) = reading(&format!("class={}", "x".repeat(10_000)));
    assert!(bad[0].chars().count() < 200, "{}", bad[0]);
}

#[test]
fn changing_a_filter_or_the_order_goes_back_to_page_one_and_keeps_the_open_finding() {
    let query = TriageQuery { page: 7, finding: Some(3), ..TriageQuery::default() };
    let filtered = query.filtered(|filter| toggle(&mut filter.class, Class::Gap));
    assert_eq!((filtered.page, filtered.finding, filtered.filter.class.as_slice()), (1, Some(3), &[Class::Gap][..]));
    assert_eq!(filtered.filtered(|filter| toggle(&mut filter.class, Class::Gap)).filter, Filter::default());

    let by_type = query.sorted_by(Column::Kind);
    assert_eq!((by_type.page, by_type.sort), (1, Sort { column: Column::Kind, descending: false }));
    assert!(by_type.sorted_by(Column::Kind).sort.descending);
    assert!(query.sorted_by(Column::Duration).sort.descending);
}

fn some_of<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = Vec<T>> + use<T> {
    proptest::sample::subsequence(all.to_vec(), 0..=all.len())
}

fn any_period() -> impl Strategy<Value = Period> {
    let instant = (0i64..4_000_000_000).prop_map(|s| at("1970-01-01 00:00:00").plus(s));
    prop_oneof![
        Just(Period::All),
        Just(Period::LastShift),
        Just(Period::LastSevenDays),
        instant.clone().prop_map(|t| Period::Between { from: Some(t), to: None }),
        instant.clone().prop_map(|t| Period::Between { from: None, to: Some(t) }),
        (instant, 1i64..1_000_000).prop_map(|(t, s)| Period::Between { from: Some(t), to: Some(t.plus(s)) }),
    ]
}

prop_compose! {
    fn any_query()(
        class in some_of(Class::ALL),
        priority in some_of(Priority::ALL),
        kind in some_of(FindingType::ALL),
        family in some_of(&[Some(Family::Twelve), Some(Family::Seven), Some(Family::TotalPower), None]),
        state in some_of(State::ALL),
        period in any_period(),
        column in proptest::sample::select(Column::ALL),
        descending: bool,
        page in 1i64..=10_000,
        finding in proptest::option::of(1i64..),
    ) -> TriageQuery {
        let filter = Filter { class, priority, kind, family, state, period };
        TriageQuery { filter, sort: Sort { column, descending }, page, finding }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(query in any_query()) {
        prop_assert_eq!(read(pairs(&write(&query))), (query, vec![]));
    }

    #[test]
    fn anything_typed_into_the_address_bar_is_read(search in "\\PC{0,200}") {
        let (query, _) = read(pairs(&search));
        prop_assert_eq!(read(pairs(&write(&query))), (query, vec![]));
    }

    #[test]
    fn nothing_is_dropped_in_silence(name in "[a-z]{1,8}", value in "[a-zA-Z0-9 %+]{1,20}") {
        let search = format!("{name}={value}");
        let (query, bad) = read(pairs(&search));
        let says_nothing_new = ["period=all", "page=1", "sort=-end"].contains(&search.as_str());
        prop_assert!(query != TriageQuery::default() || bad.len() == 1 || says_nothing_new);
    }
}
