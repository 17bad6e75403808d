//! Stories and properties of what the model suggests. The arithmetic is in the comments; each verdict begins with four decisions that
//! look like all.

use domain::facts::{Conditions, Purpose, Qa0, Status};
use domain::family::Family;
use domain::findings::{Finding, FindingType, Priority};
use domain::time::Span;
use domain::triage::suggestion::experience::LATELY;
use domain::triage::suggestion::{
    Around, Aspect, Context, DECISIONS_MIN, EVIDENCE_SHOWN, Experience, Heard, MARGIN_MIN, Model, NeverLearned,
    NoSuggestion, PROBABILITY_MIN, Question, Token, Verdict, context,
};
use proptest::prelude::*;

use crate::story::{Story, at, id};

fn tag(value: &str) -> Token {
    Token { aspect: Aspect::Tag, value: value.to_owned() }
}

/// An end of a shift with these tags and nothing else to say.
fn tagged(tags: &[&str]) -> Context {
    Context { kind: FindingType::EndShift, tokens: tags.iter().map(|value| tag(value)).collect() }
}

fn dismiss() -> Verdict {
    Verdict::Dismiss { because: "weather".to_owned() }
}

/// A model that learned each of these so many times.
fn taught(decisions: &[(u32, &[&str], Verdict)]) -> Model {
    let mut model = Model::default();
    for (times, tags, verdict) in decisions {
        (0..*times).for_each(|_| model.learn(&tagged(tags), verdict));
    }
    model
}

#[track_caller]
fn assert_near(ours: f64, expected: f64) {
    assert!((ours - expected).abs() < 1e-12, "{ours} is not {expected}");
}

#[test]
fn eight_equal_decisions_of_eight_give_eight_in_nine() {
    // 8 for Confirm, the weight of one decision for something else: 8 / (8 + 1).
    let model = taught(&[(8, &[], Verdict::Confirm)]);
    let suggestion = model.suggest(&tagged(&[])).unwrap();
    assert_eq!(suggestion.verdict, Verdict::Confirm);
    assert_near(suggestion.probability, 8.0 / 9.0);
    assert_eq!((suggestion.n_same, suggestion.n_similar, suggestion.alike_in), (8, 8, None));
    assert_eq!(suggestion.evidence, []);
}

#[test]
fn seven_decisions_are_too_few_to_speak() {
    let model = taught(&[(7, &[], Verdict::Confirm)]);
    assert_eq!(model.suggest(&tagged(&[])), Err(NoSuggestion::TooFewDecisions { n: 7 }));
    let words = "only 7 of the 8 decisions on this type that a suggestion needs have been made";
    assert_eq!(NoSuggestion::TooFewDecisions { n: 7 }.to_string(), words);
}

#[test]
fn what_was_decided_on_another_type_says_nothing() {
    let model = taught(&[(50, &["storm"], Verdict::Confirm)]);
    let other = Context { kind: FindingType::Handover, ..tagged(&["storm"]) };
    assert_eq!(model.suggest(&other), Err(NoSuggestion::TooFewDecisions { n: 0 }));
    assert_eq!(model.probabilities(&other), [(None, 1.0)]);
}

#[test]
fn a_tag_that_only_dismissed_findings_have_dismisses_the_next() {
    let model = taught(&[(6, &[], Verdict::Confirm), (6, &["storm"], dismiss())]);
    // Half of all have it. Confirm: 6 · (0 + 4 · ½) / (6 + 4) = 1.2. Dismiss: 6 · (6 + 2) / 10 = 4.8. Something else: 1 · ½.
    // Dismiss has 4.8 / 6.5 = 48/65.
    let suggestion = model.suggest(&tagged(&["storm"])).unwrap();
    assert_eq!(suggestion.verdict, dismiss());
    assert_near(suggestion.probability, 48.0 / 65.0);
    // 8/10 of the dismissed have it, 2/10 of the others: 4 times as often.
    let [evidence] = &suggestion.evidence[..] else { panic!("one tag is one token") };
    assert_near(evidence.likelihood_ratio, 4.0);
    assert_eq!((&evidence.token, evidence.n_same, evidence.n), (&tag("storm"), 6, 6));
    assert_eq!((suggestion.n_same, suggestion.n_similar, suggestion.alike_in), (6, 6, Some(tag("storm"))));
}

#[test]
fn a_rare_tag_does_not_speak_for_a_rare_verdict() {
    // One of the 20 confirmed has the tag, none of the two dismissed. It is in 1/22 of all.
    let model = taught(&[(19, &[], Verdict::Confirm), (1, &["rare"], Verdict::Confirm), (2, &[], dismiss())]);
    let suggestion = model.suggest(&tagged(&["rare"])).unwrap();
    // Confirm: 20 · (1 + 4/22) / 24 = 65/66. Dismiss: 2 · (4/22) / 6 = 4/66. Something else: 1/22 = 3/66. 65 of 72.
    assert_eq!(suggestion.verdict, Verdict::Confirm);
    assert_near(suggestion.probability, 65.0 / 72.0);
    // "1 of 1 with this tag" would be an accident: similar are all of the type.
    assert_eq!((suggestion.n_same, suggestion.n_similar, suggestion.alike_in), (20, 22, None));
}

#[test]
fn what_was_done_twice_is_no_custom() {
    // 2 · (2 + 4 · 2/9) / 6 = 26/27 for Dismiss, 7 · (4 · 2/9) / 11 = 56/99 for Confirm, 2/9 for something else: more than half,
    // but only two were dismissed.
    let model = taught(&[(7, &[], Verdict::Confirm), (2, &["a"], dismiss())]);
    assert!(
        matches!(model.suggest(&tagged(&["a"])), Err(NoSuggestion::TooClose { likeliest, .. }) if likeliest == dismiss())
    );
    let model = taught(&[(7, &[], Verdict::Confirm), (4, &["a"], dismiss())]);
    assert_eq!(model.suggest(&tagged(&["a"])).unwrap().verdict, dismiss());
}

#[test]
fn findings_decided_this_way_and_that_way_give_no_suggestion() {
    // 6 / (6 + 5 + 1) = ½ is likely enough, but leads 5/12 by 1/12 only.
    let model = taught(&[(6, &[], Verdict::Confirm), (5, &[], dismiss())]);
    let refused = model.suggest(&tagged(&[]));
    assert_eq!(refused, Err(NoSuggestion::TooClose { likeliest: Verdict::Confirm, probability: 0.5 }));
}

#[test]
fn without_a_known_token_the_verdicts_have_their_shares_of_the_past() {
    // 9, 6 and 1 of 16.
    let model = taught(&[(9, &["a"], Verdict::Confirm), (6, &["b"], dismiss())]);
    for unknown in [&[][..], &["never seen", "nor this"]] {
        let shares = model.probabilities(&tagged(unknown));
        let verdicts: Vec<_> = shares.iter().map(|(verdict, _)| verdict.clone()).collect();
        assert_eq!(verdicts, [Some(Verdict::Confirm), Some(dismiss()), None]);
        for ((_, share), expected) in shares.iter().zip([9.0, 6.0, 1.0]) {
            assert_near(*share, expected / 16.0);
        }
    }
}

#[test]
fn thirty_tags_that_say_the_same_are_one_witness() {
    let many: Vec<String> = (0..30).map(|n| format!("storm {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let one = taught(&[(6, &[], Verdict::Confirm), (6, &["storm"], dismiss())]);
    let thirty = taught(&[(6, &[], Verdict::Confirm), (6, &many, dismiss())]);
    let of_one = one.suggest(&tagged(&["storm"])).unwrap();
    let of_thirty = thirty.suggest(&tagged(&many)).unwrap();
    assert_near(of_thirty.probability, of_one.probability);
    assert_eq!(of_thirty.evidence.len(), EVIDENCE_SHOWN);
}

#[test]
fn only_what_was_learned_can_be_unlearned() {
    let mut model = taught(&[(1, &["storm"], dismiss())]);
    let before = model.clone();
    assert_eq!(model.unlearn(&tagged(&["storm"]), &Verdict::Confirm), Err(NeverLearned));
    assert_eq!(model.unlearn(&tagged(&["storm", "calm"]), &dismiss()), Err(NeverLearned));
    assert_eq!(model, before);
    assert_eq!(model.unlearn(&tagged(&["storm"]), &dismiss()), Ok(()));
    assert_eq!(model, Model::default());
}

#[test]
fn reasons_in_many_spellings_are_one_verdict_and_the_usual_one_is_suggested() {
    let because = |because: &str| Verdict::Dismiss { because: because.to_owned() };
    let model = taught(&[(4, &[], Verdict::Confirm), (5, &[], because("weather")), (3, &[], because("Weather."))]);
    // 4, 5 and 3 of 13: no verdict has a half, but 8/13 dismiss and lead 4/13 by more than ¼.
    let suggestion = model.suggest(&tagged(&[])).unwrap();
    assert_eq!(suggestion.verdict, because("weather"));
    assert_near(suggestion.probability, 8.0 / 13.0);
    assert_eq!((suggestion.n_same, suggestion.n_similar), (8, 12));
}

/// An action of that number that decides one finding.
fn heard(number: i64, finding: i64, context: &Context, verdict: Option<Verdict>) -> [Heard; 1] {
    let question = verdict.as_ref().map_or(Question::State, Verdict::question);
    [Heard { number, finding, question, verdict, context: context.clone() }]
}

#[test]
fn each_decision_is_predicted_before_it_is_learned() {
    let mut experience = Experience::default();
    // Eight that the model has nothing to say about, then two it predicts, then one it gets wrong.
    for number in 1..=10 {
        experience.hear(&heard(number, number, &tagged(&[]), Some(Verdict::Confirm)));
    }
    experience.hear(&heard(11, 11, &tagged(&[]), Some(dismiss())));
    let rate = experience.hit_rate(FindingType::EndShift, LATELY);
    assert_eq!((rate.n_silent, rate.n_predicted, rate.n_right), (8, 3, 2));
    assert_near(rate.rate().unwrap(), 2.0 / 3.0);
    // Of the last two, one is right.
    assert_eq!(experience.hit_rate(FindingType::EndShift, 2).n_right, 1);
    assert_eq!(experience.hit_rate(FindingType::Handover, LATELY).rate(), None);
}

#[test]
fn who_decides_a_thousand_findings_at_once_decides_once() {
    let mut experience = Experience::default();
    let action: Vec<Heard> =
        (0..1_000).flat_map(|finding| heard(1, finding, &tagged(&[]), Some(Verdict::Confirm))).collect();
    experience.hear(&action);
    let rate = experience.hit_rate(FindingType::EndShift, usize::MAX);
    assert_eq!((rate.n_silent, rate.n_predicted), (1_000, 0), "none of them taught how to predict the others");
    assert!(experience.advice(&tagged(&[])).suggestion.is_ok());
}

#[test]
fn an_undone_decision_counts_nowhere() {
    let mut experience = Experience::default();
    (1..=9).for_each(|n| experience.hear(&heard(n, n, &tagged(&["a"]), Some(Verdict::Confirm))));
    let (model, rate) = (experience.model().clone(), experience.hit_rate(FindingType::EndShift, LATELY));
    experience.hear(&heard(10, 10, &tagged(&["b"]), Some(dismiss())));
    assert_ne!(experience.model(), &model);
    // The facts around it changed meanwhile: what is unlearned is what was learned.
    experience.hear(&heard(11, 10, &tagged(&["c"]), None));
    assert_eq!((experience.model(), experience.hit_rate(FindingType::EndShift, LATELY)), (&model, rate));
    // Undoing it once more changes nothing.
    experience.hear(&heard(12, 10, &tagged(&["c"]), None));
    assert_eq!(experience.model(), &model);
}

#[test]
fn a_second_thought_replaces_the_first() {
    let mut experience = Experience::default();
    experience.hear(&heard(1, 7, &tagged(&["a"]), Some(dismiss())));
    experience.hear(&heard(2, 7, &tagged(&["a"]), Some(Verdict::Confirm)));
    assert_eq!(experience.model(), &taught(&[(1, &["a"], Verdict::Confirm)]));
    // A priority is an answer to another question, and both stand.
    experience.hear(&heard(3, 7, &tagged(&["a"]), Some(Verdict::Prioritise(Priority::High))));
    let both = taught(&[(1, &["a"], Verdict::Confirm), (1, &["a"], Verdict::Prioritise(Priority::High))]);
    assert_eq!(experience.model(), &both);
}

/// A gap between two executions, wet and windy.
fn gap() -> (Finding, Around) {
    let story = Story::of_shift("20:00", "23:00")
        .execution("X1", "20:00", "21:00")
        .qa0(Qa0::Pass)
        .execution("X2", "21:20", "22:00")
        .purpose(Purpose::Test)
        .status(Status::Aborted);
    let mut executions = story.facts.executions.into_iter();
    let finding = Finding {
        kind: FindingType::TestingTimeGap,
        family: Some(Family::Twelve),
        shift: Some(id("S")),
        ids: vec!["X1".to_owned(), "X2".to_owned()],
        span: Some(Span::between(at("21:00"), at("21:20"))),
        priority: Priority::Low,
        tags: "subject of X2; IF delay ".to_owned(),
        comment: "No delay, NO delay at 2022!".to_owned(),
    };
    let air = Conditions { time: at("20:50"), pwv_mm: Some(1.796), phase_rms_deg: None, wind_m_s: Some(9.9) };
    let (before, after) = (executions.next(), executions.next());
    (finding, Around { before, after, about: None, shift_start: Some(at("20:00")), air: Some(air) })
}

#[test]
fn a_finding_is_told_by_its_facts_its_neighbours_and_the_weather() {
    let (finding, around) = gap();
    let context = context(&finding, &around);
    let told: Vec<String> = context.tokens.iter().map(|token| format!("{}: {}", token.aspect, token.value)).collect();
    assert_eq!(context.kind, FindingType::TestingTimeGap);
    // 20 minutes, an hour after the shift's start; the year is no word, and 1.796 mm is where a bucket begins.
    let expected = [
        "family: 12 [m]",
        "duration: 15 to 60 min",
        "tag: IF delay",
        "tag: subject of X2",
        "comment: at",
        "comment: delay",
        "comment: no",
        "hour of shift: the second",
        "execution before: PI",
        "execution before: Pass",
        "execution before: SUCCESS",
        "subject before: of",
        "subject before: subject",
        "subject before: x1",
        "execution after: ABORTED",
        "execution after: TEST",
        "execution after: without QA0",
        "subject after: of",
        "subject after: subject",
        "subject after: x2",
        "execution: none",
        "water vapour: 1.796 to 5.186 mm",
        "wind: 5 to 10 m/s",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_was_not_measured_is_no_token_and_what_is_not_there_is_one() {
    let (mut finding, _) = gap();
    (finding.tags, finding.comment) = (String::new(), " … ".to_owned());
    let context = context(&finding, &Around::default());
    let aspects: Vec<Aspect> = context.tokens.iter().map(|token| token.aspect).collect();
    let expected =
        [Aspect::Family, Aspect::Duration, Aspect::Tag, Aspect::Comment, Aspect::Before, Aspect::After, Aspect::About];
    assert_eq!(aspects, expected);
}

#[test]
fn a_megabyte_of_words_is_a_few_tokens() {
    let (mut finding, around) = gap();
    finding.comment = (0..100_000).map(|n| format!("word{n} ")).collect();
    finding.tags = "x".repeat(1_000_000) + &";y".repeat(100_000);
    let context = context(&finding, &around);
    assert!(context.tokens.len() < 100, "{}", context.tokens.len());
    assert!(context.tokens.iter().all(|token| token.value.chars().count() <= 32));
}

fn any_verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        3 => Just(Verdict::Confirm),
        2 => Just(dismiss()),
        1 => Just(Verdict::Reclassify(FindingType::Other)),
        1 => Just(Verdict::Prioritise(Priority::High)),
    ]
}

fn any_context() -> impl Strategy<Value = Context> {
    let kind = proptest::sample::select(&FindingType::ALL[..2]);
    let aspect = proptest::sample::select(&Aspect::ALL[..4]);
    let token = (aspect, "[abc]").prop_map(|(aspect, value)| Token { aspect, value });
    (kind, proptest::collection::btree_set(token, 0..6)).prop_map(|(kind, tokens)| Context { kind, tokens })
}

fn any_decisions() -> impl Strategy<Value = Vec<(Context, Verdict)>> {
    proptest::collection::vec((any_context(), any_verdict()), 0..60)
}

fn learned<'a>(decisions: impl IntoIterator<Item = &'a (Context, Verdict)>) -> Model {
    let mut model = Model::default();
    decisions.into_iter().for_each(|(context, verdict)| model.learn(context, verdict));
    model
}

proptest! {
    #[test]
    fn the_order_of_learning_does_not_matter(decisions in any_decisions(), asked in any_context()) {
        let (forwards, backwards) = (learned(&decisions), learned(decisions.iter().rev()));
        prop_assert_eq!(forwards.suggest(&asked), backwards.suggest(&asked));
        prop_assert_eq!(forwards, backwards);
    }

    #[test]
    fn what_is_unlearned_was_never_learned(kept in any_decisions(), undone in any_decisions()) {
        let mut model = learned(undone.iter().chain(&kept));
        for (context, verdict) in &undone {
            prop_assert_eq!(model.unlearn(context, verdict), Ok(()));
        }
        prop_assert_eq!(model, learned(&kept));
    }

    #[test]
    fn probabilities_sum_to_one_and_none_is_impossible(decisions in any_decisions(), asked in any_context()) {
        let shares = learned(&decisions).probabilities(&asked);
        prop_assert!((shares.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!(shares.iter().all(|&(_, share)| share > 0.0 && share <= 1.0));
    }

    #[test]
    fn a_suggestion_knows_enough_and_is_ahead(decisions in any_decisions(), asked in any_context()) {
        let model = learned(&decisions);
        if let Ok(suggestion) = model.suggest(&asked) {
            let n = decisions.iter().filter(|(context, _)| context.kind == asked.kind).count();
            prop_assert!(n >= DECISIONS_MIN as usize);
            prop_assert!(suggestion.probability >= PROBABILITY_MIN && suggestion.probability < 1.0);
            let shares = model.probabilities(&asked);
            let like = |verdict: &Option<Verdict>| verdict.as_ref().is_some_and(|v| v.is_like(&suggestion.verdict));
            let others = shares.iter().filter(|(verdict, _)| !like(verdict));
            let next = others.map(|&(_, share)| share).fold(0.0, f64::max);
            prop_assert!(suggestion.probability - next >= MARGIN_MIN);
            prop_assert!(suggestion.n_same <= suggestion.n_similar);
            prop_assert!(suggestion.evidence.iter().all(|said| said.n_same <= said.n && asked.tokens.contains(&said.token)));
        }
    }

    #[test]
    fn no_text_breaks_it(tags in any::<String>(), comment in any::<String>(), subject in any::<String>()) {
        let (mut finding, mut around) = gap();
        (finding.tags, finding.comment) = (tags, comment);
        around.before.as_mut().unwrap().subject = subject;
        let context = context(&finding, &around);
        let mut experience = Experience::default();
        (0..20).for_each(|n| experience.hear(&heard(n, n, &context, Some(Verdict::Confirm))));
        prop_assert!(experience.advice(&context).suggestion.is_ok());
    }

    #[test]
    fn what_counts_is_what_stands(decisions in any_decisions(), undone in proptest::collection::vec(0..60i64, 0..40)) {
        // The same five findings over and over: each answer replaces the one before it, and some are undone.
        let (mut experience, mut stands) = (Experience::default(), std::collections::BTreeMap::new());
        for (number, (context, verdict)) in (0i64..).zip(&decisions) {
            let finding = number % 5;
            experience.hear(&heard(number, finding, context, Some(verdict.clone())));
            stands.insert((finding, verdict.question()), (context.clone(), verdict.clone()));
            if undone.contains(&number) {
                experience.hear(&heard(number, finding, context, None));
                stands.remove(&(finding, Question::State));
            }
        }
        prop_assert_eq!(experience.model(), &learned(stands.values()));
        let counted: u32 = FindingType::ALL.iter().map(|&kind| {
            let rate = experience.hit_rate(kind, usize::MAX);
            rate.n_predicted + rate.n_silent
        }).sum();
        prop_assert_eq!(counted as usize, stands.len());
    }
}
