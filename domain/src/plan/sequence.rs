//! Which blocks fill the rest of a shift, one after the other?
//!
//! At each free moment the best few of the list are tried: each is followed to the end of the shift by taking the best at every
//! later moment, and the one that led furthest is taken. What is maximised is score times hours of execution; how far from
//! the best possible the answer may be is said with it.

use serde::{Deserialize, Serialize};

use super::criteria;
use super::policy::{Formulas, Policy};
use super::ranking::{Blocks, Moment, Section};
use super::situation::{Ahead, Situation};
use crate::family::Family;
use crate::time::{HOUR_S, Instant, Interval};

/// Executions begin at multiples of this after the start of the shift \[s\] (our own).
pub const STEP_S: i64 = 300;
/// How many of the best are followed to the end at each moment (our own): with more the sums hardly grow.
const TRIED: usize = 8;

/// An execution that is planned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// The block's place in [`Blocks`].
    pub place: usize,
    /// When, with its overhead.
    pub interval: Interval,
    /// Its score when it starts.
    pub score: f64,
}

/// What to fill, and what is there already.
#[derive(Clone, Copy, Debug)]
pub struct Rest<'a> {
    /// The shift, or what is left of it: at most some days.
    pub shift: Interval,
    /// The array's family.
    pub family: Family,
    /// What is planned already, in any order.
    pub planned: &'a [Planned],
    /// Time each execution takes beyond its estimate, to set up \[s\].
    pub overhead_s: i64,
}

/// A proposal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// What is added, by time; it overlaps neither itself nor what was there.
    pub added: Vec<Planned>,
    /// Score times hours of execution of what is added.
    pub value: f64,
    /// No sequence that starts on the same steps can have more: at every moment the best block there is, as if it could be
    /// observed again and again.
    pub bound: f64,
}

impl Sequence {
    /// The share of the bound that is reached, 0 to 1; 1 when there is nothing to gain.
    pub fn reached(&self) -> f64 {
        if self.bound > 0.0 { (self.value / self.bound).clamp(0.0, 1.0) } else { 1.0 }
    }
}

/// Proposes executions for the free time of a shift. Blocks are observed no more often than they have executions left, planned
/// ones counted; each passes all checks when it starts, and is still up and in its window when it ends.
pub fn fill(blocks: &Blocks, rest: &Rest<'_>, situation: &Situation, policy: &Policy, ahead: &[Ahead]) -> Sequence {
    let chances = Chances::of(blocks, rest, situation, policy, ahead);
    let mut left = chances.left.clone();
    let mut sequence = Sequence { bound: chances.bound(), ..Sequence::default() };
    let mut step = 0;
    while let Some((at, best)) = chances.best_from(step, &left, TRIED) {
        let follow = |first: &Chance| {
            let mut left = left.clone();
            left[first.of] -= 1;
            first.value + chances.greedy(at + first.steps, &mut left)
        };
        // Of equal ones the first: the best now.
        let mut chosen: Option<(f64, &Chance)> = None;
        for chance in best {
            let value = follow(chance);
            if chosen.is_none_or(|(most, _)| value > most) {
                chosen = Some((value, chance));
            }
        }
        let Some((_, chance)) = chosen else { break };
        left[chance.of] -= 1;
        sequence.value += chance.value;
        sequence.added.push(Planned {
            place: chances.places[chance.of],
            interval: chance.interval,
            score: chance.score,
        });
        step = at + chance.steps;
    }
    sequence
}

/// An execution that could be.
#[derive(Clone, Copy, Debug)]
struct Chance {
    /// Which block: an index into [`Chances::places`].
    of: usize,
    /// 0 targets of opportunity, 1 most, 2 fillers: a lower class goes first whatever the score.
    class: u8,
    score: f64,
    /// Score times hours.
    value: f64,
    interval: Interval,
    /// Steps from its start to the first at which the next may start.
    steps: usize,
}

/// All executions that could be, by the step at which they start.
struct Chances {
    by_step: Vec<Vec<Chance>>,
    places: Vec<usize>,
    /// Executions that each block has left.
    left: Vec<i32>,
}

impl Chances {
    fn of(blocks: &Blocks, rest: &Rest<'_>, situation: &Situation, policy: &Policy, ahead: &[Ahead]) -> Self {
        let (mut places, mut left, mut durations) = (Vec::new(), Vec::new(), Vec::new());
        for place in 0..blocks.len() {
            let Some(candidate) = blocks.candidate(place) else { continue };
            let planned = rest.planned.iter().filter(|planned| planned.place == place).count();
            let still = candidate.executions_left().unwrap_or(0) - i32::try_from(planned).unwrap_or(i32::MAX);
            let Some(est_time_h) = candidate.block.est_time_h.filter(|&hours| hours > 0.0) else { continue };
            if candidate.block.array == Some(rest.family) && still > 0 {
                #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "hours of a block")]
                let execution_s = (est_time_h * HOUR_S as f64).ceil() as i64;
                places.push(place);
                left.push(still);
                durations.push((est_time_h, execution_s.saturating_add(rest.overhead_s.max(0))));
            }
        }
        let mut busy: Vec<Interval> = rest.planned.iter().map(|planned| planned.interval).collect();
        busy.sort_unstable_by_key(|interval| interval.start());
        let n_steps = usize::try_from(rest.shift.seconds().div_euclid(STEP_S)).unwrap_or(0) + 1;
        let mut by_step = vec![Vec::new(); n_steps];
        for (at, chances) in (0..).zip(&mut by_step) {
            let start = rest.shift.start().plus(at * STEP_S);
            let Some(free_until) = free_until(rest.shift, &busy, start) else { continue };
            let then = situation.moved_to(start, ahead);
            let moment = Moment::new(&then, policy);
            for (of, (&place, &(est_time_h, duration_s))) in places.iter().zip(&durations).enumerate() {
                let Some(interval) = Interval::new(start, start.plus(duration_s)) else { continue };
                let Some(block) = blocks.numbers(place) else { continue };
                if interval.end() > free_until || interval.end().unix_seconds() > block.window.1 {
                    continue;
                }
                let Ok(exec_frac) = moment.judge(block) else { continue };
                let at_end = moment.now.later(duration_s);
                if at_end.sin_elevation(&block.target) < moment.sin_elevation {
                    continue;
                }
                let score = criteria::total(&policy.weights, &moment.scores(block, exec_frac));
                let filler = policy.formulas == Formulas::Shiftdesk && block.is_filler();
                let class = if block.section() == Section::ReadyToo { 0 } else { 1 + u8::from(filler) };
                let steps = usize::try_from((duration_s + STEP_S - 1) / STEP_S).unwrap_or(1);
                chances.push(Chance { of, class, score, value: score * est_time_h, interval, steps });
            }
            // Best first; of equal ones the block with the smaller id.
            chances.sort_by(|a, b| {
                (a.class, b.score).partial_cmp(&(b.class, a.score)).unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        Self { by_step, places, left }
    }

    /// The first step from one on at which something may start, and the best few of its chances.
    fn best_from(&self, step: usize, left: &[i32], n: usize) -> Option<(usize, Vec<&Chance>)> {
        for (at, chances) in self.by_step.iter().enumerate().skip(step) {
            let mut open = chances.iter().filter(|chance| left[chance.of] > 0).peekable();
            // Never a lower class while a higher one may start.
            if let Some(class) = open.peek().map(|chance| chance.class) {
                return Some((at, open.take_while(|chance| chance.class == class).take(n).collect()));
            }
        }
        None
    }

    /// What taking the best at every moment from a step on is worth.
    fn greedy(&self, mut step: usize, left: &mut [i32]) -> f64 {
        let mut value = 0.0;
        while step < self.by_step.len() {
            match self.by_step[step].iter().find(|chance| left[chance.of] > 0) {
                Some(chance) => {
                    left[chance.of] -= 1;
                    value += chance.value;
                    step += chance.steps;
                }
                None => step += 1,
            }
        }
        value
    }

    /// At every step the densest of all that could run over it.
    fn bound(&self) -> f64 {
        let mut densest = vec![0.0_f64; self.by_step.len()];
        for (at, chances) in self.by_step.iter().enumerate() {
            for chance in chances {
                #[expect(clippy::cast_precision_loss, reason = "steps of a shift")]
                let density = chance.value / chance.steps as f64;
                for most in densest.iter_mut().skip(at).take(chance.steps) {
                    *most = most.max(density);
                }
            }
        }
        densest.iter().sum()
    }
}

/// Until when the array is free, of an instant at which it is.
fn free_until(shift: Interval, busy: &[Interval], at: Instant) -> Option<Instant> {
    if !shift.holds(at) || busy.iter().any(|interval| interval.holds(at)) {
        return None;
    }
    let next = busy.iter().map(|interval| interval.start()).find(|&start| start >= at);
    Some(next.map_or(shift.end(), |start| start.min(shift.end())))
}
