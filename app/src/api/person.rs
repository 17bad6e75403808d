//! Who is asking. Every server function that changes something begins with [`allowed`].

#[cfg(feature = "ssr")]
use domain::people::Right;
use domain::people::Role;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::error::AppError;

/// The person behind a request, put into its extensions by the server once the session or the API token is known to be good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The account's login name, as it is written into the audit trail.
    pub name: String,
    /// What the account is for.
    pub role: Role,
}

impl CurrentUser {
    /// This person, if they hold the right.
    #[cfg(feature = "ssr")]
    pub fn with_right(self, right: Right) -> Result<Self, AppError> {
        if self.role.may(right) { Ok(self) } else { Err(AppError::Forbidden) }
    }
}

/// Who is signed in; `None` for a visitor.
#[cfg(feature = "ssr")]
pub fn current() -> Option<CurrentUser> {
    let parts = leptos::prelude::use_context::<http::request::Parts>()?;
    parts.extensions.get::<CurrentUser>().cloned()
}

/// The person who asks, if they are signed in and hold the right. Call it inside each server function that changes anything:
/// an address is a public door, whatever the page before it showed.
#[cfg(feature = "ssr")]
pub fn allowed(right: Right) -> Result<CurrentUser, AppError> {
    current().ok_or(AppError::SignInNeeded)?.with_right(right)
}
