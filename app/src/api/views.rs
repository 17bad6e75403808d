//! Saved views of the triage list: what somebody can go to, and what each does about their own.

use domain::people::Role;
use domain::triage::saved_view::SavedViews;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};

use crate::error::AppError;

/// The page where views are looked after.
pub const PAGE: &str = "/triage/views";

/// Mine, and what others published.
#[server(prefix = "/_fn", endpoint = "views", input = GetUrl, output = Postcard)]
pub async fn views() -> Result<SavedViews, AppError> {
    use super::person::signed;
    use super::refusal::{answered, store};

    let ask = async || Ok(store()?.views(signed().ok().map(|who| who.account)).await?);
    answered(ask().await)
}

/// Keeps what a query string of the triage page shows, under a name; a view of mine that has the name becomes this one.
#[server(prefix = "/_fn", endpoint = "save-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn save_view(name: String, search: String) -> Result<i64, AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{invalid, now, store};
    use crate::query::kept;

    let save = async || {
        let who = signed()?;
        let name = name.parse().map_err(invalid("Name of the view"))?;
        let query = kept(&search).map_err(invalid("View"))?;
        Ok(store()?.save_view(who.account, &name, &query, &who.name, now()?).await?)
    };
    let saved = save().await;
    let back = kept(&search).map_or_else(|_| "/triage".to_owned(), |query| format!("/triage?{query}"));
    told(saved, &back, &back, |_| Some(Outcome::Done("The view is saved.".to_owned())))
}

/// Gives a view of mine another name.
#[server(prefix = "/_fn", endpoint = "rename-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn rename_view(id: i64, name: String) -> Result<(), AppError> {
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
    told(rename().await, PAGE, PAGE, |()| Some(Outcome::Done("The view has its new name.".to_owned())))
}

/// Shows a view of mine to others, or to me alone again. An admin withdraws anybody's.
#[server(prefix = "/_fn", endpoint = "publish-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn publish_view(id: i64, published: bool) -> Result<(), AppError> {
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
    told(publish().await, PAGE, PAGE, |()| Some(Outcome::Done(words.to_owned())))
}

/// Deletes a view of mine.
#[server(prefix = "/_fn", endpoint = "delete-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn delete_view(id: i64) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};

    let delete = async || {
        let who = signed()?;
        Ok(store()?.delete_view(who.account, id, &who.name, now()?).await?)
    };
    told(delete().await, PAGE, PAGE, |()| Some(Outcome::Done("The view is deleted.".to_owned())))
}

/// Chooses what the triage page begins with for me: a view I see, or what my role begins with (0).
#[server(prefix = "/_fn", endpoint = "begin-with-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn begin_with_view(#[server(default)] id: i64) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};
    use super::person::signed;
    use super::refusal::{now, store};

    let choose = async || {
        let who = signed()?;
        Ok(store()?.begin_with_view(who.account, some(id), &who.name, now()?).await?)
    };
    told(choose().await, PAGE, PAGE, |()| Some(Outcome::Done("Triage begins so for you from now on.".to_owned())))
}

/// Chooses what the triage page begins with for those of a role who chose nothing: a published view, or what needs a decision
/// (0).
#[server(prefix = "/_fn", endpoint = "begin-role-with-view")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn begin_role_with_view(role: Role, #[server(default)] id: i64) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let choose = async || {
        let admin = allowed(Right::Administer)?;
        Ok(store()?.begin_role_with_view(role, some(id), &admin.name, now()?).await?)
    };
    told(choose().await, PAGE, PAGE, |()| Some(Outcome::Done(format!("Triage begins so for the role {role}."))))
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
