//! What people decided so far, as advice on what they may decide next.
//!
//! The experience is not stored: it follows from the audit trail, and each process keeps its own and reads on from where it
//! stopped whenever somebody asks. The numbers of actions grow in the order in which they commit (each takes the clock first), so
//! reading on misses nothing, and two processes come to the same.

mod contexts;

use domain::findings::{FindingType, Priority};
use domain::triage::State;
use domain::triage::decision::held::{Hand, Held, Thing};
use domain::triage::decision::{ActionDone, Change, Edit, Field, Target};
use domain::triage::suggestion::{Advice, Experience, Heard, Model, Question, TypeRecord, Verdict};
use serde_json::Value;

use crate::{ActionError, Store, StoreError, decisions};

/// How many events are read and learned at a time: their contexts are in memory together, some 2 MB of them.
const EVENTS_AT_ONCE: usize = 1_000;

/// A change that took up a suggestion.
const SUGGESTION: &str = "suggestion";
/// Taking something back: a person's own answer, unless it brings back what a rule had given.
const UNDO: &str = "undo";
/// The kinds of actions that are a person's own answer. What a rule or the program did is none, and replaces one.
const OF_PEOPLE: [&str; 3] = ["change", SUGGESTION, UNDO];

/// What one process has read of the audit trail.
#[derive(Debug, Default)]
pub(crate) struct Learned {
    experience: Experience,
    /// The last event that was heard.
    heard: At,
    /// The model before the first event of the action that was heard last, when it may go on.
    before: Option<Model>,
}

/// A place in the audit trail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct At {
    action: i64,
    event: i64,
}

impl Store {
    /// What people would probably decide about a finding; `None` when there is no such finding.
    pub async fn advice(&self, finding: i64) -> Result<Option<Advice>, StoreError> {
        let contexts = self.contexts(&[finding]).await?;
        let Some(context) = contexts.get(&finding) else { return Ok(None) };
        let mut learned = self.learned.lock().await;
        self.read_on(&mut learned).await?;
        Ok(Some(learned.experience.advice(context)))
    }

    /// Does to a finding what is suggested for it, if that is still the edit that its author saw: `None`, and nothing changes,
    /// when people's decisions since have led to another suggestion or to none.
    pub async fn accept_suggestion(
        &self,
        author: &str,
        target: Target,
        edit: Edit,
    ) -> Result<Option<ActionDone>, ActionError> {
        let advice = self.advice(target.finding).await?.ok_or(ActionError::NoSuchFinding(target.finding))?;
        let suggested = advice.suggestion.ok().and_then(|suggestion| suggestion.verdict.edit());
        if suggested.as_ref() != Some(&edit) {
            return Ok(None);
        }
        let change = Change::from(edit);
        let sentence = format!("{}, as suggested", change.sentence());
        self.change(author, &[target], &change, SUGGESTION, sentence).await.map(Some)
    }

    /// How the decisions on each type were predicted, in the order of types.
    pub async fn suggestion_records(&self) -> Result<Vec<TypeRecord>, StoreError> {
        let mut learned = self.learned.lock().await;
        self.read_on(&mut learned).await?;
        Ok(learned.experience.records())
    }

    /// Hears what was decided since. Broken off between two batches it goes on from there.
    async fn read_on(&self, learned: &mut Learned) -> Result<(), StoreError> {
        loop {
            let mut told = self.told_since(learned.heard).await?;
            self.without_what_rules_gave(&mut told).await?;
            let Some(last) = told.last().map(|told| told.at) else { return Ok(()) };
            let is_full = told.len() == EVENTS_AT_ONCE;
            let findings: Vec<i64> = told.iter().map(|told| told.finding).collect();
            let contexts = self.contexts(&findings).await?;
            for events in told.chunk_by(|a, b| a.at.action == b.at.action) {
                let answers = events.iter().flat_map(|event| event.answers.iter().map(move |answer| (event, answer)));
                let heard = answers.filter_map(|(event, (question, verdict))| {
                    let context = contexts.get(&event.finding)?.clone();
                    let (number, finding) = (event.at.event, event.finding);
                    Some(Heard { number, finding, question: *question, verdict: verdict.clone(), context })
                });
                let heard: Vec<Heard> = heard.collect();
                let action = events.first().map_or(0, |event| event.at.action);
                let goes_on = learned.before.take().filter(|_| action == learned.heard.action);
                let may_go_on = is_full && action == last.action;
                match goes_on {
                    Some(before) => {
                        learned.experience.hear_part(&before, &heard);
                        learned.before = may_go_on.then_some(before);
                    }
                    None => {
                        learned.before = may_go_on.then(|| learned.experience.model().clone());
                        learned.experience.hear(&heard);
                    }
                }
            }
            learned.heard = last;
        }
    }

    /// Takes away the answers of undos that a rule had given: who takes back their own word leaves the rule's, and has not said
    /// it themselves.
    async fn without_what_rules_gave(&self, told: &mut [Told]) -> Result<(), StoreError> {
        let undos =
            told.iter().filter(|told| told.is_undo && told.answers.iter().any(|(_, verdict)| verdict.is_some()));
        let findings: Vec<i64> = undos.map(|told| told.finding).collect();
        if findings.is_empty() {
            return Ok(());
        }
        let pasts = decisions::turns(&mut *self.pool.acquire().await?, &findings).await?;
        for told in told.iter_mut().filter(|told| told.is_undo) {
            let Some(past) = pasts.get(&told.finding) else { continue };
            let until = past.iter().position(|turn| turn.action == told.at.action).map_or(past.len(), |at| at + 1);
            let held = Held::of(past.get(..until).unwrap_or_default());
            for (question, verdict) in &mut told.answers {
                let field = match question {
                    Question::Type => Field::Type,
                    Question::Priority => Field::Priority,
                    Question::State => Field::State,
                };
                if matches!(held.hand(&Thing::Field(field)), Some(Hand::Rule(_))) {
                    *verdict = None;
                }
            }
        }
        Ok(())
    }

    /// The next events by which something was decided that suggestions are about.
    async fn told_since(&self, at: At) -> Result<Vec<Told>, StoreError> {
        let rows = sqlx::query_as!(
            ToldRow,
            r#"
            select action.id as action, event.id as event, event.finding_id as finding, action.kind, event.after as "after!"
            from finding_event event
            join action on action.id = event.action_id
            where action.id >= $1 and event.action_id >= $1 and (event.action_id, event.id) > ($1, $2) and event.what = 'changed'
                and event.after ?| array['decided_state', 'dismissed_because', 'decided_type', 'decided_priority']
            order by event.action_id, event.id
            limit $3
            "#,
            at.action,
            at.event,
            i64::try_from(EVENTS_AT_ONCE).unwrap_or(i64::MAX),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Told::try_from).collect()
    }
}

/// What one event says about the questions that suggestions are about.
struct Told {
    at: At,
    finding: i64,
    is_undo: bool,
    answers: Vec<(Question, Option<Verdict>)>,
}

struct ToldRow {
    action: i64,
    event: i64,
    finding: i64,
    kind: String,
    after: Value,
}

impl TryFrom<ToldRow> for Told {
    type Error = StoreError;
    fn try_from(row: ToldRow) -> Result<Self, StoreError> {
        let text = |column: &str| row.after.get(column).and_then(Value::as_str);
        let is_there = |column: &str| row.after.get(column).is_some();
        let mut answers = Vec::new();
        // An event has only what it changed: a dismissal for another reason has no state.
        if is_there("decided_state") || is_there("dismissed_because") {
            let state = text("decided_state").map(str::parse).transpose().map_err(corrupt(row.event))?;
            let verdict = match (state, text("dismissed_because")) {
                (Some(State::Confirmed), _) => Some(Verdict::Confirm),
                (_, Some(because)) => Some(Verdict::Dismiss { because: because.to_owned() }),
                _ => None,
            };
            answers.push((Question::State, verdict));
        }
        if is_there("decided_type") {
            let kind = text("decided_type").map(str::parse::<FindingType>).transpose().map_err(corrupt(row.event))?;
            answers.push((Question::Type, kind.map(Verdict::Reclassify)));
        }
        if is_there("decided_priority") {
            let decided = text("decided_priority");
            let priority = decided.map(str::parse::<Priority>).transpose().map_err(corrupt(row.event))?;
            answers.push((Question::Priority, priority.map(Verdict::Prioritise)));
        }
        if !OF_PEOPLE.contains(&row.kind.as_str()) {
            answers.iter_mut().for_each(|(_, verdict)| *verdict = None);
        }
        let at = At { action: row.action, event: row.event };
        Ok(Self { at, finding: row.finding, is_undo: row.kind == UNDO, answers })
    }
}

/// For `map_err`: which event says something that is no value of the domain.
fn corrupt<E: ToString>(event: i64) -> impl Fn(E) -> StoreError {
    move |why| StoreError::Corrupt { table: "finding_event", id: event.to_string(), why: why.to_string() }
}
