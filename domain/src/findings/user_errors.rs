//! Types 13 to 20: where the log contradicts itself. Each rule is one function, independent of the others.

use super::{Finding, FindingType, Parameters};
use crate::decimal;
use crate::facts::{Activity, Downtime, Id, Purpose, Shift, ShiftKind, Status, is_pi_code};
use crate::family::Family;
use crate::ledger::{Log, LoggedArray, LoggedExecution, LoggedShift, Placed, Placement};
use crate::time::{DAY_S, Instant, Interval, Span};

pub(super) fn detect(log: &Log<'_>, parameters: &Parameters, findings: &mut Vec<Finding>) {
    findings.extend(log.facts.shifts.iter().filter_map(|shift| shift_not_well_defined(log, shift)));
    findings.extend(overlapping_shifts(log, parameters));
    findings.extend(log.facts.shifts.iter().filter_map(|shift| started_off_plan(parameters, shift)));
    findings.extend(started_by_an_execution(log, parameters));
    findings.extend(pi_in_downtimes(log, parameters));
    findings.extend(log.facts.downtimes.iter().filter_map(|downtime| not_completed(log, downtime)));
    findings.extend(log.arrays().iter().filter_map(|array| array_with_wrong_activity(log, parameters, array)));
    for execution in log.doubtful() {
        findings.extend(execution_not_well_defined(log, execution));
        findings.extend(wrong_flag(log, execution));
    }
}

/// 13, about a shift. A shift that began less than a day ago, or has yet to begin, may still lack its end.
fn shift_not_well_defined(log: &Log<'_>, shift: &Shift) -> Option<Finding> {
    let tag = match (shift.start, shift.end) {
        (Some(start), Some(end)) if end <= start => START_AFTER_END,
        (Some(start), None) if log.now().since(start) >= DAY_S => NOT_DEFINED,
        (None, _) => NOT_DEFINED,
        _ => return None,
    };
    let at = shift.start.or(shift.end);
    Some(not_well_defined(Some(shift.id.clone()), vec![shift.id.to_string()], shift.families.only(), at, tag))
}

/// 13, about an execution. One that runs may lack its end, but never its start.
fn execution_not_well_defined(log: &Log<'_>, logged: &LoggedExecution<'_>) -> Option<Finding> {
    let execution = logged.fact;
    let tag = match (execution.start, execution.end) {
        (Some(start), Some(end)) if end <= start => START_AFTER_END,
        (Some(_), None) if execution.status != Status::Running => NOT_DEFINED,
        (None, _) => NOT_DEFINED,
        _ => return None,
    };
    let at = execution.start.or(execution.end);
    let shift = at.and_then(|at| holding(log, logged.family, at));
    let mut ids = vec![execution.id.to_string()];
    if shift.as_ref() == Some(&execution.id) {
        // The shift of the same name may be not well defined too, and the two findings are not one.
        ids.insert(0, "execution".to_owned());
    }
    Some(not_well_defined(shift, ids, logged.family, at, tag))
}

const NOT_DEFINED: &str = "Timestamp non defined";
const START_AFTER_END: &str = "Start after end";

fn not_well_defined(
    shift: Option<Id>,
    ids: Vec<String>,
    family: Option<Family>,
    at: Option<Instant>,
    tag: &str,
) -> Finding {
    Finding {
        shift,
        ids,
        span: at.map(Span::at),
        comment: "Check the start/end time.".to_owned(),
        ..bare(FindingType::AllocatedTimeNotWellDefined, family, tag)
    }
}

/// 14 and 15: pairs of shifts of one family that overlap, EOC with SCIOPS or two of a kind.
fn overlapping_shifts(log: &Log<'_>, parameters: &Parameters) -> Vec<Finding> {
    let mut findings = Vec::new();
    for family in Family::ALL {
        let shifts = log.family(family).shifts.all();
        for (i, &(interval, earlier)) in shifts.iter().enumerate() {
            // Sorted by start: from the first that begins after this one ends, none overlaps it.
            let later = shifts.iter().skip(i + 1).take_while(|(later, _)| later.start() < interval.end());
            findings.extend(later.filter_map(|&(_, later)| overlap(parameters, family, earlier, later)));
        }
    }
    findings
}

fn overlap(
    parameters: &Parameters,
    family: Family,
    earlier: LoggedShift<'_>,
    later: LoggedShift<'_>,
) -> Option<Finding> {
    let shared = earlier.interval.overlap(later.interval).filter(|o| o.seconds() > parameters.shift_tol_s)?;
    let (kind, first, second, shift) = match (earlier.fact.kind, later.fact.kind) {
        (a, b) if a == b => (FindingType::OverlappingShift, earlier, later, earlier),
        (ShiftKind::Eoc, ShiftKind::Sciops) => (FindingType::EocOverlappingSciops, earlier, later, later),
        (ShiftKind::Sciops, ShiftKind::Eoc) => (FindingType::EocOverlappingSciops, later, earlier, earlier),
        _ => return None,
    };
    let ids = vec![first.fact.id.to_string(), second.fact.id.to_string()];
    Some(Finding {
        shift: Some(shift.fact.id.clone()),
        span: Some(shared.into()),
        tags: ids.join(";"),
        ids,
        ..bare(kind, Some(family), "")
    })
}

/// 16, by plan: also of a shift whose end is wrong, since its start is known.
fn started_off_plan(parameters: &Parameters, shift: &Shift) -> Option<Finding> {
    let (start, planned) = (shift.start?, shift.planned_start?);
    if shift.kind != ShiftKind::Sciops || start.since(planned).abs() <= parameters.shift_tol_s {
        return None;
    }
    Some(Finding {
        shift: Some(shift.id.clone()),
        span: Some(Span::between(planned, start)),
        ..bare(FindingType::UncertainShiftStart, shift.families.only(), &signed_minutes(start.since(planned)))
    })
}

/// 16, by an execution that was under way when the shift began and that no other shift claims.
fn started_by_an_execution(log: &Log<'_>, parameters: &Parameters) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (shift, family) in log.with_ledger() {
        let start = shift.interval.start();
        // By start: from the first that begins in the shift, none was under way.
        let under_way = log.family(family).placed.overlapping(shift.interval).take_while(|(it, _)| it.start() < start);
        for (interval, Placed { fact: execution, .. }) in under_way {
            let early_s = interval.start().since(start);
            let ends_inside = interval.end() <= shift.interval.end();
            let claimed = || log.family(family).shifts_at(interval.start()).any(|s| s.fact.id != shift.fact.id);
            if early_s < -parameters.join_tol_s && ends_inside && !claimed() {
                findings.push(Finding {
                    shift: Some(shift.fact.id.clone()),
                    ids: vec![execution.id.to_string()],
                    span: Some(Span::between(interval.start(), start)),
                    ..bare(FindingType::UncertainShiftStart, Some(family), &signed_minutes(early_s))
                });
            }
        }
    }
    findings
}

/// `+14 min`, halves away from zero.
fn signed_minutes(seconds: i64) -> String {
    let minutes = decimal::fixed(seconds, 60, 0).unwrap_or_default();
    let sign = if minutes.starts_with('-') { "" } else { "+" };
    format!("{sign}{minutes} min")
}

/// 17: one finding per pair of a PI execution and a downtime. A log has few downtimes: they are what is walked through.
fn pi_in_downtimes(log: &Log<'_>, parameters: &Parameters) -> Vec<Finding> {
    let mut findings = Vec::new();
    for family in Family::ALL {
        let lane = log.family(family);
        for &(down, downtime) in lane.downtimes.all() {
            let executions = lane.placed.overlapping(down).map(|(interval, placed)| (interval, placed.fact));
            for (interval, execution) in executions.filter(|(_, execution)| execution.purpose == Purpose::Pi) {
                let Some(shared) = interval.overlap(down).filter(|o| o.seconds() > parameters.overlap_tol_s) else {
                    continue;
                };
                let ids = vec![execution.id.to_string(), downtime.id.to_string()];
                findings.push(Finding {
                    shift: holding(log, Some(family), shared.start()),
                    span: Some(shared.into()),
                    tags: ids.join(";"),
                    ids,
                    ..bare(FindingType::PiInDowntime, Some(family), "")
                });
            }
        }
    }
    findings
}

/// 18: nobody closed the downtime, although something later shows that it must have ended.
fn not_completed(log: &Log<'_>, downtime: &Downtime) -> Option<Finding> {
    if !is_not_completed(log, downtime) {
        return None;
    }
    let end = downtime.families.iter().filter_map(|f| owned_by(log, f, downtime)).map(Interval::end).max();
    let family = downtime.families.only();
    let shifts = downtime.families.iter().filter_map(|f| log.shift_at(f, downtime.start));
    let shift = shifts.min_by_key(|s| (s.fact.kind != ShiftKind::Sciops, s.interval.start(), &s.fact.id));
    Some(Finding {
        shift: shift.map(|shift| shift.fact.id.clone()),
        ids: vec![downtime.id.to_string()],
        span: Some(Span::between(downtime.start, end.unwrap_or(downtime.start))),
        ..bare(FindingType::DowntimeNotCompleted, family, "Downtime not closed")
    })
}

/// Whether the downtime has no end, and a later execution of one of its families exists or its shift is over.
pub(crate) fn is_not_completed(log: &Log<'_>, downtime: &Downtime) -> bool {
    downtime.end.is_none()
        && downtime.families.iter().any(|family| {
            let lane = log.family(family);
            let last = lane.shifts_at(downtime.start).max_by_key(|shift| shift.interval.end());
            lane.next_start(downtime.start).is_some() || last.is_some_and(|shift| !shift.running)
        })
}

/// The time of the family that the downtime covers.
fn owned_by(log: &Log<'_>, family: Family, downtime: &Downtime) -> Option<Interval> {
    let mut covering = log.family(family).downtimes.holding(downtime.start);
    covering.find(|(_, other)| other.id == downtime.id).map(|(interval, _)| interval)
}

/// 19: an array whose executions are not what it was declared for. An execution that was left open has run, too: it says
/// what the array did, though not for how long.
fn array_with_wrong_activity(log: &Log<'_>, parameters: &Parameters, logged: &LoggedArray<'_>) -> Option<Finding> {
    let array = logged.fact?;
    let offending = match array.activity {
        Activity::PiScience if logged.used_for_pi.is_none() && logged.seconds >= parameters.wrong_array_min_s => {
            logged.used
        }
        Activity::PiScience => None,
        _ => logged.used_for_pi,
    }?;
    Some(Finding {
        shift: holding(log, Some(array.family), offending.start()),
        ids: vec![array.id.to_string()],
        span: Some(offending),
        ..bare(FindingType::ArrayWithWrongActivity, Some(array.family), &format!("{};{}", array.id, array.activity))
    })
}

/// 20: the purpose and the project code do not say the same.
fn wrong_flag(log: &Log<'_>, logged: &LoggedExecution<'_>) -> Option<Finding> {
    let execution = logged.fact;
    if is_pi_code(&execution.project_code) == (execution.purpose == Purpose::Pi) {
        return None;
    }
    let span = match logged.placement {
        Placement::Placed(interval) => Some(interval.into()),
        Placement::Open(start) => Some(Span::at(start)),
        Placement::Nowhere => execution.start.or(execution.end).map(Span::at),
    };
    Some(Finding {
        shift: span.and_then(|span| holding(log, logged.family, span.start())),
        ids: vec![execution.id.to_string()],
        span,
        comment: "Check the calibration/test flag".to_owned(),
        ..bare(FindingType::WrongCalibrationTestFlag, logged.family, execution.id.as_str())
    })
}

fn holding(log: &Log<'_>, family: Option<Family>, at: Instant) -> Option<Id> {
    log.shift_at(family?, at).map(|shift| shift.fact.id.clone())
}

fn bare(kind: FindingType, family: Option<Family>, tags: &str) -> Finding {
    Finding {
        kind,
        family,
        shift: None,
        ids: vec![],
        span: None,
        priority: kind.default_priority(),
        tags: tags.to_owned(),
        comment: String::new(),
    }
}
