//! Where does a target stand over the array, when does it rise and set?
//!
//! [`SkyAt`] is the sky of one instant: the site's zenith, east and north as directions among the catalogue's. A target is
//! one direction, so its elevation is a dot product, and ten thousand of them are some tens of microseconds.
//!
//! Apparent places: precession, nutation and bias by SOFA (IAU 2000B), aberration to first order. Left out are refraction
//! (domain.md §6), proper motion, parallax and the deflection of light. UT1 is taken for UTC. Everything is the same in server and browser to the last bit: see `arithmetic`.

use std::cmp::Ordering;

use sofars::eph::plan94;
use sofars::pnp::pnm00b;

use super::arithmetic::{acos_deg, asin_deg, atan2_deg, sin_cos_deg, snapped};
use crate::sky::local_sidereal_time;
use crate::time::{DAY_S, HOUR_S, Instant};

/// The site's geodetic latitude \[°\] (D).
pub const LATITUDE_DEG: f64 = -23.026_201_5;
/// Sidereal time runs that much faster than UTC (IAU 2006, at J2000).
pub const SIDEREAL_RATE: f64 = 1.002_737_909_35;

/// TT − UTC \[s\] since 2017. Before it is some seconds less, which moves the Sun by 0.1 arcseconds and nothing else.
const TT_MINUS_UTC_S: f64 = 69.184;
/// How fast the site moves with the Earth's rotation, in units of the speed of light: 465 m/s at the equator.
const ROTATION: f64 = 465.1 / 299_792_458.0;
/// Light needs so long for an astronomical unit \[s\] (IAU 2012).
const LIGHT_TIME_S: f64 = 499.004_784;

/// A direction, or any vector: x to the equinox, z to the pole.
pub(super) type Vector = [f64; 3];

#[inline]
pub(super) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// A place in the catalogue, ICRS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Right ascension \[h\], 0 ≤ ra < 24, or 24.
    pub ra_h: f64,
    /// Declination \[°\], −90 to 90.
    pub dec_deg: f64,
    pub(super) unit: Vector,
}

impl Target {
    /// The target at these coordinates \[°\].
    pub fn new(ra_deg: f64, dec_deg: f64) -> Self {
        let ((sin_ra, cos_ra), (sin_dec, cos_dec)) = (sin_cos_deg(ra_deg), sin_cos_deg(dec_deg));
        Self { ra_h: ra_deg / 15.0, dec_deg, unit: [cos_dec * cos_ra, cos_dec * sin_ra, sin_dec] }
    }

    /// Airmass at its highest: 1/cos(latitude − declination), which is negative or infinite for what never rises (D).
    pub fn transit_airmass(&self) -> f64 {
        1.0 / sin_cos_deg(LATITUDE_DEG - self.dec_deg).1
    }
}

/// The sky over the site at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkyAt {
    /// When.
    pub at: Instant,
    /// Apparent sidereal time \[h\], 0 ≤ LST < 24.
    pub lst_h: f64,
    /// Equinox, the equator's 6 h and pole of date, in ICRS.
    axes: [Vector; 3],
    pub(super) zenith: Vector,
    pub(super) east: Vector,
    north: Vector,
    /// The Earth's velocity on its path, in units of that of light.
    orbit: Vector,
    /// The site's velocity, with the Earth's rotation: where the aberration comes from.
    velocity: Vector,
}

/// Where a target stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// LST − catalogue right ascension \[h\], −12 ≤ HA < 12 (D).
    pub hour_angle_h: f64,
    /// Elevation \[°\], −90 to 90, no refraction.
    pub elevation_deg: f64,
    /// Azimuth \[°\], from north over east, 0 ≤ azimuth < 360.
    pub azimuth_deg: f64,
}

impl Place {
    /// 1/sin(elevation) (D); none at or below the horizon.
    pub fn airmass(&self) -> Option<f64> {
        (self.elevation_deg > 0.0).then(|| 1.0 / sin_cos_deg(self.elevation_deg).0)
    }
}

/// How a target moves against a limit in elevation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arc {
    /// It is above the limit at all times.
    AlwaysUp,
    /// It never is.
    NeverUp,
    /// It rises and sets.
    Rises {
        /// Sidereal time at which it comes above the limit \[h\], 0 ≤ LST < 24.
        rise_lst_h: f64,
        /// Sidereal time at which it goes below \[h\], 0 ≤ LST < 24.
        set_lst_h: f64,
    },
}

impl SkyAt {
    /// The sky at an instant.
    pub fn of(at: Instant) -> Self {
        let (date, day) = terrestrial(at);
        let axes = pnm00b(date, day);
        // Heliocentric where barycentric is meant: 15 m/s, or 0.01 arcseconds. Number 3 is in the table, so it cannot fail.
        let orbit = plan94(date, day, 3).map_or([0.0; 3], |(pv, _)| pv[1]);
        let orbit = orbit.map(|au_per_day| snapped(au_per_day * LIGHT_TIME_S / 86_400.0));
        Self::turned(at, snapped(local_sidereal_time(at).hours()), axes.map(|axis| axis.map(snapped)), orbit)
    }

    /// The same sky that many seconds later, where precession, nutation and the Earth's path are left as they are: good to
    /// 0.001° within a day, and thirty times as fast as [`SkyAt::of`].
    #[must_use]
    pub fn later(&self, seconds: i64) -> Self {
        let lst_h = within_a_day(self.lst_h + sidereal_h(seconds).rem_euclid(24.0));
        Self::turned(self.at.plus(seconds), snapped(lst_h), self.axes, self.orbit)
    }

    fn turned(at: Instant, lst_h: f64, axes: [Vector; 3], orbit: Vector) -> Self {
        let (sin_lat, cos_lat) = sin_cos_deg(LATITUDE_DEG);
        let (sin_lst, cos_lst) = sin_cos_deg(lst_h * 15.0);
        let in_icrs = |of_date: Vector| {
            [0, 1, 2].map(|i| axes[0][i] * of_date[0] + axes[1][i] * of_date[1] + axes[2][i] * of_date[2])
        };
        let east = in_icrs([-sin_lst, cos_lst, 0.0]);
        Self {
            at,
            lst_h,
            axes,
            zenith: in_icrs([cos_lat * cos_lst, cos_lat * sin_lst, sin_lat]),
            east,
            north: in_icrs([-sin_lat * cos_lst, -sin_lat * sin_lst, cos_lat]),
            orbit,
            velocity: [0, 1, 2].map(|i| orbit[i] + ROTATION * cos_lat * east[i]),
        }
    }

    /// LST − catalogue right ascension \[h\], −12 ≤ HA < 12.
    #[inline]
    pub fn hour_angle_h(&self, target: &Target) -> f64 {
        hour_angle(self.lst_h - target.ra_h)
    }

    /// Sine of the elevation of the apparent place.
    #[inline]
    pub fn sin_elevation(&self, target: &Target) -> f64 {
        self.along(self.zenith, target.unit)
    }

    /// The apparent place's component along a direction.
    #[inline]
    pub(super) fn along(&self, direction: Vector, unit: Vector) -> f64 {
        // To first order the sum of both has the length 1 + unit·velocity; the second order is 0.001 arcseconds.
        (dot(direction, unit) + dot(direction, self.velocity)) / (1.0 + dot(unit, self.velocity))
    }

    /// Where a target stands.
    pub fn place(&self, target: &Target) -> Place {
        let [east, north] = [self.east, self.north].map(|axis| self.along(axis, target.unit));
        let azimuth_deg = atan2_deg(east, north);
        Place {
            hour_angle_h: self.hour_angle_h(target),
            elevation_deg: asin_deg(self.sin_elevation(target)),
            azimuth_deg: if azimuth_deg < 0.0 { azimuth_deg + 360.0 } else { azimuth_deg },
        }
    }

    /// The angle between two directions \[°\], 0 to 180.
    pub fn apart_deg(&self, target: &Target, other: &Target) -> f64 {
        // Through the difference: the arccosine of their product loses its digits where it matters, close to the Sun.
        let half = [0, 1, 2].map(|i| (target.unit[i] - other.unit[i]) / 2.0);
        2.0 * asin_deg(dot(half, half).sqrt())
    }

    /// Whether a target stays at or above a limit, given as a sine, from this sky until a `later` one, less than 12 h on.
    pub(super) fn stays_above(&self, later: &Self, target: &Target, sin_limit: f64) -> bool {
        self.sin_elevation(target) >= sin_limit
            && later.sin_elevation(target) >= sin_limit
            && !(self.along(self.east, target.unit) < 0.0
                && later.along(later.east, target.unit) > 0.0
                && self.sin_lowest(target) < sin_limit)
    }

    /// Sine of the elevation at the lower culmination.
    fn sin_lowest(&self, target: &Target) -> f64 {
        let (sin_lat, cos_lat) = sin_cos_deg(LATITUDE_DEG);
        let sin_dec = self.along(self.axes[2], target.unit);
        sin_lat * sin_dec - cos_lat * (1.0 - sin_dec * sin_dec).max(0.0).sqrt()
    }

    /// Sine of the elevation at the upper culmination: the highest it gets.
    pub(super) fn sin_highest(&self, target: &Target) -> f64 {
        let (sin_lat, cos_lat) = sin_cos_deg(LATITUDE_DEG);
        let sin_dec = self.along(self.axes[2], target.unit);
        sin_lat * sin_dec + cos_lat * (1.0 - sin_dec * sin_dec).max(0.0).sqrt()
    }

    /// When the apparent place of date rises and sets over a limit \[°\].
    pub fn arc(&self, target: &Target, limit_deg: f64) -> Arc {
        self.arc_over(target, sin_cos_deg(limit_deg).0)
    }

    pub(super) fn arc_over(&self, target: &Target, sin_limit: f64) -> Arc {
        let (sin_lat, cos_lat) = sin_cos_deg(LATITUDE_DEG);
        let [x, y, sin_dec] = self.axes.map(|axis| self.along(axis, target.unit));
        let cos_dec = (1.0 - sin_dec * sin_dec).max(0.0).sqrt();
        let (over, reach) = (sin_limit - sin_lat * sin_dec, cos_lat * cos_dec);
        if over > reach {
            return Arc::NeverUp;
        }
        if over <= -reach {
            return Arc::AlwaysUp;
        }
        let half_h = acos_deg(over / reach) / 15.0;
        let ra_h = atan2_deg(y, x) / 15.0;
        Arc::Rises {
            rise_lst_h: within_a_day((ra_h - half_h).rem_euclid(24.0)),
            set_lst_h: within_a_day((ra_h + half_h).rem_euclid(24.0)),
        }
    }

    /// Right ascension of the apparent place of date \[h\], −12 to 12: its sidereal time at the upper culmination.
    fn apparent_ra_h(&self, target: &Target) -> f64 {
        atan2_deg(self.along(self.axes[1], target.unit), self.along(self.axes[0], target.unit)) / 15.0
    }

    /// Hours of UTC until the target goes below a limit \[°\]: 0 while it is below, infinite when it never sets, NaN of a target
    /// that is nowhere.
    pub fn sets_in_h(&self, target: &Target, limit_deg: f64) -> f64 {
        let sin_limit = sin_cos_deg(limit_deg).0;
        let sin_elevation = self.sin_elevation(target);
        if sin_elevation.is_nan() {
            return f64::NAN;
        }
        if sin_elevation < sin_limit {
            return 0.0;
        }
        match self.arc_over(target, sin_limit) {
            Arc::AlwaysUp => f64::INFINITY,
            Arc::NeverUp => 0.0,
            Arc::Rises { set_lst_h, .. } => self.until_lst_h(set_lst_h),
        }
    }

    /// Hours of UTC until a sidereal time comes next, 0 ≤ hours < 24.
    pub fn until_lst_h(&self, lst_h: f64) -> f64 {
        within_a_day((lst_h - self.lst_h).rem_euclid(24.0)) / SIDEREAL_RATE
    }
}

/// The first whole second from `from` on at which the target is at or above the limit \[°\]; none when its next pass does not
/// reach it.
///
/// ```
/// use domain::plan::target::{SkyAt, Target, next_above};
/// use domain::time::Instant;
/// let (galactic_centre, from) = (Target::new(266.417, -29.008), Instant::parse("2022-03-12T00:00:00Z").unwrap());
/// let rise = next_above(&galactic_centre, 20.0, from).unwrap();
/// assert!(SkyAt::of(rise).place(&galactic_centre).elevation_deg >= 20.0);
/// assert!(SkyAt::of(rise.plus(-1)).place(&galactic_centre).elevation_deg < 20.0);
/// ```
pub fn next_above(target: &Target, limit_deg: f64, from: Instant) -> Option<Instant> {
    let sin_limit = sin_cos_deg(limit_deg).0;
    let is_above = |sky: &SkyAt| sky.sin_elevation(target) >= sin_limit;
    let sky = SkyAt::of(from);
    if is_above(&sky) {
        return Some(from);
    }
    next_rise(&sky, target, sin_limit)
}

/// The first whole second at which a target comes above a limit, given as a sine, having been below; none when it does not
/// within the next pass.
///
/// The closed form takes the sky as it is now. Until the target rises, precession and aberration have moved it, by hundredths
/// of a second for most and by minutes for one that hardly reaches the limit. So the second is searched between a moment at
/// which it is below and its transit, and the closed form only says where to look first.
pub(super) fn next_rise(now: &SkyAt, target: &Target, sin_limit: f64) -> Option<Instant> {
    /// Seconds on either side of the closed form's that are tried first (our own).
    const AROUND_S: i64 = 2;
    let is_above = |at: Instant| SkyAt::of(at).sin_elevation(target) >= sin_limit;
    let ra_h = now.apparent_ra_h(target);
    let (mut below, transit) = if now.sin_elevation(target) < sin_limit {
        (now.at, now.at.plus(seconds_of(now.until_lst_h(ra_h))))
    } else {
        let lowest = now.at.plus(seconds_of(now.until_lst_h(ra_h + 12.0)));
        (lowest, lowest.plus(seconds_of(12.0 / SIDEREAL_RATE)))
    };
    // Whole seconds, cut: the transit is between this one and the next.
    let mut above = [transit, transit.plus(1)].into_iter().find(|&at| is_above(at))?;
    if below != now.at && is_above(below) {
        return None;
    }
    if let Arc::Rises { rise_lst_h, .. } = now.arc_over(target, sin_limit) {
        let rise = now.at.plus(seconds_of(now.until_lst_h(rise_lst_h)));
        for at in [rise.plus(-AROUND_S), rise.plus(AROUND_S)] {
            if at > below && at < above {
                if is_above(at) { above = at } else { below = at }
            }
        }
    }
    while above.since(below) > 1 {
        let middle = below.plus(above.since(below) / 2);
        if is_above(middle) { above = middle } else { below = middle }
    }
    Some(above)
}

/// The first second around one, or at it, at which something holds; not before `from`. What is worked out two ways may differ in
/// the last bit, which is a second at most.
pub(super) fn first_that(from: Instant, near: Instant, holds: impl Fn(Instant) -> bool) -> Option<Instant> {
    /// Seconds on either side that are tried (our own).
    const AROUND_S: i64 = 3;
    (-AROUND_S..=AROUND_S).map(|s| near.plus(s)).filter(|&at| at >= from).find(|&at| holds(at))
}

/// Whole seconds of some hours, cut.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "hours of a few days")]
pub(super) fn seconds_of(hours: f64) -> i64 {
    (hours * HOUR_S as f64) as i64
}

/// Sidereal hours that pass in seconds of UTC.
#[expect(clippy::cast_precision_loss, reason = "seconds of four-digit years are exact in an f64")]
pub(super) fn sidereal_h(seconds: i64) -> f64 {
    seconds as f64 * SIDEREAL_RATE / HOUR_S as f64
}

/// A difference of two times of a day \[h\], −24 < h < 24, the short way round: −12 ≤ HA < 12.
#[inline]
pub(super) fn hour_angle(hours: f64) -> f64 {
    if hours >= 12.0 {
        hours - 24.0
    } else if hours < -12.0 {
        hours + 24.0
    } else {
        hours
    }
}

/// A remainder of 24 h: a hair below zero rounds up to the whole circle.
pub(super) fn within_a_day(hours: f64) -> f64 {
    match hours.partial_cmp(&24.0) {
        Some(Ordering::Less) => hours,
        _ => hours - 24.0,
    }
}

/// The Julian Date in terrestrial time, in two parts.
#[expect(clippy::cast_precision_loss, reason = "days and seconds of four-digit years are exact in an f64")]
pub(super) fn terrestrial(at: Instant) -> (f64, f64) {
    let (days, second) = (at.unix_seconds().div_euclid(DAY_S), at.unix_seconds().rem_euclid(DAY_S));
    (2_440_587.5 + days as f64, (second as f64 + TT_MINUS_UTC_S) / DAY_S as f64)
}
