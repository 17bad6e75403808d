//! Which shifts: a window of time, in the words people use for it.
//!
//! A shift belongs to the window that its start lies in, wholly and to no other of its kind: weeks, months and cycles follow
//! each other without a hole. The text form is the `window` of every address:
//!
//! ```text
//! last-shift                  of each family its latest shift that has begun
//! shift:ID                    that one shift
//! 7d                          shifts that began in the last 7 × 24 h before now
//! 2022-W10                    an ISO week
//! 2022-03                     a month
//! cycle:2021                  an observing cycle, by the year in which it begins
//! 2022-03-12                  a day
//! 2022-03-12T21:00..2022-03-13    from an instant to another
//! ```
//!
//! Where triage has a word for the time ([`Period`]) it is the same word.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::facts::Id;
use crate::labelled::labelled;
use crate::time::{DAY_S, Instant, Interval};
use crate::triage::filter::{Period, Week};

/// Which shifts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Window {
    /// Of each family its latest SCIOPS shift that has begun.
    LastShift,
    /// That shift alone.
    Shift(Id),
    /// Those that began in the last n × 24 h before *now*, n from 1 to [`DAYS_MAX`].
    LastDays(u16),
    /// Those of an ISO week.
    Week(Week),
    /// Those of a month.
    Month(Month),
    /// Those of an observing cycle.
    Cycle(Cycle),
    /// Those that began between two instants.
    Between(Interval),
}

/// The talk's second heading, "Last week's shifts": the last 7 days before *now*.
pub const LAST_WEEKS_SHIFTS: Window = Window::LastDays(7);

/// The most days that can be asked for before *now* (our own choice: some twenty years).
pub const DAYS_MAX: u16 = 7_500;

/// The longest text of a window \[bytes\]: an id has 256.
const TEXT_MAX_BYTES: usize = 300;

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

/// An observing cycle: a year from its first of October, by the year in which it begins.
///
/// ALMA's cycles begin on 1 October since Cycle 3 of 2015 (Proposer's Guides). Those before began in other months; the year that
/// is taken for them here is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cycle {
    year: u16,
}

/// The month in which a cycle begins.
const CYCLE_BEGINS_IN_MONTH: u32 = 10;

impl Month {
    /// `None` when there is no such month in the years 0 to 9999. December 9999 ends after them.
    pub fn new(year: u16, month: u8) -> Option<Self> {
        let month = Self { year, month };
        month.interval().map(|_| month)
    }

    /// The month that holds the instant.
    pub fn of(instant: Instant) -> Option<Self> {
        let date = instant.date();
        Self::new(u16::try_from(date.year()).ok()?, u8::try_from(date.month()).ok()?)
    }

    fn interval(self) -> Option<Interval> {
        let (year, month) = (i32::from(self.year), u32::from(self.month));
        let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        Interval::new(first_of(year, month)?, first_of(next.0, next.1)?)
    }
}

impl Cycle {
    /// `None` when it does not lie inside the years 0 to 9999.
    pub fn new(year: u16) -> Option<Self> {
        let cycle = Self { year };
        cycle.interval().map(|_| cycle)
    }

    /// The cycle that holds the instant.
    pub fn of(instant: Instant) -> Option<Self> {
        let date = instant.date();
        let year = u16::try_from(date.year()).ok()?;
        Self::new(if date.month() < CYCLE_BEGINS_IN_MONTH { year.checked_sub(1)? } else { year })
    }

    fn interval(self) -> Option<Interval> {
        let year = i32::from(self.year);
        Interval::new(first_of(year, CYCLE_BEGINS_IN_MONTH)?, first_of(year + 1, CYCLE_BEGINS_IN_MONTH)?)
    }
}

/// Midnight of the first of a month.
fn first_of(year: i32, month: u32) -> Option<Instant> {
    let midnight = NaiveDate::from_ymd_opt(year, month, 1)?.and_time(NaiveTime::MIN).and_utc();
    Instant::try_from(midnight).ok()
}

impl Window {
    /// The shifts of this window are those with `start` in here; `None` for a window that is one shift, which lies where it lies.
    pub fn interval(&self, now: Instant) -> Option<Interval> {
        match self {
            Self::LastShift | Self::Shift(_) => None,
            Self::LastDays(days) => Interval::new(now.plus(-DAY_S * i64::from(*days)), now),
            Self::Week(week) => week.interval(),
            Self::Month(month) => month.interval(),
            Self::Cycle(cycle) => cycle.interval(),
            Self::Between(interval) => Some(*interval),
        }
    }

    /// The window of its kind that ends where this begins; `None` at the calendar's edge, and for a window that is one shift:
    /// the shift before it is a question to the log.
    pub fn previous(&self, now: Instant) -> Option<Self> {
        let interval = self.interval(now)?;
        let before = interval.start().plus(-1);
        if before == interval.start() {
            return None;
        }
        match self {
            Self::Week(_) => Week::of(before).map(Self::Week),
            Self::Month(_) => Month::of(before).map(Self::Month),
            Self::Cycle(_) => Cycle::of(before).map(Self::Cycle),
            _ => moved(interval, -1),
        }
    }

    /// The window of its kind that begins where this ends. The last days before *now* have none.
    pub fn next(&self, now: Instant) -> Option<Self> {
        let interval = self.interval(now)?;
        match self {
            Self::LastDays(_) => None,
            Self::Week(_) => Week::of(interval.end()).map(Self::Week),
            Self::Month(_) => Month::of(interval.end()).map(Self::Month),
            Self::Cycle(_) => Cycle::of(interval.end()).map(Self::Cycle),
            _ => moved(interval, 1),
        }
    }

    /// The week, month or cycle of the same name a year earlier. Not every year has a week 53.
    pub fn year_before(&self) -> Option<Self> {
        match self {
            Self::Week(week) => week.year_before().map(Self::Week),
            Self::Month(Month { year, month }) => Month::new(year.checked_sub(1)?, *month).map(Self::Month),
            Self::Cycle(Cycle { year }) => Cycle::new(year.checked_sub(1)?).map(Self::Cycle),
            _ => None,
        }
    }

    /// As a heading says it: `Last week's shifts`, `Week 2022-W10`, `March 2022`.
    pub fn words(&self) -> String {
        match self {
            Self::LastShift => "Last shift".to_owned(),
            Self::Shift(id) => format!("Shift {id}"),
            Self::LastDays(7) => "Last week's shifts".to_owned(),
            Self::LastDays(1) => "Shifts of the last day".to_owned(),
            Self::LastDays(days) => format!("Shifts of the last {days} days"),
            Self::Week(week) => format!("Week {week}"),
            Self::Month(Month { year, month }) => {
                let name = usize::from(*month).checked_sub(1).and_then(|at| MONTHS.get(at)).copied();
                format!("{} {year}", name.unwrap_or_default())
            }
            Self::Cycle(Cycle { year }) => format!("Cycle {year}"),
            Self::Between(interval) => match day(*interval) {
                Some(day) => day,
                None => format!("{} to {}", interval.start().for_people(), interval.end().for_people()),
            },
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// As many lengths later; `None` when that leaves the calendar.
fn moved(interval: Interval, lengths: i64) -> Option<Window> {
    let by = lengths.checked_mul(interval.seconds())?;
    let there = Interval::new(interval.start().plus(by), interval.end().plus(by))?;
    (there.seconds() == interval.seconds()).then_some(Window::Between(there))
}

/// The date of an interval that is one whole day.
fn day(interval: Interval) -> Option<String> {
    let text = interval.start().to_string();
    let is_day = interval.seconds() == DAY_S && text.ends_with("T00:00:00Z");
    is_day.then(|| text.chars().take("2022-03-12".len()).collect())
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastShift => f.write_str("last-shift"),
            Self::Shift(id) => write!(f, "shift:{id}"),
            Self::LastDays(days) => write!(f, "{days}d"),
            Self::Week(week) => week.fmt(f),
            Self::Month(Month { year, month }) => write!(f, "{year:04}-{month:02}"),
            Self::Cycle(Cycle { year }) => write!(f, "cycle:{year:04}"),
            Self::Between(interval) => match day(*interval) {
                Some(day) => f.write_str(&day),
                None => Period::from(*interval).fmt(f),
            },
        }
    }
}

/// Why a text is no window: a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAWindow(String);

const UNKNOWN: &str = "unknown window; it is last-shift, 7d, 2022-W10, 2022-03, cycle:2021, 2022-03-12, 2022-03-12T21:00..2022-03-13 or shift:ID";

/// Reads any of the forms above, small or capital. Before a week or a month its word may stand, as in `week:2022-W10`.
impl FromStr for Window {
    type Err = NotAWindow;
    fn from_str(text: &str) -> Result<Self, NotAWindow> {
        let not = |why: &str| NotAWindow(why.to_owned());
        let text = text.trim();
        if text.len() > TEXT_MAX_BYTES {
            return Err(not(UNKNOWN));
        }
        let (word, rest) = match text.split_once(':') {
            // The colon of 21:00 is no word's.
            Some((word, rest)) if word.bytes().all(|b| b.is_ascii_alphabetic()) => (word.to_ascii_lowercase(), rest),
            _ => (String::new(), text),
        };
        match word.as_str() {
            "shift" => rest.parse().map(Self::Shift).map_err(|why| NotAWindow(format!("{why}"))),
            "cycle" => {
                year(rest).and_then(Cycle::new).map(Self::Cycle).ok_or_else(|| not("not a cycle; write cycle:2021"))
            }
            "month" => month(rest).map(Self::Month).ok_or_else(|| not("not a month; write 2022-03")),
            "week" => Week::parse(rest).map(Self::Week).ok_or_else(|| not("not an ISO week; write 2022-W10")),
            "" => match month(rest) {
                Some(month) => Ok(Self::Month(month)),
                None => Period::parse(rest)
                    .map_err(|why| not(if why.starts_with("unknown") { UNKNOWN } else { &why }))
                    .and_then(of_period),
            },
            _ => Err(not(UNKNOWN)),
        }
    }
}

fn of_period(period: Period) -> Result<Window, NotAWindow> {
    match period {
        Period::LastShift => Ok(Window::LastShift),
        Period::LastDays(days) if (1..=DAYS_MAX).contains(&days) => Ok(Window::LastDays(days)),
        Period::LastDays(_) => Err(NotAWindow(format!("the last days are 1d to {DAYS_MAX}d"))),
        Period::Week(week) => Ok(Window::Week(week)),
        Period::Between(window) => {
            let interval = window.from().zip(window.to()).and_then(|(from, to)| Interval::new(from, to));
            interval.map(Window::Between).ok_or_else(|| NotAWindow("both of its ends are needed".to_owned()))
        }
    }
}

fn year(text: &str) -> Option<u16> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `2022-03`
fn month(text: &str) -> Option<Month> {
    let (years, months) = text.split_once('-')?;
    let two_digits = months.len() == 2 && months.bytes().all(|b| b.is_ascii_digit());
    Month::new(year(years)?, months.parse().ok().filter(|_| two_digits)?)
}

impl TryFrom<String> for Window {
    type Error = NotAWindow;
    fn try_from(text: String) -> Result<Self, NotAWindow> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.to_string()
    }
}

labelled! {
    /// Into what a window is cut for a row of bars.
    By, "cut" {
        /// Shift by shift.
        Shift = "shift",
        /// By the day in which they begin.
        Day = "day",
        /// By ISO week.
        Week = "week",
        /// By month.
        Month = "month",
    }
}

impl By {
    /// What shows a window of that length \[s\] in some ten to some fifty bars (our own choice).
    pub const fn for_length(seconds: i64) -> Self {
        match seconds / DAY_S {
            0..=10 => Self::Shift,
            11..=62 => Self::Day,
            63..=400 => Self::Week,
            _ => Self::Month,
        }
    }

    /// The whole cut at the calendar's edges: windows that follow each other from its start to its end. Those at its ends may be
    /// shorter than a day, a week or a month, and are then said by their instants. By shift it is not cut.
    pub fn tiles(self, whole: Interval) -> Vec<Tile> {
        let mut tiles = Vec::new();
        let mut at = whole.start();
        while let Some(rest) = Interval::new(at, whole.end()) {
            let calendar = self.holding(at);
            let interval = calendar.as_ref().and_then(|window| window.interval(at)?.overlap(rest)).unwrap_or(rest);
            let window = match calendar {
                Some(window) if window.interval(at) == Some(interval) => window,
                _ => Window::Between(interval),
            };
            at = interval.end();
            tiles.push(Tile { window, interval });
        }
        tiles
    }

    /// The day, week or month that holds the instant.
    fn holding(self, instant: Instant) -> Option<Window> {
        match self {
            Self::Shift => None,
            Self::Day => {
                let midnight = instant.date().and_time(NaiveTime::MIN).and_utc();
                let from = Instant::try_from(midnight).ok()?;
                Interval::new(from, from.plus(DAY_S)).map(Window::Between)
            }
            Self::Week => Week::of(instant).map(Window::Week),
            Self::Month => Month::of(instant).map(Window::Month),
        }
    }
}

/// A piece of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The piece as a window of its own.
    pub window: Window,
    /// Its time.
    pub interval: Interval,
}
