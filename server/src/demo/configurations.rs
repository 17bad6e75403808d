//! The configurations of the 12 m array, and which one is planned when.

use domain::facts::{Configuration, ScheduledConfiguration};
use domain::time::{DAY_S, Instant};

use super::chance::Chance;

/// Name, resolution at 100 GHz \[arcsec\], largest scale at 100 GHz \[arcsec\], longest baseline \[km\] (ALMA Technical Handbook).
pub(super) const CONFIGURATIONS: [(&str, f64, f64, f64); 10] = [
    ("C-1", 3.38, 28.5, 0.161),
    ("C-2", 2.30, 22.6, 0.314),
    ("C-3", 1.42, 16.2, 0.500),
    ("C-4", 0.918, 11.2, 0.784),
    ("C-5", 0.545, 6.70, 1.4),
    ("C-6", 0.306, 4.11, 2.5),
    ("C-7", 0.211, 2.58, 3.6),
    ("C-8", 0.096, 1.42, 8.5),
    ("C-9", 0.057, 0.814, 13.9),
    ("C-10", 0.042, 0.496, 16.2),
];

/// Antennas of a 12 m configuration (ALMA Technical Handbook: at least 43).
const ANTENNAS: i32 = 43;
/// How long after *now* the schedule reaches \[days\] (our own choice).
const AHEAD_DAYS: i64 = 120;

/// The ten configurations.
pub(super) fn configurations() -> Vec<Configuration> {
    CONFIGURATIONS
        .iter()
        .filter_map(|&(name, ar, mrs, baseline)| {
            Some(Configuration {
                id: name.parse().ok()?,
                ar_100ghz_arcsec: Some(ar),
                mrs_100ghz_arcsec: Some(mrs),
                longest_baseline_km: Some(baseline),
                antennas: Some(ANTENNAS),
            })
        })
        .collect()
}

/// The array breathes: from compact to extended and back, two to five weeks each, without a hole, past `now`.
pub(super) fn schedule(start: Instant, now: Instant, chance: &mut Chance) -> Vec<ScheduledConfiguration> {
    let last = CONFIGURATIONS.len() - 1;
    let (mut place, mut extending) = (chance.place(CONFIGURATIONS.len()), chance.happens(0.5));
    let mut from = start.plus(-DAY_S * chance.whole(0, 14) - start.unix_seconds().rem_euclid(DAY_S));
    let until = now.plus(DAY_S * AHEAD_DAYS);
    let mut schedule = Vec::new();
    while from < until {
        let to = from.plus(DAY_S * chance.whole(14, 35)).min(until);
        let (name, ..) = CONFIGURATIONS[place.min(last)];
        #[expect(clippy::cast_precision_loss, reason = "whole hours below 24")]
        let lst_from_h = chance.whole(0, 23) as f64;
        schedule.extend(name.parse().ok().map(|configuration| ScheduledConfiguration {
            start: from,
            end: to,
            configuration,
            lst_from_h: Some(lst_from_h),
            lst_to_h: Some((lst_from_h + 14.0).rem_euclid(24.0)),
            revision: 1,
        }));
        from = to;
        extending = if place == 0 {
            true
        } else if place >= last {
            false
        } else {
            extending
        };
        place = if extending { place + 1 } else { place.saturating_sub(1) };
    }
    schedule
}
