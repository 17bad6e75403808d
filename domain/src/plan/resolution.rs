//! How fine does an array see, from where its antennas stand?

/// An antenna's place in the local tangent plane \[m\]: east, north.
pub type Pad = (f64, f64);

/// The fraction 0.996 of a Rayleigh distribution lies below loc + this · scale: √(−2 ln 0.004) (D).
const NEARLY_ALL: f64 = 3.323_089_200_687_29;
/// Resolution at 100 GHz times length \[arcsec · m · 100 GHz\] (D).
const ARCSEC_M_GHZ: f64 = 61_800.0;
/// The frequency of the figure \[GHz\].
const AT_GHZ: f64 = 100.0;

/// What an array's baselines are like, and the resolution that follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resolution {
    /// Pairs of antennas.
    pub n_baselines: usize,
    /// The shortest \[m\].
    pub shortest_m: f64,
    /// The longest \[m\].
    pub longest_m: f64,
    /// Where the fitted Rayleigh distribution of the lengths begins \[m\]; may be negative.
    pub loc_m: f64,
    /// Its scale \[m\].
    pub scale_m: f64,
    /// The length that counts: 99.6 % of the fitted distribution are below it, and never more than the longest \[m\].
    pub length_m: f64,
    /// Angular resolution at 100 GHz \[arcsec\].
    pub ar_100ghz_arcsec: f64,
}

/// The angular resolution of antennas at these places (D); none for fewer than three, or when all baselines are equal.
///
/// The lengths in the plane are fitted by a Rayleigh distribution, loc and scale by maximum likelihood.
pub fn resolution(pads: &[Pad]) -> Option<Resolution> {
    let mut lengths = Vec::with_capacity(pads.len() * pads.len().saturating_sub(1) / 2);
    for (i, a) in pads.iter().enumerate() {
        lengths.extend(pads[i + 1..].iter().map(|b| ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).sqrt()));
    }
    let shortest_m = lengths.iter().copied().fold(f64::INFINITY, f64::min);
    let longest_m = lengths.iter().copied().fold(0.0, f64::max);
    // Not `<`: places that are no numbers end here, too.
    if !(longest_m - shortest_m > 0.0 && longest_m.is_finite()) {
        return None;
    }
    let loc_m = most_likely_loc(&lengths, shortest_m, longest_m);
    #[expect(clippy::cast_precision_loss, reason = "a count of baselines")]
    let twice_n = 2.0 * lengths.len() as f64;
    let scale_m = (lengths.iter().map(|x| (x - loc_m) * (x - loc_m)).sum::<f64>() / twice_n).sqrt();
    let length_m = (loc_m + NEARLY_ALL * scale_m).min(longest_m);
    Some(Resolution {
        n_baselines: lengths.len(),
        shortest_m,
        longest_m,
        loc_m,
        scale_m,
        length_m,
        ar_100ghz_arcsec: ARCSEC_M_GHZ / (AT_GHZ * length_m),
    })
}

/// Where the likelihood's slope in loc, with the best scale for each loc, is zero: it is positive far below the shortest
/// length and goes to −∞ at it, so halving finds it.
fn most_likely_loc(lengths: &[f64], shortest_m: f64, longest_m: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of baselines")]
    let twice_n = 2.0 * lengths.len() as f64;
    let slope = |loc: f64| {
        let (mut inverse, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for length in lengths {
            let over = length - loc;
            inverse += 1.0 / over;
            sum += over;
            squares += over * over;
        }
        twice_n * sum / squares - inverse
    };
    let (mut low, mut high) = (shortest_m - 100.0 * longest_m, shortest_m);
    // Until nothing lies between: some 60 rounds.
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return low;
        }
        if slope(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
}
