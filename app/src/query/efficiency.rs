//! The efficiency pages' state is their URL: which window, of which family, and what is looked at in it.
//!
//! ```text
//! /efficiency?window=2022-W10&family=12m                  the table; without a window last week's shifts, without a family all
//! /efficiency?window=cycle:2021&by=month&number=…         how the bars are cut, and whose trend is drawn
//! /efficiency?window=2022-03&hours=weather&divide=grade   what is shown by hour and day, and what divides the hours
//! /efficiency/rows?window=2022-W10&number=weather-downtime&page=2     the rows behind a number
//! /efficiency/rows?window=2022-W10&number=qa0-pass&of=band:6          the rows of one band
//! /efficiency/compare?a=2022-W10&b=2022-W09               two windows side by side
//! ```
//!
//! Forms may say a window as `week=2022-W10`, `month=2022-03`, `cycle=2021`, `shift=ID` or `from=…&to=…`. As on the triage page, what
//! is not understood becomes a sentence and the rest applies; the API reads the same words and refuses.

use domain::efficiency::window::{By, LAST_WEEKS_SHIFTS, Window};
use domain::efficiency::{Divider, Division, Metric, TimeOf};
use domain::family::Family;
use domain::time::{Instant, Interval};
use domain::triage::filter::{What, instant};

pub use super::family_word;
use super::{BadParameter, address, set, whole};

/// The last page of rows that can be asked for: a window of ten years has fewer.
const PAGE_MAX: i64 = 100_000;

/// What the URL of an efficiency page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EfficiencyQuery {
    /// Which shifts; where two windows are compared, the first.
    pub window: Window,
    /// The window that it is compared with, when somebody said which.
    pub against: Option<Window>,
    /// The one family that is looked at.
    pub family: Option<Family>,
    /// How the bars are cut; `None` is what suits the window's length.
    pub by: Option<By>,
    /// The number that is looked into, or whose trend is drawn.
    pub number: Option<Metric>,
    /// What the hours of the clock are looked at for.
    pub of_hours: Option<TimeOf>,
    /// What divides the hours of executions.
    pub divide: Option<Divider>,
    /// The one part of such a division whose rows are looked at.
    pub division: Option<Division>,
    /// Which page of the rows, 1 or more.
    pub page: i64,
}

impl Default for EfficiencyQuery {
    /// Last week's shifts of all families: what a Monday begins with.
    fn default() -> Self {
        Self {
            window: LAST_WEEKS_SHIFTS,
            against: None,
            family: None,
            by: None,
            number: None,
            of_hours: None,
            divide: None,
            division: None,
            page: 1,
        }
    }
}

/// What a URL says, and what of it does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What applies.
    pub query: EfficiencyQuery,
    /// Whether a window was said, and not only the one taken that is taken when none is.
    pub says_window: bool,
    /// Parameters that do not apply.
    pub bad: Vec<BadParameter>,
}

/// Reads the parameters of a URL, in any order.
pub fn read(pairs: impl Iterator<Item = (String, String)>) -> Reading {
    let mut once = Once::default();
    let mut bad = Vec::new();
    for (name, value) in pairs {
        let window = |text: &str| text.parse::<Window>().map_err(|why| why.to_string());
        let read = match name.as_str() {
            // An empty field of a form says nothing.
            "window" | "week" | "month" | "cycle" | "shift" | "from" | "to" | "a" | "b" | "family" | "by"
            | "number"
                if value.is_empty() =>
            {
                Ok(())
            }
            "window" | "a" => window(&value).and_then(|window| set(&mut once.window, window)),
            "week" | "month" | "cycle" | "shift" => {
                window(&format!("{name}:{value}")).and_then(|window| set(&mut once.window, window))
            }
            "b" => window(&value).and_then(|window| set(&mut once.against, window)),
            "from" => instant(&value).and_then(|from| set(&mut once.from, from)),
            "to" => instant(&value).and_then(|to| set(&mut once.to, to)),
            "family" if value == "all" => set(&mut once.family, None),
            "family" => family(&value).and_then(|family| set(&mut once.family, Some(family))),
            "by" => value.parse::<By>().map_err(|why| why.to_string()).and_then(|by| set(&mut once.by, by)),
            "number" => {
                let number = Metric::of_word(&value).or_else(|| value.parse().ok());
                let number = number.ok_or_else(|| "there is no such number; one is weather-downtime".to_owned());
                number.and_then(|number| set(&mut once.number, number))
            }
            "hours" => {
                value.parse::<TimeOf>().map_err(|why| why.to_string()).and_then(|of| set(&mut once.of_hours, of))
            }
            "divide" => {
                value.parse::<Divider>().map_err(|why| why.to_string()).and_then(|by| set(&mut once.divide, by))
            }
            "of" => {
                let division = value.parse::<Division>().map_err(|why| why.to_string());
                division.and_then(|division| set(&mut once.division, division))
            }
            "page" => whole(&value, PAGE_MAX).and_then(|page| set(&mut once.page, page)),
            _ => Err("there is no such parameter".to_owned()),
        };
        if let Err(why) = read {
            bad.push(BadParameter::new(&name, &value, why));
        }
    }
    let between = match (once.from, once.to) {
        (Some(from), Some(to)) => match Interval::new(from, to) {
            Some(interval) => Some(Window::Between(interval)),
            None => {
                bad.push(BadParameter::new(
                    "to",
                    &to.to_string(),
                    format!("it is not after from={from}, so neither applies"),
                ));
                None
            }
        },
        (Some(from), None) => {
            bad.push(BadParameter::new("from", &from.to_string(), "to is missing, so it does not apply"));
            None
        }
        (None, Some(to)) => {
            bad.push(BadParameter::new("to", &to.to_string(), "from is missing, so it does not apply"));
            None
        }
        (None, None) => None,
    };
    if let (Some(window), Some(_)) = (&once.window, &between) {
        bad.push(BadParameter::new("window", &window.to_string(), "from and to are given and apply instead"));
    }
    let window = between.or(once.window);
    let says_window = window.is_some();
    let query = EfficiencyQuery {
        window: window.unwrap_or(LAST_WEEKS_SHIFTS),
        against: once.against,
        family: once.family.flatten(),
        by: once.by,
        number: once.number,
        of_hours: once.of_hours,
        divide: once.divide,
        division: once.division,
        page: once.page.unwrap_or(1),
    };
    Reading { query, says_window, bad }
}

/// Every parameter may be given once.
#[derive(Default)]
struct Once {
    window: Option<Window>,
    against: Option<Window>,
    from: Option<Instant>,
    to: Option<Instant>,
    family: Option<Option<Family>>,
    by: Option<By>,
    number: Option<Metric>,
    of_hours: Option<TimeOf>,
    divide: Option<Divider>,
    division: Option<Division>,
    page: Option<i64>,
}

fn family(word: &str) -> Result<Family, String> {
    match What::parse("family", word) {
        Ok(What::Family(Some(family))) => Ok(family),
        _ => Err("unknown family; it is 12m, 7m, tp or all".to_owned()),
    }
}

impl EfficiencyQuery {
    /// The same for another window, from its first page.
    #[must_use]
    pub fn at(&self, window: Window) -> Self {
        Self { window, page: 1, ..self.clone() }
    }

    /// The same for one family, or for all.
    #[must_use]
    pub fn of(&self, family: Option<Family>) -> Self {
        Self { family, page: 1, ..self.clone() }
    }

    /// The same looking into a number.
    #[must_use]
    pub fn into_number(&self, number: Metric) -> Self {
        Self { number: Some(number), division: None, page: 1, ..self.clone() }
    }

    /// The address of the table.
    pub fn href(&self) -> String {
        address("/efficiency", self.pairs())
    }

    /// The address of the rows behind the number.
    pub fn rows_href(&self) -> String {
        let pairs = self.pairs().into_iter().filter(|(name, _)| !matches!(*name, "by" | "hours" | "divide"));
        let division = self.division.as_ref().map(|division| ("of", division.to_string()));
        address("/efficiency/rows", pairs.chain(division).chain(page_pair(self.page)))
    }

    /// The address of the comparison.
    pub fn compare_href(&self) -> String {
        let a = ("a", self.window.to_string());
        let b = self.against.as_ref().map(|against| ("b", against.to_string()));
        let family = self.family.map(|family| ("family", family_word(family).to_owned()));
        address("/efficiency/compare", std::iter::once(a).chain(b).chain(family))
    }

    /// The address of a chart or of a file under that path: every parameter is written, so that it says the same tomorrow.
    pub fn file_href(&self, path: &str) -> String {
        let window = std::iter::once(("window", self.window.to_string()));
        let division = self.division.as_ref().map(|division| ("of", division.to_string()));
        address(path, window.chain(self.pairs_without_window()).chain(division))
    }

    /// The parameters, without those that are as always.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let window = (self.window != LAST_WEEKS_SHIFTS).then(|| ("window", self.window.to_string()));
        window.into_iter().chain(self.pairs_without_window()).collect()
    }

    /// What a form that chooses the window sends with it.
    pub fn pairs_without_window(&self) -> Vec<(&'static str, String)> {
        let family = self.family.map(|family| ("family", family_word(family).to_owned()));
        let by = self.by.map(|by| ("by", by.to_string()));
        let number = self.number.map(|number| ("number", number.word()));
        let of_hours = self.of_hours.map(|of| ("hours", of.to_string()));
        let divide = self.divide.map(|by| ("divide", by.to_string()));
        family.into_iter().chain(by).chain(number).chain(of_hours).chain(divide).collect()
    }
}

fn page_pair(page: i64) -> Option<(&'static str, String)> {
    (page != 1).then(|| ("page", page.to_string()))
}
