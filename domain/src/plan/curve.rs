//! How does a block stand over the next hours: elevation, transmission, and the Sun?

use serde::{Deserialize, Serialize};

use super::arithmetic::exp;
use super::atmosphere::Air;
use super::sun::sun;
use super::target::{SkyAt, Target};
use crate::time::Instant;

/// One moment of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: Instant,
    /// Sidereal time \[h\], 0 ≤ LST < 24.
    pub lst_h: f64,
    /// Elevation \[°\], −90 to 90.
    pub elevation_deg: f64,
    /// The share of the light that comes through, 0 to 1; 0 at and below the horizon, none where the air is not known.
    pub transmission: Option<f64>,
    /// The Sun's elevation \[°\].
    pub sun_elevation_deg: f64,
    /// The angle to the Sun \[°\], 0 to 180.
    pub from_sun_deg: f64,
}

/// `n` moments from an instant on, each `step_s` seconds after the one before. Good to 0.01° for a day.
pub fn curve(target: &Target, air: Option<&Air>, pwv_mm: f64, from: Instant, step_s: u32, n: u32) -> Vec<Moment> {
    let start = SkyAt::of(from);
    let tau = air.map(|air| air.at(pwv_mm).tau);
    let mut the_sun = sun(&start);
    (0..n)
        .map(|nth| {
            let passed_s = i64::from(nth) * i64::from(step_s);
            let sky = start.later(passed_s);
            // It moves by a degree in a day, so once an hour is enough.
            if passed_s / 3_600 != (passed_s - i64::from(step_s)) / 3_600 {
                the_sun = sun(&sky);
            }
            let elevation_deg = sky.place(target).elevation_deg;
            let sin_elevation = sky.sin_elevation(target);
            let through = |tau: f64| if sin_elevation > 0.0 { exp(-tau / sin_elevation) } else { 0.0 };
            Moment {
                at: sky.at,
                lst_h: sky.lst_h,
                elevation_deg,
                transmission: tau.map(through),
                sun_elevation_deg: sky.place(&the_sun).elevation_deg,
                from_sun_deg: sky.apart_deg(target, &the_sun),
            }
        })
        .collect()
}
