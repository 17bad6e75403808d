//! What is suggested for a finding, taken up by a person, and how often suggestions were right.

use domain::triage::decision::{ActionDone, Verb};
use domain::triage::suggestion::TypeRecord;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};

use crate::error::AppError;

/// How the decisions on each type were predicted, in the order of types.
#[server(prefix = "/_fn", endpoint = "suggestions", input = GetUrl)]
pub async fn suggestions() -> Result<Vec<TypeRecord>, AppError> {
    use super::refusal::{answered, store};

    let ask = async || Ok(store()?.suggestion_records().await?);
    answered(ask().await)
}

/// Does to a finding what was suggested, in the verb and the text that its reader saw; a suggestion that is another by now is not
/// taken up.
#[server(prefix = "/_fn", endpoint = "accept", output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn accept(finding: i64, row_version: i64, verb: Verb, value: String) -> Result<ActionDone, AppError> {
    use domain::people::Right;
    use domain::triage::decision::{Edit, Target};

    let ask = async || {
        let person = super::person::allowed(Right::Triage)?;
        let invalid = |message| AppError::Invalid { field: verb.label().to_owned(), message };
        let edit = Edit::of(verb, &value).map_err(invalid)?;
        let target = Target { finding, row_version: Some(row_version) };
        let done = super::refusal::store()?.accept_suggestion(&person.name, target, edit).await?;
        let mut done = done.ok_or(AppError::Conflict)?;
        match done.refused.pop() {
            Some((_, message)) => Err(invalid(message)),
            None => Ok(done),
        }
    };
    super::decision::answer(ask().await)
}

/// A finding is shown without its suggestion when that fails: the failure is in the log, and the rest is what people came for.
#[cfg(feature = "ssr")]
pub(super) async fn advice(store: &store::Store, finding: i64) -> Option<domain::triage::suggestion::Advice> {
    store.advice(finding).await.map_err(AppError::from).ok().flatten()
}
