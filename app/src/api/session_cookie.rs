//! The cookie that carries a session.
//!
//! Over https it has the prefix `__Host-`: browsers then take it from this host alone, over https alone. Over plain http they
//! would refuse such a cookie, so there it has a plain name; and a request over https never believes the plain one.

use http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use store::{ABSOLUTE_LIMIT_S, Secret};

use super::arrival::arrival;

const OVER_HTTPS: &str = "__Host-shiftdesk";
const OVER_HTTP: &str = "shiftdesk";

/// The session that the headers of a request claim to belong to.
pub fn claimed(headers: &HeaderMap, https: bool) -> Option<Secret> {
    let name = if https { OVER_HTTPS } else { OVER_HTTP };
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|header| header.to_str().ok());
    let pairs = cookies.flat_map(|header| header.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    let mut secrets = pairs.filter(|(cookie, _)| *cookie == name).map(|(_, value)| value.parse().ok());
    secrets.next().flatten()
}

/// Hands the session to the browser.
pub(super) fn keep(secret: &Secret) {
    set(secret.expose(), ABSOLUTE_LIMIT_S);
}

/// Takes it away.
pub(super) fn forget() {
    set("", 0);
}

fn set(value: &str, max_age_s: i64) {
    let https = arrival().https;
    let (name, secure) = if https { (OVER_HTTPS, "; Secure") } else { (OVER_HTTP, "") };
    let cookie = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        [(header::COOKIE, HeaderValue::from_str(cookie).unwrap_or(HeaderValue::from_static("")))].into_iter().collect()
    }

    #[test]
    fn over_https_only_the_cookie_of_this_host_counts() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        let both = headers(&format!("theme=dark; shiftdesk={a}; __Host-shiftdesk={b}"));
        assert_eq!(claimed(&both, true).map(|secret| secret.expose().to_owned()), Some(b));
        assert_eq!(claimed(&both, false).map(|secret| secret.expose().to_owned()), Some(a.clone()));
        assert_eq!(claimed(&headers(&format!("shiftdesk={a}")), true), None);
        assert_eq!(claimed(&headers("shiftdesk=' or 1=1"), false), None);
    }
}
