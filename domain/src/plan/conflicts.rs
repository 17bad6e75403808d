//! What is wrong with a plan somebody made, and what would an insertion push out?

use serde::{Deserialize, Serialize};

use super::checks::Check;
use super::policy::Policy;
use super::ranking::{Blocks, Moment};
use super::sequence::Planned;
use super::situation::{Ahead, Situation};
use crate::time::Interval;

/// One thing that is wrong with one planned execution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Which: its index in the plan.
    pub nth: usize,
    /// What.
    pub what: What,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// It begins before the shift or ends after it.
    OutsideTheShift,
    /// The array is used twice: by this earlier one, an index in the plan, too.
    DoubleUse(usize),
    /// It fails this check when it starts.
    Fails(Check),
    /// It goes below the elevation limit before it ends.
    SetsBeforeItsEnd,
    /// Its time window closes before it ends.
    WindowClosesBeforeItsEnd,
    /// More executions are planned up to this one than are left.
    OverObserved,
}

/// Everything that is wrong with the plan of one array, in the order of the plan. Two that only touch do not overlap.
pub fn conflicts(
    blocks: &Blocks,
    shift: Interval,
    planned: &[Planned],
    situation: &Situation,
    policy: &Policy,
    ahead: &[Ahead],
) -> Vec<Conflict> {
    let mut all = Vec::new();
    for (nth, execution) in planned.iter().enumerate() {
        let mut found = |what| all.push(Conflict { nth, what });
        let interval = execution.interval;
        if shift.overlap(interval) != Some(interval) {
            found(What::OutsideTheShift);
        }
        for (other, earlier) in planned[..nth].iter().enumerate() {
            if earlier.interval.overlap(interval).is_some() {
                found(What::DoubleUse(other));
            }
        }
        // Of a block that is gone nothing else can be said.
        let (Some(numbers), Some(candidate)) = (blocks.numbers(execution.place), blocks.candidate(execution.place))
        else {
            continue;
        };
        let then = situation.moved_to(interval.start(), ahead);
        let moment = Moment::new(&then, policy);
        for &check in Check::ALL {
            if !moment.passes(numbers, check) {
                found(What::Fails(check));
            }
        }
        let is_up = moment.passes(numbers, Check::Elevation);
        if is_up && moment.now.later(interval.seconds()).sin_elevation(&numbers.target) < moment.sin_elevation {
            found(What::SetsBeforeItsEnd);
        }
        if moment.passes(numbers, Check::Window) && interval.end().unix_seconds() > numbers.window.1 {
            found(What::WindowClosesBeforeItsEnd);
        }
        let up_to_this = planned[..=nth].iter().filter(|other| other.place == execution.place).count();
        let left = candidate.executions_left().unwrap_or(0);
        // Of a block that has none left the check says so.
        if left > 0 && i64::try_from(up_to_this).unwrap_or(i64::MAX) > i64::from(left) {
            found(What::OverObserved);
        }
    }
    all
}

/// What an insertion would push out of a plan, and what that costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Displaced {
    /// Indices in the plan of those that overlap it.
    pub nth: Vec<usize>,
    /// Score times hours that would be lost.
    pub lost: f64,
    /// Score times hours that would be gained.
    pub gained: f64,
}

/// What an execution would push out of the plan of its array, before anybody agrees to it.
pub fn displaced(planned: &[Planned], inserted: &Planned) -> Displaced {
    #[expect(clippy::cast_precision_loss, reason = "seconds of an execution")]
    let value = |planned: &Planned| planned.score * planned.interval.seconds() as f64 / 3_600.0;
    let overlaps = |planned: &Planned| planned.interval.overlap(inserted.interval).is_some();
    let nth: Vec<usize> = (0..planned.len()).filter(|&nth| overlaps(&planned[nth])).collect();
    Displaced { lost: nth.iter().map(|&nth| value(&planned[nth])).sum(), gained: value(inserted), nth }
}
