//! One PostgreSQL for the whole test binary, one database per test.
//!
//! It listens on a Unix socket in a temporary folder and nowhere else. A shell holds the other end of a pipe to this process
//! and stops it when the pipe breaks, so nothing is left running whichever way the tests end, killed ones included.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, PgConnection};
use store::Store;

struct Cluster {
    folder: PathBuf,
    /// Alive as long as this process: its end is the sign to stop.
    _guard: (Child, ChildStdin),
}

/// Starts PostgreSQL, waits for the pipe to break, stops it and removes its folder.
const GUARD: &str = r#"
cd "$FOLDER" || exit
trap 'rm -rf "$FOLDER"' EXIT
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
as "$BIN/initdb" -D "$FOLDER/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >log 2>&1 &&
    as "$BIN/pg_ctl" -D "$FOLDER/data" -l "$FOLDER/server.log" -w \
        -o "-c listen_addresses='' -c max_connections=200 -c fsync=off -k $FOLDER" start >>log 2>&1 ||
    { cat log server.log >&2; exit 1; }
trap '' INT TERM HUP
echo >ready
cat >/dev/null
as "$BIN/pg_ctl" -D "$FOLDER/data" -m immediate stop >/dev/null 2>&1
"#;

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let folder = tempfile::Builder::new().prefix("shiftdesk-test-").tempdir().unwrap().keep();
        // PostgreSQL refuses to run as root; as another user it has to be able to write here.
        std::fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
        let mut guard = Command::new("sh")
            .args(["-c", GUARD])
            .env("FOLDER", &folder)
            .env("BIN", binaries())
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell");
        let pipe = guard.stdin.take().unwrap();
        while !folder.join("ready").exists() {
            if let Some(status) = guard.try_wait().unwrap() {
                panic!("PostgreSQL did not start ({status}); what it said stands above");
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        Cluster { folder, _guard: (guard, pipe) }
    })
}

fn binaries() -> PathBuf {
    let from_config = Command::new("pg_config").arg("--bindir").output().ok();
    let mut found: Vec<PathBuf> = from_config
        .map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
        .into_iter()
        .chain(
            std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|dir| dir.path().join("bin")),
        )
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().expect("no initdb: install PostgreSQL 15 or newer (Debian: postgresql)")
}

/// A fresh database with all migrations.
pub(crate) async fn fresh() -> Store {
    let store = Store::connect(&fresh_url().await).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// A fresh database, the store and a way to ask behind its back.
pub(crate) async fn fresh_and_sql() -> (Store, PgConnection) {
    let url = fresh_url().await;
    let store = Store::connect(&url).await.unwrap();
    store.migrate().await.unwrap();
    (store, PgConnection::connect(&url).await.unwrap())
}

/// The address of a fresh, empty database.
pub(crate) async fn fresh_url() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("story_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = &cluster().folder;
    let mut admin = PgConnection::connect(&url(folder, "postgres")).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut admin).await.unwrap();
    url(folder, &name)
}

fn url(folder: &Path, database: &str) -> String {
    format!("postgres://postgres@localhost/{database}?host={}", folder.display())
}

/// Says why a test did not run, where `cargo test` shows it even when the test passes.
pub(crate) fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
