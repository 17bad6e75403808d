//! How far a load is, for whoever waits for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// What happens while files are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A file is begun.
    Opened {
        /// Which.
        file: &'a Path,
        /// How long it is.
        n_bytes: u64,
    },
    /// It is read so far.
    Read {
        /// Which.
        file: &'a Path,
        /// From its beginning.
        n_bytes: u64,
    },
    /// It is done with, loaded or not.
    Closed {
        /// Which.
        file: &'a Path,
    },
}

/// A bar on the terminal for each file at work, gone when the file is done. Silent where standard error is no terminal.
pub fn bars() -> impl FnMut(Step<'_>) {
    // `with_template` fails on a template that cannot be read; this one can, and a plain bar would do as well.
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let together = MultiProgress::new();
    let mut bars: BTreeMap<PathBuf, ProgressBar> = BTreeMap::new();
    move |step| match step {
        Step::Opened { file, n_bytes } => {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let bar = ProgressBar::new(n_bytes).with_style(style.clone()).with_message(name);
            bars.insert(file.to_owned(), together.add(bar));
        }
        Step::Read { file, n_bytes } => {
            if let Some(bar) = bars.get(file) {
                bar.set_position(n_bytes);
            }
        }
        Step::Closed { file } => {
            if let Some(bar) = bars.remove(file) {
                bar.finish_and_clear();
            }
        }
    }
}
