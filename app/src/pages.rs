//! The pages, one file each: state from the URL, one question to the server, and what to show for each answer.
//!
//! A page that is not live ([`crate::shell::is_live`]) is made by the server alone.

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod admin;
#[cfg(feature = "ssr")]
pub mod definitions;
#[cfg(feature = "ssr")]
pub mod efficiency;
#[cfg(feature = "ssr")]
pub mod not_found;
pub mod plan;
#[cfg(feature = "ssr")]
pub mod quarantine;
#[cfg(feature = "ssr")]
pub mod reports;
#[cfg(feature = "ssr")]
pub mod set_password;
#[cfg(feature = "ssr")]
pub mod sign_in;
#[cfg(feature = "ssr")]
pub mod standing_rules;
#[cfg(feature = "ssr")]
pub mod suggestions;
pub mod triage;
#[cfg(feature = "ssr")]
pub mod views;
#[cfg(feature = "ssr")]
pub mod wall;
