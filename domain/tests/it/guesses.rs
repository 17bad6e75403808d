//! A list shows what was just decided at once, and in the end what the server has.

use std::collections::BTreeMap;

use domain::findings::Priority;
use domain::triage::FindingRow;
use domain::triage::guesses::Guesses;
use proptest::prelude::*;

use crate::given::finding;

fn row(id: i64, priority: Priority, change_seq: i64) -> FindingRow {
    FindingRow { priority, row_version: change_seq, change_seq, ..finding(id) }
}

#[test]
fn a_guess_stands_until_the_row_with_the_decision_has_come() {
    let mut guesses = Guesses::default();
    guesses.lay(7, row(7, Priority::Low, 3));
    // The list hears of other changes meanwhile, of this finding too: what was decided here stays.
    assert_eq!(guesses.said(4, [row(7, Priority::Medium, 4), row(8, Priority::High, 4)]), [row(8, Priority::High, 4)]);
    // Kept as change 6; of the changes up to 5 none has it.
    guesses.kept(7, 6);
    assert_eq!(guesses.answered(7, 4), None);
    assert_eq!(guesses.said(5, []), []);
    assert_eq!(guesses.said(6, [row(7, Priority::Blocker, 6)]), [row(7, Priority::Blocker, 6)]);
    // It is a row as any other again.
    assert_eq!(guesses.said(7, [row(7, Priority::None, 7)]), [row(7, Priority::None, 7)]);
}

#[test]
fn the_news_of_a_change_may_be_faster_than_the_answer_to_it() {
    let mut guesses = Guesses::default();
    guesses.lay(7, row(7, Priority::Low, 3));
    assert_eq!(guesses.said(6, [row(7, Priority::Blocker, 6)]), []);
    guesses.kept(7, 6);
    assert_eq!(guesses.answered(7, 6), Some(row(7, Priority::Blocker, 6)));
}

#[test]
fn what_was_refused_is_shown_as_the_server_has_it() {
    let mut guesses = Guesses::default();
    guesses.lay(7, row(7, Priority::Low, 3));
    guesses.said(4, [row(7, Priority::Medium, 4)]);
    assert_eq!(guesses.answered(7, 4), Some(row(7, Priority::Medium, 4)));
    assert_eq!(guesses.answered(7, 4), None);
}

#[test]
fn a_decision_that_changes_nothing_takes_none_back_that_was_kept_before_it() {
    let mut guesses = Guesses::default();
    guesses.lay(7, row(7, Priority::Low, 3));
    guesses.lay(7, row(7, Priority::Blocker, 3));
    // The first is kept as change 6, which has not come; the second is the same again, and no change.
    guesses.kept(7, 6);
    assert_eq!(guesses.answered(7, 4), None);
    assert_eq!(guesses.said(6, [row(7, Priority::Blocker, 6)]), [row(7, Priority::Blocker, 6)]);
}

/// What can happen between a page and its server.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody here decides about a finding.
    Decide(i64, Priority),
    /// The server answers the oldest decision of the page; it takes it, or not.
    Answer(bool),
    /// Somebody elsewhere decides.
    Elsewhere(i64, Priority),
    /// The page fetches what changed.
    Fetch,
}

fn any_step() -> impl Strategy<Value = Step> {
    let priority = || proptest::sample::select(Priority::ALL);
    prop_oneof![
        (0..3i64, priority()).prop_map(|(id, priority)| Step::Decide(id, priority)),
        any::<bool>().prop_map(Step::Answer),
        (0..3i64, priority()).prop_map(|(id, priority)| Step::Elsewhere(id, priority)),
        Just(Step::Fetch),
    ]
}

proptest! {
    #[test]
    fn a_decision_shows_while_it_is_on_its_way_and_once_all_is_answered_the_list_is_the_servers(
        steps in proptest::collection::vec(any_step(), 0..60),
    ) {
        let mut server: BTreeMap<i64, FindingRow> = (0..3).map(|id| (id, row(id, Priority::None, 0))).collect();
        let (mut shown, mut guesses) = (server.clone(), Guesses::default());
        let (mut clock, mut known, mut sent) = (0, 0, Vec::<(i64, Priority)>::new());
        // What was kept of the page's own, as its latest change, and what the page showed of it last.
        let mut own: BTreeMap<i64, (i64, Priority)> = BTreeMap::new();
        // In the end every decision is answered and everything is fetched.
        let end = (0..steps.len()).map(|_| Step::Answer(true)).chain([Step::Fetch]);
        for step in steps.clone().into_iter().chain(end) {
            let mut keep = |server: &mut BTreeMap<i64, FindingRow>, id: i64, priority| {
                clock += 1;
                server.insert(id, row(id, priority, clock));
            };
            match step {
                Step::Decide(id, priority) => {
                    guesses.lay(id, shown[&id].clone());
                    shown.insert(id, row(id, priority, shown[&id].change_seq));
                    sent.push((id, priority));
                }
                Step::Elsewhere(id, priority) => keep(&mut server, id, priority),
                Step::Answer(takes) if !sent.is_empty() => {
                    let (id, priority) = sent.remove(0);
                    if takes {
                        keep(&mut server, id, priority);
                        guesses.kept(id, clock);
                        own.insert(id, (clock, priority));
                    }
                    if sent.iter().all(|&(other, _)| other != id)
                        && let Some(row) = guesses.answered(id, known)
                    {
                        shown.insert(id, row);
                    }
                }
                Step::Answer(_) => {}
                Step::Fetch => {
                    let changed = server.values().filter(|row| row.change_seq > known).cloned();
                    for row in guesses.said(clock, changed) {
                        shown.insert(row.id, row);
                    }
                    known = clock;
                }
            }
            for (id, decided) in &sent {
                let latest = sent.iter().rev().find(|(other, _)| other == id).map_or(*decided, |&(_, latest)| latest);
                prop_assert_eq!(shown[id].priority, latest, "a decision on its way");
            }
            for (id, &(change, priority)) in &own {
                let is_quiet = sent.iter().all(|(other, _)| other != id);
                // What was refused after it may stand in its place until it has come; what was before it never does again.
                let refused = steps.iter().any(|step| matches!(step, Step::Answer(false)));
                prop_assert!(!is_quiet || refused || change <= known || shown[id].priority == priority, "kept, and not shown");
            }
        }
        prop_assert_eq!(shown, server);
    }
}
