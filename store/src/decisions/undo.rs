//! Taking an action back: a new action that puts back what is still as the old one left it.

use std::collections::{BTreeSet, HashMap};

use domain::time::Instant;
use domain::triage::decision::undo::{Delta, Past, fields_of, owners, undo};
use domain::triage::decision::{ActionDone, Collision, Field};
use serde_json::{Map, Value};
use sqlx::{Postgres, Transaction};

use super::record::{self, Known, Record, corrupt};
use super::{ActionError, n_of, partition};
use crate::{Store, StoreError, clock};

impl Store {
    /// Undoes an action of this author or of a standing rule, whenever it was; an undo can be undone. What somebody changed since stays and is told
    /// as a collision. A split or a merge is undone wholly or, when one of its findings changed since, not at all.
    pub async fn undo(&self, author: &str, action: i64) -> Result<ActionDone, ActionError> {
        let mut tx = self.pool.begin().await?;
        let seq = clock::next(&mut tx).await?;
        let done = sqlx::query!("select author, sentence, rule from action where id = $1", action)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(ActionError::NoSuchAction(action))?;
        if done.author != author && done.rule.is_none() {
            return Err(ActionError::NotYours(done.author));
        }
        let sentence = match done.sentence.strip_prefix("Undone: ") {
            Some(again) => format!("Done again: {again}"),
            None => format!("Undone: {}", done.sentence.strip_prefix("Done again: ").unwrap_or(&done.sentence)),
        };
        let mut answer = ActionDone { sentence, seq, ..ActionDone::default() };

        let changed = changes_of(&mut tx, action).await?;
        let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
        let known = record::read(&mut tx, &ids).await?;
        let pasts = pasts(&mut tx, &ids).await?;
        let structural = changed.iter().any(|(_, delta)| delta.is_structural());
        let mut deltas = Vec::new();
        for (id, delta) in &changed {
            let Some(finding) = known.get(id) else { continue };
            let past = pasts.get(id).map_or(&[][..], Vec::as_slice);
            let events: Vec<Past> = past.iter().map(|told| told.past.clone()).collect();
            let undone = undo(action, delta, &finding.said, &finding.decisions, &owners(&events))
                .map_err(corrupt("finding_event", *id))?;
            for &field in &undone.stayed {
                answer.collide(stayed(finding, field, delta, past)?);
            }
            let delta = Delta::between(&finding.decisions, &undone.decisions);
            if !delta.is_empty() {
                deltas.push((*id, delta));
            }
        }
        if structural && answer.n_collisions > 0 {
            return Err(ActionError::Collides(answer.collisions));
        }
        let comments = comments_of(&mut tx, action).await?;
        let touched: BTreeSet<i64> = deltas.iter().map(|(id, _)| *id).chain(comments.iter().copied()).collect();
        answer.n_changed = n_of(touched.len());
        if touched.is_empty() {
            return Ok(ActionDone { seq: seq - 1, ..answer });
        }
        let record = Record {
            undoes: Some(action),
            n_changed: answer.n_changed,
            ..Record::new(author, "undo", &answer.sentence, seq)
        };
        let by = record.write(&mut tx, &deltas).await?;
        if !comments.is_empty() {
            turn_comments(&mut tx, action, by, seq).await?;
        }
        if structural {
            partition::check_merges(&mut tx, &ids).await?;
            partition::follow(&mut tx, seq).await?;
        }
        clock::tell(&mut tx, seq).await?;
        tx.commit().await?;
        Ok(ActionDone { action: Some(by), ..answer })
    }
}

/// An event of a finding with who did it.
struct Told {
    past: Past,
    author: String,
    at: Instant,
}

async fn changes_of(tx: &mut Transaction<'static, Postgres>, action: i64) -> Result<Vec<(i64, Delta)>, StoreError> {
    let rows = sqlx::query!(
        r#"select id, finding_id, before as "before!", after as "after!"
        from finding_event where action_id = $1 and what = 'changed' order by id"#,
        action,
    )
    .fetch_all(&mut **tx)
    .await?;
    let side = |id: i64, value: Value| match value {
        Value::Object(columns) => Ok(columns),
        _ => Err(corrupt("finding_event", id)("not an object")),
    };
    rows.into_iter()
        .map(|row| Ok((row.finding_id, Delta { before: side(row.id, row.before)?, after: side(row.id, row.after)? })))
        .collect()
}

/// Everything people changed of these findings, oldest first.
async fn pasts(
    tx: &mut Transaction<'static, Postgres>,
    findings: &[i64],
) -> Result<HashMap<i64, Vec<Told>>, StoreError> {
    let rows = sqlx::query!(
        r#"select e.finding_id, e.at, a.id as action, a.undoes, a.author, e.after as "after!"
        from finding_event e join action a on a.id = e.action_id
        where e.finding_id = any($1) and e.what = 'changed'
        order by e.id"#,
        findings,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut pasts: HashMap<i64, Vec<Told>> = HashMap::new();
    for row in rows {
        let fields = fields_of(row.after.as_object().into_iter().flat_map(Map::keys));
        let at = Instant::try_from(row.at).map_err(corrupt("finding_event", row.finding_id))?;
        let past = Past { action: row.action, undoes: row.undoes, fields };
        pasts.entry(row.finding_id).or_default().push(Told { past, author: row.author, at });
    }
    Ok(pasts)
}

/// A field that stays: what it is, what it was before the action, and who changed it last.
fn stayed(finding: &Known, field: Field, delta: &Delta, past: &[Told]) -> Result<Collision, StoreError> {
    let before = domain::triage::decision::undo::with(&finding.decisions, &delta.before)
        .map_err(corrupt("finding_event", finding.id))?;
    let last = past.iter().rev().find(|told| told.past.fields.contains(&field));
    let last = last.ok_or_else(|| corrupt("finding_event", finding.id)("a change without an event"))?;
    Ok(Collision {
        finding: finding.id,
        field,
        theirs: field.words(&finding.said, &finding.decisions),
        mine: field.words(&finding.said, &before),
        by: last.author.clone(),
        at: last.at,
    })
}

/// The findings at which the action wrote a comment that still stands, or took one back that is still away.
async fn comments_of(tx: &mut Transaction<'static, Postgres>, action: i64) -> Result<Vec<i64>, StoreError> {
    let findings = sqlx::query_scalar!(
        "select e.finding_id
        from finding_event e
        join finding_comment c on c.finding_id = e.finding_id
            and c.action_id = coalesce(e.after ->> 'comment', e.before ->> 'comment')::bigint
        where e.action_id = $1 and e.what = 'commented' and c.withdrawn = (e.after ->> 'comment' is null)",
        action,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(findings)
}

/// Takes those comments back, or brings them back.
async fn turn_comments(
    tx: &mut Transaction<'static, Postgres>,
    action: i64,
    by: i64,
    seq: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "with turned as (
            update finding_comment c
            set withdrawn = not c.withdrawn
            from finding_event e
            where e.action_id = $1 and e.what = 'commented' and c.finding_id = e.finding_id
                and c.action_id = coalesce(e.after ->> 'comment', e.before ->> 'comment')::bigint
                and c.withdrawn = (e.after ->> 'comment' is null)
            returning c.finding_id, c.action_id, c.withdrawn
        ), updated as (
            update finding
            set n_comments = n_comments + case when withdrawn then -1 else 1 end, last_changed = now(),
                row_version = row_version + 1, change_seq = $3
            from turned
            where finding.id = turned.finding_id
            returning finding.id, finding.row_version, turned.action_id, withdrawn
        )
        insert into finding_event (finding_id, action_id, what, before, after, row_version)
        select id, $2, 'commented', jsonb_build_object('comment', case when withdrawn then action_id end),
            jsonb_build_object('comment', case when not withdrawn then action_id end), row_version
        from updated",
        action,
        by,
        seq,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
