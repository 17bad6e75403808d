//! One table as CSV: bytes in, rows out, each with the physical line on which it begins.
//!
//! Memory does not depend on the file: of every field at most one byte more than [`FIELD_MAX_BYTES`] is kept, which is enough
//! for [`rows::read`] to refuse it, and fields of columns that no table has are counted and forgotten.

use std::io::Read;
use std::ops::Range;

use csv_core::ReadFieldResult;
use domain::facts::Fact;
use domain::facts::rows::{self, BadField, FIELD_MAX_BYTES, Table};

use super::header::Header;
use super::reading::{BYTE_ORDER_MARK, Notices, Sink, Unreadable};

/// The most columns a header may have (our own limit; the widest table has 21).
const COLUMNS_MAX: usize = 256;

/// How much is read at a time \[bytes\].
const CHUNK_BYTES: usize = 64 * 1024;

/// How much of a field the parser hands over at a time \[bytes\].
const PIECE_BYTES: usize = 4 * 1024;

/// Hands every row of the file to the sink, good or bad, in the file's order.
///
/// The header names the columns, in any order. A line of its own may be empty; a line ends with LF, CRLF or a lone CR, in
/// quotes too, and the header's is line 1 unless blank lines stand before it.
pub(crate) fn read(bytes: impl Read, table: Table, sink: &mut Sink<'_>) -> Result<Notices, Unreadable> {
    let mut records = Records::new(bytes);
    let mut record = Record::default();
    if !records.next(&mut record, |_| true)? {
        return Err(Unreadable::Empty);
    }
    if record.n_fields > COLUMNS_MAX {
        return Err(Unreadable::TooManyColumns { found: record.n_fields });
    }
    let names: Vec<&[u8]> = (0..record.n_fields).map(|at| record.field(at)).collect();
    let header = Header::read(table, record.line, &names)?;
    while records.next(&mut record, |at| header.places.contains(&Some(at)))? {
        sink(record.line, row(table, &header, &record))?;
    }
    Ok(header.notices)
}

/// Reads the record as a row, unless its shape already says that it is none.
fn row(table: Table, header: &Header, record: &Record) -> Result<Fact, BadField> {
    let misshapen = |why: String| Err(BadField { column: "", value: String::new(), why });
    if record.is_unclosed {
        return misshapen(
            "a quote is opened here and never closed, so all that follows was read as one field".to_owned(),
        );
    }
    if record.n_fields != header.n_fields {
        return misshapen(format!(
            "wrong number of fields: {} where the header has {}",
            record.n_fields, header.n_fields
        ));
    }
    let field = |place: &Option<usize>| place.map_or(&b""[..], |at| record.field(at));
    let fields: Vec<&[u8]> = header.places.iter().map(field).collect();
    rows::read(table, &fields)
}

/// One record as it stands in the file, its quotes undone.
#[derive(Default)]
struct Record {
    /// The physical line on which it begins, counted from 1.
    line: i64,
    n_fields: usize,
    /// The kept fields, one after the other.
    kept: Vec<u8>,
    /// Where in `kept` each of the first [`COLUMNS_MAX`] fields lies.
    fields: Vec<Range<usize>>,
    is_unclosed: bool,
}

impl Record {
    fn clear(&mut self) {
        self.n_fields = 0;
        self.kept.clear();
        self.fields.clear();
        self.is_unclosed = false;
    }

    /// Adds to the field being read, as far as there is any use in it.
    fn keep(&mut self, piece: &[u8]) {
        let begin = self.fields.last().map_or(0, |field| field.end);
        let room = (FIELD_MAX_BYTES + 1).saturating_sub(self.kept.len() - begin);
        self.kept.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    fn end_field(&mut self) {
        if self.n_fields < COLUMNS_MAX {
            let begin = self.fields.last().map_or(0, |field| field.end);
            self.fields.push(begin..self.kept.len());
        } else {
            self.kept.truncate(self.fields.last().map_or(0, |field| field.end));
        }
        self.n_fields += 1;
    }

    fn field(&self, at: usize) -> &[u8] {
        self.fields.get(at).and_then(|range| self.kept.get(range.clone())).unwrap_or_default()
    }
}

/// Splits bytes into records, and knows the line.
struct Records<R> {
    bytes: R,
    chunk: Vec<u8>,
    /// What of the chunk is not yet parsed.
    unread: Range<usize>,
    parser: csv_core::Reader,
    /// Where the parser writes a piece of a field, before we know whether it is kept.
    piece: Vec<u8>,
    lines: Lines,
    is_begun: bool,
}

impl<R: Read> Records<R> {
    fn new(bytes: R) -> Self {
        Self {
            bytes,
            chunk: vec![0; CHUNK_BYTES],
            unread: 0..0,
            parser: csv_core::Reader::new(),
            piece: vec![0; PIECE_BYTES],
            lines: Lines::default(),
            is_begun: false,
        }
    }

    /// Reads the next record into the given one; false when there is none. Of the fields only those are kept for whose place
    /// `is_kept` says so.
    fn next(&mut self, record: &mut Record, is_kept: impl Fn(usize) -> bool) -> Result<bool, Unreadable> {
        record.clear();
        if !self.skip_blank_lines()? {
            return Ok(false);
        }
        record.line = self.lines.current();
        let mut kept_now = is_kept(0);
        loop {
            let is_at_end = self.unread.is_empty() && !self.fill()?;
            let input = if is_at_end { &b""[..] } else { &self.chunk[self.unread.clone()] };
            if is_at_end && !record.is_unclosed {
                // A line end closes any field but one in quotes: so the parser tells whether the last quote is still open.
                let (result, _, _) = self.parser.read_field(b"\n", &mut self.piece);
                record.is_unclosed = matches!(result, ReadFieldResult::InputEmpty);
                record.end_field();
                return Ok(true);
            }
            let (result, n_in, n_out) = self.parser.read_field(input, &mut self.piece);
            self.lines.pass(&input[..n_in]);
            self.unread.start += n_in;
            if kept_now {
                record.keep(&self.piece[..n_out]);
            }
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end } => {
                    record.end_field();
                    if record_end {
                        return Ok(true);
                    }
                    kept_now = is_kept(record.n_fields);
                }
                ReadFieldResult::End => return Ok(true),
            }
        }
    }

    /// Goes to the first byte of the next record; false when there is none. The parser would skip blank lines too, but not
    /// say how many, and the record's line is the one it begins on.
    fn skip_blank_lines(&mut self) -> Result<bool, Unreadable> {
        if !self.is_begun {
            self.is_begun = true;
            self.fill()?;
            if self.chunk[self.unread.clone()].starts_with(BYTE_ORDER_MARK) {
                self.unread.start += BYTE_ORDER_MARK.len();
            }
        }
        loop {
            let ahead = &self.chunk[self.unread.clone()];
            let n_blank = ahead.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.lines.pass(&ahead[..n_blank]);
            self.unread.start += n_blank;
            if !self.unread.is_empty() {
                return Ok(true);
            }
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// Reads on when all is parsed; false at the end of the file. At least as many bytes as a byte order mark has, unless the
    /// file is shorter: a source may give one byte at a time.
    fn fill(&mut self) -> Result<bool, Unreadable> {
        let mut n_read = 0;
        while n_read < BYTE_ORDER_MARK.len() {
            match self.bytes.read(&mut self.chunk[n_read..]) {
                Ok(0) => break,
                Ok(n) => n_read += n,
                Err(why) if why.kind() == std::io::ErrorKind::Interrupted => {}
                Err(why) => return Err(Unreadable::Io(why)),
            }
        }
        self.unread = 0..n_read;
        Ok(n_read > 0)
    }
}

/// Counts line ends: LF, CRLF, or a lone CR.
#[derive(Default)]
struct Lines {
    n_ended: i64,
    is_after_cr: bool,
}

impl Lines {
    fn pass(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\r' || (byte == b'\n' && !self.is_after_cr) {
                self.n_ended += 1;
            }
            self.is_after_cr = byte == b'\r';
        }
    }

    fn current(&self) -> i64 {
        self.n_ended + 1
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test states what is there")]
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    /// Gives at most so many bytes at a time, as a slow disk or a pipe may.
    struct Dribble<R> {
        bytes: R,
        at_once: usize,
    }

    impl<R: Read> Read for Dribble<R> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let n = into.len().min(self.at_once);
            self.bytes.read(&mut into[..n])
        }
    }

    type Rows = Vec<(i64, Result<Fact, BadField>)>;

    fn read_in_pieces(bytes: impl Read, table: Table, at_once: usize) -> Result<Rows, Unreadable> {
        let mut rows = Vec::new();
        read(Dribble { bytes, at_once }, table, &mut |line, row| {
            rows.push((line, row));
            Ok(())
        })?;
        Ok(rows)
    }

    fn read_all(text: &[u8]) -> Result<Rows, Unreadable> {
        read_in_pieces(text, Table::Projects, usize::MAX)
    }

    /// Where rows begin, and what is wrong with each: `""` for nothing.
    fn lines(text: &[u8]) -> Vec<(i64, String)> {
        let rows = read_all(text).unwrap();
        rows.into_iter().map(|(line, row)| (line, row.err().map(|bad| bad.why).unwrap_or_default())).collect()
    }

    fn good(line: i64) -> (i64, String) {
        (line, String::new())
    }

    #[test]
    fn a_row_begins_on_the_line_of_its_first_byte_whatever_ends_the_lines_before() {
        assert_eq!(lines(b"project_code\nA\nB\n"), [good(2), good(3)]);
        assert_eq!(lines(b"project_code\r\nA\r\nB"), [good(2), good(3)]);
        assert_eq!(lines(b"project_code\rA\rB\r"), [good(2), good(3)]);
        // Lines 2, 3 and 5 are blank.
        assert_eq!(lines(b"project_code\n\n\r\nA\n\nB\n\n"), [good(4), good(6)]);
        // The title of A holds the ends of lines 2 and 3.
        assert_eq!(lines(b"project_code,title\nA,\"one\ntwo\r\nthree\"\nB,\n"), [good(2), good(5)]);
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_and_unknown_ones_are_ignored() {
        let text = b"\xef\xbb\xbftitle,colour,project_code\nDust,red,2021.1.00001.S\n";
        let mut rows = Vec::new();
        let notices = read(&text[..], Table::Projects, &mut |_, row| {
            rows.push(row);
            Ok(())
        });
        let Ok(Fact::Project(project)) = &rows[0] else { panic!("{rows:?}") };
        assert_eq!(
            (project.id.as_str(), project.title.as_str(), project.grade.as_str()),
            ("2021.1.00001.S", "Dust", "")
        );
        let notices = notices.unwrap();
        assert_eq!(notices.unknown, ["colour"]);
        assert_eq!(notices.absent, ["executive", "grade", "science_rank", "cycle", "state"]);
    }

    #[test]
    fn a_header_that_is_none_breaks_the_file_in_a_sentence() {
        let why = |text: &[u8]| read_all(text).unwrap_err().to_string();
        assert_eq!(why(b""), "line 1: it is empty; the first line must name the columns");
        assert_eq!(why(b"\n\n"), why(b""));
        assert_eq!(why(b"title\nDust\n"), "line 1, column project_code: the header does not have this column");
        assert_eq!(why(b"\n\ntitle\n"), "line 3, column project_code: the header does not have this column");
        assert_eq!(
            why(b"project_code,title,title\n"),
            "line 1, column title: the header has this column more than once"
        );
        assert_eq!(why(b"\xff\xfep\0r\0o\0"), "line 1: it is not text in UTF-8");
        assert!(why(b"\x80\x81project_code\n").contains("project_code: the header does not have"));
        assert_eq!(why(&b"a,".repeat(300)), "line 1: 301 columns; no table has that many");
    }

    #[test]
    fn a_header_alone_is_a_table_without_rows() {
        assert_eq!(lines(b"project_code"), []);
        assert_eq!(lines(b"project_code\r\n"), []);
    }

    #[test]
    fn a_row_with_too_few_or_too_many_fields_is_bad_and_the_next_is_not() {
        let rows = lines(b"project_code,title\nA\nB,x,y\nC,z\n");
        assert_eq!(rows[0], (2, "wrong number of fields: 1 where the header has 2".to_owned()));
        assert_eq!(rows[1], (3, "wrong number of fields: 3 where the header has 2".to_owned()));
        assert_eq!(rows[2], good(4));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_one_bad_row_and_not_a_silent_end_of_the_table() {
        for text in [&b"project_code,title\nA,x\nB,\"y\nC,z\n"[..], b"project_code,title\nA,x\nB,\"y"] {
            let rows = lines(text);
            assert_eq!(rows.len(), 2);
            assert_eq!(rows[0], good(2));
            assert_eq!(rows[1].0, 3);
            assert!(rows[1].1.starts_with("a quote is opened here and never closed"), "{rows:?}");
        }
        // Closed by the last byte of the file.
        assert_eq!(lines(b"project_code,title\nB,\"y\""), [good(2)]);
    }

    #[test]
    fn a_nul_or_bytes_that_are_no_utf8_spoil_their_row_only() {
        let rows = read_all(b"project_code,title\nA,a\0b\nB,Caf\xe9\nC,z\n").unwrap();
        let bad = |at: usize| rows[at].1.as_ref().unwrap_err();
        assert_eq!((bad(0).column, bad(0).value.as_str()), ("title", "a\u{2400}b"));
        assert_eq!((bad(1).column, bad(1).value.as_str()), ("title", "Caf\u{fffd}"));
        assert!(rows[2].1.is_ok());
    }

    #[test]
    fn a_field_of_65536_bytes_loads_and_one_more_byte_is_too_long() {
        let of = |n: usize| [b"project_code,title\nA,", &b"x".repeat(n)[..], b"\nB,\n"].concat();
        assert_eq!(lines(&of(FIELD_MAX_BYTES)), [good(2), good(3)]);
        let rows = read_all(&of(FIELD_MAX_BYTES + 1)).unwrap();
        let bad = rows[0].1.as_ref().unwrap_err();
        // 77 letters and three dots.
        assert_eq!((bad.column, bad.value.len(), bad.value.ends_with("...")), ("title", 80, true));
        assert!(rows[1].1.is_ok());
    }

    #[test]
    fn fields_without_end_take_no_more_memory_than_two_good_ones() {
        // 16 MB in one field of a kept column, in quotes with line ends, and in a column that nobody reads.
        let huge = |before: &'static [u8], after: &'static [u8]| {
            before.chain(std::io::repeat(b'\n').take(16 << 20)).chain(after)
        };
        let header = b"project_code,title,colour\n";
        for (row, n_kept) in [(&b"A,\""[..], FIELD_MAX_BYTES + 2), (b"A,,\"", 1)] {
            let mut records = Records::new(header.chain(huge(row, b"\"\nB,,\n")));
            let mut record = Record::default();
            assert!(records.next(&mut record, |_| true).unwrap());
            assert!(records.next(&mut record, |at| at < 2).unwrap());
            assert_eq!(record.kept.len(), n_kept);
            assert!(record.kept.capacity() < 4 * FIELD_MAX_BYTES);
            assert!(records.next(&mut record, |at| at < 2).unwrap());
            // Line 2, 16 Mi line ends, and the one after the quote.
            assert_eq!((record.line, record.field(0)), (3 + (16 << 20), &b"B"[..]));
        }
    }

    #[test]
    fn a_row_of_commas_without_end_is_a_row_with_too_many_fields() {
        let commas = std::io::repeat(b',').take(4 << 20);
        let bytes = (&b"project_code\nA"[..]).chain(commas).chain(&b"\nB\n"[..]);
        let rows = read_in_pieces(bytes, Table::Projects, usize::MAX).unwrap();
        let why = &rows[0].1.as_ref().unwrap_err().why;
        assert_eq!(why, &format!("wrong number of fields: {} where the header has 1", (4 << 20) + 1));
        assert_eq!(rows[1].0, 3);
        assert!(rows[1].1.is_ok());
    }

    /// A record as it is written, and how many lines it takes besides its own.
    fn written_row() -> impl Strategy<Value = (String, i64)> {
        let plain = "[a-z 0-9.;']{0,6}".prop_map(|text| (text, 0));
        let piece = prop_oneof![
            Just(("\n", 1)),
            Just(("\r\n", 1)),
            Just(("\"\"", 0)),
            Just((",", 0)),
            Just(("x", 0)),
            Just(("é", 0))
        ];
        let quoted = prop::collection::vec(piece, 0..6).prop_map(|pieces| {
            let text: String = pieces.iter().map(|(text, _)| *text).collect();
            (format!("\"{text}\""), pieces.iter().map(|(_, n)| n).sum())
        });
        (prop_oneof![plain, quoted], "[A-Z]{1,4}").prop_map(|((title, n), code)| (format!("{code},{title}"), n))
    }

    fn line_end() -> impl Strategy<Value = &'static str> {
        prop_oneof![Just("\n"), Just("\r\n")]
    }

    proptest! {
        #[test]
        fn every_row_begins_on_its_physical_line_and_reads_alike_however_the_bytes_arrive(
            has_mark in any::<bool>(),
            rows in prop::collection::vec((written_row(), line_end(), prop::collection::vec(line_end(), 0..3)), 0..12),
            at_once in 1..17_usize,
        ) {
            let mut text = String::from(if has_mark { "\u{feff}project_code,title\n" } else { "project_code,title\r\n" });
            let mut line = 2;
            let mut expected = Vec::new();
            for ((row, n_inner), end, blank) in &rows {
                expected.push(line);
                text += row;
                text += end;
                text.extend(blank.iter().copied());
                line += 1 + n_inner + i64::try_from(blank.len()).unwrap();
            }
            // The line ends are a second witness: the text up to a row has as many as the row's line says.
            prop_assert_eq!(line, i64::try_from(text.matches('\n').count()).unwrap() + 1);
            let whole = read_in_pieces(Cursor::new(&text), Table::Projects, usize::MAX).unwrap();
            let starts: Vec<i64> = whole.iter().map(|(line, _)| *line).collect();
            prop_assert_eq!(starts, expected);
            prop_assert!(whole.iter().all(|(_, row)| row.is_ok()));
            prop_assert_eq!(read_in_pieces(Cursor::new(&text), Table::Projects, at_once).unwrap(), whole);
        }

        #[test]
        fn whatever_the_bytes_are_it_ends_without_a_panic_and_reads_alike_in_pieces(
            bytes in prop::collection::vec(prop_oneof![
                Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(0), Just(0xff), Just(b'x')
            ], 0..200),
            at_once in 1..5_usize,
        ) {
            let text = [b"project_code,title\n", &bytes[..]].concat();
            let whole = read_all(&text).unwrap();
            prop_assert_eq!(read_in_pieces(&text[..], Table::Projects, at_once).unwrap(), whole);
        }
    }
}
