//! Rows that did not load, for whoever has to mend them.

use chrono::{DateTime, Utc};
use domain::quarantine::{QuarantinedRow, QuarantinedRows};
use domain::time::Instant;

use crate::{Store, StoreError};

impl Store {
    /// Up to `limit` quarantined rows after the first `offset`; less than none counts as none.
    pub async fn quarantine(&self, offset: i64, limit: i64) -> Result<QuarantinedRows, StoreError> {
        let n_rows = sqlx::query_scalar!(r#"select count(*) as "n!" from quarantine"#).fetch_one(&self.pool).await?;
        let rows = sqlx::query_as!(
            Row,
            r#"
            select q.id, q.path, q.line, q.column_name, q.value, q.why, l.began_at
            from quarantine q
            join load l on l.id = q.load_id
            order by l.id desc, q.line, q.column_name, q.id
            offset greatest($1::bigint, 0)
            limit greatest($2::bigint, 0)
            "#,
            offset,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let rows = rows.into_iter().map(quarantined).collect::<Result<_, _>>()?;
        Ok(QuarantinedRows { rows, n_rows })
    }
}

struct Row {
    id: i64,
    path: String,
    line: i64,
    column_name: String,
    value: String,
    why: String,
    began_at: DateTime<Utc>,
}

fn quarantined(row: Row) -> Result<QuarantinedRow, StoreError> {
    let Row { id, path, line, column_name: column, value, why, began_at } = row;
    let loaded_at = Instant::try_from(began_at).map_err(|why| StoreError::Corrupt {
        table: "load",
        id: format!("of {path}"),
        why: why.to_string(),
    })?;
    let file = path.rsplit('/').next().unwrap_or(&path).to_owned();
    Ok(QuarantinedRow { id, file, path, line, column, value, why, loaded_at })
}
