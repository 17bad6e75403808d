//! Sessions: who has signed in, and until when. A session ends by itself when nobody uses it for [`IDLE_LIMIT_S`], and
//! [`ABSOLUTE_LIMIT_S`] after it began whoever uses it.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::people::{LoginName, Role};
use domain::saved_view::BeginsWith;
use domain::time::{DAY_S, HOUR_S, Instant};
use sqlx::{Postgres, Transaction};

use crate::accounts::{Changes, instant, of_label, remember};
use crate::{Secret, Store, StoreError, passwords};

/// How long a session lasts that nobody uses \[s\] (our own choice: a shift).
pub const IDLE_LIMIT_S: i64 = 12 * HOUR_S;
/// How long a session lasts at most \[s\] (our own choice: a turn on duty).
pub const ABSOLUTE_LIMIT_S: i64 = 7 * DAY_S;

/// The time over which failed attempts are counted \[s\].
const ATTEMPTS_WITHIN_S: i64 = 15 * 60;
/// How many failed attempts a name has in that time: enough for a person, few for a guesser.
const ATTEMPTS_OF_A_NAME: i64 = 10;
/// How many an address has: a whole control room may come from one.
const ATTEMPTS_OF_AN_ADDRESS: i64 = 50;
/// What is kept of what a browser says it is \[characters\].
const AGENT_MAX_CHARS: usize = 200;

/// Who is behind a session or a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The account's number.
    pub account: i64,
    /// Its login name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Whether keys without Ctrl or Alt do something on pages.
    pub single_key_shortcuts: bool,
    /// The query strings that pages begin with: of the view they chose, else of the one of their role.
    pub begins_with: BeginsWith,
    /// The session's number; `None` for a token.
    pub session: Option<i64>,
}

/// How an attempt to sign in ended.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// A session began; the secret goes into the cookie.
    Accepted(Secret, Signed),
    /// No such account in use, or another password. Which of the two is nobody's business.
    Wrong,
    /// Too many attempts failed: not looked at. The time until there may be another one \[s\].
    TooMany(i64),
}

/// One session of an account, for its owner's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub created: Instant,
    /// When it was last used, to within a minute.
    pub last_seen: Instant,
    /// What the browser said it is.
    pub agent: String,
}

impl Store {
    /// Looks whether the password is the account's, and begins a session.
    pub async fn sign_in(
        &self,
        name: &LoginName,
        password: String,
        address: Option<IpAddr>,
        agent: &str,
        now: Instant,
    ) -> Result<SignIn, StoreError> {
        let attempt = match self.begin_attempt(name, address, now).await? {
            Attempt::Allowed(id) => id,
            Attempt::TooMany(wait_s) => return Ok(SignIn::TooMany(wait_s)),
        };
        let account = sqlx::query!(
            "select id, password_hash from account where lower(name) = lower($1) and active",
            name.as_str(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let (id, hash) = account.map_or((None, None), |account| (Some(account.id), account.password_hash));
        let is_right = passwords::is_right(password, hash).await?;
        let Some(account) = id.filter(|_| is_right) else { return Ok(SignIn::Wrong) };
        let mut tx = self.pool.begin().await?;
        sqlx::query!("delete from sign_in_attempt where id = $1", attempt).execute(&mut *tx).await?;
        // A good moment to sweep: what has expired is of no use to anybody.
        sqlx::query!(
            "delete from session where expires_at <= $1 or last_seen_at <= $2",
            DateTime::<Utc>::from(now),
            DateTime::<Utc>::from(now.plus(-IDLE_LIMIT_S)),
        )
        .execute(&mut *tx)
        .await?;
        let (secret, signed) = begin_session(&mut tx, account, agent, now).await?;
        tx.commit().await?;
        Ok(SignIn::Accepted(secret, signed))
    }

    /// Writes the attempt down before it is looked at, so that a thousand at once are counted too.
    async fn begin_attempt(
        &self,
        name: &LoginName,
        address: Option<IpAddr>,
        now: Instant,
    ) -> Result<Attempt, StoreError> {
        let name = name.as_str().to_ascii_lowercase();
        // Of text, because sqlx would need one more crate for PostgreSQL's type of addresses.
        let address = address.map(|address| address.to_string());
        let (now_at, since) = (DateTime::<Utc>::from(now), DateTime::<Utc>::from(now.plus(-ATTEMPTS_WITHIN_S)));
        let id = sqlx::query_scalar!(
            "with forgotten as (delete from sign_in_attempt where at <= $4)
            insert into sign_in_attempt (at, name, address) values ($1, $2, $3::text::inet) returning id",
            now_at,
            name,
            address,
            since,
        )
        .fetch_one(&self.pool)
        .await?;
        // The others, oldest first: when one more than the limit is there, the limit is reached until its oldest is forgotten.
        let counted = sqlx::query!(
            r#"
            select
                (select at from sign_in_attempt where name = $1 and at > $3 and id < $4 order by id desc
                    offset $5 limit 1) as of_name,
                (select at from sign_in_attempt where address = $2::text::inet and at > $3 and id < $4 order by id desc
                    offset $6 limit 1) as of_address
            "#,
            name,
            address,
            since,
            id,
            ATTEMPTS_OF_A_NAME - 1,
            ATTEMPTS_OF_AN_ADDRESS - 1,
        )
        .fetch_one(&self.pool)
        .await?;
        let Some(oldest) = counted.of_name.max(counted.of_address) else { return Ok(Attempt::Allowed(id)) };
        // It was not looked at, so it does not count: who waits in good faith is let in when the time is up.
        sqlx::query!("delete from sign_in_attempt where id = $1", id).execute(&self.pool).await?;
        let again = instant(oldest, "sign_in_attempt", &name)?.plus(ATTEMPTS_WITHIN_S);
        Ok(Attempt::TooMany(again.since(now).max(1)))
    }

    /// Who is behind a session's secret, if it still is one; using it puts off its idle end.
    pub async fn signed(&self, secret: &Secret, now: Instant) -> Result<Option<Signed>, StoreError> {
        let row = sqlx::query!(
            r#"
            with used as (
                -- a write per request would be one too many
                update session
                set last_seen_at = $2
                where token_hash = $1 and expires_at > $2 and last_seen_at > $3
                    and last_seen_at < $2::timestamptz - interval '1 minute'
            )
            select a.id, a.name, a.role as "role: String", a.single_key_shortcuts, s.id as session_id, 
                begins.triage as "begins_triage?", begins.plan as "begins_plan?"
            from session s
            join account a on a.id = s.account_id and a.active
            left join lateral (
                select max(query) filter (where page = 'triage') as triage, max(query) filter (where page = 'plan') as plan
                from (
                    -- a person's own choice goes before their role's
                    select distinct on (v.page) v.page, v.query
                    from default_view d
                    join saved_view v on v.id = d.view_id and (v.published or v.account_id = a.id)
                    where d.account_id = a.id or d.role = a.role
                    order by v.page, d.account_id is null
                ) chosen
            ) begins on true
            where s.token_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3
            "#,
            secret.hash() as _,
            DateTime::<Utc>::from(now),
            DateTime::<Utc>::from(now.plus(-IDLE_LIMIT_S)),
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(Signed {
                account: row.id,
                role: of_label(&row.role, "account", &row.name)?,
                single_key_shortcuts: row.single_key_shortcuts,
                begins_with: BeginsWith { triage: row.begins_triage, plan: row.begins_plan },
                session: Some(row.session_id),
                name: row.name,
            })
        })
        .transpose()
    }

    /// Begins another session of somebody who has just shown who they are, such as by changing their password.
    pub async fn renew_session(&self, account: i64, agent: &str, now: Instant) -> Result<Secret, StoreError> {
        let mut tx = self.pool.begin().await?;
        let (secret, _) = begin_session(&mut tx, account, agent, now).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// The sessions of an account that have not ended, the latest used first.
    pub async fn sessions(&self, account: i64, now: Instant) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query!(
            "select id, created_at, last_seen_at, agent from session
            where account_id = $1 and expires_at > $2 and last_seen_at > $3
            order by last_seen_at desc, id desc",
            account,
            DateTime::<Utc>::from(now),
            DateTime::<Utc>::from(now.plus(-IDLE_LIMIT_S)),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                let id = row.id.to_string();
                Ok(Session {
                    id: row.id,
                    created: instant(row.created_at, "session", &id)?,
                    last_seen: instant(row.last_seen_at, "session", &id)?,
                    agent: row.agent,
                })
            })
            .collect()
    }

    /// Ends one session.
    pub async fn sign_out(&self, session: i64) -> Result<(), StoreError> {
        sqlx::query!("delete from session where id = $1", session).execute(&self.pool).await?;
        Ok(())
    }

    /// Ends every session of an account.
    pub async fn sign_out_everywhere(&self, account: i64, author: &str, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!("delete from session where account_id = $1", account).execute(&mut *tx).await?;
        remember(&mut tx, account, "signed out everywhere", &Changes::default(), author, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Whether there may be an attempt.
enum Attempt {
    /// Yes; its number, to be forgotten when it succeeds.
    Allowed(i64),
    /// Not for so many seconds.
    TooMany(i64),
}

/// Begins a session with a secret that nobody had before.
pub(crate) async fn begin_session(
    tx: &mut Transaction<'static, Postgres>,
    account: i64,
    agent: &str,
    now: Instant,
) -> Result<(Secret, Signed), StoreError> {
    let secret = Secret::random()?;
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(AGENT_MAX_CHARS).collect();
    let row = sqlx::query!(
        r#"
        with begun as (
            insert into session (token_hash, account_id, created_at, last_seen_at, expires_at, agent)
            values ($1, $2, $3, $3, $4, $5)
            returning id
        )
        select begun.id as session_id, a.name, a.role as "role: String", a.single_key_shortcuts
        from begun, account a
        where a.id = $2
        "#,
        secret.hash() as _,
        account,
        DateTime::<Utc>::from(now),
        DateTime::<Utc>::from(now.plus(ABSOLUTE_LIMIT_S)),
        agent,
    )
    .fetch_one(&mut **tx)
    .await?;
    let signed = Signed {
        account,
        role: of_label(&row.role, "account", &row.name)?,
        single_key_shortcuts: row.single_key_shortcuts,
        // The next request asks.
        begins_with: BeginsWith::default(),
        session: Some(row.session_id),
        name: row.name,
    };
    Ok((secret, signed))
}
