//! What can be observed under which conditions, in which order, and why each other block is not in the list.

use app::query::plan::PlanQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::plan::block_filter::BlockFilter;
use domain::plan::candidates::Candidate;
use domain::plan::checks::Check;
use domain::plan::policy::{Criterion, Policy};
use domain::plan::ranking::{Ranking, Section};
use domain::plan::situation::Situation;
use domain::plan::target::SkyAt;
use http::{HeaderValue, Uri, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::parameters::Parameters;
use super::problem::{ErrorBody, Problem};
use crate::export::Format;
use crate::export::table::{Cell, Kind, Table};
use crate::router::AppState;

/// A list.
#[derive(Serialize, ToSchema)]
pub(super) struct Plan {
    /// The time it is for.
    at: String,
    /// Apparent sidereal time at the site [h].
    lst_h: f64,
    /// Precipitable water vapour it is for [mm].
    pwv_mm: f64,
    /// Angular resolution of the 12 m array at 100 GHz [arcsec]; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    ar_100ghz_arcsec: Option<f64>,
    /// The name of the policy that it is made by.
    policy: String,
    /// Its version.
    policy_version: u32,
    /// What can be observed: targets of opportunity, 12 m, 7 m, single dishes.
    sections: Vec<PlanSection>,
    /// Every other block, with the check that fails first.
    not_listed: Vec<NotListed>,
}

/// One of the lists.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanSection {
    /// Its name.
    name: String,
    /// Its blocks, best first.
    blocks: Vec<Listed>,
}

/// A block that can be observed.
#[derive(Serialize, ToSchema)]
pub(super) struct Listed {
    /// From 1.
    rank: usize,
    /// Its id.
    sb_uid: String,
    /// Its name.
    sb_name: String,
    /// Its project.
    project_code: String,
    /// The weighted sum of the parts.
    score: f64,
    /// What it is made of, in the order in which it is added up.
    parts: Vec<ScorePart>,
    /// Hour angle [h], −12 to 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    hour_angle_h: Option<f64>,
    /// Elevation [°].
    #[serde(skip_serializing_if = "Option::is_none")]
    elevation_deg: Option<f64>,
    /// Hours until it is too low; absent when it never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    sets_in_h: Option<f64>,
    /// How much longer than planned an execution takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    multiplier: Option<f64>,
    /// Executions that count as done.
    n_observed: i32,
    /// Executions that were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    exec_count: Option<i32>,
}

/// One criterion.
#[derive(Serialize, ToSchema)]
pub(super) struct ScorePart {
    /// Its name.
    criterion: String,
    /// Its score, nominally 0 to 10.
    score: f64,
    /// The policy's weight, 0 to 1.
    weight: f64,
}

/// A block that is not listed.
#[derive(Serialize, ToSchema)]
pub(super) struct NotListed {
    /// Its id.
    sb_uid: String,
    /// Its name.
    sb_name: String,
    /// The check that fails first.
    fails: String,
}

/// What can be observed, best first, and which check keeps every other block away.
#[utoipa::path(
    get,
    path = "/plan",
    tag = "plan",
    params(
        ("at" = Option<String>, Query, description = "The time; now unless given"),
        ("pwv" = Option<f64>, Query, description = "Precipitable water vapour [mm]; the last that was measured unless given"),
        ("array" = Option<String>, Query, description = "The 12 m configuration: `next`, or a name; the scheduled one unless given"),
        ("antennas" = Option<u32>, Query, description = "Antennas of the 12 m array"),
        ("ar" = Option<f64>, Query, description = "Its angular resolution at 100 GHz [arcsec]"),
        ("bands" = Option<String>, Query, description = "Receiver bands, `3,6,7`; all unless given"),
        ("el" = Option<f64>, Query, description = "Lowest elevation [°]; the policy's unless given, as for the other limits"),
        ("sets" = Option<f64>, Query, description = "It has to set later than this [h]"),
        ("ha" = Option<String>, Query, description = "Hour angles [h], `-3,3`"),
        ("frac" = Option<f64>, Query, description = "Least execution fraction, 0 to 1"),
        ("find" = Option<String>, Query, description = "Which blocks, as the page's field of words has it: `band:6,7 -grade:C pwv:<2 \"R Dor\"`; all unless given. Ranks stay those of the whole list"),
        ("policy" = Option<String>, Query, description = "`shiftdesk`, or one version of it: `winter@2`; the default unless given"),
    ),
    responses(
        (status = 200, body = Plan),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    ),
)]
pub(super) async fn list(State(state): State<AppState>, uri: Uri) -> Result<Json<Plan>, Problem> {
    let made = made(&state, &uri).await?;
    let situation = &made.situation;
    let section = |&section: &Section| PlanSection { name: section.label().to_owned(), blocks: listed(&made, section) };
    let not_listed = |(place, check): (usize, Check)| {
        let block = &made.found(place)?.block;
        Some(NotListed { sb_uid: block.id.to_string(), sb_name: block.name.clone(), fails: check.label().to_owned() })
    };
    Ok(Json(Plan {
        at: situation.at.to_string(),
        lst_h: SkyAt::of(situation.at).lst_h,
        pwv_mm: situation.pwv_mm,
        ar_100ghz_arcsec: situation.array(domain::family::Family::Twelve).and_then(|array| array.ar_100ghz_arcsec),
        policy: made.policy.name.clone(),
        policy_version: made.policy.version,
        sections: Section::ALL.iter().map(section).collect(),
        not_listed: made.ranking.why_not().filter_map(not_listed).collect(),
    }))
}

/// The same list as CSV, a line for each block that can be observed; `criterion` columns hold weight times score.
#[utoipa::path(
    get,
    path = "/plan.csv",
    tag = "plan",
    params(
        ("at" = Option<String>, Query, description = "As for `/plan`, and so are all others of its parameters"),
    ),
    responses(
        (status = 200, content_type = "text/csv", body = String),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    ),
)]
pub(super) async fn csv(State(state): State<AppState>, uri: Uri) -> Result<Response, Problem> {
    let made = made(&state, &uri).await?;
    let mut table = Table::default();
    for name in ["section", "rank", "sb_uid", "sb_name", "project_code", "score"] {
        let kind = match name {
            "rank" => Kind::Whole,
            "score" => Kind::Figure,
            _ => Kind::Text,
        };
        table = table.with(name, kind);
    }
    for criterion in Criterion::ALL {
        table = table.with(criterion.label(), Kind::Figure);
    }
    for name in ["hour_angle_h", "elevation_deg", "sets_in_h", "multiplier"] {
        table = table.with(name, Kind::Figure);
    }
    let table = table.with("n_observed", Kind::Whole).with("exec_count", Kind::Whole).with("policy", Kind::Text);
    let mut table = table.with("policy_version", Kind::Whole).with("at", Kind::Time).with("pwv_mm", Kind::Figure);
    let figure = |value: Option<f64>| value.map_or(Cell::Missing, |value| Cell::Figure(value.to_string()));
    let whole = |value: Option<i64>| value.map_or(Cell::Missing, Cell::Whole);
    for &section in Section::ALL {
        for one in listed(&made, section) {
            let mut row = vec![
                Cell::Text(section.label().to_owned()),
                whole(i64::try_from(one.rank).ok()),
                Cell::Text(one.sb_uid),
                Cell::Text(one.sb_name),
                Cell::Text(one.project_code),
                figure(Some(one.score)),
            ];
            row.extend(one.parts.iter().map(|part| figure(Some(part.weight * part.score))));
            row.extend([one.hour_angle_h, one.elevation_deg, one.sets_in_h, one.multiplier].map(figure));
            row.extend([
                whole(Some(one.n_observed.into())),
                whole(one.exec_count.map(i64::from)),
                Cell::Text(made.policy.name.clone()),
                whole(Some(made.policy.version.into())),
                Cell::Time(made.situation.at),
                figure(Some(made.situation.pwv_mm)),
            ]);
            table.rows.push(row);
        }
    }
    let bytes = table.file(Format::Csv).map_err(|_| Problem::unwritten())?;
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = HeaderValue::from_static("attachment; filename=\"plan.csv\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

struct Made {
    book: std::sync::Arc<store::Book>,
    situation: Situation,
    policy: Policy,
    ranking: Ranking,
    filter: BlockFilter,
}

impl Made {
    /// A block, if it is one of those that are asked for.
    fn found(&self, place: usize) -> Option<&Candidate> {
        self.book.blocks.candidate(place).filter(|candidate| self.filter.passes(candidate))
    }
}

async fn made(state: &AppState, uri: &Uri) -> Result<Made, Problem> {
    let PlanQuery { asked, policy, find, .. } = Parameters::of(uri)?.plan()?;
    let (filter, misread) = BlockFilter::read(&find);
    if let Some(misread) = misread.first() {
        return Err(Problem::invalid("find", misread.to_string()));
    }
    let book = state.store.book().await?;
    let observatory = state.store.observatory(&book, (state.clock.0)(), asked.at).await?;
    let (name, version) = policy.map_or((None, None), |(name, version)| (Some(name), version));
    let policy = observatory.policy(name.as_deref(), version);
    let policy =
        policy.ok_or_else(|| Problem::invalid("policy", "there is no policy of that name and version"))?.clone();
    let situation =
        observatory.situation(&asked, &policy).map_err(|why| Problem::invalid("limits", why.to_string()))?;
    let ranking = book.blocks.rank(&situation, &policy);
    Ok(Made { book, situation, policy, ranking, filter })
}

/// The blocks of a section that are asked for, each with its rank among all.
fn listed(made: &Made, section: Section) -> Vec<Listed> {
    let policy = &made.policy;
    let ranked = (1..).zip(made.ranking.section(section).iter().map(|&place| place as usize));
    let found: Vec<_> = ranked.filter_map(|(rank, place)| Some((rank, place, made.found(place)?))).collect();
    let places: Vec<usize> = found.iter().map(|&(_, place, _)| place).collect();
    let rows = made.book.blocks.rows(&places, &made.situation, policy);
    let one = |((rank, _, candidate), row): ((usize, usize, &Candidate), domain::plan::ranking::Row)| {
        let part = |(&criterion, score): (&Criterion, f64)| ScorePart {
            criterion: criterion.label().to_owned(),
            score,
            weight: policy.weights.of(criterion),
        };
        Listed {
            rank,
            sb_uid: candidate.block.id.to_string(),
            sb_name: candidate.block.name.clone(),
            project_code: candidate.block.project_code.clone(),
            score: row.total,
            parts: Criterion::ALL.iter().zip(row.scores).map(part).collect(),
            hour_angle_h: row.hour_angle_h,
            elevation_deg: row.elevation_deg,
            sets_in_h: row.sets_in_h,
            multiplier: row.multiplier,
            n_observed: candidate.observed(),
            exec_count: candidate.block.exec_count,
        }
    };
    found.into_iter().zip(rows).map(one).collect()
}
