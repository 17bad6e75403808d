//! What people do to findings, for programs: the same actions as on the page, under the same rights.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::people::Right;
use domain::triage::decision::words::Comment;
use domain::triage::decision::{ActionDone, Change, Edit, Target, instant_of, kind_of};
use domain::triage::history::{Deed, Line};
use http::{StatusCode, Uri};
use serde::{Deserialize, Serialize};
use store::{ActionError, Store};
use utoipa::ToSchema;

use super::parameters::Parameters;
use super::person::Person;
use super::problem::{ErrorBody, Problem};

/// Edits for one finding.
#[derive(Deserialize, ToSchema)]
pub(super) struct Changes {
    /// The `row_version` that the program saw. What others changed since is not overwritten but told; without it, whatever is
    /// there is changed.
    row_version: Option<i64>,
    /// One of each kind: `{"type": "Handover"}`, `{"class": "GAP"}`, `{"priority": "High"}`, `{"assignee": "ana"}`, each also
    /// `null` to give the field back to the log; `{"tags": {"add": […], "remove": […]}}`, `"confirm"`,
    /// `{"dismiss": {"because": "…"}}`, `{"snooze": {"until": "2022-03-12T21:00:00Z"}}`, `"reopen"`, `{"comment": "…"}`.
    #[schema(value_type = Vec<serde_json::Value>)]
    changes: Change,
}

/// Edits for many findings in one action.
#[derive(Deserialize, ToSchema)]
pub(super) struct Bulk {
    /// The findings, each with the version that the program saw, if it matters.
    #[schema(value_type = Vec<BulkTarget>)]
    findings: Vec<Target>,
    /// As for one finding.
    #[schema(value_type = Vec<serde_json::Value>)]
    changes: Change,
}

/// A finding to change.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "describes domain::triage::decision::Target, which knows nothing of OpenAPI")]
pub(super) struct BulkTarget {
    /// Which.
    finding: i64,
    /// The version that the program saw.
    row_version: Option<i64>,
}

/// A comment to write.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewComment {
    /// At most 10,000 characters.
    #[schema(value_type = String)]
    text: Comment,
}

/// Where to split, and what the parts are.
#[derive(Deserialize, ToSchema)]
pub(super) struct Split {
    /// The `row_version` that the program saw.
    row_version: Option<i64>,
    /// An instant strictly inside the finding.
    at: String,
    /// The type of the part before it; that of the whole unless given.
    first_type: Option<String>,
    /// The type of the part after it; that of the whole unless given.
    second_type: Option<String>,
}

/// What to merge with.
#[derive(Deserialize, ToSchema)]
pub(super) struct Merge {
    /// Another gap of the same shift and family that touches this one.
    with: i64,
    /// The type of both together; that of the earlier one unless given.
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// What an action did.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {
    /// Its number, to undo it by; absent when it changed nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<i64>,
    /// What it did, in a few words.
    sentence: String,
    /// The number of the change.
    change_seq: i64,
    /// How many findings changed.
    n_changed: i64,
    /// How many fields stayed as somebody else decided them meanwhile.
    n_collisions: i64,
    /// The first of them.
    collisions: Vec<Collision>,
    /// How many findings cannot be changed so.
    n_refused: i64,
    /// The first of them.
    refused: Vec<Refused>,
}

/// A field that stayed as somebody else decided it meanwhile.
#[derive(Serialize, ToSchema)]
pub(super) struct Collision {
    finding: i64,
    /// `Type`, `Class`, `Priority`, `Tags`, `Comment`, `State` or `Assignee`.
    field: String,
    /// What it is.
    theirs: String,
    /// What was wanted.
    mine: String,
    /// Who changed it.
    by: String,
    /// When.
    at: String,
}

/// A finding that cannot be changed so.
#[derive(Serialize, ToSchema)]
pub(super) struct Refused {
    finding: i64,
    /// A sentence.
    why: String,
}

impl From<domain::triage::decision::Collision> for Collision {
    fn from(collision: domain::triage::decision::Collision) -> Self {
        let domain::triage::decision::Collision { finding, field, theirs, mine, by, at } = collision;
        Self { finding, field: field.to_string(), theirs, mine, by, at: at.to_string() }
    }
}

impl From<ActionDone> for Done {
    fn from(done: ActionDone) -> Self {
        Self {
            action: done.action,
            sentence: done.sentence,
            change_seq: done.seq,
            n_changed: done.n_changed,
            n_collisions: done.n_collisions,
            collisions: done.collisions.into_iter().map(Collision::from).collect(),
            n_refused: done.n_refused,
            refused: done.refused.into_iter().map(|(finding, why)| Refused { finding, why }).collect(),
        }
    }
}

/// 409 when nothing was done because somebody else was there first.
impl IntoResponse for Done {
    fn into_response(self) -> Response {
        let stale = self.action.is_none() && self.n_collisions > 0;
        let status = if stale { StatusCode::CONFLICT } else { StatusCode::OK };
        (status, Json(self)).into_response()
    }
}

fn told(done: Result<ActionDone, ActionError>) -> Result<Done, Problem> {
    match done {
        Ok(done) => Ok(done.into()),
        Err(ActionError::Collides(collisions)) => {
            let n_collisions = i64::try_from(collisions.len()).unwrap_or(i64::MAX);
            let sentence = "Nothing: somebody changed it meanwhile".to_owned();
            Ok(ActionDone { sentence, collisions, n_collisions, ..ActionDone::default() }.into())
        }
        Err(ActionError::NoSuchFinding(id)) => Err(Problem::not_found(format!("finding {id}"))),
        Err(ActionError::NoSuchAction(id)) => Err(Problem::not_found(format!("action {id}"))),
        Err(error) => Err(app::error::AppError::from(error).into()),
    }
}

pub(super) fn body<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    body.map(|Json(body)| body).map_err(|why| Problem::invalid("body", why.body_text().trim_end_matches('.')))
}

pub(super) fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::invalid("id", "not a whole number"))
}

/// The one finding of an address has to be there; of many, those that are not are told.
async fn on_one(store: &Store, author: &str, target: Target, change: &Change) -> Result<Done, Problem> {
    if store.finding(target.finding).await?.is_none() {
        return Err(Problem::not_found(format!("finding {}", target.finding)));
    }
    let mut done = store.act(author, &[target], change).await.map_err(app::error::AppError::from)?;
    match done.refused.pop() {
        Some((_, why)) => Err(Problem::invalid("changes", why)),
        None => Ok(done.into()),
    }
}

/// Changes one finding.
#[utoipa::path(
    post,
    path = "/findings/{id}/changes",
    tag = "actions",
    params(("id" = i64, Path, description = "The finding's number")),
    request_body = Changes,
    responses(
        (status = 200, body = Done),
        (status = 400, body = ErrorBody, description = "An edit is wrong, or another finding stands for this one"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such finding"),
        (status = 409, body = Done, description = "Somebody else changed every one of these fields since that version"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn change(
    person: Person,
    State(store): State<Store>,
    Path(id): Path<String>,
    changes: Result<Json<Changes>, JsonRejection>,
) -> Result<Done, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    let Changes { row_version, changes } = body(changes)?;
    on_one(&store, &person.name, Target { finding: id, row_version }, &changes).await
}

/// Comments on one finding.
#[utoipa::path(
    post,
    path = "/findings/{id}/comments",
    tag = "actions",
    params(("id" = i64, Path, description = "The finding's number")),
    request_body = NewComment,
    responses(
        (status = 200, body = Done),
        (status = 400, body = ErrorBody, description = "The text is empty, too long or has control characters"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such finding"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn comment(
    person: Person,
    State(store): State<Store>,
    Path(id): Path<String>,
    comment: Result<Json<NewComment>, JsonRejection>,
) -> Result<Done, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    let change = Edit::Comment(body(comment)?.text).into();
    on_one(&store, &person.name, Target { finding: id, row_version: None }, &change).await
}

/// Splits a finding into two parts that add up to it.
#[utoipa::path(
    post,
    path = "/findings/{id}/split",
    tag = "actions",
    params(("id" = i64, Path, description = "The finding's number")),
    request_body = Split,
    responses(
        (status = 200, body = Done),
        (status = 400, body = ErrorBody, description = "The instant is not inside, or the finding cannot be split"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such finding"),
        (status = 409, body = Done, description = "Somebody else changed its state since that version"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn split(
    person: Person,
    State(store): State<Store>,
    Path(id): Path<String>,
    split: Result<Json<Split>, JsonRejection>,
) -> Result<Done, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    let Split { row_version, at, first_type, second_type } = body(split)?;
    let cut = instant_of(&at).map_err(|why| Problem::invalid("at", why))?;
    let kind = |field: &'static str, text: Option<String>| {
        text.map(|text| kind_of(&text)).transpose().map_err(|why| Problem::invalid(field, why))
    };
    let kinds = [kind("first_type", first_type)?, kind("second_type", second_type)?];
    told(store.split(&person.name, Target { finding: id, row_version }, cut, kinds).await)
}

/// Merges two gaps that touch into one that covers both.
#[utoipa::path(
    post,
    path = "/findings/{id}/merge",
    tag = "actions",
    params(("id" = i64, Path, description = "The finding's number")),
    request_body = Merge,
    responses(
        (status = 200, body = Done),
        (status = 400, body = ErrorBody, description = "The two cannot be merged"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such finding"),
        (status = 409, body = Done, description = "Somebody else changed the state of one of them meanwhile"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn merge(
    person: Person,
    State(store): State<Store>,
    Path(id): Path<String>,
    merge: Result<Json<Merge>, JsonRejection>,
) -> Result<Done, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    let Merge { with, kind } = body(merge)?;
    let kind = kind.map(|kind| kind_of(&kind)).transpose().map_err(|why| Problem::invalid("type", why))?;
    let target = |finding| Target { finding, row_version: None };
    told(store.merge(&person.name, [target(id), target(with)], kind).await)
}

/// Changes many findings in one action, which one undo takes back.
#[utoipa::path(
    post,
    path = "/actions",
    tag = "actions",
    request_body = Bulk,
    responses(
        (status = 200, body = Done),
        (status = 400, body = ErrorBody, description = "An edit is wrong"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 409, body = Done, description = "Somebody else changed every one of these fields since those versions"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn bulk(
    person: Person,
    State(store): State<Store>,
    bulk: Result<Json<Bulk>, JsonRejection>,
) -> Result<Done, Problem> {
    let person = person.allowed(Right::Triage)?;
    let Bulk { findings, changes } = body(bulk)?;
    told(store.act(&person.name, &findings, &changes).await)
}

/// Takes back what the caller did. What somebody changed since stays and is told.
#[utoipa::path(
    post,
    path = "/actions/{id}/undo",
    tag = "actions",
    params(("id" = i64, Path, description = "The action's number")),
    responses(
        (status = 200, body = Done),
        (status = 400, body = ErrorBody, description = "A merge that was taken back no longer touches"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "Somebody else did it, or the role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such action"),
        (status = 409, body = Done, description = "Everything that it changed was changed since"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn undo(person: Person, State(store): State<Store>, Path(id): Path<String>) -> Result<Done, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    told(store.undo(&person.name, id).await)
}

/// One thing that the caller did.
#[derive(Serialize, ToSchema)]
pub(super) struct Action {
    /// Its number.
    id: i64,
    /// When.
    at: String,
    /// What, in a few words.
    sentence: String,
    /// How many findings changed.
    n_changed: i32,
    /// Whether it was undone.
    undone: bool,
}

impl From<Deed> for Action {
    fn from(deed: Deed) -> Self {
        let Deed { action, at, sentence, n_changed, undone } = deed;
        Self { id: action, at: at.to_string(), sentence, n_changed, undone }
    }
}

/// What the caller did, newest first.
#[utoipa::path(
    get,
    path = "/actions",
    tag = "actions",
    params(("limit" = Option<i64>, Query, description = "How many at most, 1 to 1,000; 100 unless given")),
    responses(
        (status = 200, body = Vec<Action>),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn mine(person: Person, State(store): State<Store>, uri: Uri) -> Result<Json<Vec<Action>>, Problem> {
    let person = person.allowed(Right::Triage)?;
    let mut parameters = Parameters::of(&uri)?;
    let limit = parameters.limit()?;
    parameters.finish()?;
    let deeds = store.actions_of(&person.name, None, limit).await?;
    Ok(Json(deeds.into_iter().map(Action::from).collect()))
}

/// One line of a finding's history.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryLine {
    /// When.
    at: String,
    /// Who; absent for the log itself. `rule` and a name for a standing rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<String>,
    /// What happened, in a few words.
    what: String,
    /// What changed, as it was.
    before: String,
    /// The same, as it was since.
    after: String,
    /// The action that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<i64>,
    /// The standing rule that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<i64>,
    /// How many findings that action changed: its undo is for all of them.
    n_changed: i32,
    /// Whether that was undone.
    undone: bool,
    /// The comment it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

impl From<Line> for HistoryLine {
    fn from(line: Line) -> Self {
        let Line { at, who, what, before, after, action, rule, n_changed, undone, comment } = line;
        Self { at: at.to_string(), who, what, before, after, action, rule, n_changed, undone, comment }
    }
}

/// Everything that happened to a finding, oldest first: what the log said, what people did and wrote.
#[utoipa::path(
    get,
    path = "/findings/{id}/history",
    tag = "actions",
    params(("id" = i64, Path, description = "The finding's number")),
    responses(
        (status = 200, body = Vec<HistoryLine>),
        (status = 400, body = ErrorBody, description = "The number is none"),
        (status = 404, body = ErrorBody, description = "There is no such finding"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn history(
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Vec<HistoryLine>>, Problem> {
    let id = number(&id)?;
    if store.finding(id).await?.is_none() {
        return Err(Problem::not_found(format!("finding {id}")));
    }
    Ok(Json(store.story(id).await?.into_iter().map(HistoryLine::from).collect()))
}
