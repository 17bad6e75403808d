//! The weekly table of any window.

pub(super) mod files;

use app::definition::definition;
use axum::Json;
use axum::extract::State;
use domain::efficiency::{Incomplete, Metric, Part, Sums, Unit, in_window, incomplete};
use domain::family::Family;
use domain::ledger::Owner;
use http::Uri;
use serde::Serialize;
use store::Shifts;
use utoipa::ToSchema;

use super::parameters::Parameters;
use super::problem::{ErrorBody, Problem};
use super::shifts::OwnerSeconds;
use crate::router::AppState;

/// The numbers of the shifts that start in a window.
#[derive(Serialize, ToSchema)]
pub(super) struct Efficiency {
    /// The window's first instant; absent for the last shift, or one shift, which lies where the log has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The instant after its last.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// When the log was last looked at; absent before the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    /// One table per family that has a shift in the window.
    families: Vec<FamilyEfficiency>,
}

/// The numbers of one family.
#[derive(Serialize, ToSchema)]
pub(super) struct FamilyEfficiency {
    /// `12 [m]`, `7 [m]` or `Total Power`.
    family: String,
    /// How many shifts.
    n_shifts: i64,
    /// Why the numbers may still change.
    incomplete: Vec<IncompleteReason>,
    /// The 19 rows, made from the sums and never from the mean of rates.
    metrics: Vec<MetricRow>,
    /// What each owner had.
    ledger: Vec<OwnerSeconds>,
    /// What they had together \[s\]: the shifts' length.
    ledger_sum_s: i64,
    /// The sum as a line: `12600 s = 3600 s QA0 Pass + …`.
    ledger_line: String,
}

/// One row of the table.
#[derive(Serialize, ToSchema)]
pub(super) struct MetricRow {
    /// Exactly as in the talk.
    label: String,
    /// As every page and report shows it; `n/a` where the denominator is zero.
    text: String,
    /// Seconds or counts.
    numerator: i64,
    /// Seconds or counts; 3,600 for hours.
    denominator: i64,
    unit: UnitName,
    /// Raised whenever the definition changes.
    definition_version: Option<u32>,
}

/// Why numbers may still change.
#[derive(Serialize, ToSchema)]
pub(super) struct IncompleteReason {
    kind: IncompleteKind,
    /// The shifts that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shifts: Vec<String>,
    /// When the log was last looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
}

/// What is missing, late or not over.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum IncompleteKind {
    /// Shifts that still run: their time counts up to now.
    Running,
    /// Shifts without usable times: nothing of them is counted.
    WithoutLedger,
    /// The window reaches beyond now.
    NotOver,
    /// The log was last looked at long before the window's end.
    Late,
}

impl From<Incomplete> for IncompleteReason {
    fn from(why: Incomplete) -> Self {
        let named = |shifts: Vec<domain::facts::Id>| shifts.into_iter().map(String::from).collect();
        let (kind, shifts, as_of) = match why {
            Incomplete::Running(shifts) => (IncompleteKind::Running, named(shifts), None),
            Incomplete::WithoutLedger(shifts) => (IncompleteKind::WithoutLedger, named(shifts), None),
            Incomplete::NotOver => (IncompleteKind::NotOver, Vec::new(), None),
            Incomplete::Late(as_of) => (IncompleteKind::Late, Vec::new(), Some(as_of.to_string())),
        };
        Self { kind, shifts, as_of }
    }
}

/// What a row counts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnitName {
    /// 3 decimals.
    Hours,
    /// Up to 3 decimals; 100 × numerator / denominator.
    Percent,
    /// 0 to 1, up to 3 decimals.
    Fraction,
}

impl From<Unit> for UnitName {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Hours => Self::Hours,
            Unit::Percent => Self::Percent,
            Unit::Fraction => Self::Fraction,
        }
    }
}

/// The 19 numbers per family, for the SCIOPS shifts that start in the window.
#[utoipa::path(
    get,
    path = "/efficiency",
    tag = "efficiency",
    params(
        ("window" = Option<String>, Query, description = "Which shifts: `last-shift`, `shift:ID`, `7d`, `2022-W10`, `2022-03`, `cycle:2021`, `2022-03-12` or `2022-03-12T21:00..2022-03-13`"),
        ("family" = Option<String>, Query, description = "`12m`, `7m` or `tp`; all unless given"),
        ("from" = Option<String>, Query, description = "Instead of `window`: its first instant"),
        ("to" = Option<String>, Query, description = "The instant after its last"),
        ("week" = Option<String>, Query, description = "Instead of `window`: an ISO week, `2022-W10`"),
    ),
    responses(
        (status = 200, body = Efficiency),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn of_window(
    State(AppState { store, clock, .. }): State<AppState>,
    uri: Uri,
) -> Result<Json<Efficiency>, Problem> {
    let query = Parameters::of(&uri)?.efficiency()?;
    let answer = |all: &Shifts<'_>| {
        let chosen = in_window(&all.shifts, &query.window, all.now);
        let wanted = Family::ALL.into_iter().filter(|&family| query.family.is_none_or(|only| only == family));
        let families = wanted.filter_map(|family| {
            let part = Part::of(&chosen, Some(family));
            let (shifts, without) = (&all.shifts, &all.without_ledger);
            let why = || incomplete(shifts, without, &query.window, Some(family), all.as_of, all.now);
            (part.n_shifts > 0).then(|| family_efficiency(family, &part, why()))
        });
        let interval = query.window.interval(all.now);
        Efficiency {
            from: interval.map(|interval| interval.start().to_string()),
            to: interval.map(|interval| interval.end().to_string()),
            as_of: all.as_of.map(String::from),
            families: families.collect(),
        }
    };
    Ok(Json(store.shift_sums((clock.0)(), answer).await?))
}

fn family_efficiency(family: Family, part: &Part, incomplete: Vec<Incomplete>) -> FamilyEfficiency {
    let sums: &Sums = &part.sums;
    let metrics = Metric::ALL.iter().map(|&metric| {
        let quotient = metric.quotient(sums);
        MetricRow {
            label: metric.to_string(),
            text: metric.text(sums),
            numerator: quotient.numerator,
            denominator: quotient.denominator,
            unit: metric.unit().into(),
            definition_version: definition(metric).map(|definition| definition.version),
        }
    });
    let owned = Owner::ALL.iter().map(|&owner| (owner, sums.seconds(owner)));
    let parts: Vec<String> = owned
        .clone()
        .filter(|&(_, seconds)| seconds > 0)
        .map(|(owner, seconds)| format!("{seconds} s {owner}"))
        .collect();
    FamilyEfficiency {
        family: family.to_string(),
        n_shifts: part.n_shifts,
        incomplete: incomplete.into_iter().map(IncompleteReason::from).collect(),
        metrics: metrics.collect(),
        ledger: owned.map(|(owner, seconds)| OwnerSeconds { owner: owner.to_string(), seconds }).collect(),
        ledger_sum_s: sums.shift_s(),
        ledger_line: format!("{} s = {}", sums.shift_s(), parts.join(" + ")),
    }
}
