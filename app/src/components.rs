//! Parts that more than one page shows.

pub mod clock;
pub mod failure;
pub mod header;
pub mod log_id;
pub mod moment;
pub mod pager;
pub mod timeline;
pub mod words;
