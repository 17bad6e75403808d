//! What people do to findings, as the page asks for it: by a script, or by a plain form that comes back to its page.

#[cfg(feature = "ssr")]
use std::collections::BTreeSet;

use domain::time::Instant;
#[cfg(feature = "ssr")]
use domain::triage::decision::Collision;
use domain::triage::decision::{ActionDone, Decisions, Field, Said, Verb};
use domain::triage::history::Line;
use domain::triage::partition::Relative;
use domain::triage::selection::{Selection, Which};
use domain::triage::suggestion::Advice;
use domain::triage::{FindingRow, State};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};
use serde::{Deserialize, Serialize};

use super::person::CurrentUser;
use crate::error::AppError;
use crate::format::thousands;

/// What is decided about a finding, and all it takes to decide more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The finding as people see it.
    pub row: FindingRow,
    /// What the log says.
    pub said: Said,
    /// What people decided.
    pub decisions: Decisions,
    /// The fields that a standing rule decided and no person since, each with the rule's number and name.
    pub ruled: Vec<(Field, i64, String)>,
    /// What happened to it, oldest first.
    pub story: Vec<Line>,
    /// The names in its comments that are somebody's.
    pub mentioned: Vec<String>,
    /// The findings it is made of, stands in, or could be merged with.
    pub relatives: Vec<Relative>,
    /// What people would probably decide; `None` once somebody decided, and for what the log no longer says.
    pub advice: Option<Advice>,
    /// When the next shift begins, for a snooze until then.
    pub next_shift: Option<Instant>,
    /// Who looks at it, if they are signed in.
    pub reader: Option<CurrentUser>,
}

/// What is decided about the finding of that number, if there is one.
#[server(prefix = "/_fn", endpoint = "case", input = GetUrl, output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn case_of(finding: i64) -> Result<Option<Case>, AppError> {
    use super::refusal::{answered, store};

    let ask = async || {
        let store = store()?;
        let Some(row) = store.finding(finding).await? else { return Ok(None) };
        case(&store, row).await
    };
    answered(ask().await)
}

/// Whether no person has answered what suggestions are about; what a rule gave is no answer.
pub(crate) fn is_unanswered(row: &FindingRow, ruled: &[(Field, i64, String)]) -> bool {
    let is_ruled = |field: Field| ruled.iter().any(|(by_rule, ..)| *by_rule == field);
    row.state == State::Open
        && (!row.decided.kind || is_ruled(Field::Type))
        && (!row.decided.priority || is_ruled(Field::Priority))
}

/// What is decided about a finding that was just read.
#[cfg(feature = "ssr")]
pub(super) async fn case(store: &store::Store, row: FindingRow) -> Result<Option<Case>, AppError> {
    let id = row.id;
    let Some((said, decisions)) = store.decided(id).await? else { return Ok(None) };
    let ruled = store.ruled(id).await?;
    let advice = if is_unanswered(&row, &ruled) { super::suggestion::advice(store, id).await } else { None };
    let next_shift = match super::server_now() {
        Some(now) => Some(next_shift(store, now).await?),
        None => None,
    };
    let story = store.story(id).await?;
    let names: BTreeSet<&str> =
        story.iter().filter_map(|line| line.comment.as_deref()).flat_map(domain::triage::comment::mentions).collect();
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    Ok(Some(Case {
        row,
        said,
        decisions,
        mentioned: store.names_among(&names).await?,
        story,
        ruled,
        relatives: store.relatives(id).await?,
        advice,
        next_shift,
        reader: super::person::current(),
    }))
}

/// Until when a snooze lasts unless somebody says when: the next shift, or a day where the log ends before.
#[cfg(feature = "ssr")]
async fn next_shift(store: &store::Store, now: Instant) -> Result<Instant, store::StoreError> {
    Ok(store.next_shift(now).await?.unwrap_or_else(|| now.plus(domain::time::DAY_S)))
}

/// One verdict on one finding: what the form's verb and text say, on the version that the page showed.
#[server(prefix = "/_fn", endpoint = "decide", output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn decide(finding: i64, row_version: i64, verb: Verb, value: String) -> Result<ActionDone, AppError> {
    use domain::people::Right;
    use domain::triage::decision::{Edit, Target};

    let ask = async || {
        let person = super::person::allowed(Right::Triage)?;
        let edit =
            Edit::of(verb, &value).map_err(|message| AppError::Invalid { field: verb.label().to_owned(), message })?;
        let target = Target { finding, row_version: Some(row_version) };
        let mut done = super::refusal::store()?.act(&person.name, &[target], &edit.into()).await?;
        match done.refused.pop() {
            Some((_, message)) => Err(AppError::Invalid { field: verb.label().to_owned(), message }),
            None => Ok(done),
        }
    };
    answer(ask().await)
}

/// One verdict on many findings, as the page showed them when it knew every change up to `seen`.
///
/// `which` are either those that are `selected`, or all that the query string `search` of the triage page asks for, on all its
/// pages: `n` is how many the page said there are, and when there are more or fewer by now nothing is done, since nobody has seen
/// those. A snooze without an instant lasts until the next shift.
#[server(prefix = "/_fn", endpoint = "decide-many", output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn decide_many(
    which: Which,
    #[server(default)] selected: Vec<Selection>,
    search: String,
    n: i64,
    seen: i64,
    verb: Verb,
    value: String,
) -> Result<ActionDone, AppError> {
    use domain::people::Right;
    use domain::triage::decision::Edit;
    use domain::triage::filter::Filter;

    use super::refusal::{now, store};
    use crate::query::{pairs, read};

    let ask = async || {
        let person = super::person::allowed(Right::Triage)?;
        let store = store()?;
        let edit = if verb == Verb::Snooze && value.trim().is_empty() {
            Edit::Snooze { until: next_shift(&store, now()?).await? }
        } else {
            Edit::of(verb, &value).map_err(|message| AppError::Invalid { field: verb.label().to_owned(), message })?
        };
        let none_such = |message: String| AppError::Invalid { field: "findings".to_owned(), message };
        let findings: Vec<i64> = match which {
            Which::Selected => {
                let all: Selection = selected.iter().flat_map(Selection::ids).collect();
                if all.is_empty() {
                    return Err(none_such("none is selected".to_owned()));
                }
                all.ids().collect()
            }
            Which::Matching => {
                let query = read(pairs(&search), Filter::undecided()).query;
                let matching = store.asked(|columns| {
                    let view = columns.view(&query.filter, &query.order, Some(&person.name));
                    let places = view.rows(columns, 0, usize::MAX).into_iter();
                    places.filter_map(|place| columns.id(place)).collect::<Vec<_>>()
                });
                let matching = matching.await?;
                let n_now = i64::try_from(matching.len()).unwrap_or(i64::MAX);
                if n_now != n {
                    return Err(none_such(format!("there are {n_now} by now, the page showed {n}; look again")));
                }
                matching
            }
        };
        let targets = store.as_seen(&findings, seen).await?;
        Ok(store.act(&person.name, &targets, &edit.into()).await?)
    };
    answer_in(ask().await, in_numbers)
}

/// Splits a finding at an instant; `first` and `second` are the types of its parts, or empty for that of the whole.
#[server(prefix = "/_fn", endpoint = "split", output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn split(
    finding: i64,
    row_version: i64,
    cut: String,
    first: String,
    second: String,
) -> Result<ActionDone, AppError> {
    use domain::people::Right;
    use domain::triage::decision::{Target, instant_of, kind_of};

    let ask = async || {
        let person = super::person::allowed(Right::Triage)?;
        let invalid = |field: &str| {
            let field = field.to_owned();
            move |message| AppError::Invalid { field, message }
        };
        let kind = |text: &str| if text.trim().is_empty() { Ok(None) } else { kind_of(text).map(Some) };
        let cut = instant_of(&cut).map_err(invalid("split"))?;
        let kinds = [kind(&first).map_err(invalid("first part"))?, kind(&second).map_err(invalid("second part"))?];
        let target = Target { finding, row_version: Some(row_version) };
        Ok(super::refusal::store()?.split(&person.name, target, cut, kinds).await?)
    };
    answer(ask().await)
}

/// Merges two gaps that touch.
#[server(prefix = "/_fn", endpoint = "merge", output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn merge(
    finding: i64,
    row_version: i64,
    neighbour: i64,
    neighbour_version: i64,
) -> Result<ActionDone, AppError> {
    use domain::people::Right;
    use domain::triage::decision::Target;

    let ask = async || {
        let person = super::person::allowed(Right::Triage)?;
        let targets = [
            Target { finding, row_version: Some(row_version) },
            Target { finding: neighbour, row_version: Some(neighbour_version) },
        ];
        Ok(super::refusal::store()?.merge(&person.name, targets, None).await?)
    };
    answer(ask().await)
}

/// Takes an action of the reader back.
#[server(prefix = "/_fn", endpoint = "undo", output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn undo(action: i64) -> Result<ActionDone, AppError> {
    use domain::people::Right;

    let ask = async || {
        let person = super::person::allowed(Right::Triage)?;
        Ok(super::refusal::store()?.undo(&person.name, action).await?)
    };
    answer(ask().await)
}

/// What an action did to how many findings, and to how many it did not: `Priority High: 12 findings. 2 cannot be changed so.`
pub fn in_numbers(done: &ActionDone) -> String {
    let findings = |n: i64| if n == 1 { "1 finding".to_owned() } else { format!("{} findings", thousands(n)) };
    let mut words = format!("{}: {}.", done.sentence, findings(done.n_changed));
    if done.n_refused > 0 {
        words.push_str(&format!(" {} cannot be changed so.", findings(done.n_refused)));
    }
    if done.n_collisions > 0 {
        words.push_str(&format!(" Left as somebody else decided meanwhile: {}.", findings(done.n_collisions)));
    }
    words
}

/// The answer to a script. A form that was sent without one goes back to its page, which says what happened.
#[cfg(feature = "ssr")]
pub(super) fn answer(done: Result<ActionDone, AppError>) -> Result<ActionDone, AppError> {
    answer_in(done, |done| format!("{}.", done.sentence))
}

/// The same in other words for what was done.
#[cfg(feature = "ssr")]
fn answer_in(
    done: Result<ActionDone, AppError>,
    words: impl FnOnce(&ActionDone) -> String,
) -> Result<ActionDone, AppError> {
    use super::outcome::{Outcome, told};

    let back = super::arrival::page_before().unwrap_or_else(|| "/triage".to_owned());
    told(done, &back, &back, |done| {
        Some(match (done.action, done.collisions.first()) {
            (Some(action), _) => Outcome::Decided { sentence: words(done), action },
            (None, Some(Collision { field, theirs, by, .. })) => Outcome::Failed(format!(
                "{by} changed this meanwhile: {field} is {theirs}. Send it again to change that."
            )),
            (None, None) => Outcome::Done(words(done)),
        })
    })
}

#[cfg(feature = "ssr")]
impl From<store::ActionError> for AppError {
    fn from(error: store::ActionError) -> Self {
        use store::ActionError;
        match error {
            ActionError::Store(error) => error.into(),
            ActionError::NoSuchFinding(_) | ActionError::NoSuchAction(_) => Self::NotFound { what: error.to_string() },
            ActionError::NotYours(_) => Self::Forbidden,
            ActionError::CannotPartition(..) => {
                Self::Invalid { field: "finding".to_owned(), message: error.to_string() }
            }
            ActionError::Collides(_) => Self::Conflict,
        }
    }
}
