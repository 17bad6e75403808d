//! Which blocks can be observed, and in which order?
//!
//! [`Blocks`] holds, for every candidate, the numbers that no slider moves; [`Blocks::rank`] goes through them once, checks
//! before score, and allocates nothing per block: moving a slider ranks ten thousand blocks within a frame. Words come from
//! `why`, for the row somebody opens.
//!
//! A number that the log does not have is NaN here, and every comparison is written so that NaN fails.

use serde::{Deserialize, Serialize};

use super::arithmetic::{exp, sin_cos_deg};
use super::atmosphere::{Line, Vapour, snapped_pwv};
use super::candidates::{Candidate, cycle_year};
use super::checks::{Check, PROJECT_STATES, SB_STATES, says_do_not};
use super::criteria::{self, Grade, Scores, Wanted};
use super::noise::{Receiver, bl_ratio_of, tsys_ratio};
use super::policy::{Criterion, Formulas, Policy};
use super::situation::{ArrayAtHand, Bands, Situation};
use super::target::{SkyAt, Target, seconds_of};
use crate::family::Family;
use crate::labelled::labelled;

labelled! {
    /// The lists of the view, in its order.
    Section, "section" {
        /// Targets of opportunity that are Ready, of any family.
        ReadyToo = "ToO \"Ready\" Scheduling Blocks",
        /// The other blocks of the 12 m array.
        Twelve = "12m",
        /// The other blocks of the 7 m array.
        Seven = "7m",
        /// The other blocks of the single dishes.
        TotalPower = "TP",
    }
}

/// All candidates, ready to be ranked. A block is named by its place, 0 to [`Blocks::len`]; places are in the order of the ids,
/// so that blocks of equal score are, too.
#[derive(Clone, Debug)]
pub struct Blocks {
    candidates: Vec<Candidate>,
    numbers: Vec<Numbers>,
    current_cycle: String,
}

/// What the ranking needs of one block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) target: Target,
    /// Opacity without water \[neper\] and per mm of it.
    tau: [f64; 2],
    lines: [Line; 6],
    receiver: Receiver,
    /// System temperature it was planned with \[K\]: at its own vapour, and at that as the original's table has it.
    planned_k: [f64; 2],
    max_pwv_mm: f64,
    pub(super) wanted: Wanted,
    observed: i32,
    exec_count: i32,
    science_rank: Option<i32>,
    grade: Option<Grade>,
    cycle_year: Option<i32>,
    carried_over: bool,
    family: Option<Family>,
    section: Section,
    band: u8,
    /// Checks that fail whatever the situation is, as bits by [`Check`].
    fixed: u16,
    /// Unix seconds; open ends are the first and the last there are.
    pub(super) window: (i64, i64),
}

/// A list: who is in it, in which order, and who is not and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// The policy's name.
    pub policy: String,
    /// The policy's version.
    pub version: u32,
    sections: [Vec<u32>; 4],
    /// By place: the first check that fails.
    first_failing: Vec<Option<Check>>,
    /// By place; 0 of a block that is not listed.
    scores: Vec<f64>,
    /// For sorting, kept for the next time.
    order: [Vec<(u64, u32)>; 8],
}

impl Ranking {
    /// The places of a section's blocks, best first: the first has rank 1.
    pub fn section(&self, section: Section) -> &[u32] {
        &self.sections[section as usize]
    }

    /// How many blocks it speaks about, listed or not.
    pub fn len(&self) -> usize {
        self.first_failing.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.first_failing.is_empty()
    }

    /// The section and the rank, from 1, of a block that is listed.
    pub fn rank_of(&self, place: usize) -> Option<(Section, usize)> {
        self.first_failing.get(place)?.is_none().then_some(())?;
        Section::ALL.iter().find_map(|&section| {
            let at = self.section(section).iter().position(|&listed| listed as usize == place)?;
            Some((section, at + 1))
        })
    }

    /// The score of a block that is listed.
    pub fn score(&self, place: usize) -> Option<f64> {
        self.first_failing.get(place)?.is_none().then(|| self.scores[place])
    }

    /// The first check that fails, of a block that is not listed.
    pub fn first_failing(&self, place: usize) -> Option<Check> {
        self.first_failing.get(place).copied().flatten()
    }

    /// The blocks that are not listed with their first failing check, by place.
    pub fn why_not(&self) -> impl Iterator<Item = (usize, Check)> {
        self.first_failing.iter().enumerate().filter_map(|(place, failing)| Some((place, (*failing)?)))
    }
}

impl Blocks {
    /// Takes in all candidates; `current_cycle` is what grades B and C are valid for, `2021.1`.
    /// Quickest when they come in the order of their ids: comparing ids all over the memory is most of the work else.
    pub fn new(mut candidates: Vec<Candidate>, current_cycle: &str) -> Self {
        candidates.sort_by(|a, b| a.block.id.cmp(&b.block.id));
        let numbers = candidates.iter().map(|candidate| Numbers::of(candidate, current_cycle)).collect();
        Self { candidates, numbers, current_cycle: current_cycle.to_owned() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.candidates.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// All of them, by place.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The cycle that grades B and C are valid for.
    pub fn current_cycle(&self) -> &str {
        &self.current_cycle
    }

    /// The block at a place.
    pub fn candidate(&self, place: usize) -> Option<&Candidate> {
        self.candidates.get(place)
    }

    /// The place of a block by its id.
    pub fn place(&self, sb_uid: &str) -> Option<usize> {
        self.candidates.binary_search_by(|candidate| candidate.block.id.as_str().cmp(sb_uid)).ok()
    }

    /// Whether a block passes one check, whatever the others say; `None` beyond the last place.
    pub fn passes(&self, place: usize, check: Check, situation: &Situation, policy: &Policy) -> Option<bool> {
        Some(Moment::new(situation, policy).passes(self.numbers.get(place)?, check))
    }

    /// Counts one more execution of a block as done.
    pub(super) fn count_execution(&mut self, place: usize) {
        if let Some(candidate) = self.candidates.get_mut(place) {
            candidate.n_pass = candidate.n_pass.saturating_add(1);
            self.numbers[place] = Numbers::of(candidate, &self.current_cycle);
        }
    }

    /// Blocks of a family that may still be observed, whatever the conditions.
    pub(super) fn wanted_of(&self, family: Family) -> impl Iterator<Item = &Candidate> {
        let of_family = move |(numbers, _): &(&Numbers, _)| numbers.family == Some(family) && numbers.fixed == 0;
        self.numbers.iter().zip(&self.candidates).filter(of_family).map(|(_, candidate)| candidate)
    }

    pub(super) fn numbers(&self, place: usize) -> Option<&Numbers> {
        self.numbers.get(place)
    }

    /// The list for a situation by a policy.
    pub fn rank(&self, situation: &Situation, policy: &Policy) -> Ranking {
        let mut ranking = Ranking::default();
        self.rank_into(&mut ranking, situation, policy);
        ranking
    }

    /// The same into a ranking that is there already, whose memory is used again.
    pub fn rank_into(&self, ranking: &mut Ranking, situation: &Situation, policy: &Policy) {
        let moment = Moment::new(situation, policy);
        ranking.policy.clone_from(&policy.name);
        ranking.version = policy.version;
        ranking.first_failing.clear();
        ranking.scores.clear();
        ranking.order.iter_mut().for_each(Vec::clear);
        for (place, numbers) in (0_u32..).zip(&self.numbers) {
            let judged = moment.judge(numbers);
            ranking.first_failing.push(judged.err());
            let Ok(exec_frac) = judged else {
                ranking.scores.push(0.0);
                continue;
            };
            let score = criteria::total(&policy.weights, &moment.scores(numbers, exec_frac));
            ranking.scores.push(score);
            let last = policy.formulas == Formulas::Shiftdesk && numbers.is_filler();
            ranking.order[numbers.section as usize * 2 + usize::from(last)].push((descending(score), place));
        }
        for (listed, orders) in ranking.sections.iter_mut().zip(ranking.order.chunks_exact_mut(2)) {
            listed.clear();
            for order in orders {
                order.sort_unstable();
                listed.extend(order.iter().map(|&(_, place)| place));
            }
        }
    }
}

/// A key that sorts numbers from the largest to the smallest: the bits of an `f64` are in its order once the negative ones are
/// turned around.
#[inline]
fn descending(score: f64) -> u64 {
    // Both zeros are one.
    let bits = (score + 0.0).to_bits();
    if bits >> 63 == 0 { !bits & !(1 << 63) } else { bits }
}

impl Numbers {
    /// Grade C: for when nothing else can be observed.
    pub(super) fn is_filler(&self) -> bool {
        self.grade == Some(Grade::C)
    }

    pub(super) const fn section(&self) -> Section {
        self.section
    }

    fn of(candidate: &Candidate, current_cycle: &str) -> Self {
        let Candidate { block, project, air, .. } = candidate;
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
        let target = Target::new(number(block.ra_deg), number(block.dec_deg));
        let max_pwv_mm = number(block.max_pwv_mm);
        let band = block.band.unwrap_or(0);
        let receiver = Receiver::of_band(band).unwrap_or(Receiver { trx_k: f64::NAN, image_gain: 0.0 });
        let airmass = target.transit_airmass();
        let planned = |pwv_mm: f64| {
            // What never rises was planned with no airmass.
            air.filter(|_| airmass > 0.0).map_or(f64::NAN, |air| receiver.tsys_k(air.at(pwv_mm), airmass))
        };
        // An array's resolution goes with the wavelength; the block's are at its own frequency.
        let at_100ghz = number(block.rep_freq_ghz) / 100.0;
        let [ar, min, max] =
            [block.ar_arcsec, block.min_ar_arcsec, block.max_ar_arcsec].map(|ar| number(ar) * at_100ghz);
        let project = project.as_ref();
        let cycle = project.map_or("", |project| project.cycle.as_str());
        let grade = project.and_then(|project| project.grade.parse().ok());
        let carried_over = cycle < current_cycle;
        let fixed = [
            (Check::ArrayKind, block.array.is_some()),
            (Check::ProjectState, project.is_some_and(|project| PROJECT_STATES.contains(&project.state.as_str()))),
            (Check::SbState, SB_STATES.contains(&block.state.as_str())),
            (Check::Name, !says_do_not(&block.name)),
            (Check::Grade, grade.is_some_and(|grade| grade == Grade::A || !carried_over)),
            (Check::ExecutionsLeft, candidate.executions_left().is_some_and(|left| left > 0)),
        ];
        Self {
            tau: air.map_or([f64::NAN; 2], |air| [air.tau_dry, air.tau_wet_per_mm]),
            lines: air.as_ref().map_or([Line::UNKNOWN; 6], super::atmosphere::Air::lines),
            receiver,
            planned_k: [planned(max_pwv_mm), planned(snapped_pwv(max_pwv_mm))],
            max_pwv_mm,
            wanted: Wanted::new(ar, min, max, target.dec_deg, block.name.ends_with("_TC")),
            target,
            observed: candidate.observed(),
            exec_count: block.exec_count.unwrap_or(0),
            science_rank: project.and_then(|project| project.science_rank),
            grade,
            cycle_year: cycle_year(cycle),
            carried_over,
            family: block.array,
            section: match block.array {
                _ if candidate.is_too() && block.state == "Ready" => Section::ReadyToo,
                Some(Family::Seven) => Section::Seven,
                Some(Family::TotalPower) => Section::TotalPower,
                // A block without a family fails the first check and is in no section.
                Some(Family::Twelve) | None => Section::Twelve,
            },
            band,
            fixed: fixed.iter().filter(|(_, passes)| !passes).fold(0, |bits, &(check, _)| bits | 1 << check as u16),
            window: (
                block.window_start.map_or(i64::MIN, |start| start.unix_seconds()),
                block.window_end.map_or(i64::MAX, |end| end.unix_seconds()),
            ),
        }
    }
}

/// A situation, as far as it can be worked out without a block.
pub(super) struct Moment<'a> {
    policy: &'a Policy,
    situation: &'a Situation,
    pub(super) now: SkyAt,
    /// The sky at which the block has still to be up.
    later: SkyAt,
    pub(super) sin_elevation: f64,
    vapour: Vapour,
    /// Which of the two planned temperatures.
    planned: usize,
    arrays: [Option<ArrayAtHand>; 3],
    bl_ratios: [f64; 3],
    bands: Bands,
}

impl<'a> Moment<'a> {
    pub(super) fn new(situation: &'a Situation, policy: &'a Policy) -> Self {
        let in_steps = policy.formulas == Formulas::Cycle3;
        let pwv_mm = if in_steps { snapped_pwv(situation.pwv_mm) } else { situation.pwv_mm };
        let bl_ratios = Family::ALL
            .map(|family| situation.array(family).map_or(0.0, |array| bl_ratio_of(family, array.n_antennas)));
        let now = SkyAt::of(situation.at);
        Self {
            policy,
            situation,
            now,
            later: now.later(seconds_of(situation.limits.sets_in_h)),
            sin_elevation: sin_cos_deg(situation.limits.elevation_deg).0,
            vapour: Vapour::new(pwv_mm),
            planned: usize::from(in_steps),
            arrays: situation.arrays,
            bl_ratios,
            bands: situation.bands,
        }
    }

    /// The fraction of the planned sensitivity that it reaches, of a block that passes all checks; else the first that fails.
    #[inline]
    pub(super) fn judge(&self, block: &Numbers) -> Result<f64, Check> {
        let mut failing = block.fixed;
        failing |= u16::from(!self.has_array(block)) << Check::ArrayKind as u16;
        failing |= u16::from(!self.bands.contains(block.band)) << Check::Band as u16;
        if failing != 0 {
            return Err(Check::ALL[failing.trailing_zeros() as usize]);
        }
        if !self.fits(block) {
            return Err(Check::Configuration);
        }
        let sin_elevation = self.now.sin_elevation(&block.target);
        if !self.is_high(sin_elevation) {
            return Err(Check::Elevation);
        }
        if !self.stays_up(block) {
            return Err(Check::SetsIn);
        }
        if !self.near_transit(block) {
            return Err(Check::HourAngle);
        }
        if !self.in_window(block) {
            return Err(Check::Window);
        }
        let exec_frac = self.exec_frac(block, sin_elevation);
        if exec_frac >= self.situation.limits.exec_frac { Ok(exec_frac) } else { Err(Check::ExecFrac) }
    }

    /// One check by itself; [`Moment::judge`] makes the same comparisons.
    pub(super) fn passes(&self, block: &Numbers, check: Check) -> bool {
        match check {
            Check::ArrayKind => block.fixed & 1 << check as u16 == 0 && self.has_array(block),
            Check::Band => self.bands.contains(block.band),
            Check::Configuration => self.fits(block),
            Check::Elevation => self.is_high(self.now.sin_elevation(&block.target)),
            Check::SetsIn => self.stays_up(block),
            Check::HourAngle => self.near_transit(block),
            Check::Window => self.in_window(block),
            Check::ExecFrac => {
                self.exec_frac(block, self.now.sin_elevation(&block.target)) >= self.situation.limits.exec_frac
            }
            Check::ProjectState | Check::SbState | Check::Name | Check::Grade | Check::ExecutionsLeft => {
                block.fixed & 1 << check as u16 == 0
            }
        }
    }

    #[inline]
    fn has_array(&self, block: &Numbers) -> bool {
        block.family.is_some_and(|family| self.arrays[family as usize].is_some())
    }

    #[inline]
    fn fits(&self, block: &Numbers) -> bool {
        if block.family != Some(Family::Twelve) {
            return true;
        }
        let ar = self.array_ar();
        block.wanted.min <= ar && ar <= block.wanted.max
    }

    pub(super) fn exec_frac_limit(&self) -> f64 {
        self.situation.limits.exec_frac
    }

    /// The 12 m array's resolution at 100 GHz \[arcsec\].
    #[inline]
    pub(super) fn array_ar(&self) -> f64 {
        self.arrays[Family::Twelve as usize].and_then(|array| array.ar_100ghz_arcsec).unwrap_or(f64::NAN)
    }

    #[inline]
    fn is_high(&self, sin_elevation: f64) -> bool {
        sin_elevation >= self.sin_elevation
    }

    #[inline]
    fn stays_up(&self, block: &Numbers) -> bool {
        self.now.stays_above(&self.later, &block.target, self.sin_elevation)
    }

    #[inline]
    fn near_transit(&self, block: &Numbers) -> bool {
        let hour_angle_h = self.now.hour_angle_h(&block.target);
        self.situation.limits.hour_angle_from_h <= hour_angle_h && hour_angle_h <= self.situation.limits.hour_angle_to_h
    }

    #[inline]
    fn in_window(&self, block: &Numbers) -> bool {
        let now = self.situation.at.unix_seconds();
        block.window.0 <= now && now < block.window.1
    }

    /// bl_ratio · tsys_ratio at that elevation, 0 at and below the horizon; NaN where the log lacks what it takes.
    #[inline]
    pub(super) fn exec_frac(&self, block: &Numbers, sin_elevation: f64) -> f64 {
        if sin_elevation <= 0.0 {
            return 0.0;
        }
        let planned_k = block.planned_k[self.planned];
        let Some(family) = block.family else { return f64::NAN };
        if planned_k.is_nan() || block.tau[0].is_nan() || sin_elevation.is_nan() {
            return f64::NAN;
        }
        let tau = block.tau[0] + block.tau[1] * self.vapour.pwv_mm;
        let absorbed = 1.0 - exp(-tau);
        let tsky_k = block.lines[self.vapour.line].at(absorbed);
        let now_k = block.receiver.tsys_through(tau, absorbed, tsky_k, 1.0 / sin_elevation);
        self.bl_ratios[family as usize] * tsys_ratio(planned_k, now_k)
    }

    /// The seven scores.
    #[inline]
    pub(super) fn scores(&self, block: &Numbers, exec_frac: f64) -> Scores {
        let formulas = self.policy.formulas;
        let mut scores = [0.0; 7];
        scores[Criterion::Condition as usize] =
            criteria::condition(formulas, exec_frac, self.situation.pwv_mm, block.max_pwv_mm);
        scores[Criterion::Array as usize] = if block.family == Some(Family::Twelve) {
            criteria::array(formulas, &block.wanted, self.array_ar())
        } else {
            10.0
        };
        scores[Criterion::Completion as usize] = criteria::completion(formulas, block.observed, block.exec_count);
        scores[Criterion::Executive as usize] = criteria::executive();
        scores[Criterion::Rank as usize] = criteria::rank(formulas, block.science_rank);
        scores[Criterion::Grade as usize] =
            criteria::grade(formulas, &self.policy.grades, block.grade, block.cycle_year, block.carried_over);
        scores[Criterion::HourAngle as usize] = criteria::hour_angle(formulas, self.now.hour_angle_h(&block.target));
        scores
    }
}

/// What a list shows of one block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Hour angle \[h\], −12 ≤ HA < 12; none without a right ascension.
    pub hour_angle_h: Option<f64>,
    /// Elevation \[°\]; none without coordinates.
    pub elevation_deg: Option<f64>,
    /// Hours until it goes below the elevation limit, 0 while it is below; none when it never does, or without coordinates.
    pub sets_in_h: Option<f64>,
    /// How much longer than planned it takes: 1/exec_frac; none below the horizon and where the log lacks what it takes.
    pub multiplier: Option<f64>,
    /// The seven scores.
    pub scores: Scores,
    /// Their weighted sum.
    pub total: f64,
}

impl Blocks {
    /// What a list shows of one block, listed or not: for the rows on the screen. `None` beyond the last place.
    pub fn row(&self, place: usize, situation: &Situation, policy: &Policy) -> Option<Row> {
        self.rows(&[place], situation, policy).pop()
    }

    /// The same for several blocks; places beyond the last are passed over.
    pub fn rows(&self, places: &[usize], situation: &Situation, policy: &Policy) -> Vec<Row> {
        let moment = Moment::new(situation, policy);
        let numbers = places.iter().filter_map(|&place| self.numbers.get(place));
        let row = |block: &Numbers| {
            let exec_frac = moment.exec_frac(block, moment.now.sin_elevation(&block.target));
            let scores = moment.scores(block, exec_frac);
            let standing = moment.now.place(&block.target);
            let known = |value: f64| value.is_finite().then_some(value);
            Row {
                hour_angle_h: known(standing.hour_angle_h),
                elevation_deg: known(standing.elevation_deg),
                sets_in_h: known(moment.now.sets_in_h(&block.target, situation.limits.elevation_deg)),
                multiplier: known(1.0 / exec_frac),
                total: criteria::total(&policy.weights, &scores),
                scores,
            }
        };
        numbers.map(row).collect()
    }
}
