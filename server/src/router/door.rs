//! Who comes in: finds out whose session or token a request carries, and keeps visitors out where reading is closed.
//!
//! What is behind the door reads the answer from the request's extensions: [`CurrentUser`], [`Visitor`], [`Arrival`] and, for
//! what people do about themselves, [`Signed`].

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use app::api::arrival::Arrival;
use app::api::person::{CurrentUser, Visitor};
use app::api::redirect::encoded;
use app::api::session_cookie;
use app::error::AppError;
use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::people::Reading;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use leptos::prelude::FromServerFnError;
use leptos::server_fn::ContentType;
use leptos::server_fn::codec::PostcardEncoding;
use store::{Settings, Signed, Store, StoreError};

use crate::api;
use crate::router::AppState;

/// Whether a proxy stands before us whose word about a request counts (`SHIFTDESK_PROXY`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    /// `X-Forwarded-Proto`, `-For` and `-Host` are believed. Without a proxy anybody could write them.
    pub trusted: bool,
}

impl Proxy {
    /// The host that the browser asked.
    pub(super) fn host(self, headers: &HeaderMap) -> Option<&str> {
        self.forwarded(headers, "x-forwarded-host").or_else(|| headers.get(header::HOST)?.to_str().ok())
    }

    fn forwarded<'a>(self, headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
        // The proxy nearest to us adds at the end; what stands before that is hearsay.
        let said = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        said.rsplit(',').next().map(str::trim).filter(|_| self.trusted)
    }

    fn arrival(self, parts: &Parts) -> Arrival {
        let https = self.forwarded(&parts.headers, "x-forwarded-proto") == Some("https");
        let peer = || Some(parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip());
        let address = self.forwarded(&parts.headers, "x-forwarded-for").and_then(|ip| ip.parse::<IpAddr>().ok());
        Arrival { https, address: address.or_else(peer) }
    }
}

/// How long the settings are believed without asking again: other servers on the same database see a change that late.
const SETTINGS_LAST: Duration = Duration::from_secs(1);

/// The settings as last read, and when.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownSettings(Arc<Mutex<Option<(Settings, Instant)>>>);

impl KnownSettings {
    /// Reads them at once and beside everything else: a database that goes away before the first request closes no page. While
    /// it is there that request asks again, since what was read so early may have changed.
    pub(super) fn of(store: Store) -> Self {
        let known = Self::default();
        let first = known.clone();
        tokio::spawn(async move {
            if let Ok(settings) = store.settings().await
                && let Some(stale) = Instant::now().checked_sub(SETTINGS_LAST)
                && let Ok(mut known) = first.0.lock()
            {
                known.get_or_insert((settings, stale));
            }
        });
        known
    }

    /// The settings; while the database is away, the last ones known, so that pages can say so themselves.
    async fn read(&self, store: &Store) -> Result<Settings, StoreError> {
        let known = self.0.lock().ok().and_then(|known| *known);
        if let Some((settings, _)) = known.filter(|(_, at)| at.elapsed() < SETTINGS_LAST) {
            return Ok(settings);
        }
        match (store.settings().await, known) {
            (Ok(settings), _) => {
                self.keep(Some(settings));
                Ok(settings)
            }
            (Err(error), Some((settings, _))) if error.is_outage() => {
                // For another while: a page must not wait once for this and once for what it asks itself.
                self.keep(Some(settings));
                Ok(settings)
            }
            (Err(error), _) => Err(error),
        }
    }

    fn keep(&self, settings: Option<Settings>) {
        if let Ok(mut known) = self.0.lock() {
            *known = settings.map(|settings| (settings, Instant::now()));
        }
    }
}

/// Finds out who asks and lets them through, or says why not.
pub(super) async fn keep(
    State((state, known)): State<(AppState, KnownSettings)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let arrival = state.proxy.arrival(&parts);
    parts.extensions.insert(arrival);
    let settings = match known.read(&state.store).await {
        Ok(settings) => settings,
        Err(error) => return refused(&parts, error.into()),
    };
    let signed = match who(&parts, arrival, &state).await {
        Ok(signed) => signed,
        // The page itself will say that the database is away, to a reader as to anybody.
        Err(Refusal::Store(error))
            if error.is_outage() && settings.reading == Reading::Open && parts.method == Method::GET =>
        {
            None
        }
        Err(Refusal::Store(error)) => return refused(&parts, error.into()),
        Err(Refusal::BadToken) => return refused(&parts, AppError::SignInNeeded),
    };
    if settings.reading == Reading::Closed && signed.is_none() && !is_before_the_door(parts.uri.path()) {
        return refused(&parts, AppError::SignInNeeded);
    }
    let user = signed.as_ref().map(|signed| CurrentUser { name: signed.name.clone(), role: signed.role });
    parts.extensions.insert(Visitor {
        single_key_shortcuts: signed.as_ref().is_none_or(|signed| signed.single_key_shortcuts),
        begins_with: signed.as_ref().map(|signed| signed.begins_with.clone()).unwrap_or_default(),
        demo: settings.demo,
        user: user.clone(),
    });
    let is_private = signed.is_some();
    if let (Some(user), Some(signed)) = (user, signed) {
        parts.extensions.insert(user);
        parts.extensions.insert(signed);
    }
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if changes {
        // It may have been the settings: who changed them sees it at once.
        known.keep(None);
    }
    if is_private {
        // What one person sees is nobody else's, whatever stands between.
        let cache = response.headers_mut().entry(header::CACHE_CONTROL);
        cache.or_insert(http::HeaderValue::from_static("private, no-cache"));
    }
    response
}

enum Refusal {
    /// A token was sent, and it is none, or no longer one.
    BadToken,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// By token, which counts for the API alone and then instead of the cookie; else by cookie.
async fn who(parts: &Parts, arrival: Arrival, state: &AppState) -> Result<Option<Signed>, Refusal> {
    let now = (state.clock.0)();
    if let Some(token) = bearer(&parts.headers).filter(|_| parts.uri.path().starts_with("/api/")) {
        let secret = token.parse().map_err(|_| Refusal::BadToken)?;
        return state.store.signed_by_token(&secret, now).await?.map(Some).ok_or(Refusal::BadToken);
    }
    match session_cookie::claimed(&parts.headers, arrival.https) {
        Some(secret) => Ok(state.store.signed(&secret, now).await?),
        None => Ok(None),
    }
}

/// What stands after `Authorization: Bearer`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What has to be open for somebody to come in at all.
fn is_before_the_door(path: &str) -> bool {
    let exactly = [
        "/sign-in",
        "/_fn/sign-in",
        "/_fn/sign-in-page",
        "/_fn/set-password",
        "/_fn/link",
        "/_fn/theme",
        "/_fn/visitor",
    ];
    exactly.contains(&path) || path.starts_with("/set-password/")
}

/// An answer in the form that this kind of question understands: JSON for programs, the sign-in page for people.
pub(super) fn refused(parts: &Parts, error: AppError) -> Response {
    let path = parts.uri.path();
    if path.starts_with("/api/") {
        return api::refused(error);
    }
    let accepts = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_page = accepts.is_none_or(|accept| accept.contains("text/html"));
    if error == AppError::SignInNeeded && wants_page {
        // A form's own address is no page to come back to.
        let is_page = !path.starts_with("/_fn/");
        let wanted = parts.uri.path_and_query().map(http::uri::PathAndQuery::as_str).filter(|_| is_page);
        let next = wanted.map_or_else(String::new, |wanted| format!("?next={}", encoded(wanted)));
        return Redirect::to(&format!("/sign-in{next}")).into_response();
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if wants_page {
        return (status, format!("{error}\n")).into_response();
    }
    if path.starts_with("/_fn/") {
        // As the page's own script reads the answers of its questions.
        let postcard = [(header::CONTENT_TYPE, <PostcardEncoding as ContentType>::CONTENT_TYPE)];
        return (status, postcard, error.ser()).into_response();
    }
    (status, Json(error)).into_response()
}
