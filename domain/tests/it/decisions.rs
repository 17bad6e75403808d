//! What people may write and decide, and that parts add up.

use domain::findings::{Class, FindingType, Priority};
use domain::time::Span;
use domain::triage::State;
use domain::triage::decision::undo::{Delta, Past, owners, undo};
use domain::triage::decision::words::{Comment, Tag};
use domain::triage::decision::{Change, Decisions, Edit, Said};
use domain::triage::partition::{Covers, Part, Standing, can_split, merge, part};
use proptest::prelude::*;

use crate::story::at;

fn said() -> Said {
    Said {
        kind: FindingType::Other,
        class: Class::Gap,
        priority: Priority::None,
        tags: "M83".to_owned(),
        comment: String::new(),
        state: State::Open,
    }
}

fn tag(text: &str) -> Result<Tag, String> {
    Tag::try_from(text.to_owned()).map_err(|why| why.to_string())
}

fn comment(text: &str) -> Result<Comment, String> {
    Comment::try_from(text.to_owned()).map_err(|why| why.to_string())
}

#[test]
fn hostile_texts_are_text_and_only_what_no_column_can_hold_is_refused_with_a_sentence() {
    for text in ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "\u{202e}dnim", "' or 1=1 --", "🔭"] {
        assert_eq!(tag(text).unwrap().as_str(), text);
        assert_eq!(comment(text).unwrap().as_str(), text);
    }
    assert_eq!(comment(" two\r\nlines\n").unwrap().as_str(), "two\nlines");
    assert_eq!(tag("a\0b"), Err("character 2 is a control character".to_owned()));
    assert_eq!(tag("a\nb"), Err("character 2 is a control character".to_owned()));
    assert_eq!(tag("a;b"), Err("a tag has no semicolon: it stands between tags".to_owned()));
    assert_eq!(tag("  "), Err("write something".to_owned()));
    assert_eq!(tag(&"é".repeat(65)), Err("at most 64 characters, this has 65".to_owned()));
    assert!(tag(&"é".repeat(64)).is_ok() && comment(&"é".repeat(10_000)).is_ok());
    assert!(comment(&"x".repeat(1_000_000)).is_err());
}

#[test]
fn edits_read_from_json_as_the_api_documents_them() {
    let change: Change = serde_json::from_str(
        r#"[{"type":"Handover"},{"priority":null},{"tags":{"add":["wind"]}},{"dismiss":{"because":"a test"}}]"#,
    )
    .unwrap();
    assert_eq!(change.sentence(), "Type Handover, Priority as the log says, Tags +wind, Dismissed: a test");
    for refused in [r#"[]"#, r#"["confirm","reopen"]"#, r#"[{"priority":"Huge"}]"#, r#"[{"tags":{"add":["a;b"]}}]"#] {
        assert!(serde_json::from_str::<Change>(refused).is_err(), "{refused}");
    }
}

#[test]
fn a_type_brings_its_class_and_a_tag_that_goes_again_leaves_no_decision() {
    let on = |edit: Edit, decisions: &Decisions| Change::from(edit).on(&said(), decisions, &[]).unwrap().decisions;
    let typed = on(Edit::Type(Some(FindingType::OverlappingShift)), &Decisions::default());
    assert_eq!((typed.kind, typed.class), (Some(FindingType::OverlappingShift), Some(Class::UserError)));
    assert_eq!(on(Edit::Type(None), &typed), Decisions::default());
    let wind = Edit::Tags { add: vec![tag("wind").unwrap()], remove: vec![] };
    let tagged = on(wind, &Decisions::default());
    assert_eq!(tagged.tags.as_deref(), Some("M83;wind"));
    assert_eq!(on(Edit::Tags { add: vec![], remove: vec![tag("wind").unwrap()] }, &tagged), Decisions::default());
}

#[test]
fn an_action_owns_a_field_until_somebody_changes_it_and_again_when_that_is_undone() {
    let decided = |priority| Decisions { priority, ..Decisions::default() };
    let delta = Delta::between(&decided(None), &decided(Some(Priority::High)));
    let past = |action, undoes| Past { action, undoes, fields: delta.fields() };
    let owns = |past: &[Past], action| owners(past).values().any(|actions| actions.contains(&action));
    let (first, second, undone) = (past(1, None), past(2, None), past(3, Some(2)));
    assert!(!owns(&[first.clone(), second.clone()], 1));
    assert!(owns(&[first.clone(), second.clone(), undone.clone()], 1));
    let done_again = past(4, Some(3));
    assert!(!owns(&[first.clone(), second.clone(), undone.clone(), done_again.clone()], 1));
    assert!(owns(&[first.clone(), second, undone, done_again], 2));
    let back = undo(1, &delta, &said(), &decided(Some(Priority::High)), &owners(&[first])).unwrap();
    assert_eq!((back.decisions, back.stayed), (decided(None), vec![]));
}

#[test]
fn two_that_no_longer_touch_come_apart_and_what_is_left_alone_is_covered() {
    let open = |from: &str, to: &str| Standing { span: Some(Span::between(at(from), at(to))), open: true };
    let gone = |standing: Standing| Standing { open: false, ..standing };
    let (a, b) = (open("08:00", "09:00"), open("09:00", "09:30"));
    assert_eq!(merge(a, b), Covers::This(open("08:00", "09:30")));
    assert_eq!(merge(a, gone(b)), Covers::This(a));
    assert_eq!(merge(gone(a), b), Covers::This(b));
    assert_eq!(merge(a, open("09:01", "09:30")), Covers::Apart);
    assert!(matches!(merge(gone(a), gone(b)), Covers::This(Standing { open: false, .. })));
}

proptest! {
    #[test]
    fn parts_add_up_to_their_whole_wherever_the_log_moves_it(start in 0..5_000i64, length in 0..5_000i64, cut in 0..12_000i64) {
        let from = at("06:00").plus(start);
        let whole = Standing { span: Some(Span::between(from, from.plus(length))), open: true };
        let cut = at("06:00").plus(cut);
        let (first, second) = (part(whole, cut, Part::First), part(whole, cut, Part::Second));
        let seconds = |part: Standing| if part.open { part.span.unwrap().seconds() } else { 0 };
        prop_assert_eq!(seconds(first) + seconds(second), length);
        if can_split(whole, State::Open, cut).is_ok() {
            prop_assert!(first.open && second.open);
            prop_assert_eq!(merge(first, second), Covers::This(whole));
        }
    }
}
