//! Draws from a seeded generator: the same seed and stream give the same draws on every machine.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream of draws. Each subject of the simulation has its own, so that a change in one leaves the others as they were.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A whole number, both ends included; `from` when `to` lies below it.
    pub(super) fn whole(&mut self, from: i64, to: i64) -> i64 {
        if to <= from { from } else { self.0.random_range(from..=to) }
    }

    /// A place in a list of `n`, 0 when the list is empty.
    pub(super) fn place(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.0.random_range(0..n) }
    }

    /// Uniform in [from, to).
    pub(super) fn real(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.0.random::<f64>()
    }

    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// One of them, each as likely as the others.
    pub(super) fn one_of<T: Copy, const N: usize>(&mut self, from: [T; N]) -> T {
        const { assert!(N > 0) }
        from[self.place(N)]
    }

    /// One of them, each as likely as its weight says.
    pub(super) fn weighted<T: Copy, const N: usize>(&mut self, from: [(T, u32); N]) -> T {
        const { assert!(N > 0) }
        let total: u32 = from.iter().map(|&(_, weight)| weight).sum();
        let mut drawn = self.0.random_range(0..total.max(1));
        for (value, weight) in from {
            if drawn < weight {
                return value;
            }
            drawn -= weight;
        }
        from[0].0
    }

    /// Standard normal (Box and Muller 1958).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.0.random::<f64>()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.0.random::<f64>()).cos()
    }

    /// Any order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.place(last + 1);
            list.swap(last, other);
        }
    }
}
