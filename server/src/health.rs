//! Is it alive, and can it work: two questions that whoever runs the server asks every few seconds.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::json;
use store::Store;

use crate::router::AppState;

/// How long the database may take to answer before it counts as down \[s\].
const DATABASE_ANSWERS_S: u64 = 2;

/// `/healthz` and `/readyz`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready))
}

/// 200 when the database answers and has every migration, else 503 with a sentence.
async fn ready(State(store): State<Store>) -> Response {
    let why = match tokio::time::timeout(Duration::from_secs(DATABASE_ANSWERS_S), store.is_ready()).await {
        Ok(Ok(())) => return Json(json!({ "ready": true })).into_response(),
        // An address or a host name is the operator's business, not every visitor's: the log has the whole story.
        Ok(Err(error @ store::StoreError::NotMigrated { .. })) => error.to_string(),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            "the database does not answer".to_owned()
        }
        Err(_) => format!("the database has not answered for {DATABASE_ANSWERS_S} s"),
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "why": why }))).into_response()
}
