//! When does a check that fails pass again?
//!
//! Closed forms say about when; the check itself says whether: an answer was tried at that very second. The water vapour is
//! taken as it is now. The 12 m array becomes what the schedule has.

use super::checks::Check;
use super::policy::Policy;
use super::ranking::{Blocks, Moment, Numbers};
use super::situation::{Ahead, Situation};
use super::target::{first_that, next_rise, seconds_of};
use crate::time::{Instant, Interval};

/// Steps from one failing check to the next that are taken for [`Blocks::next_time_listed`] (our own): a step is up to a day,
/// or to the next configuration or window.
const STEPS: usize = 40;

impl Blocks {
    /// The first second from the situation's on at which a check passes: that of the situation when it passes already, `None`
    /// when time alone does not help. Make the situation of that second with [`Situation::moved_to`].
    pub fn next_time(
        &self,
        place: usize,
        check: Check,
        situation: &Situation,
        policy: &Policy,
        ahead: &[Ahead],
    ) -> Option<Instant> {
        let block = self.numbers(place)?;
        let changes = ahead.iter().map(|next| next.start).filter(|&start| start > situation.at);
        // The array is one until the next configuration, so each stretch between two is asked by itself.
        let mut stretch = *situation;
        for end in changes.map(Some).chain([None]) {
            match earliest(block, check, &stretch, policy) {
                Some(at) if end.is_none_or(|end| at < end) => return Some(at),
                _ => stretch = situation.moved_to(end?, ahead),
            }
        }
        None
    }

    /// The first second from the situation's on at which every check passes, so that the block is listed; `None` when it is not
    /// within some weeks, or when time alone does not help.
    pub fn next_time_listed(
        &self,
        place: usize,
        situation: &Situation,
        policy: &Policy,
        ahead: &[Ahead],
    ) -> Option<Instant> {
        let block = self.numbers(place)?;
        let mut then = *situation;
        for _ in 0..STEPS {
            match Moment::new(&then, policy).judge(block) {
                Ok(_) => return Some(then.at),
                // The situation of a later stretch still has the configurations ahead of itself.
                Err(check) => {
                    let at = self.next_time(place, check, &then, policy, ahead)?;
                    then = then.moved_to(at, ahead);
                }
            }
        }
        None
    }

    /// The parts of the next `n` steps of `step_s` seconds in which a block passes all checks when they begin; touching ones are
    /// one, by start. Empty beyond the last place.
    pub fn listed_over(
        &self,
        place: usize,
        situation: &Situation,
        policy: &Policy,
        ahead: &[Ahead],
        (step_s, n): (u32, u32),
    ) -> Vec<Interval> {
        let Some(block) = self.numbers(place) else { return Vec::new() };
        let mut parts: Vec<Interval> = Vec::new();
        for nth in 0..n {
            let from = situation.at.plus(i64::from(nth) * i64::from(step_s));
            if Moment::new(&situation.moved_to(from, ahead), policy).judge(block).is_err() {
                continue;
            }
            let start = match parts.last() {
                Some(last) if last.end() == from => parts.pop().map_or(from, |last| last.start()),
                _ => from,
            };
            parts.extend(Interval::new(start, from.plus(i64::from(step_s))));
        }
        parts
    }
}

/// The same with the array as it is.
fn earliest(block: &Numbers, check: Check, situation: &Situation, policy: &Policy) -> Option<Instant> {
    let now = situation.at;
    let moment = Moment::new(situation, policy);
    if moment.passes(block, check) {
        return Some(now);
    }
    let passes_at = |at: Instant| Moment::new(&Situation { at, ..*situation }, policy).passes(block, check);
    let rise_over = |sin_limit: f64| first_that(now, next_rise(&moment.now, &block.target, sin_limit)?, passes_at);
    match check {
        // It sets too soon now, or is below: then it is at its next rise that it stays up longest.
        Check::Elevation | Check::SetsIn => rise_over(moment.sin_elevation),
        Check::HourAngle => {
            let first_lst_h = situation.limits.hour_angle_from_h + block.target.ra_h;
            // A target without coordinates never comes.
            let comes = || now.plus(seconds_of(moment.now.until_lst_h(first_lst_h)));
            first_lst_h.is_finite().then(|| first_that(now, comes(), passes_at))?
        }
        Check::Window => {
            let opens = now.plus(block.window.0.saturating_sub(now.unix_seconds()));
            // A window that is over opened before.
            (opens > now && passes_at(opens)).then_some(opens)
        }
        Check::ExecFrac => rise_over(moment.sin_elevation_needed(block)?),
        Check::ArrayKind
        | Check::ProjectState
        | Check::SbState
        | Check::Name
        | Check::Grade
        | Check::Band
        | Check::ExecutionsLeft
        | Check::Configuration => None,
    }
}

impl Moment<'_> {
    /// The sine of the elevation above which the block takes short enough; none when it does not at transit.
    ///
    /// The higher, the less air and the less noise: halving finds it.
    fn sin_elevation_needed(&self, block: &Numbers) -> Option<f64> {
        let enough = |sin_elevation: f64| self.exec_frac(block, sin_elevation) >= self.exec_frac_limit();
        let (mut low, mut high) = (0.0, self.now.sin_highest(&block.target));
        if !enough(high) {
            return None;
        }
        // 40 halvings: a millionth of an arcsecond.
        for _ in 0..40 {
            let middle = (low + high) / 2.0;
            if enough(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(high)
    }
}
