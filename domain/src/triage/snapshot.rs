//! All findings as compact bytes: what the browser fetches once, and the difference it fetches after that.
//!
//! One byte of version, then [postcard](https://postcard.jamesmunns.com/wire-format). Numbers that grow from row to row are
//! written as differences, texts once each. [`Columns::write_snapshot`] and [`read`] are each other's inverse;
//! [`read`] takes any bytes and answers with an error where they are no snapshot, in memory proportional to their length.

use serde::{Deserialize, Serialize};

use super::columns::{Columns, Rare, Standing, family_at};
use super::dictionary::{Dictionary, NONE};
use super::{Decided, FindingRow, State};
use crate::facts::Id;
use crate::family::Family;
use crate::findings::{Class, FindingType, Priority};
use crate::time::{Instant, Span};

/// The first byte. It changes with the format: a page that was loaded before an update asks for itself anew.
const VERSION: u8 = 1;

/// Why bytes are no snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSnapshot {
    /// Another version, or nothing at all.
    #[error("the findings were sent in a form that this page does not know")]
    Version,
    /// Damaged.
    #[error("the findings arrived damaged")]
    Damaged,
}

/// Findings as of a number of the clock of changes.
#[derive(Debug)]
pub struct Snapshot {
    /// Every change up to and with this number is in it.
    pub seq: i64,
    /// The findings.
    pub columns: Columns,
}

/// The rows of all columns in the order of their numbers. Texts are known by their place in `texts`, plus 1; 0 is none.
#[derive(Default, Serialize, Deserialize)]
struct Wire {
    seq: i64,
    as_of: Option<i64>,
    latest_shifts: Vec<(u8, String)>,
    texts: Texts,
    tag_texts: Texts,
    /// Each less the one before.
    id: Vec<i64>,
    kind: Bytes,
    class: Bytes,
    priority: Bytes,
    state: Bytes,
    family: Bytes,
    /// Length in seconds, plus 1; 0 where no time is known.
    length: Vec<u64>,
    /// Of those with a time: each less the one before \[s\].
    end: Vec<i64>,
    assignee: Vec<u32>,
    shift: Vec<u32>,
    comment: Vec<u32>,
    tags: Vec<u32>,
    /// One bit for each field.
    decided: Bytes,
    row_version: Vec<i64>,
    /// Each less the one before.
    change_seq: Vec<i64>,
    rare: Vec<RareWire>,
    key_length: Vec<u32>,
    key_pieces: Vec<u32>,
}

/// What few rows have.
#[derive(Serialize, Deserialize)]
struct RareWire {
    row: u32,
    snoozed_until: Option<i64>,
    dismissed_because: Option<String>,
    n_comments: i32,
    part_of: Option<i64>,
    merged_into: Option<i64>,
}

/// One byte a row.
type Bytes = Vec<u8>;

#[derive(Default, Serialize, Deserialize)]
struct Texts {
    text: String,
    lengths: Vec<u32>,
}

impl Columns {
    /// The findings as bytes, as of a number of the clock.
    pub fn write_snapshot(&self, seq: i64) -> Vec<u8> {
        let mut places: Vec<u32> = self.alive.iter().collect();
        places.sort_unstable_by_key(|&place| self.id[place as usize]);
        let mut texts = Renumbered::of(&self.texts);
        let mut tag_texts = Renumbered::of(&self.tag_texts);
        let standing = self.standing();
        let mut wire = Wire {
            seq,
            as_of: standing.as_of.map(Instant::unix_seconds),
            latest_shifts: standing
                .latest_shifts
                .iter()
                .map(|(f, shift)| (*f as u8, shift.as_str().to_owned()))
                .collect(),
            ..Wire::default()
        };
        let (mut id, mut end, mut seq) = (0, 0, 0);
        for (row, place) in (0u32..).zip(places) {
            let at = place as usize;
            wire.id.push(self.id[at].wrapping_sub(id));
            id = self.id[at];
            wire.kind.push(self.kind[at] as u8);
            wire.class.push(self.class[at] as u8);
            wire.priority.push(self.priority[at] as u8);
            wire.state.push(self.state[at] as u8);
            wire.family.push(u8::try_from(family_at(self.family[at])).unwrap_or_default());
            match self.span[at] {
                None => wire.length.push(0),
                Some(span) => {
                    wire.length.push(u64::try_from(span.seconds()).unwrap_or_default() + 1);
                    wire.end.push(span.end().unix_seconds() - end);
                    end = span.end().unix_seconds();
                }
            }
            wire.assignee.push(texts.number(self.assignee[at]));
            wire.shift.push(texts.number(self.shift[at]));
            wire.comment.push(texts.number(self.comment[at]));
            wire.tags.push(tag_texts.number(self.tags[at]));
            wire.decided.push(bits_of(self.decided[at]));
            wire.row_version.push(self.row_version[at]);
            wire.change_seq.push(self.change_seq[at].wrapping_sub(seq));
            seq = self.change_seq[at];
            wire.rare.extend(self.rare.get(&place).map(|rare| RareWire {
                row,
                snoozed_until: rare.snoozed_until.map(Instant::unix_seconds),
                dismissed_because: rare.dismissed_because.clone(),
                n_comments: rare.n_comments,
                part_of: rare.part_of,
                merged_into: rare.merged_into,
            }));
            let pieces = self.pieces(place);
            wire.key_length.push(u32::try_from(pieces.len()).unwrap_or_default());
            wire.key_pieces.extend(pieces.iter().map(|&piece| texts.number(piece)));
        }
        (wire.texts, wire.tag_texts) = (texts.wire, tag_texts.wire);
        // Writing into memory fails for no value of this type.
        postcard::to_extend(&wire, vec![VERSION]).unwrap_or_default()
    }
}

/// Reads a snapshot.
pub fn read(bytes: &[u8]) -> Result<Snapshot, BadSnapshot> {
    let Some((&VERSION, rest)) = bytes.split_first() else { return Err(BadSnapshot::Version) };
    let wire: Wire = postcard::from_bytes(rest).map_err(|_| BadSnapshot::Damaged)?;
    let seq = wire.seq;
    columns(wire).map(|columns| Snapshot { seq, columns }).ok_or(BadSnapshot::Damaged)
}

impl Snapshot {
    /// The findings one by one, for bringing other columns up to date.
    pub fn rows(&self) -> impl Iterator<Item = FindingRow> + '_ {
        self.columns.alive.iter().map(|place| self.columns.row(place))
    }
}

/// `None` where the parts do not fit together.
fn columns(wire: Wire) -> Option<Columns> {
    let rows = wire.id.len();
    let of_all_rows = [
        wire.kind.len(),
        wire.class.len(),
        wire.priority.len(),
        wire.state.len(),
        wire.family.len(),
        wire.length.len(),
        wire.assignee.len(),
        wire.shift.len(),
        wire.comment.len(),
        wire.tags.len(),
        wire.key_length.len(),
        wire.decided.len(),
        wire.row_version.len(),
        wire.change_seq.len(),
    ];
    if of_all_rows.iter().any(|&n| n != rows) || u32::try_from(rows).is_err() {
        return None;
    }
    let families = |at: u8| (usize::from(at) <= Family::ALL.len()).then(|| Family::ALL.get(usize::from(at)).copied());
    let mut columns = Columns::default();
    columns.texts = wire.texts.dictionary()?;
    columns.tag_texts = wire.tag_texts.dictionary()?;
    columns.id = running_sums(&wire.id);
    columns.kind = all(&wire.kind, |v| FindingType::ALL.get(usize::from(v)).copied())?;
    columns.class = all(&wire.class, |v| Class::ALL.get(usize::from(v)).copied())?;
    columns.priority = all(&wire.priority, |v| Priority::ALL.get(usize::from(v)).copied())?;
    columns.state = all(&wire.state, |v| State::ALL.get(usize::from(v)).copied())?;
    columns.family = all(&wire.family, families)?;
    // Ascending numbers, so no finding is there twice.
    if columns.id.windows(2).any(|pair| pair[0] >= pair[1]) {
        return None;
    }
    let mut ends = running_sums(&wire.end).into_iter();
    columns.span = all(&wire.length, |length| match length.checked_sub(1) {
        None => Some(None),
        Some(seconds) => {
            let end = ends.next()?;
            let start = end.checked_sub(i64::try_from(seconds).ok()?)?;
            Some(Some(Span::between(instant(start)?, instant(end)?)))
        }
    })?;
    if ends.next().is_some() {
        return None;
    }
    columns.decided = all(&wire.decided, decided_of)?;
    columns.row_version = wire.row_version;
    columns.change_seq = running_sums(&wire.change_seq);
    for rare in wire.rare {
        if rare.row as usize >= rows {
            return None;
        }
        let snoozed_until = match rare.snoozed_until {
            None => None,
            Some(seconds) => Some(instant(seconds)?),
        };
        let RareWire { row, snoozed_until: _, dismissed_because, n_comments, part_of, merged_into } = rare;
        columns.rare.insert(row, Rare { snoozed_until, dismissed_because, n_comments, part_of, merged_into });
    }
    let numbers = |from: &[u32], texts: &Dictionary, or_none: bool| {
        all(from, |number| match number.checked_sub(1) {
            None => or_none.then_some(NONE),
            Some(number) => ((number as usize) < texts.len()).then_some(number),
        })
    };
    columns.assignee = numbers(&wire.assignee, &columns.texts, true)?;
    columns.shift = numbers(&wire.shift, &columns.texts, true)?;
    columns.comment = numbers(&wire.comment, &columns.texts, false)?;
    columns.tags = numbers(&wire.tags, &columns.tag_texts, false)?;
    columns.key_pieces = numbers(&wire.key_pieces, &columns.texts, false)?;
    let mut from = 0u32;
    columns.key = all(&wire.key_length, |n| {
        let key = (from, n);
        from = from.checked_add(n)?;
        Some(key)
    })?;
    if from as usize != columns.key_pieces.len() {
        return None;
    }
    columns.stand(Standing {
        as_of: match wire.as_of {
            None => None,
            Some(seconds) => Some(instant(seconds)?),
        },
        latest_shifts: wire
            .latest_shifts
            .into_iter()
            .map(|(family, shift)| Some((*Family::ALL.get(usize::from(family))?, Id::try_from(shift).ok()?)))
            .collect::<Option<_>>()?,
    });
    columns.derive();
    Some(columns)
}

const fn bits_of(decided: Decided) -> u8 {
    let Decided { kind, class, priority, tags, comment, state } = decided;
    kind as u8
        | (class as u8) << 1
        | (priority as u8) << 2
        | (tags as u8) << 3
        | (comment as u8) << 4
        | (state as u8) << 5
}

fn decided_of(bits: u8) -> Option<Decided> {
    let bit = |n: u8| bits & 1 << n != 0;
    let (kind, class, priority, tags, comment, state) = (bit(0), bit(1), bit(2), bit(3), bit(4), bit(5));
    (bits < 1 << 6).then_some(Decided { kind, class, priority, tags, comment, state })
}

fn all<A: Copy, B>(values: &[A], read: impl FnMut(A) -> Option<B>) -> Option<Vec<B>> {
    values.iter().copied().map(read).collect()
}

fn running_sums(differences: &[i64]) -> Vec<i64> {
    let sum = |sum: &mut i64, difference: &i64| {
        *sum = sum.wrapping_add(*difference);
        Some(*sum)
    };
    differences.iter().scan(0, sum).collect()
}

fn instant(seconds: i64) -> Option<Instant> {
    Instant::try_from(chrono::DateTime::from_timestamp(seconds, 0)?).ok()
}

impl Texts {
    fn dictionary(&self) -> Option<Dictionary> {
        let (mut dictionary, mut rest) = (Dictionary::default(), self.text.as_str());
        for &length in &self.lengths {
            let (text, after) = rest.split_at_checked(length as usize)?;
            dictionary.push(text);
            rest = after;
        }
        rest.is_empty().then_some(dictionary)
    }
}

/// The texts that are in use, numbered in the order in which rows name them.
struct Renumbered<'a> {
    from: &'a Dictionary,
    /// The new number plus 1; 0 where it has none yet.
    numbers: Vec<u32>,
    wire: Texts,
}

impl<'a> Renumbered<'a> {
    fn of(from: &'a Dictionary) -> Self {
        Self { from, numbers: vec![0; from.len()], wire: Texts::default() }
    }

    /// The number on the wire; 0 for none.
    fn number(&mut self, old: u32) -> u32 {
        let Some(new) = self.numbers.get_mut(old as usize) else { return 0 };
        if *new == 0 {
            let text = self.from.get(old);
            self.wire.text.push_str(text);
            self.wire.lengths.push(u32::try_from(text.len()).unwrap_or_default());
            *new = u32::try_from(self.wire.lengths.len()).unwrap_or_default();
        }
        *new
    }
}
