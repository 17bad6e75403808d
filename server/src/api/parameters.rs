//! The query string of an API request: every parameter is known, given once and right, or the answer is 400 and names it.

use app::query;
use app::query::efficiency::{self, EfficiencyQuery};
use app::query::plan::{self, PlanQuery};
use domain::time::Instant;
use domain::triage::filter::{Filter, Period};
use http::Uri;

use super::problem::Problem;

/// The longest query string that is read \[bytes\]: all facets with all their values fit several times.
const QUERY_MAX_BYTES: usize = 16 * 1024;

/// The most rows of one answer.
const LIMIT_MAX: i64 = 1_000;
/// The rows of an answer when nobody says how many.
const LIMIT_DEFAULT: i64 = 100;
/// The furthest row that can be asked for: beyond a million nobody pages, they filter.
const OFFSET_MAX: i64 = 1_000_000;

/// What is left to read of a query string.
pub(super) struct Parameters(Vec<(String, String)>);

/// Which part of a list.
#[derive(Clone, Copy)]
pub(super) struct Slice {
    pub(super) offset: i64,
    pub(super) limit: i64,
}

impl Parameters {
    /// The parameters of the request, decoded as forms encode them.
    pub(super) fn of(uri: &Uri) -> Result<Self, Problem> {
        let text = uri.query().unwrap_or_default();
        if text.len() > QUERY_MAX_BYTES {
            return Err(Problem::invalid("query", format!("the query string is longer than {QUERY_MAX_BYTES} bytes")));
        }
        Ok(Self(query::pairs(text).collect()))
    }

    /// `offset` and `limit`.
    pub(super) fn slice(&mut self) -> Result<Slice, Problem> {
        Ok(Slice { offset: self.whole("offset", 0, OFFSET_MAX)?.unwrap_or(0), limit: self.limit()? })
    }

    /// `limit` alone.
    pub(super) fn limit(&mut self) -> Result<i64, Problem> {
        Ok(self.whole("limit", 1, LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT))
    }

    /// `from` and `to`, in the spellings that the pages take.
    pub(super) fn between(&mut self) -> Result<(Option<Instant>, Option<Instant>), Problem> {
        let (mine, others): (Vec<_>, Vec<_>) = self.0.drain(..).partition(|(name, _)| name == "from" || name == "to");
        self.0 = others;
        let read = query::read(mine.into_iter(), Filter::default());
        refuse(read.bad)?;
        match read.query.filter.period() {
            Some(Period::Between(window)) => Ok((window.from(), window.to())),
            _ => Ok((None, None)),
        }
    }

    /// The text of a parameter.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(at) = self.0.iter().position(|(given, _)| given == name) else { return Ok(None) };
        let (_, value) = self.0.remove(at);
        if self.0.iter().any(|(given, _)| given == name) {
            return Err(Problem::invalid(name, "it is given twice"));
        }
        Ok(Some(value))
    }

    fn whole(&mut self, name: &str, min: i64, max: i64) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.parse() {
            Ok(number) if (min..=max).contains(&number) => Ok(Some(number)),
            _ => Err(Problem::invalid(name, format!("not a whole number from {min} to {max}"))),
        }
    }

    /// The filter and the order of a list of findings, exactly as the triage page reads them, except that a program that does not
    /// say which findings gets all. Nothing is left then.
    pub(super) fn findings(self) -> Result<query::TriageQuery, Problem> {
        // The page's own two: here `offset` and `limit`, and an address, do what they do there.
        if let Some((name, _)) = self.0.iter().find(|(name, _)| name == "page" || name == "finding") {
            return Err(Problem::invalid(name, "there is no such parameter"));
        }
        let read = query::read(self.0.into_iter(), Filter::default());
        refuse(read.bad)?;
        match read.misread.first() {
            Some(misread) => Err(Problem::invalid("q", misread.to_string())),
            None => Ok(read.query),
        }
    }

    /// The conditions and the policy of a list; what a page only looks at is no parameter here.
    pub(super) fn plan(self) -> Result<PlanQuery, Problem> {
        let of_the_page = ["sb", "failing", "rows", "pin"];
        if let Some((name, _)) = self.0.iter().find(|(name, _)| of_the_page.contains(&name.as_str())) {
            return Err(Problem::invalid(name, "there is no such parameter"));
        }
        let read = plan::read(self.0.into_iter());
        refuse(read.bad)?;
        Ok(read.query)
    }

    /// Which window of efficiency, of which family, and what in it; exactly as the pages read it, except that a program has to say
    /// which window. Nothing is left then.
    pub(super) fn efficiency(self) -> Result<EfficiencyQuery, Problem> {
        if let Some((name, _)) = self.0.iter().find(|(name, _)| name == "page") {
            return Err(Problem::invalid(name, "there is no such parameter"));
        }
        let read = efficiency::read(self.0.into_iter());
        refuse(read.bad)?;
        if !read.says_window {
            return Err(Problem::invalid("window", "it is missing; give window=2022-W10, or from and to"));
        }
        Ok(read.query)
    }

    /// Refuses what nobody asked for: a misspelled filter that is ignored gives a wrong answer that looks right.
    pub(super) fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            Some((name, _)) => {
                let shown: String = name.chars().take(60).collect();
                Err(Problem::invalid(&shown, "there is no such parameter"))
            }
            None => Ok(()),
        }
    }
}

fn refuse(bad: Vec<query::BadParameter>) -> Result<(), Problem> {
    match bad.into_iter().next() {
        Some(bad) => Err(Problem::invalid(&bad.name, bad.why)),
        None => Ok(()),
    }
}
