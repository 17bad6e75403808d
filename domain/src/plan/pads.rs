//! Antenna positions as people have them: a line each, from a file of the array or out of a spreadsheet.
//!
//! ```text
//! # observatory=ALMA          a remark
//! x_m,y_m,z_m,diameter_m,pad  a head: says which columns are east and north
//! -47.995,-564.859,-2.318,7,J501
//! -55.970 -568.820 -2.322 7 J502
//! ```
//!
//! Without a head the first two fields of a line are east and north, in metres of the local tangent plane. What parts the fields of
//! a line is the tab where it has one, else `;`, else `,`, else blanks.

use std::fmt;

use super::resolution::Pad;

/// The most antennas that are read (our own limit: the observatory has 66).
pub const PADS_MAX: usize = 80;
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
    // How many columns a head has, and which of them are east and north.
    let mut of_head: Option<(usize, (usize, usize))> = None;
    for (at, line) in (1..).zip(text.lines()) {
        let bad = |why: String| BadPads { line: at, why };
        // A tab at the beginning is an empty field.
        let line = line.trim_end().trim_start_matches(' ');
        if line.is_empty() || line.starts_with('#') {
            if line.to_lowercase().replace(' ', "").contains("coordsys=xyz") {
                return Err(bad("these are geocentric coordinates; give those of the local tangent plane".to_owned()));
            }
            continue;
        }
        let fields = fields(line);
        let is_words = line.contains(char::is_alphabetic) && fields.iter().all(|field| field.parse::<f64>().is_err());
        if is_words && pads.is_empty() && of_head.is_none() {
            let columns = head(&fields);
            let columns =
                columns.ok_or_else(|| bad("the head names no columns x and y, or east and north".to_owned()))?;
            of_head = Some((fields.len(), columns));
            continue;
        }
        let columns = match of_head {
            Some((n, _)) if n != fields.len() => {
                return Err(bad(format!("the head has {n} columns and this line has {}", fields.len())));
            }
            Some((_, columns)) => columns,
            None => (0, 1),
        };
        let number = |column: usize, name: &str| match fields.get(column).map(|field| field.parse::<f64>()) {
            Some(Ok(number)) if number.abs() <= FAR_M => Ok(number),
            Some(Ok(number)) if !number.is_nan() => {
                Err(bad(format!("{name} is more than 100 km away; give metres of the local tangent plane")))
            }
            Some(_) => Err(bad(format!("{name} is no number; write it with a point"))),
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

/// The fields of a line; between blanks there is no empty one.
fn fields(line: &str) -> Vec<&str> {
    match ['\t', ';', ','].into_iter().find(|&separator| line.contains(separator)) {
        Some(separator) => line.split(separator).map(str::trim).collect(),
        None => line.split_whitespace().collect(),
    }
}

/// Which columns are east and north.
fn head(fields: &[&str]) -> Option<(usize, usize)> {
    let name = |field: &str| {
        let name = field.to_lowercase();
        let unit = ["[m]", "(m)", "_m"].into_iter().find_map(|unit| name.strip_suffix(unit));
        unit.unwrap_or(&name).trim().to_owned()
    };
    let column = |names: [&str; 3]| fields.iter().position(|field| names.contains(&name(field).as_str()));
    Some((column(["x", "east", "e"])?, column(["y", "north", "n"])?))
}
