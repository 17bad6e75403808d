//! Who is asking. Every server function that changes something begins with [`allowed`].

use codee::binary::PostcardCodec;
#[cfg(feature = "ssr")]
use domain::people::Right;
use domain::people::Role;
use domain::saved_view::BeginsWith;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The person behind a request, put into its extensions by the server once the session or the API token is known to be good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The account's login name, as it is written into the audit trail.
    pub name: String,
    /// What the account is for.
    pub role: Role,
}

/// Whoever looks at a page, and what every page has to know about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// Who they are, once they have signed in.
    pub user: Option<CurrentUser>,
    /// Whether keys without Ctrl or Alt do something.
    pub single_key_shortcuts: bool,
    /// The query strings that pages begin with for them.
    pub begins_with: BeginsWith,
    /// Whether the log is simulated and the accounts are open.
    pub demo: bool,
}

impl Default for Visitor {
    fn default() -> Self {
        Self { user: None, single_key_shortcuts: true, begins_with: BeginsWith::default(), demo: false }
    }
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
    let parts = use_context::<http::request::Parts>()?;
    parts.extensions.get::<CurrentUser>().cloned()
}

/// The person who asks, if they are signed in and hold the right. Call it inside each server function that changes anything:
/// an address is a public door, whatever the page before it showed.
#[cfg(feature = "ssr")]
pub fn allowed(right: Right) -> Result<CurrentUser, AppError> {
    current().ok_or(AppError::SignInNeeded)?.with_right(right)
}

/// The account and the session of the person who asks, for what people do about themselves.
#[cfg(feature = "ssr")]
pub(super) fn signed() -> Result<store::Signed, AppError> {
    let parts = use_context::<http::request::Parts>().ok_or(AppError::SignInNeeded)?;
    parts.extensions.get::<store::Signed>().cloned().ok_or(AppError::SignInNeeded)
}

/// Whoever asks, as of now.
#[server(prefix = "/_fn", endpoint = "visitor", input = GetUrl, output = Postcard)]
pub async fn who_am_i() -> Result<Visitor, AppError> {
    Ok(of_request())
}

#[cfg(feature = "ssr")]
fn of_request() -> Visitor {
    use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get().cloned()).unwrap_or_default()
}

/// Makes the visitor known to everything on the page, as the server knew them when it made the page. [`use_visitor`] reads it.
pub fn provide_visitor() {
    let visitor = SharedValue::<_, PostcardCodec>::new_with_encoding(|| {
        #[cfg(feature = "ssr")]
        return of_request();
        #[cfg(not(feature = "ssr"))]
        return Visitor::default();
    });
    provide_context(RwSignal::new(visitor.into_inner()));
}

/// Whoever looks at this page. It changes when they sign in again without leaving it.
pub fn use_visitor() -> RwSignal<Visitor> {
    use_context().unwrap_or_else(|| RwSignal::new(Visitor::default()))
}
