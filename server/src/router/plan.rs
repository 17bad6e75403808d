//! What the plan's page ranks by, as bytes: the blocks, compressed once for each state of the log, and the observatory as of now.

use std::sync::Arc;

use app::api::Clock;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::plan::wire::{write_blocks, write_observatory};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use store::{Store, StoreError};
use tokio::sync::Mutex;

use super::AppState;
use super::compressed::{bytes_or_sentence, compressed, tagged, tagged_brotli, takes_brotli};

/// How hard brotli tries, of 0 to 11: as for the findings.
const QUALITY: u32 = 5;

/// The blocks that were compressed last, and their edition.
type Kept = Arc<Mutex<Option<(String, Bytes)>>>;

/// `/plan/blocks` and `/plan/observatory`.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/plan/blocks", get(blocks))
        .route("/plan/observatory", get(observatory))
        .layer(Extension(Kept::default()))
}

async fn blocks(State(store): State<Store>, Extension(kept): Extension<Kept>, headers: HeaderMap) -> Response {
    bytes_or_sentence(written_blocks(&store, &kept, &headers).await)
}

/// Which time a list is asked for.
#[derive(Deserialize)]
struct At {
    at: Option<String>,
}

async fn observatory(State(store): State<Store>, State(clock): State<Clock>, Query(At { at }): Query<At>) -> Response {
    // What is no time is told by the page; here it is the observatory of now.
    let at = at.and_then(|at| domain::triage::filter::instant(&at).ok());
    let written = async || {
        let book = store.book().await?;
        let observatory = store.observatory(&book, (clock.0)(), at).await?;
        Ok(write_observatory(&book.edition, &observatory).into_response())
    };
    bytes_or_sentence(written().await)
}

async fn written_blocks(store: &Store, kept: &Kept, headers: &HeaderMap) -> Result<Response, StoreError> {
    let book = store.book().await?;
    let tag = HeaderValue::from_str(&format!("\"blocks-{}\"", book.edition)).ok();
    if tag.is_some() && headers.get(header::IF_NONE_MATCH) == tag.as_ref() {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), tag));
    }
    if !takes_brotli(headers) {
        return Ok(tagged(write_blocks(&book.blocks).into_response(), tag));
    }
    // Whoever comes while they are being compressed waits for that.
    let mut kept = kept.lock().await;
    let bytes = match &*kept {
        Some((edition, bytes)) if *edition == book.edition => bytes.clone(),
        _ => {
            let of = Arc::clone(&book);
            let made = tokio::task::spawn_blocking(move || compressed(&write_blocks(&of.blocks), QUALITY)).await;
            let Ok(Ok(bytes)) = made else { return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()) };
            *kept = Some((book.edition.clone(), bytes.clone()));
            bytes
        }
    };
    Ok(tagged_brotli(bytes, tag))
}
