//! The plan: what to observe next, why, and why not the others (domain.md §6).

mod arithmetic;
pub mod atmosphere;
pub mod criteria;
pub mod noise;
pub mod policy;
pub mod resolution;
pub mod sun;
pub mod target;
