//! What standing rules do to findings: to those that a detection found new or changed, and to all that are there when a person
//! says so. What a rule does is an action with the rule as its author, and can be undone like any.

use std::collections::{BTreeSet, HashMap};

use domain::triage::FindingRow;
use domain::triage::decision::held::{Held, Turn};
use domain::triage::decision::undo::Delta;
use domain::triage::decision::{ActionDone, Field};
use domain::triage::standing_rule::StandingRule;
use domain::triage::standing_rule::dry_run::DryRun;
use domain::triage::standing_rule::ruling::{Step, Subject, rule_on};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};

use super::n_of;
use super::record::{self, Record, corrupt};
use crate::triage::Row;
use crate::{Store, StoreError, standing_rules};

/// How many findings are in memory with their past at a time.
const FINDINGS_AT_ONCE: usize = 4_096;

/// The kind of the actions of rules.
const RULE: &str = "rule";

/// What one rule would do to all findings, and how to do it.
pub(crate) struct OverHistory {
    /// What it would change.
    pub(crate) dry: DryRun,
    deltas: Vec<(i64, Delta)>,
    does: Does,
}

/// What the changes of one action are.
#[derive(Clone, Copy, Debug, Default)]
struct Does {
    give: bool,
    take_back: bool,
}

impl OverHistory {
    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.deltas.is_empty()
    }

    /// Does it, in one action.
    pub(crate) async fn write(
        &self,
        tx: &mut Transaction<'static, Postgres>,
        rule: &StandingRule,
        seq: i64,
    ) -> Result<ActionDone, StoreError> {
        let (action, sentence) = act_by(tx, rule, seq, &self.deltas, self.does).await?;
        Ok(ActionDone {
            action: Some(action),
            sentence,
            seq,
            n_changed: n_of(self.deltas.len()),
            ..ActionDone::default()
        })
    }
}

impl Store {
    /// The fields of a finding that show what a rule gave, each with the rule's number and name.
    pub async fn ruled(&self, finding: i64) -> Result<Vec<(Field, i64, String)>, StoreError> {
        let past = turns(&mut *self.pool.acquire().await?, &[finding]).await?.remove(&finding).unwrap_or_default();
        // Of most findings no rule has ever said anything.
        if past.iter().all(|turn| turn.rule.is_none()) {
            return Ok(Vec::new());
        }
        let mut tx = self.pool.begin().await?;
        let Some(known) = record::read(&mut tx, &[finding]).await?.remove(&finding) else { return Ok(Vec::new()) };
        let shown = Held::of(&past).shown_rules(&known.said, &known.decisions);
        let ids: Vec<i64> = shown.iter().map(|(_, rule)| *rule).collect();
        let names =
            sqlx::query!("select id, name from standing_rule where id = any($1)", &ids).fetch_all(&mut *tx).await?;
        let name = |id: i64| names.iter().find(|row| row.id == id).map(|row| row.name.clone()).unwrap_or_default();
        Ok(shown.into_iter().map(|(field, rule)| (field, rule, name(rule))).collect())
    }
}

/// Asks the rules that are on about what this change of the log found new or changed; how many findings they changed.
pub(crate) async fn ask_rules(tx: &mut Transaction<'static, Postgres>, seq: i64) -> Result<i64, StoreError> {
    let rules = standing_rules::on(tx).await?;
    if rules.is_empty() {
        return Ok(0);
    }
    let changed = sqlx::query_scalar!(
        "select id from finding
        where change_seq = $1 and state = 'Open' and shown_state not in ('Split', 'Merged')
        order by id",
        seq,
    )
    .fetch_all(&mut **tx)
    .await?;
    // Of each rule what it gives, and what it takes back: two actions, so that each says what it does.
    let mut deltas: HashMap<(i64, bool), Vec<(i64, Delta)>> = HashMap::new();
    let mut n_changed = 0;
    for ids in changed.chunks(FINDINGS_AT_ONCE) {
        let subjects = subjects(tx, ids).await?;
        for (subject, ruling) in subjects.iter().zip(rule_on(&rules, &BTreeSet::new(), &subjects)) {
            n_changed += i64::from(!ruling.steps.is_empty());
            let mut before = &subject.decisions;
            for Step { rule, gives, decisions } in &ruling.steps {
                let delta = Delta::between(before, decisions);
                deltas.entry((*rule, *gives)).or_default().push((subject.row.id, delta));
                before = decisions;
            }
        }
    }
    for rule in &rules {
        for gives in [false, true] {
            if let Some(deltas) = deltas.get(&(rule.id, gives)) {
                act_by(tx, rule, seq, deltas, Does { give: gives, take_back: !gives }).await?;
            }
        }
    }
    Ok(n_changed)
}

/// The findings that a rule has to be asked about: the candidates of a moment, what changed since, and whatever shows what a
/// rule gave, since no rule's condition sees what it gave itself.
pub(crate) async fn touched(
    tx: &mut Transaction<'static, Postgres>,
    candidates: Vec<i64>,
    since: i64,
) -> Result<Vec<i64>, StoreError> {
    let more = sqlx::query_scalar!(
        r#"
        select id as "id!" from finding where change_seq > $1
        union
        select e.finding_id from action a join finding_event e on e.action_id = a.id where a.rule is not null
        order by 1 desc
        "#,
        since,
    )
    .fetch_all(&mut **tx)
    .await?;
    let known: std::collections::HashSet<i64> = candidates.iter().copied().collect();
    let more = more.into_iter().filter(|id| !known.contains(id));
    Ok(candidates.iter().copied().chain(more).collect())
}

/// What one rule does to these findings, those that come later in the order being left as they are.
pub(crate) async fn over_history(
    tx: &mut Transaction<'static, Postgres>,
    rule: &StandingRule,
    later: &BTreeSet<i64>,
    findings: &[i64],
) -> Result<OverHistory, StoreError> {
    let mut over = OverHistory { dry: DryRun::default(), deltas: Vec::new(), does: Does::default() };
    for ids in findings.chunks(FINDINGS_AT_ONCE) {
        let subjects = subjects(tx, ids).await?;
        for (subject, ruling) in subjects.iter().zip(rule_on(std::slice::from_ref(rule), later, &subjects)) {
            over.dry.add(rule.id, subject, &ruling);
            for Step { gives, decisions, .. } in &ruling.steps {
                over.deltas.push((subject.row.id, Delta::between(&subject.decisions, decisions)));
                over.does.give |= gives;
                over.does.take_back |= !gives;
            }
        }
    }
    Ok(over)
}

async fn act_by(
    tx: &mut Transaction<'static, Postgres>,
    rule: &StandingRule,
    seq: i64,
    deltas: &[(i64, Delta)],
    does: Does,
) -> Result<(i64, String), StoreError> {
    // No account has a blank in its name.
    let author = format!("rule {}", rule.name);
    let gives = rule.gives.sentence();
    let sentence = match does {
        Does { give: true, take_back: false } => gives,
        Does { give: true, take_back: true } => format!("{gives}; taken back where it no longer holds"),
        Does { give: false, .. } => format!("Taken back, it no longer holds: {gives}"),
    };
    let record =
        Record { rule: Some(rule.id), n_changed: n_of(deltas.len()), ..Record::new(&author, RULE, &sentence, seq) };
    Ok((record.write(tx, deltas).await?, sentence))
}

/// The findings of these numbers as rules are asked about them, in that order.
async fn subjects(tx: &mut Transaction<'static, Postgres>, ids: &[i64]) -> Result<Vec<Subject>, StoreError> {
    let mut known = record::read(tx, ids).await?;
    let mut pasts = turns(tx, ids).await?;
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
    .fetch_all(&mut **tx)
    .await?;
    let mut subjects = Vec::with_capacity(rows.len());
    for row in rows {
        let row = FindingRow::try_from(row)?;
        if let Some(known) = known.remove(&row.id) {
            let held = Held::of(&pasts.remove(&row.id).unwrap_or_default());
            subjects.push(Subject { row, said: known.said, decisions: known.decisions, held });
        }
    }
    Ok(subjects)
}

/// What was decided about these findings and taken back, oldest first.
pub(crate) async fn turns(db: &mut PgConnection, findings: &[i64]) -> Result<HashMap<i64, Vec<Turn>>, StoreError> {
    let rows = sqlx::query!(
        r#"select e.id, e.finding_id, e.before, e.after as "after!", a.id as "action?", a.undoes, a.rule
        from finding_event e left join action a on a.id = e.action_id
        where e.finding_id = any($1) and (e.what = 'changed' or e.after ? 'tags')
        order by e.id"#,
        findings,
    )
    .fetch_all(db)
    .await?;
    let side = |id: i64, value: Value| match value {
        Value::Object(columns) => Ok(columns),
        _ => Err(corrupt("finding_event", id)("not an object")),
    };
    let mut pasts: HashMap<i64, (Vec<Turn>, String)> = HashMap::new();
    for row in rows {
        let (turns, said_tags) = pasts.entry(row.finding_id).or_default();
        // What the log says, and what a part or a merge begins with.
        if let Some(tags) = row.after.get("tags").and_then(Value::as_str) {
            tags.clone_into(said_tags);
            continue;
        }
        if let (Some(action), Some(before)) = (row.action, row.before) {
            let delta = Delta { before: side(row.id, before)?, after: side(row.id, row.after)? };
            let said_tags = said_tags.clone();
            turns.push(Turn { action, undoes: row.undoes, rule: row.rule, delta, said_tags });
        }
    }
    Ok(pasts.into_iter().map(|(finding, (turns, _))| (finding, turns)).collect())
}
