//! What the model of suggestions is told of a finding.

use domain::facts::rows::Table;
use domain::findings::FindingType;
use domain::triage::suggestion::Context;

use crate::cluster::fresh;
use crate::detection::all;
use crate::given::{array, execution, fact, load, minute, shift};

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
    let (store, mut sql) = crate::cluster::fresh_and_sql().await;
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
