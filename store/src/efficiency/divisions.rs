//! What divides executions and stands in other tables: the grades of projects, the plan of configurations.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::efficiency::Divisions;
use domain::facts::{Execution, ScheduledConfiguration};
use domain::time::Interval;

use crate::plan::ScheduledRow;
use crate::{Store, StoreError};

impl Store {
    /// The grades of these executions' projects, and the plans that touch the time.
    pub async fn divisions(&self, executions: &[Execution], within: Interval) -> Result<Divisions, StoreError> {
        let codes: BTreeSet<&str> = executions.iter().map(|execution| execution.project_code.as_str()).collect();
        let codes: Vec<String> = codes.into_iter().map(str::to_owned).collect();
        let grades =
            sqlx::query!("select id, grade from project where id = any($1)", &codes).fetch_all(&self.pool).await?;
        let planned = sqlx::query_as!(
            ScheduledRow,
            r#"
            select start_at, end_at, configuration, lst_from_h, lst_to_h, revision
            from configuration_schedule
            where start_at < $2 and end_at > $1
            "#,
            DateTime::<Utc>::from(within.start()),
            DateTime::<Utc>::from(within.end()),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(Divisions {
            grades: grades.into_iter().map(|row| (row.id, row.grade)).collect(),
            calendar: planned.into_iter().map(ScheduledConfiguration::try_from).collect::<Result<_, _>>()?,
        })
    }
}
