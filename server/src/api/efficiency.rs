//! The weekly table of any window.

use axum::Json;
use axum::extract::State;
use chrono::{NaiveDate, Weekday};
use domain::efficiency::{Metric, Sums, Unit, by_shift};
use domain::family::Family;
use domain::ledger::{Log, Owner};
use domain::time::{DAY_S, Instant};
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::parameters::Parameters;
use super::problem::{ErrorBody, Problem};
use super::shifts::OwnerSeconds;
use crate::router::AppState;

/// The longest window \[days\]: a cycle is one year, and comparing takes two (our own choice).
const WINDOW_MAX_DAYS: i64 = 800;

/// The numbers of the shifts that start in a window.
#[derive(Serialize, ToSchema)]
pub(super) struct Efficiency {
    from: String,
    to: String,
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
        ("from" = Option<String>, Query, description = "The window's first instant"),
        ("to" = Option<String>, Query, description = "The instant after the window's last, at most 800 days after `from`"),
        ("week" = Option<String>, Query, description = "An ISO week instead of `from` and `to`: `2022-W10`"),
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
    let (from, to) = window(&uri)?;
    let facts = store.facts_between(from, to).await?;
    let log = Log::new(&facts, (clock.0)());
    let mut shifts = by_shift(&log);
    shifts.retain(|shift| from <= shift.start && shift.start < to);
    let of_family = |family| {
        let of_it = shifts.iter().filter(move |shift| shift.family == family);
        let n_shifts = i64::try_from(of_it.clone().count()).unwrap_or(i64::MAX);
        (n_shifts > 0).then(|| family_efficiency(family, n_shifts, of_it.map(|shift| shift.sums).sum()))
    };
    let families = Family::ALL.into_iter().filter_map(of_family).collect();
    Ok(Json(Efficiency { from: from.to_string(), to: to.to_string(), families }))
}

fn window(uri: &Uri) -> Result<(Instant, Instant), Problem> {
    let mut parameters = Parameters::of(uri)?;
    let week = parameters.text("week")?;
    let from_to = parameters.between()?;
    parameters.finish()?;
    let (from, to) = match (week, from_to) {
        (Some(week), (None, None)) => {
            iso_week(&week).ok_or_else(|| Problem::invalid("week", "not an ISO week; write 2022-W10"))?
        }
        (Some(_), _) => return Err(Problem::invalid("week", "give either week, or from and to")),
        (None, (Some(from), Some(to))) => (from, to),
        (None, (Some(_), None)) => return Err(Problem::invalid("to", "it is missing")),
        (None, _) => return Err(Problem::invalid("from", "it is missing; give from and to, or week=2022-W10")),
    };
    if to.since(from) > WINDOW_MAX_DAYS * DAY_S {
        return Err(Problem::invalid("to", format!("the window is longer than {WINDOW_MAX_DAYS} days")));
    }
    Ok((from, to))
}

/// `2022-W10`: from its Monday to the next.
fn iso_week(text: &str) -> Option<(Instant, Instant)> {
    let (year, week) = text.split_once("-W")?;
    let digits = |text: &str, n| text.len() == n && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year, 4) || !digits(week, 2) {
        return None;
    }
    let monday = NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)?;
    let from = Instant::try_from(monday.and_hms_opt(0, 0, 0)?.and_utc()).ok()?;
    Some((from, from.plus(7 * DAY_S)))
}

fn family_efficiency(family: Family, n_shifts: i64, sums: Sums) -> FamilyEfficiency {
    let metrics = Metric::ALL.iter().map(|&metric| {
        let quotient = metric.quotient(&sums);
        MetricRow {
            label: metric.to_string(),
            text: metric.text(&sums),
            numerator: quotient.numerator,
            denominator: quotient.denominator,
            unit: metric.unit().into(),
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
        n_shifts,
        metrics: metrics.collect(),
        ledger: owned.map(|(owner, seconds)| OwnerSeconds { owner: owner.to_string(), seconds }).collect(),
        ledger_sum_s: sums.shift_s(),
        ledger_line: format!("{} s = {}", sums.shift_s(), parts.join(" + ")),
    }
}
