//! What people would probably decide about a finding, going by what they decided about findings like it, or that nobody knows.
//!
//! A naive Bayes over the [`Token`]s of a finding's [`Context`]. The 20 types are 20 separate questions: why a handover is
//! confirmed says nothing about why an overlap is dismissed, so every count below is of one type. All that is learned are whole
//! numbers of decisions; the order in which they were learned does not matter, and a decision that was undone is unlearned
//! without a trace.
//!
//! Of a context with the tokens `t` in the aspects `A` (tags, words of the comment, weather …), a verdict `v` has the odds
//!
//! `n(v) · exp( Σ over A of the mean over t in A of ln P(t | v) )`, with `P(t | v) = (n(t, v) + 4 · n(t)/n) / (n(v) + 4)`.
//!
//! A verdict is taken to look like all decisions until some of its own say otherwise ([`LIKE_ALL`]); else a rare word would speak
//! for every rare verdict.
//!
//! The mean makes each aspect speak once: the thirty words of a comment are not thirty witnesses. A token that nobody has seen
//! says nothing. Dismissals for different reasons are different verdicts while odds are counted and one when they are compared:
//! their shares add up, and the likeliest reason is the one suggested. Beside the verdicts stands *something else*, with the weight of one decision and no opinion on any token: what
//! nobody has decided yet is never impossible, so eight equal decisions out of eight give 8/9 and not certainty.

pub mod context;
pub mod experience;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::findings::{FindingType, Priority};
use crate::labelled::labelled;
use crate::triage::decision::{Edit, Verb};

pub use context::{Around, context};
pub use experience::{Advice, Experience, Heard, HitRate, TypeRecord};

/// What a person decided about a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It is as found.
    Confirm,
    /// It needs no explanation.
    Dismiss {
        /// Why not.
        because: String,
    },
    /// It is of another type.
    Reclassify(FindingType),
    /// It is more or less urgent than its type.
    Prioritise(Priority),
}

labelled! {
    /// What of a finding is decided. Each has one answer that stands, whatever was answered before.
    Question, "question" {
        /// Whether it is as found.
        State = "state",
        /// What it really is.
        Type = "type",
        /// How urgent it is.
        Priority = "priority",
    }
}

impl Verdict {
    /// What it answers.
    pub const fn question(&self) -> Question {
        match self {
            Self::Confirm | Self::Dismiss { .. } => Question::State,
            Self::Reclassify(_) => Question::Type,
            Self::Prioritise(_) => Question::Priority,
        }
    }

    /// The verb that decides so, and its text.
    pub fn verb(&self) -> (Verb, &str) {
        match self {
            Self::Confirm => (Verb::Confirm, ""),
            Self::Dismiss { because } => (Verb::Dismiss, because),
            Self::Reclassify(kind) => (Verb::Type, kind.label()),
            Self::Prioritise(priority) => (Verb::Priority, priority.label()),
        }
    }

    /// The edit that decides so; `None` for a reason that nobody could have written, which no trail has.
    pub fn edit(&self) -> Option<Edit> {
        let (verb, text) = self.verb();
        Edit::of(verb, text).ok()
    }

    /// Whether both decide the same: the reason of a dismissal is free text, and two spellings of one reason are no disagreement.
    pub fn is_like(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Dismiss { .. }, Self::Dismiss { .. })) || self == other
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Confirm => f.write_str("Confirm"),
            Self::Dismiss { because } if because.is_empty() => f.write_str("Dismiss"),
            Self::Dismiss { because } => write!(f, "Dismiss: {because}"),
            Self::Reclassify(kind) => write!(f, "Reclassify as {kind}"),
            Self::Prioritise(priority) => write!(f, "Priority {priority}"),
        }
    }
}

labelled! {
    /// A side from which a finding is looked at. The label stands before a token's value in a sentence.
    Aspect, "aspect" {
        /// The array family.
        Family = "family",
        /// How long.
        Duration = "duration",
        /// One of its tags.
        Tag = "tag",
        /// A word of its comment.
        Comment = "comment",
        /// How long after the start of the shift.
        HourOfShift = "hour of shift",
        /// Purpose, status or QA0 of the execution before.
        Before = "execution before",
        /// A word of that execution's subject.
        SubjectBefore = "subject before",
        /// Purpose, status or QA0 of the execution after.
        After = "execution after",
        /// A word of that execution's subject.
        SubjectAfter = "subject after",
        /// Purpose, status or QA0 of the execution it is about.
        About = "execution",
        /// A word of that execution's subject.
        SubjectAbout = "subject",
        /// Water vapour over the site.
        Pwv = "water vapour",
        /// Wind.
        Wind = "wind",
    }
}

/// One thing that can be said of a finding and its surroundings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Token {
    /// The side it is seen from.
    pub aspect: Aspect,
    /// What is seen.
    pub value: String,
}

/// What a finding looks like to the model; [`context()`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The type that the log alone gives it: what a person made of it is the answer and not part of the question.
    pub kind: FindingType,
    /// What else can be said of it, each once.
    pub tokens: BTreeSet<Token>,
}

/// What the model would decide, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What to do.
    pub verdict: Verdict,
    /// How likely a person decides this, 0 to 1. Aspects are not as independent as the arithmetic takes them to be, so it is
    /// surer of itself than it should be; how often it was right is the better measure.
    pub probability: f64,
    /// How many findings like it were decided this way.
    pub n_same: u32,
    /// How many findings like it were decided at all; at least `n_same`.
    pub n_similar: u32,
    /// What makes them alike besides the type: the first of the evidence that speaks for the verdict and is not too rare.
    pub alike_in: Option<Token>,
    /// The tokens that count most, the strongest first, at most [`EVIDENCE_SHOWN`].
    pub evidence: Vec<Evidence>,
}

/// What one token says about the verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The token.
    pub token: Token,
    /// How many times as often findings with this verdict have it as findings with another one: above 1 it speaks for the
    /// verdict, below 1 against it.
    pub likelihood_ratio: f64,
    /// How many findings of the type that have it were decided this way.
    pub n_same: u32,
    /// How many findings of the type that have it were decided at all.
    pub n: u32,
}

/// Why there is no suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum NoSuggestion {
    /// Nobody has decided enough findings of this type.
    #[error("only {n} of the {DECISIONS_MIN} decisions on this type that a suggestion needs have been made")]
    TooFewDecisions {
        /// How many there are.
        n: u32,
    },
    /// Findings like it were decided this way and that way, or this way too seldom.
    #[error("similar findings were decided in different ways")]
    TooClose {
        /// The likeliest verdict.
        likeliest: Verdict,
        /// How likely, 0 to 1.
        probability: f64,
    },
}

/// How many decisions on a type it takes to speak (our own choice). With 8 equal ones, *something else* still has 1 in 9, so
/// the first suggestion ever made is right 8 times in 9 if all goes on as it began.
pub const DECISIONS_MIN: u32 = 8;
/// A suggestion is more likely right than wrong, else it is noise (our own choice).
pub const PROBABILITY_MIN: f64 = 0.5;
/// How far the likeliest verdict must lead the next (our own choice): 5 in 8 against 3 in 8 is the closest call.
pub const MARGIN_MIN: f64 = 0.25;
/// How many decisions of one kind it takes to suggest it (our own choice): what one person once did is no custom.
pub const SAME_MIN: u32 = 3;
/// How many tokens explain a suggestion: as many as are read at a glance (our own choice).
pub const EVIDENCE_SHOWN: usize = 4;
/// A token that is this much more or less frequent is worth showing (our own choice); below, it says next to nothing.
const RATIO_TOLD: f64 = 1.25;
/// With how many decisions of the usual look a verdict begins (our own choice): a token seen in the one decision of a verdict and
/// hardly elsewhere counts as one in five.
const LIKE_ALL: f64 = 4.0;
/// How many findings must be alike before it is said what makes them so (our own choice): "1 of 1" is an accident.
const ALIKE_MIN: u32 = 5;

/// What was learned: how many decisions of which verdict, and how many of them had which token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// No entry counts nothing, here and below: a model that unlearned everything equals one that never learned.
    types: BTreeMap<FindingType, Counts>,
}

/// The decisions on one type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    verdicts: BTreeMap<Verdict, u32>,
    tokens: BTreeMap<Token, BTreeMap<Verdict, u32>>,
}

/// A decision was to be unlearned that the model has not learned; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this decision was never learned")]
pub struct NeverLearned;

impl Model {
    /// What to do about a finding, or why there is nothing to say.
    pub fn suggest(&self, context: &Context) -> Result<Suggestion, NoSuggestion> {
        let none = Counts::default();
        let counts = self.types.get(&context.kind).unwrap_or(&none);
        let n = counts.n();
        if n < DECISIONS_MIN {
            return Err(NoSuggestion::TooFewDecisions { n });
        }
        let (shares, something_else) = counts.shares(context);
        let together = |verdict: &Verdict| {
            shares.iter().filter(|(other, _)| other.is_like(verdict)).map(|&(_, share)| share).sum::<f64>()
        };
        let summed = shares.iter().map(|&(verdict, share)| (verdict, together(verdict), share));
        // Of two equally likely ones the first in the order of verdicts: neither is far enough ahead in any case.
        let order = |a: &(&Verdict, f64, f64), b: &(&Verdict, f64, f64)| {
            a.1.total_cmp(&b.1).then(a.2.total_cmp(&b.2)).then(b.0.cmp(a.0))
        };
        let Some((verdict, probability, _)) = summed.clone().max_by(order) else {
            return Err(NoSuggestion::TooFewDecisions { n });
        };
        let others = summed.filter(|(other, ..)| !other.is_like(verdict)).map(|(_, together, _)| together);
        let next = others.fold(something_else, f64::max);
        let n_of = like(&counts.verdicts, verdict);
        if n_of < SAME_MIN || probability < PROBABILITY_MIN || probability - next < MARGIN_MIN {
            return Err(NoSuggestion::TooClose { likeliest: verdict.clone(), probability });
        }
        let evidence = counts.evidence(context, verdict);
        let alike = evidence.iter().find(|said| said.likelihood_ratio > 1.0 && said.n >= ALIKE_MIN);
        let (n_same, n_similar) = alike.map_or((n_of, n), |alike| (alike.n_same, alike.n));
        let alike_in = alike.map(|alike| alike.token.clone());
        Ok(Suggestion { verdict: verdict.clone(), probability, n_same, n_similar, alike_in, evidence })
    }

    /// How likely each verdict is that was ever given on this type, and, as `None`, that it will be something else. They sum
    /// to 1; a type that nobody decided leaves everything to something else.
    pub fn probabilities(&self, context: &Context) -> Vec<(Option<Verdict>, f64)> {
        let none = Counts::default();
        let (shares, something_else) = self.types.get(&context.kind).unwrap_or(&none).shares(context);
        let known = shares.into_iter().map(|(verdict, share)| (Some(verdict.clone()), share));
        known.chain([(None, something_else)]).collect()
    }

    /// Counts one more decision.
    pub fn learn(&mut self, context: &Context, verdict: &Verdict) {
        let counts = self.types.entry(context.kind).or_default();
        more(&mut counts.verdicts, verdict);
        for token in &context.tokens {
            match counts.tokens.get_mut(token) {
                Some(verdicts) => more(verdicts, verdict),
                None => drop(counts.tokens.insert(token.clone(), BTreeMap::from([(verdict.clone(), 1)]))),
            }
        }
    }

    /// Takes a decision back, with the same context that was learned.
    pub fn unlearn(&mut self, context: &Context, verdict: &Verdict) -> Result<(), NeverLearned> {
        let counts = self.types.get_mut(&context.kind).ok_or(NeverLearned)?;
        let of_token = |token| counts.tokens.get(token).is_some_and(|verdicts| verdicts.contains_key(verdict));
        if !counts.verdicts.contains_key(verdict) || !context.tokens.iter().all(of_token) {
            return Err(NeverLearned);
        }
        less(&mut counts.verdicts, verdict);
        for token in &context.tokens {
            if let Some(verdicts) = counts.tokens.get_mut(token) {
                less(verdicts, verdict);
                if verdicts.is_empty() {
                    counts.tokens.remove(token);
                }
            }
        }
        if counts.verdicts.is_empty() {
            self.types.remove(&context.kind);
        }
        Ok(())
    }
}

fn more(counts: &mut BTreeMap<Verdict, u32>, verdict: &Verdict) {
    match counts.get_mut(verdict) {
        Some(n) => *n += 1,
        None => drop(counts.insert(verdict.clone(), 1)),
    }
}

fn less(counts: &mut BTreeMap<Verdict, u32>, verdict: &Verdict) {
    match counts.get_mut(verdict) {
        Some(n) if *n > 1 => *n -= 1,
        _ => drop(counts.remove(verdict)),
    }
}

/// How many of these decide the same as the verdict.
fn like(counts: &BTreeMap<Verdict, u32>, verdict: &Verdict) -> u32 {
    counts.iter().filter(|(other, _)| other.is_like(verdict)).map(|(_, n)| n).sum()
}

impl Counts {
    fn n(&self) -> u32 {
        self.verdicts.values().sum()
    }

    /// The verdicts with their shares, and the share of something else: together 1.
    fn shares(&self, context: &Context) -> (Vec<(&Verdict, f64)>, f64) {
        let seen = self.seen(context);
        let n = self.n();
        // Logarithms, and the largest taken out before `exp`: nothing overflows, and not all become 0.
        let something_else = seen.iter().map(|aspect| mean(aspect, |of| usual(of, n))).sum::<f64>();
        let odds: Vec<(&Verdict, f64)> = self
            .verdicts
            .iter()
            .map(|(verdict, &n_of)| {
                let said = seen.iter().map(|aspect| {
                    mean(aspect, |of| frequency(of.get(verdict).copied().unwrap_or(0), n_of, usual(of, n)))
                });
                (verdict, f64::from(n_of).ln() + said.sum::<f64>())
            })
            .collect();
        let largest = odds.iter().map(|&(_, odds)| odds).fold(something_else, f64::max);
        let sum = odds.iter().map(|&(_, odds)| (odds - largest).exp()).sum::<f64>() + (something_else - largest).exp();
        let share = |odds: f64| (odds - largest).exp() / sum;
        (odds.into_iter().map(|(verdict, odds)| (verdict, share(odds))).collect(), share(something_else))
    }

    /// The counts of those tokens that somebody has seen, aspect by aspect.
    fn seen(&self, context: &Context) -> Vec<Vec<&BTreeMap<Verdict, u32>>> {
        let mut aspects: BTreeMap<Aspect, Vec<&BTreeMap<Verdict, u32>>> = BTreeMap::new();
        for token in &context.tokens {
            if let Some(verdicts) = self.tokens.get(token) {
                aspects.entry(token.aspect).or_default().push(verdicts);
            }
        }
        aspects.into_values().collect()
    }

    /// The tokens that speak loudest for or against the verdict, ties in the order of tokens.
    fn evidence(&self, context: &Context, verdict: &Verdict) -> Vec<Evidence> {
        let (n, n_of) = (self.n(), like(&self.verdicts, verdict));
        let told = context.tokens.iter().filter_map(|token| {
            let verdicts = self.tokens.get(token)?;
            let (with, same) = (verdicts.values().sum::<u32>(), like(verdicts, verdict));
            let usual = usual(verdicts, n);
            // With one verdict only there is nothing to compare with, and every token speaks as loud as the next.
            let likelihood_ratio =
                if n == n_of { 1.0 } else { frequency(same, n_of, usual) / frequency(with - same, n - n_of, usual) };
            Some(Evidence { token: token.clone(), likelihood_ratio, n_same: same, n: with })
        });
        let mut told: Vec<Evidence> = told.filter(|e| loudness(e) >= RATIO_TOLD.ln()).collect();
        told.sort_by(|a, b| loudness(b).total_cmp(&loudness(a)));
        told.truncate(EVIDENCE_SHOWN);
        told
    }
}

/// How far from saying nothing, for or against alike.
fn loudness(evidence: &Evidence) -> f64 {
    evidence.likelihood_ratio.ln().abs()
}

/// How often a token was seen in all `n` decisions, above 0.
fn usual(token: &BTreeMap<Verdict, u32>, n: u32) -> f64 {
    f64::from(token.values().sum::<u32>()) / f64::from(n)
}

/// How often a token that is so usual was seen in `of` decisions, drawn towards the usual; never 0.
fn frequency(n: u32, of: u32, usual: f64) -> f64 {
    (f64::from(n) + LIKE_ALL * usual) / (f64::from(of) + LIKE_ALL)
}

/// The mean of the logarithms of one aspect's tokens; 0, which changes no odds, when it has none.
fn mean(aspect: &[&BTreeMap<Verdict, u32>], frequency: impl Fn(&BTreeMap<Verdict, u32>) -> f64) -> f64 {
    let n = u32::try_from(aspect.len()).unwrap_or(u32::MAX);
    if n == 0 { 0.0 } else { aspect.iter().map(|token| frequency(token).ln()).sum::<f64>() / f64::from(n) }
}
