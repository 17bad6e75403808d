//! Makes the weekly report when it is due.

use std::convert::Infallible;
use std::time::Duration;

use app::api::reports::make;
use domain::efficiency::window::Window;
use domain::report::reported_week;
use domain::time::Instant;
use store::{ReportOf, Store};

use super::typesetting;

/// How often it is asked whether a report is due: nobody waits for the second.
const ASKED_EVERY: Duration = Duration::from_secs(30);

/// Makes each report that is due, for as long as the server runs. Of several servers on one database one makes it: the database
/// keeps the first for each time.
pub async fn keep_making(store: Store, now: fn() -> Instant) -> Infallible {
    let mut ticks = tokio::time::interval(ASKED_EVERY);
    loop {
        ticks.tick().await;
        make_if_due(&store, now()).await;
    }
}

async fn make_if_due(store: &Store, now: Instant) {
    let due = match store.report_due(now).await {
        Ok(Some(due)) => due,
        Ok(None) => return,
        // Asked again in a minute; that the database is away is told by whoever needs it.
        Err(error) => return tracing::warn!(%error, "whether a report is due could not be read"),
    };
    let Some(week) = reported_week(due) else { return };
    match make(store, now, typesetting(), &Window::Week(week), &ReportOf::Schedule(due), true).await {
        Ok(Some(id)) => tracing::info!(id, %week, "the weekly report is made"),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, %week, "the weekly report could not be made and is tried again"),
    }
}
