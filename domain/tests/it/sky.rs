//! Sidereal time against the tables of the original scheduler.

use std::path::PathBuf;

use domain::sky::local_sidereal_time;
use domain::time::Instant;
use proptest::prelude::*;

/// Sidereal seconds in a second of UTC.
const SIDEREAL_RATE: f64 = 1.002_737_909_35;

/// The oracle has 3 decimals of a second, an instant has none: the seconds are added at the rate of the sidereal clock.
#[test]
fn sidereal_time_agrees_with_the_oracle_to_a_tenth_of_a_second() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/oracle/astronomy.csv");
    if !path.is_file() {
        eprintln!("skipped: {} is not there", path.display());
        return;
    }
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let (utc, lst) = (column("utc"), column("lst_hours"));
    let mut n_rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        // `2021-11-01T22:43:` and `58.948Z`. A leap second is second 60, which no instant has.
        let (minute, seconds) = row[utc].split_at("2021-11-01T22:43:".len());
        let at = Instant::parse(&format!("{minute}00Z")).unwrap();
        let seconds: f64 = seconds.trim_end_matches('Z').parse().unwrap();
        let expected_h: f64 = row[lst].parse().unwrap();
        let ours_h = local_sidereal_time(at).hours() + seconds * SIDEREAL_RATE / 3_600.0;
        // On a circle of 24 h the short way round.
        let off_s = ((ours_h - expected_h + 12.0).rem_euclid(24.0) - 12.0) * 3_600.0;
        assert!(off_s.abs() < 0.1, "{}: {ours_h} h, expected {expected_h} h, off by {off_s} s", &row[utc]);
        n_rows += 1;
    }
    assert!(n_rows > 100, "{n_rows} rows");
}

#[test]
fn a_sidereal_day_is_four_minutes_short_of_a_day() {
    let at = |text| local_sidereal_time(Instant::parse(text).unwrap());
    // 86,164 s = 23 h 56 min 4 s; the true sidereal day is 86,164.09 s.
    let (today, then) = (at("2022-03-12T00:00:00Z"), at("2022-03-12T23:56:04Z"));
    assert!(((then.hours() - today.hours()) * 3_600.0).abs() < 0.1);
}

proptest! {
    #[test]
    fn there_is_a_sidereal_time_at_every_instant(seconds in -62_167_219_200_i64..253_402_300_800) {
        let at = Instant::parse("1970-01-01T00:00:00Z").unwrap().plus(seconds);
        let lst = local_sidereal_time(at);
        prop_assert!((0.0..24.0).contains(&lst.hours()));
        prop_assert_eq!(lst.to_string().len(), "20:58:41".len());
    }
}
