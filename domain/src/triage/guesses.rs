//! What somebody decided and the server has not confirmed yet, laid over what the server said.
//!
//! A list shows a decision in the frame of its key, long before the answer. Until the server's own row has come, the guess
//! stands in its place; a decision that was refused gives the place back. Once all is answered and has arrived, nothing of it is
//! left: the list is the server's.

use std::collections::BTreeMap;

use super::FindingRow;

/// The findings that are shown otherwise than the server last said.
#[derive(Debug, Default)]
pub struct Guesses {
    by_finding: BTreeMap<i64, Guess>,
}

#[derive(Debug)]
struct Guess {
    said: FindingRow,
    /// Whether a decision is on its way.
    waits: bool,
    /// The newest change that holds one of the decisions: a list with that change needs no guess.
    kept_by: Option<i64>,
}

impl Guesses {
    /// A finding is shown otherwise from now on. `said` is its row so far, which counts unless another guess is there already.
    pub fn lay(&mut self, finding: i64, said: FindingRow) {
        self.by_finding.entry(finding).or_insert(Guess { said, waits: true, kept_by: None }).waits = true;
    }

    /// One of the decisions about a finding is in the change of that number.
    pub fn kept(&mut self, finding: i64, change: i64) {
        if let Some(guess) = self.by_finding.get_mut(&finding) {
            guess.kept_by = guess.kept_by.max(Some(change));
        }
    }

    /// Every decision about a finding is answered. `known` is the newest change whose rows are here. Returns the row that is to be
    /// shown, where that is not the guess any more.
    pub fn answered(&mut self, finding: i64, known: i64) -> Option<FindingRow> {
        let guess = self.by_finding.get_mut(&finding)?;
        guess.waits = false;
        if guess.is_wanted(known) {
            return None;
        }
        self.by_finding.remove(&finding).map(|guess| guess.said)
    }

    /// The server said these rows, and has no other change up to and with `seq`. Returns the rows that are to be shown.
    pub fn said(&mut self, seq: i64, rows: impl IntoIterator<Item = FindingRow>) -> Vec<FindingRow> {
        let mut shown = Vec::new();
        for row in rows {
            match self.by_finding.get_mut(&row.id) {
                Some(guess) => guess.said = row,
                None => shown.push(row),
            }
        }
        let arrived = self.by_finding.extract_if(.., |_, guess| !guess.is_wanted(seq));
        shown.extend(arrived.map(|(_, guess)| guess.said));
        shown
    }

    /// Forgets them all: every row was fetched anew.
    pub fn clear(&mut self) {
        self.by_finding.clear();
    }
}

impl Guess {
    /// Whether a list with the changes up to `known` would show something older without it.
    fn is_wanted(&self, known: i64) -> bool {
        self.waits || self.kept_by.is_some_and(|change| change > known)
    }
}
