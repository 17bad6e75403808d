//! Where PostgreSQL's programs are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of one installed PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    major: u32,
}

/// Why no PostgreSQL can be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BinariesError {
    /// None is installed.
    #[error(
        "PostgreSQL is not installed. Install it with `apt-get install postgresql` (version {OLDEST} or newer), \
         or set DATABASE_URL to one that runs elsewhere"
    )]
    Missing,
    /// Only old ones are installed.
    #[error(
        "PostgreSQL {newest} is too old; Shiftdesk needs {OLDEST} or newer. Install it with `apt-get install postgresql`, \
         or set DATABASE_URL"
    )]
    TooOld {
        /// The newest that is there.
        newest: u32,
    },
    /// The data were made by a version that is not installed.
    #[error(
        "the data were written by PostgreSQL {needed}, which is not installed. Install it with \
         `apt-get install postgresql-{needed}`"
    )]
    OtherVersion {
        /// The version that wrote them.
        needed: u32,
    },
}

/// The oldest version that the SQL is written for and tested with.
const OLDEST: u32 = 15;

impl Binaries {
    /// Those of the version that made the data, or the newest when there are none yet.
    ///
    /// Looks where `pg_config` points, in `PATH`, and where Debian puts them beside each other.
    pub fn find(needed: Option<u32>) -> Result<Self, BinariesError> {
        choose(candidates().iter().filter_map(|folder| Self::at(folder)).collect(), needed)
    }

    /// The program that serves.
    pub fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// The program that makes a cluster.
    pub fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    /// The program that stops one.
    pub fn pg_ctl(&self) -> PathBuf {
        self.folder.join("pg_ctl")
    }

    /// A folder counts when all three programs are in it: `pg_config` alone comes with the C library.
    fn at(folder: &Path) -> Option<Self> {
        // In PATH there may be links to one of them; initdb looks for its neighbours beside itself.
        let folder = fs::canonicalize(folder.join("postgres")).ok()?.parent()?.to_owned();
        let all = ["postgres", "initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file());
        let output = all.then(|| Command::new(folder.join("postgres")).arg("--version").output())?.ok()?;
        Some(Self { major: major(&String::from_utf8_lossy(&output.stdout))?, folder })
    }
}

fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
}

fn choose(installed: Vec<Binaries>, needed: Option<u32>) -> Result<Binaries, BinariesError> {
    let newest = installed.iter().map(|binaries| binaries.major).max().ok_or(BinariesError::Missing)?;
    let wanted = needed.unwrap_or(newest);
    if wanted < OLDEST {
        return Err(BinariesError::TooOld { newest: wanted });
    }
    installed
        .into_iter()
        .find(|binaries| binaries.major == wanted)
        .ok_or(BinariesError::OtherVersion { needed: wanted })
}

/// `postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)` is 15, and so is `postgres (PostgreSQL) 15beta1`.
fn major(said: &str) -> Option<u32> {
    let version = said.split_whitespace().nth(2)?;
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version.get(..digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(major: u32) -> Binaries {
        Binaries { folder: PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")), major }
    }

    #[test]
    fn a_version_is_read_from_what_postgres_says_of_itself() {
        assert_eq!(major("postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("command not found"), None);
    }

    #[test]
    fn without_data_the_newest_version_is_taken_and_with_data_the_one_that_wrote_them() {
        let all = || vec![installed(15), installed(17), installed(16)];
        assert_eq!(choose(all(), None), Ok(installed(17)));
        assert_eq!(choose(all(), Some(15)), Ok(installed(15)));
        assert_eq!(choose(all(), Some(18)), Err(BinariesError::OtherVersion { needed: 18 }));
    }

    #[test]
    fn what_is_missing_is_named_with_the_package_that_brings_it() {
        assert_eq!(choose(vec![], None), Err(BinariesError::Missing));
        assert_eq!(choose(vec![installed(13)], None), Err(BinariesError::TooOld { newest: 13 }));
        assert!(BinariesError::Missing.to_string().contains("apt-get install postgresql"));
    }
}
