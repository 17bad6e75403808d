//! The sums of shifts, kept and in memory, are those of the facts, whatever was loaded and however much time went by.

use domain::efficiency::{ShiftSums, by_shift, with_ledgers};
use domain::facts::Facts;
use domain::facts::rows::Table;
use domain::ledger::{Ledger, Log, Owner};
use domain::time::{HOUR_S, Instant, Interval};
use sqlx::PgConnection;
use store::Store;

use crate::cluster::{fresh, fresh_and_sql};
use crate::given::{self, array, downtime, execution, load, minute, shift};

async fn sums(store: &Store, now: Instant) -> Vec<ShiftSums> {
    store.shift_sums(now, |all| all.shifts.iter().map(|&sums| sums.clone()).collect()).await.unwrap()
}

/// What the store says at *now* and some time after it, though nothing was loaded meanwhile, is what follows from all facts.
pub(crate) async fn sums_follow_from(store: &Store, facts: &Facts, now: Instant, when: &str) {
    for later_s in [0, 1, HOUR_S, 23 * HOUR_S, 30 * HOUR_S, 2_400 * HOUR_S] {
        let now = now.plus(later_s);
        let expected = by_shift(&Log::new(facts, now));
        let ours = sums(store, now).await;
        let missing: Vec<_> = expected.iter().filter(|row| !ours.contains(row)).collect();
        let surplus: Vec<_> = ours.iter().filter(|row| !expected.contains(row)).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{when}, {later_s} s later: missing {missing:#?}, surplus {surplus:#?}"
        );
        assert_eq!(ours, expected, "{when}: in the same order");
    }
}

/// The ledgers of everything that starts in a century.
async fn ledgers(store: &Store, now: Instant) -> Vec<Ledger> {
    let at = |year: &str| Instant::parse(&format!("{year}-01-01T00:00:00Z")).unwrap();
    store.ledgers(Interval::new(at("1980"), at("2080")).unwrap(), now).await.unwrap()
}

#[tokio::test]
async fn the_quarters_sums_and_ledgers_are_those_of_the_domain() {
    let Some((facts, now)) = given::folder("quarter") else { return };
    let store = fresh().await;
    for (table, rows) in given::as_rows(&facts) {
        load(&store, table, rows).await;
    }
    assert_eq!(sums(&store, now).await, [], "before a detection nothing is known");
    store.detect_all(now).await.unwrap();
    sums_follow_from(&store, &facts, now, "the quarter").await;
    assert_eq!(ledgers(&store, now).await, with_ledgers(&Log::new(&facts, now)).1);
    let later = now.plus(7 * HOUR_S);
    assert_eq!(ledgers(&store, later).await, with_ledgers(&Log::new(&facts, later)).1);
}

/// A shift of two hours with one execution, over, and one that began an hour before *now*, 12:00, and runs.
async fn a_running_shift() -> (Store, PgConnection, Instant) {
    let (store, sql) = fresh_and_sql().await;
    load(&store, Table::Shifts, [shift("S1", Some(0), Some(120)), shift("S2", Some(660), None)]).await;
    load(&store, Table::Arrays, [array("A", "PI science")]).await;
    let rows = [execution("E1", "A", Some(0), Some(120)), execution("E2", "A", Some(690), None)];
    load(&store, Table::Executions, rows).await;
    store.detect_all(minute(720)).await.unwrap();
    (store, sql, minute(720))
}

#[tokio::test]
async fn a_running_shift_grows_with_the_clock_and_one_that_nobody_closed_ends_as_none() {
    let (store, _, now) = a_running_shift().await;
    let running = |minutes: i64| {
        let at = now.plus(60 * minutes);
        store.shift_sums(at, |all| {
            let row = all.shifts.iter().find(|row| row.shift.as_str() == "S2");
            let without: Vec<String> = all.without_ledger.iter().map(|shift| shift.id.to_string()).collect();
            (row.map(|row| (row.running, row.sums.shift_s(), row.sums.seconds(Owner::PiPass))), without)
        })
    };
    // From 11:00, handover to 11:30, then an execution that still runs: 60 min are 30 of Pass, 61 are 31.
    assert_eq!(running(0).await.unwrap(), (Some((true, 3_600, 1_800)), vec![]));
    assert_eq!(running(1).await.unwrap(), (Some((true, 3_660, 1_860)), vec![]));
    // A day after its start it is no valid shift any more, and its time is missing.
    assert_eq!(running(24 * 60).await.unwrap(), (None, vec!["S2".to_owned()]));
}

#[tokio::test]
async fn what_happened_before_the_last_detection_is_not_unseen_by_a_clock_that_lags() {
    let (store, _, now) = a_running_shift().await;
    assert_eq!(sums(&store, now.plus(-1_000)).await, sums(&store, now).await);
}

#[tokio::test]
async fn memory_follows_a_correction_of_a_shift_that_was_over() {
    let (store, _, now) = a_running_shift().await;
    let long = |sums: &[ShiftSums]| sums[0].sums.shift_s();
    assert_eq!(long(&sums(&store, now).await), 7_200);
    let report = load(&store, Table::Shifts, [shift("S1", Some(0), Some(90))]).await;
    assert_eq!(long(&sums(&store, now).await), 7_200, "a load counts once a detection has looked at it");
    store.detect_affected(&report.affected, now).await.unwrap();
    assert_eq!(long(&sums(&store, now).await), 5_400);
    // Without an end, long ago: no shift, and the row is gone.
    let report = load(&store, Table::Shifts, [shift("S1", Some(0), None)]).await;
    let later = now.plus(48 * HOUR_S);
    store.detect_affected(&report.affected, later).await.unwrap();
    assert_eq!(sums(&store, later).await, []);
}

#[tokio::test]
async fn an_execution_over_two_shifts_is_counted_in_the_earlier_even_when_only_the_later_is_looked_at() {
    let store = fresh().await;
    // E begins before S0 in no shift, and reaches over S0 into S9; the days between keep the change from being the whole log.
    let mut shifts: Vec<_> =
        (1..9).map(|day| shift(&format!("S{day}"), Some(day * 14_400), Some(day * 14_400 + 60))).collect();
    shifts.extend([shift("S0", Some(-200), Some(-100)), shift("S9", Some(0), Some(100))]);
    load(&store, Table::Shifts, shifts).await;
    load(&store, Table::Executions, [execution("E", "A", Some(-250), Some(10))]).await;
    let now = minute(200_000);
    store.detect_all(now).await.unwrap();
    let report = load(&store, Table::Downtimes, [downtime("D", 50, Some(60))]).await;
    store.detect_affected(&report.affected, now).await.unwrap();
    let counted: Vec<(String, i64)> =
        sums(&store, now).await.iter().map(|row| (row.shift.to_string(), row.sums.n_pass)).take(2).collect();
    assert_eq!(counted, [("S0".to_owned(), 1), ("S9".to_owned(), 0)]);
}

#[tokio::test]
async fn a_database_from_before_the_table_of_sums_is_filled_when_the_program_starts() {
    let (store, mut sql, now) = a_running_shift().await;
    let before = sums(&store, now).await;
    sqlx::query("delete from shift_sums").execute(&mut sql).await.unwrap();
    sqlx::query("update detection set seq = 0").execute(&mut sql).await.unwrap();
    assert_ne!(sums(&store, now).await, before);
    store.migrate().await.unwrap();
    assert_eq!(sums(&store, now).await, before);
}
