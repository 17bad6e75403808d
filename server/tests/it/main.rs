//! The server from outside: what comes in, what is answered, and what the command line says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test states what is there")]

mod api;
mod cluster;
mod command_line;
mod demo;
mod efficiency;
mod exports;
mod files;
mod hostile;
mod import_rules;
mod ingest;
mod kept_pages;
mod killed;
mod leaving;
mod live;
mod openapi;
mod pages;
mod plan;
mod report;
mod reports;
mod rights;
mod settings;
mod snapshot;
mod standing_rules;
mod suggestions;
mod verdicts;
mod views;
