//! When a finding ends: a stretch of time in the words people use for it.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::time::{DAY_S, Instant, Interval};

/// When a finding must end to be in the list (its END_TIME column). One without a time is in none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// It belongs to the latest SCIOPS shift of its family that has begun.
    LastShift,
    /// In the last n × 24 h before the *now* of the last detection, that second included.
    LastDays(u16),
    /// In an ISO week.
    Week(Week),
    /// Between two instants.
    Between(Window),
}

/// An ISO week, Monday first, of the years 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Week {
    year: u16,
    week: u8,
}

/// from ≤ t < to; a missing side is open. It is never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    from: Option<Instant>,
    to: Option<Instant>,
}

impl Week {
    /// `None` when the year has no such week.
    pub fn new(year: u16, week: u8) -> Option<Self> {
        let monday = NaiveDate::from_isoywd_opt(i32::from(year), u32::from(week), Weekday::Mon)?;
        // Week 1 of the year 0 begins in the year before it, and week 52 of 9999 ends after it: neither can be said.
        let sunday = monday.checked_add_days(chrono::Days::new(6))?;
        ((0..=9999).contains(&monday.year()) && (0..=9999).contains(&sunday.year())).then_some(Self { year, week })
    }

    /// The week that holds the instant; `None` at the calendar's edges, where a week is not whole.
    pub fn of(instant: Instant) -> Option<Self> {
        let (year, week) = instant.iso_week();
        Self::new(u16::try_from(year).ok()?, u8::try_from(week).ok()?)
    }

    /// The week of the same number a year earlier, if that year has it.
    pub fn year_before(self) -> Option<Self> {
        Self::new(self.year.checked_sub(1)?, self.week)
    }

    /// Reads `2022-W10`, in either letter.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, week) = text.split_once("-W").or_else(|| text.split_once("-w"))?;
        let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(week, 2) {
            return None;
        }
        Self::new(year.parse().ok()?, week.parse().ok()?)
    }

    /// From its Monday to the next.
    pub fn window(self) -> Window {
        let monday = NaiveDate::from_isoywd_opt(i32::from(self.year), u32::from(self.week), Weekday::Mon);
        let monday = monday.unwrap_or_default().and_time(chrono::NaiveTime::MIN).and_utc();
        let from = Instant::try_from(monday).ok();
        Window { from, to: from.map(|from| from.plus(7 * DAY_S)) }
    }

    /// The same as an interval.
    pub fn interval(self) -> Option<Interval> {
        let Window { from, to } = self.window();
        Interval::new(from?, to?)
    }
}

impl Window {
    /// `None` when both are given and `to` is not after `from`.
    pub fn new(from: Option<Instant>, to: Option<Instant>) -> Option<Self> {
        let empty = from.zip(to).is_some_and(|(from, to)| to <= from);
        (!empty).then_some(Self { from, to })
    }

    /// Its first second.
    pub const fn from(self) -> Option<Instant> {
        self.from
    }

    /// The second after its last.
    pub const fn to(self) -> Option<Instant> {
        self.to
    }

    /// Whether the instant lies in it.
    pub fn holds(self, t: Instant) -> bool {
        self.from.is_none_or(|from| from <= t) && self.to.is_none_or(|to| t < to)
    }
}

impl Period {
    /// In words: `last shift`, `2022-03-12 21:00:00 to 2022-03-13 09:00:00`.
    pub fn words(self) -> String {
        match self {
            Self::LastShift => "last shift".to_owned(),
            Self::LastDays(1) => "last day".to_owned(),
            Self::LastDays(days) => format!("last {days} days"),
            Self::Week(week) => format!("week {week}"),
            Self::Between(Window { from: Some(from), to: Some(to) }) => {
                format!("{} to {}", from.for_people(), to.for_people())
            }
            Self::Between(Window { from: Some(from), to: None }) => format!("from {}", from.for_people()),
            Self::Between(Window { from: None, to: Some(to) }) => format!("to {}", to.for_people()),
            Self::Between(Window { from: None, to: None }) => "at a known time".to_owned(),
        }
    }

    /// Reads `last-shift`, `7d`, `2022-W10`, a day, or `from..to` with either side open. A sentence without its full stop says
    /// why not.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("last-shift") {
            return Ok(Self::LastShift);
        }
        if let Some(week) = Week::parse(text) {
            return Ok(Self::Week(week));
        }
        if let Some((from, to)) = text.split_once("..") {
            let side = |text: &str| match text.trim() {
                "" => Ok(None),
                text => instant(text).map(Some),
            };
            let (from, to) = (side(from)?, side(to)?);
            let window = Window::new(from, to).ok_or("it ends before it begins, so nothing is in it")?;
            return Ok(Self::Between(window));
        }
        let days = text.strip_suffix(['d', 'D']).filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
        if let Some(days) = days.and_then(|days| days.parse().ok()) {
            return Ok(Self::LastDays(days));
        }
        if text.len() == 10
            && let Ok(from) = instant(text)
        {
            return Ok(Self::Between(Window { from: Some(from), to: Some(from.plus(DAY_S)) }));
        }
        Err("unknown period; it is last-shift, 7d, 2022-W10, 2022-03-12 or 2022-03-12T21:00..2022-03-13 with either side open"
            .to_owned())
    }
}

/// From its start to its end, both known.
impl From<Interval> for Period {
    fn from(interval: Interval) -> Self {
        Self::Between(Window { from: Some(interval.start()), to: Some(interval.end()) })
    }
}

/// A time as people type it: either spelling of the log, and either without its seconds or its time of day. A sentence
/// without its full stop says why not.
pub fn instant(text: &str) -> Result<Instant, String> {
    let text = text.trim().trim_end_matches(['Z', 'z']).replacen(['T', 't'], " ", 1);
    let rest = match text.len() {
        10 => " 00:00:00",
        16 => ":00",
        _ => "",
    };
    Instant::parse(&(text + rest)).map_err(|_| "not a time; write UTC as 2022-03-12 21:00:00".to_owned())
}

/// As short as it reads back: without the seconds, or the whole time of day, when they are zero.
fn short(instant: Instant) -> String {
    let text = instant.to_string();
    match text.strip_suffix(":00Z") {
        None => text,
        Some(minutes) => minutes.strip_suffix("T00:00").unwrap_or(minutes).to_owned(),
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastShift => f.write_str("last-shift"),
            Self::LastDays(days) => write!(f, "{days}d"),
            Self::Week(week) => week.fmt(f),
            Self::Between(Window { from, to }) => {
                let side = |side: Option<Instant>| side.map(short).unwrap_or_default();
                write!(f, "{}..{}", side(*from), side(*to))
            }
        }
    }
}
