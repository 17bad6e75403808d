//! JSON: one array, a line for each finding, in the words of the API's list.

use domain::triage::FindingRow;

use super::ExportError;
use crate::api::Finding;

/// A JSON file that is being written.
#[derive(Default)]
pub(super) struct Json {
    has_rows: bool,
}

impl Json {
    pub(super) fn rows(&mut self, rows: Vec<FindingRow>) -> Result<Vec<u8>, ExportError> {
        let mut json = Vec::new();
        for row in rows {
            json.extend_from_slice(if self.has_rows { b",\n" } else { b"[\n" });
            self.has_rows = true;
            serde_json::to_writer(&mut json, &Finding::from(row))?;
        }
        Ok(json)
    }

    pub(super) fn end(self) -> Vec<u8> {
        if self.has_rows { b"\n]\n".to_vec() } else { b"[]\n".to_vec() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use proptest::prelude::*;

    use super::*;
    use crate::export::rows::any_rows;

    proptest! {
        #[test]
        fn it_is_one_array_of_what_was_written((first, second) in (any_rows(), any_rows())) {
            let mut file = Json::default();
            let mut bytes = file.rows(first.clone()).unwrap();
            bytes.extend(file.rows(second.clone()).unwrap());
            bytes.extend(file.end());
            let read: Vec<serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(read.len(), first.len() + second.len());
            for (row, read) in first.iter().chain(&second).zip(&read) {
                prop_assert_eq!(&read["id"], row.id);
                prop_assert_eq!(&read["comment"], &row.comment);
                prop_assert_eq!(&read["tags"], &row.tags);
                prop_assert_eq!(read["assignee"].as_str(), row.assignee.as_deref());
            }
        }
    }
}
