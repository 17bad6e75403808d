//! Accounts of people. They are made, changed and switched off, never deleted: what somebody decided names them for good.
//!
//! Each function that changes something takes who does it (`author`, a login name) and when, and leaves a line in
//! `account_event`. What an admin changes about somebody's rights ends that person's sessions: the next one is a new one.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::people::{LoginName, Password, Role, ShownName};
use domain::time::Instant;
use sqlx::{Postgres, Transaction};

use crate::links::make_link;
use crate::{Secret, Store, StoreError, passwords};

/// An account as its owner and admins see it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its permanent number.
    pub id: i64,
    /// What its owner signs in with.
    pub name: LoginName,
    /// Its owner's name.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// Whether it can be used.
    pub active: bool,
    /// Whether its owner has chosen a password.
    pub has_password: bool,
    /// Whether keys without Ctrl or Alt do something on pages.
    pub single_key_shortcuts: bool,
    /// When it was made.
    pub created: Instant,
    /// When it was last used in a session that still is one.
    pub last_seen: Option<Instant>,
    /// Counts its changes.
    pub version: i64,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What its owner will sign in with.
    pub name: LoginName,
    /// Its owner's name.
    pub display_name: ShownName,
    /// What it may do.
    pub role: Role,
}

/// What an admin changes about an account, all at once.
#[derive(Clone, Debug)]
pub struct AccountEdit {
    /// Which.
    pub id: i64,
    /// The version that the admin saw.
    pub version: i64,
    /// Its owner's name.
    pub display_name: ShownName,
    /// What it may do from now on.
    pub role: Role,
    /// Whether it can be used from now on.
    pub active: bool,
}

/// Why an account stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another account has the name, perhaps in other case.
    #[error("another account has this name")]
    NameTaken,
    /// There would be no admin left who can sign in.
    #[error("this is the last admin; make another account an admin first")]
    LastAdmin,
    /// Somebody changed it since it was read.
    #[error("the account was changed meanwhile")]
    Changed,
    /// There is none, or it is switched off.
    #[error("there is no such account in use")]
    Absent,
    /// The present password, which only its owner knows, was another one.
    #[error("the present password is another one")]
    WrongPassword,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for AccountError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) if refusal.constraint() == Some("account_name") => Self::NameTaken,
            _ => Self::Store(error.into()),
        }
    }
}

impl Store {
    /// Every account, by name.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select a.id, a.name, a.display_name, a.role as "role: String", a.active, a.password_hash is not null as "has_password!",
                a.single_key_shortcuts, a.created_at, a.version,
                (select max(s.last_seen_at) from session s where s.account_id = a.id) as last_seen_at
            from account a
            order by lower(a.name)
            "#
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Account::try_from).collect()
    }

    /// Which of these are names of accounts, in their spelling: case makes no other name.
    pub async fn names_among(&self, names: &[String]) -> Result<Vec<String>, StoreError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let known =
            sqlx::query_scalar!("select name from account where lower(name) = any($1) order by lower(name)", &lower);
        Ok(known.fetch_all(&self.pool).await?)
    }

    /// The account of that number.
    pub async fn account(&self, id: i64) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select a.id, a.name, a.display_name, a.role as "role: String", a.active, a.password_hash is not null as "has_password!",
                a.single_key_shortcuts, a.created_at, a.version,
                (select max(s.last_seen_at) from session s where s.account_id = a.id) as last_seen_at
            from account a
            where a.id = $1
            "#,
            id,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Account::try_from).transpose()
    }

    /// Makes an account, and the link with which its owner chooses a password.
    pub async fn create_account(&self, new: &NewAccount, author: &str, now: Instant) -> Result<Secret, AccountError> {
        let mut tx = self.pool.begin().await?;
        let secret = create(&mut tx, new, author, now).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Changes name, role and use of an account. When role or use change, its sessions end, and with its use its links too.
    pub async fn change_account(&self, edit: &AccountEdit, author: &str, now: Instant) -> Result<(), AccountError> {
        let mut tx = self.pool.begin().await?;
        // Two admins who make each other viewers at the same time would both see one admin left.
        sqlx::query("select from account where role = 'Admin' order by id for update").execute(&mut *tx).await?;
        let was = sqlx::query!(
            r#"select display_name, role as "role: String", active, version from account where id = $1 for update"#,
            edit.id,
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AccountError::Absent)?;
        if was.version != edit.version {
            return Err(AccountError::Changed);
        }
        let mut changes = Changes::default();
        changes.field("display_name", was.display_name.into(), edit.display_name.as_str().into());
        let rights = Changes::default().with("role", was.role.into(), edit.role.label().into()).with(
            "active",
            was.active.into(),
            edit.active.into(),
        );
        let ends_sessions = !rights.is_empty();
        changes.join(rights);
        if changes.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "update account set display_name = $2, role = $3, active = $4, version = version + 1 where id = $1",
            edit.id,
            edit.display_name.as_str(),
            edit.role.label() as _,
            edit.active,
        )
        .execute(&mut *tx)
        .await?;
        let an_admin_is_left = sqlx::query_scalar!(
            r#"select exists (
                select from account where role = 'Admin' and active and password_hash is not null
            ) as "left!""#
        )
        .fetch_one(&mut *tx)
        .await?;
        if !an_admin_is_left {
            return Err(AccountError::LastAdmin);
        }
        if ends_sessions {
            sqlx::query!("delete from session where account_id = $1", edit.id).execute(&mut *tx).await?;
        }
        if !edit.active {
            sqlx::query!("delete from one_time_link where account_id = $1 and used_at is null", edit.id)
                .execute(&mut *tx)
                .await?;
        }
        remember(&mut tx, edit.id, "changed", &changes, author, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Changes what people read in place of the login name.
    pub async fn change_display_name(
        &self,
        account: i64,
        name: &ShownName,
        author: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let was = sqlx::query_scalar!("select display_name from account where id = $1 for update", account)
            .fetch_one(&mut *tx)
            .await?;
        let changes = Changes::default().with("display_name", was.into(), name.as_str().into());
        if !changes.is_empty() {
            sqlx::query!(
                "update account set display_name = $2, version = version + 1 where id = $1",
                account,
                name.as_str(),
            )
            .execute(&mut *tx)
            .await?;
            remember(&mut tx, account, "changed", &changes, author, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Switches the keys without Ctrl or Alt on or off.
    pub async fn choose_single_key_shortcuts(
        &self,
        account: i64,
        on: bool,
        author: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let was = sqlx::query_scalar!("select single_key_shortcuts from account where id = $1 for update", account)
            .fetch_one(&mut *tx)
            .await?;
        let changes = Changes::default().with("single_key_shortcuts", was.into(), on.into());
        if !changes.is_empty() {
            sqlx::query!(
                "update account set single_key_shortcuts = $2, version = version + 1 where id = $1",
                account,
                on,
            )
            .execute(&mut *tx)
            .await?;
            remember(&mut tx, account, "changed", &changes, author, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Changes a password whose present one the caller has shown. Every session of the account ends; the caller begins a new one.
    pub async fn change_password(
        &self,
        account: i64,
        present: String,
        new: Password,
        author: &str,
        now: Instant,
    ) -> Result<(), AccountError> {
        let stored = sqlx::query_scalar!("select password_hash from account where id = $1 and active", account)
            .fetch_optional(&self.pool)
            .await?
            .flatten();
        if !passwords::is_right(present, stored).await? {
            return Err(AccountError::WrongPassword);
        }
        let hash = passwords::hash(new).await?;
        let mut tx = self.pool.begin().await?;
        set_password(&mut tx, account, &hash, author, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes sure that somebody can come in: while no admin has a password, the name of one and a new link to choose it. Makes
    /// the account `admin` when there is none. `None` once an admin can sign in.
    pub async fn first_admin(&self, now: Instant) -> Result<Option<(LoginName, Secret)>, AccountError> {
        let mut tx = self.pool.begin().await?;
        // Two servers may start at once; the second one makes a second link to the same account.
        sqlx::query("lock table account in exclusive mode").execute(&mut *tx).await?;
        let admins = sqlx::query!(
            r#"
            select id, name, password_hash is not null as "can_sign_in!"
            from account
            where role = 'Admin' and active
            order by password_hash is null, id
            "#
        )
        .fetch_all(&mut *tx)
        .await?;
        let found = match admins.first() {
            Some(admin) if admin.can_sign_in => None,
            Some(admin) => {
                let secret = make_link(&mut tx, admin.id, PROGRAM, now).await?;
                Some((of_label(&admin.name, "account", &admin.name)?, secret))
            }
            None => {
                let name: LoginName = of_label("admin", "account", "admin")?;
                let display_name = of_label("First admin", "account", "admin")?;
                let new = NewAccount { name: name.clone(), display_name, role: Role::Admin };
                let secret = create(&mut tx, &new, PROGRAM, now).await?;
                Some((name, secret))
            }
        };
        tx.commit().await?;
        Ok(found)
    }
}

/// The author of what nobody in particular does.
pub(crate) const PROGRAM: &str = "shiftdesk";

async fn create(
    tx: &mut Transaction<'static, Postgres>,
    new: &NewAccount,
    author: &str,
    now: Instant,
) -> Result<Secret, AccountError> {
    let id = sqlx::query_scalar!(
        "insert into account (name, display_name, role, created_at) values ($1, $2, $3, $4) returning id",
        new.name.as_str(),
        new.display_name.as_str(),
        new.role.label() as _,
        DateTime::<Utc>::from(now),
    )
    .fetch_one(&mut **tx)
    .await?;
    let nothing = serde_json::Value::Null;
    let changes = Changes::default()
        .with("name", nothing.clone(), new.name.as_str().into())
        .with("display_name", nothing.clone(), new.display_name.as_str().into())
        .with("role", nothing, new.role.label().into());
    remember(tx, id, "created", &changes, author, now).await?;
    Ok(make_link(tx, id, author, now).await?)
}

/// Stores a hash, and ends whatever the old password had opened: sessions and links.
pub(crate) async fn set_password(
    tx: &mut Transaction<'static, Postgres>,
    account: i64,
    hash: &str,
    author: &str,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query!("update account set password_hash = $2, version = version + 1 where id = $1", account, hash)
        .execute(&mut **tx)
        .await?;
    sqlx::query!("delete from session where account_id = $1", account).execute(&mut **tx).await?;
    sqlx::query!("delete from one_time_link where account_id = $1 and used_at is null", account)
        .execute(&mut **tx)
        .await?;
    remember(tx, account, "password chosen", &Changes::default(), author, now).await
}

/// The fields that an event changed, before and after.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    before: serde_json::Map<String, serde_json::Value>,
    after: serde_json::Map<String, serde_json::Value>,
}

impl Changes {
    /// With one more field, unless it stays as it is.
    pub(crate) fn with(mut self, name: &str, before: serde_json::Value, after: serde_json::Value) -> Self {
        self.field(name, before, after);
        self
    }

    fn field(&mut self, name: &str, before: serde_json::Value, after: serde_json::Value) {
        if before != after {
            self.before.insert(name.to_owned(), before);
            self.after.insert(name.to_owned(), after);
        }
    }

    fn join(&mut self, other: Self) {
        self.before.extend(other.before);
        self.after.extend(other.after);
    }

    /// Whether none does.
    pub(crate) fn is_empty(&self) -> bool {
        self.after.is_empty()
    }
}

/// Adds a line to the history of an account.
pub(crate) async fn remember(
    tx: &mut Transaction<'static, Postgres>,
    account: i64,
    what: &str,
    changes: &Changes,
    author: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let object =
        |fields: &serde_json::Map<_, _>| (!fields.is_empty()).then(|| serde_json::Value::Object(fields.clone()));
    sqlx::query!(
        "insert into account_event (at, account_id, author, what, before, after) values ($1, $2, $3, $4, $5, $6)",
        DateTime::<Utc>::from(now),
        account,
        author,
        what,
        object(&changes.before),
        object(&changes.after),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

struct Row {
    id: i64,
    name: String,
    display_name: String,
    role: String,
    active: bool,
    has_password: bool,
    single_key_shortcuts: bool,
    created_at: DateTime<Utc>,
    version: i64,
    last_seen_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Account {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let name = of_label(&row.name, "account", &row.name)?;
        Ok(Self {
            id: row.id,
            display_name: row.display_name,
            role: of_label(&row.role, "account", &row.name)?,
            active: row.active,
            has_password: row.has_password,
            single_key_shortcuts: row.single_key_shortcuts,
            created: instant(row.created_at, "account", &row.name)?,
            last_seen: row.last_seen_at.map(|at| instant(at, "session", &row.name)).transpose()?,
            version: row.version,
            name,
        })
    }
}

/// A stored text as the domain's type, or the row is corrupt.
pub(crate) fn of_label<T: FromStr<Err: std::fmt::Display>>(
    text: &str,
    table: &'static str,
    id: &str,
) -> Result<T, StoreError> {
    text.parse().map_err(|why: T::Err| StoreError::Corrupt { table, id: id.to_owned(), why: why.to_string() })
}

/// A stored time as the domain's, or the row is corrupt.
pub(crate) fn instant(at: DateTime<Utc>, table: &'static str, id: &str) -> Result<Instant, StoreError> {
    Instant::try_from(at).map_err(|why| StoreError::Corrupt { table, id: id.to_owned(), why: why.to_string() })
}
