//! Where targets and the Sun stand, against the tables of an independent library.

use std::path::PathBuf;

use domain::plan::sun::{Passage, next_passage, sun_place};
use domain::plan::target::{Arc, Place, SkyAt, Target, next_above};
use domain::time::Instant;
use proptest::prelude::*;

/// The rows of one of the oracle's tables, each as a look-up by column; `None` (said aloud) where it is not at hand.
pub(crate) fn oracle(file: &str) -> Option<Vec<impl Fn(&str) -> String + use<>>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/oracle").join(file);
    if !path.is_file() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let rows = reader.records().map(|row| {
        let (heads, row) = (heads.clone(), row.unwrap());
        move |column: &str| row[heads.iter().position(|head| head == column).unwrap()].to_owned()
    });
    Some(rows.collect())
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// The whole second before, and the fraction after it. A leap second is second 60, which no instant has: it counts as the
/// first of the next minute.
fn split(utc: &str) -> (Instant, f64) {
    let (minute, seconds) = utc.split_at("2021-11-01T22:43:".len());
    let seconds = number(seconds.trim_end_matches('Z'));
    #[expect(clippy::cast_possible_truncation, reason = "less than a minute")]
    let whole = seconds as i64;
    #[expect(clippy::cast_precision_loss, reason = "less than a minute")]
    let fraction = seconds - whole as f64;
    (Instant::parse(&format!("{minute}00Z")).unwrap().plus(whole), fraction)
}

fn between(a: f64, b: f64, fraction: f64, circle: f64) -> f64 {
    a + (b - a + circle / 2.0).rem_euclid(circle) * fraction - circle / 2.0 * fraction
}

fn off_on_circle(ours: f64, theirs: f64, circle: f64) -> f64 {
    ((ours - theirs + circle / 2.0).rem_euclid(circle) - circle / 2.0).abs()
}

/// A place at a fraction of a second, on the straight line between two whole ones.
fn place_at(utc: &str, of: impl Fn(&SkyAt) -> Place) -> (f64, Place) {
    let (second, fraction) = split(utc);
    let (a, b) = (SkyAt::of(second), SkyAt::of(second.plus(1)));
    let (here, next) = (of(&a), of(&b));
    let place = Place {
        hour_angle_h: between(here.hour_angle_h, next.hour_angle_h, fraction, 24.0),
        elevation_deg: here.elevation_deg + (next.elevation_deg - here.elevation_deg) * fraction,
        azimuth_deg: between(here.azimuth_deg, next.azimuth_deg, fraction, 360.0),
    };
    (between(a.lst_h, b.lst_h, fraction, 24.0), place)
}

#[test]
fn targets_stand_where_the_oracle_has_them() {
    let Some(rows) = oracle("astronomy.csv") else { return };
    let (mut lst_s, mut ha_s, mut elevation, mut azimuth, mut rise_s, mut airmass) =
        (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    assert!(rows.len() > 100);
    for row in &rows {
        let target = Target::new(number(&row("ra_deg")), number(&row("dec_deg")));
        let (lst_h, place) = place_at(&row("utc"), |sky| sky.place(&target));
        lst_s = lst_s.max(off_on_circle(lst_h, number(&row("lst_hours")), 24.0) * 3_600.0);
        ha_s = ha_s.max(off_on_circle(place.hour_angle_h, number(&row("hour_angle_hours")), 24.0) * 3_600.0);
        elevation = elevation.max((place.elevation_deg - number(&row("elevation_deg"))).abs());
        let on_the_sky = place.elevation_deg.to_radians().cos();
        azimuth = azimuth.max(off_on_circle(place.azimuth_deg, number(&row("azimuth_deg")), 360.0) * on_the_sky);
        match row("airmass").as_str() {
            "" => assert!(place.elevation_deg < 0.01, "{}", row("utc")),
            expected if place.elevation_deg > 10.0 => {
                airmass = airmass.max((place.airmass().unwrap() / number(expected) - 1.0).abs());
            }
            _ => {}
        }
        let arc = SkyAt::of(split(&row("utc")).0).arc(&target, 20.0);
        match (row("horizon20_flag").as_str(), arc) {
            ("circumpolar", Arc::AlwaysUp) | ("never_up", Arc::NeverUp) => {}
            ("rises", Arc::Rises { rise_lst_h, set_lst_h }) => {
                let off = |ours, column| off_on_circle(ours, number(&row(column)), 24.0) * 3_600.0;
                rise_s = rise_s.max(off(rise_lst_h, "rise_lst_hours")).max(off(set_lst_h, "set_lst_hours"));
            }
            (expected, ours) => panic!("{}: {ours:?}, expected {expected}", row("utc")),
        }
    }
    println!(
        "LST {lst_s:.6} s, HA {ha_s:.6} s, elevation {elevation:.7}°, azimuth {azimuth:.7}°, airmass {airmass:.2e}, rise and set {rise_s:.4} s"
    );
    assert!(lst_s < 0.1 && ha_s < 0.1, "LST {lst_s} s, hour angle {ha_s} s");
    // The tolerance is 0.01°; ours stays below 0.2 arcseconds.
    assert!(elevation < 0.000_05 && azimuth < 0.000_05, "elevation {elevation}°, azimuth {azimuth}°");
    assert!(airmass < 1e-5, "airmass {airmass}");
    assert!(rise_s < 0.05, "rise and set {rise_s} s");
}

#[test]
fn the_sun_stands_rises_and_sets_where_the_oracle_has_it() {
    let Some(rows) = oracle("sun.csv") else { return };
    let (mut elevation, mut azimuth, mut passage_s) = (0.0_f64, 0.0_f64, 0.0_f64);
    assert!(rows.len() >= 60);
    for row in &rows {
        let (_, place) = place_at(&row("utc"), sun_place);
        elevation = elevation.max((place.elevation_deg - number(&row("sun_elevation_deg"))).abs());
        let on_the_sky = place.elevation_deg.to_radians().cos();
        azimuth = azimuth.max(off_on_circle(place.azimuth_deg, number(&row("sun_azimuth_deg")), 360.0) * on_the_sky);
        let midnight = Instant::parse(&format!("{}T00:00:00Z", row("date_utc"))).unwrap();
        for (passage, column) in [(Passage::Rise, "sunrise_utc"), (Passage::Set, "sunset_utc")] {
            let (second, fraction) = split(&row(column));
            #[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
            let off = next_passage(passage, midnight).since(second) as f64 - fraction;
            passage_s = passage_s.max(off.abs());
        }
    }
    println!("the Sun: elevation {elevation:.6}°, azimuth {azimuth:.6}°, rise and set {passage_s:.2} s");
    assert!(elevation < 0.01 && azimuth < 0.01, "elevation {elevation}°, azimuth {azimuth}°");
    // Half a second of ours is that they are whole seconds; the other half are the Sun's 8 arcseconds.
    assert!(passage_s < 1.2, "rise and set {passage_s} s");
}

#[test]
fn what_never_rises_is_never_above_and_what_never_sets_always() {
    let at = Instant::parse("2022-03-12T00:00:00Z").unwrap();
    // Latitude −23.03°: Polaris stays below 20°, the southern pole stands at 23.03°.
    assert_eq!(next_above(&Target::new(37.95, 89.26), 20.0, at), None);
    let pole = Target::new(0.0, -89.9);
    assert_eq!(next_above(&pole, 20.0, at), Some(at));
    assert!(SkyAt::of(at).sets_in_h(&pole, 20.0).is_infinite());
}

/// A target at declination −80° culminates 33° high, and each day aberration and precession lift or lower it by up to 0.3″. An
/// hour angle of a minute of time, 0.25°, lowers it there by cos(−23°)·cos(−80°)·(1 − cos 0.25°)/cos 33° = 1.8e-6 = 0.37″: so
/// close to its highest it crosses a limit minutes earlier or later than the day before.
#[test]
fn a_target_that_hardly_reaches_a_limit_comes_above_it_at_the_very_second() {
    let first = Instant::parse("2001-10-11T00:00:00Z").unwrap();
    let mut found = 0;
    for day in 0..20 {
        let from = first.plus(day * 86_400);
        let target = Target::new(143.4, -80.0);
        let heights = (0..86_164).step_by(10).map(|s| (SkyAt::of(from).later(s).place(&target).elevation_deg, s));
        let (highest, transit_s) = heights.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        for below_arcsec in [0.0, 0.03, 0.1, 0.3, 1.0] {
            let limit = highest - below_arcsec / 3_600.0;
            let above = |at: Instant| SkyAt::of(at).place(&target).elevation_deg >= limit;
            let Some(at) = next_above(&target, limit, from) else {
                let around = (-240..240).map(|s| from.plus(transit_s + s)).filter(|&at| at >= from);
                assert_eq!(around.filter(|&at| above(at)).count(), 0, "{from}, {below_arcsec}″: it rises");
                continue;
            };
            found += 1;
            // The first whole second is looked for in every second of the two minutes before.
            let earlier = (1..120).filter(|&s| at.plus(-s) >= from && above(at.plus(-s))).count();
            assert!(
                above(at) && earlier == 0,
                "{at}, {below_arcsec}″ below the highest: {earlier} s before it are above"
            );
        }
    }
    assert!(found > 50, "{found} of 100 reach their limit");
}

#[test]
fn the_quick_sky_of_a_day_is_the_exact_one_to_a_thousandth_of_a_degree() {
    let at = Instant::parse("2022-03-12T00:00:00Z").unwrap();
    let target = Target::new(83.82, -5.39);
    for hours in 0..=24 {
        let (quick, exact) = (SkyAt::of(at).later(hours * 3_600), SkyAt::of(at.plus(hours * 3_600)));
        let off = quick.place(&target).elevation_deg - exact.place(&target).elevation_deg;
        assert!(off.abs() < 0.001, "{hours} h: {off}°");
    }
}

proptest! {
    #[test]
    fn the_next_time_a_target_is_above_a_limit_it_is_and_not_the_second_before(
        ra in 0.0..360.0_f64, dec in -90.0..80.0_f64, limit in 5.0..60.0_f64, second in 0..4_000_000_000_i64,
    ) {
        let (target, from) = (Target::new(ra, dec), Instant::parse("1970-01-01T00:00:00Z").unwrap().plus(second));
        let above = |at: Instant| SkyAt::of(at).place(&target).elevation_deg;
        match next_above(&target, limit, from) {
            Some(at) => {
                prop_assert!(above(at) >= limit - 1e-12);
                prop_assert!(at == from || above(at.plus(-1)) < limit + 1e-12);
                prop_assert!(at.since(from) < 86_400);
            }
            // Only what is below now may never come.
            None => prop_assert!(above(from) < limit),
        }
    }

    #[test]
    fn the_sun_rises_and_sets_once_a_day(second in 0..4_000_000_000_i64) {
        let from = Instant::parse("1970-01-01T00:00:00Z").unwrap().plus(second);
        for passage in [Passage::Rise, Passage::Set] {
            let at = next_passage(passage, from);
            prop_assert!(at > from && at.since(from) < 86_400 + 120, "{at} after {from}");
            prop_assert!(sun_place(&SkyAt::of(at)).elevation_deg.abs() < 0.01);
        }
    }
}
