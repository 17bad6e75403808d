//! Standing rules: "always give this type, priority, tag or assignee when …", said once by a person and applied to findings as
//! they come.
//!
//! [`Written`] is a rule as it was typed, [`StandingRule`] one that was looked at, [`ruling`] what rules make of findings, and
//! [`dry_run`] what one would change, counted and told. What a person decided outranks a rule, a rule outranks detection.

pub mod dry_run;
pub mod ruling;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::decision::words::Tag;
use super::decision::{Edit, Field, kind_of};
use super::filter::{Assignee, Filter, Period, What};
use crate::findings::{FindingType, Priority};
use crate::people::{LoginName, ShownName};

/// What a person said once for all findings that will fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingRule {
    /// Its number; 0 while it is not saved.
    pub id: i64,
    /// What people call it.
    pub name: ShownName,
    /// When.
    pub condition: Condition,
    /// What it gives then.
    pub gives: Gives,
}

/// Which findings a rule is for: a filter that means the same at any time and for anybody, and does not let everything through.
/// Terms that are switched off are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition(Filter);

/// The longest condition \[bytes\] (our choice: a dozen printed lines; what is longer nobody reads again).
pub const CONDITION_MAX_BYTES: usize = 2_000;

/// Why a line is no [`Condition`]; a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCondition {
    /// A part of it does not read.
    #[error("{0}")]
    Misread(String),
    /// No term is on.
    #[error("say which findings: a rule without a condition would be for all of them")]
    Empty,
    /// A period that is another one every day.
    #[error("when:{0} is another time every day; a rule takes a week, a day or two instants, such as when:2022-W10")]
    Relative(Period),
    /// `assignee:me`.
    #[error("assignee:me is somebody else for each reader; write the login name")]
    Me,
    /// Longer than [`CONDITION_MAX_BYTES`].
    #[error("at most {CONDITION_MAX_BYTES} bytes, this has {0}")]
    TooLong(usize),
    /// NUL, an escape or another control character.
    #[error("it has a control character")]
    ControlCharacter,
}

impl Condition {
    /// Reads the line of a filter; all of it has to read.
    pub fn read(line: &str) -> Result<Self, NoCondition> {
        if line.len() > CONDITION_MAX_BYTES {
            return Err(NoCondition::TooLong(line.len()));
        }
        let (filter, misread) = Filter::read(line);
        if let Some(misread) = misread.first() {
            return Err(NoCondition::Misread(misread.to_string()));
        }
        let filter = Filter { terms: filter.on().cloned().collect() };
        for term in &filter.terms {
            match &term.what {
                What::When(period @ (Period::LastShift | Period::LastDays(_))) => {
                    return Err(NoCondition::Relative(*period));
                }
                What::Assignee(Assignee::Me) => return Err(NoCondition::Me),
                _ => {}
            }
        }
        if filter.terms.is_empty() {
            return Err(NoCondition::Empty);
        }
        if filter.to_string().chars().any(char::is_control) {
            return Err(NoCondition::ControlCharacter);
        }
        Ok(Self(filter))
    }

    /// Which findings.
    pub const fn filter(&self) -> &Filter {
        &self.0
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Condition {
    type Error = NoCondition;
    fn try_from(line: String) -> Result<Self, NoCondition> {
        Self::read(&line)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.to_string()
    }
}

/// What a rule gives: at least one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Gift>", into = "Vec<Gift>")]
pub struct Gives(Vec<Gift>);

/// One thing that a rule gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gift {
    /// The type, and its class with it.
    Type(FindingType),
    /// The priority.
    Priority(Priority),
    /// One tag more.
    Tag(Tag),
    /// Somebody to look at it.
    Assignee(LoginName),
}

/// Why gifts are none; a sentence without its full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoGifts {
    /// There is none.
    #[error("say what the rule gives: a type, a priority, a tag or an assignee")]
    Nothing,
    /// Two of one kind.
    #[error("a rule gives one {0} at most")]
    Twice(Field),
}

impl Gift {
    /// The field that it is about.
    pub const fn field(&self) -> Field {
        match self {
            Self::Type(_) => Field::Type,
            Self::Priority(_) => Field::Priority,
            Self::Tag(_) => Field::Tags,
            Self::Assignee(_) => Field::Assignee,
        }
    }

    /// The value.
    pub fn value(&self) -> &str {
        match self {
            Self::Type(kind) => kind.label(),
            Self::Priority(priority) => priority.label(),
            Self::Tag(tag) => tag.as_str(),
            Self::Assignee(name) => name.as_str(),
        }
    }

    /// The edit that a person would make instead.
    fn edit(&self) -> Edit {
        match self {
            Self::Type(kind) => Edit::Type(Some(*kind)),
            Self::Priority(priority) => Edit::Priority(Some(*priority)),
            Self::Tag(tag) => Edit::Tags { add: vec![tag.clone()], remove: vec![] },
            Self::Assignee(name) => Edit::Assignee(Some(name.clone())),
        }
    }
}

impl Gives {
    /// The gifts, in the order given.
    pub fn gifts(&self) -> &[Gift] {
        &self.0
    }

    /// The gift of that field, if there is one.
    pub fn of(&self, field: Field) -> Option<&Gift> {
        self.0.iter().find(|gift| gift.field() == field)
    }

    /// What it does, in a few words: `Type Handover, Tags +wind`.
    pub fn sentence(&self) -> String {
        self.0.iter().map(|gift| gift.edit().sentence()).collect::<Vec<_>>().join(", ")
    }
}

impl TryFrom<Vec<Gift>> for Gives {
    type Error = NoGifts;
    fn try_from(gifts: Vec<Gift>) -> Result<Self, NoGifts> {
        if gifts.is_empty() {
            return Err(NoGifts::Nothing);
        }
        for (at, gift) in gifts.iter().enumerate() {
            if gifts[..at].iter().any(|other| other.field() == gift.field()) {
                return Err(NoGifts::Twice(gift.field()));
            }
        }
        Ok(Self(gifts))
    }
}

impl From<Gives> for Vec<Gift> {
    fn from(gives: Gives) -> Self {
        gives.0
    }
}

/// A rule as somebody wrote it: texts that nobody has looked at. An empty text gives nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    /// What it is to be called.
    pub name: String,
    /// The line of a filter.
    pub condition: String,
    /// The label of a type, or the beginning of only one.
    #[serde(rename = "type")]
    pub kind: String,
    /// The label of a priority.
    pub priority: String,
    /// A tag.
    pub tag: String,
    /// A login name.
    pub assignee: String,
}

/// What is wrong with a written rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where: the name of a field of [`Written`] in a form, `gives` for all of what it gives.
    pub field: &'static str,
    /// A sentence without its full stop.
    pub why: String,
}

impl Written {
    /// The rule, with no number yet, or everything that is wrong with it.
    pub fn read(&self) -> Result<StandingRule, Vec<Mistake>> {
        /// Takes what reads, and notes what does not.
        fn noted<T, E: ToString>(mistakes: &mut Vec<Mistake>, field: &'static str, read: Result<T, E>) -> Option<T> {
            read.map_err(|why| mistakes.push(Mistake { field, why: why.to_string() })).ok()
        }
        let mut mistakes = Vec::new();
        let name = noted(&mut mistakes, "name", self.name.parse::<ShownName>());
        let condition = noted(&mut mistakes, "condition", Condition::read(&self.condition));
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let mut gifts = Vec::new();
        if let Some(kind) = given(&self.kind) {
            gifts.extend(noted(&mut mistakes, "type", kind_of(&kind)).map(Gift::Type));
        }
        if let Some(priority) = given(&self.priority) {
            gifts.extend(noted(&mut mistakes, "priority", priority.parse()).map(Gift::Priority));
        }
        if let Some(tag) = given(&self.tag) {
            gifts.extend(noted(&mut mistakes, "tag", Tag::try_from(tag)).map(Gift::Tag));
        }
        if let Some(name) = given(&self.assignee) {
            gifts.extend(noted(&mut mistakes, "assignee", name.parse()).map(Gift::Assignee));
        }
        let gives_nothing = [&self.kind, &self.priority, &self.tag, &self.assignee].iter().all(|t| given(t).is_none());
        if gives_nothing {
            mistakes.push(Mistake { field: "gives", why: NoGifts::Nothing.to_string() });
        }
        match (name, condition, Gives::try_from(gifts)) {
            (Some(name), Some(condition), Ok(gives)) if mistakes.is_empty() => {
                Ok(StandingRule { id: 0, name, condition, gives })
            }
            _ => Err(mistakes),
        }
    }
}

impl From<&StandingRule> for Written {
    fn from(rule: &StandingRule) -> Self {
        let value = |field| rule.gives.of(field).map(|gift| gift.value().to_owned()).unwrap_or_default();
        Self {
            name: rule.name.to_string(),
            condition: rule.condition.to_string(),
            kind: value(Field::Type),
            priority: value(Field::Priority),
            tag: value(Field::Tags),
            assignee: value(Field::Assignee),
        }
    }
}
