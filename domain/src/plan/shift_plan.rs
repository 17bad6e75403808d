//! The plan of a shift as it is kept: what is planned, and everything that was done to it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::policy::Policy;
use super::situation::Situation;
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
    /// The list that it was chosen from, where it was: whole, or its beginning.
    pub list: Option<Value>,
    /// Whether it was published.
    pub published: bool,
}

/// The list that a block was chosen from, with all that it was made of: it can be read again when the log has gone on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptList {
    /// The conditions.
    pub situation: Situation,
    /// The policy, as its version was.
    #[serde(rename = "weights_and_limits")]
    pub policy: Policy,
    /// The last measurement of the water vapour that was known, if there was one.
    pub measured: Option<Measured>,
    /// The blocks that could be observed, best first.
    #[serde(alias = "first")]
    pub rows: Vec<KeptRow>,
    /// Whether `rows` is all of them, and not their beginning alone.
    #[serde(default)]
    pub is_whole: bool,
    /// The address of the same conditions and policy.
    pub href: String,
}

/// A measurement of the water vapour.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// When.
    pub at: Instant,
    /// Precipitable water vapour \[mm\].
    pub pwv_mm: f64,
}

/// A block of a list as it stood then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRow {
    /// Its id.
    pub sb: Id,
    /// Its name then.
    pub name: String,
    /// Its score then.
    pub score: f64,
}

impl PlanEvent {
    /// The list that it was chosen from, where it was from one and that can be read.
    pub fn kept_list(&self) -> Option<KeptList> {
        serde_json::from_value(self.list.clone()?).ok()
    }
}
