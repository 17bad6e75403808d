//! What the pages ask the server: one file per question, each a few lines.
//!
//! The server provides a `store::Store` and a [`Clock`] in the context of every request. Nothing else in this crate knows the
//! store, and in the browser's build it does not exist.

pub mod account;
pub mod accounts;
#[cfg(feature = "ssr")]
pub mod arrival;
pub mod decision;
pub mod definitions;
pub mod efficiency;
pub mod finding;
pub mod looking;
pub mod notes;
pub mod outcome;
pub mod person;
pub mod plan;
pub mod quarantine;
#[cfg(feature = "ssr")]
pub mod redirect;
#[cfg(feature = "ssr")]
pub mod refusal;
pub mod reports;
pub mod rules;
#[cfg(feature = "ssr")]
pub mod session_cookie;
pub mod sign_in;
pub mod standing_rules;
pub mod suggestion;
pub mod theme;
pub mod triage;
pub mod views;

use codee::binary::PostcardCodec;
use domain::time::Instant;
use leptos::prelude::Resource;

use crate::error::AppError;

/// A question of a live page. Its answer is sent as postcard: reading JSON was a seventh of what the browser had to load.
pub type Asked<T> = Resource<Result<T, AppError>, PostcardCodec>;

/// Tells the time. The server provides one, so that a test can hold it still.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub fn() -> Instant);

/// The server's time; `None` in the browser, and while the server only lists its routes.
pub fn server_now() -> Option<Instant> {
    leptos::prelude::use_context::<Clock>().map(|clock| (clock.0)())
}
