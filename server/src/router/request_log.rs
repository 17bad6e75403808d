//! One line of the log per request, and an id that ties every other line of it together.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Instrument as _;

/// Comes in from a proxy that has one, goes out always.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over \[bytes\].
const ID_MAX_BYTES: usize = 64;

/// Puts everything that is logged while the request is answered under its id, and logs how it ended.
pub(super) async fn log(mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = given(request.headers()).unwrap_or_else(fresh);
    // A link that sets a password is a secret: who reads the log must not be able to use it.
    let path = match request.uri().path() {
        path if path.starts_with("/set-password/") => "/set-password/…".to_owned(),
        path => path.to_owned(),
    };
    let header = HeaderValue::from_str(&id);
    if let Ok(header) = &header {
        // Pages hand it to the reader as the ticket of a failure.
        request.headers_mut().insert(REQUEST_ID, header.clone());
    }
    let span = tracing::info_span!("request", id, method = %request.method(), path);
    async move {
        let mut response = next.run(request).await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        // Who watches a page wants to see pages; files and probes are asked for all the time.
        if path.starts_with("/pkg/") || matches!(path.as_str(), "/healthz" | "/readyz") {
            tracing::debug!(status, duration_ms, "answered");
        } else {
            tracing::info!(status, duration_ms, "answered");
        }
        if let Ok(header) = header {
            response.headers_mut().insert(REQUEST_ID, header);
        }
        response
    }
    .instrument(span)
    .await
}

/// The id that the request came with, if it can stand in a line of the log: anybody can send one.
fn given(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ((1..=ID_MAX_BYTES).contains(&id.len()) && id.chars().all(legal)).then(|| id.to_owned())
}

/// When the program began, and the number of the request since: never twice, and in order.
fn fresh() -> String {
    static BEGAN: LazyLock<u64> = LazyLock::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_micros()).unwrap_or_default()
    });
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    format!("{:x}-{:x}", *BEGAN, NUMBER.fetch_add(1, Ordering::Relaxed))
}
