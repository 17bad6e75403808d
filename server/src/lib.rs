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
