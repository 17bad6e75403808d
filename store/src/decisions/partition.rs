//! Splitting a finding and merging two, and keeping parts and merges in step with what they are made of.
//!
//! A part and a merge are rows of `finding` whose keys name the rows they are made of: `part|12|1`, `merge|12|13`. No key that
//! the log gives has fewer than three bars. They come to be hidden, a part as merged into its whole and a merge as split into
//! its two, and the action then turns both around; so undoing it is like undoing anything else, and splitting again finds the
//! same two parts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::findings::FindingType;
use domain::time::Instant;
use domain::triage::State;
use domain::triage::decision::undo::Delta;
use domain::triage::decision::{ActionDone, Change, Collision, Decisions, Edit, Field, Since, Target};
use domain::triage::partition::{self, CannotPartition, Covers, Part, Standing, can_merge, can_split};
use sqlx::{Postgres, Transaction};

use super::record::{self, Known, MadeOf, Record};
use super::{ActionError, since};
use crate::{Store, StoreError, clock};

/// Who takes a merge apart when the log moved its two away from each other.
const DETECTION: &str = "detection";

impl Store {
    /// Splits a finding at an instant strictly inside it into two parts that add up to it. A part without a type has that of
    /// the whole; what else was decided about the whole, except its state, is decided about both.
    pub async fn split(
        &self,
        author: &str,
        target: Target,
        cut: Instant,
        kinds: [Option<FindingType>; 2],
    ) -> Result<ActionDone, ActionError> {
        let mut tx = self.pool.begin().await?;
        let seq = clock::next(&mut tx).await?;
        let whole = one(&mut tx, author, target).await?;
        can_split(whole.standing(), whole.state(), cut).map_err(|why| ActionError::CannotPartition(whole.id, why))?;

        let sentence = format!("Split at {}", cut.for_people());
        let action = Record { n_changed: 3, ..Record::new(author, "split", &sentence, seq) }.begin(&mut tx).await?;
        let mut decisions = whole.decisions.clone();
        decisions.set_state(Some(State::Split));
        decisions.cut_at = Some(cut);
        let mut deltas = vec![(whole.id, Delta::between(&whole.decisions, &decisions))];
        for (number, kind) in (1..).zip(kinds) {
            let part = born(&mut tx, action, seq, &Made::Part { of: whole.id, number }).await?;
            deltas.push((part.id, Delta::between(&part.decisions, &inherited(&whole, kind))));
        }
        record::write(&mut tx, action, seq, &deltas).await?;
        follow(&mut tx, seq).await?;
        clock::tell(&mut tx, seq).await?;
        tx.commit().await?;
        Ok(ActionDone { action: Some(action), sentence, seq, n_changed: 3, ..ActionDone::default() })
    }

    /// Merges two gaps of one shift and family that touch into one that covers both. Without a type it has that of the
    /// earlier one, and what was decided about that one except its state.
    pub async fn merge(
        &self,
        author: &str,
        targets: [Target; 2],
        kind: Option<FindingType>,
    ) -> Result<ActionDone, ActionError> {
        let mut tx = self.pool.begin().await?;
        let seq = clock::next(&mut tx).await?;
        let (a, b) = (one(&mut tx, author, targets[0]).await?, one(&mut tx, author, targets[1]).await?);
        let start = |finding: &Known| finding.span.map(|span| span.start());
        let (a, b) = if start(&b) < start(&a) { (b, a) } else { (a, b) };
        can_merge(&a.neighbour(), &b.neighbour()).map_err(|why| ActionError::CannotPartition(b.id, why))?;

        let sentence = format!("Merged {} and {}", a.id, b.id);
        let action = Record { n_changed: 3, ..Record::new(author, "merge", &sentence, seq) }.begin(&mut tx).await?;
        let merge = born(&mut tx, action, seq, &Made::Merge { of: [a.id, b.id] }).await?;
        let mut deltas = vec![(merge.id, Delta::between(&merge.decisions, &inherited(&a, kind)))];
        for member in [&a, &b] {
            let mut decisions = member.decisions.clone();
            decisions.set_state(Some(State::Merged));
            decisions.merged_into = Some(merge.id);
            deltas.push((member.id, Delta::between(&member.decisions, &decisions)));
        }
        record::write(&mut tx, action, seq, &deltas).await?;
        follow(&mut tx, seq).await?;
        clock::tell(&mut tx, seq).await?;
        tx.commit().await?;
        Ok(ActionDone { action: Some(action), sentence, seq, n_changed: 3, ..ActionDone::default() })
    }

    /// The number of the finding that an action made or brought back: the first part, or the merge.
    pub async fn outcome_of(&self, action: i64) -> Result<Option<i64>, StoreError> {
        let id = sqlx::query_scalar!(
            "select f.id
            from finding_event e join finding f on f.id = e.finding_id
            where e.action_id = $1 and e.what = 'changed' and (f.part_of is not null or f.merge_of is not null)
                and f.shown_state not in ('Split', 'Merged')
            order by f.start_at, f.id
            limit 1",
            action,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(id)
    }
}

/// The target as it is now, unless somebody else decided its state since its author looked.
async fn one(tx: &mut Transaction<'static, Postgres>, author: &str, target: Target) -> Result<Known, ActionError> {
    let known = record::read(tx, &[target.finding]).await?;
    let since = since(tx, author, &[target], &known).await?;
    let finding = known.get(&target.finding).ok_or(ActionError::NoSuchFinding(target.finding))?;
    let meanwhile = since.get(&finding.id).into_iter().flatten().filter(|since| since.field == Field::State);
    let collisions: Vec<Collision> = meanwhile
        .map(|Since { field, by, at }| Collision {
            finding: finding.id,
            field: *field,
            theirs: field.words(&finding.said, &finding.decisions),
            mine: "Open".to_owned(),
            by: by.clone(),
            at: *at,
        })
        .collect();
    if collisions.is_empty() { Ok(finding.clone()) } else { Err(ActionError::Collides(collisions)) }
}

/// What is decided about a part or a merge: what was decided about the one it comes from, but its state, and its own type.
fn inherited(from: &Known, kind: Option<FindingType>) -> Decisions {
    let mut decisions = from.decisions.clone();
    decisions.set_state(None);
    match kind {
        // Giving a type cannot be refused: nothing stands for a finding without a state.
        Some(kind) => Change::from(Edit::Type(Some(kind)))
            .on(&from.said, &decisions, &[])
            .map_or(decisions, |outcome| outcome.decisions),
        None => decisions,
    }
}

/// A finding that no log says.
enum Made {
    Part { of: i64, number: i16 },
    Merge { of: [i64; 2] },
}

/// The part or merge of that name, hidden; made now if it never was.
async fn born(
    tx: &mut Transaction<'static, Postgres>,
    action: i64,
    seq: i64,
    made: &Made,
) -> Result<Known, ActionError> {
    let (key, from, part_of, part, merge_of) = match made {
        Made::Part { of, number } => (format!("part|{of}|{number}"), *of, Some(*of), Some(*number), None),
        Made::Merge { of: [a, b] } => (format!("merge|{a}|{b}"), *a, None, None, Some(vec![*a, *b])),
    };
    let hidden = if part_of.is_some() { State::Merged } else { State::Split };
    // The facts of a merge are those of both.
    sqlx::query!(
        "with born as (
            insert into finding (key, type, family, shift_id, ids, class, priority, start_at, end_at, tags, comment,
                decided_state, merged_into, part_of, part, merge_of, change_seq)
            select $1, f.type, f.family, f.shift_id,
                f.ids || coalesce((select ids from finding other where other.id = $7), '{}'),
                f.class, f.priority, f.start_at, f.end_at, f.tags, f.comment, $3, $4, $4, $5, $6, $8
            from finding f
            where f.id = $2
            on conflict (key) do nothing
            returning *
        )
        insert into finding_event (finding_id, action_id, what, before, after, row_version)
        select id, $9, 'made', null, jsonb_build_object(
                'key', key, 'type', type, 'family', family, 'shift_id', shift_id, 'start', start_at, 'end', end_at,
                'class', class, 'priority', priority, 'tags', tags, 'comment', comment,
                'decided_state', decided_state, 'merged_into', merged_into
            ), 1
        from born",
        key,
        from,
        hidden.label(),
        part_of,
        part,
        merge_of.as_deref(),
        merge_of.as_ref().and_then(|of| of.last().copied()),
        seq,
        action,
    )
    .execute(&mut **tx)
    .await?;
    let id = sqlx::query_scalar!("select id from finding where key = $1", key).fetch_one(&mut **tx).await?;
    record::read(tx, &[id]).await?.remove(&id).ok_or(ActionError::NoSuchFinding(id))
}

/// Whether merges that an undo brought back still hold: their two have to touch. The error undoes the undo.
pub(super) async fn check_merges(tx: &mut Transaction<'static, Postgres>, changed: &[i64]) -> Result<(), ActionError> {
    let all: HashMap<i64, Known> =
        record::read_derived(tx).await?.into_iter().map(|finding| (finding.id, finding)).collect();
    for finding in changed.iter().filter_map(|id| all.get(id)) {
        if let Some(MadeOf::MergeOf(a, b)) = finding.made_of
            && let (Some(a), Some(b)) = (all.get(&a), all.get(&b))
            && is_live(finding, &all)
            && partition::merge(a.standing(), b.standing()) == Covers::Apart
        {
            return Err(ActionError::CannotPartition(b.id, CannotPartition::DoNotTouch));
        }
    }
    Ok(())
}

/// Whether what it is made of is hidden behind it now.
fn is_live(finding: &Known, all: &HashMap<i64, Known>) -> bool {
    match finding.made_of {
        None => true,
        Some(MadeOf::PartOf(whole, _)) => all.get(&whole).is_some_and(|whole| whole.decisions.cut_at.is_some()),
        Some(MadeOf::MergeOf(a, b)) => [a, b]
            .iter()
            .all(|member| all.get(member).is_some_and(|member| member.decisions.merged_into == Some(finding.id))),
    }
}

/// Brings parts and merges in step with what they are made of: their times follow, a part left empty and a merge of nothing are
/// resolved by the log, and a merge whose two were moved apart comes apart.
pub(crate) async fn follow(tx: &mut Transaction<'static, Postgres>, seq: i64) -> Result<(), StoreError> {
    let derived = record::read_derived(tx).await?;
    if derived.is_empty() {
        return Ok(());
    }
    let order: Vec<i64> = derived.iter().map(|finding| finding.id).collect();
    let mut all: HashMap<i64, Known> = derived.into_iter().map(|finding| (finding.id, finding)).collect();
    let (mut moved, mut apart) = (Vec::new(), Vec::new());
    for id in order {
        let Some(finding) = all.get(&id).cloned() else { continue };
        if !is_live(&finding, &all) {
            continue;
        }
        let (from, standing) = match finding.made_of {
            None => continue,
            Some(MadeOf::PartOf(whole, which)) => match all.get(&whole) {
                Some(whole) => (whole, part_of(whole, which)),
                None => continue,
            },
            Some(MadeOf::MergeOf(a, b)) => match (all.get(&a), all.get(&b)) {
                (Some(a), Some(b)) => match partition::merge(a.standing(), b.standing()) {
                    Covers::This(standing) => (a, standing),
                    Covers::Apart => {
                        apart.push([id, a.id, b.id]);
                        (a, Standing { open: false, ..finding.standing() })
                    }
                },
                _ => continue,
            },
        };
        let mut now = finding.clone();
        now.said = from.said.clone();
        now.said.kind = finding.said.kind;
        now.said.state = if standing.open { State::Open } else { State::ResolvedByTheLog };
        now.span = standing.span;
        if now.said != finding.said || now.span != finding.span {
            moved.push(id);
        }
        if apart.last().is_some_and(|[merge, ..]| *merge == id) {
            // What it covered stands for itself from here on, also for what is made of that.
            for member in apart.last().into_iter().flatten().skip(1) {
                if let Some(member) = all.get_mut(member) {
                    member.decisions.set_state(None);
                }
            }
        }
        all.insert(id, now);
    }
    take_apart(tx, seq, &apart).await?;
    write(tx, seq, moved.iter().filter_map(|id| all.get(id))).await
}

fn part_of(whole: &Known, which: Part) -> Standing {
    match whole.decisions.cut_at {
        Some(cut) => partition::part(whole.standing(), cut, which),
        None => whole.standing(),
    }
}

/// The members of these merges stand for themselves again.
async fn take_apart(tx: &mut Transaction<'static, Postgres>, seq: i64, apart: &[[i64; 3]]) -> Result<(), StoreError> {
    if apart.is_empty() {
        return Ok(());
    }
    let known = record::read(tx, apart.as_flattened()).await?;
    let mut deltas = Vec::new();
    for merge in apart {
        for (id, state) in merge.iter().zip([Some(State::Split), None, None]) {
            let Some(finding) = known.get(id).filter(|finding| finding.decisions.state != state) else { continue };
            let mut decisions = finding.decisions.clone();
            decisions.set_state(state);
            deltas.push((*id, Delta::between(&finding.decisions, &decisions)));
        }
    }
    let sentence = "Came apart: the log moved them away from each other";
    let n_changed = super::n_of(deltas.len());
    Record { n_changed, ..Record::new(DETECTION, "part", sentence, seq) }.write(tx, &deltas).await?;
    Ok(())
}

/// Writes what the log says of parts and merges now, with an event each, as detection does for what it finds.
async fn write<'a>(
    tx: &mut Transaction<'static, Postgres>,
    seq: i64,
    findings: impl Iterator<Item = &'a Known> + Clone,
) -> Result<(), StoreError> {
    let texts = |text: fn(&Known) -> String| findings.clone().map(text).collect::<Vec<_>>();
    let times = |time: fn(domain::time::Span) -> Instant| {
        findings.clone().map(|finding| finding.span.map(|span| DateTime::from(time(span)))).collect::<Vec<_>>()
    };
    let ids: Vec<i64> = findings.clone().map(|finding| finding.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with said as materialized (
            select said.*, jsonb_build_object(
                'start', start_at, 'end', end_at, 'class', class, 'priority', priority, 'tags', tags, 'comment', comment
            ) as says
            from unnest(
                $1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]
            ) as said (id, start_at, end_at, class, priority, tags, comment, state)
        ), was as materialized (
            select id, state, jsonb_build_object(
                'start', start_at, 'end', end_at, 'class', class, 'priority', priority, 'tags', tags, 'comment', comment
            ) as says
            from finding
            where id = any($1)
        ), updated as (
            update finding
            set start_at = said.start_at, end_at = said.end_at, class = said.class, priority = said.priority,
                tags = said.tags, comment = said.comment, state = said.state,
                last_changed = now(), row_version = row_version + 1, change_seq = $9
            from said
            where finding.id = said.id
            returning finding.id, finding.row_version
        )
        insert into finding_event (finding_id, what, before, after, row_version)
        select id,
            case
                when said.state <> 'Open' and was.state = 'Open' then 'resolved'
                when said.state = 'Open' and was.state <> 'Open' then 'reopened'
                else 'moved'
            end,
            was.says,
            case when said.state = 'Open' or was.state <> 'Open' then said.says end,
            row_version
        from updated join said using (id) join was using (id)",
        &ids,
        &times(|span| span.start()) as &[Option<DateTime<Utc>>],
        &times(|span| span.end()) as &[Option<DateTime<Utc>>],
        &texts(|finding| finding.said.class.to_string()),
        &texts(|finding| finding.said.priority.to_string()),
        &texts(|finding| finding.said.tags.clone()),
        &texts(|finding| finding.said.comment.clone()),
        &texts(|finding| finding.said.state.to_string()),
        seq,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
