//! The forms on the pages of standing rules.

#![allow(clippy::too_many_arguments, reason = "each is a field of a form")]

use leptos::prelude::*;

use crate::error::AppError;

/// Saves a rule as its author saw it in the dry run: a new one when `id` is 0. `reach` is `history` to change the findings that
/// are there, too, of which `n_values` values were shown to change.
#[server(prefix = "/_fn", endpoint = "save-standing-rule")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn save_standing_rule(
    #[server(default)] id: i64,
    #[server(default)] version: i64,
    name: String,
    condition: String,
    #[server(default)] kind: String,
    #[server(default)] priority: String,
    #[server(default)] tag: String,
    #[server(default)] assignee: String,
    #[server(default)] reach: String,
    #[server(default)] n_values: i64,
) -> Result<(), AppError> {
    use domain::people::Right;
    use domain::triage::standing_rule::{StandingRule, Written};
    use store::Reach;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};
    use crate::pages::standing_rules::{href_of, href_of_draft};

    let written = Written { name, condition, kind, priority, tag, assignee };
    let back = href_of_draft(Some(id).filter(|&id| id != 0), &written);
    let mut done_at = href_of(id);
    let mut sentence = "The rule is saved. It is asked after the next load.".to_owned();
    let save = async || {
        let person = allowed(Right::Triage)?;
        let rule = written.read().map_err(|mistakes| wrong(&mistakes))?;
        let reach = if reach == "history" { Reach::History { n_values } } else { Reach::FromNowOn };
        let (store, now) = (store()?, now()?);
        let (id, done) = if id == 0 {
            store.make_rule(&person.name, &rule, reach, now).await?
        } else {
            let rule = StandingRule { id, ..rule };
            (id, store.change_rule(&person.name, &rule, version, reach, now).await?)
        };
        Ok((id, done))
    };
    let saved = save().await.map(|(id, done)| {
        done_at = href_of(id);
        if let Some(done) = done {
            let n = crate::format::thousands(done.n_changed);
            let findings = if done.n_changed == 1 { "finding" } else { "findings" };
            sentence =
                format!("The rule is saved and has changed {n} {findings}. One undo below takes all of it back.");
        }
    });
    told(saved, &done_at, &back, |()| Some(Outcome::Done(sentence)))
}

/// The first of the mistakes in a rule, for who sends a form that the page did not make.
#[cfg(feature = "ssr")]
fn wrong(mistakes: &[domain::triage::standing_rule::Mistake]) -> AppError {
    let first = mistakes.first();
    AppError::Invalid {
        field: first.map_or("rule", |mistake| mistake.field).to_owned(),
        message: first.map_or_else(String::new, |mistake| mistake.why.clone()),
    }
}

/// Switches a rule on or off.
#[server(prefix = "/_fn", endpoint = "switch-standing-rule")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn switch_standing_rule(id: i64, version: i64, #[server(default)] on: bool) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};
    use crate::pages::standing_rules::href_of;

    let switch = async || {
        let person = allowed(Right::Triage)?;
        Ok(store()?.switch_rule(&person.name, id, version, on, now()?).await?)
    };
    let page = href_of(id);
    let sentence =
        if on { "The rule is on. It is asked after the next load." } else { "The rule is off. What it gave stays." };
    told(switch().await, &page, &page, |()| Some(Outcome::Done(sentence.to_owned())))
}

/// Lets a rule change places with the one before it, or the one after.
#[server(prefix = "/_fn", endpoint = "move-standing-rule")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn move_standing_rule(id: i64, #[server(default)] earlier: bool) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::told;
    use super::person::allowed;
    use super::refusal::{now, store};
    use crate::pages::standing_rules::RULES;

    let change = async || {
        let person = allowed(Right::Triage)?;
        Ok(store()?.move_rule(&person.name, id, earlier, now()?).await?)
    };
    told(change().await, RULES, RULES, |()| None)
}

/// Deletes a rule. Its history and what it gave stay.
#[server(prefix = "/_fn", endpoint = "delete-standing-rule")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn delete_standing_rule(id: i64, version: i64) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};
    use crate::pages::standing_rules::{RULES, href_of};

    let delete = async || {
        let person = allowed(Right::Triage)?;
        Ok(store()?.delete_rule(&person.name, id, version, now()?).await?)
    };
    told(delete().await, RULES, &href_of(id), |()| {
        Some(Outcome::Done("The rule is deleted. What it gave stays.".to_owned()))
    })
}

#[cfg(feature = "ssr")]
impl From<store::RuleError> for AppError {
    fn from(error: store::RuleError) -> Self {
        use store::RuleError;

        use super::refusal::invalid;
        match error {
            RuleError::Store(error) => error.into(),
            RuleError::Absent(_) => Self::NotFound { what: error.to_string() },
            RuleError::Changed => Self::Conflict,
            RuleError::NameTaken => invalid("name")(error),
            RuleError::IsOff => invalid("reach")(error),
            RuleError::OtherCount { .. } => invalid("findings")(error),
        }
    }
}
