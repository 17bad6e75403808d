//! The verbs of the command line, each a few lines around a function of the library.

use std::cell::RefCell;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};
use domain::people::LoginName;
use domain::time::{DAY_S, Instant};
use indicatif::ProgressBar;
use server::config::Config;
use server::ingest::{Mode, Step, Summary, bars, ingest};
use server::report::report;
use server::serve::{asked_to_stop, now, serve, told};
use server::{api, database, demo};
use store::{Demo, Holds, LINK_LASTS_S, Secret, Store};

/// Where observing time went: from the shift log to findings and efficiency.
///
/// Without a verb it serves the pages. Settings come from Leptos.toml and from the environment: DATABASE_URL, SHIFTDESK_DATA,
/// SHIFTDESK_LOG, SHIFTDESK_LOG_FORMAT=text|json, LEPTOS_SITE_ADDR, LEPTOS_SITE_ROOT.
#[derive(Debug, Parser)]
#[command(name = "shiftdesk")]
pub(crate) struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve the pages and the API (the default)
    Serve {
        /// Listen here instead of where Leptos.toml and LEPTOS_SITE_ADDR say
        #[arg(long, value_name = "ADDRESS:PORT")]
        addr: Option<SocketAddr>,
        /// Into a database that nothing was loaded into, load a simulated observatory of this many weeks
        #[arg(long, value_name = "N", value_parser = weeks())]
        demo_weeks: Option<u32>,
    },
    /// Load files of facts, or the known files of folders, and look for findings in what changed
    ///
    /// CSV and Parquet tables (shifts.csv, executions.parquet, …) and ALMA's shift log in JSON. Exit codes: 0 all is loaded,
    /// 3 some rows are in quarantine, 4 a file was broken and the others are loaded, 1 the database failed, 2 the command line
    /// cannot be understood, 130 interrupted.
    Ingest {
        /// Files or folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Read and check everything, write nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        at: At,
    },
    /// Look for findings in the whole log of the database
    Detect {
        #[command(flatten)]
        at: At,
    },
    /// Write findings and efficiency of a folder of facts as CSV files; needs no database
    ///
    /// Without --now the folder's now.txt counts, else the present. Exit codes as of ingest.
    Report {
        /// The folder with shifts.csv, executions.csv and so on
        facts_dir: PathBuf,
        #[command(flatten)]
        at: At,
        /// Where the files go; made if need be
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Simulate an observatory that breaks its log the way people do
    ///
    /// Loads it, or with --out writes it as CSV files. The same weeks, seed and present give the same log.
    Demo {
        /// How many weeks, up to the present
        #[arg(long, value_name = "N", value_parser = weeks())]
        weeks: u32,
        /// Which of the many possible observatories
        #[arg(long, value_name = "S", default_value_t = DEMO_SEED)]
        seed: u64,
        #[command(flatten)]
        at: At,
        /// Where the files go; made if need be
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Look after accounts from the machine itself
    Account {
        #[command(subcommand)]
        what: AccountVerb,
    },
    /// List the rows that did not load
    Quarantine,
    /// Print the description of the API
    Openapi,
}

#[derive(Debug, Subcommand)]
enum AccountVerb {
    /// Print a new one-time link to choose a password with, for an account whose password is lost
    Link {
        /// The login name
        name: LoginName,
    },
}

/// When the verb's present is.
#[derive(Clone, Copy, Debug, Args)]
struct At {
    /// Take this as the current time: 2022-03-12T21:00:00Z
    #[arg(long, value_name = "TIME", value_parser = Instant::parse)]
    now: Option<Instant>,
}

impl At {
    fn or_the_present(self) -> Instant {
        self.now.unwrap_or_else(now)
    }
}

/// The seed of the demo (our own choice; any would do).
const DEMO_SEED: u64 = 2022;

/// One week to a little over ten years, which the pages have to bear.
fn weeks() -> RangedU64ValueParser<u32> {
    RangedU64ValueParser::new().range(1..=530)
}

/// How a verb ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It did what it was asked.
    Done,
    /// It did what it could, and the number says what was left: see the verb's help.
    Partly(u8),
    /// It was told to stop before it was done; what it had begun is rolled back.
    Interrupted,
}

impl Outcome {
    const fn of_code(code: u8) -> Self {
        if code == 0 { Self::Done } else { Self::Partly(code) }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Partly(code) => Self::from(code),
            // 128 + SIGINT, as shells count it.
            Outcome::Interrupted => Self::from(130),
        }
    }
}

impl Cli {
    /// Does what the command line asks.
    pub(crate) async fn run(self, config: &Config) -> anyhow::Result<Outcome> {
        match self.verb.unwrap_or(Verb::Serve { addr: None, demo_weeks: None }) {
            Verb::Serve { addr, demo_weeks } => serve_pages(config, addr, demo_weeks).await,
            Verb::Ingest { paths, dry_run, at } => {
                if dry_run {
                    return load(Mode::DryRun, &paths).await;
                }
                let now = at.or_the_present();
                with_store(config, async |store| load(Mode::Load { store, now }, &paths).await).await
            }
            Verb::Detect { at } => {
                with_store(config, async |store| {
                    let found = store.detect_all(at.or_the_present()).await?;
                    say(&format!("findings: {found}"))?;
                    Ok(Outcome::Done)
                })
                .await
            }
            Verb::Report { facts_dir, at, out } => {
                let report = report(&facts_dir, at.now, &out)?;
                say(report.to_string().trim_end())?;
                Ok(Outcome::of_code(report.exit_code()))
            }
            Verb::Demo { weeks, seed, at, out: Some(out) } => {
                let simulation = demo::simulate(weeks, seed, at.or_the_present());
                demo::write_csv(&simulation, &out)?;
                say(&format!("{}: {weeks} weeks up to {}", out.display(), simulation.now))?;
                Ok(Outcome::Done)
            }
            Verb::Demo { weeks, seed, at, out: None } => {
                with_store(config, async |store| {
                    let demo = Demo { weeks, seed, now: at.or_the_present() };
                    // Into a database of its own it comes with open accounts; beside somebody's log it is only a log.
                    if store.holds().await? == Holds::Nothing {
                        store.become_demo(now()).await?;
                    }
                    let summary = load_demo(store, demo, bars()).await?;
                    say(summary.to_string().trim_end())?;
                    Ok(Outcome::of_code(summary.exit_code()))
                })
                .await
            }
            Verb::Account { what: AccountVerb::Link { name } } => {
                with_store(config, async |store| {
                    let secret = store.create_link(&name, "shiftdesk", now()).await?;
                    say(&link_to_set_password(&name, &secret, config.leptos.site_addr))?;
                    Ok(Outcome::Done)
                })
                .await
            }
            Verb::Quarantine => with_store(config, list_quarantine).await,
            Verb::Openapi => {
                say(&api::openapi().to_pretty_json().context("cannot write the API's description as JSON")?)?;
                Ok(Outcome::Done)
            }
        }
    }
}

async fn serve_pages(config: &Config, addr: Option<SocketAddr>, demo_weeks: Option<u32>) -> anyhow::Result<Outcome> {
    keep_small();
    let mut config = config.clone();
    config.leptos.site_addr = addr.unwrap_or(config.leptos.site_addr);
    let steps = Steps::begin();
    let first_admin = RefCell::new(None);
    let prepare = async |store: &Store| {
        if let Some(weeks) = demo_weeks {
            first_demo(store, weeks, &steps).await?;
        }
        first_admin.replace(store.first_admin(now()).await?);
        anyhow::Ok(())
    };
    let ready = |address| {
        steps.end();
        // A closed standard output is no reason not to serve.
        let _ = say(&format!("Shiftdesk is ready at http://{address}"));
        if let Some((name, secret)) = first_admin.take() {
            let _ = say(&format!("No admin can sign in yet. {}", link_to_set_password(&name, &secret, address)));
        }
    };
    serve(&config, |what| steps.next(what), prepare, ready).await?;
    Ok(Outcome::Done)
}

/// Asks the system for memory in small pages: the allocator hands back what a burst of readers needed piece by piece, and a huge
/// page of 2 MiB stays whole for one piece in it. A verb that loads or detects ends soon, and huge pages make it quicker.
fn keep_small() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "memory comes in huge pages");
    }
}

/// Where somebody chooses a password, as a sentence.
fn link_to_set_password(name: &LoginName, secret: &Secret, address: SocketAddr) -> String {
    let days = LINK_LASTS_S / DAY_S;
    format!(
        "Choose the password of {name} here, once, within {days} days (behind a proxy, at its address):\nhttp://{address}/set-password/{}",
        secret.expose()
    )
}

/// Fills a database that nothing was loaded into, or what an earlier start was stopped in; whatever somebody loaded stays as
/// it is.
async fn first_demo(store: &Store, weeks: u32, steps: &Steps) -> anyhow::Result<()> {
    let holds = match store.holds().await? {
        Holds::Nothing => store.begin_demo(Demo { weeks, seed: DEMO_SEED, now: now() }).await?,
        holds => holds,
    };
    match holds {
        Holds::PartOf(demo) => {
            store.become_demo(now()).await?;
            steps.next(&format!("Simulating {} weeks of an observatory…", demo.weeks));
            let summary = load_demo(store, demo, |step| {
                if let Step::Opened { file, .. } = step {
                    let name = file.file_stem().unwrap_or_default().to_string_lossy();
                    steps.next(&format!("Loading {} weeks of a simulated log: {name}…", demo.weeks));
                }
            });
            let summary = summary.await?;
            anyhow::ensure!(summary.exit_code() == 0, "the demo did not load:\n{summary}");
            steps.next("Deciding about the findings of the first weeks…");
            demo::decide(store, demo).await?;
            store.demo_is_whole().await?;
        }
        Holds::Log if store.as_of().await?.is_none() => {
            // A program that was killed between the load and the findings leaves the second half to us.
            steps.next("Looking for findings…");
            store.detect_all(now()).await?;
        }
        // Of a version that had no accounts.
        Holds::Demo => _ = store.become_demo(now()).await?,
        Holds::Log | Holds::Nothing => {}
    }
    Ok(())
}

/// The way of every other log: files, the door for tables, one transaction each, detection.
async fn load_demo(store: &Store, demo: Demo, progress: impl FnMut(Step<'_>)) -> anyhow::Result<Summary> {
    let Demo { weeks, seed, now } = demo;
    let folder = tempfile::tempdir().context("cannot make a folder for the demo's files")?;
    let path = folder.path().to_owned();
    let written = tokio::task::spawn_blocking(move || demo::write_csv(&demo::simulate(weeks, seed, now), &path));
    written.await.context("the simulator stopped")??;
    Ok(ingest(Mode::Load { store, now }, &[folder.path().to_owned()], progress).await)
}

/// Runs the work on the migrated database of the settings, own or given, and leaves it as it was found: running or not.
async fn with_store(
    config: &Config,
    work: impl AsyncFnOnce(&Store) -> anyhow::Result<Outcome>,
) -> anyhow::Result<Outcome> {
    let stop = asked_to_stop().context("cannot listen for signals")?;
    let steps = Steps::begin();
    let database = database::open(config, |what| steps.next(what)).await?;
    steps.end();
    let work = async {
        let store = Store::connect(database.url()).await?;
        store.migrate().await?;
        work(&store).await
    };
    let outcome = tokio::select! {
        done = work => done,
        () = told(stop) => Ok(Outcome::Interrupted),
    };
    database.close().await?;
    outcome
}

async fn load(mode: Mode<'_>, paths: &[PathBuf]) -> anyhow::Result<Outcome> {
    let summary = ingest(mode, paths, bars()).await;
    say(summary.to_string().trim_end())?;
    Ok(Outcome::of_code(summary.exit_code()))
}

async fn list_quarantine(store: &Store) -> anyhow::Result<Outcome> {
    const ROWS_AT_ONCE: i64 = 1_000;
    let mut n_listed = 0;
    loop {
        let page = store.quarantine(n_listed, ROWS_AT_ONCE).await?;
        for row in &page.rows {
            let field = if row.column.is_empty() { String::new() } else { format!("{} {:?}: ", row.column, row.value) };
            say(&format!("{}:{}: {field}{}", row.file, row.line, row.why))?;
            n_listed += 1;
        }
        if page.rows.is_empty() || n_listed >= page.n_rows {
            if n_listed == 0 {
                say("No row is in quarantine.")?;
            }
            return Ok(Outcome::Done);
        }
    }
}

/// One line of the answer. A reader that has seen enough (`| head`) is no failure.
fn say(line: &str) -> anyhow::Result<()> {
    match writeln!(io::stdout().lock(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("cannot write the answer"),
        _ => Ok(()),
    }
}

/// What takes its time at the start: a moving line in a terminal, nothing elsewhere.
struct Steps(ProgressBar);

impl Steps {
    fn begin() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    fn next(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}
