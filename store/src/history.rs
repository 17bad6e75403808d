//! What happened to a finding, told by the log and by people, and what somebody did.

use chrono::{DateTime, Utc};
use domain::time::Instant;
use domain::triage::history::{Deed, Line};
use serde_json::Value;

use crate::triage::words;
use crate::{Store, StoreError};

impl Store {
    /// Everything that happened to a finding across detections, actions and comments, oldest first; empty when there is no
    /// such finding.
    pub async fn story(&self, finding: i64) -> Result<Vec<Line>, StoreError> {
        let rows = sqlx::query_as!(
            EventRow,
            r#"
            select e.id, e.at, e.what, e.before, e.after, e.action_id, a.author as "author?", a.sentence as "sentence?",
                a.rule as "rule?", coalesce(a.n_changed, 0) as "n_changed!",
                case when e.what = 'commented' and e.after ->> 'comment' = a.id::text and not c.withdrawn
                    then a.comment end as comment,
                coalesce(a.id is not null and undone(a.id), false) as "undone!"
            from finding_event e
            left join action a on a.id = e.action_id
            left join finding_comment c on c.finding_id = e.finding_id and c.action_id = e.action_id
            where e.finding_id = $1 and e.what <> 'made'
            order by e.id
            "#,
            finding,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Line::try_from).collect()
    }

    /// What somebody did, newest first, at most `limit` of it and older than `before`.
    pub async fn actions_of(&self, author: &str, before: Option<i64>, limit: i64) -> Result<Vec<Deed>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select id, at, sentence, n_changed, undone(id) as "undone!"
            from action
            where author = $1 and ($2::bigint is null or id < $2)
            order by id desc
            limit greatest($3::bigint, 0)
            "#,
            author,
            before,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let deed = |at: DateTime<Utc>, action, sentence, n_changed, undone| {
            let at = Instant::try_from(at).map_err(|why| corrupt(action, &why.to_string()))?;
            Ok(Deed { action, at, sentence, n_changed, undone })
        };
        rows.into_iter().map(|row| deed(row.at, row.id, row.sentence, row.n_changed, row.undone)).collect()
    }
}

struct EventRow {
    id: i64,
    at: DateTime<Utc>,
    what: String,
    before: Option<Value>,
    after: Option<Value>,
    action_id: Option<i64>,
    author: Option<String>,
    sentence: Option<String>,
    rule: Option<i64>,
    n_changed: i32,
    comment: Option<String>,
    undone: bool,
}

fn corrupt(id: i64, why: &str) -> StoreError {
    StoreError::Corrupt { table: "finding_event", id: id.to_string(), why: why.to_owned() }
}

impl TryFrom<EventRow> for Line {
    type Error = StoreError;
    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let (before, after) = if row.action_id.is_some() {
            (decided(row.before.as_ref()), decided(row.after.as_ref()))
        } else {
            (words(row.before.as_ref(), row.after.as_ref()), words(row.after.as_ref(), row.before.as_ref()))
        };
        Ok(Self {
            at: Instant::try_from(row.at).map_err(|why| corrupt(row.id, &why.to_string()))?,
            who: row.author,
            what: row.sentence.unwrap_or(row.what),
            before,
            after,
            action: row.action_id,
            rule: row.rule,
            n_changed: row.n_changed,
            undone: row.undone,
            comment: row.comment,
        })
    }
}

/// What was decided, in words: `priority Low, tags wind`. What nobody decided is the log's to say.
fn decided(columns: Option<&Value>) -> String {
    let names = [
        ("decided_type", "type", "as the log says"),
        ("decided_class", "class", "as the log says"),
        ("decided_priority", "priority", "as the log says"),
        ("decided_tags", "tags", "as the log says"),
        ("decided_comment", "comment", "as the log says"),
        ("decided_state", "state", "as the log says"),
        ("snoozed_until", "until", ""),
        ("dismissed_because", "because", ""),
        ("cut_at", "cut", ""),
        ("merged_into", "into finding", ""),
        ("assignee", "assignee", "nobody"),
    ];
    let told = names.iter().filter_map(|(column, name, nothing)| {
        let value = match columns?.get(*column)? {
            Value::Null => (*nothing).to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        (!value.is_empty()).then(|| format!("{name} {value}"))
    });
    told.collect::<Vec<_>>().join(", ")
}
