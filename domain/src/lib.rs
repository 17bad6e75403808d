//! What Shiftdesk knows about observing time, as plain functions: values in, values out.
//!
//! No clock, no I/O, no SQL and no HTML live here, so the same code runs in the server and, compiled to WebAssembly, in the
//! browser. What needs the current time takes `now`. Data moves one way: [`facts`] → [`ledger`] → [`findings`] and
//! [`efficiency`].

pub mod decimal;
pub mod efficiency;
pub mod facts;
pub mod family;
pub mod findings;
pub mod labelled;
pub mod ledger;
pub mod note;
pub mod people;
pub mod plan;
pub mod quarantine;
pub mod report;
pub mod saved_view;
pub mod shift_view;
pub mod sky;
pub mod terms;
pub mod time;
pub mod triage;
