//! Antenna positions as people have them: a line each, from a file of the array or out of a spreadsheet.
//!
//! ```text
//! # observatory=ALMA          a remark
//! x_m,y_m,z_m,diameter_m,pad  a head: says which columns are east and north
//! -47.995,-564.859,-2.318,7,J501
//! -55.970 -568.820 -2.322 7 J502
//! ```
//!
//! Without a head the first two numbers of a line are east and north, in metres of the local tangent plane.

use std::fmt;

use super::resolution::Pad;

/// The most lines that are read (our own limit: the observatory has 66 antennas).
pub const PADS_MAX: usize = 256;
/// Farther than this from the middle of the array no antenna stands \[m\] (our own limit: the longest baseline is 16 km). The
/// coordinates of other systems are millions.
const FAR_M: f64 = 100_000.0;

/// Why positions cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadPads {
    /// The line, from 1; 0 for all of them.
    pub line: usize,
    /// A sentence without its full stop.
    pub why: String,
}

impl fmt::Display for BadPads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.why),
            line => write!(f, "line {line}: {}", self.why),
        }
    }
}

/// Reads positions, a line each; the first line that is none is told.
pub fn read_pads(text: &str) -> Result<Vec<Pad>, BadPads> {
    let mut pads: Vec<Pad> = Vec::new();
    let mut columns = (0, 1);
    let mut has_head = false;
    for (at, line) in (1..).zip(text.lines()) {
        let bad = |why: String| BadPads { line: at, why };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            if line.to_lowercase().replace(' ', "").contains("coordsys=xyz") {
                return Err(bad("these are geocentric coordinates; give those of the local tangent plane".to_owned()));
            }
            continue;
        }
        let fields: Vec<&str> =
            line.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|field| !field.is_empty()).collect();
        let is_head = pads.is_empty() && !has_head && fields.iter().all(|field| field.parse::<f64>().is_err());
        if is_head {
            has_head = true;
            columns =
                head(&fields).ok_or_else(|| bad("the head names no columns x and y, or east and north".to_owned()))?;
            continue;
        }
        let number = |column: usize, name: &str| match fields.get(column).map(|field| field.parse::<f64>()) {
            Some(Ok(number)) if number.abs() <= FAR_M => Ok(number),
            Some(Ok(number)) if !number.is_nan() => {
                Err(bad(format!("{name} is more than 100 km away; give metres of the local tangent plane")))
            }
            Some(_) => Err(bad(format!("{name} is no number"))),
            None => Err(bad(format!("{name} is missing"))),
        };
        let pad = (number(columns.0, "east")?, number(columns.1, "north")?);
        if pads.contains(&pad) {
            return Err(bad("an antenna stands there already".to_owned()));
        }
        if pads.len() == PADS_MAX {
            return Err(bad(format!("there are more than {PADS_MAX} antennas")));
        }
        pads.push(pad);
    }
    if pads.len() < 3 {
        return Err(BadPads { line: 0, why: "a resolution needs at least three antennas".to_owned() });
    }
    Ok(pads)
}

/// Which columns are east and north.
fn head(fields: &[&str]) -> Option<(usize, usize)> {
    let column = |names: [&str; 3]| {
        fields.iter().position(|field| names.contains(&field.trim_end_matches("_m").to_lowercase().as_str()))
    };
    Some((column(["x", "east", "e"])?, column(["y", "north", "n"])?))
}
