//! Why does a block stand where it stands, or why is it not listed? In words, for the one row somebody opens.

use serde::{Deserialize, Serialize};

use super::checks::{Check, Checked, PROJECT_STATES, SB_STATES, Verdict};
use super::criteria::{self, elongation};
use super::policy::{Criterion, Formulas, Policy};
use super::ranking::{Blocks, Moment, Numbers, Section};
use super::situation::{Ahead, Situation};
use crate::family::Family;

/// One criterion of one block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Which.
    pub criterion: Criterion,
    /// What went in, with its unit.
    pub raw: String,
    /// The formula with the values put in.
    pub formula: String,
    /// The score, nominally 0 to 10.
    pub score: f64,
    /// The policy's weight, 0 to 1.
    pub weight: f64,
    /// Weight times score.
    pub contribution: f64,
}

/// Where a block would change its place if only the water vapour changed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceByVapour {
    /// The section and the rank now, from 1; none when it is not listed.
    pub rank: Option<(Section, usize)>,
    /// The nearest drier air at which that is different \[mm\]: a multiple of 0.05 mm above 0.
    pub drier_mm: Option<f64>,
    /// The nearest wetter air at which that is different \[mm\], at most 8.
    pub wetter_mm: Option<f64>,
}

impl Blocks {
    /// The seven criteria of a block, listed or not, whose contributions add up to its score in this order. Empty beyond the
    /// last place.
    pub fn why(&self, place: usize, situation: &Situation, policy: &Policy) -> Vec<Part> {
        let (Some(block), Some(candidate)) = (self.numbers(place), self.candidate(place)) else { return Vec::new() };
        let moment = Moment::new(situation, policy);
        let exec_frac = moment.exec_frac(block, moment.now.sin_elevation(&block.target));
        let scores = moment.scores(block, exec_frac);
        let part_of = |criterion: Criterion, raw, formula| {
            let (score, weight) = (scores[criterion as usize], policy.weights.of(criterion));
            Part { criterion, raw, formula, score, weight, contribution: weight * score }
        };
        let part = |&criterion: &Criterion| {
            let (raw, formula) = match criterion {
                Criterion::Condition => condition_words(exec_frac, situation.pwv_mm, candidate.block.max_pwv_mm),
                Criterion::Array if candidate.block.array == Some(Family::Twelve) => {
                    array_words(block, moment.array_ar(), candidate.block.name.ends_with("_TC"))
                }
                Criterion::Array => ("any".to_owned(), "10, as for every 7 m and TP block".to_owned()),
                Criterion::Completion => completion_words(candidate.observed(), candidate.block.exec_count),
                Criterion::Executive => {
                    let executive = candidate.project.as_ref().map_or("none", |project| project.executive.as_str());
                    (executive.to_owned(), "10, the same for every executive".to_owned())
                }
                Criterion::Rank => match candidate.project.as_ref().and_then(|project| project.science_rank) {
                    Some(rank) => (rank.to_string(), format!("10·(1400 − {rank})/1400")),
                    None => ("no rank".to_owned(), "0 without a rank".to_owned()),
                },
                Criterion::Grade => {
                    let (grade, cycle) = candidate
                        .project
                        .as_ref()
                        .map_or(("none", "none"), |project| (project.grade.as_str(), project.cycle.as_str()));
                    let raw = format!("{grade} of {cycle}");
                    let formula = match policy.formulas {
                        Formulas::Cycle3 => {
                            "A of 2013 10, A of 2015 9, other of 2012 or 2013 8, B 4, else −100".to_owned()
                        }
                        Formulas::Shiftdesk => {
                            let of = &policy.grades;
                            format!("A {}, A carried over {}, B {}, C {}", of.a, of.a_carried_over, of.b, of.c)
                        }
                    };
                    (raw, formula)
                }
                Criterion::HourAngle => {
                    let hour_angle_h = moment.now.hour_angle_h(&block.target);
                    if hour_angle_h.is_nan() {
                        return part_of(criterion, "no ra_deg".to_owned(), "0 where it is not known".to_owned());
                    }
                    let formula = format!("max(0, 10·(cos(15°·({hour_angle_h:.3} + 0.5)) − 0.55)/0.45)");
                    (signed(format!("{hour_angle_h:.3} h")), signed(formula))
                }
            };
            part_of(criterion, raw, formula)
        };
        Criterion::ALL.iter().map(part).collect()
    }

    /// All thirteen checks of a block, in their order, each with its value, its limit and when it passes next. Empty beyond the
    /// last place.
    pub fn checks(&self, place: usize, situation: &Situation, policy: &Policy, ahead: &[Ahead]) -> Vec<Checked> {
        let one = |&check: &Check| self.checked(place, check, situation, policy, ahead);
        Check::ALL.iter().filter_map(one).collect()
    }

    /// One check of a block, in words; `None` beyond the last place.
    pub fn checked(
        &self,
        place: usize,
        check: Check,
        situation: &Situation,
        policy: &Policy,
        ahead: &[Ahead],
    ) -> Option<Checked> {
        let (block, candidate) = (self.numbers(place)?, self.candidate(place)?);
        let moment = Moment::new(situation, policy);
        let passes = moment.passes(block, check);
        let missing = candidate.missing(check).or_else(|| {
            // The array's own figure may be missing, too.
            let unknown = check == Check::Configuration
                && candidate.block.array == Some(Family::Twelve)
                && moment.array_ar().is_nan();
            unknown.then_some("angular resolution of the array")
        });
        let (value, limit) = self.words(place, block, &moment, situation, check);
        let (verdict, value) = match missing {
            _ if passes => (Verdict::Passes, value),
            Some(column) => (Verdict::Missing, format!("no {column}")),
            None => (Verdict::Fails, value),
        };
        let next = if passes { None } else { self.next_time(place, check, situation, policy, ahead) };
        Some(Checked { check, verdict, value, limit, next })
    }

    fn words(
        &self,
        place: usize,
        block: &Numbers,
        moment: &Moment<'_>,
        situation: &Situation,
        check: Check,
    ) -> (String, String) {
        let Some(candidate) = self.candidate(place) else { return (String::new(), String::new()) };
        let (sb, project, limits) = (&candidate.block, candidate.project.as_ref(), &situation.limits);
        match check {
            Check::ArrayKind => {
                let at_hand: Vec<_> = Family::ALL
                    .into_iter()
                    .filter(|&family| situation.array(family).is_some())
                    .map(Family::label)
                    .collect();
                (Family::label_of(sb.array).to_owned(), at_hand.join(", "))
            }
            Check::ProjectState => (project.map_or("", |p| p.state.as_str()).to_owned(), PROJECT_STATES.join(", ")),
            Check::SbState => (sb.state.clone(), SB_STATES.join(", ")),
            Check::Name => (sb.name.clone(), "no \"do not\"".to_owned()),
            Check::Grade => {
                let value = project.map_or(String::new(), |p| format!("{} of {}", p.grade, p.cycle));
                (value, "A, B, C of the current cycle, A of an older one".to_owned())
            }
            Check::Band => {
                let bands: Vec<_> = situation.bands.iter().map(|band| band.to_string()).collect();
                (sb.band.map_or(String::new(), |band| band.to_string()), bands.join(", "))
            }
            Check::ExecutionsLeft => {
                let asked = sb.exec_count.map_or("?".to_owned(), |asked| asked.to_string());
                let value = format!("{} Pass + {} Pending of {asked}", candidate.n_pass, candidate.n_pending);
                (value, format!("fewer than {asked}"))
            }
            Check::Configuration if sb.array != Some(Family::Twelve) => ("any".to_owned(), "12 m only".to_owned()),
            Check::Configuration => {
                let wanted = &block.wanted;
                (
                    format!("{:.3}″ at 100 GHz", moment.array_ar()),
                    format!("{:.3}″ to {:.3}″ at 100 GHz", wanted.min, wanted.max),
                )
            }
            Check::Elevation => (
                signed(format!("{:.2}°", moment.now.place(&block.target).elevation_deg)),
                format!("at least {}°", limits.elevation_deg),
            ),
            Check::SetsIn => {
                let hours = moment.now.sets_in_h(&block.target, limits.elevation_deg);
                let value = if hours.is_infinite() { "never sets".to_owned() } else { format!("{hours:.2} h") };
                (value, format!("{} h or more", limits.sets_in_h))
            }
            Check::HourAngle => (
                signed(format!("{:.2} h", moment.now.hour_angle_h(&block.target))),
                signed(format!("{} h to {} h", limits.hour_angle_from_h, limits.hour_angle_to_h)),
            ),
            Check::Window => {
                let end = |end: Option<crate::time::Instant>| end.map_or("open".to_owned(), |at| at.for_people());
                (situation.at.for_people(), format!("{} to {}", end(sb.window_start), end(sb.window_end)))
            }
            Check::ExecFrac => {
                let exec_frac = moment.exec_frac(block, moment.now.sin_elevation(&block.target));
                (format!("{exec_frac:.3}"), format!("at least {}", limits.exec_frac))
            }
        }
    }

    /// How much drier or wetter the air has to be for a block to change its place in the list; in steps of 0.05 mm.
    pub fn place_by_vapour(&self, place: usize, situation: &Situation, policy: &Policy) -> PlaceByVapour {
        let mut ranking = self.rank(situation, policy);
        let rank = ranking.rank_of(place);
        let mut differs = |step: i32| {
            let pwv_mm = f64::from(step) / 20.0;
            self.rank_into(&mut ranking, &Situation { pwv_mm, ..*situation }, policy);
            (ranking.rank_of(place) != rank).then_some(pwv_mm)
        };
        #[expect(clippy::cast_possible_truncation, reason = "at most 160 steps")]
        let now = (situation.pwv_mm.clamp(0.0, 8.0) * 20.0) as i32;
        let is_step = f64::from(now) == situation.pwv_mm * 20.0;
        let drier_mm = (1..=if is_step { now - 1 } else { now }).rev().find_map(&mut differs);
        let wetter_mm = (now + 1..=160).find_map(&mut differs);
        PlaceByVapour { rank, drier_mm, wetter_mm }
    }
}

/// The same with a minus sign where a number was written with a hyphen; for words that have no other.
fn signed(words: String) -> String {
    words.replace('-', "\u{2212}")
}

fn condition_words(exec_frac: f64, pwv_mm: f64, max_pwv_mm: Option<f64>) -> (String, String) {
    let Some(max_pwv_mm) = max_pwv_mm else { return ("no max_pwv_mm".to_owned(), "0".to_owned()) };
    if exec_frac.is_nan() {
        return ("unknown execution fraction".to_owned(), "0 where it is not known".to_owned());
    }
    let longer = 1.0 / exec_frac;
    let raw = format!("{longer:.3} times as long, {pwv_mm:.2} mm of at most {max_pwv_mm:.2} mm");
    let closeness = format!("max(0.1, 1 − |{pwv_mm:.2} − {max_pwv_mm:.2}|/4)");
    let formula = if longer < 1.0 {
        format!("10·(1 − ({longer:.3} − 1)¹⁰)·{closeness}")
    } else if longer == 1.0 {
        "10".to_owned()
    } else if longer <= 1.4 {
        format!("10·(1 − (({longer:.3} − 1)/0.4)³)·{closeness}")
    } else {
        "0 above 1.4 times".to_owned()
    };
    (raw, formula)
}

fn array_words(block: &Numbers, array_ar: f64, is_tc: bool) -> (String, String) {
    let criteria::Wanted { target, min, max } = block.wanted;
    if array_ar.is_nan() || target.is_nan() || min.is_nan() || max.is_nan() {
        return ("unknown resolution".to_owned(), "0 where the array's or the block's is not known".to_owned());
    }
    let raw = format!("{array_ar:.3}″ at 100 GHz");
    let asked = if is_tc {
        format!("T = {target:.3}″ as asked for")
    } else {
        format!("T = {target:.3}″, with the beam {:.3} times as long at transit", elongation(block.target.dec_deg))
    };
    let stretched = if max <= array_ar && array_ar < 1.3 * max { 1.3 * max } else { max };
    let ratio = array_ar / target;
    let formula = if !(min <= array_ar && array_ar <= stretched) {
        format!("{asked}; outside {min:.3}″ to {stretched:.3}″")
    } else if (0.9..=1.1).contains(&ratio) {
        format!("{asked}; 10 within 10 % of T")
    } else if (0.8..=1.2).contains(&ratio) {
        format!("{asked}; 8 within 20 % of T")
    } else if ratio < 0.8 {
        format!("{asked}; 8·({array_ar:.3} − {min:.3})/(0.8·T − {min:.3})")
    } else {
        format!("{asked}; 8·({array_ar:.3} − {stretched:.3})/(1.2·T − {stretched:.3})")
    };
    (raw, formula)
}

fn completion_words(observed: i32, exec_count: Option<i32>) -> (String, String) {
    match exec_count {
        Some(asked) if asked != 0 => (format!("{observed} of {asked}"), format!("4 + 6·{observed}/{asked}")),
        _ => (format!("{observed} of none"), "10 when none was asked for".to_owned()),
    }
}
