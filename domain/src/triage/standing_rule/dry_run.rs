//! What one rule would change of what is there: counted exactly, and the first changes told one by one.

use std::collections::BTreeMap;

use super::ruling::{Effect, Fate, Ruling, Subject};
use crate::family::Family;
use crate::findings::FindingType;
use crate::time::Instant;
use crate::triage::decision::Field;

/// How many changes are told one by one (our choice: a person reads no more).
pub const DIFF_TOLD: usize = 100;

/// What one rule would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DryRun {
    /// Findings for which its condition holds.
    pub n_matching: i64,
    /// Findings that would change.
    pub n_changed: i64,
    /// Values that would change: a finding that gets a type and a tag counts twice.
    pub n_values: i64,
    /// What becomes of each thing that the rule gives, over all findings.
    pub fates: BTreeMap<(Field, Fate), i64>,
    /// The first [`DIFF_TOLD`] values that would change.
    pub diff: Vec<Difference>,
}

/// One value that would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The finding.
    pub finding: i64,
    /// Its type, as it is.
    pub kind: FindingType,
    /// Its family.
    pub family: Option<Family>,
    /// When it ends.
    pub end: Option<Instant>,
    /// Which field.
    pub field: Field,
    /// What it shows.
    pub from: String,
    /// What it would show.
    pub to: String,
    /// Whether the rule takes back what it gave, instead of giving.
    pub taken_back: bool,
}

impl DryRun {
    /// Adds what becomes of one finding; other rules' effects on it do not count.
    pub fn add(&mut self, rule: i64, finding: &Subject, ruling: &Ruling) {
        let own = || ruling.effects.iter().filter(|effect| effect.rule == rule);
        self.n_matching += i64::from(own().any(|effect| effect.fate != Fate::TakenBack));
        let n_values = self.n_values;
        for Effect { field, fate, from, to, .. } in own() {
            *self.fates.entry((*field, *fate)).or_default() += 1;
            if !matches!(fate, Fate::Given | Fate::TakenBack) {
                continue;
            }
            self.n_values += 1;
            if self.diff.len() < DIFF_TOLD {
                self.diff.push(Difference {
                    finding: finding.row.id,
                    kind: finding.row.kind,
                    family: finding.row.family,
                    end: finding.row.span.map(|span| span.end()),
                    field: *field,
                    from: from.clone(),
                    to: to.clone(),
                    taken_back: *fate == Fate::TakenBack,
                });
            }
        }
        self.n_changed += i64::from(self.n_values > n_values);
    }

    /// How many things of a field have this fate.
    pub fn n(&self, field: Field, fate: Fate) -> i64 {
        self.fates.get(&(field, fate)).copied().unwrap_or_default()
    }
}
