//! Stories about the store, told on a real PostgreSQL that this binary starts for itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what must be there")]

mod accounts;
mod append_only;
mod cluster;
mod decisions;
mod detection;
mod efficiency;
mod given;
mod loading;
mod reading;
mod reports;
mod rules;
mod standing_rules;
mod suggestions;
mod triage;
mod views;
