//! What people see, and what it asks the server for.
//!
//! A page reads its state from the URL ([`query`]), asks one function of [`api`], and shows what it got. Every page is complete
//! without JavaScript; hydration makes the live ones ([`shell::is_live`]) quicker and gives them keys, it does not give content.

#![recursion_limit = "256"]

pub mod api;
pub mod components;
#[cfg(feature = "ssr")]
pub mod definition;
pub mod error;
pub mod format;
pub mod pages;
pub mod query;
pub mod shell;
#[cfg(not(feature = "ssr"))]
pub mod whole_page;

pub use shell::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
