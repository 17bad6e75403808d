//! Findings follow the facts.

use domain::facts::rows::Table;
use domain::triage::State;
use domain::triage::filter::{Filter, Sort};

use crate::cluster::fresh;
use crate::given;

#[tokio::test]
async fn detecting_the_quarter_twice_is_detecting_it_once() {
    let Some((facts, now)) = given::folder("quarter") else { return };
    let store = fresh().await;
    for (table, rows) in given::as_rows(&facts) {
        given::load(&store, table, rows).await;
    }
    let first = store.detect_all(now).await.unwrap();
    // expected/findings.csv has 2,318 lines with its header.
    assert_eq!((first.n_open, first.n_new), (2_317, 2_317));
    let page = store.findings(&Filter::default(), Sort::default(), 0, 50).await.unwrap();
    assert_eq!((page.n_matching, page.rows.len()), (2_317, 50));
    let _ = (Table::Shifts, State::Open);
}
