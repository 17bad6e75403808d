//! One finding, with all that explains it.

use domain::facts::Facts;
use domain::shift_view::ShiftView;
use domain::time::Instant;
use domain::triage::FindingRow;
use domain::triage::suggestion::Advice;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the page beside the list shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingDetail {
    /// The finding.
    pub row: FindingRow,
    /// What people would probably decide; `None` once somebody decided, and for what the log no longer says.
    pub advice: Option<Advice>,
    /// The facts that make it this finding: those of its identity.
    pub bounds: Facts,
    /// Its shift as it is drawn; `None` when it has none, or one without a ledger.
    pub shift: Option<ShiftView>,
    /// Everything found in that shift, this finding among it.
    pub found_in_shift: Vec<FindingRow>,
    /// What happened to it, oldest first.
    pub history: Vec<Happened>,
}

/// One line of a finding's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// When.
    pub at: Instant,
    /// `Detected`, `Moved`, …
    pub what: String,
    /// What changed, or empty.
    pub change: String,
}

/// The finding of that number, if there is one.
#[server(prefix = "/_fn", endpoint = "finding", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn finding(id: i64) -> Result<Option<FindingDetail>, AppError> {
    use super::refusal::{answered, store};

    let ask = async || {
        let store = store()?;
        let Some(row) = store.finding(id).await? else { return Ok(None) };
        let bounds = store.facts_by_ids(&store.finding_ids(id).await?).await?;
        let history = store.history(id).await?.into_iter().map(Happened::from).collect();
        let (shift, found_in_shift) = match &row.shift {
            Some(shift_id) => {
                (drawn(&store, shift_id.as_str()).await?, store.findings_of_shift(shift_id.as_str()).await?)
            }
            None => (None, Vec::new()),
        };
        let advice = if is_undecided(&row) { advice(&store, id).await } else { None };
        Ok(Some(FindingDetail { row, advice, bounds, shift, found_in_shift, history }))
    };
    answered(ask().await)
}

/// Whether nobody has answered yet what suggestions are about.
#[cfg(feature = "ssr")]
fn is_undecided(row: &FindingRow) -> bool {
    row.state == domain::triage::State::Open && !row.decided.kind && !row.decided.priority
}

/// A finding is shown without its suggestion when that fails: the failure is in the log, and the rest is what people came for.
#[cfg(feature = "ssr")]
async fn advice(store: &store::Store, id: i64) -> Option<Advice> {
    store.advice(id).await.map_err(AppError::from).ok().flatten()
}

/// The shift as it stood when findings were last looked for: at a later *now* the drawing would contradict the finding.
#[cfg(feature = "ssr")]
async fn drawn(store: &store::Store, shift_id: &str) -> Result<Option<ShiftView>, store::StoreError> {
    let (facts, now) = (store.facts_around(shift_id).await?, store.as_of().await?);
    let known = facts.zip(now);
    Ok(known.and_then(|(facts, now)| domain::shift_view::shift_view(&domain::ledger::Log::new(&facts, now), shift_id)))
}

#[cfg(feature = "ssr")]
impl From<store::FindingEvent> for Happened {
    fn from(event: store::FindingEvent) -> Self {
        Self { at: event.at, what: event.what.label().to_owned(), change: changes(&event.before, &event.after) }
    }
}

/// What differs between two JSON objects of what the log said: `end 2022-03-12 21:00:00 → 2022-03-12 21:20:13`. Empty where one
/// of them is missing: what was found first stands in the finding itself.
#[cfg(feature = "ssr")]
fn changes(before: &str, after: &str) -> String {
    let said = |text: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).ok();
    let Some((before, after)) = said(before).zip(said(after)) else { return String::new() };
    let words = |value: Option<&serde_json::Value>| match value.and_then(|value| value.as_str()) {
        None | Some("") => "nothing".to_owned(),
        // PostgreSQL writes its times into JSON as 2022-03-12T21:00:00+00:00.
        Some(text) => {
            let time = text.strip_suffix("+00:00").and_then(|time| Instant::parse(&format!("{time}Z")).ok());
            time.map_or_else(|| text.to_owned(), Instant::for_people)
        }
    };
    let named = ["start", "end", "class", "priority", "tags", "comment"];
    let changed = named.iter().filter(|&&name| before.get(name) != after.get(name));
    let told: Vec<_> =
        changed.map(|&name| format!("{name} {} → {}", words(before.get(name)), words(after.get(name)))).collect();
    told.join("; ")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_move_tells_what_changed_and_nothing_else() {
        let before =
            r#"{"start": "2022-03-12T20:00:00+00:00", "end": "2022-03-12T21:00:00+00:00", "tags": "", "comment": "a"}"#;
        let after = r#"{"start": "2022-03-12T20:00:00+00:00", "end": "2022-03-12T21:20:13+00:00", "tags": "M83", "comment": "a"}"#;
        assert_eq!(changes(before, after), "end 2022-03-12 21:00:00 → 2022-03-12 21:20:13; tags nothing → M83");
        assert_eq!(changes("", after), "");
    }
}
