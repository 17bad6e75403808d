//! Redirects that stay on this server.

/// Sends the browser to a path of this server; to `/` when the path would leave it.
pub(super) fn go_to(path: &str) {
    leptos_axum::redirect(local(path));
}

/// The path, or `/` when it leads elsewhere or cannot stand in a header: `//host` and `/\host` are other hosts. A redirect that
/// leaves would serve a forger.
pub(super) fn local(path: &str) -> &str {
    let mut chars = path.chars();
    let stays = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    if stays && path.bytes().all(|byte| byte.is_ascii_graphic()) { path } else { "/" }
}

/// A text as the value of a parameter or a part of a path; slashes stay, so that an address can be read.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_never_leaves_the_server() {
        for here in ["/", "/triage?class=GAP", "/triage?q=%C3%A9#f3"] {
            assert_eq!(local(here), here);
        }
        let away = ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "", "triage"];
        for away in away.into_iter().chain(["/\nSet-Cookie: a=b", "/é", "/\t/elsewhere.example", "javascript:alert(1)"])
        {
            assert_eq!(local(away), "/", "{away:?}");
        }
    }
}
