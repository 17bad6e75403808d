//! What the drawings promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test states what is there")]

mod breakdown;
mod canvas;
mod doors;
mod hour_heat_map;
mod lost_time;
mod night;
mod plan;
mod quarter;
mod shift_timeline;
mod standalone;
mod theme;
mod time_owners;
mod trend;
