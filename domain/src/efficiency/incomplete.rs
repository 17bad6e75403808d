//! Why a number of a window may still change: what is missing, late, or not over.

use super::window::Window;
use super::{ShiftSums, in_window};
use crate::facts::{Id, Shift};
use crate::family::Family;
use crate::time::{DAY_S, Instant};

/// A reason, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// These shifts still run: their time counts up to now.
    Running(Vec<Id>),
    /// These shifts began in the window and have no ledger, because a time is missing or reversed: none of their time counts.
    WithoutLedger(Vec<Id>),
    /// The window reaches beyond now.
    NotOver,
    /// The log was last looked at then, long before the window's end or now: what happened since is missing.
    Late(Instant),
}

/// How much later than the last look at the log a window may end without being late \[s\] (our own choice: a log comes in at
/// least once a day).
pub const LATE_S: i64 = DAY_S;

/// The reasons for one family, or for all together. `as_of` is when the log was last looked at.
pub fn incomplete(
    shifts: &[&ShiftSums],
    without_ledger: &[&Shift],
    window: &Window,
    family: Option<Family>,
    as_of: Option<Instant>,
    now: Instant,
) -> Vec<Incomplete> {
    let these = in_window(shifts, window, now);
    let mut running: Vec<Id> = these
        .iter()
        .filter(|sums| sums.running && family.is_none_or(|family| sums.family == family))
        .map(|sums| sums.shift.clone())
        .collect();
    running.dedup();
    let unknown: Vec<Id> = without_ledger
        .iter()
        .filter(|shift| family.is_none_or(|family| shift.families.contains(family)))
        .filter(|shift| belongs(shift, window, &these, family, now))
        .map(|shift| shift.id.clone())
        .collect();
    let interval = window.interval(now);
    let end = interval.map_or(now, |interval| interval.end().min(now));
    let looked_long_before = as_of.filter(|as_of| {
        let asks_for_the_present = interval.is_some() || *window == Window::LastShift;
        asks_for_the_present && end.since(*as_of) > LATE_S
    });
    let reasons = [
        (!running.is_empty()).then_some(Incomplete::Running(running)),
        (!unknown.is_empty()).then_some(Incomplete::WithoutLedger(unknown)),
        interval.is_some_and(|interval| interval.end() > now).then_some(Incomplete::NotOver),
        looked_long_before.map(Incomplete::Late),
    ];
    reasons.into_iter().flatten().collect()
}

/// Whether a shift without a ledger would be in the window, had it one.
fn belongs(shift: &Shift, window: &Window, these: &[&ShiftSums], family: Option<Family>, now: Instant) -> bool {
    let Some(start) = shift.start else { return false };
    match window {
        Window::Shift(id) => shift.id == *id,
        // It is the last of a family when it began after the one that is taken for it.
        Window::LastShift => shift
            .families
            .iter()
            .filter(|lane| family.is_none_or(|family| family == *lane))
            .any(|lane| these.iter().find(|sums| sums.family == lane).is_none_or(|last| start > last.start)),
        _ => window.interval(now).is_some_and(|interval| interval.holds(start)),
    }
}
