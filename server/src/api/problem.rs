//! What went wrong, as a program is told: `{"error": {"kind": …, "message": …}}` under the right status.

use app::error::AppError;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
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
            // Nobody can cause a conflict by reading, which is all that can be done here.
            AppError::Internal { .. } | AppError::Conflict => {
                let message = "this could not be read; the operator finds the cause under the ticket".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Internal, message, None)
            }
        };
        (status, Json(ErrorBody { error: ErrorDetail { kind, message, field, ticket } })).into_response()
    }
}
