//! URL ⇄ state of the triage page.

use app::query::{Reading, TriageQuery, kept, pairs, read, write, write_out};
use domain::findings::{Class, FindingType, Priority};
use domain::triage::State;
use domain::triage::filter::{Filter, Period, What};
use domain::triage::order::{Column, Sort, plain};
use proptest::prelude::*;

fn reading(search: &str) -> Reading {
    read(pairs(search), Filter::undecided())
}

/// The state that a query string gives, and the sentences about what it does not give.
fn read_as(search: &str) -> (TriageQuery, Vec<String>) {
    let Reading { query, misread, bad, .. } = reading(search);
    (query, bad.iter().map(ToString::to_string).chain(misread.iter().map(ToString::to_string)).collect())
}

/// The filter that a query string gives, as its line; all of the string must apply.
fn line(search: &str) -> String {
    let (query, bad) = read_as(search);
    assert_eq!(bad, Vec::<String>::new(), "{search}");
    query.filter.to_string()
}

fn descending(column: Column) -> Sort {
    Sort { column, descending: true }
}

#[test]
fn no_parameters_are_what_needs_a_decision_newest_first() {
    assert_eq!(read_as(""), (TriageQuery::default(), vec![]));
    assert_eq!(TriageQuery::default().filter, Filter::of([What::State(State::Open)]));
    assert_eq!(write(&TriageQuery::default()), "");
    // An address without a query is where somebody begins, which may be a view of theirs.
    assert_eq!(TriageQuery::default().href(), "/triage?q=state:open");
    // An empty line is no filter, and it is said.
    let all = TriageQuery::default().filtered(Filter::default());
    assert_eq!((write(&all).as_str(), read_as("q=").0), ("q=", all));
}

#[test]
fn the_line_the_order_the_page_and_the_open_finding_are_the_state() {
    let search = "q=class:gap,user-error+-type:handover+%22IF+delay%22+100%25&sort=-priority,family&page=2&finding=123";
    let (query, bad) = read_as(search);
    assert_eq!(bad, Vec::<String>::new());
    assert_eq!(query.filter.to_string(), r#"class:gap,user-error -type:handover "IF delay" 100%"#);
    assert_eq!(query.order, [descending(Column::Priority), Sort { column: Column::Family, descending: false }]);
    assert_eq!((query.offset(), query.finding), (100, Some(123)));
    assert_eq!(write(&query), search);
    let exported = "q=class:gap,user-error+-type:handover+%22IF+delay%22+100%25&sort=-priority,family";
    assert_eq!(write_out(&query), exported);
    assert_eq!(write_out(&TriageQuery::default()), "q=state:open");
}

#[test]
fn a_view_is_kept_written_out_without_what_is_open_and_not_at_all_with_a_mistake() {
    let as_kept = "q=class:gap&sort=-duration";
    assert_eq!(kept("?finding=7&class=GAP&page=3&sort=-duration").as_deref(), Ok(as_kept));
    assert_eq!(kept(as_kept).as_deref(), Ok(as_kept));
    // What the page begins with where nobody chose is said too.
    assert_eq!(kept("").as_deref(), Ok("q=state:open"));
    assert_eq!(
        kept("q=class:gaps"),
        Err("gaps (character 7): there is none such; it is one of gap, user-error".to_owned())
    );
    assert_eq!(kept("colour=red"), Err("colour=red: there is no such parameter".to_owned()));
    let long = format!("q={}", "word+".repeat(1_000));
    assert!(kept(&long).is_err());
}

#[test]
fn a_percent_sign_in_the_words_survives_every_reload() {
    let mut search = "?q=100%25+%2525+%252B".to_owned();
    for _ in 0..3 {
        assert_eq!(line(&search), "100% %25 %2B");
        search = write(&reading(&search).query);
    }
}

#[test]
fn an_id_with_slashes_stays_as_it_is_in_an_address() {
    let query = reading("q=uid://A002/X1").query;
    // The router would make one of two slashes, in a query too.
    assert_eq!(write(&query), "q=uid:%2F%2FA002%2FX1");
    assert_eq!(query.typed("uid:// "), "/triage?q=uid:%2F%2F+");
    assert_eq!(line(&write(&query)), "uid://A002/X1");
}

#[test]
fn what_forms_send_as_parameters_adds_to_the_line() {
    assert_eq!(line("class=GAP&family=12m&family=none"), "class:gap family:12m,none");
    assert_eq!(line("priority=High&type=End+shift&state=resolved"), "priority:high type:end-shift state:resolved");
    assert_eq!(line("q=state:open&tag=M83&tag="), "state:open tag:M83");
    assert_eq!(line("q=class:gap&class=GAP"), "class:gap");
    assert_eq!(line("period=last-shift"), "when:last-shift");
    assert_eq!(line("q=when:7d+class:gap&from=2022-03-12&to="), "class:gap when:2022-03-12..");
    assert_eq!(line("q=when:7d&week=2022-W10&from=&to="), "when:2022-W10");
    assert_eq!(line("q=when:7d+x&period=all"), "x");
    assert_eq!(line("page=2"), "state:open");
}

#[test]
fn an_unknown_value_is_named_and_the_rest_applies() {
    let (query, bad) = read_as("class=GAPS&priority=High&finding=abc&colour=red&sort=-size&page=0");
    assert_eq!(query, TriageQuery::default().filtered(Filter::of([What::Priority(Priority::High)])));
    assert_eq!(
        bad,
        [
            "class=GAPS: there is none such; it is one of gap, user-error",
            "finding=abc: not a whole number from 1 to 9223372036854775807",
            "colour=red: there is no such parameter",
            "sort=-size: unknown column; it is one of end, class, type, tags, duration, comments, priority, family, state, \
             assignee, shift; a - before it turns the order, and commas stand between several",
            "page=0: not a whole number from 1 to 10000",
        ]
    );
    let (query, bad) = read_as("q=class:gaps+x");
    assert_eq!(query.filter, Filter::of([What::Text("x".to_owned())]));
    assert_eq!(bad, ["gaps (character 7): there is none such; it is one of gap, user-error"]);
}

#[test]
fn a_period_that_says_two_things_is_named() {
    let (query, bad) = read_as("period=7d&from=2022-03-12");
    assert_eq!(query.filter.to_string(), "when:2022-03-12..");
    assert_eq!(bad, ["period=7d: from and to are given and apply instead"]);

    let (query, bad) = read_as("from=2022-03-13&to=2022-03-12");
    assert_eq!(query.filter, Filter::undecided());
    assert_eq!(bad, ["to=2022-03-12T00:00:00Z: it is not after from=2022-03-13T00:00:00Z, so neither applies"]);

    let (query, bad) = read_as("page=2&page=3&q=x&q=y&sort=end,-end");
    assert_eq!((query.page, query.filter.to_string().as_str()), (2, "x"));
    assert_eq!(
        bad,
        [
            "page=3: it is given twice; the first applies",
            "q=y: it is given twice; the first applies",
            "sort=end,-end: end is there twice"
        ]
    );
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
        assert_eq!(line(&format!("from={spelling}&to=")), "when:2022-03-12T21:00..", "{spelling}");
    }
    assert_eq!(read_as("from=yesterday").1, ["from=yesterday: not a time; write UTC as 2022-03-12 21:00:00"]);
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
    for search in [format!("class={}", "x".repeat(10_000)), format!("q=class:{}", "x".repeat(10_000))] {
        let (_, bad) = read_as(&search);
        assert!(bad[0].chars().count() < 200, "{}", bad[0]);
    }
}

#[test]
fn changing_a_filter_or_the_order_goes_back_to_page_one_and_keeps_the_open_finding() {
    let query = TriageQuery { page: 7, finding: Some(3), ..TriageQuery::default() };
    let gap = What::Class(Class::Gap);
    let filtered = query.filtered(query.filter.toggled(&gap));
    assert_eq!(
        (filtered.page, filtered.finding, filtered.filter.to_string().as_str()),
        (1, Some(3), "state:open class:gap")
    );
    let week = filtered.filtered(filtered.filter.ending(Some(Period::LastDays(7))));
    assert_eq!(week.filter.period(), Some(&Period::LastDays(7)));

    let by_type = query.sorted_by(Column::Kind);
    assert_eq!((by_type.page, by_type.order.as_slice()), (1, &[Sort { column: Column::Kind, descending: false }][..]));
    assert!(by_type.sorted_by(Column::Kind).order[0].descending);
    assert!(query.sorted_by(Column::Duration).order[0].descending);
    // Newest first is what is sorted by already, so a click on END_TIME turns it round, and another goes back.
    let oldest = query.sorted_by(Column::End);
    assert_eq!(oldest.order, [Sort { column: Column::End, descending: false }]);
    assert_eq!(oldest.sorted_by(Column::End).order, []);
}

#[test]
fn with_shift_a_column_comes_after_those_that_were_chosen() {
    let by_priority = TriageQuery::default().sorted_by(Column::Priority);
    let also = by_priority.sorted_also_by(Column::Family);
    assert_eq!(write(&also), "sort=-priority,family");
    assert_eq!(write(&also.sorted_also_by(Column::Priority)), "sort=priority,family");
    assert_eq!(write(&also.sorted_also_by(Column::End)), "sort=-priority,family", "newest first is how ties go anyway");
    assert_eq!(write(&TriageQuery::default().sorted_also_by(Column::Class)), "sort=-end,class");
    assert_eq!(also.direction(Column::Family).map(|sort| sort.descending), Some(false));
    assert_eq!(TriageQuery::default().direction(Column::End), Some(Sort::default()));
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let kinds = proptest::sample::select(FindingType::ALL).prop_map(What::Kind);
    let states = proptest::sample::select(State::ALL).prop_map(What::State);
    let days = any::<u16>().prop_map(|days| What::When(Period::LastDays(days)));
    let what = prop_oneof![kinds, states, days, any::<String>().prop_map(What::Text)];
    proptest::collection::vec(what, 0..5).prop_map(Filter::of)
}

prop_compose! {
    fn any_query()(
        filter in any_filter(),
        order in proptest::collection::vec((proptest::sample::select(Column::ALL), any::<bool>()), 0..5),
        page in 1i64..=10_000,
        finding in proptest::option::of(1i64..),
    ) -> TriageQuery {
        let order: Vec<Sort> = order.into_iter().map(|(column, descending)| Sort { column, descending }).collect();
        TriageQuery { filter, order: plain(&order), page, finding }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(query in any_query()) {
        prop_assert_eq!(read_as(&write(&query)), (query, vec![]));
    }

    #[test]
    fn anything_typed_into_the_address_bar_is_read(search in "\\PC{0,200}") {
        let query = reading(&search).query;
        prop_assert_eq!(read_as(&write(&query)), (query, vec![]));
    }

    #[test]
    fn nothing_is_dropped_in_silence(name in "[a-z]{1,8}", value in "[a-zA-Z0-9 %+]{1,20}") {
        let search = format!("{name}={value}");
        let (query, bad) = read_as(&search);
        let says_nothing_new = ["page=1", "sort=-end"].contains(&search.as_str());
        prop_assert!(query != TriageQuery::default() || !bad.is_empty() || says_nothing_new || search.starts_with("q="));
    }
}
