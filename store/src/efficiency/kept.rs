//! The table of sums, kept by detection: of the shifts it looks at the rows are made anew, those of other shifts stand.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::efficiency::{ShiftSums, with_ledgers};
use domain::facts::Id;
use domain::family::Family;
use domain::ledger::{Ledger, Log, Owner};
use domain::time::Instant;
use sqlx::{Postgres, Transaction};

use crate::StoreError;

/// Bytes of a stretch: its owner and its seconds.
const STRETCH_BYTES: usize = 9;

/// Brings the rows of these shifts, or of all, in step with the log.
pub(crate) async fn follow(
    tx: &mut Transaction<'static, Postgres>,
    log: &Log<'_>,
    shifts: Option<&[String]>,
) -> Result<(), StoreError> {
    let of_scope: Option<HashSet<&str>> = shifts.map(|ids| ids.iter().map(String::as_str).collect());
    let (sums, ledgers) = with_ledgers(log);
    let rows: Vec<(ShiftSums, Ledger)> = sums
        .into_iter()
        .zip(ledgers)
        .filter(|(sums, _)| of_scope.as_ref().is_none_or(|ids| ids.contains(sums.shift.as_str())))
        .collect();
    let whole: fn(&ShiftSums) -> [i64; 5] =
        |row| [row.sums.undetermined_s, row.sums.n_pass, row.sums.n_pending, row.sums.n_semipass, row.sums.n_fail];
    let column = |at: usize| rows.iter().map(|(sums, _)| whole(sums)[at]).collect::<Vec<_>>();
    sqlx::query!(
        r#"
        with said as materialized (
            select *
            from unnest(
                $1::text[], $2::text[], $3::timestamptz[], $4::bytea[], $5::bigint[], $6::bigint[], $7::bigint[],
                $8::bigint[], $9::bigint[]
            ) as s (shift_id, family, start_at, ledger, undetermined_s, n_pass, n_pending, n_semipass, n_fail)
        ), gone as (
            delete from shift_sums
            where ($10 or shift_id = any($11))
                and not exists (
                    select from said where (said.shift_id, said.family) = (shift_sums.shift_id, shift_sums.family)
                )
        )
        insert into shift_sums as kept
            (shift_id, family, start_at, ledger, undetermined_s, n_pass, n_pending, n_semipass, n_fail)
        select * from said
        on conflict (shift_id, family) do update
        set start_at = excluded.start_at, ledger = excluded.ledger, undetermined_s = excluded.undetermined_s,
            n_pass = excluded.n_pass, n_pending = excluded.n_pending, n_semipass = excluded.n_semipass,
            n_fail = excluded.n_fail
        where row(kept.*) is distinct from row(excluded.*)
        "#,
        &rows.iter().map(|(sums, _)| sums.shift.to_string()).collect::<Vec<_>>(),
        &rows.iter().map(|(sums, _)| sums.family.to_string()).collect::<Vec<_>>(),
        &rows.iter().map(|(sums, _)| DateTime::from(sums.start)).collect::<Vec<DateTime<Utc>>>(),
        &rows.iter().map(|(_, ledger)| packed(ledger)).collect::<Vec<_>>(),
        &column(0),
        &column(1),
        &column(2),
        &column(3),
        &column(4),
        shifts.is_none(),
        shifts.unwrap_or_default(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn packed(ledger: &Ledger) -> Vec<u8> {
    let stretch = |owner: Owner, seconds: i64| std::iter::once(owner as u8).chain(seconds.to_be_bytes());
    ledger.stretches().flat_map(|s| stretch(s.owner, s.interval.seconds())).collect()
}

/// A row of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) shift_id: String,
    pub(super) family: String,
    pub(super) start_at: DateTime<Utc>,
    pub(super) ledger: Vec<u8>,
    pub(super) undetermined_s: i64,
    pub(super) n_pass: i64,
    pub(super) n_pending: i64,
    pub(super) n_semipass: i64,
    pub(super) n_fail: i64,
}

impl TryFrom<&Row> for Ledger {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let shift: Id = row.ok(row.shift_id.parse())?;
        let family: Family = row.ok(row.family.parse())?;
        let start: Instant = row.ok(row.start_at.try_into())?;
        let mut at = start;
        let ends = row.ledger.chunks(STRETCH_BYTES).map(|stretch| {
            let (owner, seconds) = stretch.split_first()?;
            at = at.plus(i64::from_be_bytes(seconds.try_into().ok()?));
            Some((Owner::ALL.get(usize::from(*owner)).copied()?, at))
        });
        let ends: Option<Vec<_>> = ends.collect();
        let ends = row.ok(ends.ok_or("its ledger has an owner that is none"))?;
        row.ok(Self::of(shift, family, start, ends))
    }
}

impl TryFrom<Row> for ShiftSums {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let ledger = Ledger::try_from(&row)?;
        let mut sums = domain::efficiency::Sums::of(&ledger);
        sums.undetermined_s = row.undetermined_s;
        (sums.n_pass, sums.n_pending, sums.n_semipass, sums.n_fail) =
            (row.n_pass, row.n_pending, row.n_semipass, row.n_fail);
        Ok(Self {
            shift: ledger.shift().clone(),
            family: ledger.family(),
            start: ledger.start(),
            end: ledger.end(),
            running: false,
            sums,
        })
    }
}

impl Row {
    fn ok<T, E: std::fmt::Display>(&self, column: Result<T, E>) -> Result<T, StoreError> {
        column.map_err(|why| StoreError::Corrupt {
            table: "shift_sums",
            id: self.shift_id.clone(),
            why: why.to_string(),
        })
    }
}
