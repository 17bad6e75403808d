//! Who rises and who falls between two lists: two policies, two situations, now and what if?

use serde::{Deserialize, Serialize};

use super::ranking::{Ranking, Section};

/// A block whose place is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The block's place.
    pub place: usize,
    /// Section and rank, from 1, in the first list; none when it is not listed there.
    pub before: Option<(Section, usize)>,
    /// The same in the second list.
    pub after: Option<(Section, usize)>,
}

/// The blocks of which section or rank is another, by place. Both lists are of the same blocks.
pub fn changes(before: &Ranking, after: &Ranking) -> Vec<Change> {
    let (before, after) = (ranks(before), ranks(after));
    let both = before.into_iter().zip(after).enumerate();
    both.filter(|(_, (before, after))| before != after)
        .map(|(place, (before, after))| Change { place, before, after })
        .collect()
}

fn ranks(ranking: &Ranking) -> Vec<Option<(Section, usize)>> {
    let mut ranks = vec![None; ranking.len()];
    for &section in Section::ALL {
        for (rank, &place) in (1..).zip(ranking.section(section)) {
            ranks[place as usize] = Some((section, rank));
        }
    }
    ranks
}
