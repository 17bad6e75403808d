//! The plan's pages, made by the server; the past of one block; policies and plans as people change them.

#[cfg(feature = "ssr")]
mod made;
#[cfg(feature = "ssr")]
mod shift;

use domain::plan::candidates::PastExecution;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The page of the policies.
#[cfg(feature = "ssr")]
const POLICIES: &str = "/plan/policies";

/// Which of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    /// The list.
    List,
    /// Hours wanted and available.
    Pressure,
    /// The policies.
    Policies,
    /// The plan of a shift.
    Shift,
    /// The list that a block of a plan was chosen from.
    #[serde(rename = "kept-list")]
    KeptList,
    /// The 12 m array from where its antennas stand.
    Array,
}

/// A page as HTML, for the query string of its address.
#[server(prefix = "/_fn", endpoint = "plan", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn plan(page: Page, search: String) -> Result<String, AppError> {
    use super::refusal::answered;

    let made = match page {
        Page::List => made::list(&search).await,
        Page::Pressure => made::pressure(&search).await,
        Page::Policies => made::policies(&search).await,
        Page::Shift => shift::page(&search).await,
        Page::KeptList => shift::kept_list(&search).await,
        Page::Array => Ok(made::array(&search)),
    };
    answered(made)
}

/// The executions of a block, the latest first.
#[server(prefix = "/_fn", endpoint = "executions-of", input = GetUrl, output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn executions_of(sb: String) -> Result<Vec<PastExecution>, AppError> {
    use super::refusal::answered;

    answered(made::past(&sb).await)
}

/// A policy as a form sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the weights w0 to w6 are in the order of the criteria; the others as in a policy")]
pub struct PolicyFields {
    pub name: String,
    pub w0: f64,
    pub w1: f64,
    pub w2: f64,
    pub w3: f64,
    pub w4: f64,
    pub w5: f64,
    pub w6: f64,
    pub elevation_deg: f64,
    pub sets_in_h: f64,
    pub hour_angle_from_h: f64,
    pub hour_angle_to_h: f64,
    pub exec_frac: f64,
    pub a: f64,
    pub a_carried_over: f64,
    pub b: f64,
    pub c: f64,
}

/// Which plan, in which version, as a form sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhichPlan {
    /// `12m`, `7m` or `tp`.
    pub family: String,
    /// When the shift begins.
    pub start: String,
    /// When it ends.
    pub end: String,
    /// The version that the edit was made on; 0 where nobody has begun.
    pub version: i32,
    /// The water vapour that is planned for \[mm\]; nothing is that of now.
    #[serde(default)]
    pub pwv: String,
}

/// Keeps a policy as the next version of its name.
#[server(prefix = "/_fn", endpoint = "make-policy")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn make_policy(fields: PolicyFields) -> Result<(), AppError> {
    use domain::people::Right;
    use domain::plan::policy::{Formulas, GradeScores, Limits, LimitsGiven, Policy, PolicyGiven, Weights};

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{invalid, now, store};

    let make = async || {
        let author = allowed(Right::Plan)?;
        let PolicyFields { name, w0, w1, w2, w3, w4, w5, w6, .. } = &fields;
        let weights = Weights::try_from([*w0, *w1, *w2, *w3, *w4, *w5, *w6]).map_err(invalid("Weights"))?;
        let PolicyFields { elevation_deg, sets_in_h, hour_angle_from_h, hour_angle_to_h, exec_frac, .. } = fields;
        let PolicyFields { a, a_carried_over, b, c, .. } = fields;
        let limits = LimitsGiven { elevation_deg, sets_in_h, hour_angle_from_h, hour_angle_to_h, exec_frac };
        let given = PolicyGiven {
            name: name.trim().to_owned(),
            version: 1,
            weights,
            limits: Limits::try_from(limits).map_err(invalid("Limits"))?,
            formulas: Formulas::Shiftdesk,
            grades: GradeScores { a, a_carried_over, b, c },
            red_above: Policy::shiftdesk().red_above,
        };
        if given.name.contains(['@', '\0']) {
            return Err(invalid("Name")("a name has no @: it stands before the version"));
        }
        let policy = Policy::try_from(given).map_err(invalid("Policy"))?;
        let name = policy.name.clone();
        let version = store()?.make_policy(policy, &author.name, now()?).await?;
        Ok((name, version))
    };
    let made = make().await;
    let page = match &made {
        Ok((name, version)) => crate::query::address(POLICIES, [("policy", format!("{name}@{version}"))]),
        Err(_) => POLICIES.to_owned(),
    };
    let words = made.as_ref().ok().map(|(name, version)| {
        format!("Version {version} of {name} is kept. Somebody else has to approve it before it can be the default.")
    });
    told(made.map(|_| ()), &page, POLICIES, |()| words.map(Outcome::Done))
}

/// Approves a policy that somebody else made.
#[server(prefix = "/_fn", endpoint = "approve-policy")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn approve_policy(name: String, version: u32) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let approve = async || {
        let by = allowed(Right::Plan)?;
        Ok(store()?.approve_policy(&name, version, &by.name, now()?).await?)
    };
    let approved = approve().await;
    let page = crate::query::address(POLICIES, [("policy", format!("{name}@{version}"))]);
    told(approved, &page, POLICIES, |()| Some(Outcome::Done(format!("Version {version} of {name} is approved."))))
}

/// Makes an approved policy the one that lists are made by.
#[server(prefix = "/_fn", endpoint = "default-policy")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn default_policy(name: String, version: u32) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let make = async || {
        let by = allowed(Right::Plan)?;
        Ok(store()?.make_default(&name, version, &by.name, now()?).await?)
    };
    let made = make().await;
    told(made, POLICIES, POLICIES, |()| {
        Some(Outcome::Done(format!("Lists are made by version {version} of {name} now.")))
    })
}

/// Does something to the plan of a shift that nobody changed since that version: `insert` a block (`sb`) at a time (`at`), `move`
/// the `nth` execution by seconds (`by`), `remove` it, `fill` the rest, `undo` the last change, `publish`.
#[server(prefix = "/_fn", endpoint = "edit-plan")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn edit_plan(
    which: WhichPlan,
    act: String,
    #[server(default)] sb: String,
    #[server(default)] at: String,
    #[server(default)] nth: usize,
    #[server(default)] by: i64,
) -> Result<(), AppError> {
    use super::outcome::{Outcome, told};

    let WhichPlan { family, start, end, version, pwv } = &which;
    let read = shift::Said { family, start, end, pwv }.read();
    let page = read.as_ref().map_or_else(|_| "/plan/shift".to_owned(), crate::pages::plan::shift::Which::href);
    let edited = match read {
        Ok(of) => shift::edit(of, *version, &act, shift::With { sb: &sb, at: &at, nth, by }).await,
        Err(error) => Err(error),
    };
    let words = edited.as_ref().ok().cloned();
    told(edited.map(|_| ()), &page, &page, |()| words.map(Outcome::Done))
}

#[cfg(feature = "ssr")]
impl From<store::PolicyError> for AppError {
    fn from(error: store::PolicyError) -> Self {
        use super::refusal::invalid;

        match error {
            store::PolicyError::Absent => Self::NotFound { what: error.to_string() },
            store::PolicyError::BuiltIn => invalid("Name")(error),
            store::PolicyError::NotApproved | store::PolicyError::OwnPolicy => invalid("Policy")(error),
            store::PolicyError::Store(error) => error.into(),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<store::PlanError> for AppError {
    fn from(error: store::PlanError) -> Self {
        match error {
            store::PlanError::Changed => Self::Conflict,
            store::PlanError::Store(error) => error.into(),
        }
    }
}
