//! Where the sky stands over the array: sidereal time.

use std::fmt;

use sofars::erst::gst00b;

use crate::decimal::fixed;
use crate::time::{DAY_S, Instant};

/// The site's longitude \[°, east positive\]: ALMA's own scheduler computes with it.
pub const LONGITUDE_DEG: f64 = -67.755_125_7;

/// The apparent sidereal time of the site at an instant.
///
/// UT1 is taken for UTC, which differ by less than 0.9 s, as the scheduler does. The nutation is IAU 2000B: good to
/// some 0.001 arcseconds, where a second of time is 15 of them.
///
/// ```
/// use domain::{sky::local_sidereal_time, time::Instant};
/// let at = Instant::parse("2021-11-01T22:43:58Z").unwrap();
/// assert_eq!(local_sidereal_time(at).to_string(), "20:58:41");
/// ```
pub fn local_sidereal_time(at: Instant) -> SiderealTime {
    let (days, second) = (at.unix_seconds().div_euclid(DAY_S), at.unix_seconds().rem_euclid(DAY_S));
    // Two parts, whole days first: the Julian Date of 1970-01-01T00:00:00Z is 2440587.5.
    #[expect(clippy::cast_precision_loss, reason = "days and seconds of four-digit years are exact in an f64")]
    let greenwich_rad = gst00b(2_440_587.5 + days as f64, second as f64 / DAY_S as f64);
    let hours = ((greenwich_rad.to_degrees() + LONGITUDE_DEG) / 15.0).rem_euclid(24.0);
    // The remainder of a hair below zero rounds up to the whole circle.
    SiderealTime { hours: if hours < 24.0 { hours } else { 0.0 } }
}

/// An hour angle of the vernal equinox: from 0 h up to, not including, 24 h.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct SiderealTime {
    hours: f64,
}

impl SiderealTime {
    /// Sidereal hours, 0 ≤ h < 24.
    pub const fn hours(self) -> f64 {
        self.hours
    }
}

/// `20:58:41`: the seconds that are complete, as a clock shows them.
impl fmt::Display for SiderealTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_possible_truncation, reason = "less than 86,400")]
        let s = (self.hours * 3_600.0) as i64;
        write!(f, "{:02}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60)
    }
}

/// The Modified Julian Date with 5 decimals, which is to the second: `59519.94720`.
///
/// ```
/// use domain::{sky::modified_julian_date, time::Instant};
/// let at = |text| Instant::parse(text).unwrap();
/// assert_eq!(modified_julian_date(at("1858-11-17T00:00:00Z")), "0.00000");
/// assert_eq!(modified_julian_date(at("2022-03-12T18:00:00Z")), "59650.75000");
/// ```
pub fn modified_julian_date(at: Instant) -> String {
    /// The Modified Julian Date of 1970-01-01T00:00:00Z \[d\].
    const UNIX_EPOCH_D: i64 = 40_587;
    fixed(at.unix_seconds() + UNIX_EPOCH_D * DAY_S, DAY_S, 5).unwrap_or_default()
}
