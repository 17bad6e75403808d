//! The weekly table of any window: a column for each family and one for all together, each beside the window before.

use std::collections::BTreeSet;

use super::window::Window;
use super::{ShiftSums, Sums, before, in_window, total};
use crate::facts::Id;
use crate::family::Family;
use crate::time::Instant;

/// One column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The family; `None` is all together.
    pub family: Option<Family>,
    /// The window.
    pub part: Part,
    /// The window before it.
    pub before: Part,
}

/// What the shifts of one window and family, or of all, sum to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The sums.
    pub sums: Sums,
    /// How many shifts they are: one that allocates two families is one.
    pub n_shifts: i64,
    /// The shifts among them that still run.
    pub running: Vec<Id>,
}

impl Part {
    /// The part of some shifts that belongs to a family, or all of it.
    pub fn of(shifts: &[&ShiftSums], family: Option<Family>) -> Self {
        let of_it = shifts.iter().filter(|shift| family.is_none_or(|family| shift.family == family));
        let mut running: Vec<Id> =
            of_it.clone().filter(|shift| shift.running).map(|shift| shift.shift.clone()).collect();
        running.dedup();
        let ids: BTreeSet<&Id> = of_it.map(|shift| &shift.shift).collect();
        let n_shifts = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        Self { sums: total(shifts, family), n_shifts, running }
    }
}

/// The columns of a window, the families first and then all together; or the one of a family.
pub fn table(shifts: &[&ShiftSums], window: &Window, family: Option<Family>, now: Instant) -> Vec<Column> {
    let (these, those) = (in_window(shifts, window, now), before(shifts, window, now));
    let families = match family {
        Some(family) => vec![Some(family)],
        None => Family::ALL.into_iter().map(Some).chain([None]).collect(),
    };
    let column = |family| Column { family, part: Part::of(&these, family), before: Part::of(&those, family) };
    families.into_iter().map(column).collect()
}
