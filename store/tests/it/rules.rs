//! Parameters and types in the database are the domain's until an admin changes them.

use domain::facts::rows::Table;
use domain::findings::{Class, FindingType, Parameters, Priority};
use domain::triage::State;
use sqlx::Row;
use store::{Affected, StoreError};

use crate::cluster::{fresh_and_sql, fresh_url};
use crate::detection::all;
use crate::given::{execution, load, minute, shift};

#[tokio::test]
async fn the_seeded_types_are_those_of_the_domain() {
    let (_, mut sql) = fresh_and_sql().await;
    let rows = sqlx::query("select number, type, class, priority from finding_type order by number")
        .fetch_all(&mut sql)
        .await
        .unwrap();
    assert_eq!(rows.len(), FindingType::ALL.len());
    for (row, kind) in rows.iter().zip(FindingType::ALL) {
        assert_eq!(row.get::<i16, _>("number"), i16::from(kind.number()));
        assert_eq!(row.get::<String, _>("type"), kind.label());
        assert_eq!(row.get::<String, _>("class"), kind.class().label(), "{kind}");
        assert_eq!(row.get::<String, _>("priority"), kind.default_priority().label(), "{kind}");
    }
}

#[tokio::test]
async fn the_seeded_parameters_are_those_of_the_domain() {
    let (_, mut sql) = fresh_and_sql().await;
    let seeded: serde_json::Value = sqlx::query_scalar("select jsonb_object_agg(name || '_s', value_s) from parameter")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(seeded, serde_json::to_value(Parameters::default()).unwrap());
}

#[tokio::test]
async fn a_changed_parameter_or_type_counts_from_the_next_detection_on() {
    let (store, mut sql) = fresh_and_sql().await;
    let now = minute(6_000);
    load(&store, Table::Shifts, [shift("S", Some(0), Some(100))]).await;
    // Idle for the ten minutes from 40 to 50.
    let rows = [execution("E1", "", Some(0), Some(40)), execution("E2", "", Some(50), Some(100))];
    load(&store, Table::Executions, rows).await;
    assert_eq!(store.detect_all(now).await.unwrap().n_open, 1);

    sqlx::query("update finding_type set class = 'USER ERROR', priority = 'Blocker' where type = 'Other'")
        .execute(&mut sql)
        .await
        .unwrap();
    assert_eq!(store.detect_affected(&Affected::default(), now).await.unwrap().n_moved, 1);
    let row = all(&store).await.remove(0);
    assert_eq!((row.class, row.priority), (Class::UserError, Priority::Blocker));

    sqlx::query("update parameter set value_s = 601 where name = 'gap_min'").execute(&mut sql).await.unwrap();
    assert_eq!(store.detect_affected(&Affected::default(), now).await.unwrap().n_resolved, 1);
    assert_eq!(all(&store).await[0].state, State::ResolvedByTheLog);
}

#[tokio::test]
async fn a_database_without_the_migrations_is_not_ready() {
    let store = store::Store::connect(&fresh_url().await).await.unwrap();
    assert!(store.is_ready().await.is_err());
    let (one, other) = tokio::join!(store.migrate(), store.migrate());
    one.and(other).unwrap();
    store.migrate().await.unwrap();
    store.is_ready().await.unwrap();
}

#[tokio::test]
async fn a_wrong_address_is_said_at_the_start() {
    for url in ["nonsense", "postgres://localhost/x?host=/nowhere/at/all"] {
        let error = store::Store::connect(url).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreachable(_)), "{error}");
    }
}
