//! Where the sky stands over the site, well enough to choose a block that is up.

use domain::time::Instant;

/// Longitude of the array, east positive \[deg\] (ALMA's scheduler, Cycle 3).
const LONGITUDE_DEG: f64 = -67.755_125_7;
/// 2000-01-01T12:00:00Z \[s since 1970\]: J2000, whose mean sidereal time the formula below counts from.
const J2000_S: i64 = 946_728_000;

/// Mean sidereal time at the site \[h\], 0 to 24 (USNO's short formula, good to a second in this century).
pub(super) fn sidereal_h(at: Instant) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century are far below 2^53")]
    let days = (at.unix_seconds() - J2000_S) as f64 / 86_400.0;
    (18.697_374_558 + 24.065_709_824_419_08 * days + LONGITUDE_DEG / 15.0).rem_euclid(24.0)
}

/// Hours from the meridian, without sign, 0 to 12.
pub(super) fn hours_off_meridian(ra_deg: f64, at: Instant) -> f64 {
    let hour_angle = (sidereal_h(at) - ra_deg / 15.0).rem_euclid(24.0);
    hour_angle.min(24.0 - hour_angle)
}

/// Sources that are well known in the archive: name, right ascension, declination, ICRS rounded \[deg\].
pub(super) const SOURCES: [(&str, f64, f64); 42] = [
    ("NGC_253", 11.888, -25.288),
    ("SMC_SWBar", 11.5, -73.3),
    ("NGC_300", 13.723, -37.684),
    ("El_Gordo", 15.73, -49.25),
    ("NGC_1068", 40.67, -0.013),
    ("SPT0311", 47.887, -58.392),
    ("NGC_1333", 52.27, 31.35),
    ("NGC_1365", 53.402, -36.14),
    ("HL_Tau", 67.91, 18.233),
    ("NGC_1614", 68.5, -8.579),
    ("R_Dor", 69.19, -62.077),
    ("Orion_KL", 83.81, -5.375),
    ("V883_Ori", 84.576, -7.028),
    ("30_Dor", 84.676, -69.101),
    ("LMC_N159", 84.99, -69.75),
    ("Beta_Pic", 86.821, -51.066),
    ("SDP_81", 135.798, 0.651),
    ("IRC_10216", 146.989, 13.279),
    ("AzTEC_3", 150.086, 2.589),
    ("NGC_3256", 156.964, -43.904),
    ("Eta_Car", 161.265, -59.684),
    ("TW_Hya", 165.466, -34.705),
    ("Antennae", 180.473, -18.877),
    ("BR1202", 181.346, -7.708),
    ("NGC_4945", 196.364, -49.468),
    ("Cen_A", 201.365, -43.019),
    ("M83", 204.254, -29.866),
    ("Circinus", 213.291, -65.339),
    ("Arp_220", 233.738, 23.503),
    ("Lupus_3", 242.3, -39.1),
    ("IRAS_16293", 248.094, -24.476),
    ("AS_209", 252.314, -14.369),
    ("NGC_6240", 253.245, 2.401),
    ("Sgr_B2", 266.835, -28.385),
    ("HD_163296", 269.089, -21.956),
    ("Serpens", 277.49, 1.24),
    ("W43_MM1", 281.946, -1.908),
    ("G34_26", 283.327, 1.25),
    ("CK_Vul", 296.9, 27.3),
    ("Fomalhaut", 344.413, -29.622),
    ("NGC_7469", 345.815, 8.874),
    ("SPT2349", 357.4, -56.64),
];
