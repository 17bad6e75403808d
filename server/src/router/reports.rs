//! The PDF of a report, byte for byte as it was made.

use app::error::AppError;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::report::in_a_file_name;
use http::{HeaderValue, StatusCode, header};

use super::{AppState, drawings};

/// `/efficiency/reports/12/report.pdf`.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/efficiency/reports/{id}/report.pdf", get(pdf))
}

async fn pdf(State(AppState { store, .. }): State<AppState>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<i64>() else { return StatusCode::NOT_FOUND.into_response() };
    match store.report_pdf(id).await {
        Ok(Some((pdf, window))) => {
            let mut response = pdf.into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
            let window = in_a_file_name(&window);
            let name = format!("inline; filename=\"shiftdesk-report-{window}.pdf\"");
            if let Ok(name) = HeaderValue::from_str(&name) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            }
            response
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => drawings::refused(&AppError::from(error)),
    }
}
