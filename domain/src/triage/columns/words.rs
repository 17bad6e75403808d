//! Free text: which rows hold a word, found in each distinct text once.

use std::sync::Arc;

use super::{Columns, locked};
use crate::findings::FindingType;
use crate::triage::bits::Bits;
use crate::triage::dictionary::folded;

/// What was looked for lately. A longer word is looked for only where a shorter one in it was found: each key typed searches
/// less.
#[derive(Debug, Default)]
pub(super) struct Searched(Vec<Found>);

#[derive(Clone, Debug)]
struct Found {
    needle: String,
    texts: Arc<Bits>,
    tag_texts: Arc<Bits>,
    rows: Arc<Bits>,
}

/// How many words are remembered: those of a query line, and what they were while they were typed.
const REMEMBERED: usize = 16;

impl Columns {
    /// The rows that hold a folded word in their type, tags, comment, shift, assignee or ids; removed ones may be among them.
    pub(super) fn holding(&self, needle: &str) -> Bits {
        let (known, shorter) = {
            let Searched(found) = &*locked(&self.searched);
            let known = found.iter().find(|found| found.needle == needle).cloned();
            let shorter = found.iter().filter(|found| !found.needle.is_empty() && needle.contains(&found.needle));
            (known, shorter.max_by_key(|found| found.needle.len()).cloned())
        };
        if let Some(known) = known {
            return (*known.rows).clone();
        }
        let texts = self.texts.holding(needle, shorter.as_ref().map(|shorter| &*shorter.texts));
        let tag_texts = self.tag_texts.holding(needle, shorter.as_ref().map(|shorter| &*shorter.tag_texts));
        let kinds: Vec<bool> = FindingType::ALL.iter().map(|kind| folded(kind.label()).contains(needle)).collect();
        let id = needle.parse::<i64>().ok();
        // The first three pieces of a key are the type, the family and the shift that the log names: the finding shows its own.
        let named = |at: usize| {
            let (from, n) = self.key[at];
            let ids = self.key_pieces.get(from as usize + 3..from as usize + n as usize).unwrap_or_default();
            ids.iter().any(|&piece| texts.contains(piece))
        };
        let any_text = texts.count() > 0;
        let holds = |at: usize| {
            kinds[self.kind[at] as usize]
                || tag_texts.contains(self.tags[at])
                || any_text
                    && (texts.contains(self.comment[at])
                        || texts.contains(self.shift[at])
                        || texts.contains(self.assignee[at])
                        || named(at))
                || id == Some(self.id[at])
        };
        // A longer word is in fewer rows, except that a number may be a finding's own.
        let rows = match &shorter {
            Some(shorter) if id.is_none() => {
                let mut rows = Bits::none(self.id.len());
                shorter.rows.iter().filter(|&place| holds(place as usize)).for_each(|place| rows.set(place, true));
                rows
            }
            _ => Bits::of(self.id.len(), holds),
        };
        let Searched(found) = &mut *locked(&self.searched);
        if found.len() >= REMEMBERED {
            found.remove(0);
        }
        let (texts, tag_texts) = (Arc::new(texts), Arc::new(tag_texts));
        found.push(Found { needle: needle.to_owned(), texts, tag_texts, rows: Arc::new(rows.clone()) });
        rows
    }

    /// After a change of rows nothing that was found is sure.
    pub(super) fn forget_searches(&mut self) {
        locked(&self.searched).0.clear();
    }
}
