//! Wiring: the web server, the database it runs on, the loader, the simulator and what the command line does with them.

#![recursion_limit = "256"]

pub mod api;
pub mod config;
pub mod database;
pub mod demo;
pub mod export;
mod health;
pub mod ingest;
pub mod live;
pub mod report;
pub mod router;
pub mod serve;
pub mod telemetry;
pub mod weekly_report;

/// Answers are made of thousands of short texts, and detections of ten thousands: the system's allocator takes a fifth longer
/// for them, and keeps what a burst of readers needed (docs/DESIGN.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
