//! Which blocks: a line in the grammar of the triage page, over what a block is. How it stands in the sky is asked of the
//! conditions instead.
//!
//! ```text
//! band:6,7 -grade:C freq:>200 pwv:<2 array:12m exec:EU "R Dor"
//! ```
//!
//! Values of one field mean any of them, ranges of numbers too; bounds such as `>2` and words all hold together, and so do the
//! fields. What a block does not say is in no range, so `pwv:<2` leaves it out and `-pwv:<2` keeps it. Right ascension goes round:
//! `ra:22..2` is from 22 h through 0 h to 2 h.

use super::candidates::Candidate;
use crate::facts::Project;
use crate::family::Family;
use crate::terms::{self, Grammar, Misread, Term, one_of};

/// Which blocks. Without a term that is on, all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BlockFilter {
    /// The terms in the order in which they were given; words in small letters.
    terms: Vec<Term<What>>,
}

/// What a block can have.
#[derive(Clone, Debug, PartialEq)]
enum What {
    Array(Option<Family>),
    Band(u8),
    /// A field of words, and what it says.
    Says(Field, String),
    /// A field of numbers, and between which it is.
    Measures(Field, Range),
    /// In its name, id, project, title, executive, grade, state or band.
    Text(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Array,
    Band,
    Project,
    Executive,
    Grade,
    State,
    Cycle,
    Frequency,
    MaxPwv,
    Resolution,
    RightAscension,
    Declination,
    ScienceRank,
    Left,
    Time,
}

const FIELDS: [(&str, Field); 16] = [
    ("array", Field::Array),
    ("band", Field::Band),
    ("project", Field::Project),
    ("exec", Field::Executive),
    ("executive", Field::Executive),
    ("grade", Field::Grade),
    ("state", Field::State),
    ("cycle", Field::Cycle),
    ("freq", Field::Frequency),
    ("pwv", Field::MaxPwv),
    ("ar", Field::Resolution),
    ("ra", Field::RightAscension),
    ("dec", Field::Declination),
    ("rank", Field::ScienceRank),
    ("left", Field::Left),
    ("time", Field::Time),
];

/// The fields with what they are of and one value, for whoever writes a filter.
pub const FIELDS_IN_WORDS: [(&str, &str); 15] = [
    ("array:12m", "12m, 7m, tp or none"),
    ("band:6,7", "receiver band, 1 to 10"),
    ("project:2021.1.0", "how the project's code begins"),
    ("exec:EU", "executive, or none"),
    ("grade:A", "or none"),
    ("state:Ready", "of the block"),
    ("cycle:2021.1", "of the project"),
    ("freq:84..116", "representative frequency [GHz]"),
    ("pwv:<2", "most water vapour allowed [mm]"),
    ("ar:0.3..1", "angular resolution asked for [arcsec]"),
    ("ra:22..2", "right ascension [h], round through 0 h"),
    ("dec:<-30", "declination [°]"),
    ("rank:<=50", "science rank of the project"),
    ("left:>=1", "executions left"),
    ("time:<1", "estimated time of one execution [h]"),
];

/// Between which numbers: from and to, and whether each end is in it. Where the end is before the beginning, round through zero.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    from: (f64, bool),
    to: (f64, bool),
}

impl Range {
    fn holds(self, number: f64) -> bool {
        let above = number > self.from.0 || self.from.1 && number == self.from.0;
        let below = number < self.to.0 || self.to.1 && number == self.to.0;
        if self.from.0 <= self.to.0 { above && below } else { above || below }
    }

    /// Whether one of its ends is open: `>2`, or `2..`.
    const fn is_bound(self) -> bool {
        self.from.0.is_infinite() || self.to.0.is_infinite()
    }
}

impl BlockFilter {
    /// Reads a line. What does not read is told with its place and left out; the rest applies.
    pub fn read(line: &str) -> (Self, Vec<Misread>) {
        let words = |text: String| What::Text(text.to_lowercase());
        let (terms, misread) = terms::read(line, &Grammar { fields: &FIELDS, value, words });
        (Self { terms }, misread)
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.iter().all(|term| term.off)
    }

    /// Whether a block passes.
    pub fn passes(&self, candidate: &Candidate) -> bool {
        // Texts are made small once, and only for whoever asks.
        let mut texts = None;
        let mut has = |what: &What| match what {
            What::Text(words) => {
                let texts: &Vec<String> = texts.get_or_insert_with(|| texts_of(candidate));
                texts.iter().any(|text| text.contains(words))
            }
            other => other.is_of(candidate),
        };
        let on = || self.terms.iter().filter(|term| !term.off);
        on().all(|term| {
            let found = has(&term.what);
            match &term.what {
                _ if term.without => !found,
                What::Measures(_, range) if range.is_bound() => found,
                What::Text(_) => found,
                // One of the values of the field.
                what => {
                    found
                        || on()
                            .any(|other| !other.without && other.what.same_field(what) && other.what.is_of(candidate))
                }
            }
        })
    }
}

impl What {
    fn is_of(&self, candidate: &Candidate) -> bool {
        let block = &candidate.block;
        match self {
            Self::Array(family) => block.array == *family,
            Self::Band(band) => block.band == Some(*band),
            Self::Says(Field::Project, begins) if !begins.is_empty() => begins_with(&block.project_code, begins),
            Self::Says(field, says) => field.text(candidate).eq_ignore_ascii_case(says),
            Self::Measures(field, range) => field.number(candidate).is_some_and(|number| range.holds(number)),
            Self::Text(words) => texts_of(candidate).iter().any(|text| text.contains(words)),
        }
    }

    fn same_field(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(_), Self::Array(_)) | (Self::Band(_), Self::Band(_)) => true,
            (Self::Says(one, _), Self::Says(another, _)) => one == another,
            (Self::Measures(one, a), Self::Measures(another, b)) => one == another && a.is_bound() == b.is_bound(),
            _ => false,
        }
    }
}

fn begins_with(code: &str, begins: &str) -> bool {
    code.get(..begins.len()).is_some_and(|head| head.eq_ignore_ascii_case(begins))
}

impl Field {
    /// What a field of words says of a block; empty where nobody says it.
    fn text(self, candidate: &Candidate) -> &str {
        let of_project =
            |field: fn(&Project) -> &String| candidate.project.as_ref().map_or("", |project| field(project));
        match self {
            Self::Executive => of_project(|project| &project.executive),
            Self::Grade => of_project(|project| &project.grade),
            Self::Cycle => of_project(|project| &project.cycle),
            Self::State => &candidate.block.state,
            Self::Project => &candidate.block.project_code,
            _ => "",
        }
    }

    /// What a field of numbers says of a block, in the unit of the field.
    fn number(self, candidate: &Candidate) -> Option<f64> {
        let block = &candidate.block;
        match self {
            Self::Frequency => block.rep_freq_ghz,
            Self::MaxPwv => block.max_pwv_mm,
            Self::Resolution => block.ar_arcsec,
            Self::RightAscension => block.ra_deg.map(|ra| ra / 15.0),
            Self::Declination => block.dec_deg,
            Self::ScienceRank => candidate.project.as_ref()?.science_rank.map(f64::from),
            Self::Left => candidate.executions_left().map(f64::from),
            Self::Time => block.est_time_h,
            _ => None,
        }
    }
}

/// The texts in which words are looked for, in small letters.
fn texts_of(candidate: &Candidate) -> Vec<String> {
    let (block, project) = (&candidate.block, candidate.project.as_ref());
    let of_project = |field: fn(&Project) -> &String| project.map_or("", |project| field(project));
    let band = block.band.map(|band| format!("B{band}")).unwrap_or_default();
    let texts = [
        &block.name,
        block.id.as_str(),
        &block.project_code,
        &block.state,
        &band,
        of_project(|project| &project.executive),
        of_project(|project| &project.grade),
        of_project(|project| &project.title),
    ];
    texts.into_iter().map(str::to_lowercase).collect()
}

fn value(field: Field, text: &str, quoted: bool) -> Result<What, String> {
    Ok(match field {
        Field::Array => {
            let arrays = [Some(Family::Twelve), Some(Family::Seven), Some(Family::TotalPower), None];
            What::Array(one_of(&arrays, Family::label_of, |family| Family::word_of(family).to_owned(), text)?)
        }
        Field::Band => {
            let band = text.trim_start_matches(['B', 'b']).parse().ok().filter(|band| (1..=10).contains(band));
            What::Band(band.ok_or("a band is a number from 1 to 10")?)
        }
        Field::Project | Field::Executive | Field::Grade | Field::State | Field::Cycle => {
            let is_none = !quoted && text.eq_ignore_ascii_case("none");
            What::Says(field, if is_none { String::new() } else { text.to_owned() })
        }
        Field::Frequency
        | Field::MaxPwv
        | Field::Resolution
        | Field::RightAscension
        | Field::Declination
        | Field::ScienceRank
        | Field::Left
        | Field::Time => {
            let range = range(text)?;
            // Only round the sky a range may end before it begins.
            let is_turned = range.from.0 > range.to.0 && field != Field::RightAscension;
            What::Measures(field, if is_turned { Range { from: range.to, to: range.from } } else { range })
        }
    })
}

/// `>2`, `>=2`, `<2`, `<=2`, `0.5..2`, or a number alone.
fn range(text: &str) -> Result<Range, String> {
    const ALL: Range = Range { from: (f64::NEG_INFINITY, true), to: (f64::INFINITY, true) };
    let number = |text: &str| {
        let number = text.trim().replace('\u{2212}', "-").parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| "not a number; write >2, >=2, <2, <=2 or 0.5..2".to_owned())
    };
    if let Some((from, to)) = text.split_once("..") {
        let (from, to) = match (from, to) {
            ("", "") => return Err("a number is missing".to_owned()),
            ("", to) => (f64::NEG_INFINITY, number(to)?),
            (from, "") => (number(from)?, f64::INFINITY),
            (from, to) => (number(from)?, number(to)?),
        };
        return Ok(Range { from: (from, true), to: (to, true) });
    }
    if let Some(text) = text.strip_prefix(">=") {
        return Ok(Range { from: (number(text)?, true), ..ALL });
    }
    if let Some(text) = text.strip_prefix("<=") {
        return Ok(Range { to: (number(text)?, true), ..ALL });
    }
    if let Some(text) = text.strip_prefix('>') {
        return Ok(Range { from: (number(text)?, false), ..ALL });
    }
    if let Some(text) = text.strip_prefix('<') {
        return Ok(Range { to: (number(text)?, false), ..ALL });
    }
    let number = number(text)?;
    Ok(Range { from: (number, true), to: (number, true) })
}
