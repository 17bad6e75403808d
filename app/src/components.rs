//! Parts that more than one page shows.

pub(crate) mod by_hand;
pub mod clock;
pub mod failure;
pub mod header;
pub(crate) mod layout;
pub mod live;
pub mod log_id;
pub mod moment;
pub mod not_understood;
pub mod pager;
pub mod person_menu;
pub mod said;
pub mod sign_in_again;
pub mod timeline;
pub mod words;
