//! The PDF of a report, byte for byte as it was made.

use app::error::AppError;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};

use super::AppState;

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
            let window: String = window.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            let name = format!("inline; filename=\"shiftdesk-report-{window}.pdf\"");
            if let Ok(name) = HeaderValue::from_str(&name) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            }
            response
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            let error = AppError::from(error);
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}
