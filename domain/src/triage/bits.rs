//! A set of rows, one bit each: what filters are combined and counted with.

/// A set of row numbers below some length. Sets that meet in an operation may have grown to different lengths: what a shorter
/// one does not reach is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
}

const WORD: u32 = u64::BITS;

impl Bits {
    /// Nothing, with room for rows below `rows`.
    pub(super) fn none(rows: usize) -> Self {
        Self { words: vec![0; rows.div_ceil(WORD as usize)] }
    }

    /// The rows below `rows` for which `holds`.
    pub(super) fn of(rows: usize, holds: impl Fn(usize) -> bool) -> Self {
        let word = |at: usize| {
            let first = at * WORD as usize;
            let last = rows.min(first + WORD as usize);
            (first..last).fold(0, |word, row| word | u64::from(holds(row)) << (row - first))
        };
        Self { words: (0..rows.div_ceil(WORD as usize)).map(word).collect() }
    }

    /// Puts a row in, or takes it out.
    pub(super) fn set(&mut self, row: u32, on: bool) {
        let (at, bit) = ((row / WORD) as usize, 1 << (row % WORD));
        if at >= self.words.len() {
            if !on {
                return;
            }
            self.words.resize(at + 1, 0);
        }
        if on {
            self.words[at] |= bit;
        } else {
            self.words[at] &= !bit;
        }
    }

    /// Whether the row is in the set.
    pub(super) fn contains(&self, row: u32) -> bool {
        self.words.get((row / WORD) as usize).is_some_and(|word| word & 1 << (row % WORD) != 0)
    }

    /// How many rows are in the set.
    pub(super) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// How many rows are in both sets.
    pub(super) fn count_with(&self, other: &Self) -> u32 {
        self.words.iter().zip(&other.words).map(|(a, b)| (a & b).count_ones()).sum()
    }

    /// Keeps what the other set has too.
    pub(super) fn keep(&mut self, other: &Self) {
        self.words.truncate(other.words.len());
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
    }

    /// Takes out what the other set has.
    pub(super) fn drop_all(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= !b);
    }

    /// Adds what the other set has.
    pub(super) fn add(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    /// The rows of the set, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..).zip(&self.words).flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    at * WORD + bit
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_across_words_counts_and_lists_what_was_put_in() {
        let mut bits = Bits::of(130, |row| row % 64 == 1);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [1, 65, 129]);
        bits.set(400, true);
        bits.set(65, false);
        bits.set(9_999, false);
        assert_eq!((bits.iter().collect::<Vec<_>>(), bits.count()), (vec![1, 129, 400], 3));
        assert!(bits.contains(400) && !bits.contains(65) && !bits.contains(1_000_000));
    }

    #[test]
    fn a_shorter_set_has_nothing_where_it_ends() {
        let (short, long) = (Bits::of(3, |_| true), Bits::of(100, |row| row >= 2));
        let mut kept = long.clone();
        kept.keep(&short);
        assert_eq!(kept.iter().collect::<Vec<_>>(), [2]);
        assert_eq!(long.count_with(&short), 1);
        let mut sum = short.clone();
        sum.add(&long);
        assert_eq!(sum.count(), 100);
        sum.drop_all(&short);
        assert_eq!(sum.count(), 97);
    }
}
