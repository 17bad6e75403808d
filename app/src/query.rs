//! The triage page's state is its URL: which findings, in which order, which page of them, and which one is open.
//!
//! ```text
//! class=GAP  priority=High  type=Handover  family=12m|7m|tp|none  state=open|confirmed|…     each as often as wanted
//! period=last-shift|7d      from=2022-03-12T21:00:00Z  to=…                               instead of a period
//! sort=end|-end|…           page=2                     finding=123
//! ```
//!
//! [`read`] never fails and never drops anything in silence: what it does not understand becomes a [`BadParameter`], a sentence
//! the page shows, and the rest still applies. The API reads the same words.

use std::fmt;

use domain::family::Family;
use domain::time::Instant;
use domain::triage::State;
use domain::triage::filter::{Column, Filter, Period, Sort};
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
    /// In which order.
    pub sort: Sort,
    /// Which page of them, 1 or more.
    pub page: i64,
    /// Which one is open beside the list.
    pub finding: Option<i64>,
}

impl Default for TriageQuery {
    /// Every finding, newest first, none open.
    fn default() -> Self {
        Self { filter: Filter::default(), sort: Sort::default(), page: 1, finding: None }
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

    /// The first page of the list under a changed filter.
    #[must_use]
    pub fn filtered(&self, change: impl FnOnce(&mut Filter)) -> Self {
        let mut query = self.on_page(1);
        change(&mut query.filter);
        query
    }

    /// The first page of the list sorted by this column; by the other way round when it was sorted by it already.
    ///
    /// A column is first sorted the way it is most asked for: times, durations and priorities largest first, words from A.
    #[must_use]
    pub fn sorted_by(&self, column: Column) -> Self {
        let largest_first = matches!(column, Column::End | Column::Duration | Column::Priority);
        let descending = if self.sort.column == column { !self.sort.descending } else { largest_first };
        Self { sort: Sort { column, descending }, ..self.on_page(1) }
    }

    /// Whether anything is filtered away.
    pub fn is_filtered(&self) -> bool {
        self.filter != Filter::default()
    }

    /// Where the page with this state is: `/triage?class=GAP`.
    pub fn href(&self) -> String {
        match write(self) {
            query if query.is_empty() => "/triage".to_owned(),
            query => format!("/triage?{query}"),
        }
    }
}

/// Adds a value to a facet, or takes it out when it is there.
pub fn toggle<T: PartialEq>(facet: &mut Vec<T>, value: T) {
    match facet.iter().position(|v| *v == value) {
        Some(at) => drop(facet.remove(at)),
        None => facet.push(value),
    }
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
    fn new(name: &str, value: &str, why: impl Into<String>) -> Self {
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

/// Reads the parameters of a URL, in any order. What is bad is told and left out; the rest applies.
pub fn read(pairs: impl Iterator<Item = (String, String)>) -> (TriageQuery, Vec<BadParameter>) {
    let mut query = TriageQuery::default();
    let mut bad = Vec::new();
    let mut once = Once::default();
    for (name, value) in pairs {
        let read = match name.as_str() {
            "class" => add(&mut query.filter.class, value.parse()),
            "priority" => add(&mut query.filter.priority, value.parse()),
            "type" => add(&mut query.filter.kind, value.parse()),
            "family" => add(&mut query.filter.family, family(&value)),
            "state" => add(&mut query.filter.state, state(&value)),
            // An empty field of the period's form says nothing.
            "from" | "to" | "period" if value.is_empty() => Ok(()),
            "period" => set(&mut once.period, period(&value)),
            "from" => set(&mut once.from, instant(&value)),
            "to" => set(&mut once.to, instant(&value)),
            "sort" => set(&mut once.sort, sort(&value)),
            "page" => set(&mut once.page, whole(&value, PAGE_MAX)),
            "finding" => set(&mut once.finding, whole(&value, i64::MAX)),
            _ => Err("there is no such parameter".to_owned()),
        };
        if let Err(why) = read {
            bad.push(BadParameter::new(&name, &value, why));
        }
    }
    query.filter.period = match (once.period, once.from, once.to) {
        (period, None, None) => period.unwrap_or_default(),
        (_, Some(from), Some(to)) if to <= from => {
            let why = format!("it is not after from={from}, so neither applies");
            bad.push(BadParameter::new("to", &to.to_string(), why));
            once.period.unwrap_or_default()
        }
        (period, from, to) => {
            if let Some(period) = period {
                bad.push(BadParameter::new("period", period_word(period), "from and to are given and apply instead"));
            }
            Period::Between { from, to }
        }
    };
    query.sort = once.sort.unwrap_or_default();
    query.page = once.page.unwrap_or(1);
    query.finding = once.finding;
    (query, bad)
}

/// The parameters that may be given once.
#[derive(Default)]
struct Once {
    period: Option<Period>,
    from: Option<Instant>,
    to: Option<Instant>,
    sort: Option<Sort>,
    page: Option<i64>,
    finding: Option<i64>,
}

fn set<T>(slot: &mut Option<T>, value: Result<T, String>) -> Result<(), String> {
    let value = value?;
    if slot.is_some() {
        return Err("it is given twice; the first applies".to_owned());
    }
    *slot = Some(value);
    Ok(())
}

fn add<T: PartialEq, E: fmt::Display>(facet: &mut Vec<T>, value: Result<T, E>) -> Result<(), String> {
    let value = value.map_err(|unknown| unknown.to_string())?;
    if !facet.contains(&value) {
        facet.push(value);
    }
    Ok(())
}

fn family(word: &str) -> Result<Option<Family>, String> {
    match word {
        "12m" => Ok(Some(Family::Twelve)),
        "7m" => Ok(Some(Family::Seven)),
        "tp" => Ok(Some(Family::TotalPower)),
        "none" => Ok(None),
        _ => Err("unknown family; it is one of 12m, 7m, tp, none".to_owned()),
    }
}

/// The word of a family in a URL.
pub const fn family_word(family: Option<Family>) -> &'static str {
    match family {
        Some(Family::Twelve) => "12m",
        Some(Family::Seven) => "7m",
        Some(Family::TotalPower) => "tp",
        None => "none",
    }
}

fn state(word: &str) -> Result<State, String> {
    match word {
        "open" => Ok(State::Open),
        "confirmed" => Ok(State::Confirmed),
        "dismissed" => Ok(State::Dismissed),
        "snoozed" => Ok(State::Snoozed),
        "split" => Ok(State::Split),
        "merged" => Ok(State::Merged),
        "resolved" => Ok(State::ResolvedByTheLog),
        _ => Err("unknown state; it is one of open, confirmed, dismissed, snoozed, split, merged, resolved".to_owned()),
    }
}

/// The word of a state in a URL.
pub const fn state_word(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Confirmed => "confirmed",
        State::Dismissed => "dismissed",
        State::Snoozed => "snoozed",
        State::Split => "split",
        State::Merged => "merged",
        State::ResolvedByTheLog => "resolved",
    }
}

fn period(word: &str) -> Result<Period, String> {
    match word {
        "all" => Ok(Period::All),
        "last-shift" => Ok(Period::LastShift),
        "7d" => Ok(Period::LastSevenDays),
        _ => Err("unknown period; it is one of all, last-shift, 7d, or from and to are given".to_owned()),
    }
}

const fn period_word(period: Period) -> &'static str {
    match period {
        Period::LastShift => "last-shift",
        Period::LastSevenDays => "7d",
        Period::All | Period::Between { .. } => "all",
    }
}

/// What people type: either spelling of the log, and either without its seconds or its time of day.
fn instant(text: &str) -> Result<Instant, String> {
    let text = text.trim().trim_end_matches('Z').replacen('T', " ", 1);
    let rest = match text.len() {
        10 => " 00:00:00",
        16 => ":00",
        _ => "",
    };
    Instant::parse(&(text + rest)).map_err(|_| "not a time; write UTC as 2022-03-12 21:00:00".to_owned())
}

fn sort(word: &str) -> Result<Sort, String> {
    let descending = word.starts_with('-');
    let column = word.strip_prefix('-').unwrap_or(word);
    let column = column.parse::<Column>().map_err(|unknown| format!("{unknown}; a - before it turns the order"))?;
    Ok(Sort { column, descending })
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

/// The filter's and the order's parameters as pairs, for the hidden fields of a form that changes only the others.
pub fn pairs_of(query: &TriageQuery) -> Vec<(&'static str, String)> {
    let filter = &query.filter;
    let mut pairs: Vec<(&'static str, String)> = Vec::new();
    pairs.extend(filter.class.iter().map(|v| ("class", v.label().to_owned())));
    pairs.extend(filter.priority.iter().map(|v| ("priority", v.label().to_owned())));
    pairs.extend(filter.kind.iter().map(|v| ("type", v.label().to_owned())));
    pairs.extend(filter.family.iter().map(|&v| ("family", family_word(v).to_owned())));
    pairs.extend(filter.state.iter().map(|&v| ("state", state_word(v).to_owned())));
    match filter.period {
        Period::All => {}
        Period::LastShift | Period::LastSevenDays => pairs.push(("period", period_word(filter.period).to_owned())),
        Period::Between { from, to } => {
            pairs.extend(from.map(|t| ("from", t.to_string())));
            pairs.extend(to.map(|t| ("to", t.to_string())));
        }
    }
    if query.sort != Sort::default() {
        let minus = if query.sort.descending { "-" } else { "" };
        pairs.push(("sort", format!("{minus}{}", query.sort.column)));
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
        for byte in value.bytes() {
            match byte {
                b' ' => self.0.push('+'),
                // What a query may hold as it stands and reads well in the address bar.
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b'/' => {
                    self.0.push(char::from(byte));
                }
                _ => self.0.push_str(&format!("%{byte:02X}")),
            }
        }
    }
}
