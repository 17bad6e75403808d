//! Policies: made by planners, looked at by somebody else, and one of them the default.

use chrono::{DateTime, Utc};
use domain::plan::policy::{KeptPolicy, Policy};
use domain::time::Instant;

use crate::facts::Reading;
use crate::{Store, StoreError};

/// Why something could not be done to a policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// There is no such policy.
    #[error("policy of that name and version")]
    Absent,
    /// The name is that of a built-in one.
    #[error("this name belongs to a built-in policy, which cannot be changed; choose another")]
    BuiltIn,
    /// Only an approved one is default.
    #[error("only an approved policy can be the default")]
    NotApproved,
    /// Nobody approves what they made themselves.
    #[error("somebody else than its author has to approve a policy")]
    OwnPolicy,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PolicyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

fn built_in() -> [Policy; 2] {
    [Policy::shiftdesk(), Policy::dsa_cycle3()]
}

impl Store {
    /// All policies: built-in ones first, then by name, the newest version first.
    pub async fn policies(&self) -> Result<Vec<KeptPolicy>, StoreError> {
        let rows = sqlx::query!(
            "select name, version, body, author, made_at, approved_by from policy order by name, version desc"
        )
        .fetch_all(&self.pool)
        .await?;
        let default = sqlx::query!("select name, version from default_policy order by id desc limit 1")
            .fetch_optional(&self.pool)
            .await?;
        let ours = built_in()
            .into_iter()
            .map(|policy| Ok(KeptPolicy { policy, author: None, made_at: None, approved_by: None, is_default: false }));
        let theirs = rows.into_iter().map(|row| {
            let name = format!("{} {}", row.name, row.version);
            Ok(KeptPolicy {
                policy: serde_json::from_value(row.body).map_err(|why| StoreError::Corrupt {
                    table: "policy",
                    id: name.clone(),
                    why: why.to_string(),
                })?,
                author: Some(row.author),
                made_at: Some(Reading("policy", &name).ok(row.made_at.try_into())?),
                approved_by: row.approved_by,
                is_default: false,
            })
        });
        let mut all = ours.chain(theirs).collect::<Result<Vec<_>, StoreError>>()?;
        let is_default = |kept: &KeptPolicy| match &default {
            Some(row) => kept.policy.name == row.name && i64::from(kept.policy.version) == i64::from(row.version),
            None => true,
        };
        let nth = all.iter().position(is_default).unwrap_or(0);
        all[nth].is_default = true;
        Ok(all)
    }

    /// All policies, the default first.
    pub(crate) async fn policies_to_rank_by(&self) -> Result<Vec<Policy>, StoreError> {
        let mut all = self.policies().await?;
        all.sort_by_key(|kept| !kept.is_default);
        Ok(all.into_iter().map(|kept| kept.policy).collect())
    }

    /// Keeps a policy as the next version of its name; that version.
    pub async fn make_policy(&self, policy: Policy, author: &str, now: Instant) -> Result<u32, PolicyError> {
        if built_in().iter().any(|ours| ours.name == policy.name) {
            return Err(PolicyError::BuiltIn);
        }
        let mut tx = self.pool.begin().await?;
        // Two at once would take the same number.
        sqlx::query("lock table policy in share row exclusive mode").execute(&mut *tx).await?;
        let last = sqlx::query_scalar!(
            r#"select coalesce(max(version), 0) as "last!" from policy where name = $1"#,
            policy.name
        )
        .fetch_one(&mut *tx)
        .await?;
        let version = last + 1;
        let policy = policy.with_version(u32::try_from(version).unwrap_or(1));
        let body = serde_json::to_value(&policy).map_err(|why| StoreError::Corrupt {
            table: "policy",
            id: policy.name.clone(),
            why: why.to_string(),
        })?;
        sqlx::query!(
            "insert into policy (name, version, body, author, made_at) values ($1, $2, $3, $4, $5)",
            policy.name,
            version,
            body,
            author,
            DateTime::<Utc>::from(now),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(policy.version)
    }

    /// Approves a policy that somebody else made. Twice is once.
    pub async fn approve_policy(&self, name: &str, version: u32, by: &str, now: Instant) -> Result<(), PolicyError> {
        // No text of the database has a NUL.
        if name.contains('\0') {
            return Err(PolicyError::Absent);
        }
        let version = i32::try_from(version).map_err(|_| PolicyError::Absent)?;
        let mut tx = self.pool.begin().await?;
        let author =
            sqlx::query_scalar!("select author from policy where name = $1 and version = $2 for update", name, version)
                .fetch_optional(&mut *tx)
                .await?
                .ok_or(PolicyError::Absent)?;
        if author.eq_ignore_ascii_case(by) {
            return Err(PolicyError::OwnPolicy);
        }
        sqlx::query!(
            "update policy set approved_by = $3, approved_at = $4
            where name = $1 and version = $2 and approved_by is null",
            name,
            version,
            by,
            DateTime::<Utc>::from(now),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes a policy the one that lists are made by unless somebody asks for another.
    pub async fn make_default(&self, name: &str, version: u32, by: &str, now: Instant) -> Result<(), PolicyError> {
        let all = self.policies().await?;
        let is_it = |kept: &&KeptPolicy| kept.policy.name == name && kept.policy.version == version;
        let kept = all.iter().find(is_it).ok_or(PolicyError::Absent)?;
        if !kept.is_approved() {
            return Err(PolicyError::NotApproved);
        }
        sqlx::query!(
            "insert into default_policy (name, version, author, since) values ($1, $2, $3, $4)",
            name,
            i32::try_from(version).map_err(|_| PolicyError::Absent)?,
            by,
            DateTime::<Utc>::from(now),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
