//! Everything that was decided so far: the model it makes, and how often that model was right.
//!
//! Each decision is first predicted and then learned, so the hit rate is what a reader of the suggestions would have seen, never
//! a memory of the answers. All that one action decided is predicted before any of it is learned: who dismisses a thousand findings
//! at once decides once. What counts is what stands: a decision that is changed or undone is unlearned, and its prediction is
//! forgotten. Reading one trail of actions in its order gives one experience, in every process.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{Context, Model, NoSuggestion, Question, Suggestion, Token, Verdict};
use crate::findings::FindingType;

/// How many decisions on a type are "lately" (our own choice): some weeks of triage, and enough that one more or less is 1 %.
pub const LATELY: usize = 100;

/// How predictions came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitRate {
    /// How many decisions were predicted.
    pub n_predicted: u32,
    /// How many of those were predicted right.
    pub n_right: u32,
    /// How many decisions the model had no suggestion for.
    pub n_silent: u32,
}

impl HitRate {
    /// Right ones of those predicted, 0 to 1; `None` when nothing was predicted.
    pub fn rate(self) -> Option<f64> {
        (self.n_predicted > 0).then(|| f64::from(self.n_right) / f64::from(self.n_predicted))
    }
}

/// What to say about a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// The suggestion, or why there is none.
    pub suggestion: Result<Suggestion, NoSuggestion>,
    /// How the last [`LATELY`] decisions on this type were predicted.
    pub lately: HitRate,
}

/// How the decisions on a type that stand were predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRecord {
    /// The type, as the log has it.
    pub kind: FindingType,
    /// The last [`LATELY`].
    pub lately: HitRate,
    /// All.
    pub ever: HitRate,
}

/// What an action did to one question of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Grows with time; the questions of one finding may share it.
    pub number: i64,
    /// The finding.
    pub finding: i64,
    /// What was decided about.
    pub question: Question,
    /// The answer that stands since; `None` when none does, or one that no person gave.
    pub verdict: Option<Verdict>,
    /// What the finding looks like.
    pub context: Context,
}

/// What people decided, as far as it stands.
#[derive(Clone, Debug, Default)]
pub struct Experience {
    model: Model,
    standing: BTreeMap<(i64, Question), Decision>,
    /// The same by time, so that the latest of a type are found without passing over all others.
    by_kind: BTreeMap<FindingType, BTreeSet<(i64, i64, Question)>>,
    vocabulary: Vocabulary,
}

#[derive(Clone, Debug)]
struct Decision {
    number: i64,
    kind: FindingType,
    /// As they were learned: the facts around a finding may change, and what is unlearned must be what was learned.
    tokens: Box<[u32]>,
    verdict: Verdict,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Right,
    Wrong,
    Silent,
}

impl Experience {
    /// What to say about a finding that looks like this.
    pub fn advice(&self, context: &Context) -> Advice {
        Advice { suggestion: self.model.suggest(context), lately: self.hit_rate(context.kind, LATELY) }
    }

    /// Everything that one action did.
    pub fn hear(&mut self, action: &[Heard]) {
        let outcomes: Vec<Outcome> = action.iter().map(|heard| predicted(&self.model, heard)).collect();
        self.learn(action, outcomes);
    }

    /// A part of what one action did, when all of it at once would be too much; `before` is the model before its first part.
    pub fn hear_part(&mut self, before: &Model, part: &[Heard]) {
        self.learn(part, part.iter().map(|heard| predicted(before, heard)));
    }

    fn learn(&mut self, action: &[Heard], outcomes: impl IntoIterator<Item = Outcome>) {
        for (heard, outcome) in action.iter().zip(outcomes) {
            self.forget(heard.finding, heard.question);
            let Some(verdict) = &heard.verdict else { continue };
            self.model.learn(&heard.context, verdict);
            let tokens = heard.context.tokens.iter().map(|token| self.vocabulary.number(token)).collect();
            let (number, kind) = (heard.number, heard.context.kind);
            let decision = Decision { number, kind, tokens, verdict: verdict.clone(), outcome };
            self.standing.insert((heard.finding, heard.question), decision);
            self.by_kind.entry(kind).or_default().insert((number, heard.finding, heard.question));
        }
    }

    fn forget(&mut self, finding: i64, question: Question) {
        let Some(decision) = self.standing.remove(&(finding, question)) else { return };
        if let Some(of_kind) = self.by_kind.get_mut(&decision.kind) {
            of_kind.remove(&(decision.number, finding, question));
        }
        let tokens = decision.tokens.iter().filter_map(|&token| self.vocabulary.token(token).cloned()).collect();
        let unlearned = self.model.unlearn(&Context { kind: decision.kind, tokens }, &decision.verdict);
        debug_assert!(unlearned.is_ok(), "what stands was learned");
    }

    /// How the last `latest` decisions on a type were predicted.
    pub fn hit_rate(&self, kind: FindingType, latest: usize) -> HitRate {
        let of_kind = self.by_kind.get(&kind).into_iter().flatten().rev().take(latest);
        let decisions = of_kind.filter_map(|&(_, finding, question)| self.standing.get(&(finding, question)));
        decisions.fold(HitRate::default(), |rate, decision| match decision.outcome {
            Outcome::Right => HitRate { n_predicted: rate.n_predicted + 1, n_right: rate.n_right + 1, ..rate },
            Outcome::Wrong => HitRate { n_predicted: rate.n_predicted + 1, ..rate },
            Outcome::Silent => HitRate { n_silent: rate.n_silent + 1, ..rate },
        })
    }

    /// How each type was predicted, in the order of types.
    pub fn records(&self) -> Vec<TypeRecord> {
        let record = |&kind: &FindingType| TypeRecord {
            kind,
            lately: self.hit_rate(kind, LATELY),
            ever: self.hit_rate(kind, usize::MAX),
        };
        FindingType::ALL.iter().map(record).collect()
    }

    /// What was learned.
    pub fn model(&self) -> &Model {
        &self.model
    }
}

/// What the model would have said before this was decided.
fn predicted(model: &Model, heard: &Heard) -> Outcome {
    match (model.suggest(&heard.context), &heard.verdict) {
        (Ok(suggestion), Some(verdict)) if suggestion.verdict.is_like(verdict) => Outcome::Right,
        (Ok(_), _) => Outcome::Wrong,
        (Err(_), _) => Outcome::Silent,
    }
}

/// Each token once: a hundred thousand decisions have some thousand different ones.
#[derive(Clone, Debug, Default)]
struct Vocabulary {
    numbers: HashMap<Token, u32>,
    tokens: Vec<Token>,
}

impl Vocabulary {
    fn number(&mut self, token: &Token) -> u32 {
        if let Some(&number) = self.numbers.get(token) {
            return number;
        }
        let number = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        self.tokens.push(token.clone());
        self.numbers.insert(token.clone(), number);
        number
    }

    fn token(&self, number: u32) -> Option<&Token> {
        self.tokens.get(usize::try_from(number).ok()?)
    }
}
