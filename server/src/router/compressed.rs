//! Answers that are compressed once and sent often.

use axum::body::Bytes;
use brotli::CompressorReader;
use http::{HeaderMap, header};

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
