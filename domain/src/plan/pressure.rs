//! How many hours are wanted, when and by whom, and how many are there?
//!
//! Wanted are the executions left of every block that may still be observed: its states, its name and its grade allow it. The
//! conditions of now do not count.

use serde::{Deserialize, Serialize};

use super::arithmetic::{acos_deg, sin_cos_deg};
use super::candidates::Candidate;
use super::policy::Limits;
use super::ranking::Blocks;
use super::situation::newest_revision;
use super::target::{LATITUDE_DEG, SIDEREAL_RATE, SkyAt, within_a_day};
use crate::facts::{Configuration, Execution, Id, Project, Purpose, Qa0, ScheduledConfiguration};
use crate::family::Family;
use crate::labelled::labelled;
use crate::time::{HOUR_S, Instant, Interval};

/// A sidereal day \[h of UTC\].
const SIDEREAL_DAY_H: f64 = 24.0 / SIDEREAL_RATE;

/// Hours wanted of one family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// Hours by the hour of sidereal time, 0 to 23, and the band, 1 to 10 at 0 to 9. A block's hours are spread evenly over the
    /// times at which it keeps the limits in elevation and hour angle.
    pub by_lst_and_band: [[f64; 10]; 24],
    /// Hours of blocks that never keep those limits \[h\].
    pub never_up_h: f64,
    /// Blocks that want time and do not say how much, or where they are: missing `est_time_h`, `ra_deg`, `dec_deg` or `band`.
    pub n_unknown: usize,
}

impl Wanted {
    /// All hours together \[h\].
    pub fn total_h(&self) -> f64 {
        self.by_lst_and_band.iter().flatten().sum::<f64>() + self.never_up_h
    }
}

/// What the blocks of a family want, by sidereal time and band.
pub fn wanted(blocks: &Blocks, family: Family, limits: &Limits) -> Wanted {
    let mut wanted = Wanted { by_lst_and_band: [[0.0; 10]; 24], never_up_h: 0.0, n_unknown: 0 };
    for candidate in blocks.wanted_of(family) {
        let block = &candidate.block;
        let known = (hours_left(candidate), block.ra_deg, block.dec_deg, block.band);
        let (Some(hours), Some(ra_deg), Some(dec_deg), Some(band @ 1..=10)) = known else {
            wanted.n_unknown += 1;
            continue;
        };
        let half_h = half_arc_h(dec_deg, limits.elevation_deg);
        let (from_h, to_h) = (limits.hour_angle_from_h.max(-half_h), limits.hour_angle_to_h.min(half_h));
        let long_h = to_h - from_h;
        if long_h <= 0.0 {
            wanted.never_up_h += hours;
            continue;
        }
        let mut spread = [0.0; 24];
        spread_over(&mut spread, ra_deg / 15.0 + from_h, long_h, hours / long_h);
        for (sums, hours) in wanted.by_lst_and_band.iter_mut().zip(spread) {
            sums[usize::from(band) - 1] += hours;
        }
    }
    wanted
}

/// Hours of UTC in each hour of sidereal time, 0 to 23, of some intervals.
pub fn available_by_lst(intervals: &[Interval]) -> [f64; 24] {
    let mut by_lst = [0.0; 24];
    for interval in intervals {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a schedule")]
        let hours = interval.seconds() as f64 / HOUR_S as f64;
        let days = (hours / SIDEREAL_DAY_H).floor();
        for sum in &mut by_lst {
            *sum += days / SIDEREAL_RATE;
        }
        let rest_h = (hours - days * SIDEREAL_DAY_H) * SIDEREAL_RATE;
        spread_over(&mut by_lst, SkyAt::of(interval.start()).lst_h, rest_h, 1.0 / SIDEREAL_RATE);
    }
    by_lst
}

/// Adds a density to a stretch of sidereal time that begins anywhere and lasts up to 24 h.
fn spread_over(by_lst: &mut [f64; 24], from_h: f64, long_h: f64, density: f64) {
    let mut at_h = within_a_day(from_h.rem_euclid(24.0));
    let mut left_h = long_h;
    while left_h > 0.0 {
        let hour = at_h.floor();
        let step_h = (hour + 1.0 - at_h).min(left_h);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 23")]
        let of_hour = &mut by_lst[hour as usize % 24];
        *of_hour += step_h * density;
        left_h -= step_h;
        at_h = if hour >= 23.0 { 0.0 } else { hour + 1.0 };
    }
}

/// Half the time a declination spends above an elevation \[h of sidereal time\]: 12 when it never sets, 0 when it never rises.
fn half_arc_h(dec_deg: f64, elevation_deg: f64) -> f64 {
    let (sin_lat, cos_lat) = sin_cos_deg(LATITUDE_DEG);
    let (sin_dec, cos_dec) = sin_cos_deg(dec_deg);
    let over = sin_cos_deg(elevation_deg).0 - sin_lat * sin_dec;
    let reach = cos_lat * cos_dec;
    if over > reach {
        0.0
    } else if over <= -reach {
        12.0
    } else {
        acos_deg(over / reach) / 15.0
    }
}

fn hours_left(candidate: &Candidate) -> Option<f64> {
    Some(f64::from(candidate.executions_left()?) * candidate.block.est_time_h?)
}

/// Hours that one configuration of the schedule is wanted and there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfConfiguration {
    /// Its name.
    pub configuration: Id,
    /// Hours of blocks it fits; a block that several fit is shared evenly between them \[h\].
    pub wanted_h: f64,
    /// Hours it is scheduled for from now on, at the sidereal times it is good for \[h\].
    pub available_h: f64,
}

/// What the 12 m blocks want of each configuration that the newest revision of the schedule has from an instant on, in the
/// schedule's order, and the hours of those that none of them fits \[h\].
pub fn by_configuration(
    blocks: &Blocks,
    schedule: &[ScheduledConfiguration],
    configurations: &[Configuration],
    from: Instant,
) -> (Vec<OfConfiguration>, f64) {
    let mut rows: Vec<_> = newest_revision(schedule).filter(|row| row.end > from).collect();
    rows.sort_by_key(|row| row.start);
    let mut all: Vec<OfConfiguration> = Vec::new();
    for row in rows {
        let available_h = Interval::new(row.start.max(from), row.end).map_or(0.0, |interval| good_hours(row, interval));
        match all.iter_mut().find(|of| of.configuration == row.configuration) {
            // A configuration may come twice in a cycle.
            Some(of) => of.available_h += available_h,
            None => {
                let configuration = row.configuration.clone();
                all.push(OfConfiguration { configuration, wanted_h: 0.0, available_h });
            }
        }
    }
    let resolutions: Vec<Option<f64>> =
        all.iter().map(|of| configurations.iter().find(|row| row.id == of.configuration)?.ar_100ghz_arcsec).collect();
    let mut fits_none_h = 0.0;
    for candidate in blocks.wanted_of(Family::Twelve) {
        let block = &candidate.block;
        let asked = (hours_left(candidate), block.min_ar_arcsec, block.max_ar_arcsec, block.rep_freq_ghz);
        let (Some(hours), Some(min), Some(max), Some(frequency_ghz)) = asked else { continue };
        let at_frequency = frequency_ghz / 100.0;
        let fits = |ar: Option<f64>| ar.is_some_and(|ar| min * at_frequency <= ar && ar <= max * at_frequency);
        let fitting: Vec<usize> = (0..all.len()).filter(|&at| fits(resolutions[at])).collect();
        if fitting.is_empty() {
            fits_none_h += hours;
        }
        #[expect(clippy::cast_precision_loss, reason = "a handful of configurations")]
        let share_h = hours / fitting.len() as f64;
        for at in fitting {
            all[at].wanted_h += share_h;
        }
    }
    (all, fits_none_h)
}

/// Hours of an interval at the sidereal times a configuration is good for: all when it names none, or the same for both ends.
fn good_hours(row: &ScheduledConfiguration, interval: Interval) -> f64 {
    let by_lst = available_by_lst(&[interval]);
    let mut good = [0.0; 24];
    match (row.lst_from_h, row.lst_to_h) {
        (Some(from_h), Some(to_h)) if (to_h - from_h).rem_euclid(24.0) > 0.0 => {
            spread_over(&mut good, from_h, (to_h - from_h).rem_euclid(24.0), 1.0);
        }
        _ => good = [1.0; 24],
    }
    by_lst.iter().zip(good).map(|(hours, share)| hours * share).sum()
}

labelled! {
    /// Who shares the observatory's time.
    Executive, "executive" {
        /// East Asia.
        EastAsia = "EA",
        /// Europe.
        Europe = "EU",
        /// North America.
        NorthAmerica = "NA",
        /// Chile.
        Chile = "CL",
    }
}

impl Executive {
    /// Its share of the time, of 1.
    pub const fn share(self) -> f64 {
        match self {
            Self::EastAsia => 0.225,
            Self::Europe | Self::NorthAmerica => 0.3375,
            Self::Chile => 0.10,
        }
    }
}

/// One executive's time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfExecutive {
    /// Who; none for projects of anybody else.
    pub executive: Option<Executive>,
    /// Hours its blocks still want, of all families \[h\].
    pub wanted_h: f64,
    /// Hours of its PI executions with QA0 Pass \[h\].
    pub delivered_h: f64,
}

/// Hours delivered, in the order of [`Executive::ALL`], and last to everybody else \[h\].
pub type Delivered = [f64; 5];

fn place(label: &str) -> usize {
    Executive::ALL.iter().position(|who| who.label() == label).unwrap_or(Executive::ALL.len())
}

/// Sums what was delivered to projects, given by code and seconds; a project that nobody knows is of everybody else.
pub fn delivered<'a>(projects: &[Project], of_projects: impl IntoIterator<Item = (&'a str, i64)>) -> Delivered {
    let executive_of: std::collections::HashMap<&str, usize> =
        projects.iter().map(|project| (project.id.as_str(), place(&project.executive))).collect();
    let mut sums = [0_i64; 5];
    for (code, seconds) in of_projects {
        sums[executive_of.get(code).copied().unwrap_or(Executive::ALL.len())] += seconds;
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of executions")]
    sums.map(|seconds| seconds as f64 / HOUR_S as f64)
}

/// Wanted and delivered by executive, in the order of [`Executive::ALL`], and last of everybody else. Delivered are the hours of
/// PI executions with QA0 Pass.
pub fn executive_balance(blocks: &Blocks, delivered: &Delivered) -> [OfExecutive; 5] {
    let mut balance = [0, 1, 2, 3, 4].map(|at: usize| OfExecutive {
        executive: Executive::ALL.get(at).copied(),
        wanted_h: 0.0,
        delivered_h: delivered[at],
    });
    for candidate in Family::ALL.into_iter().flat_map(|family| blocks.wanted_of(family)) {
        if let (Some(hours), Some(project)) = (hours_left(candidate), &candidate.project) {
            balance[place(&project.executive)].wanted_h += hours;
        }
    }
    balance
}

/// What the log says was delivered: project and seconds of each PI execution with QA0 Pass.
pub fn passed(executions: &[Execution]) -> impl Iterator<Item = (&str, i64)> {
    let passed = executions.iter().filter(|run| run.purpose == Purpose::Pi && run.qa0 == Some(Qa0::Pass));
    passed.filter_map(|run| Some((run.project_code.as_str(), Interval::new(run.start?, run.end?)?.seconds())))
}
