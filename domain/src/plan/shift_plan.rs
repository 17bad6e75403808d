//! The plan of a shift as it is kept: what is planned, and everything that was done to it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::facts::Id;
use crate::time::{Instant, Interval};

/// One planned execution as it is kept: by the block's id, since places change with the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptExecution {
    /// The block.
    pub sb: Id,
    /// When, with its overhead.
    pub interval: Interval,
    /// Its score when it was planned.
    pub score: f64,
}

/// A plan as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ShiftPlan {
    /// The version; 0 of one that nobody has begun.
    pub version: i32,
    /// What is planned, by start.
    pub planned: Vec<KeptExecution>,
    /// What was done to it, the latest first.
    pub events: Vec<PlanEvent>,
}

/// Something that was done to a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanEvent {
    /// The version that it made.
    pub version: i32,
    /// When.
    pub at: Instant,
    /// Who.
    pub author: String,
    /// What, as a sentence.
    pub what: String,
    /// What was planned then.
    pub planned: Vec<KeptExecution>,
    /// The list that it was chosen from, where it was.
    pub list: Option<Value>,
    /// Whether it was published.
    pub published: bool,
}
