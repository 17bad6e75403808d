//! The command line: `shiftdesk serve` and the verbs around it.

mod verbs;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use server::config::Config;
use server::telemetry;

use verbs::{Cli, Outcome};

/// A streamed page waits for the task that answers it; with fewer threads than this two of them can wait for each other.
const WORKER_THREADS_MIN: usize = 4;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            eprintln!("shiftdesk: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let config = Config::read()?;
    telemetry::start(&config.log).context("cannot start the log")?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.max(WORKER_THREADS_MIN))
        .enable_all()
        .build()
        .context("cannot start the program's threads")?;
    runtime.block_on(cli.run(&config))
}

/// The whole chain once: many an error repeats its cause in its own sentence.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
