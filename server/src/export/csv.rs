//! CSV after RFC 4180: a head, CRLF, quotes where they are needed; UTF-8 without a mark before it.
//!
//! A spreadsheet runs a cell that begins like a formula, and a log may hold anything. Such a text gets an apostrophe before it,
//! which the spreadsheet takes as "this is text". Times and durations are ours and stay as they are; none can be negative.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use domain::decimal::hours4;
use domain::family::Family;
use domain::time::Span;
use domain::triage::FindingRow;

use super::{COLUMNS, ExportError};

/// A CSV file that is being written.
#[derive(Default)]
pub(super) struct Csv {
    has_head: bool,
}

impl Csv {
    pub(super) fn rows(&mut self, rows: &[FindingRow]) -> Result<Vec<u8>, ExportError> {
        let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        if !self.has_head {
            csv.write_record(COLUMNS)?;
            self.has_head = true;
        }
        for row in rows {
            csv.write_record(cells(row).iter().map(|cell| cell.as_bytes()))?;
        }
        csv.into_inner().map_err(|error| ExportError::Csv(error.into_error().into()))
    }

    /// Nothing follows the last row; a file without rows still has its head.
    pub(super) fn end(mut self) -> Result<Vec<u8>, ExportError> {
        if self.has_head { Ok(Vec::new()) } else { self.rows(&[]) }
    }
}

/// The cells of one row, in the order of [`COLUMNS`]. Empty is missing: a finding of no single family, too, has an empty cell and
/// not the `-` of the page, which a spreadsheet would try to compute.
fn cells(row: &FindingRow) -> [Cow<'_, str>; COLUMNS.len()] {
    let time = |of: fn(Span) -> domain::time::Instant| row.span.map_or_else(String::new, |span| of(span).to_string());
    [
        time(Span::end).into(),
        row.class.label().into(),
        row.kind.label().into(),
        harmless(&row.tags),
        row.span.map_or_else(String::new, |span| hours4(span.seconds())).into(),
        harmless(&row.comment),
        row.priority.label().into(),
        row.family.map_or("", Family::label).into(),
        time(Span::start).into(),
        row.id.to_string().into(),
        harmless(&row.key),
        harmless(row.shift.as_ref().map_or("", |shift| shift.as_str())),
        row.state.label().into(),
        harmless(row.assignee.as_deref().unwrap_or_default()),
    ]
}

/// The text, with an apostrophe before it where a spreadsheet would take it for a formula (the list is OWASP's).
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use proptest::prelude::*;

    use super::*;
    use crate::export::rows::any_rows;

    #[test]
    fn a_text_that_a_spreadsheet_would_run_is_told_to_be_text_and_no_other() {
        for (text, cell) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+14 min", "'+14 min"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("1=1", "1=1"),
            (" =1", " =1"),
            ("'=1", "'=1"),
            ("", ""),
        ] {
            assert_eq!(harmless(text), cell, "{text:?}");
        }
    }

    #[test]
    fn lines_end_as_the_rfc_says_and_a_file_without_rows_has_its_head() {
        let head = "END_TIME,CLASS,TYPE,TAGS,TIME_DURATION [hrs],Comments,Priority,Array Family,START_TIME,id,key,shift,state,assignee\r\n";
        assert_eq!(String::from_utf8(Csv::default().end().unwrap()).unwrap(), head);
    }

    proptest! {
        #[test]
        fn what_is_read_back_is_what_was_written((first, second) in (any_rows(), any_rows())) {
            let mut file = Csv::default();
            let mut bytes = file.rows(&first).unwrap();
            bytes.extend(file.rows(&second).unwrap());
            bytes.extend(file.end().unwrap());
            let mut reader = csv::Reader::from_reader(&bytes[..]);
            prop_assert_eq!(reader.headers().unwrap(), &COLUMNS[..]);
            let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(read.len(), first.len() + second.len());
            for (row, record) in first.iter().chain(&second).zip(&read) {
                let text = |column: &str| &record[COLUMNS.iter().position(|name| *name == column).unwrap()];
                prop_assert_eq!(text("id").parse(), Ok(row.id));
                prop_assert_eq!(text("TYPE").parse(), Ok(row.kind));
                prop_assert_eq!(text("state").parse(), Ok(row.state));
                let end = row.span.map(|span| span.end().to_string()).unwrap_or_default();
                prop_assert_eq!(text("END_TIME"), end);
                let assignee = row.assignee.clone().unwrap_or_default();
                let cells = [("TAGS", &row.tags), ("Comments", &row.comment), ("key", &row.key), ("assignee", &assignee)];
                for (column, written) in cells {
                    let cell = text(column);
                    prop_assert!(cell == written || cell.strip_prefix('\'') == Some(written), "{cell:?} {written:?}");
                    prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
                }
            }
        }
    }
}
