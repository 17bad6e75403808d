//! How an action reads and writes: findings as the domain decides about them, and the record of what changed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::family::Family;
use domain::time::{Instant, Span};
use domain::triage::State;
use domain::triage::decision::undo::Delta;
use domain::triage::decision::{Decisions, Said};
use domain::triage::partition::{Neighbour, Part, Standing};
use serde_json::Value;
use sqlx::{Postgres, Transaction};

use crate::StoreError;

/// A finding as actions see it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) row_version: i64,
    pub(super) said: Said,
    pub(super) decisions: Decisions,
    pub(super) span: Option<Span>,
    pub(super) family: Option<Family>,
    pub(super) shift: Option<String>,
    pub(super) made_of: Option<MadeOf>,
}

/// What a finding that no log says is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MadeOf {
    /// One part of this one.
    PartOf(i64, Part),
    /// These two, the earlier first.
    MergeOf(i64, i64),
}

impl Known {
    pub(super) fn state(&self) -> State {
        self.decisions.state.unwrap_or(self.said.state)
    }

    pub(super) fn standing(&self) -> Standing {
        Standing { span: self.span, open: self.said.state == State::Open }
    }

    pub(super) fn neighbour(&self) -> Neighbour<'_> {
        Neighbour {
            standing: self.standing(),
            state: self.state(),
            class: self.said.class,
            lane: self.shift.as_deref().zip(self.family.map(Family::label)),
        }
    }
}

/// The findings of these numbers, as far as there are any.
pub(super) async fn read(
    tx: &mut Transaction<'static, Postgres>,
    ids: &[i64],
) -> Result<HashMap<i64, Known>, StoreError> {
    let rows = sqlx::query_as!(
        KnownRow,
        "select id, row_version, type as kind, class, priority, tags, comment, state, family, shift_id, start_at, end_at,
            decided_type, decided_class, decided_priority, decided_tags, decided_comment, decided_state, assignee,
            snoozed_until, dismissed_because, cut_at, merged_into, part_of, part, merge_of
        from finding
        where id = any($1)",
        ids,
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Known::try_from(row).map(|finding| (finding.id, finding))).collect()
}

/// The parts and merges, and what they are made of, by number: what something is made of comes before it.
pub(super) async fn read_derived(tx: &mut Transaction<'static, Postgres>) -> Result<Vec<Known>, StoreError> {
    let rows = sqlx::query_as!(
        KnownRow,
        "with derived as materialized (
            select id, part_of, merge_of from finding where part_of is not null or merge_of is not null
        )
        select id, row_version, type as kind, class, priority, tags, comment, state, family, shift_id, start_at, end_at,
            decided_type, decided_class, decided_priority, decided_tags, decided_comment, decided_state, assignee,
            snoozed_until, dismissed_because, cut_at, merged_into, part_of, part, merge_of
        from finding
        where id in (
            select id from derived
            union select part_of from derived
            union select unnest(merge_of) from derived
        )
        order by id",
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(Known::try_from).collect()
}

/// An action that is about to be written.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) author: &'a str,
    pub(super) kind: &'a str,
    pub(super) sentence: &'a str,
    pub(super) comment: Option<&'a str>,
    pub(super) undoes: Option<i64>,
    pub(super) rule: Option<i64>,
    pub(super) n_changed: i64,
    pub(super) seq: i64,
}

impl<'a> Record<'a> {
    pub(super) fn new(author: &'a str, kind: &'a str, sentence: &'a str, seq: i64) -> Self {
        Self { author, kind, sentence, comment: None, undoes: None, rule: None, n_changed: 0, seq }
    }

    /// Writes the action, what it changes into the findings, and an event for each.
    pub(super) async fn write(
        &self,
        tx: &mut Transaction<'static, Postgres>,
        deltas: &[(i64, Delta)],
    ) -> Result<i64, StoreError> {
        let action = self.begin(tx).await?;
        write(tx, action, self.seq, deltas).await?;
        Ok(action)
    }

    /// Writes the action alone.
    pub(super) async fn begin(&self, tx: &mut Transaction<'static, Postgres>) -> Result<i64, StoreError> {
        let action = sqlx::query_scalar!(
            "insert into action (seq, author, kind, sentence, comment, undoes, rule, n_changed)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            returning id",
            self.seq,
            self.author,
            self.kind,
            self.sentence,
            self.comment,
            self.undoes,
            self.rule,
            i32::try_from(self.n_changed).unwrap_or(i32::MAX),
        )
        .fetch_one(&mut **tx)
        .await?;
        Ok(action)
    }
}

/// Writes what an action changes into the findings, and an event for each: one statement, however many there are.
pub(super) async fn write(
    tx: &mut Transaction<'static, Postgres>,
    action: i64,
    seq: i64,
    deltas: &[(i64, Delta)],
) -> Result<(), StoreError> {
    let side = |side: fn(&Delta) -> &serde_json::Map<String, Value>| {
        deltas.iter().map(|(_, delta)| Value::Object(side(delta).clone())).collect::<Vec<_>>()
    };
    let ids: Vec<i64> = deltas.iter().map(|(id, _)| *id).collect();
    sqlx::query!(
        "with given as materialized (
            select * from unnest($1::bigint[], $2::jsonb[], $3::jsonb[]) as given (id, before, after)
        ), updated as (
            update finding f
            set decided_type = case when after ? 'decided_type' then after ->> 'decided_type' else decided_type end,
                decided_class = case when after ? 'decided_class' then after ->> 'decided_class' else decided_class end,
                decided_priority =
                    case when after ? 'decided_priority' then after ->> 'decided_priority' else decided_priority end,
                decided_tags = case when after ? 'decided_tags' then after ->> 'decided_tags' else decided_tags end,
                decided_comment =
                    case when after ? 'decided_comment' then after ->> 'decided_comment' else decided_comment end,
                decided_state = case when after ? 'decided_state' then after ->> 'decided_state' else decided_state end,
                assignee = case when after ? 'assignee' then after ->> 'assignee' else assignee end,
                snoozed_until =
                    case when after ? 'snoozed_until' then (after ->> 'snoozed_until')::timestamptz else snoozed_until end,
                dismissed_because =
                    case when after ? 'dismissed_because' then after ->> 'dismissed_because' else dismissed_because end,
                cut_at = case when after ? 'cut_at' then (after ->> 'cut_at')::timestamptz else cut_at end,
                merged_into = case when after ? 'merged_into' then (after ->> 'merged_into')::bigint else merged_into end,
                last_changed = now(), row_version = row_version + 1, change_seq = $5
            from given
            where f.id = given.id
            returning f.id, f.row_version, before, after
        )
        insert into finding_event (finding_id, action_id, what, before, after, row_version)
        select id, $4, 'changed', before, after, row_version from updated",
        &ids,
        &side(|delta| &delta.before),
        &side(|delta| &delta.after),
        action,
        seq,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts the action's comment at each of the findings.
pub(super) async fn comment(
    tx: &mut Transaction<'static, Postgres>,
    action: i64,
    seq: i64,
    findings: &[i64],
) -> Result<(), StoreError> {
    sqlx::query!(
        "with commented as (
            insert into finding_comment (finding_id, action_id) select unnest($1::bigint[]), $2
        ), updated as (
            update finding
            set n_comments = n_comments + 1, last_changed = now(), row_version = row_version + 1, change_seq = $3
            where id = any($1)
            returning id, row_version
        )
        insert into finding_event (finding_id, action_id, what, before, after, row_version)
        select id, $2, 'commented', jsonb_build_object('comment', null), jsonb_build_object('comment', $2::bigint), row_version
        from updated",
        findings,
        action,
        seq,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

struct KnownRow {
    id: i64,
    row_version: i64,
    kind: String,
    class: String,
    priority: String,
    tags: String,
    comment: String,
    state: String,
    family: Option<String>,
    shift_id: Option<String>,
    start_at: Option<DateTime<Utc>>,
    end_at: Option<DateTime<Utc>>,
    decided_type: Option<String>,
    decided_class: Option<String>,
    decided_priority: Option<String>,
    decided_tags: Option<String>,
    decided_comment: Option<String>,
    decided_state: Option<String>,
    assignee: Option<String>,
    snoozed_until: Option<DateTime<Utc>>,
    dismissed_because: Option<String>,
    cut_at: Option<DateTime<Utc>>,
    merged_into: Option<i64>,
    part_of: Option<i64>,
    part: Option<i16>,
    merge_of: Option<Vec<i64>>,
}

impl TryFrom<KnownRow> for Known {
    type Error = StoreError;
    fn try_from(row: KnownRow) -> Result<Self, StoreError> {
        let id = row.id;
        let time =
            |time: Option<DateTime<Utc>>| time.map(Instant::try_from).transpose().map_err(corrupt("finding", id));
        macro_rules! perhaps {
            ($text:expr) => {
                $text.as_deref().map(str::parse).transpose().map_err(corrupt("finding", id))?
            };
        }
        let made_of = match (row.part_of, row.merge_of.as_deref()) {
            (Some(of), _) => Some(MadeOf::PartOf(of, if row.part == Some(2) { Part::Second } else { Part::First })),
            (None, Some(&[a, b])) => Some(MadeOf::MergeOf(a, b)),
            (None, Some(_)) => return Err(corrupt("finding", id)("a merge of other than two")),
            (None, None) => None,
        };
        let (start, end) = (time(row.start_at)?, time(row.end_at)?);
        Ok(Self {
            id,
            row_version: row.row_version,
            said: Said {
                kind: row.kind.parse().map_err(corrupt("finding", id))?,
                class: row.class.parse().map_err(corrupt("finding", id))?,
                priority: row.priority.parse().map_err(corrupt("finding", id))?,
                tags: row.tags,
                comment: row.comment,
                state: row.state.parse().map_err(corrupt("finding", id))?,
            },
            decisions: Decisions {
                kind: perhaps!(row.decided_type),
                class: perhaps!(row.decided_class),
                priority: perhaps!(row.decided_priority),
                tags: row.decided_tags,
                comment: row.decided_comment,
                state: perhaps!(row.decided_state),
                assignee: perhaps!(row.assignee),
                snoozed_until: time(row.snoozed_until)?,
                dismissed_because: row.dismissed_because,
                cut_at: time(row.cut_at)?,
                merged_into: row.merged_into,
            },
            span: start.zip(end).map(|(start, end)| Span::between(start, end)),
            family: perhaps!(row.family),
            shift: row.shift_id,
            made_of,
        })
    }
}

/// For `map_err`: which row has a column that is no value of the domain.
pub(super) fn corrupt<E: ToString>(table: &'static str, id: i64) -> impl Fn(E) -> StoreError {
    move |why| StoreError::Corrupt { table, id: id.to_string(), why: why.to_string() }
}
