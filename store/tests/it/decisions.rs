//! What people do to findings: nothing is lost, everything can be taken back, and the events are the table.

use std::collections::{BTreeMap, HashMap};

use domain::facts::rows::Table;
use domain::findings::{FindingType, Priority};
use domain::time::Instant;
use domain::triage::decision::undo::with;
use domain::triage::decision::{Change, Decisions, Edit, Field, Target};
use domain::triage::{FindingRow, State};
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value};
use sqlx::{PgConnection, Row};
use store::{ActionError, Store};

use crate::cluster::fresh_and_sql;
use crate::detection::all;
use crate::given::{downtime, execution, fact, load, minute, shift};
use crate::standing_rules::{apply, rule};

fn now() -> Instant {
    minute(6_000)
}

/// A shift of 600 minutes with `n` executions of five minutes, ten minutes apart: `n` gaps, the last up to the shift's end,
/// and a downtime in the gap from 5 to 15, so that two findings touch at minute 10.
async fn a_night(n: i64) -> (Store, PgConnection) {
    let (store, sql) = fresh_and_sql().await;
    load(&store, Table::Shifts, [shift("S", Some(0), Some(600))]).await;
    let rows = (0..n).map(|i| execution(&format!("E{i:03}"), "A", Some(i * 15), Some(i * 15 + 5)));
    load(&store, Table::Executions, rows).await;
    load(&store, Table::Downtimes, [downtime("D", 10, Some(15))]).await;
    store.detect_all(now()).await.unwrap();
    (store, sql)
}

/// The last of `n` executions with another subject: what the log says of the end of the shift changes, its times do not.
async fn the_log_says(store: &Store, n: i64, subject: &str) {
    let (start, end) = (minute((n - 1) * 15).to_string(), minute((n - 1) * 15 + 5).to_string());
    let id = format!("E{:03}", n - 1);
    let row =
        [&id, "sb", "SB", "2021.1.00001.S", "A", "12 [m]", "3", "PI", "SUCCESS", "Pass", &start, &end, subject, ""];
    let report = load(store, Table::Executions, [fact(Table::Executions, &row)]).await;
    store.detect_affected(&report.affected, now()).await.unwrap();
}

fn priority(priority: Priority) -> Change {
    Edit::Priority(Some(priority)).into()
}

fn tag(text: &str) -> Change {
    Edit::Tags { add: vec![text.to_owned().try_into().unwrap()], remove: vec![] }.into()
}

fn comment(text: &str) -> Change {
    Edit::Comment(text.to_owned().try_into().unwrap()).into()
}

const fn at(finding: i64) -> Target {
    Target { finding, row_version: None }
}

const fn seen(row: &FindingRow) -> Target {
    Target { finding: row.id, row_version: Some(row.row_version) }
}

async fn row(store: &Store, id: i64) -> FindingRow {
    store.finding(id).await.unwrap().unwrap()
}

/// The rows without what every change counts up.
async fn table(store: &Store) -> BTreeMap<i64, FindingRow> {
    let rows = all(store).await.into_iter();
    rows.map(|row| (row.id, FindingRow { row_version: 0, change_seq: 0, ..row })).collect()
}

/// Those that count: no other finding stands for them, and the log says them.
async fn visible_seconds(sql: &mut PgConnection) -> i64 {
    let sum = "select coalesce(sum(duration_s), 0)::bigint from finding
        where state = 'Open' and coalesce(decided_state, '') not in ('Split', 'Merged')";
    sqlx::query_scalar(sum).fetch_one(sql).await.unwrap()
}

/// Plays all events from nothing and compares with the table, column by column.
pub(crate) async fn the_events_are_the_table(sql: &mut PgConnection) {
    let events = sqlx::query("select finding_id, action_id, what, after from finding_event order by id")
        .fetch_all(&mut *sql)
        .await
        .unwrap();
    let mut played: HashMap<i64, (Decisions, String, i64)> = HashMap::new();
    for event in events {
        let (decisions, state, n_comments) =
            played.entry(event.get("finding_id")).or_insert_with(|| (Decisions::default(), "Open".to_owned(), 0));
        let after: Map<String, Value> = match event.get::<Option<Value>, _>("after") {
            Some(Value::Object(after)) => after,
            _ => Map::new(),
        };
        match event.get::<&str, _>("what") {
            "resolved" => *state = "Resolved by the log".to_owned(),
            "reopened" => *state = "Open".to_owned(),
            "changed" => *decisions = with(decisions, &after).unwrap(),
            "made" => {
                let hidden =
                    ["decided_state", "merged_into"].iter().map(|key| ((*key).to_owned(), after[*key].clone()));
                *decisions = with(decisions, &hidden.collect()).unwrap();
            }
            "commented" => *n_comments += if after["comment"].is_null() { -1 } else { 1 },
            _ => {}
        }
    }
    let rows = sqlx::query(
        "select id, state::text, n_comments, jsonb_build_object('decided_type', decided_type, 'decided_class', decided_class,
            'decided_priority', decided_priority, 'decided_tags', decided_tags, 'decided_comment', decided_comment,
            'decided_state', decided_state, 'assignee', assignee, 'dismissed_because', dismissed_because,
            'merged_into', merged_into,
            'snoozed_until', to_char(snoozed_until at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),
            'cut_at', to_char(cut_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')) as decisions
        from finding",
    )
    .fetch_all(sql)
    .await
    .unwrap();
    assert_eq!(rows.len(), played.len());
    for row in rows {
        let id: i64 = row.get("id");
        let (decisions, state, n_comments) = &played[&id];
        let stored: Decisions = serde_json::from_value(row.get("decisions")).unwrap();
        assert_eq!(*decisions, stored, "finding {id}");
        assert_eq!((state.as_str(), *n_comments), (row.get("state"), i64::from(row.get::<i32, _>("n_comments"))));
    }
}

#[tokio::test]
async fn a_verdict_shows_beside_what_the_log_says_and_is_taken_back() {
    let (store, mut sql) = a_night(3).await;
    let before = table(&store).await;
    let finding = all(&store).await.remove(0);
    let done = store.act("ana", &[seen(&finding)], &priority(Priority::Blocker)).await.unwrap();
    assert_eq!((done.n_changed, done.sentence.as_str()), (1, "Priority Blocker"));
    assert_eq!(done.seq, store.change_seq().await.unwrap());
    let changed = row(&store, finding.id).await;
    assert_eq!((changed.priority, changed.decided.priority), (Priority::Blocker, true));
    assert_eq!((changed.row_version, changed.change_seq), (finding.row_version + 1, done.seq));

    let undone = store.undo("ana", done.action.unwrap()).await.unwrap();
    assert_eq!(table(&store).await, before);
    store.undo("ana", undone.action.unwrap()).await.unwrap();
    assert_eq!(row(&store, finding.id).await.priority, Priority::Blocker, "an undo can be undone");
    let story = store.story(finding.id).await.unwrap();
    let told: Vec<&str> = story.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(told, ["detected", "Priority Blocker", "Undone: Priority Blocker", "Done again: Priority Blocker"]);
    assert_eq!((story[1].before.as_str(), story[1].after.as_str()), ("priority as the log says", "priority Blocker"));
    assert_eq!(story[1].who.as_deref(), Some("ana"));
    assert_eq!(story.iter().map(|line| line.undone).collect::<Vec<_>>(), [false, false, true, false]);
    let deeds = store.actions_of("ana", None, 2).await.unwrap();
    assert_eq!(deeds.iter().map(|deed| deed.undone).collect::<Vec<_>>(), [false, true]);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn only_its_author_undoes_an_action_and_what_is_not_there_is_said() {
    let (store, _) = a_night(3).await;
    let id = all(&store).await.remove(0).id;
    let done = store.act("ana", &[at(id)], &priority(Priority::High)).await.unwrap();
    assert!(matches!(store.undo("ben", done.action.unwrap()).await, Err(ActionError::NotYours(ana)) if ana == "ana"));
    assert!(matches!(store.undo("ana", 999).await, Err(ActionError::NoSuchAction(999))));
    let nobody = store.act("ana", &[at(999)], &priority(Priority::High)).await.unwrap();
    assert_eq!((nobody.action, nobody.refused), (None, vec![(999, "there is no finding 999".to_owned())]));
    let again = store.act("ana", &[at(id)], &priority(Priority::High)).await.unwrap();
    assert_eq!((again.action, again.n_changed, again.seq), (None, 0, done.seq), "what changes nothing leaves no trace");
}

#[tokio::test]
async fn a_stale_edit_merges_where_it_can_and_collides_where_it_would_overwrite() {
    let (store, mut sql) = a_night(3).await;
    let old = all(&store).await.remove(0);
    store.act("ana", &[seen(&old)], &priority(Priority::High)).await.unwrap();
    store.act("ana", &[seen(&old)], &tag("wind")).await.unwrap();

    // Ben looked before both. His tag joins hers, his assignee is nobody else's business, his priority collides.
    let edits = vec![
        Edit::Priority(Some(Priority::Low)),
        Edit::Tags { add: vec!["snow".to_owned().try_into().unwrap()], remove: vec![] },
        Edit::Assignee(Some("ben".parse().unwrap())),
    ];
    let done = store.act("ben", &[seen(&old)], &edits.clone().try_into().unwrap()).await.unwrap();
    let [collision] = &done.collisions[..] else { panic!("one collision: {done:?}") };
    assert_eq!(
        (collision.field, collision.theirs.as_str(), collision.mine.as_str(), collision.by.as_str()),
        (Field::Priority, "High", "Low", "ana")
    );
    let merged = row(&store, old.id).await;
    assert_eq!((merged.priority, merged.assignee.as_deref()), (Priority::High, Some("ben")));
    assert!(merged.tags.ends_with("wind;snow"), "{}", merged.tags);

    let mine_anyway = store.act("ben", &[seen(&merged)], &priority(Priority::Low)).await.unwrap();
    assert_eq!(mine_anyway.n_collisions, 0);
    assert_eq!(row(&store, old.id).await.priority, Priority::Low);
    let same = store.act("cleo", &[seen(&old)], &priority(Priority::Low)).await.unwrap();
    assert_eq!(same.n_collisions, 0, "who wants the same does not disagree");
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn an_undo_leaves_what_somebody_changed_since_even_to_the_same_value() {
    let (store, _) = a_night(3).await;
    let id = all(&store).await.remove(0).id;
    let confirm: Change = Edit::Confirm.into();
    let ana = store.act("ana", &[at(id)], &confirm).await.unwrap();
    store.act("ben", &[at(id)], &Edit::Reopen.into()).await.unwrap();
    store.act("ben", &[at(id)], &confirm).await.unwrap();
    let undone = store.undo("ana", ana.action.unwrap()).await.unwrap();
    assert_eq!((undone.action, undone.n_collisions), (None, 1));
    assert_eq!(undone.collisions[0].by, "ben");
    assert_eq!(row(&store, id).await.state, State::Confirmed);
}

#[tokio::test]
async fn many_findings_change_in_one_action_and_come_back_in_one() {
    let (store, mut sql) = a_night(30).await;
    let before = table(&store).await;
    let targets: Vec<Target> = before.keys().map(|&id| at(id)).collect();
    assert!(targets.len() >= 30);
    let edits: Change = vec![Edit::Confirm, Edit::Priority(Some(Priority::None)), comment("=1+1").edits()[0].clone()]
        .try_into()
        .unwrap();
    let done = store.act("ana", &targets, &edits).await.unwrap();
    assert_eq!(done.n_changed, targets.len() as i64);
    let rows = table(&store).await;
    assert!(rows.values().all(|row| row.state == State::Confirmed && row.n_comments == 1));
    assert_eq!(store.story(targets[0].finding).await.unwrap().last().unwrap().comment.as_deref(), Some("=1+1"));
    let undone = store.undo("ana", done.action.unwrap()).await.unwrap();
    assert_eq!(undone.n_changed, done.n_changed);
    assert_eq!(table(&store).await, before);
    store.undo("ana", undone.action.unwrap()).await.unwrap();
    assert_eq!(table(&store).await, rows);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn a_snooze_that_is_over_wakes_once_however_many_servers_ask() {
    let (store, mut sql) = a_night(3).await;
    let id = all(&store).await.remove(0).id;
    store.act("ana", &[at(id)], &Edit::Snooze { until: minute(7_000) }.into()).await.unwrap();
    assert_eq!(store.wake(minute(6_999)).await.unwrap(), 0);
    let asked = futures_util::future::join_all((0..8).map(|_| store.wake(minute(7_000)))).await;
    assert_eq!(asked.into_iter().map(Result::unwrap).sum::<i64>(), 1);
    let woken = row(&store, id).await;
    assert_eq!((woken.state, woken.snoozed_until), (State::Open, None));
    assert_eq!(store.story(id).await.unwrap().last().unwrap().who.as_deref(), Some("snooze"));
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn parts_add_up_follow_their_whole_and_come_together_again() {
    let (store, mut sql) = a_night(3).await;
    let seconds = visible_seconds(&mut sql).await;
    // The end of the shift, idle from minute 35 to 600.
    let whole = all(&store).await.into_iter().find(|row| row.kind == FindingType::EndShift).unwrap();
    assert_eq!(whole.span.unwrap().seconds(), 565 * 60);
    for outside in [minute(35), minute(600), minute(601)] {
        let refused = store.split("ana", seen(&whole), outside, [None, None]).await;
        assert!(matches!(refused, Err(ActionError::CannotPartition(..))), "{refused:?}");
    }
    let kinds = [Some(FindingType::WeatherDowntime), None];
    let split = store.split("ana", seen(&whole), minute(100), kinds).await.unwrap();
    assert_eq!(row(&store, whole.id).await.state, State::Split);
    let parts: Vec<FindingRow> = all(&store).await.into_iter().filter(|row| row.part_of == Some(whole.id)).collect();
    let mut told: Vec<_> = parts.iter().map(|part| (part.span.unwrap().seconds(), part.kind, part.state)).collect();
    told.sort();
    let expected =
        [(65 * 60, FindingType::WeatherDowntime, State::Open), (500 * 60, FindingType::EndShift, State::Open)];
    assert_eq!(told, expected);
    assert_eq!(visible_seconds(&mut sql).await, seconds);

    // The log moves the start beyond the cut: the first part is empty, the second is all there is.
    let late = [execution("E002", "A", Some(30), Some(120))];
    let report = load(&store, Table::Executions, late).await;
    store.detect_affected(&report.affected, now()).await.unwrap();
    let part = async |second: bool| {
        let key = format!("part|{}|{}", whole.id, if second { 2 } else { 1 });
        all(&store).await.into_iter().find(|row| row.key == key).unwrap()
    };
    assert_eq!(part(false).await.state, State::ResolvedByTheLog);
    assert_eq!(part(true).await.span.unwrap().seconds(), 480 * 60);
    assert_eq!(visible_seconds(&mut sql).await, seconds - 85 * 60);

    // The whole vanishes and returns; the parts go and come with it.
    let all_night = load(&store, Table::Executions, [execution("E002", "A", Some(30), Some(600))]).await;
    store.detect_affected(&all_night.affected, now()).await.unwrap();
    assert_eq!(part(true).await.state, State::ResolvedByTheLog);
    let back = load(&store, Table::Executions, [execution("E002", "A", Some(30), Some(35))]).await;
    store.detect_affected(&back.affected, now()).await.unwrap();
    assert_eq!((part(false).await.state, part(true).await.state), (State::Open, State::Open));
    assert_eq!(visible_seconds(&mut sql).await, seconds);

    store.undo("ana", split.action.unwrap()).await.unwrap();
    assert_eq!(row(&store, whole.id).await.state, State::Open);
    assert_eq!((part(false).await.state, part(true).await.state), (State::Merged, State::Merged));
    assert_eq!(visible_seconds(&mut sql).await, seconds);
    // Split again elsewhere: the same two parts, at the new cut.
    let whole = row(&store, whole.id).await;
    store.split("ana", seen(&whole), minute(200), [None, None]).await.unwrap();
    assert_eq!(part(false).await.span.unwrap().seconds(), 165 * 60);
    assert_eq!(part(false).await.kind, FindingType::EndShift, "the type of the first split went with it");
    assert_eq!(visible_seconds(&mut sql).await, seconds);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn neighbours_merge_and_come_apart_when_the_log_moves_them() {
    let (store, mut sql) = a_night(3).await;
    let seconds = visible_seconds(&mut sql).await;
    // Idle from 5 to 10, down from 10 to 15.
    let rows = all(&store).await;
    let down = rows.iter().find(|row| row.kind == FindingType::TechnicalDowntime).unwrap();
    let gap = rows.iter().find(|row| row.span.map(|span| span.end()) == Some(minute(10))).unwrap();
    let far = rows.iter().find(|row| row.kind == FindingType::EndShift).unwrap();
    let apart = store.merge("ana", [seen(gap), seen(far)], None).await;
    assert!(matches!(apart, Err(ActionError::CannotPartition(..))), "{apart:?}");

    let merged = store.merge("ana", [seen(down), seen(gap)], Some(FindingType::Handover)).await.unwrap();
    let merge = store.outcome_of(merged.action.unwrap()).await.unwrap().unwrap();
    let covers = row(&store, merge).await;
    assert_eq!((covers.span.unwrap().seconds(), covers.kind, covers.state), (600, FindingType::Handover, State::Open));
    assert_eq!((row(&store, gap.id).await.state, row(&store, down.id).await.merged_into), (State::Merged, Some(merge)));
    assert_eq!(visible_seconds(&mut sql).await, seconds);

    let undone = store.undo("ana", merged.action.unwrap()).await.unwrap();
    assert_eq!((row(&store, gap.id).await.state, row(&store, merge).await.state), (State::Open, State::Split));
    assert_eq!(visible_seconds(&mut sql).await, seconds);
    store.undo("ana", undone.action.unwrap()).await.unwrap();
    assert_eq!(row(&store, merge).await.state, State::Open);

    // The downtime is gone and the gap before it has another neighbour: the merge covers nothing and goes with them.
    let gone = load(&store, Table::Executions, [execution("X", "A", Some(5), Some(15))]).await;
    store.detect_affected(&gone.affected, now()).await.unwrap();
    assert_eq!(row(&store, merge).await.state, State::ResolvedByTheLog);
    let back = load(&store, Table::Executions, [execution("X", "A", Some(14), Some(15))]).await;
    store.detect_affected(&back.affected, now()).await.unwrap();
    // Idle from 5 to 10 as before; the downtime, now up to 14 and with another neighbour, is another finding.
    let left = row(&store, merge).await;
    assert_eq!((left.state, left.span.unwrap().seconds()), (State::Open, 300));
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn a_merge_whose_two_no_longer_touch_comes_apart() {
    let (store, mut sql) = a_night(3).await;
    let rows = all(&store).await;
    let down = rows.iter().find(|row| row.kind == FindingType::TechnicalDowntime).unwrap();
    let gap = rows.iter().find(|row| row.span.map(|span| span.end()) == Some(minute(10))).unwrap();
    let end = rows.iter().find(|row| row.kind == FindingType::EndShift).unwrap();
    let merged = store.merge("ana", [seen(gap), seen(down)], None).await.unwrap();
    let merge = store.outcome_of(merged.action.unwrap()).await.unwrap().unwrap();
    store.act("ben", &[at(merge)], &Edit::Confirm.into()).await.unwrap();
    // Behind detection's back: the rules of today give the pieces of a lane new keys when something comes between them.
    sqlx::query("update finding set end_at = end_at - interval '1 minute' where id = $1")
        .bind(gap.id)
        .execute(&mut sql)
        .await
        .unwrap();
    store.split("ana", seen(end), minute(100), [None, None]).await.unwrap();
    assert_eq!(row(&store, merge).await.state, State::Split);
    assert_eq!((row(&store, gap.id).await.state, row(&store, down.id).await.state), (State::Open, State::Open));
    assert_eq!(store.story(gap.id).await.unwrap().last().unwrap().who.as_deref(), Some("detection"));
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn a_split_that_was_worked_on_is_not_undone_by_halves() {
    let (store, mut sql) = a_night(3).await;
    let whole = all(&store).await.into_iter().find(|row| row.kind == FindingType::EndShift).unwrap();
    let split = store.split("ana", seen(&whole), minute(100), [None, None]).await.unwrap();
    let part = store.outcome_of(split.action.unwrap()).await.unwrap().unwrap();
    let confirmed = store.act("ben", &[at(part)], &Edit::Confirm.into()).await.unwrap();
    let refused = store.undo("ana", split.action.unwrap()).await;
    assert!(matches!(refused, Err(ActionError::Collides(ref fields)) if fields[0].by == "ben"), "{refused:?}");
    assert_eq!(row(&store, whole.id).await.state, State::Split);
    let hidden = store.act("ben", &[at(whole.id)], &Edit::Confirm.into()).await.unwrap();
    assert_eq!(hidden.refused, [(whole.id, "another finding stands for this one: it is Split".to_owned())]);
    store.undo("ben", confirmed.action.unwrap()).await.unwrap();
    store.undo("ana", split.action.unwrap()).await.unwrap();
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn any_actions_all_undone_in_reverse_are_the_start_and_no_second_is_lost_on_the_way() {
    let (store, mut sql) = a_night(8).await;
    let start: BTreeMap<i64, FindingRow> = table(&store).await;
    let seconds = visible_seconds(&mut sql).await;
    let mut runner = TestRunner::deterministic();
    let mut draw = |below: usize| (any::<u32>().new_tree(&mut runner).unwrap().current() as usize) % below;
    let done = async |sql: &mut PgConnection| -> Vec<i64> {
        sqlx::query_scalar("select id from action order by id").fetch_all(sql).await.unwrap()
    };
    for nth in 0..320 {
        let rows = all(&store).await;
        let so_far = done(&mut sql).await;
        let target = &rows[draw(rows.len())];
        // What cannot be done, such as splitting what is split, is not done.
        match draw(13) {
            0 => {
                let span = target.span.unwrap();
                let cut = span.start().plus(1 + draw(600) as i64);
                let _ = store.split("ana", seen(target), cut, [None, Some(FindingType::Other)]).await;
            }
            1 | 2 => {
                let end = target.span.unwrap().end();
                let next = rows.iter().find(|row| row.span.unwrap().start() == end && !row.state.is_replaced());
                if let Some(next) = next {
                    let _ = store.merge("ana", [seen(target), seen(next)], None).await;
                }
            }
            // Her own actions, and those of rules.
            3 if !so_far.is_empty() => {
                let _ = store.undo("ana", so_far[draw(so_far.len())]).await;
            }
            10 => {
                let conditions =
                    ["class:gap", "type:other,handover", "tag:t0", "-tag:t1 priority:none,low", "state:open"];
                let condition = conditions[draw(conditions.len())];
                let gives = [("Low", "t0"), ("High", ""), ("", "t1"), ("None", "t2")][draw(4)];
                apply(&store, &rule(&format!("Rule {nth}"), condition, gives.0, gives.1)).await.unwrap();
            }
            11 | 12 => the_log_says(&store, 8, ["target", "M83", "t1"][draw(3)]).await,
            how => {
                let edit = match how {
                    3 | 4 => Edit::Confirm,
                    5 => Edit::Type(Some(FindingType::ALL[draw(20)])),
                    6 => Edit::Tags {
                        add: vec![format!("t{}", draw(3)).try_into().unwrap()],
                        remove: vec![format!("t{}", draw(3)).try_into().unwrap()],
                    },
                    7 => Edit::Dismiss { because: "no".to_owned().try_into().unwrap() },
                    8 => Edit::Priority(Some(Priority::ALL[draw(5)])),
                    _ => Edit::Comment("x".to_owned().try_into().unwrap()),
                };
                let targets: Vec<Target> = rows.iter().skip(draw(rows.len())).take(1 + draw(4)).map(seen).collect();
                store.act("ana", &targets, &edit.into()).await.unwrap();
            }
        }
        assert_eq!(visible_seconds(&mut sql).await, seconds);
    }
    the_log_says(&store, 8, "target").await;
    the_events_are_the_table(&mut sql).await;
    let of_rules: i64 =
        sqlx::query_scalar("select count(*) from action where rule is not null").fetch_one(&mut sql).await.unwrap();
    let done = done(&mut sql).await;
    assert!(done.len() > 60 && of_rules > 10, "most actions do something: {}, {of_rules} of them rules", done.len());
    for action in done.into_iter().rev() {
        let undone = store.undo("ana", action).await.unwrap();
        assert_eq!(undone.n_collisions, 0, "{undone:?}");
        assert_eq!(visible_seconds(&mut sql).await, seconds);
    }
    let mut end = table(&store).await;
    end.retain(|_, row| !(row.key.starts_with("part|") || row.key.starts_with("merge|")) || !row.state.is_replaced());
    assert_eq!(end, start);
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_clients_editing_at_random_lose_nothing() {
    let (store, mut sql) = a_night(12).await;
    let ids: Vec<i64> = all(&store).await.into_iter().map(|row| row.id).collect();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(3);
    let client = |number: usize| {
        let (store, ids) = (store.clone(), ids.clone());
        tokio::spawn(async move {
            let name = format!("client{number}");
            let (mut state, mut n_done, mut mine) = (number as u64 + 1, 0u64, Vec::new());
            let mut draw = move |below: usize| {
                // A linear congruential generator: any spread will do, and each client's is its own.
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as usize % below
            };
            while std::time::Instant::now() < until {
                let row = store.finding(ids[draw(ids.len())]).await.unwrap().unwrap();
                let edit = match draw(6) {
                    0 => Edit::Priority(Some(Priority::ALL[draw(5)])),
                    1 => Edit::Type(Some(FindingType::ALL[draw(20)])),
                    2 => Edit::Assignee(Some(name.parse().unwrap())),
                    3 => Edit::Confirm,
                    4 => Edit::Comment(name.clone().try_into().unwrap()),
                    _ => Edit::Tags { add: vec![format!("{name}-{}", draw(3)).try_into().unwrap()], remove: vec![] },
                };
                let done = store.act(&name, &[seen(&row)], &edit.into()).await.unwrap();
                if let Some(action) = done.action {
                    (n_done, mine) = (n_done + 1, [mine, vec![action]].concat());
                }
                if draw(8) == 0 && !mine.is_empty() {
                    let undone = store.undo(&name, mine.swap_remove(draw(mine.len()))).await.unwrap();
                    n_done += u64::from(undone.action.is_some());
                }
            }
            n_done
        })
    };
    let clients: Vec<_> = (0..20).map(client).collect();
    let mut n_done = 0;
    for client in clients {
        n_done += client.await.unwrap();
    }
    let n_actions: i64 = sqlx::query_scalar("select count(*) from action").fetch_one(&mut sql).await.unwrap();
    assert_eq!(u64::try_from(n_actions).unwrap(), n_done);
    assert!(n_done > 100, "{n_done}");
    // Numbers without holes: each action took one, detection took the first.
    let seqs: Vec<i64> = sqlx::query_scalar("select seq from action order by seq").fetch_all(&mut sql).await.unwrap();
    assert_eq!(seqs, (2..2 + n_actions).collect::<Vec<_>>());
    the_events_are_the_table(&mut sql).await;
}

#[tokio::test]
async fn what_actions_changed_since_somebody_looked_is_stale_to_them_and_the_rest_is_not() {
    let (store, _sql) = a_night(3).await;
    let mut ids: Vec<i64> = all(&store).await.iter().map(|row| row.id).take(3).collect();
    ids.sort_unstable();
    let [a, b, c] = ids[..] else { panic!("{ids:?}") };
    store.act("ana", &[at(a)], &priority(Priority::Low)).await.unwrap();
    let seen_by_ana = store.asked_with_seq(|_, seq| seq).await.unwrap();
    // Ben changes two, one of them twice.
    store.act("ben", &[at(b)], &priority(Priority::High)).await.unwrap();
    store.act("ben", &[at(b), at(c)], &priority(Priority::Blocker)).await.unwrap();

    let mut targets = store.as_seen(&[a, b, c, 999_999], seen_by_ana).await.unwrap();
    targets.sort_by_key(|target| target.finding);
    let versions: Vec<_> = targets.iter().map(|target| target.row_version).collect();
    // `a` was changed once before, so its version is 2; the others were at 1.
    assert_eq!(versions, [Some(2), Some(1), Some(1), None]);
    let done = store.act("ana", &targets, &priority(Priority::Medium)).await.unwrap();
    assert_eq!((done.n_changed, done.n_collisions, done.n_refused), (1, 2, 1), "{done:?}");
    assert_eq!(row(&store, b).await.priority, Priority::Blocker);

    // Whoever has seen Ben's changes means it.
    let seen = store.asked_with_seq(|_, seq| seq).await.unwrap();
    let targets = store.as_seen(&[b, c], seen).await.unwrap();
    let done = store.act("ana", &targets, &priority(Priority::Medium)).await.unwrap();
    assert_eq!((done.n_changed, done.n_collisions), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_rules_and_loads_at_once_lose_nothing() {
    let (store, mut sql) = a_night(12).await;
    let ids: Vec<i64> = all(&store).await.into_iter().map(|row| row.id).collect();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(3);
    let person = |number: usize| {
        let (store, ids) = (store.clone(), ids.clone());
        tokio::spawn(async move {
            let name = format!("client{number}");
            for nth in 0.. {
                if std::time::Instant::now() > until {
                    break;
                }
                let row = store.finding(ids[(nth * 7 + number) % ids.len()]).await.unwrap().unwrap();
                let edit = match nth % 3 {
                    0 => Edit::Priority(Some(Priority::ALL[nth % 5])),
                    1 => Edit::Tags { add: vec![format!("{name}-{}", nth % 3).try_into().unwrap()], remove: vec![] },
                    _ => Edit::Confirm,
                };
                let done = store.act(&name, &[seen(&row)], &edit.into()).await.unwrap();
                if let Some(action) = done.action.filter(|_| nth % 4 == 0) {
                    store.undo(&name, action).await.unwrap();
                }
            }
        })
    };
    let rules = |name: &'static str, priority: &'static str| {
        let store = store.clone();
        tokio::spawn(async move {
            for nth in 0.. {
                if std::time::Instant::now() > until {
                    break;
                }
                let said = rule(&format!("{name} {nth}"), "class:gap", priority, name);
                // Somebody may have changed a finding between the dry run and this.
                if let Ok((id, Some(done))) = apply(&store, &said).await {
                    store.undo(name, done.action.unwrap()).await.unwrap();
                    store.delete_rule(name, id, 1, now()).await.unwrap();
                }
            }
        })
    };
    let log = {
        let store = store.clone();
        tokio::spawn(async move {
            for nth in 0.. {
                if std::time::Instant::now() > until {
                    break;
                }
                the_log_says(&store, 12, ["M83", "M84"][nth % 2]).await;
            }
        })
    };
    let people = (0..6).map(person);
    for task in people.chain([rules("ana", "Low"), rules("ben", "High"), log]) {
        task.await.unwrap();
    }
    let of_rules: i64 =
        sqlx::query_scalar("select count(*) from action where rule is not null").fetch_one(&mut sql).await.unwrap();
    assert!(of_rules > 3, "{of_rules}");
    the_events_are_the_table(&mut sql).await;
}
