//! The facts as they stand at *now*: which shifts are valid, which executions are open, which family each belongs to.

use crate::facts::{Downtime, Execution, Facts, Shift};
use crate::time::Instant;

/// The facts, indexed by family and time, at *now*.
#[derive(Debug)]
pub struct Log<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) now: Instant,
}
/// stub
#[derive(Debug)]
pub struct LoggedShift<'a>(pub &'a Shift);
/// stub
#[derive(Debug)]
pub struct LoggedExecution<'a>(pub &'a Execution);
/// stub
#[derive(Debug)]
pub struct LoggedDowntime<'a>(pub &'a Downtime);

impl<'a> Log<'a> {
    /// Reads the facts.
    pub fn new(facts: &'a Facts, now: Instant) -> Self {
        Self { facts, now }
    }
}
