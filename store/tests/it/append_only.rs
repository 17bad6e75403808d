//! History is not rewritten.

use domain::facts::rows::Table;

use crate::cluster::fresh_and_sql;
use crate::given::{load, minute, shift};

#[tokio::test]
async fn the_events_of_a_finding_can_be_neither_changed_nor_removed() {
    let (store, mut sql) = fresh_and_sql().await;
    load(&store, Table::Shifts, [shift("S", Some(0), Some(60))]).await;
    assert_eq!(store.detect_all(minute(6_000)).await.unwrap().n_new, 1, "a shift without any activity");
    for attack in [
        "update finding_event set what = 'moved'",
        "delete from finding_event",
        "truncate finding_event",
        "delete from finding",
    ] {
        sqlx::query(attack).execute(&mut sql).await.expect_err(attack);
    }
    let n: i64 = sqlx::query_scalar("select count(*) from finding_event where what = 'detected'")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(n, 1);
}
