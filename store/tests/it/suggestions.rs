//! What the model of suggestions is told of a finding, and what it learns from the audit trail.

use domain::facts::rows::Table;
use domain::findings::{FindingType, Priority};
use domain::triage::State;
use domain::triage::decision::{Edit, Target};
use domain::triage::suggestion::{Context, NoSuggestion, Verdict};
use sqlx::{Connection, PgConnection};
use store::Store;

use crate::cluster::{fresh, fresh_and_sql, fresh_url};
use crate::detection::all;
use crate::given::{array, execution, fact, load, minute, shift};
use crate::standing_rules::{apply, rule};

/// `execution before: PI`, … in the order of aspects.
fn told(context: &Context) -> Vec<String> {
    context.tokens.iter().map(|token| format!("{}: {}", token.aspect, token.value)).collect()
}

#[tokio::test]
async fn a_gap_is_told_with_the_executions_at_its_ends_and_the_latest_air_before_it() {
    let store = fresh().await;
    load(&store, Table::Shifts, [shift("S", Some(0), Some(240))]).await;
    load(&store, Table::Arrays, [array("A1", "PI science")]).await;
    // One execution ends where the gap of 20 minutes begins and one begins where it ends; a third is of another time.
    let executions = [
        execution("X1", "A1", Some(0), Some(60)),
        execution("X2", "A1", Some(80), Some(120)),
        execution("X3", "A1", Some(120), Some(240)),
    ];
    load(&store, Table::Executions, executions).await;
    // The measurement of minute 70 is too late for a gap that begins in minute 60, that of minute 50 is the latest before it.
    let air = |minutes, pwv_mm| fact(Table::Conditions, &[&minute(minutes).to_string(), pwv_mm, "", "4.5"]);
    load(&store, Table::Conditions, [air(40, "0.5"), air(50, "2.0"), air(70, "9.0")]).await;
    store.detect_all(minute(3_000)).await.unwrap();

    let gap = all(&store).await.into_iter().find(|row| row.kind == FindingType::Other).unwrap();
    let contexts = store.contexts(&[gap.id, -1]).await.unwrap();
    assert_eq!(contexts.len(), 1, "a finding that does not exist has no context");
    let expected = [
        "family: 12 [m]",
        "duration: 15 to 60 min",
        "tag: none",
        "comment: none",
        "hour of shift: the second",
        "execution before: PI",
        "execution before: Pass",
        "execution before: SUCCESS",
        "subject before: target",
        "execution after: PI",
        "execution after: Pass",
        "execution after: SUCCESS",
        "subject after: target",
        "execution: none",
        "water vapour: 1.796 to 5.186 mm",
        "wind: under 5 m/s",
    ];
    assert_eq!(told(&contexts[&gap.id]), expected);
}

#[tokio::test]
async fn old_air_says_nothing_and_what_a_person_decided_is_not_part_of_the_question() {
    let (store, mut sql) = fresh_and_sql().await;
    load(&store, Table::Shifts, [shift("S", Some(0), Some(240))]).await;
    load(&store, Table::Conditions, [fact(Table::Conditions, &[&minute(-61).to_string(), "1", "1", "1"])]).await;
    store.detect_all(minute(3_000)).await.unwrap();
    let idle = all(&store).await.into_iter().find(|row| row.kind == FindingType::NonActivitiesShift).unwrap();
    let before = store.contexts(&[idle.id]).await.unwrap();
    assert!(!told(&before[&idle.id]).iter().any(|token| token.starts_with("wind")), "61 minutes old");

    let decided = "update finding set decided_type = 'Other', decided_tags = 'x', decided_comment = 'y'";
    sqlx::query(decided).execute(&mut sql).await.unwrap();
    assert_eq!(store.contexts(&[idle.id]).await.unwrap(), before);
}

/// A database with so many ends of shifts that look alike, numbered from 1.
async fn alike(n: i64) -> (Store, PgConnection) {
    let (store, mut sql) = fresh_and_sql().await;
    add_alike(&mut sql, n).await;
    (store, sql)
}

async fn add_alike(sql: &mut PgConnection, n: i64) {
    let findings = "insert into finding (key, type, ids, class, priority, tags, comment)
        select 'K' || n, 'End shift', '{}', 'GAP', 'Low', 'M83', '' from generate_series(1, $1) n";
    sqlx::query(findings).bind(n).execute(sql).await.unwrap();
}

/// An action as it is written to the audit trail; gives its number.
async fn action(sql: &mut PgConnection, kind: &str, findings: std::ops::RangeInclusive<i64>, after: &str) -> i64 {
    let undoes = (kind == "undo").then_some(1i64);
    let rule = "insert into standing_rule (name, condition, gives_priority, place, author, made_at)
        values ('A rule', 'class:gap', 'Low', 1, 'ana', now()) returning id";
    let rule: Option<i64> = match kind {
        "rule" => Some(sqlx::query_scalar(rule).fetch_one(&mut *sql).await.unwrap()),
        _ => None,
    };
    let action = "insert into action (seq, author, kind, sentence, undoes, rule, n_changed)
        values (1, 'ana', $1, '', $2, $3, 1) returning id";
    let action: i64 = sqlx::query_scalar(action).bind(kind).bind(undoes).bind(rule).fetch_one(&mut *sql).await.unwrap();
    let events = "insert into finding_event (finding_id, action_id, what, before, after)
        select n, $1, 'changed', '{}', $2::jsonb from generate_series($3, $4) n";
    let (first, last) = (*findings.start(), *findings.end());
    sqlx::query(events).bind(action).bind(after).bind(first).bind(last).execute(&mut *sql).await.unwrap();
    action
}

const CONFIRMED: &str = r#"{"decided_state": "Confirmed"}"#;
const DISMISSED: &str = r#"{"decided_state": "Dismissed", "dismissed_because": "weather"}"#;
const REOPENED: &str = r#"{"decided_state": null, "dismissed_because": null}"#;

#[tokio::test]
async fn what_people_decided_is_advice_on_the_next_and_what_they_undid_is_not() {
    let (store, mut sql) = alike(20).await;
    assert_eq!(store.advice(21).await.unwrap(), None);
    for finding in 1..=7 {
        action(&mut sql, "change", finding..=finding, CONFIRMED).await;
    }
    let advice = store.advice(20).await.unwrap().unwrap();
    assert_eq!(advice.suggestion, Err(NoSuggestion::TooFewDecisions { n: 7 }));

    // Three more, one of them a rule's, which teaches nothing: 9 confirmed of 9, and the weight of one for something else.
    action(&mut sql, "change", 8..=8, CONFIRMED).await;
    action(&mut sql, "change", 9..=9, CONFIRMED).await;
    action(&mut sql, "rule", 10..=10, DISMISSED).await;
    let advice = store.advice(20).await.unwrap().unwrap();
    let suggestion = advice.suggestion.unwrap();
    assert_eq!((suggestion.verdict, suggestion.n_same, suggestion.n_similar), (Verdict::Confirm, 9, 9));
    assert!((suggestion.probability - 0.9).abs() < 1e-12);
    // The first eight were decided without advice, the ninth as advised.
    assert_eq!((advice.lately.n_silent, advice.lately.n_predicted, advice.lately.n_right), (8, 1, 1));

    // Undoing two leaves seven, which is too few again.
    action(&mut sql, "undo", 8..=9, REOPENED).await;
    let advice = store.advice(20).await.unwrap().unwrap();
    assert_eq!(advice.suggestion, Err(NoSuggestion::TooFewDecisions { n: 7 }));
    assert_eq!((advice.lately.n_silent, advice.lately.n_predicted), (7, 0));
}

#[tokio::test]
async fn what_an_undo_brings_back_of_a_rule_teaches_nothing() {
    let (store, _sql) = alike(3).await;
    let n_decisions = async || {
        let ends =
            store.suggestion_records().await.unwrap().into_iter().find(|r| r.kind == FindingType::EndShift).unwrap();
        ends.ever.n_silent + ends.ever.n_predicted
    };
    let (_, done) = apply(&store, &rule("Ends", "type:end-shift", "High", "")).await.unwrap();
    let of_the_rule = done.unwrap().action.unwrap();
    assert_eq!(n_decisions().await, 0, "a rule teaches nothing");
    // Ana decides otherwise, and takes that back: the rule's priority is there again, and she has not chosen it.
    let low = Edit::Priority(Some(Priority::Low)).into();
    let hers = store.act("ana", &[Target { finding: 1, row_version: None }], &low).await.unwrap();
    assert_eq!(n_decisions().await, 1);
    store.undo("ana", hers.action.unwrap()).await.unwrap();
    assert_eq!(store.finding(1).await.unwrap().unwrap().priority, Priority::High);
    assert_eq!(n_decisions().await, 0);
    // Nor has she when she undoes the rule and then her undo.
    let undone = store.undo("ana", of_the_rule).await.unwrap();
    store.undo("ana", undone.action.unwrap()).await.unwrap();
    assert_eq!(store.finding(2).await.unwrap().unwrap().priority, Priority::High);
    assert_eq!(n_decisions().await, 0);
}

#[tokio::test]
async fn a_dismissal_is_suggested_with_its_reason_and_a_type_with_its_name() {
    let (store, mut sql) = alike(40).await;
    for finding in 1..=10 {
        action(&mut sql, "change", finding..=finding, DISMISSED).await;
        // The same dismissal for another reason has no state in its event.
        action(&mut sql, "change", finding..=finding, r#"{"dismissed_because": "snow"}"#).await;
    }
    let suggestion = store.advice(40).await.unwrap().unwrap().suggestion.unwrap();
    assert_eq!(suggestion.verdict, Verdict::Dismiss { because: "snow".to_owned() });
    assert_eq!((suggestion.n_same, suggestion.n_similar), (10, 10));
    for finding in 11..=39 {
        action(&mut sql, "change", finding..=finding, r#"{"decided_type": "Other", "decided_class": "GAP"}"#).await;
    }
    let suggestion = store.advice(40).await.unwrap().unwrap().suggestion.unwrap();
    assert_eq!(suggestion.verdict, Verdict::Reclassify(FindingType::Other));
}

#[tokio::test]
async fn a_bulk_action_is_one_decision_however_long_and_every_process_hears_the_same() {
    // More events than are read at once, twice over.
    let url = fresh_url().await;
    let (store, other_process) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    store.migrate().await.unwrap();
    let mut sql = PgConnection::connect(&url).await.unwrap();
    add_alike(&mut sql, 2_600).await;
    action(&mut sql, "change", 1..=3, CONFIRMED).await;
    action(&mut sql, "change", 4..=2_504, DISMISSED).await;
    let ends = |records: Vec<domain::triage::suggestion::TypeRecord>| {
        records.into_iter().find(|record| record.kind == FindingType::EndShift).unwrap()
    };
    let record = ends(store.suggestion_records().await.unwrap());
    assert_eq!((record.ever.n_silent, record.ever.n_predicted), (2_504, 0), "none of them taught the others");
    assert_eq!(record.lately.n_silent, 100);

    // One process read on after each action, another reads all at once: the next ten are predicted by both.
    action(&mut sql, "change", 2_505..=2_514, DISMISSED).await;
    let (ours, theirs) = (store.suggestion_records().await.unwrap(), other_process.suggestion_records().await.unwrap());
    assert_eq!(ours, theirs);
    assert_eq!((ends(ours).ever.n_predicted, ends(theirs).ever.n_right), (10, 10));
    assert_eq!(store.advice(2_600).await.unwrap(), other_process.advice(2_600).await.unwrap());
}

#[tokio::test]
async fn a_suggestion_is_taken_up_as_it_was_shown_or_not_at_all() {
    let (store, mut sql) = alike(20).await;
    for finding in 1..=9 {
        action(&mut sql, "change", finding..=finding, CONFIRMED).await;
    }
    let target = |finding| Target { finding, row_version: Some(1) };
    let other = Edit::Dismiss { because: "weather".to_owned().try_into().unwrap() };
    assert_eq!(store.accept_suggestion("ana", target(20), other).await.unwrap(), None, "not what is suggested");
    assert_eq!(store.finding(20).await.unwrap().unwrap().state, State::Open);
    assert!(store.accept_suggestion("ana", target(21), Edit::Confirm).await.is_err(), "there is none");

    let done = store.accept_suggestion("ana", target(20), Edit::Confirm).await.unwrap().unwrap();
    assert_eq!((done.sentence.as_str(), done.n_changed), ("Confirmed, as suggested", 1));
    assert_eq!(store.finding(20).await.unwrap().unwrap().state, State::Confirmed);
    let kind: String = sqlx::query_scalar("select kind from action where id = $1")
        .bind(done.action)
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(kind, "suggestion");
    // It was a person's decision: the next suggestion goes by ten. Undone, it counts no longer.
    let n = async || store.advice(19).await.unwrap().unwrap().suggestion.unwrap().n_similar;
    assert_eq!(n().await, 10);
    store.undo("ana", done.action.unwrap()).await.unwrap();
    assert_eq!(n().await, 9);
    assert_eq!(store.finding(20).await.unwrap().unwrap().state, State::Open);
}
