//! What is begun for a reader is made to its end, though the reader leaves.
//!
//! A page is rendered by several tasks that share its values. Dropped in the middle, the page takes them from under the others:
//! they panic, or wait for each other for ever, and each that waits takes one of the few threads with it. What a person decided
//! is done as well, whether the answer reaches them or not.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tracing::Instrument as _;

/// How long an answer is made, at most (our own choice: twice as long as anybody waits). By then it waits for a database that does not
/// answer, and what it holds is wanted by others.
const MAKING_MAX: Duration = Duration::from_secs(60);

/// Has the request answered by a task of its own.
pub(super) async fn answer(request: Request, next: Next) -> Response {
    let made = tokio::time::timeout(MAKING_MAX, next.run(request));
    match tokio::spawn(made.in_current_span()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(ended) => match ended.try_into_panic() {
            // Told and logged where all panics are.
            Ok(panic) => std::panic::resume_unwind(panic),
            // The program ends.
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
    }
}
