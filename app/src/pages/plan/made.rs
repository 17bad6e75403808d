//! The list for one address: what server and browser make alike from the blocks and the observatory.

use domain::plan::checks::Check;
use domain::plan::comparison::{Change, changes};
use domain::plan::observatory::{Observatory, WhatIf};
use domain::plan::policy::Policy;
use domain::plan::ranking::{Blocks, Ranking, Section};
use domain::plan::situation::{Ahead, Situation};

use crate::query::BadParameter;
use crate::query::plan::{Named, PlanQuery, Reading};

/// A list and everything it was made from.
pub(crate) struct Made<'a> {
    pub(crate) blocks: &'a Blocks,
    pub(crate) observatory: &'a Observatory,
    pub(crate) query: PlanQuery,
    pub(crate) policy: Policy,
    pub(crate) situation: Situation,
    pub(crate) ahead: Vec<Ahead>,
    pub(crate) ranking: Ranking,
    /// The list beside which this one stands.
    pub(crate) pinned: Option<Ranking>,
    /// Parameters that do not apply.
    pub(crate) bad: Vec<BadParameter>,
}

impl<'a> Made<'a> {
    /// Makes the list that an address asks for; what of it cannot be, is told and left out.
    pub(crate) fn new(blocks: &'a Blocks, observatory: &'a Observatory, reading: Reading) -> Self {
        let Reading { mut query, mut bad } = reading;
        let policy = policy_of(observatory, query.policy.as_ref(), &mut bad);
        if policy.1 {
            query.policy = None;
        }
        let (situation, is_as_asked) = situation_of(observatory, &query.asked, &policy.0, &mut bad);
        if !is_as_asked {
            query.asked = without_limits(&query.asked);
        }
        let policy = policy.0;
        let pinned = query.pin.as_ref().map(|pin| {
            let (policy, _) = policy_of(observatory, pin.policy.as_ref(), &mut bad);
            let (situation, _) = situation_of(observatory, &pin.asked, &policy, &mut bad);
            blocks.rank(&situation, &policy)
        });
        let ranking = blocks.rank(&situation, &policy);
        let ahead = observatory.ahead(situation.at);
        Self { blocks, observatory, query, policy, situation, ahead, ranking, pinned, bad }
    }

    /// Whether a block has all the words that are searched for, in its name, ids, project, executive, grade or state.
    pub(crate) fn is_found(&self, place: usize) -> bool {
        if self.query.find.is_empty() {
            return true;
        }
        let Some(candidate) = self.blocks.candidate(place) else { return false };
        let (block, project) = (&candidate.block, candidate.project.as_ref());
        let band = block.band.map(|band| format!("B{band}")).unwrap_or_default();
        let of_project = |field: fn(&domain::facts::Project) -> &str| project.map_or("", field);
        let texts = [
            block.name.as_str(),
            block.id.as_str(),
            block.project_code.as_str(),
            block.state.as_str(),
            &band,
            of_project(|project| &project.executive),
            of_project(|project| &project.grade),
            of_project(|project| &project.title),
        ]
        .map(str::to_lowercase);
        self.query.find.to_lowercase().split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
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

/// The policy, and whether it is another than the one that was asked for.
fn policy_of(observatory: &Observatory, named: Option<&Named>, bad: &mut Vec<BadParameter>) -> (Policy, bool) {
    let default = || observatory.policy(None, None).cloned().unwrap_or_else(Policy::shiftdesk);
    let Some((name, version)) = named else { return (default(), false) };
    match observatory.policy(Some(name), *version) {
        Some(policy) => (policy.clone(), false),
        None => {
            let asked = version.map_or_else(|| name.clone(), |version| format!("{name}@{version}"));
            let default = default();
            let why = format!("there is no such policy, so {} applies", default.name);
            bad.push(BadParameter::new("policy", &asked, why));
            (default, true)
        }
    }
}

/// The situation, and whether its limits are those that were asked for.
fn situation_of(
    observatory: &Observatory,
    asked: &WhatIf,
    policy: &Policy,
    bad: &mut Vec<BadParameter>,
) -> (Situation, bool) {
    match observatory.situation(asked, policy) {
        Ok(situation) => (situation, true),
        Err(why) => {
            bad.push(BadParameter::new("limits", "", format!("{why}; those of the policy apply")));
            // The policy's own limits can be kept, so this is one.
            let plain = without_limits(asked);
            let situation = observatory.situation(&plain, policy).unwrap_or_else(|_| Situation {
                at: observatory.now,
                pwv_mm: domain::plan::observatory::ASSUMED_PWV_MM,
                arrays: [None; 3],
                bands: domain::plan::situation::Bands::ALL,
                limits: policy.limits,
            });
            (situation, false)
        }
    }
}

fn without_limits(asked: &WhatIf) -> WhatIf {
    WhatIf {
        elevation_deg: None,
        sets_in_h: None,
        hour_angle_from_h: None,
        hour_angle_to_h: None,
        exec_frac: None,
        ..asked.clone()
    }
}
