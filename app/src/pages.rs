//! The pages, one file each: state from the URL, one question to the server, and what to show for each answer.

pub mod account;
pub mod admin;
pub mod definitions;
pub mod not_found;
pub mod quarantine;
pub mod set_password;
pub mod sign_in;
pub mod suggestions;
pub mod triage;
