//! Answers that are compressed once and sent often.

use app::error::AppError;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use brotli::CompressorReader;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use store::StoreError;

/// The sizes that brotli's window may have here \[2^n bytes\]: the largest holds most of a snapshot, and takes as much memory.
const WINDOW_BITS: std::ops::RangeInclusive<u32> = 16..=22;
const BUFFER_BYTES: usize = 64 * 1024;

/// Whether the one who asks understands brotli.
pub(super) fn takes_brotli(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_ENCODING).and_then(|accepts| accepts.to_str().ok()).is_some_and(|accepts| {
        accepts.split(',').any(|one| one.split(';').next().is_some_and(|name| name.trim() == "br"))
    })
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
