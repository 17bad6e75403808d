//! What is in a comment: the names of people and the addresses among its words.
//!
//! It stays a text. Whoever shows it may show an address as a link and a name as a name; nothing else in it means anything.

use crate::people::LoginName;

/// A piece of a comment. In their order they are the comment, nothing added and nothing left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Words(&'a str),
    /// An address that begins with `http://` or `https://`.
    Address(&'a str),
    /// `@name`, the sign included; whether there is such an account is another question.
    Mention(&'a str),
}

/// The pieces of a comment.
///
/// ```
/// use domain::triage::comment::{Piece, pieces};
/// assert_eq!(
///     pieces("Ask @ana, see (https://example.org/a?b=1)."),
///     [
///         Piece::Words("Ask "),
///         Piece::Mention("@ana"),
///         Piece::Words(", see ("),
///         Piece::Address("https://example.org/a?b=1"),
///         Piece::Words(")."),
///     ]
/// );
/// ```
pub fn pieces(comment: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut said, mut at) = (0, 0);
    while let Some(found) = comment[at..].find(['@', 'h', 'H']) {
        let start = at + found;
        let rest = &comment[start..];
        let is_begin = !comment[..start].ends_with(belongs_to_a_word);
        let piece = if is_begin { mention(rest).or_else(|| address(rest)) } else { None };
        match piece {
            Some((piece, length)) => {
                if said < start {
                    pieces.push(Piece::Words(&comment[said..start]));
                }
                pieces.push(piece);
                at = start + length;
                said = at;
            }
            // All three signs are one byte.
            None => at = start + 1,
        }
    }
    if said < comment.len() {
        pieces.push(Piece::Words(&comment[said..]));
    }
    pieces
}

/// The names that a comment mentions, in its order; some may be nobody's.
pub fn mentions(comment: &str) -> impl Iterator<Item = &str> {
    pieces(comment).into_iter().filter_map(|piece| if let Piece::Mention(text) = piece { text.get(1..) } else { None })
}

/// Before a mention or an address stands no such character: `ana@example.org` mentions nobody.
fn belongs_to_a_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '_' | '.' | '-' | '/')
}

/// A name after `@`; a dot, dash or underscore at its end is the sentence's.
fn mention(text: &str) -> Option<(Piece<'_>, usize)> {
    let name = text.strip_prefix('@')?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))).unwrap_or(name.len());
    let name = name[..end].trim_end_matches(['.', '-', '_']);
    LoginName::try_from(name.to_owned()).ok()?;
    let length = 1 + name.len();
    Some((Piece::Mention(&text[..length]), length))
}

/// An address of ASCII signs, as browsers give it to who copies it. What could look like another host is none: one with a name
/// before an `@`, or with other letters.
fn address(text: &str) -> Option<(Piece<'_>, usize)> {
    let is_scheme = |scheme: &&str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let scheme = ["https://", "http://"].into_iter().find(is_scheme)?;
    let is_of_it = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^');
    let end = text.find(|c| !is_of_it(c)).unwrap_or(text.len());
    let address = without_the_sentence(&text[..end]);
    let has_path = text[scheme.len()..end].contains(['/', '?', '#']);
    // A host that goes on in other letters is another host.
    if !has_path && text[end..].starts_with(|c: char| !c.is_ascii() && !c.is_whitespace()) {
        return None;
    }
    let host = address.get(scheme.len()..)?.split(['/', '?', '#']).next()?;
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let is_one = host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && host.chars().all(is_host);
    is_one.then_some((Piece::Address(address), address.len()))
}

/// The address without the signs at its end that belong to the sentence around it: a full stop, a bracket that it did not open.
fn without_the_sentence(address: &str) -> &str {
    let surplus =
        |open: char, close: char| address.matches(close).count().saturating_sub(address.matches(open).count());
    let (mut round, mut square) = (surplus('(', ')'), surplus('[', ']'));
    address.trim_end_matches(|c| match c {
        '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' => true,
        ')' if round > 0 => {
            round -= 1;
            true
        }
        ']' if square > 0 => {
            square -= 1;
            true
        }
        _ => false,
    })
}
