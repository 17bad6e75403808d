//! Stories about a shift, the properties that must always hold, and the expected files of the test data.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test states what is there")]

mod block_filter;
mod columns;
mod comment;
mod decimal;
mod decisions;
mod efficiency;
mod expected;
mod filter;
mod findings;
mod given;
mod guesses;
mod ledger;
mod observing_conditions;
mod pads;
mod people;
mod plan_of_a_log;
mod pressure;
mod properties;
mod ranking;
mod report;
mod rows;
mod same_everywhere;
mod scores;
mod sequence;
mod sky;
mod sky_over_targets;
mod standing_rules;
mod story;
mod suggestion;
mod why;
mod window;
