//! Answers that are compressed here: those that are sent often once, and pages in one piece.

use app::error::AppError;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use brotli::CompressorReader;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use store::StoreError;

/// The sizes that brotli's window may have here \[2^n bytes\]: the largest holds most of a snapshot, and takes as much memory.
const WINDOW_BITS: std::ops::RangeInclusive<u32> = 16..=22;
const BUFFER_BYTES: usize = 64 * 1024;

/// How hard brotli tries with a page, of 0 to 11: one more takes half as long again for 6 % of its bytes.
const PAGE_QUALITY: u32 = 3;
/// A shorter page is sent as it is \[bytes\].
const PAGE_MIN_BYTES: usize = 1024;

/// Whether the one who asks understands brotli.
pub(super) fn takes_brotli(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_ENCODING).and_then(|accepts| accepts.to_str().ok()).is_some_and(|accepts| {
        accepts.split(',').any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
            name.trim() == "br" && weight != Some(0.0)
        })
    })
}

/// Compresses pages in one piece: they are in memory as a whole, so the window can be as small as the page. As a stream of unknown
/// length each would have one of 4 MiB cleared for it, which is a third of the work.
pub(super) async fn pages(request: Request, next: Next) -> Response {
    let takes_brotli = takes_brotli(request.headers());
    let response = next.run(request).await;
    if !takes_brotli || !is_html(&response) || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(html) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    match compressed(&html, PAGE_QUALITY) {
        Ok(squeezed) if html.len() >= PAGE_MIN_BYTES => {
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
            Response::from_parts(parts, Body::from(squeezed))
        }
        _ => Response::from_parts(parts, Body::from(html)),
    }
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// As brotli, which tries from 0 to 11 hard.
pub(super) fn compressed(bytes: &[u8], quality: u32) -> std::io::Result<Bytes> {
    let window_bits = bytes.len().max(1).ilog2() + 1;
    let window_bits = window_bits.clamp(*WINDOW_BITS.start(), *WINDOW_BITS.end());
    let mut compressed = Vec::with_capacity(bytes.len() / 4);
    let mut reader = CompressorReader::new(bytes, BUFFER_BYTES, quality, window_bits);
    std::io::Read::read_to_end(&mut reader, &mut compressed)?;
    Ok(compressed.into())
}

/// An answer with the tag that it is known by.
pub(super) fn tagged(mut response: Response, tag: Option<HeaderValue>) -> Response {
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The same, of bytes that are brotli already.
pub(super) fn tagged_brotli(bytes: Bytes, tag: Option<HeaderValue>) -> Response {
    let mut response = tagged(bytes.into_response(), tag);
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    response
}

/// Bytes for a program of ours, or the sentence of what failed.
pub(super) fn bytes_or_sentence(answer: Result<Response, StoreError>) -> Response {
    let mut response = match answer {
        Ok(response) => response,
        Err(error) => {
            let error = AppError::from(error);
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (status, error.to_string()).into_response();
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}
