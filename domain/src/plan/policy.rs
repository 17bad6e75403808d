//! By which weights and limits is the list made?
//!
//! A policy is data with a name and a version. Two are built in: the original scheduler's (`dsa-cycle3`) and ours
//! (`shiftdesk`), which is the default.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::labelled::labelled;
use crate::time::Instant;

labelled! {
    /// What a score is made of, in the order in which it is added up.
    Criterion, "criterion" {
        /// How good the air is for the block: not too bad, and not wasted on it.
        Condition = "condition",
        /// How well the array's resolution fits what was asked for.
        Array = "array",
        /// How much of the block is done already.
        Completion = "completion",
        /// The executive; the original gives all the same.
        Executive = "executive",
        /// The rank that the review panel gave.
        Rank = "science rank",
        /// The grade, and the cycle it was given in.
        Grade = "grade",
        /// How close to its best hour angle.
        HourAngle = "hour angle",
    }
}

labelled! {
    /// Which formulas turn raw values into scores.
    Formulas, "formulas" {
        /// The original scheduler's, with its gaps: not clamped, grades by the cycles of its time, water vapour in steps.
        Cycle3 = "cycle3",
        /// The same shapes, each between 0 and 10, grades by a table, grade C after all others.
        Shiftdesk = "shiftdesk",
    }
}

/// The weight of each criterion, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 7]", into = "[f64; 7]")]
pub struct Weights([f64; 7]);

impl Weights {
    /// The weight of one criterion.
    #[inline]
    pub const fn of(&self, criterion: Criterion) -> f64 {
        self.0[criterion as usize]
    }
}

/// In the order of [`Criterion::ALL`].
impl TryFrom<[f64; 7]> for Weights {
    type Error = BadPolicy;
    fn try_from(weights: [f64; 7]) -> Result<Self, BadPolicy> {
        if !weights.iter().all(|weight| (0.0..=1.0).contains(weight)) {
            Err(BadPolicy::Weight)
        } else if weights.iter().all(|&weight| weight == 0.0) {
            Err(BadPolicy::NoWeight)
        } else {
            Ok(Self(weights))
        }
    }
}

impl From<Weights> for [f64; 7] {
    fn from(weights: Weights) -> Self {
        weights.0
    }
}

/// What the checks compare with, as somebody wrote it down; [`Limits`] once it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitsGiven {
    /// Lowest elevation \[°\], 0 to 89.
    pub elevation_deg: f64,
    /// It has to set later than this from now \[h\], 0 to 6.
    pub sets_in_h: f64,
    /// First hour angle \[h\], −12 to 12.
    pub hour_angle_from_h: f64,
    /// Last hour angle \[h\], not before the first, at most 12.
    pub hour_angle_to_h: f64,
    /// Least fraction of the planned sensitivity, 0 to 1.
    pub exec_frac: f64,
}

/// Limits that can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "LimitsGiven", into = "LimitsGiven")]
pub struct Limits(LimitsGiven);

impl TryFrom<LimitsGiven> for Limits {
    type Error = BadPolicy;
    fn try_from(given: LimitsGiven) -> Result<Self, BadPolicy> {
        let hour_angles = -12.0..=12.0;
        if !(0.0..=89.0).contains(&given.elevation_deg) {
            Err(BadPolicy::Elevation)
        } else if !(0.0..=6.0).contains(&given.sets_in_h) {
            Err(BadPolicy::SetsIn)
        } else if !(hour_angles.contains(&given.hour_angle_from_h)
            && hour_angles.contains(&given.hour_angle_to_h)
            && given.hour_angle_from_h <= given.hour_angle_to_h)
        {
            Err(BadPolicy::HourAngle)
        } else if !(0.0..=1.0).contains(&given.exec_frac) {
            Err(BadPolicy::ExecFrac)
        } else {
            Ok(Self(given))
        }
    }
}

impl From<Limits> for LimitsGiven {
    fn from(limits: Limits) -> Self {
        limits.0
    }
}

impl Deref for Limits {
    type Target = LimitsGiven;
    fn deref(&self) -> &LimitsGiven {
        &self.0
    }
}

/// The original's limits (D).
impl Default for Limits {
    fn default() -> Self {
        Self(LimitsGiven {
            elevation_deg: 20.0,
            sets_in_h: 1.5,
            hour_angle_from_h: -3.0,
            hour_angle_to_h: 3.0,
            exec_frac: 0.70,
        })
    }
}

/// Why weights or limits cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPolicy {
    /// A weight out of range.
    #[error("a weight is a number from 0 to 1")]
    Weight,
    /// All weights are zero.
    #[error("at least one criterion needs a weight above 0; else every score is the same")]
    NoWeight,
    /// The elevation is out of range.
    #[error("the elevation limit is from 0° to 89°")]
    Elevation,
    /// The time until setting is out of range.
    #[error("the time until a target sets is from 0 h to 6 h")]
    SetsIn,
    /// The hour angles are out of range or reversed.
    #[error("hour angles are from −12 h to 12 h, the first not after the last")]
    HourAngle,
    /// The fraction is out of range.
    #[error("the execution fraction is from 0 to 1")]
    ExecFrac,
    /// A grade's score is out of range.
    #[error("the score of a grade is from 0 to 10")]
    Grade,
    /// The name is missing or too long.
    #[error("a policy has a name of at most 64 characters")]
    Name,
}

/// What a grade is worth, 0 to 10; the original's formulas have their own table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradeScores {
    /// Grade A of the current cycle.
    pub a: f64,
    /// Grade A of an older one.
    pub a_carried_over: f64,
    /// Grade B.
    pub b: f64,
    /// Grade C.
    pub c: f64,
}

/// A policy as somebody wrote it down; a [`Policy`] once it was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyGiven {
    /// Its name, 1 to 64 characters.
    pub name: String,
    /// Its version: a changed policy is a new one.
    pub version: u32,
    /// The weights.
    pub weights: Weights,
    /// The limits.
    pub limits: Limits,
    /// The formulas.
    pub formulas: Formulas,
    /// What grades are worth, with the formulas that ask for it.
    pub grades: GradeScores,
    /// The time multiplier is shown in red above this.
    pub red_above: f64,
}

/// Weights and limits that can be kept, with a name and a version. Every list names them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PolicyGiven", into = "PolicyGiven")]
pub struct Policy(PolicyGiven);

impl Policy {
    /// The original scheduler's of Cycle 3 (D).
    pub fn dsa_cycle3() -> Self {
        Self(PolicyGiven {
            name: "dsa-cycle3".to_owned(),
            version: 1,
            weights: Weights([0.35, 0.10, 0.15, 0.0, 0.10, 0.20, 0.10]),
            limits: Limits::default(),
            formulas: Formulas::Cycle3,
            grades: GradeScores { a: 10.0, a_carried_over: 9.0, b: 4.0, c: 0.0 },
            red_above: 1.3,
        })
    }

    /// Ours, the default (O): the same weights and limits, without the gaps.
    pub fn shiftdesk() -> Self {
        let cycle3 = Self::dsa_cycle3().0;
        Self(PolicyGiven { name: "shiftdesk".to_owned(), formulas: Formulas::Shiftdesk, ..cycle3 })
    }

    /// The same as another version.
    #[must_use]
    pub fn with_version(self, version: u32) -> Self {
        Self(PolicyGiven { version, ..self.0 })
    }
}

impl TryFrom<PolicyGiven> for Policy {
    type Error = BadPolicy;
    fn try_from(given: PolicyGiven) -> Result<Self, BadPolicy> {
        let GradeScores { a, a_carried_over, b, c } = given.grades;
        if given.name.trim().is_empty() || given.name.chars().count() > 64 {
            Err(BadPolicy::Name)
        } else if ![a, a_carried_over, b, c].iter().all(|score| (0.0..=10.0).contains(score)) {
            Err(BadPolicy::Grade)
        } else {
            Ok(Self(given))
        }
    }
}

impl From<Policy> for PolicyGiven {
    fn from(policy: Policy) -> Self {
        policy.0
    }
}

impl Deref for Policy {
    type Target = PolicyGiven;
    fn deref(&self) -> &PolicyGiven {
        &self.0
    }
}

/// A policy and what people said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptPolicy {
    /// The policy.
    pub policy: Policy,
    /// Who made it; nobody made the built-in ones.
    pub author: Option<String>,
    /// When it was made.
    pub made_at: Option<Instant>,
    /// Who approved it; the built-in ones need nobody.
    pub approved_by: Option<String>,
    /// Whether lists are made by it unless somebody asks for another.
    pub is_default: bool,
}

impl KeptPolicy {
    /// Whether it may be the default.
    pub const fn is_approved(&self) -> bool {
        self.author.is_none() || self.approved_by.is_some()
    }
}
