//! Types 1 to 12: idle runs and downtime runs of valid SCIOPS shifts.

use super::{Finding, FindingType, Parameters, Priority};
use crate::facts::{Execution, Purpose, Status};
use crate::ledger::{FamilyShift, IdleRun, Log, Neighbours, Owner};
use crate::time::Interval;

pub(super) fn detect(log: &Log<'_>, parameters: &Parameters, findings: &mut Vec<Finding>) {
    for (shift, family) in log.with_ledger() {
        let lane = FamilyShift::of(log, shift, family);
        let near = log.family(family).around(shift.interval);
        findings.extend(lane.idle_runs.iter().filter_map(|run| idle_finding(log, parameters, &lane, &near, run)));
        let stretches = lane.ledger.stretches();
        findings.extend(stretches.filter_map(|s| downtime_finding(log, &lane, &near, s.owner, s.interval)));
    }
}

/// The first of types 1 to 9 that fits the run; `None` when it is overhead, or may still be filled.
fn idle_finding(
    log: &Log<'_>,
    parameters: &Parameters,
    lane: &FamilyShift<'_>,
    near: &Neighbours<'_, '_>,
    run: &IdleRun<'_>,
) -> Option<Finding> {
    use FindingType as T;
    if run.unfinished {
        return None;
    }
    let (a, b) = (run.interval.start(), run.interval.end());
    let found =
        |kind, ids: Vec<String>, tags: &str, comment: &str| Some(finding(lane, kind, ids, run.interval, tags, comment));
    if !lane.has_activity {
        let tag = lane.shift.fact.kind.label();
        return found(T::NonActivitiesShift, vec![], tag, "No activity logged in this shift");
    }
    if let Some(open) = run.open {
        let id = open.id.as_str();
        return found(T::RunningExecutionGap, vec![id.to_owned()], id, "Execution still running: close it");
    }
    if a == lane.shift.interval.start() {
        return found(T::Handover, vec![], near.execution_starting(b).map_or("", |next| &next.subject), "");
    }
    // Most runs end here: what bounds a run is looked for afterwards.
    if run.interval.seconds() < parameters.gap_min_s {
        return None;
    }
    let prev = near.execution_ending(a);
    let next = near.execution_starting(b);
    if b == lane.shift.interval.end() {
        return found(T::EndShift, vec![], prev.map_or("", |prev| &prev.subject), "");
    }

    let ids = bounds(lane, near, run.interval);
    if let Some(activity) = recreated(log, parameters, prev, next, run.interval) {
        return found(T::ArrayRecreation, ids, activity, "");
    }
    if let Some(prev) = prev.filter(|prev| prev.status == Status::Aborted) {
        return found(T::AbortedExecutionGap, ids, &prev.sb_name, "");
    }
    if let Some(prev) = prev.filter(|prev| prev.status == Status::Fail) {
        let has_ticket = !prev.ticket.trim().is_empty();
        let comment = if has_ticket { "" } else { "Missing or not well defined ticket" };
        let mut failed = finding(lane, T::FailedExecutionGap, ids, run.interval, &prev.sb_name, comment);
        if has_ticket {
            failed.priority = Priority::None;
        }
        return Some(failed);
    }
    if let Some(test) = [prev, next].into_iter().flatten().find(|execution| execution.purpose == Purpose::Test) {
        return found(T::TestingTimeGap, ids, &test.subject, "");
    }
    found(T::Other, ids, "", "")
}

/// The activity of next's array, when it is not prev's and was created in the gap or within the tolerance of it.
fn recreated(
    log: &Log<'_>,
    parameters: &Parameters,
    prev: Option<&Execution>,
    next: Option<&Execution>,
    gap: Interval,
) -> Option<&'static str> {
    let (prev, next) = (prev?, next?);
    if prev.array_id == next.array_id || prev.array_id.is_empty() {
        return None;
    }
    let array = log.array(&next.array_id)?;
    let created = array.created?;
    let earliest = gap.start().plus(-parameters.join_tol_s);
    let latest = gap.end().plus(parameters.join_tol_s);
    (earliest <= created && created <= latest).then(|| array.activity.label())
}

/// Types 10 to 12: a maximal run of seconds that one kind of downtime owns, named after the earliest of them.
fn downtime_finding(
    log: &Log<'_>,
    lane: &FamilyShift<'_>,
    near: &Neighbours<'_, '_>,
    owner: Owner,
    run: Interval,
) -> Option<Finding> {
    let kind = match owner {
        Owner::Weather => FindingType::WeatherDowntime,
        Owner::Technical => FindingType::TechnicalDowntime,
        Owner::Scheduling => FindingType::SchedulingDowntime,
        _ => return None,
    };
    let mut downtimes = log.family(lane.family).downtimes.overlapping(run);
    let (_, earliest) = downtimes.find(|(_, downtime)| Owner::from(downtime.kind) == owner)?;
    let mut ids = vec![earliest.id.as_str().to_owned()];
    ids.extend(bounds(lane, near, run));
    Some(finding(lane, kind, ids, run, &earliest.comment, ""))
}

/// The facts that end where the run starts and start where it ends; empty at the shift's edge and where there is none.
fn bounds(lane: &FamilyShift<'_>, near: &Neighbours<'_, '_>, run: Interval) -> Vec<String> {
    let left = near.left_of(run.start()).filter(|_| run.start() != lane.shift.interval.start());
    let right = near.right_of(run.end()).filter(|_| run.end() != lane.shift.interval.end());
    [left, right].into_iter().map(|id| id.unwrap_or("").to_owned()).collect()
}

fn finding(
    lane: &FamilyShift<'_>,
    kind: FindingType,
    ids: Vec<String>,
    interval: Interval,
    tags: &str,
    comment: &str,
) -> Finding {
    Finding {
        kind,
        family: Some(lane.family),
        shift: Some(lane.shift.fact.id.clone()),
        ids,
        span: Some(interval.into()),
        priority: kind.default_priority(),
        tags: tags.to_owned(),
        comment: comment.to_owned(),
    }
}
