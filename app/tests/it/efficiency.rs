//! The address of the efficiency pages: what it reads, what it tells, and that what it writes reads back.

use app::query::efficiency::{EfficiencyQuery, read};
use app::query::pairs;
use domain::efficiency::window::{By, LAST_WEEKS_SHIFTS, Window};
use domain::efficiency::{Divider, Division, Metric, TimeOf};
use domain::family::Family;
use domain::time::{Instant, Interval};
use proptest::prelude::*;

/// What applies, and the sentences about what does not.
fn reading(search: &str) -> (EfficiencyQuery, Vec<String>) {
    let reading = read(pairs(search));
    (reading.query, reading.bad.iter().map(ToString::to_string).collect())
}

fn window(text: &str) -> Window {
    text.parse().unwrap()
}

#[test]
fn an_address_says_window_family_cut_and_number() {
    let (query, bad) = reading("?window=2022-W10&family=12m&by=day&number=qa0-pass");
    assert_eq!(bad, [""; 0]);
    assert_eq!(
        query,
        EfficiencyQuery {
            window: window("2022-W10"),
            against: None,
            family: Some(Family::Twelve),
            by: Some(By::Day),
            number: Some(Metric::Pass),
            ..EfficiencyQuery::default()
        }
    );
    assert_eq!(query.href(), "/efficiency?window=2022-W10&family=12m&by=day&number=qa0-pass");
    assert_eq!(query.rows_href(), "/efficiency/rows?window=2022-W10&family=12m&number=qa0-pass");
    assert_eq!(reading("").0, EfficiencyQuery::default());
    assert_eq!(EfficiencyQuery::default().href(), "/efficiency");
    assert_eq!(EfficiencyQuery::default().window, LAST_WEEKS_SHIFTS);
    // A file of a moving window still says which.
    assert_eq!(EfficiencyQuery::default().file_href("/x.csv"), "/x.csv?window=7d");
}

#[test]
fn forms_say_a_window_in_the_words_of_their_fields() {
    for (search, said) in [
        ("week=2022-W10", "2022-W10"),
        ("month=2022-03", "2022-03"),
        ("cycle=2021", "cycle:2021"),
        ("shift=S+1", "shift:S 1"),
        ("from=2022-03-12T21:00&to=2022-03-13T09:00:00", "2022-03-12T21:00..2022-03-13T09:00"),
        ("window=week:2022-W10&week=&from=&to=", "2022-W10"),
        ("a=2022-W10&b=2022-W09", "2022-W10"),
    ] {
        let (query, bad) = reading(search);
        assert_eq!((query.window, bad), (window(said), vec![]), "{search}");
    }
    assert_eq!(reading("a=2022-W10&b=cycle:2020").0.against, Some(window("cycle:2020")));
    assert_eq!(
        reading("a=2022-W10&b=2022-W09&family=tp").0.compare_href(),
        "/efficiency/compare?a=2022-W10&b=2022-W09&family=tp"
    );
}

#[test]
fn what_does_not_apply_is_told_and_the_rest_applies() {
    for (search, told) in [
        ("window=soon&family=7m", "window=soon: unknown window"),
        ("window=7d&week=2022-W10&family=7m", "week=2022-W10: it is given twice"),
        ("from=2022-03-12&family=7m", "to is missing"),
        ("to=2022-03-12&family=7m", "from is missing"),
        ("from=2022-03-12&to=2022-03-11&family=7m", "it is not after from="),
        ("week=2022-W10&from=2022-03-12&to=2022-03-13&family=7m", "from and to are given and apply instead"),
        ("family=7m&by=year", "by=year: unknown cut"),
        ("family=7m&number=luck", "there is no such number"),
        ("family=7m&page=0", "not a whole number"),
        ("family=7m&divide=luck", "unknown way to divide"),
        ("family=7m&of=band", "it is of the form band:6"),
        ("family=7m&of=luck:6", "unknown way to divide"),
        ("family=7m&class=GAP", "there is no such parameter"),
    ] {
        let (query, bad) = reading(search);
        assert_eq!((query.family, bad.len()), (Some(Family::Seven), 1), "{search}: {bad:?}");
        assert!(bad[0].contains(told), "{search}: {bad:?}");
    }
    assert_eq!(reading("family=9m").1.len(), 1);
}

fn any_window() -> impl Strategy<Value = Window> {
    let epoch = || Instant::parse("1990-01-01T00:00:00Z").unwrap();
    prop_oneof![
        Just(Window::LastShift),
        Just(LAST_WEEKS_SHIFTS),
        (1990..2050u16, 1..=12u8).prop_map(|(year, month)| window(&format!("{year}-{month:02}"))),
        (1990..2050u16, 1..=52u8).prop_map(|(year, week)| window(&format!("{year}-W{week:02}"))),
        (0..2_000_000_000i64, 1..10_000_000i64).prop_map(move |(from, s)| Window::Between(
            Interval::new(epoch().plus(from), epoch().plus(from + s)).unwrap()
        )),
        "[ -~]{1,30}".prop_filter_map("an id", |text| text.trim().parse().ok().map(Window::Shift)),
    ]
}

prop_compose! {
    fn any_query()(
        window in any_window(),
        family in proptest::option::of(proptest::sample::select(&Family::ALL[..])),
        by in proptest::option::of(proptest::sample::select(By::ALL)),
        number in proptest::option::of(proptest::sample::select(Metric::ALL)),
        of_hours in proptest::option::of(proptest::sample::select(TimeOf::ALL)),
        divide in proptest::option::of(proptest::sample::select(Divider::ALL)),
    ) -> EfficiencyQuery {
        EfficiencyQuery { window, family, by, number, of_hours, divide, ..EfficiencyQuery::default() }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        query in any_query(),
        page in 1i64..1_000,
        (by, value) in (proptest::sample::select(Divider::ALL), proptest::option::of("[A-Z0-9][ -~]{0,30}")),
    ) {
        let search = |href: String| href.split_once('?').map(|(_, search)| search.to_owned()).unwrap_or_default();
        prop_assert_eq!(reading(&search(query.href())), (query.clone(), vec![]));
        prop_assert_eq!(reading(&search(query.file_href("/x"))), (query.clone(), vec![]));
        let division = Some(Division { by, value });
        let rows = EfficiencyQuery { by: None, of_hours: None, divide: None, division, page, ..query };
        prop_assert_eq!(reading(&search(rows.rows_href())), (rows, vec![]));
    }

    #[test]
    fn anything_typed_into_the_address_bar_is_read(search in "\\PC{0,200}") {
        reading(&search);
    }
}
