//! May a block be observed now? Thirteen named checks, in the original's order (domain.md §6).
//!
//! They never mix with the score: what fails one is not listed, however good it is.

use serde::{Deserialize, Serialize};

use super::candidates::Candidate;
use crate::family::Family;
use crate::labelled::labelled;
use crate::time::Instant;

labelled! {
    /// The checks, in the order in which they are made and shown.
    Check, "check" {
        /// There is an array of the family the block asks for.
        ArrayKind = "array kind",
        /// The project is Ready or InProgress.
        ProjectState = "project state",
        /// The block is Ready, Suspended, Running, CalibratorCheck or Waiting.
        SbState = "SB state",
        /// Its name does not say "do not".
        Name = "name",
        /// A, B or C of the current cycle, A of an older one.
        Grade = "grade",
        /// Its band was chosen.
        Band = "band",
        /// More executions were asked for than have QA0 Pass or Pending.
        ExecutionsLeft = "executions left",
        /// The array's resolution lies in what the block allows (12 m only).
        Configuration = "configuration",
        /// It stands high enough.
        Elevation = "elevation",
        /// It stays there long enough.
        SetsIn = "sets in",
        /// It is not too far from transit.
        HourAngle = "hour angle",
        /// Its time window is open.
        Window = "time window",
        /// It would not take much longer than planned.
        ExecFrac = "execution fraction",
    }
}

/// States of a project in which its blocks may be observed (D).
pub const PROJECT_STATES: [&str; 2] = ["Ready", "InProgress"];
/// States of a block in which it may be observed (D).
pub const SB_STATES: [&str; 5] = ["Ready", "Suspended", "Running", "CalibratorCheck", "Waiting"];

/// Whether a name tells people to keep off: `DO_NOT_RUN`, `do not observe`, in any case, with blanks, `_` or `-`.
pub fn says_do_not(name: &str) -> bool {
    let plain: String =
        name.chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c.to_ascii_lowercase() }).collect();
    plain.contains("do not")
}

labelled! {
    /// What a check says.
    Verdict, "verdict" {
        /// It passes.
        Passes = "passes",
        /// It does not.
        Fails = "fails",
        /// The log does not have what it takes to say; the block is not listed.
        Missing = "missing",
    }
}

/// A check of one block, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// Which.
    pub check: Check,
    /// What it says.
    pub verdict: Verdict,
    /// The block's value with its unit, or which column is missing.
    pub value: String,
    /// What it is compared with.
    pub limit: String,
    /// When it passes next, of a check that fails: never before the time that was asked about. `None` when time alone does not
    /// help, and for a check that passes.
    pub next: Option<Instant>,
}

impl Candidate {
    /// The column that a check lacks, as the tables name it; `None` when it has all that it takes.
    pub fn missing(&self, check: Check) -> Option<&'static str> {
        let block = &self.block;
        let lacks = |is_there: bool, column: &'static str| (!is_there).then_some(column);
        let coordinates =
            || lacks(block.ra_deg.is_some(), "ra_deg").or_else(|| lacks(block.dec_deg.is_some(), "dec_deg"));
        match check {
            Check::ArrayKind => lacks(block.array.is_some(), "array"),
            Check::ProjectState => lacks(self.project.is_some(), "project_code among the projects").or_else(|| {
                lacks(self.project.as_ref().is_some_and(|project| !project.state.is_empty()), "project's state")
            }),
            Check::Grade => lacks(self.project.is_some(), "project_code among the projects")
                .or_else(|| lacks(self.project.as_ref().is_some_and(|project| !project.grade.is_empty()), "grade")),
            Check::SbState => lacks(!block.state.is_empty(), "state"),
            Check::Name | Check::Window => None,
            Check::Band => lacks(block.band.is_some(), "band"),
            Check::ExecutionsLeft => lacks(block.exec_count.is_some(), "exec_count"),
            Check::Configuration if block.array != Some(Family::Twelve) => None,
            Check::Configuration => lacks(block.min_ar_arcsec.is_some(), "min_ar_arcsec")
                .or_else(|| lacks(block.max_ar_arcsec.is_some(), "max_ar_arcsec"))
                .or_else(|| lacks(block.rep_freq_ghz.is_some(), "rep_freq_ghz")),
            Check::Elevation | Check::SetsIn => coordinates(),
            Check::HourAngle => lacks(block.ra_deg.is_some(), "ra_deg"),
            Check::ExecFrac => lacks(block.rep_freq_ghz.is_some(), "rep_freq_ghz")
                .or_else(|| lacks(self.air.is_some(), "rep_freq_ghz in the table of the atmosphere"))
                .or_else(|| lacks(block.band.is_some(), "band"))
                .or_else(|| lacks(block.array.is_some(), "array"))
                .or_else(|| lacks(block.max_pwv_mm.is_some(), "max_pwv_mm"))
                .or_else(coordinates),
        }
    }
}
