//! Instants and intervals: UTC, whole seconds, half open.
//!
//! A day has 86,400 s: no leap seconds, no other zones, no fractions. The two spellings that a table may use are
//! `2022-03-12T21:00:00Z` and `2022-03-12 21:00:00`.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};

/// One hour \[s\].
pub const HOUR_S: i64 = 3_600;
/// One day \[s\].
pub const DAY_S: i64 = 86_400;

/// A second of UTC, counted from 1970-01-01T00:00:00Z. Years 0000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(i64);

/// Why a text is not an [`Instant`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time; write UTC as 2022-03-12T21:00:00Z or 2022-03-12 21:00:00")]
pub struct NotATime;

impl Instant {
    /// Reads one of the two spellings of the tables, exactly: second 60, hour 24, fractions and other zones are refused.
    ///
    /// ```
    /// use domain::time::Instant;
    /// let a = Instant::parse("2022-03-12T21:00:00Z").unwrap();
    /// assert_eq!(a, Instant::parse("2022-03-12 21:00:00").unwrap());
    /// assert!(Instant::parse("2022-03-12T21:00:00+03:00").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        // Byte by byte rather than chrono's parser: that one takes `2022-3-1`, second 60 and a leading `+`.
        let bytes = text.as_bytes();
        let (separator, zone) = match bytes.len() {
            20 => (b'T', &bytes[19..] == b"Z"),
            19 => (b' ', true),
            _ => return Err(NotATime),
        };
        let punctuation = [(4, b'-'), (7, b'-'), (10, separator), (13, b':'), (16, b':')];
        if !zone || punctuation.iter().any(|&(at, expected)| bytes[at] != expected) {
            return Err(NotATime);
        }
        let number = |from: usize, to: usize| {
            bytes[from..to].iter().try_fold(0u32, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0')))
        };
        let read = || {
            let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
            date.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)
        };
        read().map(|naive: NaiveDateTime| Self(naive.and_utc().timestamp())).ok_or(NotATime)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// The instant that many seconds later (earlier when negative), held inside the years 0000 to 9999.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        let moved = self.0.saturating_add(seconds);
        if moved < MIN {
            Self(MIN)
        } else if moved > MAX {
            Self(MAX)
        } else {
            Self(moved)
        }
    }

    /// Seconds from `earlier` to this instant; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// ISO 8601 year and week, Monday first: `(2022, 10)`.
    pub fn iso_week(self) -> (i32, u32) {
        let week = self.naive().iso_week();
        (week.year(), week.week())
    }

    /// `2022-03-12 21:00:00`, as people read it; the zone stands in the heading.
    pub fn for_people(self) -> String {
        let mut text = [0; 20];
        self.spelled(b' ', &mut text)[..19].to_owned()
    }

    /// `2022-03-12T21:00:00Z`. By hand: a list of findings has hundreds of times, and reading a pattern for each took longer than
    /// all else that is done to a row.
    fn spelled(self, separator: u8, text: &mut [u8; 20]) -> &str {
        *text = *b"0000-00-00T00:00:00Z";
        text[10] = separator;
        let naive = self.naive();
        let mut put = |at: usize, number: u32| {
            let digits = b"0123456789";
            text[at] = digits[(number / 10 % 10) as usize];
            text[at + 1] = digits[(number % 10) as usize];
        };
        // Years have four digits here.
        let year = naive.year().unsigned_abs();
        put(0, year / 100);
        put(2, year % 100);
        put(5, naive.month());
        put(8, naive.day());
        put(11, naive.hour());
        put(14, naive.minute());
        put(17, naive.second());
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// The day it lies in.
    pub(crate) fn date(self) -> NaiveDate {
        self.naive().date()
    }

    fn naive(self) -> NaiveDateTime {
        DateTime::from_timestamp(self.0, 0).map(|t| t.naive_utc()).unwrap_or_default()
    }
}

/// 0000-01-01T00:00:00Z \[s\]: the first that four digits of year can say.
const MIN: i64 = -62_167_219_200;
/// 9999-12-31T23:59:59Z \[s\].
const MAX: i64 = 253_402_300_799;

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spelled(b'T', &mut [0; 20]))
    }
}

impl TryFrom<String> for Instant {
    type Error = NotATime;
    fn try_from(text: String) -> Result<Self, NotATime> {
        Self::parse(&text)
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.to_string()
    }
}

/// Fractions of a second are cut off; an instant outside the years 0000 to 9999 is refused.
impl TryFrom<DateTime<chrono::Utc>> for Instant {
    type Error = NotATime;
    fn try_from(time: DateTime<chrono::Utc>) -> Result<Self, NotATime> {
        let seconds = time.timestamp();
        if (MIN..=MAX).contains(&seconds) { Ok(Self(seconds)) } else { Err(NotATime) }
    }
}

impl From<Instant> for DateTime<chrono::Utc> {
    fn from(instant: Instant) -> Self {
        DateTime::from_timestamp(instant.0, 0).unwrap_or_default()
    }
}

/// A stretch of time `[start, end)` with start < end: it holds its start and not its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    start: Instant,
    end: Instant,
}

impl Interval {
    /// `None` unless start < end.
    pub const fn new(start: Instant, end: Instant) -> Option<Self> {
        if start.0 < end.0 { Some(Self { start, end }) } else { None }
    }

    /// The first second.
    pub const fn start(self) -> Instant {
        self.start
    }

    /// The second after the last.
    pub const fn end(self) -> Instant {
        self.end
    }

    /// Length \[s\], at least 1.
    pub const fn seconds(self) -> i64 {
        self.end.0 - self.start.0
    }

    /// What both share.
    pub fn overlap(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// start ≤ t < end.
    pub fn holds(self, t: Instant) -> bool {
        self.start <= t && t < self.end
    }
}

/// Where a finding lies: like an [`Interval`], but it may be empty, at a known instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    start: Instant,
    end: Instant,
}

impl Span {
    /// From the earlier of the two to the later.
    pub fn between(a: Instant, b: Instant) -> Self {
        Self { start: a.min(b), end: a.max(b) }
    }

    /// The empty span at an instant.
    pub const fn at(instant: Instant) -> Self {
        Self { start: instant, end: instant }
    }

    /// The first second.
    pub const fn start(self) -> Instant {
        self.start
    }

    /// The second after the last; equal to the start when empty.
    pub const fn end(self) -> Instant {
        self.end
    }

    /// Length \[s\], 0 or more.
    pub const fn seconds(self) -> i64 {
        self.end.0 - self.start.0
    }
}

impl From<Interval> for Span {
    fn from(interval: Interval) -> Self {
        Self { start: interval.start, end: interval.end }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use super::*;

    #[test]
    fn only_the_two_spellings_of_the_tables_are_times() {
        for good in ["2022-03-12T21:00:00Z", "2022-03-12 21:00:00", "0000-01-01T00:00:00Z", "9999-12-31 23:59:59"] {
            assert!(Instant::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "yesterday",
            "1646697600",
            "2022-03-08T24:00:00Z",
            "2022-03-08T23:59:60Z",
            "2022-02-30T00:00:00Z",
            "2022-03-08T00:00:00+03:00",
            "2022-03-08T00:00:00",
            "2022-03-08 00:00:00Z",
            "2022-03-08T00:00:00.5Z",
            "08/03/2022 10:00",
            "2022-13-07T10:00:00Z",
            "２022-03-08T00:00",
            "+022-03-08T00:00:00Z",
        ] {
            assert_eq!(Instant::parse(bad), Err(NotATime), "{bad}");
        }
    }

    #[test]
    fn an_instant_is_written_as_it_was_read() {
        let t = Instant::parse("2022-03-12 21:20:13").unwrap();
        assert_eq!(t.to_string(), "2022-03-12T21:20:13Z");
        assert_eq!(t.for_people(), "2022-03-12 21:20:13");
        assert_eq!(Instant::parse("1970-01-02T00:00:01Z").unwrap().unix_seconds(), 86_401);
        for text in ["0000-01-01T00:00:00Z", "0987-06-05T04:03:02Z", "9999-12-31T23:59:59Z"] {
            assert_eq!(Instant::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_first_days_of_january_may_belong_to_the_old_years_last_week() {
        // 2022-01-02 is a Sunday, the last day of 2021-W52.
        assert_eq!(Instant::parse("2022-01-02T12:00:00Z").unwrap().iso_week(), (2021, 52));
    }

    #[test]
    fn intervals_that_only_touch_share_nothing() {
        let t = |s| Instant(s);
        let a = Interval::new(t(0), t(10)).unwrap();
        let b = Interval::new(t(10), t(20)).unwrap();
        assert_eq!(a.overlap(b), None);
        assert!(!a.holds(t(10)) && b.holds(t(10)));
        assert_eq!(Interval::new(t(5), t(5)), None);
    }
}
