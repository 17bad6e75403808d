//! How much longer does an observation take now than it was planned to?
//!
//! The system temperature under the air of now, against the one the block was planned with: at its worst vapour and at
//! transit. Time goes with the square of their ratio.

use super::arithmetic::exp;
use super::atmosphere::Zenith;
use crate::family::Family;

/// How much of the sky's power the antenna couples to (D).
const COUPLING: f64 = 0.95;
/// The temperature of what the rest of the beam sees \[K\] (D).
const AMBIENT_K: f64 = 270.0;
/// What the rest of the beam adds \[K\].
pub(super) const SPILL_K: f64 = (1.0 - COUPLING) * AMBIENT_K;

/// A receiver, as far as noise goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Receiver {
    /// Its temperature \[K\].
    pub trx_k: f64,
    /// Gain of the image sideband: 1 where the receiver takes in both (bands 9 and 10), else 0.
    pub image_gain: f64,
}

impl Receiver {
    /// The receiver of a band; none for band 2, which has none yet, and for what is no band (D; bands 1 and 5 are our own).
    pub const fn of_band(band: u8) -> Option<Self> {
        let trx_k = match band {
            1 => 28.0,
            3 => 45.0,
            4 => 51.0,
            5 => 65.0,
            6 => 55.0,
            7 => 75.0,
            8 => 150.0,
            9 => 110.0,
            10 => 230.0,
            _ => return None,
        };
        Some(Self { trx_k, image_gain: if band >= 9 { 1.0 } else { 0.0 } })
    }

    /// The system temperature \[K\] under an air and at an airmass of 1 or more (D):
    /// (1+g)·{Trx + Tsky·[(1−e^(−X·tau))/(1−e^(−tau))]·0.95 + 0.05·270} / (0.95·e^(−X·tau)).
    ///
    /// Infinite where nothing comes through.
    pub fn tsys_k(&self, zenith: Zenith, airmass: f64) -> f64 {
        let absorbed = 1.0 - exp(-zenith.tau);
        self.tsys_through(zenith.tau, absorbed, zenith.tsky_k, airmass)
    }

    #[inline]
    pub(super) fn tsys_through(&self, tau: f64, absorbed: f64, tsky_k: f64, airmass: f64) -> f64 {
        let passed = exp(-airmass * tau);
        // Clear air absorbs in proportion to the airmass.
        let thicker = if absorbed > 0.0 { (1.0 - passed) / absorbed } else { airmass };
        (1.0 + self.image_gain) * (self.trx_k + tsky_k * thicker * COUPLING + SPILL_K) / (COUPLING * passed)
    }
}

/// (Tsys planned with / Tsys now)²: above 1 the air is better than planned. 0 when nothing comes through now.
#[inline]
pub fn tsys_ratio(planned_k: f64, now_k: f64) -> f64 {
    let ratio = planned_k / now_k;
    // Both infinite: it could not be observed as planned either.
    if ratio.is_nan() { 0.0 } else { ratio * ratio }
}

/// Baselines that can be used over those of a full array of that many antennas (D).
pub fn bl_ratio(usable_baselines: f64, full_array: f64) -> f64 {
    usable_baselines / (full_array * (full_array - 1.0) / 2.0)
}

/// The array's baselines over those its sensitivity was planned with: 36 antennas of 12 m, 10 of 7 m; 1 for single dishes (D).
pub fn bl_ratio_of(family: Family, n_antennas: u32) -> f64 {
    let n = f64::from(n_antennas);
    let baselines = n * (n - 1.0).max(0.0) / 2.0;
    match family {
        Family::Twelve => bl_ratio(baselines, 36.0),
        Family::Seven => bl_ratio(baselines, 10.0),
        Family::TotalPower => 1.0,
    }
}
