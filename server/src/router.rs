//! Everything the server answers: pages, server functions, the API, files and health, and what is done to every answer.

mod begin;
mod compressed;
mod cross_site;
mod door;
mod drawings;
mod files;
mod kept_pages;
mod permalink;
mod plan;
mod png;
mod reports;
mod request_log;
mod snapshot;
mod to_its_end;

use std::time::Duration;

use app::api::Clock;
use app::api::reports::MailIsSetUp;
use app::error::AppError;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use store::Store;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::live::{self, Live};
use crate::weekly_report::typesetting;
use crate::{api, export, health};

pub use door::Proxy;
use kept_pages::KeptPages;

/// What a request can ask for.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The web server's options, for the pages' head.
    pub leptos: LeptosOptions,
    /// The database.
    pub store: Store,
    /// What time it is: a test holds it still.
    pub clock: Clock,
    /// What others do.
    pub live: Live,
    /// Whether a proxy stands before us.
    pub proxy: Proxy,
    /// Whether reports can be mailed.
    pub mail_is_set_up: MailIsSetUp,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

impl FromRef<AppState> for Store {
    fn from_ref(state: &AppState) -> Self {
        state.store.clone()
    }
}

impl FromRef<AppState> for Clock {
    fn from_ref(state: &AppState) -> Self {
        state.clock
    }
}

/// The largest body of a request \[bytes\]. Pages ask short questions; tables come in through `shiftdesk ingest`.
const BODY_MAX_BYTES: usize = 256 * 1024;

/// How long an answer may take to begin (our own choice: longer than the slowest query, shorter than a proxy's patience).
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The whole server as one service.
pub fn router(state: AppState) -> Router {
    let pages = generate_route_list(app::App);
    let document = {
        let options = state.leptos.clone();
        move || app::shell(options.clone())
    };
    let context = page_context(&state);
    let proxy = state.proxy;
    let behind_the_door = Router::new()
        .leptos_routes_with_context(&state, pages, context, document)
        .route("/f/{id}", get(permalink::finding))
        .merge(drawings::routes())
        .merge(reports::routes())
        .merge(live::routes())
        .merge(snapshot::routes())
        .merge(plan::routes())
        .merge(api::routes())
        .fallback(not_found)
        .layer(middleware::from_fn(to_its_end::answer))
        .layer(middleware::from_fn_with_state((state.clone(), KeptPages::default()), kept_pages::keep))
        .layer(middleware::from_fn(compressed::pages))
        .layer(middleware::from_fn(begin::at_ones_view))
        .layer(middleware::from_fn_with_state(
            (state.clone(), door::KnownSettings::of(state.store.clone())),
            door::keep,
        ))
        .layer(middleware::from_fn(move |request, next| cross_site::refuse(proxy, request, next)));
    let everything = behind_the_door.merge(health::routes()).merge(files::routes(&state.leptos)).with_state(state);
    everything
        // One bad request must not take the connection of the others with it; the panic itself is in the log.
        .layer(CatchPanicLayer::new())
        .layer(
            CompressionLayer::new().compress_when(
                // The wasm is compressed once, when it is built.
                DefaultPredicate::new()
                    .and(NotForContentType::const_new("application/wasm"))
                    // Compressed inside.
                    .and(NotForContentType::const_new(export::PARQUET)),
            ),
        )
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_MAX))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(BODY_MAX_BYTES))
        .layer(middleware::from_fn(told_when_too_large))
        .layer(middleware::from_fn(api::problem::of_the_way))
        .layer(middleware::from_fn(security_headers))
        .layer(middleware::from_fn(request_log::log))
}

/// Says in a sentence that a body is beyond the limit.
async fn told_when_too_large(request: Request, next: Next) -> Response {
    // What is only asked has no body.
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        door::refused(&asked, AppError::TooLarge)
    } else {
        response
    }
}

/// What pages and server functions find in their context, and the policy that goes with the page's nonce.
fn page_context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let (store, clock, mail_is_set_up) = (state.store.clone(), state.clock, state.mail_is_set_up);
    move || {
        provide_context(store.clone());
        provide_context(clock);
        provide_context(typesetting());
        provide_context(mail_is_set_up);
        // Server functions have no nonce: their answers get the policy of everything that is no page.
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// Scripts and styles of this site, inline scripts that carry the nonce, and WebAssembly; nothing from elsewhere.
///
/// No style attribute either: drawings place things by their own attributes, and what moves in the browser is moved through the
/// style of its element, which no policy forbids.
fn page_policy(nonce: &str) -> String {
    // cargo-leptos watches from another port and reloads through a web socket.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws://127.0.0.1:* ws://localhost:*" } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{reload}; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The policy of what is no page: data that must not act as one.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in always {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(DATA_POLICY));
    // Pages and data change with every load; files say for themselves how long they last.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}

/// The app's own page for an address that is none of ours, with status 404.
async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let options = state.leptos.clone();
    let render = leptos_axum::render_app_async_with_context(page_context(&state), move || app::shell(options.clone()));
    let mut response = render(request).await.into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
