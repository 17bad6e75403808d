//! kill -9 in the middle of things: nothing acknowledged is lost, nothing is left half.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use domain::facts::Facts;
use server::database::Database;
use sqlx::{Connection, PgConnection};
use store::{Holds, Store};

use crate::cluster::config;
use crate::command_line::{said, shiftdesk};

/// Enough for some round trips of rows.
const N_ROWS: usize = 20_000;

fn big_table(folder: &Path) -> PathBuf {
    let mut csv =
        "eb_uid,sb_uid,sb_name,project_code,array_id,array_family,band,purpose,status,qa0,start,end,subject,ticket\n"
            .to_owned();
    for i in 0..N_ROWS {
        let (day, hour, minute) = (1 + i / 1_440 % 28, i / 60 % 24, i % 60);
        writeln!(
            csv,
            "uid://A002/X{i:x},,,2021.1.00001.S,Array011,12 [m],3,PI,SUCCESS,Pass,\
             2022-03-{day:02}T{hour:02}:{minute:02}:00Z,2022-03-{day:02}T{hour:02}:{minute:02}:30Z,J1924-2914,"
        )
        .unwrap();
    }
    let path = folder.join("executions.csv");
    fs::write(&path, csv).unwrap();
    path
}

fn begin_load(data: &Path, table: &Path) -> Child {
    let mut command = shiftdesk(data);
    command.arg("ingest").arg(table).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// A load at its most delicate moment, held there: every row has been sent and is about to be taken over.
struct HeldLoad {
    program: Child,
    /// The process of its session in PostgreSQL.
    session: u32,
    cluster: Database,
    holder: PgConnection,
}

async fn held_load(data: &Path, begin: impl FnOnce() -> Child) -> HeldLoad {
    let cluster = server::database::open(&config(data), |_| {}).await.unwrap();
    Store::connect(cluster.url()).await.unwrap().migrate().await.unwrap();
    let mut holder = PgConnection::connect(cluster.url()).await.unwrap();
    sqlx::query("begin").execute(&mut holder).await.unwrap();
    sqlx::query("lock table load in exclusive mode").execute(&mut holder).await.unwrap();
    let mut program = begin();
    let began = Instant::now();
    loop {
        assert!(program.try_wait().unwrap().is_none(), "the load ended before it could be disturbed");
        assert!(began.elapsed() < Duration::from_secs(120), "the load did not come to its end");
        let query =
            "select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'shiftdesk'";
        // Inside the transaction that holds the lock, the first answer would be repeated for ever.
        let mut watcher = PgConnection::connect(cluster.url()).await.unwrap();
        let waiting: Option<i32> = sqlx::query_scalar(query).fetch_optional(&mut watcher).await.unwrap();
        watcher.close().await.unwrap();
        if let Some(session) = waiting {
            return HeldLoad { program, session: session.try_into().unwrap(), cluster, holder };
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What a database holds that no program uses at the moment.
async fn facts(data: &Path) -> Facts {
    let cluster = server::database::open(&config(data), |_| {}).await.unwrap();
    let store = Store::connect(cluster.url()).await.unwrap();
    store.migrate().await.unwrap();
    let facts = store.facts().await.unwrap();
    drop(store);
    cluster.close().await.unwrap();
    facts
}

async fn n_executions(data: &Path) -> usize {
    facts(data).await.executions.len()
}

fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

fn postmaster(data: &Path) -> u32 {
    fs::read_to_string(data.join("pg/postmaster.pid")).unwrap().lines().next().unwrap().trim().parse().unwrap()
}

fn load_again_whole(data: &Path, table: &Path) {
    let output = begin_load(data, table).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains(&format!("{N_ROWS} new")), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_load_whose_program_is_killed_leaves_nothing_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let (data, table) = (folder.path().join("data"), big_table(folder.path()));
    let mut load = held_load(&data, || begin_load(&data, &table)).await;
    kill(load.program.id());
    load.program.wait().unwrap();
    load.holder.close().await.unwrap();
    load.cluster.close().await.unwrap();
    assert_eq!(n_executions(&data).await, 0);
    load_again_whole(&data, &table);
    assert_eq!(n_executions(&data).await, N_ROWS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_load_whose_database_is_killed_says_so_leaves_nothing_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let (data, table) = (folder.path().join("data"), big_table(folder.path()));
    let load = held_load(&data, || begin_load(&data, &table)).await;
    kill(postmaster(&data));
    // A session outlives its postmaster until it is done with what it does; a machine that goes down takes both.
    kill(load.session);
    let output = load.program.wait_with_output().unwrap();
    load.cluster.close().await.unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("not loaded"), "{}", said(&output));
    assert_eq!(n_executions(&data).await, 0);
    load_again_whole(&data, &table);
    assert_eq!(n_executions(&data).await, N_ROWS);
}

/// A server and the address it printed.
fn serving(data: &Path) -> (Child, String) {
    serving_with(data, &[])
}

fn begin_serving(data: &Path, arguments: &[&str]) -> Child {
    let mut command = shiftdesk(data);
    let log = fs::OpenOptions::new().create(true).append(true).open(log(data)).unwrap();
    command.args(["serve", "--addr", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped()).stderr(log);
    command.spawn().unwrap()
}

fn serving_with(data: &Path, arguments: &[&str]) -> (Child, String) {
    let mut server = begin_serving(data, arguments);
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Shiftdesk is ready at http://").unwrap_or_else(|| panic!("{line:?}"));
    (server, address.to_owned())
}

fn log(data: &Path) -> PathBuf {
    data.with_extension("log")
}

/// Tells the server to stop by this signal, and waits until it has.
fn stop(mut server: Child, signal: &str, data: &Path) {
    assert!(Command::new("kill").args([signal, &server.id().to_string()]).status().unwrap().success());
    let code = server.wait().unwrap().code();
    assert_eq!(code, Some(0), "{}", fs::read_to_string(log(data)).unwrap());
    assert!(!data.join("pg/postmaster.pid").exists(), "PostgreSQL still runs");
}

fn status(address: &str, path: &str) -> String {
    exchange(address, path).split(' ').nth(1).unwrap_or_default().to_owned()
}

fn get(address: &str, path: &str) -> String {
    exchange(address, path).split("\r\n\r\n").nth(1).unwrap_or_default().to_owned()
}

/// The whole answer to a GET, over a real connection.
fn exchange(address: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut connection = std::net::TcpStream::connect(address).unwrap();
    write!(connection, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_killed_servers_database_is_used_by_the_next_and_stopped_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (mut first, _) = serving(&data);
    let left_behind = postmaster(&data);
    first.kill().unwrap();
    first.wait().unwrap();

    let (second, address) = serving(&data);
    assert_eq!(postmaster(&data), left_behind);
    assert_eq!(status(&address, "/readyz"), "200");
    // Another program may come and go: the database stays with whoever still needs it.
    let output = shiftdesk(&data).arg("quarantine").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(status(&address, "/readyz"), "200");

    stop(second, "-TERM", &data);
}

#[test]
fn a_server_starts_its_killed_database_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (server, address) = serving(&data);
    let killed = postmaster(&data);
    kill(killed);
    let began = Instant::now();
    while status(&address, "/readyz") != "200" || postmaster(&data) == killed {
        assert!(began.elapsed() < Duration::from_secs(60), "the database did not come back");
        std::thread::sleep(Duration::from_millis(200));
    }
    stop(server, "-INT", &data);
}

#[test]
fn the_first_start_loads_a_demo_and_the_second_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let newest_shift = |address: &str| get(address, "/api/v1/shifts?limit=1");
    let (first, address) = serving_with(&data, &["--demo-weeks", "1"]);
    let findings = get(&address, "/api/v1/findings?limit=1");
    assert!(!findings.contains("\"n_matching\":0"), "{findings}");
    let before = newest_shift(&address);
    assert!(before.contains("shift_id"), "{before}");
    stop(first, "-INT", &data);

    let (second, address) = serving_with(&data, &["--demo-weeks", "1"]);
    assert_eq!(newest_shift(&address), before);
    stop(second, "-INT", &data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_first_start_that_is_killed_while_its_demo_loads_is_made_whole_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut load = held_load(&data, || begin_serving(&data, &["--demo-weeks", "2"])).await;
    kill(load.program.id());
    load.program.wait().unwrap();
    load.holder.close().await.unwrap();
    let store = Store::connect(load.cluster.url()).await.unwrap();
    let Holds::PartOf(demo) = store.holds().await.unwrap() else { panic!("the demo was not begun") };
    drop(store);
    load.cluster.close().await.unwrap();

    // Some other length is asked for now; what was begun is what is finished.
    let (server, _) = serving_with(&data, &["--demo-weeks", "3"]);
    stop(server, "-TERM", &data);
    let n = |facts: &Facts| [facts.shifts.len(), facts.arrays.len(), facts.executions.len(), facts.downtimes.len()];
    assert_eq!(n(&facts(&data).await), n(&server::demo::simulate(demo.weeks, demo.seed, demo.now).facts));
}
