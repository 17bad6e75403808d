//! Reports as PDF, made each week at a set time, and mailed.

mod mail;
mod pdf;
mod post;
mod schedule;

pub use mail::{MailConfig, NoMail};
pub use pdf::{pdf, typesetting};
pub use post::deliver;
pub use schedule::keep_making;
