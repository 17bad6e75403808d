//! The verbs of the command line, each a few lines around a function of the library.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use domain::time::Instant;
use indicatif::ProgressBar;
use server::config::Config;
use server::serve::{asked_to_stop, now, serve, told};
use server::{api, database};
use store::Store;

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
    },
    /// Look for findings in the whole log of the database
    Detect {
        /// Take this as the current time: 2022-03-12T21:00:00Z
        #[arg(long, value_name = "TIME", value_parser = Instant::parse)]
        now: Option<Instant>,
    },
    /// List the rows that did not load
    Quarantine,
    /// Print the description of the API
    Openapi,
}

/// How a verb ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It did what it was asked.
    Done,
    /// It was told to stop before it was done; what it had begun is rolled back.
    Interrupted,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            // 128 + SIGINT, as shells count it.
            Outcome::Interrupted => Self::from(130),
        }
    }
}

impl Cli {
    /// Does what the command line asks.
    pub(crate) async fn run(self, config: &Config) -> anyhow::Result<Outcome> {
        match self.verb.unwrap_or(Verb::Serve { addr: None }) {
            Verb::Serve { addr } => serve_pages(config, addr).await,
            Verb::Detect { now: at } => {
                with_store(config, async |store| {
                    let found = store.detect_all(at.unwrap_or_else(now)).await?;
                    say(&format!(
                        "{} open findings: {} new, {} moved, {} reopened; {} resolved by the log",
                        found.n_open, found.n_new, found.n_moved, found.n_reopened, found.n_resolved
                    ))
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

async fn serve_pages(config: &Config, addr: Option<SocketAddr>) -> anyhow::Result<Outcome> {
    let mut config = config.clone();
    config.leptos.site_addr = addr.unwrap_or(config.leptos.site_addr);
    let steps = Steps::begin();
    let prepare = async |_: &Store| Ok::<(), anyhow::Error>(());
    let ready = |address| {
        steps.end();
        // A closed standard output is no reason not to serve.
        let _ = say(&format!("Shiftdesk is ready at http://{address}"));
    };
    serve(&config, |what| steps.next(what), prepare, ready).await?;
    Ok(Outcome::Done)
}

/// Runs the work on the migrated database of the settings, own or given, and leaves it as it was found: running or not.
async fn with_store(config: &Config, work: impl AsyncFnOnce(&Store) -> anyhow::Result<()>) -> anyhow::Result<Outcome> {
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
        done = work => done.map(|()| Outcome::Done),
        () = told(stop) => Ok(Outcome::Interrupted),
    };
    database.close().await?;
    outcome
}

async fn list_quarantine(store: &Store) -> anyhow::Result<()> {
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
            return if n_listed == 0 { say("No row is in quarantine.") } else { Ok(()) };
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
