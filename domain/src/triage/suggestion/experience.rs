//! Everything that was decided so far: the model it makes, and how often that model was right.
//!
//! Each decision is first predicted and then learned, so the hit rate is what a reader of the suggestions would have seen, never
//! a memory of the answers. Reading one trail of decisions in its order gives one experience, in every process.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{Context, Model, NeverLearned, NoSuggestion, Suggestion, Token, Verdict};
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

/// What people decided, in the order in which they did.
#[derive(Clone, Debug, Default)]
pub struct Experience {
    model: Model,
    /// By the number of the decision, which grows with time.
    decisions: BTreeMap<i64, Decision>,
    /// The same, so that the latest of a type are found without passing over all others.
    by_kind: BTreeSet<(FindingType, i64)>,
    vocabulary: Vocabulary,
}

#[derive(Clone, Debug)]
struct Decision {
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

    /// A person decided. `number` tells decisions apart and grows with time; one that is known already changes nothing.
    pub fn decided(&mut self, number: i64, context: &Context, verdict: Verdict) {
        if self.decisions.contains_key(&number) {
            return;
        }
        let outcome = match self.model.suggest(context) {
            Ok(suggestion) if suggestion.verdict == verdict => Outcome::Right,
            Ok(_) => Outcome::Wrong,
            Err(_) => Outcome::Silent,
        };
        self.model.learn(context, &verdict);
        let tokens = context.tokens.iter().map(|token| self.vocabulary.number(token)).collect();
        self.by_kind.insert((context.kind, number));
        self.decisions.insert(number, Decision { kind: context.kind, tokens, verdict, outcome });
    }

    /// The decision was undone: it no longer counts, neither for the model nor for the hit rate.
    pub fn undone(&mut self, number: i64) -> Result<(), NeverLearned> {
        let decision = self.decisions.remove(&number).ok_or(NeverLearned)?;
        self.by_kind.remove(&(decision.kind, number));
        let tokens = decision.tokens.iter().filter_map(|&token| self.vocabulary.token(token).cloned()).collect();
        self.model.unlearn(&Context { kind: decision.kind, tokens }, &decision.verdict)
    }

    /// How the last `latest` decisions on a type were predicted.
    pub fn hit_rate(&self, kind: FindingType, latest: usize) -> HitRate {
        let numbers = self.by_kind.range((kind, i64::MIN)..=(kind, i64::MAX)).rev().take(latest);
        let decisions = numbers.filter_map(|(_, number)| self.decisions.get(number));
        decisions.fold(HitRate::default(), |rate, decision| match decision.outcome {
            Outcome::Right => HitRate { n_predicted: rate.n_predicted + 1, n_right: rate.n_right + 1, ..rate },
            Outcome::Wrong => HitRate { n_predicted: rate.n_predicted + 1, ..rate },
            Outcome::Silent => HitRate { n_silent: rate.n_silent + 1, ..rate },
        })
    }

    /// What was learned.
    pub fn model(&self) -> &Model {
        &self.model
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
