//! What people do to findings: one action, one transaction, however many findings it changes.
//!
//! An action takes its number from the clock, reads what it is about to change, lets the domain say what is decided then, and
//! writes what differs: into the findings, and as events that only ever grow. Whoever comes second waits at the clock and sees
//! what the first one did, so a stale edit is recognised and never overwrites.

mod partition;
mod record;
mod ruling;
mod undo;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::time::Instant;
use domain::triage::State;
use domain::triage::decision::undo::{Delta, fields_of};
use domain::triage::decision::{ActionDone, Change, Collision, Decisions, Said, Since, Target};
use domain::triage::partition::{CannotPartition, Relative};
use sqlx::{Postgres, Transaction};

pub(crate) use self::partition::follow;
use self::record::{Known, Record};
pub(crate) use self::ruling::{ask_rules, over_history, touched, turns};
use crate::{Store, StoreError, clock};

/// Who reopens a snoozed finding.
const SNOOZE: &str = "snooze";

/// Why an action did not happen. The sentence is for its author.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such finding.
    #[error("there is no finding {0}")]
    NoSuchFinding(i64),
    /// There is no such action.
    #[error("there is no action {0}")]
    NoSuchAction(i64),
    /// Somebody else did it.
    #[error("only {0} can undo this")]
    NotYours(String),
    /// A finding that cannot be split, or two that cannot be merged.
    #[error("finding {0} cannot be split or merged: {1}")]
    CannotPartition(i64, CannotPartition),
    /// Somebody else changed meanwhile what would change; nothing was done.
    #[error("somebody changed it meanwhile")]
    Collides(Vec<Collision>),
}

impl From<sqlx::Error> for ActionError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Changes each of the targets. Fields that others changed since the version of a target are left alone and told; so are
    /// targets that are not there or for which another finding stands. A change that changes nothing leaves no trace.
    pub async fn act(&self, author: &str, targets: &[Target], change: &Change) -> Result<ActionDone, ActionError> {
        let kind = if change.is_only_comment() { "comment" } else { "change" };
        self.change(author, targets, change, kind, change.sentence()).await
    }

    /// The same as a kind of action and in words that the caller knows better.
    pub(crate) async fn change(
        &self,
        author: &str,
        targets: &[Target],
        change: &Change,
        kind: &str,
        sentence: String,
    ) -> Result<ActionDone, ActionError> {
        let mut tx = self.pool.begin().await?;
        let seq = clock::next(&mut tx).await?;
        let mut done = ActionDone { sentence, seq, ..ActionDone::default() };
        let ids: Vec<i64> = targets.iter().map(|target| target.finding).collect();
        let known = record::read(&mut tx, &ids).await?;
        let since = since(&mut tx, author, targets, &known).await?;

        let (mut deltas, mut commented) = (Vec::new(), Vec::new());
        let mut seen = std::collections::HashSet::with_capacity(targets.len());
        for target in targets.iter().filter(|target| seen.insert(target.finding)) {
            let id = target.finding;
            let Some(finding) = known.get(&id) else {
                done.refuse(id, format!("there is no finding {id}"));
                continue;
            };
            let since = since.get(&id).map_or(&[][..], Vec::as_slice);
            match change.on(&finding.said, &finding.decisions, since) {
                Err(refusal) => done.refuse(id, refusal.to_string()),
                Ok(outcome) => {
                    for (since, theirs, mine) in outcome.collisions {
                        let Since { field, by, at } = since;
                        done.collide(Collision { finding: id, field, theirs, mine, by, at });
                    }
                    let delta = Delta::between(&finding.decisions, &outcome.decisions);
                    if !delta.is_empty() {
                        deltas.push((id, delta));
                    }
                    if change.comment().is_some() {
                        commented.push(id);
                    }
                }
            }
        }
        done.n_changed = n_of(if commented.is_empty() { deltas.len() } else { commented.len() });
        if done.n_changed == 0 {
            return Ok(ActionDone { seq: seq - 1, ..done });
        }
        let comment = change.comment().map(|comment| comment.as_str());
        let record = Record { comment, n_changed: done.n_changed, ..Record::new(author, kind, &done.sentence, seq) };
        let action = record.write(&mut tx, &deltas).await?;
        if !commented.is_empty() {
            record::comment(&mut tx, action, seq, &commented).await?;
        }
        clock::tell(&mut tx, seq).await?;
        tx.commit().await?;
        Ok(ActionDone { action: Some(action), ..done })
    }

    /// The findings as somebody saw them who knew every change up to that number: what an action has changed since is stale to
    /// them. One that is not there is a target too, and [`Store::act`] says so.
    pub async fn as_seen(&self, findings: &[i64], seq: i64) -> Result<Vec<Target>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select asked.id as "id!",
                -- few have changed since, and only those look into the trail
                case when f.change_seq > $2 then coalesce((
                    select min(e.row_version) - 1
                    from finding_event e
                    join action a on a.id = e.action_id
                    where e.finding_id = f.id and a.seq > $2
                ), f.row_version) else f.row_version end as row_version
            from unnest($1::bigint[]) as asked (id)
            left join finding f on f.id = asked.id
            "#,
            findings,
            seq,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| Target { finding: row.id, row_version: row.row_version }).collect())
    }

    /// What the log says of a finding and what people decided about it.
    pub async fn decided(&self, finding: i64) -> Result<Option<(Said, Decisions)>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let known = record::read(&mut tx, &[finding]).await?.remove(&finding);
        Ok(known.map(|known| (known.said, known.decisions)))
    }

    /// When the next shift of the kind that observes begins: one that is written down, else a day after the last began.
    pub async fn next_shift(&self, now: Instant) -> Result<Option<Instant>, StoreError> {
        let begins = sqlx::query_scalar!(
            "select coalesce(
                (select min(coalesce(start_at, planned_start)) from shift
                    where kind = 'SCIOPS' and coalesce(start_at, planned_start) > $1),
                (select max(start_at) from shift where kind = 'SCIOPS' and start_at <= $1) + interval '1 day'
            )",
            DateTime::<Utc>::from(now),
        )
        .fetch_one(&self.pool)
        .await?;
        let begins = begins.and_then(|begins| Instant::try_from(begins).ok());
        // A log that ends long ago has no next shift: a day from now is as good.
        Ok(begins.filter(|&begins| begins > now))
    }

    /// The findings around one: its parts, what it is made of or stands in, and the gaps it could be merged with.
    pub async fn relatives(&self, finding: i64) -> Result<Vec<Relative>, StoreError> {
        let rows = sqlx::query!(
            r#"
            with f as materialized (
                select id, part_of, merged_into, merge_of, cut_at, shift_id, family, class, start_at, end_at,
                    state = 'Open' and shown_state not in ('Split', 'Merged') as stands
                from finding
                where id = $1
            )
            select 'Part of' as "relation!", f.part_of as "id!" from f where f.part_of is not null
            union all
            select 'Part', p.id from f join finding p on p.part_of = f.id where f.cut_at is not null
            union all
            select 'Merged into', f.merged_into from f
            where f.merged_into is not null and f.merged_into is distinct from f.part_of
            union all
            select 'Covers', unnest(f.merge_of) from f where f.stands
            union all
            select case when n.end_at = f.start_at then 'Before' else 'After' end, n.id
            from f
            join finding n on n.shift_id = f.shift_id and n.family = f.family and n.id <> f.id
            where f.stands and f.class = 'GAP' and n.class = 'GAP' and f.start_at < f.end_at and n.start_at < n.end_at
                and n.state = 'Open' and n.shown_state not in ('Split', 'Merged')
                and (n.end_at = f.start_at or n.start_at = f.end_at)
            "#,
            finding,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut relatives = Vec::with_capacity(rows.len());
        for row in rows {
            let relation = row.relation.parse().map_err(record::corrupt("finding", row.id))?;
            relatives.extend(self.finding(row.id).await?.map(|row| Relative { relation, row }));
        }
        relatives.sort_by_key(|relative| (relative.relation, relative.row.span.map(|span| span.start())));
        Ok(relatives)
    }

    /// Reopens the findings whose snooze is over. Two servers may ask at once: each finding wakes once.
    pub async fn wake(&self, now: Instant) -> Result<i64, StoreError> {
        let now = DateTime::<Utc>::from(now);
        let due = "select exists (select from finding where snoozed_until <= $1)";
        // Asked every minute and almost always answered no: without taking a number, so that nobody waits.
        if !sqlx::query_scalar::<_, bool>(due).bind(now).fetch_one(&self.pool).await? {
            return Ok(0);
        }
        let mut tx = self.pool.begin().await?;
        let seq = clock::next(&mut tx).await?;
        let due = sqlx::query_scalar!("select id from finding where snoozed_until <= $1 order by id", now)
            .fetch_all(&mut *tx)
            .await?;
        let known = record::read(&mut tx, &due).await?;
        let deltas: Vec<_> = due
            .iter()
            .filter_map(|id| known.get(id))
            .filter(|finding| finding.decisions.state == Some(State::Snoozed))
            .map(|finding| {
                let mut awake = finding.decisions.clone();
                awake.set_state(None);
                (finding.id, Delta::between(&finding.decisions, &awake))
            })
            .collect();
        if deltas.is_empty() {
            return Ok(0);
        }
        let n = n_of(deltas.len());
        Record { n_changed: n, ..Record::new(SNOOZE, "wake", "Snooze over", seq) }.write(&mut tx, &deltas).await?;
        clock::tell(&mut tx, seq).await?;
        tx.commit().await?;
        Ok(n)
    }
}

/// What others changed of the targets since their authors looked, oldest first; nothing for those that are up to date. Standing
/// rules are no others: a person's word outranks them.
async fn since(
    tx: &mut Transaction<'static, Postgres>,
    author: &str,
    targets: &[Target],
    known: &HashMap<i64, Known>,
) -> Result<HashMap<i64, Vec<Since>>, StoreError> {
    let stale = targets.iter().filter_map(|target| {
        let version = target.row_version?;
        known.get(&target.finding).filter(|finding| finding.row_version > version).map(|finding| (finding.id, version))
    });
    let (ids, versions): (Vec<i64>, Vec<i64>) = stale.unzip();
    let mut since: HashMap<i64, Vec<Since>> = HashMap::new();
    if ids.is_empty() {
        return Ok(since);
    }
    let rows = sqlx::query!(
        r#"
        select e.finding_id, e.at, a.author, e.after as "after!"
        from unnest($1::bigint[], $2::bigint[]) as stale (id, version)
        join finding_event e on e.finding_id = stale.id and e.row_version > stale.version
        join action a on a.id = e.action_id
        where e.what = 'changed' and a.author <> $3 and a.rule is null
        order by e.id
        "#,
        &ids,
        &versions,
        author,
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let at = Instant::try_from(row.at).map_err(record::corrupt("finding_event", row.finding_id))?;
        let columns = row.after.as_object().into_iter().flat_map(|after| after.keys());
        for field in fields_of(columns) {
            since.entry(row.finding_id).or_default().push(Since { field, by: row.author.clone(), at });
        }
    }
    Ok(since)
}

/// A count as the database and the answer take it.
fn n_of(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
