//! The drawings of the efficiency page, each as a file.

use app::api::efficiency::chart;
use app::error::AppError;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, Uri, header};

use super::AppState;

/// `/efficiency/chart/owners.svg?window=2022-W10`: the parameters are those of the page.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/efficiency/chart/{file}", get(drawing))
}

async fn drawing(
    State(AppState { store, clock, .. }): State<AppState>,
    Path(file): Path<String>,
    uri: Uri,
) -> Response {
    let Some(name) = file.strip_suffix(".svg") else { return StatusCode::NOT_FOUND.into_response() };
    match chart(&store, (clock.0)(), name, uri.query().unwrap_or_default()).await {
        Ok(Some(svg)) => {
            let mut response = svg.into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
            if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"shiftdesk-{name}.svg\"")) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            }
            response
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => refused(&error),
    }
}

fn refused(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.to_string()).into_response()
}
