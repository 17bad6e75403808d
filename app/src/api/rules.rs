//! What admins decide for everybody: types, thresholds, who may read.

use domain::findings::{Class, FindingType, Parameters, Priority};
use domain::people::Reading;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What is set, and whether the findings follow it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesNow {
    /// The 20 types, in their order.
    pub types: Vec<TypeRow>,
    /// The thresholds.
    pub parameters: Parameters,
    /// Who may read.
    pub reading: Reading,
    /// Whether the stored findings are those of these types and thresholds.
    pub applied: bool,
}

/// What a type of finding has before anybody decides about one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRow {
    /// Which of the 20.
    pub kind: FindingType,
    /// Its class.
    pub class: Class,
    /// Its priority.
    pub priority: Priority,
}

/// What is set.
#[server(prefix = "/_fn", endpoint = "rules", input = GetUrl)]
pub async fn rules() -> Result<RulesNow, AppError> {
    use domain::people::Right;

    use super::person::allowed;
    use super::refusal::{answered, store};

    let ask = async || {
        allowed(Right::Administer)?;
        let store = store()?;
        let types = store.type_rules().await?.into_iter();
        Ok(RulesNow {
            types: types.map(|rule| TypeRow { kind: rule.kind, class: rule.class, priority: rule.priority }).collect(),
            parameters: store.parameters().await?,
            reading: store.settings().await?.reading,
            applied: store.rules_are_applied().await?,
        })
    };
    answered(ask().await)
}

/// Changes class and priority of the types that are sent; the others stay.
#[server(prefix = "/_fn", endpoint = "change-types")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn change_types(#[server(default)] types: Vec<TypeRow>) -> Result<(), AppError> {
    use domain::people::Right;
    use store::TypeRule;

    use super::outcome::told;
    use super::person::allowed;
    use super::refusal::{now, store};

    let change = async || {
        let admin = allowed(Right::Administer)?;
        if types.len() > FindingType::ALL.len() {
            let message = format!("there are {} of them", FindingType::ALL.len());
            return Err(AppError::Invalid { field: "Types".to_owned(), message });
        }
        let rules: Vec<_> =
            types.iter().map(|row| TypeRule { kind: row.kind, class: row.class, priority: row.priority }).collect();
        store()?.set_type_rules(&rules, &admin.name, now()?).await?;
        Ok(())
    };
    told(change().await, "/admin/types", "/admin/types", |()| Some(applies_next("The types are changed.")))
}

/// Changes the thresholds, each in seconds.
#[server(prefix = "/_fn", endpoint = "change-parameters")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn change_parameters(
    gap_min: String,
    join_tol: String,
    overlap_tol: String,
    shift_tol: String,
    wrong_array_min: String,
) -> Result<(), AppError> {
    use domain::findings::Parameter;
    use domain::people::Right;

    use super::outcome::told;
    use super::person::allowed;
    use super::refusal::{now, store};

    let change = async || {
        let admin = allowed(Right::Administer)?;
        let seconds = |parameter: Parameter, text: &str| {
            let bounds = parameter.bounds_s();
            let value = text.trim().parse::<i64>().ok().filter(|value| bounds.contains(value));
            value.ok_or_else(|| AppError::Invalid {
                field: parameter.label().to_owned(),
                message: format!("it is a whole number of seconds from {} to {}", bounds.start(), bounds.end()),
            })
        };
        let parameters = Parameters {
            gap_min_s: seconds(Parameter::GapMin, &gap_min)?,
            join_tol_s: seconds(Parameter::JoinTol, &join_tol)?,
            overlap_tol_s: seconds(Parameter::OverlapTol, &overlap_tol)?,
            shift_tol_s: seconds(Parameter::ShiftTol, &shift_tol)?,
            wrong_array_min_s: seconds(Parameter::WrongArrayMin, &wrong_array_min)?,
        };
        store()?.set_parameters(&parameters, &admin.name, now()?).await?;
        Ok(())
    };
    let page = "/admin/parameters";
    told(change().await, page, page, |()| Some(applies_next("The thresholds are changed.")))
}

#[cfg(feature = "ssr")]
fn applies_next(what: &str) -> super::outcome::Outcome {
    super::outcome::Outcome::Done(format!("{what} The next detection applies them."))
}

/// Looks at the whole log with the rules as they are now, and tells what changed. `back` is the page the form stands on.
#[server(prefix = "/_fn", endpoint = "detect")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn detect_now(#[server(default)] back: String) -> Result<String, AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::redirect::local;
    use super::refusal::{now, store};

    let detect = async || {
        let admin = allowed(Right::Administer)?;
        let found = store()?.detect_all(now()?).await?;
        tracing::info!(author = admin.name, "detection was run from a page");
        Ok(format!("Findings: {found}."))
    };
    let result = detect().await;
    told(result, local(&back), local(&back), |told| Some(Outcome::Done(told.clone())))
}

/// Opens or closes reading to who has not signed in.
#[server(prefix = "/_fn", endpoint = "change-reading")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn change_reading(reading: Reading) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let change = async || {
        let admin = allowed(Right::Administer)?;
        Ok(store()?.set_reading(reading, &admin.name, now()?).await?)
    };
    let page = "/admin/settings";
    told(change().await, page, page, |()| Some(Outcome::Done(format!("Reading is {reading}."))))
}
