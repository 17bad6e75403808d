//! Texts that many rows share, each kept once and known by a number.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::bits::Bits;

/// The texts in the order in which they came, in one long text. Nothing is taken out: whoever owns one builds it anew when most
/// of it is no longer used.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    text: String,
    /// Where each text ends in `text`.
    ends: Vec<u32>,
    /// The same texts as [`folded`], for searching.
    folded: String,
    folded_ends: Vec<u32>,
    /// The last text of each hash. Filled when a text is first added to those of a snapshot: a browser that only reads never
    /// needs it.
    by_hash: HashMap<u64, u32>,
    /// For each indexed text the one before it of the same hash, [`NONE`] when there is none.
    before: Vec<u32>,
    hasher: RandomState,
}

/// The number of no text.
pub(super) const NONE: u32 = u32::MAX;

/// What makes two spellings one: letters as small ones.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

impl Dictionary {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, number: u32) -> &str {
        slice(&self.text, &self.ends, number as usize)
    }

    /// Its number, if it is known.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        if self.before.len() < self.len() {
            return (0u32..).take(self.len()).find(|&number| self.get(number) == text);
        }
        let last = self.by_hash.get(&self.hasher.hash_one(text)).copied();
        let before = |&number: &u32| self.before.get(number as usize).copied().filter(|&before| before != NONE);
        std::iter::successors(last, before).find(|&number| self.get(number) == text)
    }

    /// Its number, a new one when it is new.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        self.index();
        self.find(text).unwrap_or_else(|| self.add(text))
    }

    /// Adds a text that is known to be new, so that it is found quickly.
    pub(super) fn add(&mut self, text: &str) -> u32 {
        let number = self.push(text);
        self.index();
        number
    }

    /// Adds a text that is known to be new; many can be added so before the first is looked up.
    pub(super) fn push(&mut self, text: &str) -> u32 {
        let number = u32::try_from(self.ends.len()).unwrap_or(NONE);
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(NONE));
        self.folded.push_str(&folded(text));
        self.folded_ends.push(u32::try_from(self.folded.len()).unwrap_or(NONE));
        number
    }

    /// The texts that hold `needle`, which is folded. `among` says where alone to look.
    pub(super) fn holding(&self, needle: &str, among: Option<&Bits>) -> Bits {
        let mut found = Bits::none(self.len());
        if needle.is_empty() {
            return Bits::of(self.len(), |_| true);
        }
        let finder = memchr::memmem::Finder::new(needle);
        if let Some(among) = among {
            for number in among.iter() {
                let text = slice(&self.folded, &self.folded_ends, number as usize);
                found.set(number, finder.find(text.as_bytes()).is_some());
            }
            return found;
        }
        // The long text is searched as one; a place that reaches over the end of its text is none.
        let (bytes, mut from) = (self.folded.as_bytes(), 0);
        while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)).map(|at| from + at) {
            let number = self.folded_ends.partition_point(|&end| end as usize <= at);
            let end = self.folded_ends.get(number).map_or(bytes.len(), |&end| end as usize);
            if at + needle.len() <= end {
                found.set(u32::try_from(number).unwrap_or(NONE), true);
                from = end;
            } else {
                from = at + 1;
            }
        }
        found
    }

    /// The place of each text among all, sorted byte by byte.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0u32..).take(self.len()).collect();
        order.sort_unstable_by(|&a, &b| self.get(a).cmp(self.get(b)));
        let mut ranks = vec![0; self.len()];
        for (rank, number) in (0u32..).zip(order) {
            ranks[number as usize] = rank;
        }
        ranks
    }

    fn index(&mut self) {
        while self.before.len() < self.ends.len() {
            let at = self.before.len();
            let hash = self.hasher.hash_one(slice(&self.text, &self.ends, at));
            self.before.push(self.by_hash.insert(hash, u32::try_from(at).unwrap_or(NONE)).unwrap_or(NONE));
        }
    }
}

fn slice<'a>(text: &'a str, ends: &[u32], at: usize) -> &'a str {
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |&end| end as usize);
    let end = ends.get(at).map_or(start, |&end| end as usize);
    text.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_its_own_words_and_not_across_two_of_them() {
        let mut dictionary = Dictionary::default();
        for text in ["M83", "m8", "3C273", "", "ÄRGER"] {
            dictionary.intern(text);
        }
        assert_eq!(dictionary.intern("m8"), 1);
        let holding = |needle: &str| dictionary.holding(needle, None).iter().collect::<Vec<_>>();
        assert_eq!(holding("m8"), [0, 1]);
        // "m8" and "3c273" stand side by side.
        assert_eq!(holding("m83"), [0]);
        assert_eq!(holding("83c"), Vec::<u32>::new());
        assert_eq!(holding("ärger"), [4]);
        assert_eq!(holding("").len(), 5);
        let narrowed = dictionary.holding("m83", Some(&dictionary.holding("m8", None)));
        assert_eq!(narrowed.iter().collect::<Vec<_>>(), [0]);
        assert_eq!(dictionary.ranks(), [2, 3, 1, 0, 4]);
    }
}
