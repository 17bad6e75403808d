//! What people decide about a finding: the edits they can make, and what each makes of what was decided before.
//!
//! [`Change::on`] is the whole of it: what the log says and what is decided go in, what is decided afterwards comes out. The
//! store keeps what differs as an event, [`undo`] takes events back, and playing all events from nothing gives the table. The
//! browser applies the same function to show an edit before the server has answered.

pub mod held;
pub mod undo;
pub mod words;

use serde::{Deserialize, Serialize};

use self::words::{Comment, Reason, Tag};
use super::State;
use crate::findings::{Class, FindingType, Priority};
use crate::labelled::labelled;
use crate::people::LoginName;
use crate::time::Instant;

/// What people decided about one finding; `None` where nobody did. The names in JSON are the columns of the table, so that an
/// event's before and after are parts of this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decisions {
    /// What it really is.
    #[serde(rename = "decided_type")]
    pub kind: Option<FindingType>,
    /// The class of that.
    #[serde(rename = "decided_class")]
    pub class: Option<Class>,
    /// How urgent.
    #[serde(rename = "decided_priority")]
    pub priority: Option<Priority>,
    /// All its tags, joined by `;`; the empty text takes those of the log away.
    #[serde(rename = "decided_tags")]
    pub tags: Option<String>,
    /// The comment in the table.
    #[serde(rename = "decided_comment")]
    pub comment: Option<String>,
    /// Never [`State::Open`] or [`State::ResolvedByTheLog`]: those are the log's to say.
    #[serde(rename = "decided_state")]
    pub state: Option<State>,
    /// Who is to look at it.
    pub assignee: Option<LoginName>,
    /// When it wakes; there exactly when it is snoozed.
    pub snoozed_until: Option<Instant>,
    /// Why it was dismissed; there exactly when it is.
    pub dismissed_because: Option<String>,
    /// Where its parts meet, while it is split.
    pub cut_at: Option<Instant>,
    /// What it stands in; there exactly when it is merged.
    pub merged_into: Option<i64>,
}

/// What the log says, as far as decisions depend on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The type.
    pub kind: FindingType,
    /// The class.
    pub class: Class,
    /// The priority.
    pub priority: Priority,
    /// The tags, joined by `;`.
    pub tags: String,
    /// The comment.
    pub comment: String,
    /// Open, or resolved.
    pub state: State,
}

labelled! {
    /// What is decided as one: two people who change different fields do not disagree.
    Field, "field" {
        /// The type.
        Type = "Type",
        /// The class.
        Class = "Class",
        /// The priority.
        Priority = "Priority",
        /// The tags.
        Tags = "Tags",
        /// The comment of the table.
        Comment = "Comment",
        /// The state with what belongs to it: until when, why, where it is cut, what it stands in.
        State = "State",
        /// The assignee.
        Assignee = "Assignee",
    }
}

/// One thing a person does to a finding. `None` gives the field back to the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// It is really a … The class follows.
    Type(Option<FindingType>),
    /// The class alone.
    Class(Option<Class>),
    /// How urgent it is.
    Priority(Option<Priority>),
    /// Who is to look at it.
    Assignee(Option<LoginName>),
    /// Tags to add and to take away.
    Tags {
        /// To add.
        #[serde(default)]
        add: Vec<Tag>,
        /// To take away.
        #[serde(default)]
        remove: Vec<Tag>,
    },
    /// It is as found.
    Confirm,
    /// It is nothing.
    Dismiss {
        /// Why.
        because: Reason,
    },
    /// Not now.
    Snooze {
        /// When it comes back.
        until: Instant,
    },
    /// Nothing is decided about its state.
    Reopen,
    /// A line in its thread.
    Comment(Comment),
}

labelled! {
    /// The verbs of the page's forms. Each takes one text, which [`Edit::of`] reads.
    Verb, "verb" {
        /// No text.
        Confirm = "confirm",
        /// The label of a type or the beginning of only one; nothing gives it back to the log.
        Type = "type",
        /// The label of a priority; nothing gives it back to the log.
        Priority = "priority",
        /// A login name; nothing for nobody.
        Assign = "assign",
        /// An instant.
        Snooze = "snooze",
        /// A reason.
        Dismiss = "dismiss",
        /// A tag.
        Tag = "tag",
        /// A tag.
        Untag = "untag",
        /// A comment.
        Comment = "comment",
        /// No text.
        Reopen = "reopen",
    }
}

/// Edits that are made together, one of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Edit>", into = "Vec<Edit>")]
pub struct Change(Vec<Edit>);

/// Why a change is refused, as its author is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A change without an edit.
    #[error("nothing to change")]
    Nothing,
    /// Two edits of one field.
    #[error("{0} is given twice")]
    Twice(&'static str),
    /// The finding is split or merged.
    #[error("another finding stands for this one: it is {0}")]
    Replaced(State),
    /// More tags than a finding can carry.
    #[error("a finding has at most {TAGS_MAX} tags")]
    TooManyTags,
}

/// How many tags a finding can carry (our choice: what has more is not grouped by them).
pub const TAGS_MAX: usize = 32;

/// Somebody else changed a field since the version an edit was made on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// Which field.
    pub field: Field,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// An edit that would overwrite what somebody else decided meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collision {
    /// The finding.
    pub finding: i64,
    /// Which field.
    pub field: Field,
    /// What it is now.
    pub theirs: String,
    /// What the edit wanted.
    pub mine: String,
    /// Who changed it.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// A finding to change, and the version of it that its author saw. Without a version nothing is stale: it changes whatever is
/// there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Which finding.
    pub finding: i64,
    /// Its version when the author decided.
    #[serde(default)]
    pub row_version: Option<i64>,
}

/// What an action did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionDone {
    /// Its number, to undo it by; `None` when it changed nothing.
    pub action: Option<i64>,
    /// What it did, in a few words.
    pub sentence: String,
    /// The number of the change: a list that has it shows the action.
    pub seq: i64,
    /// How many findings changed.
    pub n_changed: i64,
    /// Fields that somebody else changed meanwhile and that are as they were; at most [`COLLISIONS_TOLD`] of them.
    pub collisions: Vec<Collision>,
    /// How many such fields there are.
    pub n_collisions: i64,
    /// Findings that cannot be changed so, and why; at most [`COLLISIONS_TOLD`] of them.
    pub refused: Vec<(i64, String)>,
    /// How many such findings there are.
    pub n_refused: i64,
}

/// How many collisions an answer tells one by one (our choice: a person reads no more).
pub const COLLISIONS_TOLD: usize = 100;

/// What a change makes of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What is decided afterwards. Fields that collide are as before.
    pub decisions: Decisions,
    /// The fields that collide, with what they are and what was wanted.
    pub collisions: Vec<(Since, String, String)>,
}

impl TryFrom<Vec<Edit>> for Change {
    type Error = Refusal;
    fn try_from(edits: Vec<Edit>) -> Result<Self, Refusal> {
        if edits.is_empty() {
            return Err(Refusal::Nothing);
        }
        for (at, edit) in edits.iter().enumerate() {
            if edits[..at].iter().any(|other| other.what() == edit.what()) {
                return Err(Refusal::Twice(edit.what()));
            }
        }
        Ok(Self(edits))
    }
}

impl From<Change> for Vec<Edit> {
    fn from(change: Change) -> Self {
        change.0
    }
}

impl From<Edit> for Change {
    fn from(edit: Edit) -> Self {
        Self(vec![edit])
    }
}

impl Change {
    /// Its edits, in the order given.
    pub fn edits(&self) -> &[Edit] {
        &self.0
    }

    /// The comment it writes.
    pub fn comment(&self) -> Option<&Comment> {
        self.0.iter().find_map(|edit| if let Edit::Comment(comment) = edit { Some(comment) } else { None })
    }

    /// Whether it writes a comment and changes nothing.
    pub fn is_only_comment(&self) -> bool {
        self.0.iter().all(|edit| matches!(edit, Edit::Comment(_)))
    }

    /// What it does, in a few words: `Priority High`.
    pub fn sentence(&self) -> String {
        self.0.iter().map(Edit::sentence).collect::<Vec<_>>().join(", ")
    }

    /// What is decided after this change. `since` is what others changed since the version the change was made on: a field of
    /// it collides unless both want the same, and is left alone. Tags never collide: each is added or taken away by itself.
    ///
    /// Refused is a finding for which another one stands, except to comment on it.
    pub fn on(&self, said: &Said, decisions: &Decisions, since: &[Since]) -> Result<Outcome, Refusal> {
        if let Some(state) = decisions.state.filter(|state| state.is_replaced() && !self.is_only_comment()) {
            return Err(Refusal::Replaced(state));
        }
        let mut outcome = Outcome { decisions: decisions.clone(), collisions: Vec::new() };
        for edit in &self.0 {
            let mut wanted = outcome.decisions.clone();
            edit.put(said, &mut wanted)?;
            for &field in edit.fields() {
                if field != Field::Tags
                    && !field.is_same(&wanted, decisions)
                    && let Some(since) = since.iter().rev().find(|since| since.field == field)
                {
                    let told = (since.clone(), field.words(said, decisions), field.words(said, &wanted));
                    outcome.collisions.push(told);
                } else {
                    field.copy(&wanted, &mut outcome.decisions);
                }
            }
        }
        Ok(outcome)
    }
}

impl ActionDone {
    /// One more finding that cannot be changed so.
    pub fn refuse(&mut self, finding: i64, why: String) {
        self.n_refused += 1;
        if self.refused.len() < COLLISIONS_TOLD {
            self.refused.push((finding, why));
        }
    }

    /// One more field that somebody else changed meanwhile.
    pub fn collide(&mut self, collision: Collision) {
        self.n_collisions += 1;
        if self.collisions.len() < COLLISIONS_TOLD {
            self.collisions.push(collision);
        }
    }
}

impl Edit {
    /// What a form asks for; the error is a sentence without its full stop, for whoever typed the text.
    pub fn of(verb: Verb, text: &str) -> Result<Self, String> {
        fn sentence(why: impl ToString) -> String {
            why.to_string()
        }
        let text = text.trim();
        let given = (!text.is_empty()).then_some(text);
        Ok(match verb {
            Verb::Confirm => Self::Confirm,
            Verb::Reopen => Self::Reopen,
            Verb::Type => Self::Type(given.map(kind_of).transpose()?),
            Verb::Priority => Self::Priority(given.map(str::parse).transpose().map_err(sentence)?),
            Verb::Assign => Self::Assignee(given.map(str::parse).transpose().map_err(sentence)?),
            Verb::Snooze => Self::Snooze { until: instant_of(text)? },
            Verb::Dismiss => Self::Dismiss { because: text.to_owned().try_into().map_err(sentence)? },
            Verb::Tag => Self::Tags { add: vec![text.to_owned().try_into().map_err(sentence)?], remove: vec![] },
            // A tag of the log is whatever the log says, so it is not looked at like one that somebody types.
            Verb::Untag => Self::Tags { add: vec![], remove: vec![Tag::of_the_log(text)] },
            Verb::Comment => Self::Comment(text.to_owned().try_into().map_err(sentence)?),
        })
    }

    /// What it is about, once in a change.
    const fn what(&self) -> &'static str {
        match self {
            Self::Type(_) => "the type",
            Self::Class(_) => "the class",
            Self::Priority(_) => "the priority",
            Self::Assignee(_) => "the assignee",
            Self::Tags { .. } => "the tags",
            Self::Confirm | Self::Dismiss { .. } | Self::Snooze { .. } | Self::Reopen => "the state",
            Self::Comment(_) => "the comment",
        }
    }

    /// The fields it decides.
    pub const fn fields(&self) -> &'static [Field] {
        match self {
            Self::Type(_) => &[Field::Type, Field::Class],
            Self::Class(_) => &[Field::Class],
            Self::Priority(_) => &[Field::Priority],
            Self::Assignee(_) => &[Field::Assignee],
            Self::Tags { .. } => &[Field::Tags],
            Self::Confirm | Self::Dismiss { .. } | Self::Snooze { .. } | Self::Reopen => &[Field::State],
            Self::Comment(_) => &[],
        }
    }

    fn put(&self, said: &Said, decisions: &mut Decisions) -> Result<(), Refusal> {
        match self {
            Self::Type(kind) => {
                decisions.kind = *kind;
                decisions.class = kind.map(FindingType::class).filter(|&class| class != said.class);
            }
            Self::Class(class) => decisions.class = *class,
            Self::Priority(priority) => decisions.priority = *priority,
            Self::Assignee(assignee) => decisions.assignee.clone_from(assignee),
            Self::Tags { add, remove } => {
                let add = add.iter().map(Tag::as_str);
                let remove: Vec<_> = remove.iter().map(Tag::as_str).collect();
                let shown = decisions.tags.as_deref().unwrap_or(&said.tags);
                let tags = tags_with(shown, add, &remove);
                if tags_of(&tags).count() > TAGS_MAX.max(tags_of(shown).count()) {
                    return Err(Refusal::TooManyTags);
                }
                // The log's own tags again are no decision: they may follow the log.
                decisions.tags = (tags != said.tags).then_some(tags);
            }
            Self::Confirm => decisions.set_state(Some(State::Confirmed)),
            Self::Dismiss { because } => {
                decisions.set_state(Some(State::Dismissed));
                decisions.dismissed_because = Some(because.to_string());
            }
            Self::Snooze { until } => {
                decisions.set_state(Some(State::Snoozed));
                decisions.snoozed_until = Some(*until);
            }
            Self::Reopen => decisions.set_state(None),
            Self::Comment(_) => {}
        }
        Ok(())
    }

    pub(in crate::triage) fn sentence(&self) -> String {
        fn back_to_the_log<T: std::fmt::Display>(name: &str, value: Option<&T>) -> String {
            value.map_or_else(|| format!("{name} as the log says"), |value| format!("{name} {value}"))
        }
        match self {
            Self::Type(kind) => back_to_the_log("Type", kind.as_ref()),
            Self::Class(class) => back_to_the_log("Class", class.as_ref()),
            Self::Priority(priority) => back_to_the_log("Priority", priority.as_ref()),
            Self::Assignee(Some(name)) => format!("Assigned to {name}"),
            Self::Assignee(None) => "Assigned to nobody".to_owned(),
            Self::Tags { add, remove } => {
                let add = add.iter().map(|tag| format!("+{tag}"));
                let remove = remove.iter().map(|tag| format!("\u{2212}{tag}"));
                format!("Tags {}", add.chain(remove).collect::<Vec<_>>().join(" "))
            }
            Self::Confirm => "Confirmed".to_owned(),
            Self::Dismiss { because } => format!("Dismissed: {because}"),
            Self::Snooze { until } => format!("Snoozed until {}", until.for_people()),
            Self::Reopen => "Reopened".to_owned(),
            Self::Comment(_) => "Commented".to_owned(),
        }
    }
}

impl Decisions {
    /// Another state, without what belonged to the old one.
    pub fn set_state(&mut self, state: Option<State>) {
        (self.state, self.snoozed_until, self.dismissed_because) = (state, None, None);
        (self.cut_at, self.merged_into) = (None, None);
    }
}

impl Field {
    /// Takes this field from the one to the other.
    pub(in crate::triage) fn copy(self, from: &Decisions, to: &mut Decisions) {
        match self {
            Self::Type => to.kind = from.kind,
            Self::Class => to.class = from.class,
            Self::Priority => to.priority = from.priority,
            Self::Tags => to.tags.clone_from(&from.tags),
            Self::Comment => to.comment.clone_from(&from.comment),
            Self::State => {
                (to.state, to.snoozed_until, to.cut_at, to.merged_into) =
                    (from.state, from.snoozed_until, from.cut_at, from.merged_into);
                to.dismissed_because.clone_from(&from.dismissed_because);
            }
            Self::Assignee => to.assignee.clone_from(&from.assignee),
        }
    }

    fn is_same(self, a: &Decisions, b: &Decisions) -> bool {
        let mut copy = b.clone();
        self.copy(a, &mut copy);
        copy == *b
    }

    /// What this field shows, in the words of the page.
    pub fn words(self, said: &Said, decisions: &Decisions) -> String {
        match self {
            Self::Type => decisions.kind.unwrap_or(said.kind).to_string(),
            Self::Class => decisions.class.unwrap_or(said.class).to_string(),
            Self::Priority => decisions.priority.unwrap_or(said.priority).to_string(),
            Self::Tags => decisions.tags.as_ref().unwrap_or(&said.tags).clone(),
            Self::Comment => decisions.comment.as_ref().unwrap_or(&said.comment).clone(),
            Self::State => match (decisions.state, decisions.snoozed_until, &decisions.dismissed_because) {
                (Some(State::Snoozed), Some(until), _) => format!("Snoozed until {}", until.for_people()),
                (Some(State::Dismissed), _, Some(because)) => format!("Dismissed: {because}"),
                (state, ..) => state.unwrap_or(said.state).to_string(),
            },
            Self::Assignee => decisions.assignee.as_ref().map_or_else(|| "nobody".to_owned(), ToString::to_string),
        }
    }
}

/// The type somebody means: its label, or what only one label begins with or, failing that, contains.
pub fn kind_of(text: &str) -> Result<FindingType, String> {
    let wanted = text.trim().to_lowercase();
    let labels = || FindingType::ALL.iter().copied().map(|kind| (kind, kind.label().to_lowercase()));
    if let Some((kind, _)) = labels().find(|(_, label)| *label == wanted) {
        return Ok(kind);
    }
    let fits: [fn(&str, &str) -> bool; 2] =
        [|label, wanted| label.starts_with(wanted), |label, wanted| label.contains(wanted)];
    for fits in fits {
        let found: Vec<FindingType> =
            labels().filter(|(_, label)| !wanted.is_empty() && fits(label, &wanted)).map(|(kind, _)| kind).collect();
        match found[..] {
            [] => {}
            [kind] => return Ok(kind),
            _ => {
                let labels: Vec<_> = found.iter().map(|kind| kind.label()).collect();
                return Err(format!("which type: {}", labels.join(", ")));
            }
        }
    }
    Err("no type has this name".to_owned())
}

/// An instant as people type it: also without seconds, or without a time of day.
pub fn instant_of(text: &str) -> Result<Instant, String> {
    let text = text.trim().trim_end_matches('Z').replace('T', " ");
    let whole = match text.len() {
        10 => format!("{text} 00:00:00"),
        16 => format!("{text}:00"),
        _ => text,
    };
    Instant::parse(&whole).map_err(|why| why.to_string())
}

/// The tags of a list that is joined by `;`.
pub fn tags_of(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').filter(|tag| !tag.is_empty())
}

/// The list with some tags more at its end and some less.
pub(in crate::triage) fn tags_with<'a>(list: &str, add: impl Iterator<Item = &'a str>, remove: &[&str]) -> String {
    let mut tags: Vec<&str> = tags_of(list).filter(|tag| !remove.contains(tag)).collect();
    for tag in add {
        if !tags.contains(&tag) && !remove.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.join(";")
}
