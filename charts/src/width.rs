//! How wide a chart is: the page gives the width, the chart takes the height it needs.

use crate::ChartError;

/// A width that can be read.
#[derive(Clone, Copy)]
pub(crate) struct Width {
    pub(crate) px: i32,
    /// Labels stand above what they name rather than beside it.
    pub(crate) is_narrow: bool,
}

/// Below this width \[px\] a chart has no room for labels beside its bars.
const NARROW: i32 = 560;
/// Narrower than this labels run into each other \[px\]; a phone of 360 px with a margin of 16 px leaves 328 (our own limit).
const LEAST: i32 = 300;
/// Wider than this is a mistake, not a screen \[px\] (our own limit).
const MOST: i32 = 16_384;

pub(crate) fn readable(width: u32) -> Result<Width, ChartError> {
    match i32::try_from(width) {
        Ok(px) if (LEAST..=MOST).contains(&px) => Ok(Width { px, is_narrow: px < NARROW }),
        _ => Err(ChartError::Width { width }),
    }
}
