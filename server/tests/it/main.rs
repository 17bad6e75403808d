//! The server from outside: what comes in, what is answered, and what the command line says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test states what is there")]

mod demo;
mod ingest;
mod report;
