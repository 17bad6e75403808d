//! What went wrong, as a program is told: `{"error": {"kind": …, "message": …}}` under the right status.

use app::error::AppError;
use axum::Json;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

/// Why a question was not answered: the same cases as on a page, where they were also logged, in words for a program.
#[derive(Debug)]
pub(super) struct Problem(AppError);

/// The body of an answer that is none.
#[derive(Serialize, ToSchema)]
pub(super) struct ErrorBody {
    error: ErrorDetail,
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
pub(super) struct ErrorDetail {
    /// For the program.
    kind: ErrorKind,
    /// For whoever reads its log.
    message: String,
    /// The parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// What the operator finds the cause under.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
}

/// What kind of problem it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ErrorKind {
    /// 400: a parameter is wrong.
    Invalid,
    /// 401: no token, or one that is no longer good.
    SignInNeeded,
    /// 403: the account's role does not include this.
    Forbidden,
    /// 404: it does not exist.
    NotFound,
    /// 405: the address does not take this method.
    NotAllowed,
    /// 409: somebody changed it meanwhile.
    Conflict,
    /// 413: the request is larger than any question here.
    TooLarge,
    /// 503: try again later.
    Unavailable,
    /// 500: something that should not happen.
    Internal,
}

impl Problem {
    /// A parameter is wrong; the message is a sentence without its full stop.
    pub(super) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self(AppError::Invalid { field: field.to_owned(), message: message.into() })
    }

    /// A file that could not be made; why is in the log.
    pub(super) fn unwritten() -> Self {
        Self(AppError::Internal { ticket: "export".to_owned() })
    }

    /// There is no such thing.
    pub(super) fn not_found(what: impl Into<String>) -> Self {
        Self(AppError::NotFound { what: what.into() })
    }
}

/// The pages' own conversion: it logs the whole chain, once.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self(AppError::from(error))
    }
}

/// What a page is told about the same failure.
impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let ticket = self.0.ticket().map(str::to_owned);
        let (status, kind, message, field) = match self.0 {
            AppError::Invalid { field, message } => (StatusCode::BAD_REQUEST, ErrorKind::Invalid, message, Some(field)),
            AppError::NotFound { what } => {
                (StatusCode::NOT_FOUND, ErrorKind::NotFound, format!("there is no {what}"), None)
            }
            AppError::Unavailable { .. } | AppError::Unreachable => {
                let message = "the database does not answer; try again in a minute".to_owned();
                (StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Unavailable, message, None)
            }
            AppError::SignInNeeded => {
                let message = "this needs an account: send `Authorization: Bearer TOKEN`".to_owned();
                (StatusCode::UNAUTHORIZED, ErrorKind::SignInNeeded, message, None)
            }
            AppError::Forbidden => {
                let message = "the role of this account does not include this".to_owned();
                (StatusCode::FORBIDDEN, ErrorKind::Forbidden, message, None)
            }
            AppError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, ErrorKind::TooLarge, TOO_LARGE.to_owned(), None),
            AppError::Conflict => {
                let message = "somebody changed it meanwhile; read it again".to_owned();
                (StatusCode::CONFLICT, ErrorKind::Conflict, message, None)
            }
            AppError::Internal { .. } => {
                let message = "this could not be read; the operator finds the cause under the ticket".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Internal, message, None)
            }
        };
        answer(status, ErrorDetail { kind, message, field, ticket })
    }
}

fn answer(status: StatusCode, error: ErrorDetail) -> Response {
    (status, Json(ErrorBody { error })).into_response()
}

/// Says what went wrong before or after a handler, such as a wrong method, too large a body or too long a wait, as the handlers
/// say it. Every other answer goes through as it is.
pub(crate) async fn of_the_way(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_of_the_api = path == "/api" || path.starts_with("/api/");
    let request_id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let response = next.run(request).await;
    let status = response.status();
    let is_told = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !is_of_the_api || is_told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (kind, message) = match status {
        StatusCode::NOT_FOUND => (ErrorKind::NotFound, NO_SUCH_ADDRESS),
        StatusCode::METHOD_NOT_ALLOWED => (ErrorKind::NotAllowed, "this address does not take this method"),
        StatusCode::PAYLOAD_TOO_LARGE => (ErrorKind::TooLarge, TOO_LARGE),
        StatusCode::SERVICE_UNAVAILABLE => (ErrorKind::Unavailable, "the answer took too long; ask for less of it"),
        _ if status.is_client_error() => (ErrorKind::Invalid, "the request could not be read"),
        _ => (ErrorKind::Internal, "this could not be read; the operator finds the cause under the ticket"),
    };
    let ticket = request_id.filter(|_| status.is_server_error());
    let mut told = answer(status, ErrorDetail { kind, message: message.to_owned(), field: None, ticket });
    if let Some(methods) = response.headers().get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, methods.clone());
    }
    told
}

/// For a body beyond the limit.
const TOO_LARGE: &str = "the request is larger than any question here";

/// For an address that is none.
const NO_SUCH_ADDRESS: &str = "there is no such address in the API; /api/v1/openapi.json lists them all";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]

    use std::time::Duration;

    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware;
    use axum::routing::get;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;
    use tower_http::timeout::TimeoutLayer;

    use super::*;

    #[expect(clippy::panic, reason = "that is what it is for")]
    async fn broken() -> StatusCode {
        panic!("on purpose")
    }

    /// A server whose patience ends at once.
    fn server() -> Router {
        let slow = || tokio::time::sleep(Duration::from_secs(60));
        Router::new()
            .route("/api/v1/slow", get(slow))
            .route("/triage", get(slow))
            .route("/api/v1/broken", get(broken))
            .layer(CatchPanicLayer::new())
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_millis(5)))
            .layer(middleware::from_fn(of_the_way))
    }

    async fn ask(path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header("x-request-id", "r1").body(Body::empty()).unwrap();
        let response = server().oneshot(request).await.unwrap();
        let status = response.status();
        (status, String::from_utf8(to_bytes(response.into_body(), 10_000).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn who_waits_too_long_or_meets_a_panic_is_told_in_json_with_a_ticket() {
        let (status, body) = ask("/api/v1/slow").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains(r#""kind":"unavailable""#) && body.contains(r#""ticket":"r1""#), "{body}");
        let (status, body) = ask("/api/v1/broken").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body.contains(r#""kind":"internal""#) && body.contains(r#""ticket":"r1""#), "{body}");
    }

    #[tokio::test]
    async fn a_page_is_left_alone() {
        assert_eq!(ask("/triage").await, (StatusCode::SERVICE_UNAVAILABLE, String::new()));
    }
}
