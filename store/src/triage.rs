//! One finding and its history, what people decided laid over what the log says. Lists are answered by the board.

use chrono::{DateTime, Utc};
use domain::labelled::UnknownLabel;
use domain::time::{Instant, Span};
use domain::triage::{Decided, FindingRow};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// What can happen to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// The log said it for the first time.
    Detected,
    /// Its times or texts changed.
    Moved,
    /// The log no longer says it.
    Resolved,
    /// The log says it again.
    Reopened,
}

/// One line of a finding's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingEvent {
    /// When the store wrote it.
    pub at: Instant,
    /// What happened.
    pub what: EventKind,
    /// What the log said before, where it said something else or nothing now: `end 2022-03-12T21:20:13Z, priority Low`.
    pub before: String,
    /// What the log says since, in the same words.
    pub after: String,
}

impl Store {
    /// One finding.
    pub async fn finding(&self, id: i64) -> Result<Option<FindingRow>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "select id, key, shown_type, shown_class, shown_priority, shown_state, family, shift_id, start_at, end_at,
                shown_tags, shown_comment, decided_type, decided_class, decided_priority, decided_tags, decided_comment,
                decided_state, assignee, snoozed_until, dismissed_because, n_comments, part_of, merged_into, row_version,
                change_seq
            from finding
            where id = $1",
            id,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(FindingRow::try_from).transpose()
    }

    /// The findings of these numbers, in the order of the numbers; one that does not exist is not there.
    pub async fn findings_by_ids(&self, ids: &[i64]) -> Result<Vec<FindingRow>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id as "id!", key, shown_type, shown_class, shown_priority, shown_state, family, shift_id, start_at, end_at,
                shown_tags, shown_comment, decided_type, decided_class, decided_priority, decided_tags, decided_comment,
                decided_state, assignee, snoozed_until, dismissed_because, n_comments, part_of, merged_into, row_version,
                change_seq
            from unnest($1::bigint[]) with ordinality as asked (id, place)
            join finding using (id)
            order by place
            "#,
            ids,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(FindingRow::try_from).collect()
    }

    /// The ids of the facts in its identity, in the order of domain.md §4; empty when there is no such finding.
    pub async fn finding_ids(&self, id: i64) -> Result<Vec<String>, StoreError> {
        let ids = sqlx::query_scalar!("select ids from finding where id = $1", id).fetch_optional(&self.pool).await?;
        Ok(ids.unwrap_or_default())
    }

    /// The findings of a shift that the log says and for which no other stands, by family, then by time.
    pub async fn findings_of_shift(&self, shift_id: &str) -> Result<Vec<FindingRow>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "select id, key, shown_type, shown_class, shown_priority, shown_state, family, shift_id, start_at, end_at,
                shown_tags, shown_comment, decided_type, decided_class, decided_priority, decided_tags, decided_comment,
                decided_state, assignee, snoozed_until, dismissed_because, n_comments, part_of, merged_into, row_version,
                change_seq
            from finding
            where shift_id = $1 and shown_state not in ('Split', 'Merged', 'Resolved by the log')
            order by array_position(array['12 [m]', '7 [m]', 'Total Power'], family::text), start_at, end_at, id",
            shift_id,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(FindingRow::try_from).collect()
    }

    /// What the log did to a finding, oldest first; empty when there is no such finding.
    pub async fn history(&self, finding: i64) -> Result<Vec<FindingEvent>, StoreError> {
        let rows = sqlx::query_as!(
            EventRow,
            "select id, at, what, before, after from finding_event where finding_id = $1 and action_id is null order by id",
            finding,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(FindingEvent::try_from).collect()
    }

    /// The *now* of the last detection.
    pub async fn as_of(&self) -> Result<Option<Instant>, StoreError> {
        let now = sqlx::query_scalar!("select now_used from detection").fetch_optional(&self.pool).await?;
        let corrupt = |why| StoreError::Corrupt { table: "detection", id: "1".to_owned(), why };
        now.map(|now| Instant::try_from(now).map_err(|why| corrupt(why.to_string()))).transpose()
    }
}

/// A finding as the queries give it.
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) shown_type: String,
    pub(crate) shown_class: String,
    pub(crate) shown_priority: String,
    pub(crate) shown_state: String,
    pub(crate) family: Option<String>,
    pub(crate) shift_id: Option<String>,
    pub(crate) start_at: Option<DateTime<Utc>>,
    pub(crate) end_at: Option<DateTime<Utc>>,
    pub(crate) shown_tags: String,
    pub(crate) shown_comment: String,
    pub(crate) decided_type: Option<String>,
    pub(crate) decided_class: Option<String>,
    pub(crate) decided_priority: Option<String>,
    pub(crate) decided_tags: Option<String>,
    pub(crate) decided_comment: Option<String>,
    pub(crate) decided_state: Option<String>,
    pub(crate) assignee: Option<String>,
    pub(crate) snoozed_until: Option<DateTime<Utc>>,
    pub(crate) dismissed_because: Option<String>,
    pub(crate) n_comments: i32,
    pub(crate) part_of: Option<i64>,
    pub(crate) merged_into: Option<i64>,
    pub(crate) row_version: i64,
    pub(crate) change_seq: i64,
}

struct EventRow {
    id: i64,
    at: DateTime<Utc>,
    what: String,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
}

/// For `map_err`: which finding has a column that is no value of the domain.
fn corrupt<E: ToString>(id: impl ToString) -> impl Fn(E) -> StoreError {
    let id = id.to_string();
    move |why| StoreError::Corrupt { table: "finding", id: id.clone(), why: why.to_string() }
}

impl TryFrom<Row> for FindingRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let time = |time: Option<DateTime<Utc>>| time.map(Instant::try_from).transpose().map_err(corrupt(row.id));
        let (start, end) = (time(row.start_at)?, time(row.end_at)?);
        Ok(Self {
            id: row.id,
            key: row.key,
            kind: row.shown_type.parse().map_err(corrupt(row.id))?,
            class: row.shown_class.parse().map_err(corrupt(row.id))?,
            priority: row.shown_priority.parse().map_err(corrupt(row.id))?,
            state: row.shown_state.parse().map_err(corrupt(row.id))?,
            family: row.family.as_deref().map(str::parse).transpose().map_err(corrupt(row.id))?,
            shift: row.shift_id.as_deref().map(str::parse).transpose().map_err(corrupt(row.id))?,
            span: start.zip(end).map(|(start, end)| Span::between(start, end)),
            tags: row.shown_tags,
            comment: row.shown_comment,
            decided: Decided {
                kind: row.decided_type.is_some(),
                class: row.decided_class.is_some(),
                priority: row.decided_priority.is_some(),
                tags: row.decided_tags.is_some(),
                comment: row.decided_comment.is_some(),
                state: row.decided_state.is_some(),
            },
            assignee: row.assignee,
            snoozed_until: time(row.snoozed_until)?,
            dismissed_because: row.dismissed_because,
            n_comments: row.n_comments,
            part_of: row.part_of,
            merged_into: row.merged_into,
            row_version: row.row_version,
            change_seq: row.change_seq,
        })
    }
}

impl TryFrom<EventRow> for FindingEvent {
    type Error = StoreError;
    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        Ok(Self {
            at: row.at.try_into().map_err(corrupt(row.id))?,
            what: row.what.parse().map_err(corrupt(row.id))?,
            before: words(row.before.as_ref(), row.after.as_ref()),
            after: words(row.after.as_ref(), row.before.as_ref()),
        })
    }
}

/// What the log said of a finding, as far as the other side does not say the same; nothing of what was empty.
pub(crate) fn words(says: Option<&serde_json::Value>, other: Option<&serde_json::Value>) -> String {
    let mut words = Vec::new();
    for column in ["start", "end", "class", "priority", "tags", "comment"] {
        let value = |side: Option<&serde_json::Value>| side.and_then(|side| side.get(column)).cloned();
        match value(says) {
            Some(serde_json::Value::String(text)) if !text.is_empty() && value(says) != value(other) => {
                // PostgreSQL writes UTC as +00:00, everything else here as Z.
                words.push(format!("{column} {}", text.replace("+00:00", "Z")));
            }
            _ => {}
        }
    }
    words.join(", ")
}

impl EventKind {
    /// Every kind, in the order of a finding's life.
    pub const ALL: [Self; 4] = [Self::Detected, Self::Moved, Self::Resolved, Self::Reopened];

    /// The word in the database.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Moved => "moved",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
        }
    }
}

impl std::str::FromStr for EventKind {
    type Err = UnknownLabel;
    fn from_str(label: &str) -> Result<Self, UnknownLabel> {
        let known = &["detected", "moved", "resolved", "reopened"];
        Self::ALL.into_iter().find(|kind| kind.label() == label).ok_or(UnknownLabel { what: "event", known })
    }
}
