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
use super::reading::{Notices, Sink, Unreadable};

/// The most columns a header may have (our own limit; the widest table has 21).
const COLUMNS_MAX: usize = 256;

/// How much is read at a time \[bytes\].
const CHUNK_BYTES: usize = 64 * 1024;

/// How much of a field the parser hands over at a time \[bytes\].
const PIECE_BYTES: usize = 4 * 1024;

/// What some programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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
