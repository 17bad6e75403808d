//! ALMA's shift log: one JSON array of entries, newest first or in any order.
//!
//! The file is read twice, entry by entry: once to learn how long each array lived, then for the executions, which name the
//! life they ran in. So memory holds two instants and two words per entry and never the entries.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use domain::facts::Fact;
use domain::facts::rows::BadField;
use domain::facts::shift_log::{self, Entry, Lives};
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use super::reading::{BYTE_ORDER_MARK, Notices, Sink, Unreadable};

/// The longest entry that is read \[bytes\] (our own limit; real ones have some 700). The JSON reader holds one at a time.
const ENTRY_MAX_BYTES: u64 = 1024 * 1024;

/// Hands the arrays to the sink, then every execution, good or bad, with the line on which its entry begins.
pub(crate) fn read<Again: Read>(
    bytes: impl Read,
    again: impl FnOnce() -> io::Result<Again>,
    sink: &mut Sink<'_>,
) -> Result<Notices, Unreadable> {
    let mut lives = Lives::default();
    for_each_entry(bytes, &mut |_, _, entry| {
        if let Ok(Some(logged)) = execution(entry) {
            lives.note(&logged);
        }
        Ok(())
    })?;
    let lives = lives.closed();
    for array in lives.arrays() {
        sink(1, Ok(Fact::Array(array)))?;
    }
    let mut notices = Notices::default();
    for_each_entry(again()?, &mut |line, number, entry| match execution(entry) {
        Ok(Some(mut logged)) => {
            logged.execution.array_id = lives.array_id(&logged);
            sink(line, Ok(Fact::Execution(logged.execution)))
        }
        Ok(None) => {
            notices.n_other_entries += 1;
            Ok(())
        }
        // Logs come on one line as often as not, where only the number finds the entry.
        Err(bad) => sink(line, Err(BadField { why: format!("entry {number}: {}", bad.why), ..bad })),
    })?;
    Ok(notices)
}

fn execution(entry: Value) -> Result<Option<shift_log::Logged>, BadField> {
    let entry: Entry = serde_json::from_value(entry).map_err(|_| BadField {
        column: "",
        value: String::new(),
        why: "not an entry of a shift log, which is an object in braces".to_owned(),
    })?;
    entry.execution()
}

/// Calls with line, number (both from 1) and value of each entry.
fn for_each_entry(
    bytes: impl Read,
    act: &mut dyn FnMut(i64, u64, Value) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let position = Rc::new(Position::default());
    let mut stopped = None;
    let mut bytes = BufReader::new(bytes);
    if bytes.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
        bytes.consume(BYTE_ORDER_MARK.len());
    }
    let watched = Watched { bytes, position: Rc::clone(&position) };
    let mut json = serde_json::Deserializer::from_reader(watched);
    let entries = Entries { position: &position, act, stopped: &mut stopped };
    let read = json.deserialize_seq(entries).and_then(|()| json.end());
    match (stopped, read) {
        (Some(why), _) => Err(why),
        (None, Ok(())) => Ok(()),
        (None, Err(why)) if why.is_io() => Err(Unreadable::Io(why.into())),
        (None, Err(why)) => {
            Err(Unreadable::Json { line: why.line(), column: why.column(), why: without_position(&why.to_string()) })
        }
    }
}

/// The sentence of the JSON reader, which ends in a position that we say ourselves.
fn without_position(sentence: &str) -> String {
    sentence.rsplit_once(" at line ").map_or(sentence, |(why, _)| why).to_owned()
}

/// Where the JSON reader is.
#[derive(Default)]
struct Position {
    n_newlines: Cell<i64>,
    /// Since the entry began.
    n_bytes: Cell<u64>,
}

/// Counts what the JSON reader takes (it takes single bytes), and stops at an entry that is too long for memory.
struct Watched<R> {
    bytes: R,
    position: Rc<Position>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(into)?;
        let newlines = into[..n].iter().filter(|&&byte| byte == b'\n').count();
        self.position.n_newlines.set(self.position.n_newlines.get() + i64::try_from(newlines).unwrap_or(0));
        self.position.n_bytes.set(self.position.n_bytes.get() + n as u64);
        if self.position.n_bytes.get() > ENTRY_MAX_BYTES {
            let line = self.position.n_newlines.get() + 1;
            return Err(io::Error::other(format!("line {line}: an entry longer than {ENTRY_MAX_BYTES} bytes")));
        }
        Ok(n)
    }
}

/// The array of entries.
struct Entries<'a> {
    position: &'a Position,
    act: &'a mut dyn FnMut(i64, u64, Value) -> Result<(), Unreadable>,
    /// Why it was given up, when the reason is not in the JSON.
    stopped: &'a mut Option<Unreadable>,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a shift log, which is a list of entries in brackets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some((line, entry)) = entries.next_element_seed(OneEntry { position: self.position })? {
            number += 1;
            if let Err(why) = (self.act)(line, number, entry) {
                *self.stopped = Some(why);
                return Err(serde::de::Error::custom("stopped"));
            }
            self.position.n_bytes.set(0);
        }
        Ok(())
    }
}

/// One entry. It is made when the reader has looked at the entry's first byte and no further, so the line is known then.
struct OneEntry<'a> {
    position: &'a Position,
}

impl<'de> DeserializeSeed<'de> for OneEntry<'_> {
    type Value = (i64, Value);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let line = self.position.n_newlines.get() + 1;
        self.position.n_bytes.set(0);
        Ok((line, serde::Deserialize::deserialize(deserializer)?))
    }
}
