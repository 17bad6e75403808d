//! Who is asking the API: by the cookie of a page, or by a token.

use std::convert::Infallible;

use app::api::person::CurrentUser;
use app::error::AppError;
use axum::extract::FromRequestParts;
use domain::people::Right;
use http::request::Parts;
use store::Signed;

use super::problem::Problem;

/// Whoever sent the request. A handler that changes something takes it as an argument and begins with [`Person::allowed`].
pub(super) struct Person {
    user: Option<CurrentUser>,
    signed: Option<Signed>,
}

impl Person {
    /// The account's name, if somebody is signed in.
    pub(super) fn name(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.name.as_str())
    }

    /// The person, if they are signed in and hold the right.
    pub(super) fn allowed(self, right: Right) -> Result<CurrentUser, Problem> {
        Ok(self.user.ok_or(AppError::SignInNeeded)?.with_right(right)?)
    }

    /// Their account, for what people keep for themselves.
    pub(super) fn signed(self) -> Result<Signed, Problem> {
        Ok(self.signed.ok_or(AppError::SignInNeeded)?)
    }
}

impl<S: Sync> FromRequestParts<S> for Person {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self { user: parts.extensions.get().cloned(), signed: parts.extensions.get().cloned() })
    }
}
