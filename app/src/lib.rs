//! What people see, and what it asks the server for.
//!
//! A page reads its state from the URL ([`query`]), asks one function of [`api`], and shows what it got. Every page is complete
//! without JavaScript; hydration makes it quicker and gives it keys, it does not give it content.

#![recursion_limit = "256"]

pub mod api;
pub mod components;
pub mod error;
pub mod format;
pub mod pages;
pub mod query;
pub mod shell;

pub use shell::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
