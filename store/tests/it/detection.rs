//! Findings follow the facts, and what people decided follows the findings.

use domain::facts::rows::Table;
use domain::facts::{Fact, Facts};
use domain::findings::{FindingType, Parameters, Priority};
use domain::ledger::Log;
use domain::time::Instant;
use domain::triage::columns::Columns;
use domain::triage::filter::{Filter, What};
use domain::triage::{Decided, FindingRow, State};
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sqlx::PgConnection;
use store::{Affected, Detection, EventKind, Store};

use crate::cluster::{fresh, fresh_and_sql};
use crate::efficiency::sums_follow_from;
use crate::given::{self, array, downtime, execution, load, minute, shift};

/// Everything the store holds to be a finding.
pub(crate) async fn all(store: &Store) -> Vec<FindingRow> {
    let everything = |columns: &Columns| {
        // Asked for by their states, the replaced ones are there too.
        let view = columns.view(&Filter::of(State::ALL.iter().copied().map(What::State)), &[], None);
        columns.list(&view, 0, usize::MAX).rows
    };
    store.asked(everything).await.unwrap()
}

async fn open(store: &Store) -> Vec<FindingRow> {
    all(store).await.into_iter().filter(|row| row.state == State::Open).collect()
}

/// Open findings without their numbers, comparable between two databases and with the domain's own.
async fn said(store: &Store) -> Vec<String> {
    let mut said: Vec<String> = open(store)
        .await
        .iter()
        .map(|row| format!("{:?}", FindingRow { id: 0, row_version: 0, change_seq: 0, ..row.clone() }))
        .collect();
    said.sort();
    said
}

/// A shift of two hours with two executions and an idle half-hour between them, from minute 50 to 80.
async fn half_an_hour_idle() -> (Store, PgConnection, i64) {
    let (store, sql) = fresh_and_sql().await;
    load(&store, Table::Shifts, [shift("S", Some(0), Some(120))]).await;
    load(&store, Table::Arrays, [array("A", "PI science")]).await;
    let rows = [execution("E1", "A", Some(0), Some(50)), execution("E2", "A", Some(80), Some(120))];
    load(&store, Table::Executions, rows).await;
    let detection = store.detect_all(minute(6_000)).await.unwrap();
    assert_eq!(detection, Detection { n_open: 1, n_new: 1, ..Detection::default() });
    let gap = open(&store).await.remove(0);
    assert_eq!((gap.kind, gap.span.unwrap().seconds()), (FindingType::Other, 1_800));
    (store, sql, gap.id)
}

async fn events(store: &Store, id: i64) -> Vec<EventKind> {
    store.history(id).await.unwrap().into_iter().map(|event| event.what).collect()
}

#[tokio::test]
async fn the_quarter_has_the_findings_that_the_domain_finds_and_detecting_twice_is_detecting_once() {
    let Some((facts, now)) = given::folder("quarter") else { return };
    let store = fresh().await;
    for (table, rows) in given::as_rows(&facts) {
        load(&store, table, rows).await;
    }
    let found = domain::findings::detect(&Log::new(&facts, now), &Parameters::default());
    let n = i64::try_from(found.len()).unwrap();
    let first = store.detect_all(now).await.unwrap();
    assert_eq!(first, Detection { n_open: n, n_new: n, ..Detection::default() });

    let rows = open(&store).await;
    for finding in &found {
        let row = rows.iter().find(|row| row.key == finding.key().as_str()).expect("every finding is stored");
        assert_eq!(
            (row.kind, row.family, &row.shift, row.span),
            (finding.kind, finding.family, &finding.shift, finding.span)
        );
        assert_eq!((row.class, row.priority), (finding.kind.class(), finding.priority));
        assert_eq!((&row.tags, &row.comment), (&finding.tags, &finding.comment));
        assert_eq!(store.finding_ids(row.id).await.unwrap(), finding.ids);
    }
    for again in [store.detect_all(now).await, store.detect_affected(&Affected::default(), now).await] {
        assert_eq!(again.unwrap(), Detection { n_open: n, ..Detection::default() });
    }
    assert_eq!(events(&store, rows[0].id).await, [EventKind::Detected]);
}

#[tokio::test]
async fn a_re_timed_fact_moves_its_finding_and_what_people_decided_stays() {
    let (store, mut sql, id) = half_an_hour_idle().await;
    sqlx::query("update finding set decided_priority = 'High', decided_comment = 'wind', decided_type = 'Weather downtime', assignee = 'AoD 1'")
        .execute(&mut sql)
        .await
        .unwrap();
    let moved = load(&store, Table::Executions, [execution("E2", "A", Some(70), Some(120))]).await;
    let detection = store.detect_affected(&moved.affected, minute(6_000)).await.unwrap();
    assert_eq!(detection, Detection { n_open: 1, n_moved: 1, ..Detection::default() });

    let row = store.finding(id).await.unwrap().unwrap();
    assert_eq!((row.kind, row.priority, row.comment.as_str()), (FindingType::WeatherDowntime, Priority::High, "wind"));
    assert_eq!(row.span.unwrap().seconds(), 1_200);
    assert_eq!(events(&store, id).await, [EventKind::Detected, EventKind::Moved]);
    let event = store.history(id).await.unwrap().remove(1);
    assert_eq!((event.before.as_str(), event.after.as_str()), ("end 2022-03-07T01:20:00Z", "end 2022-03-07T01:10:00Z"));
}

#[tokio::test]
async fn a_finding_that_vanishes_is_resolved_by_the_log_and_reopens_when_it_returns() {
    let (store, _, id) = half_an_hour_idle().await;
    let now = minute(6_000);
    let filled = load(&store, Table::Executions, [execution("E2", "A", Some(50), Some(120))]).await;
    let detection = store.detect_affected(&filled.affected, now).await.unwrap();
    assert_eq!(detection, Detection { n_resolved: 1, ..Detection::default() });
    assert_eq!(store.finding(id).await.unwrap().unwrap().state, State::ResolvedByTheLog);

    let emptied = load(&store, Table::Executions, [execution("E2", "A", Some(80), Some(120))]).await;
    let detection = store.detect_affected(&emptied.affected, now).await.unwrap();
    assert_eq!(detection, Detection { n_open: 1, n_reopened: 1, ..Detection::default() });
    assert_eq!(store.finding(id).await.unwrap().unwrap().state, State::Open, "the same finding, with its number");
    assert_eq!(events(&store, id).await, [EventKind::Detected, EventKind::Resolved, EventKind::Reopened]);
}

#[tokio::test]
async fn a_load_that_no_detection_saw_is_seen_by_the_next_one() {
    let (store, _, _) = half_an_hour_idle().await;
    // As if the program had been stopped between load and detection: what was affected is lost.
    load(&store, Table::Executions, [execution("E2", "A", Some(50), Some(120))]).await;
    let detection = store.detect_affected(&Affected::default(), minute(6_000)).await.unwrap();
    assert_eq!(detection.n_resolved, 1);
}

#[tokio::test]
async fn detecting_a_log_piece_by_piece_ends_where_detecting_all_of_it_does() {
    let Some((facts, now)) = given::folder("quarter") else { return };
    // Four weeks are enough to have far-away changes, and few enough to compare often.
    let until = Instant::parse("2022-04-04T00:00:00Z").unwrap();
    let facts = Facts {
        shifts: facts.shifts.into_iter().filter(|shift| shift.start.is_none_or(|start| start < until)).collect(),
        executions: facts.executions.into_iter().filter(|e| e.start.or(e.end).is_none_or(|at| at < until)).collect(),
        arrays: facts.arrays.into_iter().filter(|array| array.created.is_none_or(|at| at < until)).collect(),
        downtimes: facts.downtimes.into_iter().filter(|downtime| downtime.start < until).collect(),
    };
    let piecewise = fresh().await;
    let mut rows: Vec<(Table, Vec<Fact>)> = given::as_rows(&facts);
    for (table, rows) in &rows {
        load(&piecewise, *table, rows.clone()).await;
    }
    let mut now = now.min(until);
    piecewise.detect_all(now).await.unwrap();

    let mut runner = TestRunner::deterministic();
    let mut draw = |below: usize| (any::<u32>().new_tree(&mut runner).unwrap().current() as usize) % below;
    for round in 0..25 {
        // A handful of rows near each other change in ways that logs do; sometimes time passes too.
        let (table, rows) = &mut rows[draw(4)];
        let first = draw(rows.len());
        let mut changed = Vec::new();
        for row in rows.iter_mut().skip(first).take(1 + draw(4)) {
            disturb(row, draw(8), (draw(7_200) as i64) - 3_600, draw(1_000));
            changed.push(row.clone());
        }
        if draw(3) == 0 {
            now = now.plus(draw(30) as i64 * 3_600);
        }
        let report = load(&piecewise, *table, changed).await;
        piecewise.detect_affected(&report.affected, now).await.unwrap();

        let known = piecewise.facts().await.unwrap();
        sums_follow_from(&piecewise, &known, now, &format!("round {round} ({table})")).await;
        let found = domain::findings::detect(&Log::new(&known, now), &Parameters::default());
        let mut expected: Vec<String> = found
            .into_iter()
            .map(|finding| {
                let row = FindingRow {
                    id: 0,
                    key: finding.key().as_str().to_owned(),
                    kind: finding.kind,
                    class: finding.kind.class(),
                    priority: finding.priority,
                    state: State::Open,
                    family: finding.family,
                    shift: finding.shift,
                    span: finding.span,
                    tags: finding.tags,
                    comment: finding.comment,
                    decided: Decided::default(),
                    assignee: None,
                    snoozed_until: None,
                    dismissed_because: None,
                    n_comments: 0,
                    part_of: None,
                    merged_into: None,
                    row_version: 0,
                    change_seq: 0,
                };
                format!("{row:?}")
            })
            .collect();
        expected.sort();
        let said = said(&piecewise).await;
        let missing: Vec<_> = expected.iter().filter(|row| said.binary_search(row).is_err()).collect();
        let stale: Vec<_> = said.iter().filter(|row| expected.binary_search(row).is_err()).collect();
        assert!(
            missing.is_empty() && stale.is_empty(),
            "round {round} ({table}): missing {missing:#?}, stale {stale:#?}"
        );
    }
}

/// What happens to rows of a log: times slip, are lost or reversed, things are named otherwise.
fn disturb(row: &mut Fact, how: usize, seconds: i64, name: usize) {
    let slip = |time: &mut Option<Instant>| *time = time.map(|time| time.plus(seconds));
    match row {
        Fact::Shift(shift) => match how {
            0 => shift.start = None,
            1 => shift.end = None,
            2 => std::mem::swap(&mut shift.start, &mut shift.end),
            3 => shift.end = shift.end.map(|end| end.plus(40 * 3_600)),
            4 => (shift.start, shift.end) = (None, None),
            5 => shift.kind = domain::facts::ShiftKind::Eoc,
            6 => slip(&mut shift.end),
            _ => slip(&mut shift.start),
        },
        Fact::Execution(execution) => match how {
            0 => execution.start = None,
            1 => execution.end = None,
            2 => (execution.start, execution.end) = (None, None),
            3 => execution.end = execution.end.map(|end| end.plus(50 * 3_600)),
            4 => execution.array_id = format!("Array{:03}", 11 + name),
            5 => execution.family = None,
            6 => slip(&mut execution.end),
            _ => slip(&mut execution.start),
        },
        Fact::Array(array) => match how {
            0..3 => array.activity = domain::facts::Activity::Testing,
            3..5 => array.family = domain::family::Family::Seven,
            5 => array.activity = domain::facts::Activity::PiScience,
            _ => array.created = array.created.map(|created| created.plus(seconds)),
        },
        Fact::Downtime(downtime) => match how {
            0..3 => downtime.end = None,
            3 => downtime.end = downtime.end.map(|end| end.plus(30 * 3_600)),
            4 => downtime.families = domain::family::Families::ALL,
            _ => downtime.end = downtime.end.map(|end| end.plus(seconds.abs())),
        },
        _ => unreachable!("four tables are disturbed"),
    }
}

#[tokio::test]
async fn an_open_downtime_of_long_ago_is_found_when_its_first_later_execution_arrives() {
    let store = fresh().await;
    let now = minute(600 * 1_440);
    // Held by no shift, so only a later execution makes it wrong; the other shifts keep the change from being the whole log.
    load(&store, Table::Downtimes, [downtime("D", -60, None)]).await;
    let shifts = (0..30).map(|day| shift(&format!("S{day}"), Some(day * 14_400), Some(day * 14_400 + 120)));
    load(&store, Table::Shifts, shifts).await;
    store.detect_all(now).await.unwrap();
    assert!(open(&store).await.iter().all(|row| row.kind != FindingType::DowntimeNotCompleted));

    let late = load(&store, Table::Executions, [execution("E", "A", Some(400_000), Some(400_050))]).await;
    store.detect_affected(&late.affected, now).await.unwrap();
    assert_eq!(open(&store).await.iter().filter(|row| row.kind == FindingType::DowntimeNotCompleted).count(), 1);
}
