//! Which ids a file has had before: a Bloom filter, so that its memory does not grow with the file.

use std::hash::{BuildHasher, RandomState};

use domain::facts::Fact;

/// How many bits \[2^n\]: 1 MiB. A million rows, which is the weather of twenty years, are wrongly taken for repeated 2 times in
/// 100; a tenth of that, practically never.
const LOG2_BITS: u32 = 23;
/// How many of them an id sets.
const BITS_OF_AN_ID: u32 = 4;

/// The ids of a file so far.
#[derive(Debug)]
pub(super) struct Seen {
    bits: Vec<u64>,
    /// Random, so that nobody can write ids that collide.
    hasher: RandomState,
}

impl Seen {
    pub(super) fn new() -> Self {
        Self { bits: vec![0; 1 << (LOG2_BITS - u64::BITS.ilog2())], hasher: RandomState::new() }
    }

    /// Notes what identifies a row, and says whether it may have been there before. It never says no to what was.
    pub(super) fn again(&mut self, fact: &Fact) -> bool {
        let mut hash = match fact {
            Fact::Shift(shift) => self.hasher.hash_one(&shift.id),
            Fact::Array(array) => self.hasher.hash_one(&array.id),
            Fact::Execution(execution) => self.hasher.hash_one(&execution.id),
            Fact::Downtime(downtime) => self.hasher.hash_one(&downtime.id),
            Fact::Project(project) => self.hasher.hash_one(&project.id),
            Fact::SchedulingBlock(block) => self.hasher.hash_one(&block.id),
            Fact::Configuration(configuration) => self.hasher.hash_one(&configuration.id),
            Fact::ScheduledConfiguration(it) => self.hasher.hash_one((it.start, &it.configuration, it.revision)),
            Fact::Conditions(conditions) => self.hasher.hash_one(conditions.time),
        };
        // Two numbers give the others: Kirsch and Mitzenmacher, Less hashing, same performance (2006).
        let step = hash.rotate_left(u64::BITS / 2) | 1;
        let mut was_there = true;
        for _ in 0..BITS_OF_AN_ID {
            let at = hash >> (u64::BITS - LOG2_BITS);
            let bit = 1 << (at % u64::from(u64::BITS));
            // Within 2^23 / 64.
            let word = &mut self.bits[(at / u64::from(u64::BITS)) as usize];
            was_there &= *word & bit != 0;
            *word |= bit;
            hash = hash.wrapping_add(step);
        }
        was_there
    }
}

#[cfg(test)]
mod tests {
    use domain::facts::Conditions;
    use domain::time::Instant;

    use super::*;

    fn at(second: i64) -> Fact {
        let time = Instant::parse("2022-03-07T00:00:00Z").unwrap_or_else(|_| unreachable!()).plus(second);
        Fact::Conditions(Conditions { time, pwv_mm: None, phase_rms_deg: None, wind_m_s: None })
    }

    #[test]
    fn what_was_there_is_never_taken_for_new_and_what_is_new_seldom_for_repeated() {
        let mut seen = Seen::new();
        // 100,000 of 2^23 bits, four each: the last is taken for repeated with (1 - e^(-400,000 / 2^23))^4 = 5 in a million.
        let wrongly = (0..100_000).filter(|&second| seen.again(&at(second))).count();
        assert!(wrongly < 20, "{wrongly}");
        assert!((0..100_000).all(|second| seen.again(&at(second))));
    }
}
