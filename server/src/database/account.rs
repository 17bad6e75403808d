//! Who PostgreSQL runs as, and which folder that account can use.
//!
//! PostgreSQL refuses to run as root. When we are root it runs as the owner of the cluster, or as `postgres` for a new one; and
//! that account must be able to walk to the folder, which under `/root` it cannot.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::DataFolder;

/// Who runs PostgreSQL's programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// We ourselves.
    Ourselves,
    /// Another one, because we are root.
    Other {
        /// User.
        uid: u32,
        /// Group.
        gid: u32,
    },
}

/// Why no account can run PostgreSQL on the folder.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// We are root and there is nobody to become.
    #[error(
        "PostgreSQL does not run as root, and there is no user `postgres` to run it as. Install it with \
         `apt-get install postgresql`, run Shiftdesk as another user, or set DATABASE_URL"
    )]
    NoPostgresUser,
    /// The account cannot walk to the folder.
    #[error(
        "PostgreSQL does not run as root, and its user cannot enter {}, which is on the way to {}. Set SHIFTDESK_DATA to a \
         folder that every user can reach, such as /var/lib/shiftdesk",
        closed.display(), data.display()
    )]
    Unreachable {
        /// The folder that is closed.
        closed: PathBuf,
        /// The folder that was to be reached.
        data: PathBuf,
    },
    /// The cluster is another user's.
    #[error("{} belongs to another user; run Shiftdesk as that user, or set SHIFTDESK_DATA to another folder", data.display())]
    NotOurs {
        /// The cluster.
        data: PathBuf,
    },
}

/// Where folders go that nobody chose and that PostgreSQL's user could not reach where they belong.
const EVERYBODY_CAN_REACH: &str = "/var/lib/shiftdesk";

impl Account {
    /// The account for a cluster that is there or is to be made.
    pub(super) fn for_cluster(cluster: &Path) -> Result<Self, AccountError> {
        let owner = fs::metadata(cluster).ok();
        if id_of(None) != Some(0) {
            return match owner {
                Some(owner) if Some(owner.uid()) != id_of(None) => {
                    Err(AccountError::NotOurs { data: cluster.to_owned() })
                }
                _ => Ok(Self::Ourselves),
            };
        }
        match owner {
            Some(owner) if owner.uid() != 0 => Ok(Self::Other { uid: owner.uid(), gid: owner.gid() }),
            _ => Self::postgres(),
        }
    }

    fn postgres() -> Result<Self, AccountError> {
        let uid = id_of(Some("postgres")).ok_or(AccountError::NoPostgresUser)?;
        let gid = id("-g", Some("postgres")).ok_or(AccountError::NoPostgresUser)?;
        Ok(Self::Other { uid, gid })
    }

    /// A command that runs as the account, without what our environment would tell PostgreSQL.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        // Our messages are read by `start`; and a half-installed locale must not stop initdb.
        command.env("LC_ALL", "C").env_remove("LANGUAGE").current_dir("/");
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Makes the folder, or takes it over, for the account alone.
    pub(super) fn own_folder(self, path: &Path) -> io::Result<()> {
        match fs::DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if let Self::Other { uid, gid } = self {
            chown(path, Some(uid), Some(gid))?;
        }
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
    }

    fn can_enter(self, folder: &Metadata) -> bool {
        match self {
            Self::Ourselves => true,
            Self::Other { uid, .. } if folder.uid() == uid => folder.mode() & 0o100 != 0,
            Self::Other { gid, .. } if folder.gid() == gid => folder.mode() & 0o010 != 0,
            Self::Other { .. } => folder.mode() & 0o001 != 0,
        }
    }
}

/// The folder of the settings if PostgreSQL's account can walk to it. One that nobody chose gives way to one that it can.
pub(super) fn reachable_folder(data: &DataFolder) -> Result<PathBuf, AccountError> {
    let account = Account::for_cluster(&data.path.join("pg"))?;
    let Some(closed) = first_closed(account, &data.path) else { return Ok(data.path.clone()) };
    if data.chosen {
        return Err(AccountError::Unreachable { closed, data: data.path.clone() });
    }
    // Two checkouts under /root must not share one database: the folder's own path is the name.
    let name = data.path.to_string_lossy().trim_matches('/').replace('/', "-").replace("-.shiftdesk", "");
    let instead = Path::new(EVERYBODY_CAN_REACH).join(name);
    tracing::warn!("PostgreSQL's user cannot enter {}, so the data are in {}", closed.display(), instead.display());
    Ok(instead)
}

/// The first folder from the root to `path` that is there and that the account cannot enter.
fn first_closed(account: Account, path: &Path) -> Option<PathBuf> {
    let mut way: Vec<&Path> = path.ancestors().collect();
    way.reverse();
    way.into_iter()
        .find(|folder| fs::metadata(folder).is_ok_and(|metadata| !account.can_enter(&metadata)))
        .map(Path::to_owned)
}

/// The number of a user, or ours.
fn id_of(user: Option<&str>) -> Option<u32> {
    id("-u", user)
}

/// `id` asks whatever the machine keeps its users in, not only `/etc/passwd`.
fn id(what: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(user).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok().filter(|_| output.status.success())
}
