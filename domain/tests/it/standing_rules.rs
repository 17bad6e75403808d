//! What a rule may say, what rules make of findings, and that people have the last word.

use std::collections::{BTreeMap, BTreeSet};

use domain::facts::Id;
use domain::family::Family;
use domain::findings::{Class, FindingType, Priority};
use domain::time::Span;
use domain::triage::decision::held::{Hand, Held, Thing, Turn};
use domain::triage::decision::undo::{Delta, Past, owners, undo, with};
use domain::triage::decision::{Change, Decisions, Edit, Field, Said, tags_of};
use domain::triage::standing_rule::dry_run::DryRun;
use domain::triage::standing_rule::ruling::{Fate, Ruling, Subject, rule_on};
use domain::triage::standing_rule::{Condition, Gift, NoGifts, StandingRule, Written};
use domain::triage::{FindingRow, State};
use proptest::prelude::*;
use proptest::sample::select;

use crate::given::finding;
use crate::story::at;

/// A gap of 0.1 h with the tag `M83` of which nobody has said anything.
fn gap(id: i64) -> Night {
    let said = Said {
        kind: FindingType::Other,
        class: Class::Gap,
        priority: Priority::None,
        tags: "M83".to_owned(),
        comment: "IF delay".to_owned(),
        state: State::Open,
    };
    Night { id, seconds: 360, said, decisions: Decisions::default(), past: Vec::new() }
}

/// A finding with its past, as the store keeps it.
#[derive(Clone, Debug)]
struct Night {
    id: i64,
    seconds: i64,
    said: Said,
    decisions: Decisions,
    past: Vec<Turn>,
}

impl Night {
    fn subject(&self) -> Subject {
        let row = FindingRow {
            kind: self.said.kind,
            class: self.said.class,
            priority: self.said.priority,
            state: self.said.state,
            family: Some(Family::Twelve),
            shift: Some("S1".parse::<Id>().unwrap()),
            span: Some(Span::between(at("08:00"), at("08:00").plus(self.seconds))),
            tags: self.said.tags.clone(),
            comment: self.said.comment.clone(),
            ..finding(self.id)
        };
        let row = row.showing(&self.said, &self.decisions);
        let held = Held::of(&self.past);
        Subject { row, said: self.said.clone(), decisions: self.decisions.clone(), held }
    }

    fn write(&mut self, undoes: Option<i64>, rule: Option<i64>, after: Decisions) {
        let delta = Delta::between(&self.decisions, &after);
        if !delta.is_empty() {
            let action = i64::try_from(self.past.len()).unwrap() + 1;
            let said_tags = self.said.tags.clone();
            self.past.push(Turn { action, undoes, rule, delta, said_tags });
            self.decisions = after;
        }
    }

    fn person(&mut self, edit: Edit) {
        let outcome = Change::from(edit).on(&self.said, &self.decisions, &[]).unwrap();
        self.write(None, None, outcome.decisions);
    }

    fn undo(&mut self, nth: usize) {
        let Some(turn) = self.past.get(nth).cloned() else { return };
        let past =
            self.past.iter().map(|turn| Past { action: turn.action, undoes: turn.undoes, fields: turn.delta.fields() });
        let owners = owners(&past.collect::<Vec<_>>());
        let undone = undo(turn.action, &turn.delta, &self.said, &self.decisions, &owners).unwrap();
        self.write(Some(turn.action), None, undone.decisions);
    }

    /// Rules are asked after a detection, and what they change is written.
    fn ask(&mut self, rules: &[StandingRule]) -> Ruling {
        let ruling = rule_on(rules, &BTreeSet::new(), &[self.subject()]).remove(0);
        for step in &ruling.steps {
            self.write(None, Some(step.rule), step.decisions.clone());
        }
        ruling
    }

    fn shown(&self) -> (FindingType, Priority, String) {
        let row = self.subject().row;
        (row.kind, row.priority, row.tags)
    }
}

fn rule(id: i64, condition: &str, kind: &str, priority: &str, tag: &str) -> StandingRule {
    let text = |text: &str| text.to_owned();
    let written = Written {
        name: format!("Rule {id}"),
        condition: text(condition),
        kind: text(kind),
        priority: text(priority),
        tag: text(tag),
        assignee: String::new(),
    };
    StandingRule { id, ..written.read().unwrap() }
}

fn fates(ruling: &Ruling) -> Vec<(i64, Field, Fate)> {
    ruling.effects.iter().map(|effect| (effect.rule, effect.field, effect.fate)).collect()
}

fn tag(text: &str) -> Edit {
    Edit::Tags { add: vec![text.to_owned().try_into().unwrap()], remove: vec![] }
}

fn untag(text: &str) -> Edit {
    Edit::Tags { add: vec![], remove: vec![text.to_owned().try_into().unwrap()] }
}

#[test]
fn a_condition_means_the_same_at_any_time_and_for_anybody() {
    let refused = |line: &str| Condition::read(line).unwrap_err().to_string();
    for lasting in ["class:gap type:other dur:<0.2 \"IF delay\"", "when:2022-W10", "when:2022-03-12..", "-tag:wind"] {
        assert_eq!(Condition::read(lasting).unwrap().to_string(), *lasting);
    }
    assert_eq!(
        refused("type:other when:7d"),
        "when:7d is another time every day; a rule takes a week, a day or two instants, such as when:2022-W10"
    );
    assert!(refused("-when:last-shift").starts_with("when:last-shift is another time"));
    assert_eq!(refused("assignee:me"), "assignee:me is somebody else for each reader; write the login name");
    assert!(refused("type:other prio:high").starts_with("prio:high (character 12): there is no filter prio"));
    let for_all = "say which findings: a rule without a condition would be for all of them";
    assert_eq!((refused(" "), refused("~type:other")), (for_all.to_owned(), for_all.to_owned()));
    assert_eq!(Condition::read("~when:7d type:other").unwrap().to_string(), "type:other", "what is off is not kept");
    assert_eq!(refused("a\0b"), "it has a control character");
    assert_eq!(refused(&"x".repeat(2_001)), "at most 2000 bytes, this has 2001");
}

#[test]
fn a_written_rule_is_read_whole_or_every_mistake_in_it_is_told() {
    let told =
        Written { kind: "e".to_owned(), priority: "Huge".to_owned(), tag: "a;b".to_owned(), ..Written::default() };
    let mistakes = told.read().unwrap_err();
    let fields: Vec<&str> = mistakes.iter().map(|mistake| mistake.field).collect();
    assert_eq!(fields, ["name", "condition", "type", "priority", "tag"]);
    let nothing = Written { name: "Short".to_owned(), condition: "dur:<0.2".to_owned(), ..Written::default() }
        .read()
        .unwrap_err();
    assert_eq!((nothing.len(), nothing[0].field), (1, "gives"));
    let rule = rule(0, "dur:<0.2", "hando", "Low", "wind");
    assert_eq!(rule.gives.sentence(), "Type Handover, Priority Low, Tags +wind");
    assert_eq!(Written::from(&rule).read().unwrap(), rule);
    let gifts = vec![Gift::Priority(Priority::Low), Gift::Priority(Priority::High)];
    assert_eq!(domain::triage::standing_rule::Gives::try_from(gifts), Err(NoGifts::Twice(Field::Priority)));
}

#[test]
fn a_rule_gives_what_it_says_to_what_fits_and_asking_again_changes_nothing() {
    let rules = [rule(1, "type:other dur:<0.2 \"if delay\"", "Overlapping shift", "Low", "delay")];
    let (mut short, mut long) = (gap(1), Night { seconds: 720, ..gap(2) });
    let ruling = short.ask(&rules);
    assert_eq!(short.shown(), (FindingType::OverlappingShift, Priority::Low, "M83;delay".to_owned()));
    assert_eq!(short.subject().row.class, Class::UserError, "a type brings its class");
    let told: Vec<_> = ruling.effects.iter().map(|effect| (effect.from.as_str(), effect.to.as_str())).collect();
    assert_eq!(told, [("Other (GAP)", "Overlapping shift (USER ERROR)"), ("None", "Low"), ("M83", "M83;delay")]);
    assert_eq!(long.ask(&rules), Ruling::default(), "0.2 h is not under 0.2 h");

    // Its type is another by now, so the list would no longer find it by type:other. The rule still does.
    let again = short.ask(&rules);
    assert_eq!(again.steps, []);
    assert!(again.effects.iter().all(|effect| effect.fate == Fate::AlreadySo), "{again:?}");
}

#[test]
fn what_no_longer_fits_is_as_the_log_says_again_unless_somebody_gave_a_verdict() {
    let rules = [rule(1, "dur:<0.2", "Handover", "", "short")];
    let (mut open, mut confirmed) = (gap(1), gap(2));
    open.ask(&rules);
    confirmed.ask(&rules);
    confirmed.person(Edit::Confirm);
    (open.seconds, confirmed.seconds) = (7_200, 7_200);
    let ruling = open.ask(&rules);
    assert_eq!(fates(&ruling), [(1, Field::Type, Fate::TakenBack), (1, Field::Tags, Fate::TakenBack)]);
    assert!(!ruling.steps[0].gives);
    assert_eq!(open.decisions, Decisions::default());
    assert_eq!(confirmed.ask(&rules).steps, []);
    assert_eq!(confirmed.shown(), (FindingType::Handover, Priority::None, "M83;short".to_owned()));
    // Back to 0.1 h: the rule fits again.
    open.seconds = 360;
    open.ask(&rules);
    assert_eq!(open.shown().0, FindingType::Handover);
}

#[test]
fn what_a_person_decided_stays_also_when_they_gave_it_back_to_the_log() {
    let rules = [rule(1, "class:gap", "Handover", "Low", "wind")];
    let mut finding = gap(1);
    finding.person(Edit::Priority(Some(Priority::High)));
    finding.person(tag("snow"));
    let ruling = finding.ask(&rules);
    assert_eq!(finding.shown(), (FindingType::Handover, Priority::High, "M83;snow;wind".to_owned()));
    let priority = ruling.effects.iter().find(|effect| effect.field == Field::Priority).unwrap();
    assert_eq!((priority.fate, priority.from.as_str(), priority.to.as_str()), (Fate::APersonDecided, "High", "Low"));

    finding.person(Edit::Priority(None));
    finding.person(Edit::Type(None));
    finding.person(untag("wind"));
    assert_eq!(finding.ask(&rules).steps, []);
    assert_eq!(finding.shown(), (FindingType::Other, Priority::None, "M83;snow".to_owned()));

    // Who takes their own word back leaves it to the rule again.
    let mut undone = gap(2);
    undone.person(Edit::Priority(Some(Priority::High)));
    undone.undo(0);
    undone.ask(&rules);
    assert_eq!(undone.shown().1, Priority::Low);
}

#[test]
fn what_a_person_took_back_of_a_rule_it_does_not_give_again_and_another_may() {
    let (mine, other) = (rule(1, "class:gap", "", "Low", "wind"), rule(2, "class:gap", "", "High", ""));
    let mut finding = gap(1);
    finding.ask(std::slice::from_ref(&mine));
    finding.undo(0);
    assert_eq!(finding.decisions, Decisions::default());
    finding.seconds = 400;
    let ruling = finding.ask(std::slice::from_ref(&mine));
    let left = [(1, Field::Priority, Fate::APersonUndidIt), (1, Field::Tags, Fate::APersonUndidIt)];
    assert_eq!((fates(&ruling), ruling.steps), (left.to_vec(), vec![]));
    let both = [mine.clone(), other];
    finding.ask(&both);
    assert_eq!(finding.shown(), (FindingType::Other, Priority::High, "M83".to_owned()));

    // The undo is undone: the rule's word stands as before, and follows the rule.
    let mut again = gap(2);
    again.ask(std::slice::from_ref(&mine));
    again.undo(0);
    again.undo(1);
    assert_eq!(again.subject().held.hand(&Thing::Field(Field::Priority)), Some(Hand::Rule(1)));
    again.ask(&[rule(1, "class:gap", "", "Medium", "wind")]);
    assert_eq!(again.shown(), (FindingType::Other, Priority::Medium, "M83;wind".to_owned()));
}

#[test]
fn rules_are_asked_in_order_and_of_two_the_later_stands() {
    let (first, second) = (rule(1, "type:other", "Handover", "Low", "a"), rule(2, "type:handover", "", "High", "b"));
    let mut finding = gap(1);
    let ruling = finding.ask(&[first.clone(), second.clone()]);
    assert_eq!(finding.shown(), (FindingType::Handover, Priority::High, "M83;a;b".to_owned()));
    // Nothing of what the second overrides is written: the trail has one change of each field.
    let by: Vec<_> = finding.past.iter().map(|turn| (turn.rule, turn.delta.fields().into_iter().collect())).collect();
    assert_eq!(
        by,
        [(Some(1), vec![Field::Type, Field::Tags]), (Some(2), vec![Field::Priority, Field::Tags])],
        "{ruling:?}"
    );
    assert!(fates(&ruling).contains(&(1, Field::Priority, Fate::ALaterRule)));

    // The other way round the second does not yet see a handover.
    let mut other = gap(2);
    other.ask(&[second.clone(), first.clone()]);
    assert_eq!(other.shown(), (FindingType::Handover, Priority::Low, "M83;a".to_owned()));

    // One asked alone leaves what the later gave, and its condition does not see it.
    let urgent = rule(1, "type:other priority:none", "Handover", "Low", "");
    let alone = rule_on(&[urgent], &BTreeSet::from([2]), &[finding.subject()]).remove(0);
    assert_eq!(fates(&alone)[..2], [(1, Field::Type, Fate::AlreadySo), (1, Field::Priority, Fate::ALaterRule)]);
}

#[test]
fn what_a_rule_that_is_off_gave_stays_until_another_gives_it() {
    let (off, other) = (rule(1, "class:gap", "", "Low", "wind"), rule(2, "tag:wind", "", "Medium", ""));
    let mut finding = gap(1);
    finding.ask(&[off]);
    finding.said.tags = "NGC 253".to_owned();
    assert_eq!(finding.ask(&[]).steps, []);
    finding.ask(&[other]);
    assert_eq!((finding.shown().1, finding.past.last().unwrap().rule), (Priority::Medium, Some(2)));
}

#[test]
fn a_tag_beside_those_of_the_log_follows_the_log() {
    let rules = [rule(1, "class:gap", "", "", "wind")];
    let mut finding = gap(1);
    finding.ask(&rules);
    finding.said.tags = "NGC 253;wind2".to_owned();
    let ruling = finding.ask(&rules);
    assert_eq!(finding.shown().2, "NGC 253;wind2;wind");
    let [effect] = &ruling.effects[..] else { panic!("{ruling:?}") };
    assert_eq!(
        (effect.fate, effect.from.as_str(), effect.to.as_str()),
        (Fate::Given, "M83;wind", "NGC 253;wind2;wind")
    );
    finding.said.tags = "wind".to_owned();
    finding.ask(&rules);
    assert_eq!(
        (finding.shown().2.as_str(), finding.decisions.tags.as_deref()),
        ("wind", None),
        "the log says it itself"
    );
}

#[test]
fn the_logs_own_tag_that_went_and_came_back_is_still_the_logs() {
    let rules = [rule(1, "class:gap", "", "", "wind"), rule(2, "tag:m83", "", "Low", "")];
    let mut finding = gap(1);
    finding.ask(&rules);
    // The log takes its tag away beside the rule's, a person says something about tags, and the log has it again.
    finding.said.tags = String::new();
    finding.ask(&rules);
    assert_eq!(finding.shown(), (FindingType::Other, Priority::None, "wind".to_owned()));
    finding.person(tag("snow"));
    finding.said.tags = "M83".to_owned();
    let ruling = finding.ask(&rules);
    assert_eq!(finding.subject().held.hand(&Thing::Tag("M83".to_owned())), None, "{ruling:?}");
    assert_eq!(finding.ask(&rules).steps, []);
}

#[test]
fn a_finding_for_which_another_stands_is_left_alone() {
    let mut whole = gap(1);
    whole.decisions.set_state(Some(State::Split));
    assert_eq!(whole.ask(&[rule(1, "state:split class:gap", "", "Low", "")]), Ruling::default());
}

#[test]
fn a_dry_run_counts_findings_and_values_and_tells_the_first() {
    let rule = rule(7, "class:gap", "", "Low", "wind");
    let mut findings: Vec<Night> = (1..=104).map(gap).collect();
    findings[0].person(Edit::Priority(Some(Priority::High)));
    findings[1].person(tag("wind"));
    findings[2].said.class = Class::UserError;
    let subjects: Vec<Subject> = findings.iter().map(Night::subject).collect();
    let mut dry = DryRun::default();
    for (subject, ruling) in subjects.iter().zip(rule_on(&[rule], &BTreeSet::new(), &subjects)) {
        dry.add(7, subject, &ruling);
    }
    // 104 without the user error; each of 103 gets a priority but one, and a tag but one: 102 + 102 values.
    assert_eq!((dry.n_matching, dry.n_changed, dry.n_values, dry.diff.len()), (103, 103, 204, 100));
    assert_eq!((dry.n(Field::Priority, Fate::Given), dry.n(Field::Priority, Fate::APersonDecided)), (102, 1));
    assert_eq!((dry.n(Field::Tags, Fate::Given), dry.n(Field::Tags, Fate::AlreadySo)), (102, 1));
}

/// What can happen to a finding.
#[derive(Clone, Debug)]
enum Event {
    Person(Edit),
    Undo(usize),
    TheLogSays(Priority, &'static str, i64),
    Asked,
}

fn any_rules() -> impl Strategy<Value = Vec<StandingRule>> {
    const CONDITIONS: [&str; 7] =
        ["class:gap", "type:other", "type:handover", "dur:<0.2", "tag:a", "-tag:b", "priority:low,none"];
    const KINDS: [&str; 4] = ["", "Handover", "Other", "Overlapping shift"];
    let said =
        (select(&CONDITIONS[..]), select(&KINDS[..]), select(&["", "Low", "High"][..]), select(&["", "a", "b"][..]));
    let said = said.prop_filter("it gives something", |(_, kind, priority, tag)| {
        [kind, priority, tag].iter().any(|gift| !gift.is_empty())
    });
    proptest::collection::vec(said, 1..4).prop_map(|rules| {
        let rules = (1..).zip(rules);
        rules.map(|(id, (condition, kind, priority, tag))| rule(id, condition, kind, priority, tag)).collect()
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        select(&[None, Some(Priority::Low), Some(Priority::High)][..]).prop_map(|p| Event::Person(Edit::Priority(p))),
        select(&[None, Some(FindingType::Handover), Some(FindingType::OverlappingShift)][..])
            .prop_map(|k| Event::Person(Edit::Type(k))),
        select(&["a", "b", "M83"][..]).prop_map(|text| Event::Person(tag(text))),
        select(&["a", "b", "M83"][..]).prop_map(|text| Event::Person(untag(text))),
        (0..12usize).prop_map(Event::Undo),
        (select(&[Priority::None, Priority::Low][..]), select(&["M83", "", "a"][..]), select(&[360, 7_200i64][..]))
            .prop_map(|(priority, tags, seconds)| Event::TheLogSays(priority, tags, seconds)),
        Just(Event::Asked),
        Just(Event::Asked),
    ]
}

/// What a finding shows that rules can give, its tags in any order.
fn given(finding: &Night) -> (FindingType, Class, Priority, BTreeSet<String>) {
    let row = finding.subject().row;
    (row.kind, row.class, row.priority, tags_of(&row.tags).map(str::to_owned).collect())
}

fn happen(finding: &mut Night, event: &Event, rules: &[StandingRule]) {
    match event {
        Event::Person(edit) => finding.person(edit.clone()),
        Event::Undo(nth) => finding.undo(*nth),
        Event::TheLogSays(priority, tags, seconds) => {
            (finding.said.priority, finding.said.tags, finding.seconds) = (*priority, (*tags).to_owned(), *seconds);
        }
        Event::Asked => {
            finding.ask(rules);
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_people_have_the_last_word_and_asking_twice_is_asking_once(
        rules in any_rules(), events in proptest::collection::vec(any_event(), 0..14)
    ) {
        let mut finding = gap(1);
        for event in &events {
            happen(&mut finding, event, &rules);
        }
        let before = finding.clone();
        let held = before.subject().held;
        finding.ask(&rules);
        for field in [Field::Type, Field::Priority] {
            if held.hand(&Thing::Field(field)) == Some(Hand::Person) {
                prop_assert_eq!(field.words(&finding.said, &finding.decisions), field.words(&before.said, &before.decisions));
            }
        }
        let tags = |night: &Night, tag: &str| tags_of(&night.subject().row.tags).any(|shown| shown == tag);
        for tag in ["a", "b", "M83"] {
            if held.hand(&Thing::Tag(tag.to_owned())) == Some(Hand::Person) {
                prop_assert_eq!(tags(&finding, tag), tags(&before, tag), "{}", tag);
            }
        }
        let n = finding.past.len();
        let again = finding.ask(&rules);
        prop_assert_eq!(finding.past.len(), n, "{:?}", again);
        // The events, played from nothing, are what is decided.
        let played = finding.past.iter().try_fold(Decisions::default(), |all, turn| with(&all, &turn.delta.after)).unwrap();
        prop_assert_eq!(played, finding.decisions);
    }

    #[test]
    fn what_rules_make_of_a_finding_that_nobody_touched_does_not_depend_on_what_the_log_said_before(
        rules in any_rules(), events in proptest::collection::vec(any_event(), 0..14)
    ) {
        let mut finding = gap(1);
        for event in events.iter().filter(|event| matches!(event, Event::TheLogSays(..) | Event::Asked)) {
            happen(&mut finding, event, &rules);
        }
        let mut fresh = Night { decisions: Decisions::default(), past: vec![], ..finding.clone() };
        finding.ask(&rules);
        fresh.ask(&rules);
        prop_assert_eq!(given(&finding), given(&fresh));
    }

    #[test]
    fn everything_undone_in_reverse_is_the_start(
        rules in any_rules(), events in proptest::collection::vec(any_event(), 0..14)
    ) {
        let mut finding = gap(1);
        for event in events.iter().filter(|event| !matches!(event, Event::TheLogSays(..))) {
            happen(&mut finding, event, &rules);
        }
        for nth in (0..finding.past.len()).rev() {
            finding.undo(nth);
        }
        prop_assert_eq!(finding.decisions, Decisions::default());
    }

    #[test]
    fn many_findings_are_ruled_on_as_each_alone(rules in any_rules(), events in proptest::collection::vec((0..3usize, any_event()), 0..14)) {
        let mut findings: Vec<Night> = (1..=3).map(gap).collect();
        for (nth, event) in &events {
            happen(&mut findings[*nth], event, &rules);
        }
        let subjects: Vec<Subject> = findings.iter().map(Night::subject).collect();
        let together = rule_on(&rules, &BTreeSet::new(), &subjects);
        let alone = |subject| rule_on(&rules, &BTreeSet::new(), std::slice::from_ref(subject)).remove(0);
        let alone: Vec<Ruling> = subjects.iter().map(alone).collect();
        prop_assert_eq!(together, alone);
    }
}

#[test]
fn each_rule_has_its_own_place_in_the_outcome() {
    let rules = [rule(1, "class:gap", "", "Low", ""), rule(2, "class:gap", "", "", "a")];
    let mut finding = gap(1);
    let ruling = finding.ask(&rules);
    let steps: BTreeMap<i64, bool> = ruling.steps.iter().map(|step| (step.rule, step.gives)).collect();
    assert_eq!(steps, BTreeMap::from([(1, true), (2, true)]));
    let shown = finding.subject().held.shown_rules(&finding.said, &finding.decisions);
    assert_eq!(shown, BTreeSet::from([(Field::Priority, 1), (Field::Tags, 2)]));
}
