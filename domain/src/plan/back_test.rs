//! Where would a policy have ranked what was really observed?
//!
//! Each PI execution of a block is looked at as it began: the air of that moment, the configuration that the schedule had, the
//! executions that were done by then. What states blocks and projects had then nobody wrote down, so all count as ready.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::candidates::Candidate;
use super::checks::{Check, PROJECT_STATES, SB_STATES};
use super::policy::Policy;
use super::ranking::{Blocks, Ranking, Section};
use super::situation::{ArrayAtHand, Bands, Situation, scheduled_at};
use crate::facts::{Conditions, Configuration, Execution, Id, Purpose, Qa0, ScheduledConfiguration};
use crate::family::Family;
use crate::time::{HOUR_S, Instant, Interval};

/// What is known about the past.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    /// Blocks with their projects; what they say about executions done is not looked at.
    pub candidates: &'a [Candidate],
    /// All executions, also those before the interval that is tested.
    pub executions: &'a [Execution],
    /// Measurements of the air.
    pub conditions: &'a [Conditions],
    /// The schedule of configurations.
    pub schedule: &'a [ScheduledConfiguration],
    /// Their figures.
    pub configurations: &'a [Configuration],
    /// The arrays of 7 m and of single dishes, of which the log has no figures.
    pub seven: ArrayAtHand,
    /// See `seven`.
    pub total_power: ArrayAtHand,
    /// The cycle that was current.
    pub current_cycle: &'a str,
}

/// One execution that was ranked afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    /// The execution.
    pub execution: Id,
    /// When it began.
    pub at: Instant,
    /// Section and rank, from 1, of its block; none when it would not have been listed.
    pub rank: Option<(Section, usize)>,
    /// Blocks in that section.
    pub of: usize,
    /// The first check that would have failed.
    pub first_failing: Option<Check>,
}

/// All of them, and those that could not be ranked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BackTest {
    /// By their start.
    pub tested: Vec<Tested>,
    /// Executions of blocks that the log does not have, or without a measurement of the air in the hour before.
    pub n_unknown: usize,
}

impl BackTest {
    /// Of those tested, the share whose block was among the first `n` of its section; none when nothing was tested.
    pub fn among_first(&self, n: usize) -> Option<f64> {
        let among = self.tested.iter().filter(|tested| tested.rank.is_some_and(|(_, rank)| rank <= n)).count();
        #[expect(clippy::cast_precision_loss, reason = "a count of executions")]
        let share = among as f64 / self.tested.len() as f64;
        (!self.tested.is_empty()).then_some(share)
    }
}

/// How old a measurement of the air may be \[s\]: an hour (our own).
const AIR_IS_OLD_S: i64 = HOUR_S;

/// Ranks what began in an interval.
pub fn back_test(past: &Past<'_>, interval: Interval, policy: &Policy) -> BackTest {
    let mut all: Vec<Candidate> = past.candidates.to_vec();
    for candidate in &mut all {
        (candidate.n_pass, candidate.n_pending) = (0, 0);
        SB_STATES[0].clone_into(&mut candidate.block.state);
        if let Some(project) = &mut candidate.project {
            PROJECT_STATES[0].clone_into(&mut project.state);
        }
    }
    let mut blocks = Blocks::new(all, past.current_cycle);
    let mut air: Vec<(Instant, f64)> = past.conditions.iter().filter_map(|row| Some((row.time, row.pwv_mm?))).collect();
    air.sort_by_key(|&(time, _)| time);
    let configurations: HashMap<&Id, &Configuration> = past.configurations.iter().map(|row| (&row.id, row)).collect();
    let mut executions: Vec<(Instant, &Execution)> =
        past.executions.iter().filter_map(|execution| Some((execution.start?, execution))).collect();
    executions.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));

    let (mut result, mut ranking) = (BackTest::default(), Ranking::default());
    for (at, execution) in executions.into_iter().take_while(|&(at, _)| at < interval.end()) {
        let place = blocks.place(&execution.sb_uid);
        if interval.holds(at) && execution.purpose == Purpose::Pi && !execution.sb_uid.is_empty() {
            let last = air[..air.partition_point(|&(time, _)| time <= at)].last();
            match (place, last) {
                (Some(place), Some(&(time, pwv_mm))) if at.since(time) <= AIR_IS_OLD_S => {
                    let twelve = scheduled_at(past.schedule, at)
                        .and_then(|row| configurations.get(&row.configuration))
                        .map(|&configuration| ArrayAtHand::from(configuration));
                    let mut arrays = [None; 3];
                    arrays[Family::Twelve as usize] = twelve;
                    arrays[Family::Seven as usize] = Some(past.seven);
                    arrays[Family::TotalPower as usize] = Some(past.total_power);
                    let then = Situation { at, pwv_mm, arrays, bands: Bands::ALL, limits: policy.limits };
                    blocks.rank_into(&mut ranking, &then, policy);
                    let rank = ranking.rank_of(place);
                    result.tested.push(Tested {
                        execution: execution.id.clone(),
                        at,
                        rank,
                        of: rank.map_or(0, |(section, _)| ranking.section(section).len()),
                        first_failing: ranking.first_failing(place),
                    });
                }
                _ => result.n_unknown += 1,
            }
        }
        if let (Some(place), Some(Qa0::Pass | Qa0::Pending)) = (place, execution.qa0) {
            blocks.count_execution(place);
        }
    }
    result
}
