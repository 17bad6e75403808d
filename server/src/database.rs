//! Which PostgreSQL: the one that `DATABASE_URL` names, or one of our own.
//!
//! The own one is a plain cluster made by the installed binaries, in a folder of ours, reached by a Unix socket that only its
//! folder's permissions guard, durable (fsync on, data checksums). It belongs to nobody in particular: whoever needs it first
//! starts it, whoever leaves last stops it, and one that a killed program left behind is simply used again.
//!
//! Two lock files in the folder say who is there; the system lets go of them when a process dies, however it dies:
//! - `in-use.lock`, shared: held by every program that uses the cluster;
//! - `starting.lock`, exclusive: held while somebody looks, starts or stops, so that two cannot do so at once.

mod account;
mod binaries;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::time::{Instant, sleep};

use crate::config::{Config, DataFolder};
use account::Account;
pub use account::AccountError;
pub use binaries::{Binaries, BinariesError};

/// A PostgreSQL that answers.
#[derive(Debug)]
pub struct Database {
    url: String,
    own: Option<OwnCluster>,
}

/// Why there is no PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The programs of PostgreSQL are not there, or too old.
    #[error(transparent)]
    Binaries(#[from] BinariesError),
    /// No account that PostgreSQL would run as can use the folder.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A file or folder of ours cannot be used.
    #[error("cannot use {}", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program of PostgreSQL cannot be run.
    #[error("cannot run {}", program.display())]
    Program {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program of PostgreSQL ran and failed.
    #[error("{program} failed ({status}):\n{said}")]
    Failed {
        /// The program.
        program: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it said.
        said: String,
    },
    /// It was started and does not answer.
    #[error("PostgreSQL in {} has not answered for {seconds} s; its log is {}", folder.display(), log.display())]
    Silent {
        /// The cluster.
        folder: PathBuf,
        /// How long we waited \[s\].
        seconds: u64,
        /// Where it tells why.
        log: PathBuf,
    },
    /// It answers and refuses.
    #[error("PostgreSQL refuses the program's connection")]
    Refused(#[source] sqlx::Error),
}

/// The role and the database that the own cluster has.
const NAME: &str = "shiftdesk";
/// The socket is `.s.PGSQL.5432` in our folder; no TCP port is opened.
const PORT: u16 = 5432;
/// The longest path of a Unix socket on Linux, without the final NUL \[bytes\].
const SOCKET_PATH_MAX: usize = 107;
/// How long a starting cluster may stay silent \[s\]. Recovery after a crash replays at most a few minutes of work.
const START_MAX_S: u64 = 120;
/// How often a server looks whether its own cluster is still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long it waits after a start that failed: what is wrong then does not heal by haste.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// How long a start is repeated while the last processes of a killed postmaster still hold its memory \[s\].
const LEFTOVERS_MAX_S: u64 = 20;

/// The database of the settings, running: starts the own one if nobody has. `say` hears what takes its time.
pub async fn open(config: &Config, say: impl Fn(&str)) -> Result<Database, DatabaseError> {
    match &config.database_url {
        Some(url) => Ok(Database { url: url.clone(), own: None }),
        None => {
            let own = OwnCluster::open(&config.data, say).await?;
            Ok(Database { url: own.url(NAME), own: Some(own) })
        }
    }
}

impl Database {
    /// Where to connect. It may hold a password: not for the log.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Starts an own cluster again whenever it is gone, for as long as the future is polled; it never ends by itself.
    ///
    /// What was committed is there again after its recovery; whoever was connected gets an error and a new connection.
    pub async fn keep_running(&self) {
        loop {
            sleep(LOOK_EVERY).await;
            if let Some(own) = &self.own
                && running(&own.folder).is_none()
            {
                tracing::error!("PostgreSQL has ended without being asked to; starting it again");
                if let Err(error) = own.start_again().await {
                    tracing::error!(error = &error as &dyn std::error::Error, "PostgreSQL does not start");
                    sleep(AFTER_FAILURE).await;
                }
            }
        }
    }

    /// Leaves: an own cluster that nobody else uses is stopped, with everything written.
    pub async fn close(self) -> Result<(), DatabaseError> {
        match self.own {
            Some(own) => own.close().await,
            None => Ok(()),
        }
    }
}

/// Our cluster, in use by this program.
#[derive(Debug)]
struct OwnCluster {
    folder: Folder,
    binaries: Binaries,
    account: Account,
    socket_folder: PathBuf,
    in_use: File,
}

impl OwnCluster {
    async fn open(data: &DataFolder, say: impl Fn(&str)) -> Result<Self, DatabaseError> {
        let folder = Folder(account::reachable_folder(data)?);
        folder.create()?;
        let account = Account::for_cluster(&folder.cluster())?;
        let binaries = Binaries::find(folder.version()?)?;
        let starting = folder.lock_file("starting.lock")?;
        lock(&starting, &say, &folder).await?;
        let in_use = folder.lock_file("in-use.lock")?;
        in_use.lock_shared().map_err(|source| folder.error("in-use.lock", source))?;

        if !folder.cluster().join("PG_VERSION").is_file() {
            say("Making a database of our own…");
            let (folder, binaries, account) = (folder.clone(), binaries.clone(), account);
            blocking(move || initialise(&folder, &binaries, account)).await?;
        }
        let socket_folder = match running(&folder) {
            Some(socket_folder) => {
                answers(&folder, &socket_folder, None).await?;
                socket_folder
            }
            None => {
                let socket_folder = socket_folder(&folder, account)?;
                start(&folder, &binaries, account, &socket_folder, &say).await?;
                socket_folder
            }
        };
        let own = Self { folder, binaries, account, socket_folder, in_use };
        own.create_database().await?;
        // `starting` is let go here, when whoever waits finds a cluster that answers.
        Ok(own)
    }

    fn url(&self, database: &str) -> String {
        url(&self.socket_folder, database)
    }

    /// PostgreSQL has no `create database if not exists`; the starting lock makes looking first safe.
    async fn create_database(&self) -> Result<(), DatabaseError> {
        let work = async {
            let mut connection = connect(&self.socket_folder).await?;
            let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(NAME)
                .fetch_one(&mut connection)
                .await?;
            if !there {
                sqlx::query("create database shiftdesk").execute(&mut connection).await?;
            }
            connection.close().await
        };
        work.await.map_err(DatabaseError::Refused)
    }

    async fn start_again(&self) -> Result<(), DatabaseError> {
        let starting = self.folder.lock_file("starting.lock")?;
        lock(&starting, &|_: &str| {}, &self.folder).await?;
        // Another program that uses it may have been quicker.
        if running(&self.folder).is_some() {
            return answers(&self.folder, &self.socket_folder, None).await;
        }
        start(&self.folder, &self.binaries, self.account, &self.socket_folder, &|_: &str| {}).await
    }

    async fn close(self) -> Result<(), DatabaseError> {
        let starting = self.folder.lock_file("starting.lock")?;
        lock(&starting, &|_: &str| {}, &self.folder).await?;
        self.in_use.unlock().map_err(|source| self.folder.error("in-use.lock", source))?;
        match self.in_use.try_lock() {
            Ok(()) => self.stop().await,
            Err(TryLockError::WouldBlock) => {
                tracing::debug!("another program uses the database: it stays up");
                Ok(())
            }
            Err(TryLockError::Error(source)) => Err(self.folder.error("in-use.lock", source)),
        }
    }

    /// Fast shutdown: sessions are cut, everything is written, then it ends. One that cannot write within a minute is cut off,
    /// which loses nothing that was committed: the next start recovers it.
    async fn stop(&self) -> Result<(), DatabaseError> {
        if running(&self.folder).is_none() {
            return Ok(());
        }
        if let Err(slow) = self.stop_in("fast").await {
            tracing::warn!(
                error = &slow as &dyn std::error::Error,
                "PostgreSQL does not end in good time; it is cut off"
            );
            self.stop_in("immediate").await?;
        }
        // One in the system's folder for short-lived files is ours alone and now empty; the other stays with the cluster.
        if !self.socket_folder.starts_with(&self.folder.0) {
            let _ = fs::remove_dir(&self.socket_folder);
        }
        Ok(())
    }

    async fn stop_in(&self, mode: &str) -> Result<(), DatabaseError> {
        let mut command = self.account.command(&self.binaries.pg_ctl());
        command.args(["stop", "--wait", "--silent", "--timeout=60", "--mode", mode, "-D"]).arg(self.folder.cluster());
        match blocking(move || run("pg_ctl", command)).await {
            // Somebody killed it while we were about to ask it.
            Err(DatabaseError::Failed { .. }) if running(&self.folder).is_none() => Ok(()),
            outcome => outcome,
        }
    }
}

/// Where everything of the own cluster lies.
#[derive(Clone, Debug)]
struct Folder(PathBuf);

impl Folder {
    fn cluster(&self) -> PathBuf {
        self.0.join("pg")
    }

    fn log(&self) -> PathBuf {
        self.0.join("postgresql.log")
    }

    /// Everybody may walk through it, whatever the umask says: as root, PostgreSQL's user has to. What is inside guards itself.
    fn create(&self) -> Result<(), DatabaseError> {
        if self.0.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&self.0)
            .and_then(|()| fs::set_permissions(&self.0, fs::Permissions::from_mode(0o755)))
            .map_err(|source| self.error("", source))
    }

    /// The major version of the cluster that is there.
    fn version(&self) -> Result<Option<u32>, DatabaseError> {
        match fs::read_to_string(self.cluster().join("PG_VERSION")) {
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.error("pg", source)),
        }
    }

    fn lock_file(&self, name: &str) -> Result<File, DatabaseError> {
        let path = self.0.join(name);
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| DatabaseError::Folder { path, source })
    }

    fn error(&self, name: &str, source: io::Error) -> DatabaseError {
        DatabaseError::Folder { path: if name.is_empty() { self.0.clone() } else { self.0.join(name) }, source }
    }
}

/// Makes the cluster beside its place and then moves it there, so that one that was interrupted is never taken for one.
fn initialise(folder: &Folder, binaries: &Binaries, account: Account) -> Result<(), DatabaseError> {
    let unfinished = folder.0.join("pg.unfinished");
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(folder.error("pg.unfinished", error)),
        _ => {}
    }
    account.own_folder(&unfinished).map_err(|source| folder.error("pg.unfinished", source))?;
    let mut command = account.command(&binaries.initdb());
    command
        .arg("-D")
        .arg(&unfinished)
        .args(["-U", NAME, "--encoding=UTF8", "--locale=C.UTF-8", "--lc-messages=C", "--data-checksums"])
        // Who may enter the socket's folder may connect; nobody may over TCP, should somebody ever switch it on.
        .args(["--auth-local=trust", "--auth-host=reject"]);
    run("initdb", command)?;
    fs::rename(&unfinished, folder.cluster()).map_err(|source| folder.error("pg", source))
}

/// Starts a cluster that does not run, and waits until it answers.
async fn start(
    folder: &Folder,
    binaries: &Binaries,
    account: Account,
    socket_folder: &Path,
    say: &impl Fn(&str),
) -> Result<(), DatabaseError> {
    let began = Instant::now();
    loop {
        let log = OpenOptions::new().create(true).append(true).open(folder.log());
        let log = log.map_err(|source| folder.error("postgresql.log", source))?;
        let log_begins = log.metadata().map_or(0, |metadata| metadata.len());
        let stdout = log.try_clone().map_err(|source| folder.error("postgresql.log", source))?;
        let mut command = account.command(&binaries.postgres());
        command
            .arg("-D")
            .arg(folder.cluster())
            .arg("-k")
            .arg(socket_folder)
            .args(["-p", &PORT.to_string(), "-c", "listen_addresses=", "-c", "fsync=on"])
            .args(["-c", "logging_collector=off", "-c", "log_destination=stderr"])
            // The folder is guarded already; the socket itself lets root in when PostgreSQL runs as another user.
            .args(["-c", "unix_socket_permissions=0700"])
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(log)
            // A group of its own: Ctrl-C in the terminal is for us, and we stop it after our last request.
            .process_group(0);
        let program = binaries.postgres();
        let mut postmaster = command.spawn().map_err(|source| DatabaseError::Program { program, source })?;
        match answers(folder, socket_folder, Some((&mut postmaster, log_begins))).await {
            Ok(()) => {
                // Somebody has to collect its exit status, or it stays a zombie for as long as we live.
                std::thread::spawn(move || postmaster.wait());
                return Ok(());
            }
            Err(DatabaseError::Failed { said, .. })
                if said.contains("pre-existing shared memory block") && began.elapsed().as_secs() < LEFTOVERS_MAX_S =>
            {
                say("Waiting for the rest of a killed PostgreSQL to end…");
                sleep(Duration::from_millis(500)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Waits until the cluster takes a connection; a `postmaster` that ends meanwhile has its log to say why.
async fn answers(
    folder: &Folder,
    socket_folder: &Path,
    mut postmaster: Option<(&mut std::process::Child, u64)>,
) -> Result<(), DatabaseError> {
    let began = Instant::now();
    loop {
        let refused = match connect(socket_folder).await {
            Ok(connection) => {
                let _ = connection.close().await;
                return Ok(());
            }
            Err(error) => error,
        };
        if let Some((child, log_begins)) = &mut postmaster
            && let Ok(Some(status)) = child.try_wait()
        {
            let said = tail(&folder.log(), *log_begins);
            return Err(DatabaseError::Failed { program: "postgres", status, said });
        }
        if let sqlx::Error::Database(error) = &refused
            // 57P03 cannot_connect_now: starting up, recovering or shutting down.
            && error.code().as_deref() != Some("57P03")
        {
            return Err(DatabaseError::Refused(refused));
        }
        if began.elapsed().as_secs() >= START_MAX_S {
            let (folder, log) = (folder.cluster(), folder.log());
            return Err(DatabaseError::Silent { folder, seconds: START_MAX_S, log });
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// The socket folder of a postmaster of this cluster that lives, by the file it keeps: pid, folder, start, port, socket folder.
///
/// A file whose process is gone (killed, or the machine went down) counts as none; PostgreSQL itself removes it at start.
fn running(folder: &Folder) -> Option<PathBuf> {
    let text = fs::read_to_string(folder.cluster().join("postmaster.pid")).ok()?;
    let mut lines = text.lines();
    let pid: u32 = lines.next()?.trim().parse().ok()?;
    let socket_folder = PathBuf::from(lines.nth(3)?);
    // Process ids are used again: only one that works in the cluster's folder is its postmaster.
    let works_in = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
    (works_in == fs::canonicalize(folder.cluster()).ok()?).then_some(socket_folder)
}

/// A folder for the socket that only the cluster's account (and root) can enter, with a path that fits.
fn socket_folder(folder: &Folder, account: Account) -> Result<PathBuf, DatabaseError> {
    let beside = folder.0.join("socket");
    let longest = beside.join(format!(".s.PGSQL.{PORT}.lock"));
    if longest.as_os_str().len() <= SOCKET_PATH_MAX {
        account.own_folder(&beside).map_err(|source| folder.error("socket", source))?;
        return Ok(beside);
    }
    // A fresh name each time: one that lies there already may be somebody else's.
    let fresh = tempfile::Builder::new().prefix("shiftdesk-").tempdir();
    let fresh = fresh.map_err(|source| DatabaseError::Folder { path: std::env::temp_dir(), source })?.keep();
    match account.own_folder(&fresh) {
        Ok(()) => Ok(fresh),
        Err(source) => Err(DatabaseError::Folder { path: fresh, source }),
    }
}

async fn connect(socket_folder: &Path) -> Result<PgConnection, sqlx::Error> {
    let options: PgConnectOptions = url(socket_folder, "postgres").parse()?;
    options.application_name(NAME).disable_statement_logging().connect().await
}

/// Everything is spelled out: sqlx would fill what is missing from `PGHOST`, `PGPORT` and the like.
fn url(socket_folder: &Path, database: &str) -> String {
    let mut socket = String::new();
    for byte in socket_folder.as_os_str().as_encoded_bytes() {
        socket.push_str(&format!("%{byte:02X}"));
    }
    format!("postgres://{NAME}@localhost:{PORT}/{database}?host={socket}&sslmode=disable")
}

async fn lock(file: &File, say: &impl Fn(&str), folder: &Folder) -> Result<(), DatabaseError> {
    let mut said = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => {
                if !said {
                    say("Waiting for another Shiftdesk that starts or stops the database…");
                    said = true;
                }
                sleep(Duration::from_millis(50)).await;
            }
            Err(TryLockError::Error(source)) => return Err(folder.error("starting.lock", source)),
        }
    }
}

fn run(program: &'static str, mut command: Command) -> Result<(), DatabaseError> {
    let path = PathBuf::from(command.get_program());
    let output =
        command.stdin(Stdio::null()).output().map_err(|source| DatabaseError::Program { program: path, source })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(if output.stderr.is_empty() { &output.stdout } else { &output.stderr });
    Err(DatabaseError::Failed { program, status: output.status, said: last_lines(&said) })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DatabaseError> + Send + 'static,
) -> Result<T, DatabaseError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// What the log says since this byte.
fn tail(log: &Path, from: u64) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let from = usize::try_from(from).unwrap_or(0).min(bytes.len());
    last_lines(&String::from_utf8_lossy(bytes.get(from..).unwrap_or_default()))
}

/// Enough to see why, short enough to read.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n")
}
