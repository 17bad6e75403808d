//! Rows that did not load.

use axum::Json;
use axum::extract::State;
use http::Uri;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

use super::parameters::Parameters;
use super::problem::{ErrorBody, Problem};

/// A row that did not load.
#[derive(Serialize, ToSchema)]
pub(super) struct Row {
    /// Its number in the quarantine.
    id: i64,
    /// The file's name.
    file: String,
    /// Where it lay when it was loaded.
    path: String,
    /// The physical line where the record starts; the header is line 1.
    line: i64,
    /// The bad column, or empty when the whole row is wrong.
    column: String,
    /// The field as it stood, shortened.
    value: String,
    /// A sentence.
    why: String,
    /// When the load that found it began.
    loaded_at: String,
}

/// A part of the quarantine.
#[derive(Serialize, ToSchema)]
pub(super) struct Quarantine {
    /// Newest load first, within a load by file and line.
    rows: Vec<Row>,
    /// How many there are on all parts.
    n_rows: i64,
}

/// Rows that did not load, with the reason.
#[utoipa::path(
    get,
    path = "/quarantine",
    tag = "quarantine",
    params(
        ("offset" = Option<i64>, Query, description = "How many to leave out, 0 to 1,000,000"),
        ("limit" = Option<i64>, Query, description = "How many at most, 1 to 1,000; 100 unless given"),
    ),
    responses(
        (status = 200, body = Quarantine),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn list(State(store): State<Store>, uri: Uri) -> Result<Json<Quarantine>, Problem> {
    let mut parameters = Parameters::of(&uri)?;
    let slice = parameters.slice()?;
    parameters.finish()?;
    let page = store.quarantine(slice.offset, slice.limit).await?;
    let rows = page.rows.into_iter().map(|row| Row {
        id: row.id,
        file: row.file,
        path: row.path,
        line: row.line,
        column: row.column,
        value: row.value,
        why: row.why,
        loaded_at: row.loaded_at.to_string(),
    });
    Ok(Json(Quarantine { rows: rows.collect(), n_rows: page.n_rows }))
}
