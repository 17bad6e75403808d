//! Standing rules as people keep them: made, changed, switched, put in order and deleted, each with its history. What they do to
//! findings is told in `decisions/ruling.rs`.
//!
//! Who changes a rule waits at the clock of changes like who changes a finding: a detection works with the rules as they were
//! when it began, and the next one with what was saved meanwhile.

use chrono::{DateTime, Utc};
use domain::time::Instant;
use domain::triage::decision::ActionDone;
use domain::triage::history::Deed;
use domain::triage::standing_rule::dry_run::DryRun;
use domain::triage::standing_rule::{Gift, StandingRule};
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use crate::accounts::of_label;
use crate::decisions::{over_history, touched};
use crate::{Store, StoreError, clock};

/// A rule as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRule {
    /// What it says.
    pub rule: StandingRule,
    /// Which it is in the order in which rules are asked, from 1; the place it had, if it is deleted.
    pub place: i64,
    /// Whether it is asked.
    pub is_on: bool,
    /// Whether somebody deleted it. What it gave stays, and so does its history.
    pub deleted: bool,
    /// Who made it.
    pub author: String,
    /// When.
    pub made_at: Instant,
    /// Its version: an edit names it.
    pub version: i64,
    /// How many findings it has ever changed.
    pub n_findings: i64,
}

/// How far a rule that is saved reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Findings that detection finds new or changed from now on.
    FromNowOn,
    /// All findings, now.
    History {
        /// How many values its author was shown to change: when there are more or fewer by now, nothing is saved.
        n_values: i64,
    },
}

/// One line of a rule's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleEvent {
    /// When.
    pub at: Instant,
    /// Who.
    pub author: String,
    /// `made`, `changed`, `switched on`, `switched off`, `moved`, `deleted`.
    pub what: String,
    /// What changed, as it was: `condition type:other, priority Low`.
    pub before: String,
    /// The same, as it is since.
    pub after: String,
}

/// Why a rule was not saved. The sentence is for its author.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such rule, or it is deleted.
    #[error("there is no standing rule {0}")]
    Absent(i64),
    /// Somebody else changed it meanwhile.
    #[error("somebody changed this rule meanwhile")]
    Changed,
    /// Another rule has this name.
    #[error("there is a rule of this name")]
    NameTaken,
    /// A rule that is off changes nothing.
    #[error("it is switched off, so it cannot be applied")]
    IsOff,
    /// The findings are others by now than those its author saw.
    #[error("it would change {now} values by now, the page showed {shown}; look again")]
    OtherCount {
        /// What the author saw.
        shown: i64,
        /// What it would be now.
        now: i64,
    },
}

impl From<sqlx::Error> for RuleError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) if refusal.constraint() == Some("standing_rule_name") => Self::NameTaken,
            _ => Self::Store(error.into()),
        }
    }
}

impl Store {
    /// The rules that are not deleted, in the order in which they are asked.
    pub async fn standing_rules(&self) -> Result<Vec<KeptRule>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let mut rules = kept(&mut tx).await?;
        rules.retain(|rule| !rule.deleted);
        Ok(rules)
    }

    /// One rule, also when it is deleted.
    pub async fn standing_rule(&self, id: i64) -> Result<Option<KeptRule>, StoreError> {
        let mut tx = self.pool.begin().await?;
        Ok(kept(&mut tx).await?.into_iter().find(|rule| rule.rule.id == id))
    }

    /// What a rule would change of all findings, and changes nothing. One with the number of a kept rule is asked in its place,
    /// a new one after all others; one that is off is asked as if it were on.
    pub async fn dry_run(&self, rule: &StandingRule) -> Result<DryRun, StoreError> {
        let (candidates, seq) = self.candidates(rule).await?;
        let mut tx = self.pool.begin_with("begin isolation level repeatable read read only").await?;
        let later = on_after(&kept(&mut tx).await?, rule.id);
        let ids = touched(&mut tx, candidates, seq).await?;
        Ok(over_history(&mut tx, rule, &later, &ids).await?.dry)
    }

    /// Makes a rule, the last in the order. Its number, and what it did to the findings that are there.
    pub async fn make_rule(
        &self,
        author: &str,
        rule: &StandingRule,
        reach: Reach,
        now: Instant,
    ) -> Result<(i64, Option<ActionDone>), RuleError> {
        let candidates = self.candidates_of(rule, reach).await?;
        let mut tx = self.begin_edit().await?;
        let gives = Columns::of(rule);
        let id = sqlx::query_scalar!(
            "insert into standing_rule
                (name, condition, gives_type, gives_priority, gives_tag, gives_assignee, place, author, made_at)
            values ($1, $2, $3, $4, $5, $6, (select coalesce(max(place), 0) + 1 from standing_rule), $7, $8)
            returning id",
            rule.name.as_str(),
            rule.condition.to_string(),
            gives.kind,
            gives.priority as _,
            gives.tag,
            gives.assignee,
            author,
            DateTime::<Utc>::from(now),
        )
        .fetch_one(&mut *tx)
        .await?;
        remember(&mut tx, id, "made", None, Some(says(rule)), author, now).await?;
        let rule = StandingRule { id, ..rule.clone() };
        let done = apply(&mut tx, &rule, reach, candidates).await?;
        tx.commit().await?;
        Ok((id, done))
    }

    /// Changes what a rule says, if it still has this version. What it did to the findings that are there: where the new
    /// condition no longer holds, it takes back what it gave.
    pub async fn change_rule(
        &self,
        author: &str,
        rule: &StandingRule,
        version: i64,
        reach: Reach,
        now: Instant,
    ) -> Result<Option<ActionDone>, RuleError> {
        let candidates = self.candidates_of(rule, reach).await?;
        let mut tx = self.begin_edit().await?;
        let was = current(&mut tx, rule.id, version).await?;
        if !was.is_on && reach != Reach::FromNowOn {
            return Err(RuleError::IsOff);
        }
        let (before, after) = differing(says(&was.rule), says(rule));
        if before != after {
            let gives = Columns::of(rule);
            sqlx::query!(
                "update standing_rule
                set name = $2, condition = $3, gives_type = $4, gives_priority = $5, gives_tag = $6, gives_assignee = $7,
                    version = version + 1
                where id = $1",
                rule.id,
                rule.name.as_str(),
                rule.condition.to_string(),
                gives.kind,
                gives.priority as _,
                gives.tag,
                gives.assignee,
            )
            .execute(&mut *tx)
            .await?;
            remember(&mut tx, rule.id, "changed", Some(before), Some(after), author, now).await?;
        }
        let done = apply(&mut tx, rule, reach, candidates).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Switches a rule on or off, if it still has this version. What it gave stays either way.
    pub async fn switch_rule(
        &self,
        author: &str,
        id: i64,
        version: i64,
        on: bool,
        now: Instant,
    ) -> Result<(), RuleError> {
        let mut tx = self.begin_edit().await?;
        let was = current(&mut tx, id, version).await?;
        if was.is_on != on {
            sqlx::query!("update standing_rule set is_on = $2, version = version + 1 where id = $1", id, on)
                .execute(&mut *tx)
                .await?;
            let what = if on { "switched on" } else { "switched off" };
            remember(&mut tx, id, what, None, None, author, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Lets a rule change places with the one before or after it; at the end of the order nothing changes.
    pub async fn move_rule(&self, author: &str, id: i64, earlier: bool, now: Instant) -> Result<(), RuleError> {
        let mut tx = self.begin_edit().await?;
        let mut rules = kept(&mut tx).await?;
        rules.retain(|rule| !rule.deleted);
        let at = rules.iter().position(|rule| rule.rule.id == id).ok_or(RuleError::Absent(id))?;
        let other = if earlier { at.checked_sub(1) } else { Some(at + 1) };
        let Some((other, neighbour)) = other.and_then(|at| Some((at, rules.get(at)?))) else { return Ok(()) };
        sqlx::query!(
            "update standing_rule r
            set place = o.place
            from standing_rule o
            where r.id <> o.id and r.id = any($1) and o.id = any($1)",
            &[id, neighbour.rule.id],
        )
        .execute(&mut *tx)
        .await?;
        let place = |at: usize| Some(json!({ "place": at + 1 }));
        remember(&mut tx, id, "moved", place(at), place(other), author, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a rule, if it still has this version. What it gave stays, and the trail goes on naming it.
    pub async fn delete_rule(&self, author: &str, id: i64, version: i64, now: Instant) -> Result<(), RuleError> {
        let mut tx = self.begin_edit().await?;
        current(&mut tx, id, version).await?;
        sqlx::query!("update standing_rule set deleted = true, is_on = false, version = version + 1 where id = $1", id)
            .execute(&mut *tx)
            .await?;
        remember(&mut tx, id, "deleted", None, None, author, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What happened to a rule, oldest first.
    pub async fn rule_story(&self, id: i64) -> Result<Vec<RuleEvent>, StoreError> {
        let rows = sqlx::query!(
            "select id, at, author, what, before, after from standing_rule_event where rule = $1 order by id",
            id,
        )
        .fetch_all(&self.pool)
        .await?;
        let event = |event_id: i64, at: DateTime<Utc>, author, what, before: Option<Value>, after: Option<Value>| {
            let at = Instant::try_from(at).map_err(corrupt("standing_rule_event", event_id))?;
            Ok(RuleEvent { at, author, what, before: words(before.as_ref()), after: words(after.as_ref()) })
        };
        rows.into_iter().map(|row| event(row.id, row.at, row.author, row.what, row.before, row.after)).collect()
    }

    /// What a rule did, newest first, at most `limit` of it.
    pub async fn actions_of_rule(&self, id: i64, limit: i64) -> Result<Vec<Deed>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select id, at, sentence, n_changed, undone(id) as "undone!"
            from action
            where rule = $1
            order by id desc
            limit greatest($2::bigint, 0)
            "#,
            id,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let deed = |at: DateTime<Utc>, action, sentence, n_changed, undone| {
            let at = Instant::try_from(at).map_err(corrupt("action", action))?;
            Ok(Deed { action, at, sentence, n_changed, undone })
        };
        rows.into_iter().map(|row| deed(row.at, row.id, row.sentence, row.n_changed, row.undone)).collect()
    }

    /// The findings that a rule changed, those it changed last first: at most `limit` after the first `offset`.
    pub async fn findings_of_rule(&self, id: i64, offset: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
        let ids = sqlx::query_scalar!(
            r#"
            select e.finding_id
            from action a
            join finding_event e on e.action_id = a.id
            where a.rule = $1 and e.what = 'changed'
            group by e.finding_id
            order by max(e.id) desc
            offset greatest($2::bigint, 0)
            limit greatest($3::bigint, 0)
            "#,
            id,
            offset,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(ids)
    }

    /// Holds the rules until the transaction ends, and the findings as well: a rule may be applied to them.
    async fn begin_edit(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!("select seq from finding_clock for update").fetch_one(&mut *tx).await?;
        Ok(tx)
    }

    /// The findings that show what a rule asks for, those with the highest numbers first, as of which change.
    async fn candidates(&self, rule: &StandingRule) -> Result<(Vec<i64>, i64), StoreError> {
        self.asked_with_seq(|columns, seq| {
            let view = columns.view(rule.condition.filter(), &[], None);
            let places = view.rows(columns, 0, usize::MAX);
            let mut ids: Vec<i64> = places.into_iter().filter_map(|place| columns.id(place)).collect();
            ids.sort_unstable_by(|a, b| b.cmp(a));
            (ids, seq)
        })
        .await
    }

    async fn candidates_of(&self, rule: &StandingRule, reach: Reach) -> Result<(Vec<i64>, i64), StoreError> {
        match reach {
            Reach::FromNowOn => Ok((Vec::new(), i64::MAX)),
            Reach::History { .. } => self.candidates(rule).await,
        }
    }
}

/// Lets a rule that was just saved change the findings that are there, in one action.
async fn apply(
    tx: &mut Transaction<'static, Postgres>,
    rule: &StandingRule,
    reach: Reach,
    (candidates, seq): (Vec<i64>, i64),
) -> Result<Option<ActionDone>, RuleError> {
    let Reach::History { n_values } = reach else { return Ok(None) };
    let later = on_after(&kept(tx).await?, rule.id);
    let ids = touched(tx, candidates, seq).await?;
    let over = over_history(tx, rule, &later, &ids).await?;
    if over.dry.n_values != n_values {
        return Err(RuleError::OtherCount { shown: n_values, now: over.dry.n_values });
    }
    if over.is_empty() {
        return Ok(None);
    }
    let seq = clock::next(tx).await?;
    let done = over.write(tx, rule, seq).await?;
    clock::tell(tx, seq).await?;
    Ok(Some(done))
}

/// The rules that are on, in the order in which they are asked.
pub(crate) async fn on(tx: &mut Transaction<'static, Postgres>) -> Result<Vec<StandingRule>, StoreError> {
    let rows = sqlx::query_as!(
        RuleRow,
        "select id, name, condition, gives_type, gives_priority, gives_tag, gives_assignee
        from standing_rule
        where is_on
        order by place, id",
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(StandingRule::try_from).collect()
}

/// The rules that are on and come after one; all that is new comes last.
fn on_after(rules: &[KeptRule], id: i64) -> std::collections::BTreeSet<i64> {
    let after = rules.iter().skip_while(|kept| kept.rule.id != id).skip(1);
    after.filter(|kept| kept.is_on).map(|kept| kept.rule.id).collect()
}

/// Every rule, deleted ones among them, in the order in which they are asked.
async fn kept(tx: &mut Transaction<'static, Postgres>) -> Result<Vec<KeptRule>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select r.id, r.name, r.condition, r.gives_type, r.gives_priority, r.gives_tag, r.gives_assignee, r.is_on, r.deleted,
            r.author, r.made_at, r.version, count(*) filter (where not r.deleted) over (order by r.place, r.id) as "place!",
            (
                select count(distinct e.finding_id)
                from action a
                join finding_event e on e.action_id = a.id
                where a.rule = r.id
            ) as "n_findings!"
        from standing_rule r
        order by r.place, r.id
        "#,
    )
    .fetch_all(&mut **tx)
    .await?;
    let kept = rows.into_iter().map(|row| {
        let made_at = Instant::try_from(row.made_at).map_err(corrupt("standing_rule", row.id))?;
        let rule = RuleRow {
            id: row.id,
            name: row.name,
            condition: row.condition,
            gives_type: row.gives_type,
            gives_priority: row.gives_priority,
            gives_tag: row.gives_tag,
            gives_assignee: row.gives_assignee,
        };
        Ok(KeptRule {
            rule: rule.try_into()?,
            place: row.place,
            is_on: row.is_on,
            deleted: row.deleted,
            author: row.author,
            made_at,
            version: row.version,
            n_findings: row.n_findings,
        })
    });
    kept.collect()
}

/// A rule that is about to be changed, if it is there and as its author saw it.
async fn current(tx: &mut Transaction<'static, Postgres>, id: i64, version: i64) -> Result<KeptRule, RuleError> {
    let kept = kept(tx).await?.into_iter().find(|kept| kept.rule.id == id && !kept.deleted);
    let kept = kept.ok_or(RuleError::Absent(id))?;
    if kept.version == version { Ok(kept) } else { Err(RuleError::Changed) }
}

async fn remember(
    tx: &mut Transaction<'static, Postgres>,
    rule: i64,
    what: &str,
    before: Option<Value>,
    after: Option<Value>,
    author: &str,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into standing_rule_event (at, rule, author, what, before, after) values ($1, $2, $3, $4, $5, $6)",
        DateTime::<Utc>::from(now),
        rule,
        author,
        what,
        before,
        after,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a rule says, for its history.
fn says(rule: &StandingRule) -> Value {
    let gives = Columns::of(rule);
    json!({
        "name": rule.name.as_str(), "condition": rule.condition.to_string(),
        "type": gives.kind, "priority": gives.priority, "tag": gives.tag, "assignee": gives.assignee,
    })
}

/// Two sides of a change without what is the same on both.
fn differing(mut before: Value, mut after: Value) -> (Value, Value) {
    if let (Value::Object(before), Value::Object(after)) = (&mut before, &mut after) {
        let same: Vec<String> =
            before.iter().filter(|(key, value)| after.get(*key) == Some(value)).map(|(key, _)| key.clone()).collect();
        for key in same {
            before.remove(&key);
            after.remove(&key);
        }
    }
    (before, after)
}

/// One side of an event, in words.
fn words(says: Option<&Value>) -> String {
    let names = ["place", "name", "condition", "type", "priority", "tag", "assignee"];
    let told = names.iter().filter_map(|name| match says?.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(format!("{name} {text}")),
        other => Some(format!("{name} {other}")),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// What a rule gives, by column.
#[derive(Default)]
struct Columns<'a> {
    kind: Option<&'a str>,
    priority: Option<&'a str>,
    tag: Option<&'a str>,
    assignee: Option<&'a str>,
}

impl<'a> Columns<'a> {
    fn of(rule: &'a StandingRule) -> Self {
        let mut columns = Self::default();
        for gift in rule.gives.gifts() {
            let column = match gift {
                Gift::Type(_) => &mut columns.kind,
                Gift::Priority(_) => &mut columns.priority,
                Gift::Tag(_) => &mut columns.tag,
                Gift::Assignee(_) => &mut columns.assignee,
            };
            *column = Some(gift.value());
        }
        columns
    }
}

/// What a rule says, as the queries give it.
struct RuleRow {
    id: i64,
    name: String,
    condition: String,
    gives_type: Option<String>,
    gives_priority: Option<String>,
    gives_tag: Option<String>,
    gives_assignee: Option<String>,
}

impl TryFrom<RuleRow> for StandingRule {
    type Error = StoreError;
    fn try_from(row: RuleRow) -> Result<Self, StoreError> {
        let (id, key) = (row.id, row.id.to_string());
        let mut gifts = Vec::new();
        if let Some(kind) = row.gives_type {
            gifts.push(Gift::Type(of_label(&kind, "standing_rule", &key)?));
        }
        if let Some(priority) = row.gives_priority {
            gifts.push(Gift::Priority(of_label(&priority, "standing_rule", &key)?));
        }
        if let Some(tag) = row.gives_tag {
            gifts.push(Gift::Tag(tag.try_into().map_err(corrupt("standing_rule", id))?));
        }
        if let Some(name) = row.gives_assignee {
            gifts.push(Gift::Assignee(name.try_into().map_err(corrupt("standing_rule", id))?));
        }
        Ok(Self {
            id,
            name: row.name.parse().map_err(corrupt("standing_rule", id))?,
            condition: row.condition.try_into().map_err(corrupt("standing_rule", id))?,
            gives: gifts.try_into().map_err(corrupt("standing_rule", id))?,
        })
    }
}

/// For `map_err`: which row has a column that is no value of the domain.
fn corrupt<E: ToString>(table: &'static str, id: i64) -> impl Fn(E) -> StoreError {
    move |why| StoreError::Corrupt { table, id: id.to_string(), why: why.to_string() }
}
