//! Rows that did not load, for whoever has to mend them.

use chrono::{DateTime, Utc};
use domain::time::Instant;
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// A row that did not load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// Its number in the quarantine. It keeps it as long as loads of the file find it bad.
    pub id: i64,
    /// The file's name: `shifts.csv`.
    pub file: String,
    /// Where it lay when it was loaded.
    pub path: String,
    /// The physical line where the record starts; the header is line 1.
    pub line: i64,
    /// The bad column, or empty when the whole row is wrong.
    pub column: String,
    /// The field as it stood, shortened.
    pub value: String,
    /// A sentence.
    pub why: String,
    /// When the load began that found it last.
    pub loaded_at: Instant,
}

/// One page of the quarantine: newest load first, within a load by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinePage {
    /// The rows of this page.
    pub rows: Vec<QuarantinedRow>,
    /// How many there are on all pages.
    pub n_rows: i64,
}

impl Store {
    /// Up to `limit` quarantined rows after the first `offset`; less than none counts as none.
    pub async fn quarantine(&self, offset: i64, limit: i64) -> Result<QuarantinePage, StoreError> {
        let n_rows = sqlx::query_scalar!(r#"select count(*) as "n!" from quarantine"#).fetch_one(&self.pool).await?;
        let rows = sqlx::query_as!(
            QuarantineRow,
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
        let rows = rows.into_iter().map(QuarantinedRow::try_from).collect::<Result<_, _>>()?;
        Ok(QuarantinePage { rows, n_rows })
    }
}

struct QuarantineRow {
    id: i64,
    path: String,
    line: i64,
    column_name: String,
    value: String,
    why: String,
    began_at: DateTime<Utc>,
}

impl TryFrom<QuarantineRow> for QuarantinedRow {
    type Error = StoreError;
    fn try_from(row: QuarantineRow) -> Result<Self, StoreError> {
        let QuarantineRow { id, path, line, column_name: column, value, why, began_at } = row;
        let loaded_at = Instant::try_from(began_at).map_err(|why| StoreError::Corrupt {
            table: "load",
            id: format!("of {path}"),
            why: why.to_string(),
        })?;
        let file = path.rsplit('/').next().unwrap_or(&path).to_owned();
        Ok(Self { id, file, path, line, column, value, why, loaded_at })
    }
}
