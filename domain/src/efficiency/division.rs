//! The rows behind a number, divided by what an execution was: its band, the configuration that it ran in, its project's grade.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::{Measure, Metric, Ratio, Row, Sums, What};
use crate::facts::ScheduledConfiguration;
use crate::family::Family;
use crate::labelled::{UnknownLabel, labelled};
use crate::ledger::Owner;

labelled! {
    /// What divides.
    Divider, "way to divide" {
        /// The receiver band.
        Band = "band",
        /// The configuration of the 12-m array; the other arrays have one each.
        Configuration = "configuration",
        /// The grade of the project.
        Grade = "grade",
    }
}

/// One part of a division.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Division {
    /// What divides.
    pub by: Divider,
    /// Its value: `6`, `C-3`, `A`; `None` where the log does not say.
    pub value: Option<String>,
}

/// How an address says that the log does not say.
const UNSAID: &str = "-";

/// The longest value \[bytes\]: that of an id.
const VALUE_MAX_BYTES: usize = 200;

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.by, self.value.as_deref().unwrap_or(UNSAID))
    }
}

/// Why a text is no [`Division`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDivision {
    /// Not of the form.
    #[error("it is of the form band:6, configuration:C-3 or grade:A")]
    Form,
    /// Nothing divides so.
    #[error(transparent)]
    By(#[from] UnknownLabel),
}

impl FromStr for Division {
    type Err = NoDivision;

    fn from_str(text: &str) -> Result<Self, NoDivision> {
        let (by, value) = text.split_once(':').ok_or(NoDivision::Form)?;
        if value.is_empty() || value.len() > VALUE_MAX_BYTES {
            return Err(NoDivision::Form);
        }
        Ok(Self { by: by.parse()?, value: (value != UNSAID).then(|| value.to_owned()) })
    }
}

impl Division {
    /// As a person reads it: `Band 6`, `C-3`, `Grade A`; `None` where the log does not say.
    pub fn words(&self) -> Option<String> {
        let value = self.value.as_ref()?;
        Some(match self.by {
            Divider::Band => format!("Band {value}"),
            Divider::Configuration => value.clone(),
            Divider::Grade => format!("Grade {value}"),
        })
    }
}

/// What the log says beside executions that divides them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Divisions {
    /// The grade of each project, by its code.
    pub grades: BTreeMap<String, String>,
    /// Which configuration the 12-m array was to be in when, in any order.
    pub calendar: Vec<ScheduledConfiguration>,
}

impl Divisions {
    /// The part that a row belongs to; `None` for one that no execution owns.
    pub fn of(&self, by: Divider, row: &Row<'_>) -> Option<Division> {
        let What::Execution(execution) = row.what else { return None };
        let value = match by {
            Divider::Band => execution.band.map(|band| band.to_string()),
            Divider::Grade => self.grades.get(&execution.project_code).filter(|grade| !grade.is_empty()).cloned(),
            Divider::Configuration if row.family != Family::Twelve => Some(row.family.label().to_owned()),
            Divider::Configuration => {
                let at = row.interval.start();
                let there = self.calendar.iter().filter(|planned| planned.start <= at && at < planned.end);
                // Of several plans for a day the latest revision is the one that was followed, as far as the log says.
                let latest = there.max_by_key(|planned| (planned.revision, planned.start));
                latest.map(|planned| planned.configuration.to_string())
            }
        };
        Some(Division { by, value })
    }
}

/// How much each part adds, by value, what the log does not say last. They sum to what the rows' executions add.
pub fn divided(rows: &[Row<'_>], by: Divider, divisions: &Divisions) -> Vec<(Division, i64)> {
    let mut parts: BTreeMap<Division, i64> = BTreeMap::new();
    for row in rows {
        if let Some(division) = divisions.of(by, row) {
            *parts.entry(division).or_default() += row.amount;
        }
    }
    let mut parts: Vec<(Division, i64)> = parts.into_iter().collect();
    // Bands are numbers, 10 comes after 9.
    parts.sort_by_key(|(division, _)| {
        (division.value.is_none(), division.value.as_ref().and_then(|value| value.parse::<u32>().ok()))
    });
    parts
}

impl Metric {
    /// The owners of its seconds, where it is hours of executions, which can be divided.
    pub fn of_executions(self) -> Option<&'static [Owner]> {
        match self.ratio() {
            Ratio::Hours(Measure::Owned(owners)) if owners.iter().all(|&owner| is_of_executions(owner)) => Some(owners),
            _ => None,
        }
    }
}

const fn is_of_executions(owner: Owner) -> bool {
    !matches!(owner, Owner::Weather | Owner::Technical | Owner::Scheduling | Owner::Handover | Owner::Idle)
}

impl Sums {
    /// What some rows add: the seconds of each owner. Counts and what is undetermined belong to whole shifts: here they are zero.
    pub fn of_rows(rows: &[Row<'_>]) -> Self {
        let mut sums = Self::default();
        for row in rows {
            if let Some(owner) = row.owner {
                sums.seconds[owner as usize] += row.amount;
            }
        }
        sums
    }
}
