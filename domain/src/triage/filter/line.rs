//! A filter as a line of text: reading it with the place of every mistake, and writing it.

use std::fmt::{self, Write as _};

use super::{Assignee, Filter, Hours, Lasting, Period, Term, What};
use crate::facts::Id;
use crate::family::Family;
use crate::findings::{Class, FindingType, Priority};
use crate::terms::{self, Grammar, Misread, one_of, quoted, unknown_field};
use crate::triage::State;

impl Filter {
    /// Reads a line. What does not read is told with its place and left out; the rest applies.
    pub fn read(line: &str) -> (Self, Vec<Misread>) {
        let grammar = Grammar { fields: &FIELDS, value: Field::read, words: What::Text };
        let (terms, misread) = terms::read(line, &grammar);
        (Self { terms }, misread)
    }
}

/// The fields by their names; the first of each is the one that is written.
const FIELDS: [(&str, Field); 15] = [
    ("class", Field::Class),
    ("priority", Field::Priority),
    ("type", Field::Kind),
    ("family", Field::Family),
    ("state", Field::State),
    ("assignee", Field::Assignee),
    ("tag", Field::Tag),
    ("tags", Field::Tag),
    ("dur", Field::Lasting),
    ("duration", Field::Lasting),
    ("when", Field::When),
    ("period", Field::When),
    ("week", Field::When),
    ("shift", Field::Shift),
    ("id", Field::Id),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Class,
    Priority,
    Kind,
    Family,
    State,
    Assignee,
    Tag,
    Lasting,
    When,
    Shift,
    Id,
}

impl Field {
    fn read(self, text: &str, quoted: bool) -> Result<What, String> {
        let none = !quoted && text.eq_ignore_ascii_case("none");
        Ok(match self {
            Self::Class => What::Class(one_of(Class::ALL, |v| v.label(), class_word, text)?),
            Self::Priority => What::Priority(one_of(Priority::ALL, |v| v.label(), priority_word, text)?),
            Self::Kind => What::Kind(one_of(FindingType::ALL, |v| v.label(), kind_word, text)?),
            Self::Family => {
                let families = [Some(Family::Twelve), Some(Family::Seven), Some(Family::TotalPower), None];
                let dash = text == "-";
                What::Family(if dash {
                    None
                } else {
                    one_of(&families, Family::label_of, |family| Family::word_of(family).to_owned(), text)?
                })
            }
            Self::State => What::State(one_of(State::ALL, |v| v.label(), state_word, text)?),
            Self::Assignee if none => What::Assignee(Assignee::Nobody),
            Self::Assignee if !quoted && text.eq_ignore_ascii_case("me") => What::Assignee(Assignee::Me),
            Self::Assignee => What::Assignee(Assignee::Named(text.to_owned())),
            Self::Tag => What::Tag((!none).then(|| text.to_owned())),
            Self::Lasting => What::Lasting(lasting(text)?),
            Self::When => What::When(Period::parse(text)?),
            Self::Shift if none => What::Shift(None),
            Self::Shift => What::Shift(Some(text.parse::<Id>().map_err(|why| why.to_string())?)),
            Self::Id => match text.parse() {
                Ok(id) => What::Id(id),
                Err(_) => return Err("not the number of a finding".to_owned()),
            },
        })
    }
}

fn lasting(text: &str) -> Result<Lasting, String> {
    let side = |text: &str, open: u32| if text.is_empty() { Ok(Hours { ten_thousandths: open }) } else { hours(text) };
    if let Some((from, to)) = text.split_once("..") {
        return match (from, to) {
            ("", "") => Err("a number of hours is missing".to_owned()),
            _ => Ok(Lasting::Between(side(from, 0)?, side(to, u32::MAX)?)),
        };
    }
    /// What a sign says of a number of hours.
    type Sign = (&'static str, fn(Hours) -> Lasting);
    const SIGNS: [Sign; 4] =
        [(">=", Lasting::AtLeast), ("<=", Lasting::AtMost), (">", Lasting::Over), ("<", Lasting::Under)];
    for (sign, lasting) in SIGNS {
        if let Some(number) = text.strip_prefix(sign) {
            return hours(number).map(lasting);
        }
    }
    hours(text).map(|hours| Lasting::Between(hours, hours))
}

fn hours(text: &str) -> Result<Hours, String> {
    let not = || "not hours; write >0.5, >=0.5, <2, <=2 or 0.5..2, with at most 4 decimals".to_owned();
    let text = text.trim().trim_end_matches(['h', 'H']);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() && decimals.is_empty() || decimals.len() > 4 || !digits(whole) || !digits(decimals) {
        return Err(not());
    }
    let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| not())? };
    let decimals: u32 = format!("{decimals:0<4}").parse().map_err(|_| not())?;
    let sum = whole.checked_mul(10_000).and_then(|whole| whole.checked_add(decimals)).ok_or_else(not)?;
    Ok(Hours { ten_thousandths: sum })
}

/// Small letters with a dash for everything between them.
fn word_of(label: &str) -> String {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

fn class_word(class: Class) -> String {
    word_of(class.label())
}

fn priority_word(priority: Priority) -> String {
    word_of(priority.label())
}

fn kind_word(kind: FindingType) -> String {
    word_of(kind.label())
}

fn state_word(state: State) -> String {
    match state {
        State::ResolvedByTheLog => "resolved".to_owned(),
        other => word_of(other.label()),
    }
}

impl What {
    /// Reads one value of a field, both as the line has them; a sentence without its full stop says why not.
    pub fn parse(field: &str, value: &str) -> Result<Self, String> {
        let known = FIELDS.iter().find(|(name, _)| *name == field);
        known.ok_or_else(|| "there is no such filter".to_owned())?.1.read(value, false)
    }

    /// Its value in words, for a label; where there is no better one, as the line has it.
    pub fn words(&self) -> String {
        match self {
            Self::Class(class) => class.label().to_owned(),
            Self::Priority(priority) => priority.label().to_owned(),
            Self::Kind(kind) => kind.label().to_owned(),
            Self::Family(None) => "No single family".to_owned(),
            Self::Family(Some(family)) => family.label().to_owned(),
            Self::State(state) => state.label().to_owned(),
            Self::Assignee(Assignee::Me) => "Me".to_owned(),
            Self::Assignee(Assignee::Nobody) => "Nobody".to_owned(),
            Self::Assignee(Assignee::Named(name)) => name.clone(),
            Self::Tag(None) => "No tag".to_owned(),
            Self::Tag(Some(tag)) => tag.clone(),
            Self::Lasting(lasting) => format!("{lasting} h"),
            Self::When(period) => period.words(),
            Self::Shift(None) => "No shift".to_owned(),
            Self::Shift(Some(shift)) => shift.to_string(),
            Self::Id(id) => id.to_string(),
            Self::Text(text) => format!("“{text}”"),
        }
    }

    /// The name of its field in the line; empty for free text.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Class(_) => "class",
            Self::Priority(_) => "priority",
            Self::Kind(_) => "type",
            Self::Family(_) => "family",
            Self::State(_) => "state",
            Self::Assignee(_) => "assignee",
            Self::Tag(_) => "tag",
            Self::Lasting(_) => "dur",
            Self::When(_) => "when",
            Self::Shift(_) => "shift",
            Self::Id(_) => "id",
            Self::Text(_) => "",
        }
    }

    /// Its value as the line has it, quoted where it must be.
    fn value(&self) -> String {
        match self {
            Self::Class(class) => class_word(*class),
            Self::Priority(priority) => priority_word(*priority),
            Self::Kind(kind) => kind_word(*kind),
            Self::Family(family) => Family::word_of(*family).to_owned(),
            Self::State(state) => state_word(*state),
            Self::Assignee(Assignee::Me) => "me".to_owned(),
            Self::Assignee(Assignee::Nobody) | Self::Tag(None) | Self::Shift(None) => "none".to_owned(),
            Self::Assignee(Assignee::Named(name)) => quoted_value(name),
            Self::Tag(Some(tag)) => quoted_value(tag),
            Self::Shift(Some(id)) => quoted_value(id.as_str()),
            Self::Lasting(lasting) => lasting.to_string(),
            Self::When(period) => period.to_string(),
            Self::Id(id) => id.to_string(),
            Self::Text(text) => {
                let field = text
                    .split_once(':')
                    .is_some_and(|(name, _)| FIELDS.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)));
                let bare =
                    !needs_quotes(text) && !text.starts_with(['-', '~']) && !field && unknown_field(text).is_none();
                if bare { text.clone() } else { quoted(text) }
            }
        }
    }
}

fn needs_quotes(text: &str) -> bool {
    text.is_empty() || text.starts_with('"') || text.contains(char::is_whitespace)
}

fn quoted_value(text: &str) -> String {
    let keyword = text.eq_ignore_ascii_case("me") || text.eq_ignore_ascii_case("none");
    if needs_quotes(text) || keyword || text.contains(',') { quoted(text) } else { text.to_owned() }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:04}", self.ten_thousandths / 10_000, self.ten_thousandths % 10_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl fmt::Display for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Over(hours) => write!(f, ">{hours}"),
            Self::AtLeast(hours) => write!(f, ">={hours}"),
            Self::Under(hours) => write!(f, "<{hours}"),
            Self::AtMost(hours) => write!(f, "<={hours}"),
            Self::Between(a, b) => write!(f, "{a}..{b}"),
        }
    }
}

/// The term alone.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_head(self, f)?;
        f.write_str(&self.what.value())
    }
}

fn write_head(term: &Term, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if term.off {
        f.write_char('~')?;
    }
    if term.without {
        f.write_char('-')?;
    }
    match term.what.field() {
        "" => Ok(()),
        field => write!(f, "{field}:"),
    }
}

/// The line, neighbours of one field drawn together with commas.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before: Option<&Term> = None;
        for term in &self.terms {
            let joins = |before: &&Term| {
                term.what.same_field(&before.what)
                    && !matches!(term.what, What::Text(_))
                    && (term.without, term.off) == (before.without, before.off)
            };
            match before {
                Some(before) if joins(&before) => write!(f, ",{}", term.what.value())?,
                Some(_) => write!(f, " {term}")?,
                None => write!(f, "{term}")?,
            }
            before = Some(term);
        }
        Ok(())
    }
}
