//! Facts out again: enough of them, and not the whole log.

use domain::facts::rows::Table;
use domain::ledger::{Ledger, Log, ledger};

use crate::cluster::fresh;
use crate::given::{self, array, downtime, execution, load, minute, shift};

/// Every ledger of the shifts that `keep` names.
fn ledgers(log: &Log<'_>, keep: impl Fn(&str) -> bool) -> Vec<Ledger> {
    log.with_ledger()
        .filter(|(shift, _)| keep(shift.fact.id.as_str()))
        .map(|(shift, family)| ledger(log, shift, family))
        .collect()
}

#[tokio::test]
async fn the_facts_around_a_shift_give_the_ledgers_that_the_whole_log_gives() {
    let Some((facts, now)) = given::folder("quarter") else { return };
    let store = fresh().await;
    for (table, rows) in given::as_rows(&facts) {
        load(&store, table, rows).await;
    }
    let whole = Log::new(&facts, now);
    for shift in facts.shifts.iter().step_by(5) {
        let around = store.facts_around(shift.id.as_str()).await.unwrap().expect("the shift is there");
        assert!(around.executions.len() < facts.executions.len() / 10, "not the whole log");
        let only = |id: &str| id == shift.id.as_str();
        assert_eq!(ledgers(&Log::new(&around, now), only), ledgers(&whole, only), "{}", shift.id);
    }
    let (from, to) = (given::minute(7 * 1_440), given::minute(14 * 1_440));
    let week: Vec<&str> = facts
        .shifts
        .iter()
        .filter(|shift| shift.start.is_some_and(|start| from <= start && start < to))
        .map(|shift| shift.id.as_str())
        .collect();
    let between = store.facts_between(from, to).await.unwrap();
    assert!(week.len() > 20 && between.executions.len() < facts.executions.len() / 5);
    let of_week = |id: &str| week.contains(&id);
    assert_eq!(ledgers(&Log::new(&between, now), of_week), ledgers(&whole, of_week));
    assert_eq!(store.facts_around("no such shift").await.unwrap(), None);
}

/// 00:00      11:50 12:00       15:00 now        20:00
/// S1 ├──────────┼────┤
/// S2            ├────┼─────────────┼──────────────┤
/// X on A          11:55 …               never closed
/// Y on A                 13:00 … 14:00
#[tokio::test]
async fn an_execution_of_another_shift_says_that_one_left_open_is_not_the_latest_of_its_array() {
    let store = fresh().await;
    load(&store, Table::Shifts, [shift("S1", Some(0), Some(720)), shift("S2", Some(710), Some(1_200))]).await;
    load(&store, Table::Arrays, [array("A", "PI science")]).await;
    let rows = [execution("X", "A", Some(715), None), execution("Y", "A", Some(780), Some(840))];
    load(&store, Table::Executions, rows).await;
    let now = minute(900);
    store.detect_all(now).await.unwrap();
    let whole = store.facts().await.unwrap();
    for id in ["S1", "S2"] {
        let around = store.facts_around(id).await.unwrap().unwrap();
        let only = |shift: &str| shift == id;
        assert_eq!(ledgers(&Log::new(&around, now), only), ledgers(&Log::new(&whole, now), only), "{id}");
    }
}

#[tokio::test]
async fn between_two_shifts_things_happen_too() {
    let store = fresh().await;
    load(&store, Table::Shifts, [shift("S1", Some(0), Some(60)), shift("S2", Some(120), Some(180))]).await;
    load(&store, Table::Executions, [execution("E", "A", Some(70), Some(100))]).await;
    load(&store, Table::Downtimes, [downtime("D", 110, None)]).await;
    let facts = store.facts_between(minute(0), minute(180)).await.unwrap();
    assert_eq!((facts.executions.len(), facts.downtimes.len()), (1, 1));
}

#[tokio::test]
async fn shifts_come_newest_first_and_those_without_a_start_last() {
    let store = fresh().await;
    let rows = [
        shift("B", Some(60), Some(120)),
        shift("A", Some(0), Some(60)),
        shift("X", None, Some(9)),
        shift("C", Some(60), None),
    ];
    load(&store, Table::Shifts, rows).await;
    let ids = async |from, to, limit| {
        let shifts = store.shifts(from, to, limit).await.unwrap();
        shifts.into_iter().map(|shift| shift.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, None, 10).await, ["B", "C", "A", "X"]);
    assert_eq!(ids(None, None, 1).await, ["B"]);
    assert_eq!(ids(None, None, -1).await, [""; 0]);
    assert_eq!(ids(Some(minute(0)), Some(minute(60)), 10).await, ["A"]);
}

#[tokio::test]
async fn facts_are_found_by_their_ids_whatever_they_are() {
    let store = fresh().await;
    load(&store, Table::Shifts, [shift("S", Some(0), Some(60))]).await;
    load(&store, Table::Arrays, [array("A", "Testing")]).await;
    load(&store, Table::Executions, [execution("E", "A", Some(0), Some(1)), execution("F", "A", Some(1), Some(2))])
        .await;
    load(&store, Table::Downtimes, [downtime("D", 0, None)]).await;
    let ids = ["S", "A", "E", "D", "", "unknown"].map(str::to_owned);
    let facts = store.facts_by_ids(&ids).await.unwrap();
    let n = (facts.shifts.len(), facts.arrays.len(), facts.executions.len(), facts.downtimes.len());
    assert_eq!(n, (1, 1, 1, 1));
    assert_eq!(facts.executions[0].id.as_str(), "E");
}
