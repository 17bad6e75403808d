//! Domain values in, drawing out: one file per chart, each a function from values to a drawing.
//!
//! A chart does not fetch, keeps no state and does not know the page. It is generic over plotters' `DrawingBackend`, it draws the
//! empty case and the single point on purpose, and it comes with a sentence and a table for those who cannot see it. Colours and
//! sizes of type are in [`theme`] and nowhere else. The same code runs in the server and in the browser: it never measures text,
//! which in the browser would touch the page.

mod bars;
pub mod breakdown;
mod empty;
pub mod hour_heat_map;
pub mod lost_time;
mod owned;
mod pen;
pub mod period;
mod scale;
pub mod shift_plan;
pub mod shift_timeline;
pub mod sky_curve;
pub mod standalone;
mod svg;
pub mod table;
pub mod theme;
pub mod time_axis;
pub mod time_owners;
pub mod trend;
pub mod vapour;
mod width;

/// Why there is no drawing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChartError {
    /// Too small to tell anything apart, or larger than any screen.
    #[error("a drawing of {width} × {height} px cannot be read")]
    Size {
        /// From left to right \[px\].
        width: u32,
        /// From top to bottom \[px\].
        height: u32,
    },
    /// Too narrow for its labels, or wider than any screen.
    #[error("a drawing {width} px wide cannot be read")]
    Width {
        /// From left to right \[px\].
        width: u32,
    },
    /// The backend could not draw.
    #[error("the drawing could not be made: {0}")]
    Backend(String),
}
