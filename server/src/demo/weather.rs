//! The air over the site, and the hours in which it lets nobody observe.

use chrono::{DateTime, Datelike, Timelike, Utc};
use domain::facts::Conditions;
use domain::time::{Instant, Interval};

use super::chance::Chance;

/// From one reading to the next \[s\].
const STEP_S: i64 = 600;
/// Antennas are stowed above this wind \[m/s\] (ALMA Technical Handbook, operational limit).
const MAX_WIND_M_S: f64 = 20.0;
/// Nothing is observed above this water vapour \[mm\] (our own choice; above the driest-octile table of every band).
const MAX_PWV_MM: f64 = 8.0;
/// The air must be good for so many readings before a weather downtime is closed (our own choice).
const GOOD_READINGS: usize = 6;
/// Two spells of bad weather that are closer than this are one \[s\] (our own choice: nobody builds an array for less).
const MIN_BETWEEN_S: i64 = 7_200;
/// Median water vapour per month, January first \[mm\]: wet in the altiplanic winter, dry from May to September
/// (the shape of the published site statistics, the figures rounded by us).
const MEDIAN_PWV_MM: [f64; 12] = [2.6, 3.4, 2.4, 1.5, 1.1, 0.85, 0.75, 0.75, 0.85, 0.95, 1.1, 1.6];
/// Scatter of ln(PWV) (our own choice).
const PWV_SIGMA: f64 = 0.55;
/// How fast weather forgets: one part in e within 20 h of 10-minute steps (our own choice).
const SLOW: f64 = 0.991_7;
/// The same for gusts, one hour.
const QUICK: f64 = 0.846;

/// A spell of weather in which nothing is observed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spell {
    pub(super) interval: Interval,
    pub(super) why: &'static str,
}

/// Readings every ten minutes in [start, now], and the spells of bad weather, all ended by `now`.
pub(super) fn weather(start: Instant, now: Instant, chance: &mut Chance) -> (Vec<Conditions>, Vec<Spell>) {
    let mut readings = Vec::new();
    let (mut wet, mut gust, mut rough) = (chance.normal(), 0.0, 0.0);
    for n in 0..=now.since(start) / STEP_S {
        let at = start.plus(n * STEP_S);
        wet = step(wet, SLOW, chance);
        gust = step(gust, if chance.happens(0.5) { SLOW } else { QUICK }, chance);
        rough = step(rough, QUICK, chance);
        readings.push(reading(at, wet, gust, rough));
    }
    let spells = spells(&readings, chance);
    (readings, spells)
}

/// One step of a first-order autoregression with unit variance.
fn step(value: f64, memory: f64, chance: &mut Chance) -> f64 {
    memory * value + (1.0 - memory * memory).sqrt() * chance.normal()
}

fn reading(at: Instant, wet: f64, gust: f64, rough: f64) -> Conditions {
    let utc = DateTime::<Utc>::from(at);
    let month = utc.month0() as usize;
    // Halfway between the months' medians, so that the first of a month is no step.
    let share = f64::from(utc.day0()) / 31.0;
    let (this, next) = (MEDIAN_PWV_MM[month % 12], MEDIAN_PWV_MM[(month + 1) % 12]);
    let median = this + (next - this) * share;
    // Warmest and windiest around 15 h local, which is 19 h UTC.
    let hour = f64::from(utc.hour()) + f64::from(utc.minute()) / 60.0;
    let afternoon = ((hour - 19.0) / 24.0 * std::f64::consts::TAU).cos();
    let pwv_mm = (median * (PWV_SIGMA * wet).exp() * (1.0 + 0.18 * afternoon)).clamp(0.15, 15.0);
    let wind_m_s = (7.0 + 3.6 * afternoon + 4.5 * gust).max(0.2);
    let phase_rms_deg = 17.0 * (pwv_mm / 1.2).sqrt() * (1.0 + 0.45 * afternoon) * (0.3 * rough).exp();
    Conditions {
        time: at,
        pwv_mm: Some(rounded(pwv_mm, 1_000.0)),
        phase_rms_deg: Some(rounded(phase_rms_deg, 10.0)),
        wind_m_s: Some(rounded(wind_m_s, 10.0)),
    }
}

fn rounded(value: f64, per_unit: f64) -> f64 {
    (value * per_unit).round() / per_unit
}

fn spells(readings: &[Conditions], chance: &mut Chance) -> Vec<Spell> {
    let mut spells: Vec<Spell> = Vec::new();
    let mut open: Option<(Instant, &'static str)> = None;
    let mut good = 0;
    for reading in readings {
        let windy = reading.wind_m_s.is_some_and(|wind| wind > MAX_WIND_M_S);
        let wet = reading.pwv_mm.is_some_and(|pwv| pwv > MAX_PWV_MM);
        good = if windy || wet { 0 } else { good + 1 };
        match open {
            None if windy => open = Some((reading.time, "Wind above 20 m/s, antennas stowed")),
            None if wet => open = Some((reading.time, "PWV above 8 mm")),
            Some((from, why)) if good >= GOOD_READINGS => {
                close(&mut spells, from, reading.time, why, chance);
                open = None;
            }
            _ => {}
        }
    }
    if let (Some((from, why)), Some(last)) = (open, readings.last()) {
        close(&mut spells, from, last.time, why, chance);
    }
    spells
}

/// People write a downtime down some time after the reading; a spell soon after another continues it.
fn close(spells: &mut Vec<Spell>, from: Instant, to: Instant, why: &'static str, chance: &mut Chance) {
    let from = from.plus(chance.whole(0, 240));
    let to = to.plus(-chance.whole(0, 240));
    match spells.last_mut() {
        Some(last) if from.since(last.interval.end()) < MIN_BETWEEN_S => {
            if let Some(longer) = Interval::new(last.interval.start(), to) {
                last.interval = longer;
            }
        }
        _ => spells.extend(Interval::new(from, to).map(|interval| Spell { interval, why })),
    }
}
