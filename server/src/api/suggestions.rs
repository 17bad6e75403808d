//! What people would probably decide, and how often that was right.

use axum::Json;
use axum::extract::{Path, State};
use domain::triage::suggestion;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

use super::problem::{ErrorBody, Problem};

/// What people decided about findings like one. It changes nothing.
#[derive(Serialize, ToSchema)]
pub(super) struct Suggestion {
    /// `Confirm`, `Dismiss: …`, `Reclassify as …` or `Priority …`; absent when there is nothing to go by.
    verdict: Option<String>,
    /// Why there is no verdict.
    why_not: Option<String>,
    /// How likely a person decides this, 0 to 1.
    probability: Option<f64>,
    /// How many similar findings were decided this way.
    n_same: Option<u32>,
    /// How many similar findings were decided at all.
    n_similar: Option<u32>,
    /// What counts most, strongest first.
    evidence: Vec<Evidence>,
    /// How the last 100 decisions on this type were predicted.
    lately: HitRate,
}

/// What one trait of the finding says about the verdict.
#[derive(Serialize, ToSchema)]
pub(super) struct Evidence {
    /// `tag`, `duration`, `wind` and so on.
    aspect: String,
    /// What is seen there.
    value: String,
    /// How many times as often findings with this verdict have it as others; below 1 it speaks against the verdict.
    likelihood_ratio: f64,
    /// How many findings that have it were decided this way.
    n_same: u32,
    /// How many findings that have it were decided at all.
    n: u32,
}

/// How decisions were predicted, each before it was learned.
#[derive(Serialize, ToSchema)]
pub(super) struct HitRate {
    /// How many.
    n_predicted: u32,
    /// How many of those right.
    n_right: u32,
    /// How many decisions had no suggestion.
    n_silent: u32,
}

impl From<suggestion::HitRate> for HitRate {
    fn from(rate: suggestion::HitRate) -> Self {
        Self { n_predicted: rate.n_predicted, n_right: rate.n_right, n_silent: rate.n_silent }
    }
}

impl From<suggestion::Advice> for Suggestion {
    fn from(advice: suggestion::Advice) -> Self {
        let lately = advice.lately.into();
        match advice.suggestion {
            Ok(said) => Self {
                verdict: Some(said.verdict.to_string()),
                why_not: None,
                probability: Some(said.probability),
                n_same: Some(said.n_same),
                n_similar: Some(said.n_similar),
                evidence: said.evidence.into_iter().map(Evidence::from).collect(),
                lately,
            },
            Err(why_not) => Self {
                verdict: None,
                why_not: Some(why_not.to_string()),
                probability: None,
                n_same: None,
                n_similar: None,
                evidence: Vec::new(),
                lately,
            },
        }
    }
}

impl From<suggestion::Evidence> for Evidence {
    fn from(said: suggestion::Evidence) -> Self {
        let suggestion::Evidence { token, likelihood_ratio, n_same, n } = said;
        Self { aspect: token.aspect.to_string(), value: token.value, likelihood_ratio, n_same, n }
    }
}

/// What people would probably decide about a finding, going by what the log says of it.
#[utoipa::path(
    get,
    path = "/findings/{id}/suggestion",
    tag = "suggestions",
    params(("id" = i64, Path, description = "The finding's permanent number")),
    responses(
        (status = 200, body = Suggestion),
        (status = 400, body = ErrorBody, description = "The number is none"),
        (status = 404, body = ErrorBody, description = "There is no such finding"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn of_finding(
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Suggestion>, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::invalid("id", "not a whole number"))?;
    let advice = store.advice(id).await?.ok_or_else(|| Problem::not_found(format!("finding {id}")))?;
    Ok(Json(advice.into()))
}

/// How the decisions on a type that stand were predicted.
#[derive(Serialize, ToSchema)]
pub(super) struct TypeRecord {
    /// One of the 20.
    #[serde(rename = "type")]
    kind: String,
    /// The last 100.
    lately: HitRate,
    /// All.
    ever: HitRate,
}

/// How often suggestions were right, by type.
#[utoipa::path(
    get,
    path = "/suggestions",
    tag = "suggestions",
    responses(
        (status = 200, body = Vec<TypeRecord>),
        (status = 400, body = ErrorBody, description = "There is a parameter, and none is known"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn records(State(store): State<Store>, uri: http::Uri) -> Result<Json<Vec<TypeRecord>>, Problem> {
    super::parameters::Parameters::of(&uri)?.finish()?;
    let records = store.suggestion_records().await?.into_iter().map(|record| TypeRecord {
        kind: record.kind.to_string(),
        lately: record.lately.into(),
        ever: record.ever.into(),
    });
    Ok(Json(records.collect()))
}
