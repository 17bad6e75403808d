//! Domain values in, drawing out: one file per chart, each a function from values to a drawing.
//!
//! A chart does not fetch, keeps no state and does not know the page. It is generic over plotters' `DrawingBackend`, it draws the
//! empty case and the single point on purpose, and it comes with a sentence and a table for those who cannot see it. Colours and
//! sizes of type are in [`theme`] and nowhere else. The same code runs in the server and in the browser: it never measures text,
//! which in the browser would touch the page.

mod pen;
pub mod shift_timeline;
mod svg;
pub mod theme;
pub mod time_axis;

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
    /// The backend could not draw.
    #[error("the drawing could not be made: {0}")]
    Backend(String),
}
