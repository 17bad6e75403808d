//! Saved views of the triage list and of the plan: what somebody can go to, and what each does about their own.

use domain::people::Role;
use domain::saved_view::{SavedView, SavedViews, ViewPage};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};

use crate::error::AppError;

/// Mine, and what others published.
#[server(prefix = "/_fn", endpoint = "views", input = GetUrl, output = Postcard)]
pub async fn views() -> Result<SavedViews, AppError> {
    use super::person::signed;
    use super::refusal::{answered, store};

    let ask = async || Ok(store()?.views(signed().ok().map(|who| who.account)).await?);
    answered(ask().await)
}

/// Keeps what a query string of a page shows, under a name; a view of mine of that page that has the name becomes this one.
#[server(prefix = "/_fn", endpoint = "save-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn save_view(name: String, search: String, #[server(default)] page: ViewPage) -> Result<i64, AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{invalid, now, store};

    let save = async || {
        let who = signed()?;
        let name = name.parse().map_err(invalid("Name of the view"))?;
        let query = kept(page, &search).map_err(invalid("View"))?;
        Ok(store()?.save_view(who.account, page, &name, &query, &who.name, now()?).await?)
    };
    let saved = save().await;
    // What cannot be kept still stands in the address of the page before this.
    let before = || super::arrival::page_before().filter(|path| path.starts_with(&format!("{}?", page.path())));
    let back = match kept(page, &search) {
        Ok(query) => format!("{}?{query}", page.path()),
        Err(_) => before().unwrap_or_else(|| page.path().to_owned()),
    };
    told(saved, &back, &back, |_| Some(Outcome::Done("The view is saved.".to_owned())))
}

/// Gives a view of mine another name. Comes back to the views of that page, as the next two do.
#[server(prefix = "/_fn", endpoint = "rename-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn rename_view(id: i64, name: String, #[server(default)] page: ViewPage) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{invalid, now, store};
    use store::ViewEdit;

    let rename = async || {
        let who = signed()?;
        let name = name.parse().map_err(invalid("Name of the view"))?;
        let edit = ViewEdit { id, name: Some(name), published: None };
        Ok(store()?.change_view(who.account, false, &edit, &who.name, now()?).await?)
    };
    told(rename().await, page.views_path(), page.views_path(), |()| {
        Some(Outcome::Done("The view has its new name.".to_owned()))
    })
}

/// Shows a view of mine to others, or to me alone again. An admin withdraws anybody's.
#[server(prefix = "/_fn", endpoint = "publish-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn publish_view(id: i64, published: bool, #[server(default)] page: ViewPage) -> Result<(), AppError> {
    use domain::people::Right;
    use store::ViewEdit;

    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};

    let publish = async || {
        let who = signed()?;
        let over_others = who.role.may(Right::Administer);
        let edit = ViewEdit { id, name: None, published: Some(published) };
        Ok(store()?.change_view(who.account, over_others, &edit, &who.name, now()?).await?)
    };
    let words = if published { "Others see the view now." } else { "Only its owner sees the view now." };
    told(publish().await, page.views_path(), page.views_path(), |()| Some(Outcome::Done(words.to_owned())))
}

/// Deletes a view of mine.
#[server(prefix = "/_fn", endpoint = "delete-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn delete_view(id: i64, #[server(default)] page: ViewPage) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};

    let delete = async || {
        let who = signed()?;
        Ok(store()?.delete_view(who.account, id, &who.name, now()?).await?)
    };
    told(delete().await, page.views_path(), page.views_path(), |()| {
        Some(Outcome::Done("The view is deleted.".to_owned()))
    })
}

/// Chooses what a page begins with for me: a view of it that I see, or what my role begins with (0).
#[server(prefix = "/_fn", endpoint = "begin-with-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn begin_with_view(#[server(default)] id: i64, #[server(default)] page: ViewPage) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};

    let choose = async || {
        let who = signed()?;
        Ok(store()?.begin_with_view(who.account, page, some(id), &who.name, now()?).await?)
    };
    let words = || format!("{} begins so for you from now on.", page.called());
    told(choose().await, page.views_path(), page.views_path(), |()| Some(Outcome::Done(words())))
}

/// Chooses what a page begins with for those of a role who chose nothing: a published view of it, or what it begins with by itself
/// (0).
#[server(prefix = "/_fn", endpoint = "begin-role-with-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn begin_role_with_view(
    role: Role,
    #[server(default)] id: i64,
    #[server(default)] page: ViewPage,
) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let choose = async || {
        let admin = allowed(Right::Administer)?;
        Ok(store()?.begin_role_with_view(role, page, some(id), &admin.name, now()?).await?)
    };
    let words = || format!("{} begins so for the role {role}.", page.called());
    told(choose().await, page.views_path(), page.views_path(), |()| Some(Outcome::Done(words())))
}

/// The query string of a page as a view keeps it; the error says what of it is wrong.
#[cfg(feature = "ssr")]
pub fn kept(page: ViewPage, search: &str) -> Result<String, String> {
    match page {
        ViewPage::Triage => crate::query::kept(search),
        ViewPage::Plan => crate::query::plan::kept(search),
    }
}

/// A line of the menu: where it leads, what it is called, and what is said beside that.
pub(crate) type MenuLine = (String, String, &'static str);

/// The lines of the menu of a page's views under their headings, without headings that have none.
pub(crate) fn menu_of(kept: SavedViews, page: ViewPage) -> Vec<(&'static str, Vec<MenuLine>)> {
    let kept = kept.of(page);
    let begins = kept.mine_of(page).map(|view| view.id);
    let (mine, others): (Vec<_>, Vec<_>) = kept.views.into_iter().partition(|view| view.mine);
    let line = |view: SavedView| {
        let whose = if view.mine { String::new() } else { format!(" ({})", view.owner) };
        (view.href(), view.name + &whose, if begins == Some(view.id) { "begins here" } else { "" })
    };
    let lists = [("Mine", mine), ("Published by others", others)]
        .map(|(heading, views)| (heading, views.into_iter().map(line).collect::<Vec<_>>()));
    lists.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

/// A form says 0 for no view.
#[cfg(feature = "ssr")]
fn some(id: i64) -> Option<i64> {
    (id != 0).then_some(id)
}

#[cfg(feature = "ssr")]
impl From<store::ViewError> for AppError {
    fn from(error: store::ViewError) -> Self {
        use store::ViewError;

        use super::refusal::invalid;
        match error {
            ViewError::Absent => Self::NotFound { what: error.to_string() },
            ViewError::NameTaken | ViewError::TooMany => invalid("Name of the view")(error),
            ViewError::NotPublished => invalid("View")(error),
            ViewError::Store(error) => error.into(),
        }
    }
}
