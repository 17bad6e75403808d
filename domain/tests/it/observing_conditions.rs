//! The air, the noise and the resolution: against the oracle's vectors and the files of real arrays.

use std::collections::HashMap;
use std::path::PathBuf;

use domain::family::Family;
use domain::plan::atmosphere::{Air, Atmosphere, TABLE_PWV_MM, Zenith, snapped_pwv};
use domain::plan::noise::{Receiver, bl_ratio, bl_ratio_of, tsys_ratio};
use domain::plan::resolution::resolution;
use domain::plan::situation::ArrayAtHand;
use domain::plan::target::Target;
use proptest::prelude::*;

use crate::sky_over_targets::oracle;

/// `key=value;…` of the vectors' inputs.
pub(crate) fn inputs(text: &str) -> HashMap<String, String> {
    text.split(';').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn noise_vapour_and_baselines_agree_with_the_oracles_vectors() {
    let Some(rows) = oracle("dsa_vectors.csv") else { return };
    let (mut n, mut worst) = (0, 0.0_f64);
    for row in &rows {
        let inputs = inputs(&row("inputs"));
        let of = |key: &str| number(&inputs[key]);
        let ours = match row("function").as_str() {
            "tsys" => {
                let band: u8 = inputs["band"].trim_start_matches('B').parse().unwrap();
                let receiver = Receiver::of_band(band).unwrap();
                assert_eq!((receiver.trx_k, receiver.image_gain), (of("trx_k"), of("g")));
                receiver.tsys_k(Zenith { tau: of("tau_zenith"), tsky_k: of("tsky_zenith_k") }, of("airmass"))
            }
            "tsys_ratio" => tsys_ratio(of("tsys_ot_k"), of("tsys_k")),
            "transit_airmass" => Target::new(0.0, of("dec_deg")).transit_airmass(),
            "bl_ratio" => bl_ratio(of("usable_baselines"), of("n_antennas")),
            "pwv_snap" => snapped_pwv(of("pwv_mm")),
            _ => continue,
        };
        let off = (ours / number(&row("expected")) - 1.0).abs();
        assert!(off < 1e-6, "{}: {ours}, expected {}", row("name"), row("expected"));
        (n, worst) = (n + 1, worst.max(off));
    }
    println!("{n} vectors of the conditions, worst {worst:.1e} relative");
    assert!(n >= 11, "{n} vectors");
}

#[test]
fn real_arrays_have_the_expected_resolution() {
    let Some(folder) = shared("real/array_configs") else { return };
    let mut expected = csv::Reader::from_path(folder.join("expected_ar.csv")).unwrap();
    let mut worst = 0.0_f64;
    for row in expected.records() {
        let row = row.unwrap();
        let mut pads = csv::Reader::from_path(folder.join(format!("{}.csv", &row[0]))).unwrap();
        let pads: Vec<_> = pads.records().map(|pad| pad.unwrap()).map(|p| (number(&p[0]), number(&p[1]))).collect();
        let ours = resolution(&pads).unwrap();
        assert_eq!((pads.len().to_string(), ours.n_baselines.to_string()), (row[1].to_owned(), row[2].to_owned()));
        let figures = [
            ours.shortest_m,
            ours.longest_m,
            ours.loc_m,
            ours.scale_m,
            ours.loc_m + 3.323_089_4 * ours.scale_m,
            ours.length_m,
            ours.ar_100ghz_arcsec,
        ];
        for (at, ours) in figures.into_iter().enumerate() {
            let off = (ours / number(&row[3 + at]) - 1.0).abs();
            assert!(off < 1e-3, "{}: column {} is {ours}, expected {}", &row[0], 3 + at, &row[3 + at]);
            worst = worst.max(off);
        }
    }
    println!("array figures: worst {worst:.1e} relative");
}

#[test]
fn fewer_than_three_antennas_or_antennas_in_one_place_have_no_resolution() {
    assert_eq!(resolution(&[]), None);
    assert_eq!(resolution(&[(0.0, 0.0), (100.0, 0.0)]), None);
    assert_eq!(resolution(&[(5.0, 5.0); 4]), None);
    assert_eq!(ArrayAtHand::of_pads(&[(0.0, 0.0); 2]), ArrayAtHand { n_antennas: 2, ar_100ghz_arcsec: None });
    assert_eq!(resolution(&[(0.0, 0.0), (f64::NAN, 0.0), (1.0, 1.0)]), None);
}

#[test]
fn the_table_in_the_product_is_the_computed_one() {
    assert_eq!(Atmosphere::site().n_rows(), 1_764);
    let Some(path) = shared("atmosphere.csv") else { return };
    let product = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/plan/atmosphere.csv");
    assert_eq!(std::fs::read(path).unwrap(), std::fs::read(product).unwrap());
}

#[test]
fn at_a_column_of_the_table_the_sky_has_the_columns_temperature() {
    let air = Atmosphere::site().air(230.0).unwrap();
    for (column, pwv_mm) in TABLE_PWV_MM.into_iter().enumerate() {
        let zenith = air.at(pwv_mm);
        assert!((zenith.tsky_k - air.tsky_k[column]).abs() < 1e-9);
        assert!((zenith.tau - air.tau_dry - air.tau_wet_per_mm * pwv_mm).abs() < 1e-15);
    }
    // Below the first column the line goes to no light where nothing is absorbed: 0.1 mm have less than 0.25.
    let dry = air.at(0.1);
    assert!((0.5 * air.tsky_k[0]..air.tsky_k[0]).contains(&dry.tsky_k), "{dry:?}");
    // More than the table has is taken for the most it has.
    assert_eq!(air.at(20.0), air.at(8.0));
}

#[test]
fn between_two_rows_the_air_is_half_of_each() {
    let table = Atmosphere::site();
    let (low, high, middle) = (table.air(230.0).unwrap(), table.air(230.5).unwrap(), table.air(230.25).unwrap());
    assert!((middle.tau_dry - (low.tau_dry + high.tau_dry) / 2.0).abs() < 1e-15);
    assert_eq!(table.air(950.0).map(|air| air.tau_dry > 0.0), Some(true));
    for nowhere in [34.9, 60.0, 950.1, f64::NAN] {
        assert_eq!(table.air(nowhere), None, "{nowhere} GHz");
    }
}

#[test]
fn an_array_of_forty_antennas_has_a_quarter_more_baselines_than_thirty_six() {
    // 40·39/2 = 780 over 36·35/2 = 630.
    assert!((bl_ratio_of(Family::Twelve, 40) - 780.0 / 630.0).abs() < 1e-15);
    // 9·8/2 = 36 over 45.
    assert!((bl_ratio_of(Family::Seven, 9) - 0.8).abs() < 1e-15);
    assert_eq!(bl_ratio_of(Family::TotalPower, 2), 1.0);
    assert_eq!(bl_ratio_of(Family::Twelve, 0), 0.0);
}

#[test]
fn where_nothing_comes_through_the_noise_is_infinite_and_the_ratio_zero() {
    let water_line = Air { tau_dry: 0.1, tau_wet_per_mm: 1_549.0, tsky_k: [260.0; 6] };
    let receiver = Receiver::of_band(8).unwrap();
    let now_k = receiver.tsys_k(water_line.at(5.0), 1.5);
    assert!(now_k.is_infinite());
    assert_eq!(tsys_ratio(1_000.0, now_k), 0.0);
    assert_eq!(tsys_ratio(now_k, now_k), 0.0);
}

proptest! {
    #[test]
    fn more_water_or_more_air_is_more_noise(
        frequency in 84.0..950.0_f64, pwv in 0.0..7.9_f64, more in 0.01..2.0_f64, airmass in 1.0..3.0_f64,
    ) {
        let air = Atmosphere::site().air(frequency).unwrap();
        let receiver = Receiver::of_band(6).unwrap();
        let now = receiver.tsys_k(air.at(pwv), airmass);
        prop_assert!(now >= 55.0);
        prop_assert!(receiver.tsys_k(air.at(pwv), airmass + more) >= now);
        prop_assert!(receiver.tsys_k(air.at(pwv + more), airmass) >= now * (1.0 - 1e-12));
    }
}
