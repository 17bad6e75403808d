//! `/f/12`: an address of a finding that is short enough to be read aloud.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{AppState, not_found};

/// Leads to the finding on the triage page; what is no number leads nowhere.
pub(super) async fn finding(state: State<AppState>, Path(id): Path<String>, request: Request) -> Response {
    match id.parse::<i64>() {
        Ok(id) if id > 0 => Redirect::to(&format!("/triage?finding={id}")).into_response(),
        _ => not_found(state, request).await,
    }
}
