//! Saved views: what a page shows, kept by somebody under a name.

use serde::{Deserialize, Serialize};

use crate::labelled::labelled;
use crate::people::Role;

/// The most views of a page that somebody can keep (our own choice: a menu that can still be read).
pub const VIEWS_MAX: i64 = 50;
/// The longest query string of a view \[bytes\] (our own choice: every facet with every value fits).
pub const VIEW_QUERY_MAX_BYTES: usize = 4_000;

labelled! {
    /// The pages that have views.
    #[derive(Default)]
    ViewPage, "page" {
        /// Which findings in which order.
        #[default]
        Triage = "triage",
        /// Which blocks under which conditions, by which policy.
        Plan = "plan",
    }
}

/// A saved view as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its permanent number.
    pub id: i64,
    /// The page that it is a view of.
    pub page: ViewPage,
    /// What its owner calls it.
    pub name: String,
    /// The login name of its owner.
    pub owner: String,
    /// Whether that is who asks.
    pub mine: bool,
    /// The query string of the page, written out in full.
    pub query: String,
    /// Whether others see it.
    pub published: bool,
}

/// The views that somebody can go to, and what the pages begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedViews {
    /// Mine, then what others published; each by name.
    pub views: Vec<SavedView>,
    /// The views I begin with, at most one a page.
    pub mine_begin: Vec<i64>,
    /// With each role a view that those begin with who chose none for its page.
    pub roles_begin: Vec<(Role, i64)>,
}

/// The query strings of the views that somebody's pages begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginsWith {
    /// Of the triage page; without one it begins with what needs a decision.
    pub triage: Option<String>,
    /// Of the plan; without one it begins with everything as it is.
    pub plan: Option<String>,
}

impl ViewPage {
    /// Where the page is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Triage => "/triage",
            Self::Plan => "/plan",
        }
    }

    /// Where its views are looked after.
    pub const fn views_path(self) -> &'static str {
        match self {
            Self::Triage => "/triage/views",
            Self::Plan => "/plan/views",
        }
    }

    /// What it is called at the beginning of a sentence.
    pub const fn called(self) -> &'static str {
        match self {
            Self::Triage => "Triage",
            Self::Plan => "The plan",
        }
    }

    /// What it begins with for who chose nothing.
    pub const fn begins_with(self) -> &'static str {
        match self {
            Self::Triage => "what still needs a decision",
            Self::Plan => "everything as it is now",
        }
    }
}

impl SavedView {
    /// Where it is.
    pub fn href(&self) -> String {
        format!("{}?{}", self.page.path(), self.query)
    }
}

impl SavedViews {
    /// Those of one page alone.
    #[must_use]
    pub fn of(mut self, page: ViewPage) -> Self {
        self.views.retain(|view| view.page == page);
        let of_page = |id: &i64| self.views.iter().any(|view| view.id == *id);
        self.mine_begin.retain(of_page);
        self.roles_begin.retain(|(_, id)| of_page(id));
        self
    }

    /// The view of a page that I begin with, where I chose one.
    pub fn mine_of(&self, page: ViewPage) -> Option<&SavedView> {
        self.views.iter().find(|view| view.page == page && self.mine_begin.contains(&view.id))
    }

    /// The view of a page that those of a role begin with.
    pub fn role_of(&self, page: ViewPage, role: Role) -> Option<&SavedView> {
        let begins = |id: i64| self.roles_begin.contains(&(role, id));
        self.views.iter().find(|view| view.page == page && begins(view.id))
    }
}

impl BeginsWith {
    /// The query string of a page.
    pub fn of(&self, page: ViewPage) -> Option<&str> {
        match page {
            ViewPage::Triage => self.triage.as_deref(),
            ViewPage::Plan => self.plan.as_deref(),
        }
    }
}
