//! What should somebody know about a block that is listed, beside its score?

use super::candidates::Candidate;
use super::situation::{Ahead, Situation};
use crate::family::Family;
use crate::labelled::labelled;

labelled! {
    /// A reason to look twice.
    Warning, "warning" {
        /// Its time window closes within a week.
        WindowEnds = "time window ends",
        /// No configuration that the schedule has ahead fits it.
        LastChance = "last chance this configuration",
        /// Executions wait for their QA0; if they fail, more are left than it seems.
        PendingQa0 = "pending QA0",
    }
}

/// How long before its end a time window is warned of \[s\]: a week (our own).
const WINDOW_ENDS_S: i64 = 7 * 86_400;

/// The warnings of a block at a time, in the order of [`Warning::ALL`]. Without a schedule no chance is the last.
pub fn warnings(candidate: &Candidate, situation: &Situation, ahead: &[Ahead]) -> Vec<Warning> {
    let block = &candidate.block;
    let holds = |warning: Warning| match warning {
        Warning::WindowEnds => block.window_end.is_some_and(|end| {
            let left_s = end.since(situation.at);
            (0..=WINDOW_ENDS_S).contains(&left_s)
        }),
        Warning::LastChance => {
            let asked = (block.min_ar_arcsec, block.max_ar_arcsec, block.rep_freq_ghz);
            let (Some(min), Some(max), Some(frequency_ghz)) = asked else { return false };
            let at_frequency = frequency_ghz / 100.0;
            let fits = |next: &Ahead| {
                let ar = next.array.ar_100ghz_arcsec;
                ar.is_some_and(|ar| min * at_frequency <= ar && ar <= max * at_frequency)
            };
            let mut later = ahead.iter().filter(|next| next.start > situation.at).peekable();
            block.array == Some(Family::Twelve) && later.peek().is_some() && !later.any(fits)
        }
        Warning::PendingQa0 => candidate.n_pending > 0,
    };
    Warning::ALL.iter().copied().filter(|&warning| holds(warning)).collect()
}
