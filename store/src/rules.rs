//! What an admin may change about detection: class and priority of each type, and the thresholds. It counts from the next
//! detection on.

use domain::findings::{Class, FindingType, Parameter, Parameters, Priority};
use domain::time::Instant;
use serde::{Deserialize, Serialize};

use crate::accounts::of_label;
use crate::settings::remember;
use crate::{Store, StoreError};

/// What a type of finding has before anybody decides about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRule {
    /// Which of the 20.
    pub kind: FindingType,
    /// Its class.
    pub class: Class,
    /// Its priority.
    pub priority: Priority,
}

impl Store {
    /// The 20 types, in their order.
    pub async fn type_rules(&self) -> Result<Vec<TypeRule>, StoreError> {
        let rows = sqlx::query!("select type, class, priority from finding_type order by number")
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(TypeRule {
                    kind: of_label(&row.r#type, "finding_type", &row.r#type)?,
                    class: of_label(&row.class, "finding_type", &row.r#type)?,
                    priority: of_label(&row.priority, "finding_type", &row.r#type)?,
                })
            })
            .collect()
    }

    /// Changes what differs; the number of types that did.
    pub async fn set_type_rules(&self, rules: &[TypeRule], author: &str, now: Instant) -> Result<u32, StoreError> {
        let mut tx = self.pool.begin().await?;
        let mut n_changed = 0;
        for rule in rules {
            let changed = sqlx::query!(
                "with before as (select type, class, priority from finding_type where type = $1 for update)
                update finding_type
                set class = $2, priority = $3
                from before
                where finding_type.type = before.type and (before.class, before.priority) <> ($2, $3)
                returning before.class, before.priority",
                rule.kind.label(),
                rule.class.label() as _,
                rule.priority.label() as _,
            )
            .fetch_optional(&mut *tx)
            .await?;
            if let Some(was) = changed {
                n_changed += 1;
                let before = serde_json::json!({ "class": was.class, "priority": was.priority });
                let after = serde_json::json!({ "class": rule.class, "priority": rule.priority });
                remember(&mut tx, &format!("type {}", rule.kind), before, after, author, now).await?;
            }
        }
        tx.commit().await?;
        Ok(n_changed)
    }

    /// The thresholds.
    pub async fn parameters(&self) -> Result<Parameters, StoreError> {
        // Two small questions share one meaning of the table: see `findings::Rules`.
        let mut tx = self.pool.begin().await?;
        crate::findings::parameters(&mut tx).await
    }

    /// Changes what differs; the number of thresholds that did. Values are within [`Parameter::bounds_s`].
    pub async fn set_parameters(&self, parameters: &Parameters, author: &str, now: Instant) -> Result<u32, StoreError> {
        let mut tx = self.pool.begin().await?;
        let mut n_changed = 0;
        for parameter in Parameter::ALL {
            let changed = sqlx::query_scalar!(
                "with before as (select name, value_s from parameter where name = $1 for update)
                update parameter
                set value_s = $2
                from before
                where parameter.name = before.name and before.value_s <> $2
                returning before.value_s",
                parameter.label(),
                parameter.of(parameters),
            )
            .fetch_optional(&mut *tx)
            .await?;
            if let Some(was) = changed {
                n_changed += 1;
                let what = format!("parameter {parameter}");
                remember(&mut tx, &what, was.into(), parameter.of(parameters).into(), author, now).await?;
            }
        }
        tx.commit().await?;
        Ok(n_changed)
    }

    /// Whether the findings are those of today's types and thresholds.
    pub async fn rules_are_applied(&self) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        crate::findings::rules_are_applied(&mut tx).await
    }
}
