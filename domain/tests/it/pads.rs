//! Antenna positions as people paste them.

use domain::plan::pads::{PADS_MAX, read_pads};
use domain::plan::resolution::resolution;
use proptest::prelude::*;

use crate::observing_conditions::shared;

fn refused(text: &str) -> String {
    read_pads(text).unwrap_err().to_string()
}

#[test]
fn lines_with_commas_blanks_and_names_are_positions() {
    let pads = read_pads("0,0\n\n 100.5 -20 3 12 A001\r\n-1e2; 40;0\n# a remark\n").unwrap();
    assert_eq!(pads, [(0.0, 0.0), (100.5, -20.0), (-100.0, 40.0)]);
    // A head says which is which: here the name stands first, and north before east.
    let named = read_pads("pad,north_m,east_m\nA1,1,2\nA2,3,4\nA3,5,7").unwrap();
    assert_eq!(named, [(2.0, 1.0), (4.0, 3.0), (7.0, 5.0)]);
    // Units may stand apart, and a field may be empty.
    for head in ["pad name, x [m], y [m]", "pad;East (m);North (m)", "pad\tEAST_M\tNORTH_M"] {
        let separator = [';', '\t'].into_iter().find(|&sign| head.contains(sign)).unwrap_or(',');
        let rows = ["J501,2,1", ",4,3", "J 503, 7 ,5"].map(|row| row.replace(',', &separator.to_string()));
        assert_eq!(read_pads(&format!("{head}\n{}", rows.join("\n"))).unwrap(), named, "{head}");
    }
}

#[test]
fn what_is_no_position_is_told_with_its_line() {
    assert_eq!(refused(""), "a resolution needs at least three antennas");
    assert_eq!(refused("0 0\n1 x"), "line 2: north is no number; write it with a point");
    assert_eq!(refused("0 0\n1"), "line 2: north is missing");
    assert_eq!(refused("0 0\nNaN 1"), "line 2: east is no number; write it with a point");
    assert_eq!(refused("0 0\n1 1\n0 0"), "line 3: an antenna stands there already");
    assert_eq!(refused("pad diameter\nA1 12"), "line 1: the head names no columns x and y, or east and north");
    assert_eq!(
        refused("# coordsys = XYZ\n2225061 -5440061 -2481681"),
        "line 1: these are geocentric coordinates; give those of the local tangent plane"
    );
    assert_eq!(
        refused("2225061 -5440061"),
        "line 1: east is more than 100 km away; give metres of the local tangent plane"
    );
    // Decimal commas would be other numbers.
    assert_eq!(refused("-47,995;-564,859"), "line 1: east is no number; write it with a point");
    assert_eq!(refused("-47,995 -564,859"), "line 1: north is no number; write it with a point");
    assert_eq!(refused("pad,x,y\n1,2"), "line 2: the head has 3 columns and this line has 2");
    let many: String = (0..=PADS_MAX).map(|n| format!("{n} 0\n")).collect();
    assert_eq!(refused(&many), "line 81: there are more than 80 antennas");
}

#[test]
fn the_files_of_the_arrays_are_read() {
    let Some(folder) = shared("real/array_configs") else { return };
    let mut n_files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if !path.ends_with("expected_ar.csv") {
            let text = std::fs::read_to_string(&path).unwrap();
            // A line is the head.
            let pads = read_pads(&text).unwrap();
            assert_eq!(pads.len(), text.lines().count() - 1, "{}", path.display());
            assert!(resolution(&pads).is_some(), "{}", path.display());
            n_files += 1;
        }
    }
    assert!(n_files > 0);
}

proptest! {
    #[test]
    fn whatever_is_pasted_nothing_panics(text in r"[-+.,;# \t\nxy_me0-9é]{0,200}") {
        if let Ok(pads) = read_pads(&text) {
            prop_assert!(pads.len() >= 3);
            resolution(&pads);
        }
    }
}
