//! The list of findings as a file.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use http::{HeaderValue, Uri, header};
use store::Store;

use super::findings::Finding;
use super::parameters::Parameters;
use super::person::Person;
use super::problem::{ErrorBody, Problem};
use crate::export::{Format, export};
use crate::router::AppState;

/// Findings as CSV, safe to open in a spreadsheet: a text that begins like a formula has an apostrophe before it.
///
/// All that pass the filter, whatever their number: the parameters are those of `/findings` without `offset` and `limit`. Times
/// are UTC, hours have 4 decimals, an empty cell is missing.
#[utoipa::path(
    get,
    path = "/findings.csv",
    tag = "findings",
    responses(
        (status = 200, body = String, content_type = "text/csv", description = "The file"),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn csv(State(state): State<AppState>, person: Person, uri: Uri) -> Result<Response, Problem> {
    file(state, &person, &uri, Format::Csv).await
}

/// Findings as Parquet: times as UTC timestamps, hours as doubles, texts as they are, nulls where something is missing.
///
/// All that pass the filter, whatever their number: the parameters are those of `/findings` without `offset` and `limit`.
#[utoipa::path(
    get,
    path = "/findings.parquet",
    tag = "findings",
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/vnd.apache.parquet", description = "The file"),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn parquet(State(state): State<AppState>, person: Person, uri: Uri) -> Result<Response, Problem> {
    file(state, &person, &uri, Format::Parquet).await
}

/// Findings as one JSON array of what `/findings` lists, a line each.
///
/// All that pass the filter, whatever their number: the parameters are those of `/findings` without `offset` and `limit`.
#[utoipa::path(
    get,
    path = "/findings.json",
    tag = "findings",
    responses(
        (status = 200, body = Vec<Finding>, description = "The file"),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn json(State(state): State<AppState>, person: Person, uri: Uri) -> Result<Response, Problem> {
    file(state, &person, &uri, Format::Json).await
}

/// Which findings is settled before the answer begins, so that a wrong question or a dead database is an honest status. What
/// fails later can only break the file off, and a broken transfer is how the reader learns that it is not whole.
async fn file(state: AppState, person: &Person, uri: &Uri, format: Format) -> Result<Response, Problem> {
    let query = Parameters::of(uri)?.findings()?;
    let now = (state.clock.0)().to_string();
    let matching = matching(&state.store, &query, person).await?;
    let pieces = export(state.store, matching, format).inspect(move |piece| {
        if let Err(error) = piece {
            tracing::error!(%error, extension = format.extension(), "an export broke off");
        }
    });
    // 2022-03-14T00:00:00Z as 20220314T000000Z: a colon is no character for the name of a file.
    let now: String = now.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let name = format!("attachment; filename=\"shiftdesk-findings-{now}.{}\"", format.extension());
    let mut response = Body::from_stream(pieces).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// The numbers of all findings that pass the filter, in the order asked for.
async fn matching(store: &Store, query: &app::query::TriageQuery, person: &Person) -> Result<Vec<i64>, Problem> {
    let ids = store.asked(|columns| {
        let view = columns.view(&query.filter, &query.order, person.name());
        view.rows(columns, 0, usize::MAX).into_iter().filter_map(|place| columns.id(place)).collect()
    });
    Ok(ids.await?)
}
