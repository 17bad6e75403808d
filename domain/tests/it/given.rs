//! What several tests begin with.

use domain::findings::{Class, FindingType, Priority};
use domain::triage::{Decided, FindingRow, State};

/// An open finding that nobody has looked at: a gap of another type, without a time.
pub(crate) fn finding(id: i64) -> FindingRow {
    FindingRow {
        id,
        key: format!("Other|12 [m]|S1|E{id}"),
        kind: FindingType::Other,
        class: Class::Gap,
        priority: Priority::None,
        state: State::Open,
        family: None,
        shift: None,
        span: None,
        tags: String::new(),
        comment: String::new(),
        decided: Decided::default(),
        assignee: None,
        snoozed_until: None,
        dismissed_because: None,
        n_comments: 0,
        part_of: None,
        merged_into: None,
        row_version: 1,
        change_seq: 1,
    }
}
