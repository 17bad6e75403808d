//! Requests that another site makes a browser send, with our cookie in them: refused whenever they could change something.
//!
//! A browser says where a request comes from, in `Sec-Fetch-Site` or at least in `Origin`, and no script can make it lie. So
//! forms need no hidden token, work without JavaScript, and an old page can still be sent.

use app::error::AppError;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, Method, header};

use super::door::{Proxy, bearer, refused};

/// Answers 403 to what could change something and does not come from our own pages.
pub(super) async fn refuse(proxy: Proxy, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if is_ours(&parts, proxy) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    tracing::warn!(
        origin = ?parts.headers.get(header::ORIGIN),
        site = ?parts.headers.get("sec-fetch-site"),
        "a request from another site was refused"
    );
    refused(&parts, AppError::Forbidden)
}

fn is_ours(parts: &Parts, proxy: Proxy) -> bool {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    // A token does not come by itself, as a cookie does. A program without either has nothing that could be abused.
    let is_api = parts.uri.path().starts_with("/api/");
    if is_api && (bearer(&parts.headers).is_some() || !parts.headers.contains_key(header::COOKIE)) {
        return true;
    }
    match text(&parts.headers, "sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => text(&parts.headers, "origin").is_some_and(|origin| is_host(origin, parts, proxy)),
    }
}

/// Whether an origin, `https://host:port`, is the host that was asked.
fn is_host(origin: &str, parts: &Parts, proxy: Proxy) -> bool {
    let Some((_, host)) = origin.split_once("://") else { return false };
    let asked = proxy.host(&parts.headers).or_else(|| parts.uri.authority().map(http::uri::Authority::as_str));
    asked.is_some_and(|asked| asked.eq_ignore_ascii_case(host))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use super::*;

    fn ours(method: &str, path: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method).uri(path).header("host", "desk.example:3210");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        is_ours(&request.body(()).unwrap().into_parts().0, Proxy::default())
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        assert!(ours("GET", "/triage", &[("sec-fetch-site", "cross-site")]), "a link from elsewhere");
        assert!(ours("POST", "/_fn/theme", &[("sec-fetch-site", "same-origin")]));
        assert!(ours("POST", "/_fn/theme", &[("sec-fetch-site", "none")]), "a page that was sent again");
        assert!(ours("POST", "/_fn/theme", &[("origin", "http://desk.example:3210")]));
        for other in [
            &[("sec-fetch-site", "cross-site"), ("origin", "http://desk.example:3210")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://desk.example:3211")],
            &[("origin", "http://evil.example")],
            &[("origin", "null")],
            &[],
        ] {
            assert!(!ours("POST", "/_fn/theme", other), "{other:?}");
            assert!(!ours("DELETE", "/anything", other), "{other:?}");
        }
    }

    #[test]
    fn a_program_needs_no_origin_and_a_cookie_does() {
        assert!(ours("POST", "/api/v1/findings", &[("authorization", "Bearer abc")]));
        assert!(ours("POST", "/api/v1/findings", &[]));
        assert!(!ours("POST", "/api/v1/findings", &[("cookie", "shiftdesk=abc")]));
        assert!(!ours("POST", "/_fn/theme", &[("authorization", "Bearer abc")]), "tokens are for the API");
    }
}
