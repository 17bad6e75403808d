//! Triage pages, kept for the second in which they were made: what many readers ask for at once is rendered once.
//!
//! The page that a visitor gets follows from the address, the theme, what pages know of a visitor, the findings, and the second
//! on its clocks. All of them are asked anew for each request, and a page is handed out again only where all are the same: so
//! it is never older than the question. Whoever shows a visitor something else on it adds that to [`Stamp`]. Who has signed in,
//! who has another cookie than the theme's, and who opens a finding gets a page of their own.
//!
//! A page that several people get cannot have a nonce, which only one may know. Its policy names its scripts by their hashes
//! instead, which allows those very scripts and no others.

use std::sync::{Arc, Mutex, PoisonError};

use app::api::person::Visitor;
use app::api::theme::{self, Theme};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::time::Instant;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::AppState;
use super::compressed::{compressed, takes_brotli};

/// The page that is kept. Others are asked for by few, or show more than findings.
const PATH: &str = "/triage";
/// How many addresses are kept of one second: those that many ask for are few.
const PAGES_MAX: usize = 16;
/// The largest page that is kept \[bytes\]; one of 100 findings has some 200 kB.
const PAGE_MAX_BYTES: usize = 1 << 20;
/// How hard brotli tries, of 0 to 11: once a second somebody waits for it.
const QUALITY: u32 = 4;

/// The pages of the second that is.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptPages(Arc<Mutex<Moment>>);

/// Pages that were made of the same, by what was asked.
#[derive(Debug, Default)]
struct Moment {
    stamp: Option<Stamp>,
    pages: Vec<(Asked, Place)>,
}

/// Where a page is put; nothing when what was made is for one person alone.
type Place = Arc<OnceCell<Option<Page>>>;

/// What all pages are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    findings: u64,
    now: Instant,
}

/// What tells the pages of one moment apart.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    query: String,
    theme: Theme,
    /// Nobody in particular, but a demo's visitor is another one.
    visitor: Visitor,
}

/// A page as it is sent.
#[derive(Debug)]
struct Page {
    headers: HeaderMap,
    plain: Bytes,
    /// Made when the first asks for it.
    brotli: OnceCell<Option<Bytes>>,
}

impl Asked {
    /// `None` for what is rendered for the one who asks.
    fn of(request: &Request) -> Option<Self> {
        let (uri, query) = (request.uri(), request.uri().query().unwrap_or_default());
        let visitor = request.extensions().get::<Visitor>()?;
        let opens = app::query::pairs(query).any(|(name, _)| name == "finding");
        if request.method() != Method::GET || uri.path() != PATH || visitor.user.is_some() || opens {
            return None;
        }
        Some(Self { query: query.to_owned(), theme: theme_alone(request.headers())?, visitor: visitor.clone() })
    }
}

/// The theme, if no cookie says anything else.
fn theme_alone(headers: &HeaderMap) -> Option<Theme> {
    let mut cookies = headers.get_all(header::COOKIE).into_iter();
    let Some(cookie) = cookies.next() else { return Some(Theme::default()) };
    let (name, word) = cookie.to_str().ok()?.trim().split_once('=')?;
    (cookies.next().is_none() && name == theme::COOKIE && !word.contains(';')).then(|| Theme::of_word(word))
}

impl KeptPages {
    /// The place of a page, if there is one left.
    fn place(&self, stamp: Stamp, asked: Asked) -> Option<Place> {
        let mut moment = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if moment.stamp != Some(stamp) {
            *moment = Moment { stamp: Some(stamp), pages: Vec::new() };
        }
        if let Some((_, place)) = moment.pages.iter().find(|(other, _)| *other == asked) {
            return Some(Arc::clone(place));
        }
        let place = (moment.pages.len() < PAGES_MAX).then(Place::default)?;
        moment.pages.push((asked, Arc::clone(&place)));
        Some(place)
    }
}

/// Answers with a kept page, or has one made.
pub(super) async fn keep(State((state, kept)): State<(AppState, KeptPages)>, request: Request, next: Next) -> Response {
    let Some(asked) = Asked::of(&request) else { return next.run(request).await };
    let place = match state.store.state_of_findings().await {
        Ok(findings) => kept.place(Stamp { findings, now: (state.clock.0)() }, asked),
        // The page says so itself.
        Err(_) => None,
    };
    let Some(place) = place else { return next.run(request).await };
    let brotli = takes_brotli(request.headers());
    let (mut unasked, mut own) = (Some((request, next)), None);
    let (asking, answered) = (&mut unasked, &mut own);
    let page = place
        .get_or_init(|| async move {
            let (request, next) = asking.take()?;
            Page::of(next.run(request).await).await.map_err(|response| *answered = Some(response)).ok()
        })
        .await;
    match (page, own, unasked) {
        (Some(page), ..) => page.answer(brotli).await,
        // It was made, and is for nobody else.
        (None, Some(response), _) => response,
        (None, None, Some((request, next))) => next.run(request).await,
        (None, None, None) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl Page {
    /// The page of an answer, if others may get it too; else the answer.
    async fn of(response: Response) -> Result<Self, Response> {
        let (mut parts, body) = response.into_parts();
        if parts.status != StatusCode::OK || parts.headers.contains_key(header::SET_COOKIE) {
            return Err(Response::from_parts(parts, body));
        }
        // It is in memory as a whole already.
        let Ok(html) = to_bytes(body, usize::MAX).await else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        match for_all(&parts, &html).filter(|_| html.len() <= PAGE_MAX_BYTES) {
            Some((policy, html)) => {
                parts.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
                parts.headers.remove(header::CONTENT_LENGTH);
                Ok(Self { headers: parts.headers, plain: html, brotli: OnceCell::new() })
            }
            None => Err(Response::from_parts(parts, Body::from(html))),
        }
    }

    async fn answer(&self, brotli: bool) -> Response {
        let squeezed = match brotli {
            true => self.brotli.get_or_init(|| squeezed(self.plain.clone())).await.clone(),
            false => None,
        };
        let is_squeezed = squeezed.is_some();
        let mut response = Response::new(Body::from(squeezed.unwrap_or_else(|| self.plain.clone())));
        *response.headers_mut() = self.headers.clone();
        if is_squeezed {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

async fn squeezed(plain: Bytes) -> Option<Bytes> {
    tokio::task::spawn_blocking(move || compressed(&plain, QUALITY)).await.ok()?.ok()
}

/// The page without its nonce, and a policy that names its scripts by their hashes.
///
/// Only what bears the nonce is a script of ours: nobody who wrote a text on the page could know it.
fn for_all(parts: &Parts, html: &[u8]) -> Option<(HeaderValue, Bytes)> {
    let policy = parts.headers.get(header::CONTENT_SECURITY_POLICY)?.to_str().ok()?;
    let nonce = policy.split_once("'nonce-")?.1.split_once('\'')?.0;
    let html = std::str::from_utf8(html).ok()?;
    let mark = format!(" nonce=\"{nonce}\"");
    let mut hashes = String::new();
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(&mark) {
        plain.push_str(before);
        let tag = before.rsplit_once('<')?.1;
        let (attributes, content) = after.split_once('>')?;
        if tag.starts_with("style") {
            return None;
        }
        if tag.starts_with("script") && !tag.contains(" src=") && !attributes.contains(" src=") {
            let (script, _) = content.split_once("</script>")?;
            hashes.push_str(&format!(" 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script))));
        }
        rest = after;
    }
    plain.push_str(rest);
    // Links to the scripts bear it in another attribute, where it says nothing.
    let plain = plain.replace(nonce, "");
    let own = format!(" 'nonce-{nonce}'");
    let policy = policy.replacen(&own, &hashes, 1).replace(&own, "");
    Some((HeaderValue::from_str(&policy).ok()?, plain.into()))
}
