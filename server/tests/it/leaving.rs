//! People who leave before their page has come.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use futures_util::future::join_all;
use http::Request;
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, monday};
use crate::report::shared;

/// Panics of a page whose values are gone, in this program.
static TORN: AtomicUsize = AtomicUsize::new(0);

#[test]
fn a_page_whose_reader_left_is_made_to_its_end() {
    let Some(facts) = shared("facts/week") else { return };
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str().is_some_and(|why| why.contains("disposed")) {
            TORN.fetch_add(1, Ordering::SeqCst);
        }
        before(panic);
    }));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let n_stuck = runtime.block_on(leave_and_return(facts));
    // Tasks that wait for each other would keep it from ending.
    runtime.shutdown_background();
    assert_eq!(TORN.load(Ordering::SeqCst), 0);
    assert_eq!(n_stuck, 0);
}

/// How many of the pages that are asked for afterwards do not come.
async fn leave_and_return(facts: PathBuf) -> usize {
    let fresh = Fresh::open().await;
    ingest(Mode::Load { store: &fresh.store, now: monday() }, &[facts], |_| {}).await;
    let server = fresh.server();
    let page = |patience_ms: u64| {
        let request = Request::get("/triage").header("cookie", "own=1").body(Body::empty()).unwrap();
        tokio::time::timeout(Duration::from_millis(patience_ms), server.ask(request))
    };
    // Sixteen at a time, each gone after another time: before, while and after its page is made.
    for round in 0..12 {
        join_all((0..16).map(|nth| page(round * 40 + nth * 5))).await;
    }
    let n_stuck = join_all((0..8).map(|_| page(30_000))).await.into_iter().filter(Result::is_err).count();
    fresh.close().await;
    n_stuck
}
