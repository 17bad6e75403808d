//! Under which conditions is the list made? Everything somebody may move on the page.

use serde::{Deserialize, Serialize};

use super::policy::Limits;
use super::resolution::{Pad, resolution};
use crate::facts::{Configuration, Id, ScheduledConfiguration};
use crate::family::Family;
use crate::time::Instant;

/// An array as it is now, or as it would be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArrayAtHand {
    /// Antennas.
    pub n_antennas: u32,
    /// Angular resolution at 100 GHz \[arcsec\]; only 12 m blocks ask for it.
    pub ar_100ghz_arcsec: Option<f64>,
}

impl ArrayAtHand {
    /// The array of antennas at these places; its resolution is none for fewer than three.
    pub fn of_pads(pads: &[Pad]) -> Self {
        Self {
            n_antennas: u32::try_from(pads.len()).unwrap_or(u32::MAX),
            ar_100ghz_arcsec: resolution(pads).map(|resolution| resolution.ar_100ghz_arcsec),
        }
    }
}

/// Receiver bands, 1 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bands(u16);

impl Bands {
    /// Every band.
    pub const ALL: Self = Self(0b111_1111_1110);

    /// Whether a band was chosen.
    #[inline]
    pub const fn contains(self, band: u8) -> bool {
        band < 16 && self.0 & (1 << band) != 0
    }

    /// The bands, ascending.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (1..=10).filter(move |&band| self.contains(band))
    }
}

/// What is no band is passed over.
impl FromIterator<u8> for Bands {
    fn from_iter<I: IntoIterator<Item = u8>>(bands: I) -> Self {
        Self(bands.into_iter().filter(|band| (1..=10).contains(band)).fold(0, |set, band| set | 1 << band))
    }
}

/// The conditions of a list: now, or what if.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Situation {
    /// When.
    pub at: Instant,
    /// Precipitable water vapour \[mm\], 0 or more; above 8 mm the air is taken as at 8.
    pub pwv_mm: f64,
    /// The array of each family, in the order of [`Family::ALL`]; a family without one lists nothing.
    pub arrays: [Option<ArrayAtHand>; 3],
    /// Bands to choose from.
    pub bands: Bands,
    /// Limits; those of the policy unless somebody moved them.
    pub limits: Limits,
}

impl Situation {
    /// The array of a family.
    pub const fn array(&self, family: Family) -> Option<ArrayAtHand> {
        self.arrays[family as usize]
    }

    /// The same at another time, with the configuration that the schedule has for it.
    #[must_use]
    pub fn moved_to(&self, at: Instant, ahead: &[Ahead]) -> Self {
        let mut moved = Self { at, ..*self };
        if let Some(next) = ahead.iter().rfind(|next| self.at < next.start && next.start <= at) {
            moved.arrays[Family::Twelve as usize] = Some(next.array);
        }
        moved
    }
}

/// A 12 m configuration that the schedule has still to come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ahead {
    /// From.
    pub start: Instant,
    /// To.
    pub end: Instant,
    /// Its name.
    pub configuration: Id,
    /// The array it will be.
    pub array: ArrayAtHand,
    /// When an earlier revision of the schedule had it begin, if that was another day.
    pub was_planned: Option<Instant>,
}

impl From<&Configuration> for ArrayAtHand {
    fn from(configuration: &Configuration) -> Self {
        Self {
            n_antennas: configuration.antennas.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
            ar_100ghz_arcsec: configuration.ar_100ghz_arcsec,
        }
    }
}

/// The configurations of the newest revision of the schedule that begin after an instant, by their start. A configuration that
/// nobody described is left out: nothing can be said about it.
pub fn ahead(schedule: &[ScheduledConfiguration], configurations: &[Configuration], after: Instant) -> Vec<Ahead> {
    let newest = newest_revision(schedule);
    let mut rows: Vec<_> = newest.clone().filter(|row| row.start > after).collect();
    rows.sort_by(|a, b| (a.start, &a.configuration).cmp(&(b.start, &b.configuration)));
    let described = |row: &ScheduledConfiguration| {
        let configuration = configurations.iter().find(|configuration| configuration.id == row.configuration)?;
        // The last word before this revision about the same configuration, closest to it: one may come twice in a cycle.
        let earlier =
            schedule.iter().filter(|old| old.configuration == row.configuration && old.revision < row.revision);
        let before = earlier.min_by_key(|old| (-old.revision, old.start.since(row.start).abs()));
        Some(Ahead {
            start: row.start,
            end: row.end,
            configuration: row.configuration.clone(),
            array: configuration.into(),
            was_planned: before.map(|old| old.start).filter(|&start| start != row.start),
        })
    };
    rows.into_iter().filter_map(described).collect()
}

/// The configuration that the newest revision of the schedule has at an instant.
pub fn scheduled_at(schedule: &[ScheduledConfiguration], at: Instant) -> Option<&ScheduledConfiguration> {
    newest_revision(schedule).filter(|row| row.start <= at && at < row.end).max_by_key(|row| row.start)
}

/// The rows of the newest revision.
pub fn newest_revision(schedule: &[ScheduledConfiguration]) -> impl Iterator<Item = &ScheduledConfiguration> + Clone {
    let newest = schedule.iter().map(|row| row.revision).max();
    schedule.iter().filter(move |row| Some(row.revision) == newest)
}
