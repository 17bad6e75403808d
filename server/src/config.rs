//! Settings: `Leptos.toml` for the web server, environment variables for everything else.
//!
//! A wrong value stops the program with a sentence that names the variable: a setting that is silently ignored costs somebody
//! an evening.

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::router::Proxy;
use crate::weekly_report::{MailConfig, NoMail};
use leptos::config::{LeptosOptions, get_config_from_str, get_configuration};

/// Everything that can be set from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the web server and the pages need to know.
    pub leptos: LeptosOptions,
    /// `DATABASE_URL`: somebody's PostgreSQL. Without it the program runs its own.
    pub database_url: Option<String>,
    /// Where the own PostgreSQL keeps its files.
    pub data: DataFolder,
    /// What is logged and how.
    pub log: LogConfig,
    /// `SHIFTDESK_PROXY`: whether a proxy stands before us whose word about a request counts.
    pub proxy: Proxy,
    /// `SHIFTDESK_SMTP_URL`, `SHIFTDESK_MAIL_FROM`, `SHIFTDESK_URL`: how reports are mailed; `None` when they are not.
    pub mail: Option<MailConfig>,
}

/// The folder of the own PostgreSQL, and whether somebody chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFolder {
    /// Absolute.
    pub path: PathBuf,
    /// Named by `SHIFTDESK_DATA`: then it is this folder or an error, never another one.
    pub chosen: bool,
}

/// What is logged and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// `SHIFTDESK_LOG`: directives as `tracing-subscriber` reads them, such as `info` or `warn,server=debug`.
    pub filter: String,
    /// `SHIFTDESK_LOG_FORMAT`.
    pub format: LogFormat,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line, for machines.
    Json,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// An environment variable has a value that means nothing.
    #[error("{name} is {value:?}: {why}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        why: String,
    },
    /// `Leptos.toml` does not read.
    #[error("cannot read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: leptos::config::errors::LeptosConfigError,
    },
    /// Mail is set up in a way that cannot work.
    #[error(transparent)]
    Mail(#[from] NoMail),
    /// The current folder is gone or closed to us.
    #[error("cannot tell the current folder; set SHIFTDESK_DATA to an absolute path")]
    CurrentFolder(#[source] std::io::Error),
}

/// What is logged unless somebody says otherwise: our own news, and warnings of the libraries.
pub const DEFAULT_LOG: &str = "warn,server=info,app=info,store=info,shiftdesk=info";

/// The file with the options of the web server.
const LEPTOS_TOML: &str = "Leptos.toml";

/// The file as it was when the program was built, for a program that is started far from it.
const BUILT_IN_LEPTOS_TOML: &str = include_str!("../../Leptos.toml");

impl Config {
    /// Reads `Leptos.toml` and the environment.
    pub fn read() -> Result<Self, ConfigError> {
        let leptos = leptos_options()?;
        Ok(Self {
            leptos,
            database_url: database_url()?,
            data: data_folder()?,
            log: log_config()?,
            proxy: proxy()?,
            mail: MailConfig::read()?,
        })
    }
}

/// `Leptos.toml` of the current folder, else of a folder above the program, else the built-in copy; `LEPTOS_*` over all.
fn leptos_options() -> Result<LeptosOptions, ConfigError> {
    // Leptos reports a bad variable without its name, so the ones that can be wrong are read here first.
    check::<SocketAddr>("LEPTOS_SITE_ADDR", "an address and a port, such as 127.0.0.1:3210")?;
    check::<u16>("LEPTOS_RELOAD_PORT", "a port, such as 3211")?;
    check::<bool>("LEPTOS_HASH_FILES", "true or false")?;
    let file = find_upwards(LEPTOS_TOML);
    let mut options = match &file {
        Some(path) => {
            // `get_configuration` takes text, not a path; a folder whose name is no Unicode falls back to the built-in copy.
            path.to_str().map(|text| get_configuration(Some(text)).map(|conf| conf.leptos_options))
        }
        None => None,
    }
    .unwrap_or_else(|| get_config_from_str(BUILT_IN_LEPTOS_TOML))
    .map_err(|source| ConfigError::File { path: file.clone().unwrap_or_else(|| LEPTOS_TOML.into()), source })?;
    options.site_root = site_root(&options.site_root, file.as_deref()).into();
    Ok(options)
}

/// A relative site root counts from the folder of `Leptos.toml`, so that the program may be started from anywhere.
fn site_root(site_root: &str, file: Option<&Path>) -> String {
    let given = Path::new(site_root);
    match file.and_then(Path::parent) {
        Some(folder) if given.is_relative() && !given.is_dir() => folder.join(given).to_string_lossy().into_owned(),
        _ => site_root.to_owned(),
    }
}

/// The file in the current folder, or in the nearest folder above the program that has it.
fn find_upwards(name: &str) -> Option<PathBuf> {
    let here = PathBuf::from(name);
    if here.is_file() {
        return Some(here);
    }
    let program = env::current_exe().ok()?;
    program.ancestors().skip(1).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn database_url() -> Result<Option<String>, ConfigError> {
    match variable("DATABASE_URL")? {
        Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => Ok(Some(url)),
        // The value may hold a password: it is not repeated.
        Some(_) => Err(bad("DATABASE_URL", "…", "it has to begin with postgres:// or postgresql://")),
        None => Ok(None),
    }
}

fn data_folder() -> Result<DataFolder, ConfigError> {
    let chosen = variable("SHIFTDESK_DATA")?;
    let path = std::path::absolute(chosen.as_deref().unwrap_or(".shiftdesk")).map_err(ConfigError::CurrentFolder)?;
    Ok(DataFolder { path, chosen: chosen.is_some() })
}

fn proxy() -> Result<Proxy, ConfigError> {
    check::<bool>("SHIFTDESK_PROXY", "true or false")?;
    Ok(Proxy { trusted: variable("SHIFTDESK_PROXY")?.as_deref() == Some("true") })
}

fn log_config() -> Result<LogConfig, ConfigError> {
    let filter = variable("SHIFTDESK_LOG")?.unwrap_or_else(|| DEFAULT_LOG.to_owned());
    if let Err(why) = filter.parse::<tracing_subscriber::filter::Targets>() {
        return Err(bad("SHIFTDESK_LOG", &filter, &format!("{why}; write a level such as info, or warn,server=debug")));
    }
    let format = match variable("SHIFTDESK_LOG_FORMAT")?.as_deref() {
        None | Some("text") => LogFormat::Text,
        Some("json") => LogFormat::Json,
        Some(other) => return Err(bad("SHIFTDESK_LOG_FORMAT", other, "it has to be text or json")),
    };
    Ok(LogConfig { filter, format })
}

/// The value of a variable; an empty one counts as not set, as in most shells' scripts.
fn variable(name: &'static str) -> Result<Option<String>, ConfigError> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(value)) => Err(bad(name, &value.to_string_lossy(), "it is not UTF-8")),
    }
}

fn check<T: std::str::FromStr>(name: &'static str, what: &str) -> Result<(), ConfigError> {
    match variable(name)? {
        Some(value) if value.parse::<T>().is_err() => Err(bad(name, &value, &format!("it has to be {what}"))),
        _ => Ok(()),
    }
}

fn bad(name: &'static str, value: &str, why: &str) -> ConfigError {
    ConfigError::Variable { name, value: value.to_owned(), why: why.to_owned() }
}
