//! What an action changed of one finding, and how it is taken back, at any time and whatever happened since.
//!
//! A field is put back only while the action is what gave it its value. [`owners`] finds that out from the finding's events
//! rather than from the value: two people may decide the same, and then the second one's decision stays when the first is
//! taken back. An undo is an event like any other, and can itself be undone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Decisions, Field, Said, State, tags_of, tags_with};

/// What an action changed of one finding: the columns that differ, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    /// As it was.
    pub before: Map<String, Value>,
    /// As it is since; the same keys.
    pub after: Map<String, Value>,
}

/// One event in a finding's past, oldest first: which action, and which fields it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The action.
    pub action: i64,
    /// The action that it took back.
    pub undoes: Option<i64>,
    /// What it changed.
    pub fields: BTreeSet<Field>,
}

/// What is left of a finding's decisions when an action is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// What is decided then.
    pub decisions: Decisions,
    /// Fields that changed since, and stay.
    pub stayed: Vec<Field>,
}

/// A stored event that does not read: somebody wrote past this program, or it is of a newer one.
#[derive(Debug, thiserror::Error)]
#[error("an event that does not read: {0}")]
pub struct UnreadableEvent(#[from] serde_json::Error);

impl Delta {
    /// What differs.
    pub fn between(before: &Decisions, after: &Decisions) -> Self {
        let (mut was, mut is) = (columns(before), columns(after));
        let same: Vec<String> =
            was.iter().filter(|(key, value)| is.get(*key) == Some(value)).map(|(k, _)| k.clone()).collect();
        for key in same {
            was.remove(&key);
            is.remove(&key);
        }
        Self { before: was, after: is }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.after.is_empty()
    }

    /// The fields that differ.
    pub fn fields(&self) -> BTreeSet<Field> {
        fields_of(self.after.keys())
    }

    /// Whether it splits or merges: undone by halves it would lose or double seconds.
    pub fn is_structural(&self) -> bool {
        let replaced = |side: &Map<String, Value>| {
            let state = side.get("decided_state").and_then(Value::as_str);
            state.is_some_and(|state| state == State::Split.label() || state == State::Merged.label())
        };
        ["cut_at", "merged_into"].iter().any(|key| self.after.contains_key(*key))
            || replaced(&self.before)
            || replaced(&self.after)
    }
}

/// The fields to which some columns belong.
pub fn fields_of<'a>(columns: impl IntoIterator<Item = &'a String>) -> BTreeSet<Field> {
    let field = |column: &String| {
        Some(match column.as_str() {
            "decided_type" => Field::Type,
            "decided_class" => Field::Class,
            "decided_priority" => Field::Priority,
            "decided_tags" => Field::Tags,
            "decided_comment" => Field::Comment,
            "decided_state" | "snoozed_until" | "dismissed_because" | "cut_at" | "merged_into" => Field::State,
            "assignee" => Field::Assignee,
            _ => return None,
        })
    };
    columns.into_iter().filter_map(field).collect()
}

/// Decisions with some columns replaced. Folding this over the `after` of all events of a finding gives its decisions.
pub fn with(decisions: &Decisions, columns_: &Map<String, Value>) -> Result<Decisions, UnreadableEvent> {
    let mut all = columns(decisions);
    all.extend(columns_.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(serde_json::from_value(Value::Object(all))?)
}

/// Of each field the actions that may be taken back now: the one that decided it and, after an undo, the undo itself.
pub fn owners(past: &[Past]) -> BTreeMap<Field, BTreeSet<i64>> {
    /// What gave a field its value: an action, or nobody.
    type Owner = Option<i64>;
    let mut owner: HashMap<Field, Owner> = HashMap::new();
    // Of each event and field who owned it before, and after.
    let mut turns: HashMap<(i64, Field), (Owner, Owner)> = HashMap::new();
    for event in past {
        for &field in &event.fields {
            let before = owner.get(&field).copied().flatten();
            let after = match event.undoes {
                Some(undone) => turns.get(&(undone, field)).and_then(|(before, _)| *before),
                None => Some(event.action),
            };
            turns.insert((event.action, field), (before, after));
            owner.insert(field, after);
        }
    }
    let mut owners = BTreeMap::new();
    for ((action, field), (_, after)) in turns {
        // Nobody owns an untouched field, and then the undo that left it so may be undone.
        if owner.get(&field).copied().flatten() == after {
            owners.entry(field).or_insert_with(BTreeSet::new).insert(action);
        }
    }
    owners
}

/// Takes one action back from a finding: each field that the action still owns is put to what it was before. Tags are taken
/// back one by one, since they were added and taken away one by one.
pub fn undo(
    action: i64,
    delta: &Delta,
    said: &Said,
    decisions: &Decisions,
    owners: &BTreeMap<Field, BTreeSet<i64>>,
) -> Result<Undone, UnreadableEvent> {
    let (before, after) = (with(decisions, &delta.before)?, with(decisions, &delta.after)?);
    let mut undone = Undone { decisions: decisions.clone(), stayed: Vec::new() };
    for field in delta.fields() {
        let owned = owners.get(&field).is_some_and(|actions| actions.contains(&action));
        if field == Field::Tags {
            undone.decisions.tags = tags_without(&before, &after, said, decisions);
        } else if owned {
            field.copy(&before, &mut undone.decisions);
        } else {
            undone.stayed.push(field);
        }
    }
    Ok(undone)
}

/// The tags without what was added between two lists, and with what was taken away. The log's own are no decision.
fn tags_without(before: &Decisions, after: &Decisions, said: &Said, now: &Decisions) -> Option<String> {
    if now.tags == after.tags {
        return before.tags.clone();
    }
    let list = |decisions: &Decisions| decisions.tags.clone().unwrap_or_else(|| said.tags.clone());
    let (was, is) = (list(before), list(after));
    let added: Vec<&str> = tags_of(&is).filter(|tag| !tags_of(&was).any(|other| other == *tag)).collect();
    let removed = tags_of(&was).filter(|tag| !tags_of(&is).any(|other| other == *tag));
    let tags = tags_with(&list(now), removed, &added);
    (tags != said.tags).then_some(tags)
}

/// Decisions by column.
fn columns(decisions: &Decisions) -> Map<String, Value> {
    match serde_json::to_value(decisions) {
        Ok(Value::Object(columns)) => columns,
        // A struct of texts and numbers is an object.
        _ => Map::new(),
    }
}
