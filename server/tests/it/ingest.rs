//! Files of facts, whole and hostile: as a folder of them reads, and as they load into a database.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::facts::{Fact, Facts, Purpose};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use server::ingest::{Folder, Mode, Step, Summary, Unreadable, ingest, read_folder};
use store::Store;
use tempfile::TempDir;

use crate::cluster::{Fresh, monday};
use crate::report::shared;

/// A folder of these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

const SHIFTS: &[u8] =
    b"shift_id,kind,array_families,start,end\nS1,SCIOPS,12 [m],2022-03-07T00:00:00Z,2022-03-07T08:00:00Z\n";

#[test]
fn one_broken_file_does_not_stop_the_others_and_says_what_it_is() {
    let folder = folder(&[
        ("shifts.csv", SHIFTS),
        ("arrays.csv", b""),
        ("executions.csv", b"eb_uid,purpose,status,start\nX1,PI,SUCCESS,2022-03-07T00:00:00Z\n"),
        ("downtimes.parquet", b"PAR1 and then nothing of the kind PAR1"),
        ("shiftlog_broken.json", b"[{\"entryType\": \"MMEX\",\n \"start\": }]"),
        ("notes.txt", b"not ours"),
        ("package.json", b"{}"),
    ]);
    fs::create_dir(folder.path().join("projects.csv")).unwrap();
    let read = read_folder(folder.path());
    assert_eq!(read.facts.shifts.len(), 1);
    let said = |name: &str| {
        let (_, why) = read.broken.iter().find(|(path, _)| path.ends_with(name)).unwrap_or_else(|| panic!("{name}"));
        why.to_string()
    };
    assert_eq!(read.broken.len(), 5);
    assert_eq!(said("arrays.csv"), "line 1: it is empty; the first line must name the columns");
    assert_eq!(said("executions.csv"), "line 1, column end: the header does not have this column");
    assert_eq!(said("projects.csv"), "it is not a plain file");
    assert!(said("downtimes.parquet").starts_with("it is not Parquet, or damaged"));
    // The brace after the colon: a blank, seven letters in quotes, the colon, a blank, and it.
    assert_eq!(said("shiftlog_broken.json"), "line 2, character 11: expected value");
}

#[cfg(unix)]
#[test]
fn a_link_is_read_and_a_link_to_nowhere_or_to_a_device_is_said() {
    let elsewhere = folder(&[("some_name", SHIFTS)]);
    let folder = folder(&[]);
    let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    link(&elsewhere.path().join("some_name"), "shifts.csv");
    link(Path::new("/dev/zero"), "arrays.csv");
    link(Path::new("/nowhere/at/all"), "downtimes.csv");
    let read = read_folder(folder.path());
    assert_eq!(read.facts.shifts.len(), 1);
    assert!(matches!(read.broken[0].1, Unreadable::NotAFile), "{:?}", read.broken);
    assert!(matches!(read.broken[1].1, Unreadable::Missing), "{:?}", read.broken);
}

#[test]
fn of_several_rows_with_one_id_the_last_good_one_counts() {
    let folder = folder(&[(
        "projects.csv",
        b"project_code,title\nA,first\nA,second\n",
    ), (
        "shifts.csv",
        b"shift_id,kind,array_families,start,end,aod\nS1,SCIOPS,12 [m],,,first\nS1,SCIOPS,7 [m],,,last\nS1,Sciops,7 [m],,,bad\n",
    )]);
    let read = read_folder(folder.path());
    assert_eq!(read.facts.shifts.len(), 1);
    assert_eq!(read.facts.shifts[0].aod, "last");
    assert_eq!(
        read.quarantined[0].to_string(),
        "shifts.csv line 4, kind \"Sciops\": unknown shift kind; it is one of SCIOPS, EOC, ENGINEERING"
    );
}

#[test]
fn the_shift_log_of_2026_loads_whole() {
    let Some(log) = shared("real/shiftlog_2026a.json") else { return };
    let folder = folder(&[("shiftlog_2026a.json", &fs::read(log).unwrap())]);
    let read = read_folder(folder.path());
    assert_eq!((read.facts.executions.len(), read.quarantined.len(), read.broken.len()), (70, 0, 0));
    // No flag is set and no project named in it: nothing is for a PI, and the two on arrays for calibration are that.
    let of = |purpose| read.facts.executions.iter().filter(|execution| execution.purpose == purpose).count();
    assert_eq!((of(Purpose::Pi), of(Purpose::Calibration), of(Purpose::Test)), (0, 2, 68));
    // Every execution ran on an array that is there, and inside its life.
    for execution in &read.facts.executions {
        let array = read.facts.arrays.iter().find(|array| array.id.as_str() == execution.array_id).unwrap();
        assert!(array.created <= execution.start && execution.end <= array.destroyed, "{}", execution.id);
    }
}

#[test]
fn a_bad_entry_of_a_shift_log_is_named_by_line_and_number_and_the_others_load() {
    let log = br#"[
  {"entryType": "COMMENT", "subject": "wind"},
  {"entryType": "MMEX", "execBlockUid": "X1", "status": "SUCCESS", "start": "2026-05-25T09:13:42.5",
   "end": "2026-05-25T09:30:16", "arrayName": "Array1", "arrayFamily": "7 [m]", "arrayActivity": "Testing"},

  {"entryType": "MMEX", "execBlockUid": "X2", "status": "DONE"}, 17,
  {"entryType": "SBEX", "execBlockUid": "X3", "status": "FAIL"}
]"#;
    let folder = folder(&[("shiftlog_a.json", log)]);
    let Folder { facts, quarantined, .. } = read_folder(folder.path());
    let ids: Vec<&str> = facts.executions.iter().map(|execution| execution.id.as_str()).collect();
    assert_eq!(ids, ["X1", "X3"]);
    assert_eq!(facts.executions[0].array_id, "Array1@2026-05-25T09:13:42Z");
    let said: Vec<String> = quarantined.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "shiftlog_a.json line 6, status \"DONE\": entry 3: unknown execution status; it is one of SUCCESS, FAIL, ABORTED, RUNNING",
            "shiftlog_a.json line 6: entry 4: not an entry of a shift log, which is an object in braces",
        ]
    );
}

#[test]
fn a_shift_log_may_begin_with_a_byte_order_mark() {
    let log = b"\xef\xbb\xbf[{\"entryType\": \"MMEX\", \"execBlockUid\": \"X1\", \"status\": \"SUCCESS\"}]";
    let folder = folder(&[("shiftlog_a.json", log)]);
    assert_eq!(read_folder(folder.path()).facts.executions.len(), 1);
}

#[test]
fn an_entry_without_end_does_not_fill_the_memory() {
    let mut log = br#"[{"entryType": "MMEX", "subject": ""#.to_vec();
    log.resize(3 << 20, b'x');
    let folder = folder(&[("shiftlog_a.json", &log)]);
    let read = read_folder(folder.path());
    assert_eq!(read.broken[0].1.to_string(), "it cannot be read: line 1: an entry longer than 1048576 bytes");
}

/// One column of a Parquet file: `None` is null.
enum Column {
    Text(Vec<Option<&'static [u8]>>),
    Whole(Vec<Option<i32>>),
    Real(Vec<Option<f64>>),
    Truth(Vec<Option<bool>>),
    Time(TimeUnit, Vec<Option<i64>>),
}

fn parquet_file(columns: &[(&str, Column)]) -> Vec<u8> {
    let fields = columns.iter().map(|(name, column)| {
        let (physical, logical) = match column {
            Column::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Column::Whole(_) => (Physical::INT32, None),
            Column::Real(_) => (Physical::DOUBLE, None),
            Column::Truth(_) => (Physical::BOOLEAN, None),
            Column::Time(unit, _) => (Physical::INT64, Some(LogicalType::timestamp(false, *unit))),
        };
        let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        Arc::new(field.with_logical_type(logical).build().unwrap())
    });
    let schema = Arc::new(Type::group_type_builder("schema").with_fields(fields.collect()).build().unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (_, column) in columns {
        fn split<T: Clone>(values: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
            (values.iter().flatten().cloned().collect(), values.iter().map(|v| i16::from(v.is_some())).collect())
        }
        let mut into = group.next_column().unwrap().unwrap();
        match column {
            Column::Text(values) => {
                let (values, levels) = split(values);
                let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
                into.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).unwrap();
            }
            Column::Whole(values) => {
                let (values, levels) = split(values);
                into.typed::<Int32Type>().write_batch(&values, Some(&levels), None).unwrap();
            }
            Column::Real(values) => {
                let (values, levels) = split(values);
                into.typed::<DoubleType>().write_batch(&values, Some(&levels), None).unwrap();
            }
            Column::Truth(values) => {
                let (values, levels) = split(values);
                into.typed::<BoolType>().write_batch(&values, Some(&levels), None).unwrap();
            }
            Column::Time(_, values) => {
                let (values, levels) = split(values);
                into.typed::<Int64Type>().write_batch(&values, Some(&levels), None).unwrap();
            }
        }
        into.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn parquet_gives_what_the_same_csv_gives() {
    // 2022-03-07T00:00:00Z is 1,646,611,200 s after 1970.
    let start = 1_646_611_200_000_000_000;
    let parquet = folder(&[(
        "scheduling_blocks.parquet",
        &parquet_file(&[
            ("sb_uid", Column::Text(vec![Some(b"uid://1"), Some(b"uid://2"), Some(b"uid://3"), Some(b"uid://4")])),
            ("colour", Column::Text(vec![None, Some(b"red"), None, None])),
            ("note", Column::Text(vec![Some("Café".as_bytes()), None, Some(b"Caf\xe9"), None])),
            ("band", Column::Whole(vec![Some(7), None, None, None])),
            ("rep_freq_ghz", Column::Real(vec![Some(345.5), None, None, Some(f64::NAN)])),
            ("is_polarization", Column::Truth(vec![Some(true), Some(false), None, None])),
            ("window_start", Column::Time(TimeUnit::NANOS, vec![Some(start), Some(start + 500_000_000), None, None])),
            ("window_end", Column::Time(TimeUnit::MILLIS, vec![Some(start / 1_000_000 + 1_000), None, None, None])),
        ]),
    )]);
    let csv = folder(&[(
        "scheduling_blocks.csv",
        b"sb_uid,note,band,rep_freq_ghz,is_polarization,window_start,window_end\n\
          uid://1,Caf\xc3\xa9,7,345.5,true,2022-03-07T00:00:00Z,2022-03-07T00:00:01Z\n\
          uid://2,,,,false,2022-03-07T00:00:00.500Z,\n\
          uid://3,Caf\xe9,,,,,\n\
          uid://4,,,NaN,,,\n",
    )]);
    let (parquet, csv) = (read_folder(parquet.path()), read_folder(csv.path()));
    assert!(matches!(parquet.other[..], [Fact::SchedulingBlock(_)]), "{:?} {:?}", parquet.broken, parquet.quarantined);
    assert_eq!(parquet.other, csv.other);
    let bad = |folder: &Folder| folder.quarantined.iter().map(|row| (row.line, row.bad.clone())).collect::<Vec<_>>();
    assert_eq!(
        bad(&parquet).iter().map(|(line, bad)| (*line, bad.column)).collect::<Vec<_>>(),
        [(3, "window_start"), (4, "note"), (5, "rep_freq_ghz"),]
    );
    assert_eq!(bad(&parquet), bad(&csv));
}

#[test]
fn parquet_without_a_column_or_damaged_is_refused_in_a_sentence() {
    let folder = folder(&[
        ("projects.parquet", &parquet_file(&[("title", Column::Text(vec![None]))])),
        ("conditions.parquet", &{
            let mut file = parquet_file(&[("time", Column::Time(TimeUnit::MICROS, vec![Some(0)]))]);
            // Damage in the middle: the footer says there is a page where there is none.
            file[4..12].fill(0xff);
            file
        }),
    ]);
    let read = read_folder(folder.path());
    let said: Vec<String> = read.broken.iter().map(|(_, why)| why.to_string()).collect();
    assert!(said[0].starts_with("it is not Parquet, or damaged: "), "{said:?}");
    assert_eq!(said[1], "line 1, column project_code: the header does not have this column");
}

async fn load(store: &Store, paths: &[&Path]) -> Summary {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    ingest(Mode::Load { store, now: monday() }, &paths, |_| {}).await
}

/// The facts in the order of their ids, which is the order of neither the file nor the database.
fn by_id(mut facts: Facts) -> Facts {
    facts.shifts.sort_by(|a, b| a.id.cmp(&b.id));
    facts.arrays.sort_by(|a, b| a.id.cmp(&b.id));
    facts.executions.sort_by(|a, b| a.id.cmp(&b.id));
    facts.downtimes.sort_by(|a, b| a.id.cmp(&b.id));
    facts
}

/// What the summary says of one file, after its name.
fn said_of(summary: &Summary, name: &str) -> String {
    let said = summary.to_string();
    let line = said.lines().find_map(|line| line.split_once(&format!("{name}: "))).unwrap_or_else(|| panic!("{said}"));
    line.1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_with_bad_rows_loads_its_good_ones_and_quarantines_the_others_once() {
    let Some(nasty) = shared("facts/nasty") else { return };
    let fresh = Fresh::open().await;
    let read = read_folder(&nasty);
    let quarantined: BTreeSet<_> = read
        .quarantined
        .iter()
        .map(|row| (row.file.clone(), row.line, row.bad.column.to_owned(), row.bad.value.clone()))
        .collect();
    for round in 1..=2 {
        let summary = load(&fresh.store, &[&nasty]).await;
        assert_eq!(summary.exit_code(), 3, "{summary}");
        assert_eq!(by_id(fresh.store.facts().await.unwrap()), by_id(read.facts.clone()));
        let page = fresh.store.quarantine(0, 1_000).await.unwrap();
        let rows: Vec<_> = page.rows.into_iter().map(|row| (row.file, row.line, row.column, row.value)).collect();
        assert_eq!(rows.len(), quarantined.len(), "each bad row is listed once, after load {round} too");
        assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), quarantined);
        let n_good = read.facts.shifts.len();
        let (n_new, n_same) = if round == 1 { (n_good, 0) } else { (0, n_good) };
        let counts = format!("{n_good} rows: {n_new} new, 0 changed, {n_same} same; 12 quarantined");
        assert!(said_of(&summary, "shifts.csv").starts_with(&counts), "{summary}");
    }
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_row_replaces_the_old_one_and_a_broken_file_stops_only_itself() {
    let fresh = Fresh::open().await;
    let first = folder(&[("shifts.csv", SHIFTS)]);
    assert_eq!(load(&fresh.store, &[first.path()]).await.exit_code(), 0);

    let later = String::from_utf8(SHIFTS.to_vec()).unwrap().replace("08:00:00", "09:00:00");
    let second = folder(&[("shifts.csv", later.as_bytes()), ("arrays.csv", b"array_id\nArray1\n")]);
    let nowhere = second.path().join("executions.csv");
    let summary = load(&fresh.store, &[second.path(), &nowhere]).await;
    assert_eq!(summary.exit_code(), 4, "{summary}");
    assert!(
        said_of(&summary, "shifts.csv").starts_with("1 rows: 0 new, 1 changed, 0 same; 0 quarantined"),
        "{summary}"
    );
    assert_eq!(
        said_of(&summary, "arrays.csv"),
        "not loaded: line 1, column array_family: the header does not have this column"
    );
    assert_eq!(said_of(&summary, "executions.csv"), "not loaded: there is no such file");
    let shifts = fresh.store.facts().await.unwrap().shifts;
    assert_eq!(shifts[0].end.unwrap().to_string(), "2022-03-07T09:00:00Z");
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_a_load_would_and_writes_nothing() {
    let fresh = Fresh::open().await;
    let files = folder(&[("shifts.csv", &[SHIFTS, b"S2,SciOps,12 [m],,\n"].concat())]);
    let summary = ingest(Mode::DryRun, &[files.path().to_owned()], |_| {}).await;
    assert_eq!(summary.exit_code(), 3);
    assert_eq!(
        summary.to_string().split_once("shifts.csv: ").unwrap().1,
        "1 rows; 1 quarantined; columns that are not there read as empty: planned_start, planned_end, aod\n  \
         shifts.csv line 3, kind \"SciOps\": unknown shift kind; it is one of SCIOPS, EOC, ENGINEERING\n\
         dry run: nothing was written\n"
    );
    assert_eq!(fresh.store.facts().await.unwrap(), Facts::default());
    assert_eq!(fresh.store.quarantine(0, 10).await.unwrap().n_rows, 0);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_is_dropped_half_way_leaves_nothing() {
    let fresh = Fresh::open().await;
    // 20,000 rows are 40 batches; the load is dropped when the first has been written.
    let row = |n: i32| format!("X{n},PI,SUCCESS,2022-03-07T00:00:00Z,2022-03-07T00:10:00Z\n");
    let text = "eb_uid,purpose,status,start,end\n".to_owned() + &(0..20_000).map(row).collect::<String>();
    let files = folder(&[("executions.csv", text.as_bytes())]);
    let paths = [files.path().to_owned()];
    let (first_batch, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let loading = ingest(Mode::Load { store: &fresh.store, now: monday() }, &paths, |step| {
        if matches!(step, Step::Read { .. }) {
            first_batch.send(()).unwrap();
        }
    });
    tokio::select! {
        biased;
        _ = seen.recv() => {}
        summary = loading => panic!("it was to be dropped: {summary}"),
    }
    assert_eq!(fresh.store.facts().await.unwrap().executions.len(), 0);
    // And the next load has a connection that is not in the middle of anything.
    assert_eq!(load(&fresh.store, &[files.path()]).await.exit_code(), 0);
    assert_eq!(fresh.store.facts().await.unwrap().executions.len(), 20_000);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shift_log_of_2026_loads_into_the_database_whole_and_twice_is_once() {
    let Some(log) = shared("real/shiftlog_2026a.json") else { return };
    let fresh = Fresh::open().await;
    let expected = {
        let folder = folder(&[("shiftlog_2026a.json", &fs::read(&log).unwrap())]);
        by_id(read_folder(folder.path()).facts)
    };
    for _ in 1..=2 {
        let summary = load(&fresh.store, &[&log]).await;
        assert_eq!(summary.exit_code(), 0, "{summary}");
        assert_eq!(by_id(fresh.store.facts().await.unwrap()), expected);
    }
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_halves_of_a_table_in_any_order_are_one_log() {
    let Some(week) = shared("facts/week") else { return };
    let whole = by_id(read_folder(&week).facts);
    // The executions in two files, the later half first, and in a folder of its own each.
    let text = fs::read_to_string(week.join("executions.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let half =
        |rows: &[&str]| folder(&[("executions.csv", (lines[0].to_owned() + "\n" + &rows.join("\n")).as_bytes())]);
    let (head, tail) = (half(&lines[1..lines.len() / 2]), half(&lines[lines.len() / 2..]));
    let fresh = Fresh::open().await;
    let others = ["shifts.csv", "arrays.csv", "downtimes.csv"].map(|name| week.join(name));
    let summary = load(&fresh.store, &[tail.path(), &others[0], &others[1], head.path(), &others[2]]).await;
    assert_eq!(summary.exit_code(), 0, "{summary}");
    assert_eq!(by_id(fresh.store.facts().await.unwrap()), whole);
    fresh.close().await;
}
