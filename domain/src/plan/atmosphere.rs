//! How much does the air over the site absorb and shine, at a frequency and a water vapour?
//!
//! The table is `atmosphere.csv` beside this file: computed with the CASA atmosphere tool, a model and not a measurement; its
//! head names the profile. It is read where candidates are made, which is in the server: what a block needs of it, its
//! [`Air`], is eight numbers, and the browser gets those and not the table.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::arithmetic::exp;

/// The water vapours at which the table has sky temperatures \[mm\].
pub const TABLE_PWV_MM: [f64; 6] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0];
/// More water than this is taken for this \[mm\] (D).
pub const PWV_CAP_MM: f64 = 8.0;
/// The original scheduler's table had water vapours in steps of this \[mm\] (D).
const PWV_STEP_MM: f64 = 0.05;

/// The air at one frequency, looking straight up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Air {
    /// Opacity without water \[neper\].
    pub tau_dry: f64,
    /// Opacity of water \[neper per mm\].
    pub tau_wet_per_mm: f64,
    /// Rayleigh-Jeans temperature of the sky, cosmic background included, at each of [`TABLE_PWV_MM`] \[K\].
    pub tsky_k: [f64; 6],
}

/// The air at one frequency and one water vapour, looking straight up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zenith {
    /// Opacity \[neper\], 0 or more.
    pub tau: f64,
    /// Temperature of the sky \[K\].
    pub tsky_k: f64,
}

impl Air {
    /// Opacity and sky temperature at a water vapour \[mm\], which is taken as 0 to [`PWV_CAP_MM`].
    ///
    /// Between two columns of the table the sky temperature is on a straight line over the share of light that the air absorbs,
    /// 1 − e^(−tau): within 0.9 % of the model where a straight line over the vapour misses 13 %. Below the first column the line
    /// goes to no absorption and no light: prolonging the one above it would miss by anything in the middle of a strong line.
    pub fn at(&self, pwv_mm: f64) -> Zenith {
        let vapour = Vapour::new(pwv_mm);
        let tau = self.tau_dry + self.tau_wet_per_mm * vapour.pwv_mm;
        Zenith { tau, tsky_k: self.lines()[vapour.line].at(1.0 - exp(-tau)) }
    }

    /// The straight lines: below the first column, then between the columns.
    pub(super) fn lines(&self) -> [Line; 6] {
        let absorbed = TABLE_PWV_MM.map(|pwv_mm| 1.0 - exp(-(self.tau_dry + self.tau_wet_per_mm * pwv_mm)));
        [0, 1, 2, 3, 4, 5].map(|i| {
            let (from, from_k) = if i == 0 { (0.0, 0.0) } else { (absorbed[i - 1], self.tsky_k[i - 1]) };
            let run = absorbed[i] - from;
            // In the middle of a strong line everything is absorbed at any vapour.
            let slope_k = if run > 1e-12 { (self.tsky_k[i] - from_k) / run } else { 0.0 };
            Line { absorbed: from, tsky_k: from_k, slope_k }
        })
    }
}

/// One straight line of sky temperature over the absorbed share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    absorbed: f64,
    tsky_k: f64,
    slope_k: f64,
}

impl Line {
    /// Of a block whose air nobody knows.
    pub(super) const UNKNOWN: Self = Self { absorbed: f64::NAN, tsky_k: f64::NAN, slope_k: f64::NAN };

    /// The sky temperature \[K\] where that share of the light is absorbed.
    #[inline]
    pub(super) fn at(&self, absorbed: f64) -> f64 {
        self.tsky_k + self.slope_k * (absorbed - self.absorbed)
    }
}

/// A water vapour inside the table, and the line it lies on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Vapour {
    pub(super) pwv_mm: f64,
    pub(super) line: usize,
}

impl Vapour {
    pub(super) fn new(pwv_mm: f64) -> Self {
        let pwv_mm = pwv_mm.clamp(0.0, PWV_CAP_MM);
        Self { pwv_mm, line: TABLE_PWV_MM[..5].iter().filter(|&&column| column <= pwv_mm).count() }
    }
}

/// A water vapour as the original looked it up: at most 8 mm, to the nearest 0.05 mm (D).
pub fn snapped_pwv(pwv_mm: f64) -> f64 {
    (pwv_mm.min(PWV_CAP_MM) / PWV_STEP_MM).round() * PWV_STEP_MM
}

/// The table.
#[derive(Debug)]
pub struct Atmosphere {
    /// By frequency \[GHz\], ascending.
    rows: Vec<(f64, Air)>,
}

/// The table's step \[GHz\]; where two rows are further apart (from 50 to 84 GHz) nothing is known between them.
const STEP_GHZ: f64 = 0.5;

impl Atmosphere {
    /// The site's table.
    pub fn site() -> &'static Self {
        static SITE: OnceLock<Atmosphere> = OnceLock::new();
        SITE.get_or_init(|| Self::read(include_str!("atmosphere.csv")))
    }

    /// Comments begin with `#`, the heads with a letter; what is no row of nine numbers is passed over, and a test sees to it
    /// that nothing else is.
    fn read(text: &str) -> Self {
        let row = |line: &str| {
            let mut numbers = line.split(',').map(str::parse::<f64>);
            let mut next = || numbers.next()?.ok();
            let (frequency_ghz, tau_dry, tau_wet_per_mm) = (next()?, next()?, next()?);
            let tsky_k = [next()?, next()?, next()?, next()?, next()?, next()?];
            Some((frequency_ghz, Air { tau_dry, tau_wet_per_mm, tsky_k }))
        };
        Self { rows: text.lines().filter_map(row).collect() }
    }

    /// How many frequencies it has.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The air at a frequency \[GHz\], on straight lines between the rows; none outside 35 to 50 and 84 to 950 GHz.
    pub fn air(&self, frequency_ghz: f64) -> Option<Air> {
        let above = self.rows.partition_point(|&(frequency, _)| frequency < frequency_ghz);
        let &(high_ghz, high) = self.rows.get(above)?;
        if high_ghz == frequency_ghz {
            return Some(high);
        }
        let &(low_ghz, low) = self.rows.get(above.checked_sub(1)?)?;
        if high_ghz - low_ghz > STEP_GHZ {
            return None;
        }
        let share = (frequency_ghz - low_ghz) / (high_ghz - low_ghz);
        let between = |low: f64, high: f64| low + (high - low) * share;
        Some(Air {
            tau_dry: between(low.tau_dry, high.tau_dry),
            tau_wet_per_mm: between(low.tau_wet_per_mm, high.tau_wet_per_mm),
            tsky_k: [0, 1, 2, 3, 4, 5].map(|i| between(low.tsky_k[i], high.tsky_k[i])),
        })
    }
}
