//! One finding, with all that explains it.

use domain::facts::Facts;
use domain::shift_view::ShiftView;
use domain::triage::FindingRow;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};
use serde::{Deserialize, Serialize};

use super::decision::Case;
use crate::error::AppError;

/// What the page beside the list shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingDetail {
    /// The finding, with what people decided and what happened to it.
    pub case: Case,
    /// The facts that make it this finding: those of its identity.
    pub bounds: Facts,
    /// Its shift as it is drawn; `None` when it has none, or one without a ledger.
    pub shift: Option<ShiftView>,
    /// Everything found in that shift, this finding among it.
    pub found_in_shift: Vec<FindingRow>,
}

/// The finding of that number, if there is one.
#[server(prefix = "/_fn", endpoint = "finding", input = GetUrl, output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn finding(id: i64) -> Result<Option<FindingDetail>, AppError> {
    use super::refusal::{answered, store};

    let ask = async || {
        let store = store()?;
        let Some(row) = store.finding(id).await? else { return Ok(None) };
        let bounds = store.facts_by_ids(&store.finding_ids(id).await?).await?;
        let (shift, found_in_shift) = match &row.shift {
            Some(shift_id) => {
                (drawn(&store, shift_id.as_str()).await?, store.findings_of_shift(shift_id.as_str()).await?)
            }
            None => (None, Vec::new()),
        };
        let case = super::decision::case(&store, row).await?;
        Ok(case.map(|case| FindingDetail { case, bounds, shift, found_in_shift }))
    };
    answered(ask().await)
}

/// The shift as it stood when findings were last looked for: at a later *now* the drawing would contradict the finding.
#[cfg(feature = "ssr")]
async fn drawn(store: &store::Store, shift_id: &str) -> Result<Option<ShiftView>, store::StoreError> {
    let (facts, now) = (store.facts_around(shift_id).await?, store.as_of().await?);
    let known = facts.zip(now);
    Ok(known.and_then(|(facts, now)| domain::shift_view::shift_view(&domain::ledger::Log::new(&facts, now), shift_id)))
}
