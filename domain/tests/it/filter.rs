//! The query line: what it reads, what it tells, and that what it writes reads back.

use domain::family::Family;
use domain::findings::{Class, FindingType, Priority};
use domain::time::Instant;
use domain::triage::State;
use domain::triage::filter::{
    Assignee, Filter, Hours, LINE_MAX_BYTES, Lasting, Period, Said, TERMS_MAX, Term, Week, What, Window,
};
use proptest::prelude::*;

fn read(line: &str) -> Filter {
    let (filter, misread) = Filter::read(line);
    assert_eq!(misread, [], "{line}");
    filter
}

/// What was not understood: where, and the sentence.
fn told(line: &str) -> Vec<String> {
    Filter::read(line).1.iter().map(ToString::to_string).collect()
}

fn at(text: &str) -> Option<Instant> {
    Some(Instant::parse(text).unwrap())
}

fn hours(ten_thousandths: u32) -> Hours {
    Hours { ten_thousandths }
}

#[test]
fn a_line_is_fields_with_values_and_words() {
    let line = r#"class:gap -type:handover dur:>0.5 family:12m "IF delay""#;
    let filter = read(line);
    let without = |what| Term { what, without: true, off: false };
    assert_eq!(
        filter.terms,
        [
            What::Class(Class::Gap).into(),
            without(What::Kind(FindingType::Handover)),
            What::Lasting(Lasting::Over(hours(5_000))).into(),
            What::Family(Some(Family::Twelve)).into(),
            What::Text("IF delay".to_owned()).into(),
        ]
    );
    assert_eq!(filter.to_string(), line);
}

#[test]
fn what_people_type_is_written_in_one_way() {
    for (typed, written) in [
        ("PRIORITY:High,blocker", "priority:high,blocker"),
        ("priority:high priority:blocker", "priority:high,blocker"),
        (r#"type:"End shift" class:"USER ERROR""#, "type:end-shift class:user-error"),
        (r#"family:"12 [m]","Total Power",none"#, "family:12m,tp,none"),
        ("state:resolved,open", "state:resolved,open"),
        ("-~assignee:Me", "~-assignee:me"),
        (r#"assignee:"me",none"#, r#"assignee:"me",none"#),
        ("tag:M83 tags:none", "tag:M83,none"),
        ("duration:0.50h dur:..2 dur:1.. dur:3", "dur:0.5..0.5,0..2,1..429496.7295,3..3"),
        ("dur:<=.25 dur:<1", "dur:<=0.25,<1"),
        ("period:LAST-SHIFT", "when:last-shift"),
        ("when:7d", "when:7d"),
        ("week:2022-w10", "when:2022-W10"),
        ("when:2022-03-12", "when:2022-03-12..2022-03-13"),
        ("when:2022-03-12T21:00:00Z..", "when:2022-03-12T21:00.."),
        (r#"when:"2022-03-12 21:00:05 .. 2022-03-13""#, "when:2022-03-12T21:00:05Z..2022-03-13"),
        ("when:..", "when:.."),
        (r#"shift:"S 1",none id:17"#, r#"shift:"S 1",none id:17"#),
        ("uid://A002/X1 12:30 a,b", "uid://A002/X1 12:30 a,b"),
        (r#""say \"so\"" "-x" -"~y" "class:gap" "foo:bar""#, r#""say \"so\"" "-x" -"~y" "class:gap" "foo:bar""#),
        (r#"a\b 5" """#, r#"a\b 5" """#),
        ("\u{3000} 100%\t\u{202e}x ", "100% \u{202e}x"),
    ] {
        assert_eq!(read(typed).to_string(), written, "{typed}");
        assert_eq!(read(written), read(typed));
    }
}

#[test]
fn a_mistake_is_told_with_its_place_and_the_rest_applies() {
    let (filter, misread) = Filter::read("class:gap,gaps priority:high");
    assert_eq!(filter, Filter::of([What::Class(Class::Gap), What::Priority(Priority::High)]));
    assert_eq!((misread[0].at, misread[0].part.as_str()), (10, "gaps"));
    assert_eq!(told("é class:gaps"), ["gaps (character 9): there is none such; it is one of gap, user-error"]);
    for (line, sentence) in [
        ("class:", "class: (character 1): a value is missing"),
        ("class:gap,", "class:gap, (character 1): a value is missing"),
        ("- x", "- (character 1): nothing stands after it; put it in quotes to look for it"),
        ("\"IF", "\"IF (character 1): the quote is not closed"),
        ("\"IF\"delay", "\"IF\"delay (character 1): a blank is missing after the closing quote"),
        ("id:12a", "12a (character 4): not the number of a finding"),
        (
            "when:2022-W60",
            "2022-W60 (character 6): unknown period; it is last-shift, 7d, 2022-W10, 2022-03-12 or 2022-03-12T21:00..2022-03-13 with either side open",
        ),
        (
            "when:2022-03-13..2022-03-12",
            "2022-03-13..2022-03-12 (character 6): it ends before it begins, so nothing is in it",
        ),
        ("when:2022-02-30..", "2022-02-30.. (character 6): not a time; write UTC as 2022-03-12 21:00:00"),
        ("dur:long", "long (character 5): not hours; write >0.5, >=0.5, <2, <=2 or 0.5..2, with at most 4 decimals"),
        (
            "dur:0.00001",
            "0.00001 (character 5): not hours; write >0.5, >=0.5, <2, <=2 or 0.5..2, with at most 4 decimals",
        ),
    ] {
        assert_eq!(told(line), [sentence]);
    }
    assert!(told("sate:open")[0].contains("there is no filter sate"));
}

#[test]
fn a_huge_line_is_cut_between_two_terms_and_says_so() {
    let line = "class:gap ".to_owned() + &"x".repeat(1 << 20);
    let (filter, misread) = Filter::read(&line);
    assert_eq!(filter, Filter::of([What::Class(Class::Gap)]));
    assert!(misread[0].why.contains("ends at 16384 bytes") && misread[0].to_string().len() < 300);
    // Values of one field are terms, and the last that does not fit is told, too.
    let values: Vec<_> = (1..=TERMS_MAX + 1).map(|id| id.to_string()).collect();
    let (filter, misread) = Filter::read(&format!("id:{}", values.join(",")));
    assert_eq!((filter.terms.len(), misread.len()), (TERMS_MAX, 1));
    let (filter, misread) = Filter::read(&"x ".repeat(LINE_MAX_BYTES / 2));
    assert_eq!((filter.terms.len(), misread.len()), (TERMS_MAX, 1));
    let (filter, misread) = Filter::read(&"a:\"\u{0}💣".repeat(200_000));
    assert!(filter.terms.len() <= TERMS_MAX && misread.len() <= 20);
}

#[test]
fn a_length_is_compared_as_it_is_shown() {
    // 1,200 s are 0.33333… h, shown as 0.3333; 1,199 s are 0.33306, shown as 0.3331.
    let third = Lasting::Between(hours(3_333), hours(3_333));
    assert!(third.holds(1_200) && !third.holds(1_199));
    assert!(!Lasting::Over(hours(3_333)).holds(1_200) && Lasting::AtMost(hours(3_333)).holds(1_200));
    assert!(Lasting::Between(hours(20_000), hours(5_000)).holds(3_600), "either end may come first");
}

#[test]
fn a_week_is_what_the_calendar_says() {
    // 2021-W53 does not exist; 2020 has 53 weeks. 2022-W10 began on Monday, 7 March.
    assert_eq!((Week::new(2021, 53), Week::new(2020, 53).is_some(), Week::new(2022, 0)), (None, true, None));
    let window = Week::new(2022, 10).unwrap().window();
    assert_eq!((window.from(), window.to()), (at("2022-03-07 00:00:00"), at("2022-03-14 00:00:00")));
}

#[test]
fn a_value_is_asked_for_excluded_or_left_alone() {
    let gap = What::Class(Class::Gap);
    let wanted = Filter::default().toggled(&gap);
    assert_eq!((wanted.says(&gap), wanted.to_string()), (Said::Wanted, "class:gap".to_owned()));
    assert_eq!(wanted.toggled(&gap), Filter::default());
    let excluded = wanted.excluding(&gap);
    assert_eq!((excluded.says(&gap), excluded.to_string()), (Said::Excluded, "-class:gap".to_owned()));
    assert_eq!(excluded.excluding(&gap), Filter::default());
    let off = wanted.switched(0);
    assert_eq!((off.says(&gap), off.to_string()), (Said::Nothing, "~class:gap".to_owned()));
    assert_eq!(off.switched(0), wanted);
    assert_eq!(off.toggled(&gap), wanted, "choosing a value whose filter is off switches it on");
}

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", r#"[ -~"\\,:\n\r]{0,12}"#, "(class|type|foo|me|none|NONE|-|~|dur:).{0,3}", any::<String>()]
}

fn any_window() -> impl Strategy<Value = Window> {
    let side = || proptest::option::of(-62_167_219_200i64..=253_402_300_799);
    (side(), side()).prop_filter_map("empty", |(from, to)| {
        let instant = |s: i64| Instant::parse("1970-01-01 00:00:00").unwrap().plus(s);
        Window::new(from.map(instant), to.map(instant))
    })
}

pub(crate) fn any_what() -> impl Strategy<Value = What> {
    let families: Vec<Option<Family>> = Family::ALL.into_iter().map(Some).chain([None]).collect();
    let hour = || any::<u32>().prop_map(hours);
    let period = prop_oneof![
        Just(Period::LastShift),
        any::<u16>().prop_map(Period::LastDays),
        (0u16..10_000, 1u8..54)
            .prop_filter_map("no such week", |(year, week)| Week::new(year, week))
            .prop_map(Period::Week),
        any_window().prop_map(Period::Between),
    ];
    let lasting = prop_oneof![
        hour().prop_map(Lasting::Over),
        hour().prop_map(Lasting::AtLeast),
        hour().prop_map(Lasting::Under),
        hour().prop_map(Lasting::AtMost),
        (hour(), hour()).prop_map(|(a, b)| Lasting::Between(a, b)),
    ];
    prop_oneof![
        proptest::sample::select(Class::ALL).prop_map(What::Class),
        proptest::sample::select(Priority::ALL).prop_map(What::Priority),
        proptest::sample::select(FindingType::ALL).prop_map(What::Kind),
        proptest::sample::select(families).prop_map(What::Family),
        proptest::sample::select(State::ALL).prop_map(What::State),
        Just(What::Assignee(Assignee::Me)),
        Just(What::Assignee(Assignee::Nobody)),
        some_text().prop_map(|name| What::Assignee(Assignee::Named(name))),
        proptest::option::of(some_text()).prop_map(What::Tag),
        lasting.prop_map(What::Lasting),
        period.prop_map(What::When),
        proptest::option::of(some_text().prop_filter_map("no id", |id| id.parse().ok())).prop_map(What::Shift),
        any::<i64>().prop_map(What::Id),
        some_text().prop_map(What::Text),
    ]
}

pub(crate) fn any_filter() -> impl Strategy<Value = Filter> {
    let term = (any_what(), any::<bool>(), any::<bool>()).prop_map(|(what, without, off)| Term { what, without, off });
    proptest::collection::vec(term, 0..8).prop_map(|terms| Filter { terms })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(filter in any_filter()) {
        prop_assert_eq!(Filter::read(&filter.to_string()), (filter, vec![]));
    }

    #[test]
    fn any_text_is_read_and_its_mistakes_lie_in_it(line in prop_oneof![any::<String>(), r#"([-~]{0,2}(class|dur|when|tag|id|x)?:?["a-z0-9,.\\>]{0,6} ?){0,6}"#]) {
        let (filter, misread) = Filter::read(&line);
        let n = line.chars().count();
        prop_assert!(misread.iter().all(|misread| (misread.at as usize) < n.max(1)));
        prop_assert_eq!(Filter::read(&filter.to_string()), (filter, vec![]));
    }

    #[test]
    fn nothing_that_is_written_is_dropped_in_silence(word in "[-~]?[a-z]{0,3}:?[a-z\"]{0,4}") {
        let (filter, misread) = Filter::read(&word);
        prop_assert!(word.is_empty() || !filter.terms.is_empty() || !misread.is_empty());
    }
}
