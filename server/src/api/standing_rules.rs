//! Standing rules, for programs: the same rules as on their pages, under the same rights.

use app::api::Clock;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use domain::people::Right;
use domain::triage::decision::ActionDone;
use domain::triage::standing_rule::dry_run::DryRun;
use domain::triage::standing_rule::{Gift, Mistake, StandingRule, Written};
use http::{StatusCode, Uri};
use serde::{Deserialize, Serialize};
use store::{KeptRule, Reach, RuleError, Store};
use utoipa::ToSchema;

use super::actions::{body, number};
use super::parameters::Parameters;
use super::person::Person;
use super::problem::{ErrorBody, Problem};

/// A rule as it is written. It gives at least one thing.
#[derive(Deserialize, ToSchema)]
pub(super) struct WrittenRule {
    /// What it is to be called, at most 80 characters; no two rules have the same name.
    name: String,
    /// Which findings: a filter as the query line has it, such as `class:gap type:other dur:<0.2 "IF delay"`. Periods that are
    /// others every day (`last-shift`, `7d`) and `assignee:me` are refused.
    condition: String,
    /// The type to give, and its class with it.
    #[serde(default, rename = "type")]
    kind: Option<String>,
    /// The priority to give.
    #[serde(default)]
    priority: Option<String>,
    /// The tag to add.
    #[serde(default)]
    tag: Option<String>,
    /// The account to look at it.
    #[serde(default)]
    assignee: Option<String>,
}

/// A rule to make.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewRule {
    #[serde(flatten)]
    rule: WrittenRule,
    /// How many values a dry run said would change, to change the findings that are there, too; when there are more or fewer by
    /// now, nothing is saved. Without it the rule is asked about what detection finds from now on.
    #[serde(default)]
    apply_to: Option<i64>,
}

/// What a rule is to say from now on.
#[derive(Deserialize, ToSchema)]
pub(super) struct ChangedRule {
    /// The version that the program saw.
    version: i64,
    #[serde(flatten)]
    rule: WrittenRule,
    /// As for a new rule. Where the new condition no longer holds, the rule then takes back what it gave.
    #[serde(default)]
    apply_to: Option<i64>,
}

/// Whether a rule is to be asked.
#[derive(Deserialize, ToSchema)]
pub(super) struct Switch {
    /// The version that the program saw.
    version: i64,
    /// To ask it after every load.
    on: bool,
}

/// Where a rule is to stand.
#[derive(Deserialize, ToSchema)]
pub(super) struct Turn {
    /// Before the one that stands before it; else after the one that stands after it.
    earlier: bool,
}

/// A rule to delete.
#[derive(Deserialize, ToSchema)]
pub(super) struct DeletedRule {
    /// The version that the program saw.
    version: i64,
}

/// A rule to try: a new one, or a change of one that is there.
#[derive(Deserialize, ToSchema)]
pub(super) struct TriedRule {
    #[serde(flatten)]
    rule: WrittenRule,
    /// The rule in whose place it is to be tried.
    #[serde(default)]
    id: Option<i64>,
}

/// A standing rule.
#[derive(Serialize, ToSchema)]
pub(super) struct Rule {
    /// Its permanent number.
    id: i64,
    /// What people call it.
    name: String,
    /// Which findings: a filter as the query line has it.
    condition: String,
    /// The type it gives.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// The priority it gives.
    priority: Option<String>,
    /// The tag it adds.
    tag: Option<String>,
    /// Whom it assigns.
    assignee: Option<String>,
    /// Which it is in the order in which rules are asked, from 1.
    place: i64,
    /// Whether it is asked.
    on: bool,
    /// Who made it.
    author: String,
    /// When.
    made_at: String,
    /// Counts its changes; a change names the version it was made on.
    version: i64,
    /// How many findings it has ever changed.
    n_findings: i64,
}

/// What a rule did to the findings that are there.
#[derive(Serialize, ToSchema)]
pub(super) struct Saved {
    /// The rule.
    id: i64,
    /// The action that changed findings, to undo it by; absent when none changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<i64>,
    /// How many findings it changed.
    n_changed: i64,
}

/// What a rule would change. Nothing is changed.
#[derive(Serialize, ToSchema)]
pub(super) struct Tried {
    /// Findings for which its condition holds.
    n_matching: i64,
    /// Findings that would change.
    n_changed: i64,
    /// Values that would change: a finding that gets a type and a tag counts twice.
    n_values: i64,
    /// What becomes of each thing that the rule gives, over all findings.
    fates: Vec<FateCount>,
    /// The first 100 values that would change.
    diff: Vec<Change>,
}

/// How often one thing meets one fate.
#[derive(Serialize, ToSchema)]
pub(super) struct FateCount {
    /// `Type`, `Priority`, `Tags` or `Assignee`.
    field: String,
    /// `given`, `already so`, `a person decided`, `a person undid it`, `a later rule decides`, `no room for a tag`, or `taken
    /// back`.
    fate: String,
    /// How many findings.
    n: i64,
}

/// One value that would change.
#[derive(Serialize, ToSchema)]
pub(super) struct Change {
    finding: i64,
    /// `Type`, `Priority`, `Tags` or `Assignee`.
    field: String,
    /// What it shows.
    from: String,
    /// What it would show.
    to: String,
    /// Whether the rule takes back what it gave.
    taken_back: bool,
}

impl WrittenRule {
    fn read(self) -> Result<StandingRule, Problem> {
        let Self { name, condition, kind, priority, tag, assignee } = self;
        let given = Option::unwrap_or_default;
        let written = Written {
            name,
            condition,
            kind: given(kind),
            priority: given(priority),
            tag: given(tag),
            assignee: given(assignee),
        };
        written.read().map_err(|mistakes| match mistakes.into_iter().next() {
            Some(Mistake { field, why }) => Problem::invalid(field, why),
            None => Problem::invalid("rule", "it does not read"),
        })
    }
}

impl Saved {
    fn of(id: i64, done: Option<ActionDone>) -> Self {
        let (action, n_changed) = done.map_or((None, 0), |done| (done.action, done.n_changed));
        Self { id, action, n_changed }
    }
}

impl From<KeptRule> for Rule {
    fn from(kept: KeptRule) -> Self {
        let KeptRule { rule, place, is_on, author, made_at, version, n_findings, .. } = kept;
        let gives =
            |is: fn(&Gift) -> bool| rule.gives.gifts().iter().find(|gift| is(gift)).map(|gift| gift.value().to_owned());
        Self {
            id: rule.id,
            name: rule.name.to_string(),
            condition: rule.condition.to_string(),
            kind: gives(|gift| matches!(gift, Gift::Type(_))),
            priority: gives(|gift| matches!(gift, Gift::Priority(_))),
            tag: gives(|gift| matches!(gift, Gift::Tag(_))),
            assignee: gives(|gift| matches!(gift, Gift::Assignee(_))),
            place,
            on: is_on,
            author,
            made_at: made_at.to_string(),
            version,
            n_findings,
        }
    }
}

impl From<DryRun> for Tried {
    fn from(dry: DryRun) -> Self {
        let fates = dry.fates.iter().map(|((field, fate), n)| FateCount {
            field: field.to_string(),
            fate: fate.to_string(),
            n: *n,
        });
        let fates = fates.collect();
        let diff = dry.diff.into_iter().map(|change| Change {
            finding: change.finding,
            field: change.field.to_string(),
            from: change.from,
            to: change.to,
            taken_back: change.taken_back,
        });
        Self {
            n_matching: dry.n_matching,
            n_changed: dry.n_changed,
            n_values: dry.n_values,
            fates,
            diff: diff.collect(),
        }
    }
}

fn problem(error: RuleError) -> Problem {
    match error {
        RuleError::Absent(id) => Problem::not_found(format!("standing rule {id}")),
        RuleError::OtherCount { .. } | RuleError::IsOff => Problem::invalid("apply_to", error.to_string()),
        other => app::error::AppError::from(other).into(),
    }
}

/// The standing rules, in the order in which they are asked.
#[utoipa::path(
    get,
    path = "/standing-rules",
    tag = "standing rules",
    responses(
        (status = 200, body = Vec<Rule>),
        (status = 400, body = ErrorBody, description = "There is a parameter, and none is known"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn list(State(store): State<Store>, uri: Uri) -> Result<Json<Vec<Rule>>, Problem> {
    Parameters::of(&uri)?.finish()?;
    Ok(Json(store.standing_rules().await?.into_iter().map(Rule::from).collect()))
}

/// Tries a rule on all findings and changes nothing.
#[utoipa::path(
    post,
    path = "/standing-rules/dry-run",
    tag = "standing rules",
    request_body = TriedRule,
    responses(
        (status = 200, body = Tried),
        (status = 400, body = ErrorBody, description = "The rule does not read; `field` names the part"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such rule"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn dry_run(
    person: Person,
    State(store): State<Store>,
    tried: Result<Json<TriedRule>, JsonRejection>,
) -> Result<Json<Tried>, Problem> {
    person.allowed(Right::Triage)?;
    let TriedRule { rule, id } = body(tried)?;
    let rule = rule.read()?;
    if let Some(id) = id {
        kept(&store, id).await?;
    }
    let rule = StandingRule { id: id.unwrap_or_default(), ..rule };
    Ok(Json(store.dry_run(&rule).await?.into()))
}

/// Makes a rule, the last in the order.
#[utoipa::path(
    post,
    path = "/standing-rules",
    tag = "standing rules",
    request_body = NewRule,
    responses(
        (status = 201, body = Saved),
        (status = 400, body = ErrorBody, description = "The rule does not read, its name is taken, or it would change another number of values by now"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn create(
    person: Person,
    State(store): State<Store>,
    State(clock): State<Clock>,
    new: Result<Json<NewRule>, JsonRejection>,
) -> Result<(StatusCode, Json<Saved>), Problem> {
    let person = person.allowed(Right::Triage)?;
    let NewRule { rule, apply_to } = body(new)?;
    let made = store.make_rule(&person.name, &rule.read()?, reach(apply_to), (clock.0)()).await;
    let (id, done) = made.map_err(problem)?;
    Ok((StatusCode::CREATED, Json(Saved::of(id, done))))
}

/// Changes what a rule says.
#[utoipa::path(
    put,
    path = "/standing-rules/{id}",
    tag = "standing rules",
    params(("id" = i64, Path, description = "The rule's number")),
    request_body = ChangedRule,
    responses(
        (status = 200, body = Saved),
        (status = 400, body = ErrorBody, description = "The rule does not read, its name is taken, it is off and cannot be applied, or it would change another number of values by now"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such rule"),
        (status = 409, body = ErrorBody, description = "Somebody else changed it since that version"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn change(
    person: Person,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Path(id): Path<String>,
    changed: Result<Json<ChangedRule>, JsonRejection>,
) -> Result<Json<Saved>, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    let ChangedRule { version, rule, apply_to } = body(changed)?;
    let rule = StandingRule { id, ..rule.read()? };
    let done = store.change_rule(&person.name, &rule, version, reach(apply_to), (clock.0)()).await.map_err(problem)?;
    Ok(Json(Saved::of(id, done)))
}

/// Switches a rule on or off. What it gave stays either way.
#[utoipa::path(
    post,
    path = "/standing-rules/{id}/switch",
    tag = "standing rules",
    params(("id" = i64, Path, description = "The rule's number")),
    request_body = Switch,
    responses(
        (status = 204, description = "It is switched so"),
        (status = 400, body = ErrorBody, description = "The number or the version is none"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such rule"),
        (status = 409, body = ErrorBody, description = "Somebody else changed it since that version"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn switch(
    person: Person,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Path(id): Path<String>,
    switch: Result<Json<Switch>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    let Switch { version, on } = body(switch)?;
    store.switch_rule(&person.name, id, version, on, (clock.0)()).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a rule change places with its neighbour in the order; at the end of the order nothing changes.
#[utoipa::path(
    post,
    path = "/standing-rules/{id}/move",
    tag = "standing rules",
    params(("id" = i64, Path, description = "The rule's number")),
    request_body = Turn,
    responses(
        (status = 204, description = "It stands there"),
        (status = 400, body = ErrorBody, description = "The number is none"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such rule"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn turn(
    person: Person,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Path(id): Path<String>,
    turn: Result<Json<Turn>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    let Turn { earlier } = body(turn)?;
    store.move_rule(&person.name, id, earlier, (clock.0)()).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a rule. Its history and what it gave stay.
#[utoipa::path(
    delete,
    path = "/standing-rules/{id}",
    tag = "standing rules",
    params(("id" = i64, Path, description = "The rule's number")),
    request_body = DeletedRule,
    responses(
        (status = 204, description = "It is deleted"),
        (status = 400, body = ErrorBody, description = "The number or the version is none"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include triage"),
        (status = 404, body = ErrorBody, description = "There is no such rule"),
        (status = 409, body = ErrorBody, description = "Somebody else changed it since that version"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn delete(
    person: Person,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Path(id): Path<String>,
    deleted: Result<Json<DeletedRule>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let (person, id) = (person.allowed(Right::Triage)?, number(&id)?);
    let DeletedRule { version } = body(deleted)?;
    store.delete_rule(&person.name, id, version, (clock.0)()).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

const fn reach(apply_to: Option<i64>) -> Reach {
    match apply_to {
        Some(n_values) => Reach::History { n_values },
        None => Reach::FromNowOn,
    }
}

async fn kept(store: &Store, id: i64) -> Result<KeptRule, Problem> {
    let kept = store.standing_rule(id).await?.filter(|kept| !kept.deleted);
    kept.ok_or_else(|| Problem::not_found(format!("standing rule {id}")))
}
