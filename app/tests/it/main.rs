//! What people see, tested through the doors that pages and API use.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test states what is there")]

#[cfg(feature = "ssr")]
mod efficiency;
mod query;
