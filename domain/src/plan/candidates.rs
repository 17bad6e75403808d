//! What is known about each block: its own row, its project's, how often it was observed, and the air at its frequency.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::atmosphere::{Air, Atmosphere};
use crate::facts::{Execution, Id, Project, Qa0, SchedulingBlock};
use crate::time::Instant;

/// A block that may be observed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its row.
    pub block: SchedulingBlock,
    /// Its project's row, if the log has it.
    pub project: Option<Project>,
    /// Executions with QA0 Pass.
    pub n_pass: i32,
    /// Executions with QA0 Pending: they count as done until somebody says otherwise.
    pub n_pending: i32,
    /// The air at its frequency, if it has one that the table knows.
    pub air: Option<Air>,
}

impl Candidate {
    /// Executions that count as done.
    pub const fn observed(&self) -> i32 {
        self.n_pass.saturating_add(self.n_pending)
    }

    /// Executions that are left, 0 or more; none when the log does not say how many were asked for.
    pub fn executions_left(&self) -> Option<i32> {
        self.block.exec_count.map(|asked| asked.saturating_sub(self.observed()).max(0))
    }

    /// A target of opportunity: the project's code ends in `.T`.
    pub fn is_too(&self) -> bool {
        self.block.project_code.ends_with(".T")
    }
}

/// One execution of a block, as the panel of the block shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastExecution {
    /// Its id.
    pub id: Id,
    /// When it began, if the log has it.
    pub start: Option<Instant>,
    /// When it ended.
    pub end: Option<Instant>,
    /// What quality assurance said.
    pub qa0: Option<Qa0>,
    /// How it ended, in the log's word.
    pub status: String,
}

/// How often each block was observed, by its id: executions with QA0 Pass, and with QA0 Pending.
pub type Done<'a> = HashMap<&'a str, (i32, i32)>;

/// Counts the executions of each block. All count, whatever they say they were for: QA0 is given to data.
pub fn done(executions: &[Execution]) -> Done<'_> {
    let mut done = Done::new();
    for execution in executions.iter().filter(|execution| !execution.sb_uid.is_empty()) {
        match execution.qa0 {
            Some(Qa0::Pass) => done.entry(&execution.sb_uid).or_default().0 += 1,
            Some(Qa0::Pending) => done.entry(&execution.sb_uid).or_default().1 += 1,
            Some(Qa0::SemiPass | Qa0::Fail) | None => {}
        }
    }
    done
}

/// Every block with what belongs to it, in the order of the blocks.
pub fn candidates(
    blocks: &[SchedulingBlock],
    projects: &[Project],
    executions: &[Execution],
    atmosphere: &Atmosphere,
) -> Vec<Candidate> {
    candidates_done(blocks, projects, &done(executions), atmosphere)
}

/// The same where somebody has counted the executions.
pub fn candidates_done(
    blocks: &[SchedulingBlock],
    projects: &[Project],
    done: &Done<'_>,
    atmosphere: &Atmosphere,
) -> Vec<Candidate> {
    let projects: HashMap<&str, &Project> = projects.iter().map(|project| (project.id.as_str(), project)).collect();
    blocks
        .iter()
        .map(|block| {
            let (n_pass, n_pending) = done.get(block.id.as_str()).copied().unwrap_or_default();
            Candidate {
                block: block.clone(),
                project: projects.get(block.project_code.as_str()).map(|&project| project.clone()),
                n_pass,
                n_pending,
                air: block.rep_freq_ghz.and_then(|frequency_ghz| atmosphere.air(frequency_ghz)),
            }
        })
        .collect()
}

/// The newest cycle of any project: it is taken for the current one where nobody names it.
pub fn newest_cycle(candidates: &[Candidate]) -> Option<&str> {
    let cycles = candidates.iter().filter_map(|candidate| Some(candidate.project.as_ref()?.cycle.as_str()));
    cycles.filter(|cycle| cycle_year(cycle).is_some()).max()
}

/// The year of a cycle: 2021 of `2021.1`.
pub fn cycle_year(cycle: &str) -> Option<i32> {
    let year = cycle.split('.').next()?;
    (year.len() == 4).then(|| year.parse().ok()).flatten()
}
