//! What the pages ask the server: one file per question, each a few lines.
//!
//! The server provides a `store::Store` and a [`Clock`] in the context of every request.

use domain::time::Instant;

/// Tells the time. The server provides one, so that a test can hold it still.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub fn() -> Instant);
