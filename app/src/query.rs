//! The triage page's state is its URL: which findings, in which order, which page of them, and which one is open.
//!
//! ```text
//! q=class:gap+-type:handover      the filter as its line, see domain::triage::filter; without it what still needs a decision
//! sort=-priority,end              the columns one after the other, - for largest first
//! page=2   finding=123
//! ```
//!
//! What the filter's fields can say can also be given as parameters, as forms do without JavaScript: `class=GAP&family=12m`,
//! `period=7d`, `week=2022-W10`, `from=2022-03-12T21:00:00Z&to=…`, `tag=…`. They add to `q`.
//!
//! [`read`] never fails and never drops anything in silence: what it does not understand becomes a sentence the page shows, and
//! the rest still applies. The API reads the same words.

#[cfg(feature = "ssr")]
pub mod efficiency;
pub mod plan;

use std::fmt;

use domain::family::Family;
use domain::saved_view::VIEW_QUERY_MAX_BYTES;
use domain::time::Instant;
use domain::triage::filter::{Filter, Misread, Period, Term, What, Window, instant};
use domain::triage::order::{Column, Sort, plain};
use serde::{Deserialize, Serialize};

/// Findings on one page of the list (our own choice: some four screens of rows).
pub const PAGE_ROWS: i64 = 100;
/// The last page that can be asked for: beyond a million findings nobody pages, they filter.
const PAGE_MAX: i64 = 10_000;

/// What the URL of the triage page says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriageQuery {
    /// Which findings.
    pub filter: Filter,
    /// In which order, [`plain`]; nothing is newest first.
    pub order: Vec<Sort>,
    /// Which page of them, 1 or more.
    pub page: i64,
    /// Which one is open beside the list.
    pub finding: Option<i64>,
}

impl Default for TriageQuery {
    /// What still needs a decision, newest first, none open.
    fn default() -> Self {
        Self { filter: Filter::undecided(), order: Vec::new(), page: 1, finding: None }
    }
}

impl TriageQuery {
    /// How many findings come before this page.
    pub const fn offset(&self) -> i64 {
        (self.page - 1) * PAGE_ROWS
    }

    /// The same list with nothing open beside it: what the list itself depends on.
    #[must_use]
    pub fn list(&self) -> Self {
        Self { finding: None, ..self.clone() }
    }

    /// The same list with this finding open.
    #[must_use]
    pub fn opening(&self, finding: i64) -> Self {
        Self { finding: Some(finding), ..self.clone() }
    }

    /// Another page of the same list.
    #[must_use]
    pub fn on_page(&self, page: i64) -> Self {
        Self { page, ..self.clone() }
    }

    /// The first page of the list under another filter.
    #[must_use]
    pub fn filtered(&self, filter: Filter) -> Self {
        Self { filter, ..self.on_page(1) }
    }

    /// How the list is sorted by this column; `None` when it is not.
    pub fn direction(&self, column: Column) -> Option<Sort> {
        let newest = [Sort::default()];
        let order: &[Sort] = if self.order.is_empty() { &newest } else { &self.order };
        order.iter().copied().find(|sort| sort.column == column)
    }

    /// The first page of the list sorted by this column alone; by the other way round when it was sorted by it first already.
    ///
    /// A column is first sorted the way it is most asked for: times, durations and priorities largest first, words from A.
    #[must_use]
    pub fn sorted_by(&self, column: Column) -> Self {
        let first = self.order.first().copied().unwrap_or_default();
        let sort = if first.column == column { turned(first) } else { as_asked_first(column) };
        Self { order: plain(&[sort]), ..self.on_page(1) }
    }

    /// The same, with the column after those that the list is sorted by already, or turned round where it stands.
    #[must_use]
    pub fn sorted_also_by(&self, column: Column) -> Self {
        let mut order = if self.order.is_empty() { vec![Sort::default()] } else { self.order.clone() };
        match order.iter_mut().find(|sort| sort.column == column) {
            Some(sort) => *sort = turned(*sort),
            None => order.push(as_asked_first(column)),
        }
        Self { order: plain(&order), ..self.on_page(1) }
    }

    /// Whether anything is filtered away.
    pub fn is_filtered(&self) -> bool {
        self.filter.on().next().is_some()
    }

    /// Where the first page of the list under a line is, the line as it stands, mistakes and all.
    pub fn typed(&self, line: &str) -> String {
        let mut text = QueryString::default();
        text.push("q", line);
        for (name, value) in pairs_of(&self.on_page(1)).into_iter().filter(|(name, _)| *name != "q") {
            text.push(name, &value);
        }
        format!("/triage?{}", text.0)
    }

    /// Where a rule is made of its filter.
    pub fn rule_href(&self) -> String {
        let mut text = QueryString::default();
        text.push("condition", &self.filter.to_string());
        format!("/rules/new?{}", text.0)
    }

    /// Where the page with this state is: `/triage?q=class:gap`. It always says which findings: an address without a query is
    /// where somebody begins, and that may be a view of theirs.
    pub fn href(&self) -> String {
        match write(self) {
            query if query.is_empty() => format!("/triage?{}", write_out(self)),
            query => format!("/triage?{query}"),
        }
    }
}

fn turned(sort: Sort) -> Sort {
    Sort { descending: !sort.descending, ..sort }
}

const fn as_asked_first(column: Column) -> Sort {
    Sort { column, descending: matches!(column, Column::End | Column::Duration | Column::Priority) }
}

/// A parameter of the URL that does not apply, and why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadParameter {
    /// Its name, shortened.
    pub name: String,
    /// Its value, shortened.
    pub value: String,
    /// A sentence without its full stop.
    pub why: String,
}

impl BadParameter {
    pub(crate) fn new(name: &str, value: &str, why: impl Into<String>) -> Self {
        Self { name: shortened(name), value: shortened(value), why: why.into() }
    }
}

impl fmt::Display for BadParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}: {}", self.name, self.value, self.why)
    }
}

/// The longest name or value that a sentence repeats \[characters\].
const SHOWN_CHARS: usize = 60;

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN_CHARS {
        return text.to_owned();
    }
    text.chars().take(SHOWN_CHARS - 1).chain(['…']).collect()
}

/// What a URL says, and what of it does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What applies.
    pub query: TriageQuery,
    /// The line of the filter as it was given, mistakes and all; `None` when there is none.
    pub line: Option<String>,
    /// Parts of that line that do not apply.
    pub misread: Vec<Misread>,
    /// Parameters that do not apply.
    pub bad: Vec<BadParameter>,
}

/// Reads the parameters of a URL, in any order. What is bad is told and left out; the rest applies. `otherwise` is the filter
/// when none of them says which findings.
pub fn read(pairs: impl Iterator<Item = (String, String)>, otherwise: Filter) -> Reading {
    let mut line: Option<String> = None;
    let mut misread = Vec::new();
    let (mut said, mut terms): (Filter, Vec<Term>) = Default::default();
    let mut bad = Vec::new();
    let mut once = Once::default();
    for (name, value) in pairs {
        let read = match name.as_str() {
            "q" if line.is_some() => Err("it is given twice; the first applies".to_owned()),
            "q" => {
                (said, misread) = Filter::read(&value);
                line = Some(value.clone());
                Ok(())
            }
            // An empty field of a form says nothing.
            "from" | "to" | "period" | "week" | "tag" if value.is_empty() => Ok(()),
            "class" | "priority" | "type" | "family" | "state" | "assignee" | "tag" | "shift" => {
                What::parse(&name, &value).map(|what| add(&mut terms, what))
            }
            "period" if value == "all" => set(&mut once.period, None),
            "period" | "week" => period(&value).and_then(|period| set(&mut once.period, Some(period))),
            "from" => instant(&value).and_then(|from| set(&mut once.from, from)),
            "to" => instant(&value).and_then(|to| set(&mut once.to, to)),
            "sort" => order(&value).and_then(|order| set(&mut once.order, order)),
            "page" => whole(&value, PAGE_MAX).and_then(|page| set(&mut once.page, page)),
            "finding" => whole(&value, i64::MAX).and_then(|finding| set(&mut once.finding, finding)),
            _ => Err("there is no such parameter".to_owned()),
        };
        if let Err(why) = read {
            bad.push(BadParameter::new(&name, &value, why));
        }
    }
    let period = match (once.period, once.from, once.to) {
        (period, None, None) => period,
        (period, from, to) => match Window::new(from, to) {
            Some(window) => {
                if let Some(period) = period {
                    let word = period.map_or_else(|| "all".to_owned(), |period| period.to_string());
                    bad.push(BadParameter::new("period", &word, "from and to are given and apply instead"));
                }
                Some(Some(Period::Between(window)))
            }
            None => {
                let told = |at: Option<Instant>| at.map(String::from).unwrap_or_default();
                let why = format!("it is not after from={}, so neither applies", told(from));
                bad.push(BadParameter::new("to", &told(to), why));
                period
            }
        },
    };
    let says_which = line.is_some() || !terms.is_empty() || period.is_some();
    let mut filter = if says_which { said } else { otherwise };
    terms.into_iter().for_each(|term| add(&mut filter.terms, term.what));
    if let Some(period) = period {
        filter = filter.ending(period);
    }
    let query = TriageQuery {
        filter,
        order: once.order.unwrap_or_default(),
        page: once.page.unwrap_or(1),
        finding: once.finding,
    };
    Reading { query, line, misread, bad }
}

/// The parameters that may be given once.
#[derive(Default)]
struct Once {
    /// `None` inside is any time.
    period: Option<Option<Period>>,
    from: Option<Instant>,
    to: Option<Instant>,
    order: Option<Vec<Sort>>,
    page: Option<i64>,
    finding: Option<i64>,
}

fn set<T>(slot: &mut Option<T>, value: T) -> Result<(), String> {
    if slot.is_some() {
        return Err("it is given twice; the first applies".to_owned());
    }
    *slot = Some(value);
    Ok(())
}

fn add(terms: &mut Vec<Term>, what: What) {
    if terms.iter().all(|term| term.what != what || term.off || term.without) {
        terms.push(what.into());
    }
}

fn period(word: &str) -> Result<Period, String> {
    match What::parse("when", word)? {
        What::When(period) => Ok(period),
        _ => Err("not a period".to_owned()),
    }
}

fn order(words: &str) -> Result<Vec<Sort>, String> {
    let sort = |word: &str| {
        let descending = word.starts_with('-');
        let column = word.strip_prefix('-').unwrap_or(word);
        let column = column
            .parse::<Column>()
            .map_err(|unknown| format!("{unknown}; a - before it turns the order, and commas stand between several"))?;
        Ok(Sort { column, descending })
    };
    let order: Vec<Sort> = words.split(',').map(sort).collect::<Result<_, String>>()?;
    for (at, sort) in order.iter().enumerate() {
        if order[..at].iter().any(|before| before.column == sort.column) {
            return Err(format!("{} is there twice", sort.column));
        }
    }
    if order.len() > Sort::MOST {
        return Err(format!("at most {} columns can be sorted by", Sort::MOST));
    }
    Ok(plain(&order))
}

fn whole(text: &str, max: i64) -> Result<i64, String> {
    match text.parse() {
        Ok(number) if (1..=max).contains(&number) => Ok(number),
        _ => Err(format!("not a whole number from 1 to {max}")),
    }
}

/// Writes the state as a query string, without `?`, that [`read`] reads back. What is as always is not written.
pub fn write(query: &TriageQuery) -> String {
    let mut text = QueryString::default();
    for (name, value) in pairs_of(query) {
        text.push(name, &value);
    }
    text.0
}

/// The filter and the order written out, for an address that means all findings when nothing is said.
pub fn write_out(query: &TriageQuery) -> String {
    let mut text = QueryString::default();
    text.push("q", &query.filter.to_string());
    for (name, value) in pairs_of(&query.list().on_page(1)).into_iter().filter(|(name, _)| *name != "q") {
        text.push(name, &value);
    }
    text.0
}

/// The list of a query string, written out as a view keeps it; the error says what of it is wrong, without its full stop.
pub fn kept(search: &str) -> Result<String, String> {
    let Reading { query, misread, bad, .. } = read(pairs(search), Filter::undecided());
    if let Some(bad) = bad.first() {
        return Err(bad.to_string());
    }
    if let Some(misread) = misread.first() {
        return Err(misread.to_string());
    }
    not_too_long(write_out(&query))
}

/// A query string that a view can keep.
fn not_too_long(text: String) -> Result<String, String> {
    if text.len() > VIEW_QUERY_MAX_BYTES {
        return Err(format!("a view is kept up to {VIEW_QUERY_MAX_BYTES} bytes, and this has {}", text.len()));
    }
    Ok(text)
}

/// The state's parameters as pairs, for the hidden fields of a form that changes only the others.
pub fn pairs_of(query: &TriageQuery) -> Vec<(&'static str, String)> {
    let mut pairs: Vec<(&'static str, String)> = Vec::new();
    if query.filter != Filter::undecided() {
        pairs.push(("q", query.filter.to_string()));
    }
    if !query.order.is_empty() {
        let word = |sort: &Sort| format!("{}{}", if sort.descending { "-" } else { "" }, sort.column);
        pairs.push(("sort", query.order.iter().map(word).collect::<Vec<_>>().join(",")));
    }
    if query.page != 1 {
        pairs.push(("page", query.page.to_string()));
    }
    pairs.extend(query.finding.map(|id| ("finding", id.to_string())));
    pairs
}

/// Splits a query string, with or without its `?`, into decoded pairs.
///
/// The router decodes parameters twice, so that `%2B` would end as a blank; this decodes the raw text once, as forms encode it.
pub fn pairs(search: &str) -> impl Iterator<Item = (String, String)> + '_ {
    // A button without a name is sent as `=` by some forms.
    search.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty() && *pair != "=").map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut ahead = rest.clone();
                match (ahead.next().and_then(hex_digit), ahead.next().and_then(hex_digit)) {
                    (Some(high), Some(low)) => {
                        rest = ahead;
                        high << 4 | low
                    }
                    // Not an escape: the sign stands for itself.
                    _ => b'%',
                }
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The word of a family in an address.
pub const fn family_word(family: Family) -> &'static str {
    Family::word_of(Some(family))
}

/// The address of a path with parameters.
pub fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut query = QueryString::default();
    for (name, value) in pairs {
        query.push(name, &value);
    }
    if query.0.is_empty() { path.to_owned() } else { format!("{path}?{}", query.0) }
}

/// A value as it stands in a query string.
pub fn encoded(value: &str) -> String {
    let mut text = QueryString::default();
    text.encode(value);
    text.0
}

/// A query string under construction.
#[derive(Default)]
struct QueryString(String);

impl QueryString {
    fn push(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        self.encode(value);
    }

    fn encode(&mut self, value: &str) {
        for byte in value.bytes() {
            match byte {
                b' ' => self.0.push('+'),
                // What a query may hold as it stands and reads well in the address bar. Not a slash: the router takes two of them
                // for one, in a query too.
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b',' => {
                    self.0.push(char::from(byte));
                }
                _ => self.0.push_str(&format!("%{byte:02X}")),
            }
        }
    }
}
