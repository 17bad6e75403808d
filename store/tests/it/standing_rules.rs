//! Standing rules on a real log: asked after every detection, tried and applied over history, outranked by people.

use std::collections::BTreeMap;

use domain::facts::rows::Table;
use domain::findings::{FindingType, Priority};
use domain::time::Instant;
use domain::triage::decision::{ActionDone, Change, Edit, Field, Target};
use domain::triage::standing_rule::ruling::Fate;
use domain::triage::standing_rule::{StandingRule, Written};
use domain::triage::{FindingRow, State};
use store::{ActionError, Detection, Reach, RuleError, Store};

use crate::cluster::fresh_and_sql;
use crate::decisions::the_events_are_the_table;
use crate::detection::all;
use crate::given::{execution, load, minute, shift};

fn now() -> Instant {
    minute(6_000)
}

/// A shift of 600 minutes; an execution of five minutes begins every ten minutes from the start: gaps of five minutes, which are
/// findings, and the end of the shift.
async fn a_night(n: i64) -> (Store, sqlx::PgConnection) {
    let (store, sql) = fresh_and_sql().await;
    load(&store, Table::Shifts, [shift("S", Some(0), Some(600))]).await;
    load(&store, Table::Executions, (0..n).map(nth)).await;
    store.detect_all(now()).await.unwrap();
    (store, sql)
}

fn nth(i: i64) -> domain::facts::Fact {
    execution(&format!("E{i:03}"), "A", Some(i * 10), Some(i * 10 + 5))
}

/// One more execution comes in, and is looked at.
async fn comes(store: &Store, execution: domain::facts::Fact) -> Detection {
    let report = load(store, Table::Executions, [execution]).await;
    store.detect_affected(&report.affected, now()).await.unwrap()
}

pub(crate) fn rule(name: &str, condition: &str, priority: &str, tag: &str) -> StandingRule {
    let text = |text: &str| text.to_owned();
    let written = Written {
        name: text(name),
        condition: text(condition),
        priority: text(priority),
        tag: text(tag),
        ..Written::default()
    };
    written.read().unwrap()
}

async fn make(store: &Store, rule: &StandingRule) -> i64 {
    store.make_rule("ana", rule, Reach::FromNowOn, now()).await.unwrap().0
}

/// Tries a rule, and applies it to all that is there.
pub(crate) async fn apply(store: &Store, rule: &StandingRule) -> Result<(i64, Option<ActionDone>), RuleError> {
    let n_values = store.dry_run(rule).await?.n_values;
    store.make_rule("ana", rule, Reach::History { n_values }, now()).await
}

async fn gaps(store: &Store) -> BTreeMap<i64, FindingRow> {
    let rows = all(store).await.into_iter().filter(|row| row.kind == FindingType::Other);
    rows.map(|row| (row.id, row)).collect()
}

async fn newest_gap(store: &Store) -> FindingRow {
    gaps(store).await.into_values().max_by_key(|row| row.span.unwrap().start()).unwrap()
}

const fn at(finding: i64) -> Target {
    Target { finding, row_version: None }
}

fn priority(priority: Option<Priority>) -> Change {
    Edit::Priority(priority).into()
}

#[tokio::test]
async fn what_a_load_brings_gets_what_a_rule_gives_and_the_trail_names_the_rule() {
    let (store, mut sql) = a_night(3).await;
    let before = gaps(&store).await;
    assert_eq!(before.len(), 2, "idle from 5 to 10 and from 15 to 20");
    let id = make(&store, &rule("Short gaps", "class:gap type:other dur:<0.2", "Low", "short")).await;
    assert_eq!(gaps(&store).await, before, "saving a rule changes nothing of what is there");

    let detection = comes(&store, nth(3)).await;
    assert_eq!((detection.n_new, detection.n_ruled), (1, 1), "idle from 25 to 30");
    let gap = newest_gap(&store).await;
    assert_eq!((gap.priority, gap.tags.ends_with("short")), (Priority::Low, true), "{gap:?}");
    let line = store.story(gap.id).await.unwrap().pop().unwrap();
    assert_eq!((line.who.as_deref(), line.rule), (Some("rule Short gaps"), Some(id)));
    assert_eq!(line.what, "Priority Low, Tags +short");
    let ruled = |field| (field, id, "Short gaps".to_owned());
    assert_eq!(store.ruled(gap.id).await.unwrap(), [ruled(Field::Priority), ruled(Field::Tags)]);
    let kept = store.standing_rule(id).await.unwrap().unwrap();
    assert_eq!((kept.n_findings, kept.author.as_str(), kept.is_on), (1, "ana", true));
    assert_eq!(store.findings_of_rule(id, 0, 10).await.unwrap(), [gap.id]);

    // Looking again at the same log asks nothing anew.
    let again = store.detect_all(now()).await.unwrap();
    assert_eq!((again.n_new, again.n_moved, again.n_ruled), (0, 0, 0));
    assert_eq!(store.finding(gap.id).await.unwrap().unwrap().row_version, gap.row_version);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn what_a_person_decided_or_undid_stays_through_every_load() {
    let (store, mut sql) = a_night(3).await;
    make(&store, &rule("Short gaps", "type:other", "Low", "short")).await;
    comes(&store, nth(3)).await;
    let gap = newest_gap(&store).await;
    // Somebody disagrees about the priority.
    store.act("ben", &[at(gap.id)], &priority(Some(Priority::High))).await.unwrap();
    comes(&store, execution("E003", "A", Some(31), Some(35))).await;
    let moved = store.finding(gap.id).await.unwrap().unwrap();
    assert_eq!((moved.span.unwrap().seconds(), moved.priority), (360, Priority::High));

    // Somebody else undoes what the rule did to the next one, and it stays undone when the log moves it.
    comes(&store, nth(4)).await;
    let next = newest_gap(&store).await;
    assert_eq!(next.priority, Priority::Low);
    let action = store.story(next.id).await.unwrap().pop().unwrap().action.unwrap();
    let undone = store.undo("cleo", action).await.unwrap();
    assert_eq!(undone.sentence, "Undone: Priority Low, Tags +short");
    comes(&store, execution("E004", "A", Some(41), Some(45))).await;
    let left = store.finding(next.id).await.unwrap().unwrap();
    assert_eq!(
        (left.span.unwrap().seconds(), left.priority, left.tags.contains("short")),
        (360, Priority::None, false)
    );
    assert_eq!(store.ruled(next.id).await.unwrap(), []);
    // The undo is a person's own: only cleo takes it back, and then the rule's word stands again.
    assert!(matches!(store.undo("ben", undone.action.unwrap()).await, Err(ActionError::NotYours(_))));
    store.undo("cleo", undone.action.unwrap()).await.unwrap();
    assert_eq!(store.ruled(next.id).await.unwrap().len(), 2);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn what_no_longer_fits_is_taken_back_and_given_again_when_it_does() {
    let (store, mut sql) = a_night(3).await;
    make(&store, &rule("Short gaps", "type:other dur:<0.2", "Low", "short")).await;
    comes(&store, nth(3)).await;
    let gap = newest_gap(&store).await;
    // Idle from 25 to 40: a quarter of an hour.
    comes(&store, execution("E003", "A", Some(40), Some(45))).await;
    let long = store.finding(gap.id).await.unwrap().unwrap();
    assert_eq!((long.priority, long.decided.priority, long.tags.contains("short")), (Priority::None, false, false));
    let line = store.story(gap.id).await.unwrap().pop().unwrap();
    assert_eq!(line.what, "Taken back, it no longer holds: Priority Low, Tags +short");
    comes(&store, nth(3)).await;
    assert_eq!(store.finding(gap.id).await.unwrap().unwrap().priority, Priority::Low);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn rules_are_asked_in_order_and_what_one_that_is_off_gave_stays() {
    let (store, mut sql) = a_night(3).await;
    let first = make(&store, &rule("First", "type:other", "Low", "a")).await;
    let second = make(&store, &rule("Second", "type:other tag:a", "High", "b")).await;
    comes(&store, nth(3)).await;
    let gap = newest_gap(&store).await;
    assert_eq!((gap.priority, gap.tags.ends_with("a;b")), (Priority::High, true), "{gap:?}");

    let places = async || store.standing_rules().await.unwrap().iter().map(|kept| kept.rule.id).collect::<Vec<_>>();
    store.move_rule("ben", second, true, now()).await.unwrap();
    assert_eq!(places().await, [second, first]);
    store.move_rule("ben", second, true, now()).await.unwrap();
    assert_eq!(places().await, [second, first], "the first goes no further");
    comes(&store, nth(4)).await;
    let gap = newest_gap(&store).await;
    assert_eq!((gap.priority, gap.tags.ends_with(";b")), (Priority::Low, false), "the second came too early: {gap:?}");

    let version = store.standing_rule(first).await.unwrap().unwrap().version;
    store.switch_rule("ben", first, version, false, now()).await.unwrap();
    let stale = store.delete_rule("ben", first, version, now()).await;
    assert!(matches!(stale, Err(RuleError::Changed)), "{stale:?}");
    comes(&store, execution("E004", "A", Some(41), Some(45))).await;
    let left = store.finding(gap.id).await.unwrap().unwrap();
    assert_eq!((left.span.unwrap().seconds(), left.priority), (360, Priority::High), "what First gave has the tag a");
    store.delete_rule("ben", first, version + 1, now()).await.unwrap();
    assert_eq!(places().await, [second]);
    assert!(store.standing_rule(first).await.unwrap().unwrap().deleted);
    let story: Vec<String> = store
        .rule_story(first)
        .await
        .unwrap()
        .into_iter()
        .map(|event| format!("{} {}", event.what, event.author))
        .collect();
    assert_eq!(story, ["made ana", "switched off ben", "deleted ben"]);
    assert_eq!(store.finding(gap.id).await.unwrap().unwrap().tags, left.tags);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn a_dry_run_says_exactly_what_saving_then_does_and_one_undo_takes_it_back() {
    let (store, mut sql) = a_night(12).await;
    let before = all(&store).await;
    let ids: Vec<i64> = gaps(&store).await.into_keys().collect();
    assert_eq!(ids.len(), 11);
    store.act("ben", &[at(ids[0])], &priority(Some(Priority::Blocker))).await.unwrap();
    store.act("ben", &[at(ids[1])], &priority(Some(Priority::Low))).await.unwrap();
    let decided = all(&store).await;

    let short = rule("Short gaps", "type:other", "Low", "short");
    let dry = store.dry_run(&short).await.unwrap();
    // 11 gaps: 9 get the priority, one has it, one is Ben's; all get the tag.
    assert_eq!((dry.n_matching, dry.n_changed, dry.n_values), (11, 11, 20));
    let of = |field, fate| dry.n(field, fate);
    assert_eq!((of(Field::Priority, Fate::Given), of(Field::Priority, Fate::AlreadySo)), (9, 1));
    assert_eq!((of(Field::Priority, Fate::APersonDecided), of(Field::Tags, Fate::Given)), (1, 11));
    assert_eq!(dry.diff.len(), 20);
    assert_eq!(all(&store).await, decided, "nothing was done");

    let otherwise = store.make_rule("ana", &short, Reach::History { n_values: 19 }, now()).await;
    assert!(matches!(otherwise, Err(RuleError::OtherCount { shown: 19, now: 20 })), "{otherwise:?}");
    assert_eq!(
        (store.standing_rules().await.unwrap(), all(&store).await),
        (vec![], decided.clone()),
        "nothing is saved"
    );
    let (id, done) = store.make_rule("ana", &short, Reach::History { n_values: 20 }, now()).await.unwrap();
    let done = done.unwrap();
    assert_eq!((done.n_changed, done.seq), (11, store.change_seq().await.unwrap()));
    let after = gaps(&store).await;
    for change in &dry.diff {
        let row = &after[&change.finding];
        let shown = if change.field == Field::Tags { row.tags.clone() } else { row.priority.to_string() };
        assert_eq!(shown, change.to, "{change:?}");
    }
    // What it gave is not asked for a second time, though the condition would no longer be true of a list. Ben's two have other
    // priorities by his word, so the condition does not hold for them, and their tags would be taken back.
    let again = StandingRule { id, ..rule("Short gaps", "type:other -tag:short priority:none", "Low", "short") };
    let again = store.dry_run(&again).await.unwrap();
    assert_eq!((again.n_values, again.n(Field::Tags, Fate::TakenBack)), (2, 2));

    let undone = store.undo("cleo", done.action.unwrap()).await.unwrap();
    assert_eq!(undone.n_changed, 11);
    let strip = |rows: Vec<FindingRow>| {
        rows.into_iter().map(|row| FindingRow { row_version: 0, change_seq: 0, ..row }).collect::<Vec<_>>()
    };
    assert_eq!(strip(all(&store).await), strip(decided));
    assert_eq!(before.len(), all(&store).await.len());
    let dry = store.dry_run(&StandingRule { id, ..short }).await.unwrap();
    assert_eq!((dry.n_values, dry.n(Field::Tags, Fate::APersonUndidIt)), (0, 11));
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn a_changed_rule_takes_back_what_no_longer_holds_in_the_same_action() {
    let (store, mut sql) = a_night(12).await;
    let (id, _) = apply(&store, &rule("Gaps", "type:other", "Low", "gap")).await.unwrap();
    let confirmed = newest_gap(&store).await.id;
    store.act("ben", &[at(confirmed)], &Edit::Confirm.into()).await.unwrap();
    // Those that end before minute 30 of the night (end at 10, 20): 2 of 11.
    let narrow = StandingRule { id, ..rule("Early gaps", "type:other when:..2022-03-07T00:30", "Medium", "gap") };
    let dry = store.dry_run(&narrow).await.unwrap();
    // 2 get another priority; 8 lose priority and tag; the confirmed one stays as it was seen.
    assert_eq!((dry.n_matching, dry.n_values), (2, 18));
    assert_eq!((dry.n(Field::Priority, Fate::TakenBack), dry.n(Field::Tags, Fate::TakenBack)), (8, 8));
    let stale = store.change_rule("ben", &narrow, 9, Reach::FromNowOn, now()).await;
    assert!(matches!(stale, Err(RuleError::Changed)), "{stale:?}");
    let done = store.change_rule("ben", &narrow, 1, Reach::History { n_values: 18 }, now()).await.unwrap().unwrap();
    assert_eq!(done.n_changed, 10);
    let count = async |wanted: Priority| gaps(&store).await.values().filter(|row| row.priority == wanted).count();
    assert_eq!((count(Priority::Medium).await, count(Priority::None).await, count(Priority::Low).await), (2, 8, 1));
    let line = store.story(confirmed).await.unwrap().pop().unwrap();
    assert_eq!((line.what.as_str(), line.who.as_deref()), ("Confirmed", Some("ben")));
    let event = store.rule_story(id).await.unwrap().pop().unwrap();
    assert_eq!(event.before, "name Gaps, condition type:other, priority Low");
    assert_eq!(event.after, "name Early gaps, condition type:other when:..2022-03-07T00:30, priority Medium");
    store.undo("ben", done.action.unwrap()).await.unwrap();
    assert_eq!(count(Priority::Low).await, 11);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn a_persons_stale_edit_outranks_what_a_rule_did_meanwhile() {
    let (store, _) = a_night(3).await;
    let seen = newest_gap(&store).await;
    apply(&store, &rule("Gaps", "type:other", "Low", "")).await.unwrap();
    let target = Target { finding: seen.id, row_version: Some(seen.row_version) };
    let done = store.act("ben", &[target], &priority(Some(Priority::High))).await.unwrap();
    assert_eq!((done.n_collisions, done.n_changed), (0, 1));
}

#[tokio::test]
async fn what_cannot_be_saved_is_said() {
    let (store, _) = a_night(3).await;
    let id = make(&store, &rule("Gaps", "type:other", "Low", "")).await;
    let same = store.make_rule("ben", &rule("gaps", "type:handover", "Low", ""), Reach::FromNowOn, now()).await;
    assert!(matches!(same, Err(RuleError::NameTaken)), "{same:?}");
    assert!(matches!(store.switch_rule("ben", 99, 1, false, now()).await, Err(RuleError::Absent(99))));
    assert!(matches!(store.move_rule("ben", 99, true, now()).await, Err(RuleError::Absent(99))));
    store.switch_rule("ben", id, 1, false, now()).await.unwrap();
    let off = StandingRule { id, ..rule("Gaps", "type:other", "Low", "") };
    let applied = store.change_rule("ben", &off, 2, Reach::History { n_values: 2 }, now()).await;
    assert!(matches!(applied, Err(RuleError::IsOff)), "{applied:?}");
    store.delete_rule("ben", id, 2, now()).await.unwrap();
    make(&store, &rule("Gaps", "type:other", "Low", "")).await;
    assert!(
        matches!(store.delete_rule("ben", id, 3, now()).await, Err(RuleError::Absent(_))),
        "the name is free again"
    );
}

#[tokio::test]
async fn a_finding_for_which_others_stand_is_left_alone_and_its_parts_are_not() {
    let (store, mut sql) = a_night(3).await;
    let whole = all(&store).await.into_iter().find(|row| row.kind == FindingType::EndShift).unwrap();
    store.split("ana", at(whole.id), minute(100), [None, None]).await.unwrap();
    apply(&store, &rule("Ends", "type:end-shift state:open,split", "High", "")).await.unwrap();
    for row in all(&store).await.into_iter().filter(|row| row.kind == FindingType::EndShift) {
        let expected = if row.state == State::Split { whole.priority } else { Priority::High };
        assert_eq!(row.priority, expected, "{row:?}");
    }
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn the_history_of_rules_can_be_neither_changed_nor_removed() {
    let (store, mut sql) = a_night(3).await;
    make(&store, &rule("Gaps", "type:other", "Low", "")).await;
    for attack in [
        "update standing_rule_event set author = 'nobody'",
        "delete from standing_rule_event",
        "truncate standing_rule_event",
        "delete from standing_rule",
    ] {
        sqlx::query(attack).execute(&mut sql).await.expect_err(attack);
    }
}
