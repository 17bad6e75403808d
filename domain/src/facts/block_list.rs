//! The door for the block lists of the first cycles: one line of tab-separated text in, a project and a Scheduling Block out.
//!
//! ```text
//! CODE  Executive  SB_name  SB_uid  State  Priority  Array  reqExecs  qaa  qab  status
//! ```
//!
//! Such a list has neither frequency nor band, coordinates, water vapour or resolution. What it does not say stays empty, and the
//! plan says of every block which column is missing.

use super::rows::BadField;
use super::{Id, Project, SchedulingBlock};
use crate::family::Family;

/// The columns, as the first line names them.
pub const COLUMNS: [&str; 11] =
    ["CODE", "Executive", "SB_name", "SB_uid", "State", "Priority", "Array", "reqExecs", "qaa", "qab", "status"];

/// Reads one line; `fields` in the order of [`COLUMNS`], blanks around them do not count.
pub fn read(fields: &[&str]) -> Result<(Project, SchedulingBlock), BadField> {
    let [code, executive, name, uid, state, priority, array, asked, passed, semi_passed, status] = fields else {
        let why = format!("wrong number of fields: {} where a block list has {}", fields.len(), COLUMNS.len());
        return Err(bad("", "", why));
    };
    let code = code.trim();
    let project: Id = code.parse().map_err(|why| bad("CODE", code, format!("{why}")))?;
    let uid = uid.trim();
    let id: Id = uid.parse().map_err(|why| bad("SB_uid", uid, format!("{why}")))?;
    let asked = asked.trim();
    let exec_count = match asked {
        // What the lists say where nobody knows.
        "" | "UNDEFINED" => None,
        digits => Some(
            digits
                .parse::<i32>()
                .ok()
                .filter(|&n| n >= 0)
                .ok_or_else(|| bad("reqExecs", asked, "not a whole number, 0 or more".to_owned()))?,
        ),
    };
    let array = array.trim();
    let family = family(array).ok_or_else(|| {
        bad("Array", array, "not an array: TP-ARRAY, SEVEN-M, ACA, or 12 m configurations such as C32-1".to_owned())
    })?;
    let (priority, status) = (priority.trim(), status.trim());
    let project = Project {
        id: project,
        title: String::new(),
        executive: executive.trim().to_owned(),
        // What is not of the highest priority is a filler, which is what grade C is; the others had no letter.
        grade: if priority == "FILLER" { "C".to_owned() } else { String::new() },
        science_rank: None,
        cycle: code.split('.').take(2).collect::<Vec<_>>().join("."),
        state: String::new(),
    };
    let block = SchedulingBlock {
        id,
        name: name.trim().to_owned(),
        project_code: code.to_owned(),
        array: Some(family),
        band: None,
        rep_freq_ghz: None,
        ra_deg: None,
        dec_deg: None,
        max_pwv_mm: None,
        ar_arcsec: None,
        las_arcsec: None,
        min_ar_arcsec: None,
        max_ar_arcsec: None,
        exec_count,
        est_time_h: None,
        state: state_word(state.trim()),
        window_start: None,
        window_end: None,
        is_polarization: None,
        is_point_source: None,
        note: format!("{array}; {priority}; QA0 pass {}, semi-pass {}; {status}", passed.trim(), semi_passed.trim()),
    };
    Ok((project, block))
}

fn bad(column: &'static str, value: &str, why: String) -> BadField {
    BadField { column, value: value.chars().take(80).collect::<String>().replace('\0', "\u{2400}"), why }
}

fn family(array: &str) -> Option<Family> {
    match array {
        "TP-ARRAY" => Some(Family::TotalPower),
        "SEVEN-M" | "ACA" => Some(Family::Seven),
        configurations if configurations.split(',').all(|name| name.starts_with("C32-")) => Some(Family::Twelve),
        _ => None,
    }
}

/// A state in the words of the later tables, where there is the same: `READY` is `Ready`, `FULLYOBSERVED` is `FullyObserved`.
fn state_word(state: &str) -> String {
    match state {
        "READY" => "Ready".to_owned(),
        "SUSPENDED" => "Suspended".to_owned(),
        "FULLYOBSERVED" => "FullyObserved".to_owned(),
        "DELETED" => "Deleted".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    fn line(text: &str) -> Result<(Project, SchedulingBlock), BadField> {
        read(&text.split('\t').collect::<Vec<_>>())
    }

    #[test]
    fn a_line_is_a_project_and_a_block() {
        let text = "2012.1.00039.S\tEU \tB6_MRC1017 \tuid://A002/X75/X6b \tREADY \tFILLER \tC32-4,C32-5 \t2 \t1 \t0\tCarry over";
        let (project, block) = line(text).unwrap();
        assert_eq!((project.executive.as_str(), project.grade.as_str(), project.cycle.as_str()), ("EU", "C", "2012.1"));
        assert_eq!((block.name.as_str(), block.state.as_str()), ("B6_MRC1017", "Ready"));
        assert_eq!((block.array, block.exec_count, block.band), (Some(Family::Twelve), Some(2), None));
        assert_eq!(block.note, "C32-4,C32-5; FILLER; QA0 pass 1, semi-pass 0; Carry over");
    }

    #[test]
    fn a_line_that_is_wrong_names_the_column() {
        let of = |array: &str, asked: &str| {
            let text = format!("2012.1.1.S\tEU\tA\tuid://A002/X1/X1\tREADY\tHIGHEST\t{array}\t{asked}\t0\t0\tDone");
            line(&text).map(|_| ()).map_err(|bad| (bad.column, bad.value))
        };
        assert_eq!(of("ACA", "1"), Ok(()));
        assert_eq!(of("C36-1", "1"), Err(("Array", "C36-1".to_owned())));
        assert_eq!(of("ACA", "many"), Err(("reqExecs", "many".to_owned())));
        assert_eq!(line("one\ttwo").unwrap_err().why, "wrong number of fields: 2 where a block list has 11");
    }
}
