//! The list for one address: what server and browser make alike from the blocks and the observatory.

use std::sync::Arc;

use domain::plan::block_filter::BlockFilter;
use domain::plan::checks::Check;
use domain::plan::comparison::{Change, changes};
use domain::plan::observatory::Observatory;
use domain::plan::policy::Policy;
use domain::plan::ranking::{Blocks, Ranking, Section};
use domain::plan::situation::{Ahead, Situation};

use crate::query::BadParameter;
use crate::query::plan::{PlanQuery, Reading};

/// A list and everything it was made from.
pub(crate) struct Made {
    pub(crate) blocks: Arc<Blocks>,
    pub(crate) observatory: Arc<Observatory>,
    pub(crate) query: PlanQuery,
    /// The blocks that are searched for.
    filter: BlockFilter,
    pub(crate) policy: Policy,
    pub(crate) situation: Situation,
    pub(crate) ahead: Vec<Ahead>,
    pub(crate) ranking: Ranking,
    /// The list beside which this one stands.
    pub(crate) pinned: Option<Ranking>,
    /// Parameters that do not apply.
    pub(crate) bad: Vec<BadParameter>,
}

impl Made {
    /// Makes the list that an address asks for; what of it cannot be, is told and left out.
    pub(crate) fn new(blocks: Arc<Blocks>, observatory: Arc<Observatory>, reading: Reading) -> Self {
        let Reading { mut query, mut bad } = reading;
        let policy = policy_of(&observatory, &mut query, &mut bad);
        let situation = situation_of(&observatory, &mut query, &policy, &mut bad);
        // What of a pinned list does not apply was told when it was the list.
        let pinned = query.pin.as_deref().map(|pin| {
            let (mut pin, mut told) = (pin.clone(), Vec::new());
            let policy = policy_of(&observatory, &mut pin, &mut told);
            blocks.rank(&situation_of(&observatory, &mut pin, &policy, &mut told), &policy)
        });
        let (filter, misread) = BlockFilter::read(&query.find);
        bad.extend(misread.iter().map(|one| BadParameter::new("find", &one.part, one.why.clone())));
        let ranking = blocks.rank(&situation, &policy);
        let ahead = observatory.ahead(situation.at);
        Self { blocks, observatory, query, filter, policy, situation, ahead, ranking, pinned, bad }
    }

    /// Whether a block is one of those that are searched for.
    pub(crate) fn is_found(&self, place: usize) -> bool {
        self.filter.is_empty() || self.blocks.candidate(place).is_some_and(|candidate| self.filter.passes(candidate))
    }

    /// The listed blocks of a section that are searched for, with their ranks.
    pub(crate) fn listed(&self, section: Section) -> Vec<(usize, usize)> {
        let ranked = (1..).zip(self.ranking.section(section).iter().map(|&place| place as usize));
        ranked.filter(|&(_, place)| self.is_found(place)).collect()
    }

    /// The blocks that are not listed and searched for, with the check that fails first; by check, then by id.
    pub(crate) fn why_not(&self) -> Vec<(usize, Check)> {
        let mut all: Vec<_> = self.ranking.why_not().filter(|&(place, _)| self.is_found(place)).collect();
        all.sort_by_key(|&(place, check)| (std::cmp::Reverse(check as u8), place));
        all
    }

    /// The blocks whose place is another than in the pinned list.
    pub(crate) fn changes(&self) -> Vec<Change> {
        self.pinned.as_ref().map(|pinned| changes(pinned, &self.ranking)).unwrap_or_default()
    }

    /// The open block.
    pub(crate) fn open(&self) -> Option<usize> {
        self.blocks.place(self.query.open.as_deref()?)
    }
}

/// The policy that is asked for; the default where there is no such one, which is told and no longer asked.
fn policy_of(observatory: &Observatory, query: &mut PlanQuery, bad: &mut Vec<BadParameter>) -> Policy {
    let (name, version) = query.policy.clone().map_or((None, None), |(name, version)| (Some(name), version));
    if let Some(policy) = observatory.policy(name.as_deref(), version) {
        return policy.clone();
    }
    query.policy = None;
    let default = observatory.policy(None, None).cloned().unwrap_or_else(Policy::shiftdesk);
    if let Some(name) = name {
        let asked = version.map_or_else(|| name.clone(), |version| format!("{name}@{version}"));
        bad.push(BadParameter::new("policy", &asked, format!("there is no such policy, so {} applies", default.name)));
    }
    default
}

/// The situation that is asked for. Each limit was looked at when it was read, so what can be wrong is one hour angle beside the
/// policy's other one: then the policy's apply.
fn situation_of(
    observatory: &Observatory,
    query: &mut PlanQuery,
    policy: &Policy,
    bad: &mut Vec<BadParameter>,
) -> Situation {
    let asked = query.asked.clone();
    observatory.situation(&asked, policy).unwrap_or_else(|why| {
        let of = policy.limits;
        let from = asked.hour_angle_from_h.unwrap_or(of.hour_angle_from_h);
        let to = asked.hour_angle_to_h.unwrap_or(of.hour_angle_to_h);
        bad.push(BadParameter::new("ha", &format!("{from},{to}"), format!("{why}; those of the policy apply")));
        query.asked = asked.with_limits_of_policy();
        observatory.by_policy(&query.asked, policy)
    })
}
