//! The shifts, and the ledger of one of them.

use axum::Json;
use axum::extract::{Path, State};
use domain::facts::{Id, Shift as LoggedShift, ShiftKind};
use domain::ledger::{Log, Owner};
use domain::shift_view::{Lane, shift_view};
use http::Uri;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

use super::parameters::Parameters;
use super::problem::{ErrorBody, Problem};
use crate::router::AppState;

/// A shift as the log has it: missing or reversed times are a finding.
#[derive(Serialize, ToSchema)]
pub(super) struct Shift {
    shift_id: String,
    /// `SCIOPS`, `EOC` or `ENGINEERING`.
    kind: String,
    /// `12 [m]`, `7 [m]`, `Total Power`.
    array_families: Vec<String>,
    start: Option<String>,
    /// Absent while it runs, or when nobody wrote it.
    end: Option<String>,
    planned_start: Option<String>,
    planned_end: Option<String>,
    /// Astronomer on duty.
    aod: String,
}

impl From<LoggedShift> for Shift {
    fn from(shift: LoggedShift) -> Self {
        Self {
            shift_id: shift.id.into(),
            kind: shift.kind.to_string(),
            array_families: shift.families.iter().map(String::from).collect(),
            start: shift.start.map(String::from),
            end: shift.end.map(String::from),
            planned_start: shift.planned_start.map(String::from),
            planned_end: shift.planned_end.map(String::from),
            aod: shift.aod,
        }
    }
}

/// Some shifts.
#[derive(Serialize, ToSchema)]
pub(super) struct Shifts {
    /// Newest first; those without a start last.
    shifts: Vec<Shift>,
}

/// The shifts that start in a time.
#[utoipa::path(
    get,
    path = "/shifts",
    tag = "shifts",
    params(
        ("from" = Option<String>, Query, description = "Shifts that start at or after this instant"),
        ("to" = Option<String>, Query, description = "Shifts that start before this instant"),
        ("limit" = Option<i64>, Query, description = "How many at most, 1 to 1,000; 100 unless given"),
    ),
    responses(
        (status = 200, body = Shifts),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn list(State(store): State<Store>, uri: Uri) -> Result<Json<Shifts>, Problem> {
    let mut parameters = Parameters::of(&uri)?;
    let limit = parameters.limit()?;
    let (from, to) = parameters.between()?;
    parameters.finish()?;
    let shifts = store.shifts(from, to, limit).await?;
    Ok(Json(Shifts { shifts: shifts.into_iter().map(Shift::from).collect() }))
}

/// Who owned each second of a shift.
#[derive(Serialize, ToSchema)]
pub(super) struct ShiftLedger {
    shift_id: String,
    start: String,
    /// When it ended, or *now* while it runs.
    end: String,
    /// Whether it still runs.
    running: bool,
    /// Its length \[s\]: what the owners of each family have together.
    length_s: i64,
    /// One ledger per family that the shift allocates.
    families: Vec<FamilyLedger>,
}

/// Who owned each second of a family in a shift.
#[derive(Serialize, ToSchema)]
pub(super) struct FamilyLedger {
    /// `12 [m]`, `7 [m]` or `Total Power`.
    family: String,
    /// From the start of the shift to its end: each begins where the one before ends.
    stretches: Vec<Stretch>,
    /// What each owner had, those with nothing too.
    totals: Vec<OwnerSeconds>,
    /// The totals together \[s\]: the length of the shift.
    sum_s: i64,
}

/// Time with one owner.
#[derive(Serialize, ToSchema)]
pub(super) struct Stretch {
    /// Such as `QA0 Pass`, `Weather downtime`, `Handover` or `Idle`.
    owner: String,
    start: String,
    end: String,
    seconds: i64,
}

/// What an owner had.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnerSeconds {
    /// Such as `QA0 Pass`, `Weather downtime`, `Handover` or `Idle`.
    pub(super) owner: String,
    pub(super) seconds: i64,
}

impl From<Lane> for FamilyLedger {
    fn from(lane: Lane) -> Self {
        let stretches = lane.ledger.stretches().map(|stretch| Stretch {
            owner: stretch.owner.to_string(),
            start: stretch.interval.start().to_string(),
            end: stretch.interval.end().to_string(),
            seconds: stretch.interval.seconds(),
        });
        let totals: Vec<_> = Owner::ALL
            .iter()
            .map(|&owner| OwnerSeconds { owner: owner.to_string(), seconds: lane.ledger.seconds(owner) })
            .collect();
        Self {
            family: lane.family.to_string(),
            stretches: stretches.collect(),
            sum_s: totals.iter().map(|total| total.seconds).sum(),
            totals,
        }
    }
}

/// The ledger of a science operations shift: every second of every family has exactly one owner.
#[utoipa::path(
    get,
    path = "/shifts/{shift_id}/ledger",
    tag = "shifts",
    params(("shift_id" = String, Path, description = "The shift's id in the log")),
    responses(
        (status = 200, body = ShiftLedger),
        (status = 400, body = ErrorBody, description = "The id is none"),
        (status = 404, body = ErrorBody, description = "There is no such shift, or it has no ledger"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn ledger(
    State(AppState { store, clock, .. }): State<AppState>,
    Path(shift_id): Path<String>,
) -> Result<Json<ShiftLedger>, Problem> {
    let shift_id = Id::try_from(shift_id).map_err(|why| Problem::invalid("shift_id", why.to_string()))?;
    let facts = store.facts_around(shift_id.as_str()).await?;
    let facts = facts.ok_or_else(|| Problem::not_found(format!("shift {shift_id}")))?;
    let view = shift_view(&Log::new(&facts, (clock.0)()), shift_id.as_str());
    let view = view.filter(|view| view.shift.kind == ShiftKind::Sciops).ok_or_else(|| {
        let why = "only SCIOPS shifts that have begun and do not end before they start have one";
        Problem::not_found(format!("ledger of {shift_id}: {why}"))
    })?;
    Ok(Json(ShiftLedger {
        shift_id: shift_id.into(),
        start: view.interval.start().to_string(),
        end: view.interval.end().to_string(),
        running: view.running,
        length_s: view.interval.seconds(),
        families: view.lanes.into_iter().map(FamilyLedger::from).collect(),
    }))
}
