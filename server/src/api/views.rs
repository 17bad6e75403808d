//! Saved views, for programs: the same as on the page, each about the account that asks.

use app::api::views::kept;
use app::error::AppError;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::labelled::UnknownLabel;
use domain::people::{Right, Role, ShownName};
use domain::saved_view::{SavedView, SavedViews, ViewPage};
use http::{StatusCode, Uri};
use serde::{Deserialize, Serialize};
use store::{Signed, Store, ViewEdit, ViewError};
use utoipa::ToSchema;

use super::actions::{body, number};
use super::parameters::Parameters;
use super::person::Person;
use super::problem::{ErrorBody, Problem};
use crate::router::AppState;

/// What a page shows, under a name: of triage a filter and an order, of the plan conditions, a policy and a filter.
#[derive(Serialize, ToSchema)]
pub(super) struct View {
    /// Its number.
    id: i64,
    /// The page that it is a view of: `triage` or `plan`.
    #[schema(value_type = String)]
    page: ViewPage,
    /// What its owner calls it.
    name: String,
    /// The login name of its owner.
    owner: String,
    /// Whether that is the account that asks.
    mine: bool,
    /// The query string of the page. That of triage is also one of `/findings`: `q=state:open+class:gap&sort=-duration`; that of the
    /// plan one of `/plan`: `pwv=0.8&find=band:6`.
    query: String,
    /// Whether others see it.
    published: bool,
    /// Whether the page begins with it for the account that asks, by its own choice.
    begins: bool,
    /// The roles for which the page begins with it.
    begins_for: Vec<String>,
}

/// What to keep.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewView {
    /// 1 to 80 characters. A view of this account and page that has the name becomes this one.
    #[schema(value_type = String)]
    name: ShownName,
    /// As the page has it. What of it is wrong is told, and then nothing is kept.
    query: String,
    /// `triage`, or `plan`; `triage` where nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    page: ViewPage,
}

/// What to change about a view.
#[derive(Deserialize, ToSchema)]
pub(super) struct ViewChanges {
    /// Its new name.
    #[schema(value_type = Option<String>)]
    name: Option<ShownName>,
    /// Whether others see it.
    published: Option<bool>,
}

/// What a page begins with.
#[derive(Deserialize, ToSchema)]
pub(super) struct Begin {
    /// The number of a view of the page; without one what would be without this choice.
    view: Option<i64>,
    /// `triage`, or `plan`; `triage` where nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    page: ViewPage,
}

fn told(view: SavedView, all: &SavedViews) -> View {
    let begins = all.mine_begin.contains(&view.id);
    let roles = all.roles_begin.iter().filter(|(_, begins)| *begins == view.id);
    let begins_for = roles.map(|(role, _)| role.to_string()).collect();
    let SavedView { id, page, name, owner, mine, query, published } = view;
    View { id, page, name, owner, mine, query, published, begins, begins_for }
}

async fn one(store: &Store, who: &Signed, id: i64) -> Result<Json<View>, Problem> {
    let all = store.views(Some(who.account)).await?;
    let view = all.views.iter().find(|view| view.id == id).cloned();
    Ok(Json(told(view.ok_or_else(|| Problem::not_found(format!("view {id}")))?, &all)))
}

fn refused(id: i64) -> impl Fn(ViewError) -> Problem {
    move |error| match error {
        ViewError::Absent => Problem::not_found(format!("view {id}")),
        error => AppError::from(error).into(),
    }
}

/// The views of the account, by name, then those that others published.
#[utoipa::path(
    get,
    path = "/views",
    tag = "views",
    responses(
        (status = 200, body = Vec<View>),
        (status = 400, body = ErrorBody, description = "There is a parameter, and none is known"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn list(person: Person, State(store): State<Store>, uri: Uri) -> Result<Json<Vec<View>>, Problem> {
    Parameters::of(&uri)?.finish()?;
    let account = person.signed().ok().map(|who| who.account);
    let all = store.views(account).await?;
    Ok(Json(all.views.iter().map(|view| told(view.clone(), &all)).collect()))
}

/// Keeps what a page shows under a name.
#[utoipa::path(
    post,
    path = "/views",
    tag = "views",
    request_body = NewView,
    responses(
        (status = 200, body = View),
        (status = 400, body = ErrorBody, description = "The name or the query string is wrong, or there are too many"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn save(
    person: Person,
    State(AppState { store, clock, .. }): State<AppState>,
    view: Result<Json<NewView>, JsonRejection>,
) -> Result<Json<View>, Problem> {
    let who = person.signed()?;
    let NewView { name, query, page } = body(view)?;
    let query = kept(page, &query).map_err(|why| Problem::invalid("query", why))?;
    let saved = store.save_view(who.account, page, &name, &query, &who.name, (clock.0)()).await;
    one(&store, &who, saved.map_err(AppError::from)?).await
}

/// Renames a view of the account, shows it to others or to its owner alone. An admin may withdraw anybody's.
#[utoipa::path(
    patch,
    path = "/views/{id}",
    tag = "views",
    params(("id" = i64, Path, description = "The view's number")),
    request_body = ViewChanges,
    responses(
        (status = 200, body = View),
        (status = 204, description = "An admin withdrew it, and sees it no longer"),
        (status = 400, body = ErrorBody, description = "The name is wrong or taken"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 404, body = ErrorBody, description = "There is no such view of this account"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn change(
    person: Person,
    State(AppState { store, clock, .. }): State<AppState>,
    Path(id): Path<String>,
    changes: Result<Json<ViewChanges>, JsonRejection>,
) -> Result<Response, Problem> {
    let (who, id) = (person.signed()?, number(&id)?);
    let ViewChanges { name, published } = body(changes)?;
    let edit = ViewEdit { id, name, published };
    let over_others = who.role.may(Right::Administer);
    store.change_view(who.account, over_others, &edit, &who.name, (clock.0)()).await.map_err(refused(id))?;
    match one(&store, &who, id).await {
        Ok(view) => Ok(view.into_response()),
        Err(_) => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// Deletes a view of the account. Who began with it begins with what they would without it.
#[utoipa::path(
    delete,
    path = "/views/{id}",
    tag = "views",
    params(("id" = i64, Path, description = "The view's number")),
    responses(
        (status = 204, description = "It is deleted"),
        (status = 400, body = ErrorBody, description = "The number is none"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 404, body = ErrorBody, description = "There is no such view of this account"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn delete(
    person: Person,
    State(AppState { store, clock, .. }): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let (who, id) = (person.signed()?, number(&id)?);
    store.delete_view(who.account, id, &who.name, (clock.0)()).await.map_err(refused(id))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chooses what a page begins with for the account.
#[utoipa::path(
    put,
    path = "/views/begin",
    tag = "views",
    request_body = Begin,
    responses(
        (status = 204, description = "It begins so from now on"),
        (status = 400, body = ErrorBody, description = "The body is wrong"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 404, body = ErrorBody, description = "There is no such view"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn begin(
    person: Person,
    State(AppState { store, clock, .. }): State<AppState>,
    begin: Result<Json<Begin>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let who = person.signed()?;
    let Begin { view, page } = body(begin)?;
    let begun = store.begin_with_view(who.account, page, view, &who.name, (clock.0)()).await;
    begun.map_err(refused(view.unwrap_or_default()))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chooses what a page begins with for those of a role who chose nothing.
#[utoipa::path(
    put,
    path = "/views/begin/{role}",
    tag = "views",
    params(("role" = String, Path, description = "`Viewer`, `Astronomer`, `Planner`, `Manager` or `Admin`")),
    request_body = Begin,
    responses(
        (status = 204, description = "It begins so from now on"),
        (status = 400, body = ErrorBody, description = "There is no such role, or the view is not published"),
        (status = 401, body = ErrorBody, description = "Nobody is signed in"),
        (status = 403, body = ErrorBody, description = "The role does not include administration"),
        (status = 404, body = ErrorBody, description = "There is no such view"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(super) async fn begin_role(
    person: Person,
    State(AppState { store, clock, .. }): State<AppState>,
    Path(role): Path<String>,
    begin: Result<Json<Begin>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let admin = person.allowed(Right::Administer)?;
    let role: Role = role.parse().map_err(|why: UnknownLabel| Problem::invalid("role", why.to_string()))?;
    let Begin { view, page } = body(begin)?;
    let begun = store.begin_role_with_view(role, page, view, &admin.name, (clock.0)()).await;
    begun.map_err(refused(view.unwrap_or_default()))?;
    Ok(StatusCode::NO_CONTENT)
}
