//! The list: filtered, counted and sorted as a person with all rows on the table would.

use std::cmp::Ordering;

use domain::facts::ShiftKind;
use domain::family::Family;
use domain::findings::{Class, FindingType, Priority};
use domain::time::{DAY_S, Instant};
use domain::triage::filter::{Column, Filter, Period, Sort};
use domain::triage::{Count, FindingRow, State};
use store::Store;

use crate::cluster::fresh_and_sql;
use crate::detection::all;
use crate::given::{self, load, minute};

/// The quarter, detected, with decisions strewn over it.
async fn quarter() -> Option<(Store, domain::facts::Facts, Instant)> {
    let (facts, now) = given::folder("quarter")?;
    let (store, mut sql) = fresh_and_sql().await;
    for (table, rows) in given::as_rows(&facts) {
        load(&store, table, rows).await;
    }
    store.detect_all(now).await.unwrap();
    for decision in [
        "update finding set decided_priority = 'Blocker' where id % 7 = 0",
        "update finding set decided_state = 'Confirmed' where id % 5 = 0",
        "update finding set decided_type = 'Other', decided_class = 'GAP', decided_tags = 'seen' where id % 11 = 0",
    ] {
        sqlx::query(decision).execute(&mut sql).await.unwrap();
    }
    Some((store, facts, now))
}

fn filters() -> Vec<Filter> {
    let all = Filter::default();
    vec![
        all.clone(),
        Filter { class: vec![Class::UserError], ..all.clone() },
        Filter { priority: vec![Priority::Blocker, Priority::None], state: vec![State::Open], ..all.clone() },
        Filter {
            kind: vec![FindingType::Other, FindingType::Handover],
            family: vec![Some(Family::Seven)],
            ..all.clone()
        },
        Filter { family: vec![None, Some(Family::TotalPower)], period: Period::LastSevenDays, ..all.clone() },
        Filter { period: Period::LastShift, ..all.clone() },
        Filter { period: Period::Between { from: Some(minute(10_080)), to: Some(minute(20_160)) }, ..all.clone() },
        Filter { period: Period::Between { from: None, to: None }, class: vec![Class::Gap, Class::UserError], ..all },
    ]
}

#[tokio::test]
async fn every_count_is_what_counting_by_hand_gives() {
    let Some((store, facts, now)) = quarter().await else { return };
    let rows = all(&store).await;
    let latest = |family: Family| {
        let begun = facts.shifts.iter().filter(|shift| {
            shift.kind == ShiftKind::Sciops
                && shift.families.contains(family)
                && shift.start.is_some_and(|start| start < now)
        });
        begun.max_by_key(|shift| shift.start).map(|shift| shift.id.clone())
    };
    let in_period = |row: &FindingRow, period| {
        let end = row.span.map(|span| span.end());
        match period {
            Period::All => true,
            Period::LastShift => Family::ALL.into_iter().any(|family| {
                row.family.unwrap_or(family) == family && row.shift.is_some() && row.shift == latest(family)
            }),
            Period::LastSevenDays => end.is_some_and(|end| now.plus(-7 * DAY_S) <= end && end <= now),
            Period::Between { from, to } => {
                end.is_some_and(|end| from.is_none_or(|from| from <= end) && to.is_none_or(|to| end < to))
            }
        }
    };
    fn asked<T: PartialEq>(list: &[T], value: &T) -> bool {
        list.is_empty() || list.contains(value)
    }
    for filter in filters() {
        let page = store.findings(&filter, Sort::default(), 0, 10).await.unwrap();
        assert_eq!(page.as_of, Some(now));
        let rows: Vec<&FindingRow> = rows.iter().filter(|row| in_period(row, filter.period)).collect();
        let passes = |row: &FindingRow, without: &str| {
            (without == "class" || asked(&filter.class, &row.class))
                && (without == "priority" || asked(&filter.priority, &row.priority))
                && (without == "kind" || asked(&filter.kind, &row.kind))
                && (without == "family" || asked(&filter.family, &row.family))
                && (without == "state" || asked(&filter.state, &row.state))
        };
        let matching: Vec<&&FindingRow> = rows.iter().filter(|row| passes(row, "")).collect();
        assert!(!matching.is_empty(), "{filter:?} would prove nothing");
        assert_eq!(page.n_matching, i64::try_from(matching.len()).unwrap(), "{filter:?}");
        let seconds: i64 = matching.iter().filter_map(|row| row.span).map(|span| span.seconds()).sum();
        assert_eq!(page.matching_s, seconds);

        let by_hand = |without: &str, has: &dyn Fn(&FindingRow) -> bool| {
            let n = |rows: Vec<&&FindingRow>| i64::try_from(rows.iter().filter(|row| has(row)).count()).unwrap();
            (n(rows.iter().filter(|row| passes(row, without)).collect()), n(rows.iter().collect()))
        };
        fn counted<T>(count: &Count<T>) -> (i64, i64) {
            (count.in_view, count.total)
        }
        for count in &page.facets.class {
            assert_eq!(counted(count), by_hand("class", &|row| row.class == count.value), "{count:?} {filter:?}");
        }
        for count in &page.facets.priority {
            assert_eq!(counted(count), by_hand("priority", &|row| row.priority == count.value), "{count:?} {filter:?}");
        }
        for count in &page.facets.kind {
            assert_eq!(counted(count), by_hand("kind", &|row| row.kind == count.value), "{count:?} {filter:?}");
        }
        for count in &page.facets.family {
            assert_eq!(counted(count), by_hand("family", &|row| row.family == count.value), "{count:?} {filter:?}");
        }
        for count in &page.facets.state {
            assert_eq!(counted(count), by_hand("state", &|row| row.state == count.value), "{count:?} {filter:?}");
        }
        let sizes =
            [page.facets.class.len(), page.facets.priority.len(), page.facets.kind.len(), page.facets.family.len()];
        assert_eq!(sizes, [2, 5, 20, 4], "every value is there, whatever the filter");
    }
}

#[tokio::test]
async fn every_column_sorts_both_ways_and_pages_neither_repeat_nor_lose_a_row() {
    let Some((store, _, _)) = quarter().await else { return };
    let filter =
        Filter { kind: vec![FindingType::Other, FindingType::AllocatedTimeNotWellDefined], ..Filter::default() };
    let by_column = |column: Column, a: &FindingRow, b: &FindingRow| match column {
        Column::End => a.span.map(|span| span.end()).cmp(&b.span.map(|span| span.end())),
        Column::Class => a.class.label().cmp(b.class.label()),
        Column::Kind => a.kind.label().cmp(b.kind.label()),
        Column::Tags => a.tags.cmp(&b.tags),
        Column::Duration => a.span.map_or(0, |span| span.seconds()).cmp(&b.span.map_or(0, |span| span.seconds())),
        Column::Comment => a.comment.cmp(&b.comment),
        // Blocker is the first of the list and the highest.
        Column::Priority => b.priority.cmp(&a.priority),
        Column::Family => Family::label_of(a.family).cmp(Family::label_of(b.family)),
    };
    for &column in Column::ALL {
        for descending in [true, false] {
            let sort = Sort { column, descending };
            let rows = store.findings(&filter, sort, 0, 100_000).await.unwrap().rows;
            assert!(rows.len() > 100);
            for pair in rows.windows(2) {
                let (a, b) = (&pair[0], &pair[1]);
                let order = match by_column(column, a, b) {
                    // What has no time is last either way.
                    _ if column == Column::End && (a.span.is_none() || b.span.is_none()) => {
                        a.span.is_none().cmp(&b.span.is_none())
                    }
                    order if descending => order.reverse(),
                    order => order,
                };
                let end = |row: &FindingRow| row.span.map(|span| span.end());
                let order = order.then(end(b).cmp(&end(a))).then(a.id.cmp(&b.id));
                assert_eq!(order, Ordering::Less, "{sort:?}: {a:?} before {b:?}");
            }
            let mut paged = Vec::new();
            while paged.len() < rows.len() {
                let offset = i64::try_from(paged.len()).unwrap();
                paged.extend(store.findings(&filter, sort, offset, 97).await.unwrap().rows);
            }
            assert_eq!(paged, rows, "{sort:?}");
        }
    }
}

#[tokio::test]
async fn before_the_first_detection_the_list_is_empty_and_says_as_of_never() {
    let (store, _) = fresh_and_sql().await;
    for filter in filters() {
        let page = store.findings(&filter, Sort::default(), -5, -5).await.unwrap();
        assert_eq!((page.rows.len(), page.n_matching, page.as_of), (0, 0, None));
    }
    assert_eq!(store.finding(1).await.unwrap(), None);
    assert!(store.finding_ids(1).await.unwrap().is_empty());
    assert!(store.history(1).await.unwrap().is_empty());
    assert!(store.findings_of_shift("S").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_shifts_findings_are_its_open_ones_by_family_and_time() {
    let Some((store, _, _)) = quarter().await else { return };
    let rows = all(&store).await;
    let shift = rows.iter().find_map(|row| row.shift.clone()).unwrap();
    let mut expected: Vec<FindingRow> =
        rows.into_iter().filter(|row| row.shift.as_ref() == Some(&shift) && row.state == State::Open).collect();
    let time = |row: &FindingRow| row.span.map(|span| (span.start(), span.end()));
    expected.sort_by_key(|row| (row.family.is_none(), row.family, time(row), row.id));
    assert_eq!(store.findings_of_shift(shift.as_str()).await.unwrap(), expected);
}
