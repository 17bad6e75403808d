//! A finding and what surrounds it, as tokens.
//!
//! Numbers become buckets and texts become words, so that two findings can have a token in common. What is missing is a token
//! too where its absence says something (no execution before, no comment), and none where it only was not measured.

use super::{Aspect, Context, Token};
use crate::facts::{Conditions, Execution, Qa0};
use crate::family::Family;
use crate::findings::Finding;
use crate::time::{HOUR_S, Instant};

/// What surrounds a finding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Around {
    /// The execution of its family that ends where it begins.
    pub before: Option<Execution>,
    /// The execution of its family that begins where it ends.
    pub after: Option<Execution>,
    /// The execution that its identity names, if it is about one.
    pub about: Option<Execution>,
    /// When its shift began.
    pub shift_start: Option<Instant>,
    /// The last measurement of the air before it began, if that is recent enough to speak of it.
    pub air: Option<Conditions>,
}

/// How old a measurement may be when it is to speak of a time \[s\] (our own choice: the log has one per ten minutes, and the
/// weather of an hour ago is no longer this).
pub const AIR_AGE_MAX_S: i64 = HOUR_S;
/// How much of a text is read \[characters\], the longest word \[characters\], and how many different words of it count: a pasted
/// logbook is not more of a comment (our own choices).
const TEXT_MAX: usize = 2_000;
const WORD_MAX: usize = 32;
const WORDS_MAX: usize = 32;

/// The finding as the log alone says it, with its surroundings, as the model sees it.
pub fn context(finding: &Finding, around: &Around) -> Context {
    let mut context = Context { kind: finding.kind, tokens: Default::default() };
    let mut say = |aspect, value: &str| {
        context.tokens.insert(Token { aspect, value: value.to_owned() });
    };
    say(Aspect::Family, Family::label_of(finding.family));
    say(Aspect::Duration, finding.span.map_or("unknown", |span| duration(span.seconds())));
    let tags = finding.tags.split(';').map(str::trim).filter(|tag| !tag.is_empty());
    let tags: Vec<String> = tags.take(WORDS_MAX).map(|tag| cut(tag, WORD_MAX)).collect();
    for tag in if tags.is_empty() { vec!["none".to_owned()] } else { tags } {
        say(Aspect::Tag, &tag);
    }
    let comment = words(&finding.comment);
    for word in if comment.is_empty() { vec!["none".to_owned()] } else { comment } {
        say(Aspect::Comment, &word);
    }
    if let Some((start, span)) = around.shift_start.zip(finding.span) {
        say(Aspect::HourOfShift, hour_of_shift(span.start().since(start)));
    }
    let neighbours = [
        (Aspect::Before, Aspect::SubjectBefore, &around.before),
        (Aspect::After, Aspect::SubjectAfter, &around.after),
        (Aspect::About, Aspect::SubjectAbout, &around.about),
    ];
    for (aspect, subject, execution) in neighbours {
        let Some(execution) = execution else {
            say(aspect, "none");
            continue;
        };
        say(aspect, execution.purpose.label());
        say(aspect, execution.status.label());
        say(aspect, execution.qa0.map_or("without QA0", Qa0::label));
        words(&execution.subject).iter().for_each(|word| say(subject, word));
    }
    if let Some(air) = &around.air {
        air.pwv_mm.into_iter().for_each(|pwv_mm| say(Aspect::Pwv, pwv(pwv_mm)));
        air.wind_m_s.into_iter().for_each(|wind_m_s| say(Aspect::Wind, wind(wind_m_s)));
    }
    context
}

/// Our own steps: below gap_min of domain.md §4, a change of setup, a slot, a block, and what is no longer a gap but an outage.
const fn duration(seconds: i64) -> &'static str {
    match seconds {
        ..=0 => "an instant",
        1..300 => "under 5 min",
        300..900 => "5 to 15 min",
        900..3_600 => "15 to 60 min",
        3_600..10_800 => "1 to 3 h",
        _ => "3 h or more",
    }
}

/// The first hour is where shifts are handed over, the eighth where they end; between, it matters little (our own steps).
const fn hour_of_shift(seconds: i64) -> &'static str {
    match seconds {
        ..0 => "before it",
        0..3_600 => "the first",
        3_600..7_200 => "the second",
        7_200..14_400 => "the third or fourth",
        14_400..25_200 => "the fifth to seventh",
        _ => "the eighth or later",
    }
}

/// Octiles of the water vapour over Chajnantor, the third, fifth and seventh (ALMA Technical Handbook: 0.913, 1.796, 5.186 mm).
fn pwv(pwv_mm: f64) -> &'static str {
    match pwv_mm {
        ..0.913 => "under 0.913 mm",
        0.913..1.796 => "0.913 to 1.796 mm",
        1.796..5.186 => "1.796 to 5.186 mm",
        _ => "5.186 mm or more",
    }
}

/// In steps of 5 m/s; above 20 m/s antennas are stowed (our own steps).
fn wind(wind_m_s: f64) -> &'static str {
    match wind_m_s {
        ..5.0 => "under 5 m/s",
        5.0..10.0 => "5 to 10 m/s",
        10.0..15.0 => "10 to 15 m/s",
        15.0..20.0 => "15 to 20 m/s",
        _ => "20 m/s or more",
    }
}

/// The different words of a text in small letters, in its order. A word has two characters or more, and a letter: numbers are
/// names of one thing, not of a kind of thing.
fn words(text: &str) -> Vec<String> {
    let text = cut(text, TEXT_MAX).to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if found.len() == WORDS_MAX {
            break;
        }
        let word = cut(word, WORD_MAX);
        if word.chars().nth(1).is_some() && word.chars().any(char::is_alphabetic) && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

fn cut(text: &str, max_chars: usize) -> String {
    text.chars().take(max_chars).collect()
}
