//! The triage list and one finding of it.

use axum::Json;
use axum::extract::{Path, State};
use domain::decimal::hours4;
use domain::family::Family;
use domain::triage::FindingRow;
use http::Uri;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

use super::parameters::Parameters;
use super::person::Person;
use super::problem::{ErrorBody, Problem};

/// A finding, in the words of the tables.
#[derive(Serialize, ToSchema)]
pub(crate) struct Finding {
    /// Its permanent number.
    id: i64,
    /// Type, family, shift and the ids of its facts: what stays when times are corrected.
    key: String,
    /// One of the 20.
    #[serde(rename = "type")]
    kind: &'static str,
    /// `GAP` or `USER ERROR`.
    class: &'static str,
    /// `Blocker`, `High`, `Medium`, `Low` or `None`, which is a value.
    priority: &'static str,
    /// `Open`, `Confirmed`, `Dismissed`, `Snoozed`, `Split`, `Merged` or `Resolved by the log`.
    state: &'static str,
    /// `12 [m]`, `7 [m]`, `Total Power`, or `-` for none or several.
    family: &'static str,
    /// The shift it belongs to.
    shift_id: Option<String>,
    /// When it begins; absent when no timestamp is known.
    start: Option<String>,
    /// When it ends; equal to `start` when only an instant is known.
    end: Option<String>,
    /// How long \[s\].
    duration_s: Option<i64>,
    /// How long \[h\], 4 decimals.
    duration_h: Option<String>,
    /// What people group by.
    tags: String,
    /// A sentence for whoever mends the log.
    comment: String,
    /// Who is to look at it.
    assignee: Option<String>,
    /// When it wakes, if it is snoozed.
    snoozed_until: Option<String>,
    /// Why it was dismissed, if it was.
    dismissed_because: Option<String>,
    /// How many comments people wrote to it.
    n_comments: i32,
    /// The finding of which it is a part.
    part_of: Option<i64>,
    /// The finding that stands for it, if it was merged.
    merged_into: Option<i64>,
    /// Counts its changes; a change names the version it was made on.
    row_version: i64,
    /// The number of the transaction that last changed it.
    change_seq: i64,
}

impl From<FindingRow> for Finding {
    fn from(row: FindingRow) -> Self {
        Self {
            id: row.id,
            key: row.key,
            kind: row.kind.label(),
            class: row.class.label(),
            priority: row.priority.label(),
            state: row.state.label(),
            family: Family::label_of(row.family),
            shift_id: row.shift.map(String::from),
            start: row.span.map(|span| span.start().to_string()),
            end: row.span.map(|span| span.end().to_string()),
            duration_s: row.span.map(|span| span.seconds()),
            duration_h: row.span.map(|span| hours4(span.seconds())),
            tags: row.tags,
            comment: row.comment,
            assignee: row.assignee,
            snoozed_until: row.snoozed_until.map(String::from),
            dismissed_because: row.dismissed_because,
            n_comments: row.n_comments,
            part_of: row.part_of,
            merged_into: row.merged_into,
            row_version: row.row_version,
            change_seq: row.change_seq,
        }
    }
}

/// A part of the triage list.
#[derive(Serialize, ToSchema)]
pub(super) struct Findings {
    /// The findings of this part, in the order asked for.
    findings: Vec<Finding>,
    /// How many findings pass the filter, on all parts.
    n_matching: i64,
    /// Their time together \[s\].
    matching_s: i64,
    /// The *now* of the last detection; absent when none has run.
    as_of: Option<String>,
}

/// Findings, newest first unless `sort` says otherwise. The filters are those of the triage page and mean the same.
#[utoipa::path(
    get,
    path = "/findings",
    tag = "findings",
    params(
        ("q" = Option<String>, Query, description = "The filter as the query line has it, such as `class:gap -type:handover dur:>0.5 \"IF delay\"`. The others add to it; without any of them all findings are meant"),
        ("class" = Option<Vec<String>>, Query, description = "`GAP`, `USER ERROR`; any of the given"),
        ("priority" = Option<Vec<String>>, Query, description = "`Blocker`, `High`, `Medium`, `Low`, `None`; any of the given"),
        ("type" = Option<Vec<String>>, Query, description = "Any of the 20 labels, such as `End shift`"),
        ("family" = Option<Vec<String>>, Query, description = "`12m`, `7m`, `tp`, or `none` for those of no single family"),
        ("state" = Option<Vec<String>>, Query, description = "`open`, `confirmed`, `dismissed`, `snoozed`, `split`, `merged`, `resolved`"),
        ("assignee" = Option<Vec<String>>, Query, description = "An account's name, `me` or `none`; any of the given"),
        ("tag" = Option<Vec<String>>, Query, description = "A tag or `none`; any of the given"),
        ("shift" = Option<Vec<String>>, Query, description = "A shift's id or `none`; any of the given"),
        ("period" = Option<String>, Query, description = "`all`, `last-shift`, `7d` or `2022-W10`; or `from` and `to`"),
        ("from" = Option<String>, Query, description = "Findings that end at or after this instant"),
        ("to" = Option<String>, Query, description = "Findings that end before this instant"),
        ("sort" = Option<String>, Query, description = "`end`, `class`, `type`, `tags`, `duration`, `comments`, `priority`, `family`, `state`, `assignee` or `shift`, with `-` before it largest first; up to four with commas between them"),
        ("offset" = Option<i64>, Query, description = "How many to leave out, 0 to 1,000,000"),
        ("limit" = Option<i64>, Query, description = "How many at most, 1 to 1,000; 100 unless given"),
    ),
    responses(
        (status = 200, body = Findings),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn list(State(store): State<Store>, person: Person, uri: Uri) -> Result<Json<Findings>, Problem> {
    let mut parameters = Parameters::of(&uri)?;
    let slice = parameters.slice()?;
    let query = parameters.findings()?;
    let part = |n: i64| usize::try_from(n).unwrap_or_default();
    let list = store.asked(|columns| {
        let view = columns.view(&query.filter, &query.order, person.name());
        columns.list(&view, part(slice.offset), part(slice.limit))
    });
    let list = list.await?;
    Ok(Json(Findings {
        findings: list.rows.into_iter().map(Finding::from).collect(),
        n_matching: list.n_matching,
        matching_s: list.matching_s,
        as_of: list.as_of.map(String::from),
    }))
}

/// One finding with what happened to it.
#[derive(Serialize, ToSchema)]
pub(super) struct FindingDetail {
    #[serde(flatten)]
    finding: Finding,
    /// The rule that says so, a sentence.
    rule: String,
    /// The ids of the facts in its identity; an empty text where a gap has no neighbour.
    facts: Vec<String>,
    /// What happened to it, oldest first.
    history: Vec<Event>,
}

/// One line of a finding's history.
#[derive(Serialize, ToSchema)]
pub(super) struct Event {
    /// When it was written down.
    at: String,
    /// `detected`, `moved`, `resolved` or `reopened`.
    what: String,
    /// What changed, as it was: JSON, or empty.
    before: String,
    /// What changed, as it is: JSON, or empty.
    after: String,
}

/// One finding.
#[utoipa::path(
    get,
    path = "/findings/{id}",
    tag = "findings",
    params(("id" = i64, Path, description = "Its permanent number")),
    responses(
        (status = 200, body = FindingDetail),
        (status = 400, body = ErrorBody, description = "The number is none"),
        (status = 404, body = ErrorBody, description = "There is no such finding"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn one(State(store): State<Store>, Path(id): Path<String>) -> Result<Json<FindingDetail>, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::invalid("id", "not a whole number"))?;
    let row = store.finding(id).await?.ok_or_else(|| Problem::not_found(format!("finding {id}")))?;
    let rule = row.kind.rule().to_owned();
    let facts = store.finding_ids(id).await?;
    let history = store.history(id).await?.into_iter();
    let history = history.map(|event| Event {
        at: event.at.to_string(),
        what: event.what.label().to_owned(),
        before: event.before,
        after: event.after,
    });
    Ok(Json(FindingDetail { finding: row.into(), rule, facts, history: history.collect() }))
}
