//! Which files the given paths mean.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::reading::{Form, Source, Unreadable, plain_file_size};

/// How far into a JSON file of a folder we look for the word that makes it a shift log \[bytes\].
const SNIFFED_BYTES: u64 = 64 * 1024;

/// What the paths come to.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// To be read, in the order of the paths, within a folder by name.
    pub(crate) files: Vec<Source>,
    /// In a folder, but not facts.
    pub(crate) skipped: Vec<PathBuf>,
    /// Named, but nothing to read.
    pub(crate) unreadable: Vec<(PathBuf, Unreadable)>,
}

/// A path is a file of facts, or a folder of them; of a folder its known files count, not the folders in it. Somebody who
/// names a file means it, so what is wrong with it is said; what a folder holds besides is skipped.
pub(crate) fn find(paths: &[PathBuf]) -> Sources {
    let mut sources = Sources::default();
    for path in paths {
        if path.is_dir() {
            match names_in(path) {
                Ok(found) => found.into_iter().for_each(|path| sources.add_from_folder(path)),
                Err(why) => sources.unreadable.push((path.clone(), Unreadable::Io(why))),
            }
        } else {
            sources.add_named(path.clone());
        }
    }
    sources
}

impl Sources {
    fn add_named(&mut self, path: PathBuf) {
        match (plain_file_size(&path), source(&path)) {
            (Err(why), _) => self.unreadable.push((path, why)),
            (Ok(_), None) => self.unreadable.push((path, Unreadable::UnknownName)),
            (Ok(_), Some(source)) => self.files.push(source),
        }
    }

    fn add_from_folder(&mut self, path: PathBuf) {
        match source(&path) {
            None => self.skipped.push(path),
            Some(Source { form: Form::ShiftLog, .. }) if !looks_like_a_shift_log(&path) => self.skipped.push(path),
            Some(Source { form: Form::BlockList, .. }) if !looks_like_a_block_list(&path) => self.skipped.push(path),
            // A folder called shifts.csv is somebody's mistake, and is told; any other folder was not meant.
            Some(_) => self.add_named(path),
        }
    }
}

fn names_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut names: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    names.sort();
    Ok(names)
}

/// What a path's name says it holds: the stem is the table, the ending the form.
fn source(path: &Path) -> Option<Source> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let (stem, ending) = name.rsplit_once('.')?;
    let form = match ending.to_ascii_lowercase().as_str() {
        "csv" => Form::Csv(stem.parse().ok()?),
        "parquet" => Form::Parquet(stem.parse().ok()?),
        "json" => Form::ShiftLog,
        "tsv" => Form::BlockList,
        _ => return None,
    };
    Some(Source { path: path.to_owned(), name, form })
}

fn looks_like_a_block_list(path: &Path) -> bool {
    let mut head = Vec::new();
    let first = domain::facts::block_list::COLUMNS[0].as_bytes();
    plain_file_size(path).is_ok()
        && fs::File::open(path).and_then(|file| file.take(SNIFFED_BYTES).read_to_end(&mut head)).is_ok()
        && head.starts_with(first)
        && head.contains(&b'\t')
}

fn looks_like_a_shift_log(path: &Path) -> bool {
    let mut head = Vec::new();
    plain_file_size(path).is_ok()
        && fs::File::open(path).and_then(|file| file.take(SNIFFED_BYTES).read_to_end(&mut head)).is_ok()
        && head.windows(ENTRY_TYPE.len()).any(|window| window == ENTRY_TYPE)
}

/// The field that every entry of a shift log has.
const ENTRY_TYPE: &[u8] = b"\"entryType\"";
