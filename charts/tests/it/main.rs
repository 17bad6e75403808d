//! What the drawings promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test states what is there")]

mod canvas;
mod night;
mod shift_timeline;
mod theme;
