//! The plan: what to observe next, why, and why not the others (domain.md §6).
//!
//! Facts become [`candidates`]; [`ranking::Blocks`] ranks them for a [`situation::Situation`] by a [`policy::Policy`]. It
//! recommends; the astronomer on duty decides.

mod arithmetic;
pub mod atmosphere;
pub mod back_test;
pub mod block_filter;
pub mod candidates;
pub mod checks;
pub mod comparison;
pub mod conflicts;
pub mod criteria;
pub mod curve;
pub mod next_time;
pub mod noise;
pub mod observatory;
pub mod pads;
pub mod policy;
pub mod pressure;
pub mod ranking;
pub mod resolution;
pub mod sequence;
pub mod shift_plan;
pub mod situation;
pub mod sun;
pub mod target;
pub mod warnings;
pub mod why;
pub mod wire;
