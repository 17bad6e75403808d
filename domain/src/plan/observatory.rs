//! The observatory as the log has it at one time, and what somebody asks it to be instead: together the situation of a list.

use serde::{Deserialize, Serialize};

use super::policy::{BadPolicy, Limits, LimitsGiven, Policy};
use super::situation::{Ahead, ArrayAtHand, Bands, Situation, ahead, scheduled_at};
use crate::facts::{Conditions, Configuration, Id, ScheduledConfiguration};
use crate::family::Family;
use crate::time::{HOUR_S, Instant};

/// Water vapour that is taken where nothing was ever measured \[mm\] (our own: the site's median of a year is near it).
pub const ASSUMED_PWV_MM: f64 = 1.0;
/// A measurement older than this says little about now \[s\] (our own: an hour, as for a back-test).
pub const FRESH_S: i64 = HOUR_S;

/// The air, the arrays and the schedule as of one time: what a list starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observatory {
    /// The time.
    pub now: Instant,
    /// Measurements of the air up to then, the oldest first; how far back is the store's choice.
    pub conditions: Vec<Conditions>,
    /// The schedule of 12 m configurations, all revisions.
    pub schedule: Vec<ScheduledConfiguration>,
    /// What is known of each configuration.
    pub configurations: Vec<Configuration>,
    /// The 7 m array; it has one layout, so no resolution.
    pub seven: ArrayAtHand,
    /// The single dishes.
    pub total_power: ArrayAtHand,
    /// The policies there are, the default first.
    pub policies: Vec<Policy>,
}

/// Which 12 m array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Configured {
    /// The one that the schedule has for the time.
    #[default]
    Scheduled,
    /// The next one that the schedule has after the time.
    Next,
    /// The one of that name.
    Named(Id),
}

/// What is asked to be other than it is; nothing of it means now, as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhatIf {
    /// The time.
    pub at: Option<Instant>,
    /// Water vapour \[mm\].
    pub pwv_mm: Option<f64>,
    /// The configuration of the 12 m array.
    pub configured: Configured,
    /// Its antennas.
    pub n_antennas: Option<u32>,
    /// Its angular resolution at 100 GHz \[arcsec\].
    pub ar_100ghz_arcsec: Option<f64>,
    /// Bands; all when none is said.
    pub bands: Option<Bands>,
    /// Lowest elevation \[°\].
    pub elevation_deg: Option<f64>,
    /// Time until it sets \[h\].
    pub sets_in_h: Option<f64>,
    /// First hour angle \[h\].
    pub hour_angle_from_h: Option<f64>,
    /// Last hour angle \[h\].
    pub hour_angle_to_h: Option<f64>,
    /// Least fraction of the planned sensitivity.
    pub exec_frac: Option<f64>,
}

impl WhatIf {
    /// The same with no limit moved.
    #[must_use]
    pub fn with_limits_of_policy(self) -> Self {
        Self {
            elevation_deg: None,
            sets_in_h: None,
            hour_angle_from_h: None,
            hour_angle_to_h: None,
            exec_frac: None,
            ..self
        }
    }
}

/// The 12 m array of a list, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Twelve {
    /// Its configuration; none where the schedule has none for the time.
    pub configuration: Option<Id>,
    /// From when to when the schedule has it, of one that comes from the schedule.
    pub scheduled: Option<(Instant, Instant)>,
    /// When an earlier revision had it begin, if that was another day.
    pub was_planned: Option<Instant>,
    /// The array; none where nobody described the configuration and nobody said what it is.
    pub array: Option<ArrayAtHand>,
}

impl Observatory {
    /// The last measurement of the water vapour that is not after a time.
    pub fn measured(&self, at: Instant) -> Option<(Instant, f64)> {
        let mut before = self.conditions.iter().rev().filter(|conditions| conditions.time <= at);
        before.find_map(|conditions| Some((conditions.time, conditions.pwv_mm?)))
    }

    /// The last measurement of the phase \[°\] that is not after a time.
    pub fn measured_phase(&self, at: Instant) -> Option<(Instant, f64)> {
        let mut before = self.conditions.iter().rev().filter(|conditions| conditions.time <= at);
        before.find_map(|conditions| Some((conditions.time, conditions.phase_rms_deg?)))
    }

    /// The configurations that the schedule has after a time.
    pub fn ahead(&self, after: Instant) -> Vec<Ahead> {
        ahead(&self.schedule, &self.configurations, after)
    }

    /// The 12 m array that is asked for.
    pub fn twelve(&self, asked: &WhatIf) -> Twelve {
        let at = asked.at.unwrap_or(self.now);
        let described = |id: &Id| self.configurations.iter().find(|configuration| configuration.id == *id);
        let mut twelve = match &asked.configured {
            Configured::Scheduled => {
                let row = scheduled_at(&self.schedule, at);
                Twelve {
                    configuration: row.map(|row| row.configuration.clone()),
                    scheduled: row.map(|row| (row.start, row.end)),
                    was_planned: None,
                    array: row.and_then(|row| described(&row.configuration)).map(ArrayAtHand::from),
                }
            }
            Configured::Next => {
                let next = self.ahead(at).into_iter().next();
                Twelve {
                    configuration: next.as_ref().map(|next| next.configuration.clone()),
                    scheduled: next.as_ref().map(|next| (next.start, next.end)),
                    was_planned: next.as_ref().and_then(|next| next.was_planned),
                    array: next.map(|next| next.array),
                }
            }
            Configured::Named(id) => Twelve {
                configuration: Some(id.clone()),
                scheduled: None,
                was_planned: None,
                array: described(id).map(ArrayAtHand::from),
            },
        };
        if asked.n_antennas.is_some() || asked.ar_100ghz_arcsec.is_some() {
            let array = twelve.array.unwrap_or(ArrayAtHand { n_antennas: 0, ar_100ghz_arcsec: None });
            twelve.array = Some(ArrayAtHand {
                n_antennas: asked.n_antennas.unwrap_or(array.n_antennas),
                ar_100ghz_arcsec: asked.ar_100ghz_arcsec.or(array.ar_100ghz_arcsec),
            });
        }
        twelve
    }

    /// The situation that is asked for; the limits are the policy's where nobody moved them. Fails when moved limits cannot be
    /// kept together.
    pub fn situation(&self, asked: &WhatIf, policy: &Policy) -> Result<Situation, BadPolicy> {
        let of = policy.limits;
        let limits = Limits::try_from(LimitsGiven {
            elevation_deg: asked.elevation_deg.unwrap_or(of.elevation_deg),
            sets_in_h: asked.sets_in_h.unwrap_or(of.sets_in_h),
            hour_angle_from_h: asked.hour_angle_from_h.unwrap_or(of.hour_angle_from_h),
            hour_angle_to_h: asked.hour_angle_to_h.unwrap_or(of.hour_angle_to_h),
            exec_frac: asked.exec_frac.unwrap_or(of.exec_frac),
        })?;
        Ok(Situation { limits, ..self.by_policy(asked, policy) })
    }

    /// The situation that is asked for with the limits of the policy.
    pub fn by_policy(&self, asked: &WhatIf, policy: &Policy) -> Situation {
        let at = asked.at.unwrap_or(self.now);
        let measured = self.measured(at).map_or(ASSUMED_PWV_MM, |(_, pwv_mm)| pwv_mm);
        let mut arrays = [None; 3];
        arrays[Family::Twelve as usize] = self.twelve(asked).array;
        arrays[Family::Seven as usize] = Some(self.seven);
        arrays[Family::TotalPower as usize] = Some(self.total_power);
        Situation {
            at,
            pwv_mm: asked.pwv_mm.unwrap_or(measured),
            arrays,
            bands: asked.bands.unwrap_or(Bands::ALL),
            limits: policy.limits,
        }
    }

    /// The policy of that name, in its newest version, or in the one that is asked for; the default where no name is said.
    pub fn policy(&self, name: Option<&str>, version: Option<u32>) -> Option<&Policy> {
        let Some(name) = name else { return self.policies.first() };
        let named = self.policies.iter().filter(|policy| policy.name == name);
        match version {
            Some(version) => named.clone().find(|policy| policy.version == version),
            None => named.max_by_key(|policy| policy.version),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn observatory() -> Observatory {
        let scheduled = |start: &str, end: &str, name: &str, revision| ScheduledConfiguration {
            start: at(start),
            end: at(end),
            configuration: name.parse().unwrap(),
            lst_from_h: None,
            lst_to_h: None,
            revision,
        };
        let configuration = |name: &str, ar| Configuration {
            id: name.parse().unwrap(),
            ar_100ghz_arcsec: Some(ar),
            mrs_100ghz_arcsec: None,
            longest_baseline_km: None,
            antennas: Some(43),
        };
        let measured = |time: &str, pwv_mm| Conditions { time: at(time), pwv_mm, phase_rms_deg: None, wind_m_s: None };
        Observatory {
            now: at("2022-03-12T00:00:00Z"),
            conditions: vec![
                measured("2022-03-11T23:40:00Z", Some(0.9)),
                measured("2022-03-11T23:50:00Z", None),
                measured("2022-03-12T01:00:00Z", Some(2.5)),
            ],
            schedule: vec![
                scheduled("2022-03-02T00:00:00Z", "2022-03-19T00:00:00Z", "C-1", 2),
                scheduled("2022-03-19T00:00:00Z", "2022-04-15T00:00:00Z", "C-2", 2),
                scheduled("2022-03-16T00:00:00Z", "2022-04-15T00:00:00Z", "C-2", 1),
            ],
            configurations: vec![configuration("C-1", 3.38), configuration("C-2", 2.3)],
            seven: ArrayAtHand { n_antennas: 10, ar_100ghz_arcsec: None },
            total_power: ArrayAtHand { n_antennas: 4, ar_100ghz_arcsec: None },
            policies: vec![Policy::shiftdesk(), Policy::dsa_cycle3()],
        }
    }

    #[test]
    fn asking_nothing_is_now_as_it_is() {
        let observatory = observatory();
        let situation = observatory.situation(&WhatIf::default(), &Policy::shiftdesk()).unwrap();
        assert_eq!(situation.at, observatory.now);
        // The measurement of 23:50 has no water vapour, that of 01:00 is still to come.
        assert_eq!(situation.pwv_mm, 0.9);
        assert_eq!(situation.array(Family::Twelve).unwrap().ar_100ghz_arcsec, Some(3.38));
        assert_eq!(situation.limits, Limits::default());
    }

    #[test]
    fn the_next_configuration_says_when_it_was_planned_before_it_slipped() {
        let observatory = observatory();
        let asked = WhatIf { configured: Configured::Next, ..WhatIf::default() };
        let twelve = observatory.twelve(&asked);
        assert_eq!(twelve.configuration.unwrap().as_str(), "C-2");
        assert_eq!(twelve.scheduled.unwrap().0, at("2022-03-19T00:00:00Z"));
        assert_eq!(twelve.was_planned, Some(at("2022-03-16T00:00:00Z")));
    }

    #[test]
    fn what_is_moved_replaces_what_is_there_and_nothing_else() {
        let observatory = observatory();
        let asked = WhatIf { ar_100ghz_arcsec: Some(0.5), elevation_deg: Some(35.0), ..WhatIf::default() };
        let situation = observatory.situation(&asked, &Policy::shiftdesk()).unwrap();
        let array = situation.array(Family::Twelve).unwrap();
        assert_eq!((array.n_antennas, array.ar_100ghz_arcsec), (43, Some(0.5)));
        assert_eq!((situation.limits.elevation_deg, situation.limits.sets_in_h), (35.0, 1.5));
    }

    #[test]
    fn limits_that_contradict_each_other_are_refused() {
        let asked = WhatIf { hour_angle_from_h: Some(4.0), ..WhatIf::default() };
        assert_eq!(observatory().situation(&asked, &Policy::shiftdesk()), Err(BadPolicy::HourAngle));
    }

    #[test]
    fn without_any_schedule_there_is_no_twelve_metre_array() {
        let empty = Observatory { schedule: Vec::new(), conditions: Vec::new(), ..observatory() };
        let situation = empty.situation(&WhatIf::default(), &Policy::shiftdesk()).unwrap();
        assert_eq!(situation.array(Family::Twelve), None);
        assert_eq!(situation.pwv_mm, ASSUMED_PWV_MM);
    }
}
