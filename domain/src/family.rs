//! The three array families.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Antennas of one kind that observe together. What belongs to none of them is `None`, shown as [`NO_FAMILY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Family {
    /// `12 [m]`: the main array of 12 m antennas.
    Twelve,
    /// `7 [m]`: the compact array.
    Seven,
    /// `Total Power`: the single dishes.
    TotalPower,
}

/// How a fact or finding that belongs to no single family is labelled (talk of 2022, gap table).
pub const NO_FAMILY: &str = "-";

impl Family {
    /// In the order in which pages and reports show them.
    pub const ALL: [Self; 3] = [Self::Twelve, Self::Seven, Self::TotalPower];

    /// The exact label of the log and of every page (talk of 2022).
    pub const fn label(self) -> &'static str {
        match self {
            Self::Twelve => "12 [m]",
            Self::Seven => "7 [m]",
            Self::TotalPower => "Total Power",
        }
    }

    /// What a filter and an address write: `12m`, `7m`, `tp`; `none` for none or several.
    pub const fn word_of(family: Option<Self>) -> &'static str {
        match family {
            Some(Self::Twelve) => "12m",
            Some(Self::Seven) => "7m",
            Some(Self::TotalPower) => "tp",
            None => "none",
        }
    }

    /// The label of a family or of none.
    pub const fn label_of(family: Option<Self>) -> &'static str {
        match family {
            Some(family) => family.label(),
            None => NO_FAMILY,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A label that is none of the three.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown array family; the labels are 12 [m], 7 [m] and Total Power")]
pub struct UnknownFamily;

impl FromStr for Family {
    type Err = UnknownFamily;
    fn from_str(label: &str) -> Result<Self, UnknownFamily> {
        Self::ALL.into_iter().find(|family| family.label() == label).ok_or(UnknownFamily)
    }
}

impl TryFrom<String> for Family {
    type Error = UnknownFamily;
    fn try_from(label: String) -> Result<Self, UnknownFamily> {
        label.parse()
    }
}

impl From<Family> for String {
    fn from(family: Family) -> Self {
        family.label().to_owned()
    }
}

/// A set of families.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Families(u8);

impl Families {
    /// All three.
    pub const ALL: Self = Self(0b111);

    /// Whether the family is in the set.
    pub const fn contains(self, family: Family) -> bool {
        self.0 & (1 << family as u8) != 0
    }

    /// Whether no family is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The families in the set, in the order of [`Family::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.into_iter().filter(move |&family| self.contains(family))
    }

    /// The one family of a set of one.
    pub fn only(self) -> Option<Family> {
        if self.0.count_ones() == 1 { self.iter().next() } else { None }
    }

    /// What both sets share.
    #[must_use]
    pub const fn shared(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Reads labels separated by `;`, blanks around them allowed; the empty text is the empty set.
    pub fn parse_list(text: &str) -> Result<Self, UnknownFamily> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        text.split(';').map(|label| label.trim().parse::<Family>()).collect()
    }
}

impl FromIterator<Family> for Families {
    fn from_iter<I: IntoIterator<Item = Family>>(families: I) -> Self {
        Self(families.into_iter().fold(0, |set, family| set | 1 << family as u8))
    }
}

/// The labels with `;` between them, as the tables write them.
impl fmt::Display for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, family) in self.iter().enumerate() {
            write!(f, "{}{}", if i > 0 { ";" } else { "" }, family.label())?;
        }
        Ok(())
    }
}
