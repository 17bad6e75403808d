//! The plan's pages, made by the server; the past of one block; policies and plans as people change them.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::pages::plan::why::PastLine;

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
        Page::Shift => made::shift(&search).await,
    };
    answered(made)
}

/// The executions of a block, the latest first.
#[server(prefix = "/_fn", endpoint = "executions-of", input = GetUrl, output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn executions_of(sb: String) -> Result<Vec<PastLine>, AppError> {
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

    let WhichPlan { family, start, end, version } = &which;
    let said = made::Said { family, start, end };
    let edited = match said.read() {
        Ok(of) => made::edit(of, *version, &act, made::With { sb: &sb, at: &at, nth, by }).await,
        Err(error) => Err(error),
    };
    let page = said
        .read()
        .map_or_else(|_| "/plan/shift".to_owned(), |(family, shift)| crate::pages::plan::shift::href(family, shift));
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

#[cfg(feature = "ssr")]
mod made {
    use std::sync::Arc;

    use domain::facts::Facts;
    use domain::family::Family;
    use domain::people::Right;
    use domain::plan::back_test::{Past, back_test};
    use domain::plan::comparison::changes;
    use domain::plan::conflicts::{conflicts, displaced};
    use domain::plan::observatory::{Observatory, WhatIf};
    use domain::plan::policy::{KeptPolicy, Policy};
    use domain::plan::pressure::{available_by_lst, by_configuration, executive_balance, wanted};
    use domain::plan::ranking::{Blocks, Section};
    use domain::plan::sequence::{Planned, Rest, fill};
    use domain::plan::shift_plan::KeptExecution;
    use domain::plan::situation::{Situation, newest_revision};
    use domain::time::{DAY_S, HOUR_S, Instant, Interval};
    use domain::triage::filter::{What, instant};
    use serde_json::{Value, json};
    use store::{Book, PlanEdit, Store};

    use crate::api::person::{Visitor, allowed, current};
    use crate::api::refusal::{invalid, now, store};
    use crate::error::AppError;
    use crate::pages::plan::made::Made;
    use crate::pages::plan::shift::{Inserting, OfShift, free_from};
    use crate::pages::plan::why::PastLine;
    use crate::pages::plan::{self, policies, pressure, shift};
    use crate::query::pairs;
    use crate::query::plan::{PlanQuery, read};

    /// Time each execution takes beyond its estimate, to set up and to calibrate \[s\] (our own).
    const OVERHEAD_S: i64 = 600;
    /// A shift that can be planned is at most so long \[s\] (our own).
    const SHIFT_MAX_S: i64 = 2 * DAY_S;
    /// Blocks that can be chosen from to add (our own).
    const BEST: usize = 60;
    /// Blocks of a list that are kept with what was chosen from it (our own).
    const KEPT: usize = 20;
    /// How far back a policy is tested \[s\]: 30 days.
    const TEST_S: i64 = 30 * DAY_S;
    /// The most executions that a test reads at once: those of some months.
    const TEST_MAX: usize = 20_000;

    async fn around(asked: Option<Instant>) -> Result<(Store, Instant, Arc<Book>, Observatory), AppError> {
        let (store, now) = (store()?, now()?);
        let book = store.book().await?;
        let observatory = store.observatory(&book, now, asked).await?;
        Ok((store, now, book, observatory))
    }

    pub(super) async fn list(search: &str) -> Result<String, AppError> {
        let reading = read(pairs(search));
        let (_, _, book, observatory) = around(reading.query.asked.at).await?;
        let made = Made::new(&book.blocks, &observatory, reading);
        let past = match made.query.open.clone() {
            Some(sb) => Some(past(&sb).await?),
            None => None,
        };
        let visitor = leptos::prelude::use_context::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Visitor>().cloned())
            .unwrap_or_default();
        Ok(plan::html(&made, past, visitor.single_key_shortcuts))
    }

    pub(super) async fn past(sb: &str) -> Result<Vec<PastLine>, AppError> {
        // No text of the database has a NUL.
        if sb.contains('\0') {
            return Ok(Vec::new());
        }
        let executions = store()?.executions_of(sb).await?;
        let line = |execution: store::PastExecution| PastLine {
            id: execution.id.to_string(),
            start: execution.start,
            minutes: execution.start.zip(execution.end).map(|(start, end)| end.since(start) / 60),
            qa0: execution.qa0,
            status: execution.status,
        };
        Ok(executions.into_iter().map(line).collect())
    }

    fn family(word: &str) -> Result<Family, AppError> {
        match What::parse("family", word) {
            Ok(What::Family(Some(family))) => Ok(family),
            _ => Err(invalid("Array")("it is 12m, 7m or tp")),
        }
    }

    fn value(search: &str, name: &str) -> Option<String> {
        pairs(search).find(|(found, value)| found == name && !value.is_empty()).map(|(_, value)| value)
    }

    pub(super) async fn pressure(search: &str) -> Result<String, AppError> {
        let (_, now, book, observatory) = around(None).await?;
        let family = value(search, "family").and_then(|word| family(&word).ok()).unwrap_or(Family::Twelve);
        let limits = observatory.policies.first().map_or_else(|| Policy::shiftdesk().limits, |policy| policy.limits);
        let ahead: Vec<Interval> = newest_revision(&observatory.schedule)
            .filter(|row| row.end > now)
            .filter_map(|row| Interval::new(row.start.max(now), row.end))
            .collect();
        let (configurations, fits_none_h) =
            by_configuration(&book.blocks, &observatory.schedule, &observatory.configurations, now);
        Ok(pressure::html(&pressure::Pressure {
            now,
            family,
            wanted: wanted(&book.blocks, family, &limits),
            available: available_by_lst(&ahead),
            until: ahead.iter().map(|interval| interval.end()).max(),
            configurations,
            fits_none_h,
            executives: executive_balance(&book.blocks, &book.delivered),
        }))
    }

    pub(super) async fn policies(search: &str) -> Result<String, AppError> {
        let (store, now, book, observatory) = around(None).await?;
        let all = store.policies().await?;
        let query = read(pairs(search).filter(|(name, _)| name == "policy")).query;
        let is_asked = |kept: &KeptPolicy| match &query.policy {
            None => kept.is_default,
            Some((name, version)) => {
                kept.policy.name == *name && version.is_none_or(|version| version == kept.policy.version)
            }
        };
        let found = all.iter().position(is_asked);
        let bad =
            found.is_none().then(|| "There is no policy of that name and version; the default is shown.".to_owned());
        let default = all.iter().position(|kept| kept.is_default).unwrap_or(0);
        let chosen = found.unwrap_or(default);
        let rank = |policy: &Policy| {
            let situation = observatory.situation(&WhatIf::default(), policy);
            situation.map(|situation| book.blocks.rank(&situation, policy)).unwrap_or_default()
        };
        let differs = if chosen == default {
            Vec::new()
        } else {
            changes(&rank(&all[default].policy), &rank(&all[chosen].policy))
        };
        let tested = match value(search, "test") {
            Some(_) => Some(test(&store, &book, &observatory, now, &all[chosen].policy, &all[default].policy).await?),
            None => None,
        };
        let me = current();
        Ok(policies::html(&policies::Policies {
            chosen,
            changes: differs,
            blocks: &book.blocks,
            tested,
            may_plan: me.as_ref().is_some_and(|user| user.role.may(Right::Plan)),
            me: me.map(|user| user.name),
            bad,
            all,
        }))
    }

    async fn test(
        store: &Store,
        book: &Book,
        observatory: &Observatory,
        now: Instant,
        policy: &Policy,
        default: &Policy,
    ) -> Result<policies::Tested, AppError> {
        let interval = Interval::new(now.plus(-TEST_S), now)
            .ok_or_else(|| invalid("Time")("the clock stands at its beginning"))?;
        let executions = store.executions_until(now).await?;
        if executions.len() > TEST_MAX {
            tracing::info!(n = executions.len(), "a back-test of many executions");
        }
        let conditions = store.conditions_between(interval.start().plus(-HOUR_S), now).await?;
        let past = Past {
            candidates: book.blocks.candidates(),
            executions: &executions,
            conditions: &conditions,
            schedule: &observatory.schedule,
            configurations: &observatory.configurations,
            seven: observatory.seven,
            total_power: observatory.total_power,
            current_cycle: book.blocks.current_cycle(),
        };
        let result = back_test(&past, interval, policy);
        let of_default = back_test(&past, interval, default);
        Ok(policies::Tested {
            interval,
            n: result.tested.len(),
            n_unknown: result.n_unknown,
            n_listed: result.tested.iter().filter(|tested| tested.rank.is_some()).count(),
            first: result.among_first(1),
            among_five: result.among_first(5),
            among_ten: result.among_first(10),
            default_among_five: of_default.among_first(5),
        })
    }

    /// Which plan, as a form says it.
    #[derive(Clone, Copy)]
    pub(super) struct Said<'a> {
        pub(super) family: &'a str,
        pub(super) start: &'a str,
        pub(super) end: &'a str,
    }

    impl Said<'_> {
        pub(super) fn read(&self) -> Result<(Family, Interval), AppError> {
            let family = family(self.family)?;
            let (start, end) =
                (instant(self.start).map_err(invalid("Start"))?, instant(self.end).map_err(invalid("End"))?);
            let shift = Interval::new(start, end).filter(|shift| shift.seconds() <= SHIFT_MAX_S);
            Ok((family, shift.ok_or_else(|| invalid("End")("a shift ends after its start, at most two days later"))?))
        }
    }

    fn placed(blocks: &Blocks, kept: &[KeptExecution]) -> Vec<Planned> {
        let one = |kept: &KeptExecution| {
            let place = blocks.place(kept.sb.as_str())?;
            Some(Planned { place, interval: kept.interval, score: kept.score })
        };
        kept.iter().filter_map(one).collect()
    }

    fn kept(blocks: &Blocks, planned: &[Planned]) -> Vec<KeptExecution> {
        let one = |planned: &Planned| {
            let sb = blocks.candidate(planned.place)?.block.id.clone();
            Some(KeptExecution { sb, interval: planned.interval, score: planned.score })
        };
        let mut all: Vec<KeptExecution> = planned.iter().filter_map(one).collect();
        all.sort_by_key(|kept| kept.interval.start());
        all
    }

    /// The observatory as it is, and the default policy.
    fn as_it_is(observatory: &Observatory) -> Result<(Policy, Situation), AppError> {
        let policy = observatory.policy(None, None).cloned().unwrap_or_else(Policy::shiftdesk);
        let situation = observatory.situation(&WhatIf::default(), &policy).map_err(invalid("Limits"))?;
        Ok((policy, situation))
    }

    /// An execution of a block from a time on, with its overhead and its score then.
    fn planned_at(
        blocks: &Blocks,
        observatory: &Observatory,
        situation: &Situation,
        policy: &Policy,
        sb: &str,
        at: Instant,
    ) -> Result<Planned, AppError> {
        let place = blocks.place(sb).ok_or_else(|| invalid("Scheduling Block")("the log has none of that id"))?;
        let hours = blocks.candidate(place).and_then(|candidate| candidate.block.est_time_h);
        let hours = hours.filter(|&hours| hours > 0.0 && hours <= 48.0);
        let hours = hours.ok_or_else(|| invalid("Scheduling Block")("its est_time_h is missing, or not up to 48 h"))?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "seconds of two days")]
        let execution_s = (hours * HOUR_S as f64).ceil() as i64;
        let interval = Interval::new(at, at.plus(execution_s + OVERHEAD_S));
        let interval = interval.ok_or_else(|| invalid("From")("the time is beyond the last year"))?;
        let then = situation.moved_to(at, &observatory.ahead(situation.at));
        let score = blocks.row(place, &then, policy).map(|row| row.total).unwrap_or_default();
        Ok(Planned { place, interval, score })
    }

    pub(super) async fn shift(search: &str) -> Result<String, AppError> {
        let (store, now, book, observatory) = around(None).await?;
        let mut bad = Vec::new();
        let family = match value(search, "family").map(|word| family(&word)) {
            Some(Ok(family)) => family,
            Some(Err(why)) => {
                bad.push(why.to_string());
                Family::Twelve
            }
            None => Family::Twelve,
        };
        let word = crate::query::family_word(family);
        let asked = match (value(search, "start"), value(search, "end")) {
            (Some(start), Some(end)) => match (Said { family: word, start: &start, end: &end }).read() {
                Ok((_, shift)) => Some(shift),
                Err(why) => {
                    bad.push(why.to_string());
                    None
                }
            },
            _ => None,
        };
        let shift = match asked {
            Some(shift) => shift,
            None => store.shift_to_plan(family, now).await?,
        };
        let plan = store.shift_plan(family, shift.start()).await?;
        let (policy, situation) = as_it_is(&observatory)?;
        let ahead = observatory.ahead(now);
        let planned = placed(&book.blocks, &plan.planned);
        let found = conflicts(&book.blocks, shift, &planned, &situation, &policy, &ahead);
        let free = free_from(&planned, shift, now);
        let best = best(&book.blocks, family, &situation.moved_to(free, &ahead), &policy);
        let facts = if shift.start() < now {
            store.facts_between(shift.start().plus(-DAY_S), shift.end()).await?
        } else {
            Facts::default()
        };
        let inserting = value(search, "add").map(|sb| {
            let at = match value(search, "at").map(|at| instant(&at)) {
                Some(at) => at.map_err(invalid("From"))?,
                None => free,
            };
            let inserted = planned_at(&book.blocks, &observatory, &situation, &policy, &sb, at)?;
            let displaced = displaced(&planned, &inserted);
            let mut with: Vec<Planned> = planned.clone();
            for &nth in displaced.nth.iter().rev() {
                with.remove(nth);
            }
            with.push(inserted);
            let last = with.len() - 1;
            let conflicts = conflicts(&book.blocks, shift, &with, &situation, &policy, &ahead);
            let conflicts = conflicts.into_iter().filter(|conflict| conflict.nth == last).collect();
            Ok::<_, AppError>(Inserting { planned: inserted, displaced, conflicts })
        });
        let inserting = match inserting.transpose() {
            Ok(inserting) => inserting,
            Err(why) => {
                bad.push(why.to_string());
                None
            }
        };
        Ok(shift::html(&OfShift {
            family,
            shift,
            now,
            version: plan.version,
            kept: plan.planned,
            planned,
            conflicts: found,
            events: plan.events,
            blocks: &book.blocks,
            policy: &policy,
            best,
            facts,
            inserting,
            may_plan: current().is_some_and(|user| user.role.may(Right::Plan)),
            bad,
        }))
    }

    /// The blocks of an array that can be observed, targets of opportunity first.
    fn best(blocks: &Blocks, family: Family, situation: &Situation, policy: &Policy) -> Vec<(usize, f64, Section)> {
        let ranking = blocks.rank(situation, policy);
        let of_family = |place: usize| blocks.candidate(place).is_some_and(|one| one.block.array == Some(family));
        let all = Section::ALL
            .iter()
            .flat_map(|&section| ranking.section(section).iter().map(move |&place| (place as usize, section)));
        all.filter(|&(place, _)| of_family(place))
            .take(BEST)
            .map(|(place, section)| (place, ranking.score(place).unwrap_or_default(), section))
            .collect()
    }

    /// What an act needs.
    pub(super) struct With<'a> {
        pub(super) sb: &'a str,
        pub(super) at: &'a str,
        pub(super) nth: usize,
        pub(super) by: i64,
    }

    /// Does it; a sentence of what was done.
    pub(super) async fn edit(
        (family, shift): (Family, Interval),
        version: i32,
        act: &str,
        with: With<'_>,
    ) -> Result<String, AppError> {
        let author = allowed(Right::Plan)?;
        let (store, now, book, observatory) = around(None).await?;
        let (policy, situation) = as_it_is(&observatory)?;
        let plan = store.shift_plan(family, shift.start()).await?;
        if plan.version != version {
            return Err(AppError::Conflict);
        }
        let blocks = &book.blocks;
        let mut planned = placed(blocks, &plan.planned);
        let name = |place: usize| blocks.candidate(place).map_or_else(String::new, |one| one.block.name.clone());
        let none = || invalid("Execution")("the plan has no such execution");
        let mut list = None;
        let (what, publish) = match act {
            "insert" => {
                let at = instant(with.at).map_err(invalid("From"))?;
                let inserted = planned_at(blocks, &observatory, &situation, &policy, with.sb, at)?;
                let gone = displaced(&planned, &inserted);
                for &nth in gone.nth.iter().rev() {
                    planned.remove(nth);
                }
                planned.push(inserted);
                let then = situation.moved_to(at, &observatory.ahead(now));
                list = Some(looked_at(blocks, family, &then, &observatory, &policy));
                let displaced = match gone.nth.len() {
                    0 => String::new(),
                    1 => ", in the place of one other".to_owned(),
                    n => format!(", in the place of {n} others"),
                };
                (format!("put {} at {} UTC{displaced}", name(inserted.place), at.for_people()), false)
            }
            "move" => {
                let moved = planned.get_mut(with.nth).ok_or_else(none)?;
                let by = with.by.clamp(-SHIFT_MAX_S, SHIFT_MAX_S);
                let interval = Interval::new(moved.interval.start().plus(by), moved.interval.end().plus(by));
                let interval = interval.ok_or_else(|| invalid("From")("the time is beyond the last year"))?;
                let sb = blocks.candidate(moved.place).map(|one| one.block.id.to_string()).unwrap_or_default();
                let score = planned_at(blocks, &observatory, &situation, &policy, &sb, interval.start())?.score;
                (moved.interval, moved.score) = (interval, score);
                (format!("moved {} to {} UTC", name(moved.place), interval.start().for_people()), false)
            }
            "remove" => {
                if with.nth >= planned.len() {
                    return Err(none());
                }
                let gone = planned.remove(with.nth);
                (format!("took {} out", name(gone.place)), false)
            }
            "fill" => {
                let from = shift.start().max(now.min(shift.end().plus(-1)));
                let rest = Interval::new(from, shift.end()).filter(|_| shift.end() > now);
                let rest = rest.ok_or_else(|| invalid("Shift")("it is over, so nothing can be planned in it"))?;
                let ahead = observatory.ahead(now);
                let rest = Rest { shift: rest, family, planned: &planned, overhead_s: OVERHEAD_S };
                let sequence = fill(blocks, &rest, &situation, &policy, &ahead);
                if sequence.added.is_empty() {
                    return Err(invalid("Shift")("no block fits into what is free"));
                }
                list = Some(looked_at(
                    blocks,
                    family,
                    &situation.moved_to(rest.shift.start(), &ahead),
                    &observatory,
                    &policy,
                ));
                planned.extend(&sequence.added);
                let n = sequence.added.len();
                let reached = 100.0 * sequence.reached();
                (format!("filled the rest with {n} executions, {reached:.0} % of what no sequence can exceed"), false)
            }
            "undo" => {
                let before = plan.events.iter().find(|event| event.version == plan.version - 1);
                let undone = plan.events.first().ok_or_else(none)?;
                planned = before.map(|event| placed(blocks, &event.planned)).unwrap_or_default();
                (format!("undid version {}: {}", undone.version, undone.what), false)
            }
            "publish" if plan.version == 0 => return Err(invalid("Plan")("there is nothing to publish yet")),
            "publish" => ("published it".to_owned(), true),
            _ => return Err(invalid("Act")("it is insert, move, remove, fill, undo or publish")),
        };
        let kept = kept(blocks, &planned);
        let edit = PlanEdit { version, planned: &kept, what: &what, list, publish };
        store.edit_plan(family, shift, edit, &author.name, now).await?;
        let mut sentence = what;
        if let Some(first) = sentence.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Ok(format!("{sentence}."))
    }

    /// The list that a block was chosen from: its inputs, its policy, who stood first, and the address that makes it again.
    fn looked_at(
        blocks: &Blocks,
        family: Family,
        situation: &Situation,
        observatory: &Observatory,
        policy: &Policy,
    ) -> Value {
        let first: Vec<Value> = best(blocks, family, situation, policy)
            .into_iter()
            .take(KEPT)
            .filter_map(|(place, score, _)| {
                let block = &blocks.candidate(place)?.block;
                Some(json!({ "sb": block.id.as_str(), "name": block.name, "score": score }))
            })
            .collect();
        let array = situation.array(Family::Twelve);
        let query = PlanQuery {
            asked: WhatIf {
                at: Some(situation.at),
                pwv_mm: Some(situation.pwv_mm),
                n_antennas: array.map(|array| array.n_antennas),
                ar_100ghz_arcsec: array.and_then(|array| array.ar_100ghz_arcsec),
                ..WhatIf::default()
            },
            policy: Some((policy.name.clone(), Some(policy.version))),
            ..PlanQuery::default()
        };
        let known = observatory.measured(situation.at).map(|(at, mm)| json!({ "at": String::from(at), "pwv_mm": mm }));
        json!({
            "policy": format!("{}, version {}", policy.name, policy.version),
            "situation": serde_json::to_value(situation).unwrap_or_default(),
            "weights_and_limits": serde_json::to_value(policy).unwrap_or_default(),
            "measured": known,
            "first": first,
            "href": query.href(),
        })
    }
}
