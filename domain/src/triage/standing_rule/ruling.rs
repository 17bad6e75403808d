//! What standing rules make of findings.
//!
//! A rule is a layer between the log and people. [`rule_on`] takes away what the rules asked gave before, so that a finding is as
//! the log and people have it; then it asks the rules one after the other. Each sees what those before it gave, and of two that
//! give one field the later stands. What differs from today is the outcome: given, or taken back because the condition no longer
//! holds. So it does not matter how often rules are asked, or what the log said before.
//!
//! A rule leaves alone what a person decided and what a person took back of it; and it takes back only from a finding that is
//! still open, since whoever gave a verdict saw what the rule had given.

use std::collections::{BTreeMap, BTreeSet};

use super::{Gift, StandingRule};
use crate::labelled::labelled;
use crate::triage::columns::Columns;
use crate::triage::decision::held::{Hand, Held, Thing};
use crate::triage::decision::{Decisions, Field, Said, TAGS_MAX, tags_of, tags_with};
use crate::triage::{FindingRow, State};

/// A finding as rules are asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// As people see it.
    pub row: FindingRow,
    /// What the log says.
    pub said: Said,
    /// What is decided.
    pub decisions: Decisions,
    /// Who decided it.
    pub held: Held,
}

labelled! {
    /// What becomes of one thing that a rule gives to one finding.
    Fate, "fate" {
        /// The finding gets it.
        Given = "given",
        /// It shows that already.
        AlreadySo = "already so",
        /// A person decided otherwise.
        APersonDecided = "a person decided",
        /// A person took it back when the rule had given it.
        APersonUndidIt = "a person undid it",
        /// A rule that comes after decides it.
        ALaterRule = "a later rule decides",
        /// It carries as many tags as a finding can.
        NoRoom = "no room for a tag",
        /// The rule gave it once, and its condition no longer holds.
        TakenBack = "taken back",
    }
}

/// What one rule does about one field of one finding, or why it does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Which rule.
    pub rule: i64,
    /// Which field.
    pub field: Field,
    /// What becomes of it.
    pub fate: Fate,
    /// What the field shows now.
    pub from: String,
    /// What it shows afterwards; where it is left alone, what the rule would have given.
    pub to: String,
}

/// What one rule changes of one finding, after those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which rule.
    pub rule: i64,
    /// Whether it gives something; else it only takes back.
    pub gives: bool,
    /// What is decided afterwards.
    pub decisions: Decisions,
}

/// What rules make of one finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ruling {
    /// What each rule whose condition holds does about each thing it gives, and what is taken back.
    pub effects: Vec<Effect>,
    /// The changes, one rule after the other; none when nothing changes.
    pub steps: Vec<Step>,
}

/// Asks these rules, in this order, about each finding; the answers are in the order of the findings. `later` are rules that come
/// after all of them and are not asked: what they gave stays, and no condition sees it.
///
/// A finding for which another one stands is left alone. No finding may be there twice.
pub fn rule_on(rules: &[StandingRule], later: &BTreeSet<i64>, findings: &[Subject]) -> Vec<Ruling> {
    let asked: BTreeSet<i64> = rules.iter().map(|rule| rule.id).collect();
    let mut layers: Vec<Layer<'_>> = findings.iter().map(|finding| Layer::below(finding, &asked, later)).collect();
    let mut columns = Columns::of(layers.iter().map(Layer::row));
    for rule in rules {
        let view = columns.view(rule.condition.filter(), &[], None);
        let mut changed = Vec::new();
        for layer in &mut layers {
            let row = &layer.finding.row;
            let holds = columns.place(row.id).is_some_and(|place| view.holds(place));
            if holds && !row.state.is_replaced() {
                layer.take(rule);
                changed.push(layer.row());
            }
        }
        columns.upsert(changed);
    }
    layers.into_iter().map(|layer| layer.ruling(rules)).collect()
}

/// What goes together: a type brings its class.
const TOGETHER: [&[Field]; 3] = [&[Field::Type, Field::Class], &[Field::Priority], &[Field::Assignee]];

/// A finding while rules are asked about it.
struct Layer<'a> {
    finding: &'a Subject,
    asked: &'a BTreeSet<i64>,
    later: &'a BTreeSet<i64>,
    /// What people decided, and the rules so far.
    decisions: Decisions,
    /// Who gave what, the last of them.
    given: BTreeMap<Thing, i64>,
    fates: Vec<(i64, &'a Gift, Fate)>,
}

impl<'a> Layer<'a> {
    /// The finding without what these rules gave.
    fn below(finding: &'a Subject, asked: &'a BTreeSet<i64>, later: &'a BTreeSet<i64>) -> Self {
        let decisions = finding.decisions.clone();
        let mut layer = Self { finding, asked, later, decisions, given: BTreeMap::new(), fates: Vec::new() };
        for &field in TOGETHER.iter().copied().flatten() {
            if layer.holder(&Thing::Field(field)).is_some() && !layer.is_class_of_a_persons_type(field) {
                field.copy(&Decisions::default(), &mut layer.decisions);
            }
        }
        let tags = layer.tags_below();
        layer.decisions.tags = (tags != finding.said.tags).then_some(tags);
        layer
    }

    /// The tags that are not from these rules. Where only rules have touched them, they follow the log.
    fn tags_below(&self) -> String {
        let Subject { said, decisions, held, .. } = self.finding;
        let Some(list) = &decisions.tags else { return said.tags.clone() };
        let is_ours = |tag: &str| self.holder(&Thing::Tag(tag.to_owned())).is_some();
        let ours: Vec<&str> = tags_of(list).filter(|tag| is_ours(tag)).collect();
        if ours.is_empty() || held.has_a_persons_tag() {
            return tags_with(list, std::iter::empty(), &ours);
        }
        let of_others = tags_of(list)
            .filter(|tag| !is_ours(tag) && matches!(held.hand(&Thing::Tag((*tag).to_owned())), Some(Hand::Rule(_))));
        tags_with(&said.tags, of_others, &[])
    }

    /// The rule of those asked, or of the later ones, whose value stands.
    fn holder(&self, thing: &Thing) -> Option<i64> {
        self.finding.held.rule(thing).filter(|rule| self.asked.contains(rule) || self.later.contains(rule))
    }

    fn is_held_by_a_later(&self, thing: &Thing) -> bool {
        self.finding.held.rule(thing).is_some_and(|rule| self.later.contains(&rule))
    }

    fn is_a_persons(&self, thing: &Thing) -> bool {
        self.finding.held.hand(thing) == Some(Hand::Person)
    }

    /// A person who chose another type of the same class has chosen the class too, though only the type changed.
    fn is_class_of_a_persons_type(&self, field: Field) -> bool {
        field == Field::Class && self.is_a_persons(&Thing::Field(Field::Type))
    }

    fn row(&self) -> FindingRow {
        self.finding.row.showing(&self.finding.said, &self.decisions)
    }

    /// What a rule gives whose condition holds.
    fn take(&mut self, rule: &'a StandingRule) {
        for gift in rule.gives.gifts() {
            let thing = thing_of(gift);
            let fate = if self.is_a_persons(&thing) {
                Fate::APersonDecided
            } else if self.finding.held.is_declined(rule.id, &thing) {
                Fate::APersonUndidIt
            } else if self.is_held_by_a_later(&thing) {
                Fate::ALaterRule
            } else if !self.has_room(gift) {
                Fate::NoRoom
            } else {
                self.put(gift);
                self.given.insert(thing, rule.id);
                Fate::Given
            };
            self.fates.push((rule.id, gift, fate));
        }
    }

    fn has_room(&self, gift: &Gift) -> bool {
        let tags = self.decisions.tags.as_ref().unwrap_or(&self.finding.said.tags);
        !matches!(gift, Gift::Tag(_))
            || shows(gift, &self.finding.said, &self.decisions)
            || tags_of(tags).count() < TAGS_MAX
    }

    /// What the log says too is no decision: it may follow the log.
    fn put(&mut self, gift: &Gift) {
        let said = &self.finding.said;
        match gift {
            Gift::Type(kind) => {
                let class = Thing::Field(Field::Class);
                if !self.is_a_persons(&class) && !self.is_held_by_a_later(&class) {
                    self.decisions.class = Some(kind.class()).filter(|&class| class != said.class);
                }
                self.decisions.kind = Some(*kind).filter(|&kind| kind != said.kind);
            }
            Gift::Priority(priority) => {
                self.decisions.priority = Some(*priority).filter(|&priority| priority != said.priority);
            }
            Gift::Assignee(name) => self.decisions.assignee = Some(name.clone()),
            Gift::Tag(tag) => {
                let shown = self.decisions.tags.as_ref().unwrap_or(&said.tags);
                let tags = tags_with(shown, std::iter::once(tag.as_str()), &[]);
                self.decisions.tags = (tags != said.tags).then_some(tags);
            }
        }
    }

    /// The outcome, beside what is decided now.
    fn ruling(self, rules: &[StandingRule]) -> Ruling {
        let now = &self.finding.decisions;
        let mut target = self.decisions.clone();
        let authors = self.settle_fields(&mut target);
        let tags = self.settle_tags(&mut target);
        Ruling {
            effects: self.effects(&target, &authors, &tags),
            steps: self.steps(now, &target, rules, &authors, &tags),
        }
    }

    /// Who changes which field. What shows the same stays as it is stored; so does what a later rule gave, and what was given to
    /// a finding that is no longer open.
    fn settle_fields(&self, target: &mut Decisions) -> BTreeMap<Field, i64> {
        let Subject { row, said, decisions: now, .. } = self.finding;
        let mut authors = BTreeMap::new();
        for fields in TOGETHER {
            let stay = |target: &mut Decisions| fields.iter().for_each(|field| field.copy(now, target));
            for field in fields.iter().filter(|&&field| self.is_held_by_a_later(&Thing::Field(field))) {
                field.copy(now, target);
            }
            if fields.iter().all(|field| field.words(said, now) == field.words(said, target)) {
                stay(target);
                continue;
            }
            let given = fields.iter().find_map(|&field| self.given.get(&Thing::Field(field)).copied());
            let held = fields.iter().find_map(|&field| self.holder(&Thing::Field(field)));
            match given.or(held.filter(|rule| row.state == State::Open && self.asked.contains(rule))) {
                Some(rule) => authors.extend(fields.first().map(|&field| (field, rule))),
                None => stay(target),
            }
        }
        authors
    }

    /// Which tags come and go, and by whom.
    fn settle_tags(&self, target: &mut Decisions) -> Vec<TagTurn> {
        let Subject { row, said, decisions: now, .. } = self.finding;
        let was: Vec<&str> = tags_of(now.tags.as_ref().unwrap_or(&said.tags)).collect();
        let below = self.decisions.tags.clone().unwrap_or_else(|| said.tags.clone());
        let mut wanted: Vec<&str> = tags_of(&below).collect();
        let (mut turns, mut holder) = (Vec::new(), None);
        for &tag in &was {
            let thing = Thing::Tag(tag.to_owned());
            let Some(rule) = self.holder(&thing).filter(|_| !self.given.contains_key(&thing)) else { continue };
            if row.state == State::Open && self.asked.contains(&rule) {
                turns.push(TagTurn { rule, tag: tag.to_owned(), how: How::Goes });
            } else if !wanted.contains(&tag) {
                wanted.push(tag);
            }
        }
        for &tag in &wanted {
            let thing = Thing::Tag(tag.to_owned());
            match self.given.get(&thing) {
                Some(&rule) if was.contains(&tag) => holder = holder.or(Some(rule)),
                Some(&rule) => turns.push(TagTurn { rule, tag: tag.to_owned(), how: How::Comes }),
                None => {}
            }
        }
        let is_same = wanted.len() == was.len() && wanted.iter().all(|tag| was.contains(tag));
        if is_same || turns.is_empty() && holder.is_none() {
            target.tags.clone_from(&now.tags);
            return Vec::new();
        }
        // Those that stay keep their place, so that a list does not change its order by being looked at; unless the log says
        // others by now, which come first.
        let is_given = |tag: &str| self.given.contains_key(&Thing::Tag(tag.to_owned()));
        if wanted.iter().all(|tag| was.contains(tag) || is_given(tag)) {
            wanted.sort_by_key(|tag| was.iter().position(|other| other == tag).unwrap_or(usize::MAX));
        }
        let tags = wanted.join(";");
        if let (true, Some(rule)) = (turns.is_empty(), holder) {
            turns.push(TagTurn { rule, tag: String::new(), how: How::Follows });
        }
        target.tags = (tags != said.tags).then_some(tags);
        turns
    }

    fn effects(&self, target: &Decisions, authors: &BTreeMap<Field, i64>, tags: &[TagTurn]) -> Vec<Effect> {
        let Subject { said, decisions: now, .. } = self.finding;
        let changed_by = |field: Field, rule: i64| match field {
            Field::Tags => tags.iter().any(|turn| turn.rule == rule && turn.how != How::Goes),
            field => authors.get(&field) == Some(&rule),
        };
        let told = |field: Field| (words(field, said, now, target), words(field, said, target, now));
        let mut effects = Vec::new();
        for (rule, gift, fate) in &self.fates {
            let (field, thing) = (gift.field(), thing_of(gift));
            let is_last = self.given.get(&thing) == Some(rule);
            let fate = match fate {
                Fate::Given if is_last && changed_by(field, *rule) => Fate::Given,
                Fate::Given if is_last || shows(gift, said, target) => Fate::AlreadySo,
                Fate::Given => Fate::ALaterRule,
                _ if shows(gift, said, now) => Fate::AlreadySo,
                other => *other,
            };
            let (from, to) = match fate {
                Fate::Given => told(field),
                _ => (field.words(said, now), gift.value().to_owned()),
            };
            effects.push(Effect { rule: *rule, field, fate, from, to });
        }
        let fields = authors.iter().filter(|(field, _)| !self.given.contains_key(&Thing::Field(**field)));
        let tags = tags.iter().filter(|turn| turn.how == How::Goes).map(|turn| (&Field::Tags, &turn.rule));
        for (&field, &rule) in fields.chain(tags) {
            let (from, to) = told(field);
            effects.push(Effect { rule, field, fate: Fate::TakenBack, from, to });
        }
        effects
    }

    fn steps(
        &self,
        now: &Decisions,
        target: &Decisions,
        rules: &[StandingRule],
        authors: &BTreeMap<Field, i64>,
        tags: &[TagTurn],
    ) -> Vec<Step> {
        let said = &self.finding.said;
        let last_of_tags = rules.iter().rev().map(|rule| rule.id).find(|id| tags.iter().any(|turn| turn.rule == *id));
        let (mut steps, mut before) = (Vec::new(), now.clone());
        for rule in rules.iter().map(|rule| rule.id) {
            let (mut after, mut gives) = (before.clone(), false);
            for fields in TOGETHER {
                if fields.iter().any(|field| authors.get(field) == Some(&rule)) {
                    fields.iter().for_each(|field| field.copy(target, &mut after));
                    gives |= fields.iter().any(|&field| self.given.contains_key(&Thing::Field(field)));
                }
            }
            let turns = || tags.iter().filter(|turn| turn.rule == rule);
            if last_of_tags == Some(rule) {
                after.tags.clone_from(&target.tags);
            } else if turns().next().is_some() {
                let come = turns().filter(|turn| turn.how == How::Comes).map(|turn| turn.tag.as_str());
                let go: Vec<&str> =
                    turns().filter(|turn| turn.how == How::Goes).map(|turn| turn.tag.as_str()).collect();
                let list = tags_with(after.tags.as_ref().unwrap_or(&said.tags), come, &go);
                after.tags = (list != said.tags).then_some(list);
            }
            gives |= turns().any(|turn| turn.how != How::Goes);
            if after != before {
                steps.push(Step { rule, gives, decisions: after.clone() });
                before = after;
            }
        }
        steps
    }
}

/// What a rule does about the tags of a finding.
struct TagTurn {
    rule: i64,
    tag: String,
    how: How,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// The tag is new.
    Comes,
    /// The tag is taken away.
    Goes,
    /// The rule's tag is there already; the log's own beside it are others by now.
    Follows,
}

fn thing_of(gift: &Gift) -> Thing {
    match gift {
        Gift::Tag(tag) => Thing::Tag(tag.to_string()),
        other => Thing::Field(other.field()),
    }
}

/// Whether a finding shows what is given.
fn shows(gift: &Gift, said: &Said, decisions: &Decisions) -> bool {
    match gift {
        Gift::Type(kind) => decisions.kind.unwrap_or(said.kind) == *kind,
        Gift::Priority(priority) => decisions.priority.unwrap_or(said.priority) == *priority,
        Gift::Assignee(name) => decisions.assignee.as_ref() == Some(name),
        Gift::Tag(tag) => tags_of(decisions.tags.as_ref().unwrap_or(&said.tags)).any(|shown| shown == tag.as_str()),
    }
}

/// What a field shows, in words; a type with its class where the class is another beside it.
fn words(field: Field, said: &Said, shown: &Decisions, beside: &Decisions) -> String {
    let class = |decisions| Field::Class.words(said, decisions);
    match field {
        Field::Type if class(shown) != class(beside) => format!("{} ({})", field.words(said, shown), class(shown)),
        field => field.words(said, shown),
    }
}
