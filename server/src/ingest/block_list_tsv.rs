//! The block lists of the first cycles: tab-separated text, whose first line names the columns of
//! [`domain::facts::block_list::COLUMNS`]. Each line is a block and its project.

use std::io::Read;

use domain::facts::Fact;
use domain::facts::block_list::{COLUMNS, read as read_line};
use domain::facts::rows::BadField;

use super::reading::{Notices, Sink, Unreadable};

/// Hands the project and the block of each line to the sink. Lines end with a tab or not.
pub(crate) fn read(bytes: impl Read, sink: &mut Sink<'_>) -> Result<Notices, Unreadable> {
    let mut lines =
        csv::ReaderBuilder::new().delimiter(b'\t').has_headers(false).flexible(true).quoting(false).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let failed = |why: csv::Error| match why.into_kind() {
        csv::ErrorKind::Io(why) => Unreadable::Io(why),
        _ => Unreadable::NotText,
    };
    if !lines.read_byte_record(&mut record).map_err(failed)? {
        return Err(Unreadable::Empty);
    }
    for (nth, column) in COLUMNS.into_iter().enumerate() {
        let found = record.get(nth).map(|name| name.trim_ascii());
        let found =
            found.map(
                |name| if nth == 0 { name.strip_prefix(super::reading::BYTE_ORDER_MARK).unwrap_or(name) } else { name },
            );
        if found != Some(column.as_bytes()) {
            return Err(Unreadable::MissingColumn { line: 1, column });
        }
    }
    while lines.read_byte_record(&mut record).map_err(failed)? {
        let line = record.position().map_or(0, |position| i64::try_from(position.line()).unwrap_or(i64::MAX));
        let texts: Result<Vec<&str>, _> = record.iter().map(std::str::from_utf8).collect();
        let Ok(mut fields) = texts else {
            let why = "it is not text in UTF-8".to_owned();
            sink(line, Err(BadField { column: "", value: String::new(), why }))?;
            continue;
        };
        // The tab at the end of a line begins an empty field.
        if fields.len() == COLUMNS.len() + 1 && fields.last() == Some(&"") {
            fields.pop();
        }
        match read_line(&fields) {
            Ok((project, block)) => {
                sink(line, Ok(Fact::Project(project)))?;
                sink(line, Ok(Fact::SchedulingBlock(block)))?;
            }
            Err(bad) => sink(line, Err(bad))?,
        }
    }
    Ok(Notices::default())
}
