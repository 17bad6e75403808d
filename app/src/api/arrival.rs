//! How a request came in: by which scheme, from where, and from what.

use std::net::IpAddr;

use http::header;
use http::request::Parts;
use leptos::prelude::use_context;

/// What the server found out about a request's way, put into its extensions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Whether the browser spoke TLS, to us or to the proxy before us.
    pub https: bool,
    /// Whose request it is; `None` where nobody can tell.
    pub address: Option<IpAddr>,
}

/// The way of this request.
pub(super) fn arrival() -> Arrival {
    use_context::<Parts>().and_then(|parts| parts.extensions.get().copied()).unwrap_or_default()
}

/// What the browser says it is.
pub(super) fn agent() -> String {
    header(header::USER_AGENT).unwrap_or_default()
}

/// Whether the answer is to be a page: a form was sent by the browser itself, and not by a script.
pub(super) fn is_form() -> bool {
    header(header::ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// Where this server is, as the browser knows it: `https://shiftdesk.example.org`.
pub(crate) fn origin() -> String {
    let scheme = if arrival().https { "https" } else { "http" };
    header(header::HOST).map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

/// The path and query of the page before this one, if it is one of ours.
pub(super) fn page_before() -> Option<String> {
    let referer = header(header::REFERER)?;
    let path = referer.strip_prefix(&origin())?;
    path.starts_with('/').then(|| path.to_owned())
}

fn header(name: header::HeaderName) -> Option<String> {
    let parts = use_context::<Parts>()?;
    Some(parts.headers.get(name)?.to_str().ok()?.to_owned())
}
