//! Saved views: which findings in which order, kept by somebody under a name.

use serde::{Deserialize, Serialize};

use crate::people::Role;

/// The most views that somebody can keep (our own choice: a menu that can still be read).
pub const VIEWS_MAX: i64 = 50;
/// The longest query string of a view \[bytes\] (our own choice: every facet with every value fits).
pub const VIEW_QUERY_MAX_BYTES: usize = 4_000;

/// A saved view as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its permanent number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// The login name of its owner.
    pub owner: String,
    /// Whether that is who asks.
    pub mine: bool,
    /// The query string of the triage page, written out in full.
    pub query: String,
    /// Whether others see it.
    pub published: bool,
}

/// The views that somebody can go to, and what the triage page begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedViews {
    /// Mine, then what others published; each by name.
    pub views: Vec<SavedView>,
    /// The view I begin with, where I chose one.
    pub mine_begins: Option<i64>,
    /// With each role the view that those begin with who chose none, where somebody chose one.
    pub roles_begin: Vec<(Role, i64)>,
}

impl SavedView {
    /// Where it is.
    pub fn href(&self) -> String {
        format!("/triage?{}", self.query)
    }
}

impl SavedViews {
    /// The view that those of a role begin with.
    pub fn of_role(&self, role: Role) -> Option<i64> {
        self.roles_begin.iter().find(|(of, _)| *of == role).map(|&(_, view)| view)
    }
}
