//! The list, pressure and policies, made for one address.

use std::sync::Arc;

use domain::family::Family;
use domain::people::Right;
use domain::plan::back_test::{Past, back_test};
use domain::plan::candidates::PastExecution;
use domain::plan::comparison::changes;
use domain::plan::observatory::{Observatory, WhatIf};
use domain::plan::pads::read_pads;
use domain::plan::policy::{KeptPolicy, Policy};
use domain::plan::pressure::{available_by_lst, by_configuration, executive_balance, wanted};
use domain::plan::resolution::resolution;
use domain::plan::situation::newest_revision;
use domain::time::{DAY_S, HOUR_S, Instant, Interval};
use domain::triage::filter::What;
use store::{Book, Store};

use crate::api::person::{Visitor, current, signed};
use crate::api::refusal::{invalid, now, store};
use crate::error::AppError;
use crate::pages::plan::made::Made;
use crate::pages::plan::{self, array, policies, pressure};
use crate::query::pairs;
use crate::query::plan::read;

/// How far back a policy is tested \[s\]: 30 days.
const TEST_S: i64 = 30 * DAY_S;

pub(super) async fn around(asked: Option<Instant>) -> Result<(Store, Instant, Arc<Book>, Observatory), AppError> {
    let (store, now) = (store()?, now()?);
    let book = store.book().await?;
    let observatory = store.observatory(&book, now, asked).await?;
    Ok((store, now, book, observatory))
}

pub(super) async fn list(search: &str) -> Result<String, AppError> {
    let reading = read(pairs(search));
    let (store, _, book, observatory) = around(reading.query.asked.at).await?;
    let made = Made::new(Arc::clone(&book.blocks), Arc::new(observatory), reading);
    let past = match made.query.open.clone() {
        Some(sb) => Some(past(&sb).await),
        None => None,
    };
    let visitor = leptos::prelude::use_context::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<Visitor>().cloned())
        .unwrap_or_default();
    let views = match signed() {
        Ok(who) => Some(store.views(Some(who.account)).await?),
        Err(_) => None,
    };
    Ok(plan::html(&made, past, visitor.single_key_shortcuts, views))
}

pub(super) async fn past(sb: &str) -> Result<Vec<PastExecution>, AppError> {
    // No text of the database has a NUL.
    if sb.contains('\0') {
        return Ok(Vec::new());
    }
    Ok(store()?.executions_of(sb).await?)
}

pub(super) fn family(word: &str) -> Result<Family, AppError> {
    match What::parse("family", word) {
        Ok(What::Family(Some(family))) => Ok(family),
        _ => Err(invalid("Array")("it is 12m, 7m or tp")),
    }
}

pub(super) fn value(search: &str, name: &str) -> Option<String> {
    pairs(search).find(|(found, value)| found == name && !value.is_empty()).map(|(_, value)| value)
}

pub(super) fn array(search: &str) -> String {
    let text = value(search, "pads").unwrap_or_default();
    let query = read(pairs(search).filter(|(name, _)| name != "pads")).query;
    let pads = (!text.trim().is_empty()).then(|| read_pads(&text));
    let read = pads.map(|pads| pads.map(|pads| (pads.len(), resolution(&pads))));
    array::html(&array::OfPads { query, text, read })
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
    let bad = found.is_none().then(|| "There is no policy of that name and version; the default is shown.".to_owned());
    let default = all.iter().position(|kept| kept.is_default).unwrap_or(0);
    let chosen = found.unwrap_or(default);
    let rank = |policy: &Policy| {
        let situation = observatory.situation(&WhatIf::default(), policy);
        situation.map(|situation| book.blocks.rank(&situation, policy)).unwrap_or_default()
    };
    let differs =
        if chosen == default { Vec::new() } else { changes(&rank(&all[default].policy), &rank(&all[chosen].policy)) };
    let me = current();
    let may_plan = me.as_ref().is_some_and(|user| user.role.may(Right::Plan));
    // It ranks all blocks for each execution of a month: no work for whoever comes by.
    let tested = match value(search, "test") {
        Some(_) if may_plan => {
            Some(test(&store, &book, &observatory, now, &all[chosen].policy, &all[default].policy).await?)
        }
        _ => None,
    };
    Ok(policies::html(&policies::Policies {
        chosen,
        changes: differs,
        blocks: &book.blocks,
        tested,
        may_plan,
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
    let interval =
        Interval::new(now.plus(-TEST_S), now).ok_or_else(|| invalid("Time")("the clock stands at its beginning"))?;
    let executions = store.executions_until(now).await?;
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
