//! Who has the last word on what is decided about a finding: a person, or a standing rule.
//!
//! The values alone cannot say it: a rule and a person may decide the same. So it is read from the finding's events, like the
//! owners of an undo. What a person took back of a rule is remembered as well: that rule is not asked again about it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::undo::Delta;
use super::{Decisions, Field, Said, tags_of};

/// Who gave something the value it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// A person, or the program for one, such as when a split hands decisions on to the parts.
    Person,
    /// The standing rule of that number.
    Rule(i64),
}

/// What is decided by itself. Tags are added and taken away one by one, so each is a thing of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A field other than the tags.
    Field(Field),
    /// One tag.
    Tag(String),
}

/// One event in a finding's past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The action.
    pub action: i64,
    /// The action that it took back.
    pub undoes: Option<i64>,
    /// The standing rule that did it.
    pub rule: Option<i64>,
    /// What it changed.
    pub delta: Delta,
    /// The tags that the log said then: they are what was shown where nobody had decided about tags.
    pub said_tags: String,
}

/// Who has the last word on each thing of one finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    hands: BTreeMap<Thing, Hand>,
    declined: BTreeSet<(i64, Thing)>,
}

impl Thing {
    /// The field it is, or belongs to.
    pub const fn field(&self) -> Field {
        match self {
            Self::Field(field) => *field,
            Self::Tag(_) => Field::Tags,
        }
    }
}

impl Held {
    /// Plays a finding's past, oldest first.
    pub fn of(past: &[Turn]) -> Self {
        let mut held = Self::default();
        // Of each event and thing whose it was before it, and whether a rule's deed stands after it.
        let mut before: BTreeMap<(i64, Thing), Option<Hand>> = BTreeMap::new();
        let mut stands: BTreeMap<(i64, Thing), (i64, bool)> = BTreeMap::new();
        for turn in past {
            for thing in things(&turn.delta, &turn.said_tags) {
                if turn.rule.is_some() && held.follows_the_log(&thing, turn) {
                    continue;
                }
                let at = (turn.action, thing.clone());
                let hand = match turn.undoes {
                    None => Some(turn.rule.map_or(Hand::Person, Hand::Rule)),
                    Some(undone) => before.get(&(undone, thing.clone())).copied().flatten(),
                };
                let undone = turn.undoes.and_then(|undone| stands.get(&(undone, thing.clone())).copied());
                match (turn.undoes, turn.rule, undone) {
                    (None, Some(rule), _) => {
                        stands.insert(at.clone(), (rule, true));
                    }
                    // An undo of what a rule did says no to it, and the undo of that takes the no back.
                    (_, _, Some((rule, stood))) => {
                        stands.insert(at.clone(), (rule, !stood));
                        if stood {
                            held.declined.insert((rule, thing.clone()));
                        } else {
                            held.declined.remove(&(rule, thing.clone()));
                        }
                    }
                    _ => {}
                }
                before.insert(at, held.hands.get(&thing).copied());
                match hand {
                    Some(hand) => held.hands.insert(thing, hand),
                    None => held.hands.remove(&thing),
                };
            }
        }
        held
    }

    /// Whether a tag that came or went with what a rule did is the log's own: beside the tag of a rule stand those that the log
    /// says, and when it says others the list changes with it.
    fn follows_the_log(&self, thing: &Thing, turn: &Turn) -> bool {
        let Thing::Tag(tag) = thing else { return false };
        let went = tags_of_side(&turn.delta.before, &turn.said_tags).any(|was| was == tag);
        if went {
            !matches!(self.hand(thing), Some(Hand::Rule(_)))
        } else {
            tags_of(&turn.said_tags).any(|said| said == tag)
        }
    }

    /// Whose word it is; nobody's is the log's.
    pub fn hand(&self, thing: &Thing) -> Option<Hand> {
        self.hands.get(thing).copied()
    }

    /// Whether a person took back what this rule did about it.
    pub fn is_declined(&self, rule: i64, thing: &Thing) -> bool {
        self.declined.contains(&(rule, thing.clone()))
    }

    /// The rule whose value stands and that may take it back: no person said otherwise.
    pub fn rule(&self, thing: &Thing) -> Option<i64> {
        match self.hand(thing) {
            Some(Hand::Rule(rule)) if !self.is_declined(rule, thing) => Some(rule),
            _ => None,
        }
    }

    /// Whether a person has added a tag or taken one away.
    pub fn has_a_persons_tag(&self) -> bool {
        self.hands.iter().any(|(thing, hand)| matches!((thing, hand), (Thing::Tag(_), Hand::Person)))
    }

    /// The fields that show what a rule gave, each with the rule; several where several gave tags.
    pub fn shown_rules(&self, said: &Said, decisions: &Decisions) -> BTreeSet<(Field, i64)> {
        let is_shown = |thing: &Thing| match thing {
            Thing::Tag(tag) => tags_of(decisions.tags.as_ref().unwrap_or(&said.tags)).any(|shown| shown == tag),
            Thing::Field(Field::Type) => decisions.kind.is_some(),
            Thing::Field(Field::Class) => decisions.class.is_some(),
            Thing::Field(Field::Priority) => decisions.priority.is_some(),
            Thing::Field(Field::Assignee) => decisions.assignee.is_some(),
            Thing::Field(_) => false,
        };
        let rules = self.hands.iter().filter_map(|(thing, hand)| match hand {
            Hand::Rule(rule) if is_shown(thing) => Some((thing.field(), *rule)),
            _ => None,
        });
        rules.collect()
    }
}

/// What an event changed, tags one by one.
fn things(delta: &Delta, said_tags: &str) -> BTreeSet<Thing> {
    let fields = delta.fields();
    let mut things: BTreeSet<Thing> =
        fields.iter().filter(|&&field| field != Field::Tags).copied().map(Thing::Field).collect();
    if fields.contains(&Field::Tags) {
        let list = |side| tags_of_side(side, said_tags).collect::<BTreeSet<&str>>();
        let (before, after) = (list(&delta.before), list(&delta.after));
        things.extend(before.symmetric_difference(&after).map(|tag| Thing::Tag((*tag).to_owned())));
    }
    things
}

/// The tags on one side of an event; those that the log said where nobody had decided.
fn tags_of_side<'a>(side: &'a Map<String, Value>, said_tags: &'a str) -> impl Iterator<Item = &'a str> {
    tags_of(side.get("decided_tags").and_then(Value::as_str).unwrap_or(said_tags))
}
