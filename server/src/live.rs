//! What others do, told to every open page within a second: that findings changed, and who looks at which.
//!
//! One task per server hears the news of the database ([`store::News`]) and keeps two values: the number of the last change,
//! and who looks at what. Every open page follows them as a stream of server-sent events. An event about a change carries its
//! number and no finding: the page asks for what changed since the number it has, so a lost event loses nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use app::api::person::CurrentUser;
use axum::Router;
use axum::extract::{Extension, State};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::stream::{self, Stream};
use store::{Looking, News, Store};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::router::AppState;

/// The news as this server knows it. Dropped with its last clone, it stops listening.
#[derive(Clone, Debug)]
pub struct Live {
    newest: watch::Receiver<i64>,
    looking: watch::Receiver<Lookers>,
    listening: Arc<StopsWhenDropped>,
}

#[derive(Debug)]
struct StopsWhenDropped(AbortHandle);

impl Drop for StopsWhenDropped {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// With each finding that somebody looks at, the pages that do: their made-up name, and the account's.
type Lookers = Arc<BTreeMap<i64, BTreeSet<(String, String)>>>;

/// How often a page says again what it looks at, in the browser \[s\].
const SAID_AGAIN_S: u64 = 15;
/// A page that was not heard of for this long is gone: it missed two of its turns.
const GONE_AFTER: Duration = Duration::from_secs(SAID_AGAIN_S * 2 + 5);
/// The most pages that are remembered: beyond, somebody makes them up.
const PAGES_MAX: usize = 2_000;
/// How long to wait before listening again when the database is away.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// A stream ends after this long and the browser opens the next: whoever may no longer read is then refused.
const STREAM_MAX: Duration = Duration::from_secs(600);

impl Live {
    /// Begins to listen to a database.
    pub fn of(store: Store) -> Self {
        let (tell_newest, newest) = watch::channel(0);
        let (tell_looking, looking) = watch::channel(Lookers::default());
        let listening = tokio::spawn(async move {
            loop {
                let Err(error) = hear(&store, &tell_newest, &tell_looking).await;
                tracing::warn!(error = %error, "the news of the database are not heard; listening again");
                tokio::time::sleep(AGAIN_AFTER).await;
            }
        });
        Self { newest, looking, listening: Arc::new(StopsWhenDropped(listening.abort_handle())) }
    }

    /// Ends every stream: a server that stops would wait for them.
    pub fn end(&self) {
        self.listening.0.abort();
    }
}

/// Hears the news until the database is away.
async fn hear(
    store: &Store,
    newest: &watch::Sender<i64>,
    looking: &watch::Sender<Lookers>,
) -> Result<Infallible, store::StoreError> {
    let mut listener = store.listen().await?;
    let mut pages: HashMap<String, (Looking, Instant)> = HashMap::new();
    let mut sweep = tokio::time::interval(GONE_AFTER / 2);
    // The clock itself: it goes back when the database was restored from a copy.
    let at = |seq: i64| newest.send_if_modified(|newest| std::mem::replace(newest, seq) != seq);
    // What happened before we listened.
    at(store.change_seq().await?);
    loop {
        let news = tokio::select! {
            news = listener.next() => Some(news?),
            _ = sweep.tick() => None,
        };
        match news {
            Some(News::Changed(seq)) => {
                at(seq);
            }
            Some(News::Missed) => {
                at(store.change_seq().await?);
            }
            Some(News::Looking(told)) if pages.len() < PAGES_MAX || pages.contains_key(&told.page) => {
                pages.insert(told.page.clone(), (told, Instant::now()));
            }
            Some(News::Looking(_)) | None => {}
        }
        pages.retain(|_, (told, heard)| told.finding.is_some() && heard.elapsed() < GONE_AFTER);
        let mut lookers: BTreeMap<i64, BTreeSet<(String, String)>> = BTreeMap::new();
        for (told, _) in pages.values() {
            if let Some(finding) = told.finding {
                lookers.entry(finding).or_default().insert((told.page.clone(), told.name.clone()));
            }
        }
        looking.send_if_modified(|before| {
            let changed = **before != lookers;
            if changed {
                *before = Arc::new(lookers);
            }
            changed
        });
    }
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/triage/news", get(news))
}

/// Two kinds of event: `change` with the number of the last change, at once and after each; `looking` with
/// the number of pages that show a finding, then a line `FINDING PAGE NAME` for each. Names go to those who signed in.
async fn news(
    State(AppState { live, .. }): State<AppState>,
    user: Option<Extension<CurrentUser>>,
) -> impl IntoResponse {
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(SAID_AGAIN_S));
    Sse::new(events(live, user.is_some())).keep_alive(keep_alive)
}

fn events(
    Live { mut newest, mut looking, listening }: Live,
    with_names: bool,
) -> impl Stream<Item = Result<Event, Infallible>> {
    newest.mark_changed();
    looking.mark_changed();
    let ends = Instant::now() + STREAM_MAX;
    stream::unfold((newest, looking, listening), move |(mut newest, mut looking, listening)| async move {
        let event = tokio::select! {
            changed = newest.changed() => {
                // Nobody hears the news any more: the server stops.
                changed.ok()?;
                let seq = newest.borrow_and_update().to_string();
                Event::default().event("change").id(&seq).data(seq)
            }
            changed = looking.changed(), if with_names => {
                changed.ok()?;
                let lookers = Arc::clone(&looking.borrow_and_update());
                let of = |(finding, pages): (&i64, &BTreeSet<(String, String)>)| {
                    pages.iter().map(|(page, name)| format!("{finding} {page} {name}")).collect::<Vec<_>>()
                };
                let mut lines: Vec<String> = lookers.iter().flat_map(of).collect();
                // An event without data is none to a browser.
                lines.insert(0, lines.len().to_string());
                Event::default().event("looking").data(lines.join("\n"))
            }
            () = tokio::time::sleep_until(ends) => return None,
        };
        Some((Ok(event), (newest, looking, listening)))
    })
}
