//! Where is the Sun, and when does it rise and set?
//!
//! Simon et al. 1994 by SOFA for the barycentre of Earth and Moon, the Moon on a circle around the Earth, aberration, and the
//! parallax of the site: within 8 arcseconds of the ephemerides, where the disc is 1,900 across. SOFA's exact Earth was left
//! out for its 60 kB of tables, which the browser would have to load. The centre of the disc
//! counts, at the geometric horizon, without refraction.

use sofars::eph::plan94;

use super::arithmetic::{sin_cos_deg, snapped};
use super::target::{Arc, Place, SkyAt, Target, Vector, dot, terrestrial};
use crate::time::Instant;

/// The Sun's distance from the Earth's centre over the site's: 6,380 km in astronomical units.
const EARTH_RADIUS_AU: f64 = 4.265e-5;
/// The Moon's distance from the barycentre's point of view: its mean distance, 0.002 57 au, times its share of both masses,
/// 1/82.3 \[au\].
const EARTH_FROM_BARYCENTRE_AU: f64 = 0.002_57 / 82.3;
/// The ecliptic's tilt at J2000 \[°\] (IAU 2006).
const OBLIQUITY_DEG: f64 = 23.439_28;
/// The Julian Date of 2000-01-01 12:00 TT.
const J2000: f64 = 2_451_545.0;

/// The direction of the Sun's centre as the site sees it, without the aberration that [`SkyAt`] adds to every target.
pub fn sun(sky: &SkyAt) -> Target {
    let (date, day) = terrestrial(sky.at);
    // Number 3 is in the table, so it cannot fail.
    let barycentre = plan94(date, day, 3).map_or([1.0, 0.0, 0.0], |(pv, _)| pv[0]);
    // The mean longitude of the Moon (Meeus, Astronomical Algorithms, 47.1).
    let moon = sin_cos_deg((218.316 + 13.176_396 * (date - J2000 + day)).rem_euclid(360.0));
    let tilt = sin_cos_deg(OBLIQUITY_DEG);
    let to_moon = [moon.1, moon.0 * tilt.1, moon.0 * tilt.0];
    // The Earth stands opposite to the Moon; from there to the Sun, then from the centre to the site.
    let from_site: Vector = [0, 1, 2]
        .map(|i| -(barycentre[i] - EARTH_FROM_BARYCENTRE_AU * to_moon[i]) - EARTH_RADIUS_AU * sky.zenith[i])
        .map(snapped);
    let distance = dot(from_site, from_site).sqrt();
    let unit = from_site.map(|part| part / distance);
    let ra_deg = super::arithmetic::atan2_deg(unit[1], unit[0]);
    Target {
        ra_h: if ra_deg < 0.0 { ra_deg + 360.0 } else { ra_deg } / 15.0,
        dec_deg: super::arithmetic::asin_deg(unit[2]),
        unit,
    }
}

/// Where the Sun stands.
pub fn sun_place(sky: &SkyAt) -> Place {
    sky.place(&sun(sky))
}

/// What the Sun does at the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// Its centre comes above.
    Rise,
    /// Its centre goes below.
    Set,
}

/// The next sunrise or sunset after an instant, to the nearest second. The site has one of each every day.
pub fn next_passage(passage: Passage, after: Instant) -> Instant {
    let mut at = after;
    // The first round takes the Sun of the wrong hour; each further one is 360 times closer. Later rounds may go back.
    for round in 0..4 {
        let sky = SkyAt::of(at);
        // Never else at this latitude.
        let Arc::Rises { rise_lst_h, set_lst_h } = sky.arc(&sun(&sky), 0.0) else { return at };
        let hours = sky.until_lst_h(if passage == Passage::Rise { rise_lst_h } else { set_lst_h });
        let hours = if round > 0 && hours > 12.0 { hours - 24.0 / super::target::SIDEREAL_RATE } else { hours };
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a day")]
        let seconds = (hours * 3_600.0).round() as i64;
        at = at.plus(seconds);
    }
    // Just after a passage the first round finds the next sidereal day's, and the others bring it back to the one before.
    if at > after { at } else { next_passage(passage, after.plus(crate::time::HOUR_S)) }
}
