//! Which findings: one filter with one text form, for the query line, the URL, the API and saved views.
//!
//! ```text
//! class:gap -type:handover dur:>0.5 family:12m,7m when:2022-W10 ~assignee:me "IF delay"
//! ```
//!
//! A term is a field and its values, or words to be found anywhere. Values of one field mean any of them, whether written with
//! commas or as terms of their own; the fields all hold together, and so do all words and all `dur:`. A `-` before a term
//! excludes what it names, a `~` switches it off without losing it. A value or words with blanks stand in quotes, in which `\`
//! lets a quote be a quote. [`Filter::read`] never fails: what it does not understand is told with its place, the rest
//! applies. `Display` writes the form that reads back as the same filter.

mod line;
mod period;

use serde::{Deserialize, Serialize};

use super::State;
use crate::facts::Id;
use crate::family::Family;
use crate::findings::{Class, FindingType, Priority};
use crate::terms;

pub use crate::terms::{LINE_MAX_BYTES, Misread, TERMS_MAX};
pub use period::{Period, Week, Window, instant};

/// Which findings. Without a term that is on, all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Filter {
    /// The terms in the order in which they were given.
    pub terms: Vec<Term>,
}

/// One condition of a filter: what a finding must have, or must not.
pub type Term = terms::Term<What>;

/// What a finding can have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// Its class.
    Class(Class),
    /// How urgent.
    Priority(Priority),
    /// Which of the 20.
    Kind(FindingType),
    /// Its family; `None` is no single family.
    Family(Option<Family>),
    /// Where it is in its life.
    State(State),
    /// Who looks after it.
    Assignee(Assignee),
    /// One of its tags, in whatever letters, or none at all.
    Tag(Option<String>),
    /// How long it is.
    Lasting(Lasting),
    /// When it ends.
    When(Period),
    /// Its shift, or none.
    Shift(Option<Id>),
    /// Its permanent number.
    Id(i64),
    /// Words in its type, tags, comment, shift, assignee or ids, in whatever letters.
    Text(String),
}

/// Who looks after a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Assignee {
    /// Whoever asks.
    Me,
    /// Nobody.
    Nobody,
    /// The account of that name.
    Named(String),
}

/// How long a finding is, compared as it is shown: in hours with 4 decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lasting {
    /// Longer than that.
    Over(Hours),
    /// That or longer.
    AtLeast(Hours),
    /// Shorter than that.
    Under(Hours),
    /// That or shorter.
    AtMost(Hours),
    /// Between the two, both included, whichever is written first.
    Between(Hours, Hours),
}

/// Hours with 4 decimals, 0 to 429,496.7295.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hours {
    /// In units of 0.0001 h.
    pub ten_thousandths: u32,
}

impl Hours {
    /// Seconds as hours with 4 decimals, halves away from zero, as lists show them; less than none counts as none.
    pub fn of_seconds(seconds: i64) -> Self {
        let rounded = (i128::from(seconds.max(0)) * 20_000 + 3_600) / 7_200;
        Self { ten_thousandths: u32::try_from(rounded).unwrap_or(u32::MAX) }
    }
}

impl Lasting {
    /// Whether a finding of that length \[s\] is as long as asked for.
    pub fn holds(self, seconds: i64) -> bool {
        let shown = Hours::of_seconds(seconds);
        match self {
            Self::Over(hours) => shown > hours,
            Self::AtLeast(hours) => shown >= hours,
            Self::Under(hours) => shown < hours,
            Self::AtMost(hours) => shown <= hours,
            Self::Between(a, b) => (a.min(b)..=a.max(b)).contains(&shown),
        }
    }
}

/// What a filter says of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// It is asked for.
    Wanted,
    /// It is excluded.
    Excluded,
}

impl From<What> for Term {
    fn from(what: What) -> Self {
        Self { what, without: false, off: false }
    }
}

impl What {
    /// Whether both are values of one field, so that one or the other is enough.
    pub fn same_field(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Filter {
    /// What still needs a decision: the list as it opens.
    pub fn undecided() -> Self {
        Self::of([What::State(State::Open)])
    }

    /// A filter that asks for these.
    pub fn of(wanted: impl IntoIterator<Item = What>) -> Self {
        Self { terms: wanted.into_iter().map(Term::from).collect() }
    }

    /// The terms that are on.
    pub fn on(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(|term| !term.off)
    }

    /// What the terms that are on say of a value.
    pub fn says(&self, what: &What) -> Said {
        match self.on().find(|term| term.what == *what) {
            None => Said::Nothing,
            Some(term) if term.without => Said::Excluded,
            Some(_) => Said::Wanted,
        }
    }

    /// The period asked for, when it is one alone.
    pub fn period(&self) -> Option<&Period> {
        let mut periods = self.on().filter_map(|term| match &term.what {
            What::When(period) if !term.without => Some(period),
            _ => None,
        });
        periods.next().filter(|_| periods.next().is_none())
    }

    /// Asks for a value, or no longer says anything of it when it was asked for or excluded.
    #[must_use]
    pub fn toggled(&self, what: &What) -> Self {
        let mut filter = self.without(what);
        if self.says(what) == Said::Nothing {
            filter.terms.push(what.clone().into());
        }
        filter
    }

    /// Excludes a value, or no longer says anything of it when it was excluded.
    #[must_use]
    pub fn excluding(&self, what: &What) -> Self {
        let mut filter = self.without(what);
        if self.says(what) != Said::Excluded {
            filter.terms.push(Term { what: what.clone(), without: true, off: false });
        }
        filter
    }

    /// Says nothing of a value, be it on or off.
    #[must_use]
    pub fn without(&self, what: &What) -> Self {
        self.keeping(|term| term.what != *what)
    }

    /// The same with the term at that place taken out.
    #[must_use]
    pub fn without_term(&self, at: usize) -> Self {
        let mut filter = self.clone();
        if at < filter.terms.len() {
            filter.terms.remove(at);
        }
        filter
    }

    /// The same with the term at that place switched off, or on again.
    #[must_use]
    pub fn switched(&self, at: usize) -> Self {
        let mut filter = self.clone();
        if let Some(term) = filter.terms.get_mut(at) {
            term.off = !term.off;
        }
        filter
    }

    /// The same for this period alone; for any time with `None`.
    #[must_use]
    pub fn ending(&self, period: Option<Period>) -> Self {
        let mut filter = self.keeping(|term| !matches!(term.what, What::When(_)));
        filter.terms.extend(period.map(|period| Term::from(What::When(period))));
        filter
    }

    fn keeping(&self, keeps: impl Fn(&Term) -> bool) -> Self {
        Self { terms: self.terms.iter().filter(|term| keeps(term)).cloned().collect() }
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.to_string()
    }
}

/// For what was written by [`Filter`] itself: sentences about what does not read are lost here.
impl From<String> for Filter {
    fn from(line: String) -> Self {
        Self::read(&line).0
    }
}
