//! All findings as bytes, for the browser's own copy of the board: whole once, and what changed since after that.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use store::{Store, StoreError};
use tokio::sync::Mutex;

use super::AppState;
use super::compressed::{bytes_or_sentence, compressed, tagged, tagged_brotli, takes_brotli};

/// How hard brotli tries, of 0 to 11: our own choice between the wait of the first who asks and the bytes of all.
const QUALITY: u32 = 5;

/// The last snapshot that was compressed, and its tag.
type Kept = Arc<Mutex<Option<(HeaderValue, Bytes)>>>;

#[derive(Deserialize)]
struct Since {
    /// What changed after the change of that number; all there is when it is absent.
    since: Option<i64>,
}

/// `/triage/snapshot`.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/triage/snapshot", get(snapshot)).layer(Extension(Kept::default()))
}

async fn snapshot(
    State(store): State<Store>,
    Extension(kept): Extension<Kept>,
    Query(Since { since }): Query<Since>,
    headers: HeaderMap,
) -> Response {
    let answer = match since {
        Some(seq) => changes(&store, seq).await,
        None => whole(&store, &kept, &headers).await,
    };
    bytes_or_sentence(answer)
}

async fn changes(store: &Store, seq: i64) -> Result<Response, StoreError> {
    let since = store.changed_since(seq).await?;
    Ok(since.columns.write_snapshot(since.seq).into_response())
}

/// Compressed once for each state of the findings, whoever asks for it.
async fn whole(store: &Store, kept: &Kept, headers: &HeaderMap) -> Result<Response, StoreError> {
    let tag = |seq: i64, as_of: String| HeaderValue::from_str(&format!("\"{seq}-{as_of}\""));
    let stands = store.asked_with_seq(|columns, seq| (seq, columns.standing().as_of)).await?;
    let told =
        |as_of: Option<domain::time::Instant>| as_of.map_or_else(String::new, |at| at.unix_seconds().to_string());
    let current = tag(stands.0, told(stands.1)).ok();
    let known = headers.get(header::IF_NONE_MATCH);
    if current.is_some() && known == current.as_ref() {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), current));
    }
    if !takes_brotli(headers) {
        let bytes = store.asked_with_seq(|columns, seq| columns.write_snapshot(seq)).await?;
        return Ok(tagged(bytes.into_response(), current));
    }
    // Whoever comes while it is being compressed waits for that.
    let mut kept = kept.lock().await;
    let compressed = match &*kept {
        Some((tag, bytes)) if Some(tag) == current.as_ref() => bytes.clone(),
        _ => {
            let (bytes, seq, as_of) = store
                .asked_with_seq(|columns, seq| (columns.write_snapshot(seq), seq, columns.standing().as_of))
                .await?;
            let compressed = tokio::task::spawn_blocking(move || compressed(&bytes, QUALITY)).await;
            let Ok(Ok(compressed)) = compressed else {
                return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response());
            };
            if let Ok(tag) = tag(seq, told(as_of)) {
                *kept = Some((tag, compressed.clone()));
            }
            compressed
        }
    };
    let tag = kept.as_ref().map(|(tag, _)| tag.clone());
    Ok(tagged_brotli(compressed, tag))
}
