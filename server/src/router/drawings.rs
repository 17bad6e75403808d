//! The drawings of the efficiency page, each as a file.

use app::api::efficiency::chart;
use app::error::AppError;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, Uri, header};

use super::AppState;
use super::png::png;

/// `/efficiency/chart/owners.svg?window=2022-W10`, or `.png`: the parameters are those of the page.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/efficiency/chart/{file}", get(drawing))
}

async fn drawing(
    State(AppState { store, clock, .. }): State<AppState>,
    Path(file): Path<String>,
    uri: Uri,
) -> Response {
    let Some((name, extension @ ("svg" | "png"))) = file.rsplit_once('.') else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let svg = match chart(&store, (clock.0)(), name, uri.query().unwrap_or_default()).await {
        Ok(Some(svg)) => svg,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return refused(&error),
    };
    if extension == "svg" {
        return file_of(svg.into_response(), name, "svg", "image/svg+xml");
    }
    // Some hundred thousand dots: beside the threads that answer requests.
    match tokio::task::spawn_blocking(move || png(&svg)).await {
        Ok(Ok(png)) => file_of(png.into_response(), name, "png", "image/png"),
        failed => {
            let why = failed
                .map_or_else(|error| error.to_string(), |made| made.err().map_or_else(String::new, |e| e.to_string()));
            tracing::error!(name, why, "a drawing could not be made a PNG");
            refused(&AppError::Internal { ticket: name.to_owned() })
        }
    }
}

fn file_of(mut response: Response, name: &str, extension: &str, media_type: &'static str) -> Response {
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"shiftdesk-{name}.{extension}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// The sentence of an error, for who asked for a file.
pub(super) fn refused(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.to_string()).into_response()
}
