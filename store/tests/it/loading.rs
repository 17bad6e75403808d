//! Files come in whole or not at all, and coming twice changes nothing.

use domain::facts::Fact;
use domain::facts::rows::{Table, read};
use sqlx::Row;

use crate::cluster::{fresh, fresh_and_sql};
use crate::given::{self, execution, load, shift, sorted};

#[tokio::test]
async fn the_given_quarter_comes_out_as_it_went_in_and_loading_it_again_changes_nothing() {
    let Some((facts, _)) = given::folder("quarter") else { return };
    let store = fresh().await;
    for (table, rows) in given::as_rows(&facts) {
        let n = i64::try_from(rows.len()).unwrap();
        let first = load(&store, table, rows.clone()).await;
        assert_eq!((first.n_read, first.n_new, first.n_changed, first.n_same), (n, n, 0, 0), "{table}");
        let second = load(&store, table, rows).await;
        assert_eq!((second.n_read, second.n_new, second.n_changed, second.n_same), (n, 0, 0, n), "{table}");
        assert!(second.affected.is_empty());
    }
    assert_eq!(sorted(store.facts().await.unwrap()), sorted(facts));
}

#[tokio::test]
async fn every_table_takes_its_rows() {
    let (store, mut sql) = fresh_and_sql().await;
    let rows: [(Table, &str, &[&str]); 5] = [
        (Table::Projects, "project", &["2021.1.00001.S", "Dust", "EA", "A", "928", "2021.1", "InProgress"]),
        (
            Table::SchedulingBlocks,
            "scheduling_block",
            &[
                "uid://A001/X1",
                "SB",
                "2021.1.00001.S",
                "TP",
                "6",
                "228.096",
                "290.69105",
                "-14.46359",
                "1.8",
                "0.317",
                "0.97",
                "0.254",
                "0.38",
                "10",
                "0.6",
                "Ready",
                "2022-03-07 00:00:00",
                "",
                "false",
                "true",
                "note",
            ],
        ),
        (Table::Configurations, "configuration", &["C-1", "3.38", "28.5", "0.16", "43"]),
        (
            Table::ConfigurationSchedule,
            "configuration_schedule",
            &["2022-03-07 00:00:00", "2022-04-07 00:00:00", "C-1", "22.5", "3", "2"],
        ),
        (Table::Conditions, "conditions", &["2022-03-07 00:00:00", "0.5", "", "7.25"]),
    ];
    for (table, name, fields) in rows {
        let report = load(&store, table, [given::fact(table, fields)]).await;
        assert_eq!((report.n_new, report.affected.is_empty()), (1, true), "{table}: nothing that findings are made of");
        let again = load(&store, table, [given::fact(table, fields)]).await;
        assert_eq!((again.n_new, again.n_changed, again.n_same), (0, 0, 1), "{table}");
        let query = sqlx::AssertSqlSafe(format!("select to_jsonb(t) as row from {name} t"));
        let row: serde_json::Value = sqlx::query(query).fetch_one(&mut sql).await.unwrap().get("row");
        if table == Table::SchedulingBlocks {
            assert_eq!((&row["family"], &row["rep_freq_ghz"]), (&"Total Power".into(), &228.096.into()));
            assert_eq!((&row["is_polarization"], &row["is_point_source"]), (&false.into(), &true.into()));
            assert_eq!(row["window_end"], serde_json::Value::Null);
        }
    }
}

#[tokio::test]
async fn a_changed_row_replaces_the_old_one_which_stays_in_the_history() {
    let (store, mut sql) = fresh_and_sql().await;
    load(&store, Table::Shifts, [shift("S1", Some(0), Some(60)), shift("S2", Some(60), Some(120))]).await;
    let report = load(&store, Table::Shifts, [shift("S1", Some(0), Some(70)), shift("S2", Some(60), Some(120))]).await;
    assert_eq!((report.n_new, report.n_changed, report.n_same), (0, 1, 1));

    let history =
        sqlx::query("select table_name, fact_id, old_row from fact_history").fetch_all(&mut sql).await.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].get::<String, _>("table_name"), "shift");
    assert_eq!(history[0].get::<String, _>("fact_id"), "S1");
    let old: serde_json::Value = history[0].get("old_row");
    assert_eq!(old["end_at"], "2022-03-07T01:00:00+00:00");
    let ends: Vec<_> = sorted(store.facts().await.unwrap()).shifts.iter().map(|shift| shift.end).collect();
    assert_eq!(ends, [Some(given::minute(70)), Some(given::minute(120))]);
}

#[tokio::test]
async fn of_several_rows_with_one_id_the_last_wins() {
    let (store, mut sql) = fresh_and_sql().await;
    let rows = [shift("S", Some(0), Some(60)), shift("S", Some(0), Some(90)), shift("S", Some(0), Some(75))];
    let report = load(&store, Table::Shifts, rows).await;
    assert_eq!((report.n_read, report.n_new, report.n_changed, report.n_same), (3, 1, 0, 2));
    assert_eq!(store.facts().await.unwrap().shifts[0].end, Some(given::minute(75)));
    // And into a table that has rows.
    let rows = [shift("S", Some(0), Some(75)), shift("T", Some(90), None), shift("T", Some(90), Some(95))];
    let report = load(&store, Table::Shifts, rows.into_iter().chain([shift("S", Some(0), Some(80))])).await;
    assert_eq!((report.n_read, report.n_new, report.n_changed, report.n_same), (4, 1, 1, 2));
    let ends: Vec<_> = sorted(store.facts().await.unwrap()).shifts.iter().map(|shift| shift.end).collect();
    assert_eq!(ends, [Some(given::minute(80)), Some(given::minute(95))]);
    // Nobody ever saw the rows that a later one of the same file replaced: only the 75 minutes are history.
    let remembered: i64 = sqlx::query_scalar("select count(*) from fact_history").fetch_one(&mut sql).await.unwrap();
    assert_eq!(remembered, 1);
}

#[tokio::test]
async fn of_ids_repeated_far_apart_in_the_first_file_of_a_table_the_last_row_wins() {
    let store = fresh().await;
    // 9,000 rows of some 80 bytes are sent in several pieces; every third shift is written again, longer, and some a third time.
    let first = (0..9_000).map(|i| shift(&format!("S{i}"), Some(i), Some(i + 1)));
    let again = (0..9_000).step_by(3).map(|i| shift(&format!("S{i}"), Some(i), Some(i + 2)));
    let last = (0..9_000).step_by(9).map(|i| shift(&format!("S{i}"), Some(i), Some(i + 3)));
    let report = load(&store, Table::Shifts, first.chain(again).chain(last)).await;
    assert_eq!((report.n_read, report.n_new, report.n_changed, report.n_same), (13_000, 9_000, 0, 4_000));
    let shifts = store.facts().await.unwrap().shifts;
    assert_eq!(shifts.len(), 9_000);
    for shift in shifts {
        let i: i64 = shift.id.as_str()[1..].parse().unwrap();
        let minutes = if i % 9 == 0 { 3 } else { 1 + i64::from(i % 3 == 0) };
        assert_eq!(shift.end, Some(given::minute(i + minutes)), "{i}");
    }
}

#[tokio::test]
async fn two_first_loads_of_a_table_wait_for_each_other_and_both_are_there() {
    let store = fresh().await;
    let rows = |from: i64| (from..from + 4_000).map(|i| shift(&format!("S{i}"), Some(i), Some(i + 1)));
    let (a, b) = tokio::join!(load(&store, Table::Shifts, rows(0)), load(&store, Table::Shifts, rows(2_000)));
    // Whoever came second found 2,000 of its rows there already.
    let (mut new, mut same) = ([a.n_new, b.n_new], [a.n_same, b.n_same]);
    new.sort_unstable();
    same.sort_unstable();
    assert_eq!((new, same), ([2_000, 4_000], [0, 2_000]));
    assert_eq!(store.facts().await.unwrap().shifts.len(), 6_000);
}

#[tokio::test]
async fn first_loads_that_share_tables_in_opposite_order_both_finish() {
    let store = fresh().await;
    let both = async |path: &str, tables: [Table; 2], facts: [Fact; 2]| {
        let mut load = store.begin_load(path, &tables).await.unwrap();
        for fact in facts {
            load.push(fact).await.unwrap();
            // The other one's turn.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        load.finish().await.unwrap().n_new
    };
    let (shift, execution) = (shift("S", Some(0), Some(60)), execution("X", "A", Some(0), Some(60)));
    let (a, b) = tokio::join!(
        both("a.json", [Table::Shifts, Table::Executions], [shift.clone(), execution.clone()]),
        both("b.json", [Table::Executions, Table::Shifts], [execution, shift])
    );
    assert_eq!(a + b, 2, "one found the rows of the other");
}

#[tokio::test]
async fn what_a_file_quarantines_is_what_its_newest_load_found() {
    let store = fresh().await;
    let bad =
        |id: &str| read(Table::Shifts, &[id.as_bytes(), b"LUNCH", b"12 [m]", b"", b"", b"", b"", b""]).unwrap_err();
    let listed = async || {
        let page = store.quarantine(0, 10).await.unwrap();
        assert_eq!(page.n_rows, i64::try_from(page.rows.len()).unwrap());
        page.rows.into_iter().map(|row| (row.file, row.line, row.column, row.value)).collect::<Vec<_>>()
    };
    let row = |file: &str, line| (file.to_owned(), line, "kind".to_owned(), "LUNCH".to_owned());
    let load_bad = async |file: &str, lines: &[i64]| {
        let mut load = store.begin_load(file, &[Table::Shifts]).await.unwrap();
        for &line in lines {
            load.quarantine(line, bad("S")).await.unwrap();
        }
        assert_eq!(load.finish().await.unwrap().n_quarantined, i64::try_from(lines.len()).unwrap());
    };

    load_bad("a.csv", &[2, 7]).await;
    load_bad("b.csv", &[3]).await;
    assert_eq!(listed().await, [row("b.csv", 3), row("a.csv", 2), row("a.csv", 7)]);
    let number = store.quarantine(1, 1).await.unwrap().rows[0].id;
    // The same again: nothing doubles, and each row keeps its number.
    load_bad("a.csv", &[2, 7]).await;
    assert_eq!(listed().await, [row("a.csv", 2), row("a.csv", 7), row("b.csv", 3)]);
    assert_eq!(store.quarantine(0, 1).await.unwrap().rows[0].id, number);
    // Line 2 was mended.
    load_bad("a.csv", &[7]).await;
    assert_eq!(listed().await, [row("a.csv", 7), row("b.csv", 3)]);
    load_bad("a.csv", &[]).await;
    assert_eq!(listed().await, [row("b.csv", 3)]);
}

#[tokio::test]
async fn files_of_one_name_in_two_folders_have_two_quarantines() {
    let store = fresh().await;
    let bad = || read(Table::Shifts, &[b"S", b"LUNCH", b"12 [m]", b"", b"", b"", b"", b""]).unwrap_err();
    for path in ["/night 1/shifts.csv", "/night 2/shifts.csv"] {
        let mut load = store.begin_load(path, &[Table::Shifts]).await.unwrap();
        load.quarantine(5, bad()).await.unwrap();
        load.finish().await.unwrap();
    }
    store.begin_load("/night 2/shifts.csv", &[Table::Shifts]).await.unwrap().finish().await.unwrap();
    let left = store.quarantine(0, 10).await.unwrap().rows;
    let left: Vec<_> = left.iter().map(|row| (row.file.as_str(), row.path.as_str())).collect();
    assert_eq!(left, [("shifts.csv", "/night 1/shifts.csv")]);
}

#[tokio::test]
async fn a_file_with_rows_for_two_tables_is_one_load() {
    let (store, mut sql) = fresh_and_sql().await;
    let mut load = store.begin_load("shiftlog.json", &[Table::Shifts, Table::Executions]).await.unwrap();
    load.push(execution("X", "A", Some(0), Some(60))).await.unwrap();
    load.push(shift("S", Some(0), Some(60))).await.unwrap();
    load.push(execution("Y", "A", Some(60), Some(90))).await.unwrap();
    let report = load.finish().await.unwrap();
    assert_eq!((report.n_read, report.n_new), (3, 3));
    let tables: Vec<Vec<String>> = sqlx::query_scalar("select tables from load").fetch_all(&mut sql).await.unwrap();
    assert_eq!(tables, [["executions", "shifts"]]);
}

#[tokio::test]
async fn a_load_that_is_dropped_leaves_nothing() {
    let (store, mut sql) = fresh_and_sql().await;
    let mut load = store.begin_load("shifts.csv", &[Table::Shifts]).await.unwrap();
    // Some 60 bytes a row: these 20,000 are sent in several pieces.
    for i in 0..20_000 {
        load.push(shift(&format!("S{i}"), Some(i), Some(i + 1))).await.unwrap();
    }
    drop(load);
    let n: i64 = sqlx::query_scalar("select count(*) from shift").fetch_one(&mut sql).await.unwrap();
    let loads: i64 = sqlx::query_scalar("select count(*) from load").fetch_one(&mut sql).await.unwrap();
    assert_eq!((n, loads), (0, 0));
    // And the connection is good for the next.
    assert_eq!(given::load(&store, Table::Shifts, [shift("S", Some(0), Some(1))]).await.n_new, 1);
}

#[tokio::test]
async fn a_load_whose_connection_is_killed_leaves_nothing_and_says_so() {
    let (store, mut sql) = fresh_and_sql().await;
    given::load(&store, Table::Shifts, [shift("S0", Some(0), Some(60))]).await;
    let mut load = store.begin_load("shifts.csv", &[Table::Shifts]).await.unwrap();
    for i in 0..10_000 {
        load.push(shift(&format!("S{i}"), Some(i), Some(i + 1))).await.unwrap();
    }
    let killed: i64 = sqlx::query_scalar(
        "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity
        where datname = current_database() and application_name = 'shiftdesk' and state = 'idle in transaction'",
    )
    .fetch_one(&mut sql)
    .await
    .unwrap();
    assert_eq!(killed, 1);
    load.finish().await.expect_err("the connection is gone");
    let facts = store.facts().await.unwrap();
    assert_eq!(facts.shifts.len(), 1, "only what was acknowledged");
    assert_eq!(facts.shifts[0].end, Some(given::minute(60)));
}

#[tokio::test]
async fn two_loads_of_the_same_rows_in_opposite_order_both_finish() {
    let store = fresh().await;
    let rows: Vec<Fact> = (0..3_000).map(|i| shift(&format!("S{i}"), Some(i), Some(i + 1))).collect();
    load(&store, Table::Shifts, rows.clone()).await;
    let later = |minutes| (0..3_000).map(move |i| shift(&format!("S{i}"), Some(i), Some(i + minutes)));
    let (a, b) = tokio::join!(
        load(&store, Table::Shifts, later(2)),
        load(&store, Table::Shifts, later(3).rev().collect::<Vec<_>>())
    );
    assert_eq!((a.n_changed, b.n_changed), (3_000, 3_000));
}

#[tokio::test]
async fn hostile_texts_come_out_as_they_went_in() {
    let store = fresh().await;
    let texts = [
        "tab\there",
        "line\nbreak\r\n",
        r"back\slash \N \. \t",
        "quote ' \" `",
        "'; drop table execution; --",
        "\u{feff}BOM",
        "null",
        "NULL",
        "{\"a\",b}",
        "→ 望遠鏡 🔭",
        "\u{1}\u{7f}",
        "  blanks  ",
        "%s $1 {}",
    ];
    let rows: Vec<Fact> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| {
            let id = format!("uid://{i}'\\\"{{}}");
            given::fact(
                Table::Executions,
                &[&id, text, text, text, text, "", "", "TEST", "FAIL", "", "", "", text, text],
            )
        })
        .collect();
    load(&store, Table::Executions, rows.clone()).await;
    let stored: Vec<Fact> = store.facts().await.unwrap().executions.into_iter().map(Fact::Execution).collect();
    assert_eq!(stored.len(), texts.len());
    assert!(rows.iter().all(|row| stored.contains(row)));

    // A name too long for an index, with everything in it.
    let file = format!("{}/{}.csv", "ä'\\\"\t".repeat(1_000), texts[4]);
    let mut load = store.begin_load(&file, &[Table::Executions]).await.unwrap();
    load.quarantine(2, read(Table::Executions, &[b"\xff\0\t\n'", b""]).unwrap_err()).await.unwrap();
    load.quarantine(3, read(Table::Executions, &[b"\xff\0\t\n'".as_slice(); 14]).unwrap_err()).await.unwrap();
    load.finish().await.unwrap();
    let rows = store.quarantine(0, 10).await.unwrap().rows;
    assert_eq!(rows.len(), 2);
    assert!(rows[0].path == file && rows[0].file == format!("{}.csv", texts[4]));
    assert_eq!((rows[1].column.as_str(), rows[1].value.as_str()), ("eb_uid", "\u{fffd}\u{2400}\t\n'"));
}

#[tokio::test]
async fn the_first_and_the_last_second_of_time_load() {
    let store = fresh().await;
    let fields = ["S", "EOC", "7 [m];Total Power", "0000-01-01T00:00:00Z", "9999-12-31 23:59:59", "", "", ""];
    let row = given::fact(Table::Shifts, &fields);
    load(&store, Table::Shifts, [row.clone()]).await;
    assert_eq!(Fact::Shift(store.facts().await.unwrap().shifts.remove(0)), row);
}
