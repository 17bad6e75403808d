//! A filter as a line of text, whatever it is a filter of: `field:value,value -field:value ~field:value "some words"`.
//!
//! A `-` before a term excludes what it names, a `~` switches it off without losing it. A value or words with blanks stand in
//! quotes, in which `\` lets a quote be a quote. Reading never fails: what is not understood is told with its place, the rest
//! applies.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest line that is read \[bytes\]: every value of every field fits several times.
pub const LINE_MAX_BYTES: usize = 16 * 1024;
/// The most terms that a line may have: each word of free text is looked for by itself.
pub const TERMS_MAX: usize = 256;
/// The most mistakes that are told.
const TOLD_MAX: usize = 20;

/// A part of a line that does not apply, and why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misread {
    /// Where it begins: characters before it.
    pub at: u32,
    /// The part, shortened.
    pub part: String,
    /// A sentence without its full stop.
    pub why: String,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (character {}): {}", self.part, self.at + 1, self.why)
    }
}

/// One condition of a filter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term<W> {
    /// What a thing must have.
    pub what: W,
    /// It must not have it.
    pub without: bool,
    /// The term is there and does nothing: a filter that is switched off.
    pub off: bool,
}

/// What a line may say.
pub(crate) struct Grammar<'a, F, W> {
    /// The fields by their names; the first of each is the one that is written.
    pub(crate) fields: &'a [(&'a str, F)],
    /// Reads a value of a field, and knows whether it stood in quotes; a sentence without its full stop says why not.
    pub(crate) value: fn(F, &str, bool) -> Result<W, String>,
    /// What words mean that belong to no field.
    pub(crate) words: fn(String) -> W,
}

/// Reads a line. What does not read is told with its place and left out; the rest applies.
pub(crate) fn read<F: Copy, W>(line: &str, grammar: &Grammar<'_, F, W>) -> (Vec<Term<W>>, Vec<Misread>) {
    let mut reader = Reader { grammar, line, at: 0, end: line.len(), terms: Vec::new(), misread: Vec::new() };
    if line.len() > LINE_MAX_BYTES {
        // Cut after a blank: half a term would mean something else.
        let limit = (0..=LINE_MAX_BYTES).rev().find(|&at| line.is_char_boundary(at)).unwrap_or(0);
        let head = line.get(..limit).unwrap_or_default();
        reader.end = head.rfind(char::is_whitespace).unwrap_or(0);
        reader.tell(
            reader.end,
            line.len(),
            format!("a line ends at {LINE_MAX_BYTES} bytes; what follows does not apply"),
        );
    }
    while reader.term() {}
    reader.misread.sort_by_key(|misread| misread.at);
    (reader.terms, reader.misread)
}

struct Reader<'a, F, W> {
    grammar: &'a Grammar<'a, F, W>,
    line: &'a str,
    at: usize,
    end: usize,
    terms: Vec<Term<W>>,
    misread: Vec<Misread>,
}

impl<F: Copy, W> Reader<'_, F, W> {
    fn rest(&self) -> &str {
        self.line.get(self.at..self.end).unwrap_or_default()
    }

    fn tell(&mut self, from: usize, to: usize, why: impl Into<String>) {
        if self.misread.len() < TOLD_MAX {
            let before = self.line.get(..from).unwrap_or_default().chars().count();
            let part = shortened(self.line.get(from..to).unwrap_or_default());
            self.misread.push(Misread { at: u32::try_from(before).unwrap_or(u32::MAX), part, why: why.into() });
        }
    }

    /// Reads the next term; `false` at the end of the line.
    fn term(&mut self) -> bool {
        self.at += self.rest().len() - self.rest().trim_start().len();
        if self.rest().is_empty() {
            return false;
        }
        if self.terms.len() >= TERMS_MAX {
            self.tell(
                self.at,
                self.end,
                format!("a filter has at most {TERMS_MAX} terms; what follows does not apply"),
            );
            return false;
        }
        let begins = self.at;
        let (mut without, mut off) = (false, false);
        while let Some(sign) = self.rest().chars().next().filter(|&sign| sign == '-' && !without || sign == '~' && !off)
        {
            without |= sign == '-';
            off |= sign == '~';
            self.at += 1;
        }
        if self.rest().chars().next().is_none_or(char::is_whitespace) {
            self.tell(begins, self.at, "nothing stands after it; put it in quotes to look for it");
            return true;
        }
        let says = |what| Term { what, without, off };
        if let Some((field, name)) = self.field() {
            self.at += name + 1;
            loop {
                let from = self.at;
                match self.value(true) {
                    // Quotes make a word a name: `assignee:"none"` is a person.
                    Ok((text, quoted)) if !text.is_empty() || quoted => {
                        match (self.grammar.value)(field, &text, quoted) {
                            Ok(_) if self.terms.len() >= TERMS_MAX => {
                                // It is told with what follows it.
                                self.at = from;
                                return true;
                            }
                            Ok(what) => self.terms.push(says(what)),
                            Err(why) => self.tell(from, self.at, why),
                        }
                    }
                    Ok(_) => self.tell(begins, self.at, "a value is missing"),
                    Err(why) => self.tell(from, self.at, why),
                }
                if !self.rest().starts_with(',') {
                    return true;
                }
                self.at += 1;
            }
        }
        if let Some(name) = unknown_field(self.rest()) {
            let known: Vec<_> = self.grammar.fields.iter().map(|(name, _)| *name).collect();
            let why = format!(
                "there is no filter {}; there are {}; put it in quotes to look for it as it stands",
                shortened(name),
                known.join(", ")
            );
            let length = self.rest().find(char::is_whitespace).unwrap_or(self.rest().len());
            self.tell(begins, self.at + length, why);
            self.at += length;
            return true;
        }
        match self.value(false) {
            Ok((text, _)) => self.terms.push(says((self.grammar.words)(text))),
            Err(why) => self.tell(begins, self.at, why),
        }
        true
    }

    /// The field whose name and colon come next, with the length of the name.
    fn field(&self) -> Option<(F, usize)> {
        let rest = self.rest();
        let name = &rest[..rest.find(':')?];
        let (_, field) = self.grammar.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some((*field, name.len()))
    }

    /// The value that comes next and whether it stood in quotes; a bare one ends at a blank, and in a list at a comma.
    fn value(&mut self, in_list: bool) -> Result<(String, bool), &'static str> {
        let rest = self.line.get(self.at..self.end).unwrap_or_default();
        let Some(quoted) = rest.strip_prefix('"') else {
            let bare = rest.find(|c: char| c.is_whitespace() || in_list && c == ',').unwrap_or(rest.len());
            self.at += bare;
            return Ok((rest[..bare].to_owned(), false));
        };
        let mut text = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 2;
                    let follows = self.rest().chars().next();
                    if follows.is_some_and(|c| !(c.is_whitespace() || in_list && c == ',')) {
                        let rest = self.rest();
                        self.at += rest.find(char::is_whitespace).unwrap_or(rest.len());
                        return Err("a blank is missing after the closing quote");
                    }
                    return Ok((text, true));
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, other)) => text.push(other),
                    None => {}
                },
                other => text.push(other),
            }
        }
        self.at = self.end;
        Err("the quote is not closed")
    }
}

/// A word of letters before a colon that is no field, unless it is the scheme of an address such as `uid://A002/X1`.
pub(crate) fn unknown_field(rest: &str) -> Option<&str> {
    let word = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    let (name, value) = word.split_once(':')?;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic()) && !value.starts_with("//")).then_some(name)
}

/// Text in quotes, as a line has it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn shortened(text: &str) -> String {
    /// The longest part that a sentence repeats \[characters\].
    const SHOWN: usize = 60;
    if text.chars().nth(SHOWN).is_none() {
        return text.to_owned();
    }
    text.chars().take(SHOWN - 1).chain(['…']).collect()
}

/// The value of a label, whatever its letters and what stands between them: `user-error` and `USER ERROR` are one.
pub(crate) fn one_of<T: Copy>(
    values: &[T],
    label: impl Fn(T) -> &'static str,
    word: impl Fn(T) -> String,
    text: &str,
) -> Result<T, String> {
    let bare =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let asked = bare(text);
    let found = values.iter().copied().find(|&value| bare(label(value)) == asked || bare(&word(value)) == asked);
    found.ok_or_else(|| {
        let words: Vec<_> = values.iter().map(|&value| word(value)).collect();
        format!("there is none such; it is one of {}", words.join(", "))
    })
}
