//! The findings in memory are those of the table, at every moment somebody asks, for every server on it.

use domain::facts::ShiftKind;
use domain::family::Family;
use domain::findings::Priority;
use domain::time::Instant;
use domain::triage::filter::{Filter, Period, What};
use domain::triage::{FindingRow, State};
use sqlx::{Connection, PgConnection};
use store::Store;

use crate::cluster::{fresh_and_sql, fresh_url};
use crate::detection::all;
use crate::given::{self, load};

/// The quarter, detected, with decisions strewn over it.
async fn quarter() -> Option<(Store, domain::facts::Facts, Instant)> {
    let (facts, now) = given::folder("quarter")?;
    let (store, mut sql) = fresh_and_sql().await;
    for (table, rows) in given::as_rows(&facts) {
        load(&store, table, rows).await;
    }
    store.detect_all(now).await.unwrap();
    for decision in [
        "update finding set decided_priority = 'Blocker' where id % 7 = 0",
        "update finding set decided_state = 'Confirmed' where id % 5 = 0",
        "update finding set decided_type = 'Other', decided_class = 'GAP', decided_tags = 'seen' where id % 11 = 0",
        "update finding set assignee = 'ana', n_comments = 2 where id % 13 = 0",
        "update finding set decided_state = 'Snoozed', snoozed_until = now() where id % 17 = 0",
    ] {
        changing(&mut sql, decision).await;
    }
    Some((store, facts, now))
}

/// Runs SQL as whoever changes findings does: with the next number of the clock in the rows it touches.
async fn changing(sql: &mut PgConnection, update: &str) {
    let numbered = update.replace(" set ", " set change_seq = (select seq from finding_clock), ");
    let mut tx = sql.begin().await.unwrap();
    sqlx::query("update finding_clock set seq = seq + 1").execute(&mut *tx).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(numbered)).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn list(store: &Store, line: &str) -> Vec<FindingRow> {
    let (filter, misread) = Filter::read(line);
    assert_eq!(misread, []);
    store.asked(|columns| columns.list(&columns.view(&filter, &[], Some("ana")), 0, usize::MAX)).await.unwrap().rows
}

#[tokio::test]
async fn the_list_has_every_finding_as_the_table_has_it() {
    let Some((store, _, now)) = quarter().await else { return };
    let rows = all(&store).await;
    assert!(rows.len() > 500);
    for row in rows.iter().step_by(7) {
        assert_eq!(store.finding(row.id).await.unwrap().as_ref(), Some(row));
    }
    let as_of = store.asked(|columns| columns.standing().as_of).await.unwrap();
    assert_eq!(as_of, Some(now));
    let seen = list(&store, "tag:seen -state:snoozed").await;
    assert!(!seen.is_empty() && seen.iter().all(|row| row.id % 11 == 0 && row.state != State::Snoozed));
    assert!(list(&store, "assignee:me").await.iter().all(|row| row.id % 13 == 0 && row.n_comments == 2));
}

#[tokio::test]
async fn the_last_shift_is_the_latest_that_has_begun_of_each_family() {
    let Some((store, facts, now)) = quarter().await else { return };
    let latest = |family: Family| {
        let begun = facts.shifts.iter().filter(|shift| {
            shift.kind == ShiftKind::Sciops
                && shift.families.contains(family)
                && shift.start.is_some_and(|start| start < now)
        });
        begun.max_by_key(|shift| shift.start).map(|shift| shift.id.clone())
    };
    let in_last = |row: &FindingRow| {
        let own = |family: &Family| row.family.is_none_or(|own| own == *family);
        row.shift.is_some()
            && Family::ALL.iter().filter(|family| own(family)).any(|&family| row.shift == latest(family))
    };
    let mut expected = all(&store).await;
    expected.retain(in_last);
    assert!(!expected.is_empty());
    let filter = Filter::of([What::When(Period::LastShift)]);
    assert_eq!(list(&store, &filter.to_string()).await, expected);
}

#[tokio::test]
async fn two_servers_on_one_database_see_each_change_as_soon_as_it_is_made() {
    let Some((facts, now)) = given::folder("week") else { return };
    let url = fresh_url().await;
    let (one, two) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    one.migrate().await.unwrap();
    let mut sql = PgConnection::connect(&url).await.unwrap();
    assert!(all(&one).await.is_empty() && all(&two).await.is_empty());
    for (table, rows) in given::as_rows(&facts) {
        load(&one, table, rows).await;
    }
    one.detect_all(now).await.unwrap();
    let id = all(&two).await[0].id;
    for n in 0..20 {
        let (tag, line) = (format!("t{n}"), format!("tag:t{n}"));
        changing(&mut sql, &format!("update finding set decided_tags = '{tag}' where id = {id}")).await;
        // Many ask at once, some of them while somebody's question is on its way.
        let asking = (0..8).map(|nth| list(if nth % 2 == 0 { &one } else { &two }, &line));
        let asking: Vec<_> = asking.collect();
        for rows in futures_util::future::join_all(asking).await {
            assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [id], "{tag}");
        }
    }
    // What changed since a number is what somebody needs who has everything up to it.
    let seq = one.asked_with_seq(|_, seq| seq).await.unwrap();
    changing(&mut sql, &format!("update finding set decided_priority = 'Blocker' where id = {id}")).await;
    let since = two.changed_since(seq).await.unwrap();
    assert_eq!((since.seq, since.columns.len()), (seq + 1, 1));
    assert_eq!(since.rows().next().map(|row| (row.id, row.priority)), Some((id, Priority::Blocker)));
}

#[tokio::test]
async fn a_database_that_was_restored_under_a_running_server_is_read_anew() {
    let Some((facts, now)) = given::folder("week") else { return };
    let (store, mut sql) = fresh_and_sql().await;
    for (table, rows) in given::as_rows(&facts) {
        load(&store, table, rows).await;
    }
    store.detect_all(now).await.unwrap();
    let before = all(&store).await;
    changing(&mut sql, "update finding set decided_tags = 'lost'").await;
    assert_eq!(list(&store, "tag:lost").await.len(), before.len());
    // The clock stands where it stood, and the rows are as they were.
    sqlx::query("update finding set decided_tags = null, change_seq = 1").execute(&mut sql).await.unwrap();
    sqlx::query("update finding_clock set seq = 1").execute(&mut sql).await.unwrap();
    assert!(list(&store, "tag:lost").await.is_empty());
    assert_eq!(all(&store).await.len(), before.len());
}

#[tokio::test]
async fn before_the_first_detection_the_list_is_empty_and_says_as_of_never() {
    let (store, _) = fresh_and_sql().await;
    for line in ["", "when:last-shift", "when:7d", "when:..", "class:gap x"] {
        assert_eq!(list(&store, line).await, [], "{line}");
    }
    assert_eq!(store.asked(|columns| columns.standing().as_of).await.unwrap(), None);
    assert_eq!(store.finding(1).await.unwrap(), None);
    assert!(store.finding_ids(1).await.unwrap().is_empty());
    assert!(store.history(1).await.unwrap().is_empty());
    assert!(store.findings_of_shift("S").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_shifts_findings_are_those_the_log_says_by_family_and_time() {
    let Some((store, _, _)) = quarter().await else { return };
    let rows = all(&store).await;
    let shift = rows.iter().find_map(|row| row.shift.clone()).unwrap();
    let mut expected: Vec<FindingRow> = rows
        .into_iter()
        .filter(|row| row.shift.as_ref() == Some(&shift) && row.state != State::ResolvedByTheLog)
        .collect();
    let time = |row: &FindingRow| row.span.map(|span| (span.start(), span.end()));
    expected.sort_by_key(|row| (row.family.is_none(), row.family, time(row), row.id));
    assert_eq!(store.findings_of_shift(shift.as_str()).await.unwrap(), expected);
}
