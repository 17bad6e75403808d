//! The plan of a shift: its page for one address, and what is done to it.

use domain::facts::Facts;
use domain::family::Family;
use domain::people::Right;
use domain::plan::conflicts::{conflicts, displaced};
use domain::plan::observatory::{Observatory, WhatIf};
use domain::plan::policy::Policy;
use domain::plan::ranking::{Blocks, Section};
use domain::plan::sequence::{Planned, Rest, fill};
use domain::plan::shift_plan::{KeptExecution, KeptList, KeptRow, Measured};
use domain::plan::situation::Situation;
use domain::time::{DAY_S, HOUR_S, Instant, Interval};
use domain::triage::filter::instant;
use store::PlanEdit;

use super::made::{around, family, value};
use crate::api::person::{allowed, current};
use crate::api::refusal::invalid;
use crate::error::AppError;
use crate::format::with_capital;
use crate::pages::plan::kept_list;
use crate::pages::plan::shift::{Inserting, OfShift, Which, free_from, html};
use crate::query::plan::{PlanQuery, Reading, read};

/// Time each execution takes beyond its estimate, to set up and to calibrate \[s\] (our own).
const OVERHEAD_S: i64 = 600;
/// A shift that can be planned is at most so long \[s\] (our own).
const SHIFT_MAX_S: i64 = 2 * DAY_S;
/// Blocks that can be chosen from to add (our own).
const BEST: usize = 60;

/// Which plan, as a form says it.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) family: &'a str,
    pub(super) start: &'a str,
    pub(super) end: &'a str,
    pub(super) pwv: &'a str,
}

impl Said<'_> {
    pub(super) fn read(&self) -> Result<Which, AppError> {
        let family = family(self.family)?;
        let (start, end) = (instant(self.start).map_err(invalid("Start"))?, instant(self.end).map_err(invalid("End"))?);
        let shift = Interval::new(start, end).filter(|shift| shift.seconds() <= SHIFT_MAX_S);
        let shift = shift.ok_or_else(|| invalid("End")("a shift ends after its start, at most two days later"))?;
        Ok(Which { family, shift, pwv_mm: water_vapour(self.pwv).map_err(invalid("Water vapour"))? })
    }
}

/// The water vapour that is asked for \[mm\]; nothing is that of now.
fn water_vapour(text: &str) -> Result<Option<f64>, String> {
    let Reading { query, bad } = read([("pwv".to_owned(), text.to_owned())].into_iter());
    bad.into_iter().next().map_or(Ok(query.asked.pwv_mm), |bad| Err(bad.why))
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

/// The observatory as it is, with the water vapour that is planned for, and the default policy.
fn planned_for(observatory: &Observatory, pwv_mm: Option<f64>) -> Result<(Policy, Situation), AppError> {
    let policy = observatory.policy(None, None).cloned().unwrap_or_else(Policy::shiftdesk);
    let situation = observatory.situation(&WhatIf { pwv_mm, ..WhatIf::default() }, &policy);
    Ok((policy, situation.map_err(invalid("Limits"))?))
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

pub(super) async fn page(search: &str) -> Result<String, AppError> {
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
        (Some(start), Some(end)) => match (Said { family: word, start: &start, end: &end, pwv: "" }).read() {
            Ok(which) => Some(which.shift),
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
    let pwv_mm = value(search, "pwv").map(|text| water_vapour(&text)).transpose().map(Option::flatten);
    let pwv_mm = pwv_mm.unwrap_or_else(|why| {
        bad.push(format!("Water vapour: {why}, so that of now applies."));
        None
    });
    let which = Which { family, shift, pwv_mm };
    let (policy, situation) = planned_for(&observatory, pwv_mm)?;
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
    Ok(html(&OfShift {
        which,
        pwv_mm: situation.pwv_mm,
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

/// The first blocks of an array that can be observed.
fn best(blocks: &Blocks, family: Family, situation: &Situation, policy: &Policy) -> Vec<(usize, f64, Section)> {
    can_be_observed(blocks, family, situation, policy).take(BEST).collect()
}

/// The blocks of an array that can be observed, targets of opportunity first, with their scores.
fn can_be_observed(
    blocks: &Blocks,
    family: Family,
    situation: &Situation,
    policy: &Policy,
) -> impl Iterator<Item = (usize, f64, Section)> {
    let ranking = blocks.rank(situation, policy);
    let of_family = |place: usize| blocks.candidate(place).is_some_and(|one| one.block.array == Some(family));
    let all = Section::ALL
        .iter()
        .flat_map(|&section| ranking.section(section).iter().map(move |&place| (place as usize, section)));
    let listed: Vec<_> = all
        .filter(|&(place, _)| of_family(place))
        .map(|(place, section)| (place, ranking.score(place).unwrap_or_default(), section))
        .collect();
    listed.into_iter()
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
    Which { family, shift, pwv_mm }: Which,
    version: i32,
    act: &str,
    with: With<'_>,
) -> Result<String, AppError> {
    let author = allowed(Right::Plan)?;
    let (store, now, book, observatory) = around(None).await?;
    let (policy, situation) = planned_for(&observatory, pwv_mm)?;
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
            list =
                Some(looked_at(blocks, family, &situation.moved_to(rest.shift.start(), &ahead), &observatory, &policy));
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
    let list = list.map(|list| serde_json::to_value(list).unwrap_or_default());
    let edit = PlanEdit { version, planned: &kept, what: &what, list, publish };
    store.edit_plan(family, shift, edit, &author.name, now).await?;
    Ok(format!("{}.", with_capital(what)))
}

/// The list that a block was chosen from, whole.
fn looked_at(
    blocks: &Blocks,
    family: Family,
    situation: &Situation,
    observatory: &Observatory,
    policy: &Policy,
) -> KeptList {
    let row = |(place, score, _): (usize, f64, Section)| {
        let block = &blocks.candidate(place)?.block;
        Some(KeptRow { sb: block.id.clone(), name: block.name.clone(), score })
    };
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
    KeptList {
        situation: *situation,
        policy: policy.clone(),
        measured: observatory.measured(situation.at).map(|(at, pwv_mm)| Measured { at, pwv_mm }),
        rows: can_be_observed(blocks, family, situation, policy).filter_map(row).collect(),
        is_whole: true,
        href: query.href(),
    }
}

/// The list that was looked at for one version of a plan: as it was, and made again from the same.
pub(super) async fn kept_list(search: &str) -> Result<String, AppError> {
    let (store, _, book, _) = around(None).await?;
    let said = |name: &str| value(search, name).unwrap_or_default();
    let which = Said { family: &said("family"), start: &said("start"), end: &said("end"), pwv: &said("pwv") }.read()?;
    let version = said("version").parse::<i32>().map_err(|_| invalid("Version")("it is a whole number"))?;
    let event = store.plan_event(which.family, which.shift.start(), version).await?;
    let none = || AppError::NotFound { what: format!("the list of version {version} of this plan") };
    let event = event.ok_or_else(none)?;
    let list = event.kept_list().ok_or_else(none)?;
    let again = can_be_observed(&book.blocks, which.family, &list.situation, &list.policy).collect();
    Ok(kept_list::html(&kept_list::OfList { which, event: &event, list: &list, blocks: &book.blocks, again }))
}
