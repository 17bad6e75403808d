//! Parts and merges: how one finding's time becomes two that add up to it, and two that touch become one.
//!
//! A part or a merge is a finding of its own whose times follow from what it is made of. [`part`] and [`merge`] say them anew
//! whenever the log moved: no second is lost and none is counted twice.

use serde::{Deserialize, Serialize};

use super::{FindingRow, State};
use crate::findings::Class;
use crate::labelled::labelled;
use crate::time::{Instant, Span};

/// As much of a finding as its parts and merges depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// When; `None` when no timestamp is known.
    pub span: Option<Span>,
    /// Whether the log says so now.
    pub open: bool,
}

labelled! {
    /// What another finding is to this one.
    Relation, "relation" {
        /// One of its two parts.
        Part = "Part",
        /// What it is a part of.
        Whole = "Part of",
        /// What it was merged into.
        Merge = "Merged into",
        /// One of the two that it covers.
        Member = "Covers",
        /// A gap that ends where it begins, and could be merged with it.
        Before = "Before",
        /// A gap that begins where it ends, and could be merged with it.
        After = "After",
    }
}

/// A finding beside another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relative {
    /// What it is to the other.
    pub relation: Relation,
    /// The finding.
    pub row: FindingRow,
}

/// Which of the two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Up to the cut.
    First,
    /// From the cut on.
    Second,
}

/// What a merge covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covers {
    /// Both, the one that is left, or neither.
    This(Standing),
    /// Both are there and no longer touch: it comes apart, and each stands for itself again.
    Apart,
}

/// Why a finding cannot be split or two not merged, as its author is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotPartition {
    /// The log does not say it now, or another finding stands for it.
    #[error("it is {0}")]
    NotStanding(State),
    /// No time to cut.
    #[error("the log gives no time for it")]
    NoTime,
    /// At or outside the ends.
    #[error("the cut has to be after {} and before {}", .0.start().for_people(), .0.end().for_people())]
    Outside(Span),
    /// Time is lost in gaps only.
    #[error("only gaps can be merged")]
    NotGaps,
    /// Of two shifts, two families, or none.
    #[error("they belong to different shifts or families")]
    Strangers,
    /// Something else lies between them.
    #[error("they do not touch")]
    DoNotTouch,
}

/// What merging asks about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour<'a> {
    /// Its times, and whether the log says it.
    pub standing: Standing,
    /// Its state as people see it.
    pub state: State,
    /// What the log calls it.
    pub class: Class,
    /// Shift and family.
    pub lane: Option<(&'a str, &'a str)>,
}

/// Whether a finding of this state and time may be cut there: strictly inside, so that neither part is empty.
pub fn can_split(standing: Standing, state: State, cut: Instant) -> Result<(), CannotPartition> {
    stands(standing, state)?;
    let span = standing.span.ok_or(CannotPartition::NoTime)?;
    if span.start() < cut && cut < span.end() { Ok(()) } else { Err(CannotPartition::Outside(span)) }
}

/// Whether the two, the earlier first, may become one.
pub fn can_merge(a: &Neighbour<'_>, b: &Neighbour<'_>) -> Result<(), CannotPartition> {
    stands(a.standing, a.state)?;
    stands(b.standing, b.state)?;
    if a.class != Class::Gap || b.class != Class::Gap {
        return Err(CannotPartition::NotGaps);
    }
    if a.lane.is_none() || a.lane != b.lane {
        return Err(CannotPartition::Strangers);
    }
    match (a.standing.span, b.standing.span) {
        (Some(a), Some(b)) if a.end() == b.start() => Ok(()),
        (Some(_), Some(_)) => Err(CannotPartition::DoNotTouch),
        _ => Err(CannotPartition::NoTime),
    }
}

fn stands(standing: Standing, state: State) -> Result<(), CannotPartition> {
    if !standing.open {
        Err(CannotPartition::NotStanding(State::ResolvedByTheLog))
    } else if state.is_replaced() {
        Err(CannotPartition::NotStanding(state))
    } else {
        Ok(())
    }
}

/// A part of a whole that is cut there. A cut that the log left outside is moved to the nearer end; a part that is empty then,
/// or whose whole is gone, is not open.
pub fn part(whole: Standing, cut: Instant, which: Part) -> Standing {
    let span = whole.span.map(|span| {
        let cut = cut.max(span.start()).min(span.end());
        match which {
            Part::First => Span::between(span.start(), cut),
            Part::Second => Span::between(cut, span.end()),
        }
    });
    Standing { span, open: whole.open && span.is_some_and(|span| span.seconds() > 0) }
}

/// What a merge of the two covers, the earlier first.
pub fn merge(a: Standing, b: Standing) -> Covers {
    match (a.span.filter(|_| a.open), b.span.filter(|_| b.open)) {
        (Some(first), Some(second)) if first.end() == second.start() => {
            Covers::This(Standing { span: Some(Span::between(first.start(), second.end())), open: true })
        }
        (Some(_), Some(_)) => Covers::Apart,
        (Some(_), None) => Covers::This(a),
        (None, Some(_)) => Covers::This(b),
        (None, None) => Covers::This(Standing { span: a.span.or(b.span), open: false }),
    }
}
