//! Who owned each hour of the clock: ledgers cut at full hours, for what comes back with the time of day.

use std::collections::BTreeMap;

use super::Sums;
use crate::labelled::labelled;
use crate::ledger::{Ledger, Owner};
use crate::time::{HOUR_S, Instant, Interval};

labelled! {
    /// What the hours of the clock are looked at for.
    TimeOf, "use of time" {
        /// Observations for principal investigators, whatever became of them.
        Science = "science",
        /// Calibration, whatever became of it.
        Calibration = "calibration",
        /// Tests.
        Test = "test",
        /// Weather downtime.
        Weather = "weather",
        /// Technical downtime.
        Technical = "technical",
        /// Scheduling downtime.
        Scheduling = "scheduling",
        /// Nobody's, at the start of a shift or later.
        Idle = "idle",
    }
}

impl TimeOf {
    /// Whose seconds it is.
    pub const fn owners(self) -> &'static [Owner] {
        match self {
            Self::Science => &[Owner::PiPass, Owner::PiPending, Owner::PiSemiPass, Owner::PiFail, Owner::PiWithoutQa0],
            Self::Calibration => &[Owner::CalibrationSuccess, Owner::CalibrationOther],
            Self::Test => &[Owner::Test],
            Self::Weather => &[Owner::Weather],
            Self::Technical => &[Owner::Technical],
            Self::Scheduling => &[Owner::Scheduling],
            Self::Idle => &[Owner::Handover, Owner::Idle],
        }
    }
}

/// The seconds of each owner in each hour that any of the ledgers touches, by the hour's first second. Together they are what
/// lies of the ledgers in the interval, which bounds the work: a mistyped year makes a shift of a million hours. Counts and what
/// is undetermined belong to shifts and not to hours: here they are zero.
pub fn by_hour<'a>(ledgers: impl IntoIterator<Item = &'a Ledger>, within: Interval) -> BTreeMap<Instant, Sums> {
    let mut hours: BTreeMap<Instant, Sums> = BTreeMap::new();
    for stretch in ledgers.into_iter().flat_map(Ledger::stretches) {
        let Some(inside) = stretch.interval.overlap(within) else { continue };
        let (mut at, end) = (inside.start(), inside.end());
        while at < end {
            let into_hour = at.unix_seconds().rem_euclid(HOUR_S);
            let until = at.plus(HOUR_S - into_hour).min(end);
            hours.entry(at.plus(-into_hour)).or_default().seconds[stretch.owner as usize] += until.since(at);
            at = until;
        }
    }
    hours
}
