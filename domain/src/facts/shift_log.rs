//! ALMA shift-log JSON.
