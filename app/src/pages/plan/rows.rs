//! The rows of the plan's tables: what they say, apart from how it comes onto the page. The server writes them
//! (`written.rs`); in the browser they are filled by hand (`filled.rs`), since hundreds of cells change while somebody moves a slider.

use domain::plan::criteria::Scores;
use domain::plan::policy::{Criterion, Policy};
use domain::time::Instant;
use leptos::prelude::*;

use super::words::plain;

/// A column: its head, and the class of its cells.
pub(crate) type Column = (&'static str, &'static str);

/// A row: the block it is of, and what its cells say, one for each column.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) sb: String,
    /// Where its name leads.
    pub(crate) href: String,
    /// It is the block beside the list.
    pub(crate) is_open: bool,
    pub(crate) cells: Vec<Cell>,
}

/// What a cell says. The cells of a column are all of one kind.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Words(String),
    /// A number, and whether it is beyond what somebody should notice.
    Noted(String, bool),
    /// The name of the block, which leads to it.
    Name(String),
    Parts(Bar),
    Moment(Option<Instant>),
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

/// A table of blocks, with these rows.
pub(crate) fn table(class: &'static str, label: &'static str, columns: &[Column], rows: AnyView) -> AnyView {
    let heads: Vec<_> =
        columns.iter().map(|&(head, class)| view! { <th scope="col" class=class>{head}</th> }).collect();
    view! {
        <table class=class aria-label=label>
            <thead><tr>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// What stands where there is no moment.
pub(crate) const NOT_BY_TIME: &str = "not by time alone";

/// A number that somebody should notice, not by its colour alone.
pub(crate) fn noted(words: &str) -> String {
    format!("{words} !")
}

/// The contributions of the criteria to a score, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// In words.
    pub(crate) said: String,
    /// Where each criterion begins and how long it is \[px\], by [`Criterion::ALL`].
    pub(crate) pieces: [(f64, f64); Criterion::ALL.len()],
}

/// The length of the best score there could be \[px\].
pub(crate) const LONG: f64 = 72.0;

impl Bar {
    pub(crate) fn new(scores: &Scores, policy: &Policy) -> Self {
        /// Less is not seen \[px\].
        const SHORTEST: f64 = 0.5;
        let best: f64 = Criterion::ALL.iter().map(|&criterion| 10.0 * policy.weights.of(criterion)).sum();
        let mut pieces = [(0.0, 0.0); Criterion::ALL.len()];
        let mut said = Vec::new();
        let mut from = 0.0;
        for (nth, &criterion) in Criterion::ALL.iter().enumerate() {
            let weight = policy.weights.of(criterion);
            let contribution = weight * scores[nth];
            if weight > 0.0 {
                said.push(format!("{} {}", criterion.label(), plain(contribution, 2)));
            }
            let long = (contribution / best * LONG).clamp(0.0, LONG - from);
            if long >= SHORTEST {
                pieces[nth] = (from, long);
                from += long;
            }
        }
        Self { said: said.join(", "), pieces }
    }
}
