//! The simulation as files: one CSV per table, in the columns of domain.md §2, and `now.txt`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use domain::facts::Fact;
use domain::facts::rows::Table;
use domain::family::Family;
use domain::time::Instant;

use super::{Simulation, facts_in_order};

/// Why the files could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}")]
pub struct CannotWrite {
    path: PathBuf,
    source: io::Error,
}

/// Writes the nine tables and `now.txt` into the folder, made if it is not there; files of these names are replaced.
pub fn write_csv(simulation: &Simulation, folder: &Path) -> Result<(), CannotWrite> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| CannotWrite { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let mut facts = facts_in_order(simulation).peekable();
    for &table in Table::ALL {
        let path = folder.join(format!("{table}.csv"));
        let mut file = csv::Writer::from_path(&path).map_err(|error| failed(&path)(error.into()))?;
        file.write_record(table.columns()).map_err(|error| failed(&path)(error.into()))?;
        while let Some((_, fact)) = facts.next_if(|&(of, _)| of == table) {
            file.write_record(fields(&fact)).map_err(|error| failed(&path)(error.into()))?;
        }
        file.flush().map_err(failed(&path))?;
    }
    let path = folder.join("now.txt");
    fs::write(&path, format!("{}\n", simulation.now)).map_err(failed(&path))
}

/// The fields of one row, in the order of [`Table::columns`]; [`domain::facts::rows::read`] reads them back.
fn fields(fact: &Fact) -> Vec<String> {
    match fact {
        Fact::Shift(s) => vec![
            s.id.to_string(),
            s.kind.to_string(),
            s.families.to_string(),
            opt(s.start),
            opt(s.end),
            opt(s.planned_start),
            opt(s.planned_end),
            s.aod.clone(),
        ],
        Fact::Array(a) => vec![
            a.id.to_string(),
            a.family.to_string(),
            a.activity.to_string(),
            opt(a.created),
            opt(a.destroyed),
            a.antennas.clone(),
            a.bands.clone(),
        ],
        Fact::Execution(e) => vec![
            e.id.to_string(),
            e.sb_uid.clone(),
            e.sb_name.clone(),
            e.project_code.clone(),
            e.array_id.clone(),
            opt(e.family),
            opt(e.band),
            e.purpose.to_string(),
            e.status.to_string(),
            opt(e.qa0),
            opt(e.start),
            opt(e.end),
            e.subject.clone(),
            e.ticket.clone(),
        ],
        Fact::Downtime(d) => vec![
            d.id.to_string(),
            d.kind.to_string(),
            d.families.to_string(),
            time(d.start),
            opt(d.end),
            d.comment.clone(),
            d.ticket.clone(),
        ],
        Fact::Project(p) => vec![
            p.id.to_string(),
            p.title.clone(),
            p.executive.clone(),
            p.grade.clone(),
            opt(p.science_rank),
            p.cycle.clone(),
            p.state.clone(),
        ],
        Fact::SchedulingBlock(b) => vec![
            b.id.to_string(),
            b.name.clone(),
            b.project_code.clone(),
            b.array.map(|family| block_array(family).to_owned()).unwrap_or_default(),
            opt(b.band),
            opt(b.rep_freq_ghz),
            opt(b.ra_deg),
            opt(b.dec_deg),
            opt(b.max_pwv_mm),
            opt(b.ar_arcsec),
            opt(b.las_arcsec),
            opt(b.min_ar_arcsec),
            opt(b.max_ar_arcsec),
            opt(b.exec_count),
            opt(b.est_time_h),
            b.state.clone(),
            opt(b.window_start),
            opt(b.window_end),
            opt(b.is_polarization),
            opt(b.is_point_source),
            b.note.clone(),
        ],
        Fact::Configuration(c) => vec![
            c.id.to_string(),
            opt(c.ar_100ghz_arcsec),
            opt(c.mrs_100ghz_arcsec),
            opt(c.longest_baseline_km),
            opt(c.antennas),
        ],
        Fact::ScheduledConfiguration(s) => vec![
            time(s.start),
            time(s.end),
            s.configuration.to_string(),
            opt(s.lst_from_h),
            opt(s.lst_to_h),
            s.revision.to_string(),
        ],
        Fact::Conditions(c) => vec![time(c.time), opt(c.pwv_mm), opt(c.phase_rms_deg), opt(c.wind_m_s)],
    }
}

/// Empty when missing.
fn opt(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn time(instant: Instant) -> String {
    instant.to_string()
}

/// Scheduling Blocks have their own spelling of the families (domain.md §1).
const fn block_array(family: Family) -> &'static str {
    match family {
        Family::Twelve => "TWELVE-M",
        Family::Seven => "SEVEN-M",
        Family::TotalPower => "TP",
    }
}
