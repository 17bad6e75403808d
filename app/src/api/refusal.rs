//! The one place where a failure stops: logged once with its whole chain, handed on as a sentence with a ticket.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::time::Instant;
use http::StatusCode;
use http::request::Parts;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use store::{AccountError, Store, StoreError};

use super::server_now;
use crate::error::AppError;

/// The store of this request.
pub(crate) fn store() -> Result<Store, AppError> {
    use_context::<Store>().ok_or_else(|| internal("the request has no store in its context"))
}

/// The time of this request.
pub(super) fn now() -> Result<Instant, AppError> {
    server_now().ok_or_else(|| internal("the request has no clock in its context"))
}

/// What was typed into this field is wrong, and why.
pub(super) fn invalid<E: std::fmt::Display>(field: &'static str) -> impl Fn(E) -> AppError {
    move |why| AppError::Invalid { field: field.to_owned(), message: why.to_string() }
}

/// Gives the answer the HTTP status of its error; without this every failed server function would be a 500.
pub(crate) fn answered<T>(answer: Result<T, AppError>) -> Result<T, AppError> {
    answer.inspect_err(set_status)
}

/// Gives the response of this request the status of an error.
pub(crate) fn set_status(error: &AppError) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        let ticket = ticket();
        tracing::error!(ticket, error = chain(&error), "a page could not be read");
        if error.is_outage() { Self::Unavailable { ticket } } else { Self::Internal { ticket } }
    }
}

impl From<AccountError> for AppError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Changed => Self::Conflict,
            AccountError::Absent => Self::NotFound { what: error.to_string() },
            AccountError::NameTaken => invalid("Login name")(error),
            AccountError::LastAdmin => invalid("Role")(error),
            AccountError::WrongPassword => invalid("Present password")(error),
            AccountError::Store(error) => error.into(),
        }
    }
}

fn internal(what: &str) -> AppError {
    let ticket = ticket();
    tracing::error!(ticket, error = what, "a page could not be read");
    AppError::Internal { ticket }
}

/// The request's own id where it has one, so that the ticket leads to every line of its log; else a number of this process.
fn ticket() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let request_id = use_context::<Parts>()
        .and_then(|parts| parts.headers.get("x-request-id").and_then(|id| id.to_str().ok().map(str::to_owned)));
    request_id.unwrap_or_else(|| format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source()).map(|cause| format!(": {cause}"));
    std::iter::once(error.to_string()).chain(causes).collect()
}
