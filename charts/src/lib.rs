//! Domain values in, drawing out: one file per chart, each a function from values to a drawing.
//!
//! A chart does not fetch, keeps no state and does not know the page. It is generic over plotters' `DrawingBackend`, it draws the
//! empty case and the single point on purpose, and it comes with a sentence and a table for those who cannot see it. Colours and
//! sizes of type are in [`theme`] and nowhere else. The same code runs in the server and in the browser: it never measures text,
//! which in the browser would touch the page.

pub mod theme;
