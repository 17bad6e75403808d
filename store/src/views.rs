//! Saved views: what the triage page or the plan shows, kept by somebody under a name. Mine are mine until I publish them; what
//! a page begins with is a view I chose, else the one of my role.
//!
//! A view is its query string, which the caller has read and written out anew: here it is a text.

use chrono::{DateTime, Utc};
use domain::people::{Role, ShownName};
use domain::saved_view::{SavedView, SavedViews, VIEWS_MAX, ViewPage};
use domain::time::Instant;
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use crate::accounts::{Changes, of_label, remember};
use crate::{Store, StoreError, settings};

/// What somebody changes about a view; `None` stays as it is.
#[derive(Clone, Debug)]
pub struct ViewEdit {
    /// Which.
    pub id: i64,
    /// Its name.
    pub name: Option<ShownName>,
    /// Whether others see it.
    pub published: Option<bool>,
}

/// Why a view stays as it is. The sentence is for who wanted to change it.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// There is none of that number that they may see.
    #[error("there is no such view")]
    Absent,
    /// Another view of theirs has the name.
    #[error("another view of yours has this name")]
    NameTaken,
    /// More than [`VIEWS_MAX`].
    #[error("nobody keeps more than {VIEWS_MAX} views of a page; delete one first")]
    TooMany,
    /// A view that others begin with has to be one that they see.
    #[error("only a published view can be what others begin with")]
    NotPublished,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ViewError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) if refusal.constraint() == Some("saved_view_name") => Self::NameTaken,
            _ => Self::Store(error.into()),
        }
    }
}

impl Store {
    /// The views that the account sees; without one, the published ones.
    pub async fn views(&self, account: Option<i64>) -> Result<SavedViews, StoreError> {
        let rows = sqlx::query!(
            r#"
            select v.id, v.page, v.name, a.name as owner, v.account_id is not distinct from $1 as "mine!", v.query, v.published
            from saved_view v
            join account a on a.id = v.account_id
            where v.published or v.account_id = $1
            order by v.account_id is distinct from $1, lower(v.name), v.id
            "#,
            account,
        )
        .fetch_all(&self.pool)
        .await?;
        let defaults = sqlx::query!(
            r#"
            select d.role as "role: String", d.view_id
            from default_view d
            join saved_view v on v.id = d.view_id
            where (v.published or v.account_id = $1) and (d.role is not null or d.account_id = $1)
            "#,
            account,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut views = SavedViews::default();
        for row in rows {
            let page = of_label(&row.page, "saved_view", &row.name)?;
            let (id, name, owner, mine) = (row.id, row.name, row.owner, row.mine);
            views.views.push(SavedView { id, page, name, owner, mine, query: row.query, published: row.published });
        }
        for row in defaults {
            match row.role {
                Some(role) => views.roles_begin.push((of_label(&role, "default_view", &role)?, row.view_id)),
                None => views.mine_begin.push(row.view_id),
            }
        }
        Ok(views)
    }

    /// Keeps a query string of a page under a name. A view of the page with the same name, in whatever case, becomes this one.
    pub async fn save_view(
        &self,
        account: i64,
        page: ViewPage,
        name: &ShownName,
        query: &str,
        author: &str,
        now: Instant,
    ) -> Result<i64, ViewError> {
        let mut tx = self.pool.begin().await?;
        // Two pages of one person may save at once.
        sqlx::query("select from account where id = $1 for update").bind(account).execute(&mut *tx).await?;
        let kept = sqlx::query!(
            r#"select count(*) as "n!", max(id) filter (where lower(name) = lower($2)) as same
            from saved_view where account_id = $1 and page = $3"#,
            account,
            name.as_str(),
            page.label(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if kept.same.is_none() && kept.n >= VIEWS_MAX {
            return Err(ViewError::TooMany);
        }
        let was = match kept.same {
            Some(id) => {
                sqlx::query_scalar!("select query from saved_view where id = $1", id).fetch_optional(&mut *tx).await?
            }
            None => None,
        };
        let id = sqlx::query_scalar!(
            "insert into saved_view (account_id, page, name, query, created_at, changed_at) values ($1, $5, $2, $3, $4, $4)
            on conflict (account_id, page, lower(name)) do update
            set name = excluded.name, query = excluded.query, changed_at = excluded.changed_at
            returning id",
            account,
            name.as_str(),
            query,
            DateTime::<Utc>::from(now),
            page.label(),
        )
        .fetch_one(&mut *tx)
        .await?;
        let changes = Changes::default().with("query", was.into(), query.into());
        changed(&mut tx, account, &called(page.label(), name.as_str()), &changes, author, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Renames a view, shows it to others or to its owner alone again. Its owner does either; an admin, `over_others`, withdraws
    /// any that is published.
    pub async fn change_view(
        &self,
        account: i64,
        over_others: bool,
        edit: &ViewEdit,
        author: &str,
        now: Instant,
    ) -> Result<(), ViewError> {
        let mut tx = self.pool.begin().await?;
        let withdraws = edit.name.is_none() && edit.published == Some(false);
        let may = |view: &Owned| view.account == account || over_others && view.published && withdraws;
        let was = of(&mut tx, edit.id).await?.filter(may).ok_or(ViewError::Absent)?;
        let name = edit.name.as_ref().map_or(was.name.as_str(), ShownName::as_str);
        let published = edit.published.unwrap_or(was.published);
        let changes = Changes::default().with("name", was.name.as_str().into(), name.into()).with(
            "published",
            was.published.into(),
            published.into(),
        );
        sqlx::query!(
            "update saved_view set name = $2, published = $3, changed_at = $4 where id = $1",
            edit.id,
            name,
            published,
            DateTime::<Utc>::from(now),
        )
        .execute(&mut *tx)
        .await?;
        changed(&mut tx, was.account, &called(&was.page, &was.name), &changes, author, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a view of this account. Who began with it begins with what they would without it.
    pub async fn delete_view(&self, account: i64, id: i64, author: &str, now: Instant) -> Result<(), ViewError> {
        let mut tx = self.pool.begin().await?;
        let was = of(&mut tx, id).await?.filter(|view| view.account == account).ok_or(ViewError::Absent)?;
        sqlx::query!("delete from saved_view where id = $1", id).execute(&mut *tx).await?;
        let changes = Changes::default().with("query", was.query.into(), Value::Null);
        changed(&mut tx, account, &called(&was.page, &was.name), &changes, author, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Chooses the view that a page begins with for this account; `None` for what its role begins with.
    pub async fn begin_with_view(
        &self,
        account: i64,
        page: ViewPage,
        id: Option<i64>,
        author: &str,
        now: Instant,
    ) -> Result<(), ViewError> {
        let mut tx = self.pool.begin().await?;
        if let Some(id) = id {
            let sees = |view: &Owned| view.page == page.label() && (view.account == account || view.published);
            of(&mut tx, id).await?.filter(sees).ok_or(ViewError::Absent)?;
        }
        let was = sqlx::query_scalar!(
            "select view_id from default_view where account_id = $1 and page = $2",
            account,
            page.label(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        sqlx::query!(
            "delete from default_view where account_id = $1 and page = $3 and $2::bigint is null",
            account,
            id,
            page.label(),
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "insert into default_view (account_id, view_id, page) select $1, $2, $3 where $2::bigint is not null
            on conflict (account_id, page) do update set view_id = excluded.view_id",
            account,
            id,
            page.label(),
        )
        .execute(&mut *tx)
        .await?;
        let changes = Changes::default().with(&begins(page), was.into(), id.into());
        if !changes.is_empty() {
            remember(&mut tx, account, "changed", &changes, author, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Chooses the view that those of a role begin a page with who chose none; `None` for what the page begins with by itself.
    pub async fn begin_role_with_view(
        &self,
        role: Role,
        page: ViewPage,
        id: Option<i64>,
        author: &str,
        now: Instant,
    ) -> Result<(), ViewError> {
        let mut tx = self.pool.begin().await?;
        if let Some(id) = id {
            let view = of(&mut tx, id).await?.filter(|view| view.page == page.label()).ok_or(ViewError::Absent)?;
            if !view.published {
                return Err(ViewError::NotPublished);
            }
        }
        let was = sqlx::query_scalar!(
            "select view_id from default_view where role = $1 and page = $2",
            role.label() as _,
            page.label(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        sqlx::query!(
            "delete from default_view where role = $1 and page = $3 and $2::bigint is null",
            role.label() as _,
            id,
            page.label(),
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "insert into default_view (role, view_id, page) select $1, $2, $3 where $2::bigint is not null
            on conflict (role, page) do update set view_id = excluded.view_id",
            role.label() as _,
            id,
            page.label(),
        )
        .execute(&mut *tx)
        .await?;
        if was != id {
            let what = format!("{role} {}", begins(page));
            settings::remember(&mut tx, &what, json!(was), json!(id), author, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// What is remembered of a choice of view.
fn begins(page: ViewPage) -> String {
    match page {
        ViewPage::Triage => "begins with view".to_owned(),
        ViewPage::Plan => "begins the plan with view".to_owned(),
    }
}

/// What a view is in its owner's history.
fn called(page: &str, name: &str) -> String {
    if page == ViewPage::Plan.label() { format!("view of the plan {name}") } else { format!("view {name}") }
}

/// A view as its changes see it.
struct Owned {
    account: i64,
    page: String,
    name: String,
    query: String,
    published: bool,
}

/// Locked until the end of the transaction.
async fn of(tx: &mut Transaction<'static, Postgres>, id: i64) -> Result<Option<Owned>, StoreError> {
    let view = sqlx::query_as!(
        Owned,
        "select account_id as account, page, name, query, published from saved_view where id = $1 for update",
        id,
    );
    Ok(view.fetch_optional(&mut **tx).await?)
}

/// Adds what changed about a view to its owner's history.
async fn changed(
    tx: &mut Transaction<'static, Postgres>,
    account: i64,
    view: &str,
    changes: &Changes,
    author: &str,
    now: Instant,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    remember(tx, account, view, changes, author, now).await
}
