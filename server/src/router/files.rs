//! The files of the site: what the browser's half was built into, and what lies beside it, such as the icon.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::any_service;
use http::{HeaderValue, StatusCode, header};
use leptos::config::LeptosOptions;
use tower_http::services::{ServeDir, ServeFile};

use super::AppState;

/// The files that browsers ask for at the root whether or not a page names them.
const AT_THE_ROOT: [&str; 3] = ["favicon.ico", "favicon.svg", "robots.txt"];

/// `/pkg/…`, and the few files at the root.
pub(super) fn routes(options: &LeptosOptions) -> Router<AppState> {
    let site = Path::new(&*options.site_root);
    let package = site.join(&*options.site_pkg_dir);
    if !package.is_dir() {
        tracing::warn!(
            "{} is not there, so pages come without style and script; build it with `cargo leptos build`",
            package.display()
        );
    }
    let package =
        ServeDir::new(package).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    let mut routes = Router::new().nest_service(&format!("/{}", options.site_pkg_dir.trim_matches('/')), package);
    for name in AT_THE_ROOT {
        routes = routes.route(&format!("/{name}"), any_service(ServeFile::new(site.join(name))));
    }
    let hashed = options.hash_files;
    routes.layer(middleware::from_fn(move |request: Request, next: Next| cached(hashed, request, next)))
}

/// A name with a hash in it never changes what it means; any other is asked for again each time and mostly answered "as before".
async fn cached(hashed: bool, request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let mut response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let lasts = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(lasts));
    let Some(tag) = tag(&response) else { return response };
    let unchanged = known.as_ref().and_then(|known| known.to_str().ok()).is_some_and(|known| {
        known.split(',').any(|one| one.trim() == "*" || one.trim() == tag.to_str().unwrap_or_default())
    });
    if unchanged {
        response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(lasts));
    }
    response.headers_mut().insert(header::ETAG, tag);
    response
}

/// Weak, for it says when and how large, not what; a build that takes less than the second it began in is none.
fn tag(response: &Response) -> Option<HeaderValue> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let (modified, length) = (text(header::LAST_MODIFIED)?, text(header::CONTENT_LENGTH)?);
    let digits: String = modified.chars().filter(char::is_ascii_alphanumeric).collect();
    HeaderValue::from_str(&format!("W/\"{digits}-{length}\"")).ok()
}
