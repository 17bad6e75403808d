//! Wiring: the web server, the database it runs on, the loader, the simulator and what the command line does with them.

pub mod ingest;
pub mod report;
