//! Where the time went: bar by bar, by hour of the day, in numbers over weeks, and by what it was lost to.
//!
//! Each drawing is made twice, for a wide page and for a phone, and comes with its sentence, its table and itself as a file. A bar
//! leads to the window that it stands for, which filters everything else on the page; its sum leads to the rows behind it.

use std::collections::BTreeMap;

use charts::ChartError;
use charts::breakdown::{self, Breakdown};
use charts::hour_heat_map::{self, Day, Hour, HourHeatMap};
use charts::lost_time::{self, Loss, LostTime};
use charts::period::{Completeness, Note as Mark};
use charts::table::Table;
use charts::time_owners::{self, Bucket, Stretch, TimeOwners};
use charts::trend::{self, Trend, Week as Point};
use domain::efficiency::window::{By, Window};
use domain::efficiency::{
    Divider, Division, LATE_S, Metric, ShiftSums, Sums, TimeOf, by_hour, in_window, tiled, total,
};
use domain::facts::Id;
use domain::findings::{Class, FindingType};
use domain::ledger::{Ledger, Owner};
use domain::note::Note;
use domain::time::{DAY_S, HOUR_S, Instant, Interval, Span};
use domain::triage::State;
use domain::triage::filter::{Filter, Week, What};
use leptos::prelude::*;

use super::rows::of_shifts;
use super::words::array_label;
use crate::api::reports::Drawn;
use crate::query::TriageQuery;
use crate::query::efficiency::{EfficiencyQuery, family_word};

/// The widths that are drawn \[px\]: for a page with room, and for a phone.
const WIDE_PX: u32 = 1_120;
const NARROW_PX: u32 = 366;
/// More bars than this are drawn by longer times (our own choice: ten years of weeks are 522, two pixels each).
const BARS_MAX: usize = 600;
/// More doors than this are too thin to be hit (our own choice: twenty pixels each on a page with room); several bars share one.
const DOORS_MAX: usize = 52;
/// More days than this make no map of hours \[days\] (our own choice: some five screens).
const HOURS_MAX_DAYS: i64 = 35;
/// Weeks that are drawn, and those before them that say what is usual.
const WEEKS_DRAWN: usize = 26;
const WEEKS_BEFORE: usize = 52;

/// What all drawings of a window share.
pub(crate) struct Frame<'a> {
    /// The state of the page.
    pub(crate) query: &'a EfficiencyQuery,
    /// The time of the window.
    pub(crate) interval: Interval,
    /// All shifts of the log, by start.
    pub(crate) shifts: &'a [&'a ShiftSums],
    /// When the log was last looked at.
    pub(crate) as_of: Option<Instant>,
    /// The time of the request.
    pub(crate) now: Instant,
}

/// The drawings of a window, as values.
#[derive(PartialEq)]
pub(crate) struct Charts {
    owners: TimeOwners,
    by: By,
    /// Where the rows behind each bar are.
    behind: Vec<String>,
    trend: Trend,
    metric: Metric,
    /// `None` where the window is too long for it.
    hours: Option<HourHeatMap>,
    of_hours: TimeOf,
    lost: LostTime,
    /// `None` where the executions are too many to read.
    divided: Option<(Breakdown, Divider)>,
}

impl Frame<'_> {
    /// The bars, how they are cut, and the rows behind each; and the trend of the number that is asked for.
    pub(crate) fn of_sums(&self) -> (TimeOwners, By, Vec<String>, Trend, Metric) {
        let (owners, by, behind) = self.owners();
        let metric = self.query.number.unwrap_or(Metric::OperationEfficiency);
        (owners, by, behind, self.trend(metric), metric)
    }

    /// Whether the map of hours is drawn.
    pub(crate) fn shows_hours(&self) -> bool {
        self.interval.seconds() <= HOURS_MAX_DAYS * DAY_S
    }

    fn owners(&self) -> (TimeOwners, By, Vec<String>) {
        let family = self.query.family;
        let mut chosen = in_window(self.shifts, &self.query.window, self.now);
        chosen.retain(|shift| family.is_none_or(|family| shift.family == family));
        let is_one_shift = matches!(self.query.window, Window::Shift(_) | Window::LastShift);
        let asked = self.query.by.unwrap_or(By::for_length(self.interval.seconds()));
        let n_bars = |by: By| if by == By::Shift { chosen.len() } else { by.tiles(self.interval).len() };
        let coarser = [asked, By::Day, By::Week, By::Month].into_iter().filter(|by| *by >= asked);
        let by = coarser.into_iter().find(|&by| n_bars(by) <= BARS_MAX).unwrap_or(By::Month);
        let by = if is_one_shift { By::Shift } else { by };
        let there = EfficiencyQuery { by: None, number: None, ..self.query.clone() };
        let mut behind = Vec::new();
        let buckets: Vec<Bucket> = if by == By::Shift {
            let bar = |shift: &&ShiftSums| {
                let here = there.at(Window::Shift(shift.shift.clone())).of(Some(shift.family));
                let interval = Interval::new(shift.start, shift.end)?;
                // `12m 03-09 10h`: what tells shifts apart in the room that a bar's label has; the link leads to the id.
                let start = shift.start.for_people();
                let (day, hour) = (start.get(5..10).unwrap_or_default(), start.get(11..13).unwrap_or_default());
                let label = match family {
                    Some(_) => format!("{day} {hour}h"),
                    None => format!("{} {day} {hour}h", family_word(shift.family)),
                };
                behind.push(here.into_number(Metric::ShiftDuration).rows_href());
                Some(bucket(label, interval, &shift.sums, self.standing(interval, shift.running), here.href()))
            };
            chosen.iter().filter_map(bar).collect()
        } else {
            let tiles = tiled(self.shifts, self.interval, by, family).into_iter();
            let bar = |(tile, sums): (domain::efficiency::window::Tile, Sums)| {
                let here = there.at(tile.window.clone());
                let running = chosen.iter().any(|shift| shift.running && tile.interval.holds(shift.start));
                behind.push(here.into_number(Metric::ShiftDuration).rows_href());
                bucket(short(&tile.window), tile.interval, &sums, self.standing(tile.interval, running), here.href())
            };
            tiles.map(bar).collect()
        };
        let title = format!("Where the time went, {}, {}", array_label(family), self.query.window.words());
        let stretches = stretches(&buckets, &there);
        (TimeOwners { title, buckets, notes: Vec::new(), stretches }, by, behind)
    }

    /// Whether what began in that time may still change.
    fn standing(&self, interval: Interval, running: bool) -> Completeness {
        if running || interval.end() > self.now {
            Completeness::Running
        } else if self.as_of.is_some_and(|as_of| interval.end().since(as_of) > LATE_S) {
            Completeness::Late
        } else {
            Completeness::Complete
        }
    }

    /// The number week by week, to the week in which the window ends.
    fn trend(&self, metric: Metric) -> Trend {
        let last = Week::of(self.interval.end().plus(-1).min(self.now)).and_then(Week::interval);
        let first_start = self.shifts.first().map(|shift| shift.start);
        let weeks = last.into_iter().flat_map(|last| {
            let n = i64::try_from(WEEKS_DRAWN + WEEKS_BEFORE).unwrap_or(0);
            (0..n).rev().filter_map(move |ago| {
                let start = last.start().plus(-7 * DAY_S * ago);
                Interval::new(start, start.plus(7 * DAY_S)).map(|week| (week, ago == 0))
            })
        });
        // Before the log begins there is nothing, which is not zero.
        let known = weeks.filter(|(week, _)| first_start.is_some_and(|first| week.end() > first));
        let points = known.filter_map(|(interval, is_last)| {
            let week = Week::of(interval.start())?;
            let these = in_window(self.shifts, &Window::Week(week), self.now);
            let running = these.iter().any(|shift| shift.running);
            let name = week.to_string();
            Some(Point {
                label: name.split_once('-').map_or_else(String::new, |(_, week)| week.to_owned()),
                interval,
                value: metric.thousandths(&total(&these, self.query.family)),
                completeness: self.standing(interval, running),
                chosen: is_last,
                href: Some(self.query.at(Window::Week(week)).href()),
            })
        });
        Trend {
            title: format!("{metric}, {}", array_label(self.query.family)),
            unit: metric.unit(),
            weeks: points.collect(),
            n_drawn: WEEKS_DRAWN,
            notes: Vec::new(),
        }
    }

    /// Hour of day × day, of the ledgers of the window's shifts.
    pub(crate) fn hours(&self, ledgers: &[Ledger]) -> HourHeatMap {
        let family = self.query.family;
        let of = self.query.of_hours.unwrap_or(TimeOf::Science);
        let of_it = ledgers.iter().filter(|ledger| family.is_none_or(|family| ledger.family() == family));
        // The last shift may end after the window: what began in it belongs to it.
        let within = Interval::new(self.interval.start(), self.interval.end().plus(2 * DAY_S));
        let cells = within.map_or_else(BTreeMap::new, |within| by_hour(of_it, within));
        let midnight = |at: Instant| at.plus(-at.unix_seconds().rem_euclid(DAY_S));
        let last = cells.last_key_value().map(|(at, _)| midnight(*at));
        let days = cells.first_key_value().zip(last).map_or(0, |((at, _), last)| last.since(midnight(*at)) / DAY_S + 1);
        let first = cells.first_key_value().map(|(at, _)| midnight(*at));
        let day = |n: i64| {
            let start = first?.plus(n * DAY_S);
            let hour = |hour: i64| {
                let sums = cells.get(&start.plus(hour * HOUR_S)).copied().unwrap_or_default();
                let part_s = of.owners().iter().map(|&owner| sums.seconds(owner)).sum();
                Hour { shift_s: sums.shift_s(), part_s, href: None }
            };
            let interval = Interval::new(start, start.plus(DAY_S))?;
            let running = interval.holds(self.now) && self.as_of.is_some();
            Some(Day {
                midnight: start,
                hours: (0..24).map(hour).collect(),
                completeness: if running { Completeness::Running } else { Completeness::Complete },
                chosen: false,
                href: Some(EfficiencyQuery { by: None, ..self.query.at(Window::Between(interval)) }.href()),
            })
        };
        HourHeatMap {
            title: format!("Hours of {of}, {}, {}", array_label(family), self.query.window.words()),
            what: of.to_string(),
            days: (0..days).filter_map(day).collect(),
            lst: None,
            notes: Vec::new(),
        }
    }
}

/// `2022-W10`, `2022-03`, `2022-03-12`; of a piece of one of them the day on which it begins.
fn short(window: &Window) -> String {
    let text = window.to_string();
    match text.split_once("..") {
        Some((from, _)) => format!("{} …", from.split_once('T').map_or(from, |(day, _)| day)),
        None => text,
    }
}

/// Where bars lead together that are too many to lead alone: to their time, which the page then shows in shorter bars.
fn stretches(buckets: &[Bucket], there: &EfficiencyQuery) -> Vec<Stretch> {
    let n = buckets.len().div_ceil(DOORS_MAX);
    if n < 2 {
        return Vec::new();
    }
    // Shifts that start together stay together: a window takes the one and the other.
    let mut starts: Vec<usize> = Vec::new();
    for (at, bucket) in buckets.iter().enumerate() {
        let begins = at == 0 || buckets[at - 1].interval.start() < bucket.interval.start();
        if begins && starts.last().is_none_or(|&last| at - last >= n) {
            starts.push(at);
        }
    }
    let last_end = buckets.iter().map(|bucket| bucket.interval.end()).max();
    let stretch = |(nth, &from): (usize, &usize)| {
        let to = starts.get(nth + 1).copied();
        let end = to.and_then(|to| buckets.get(to)).map(|next| next.interval.start()).or(last_end)?;
        let interval = Interval::new(buckets.get(from)?.interval.start(), end)?;
        let href = there.at(Window::Between(interval)).href();
        Some(Stretch { buckets: from..to.unwrap_or(buckets.len()), href: Some(href) })
    };
    starts.iter().enumerate().filter_map(stretch).collect()
}

fn bucket(label: String, interval: Interval, sums: &Sums, completeness: Completeness, href: String) -> Bucket {
    let parts = Owner::ALL.iter().map(|&owner| (owner, sums.seconds(owner))).collect();
    Bucket { label, interval, parts, completeness, chosen: false, href: Some(href) }
}

/// Which findings the lost time is counted from: the gaps of these shifts that nobody dismissed.
pub(crate) fn losses_filter(query: &EfficiencyQuery, shifts: &[(Id, Interval)]) -> Option<Filter> {
    let states = [State::Open, State::Confirmed, State::Snoozed].map(What::State);
    let family = query.family.map(|family| What::Family(Some(family)));
    Some(Filter::of(of_shifts(shifts)?.into_iter().chain(family).chain([What::Class(Class::Gap)]).chain(states)))
}

/// Lost time by type, from how many findings of each type there are and how long they last.
pub(crate) fn lost(query: &EfficiencyQuery, filter: &Filter, by_kind: &[(FindingType, i64, i64)]) -> LostTime {
    let loss = |&(kind, n_findings, seconds): &(FindingType, i64, i64)| {
        let mut of_kind = filter.clone();
        of_kind.terms.push(What::Kind(kind).into());
        let href = TriageQuery::default().filtered(of_kind).href();
        Loss { label: kind.to_string(), seconds, n_findings, href: Some(href) }
    };
    LostTime {
        title: format!("Lost time by type, {}, {}", array_label(query.family), query.window.words()),
        losses: by_kind.iter().map(loss).collect(),
    }
}

impl Charts {
    /// All drawings of a page, with the notes of its time on those that have a line of time.
    pub(crate) fn new(
        (mut owners, by, behind, mut trend, metric): (TimeOwners, By, Vec<String>, Trend, Metric),
        mut hours: Option<HourHeatMap>,
        of_hours: TimeOf,
        lost: LostTime,
        divided: Option<(Breakdown, Divider)>,
        notes: &[Note],
    ) -> Self {
        let mark = |(number, note): (u32, &Note)| Mark {
            number,
            text: note.body.text.to_string(),
            span: Span::from(note.body.interval),
            href: Some("/efficiency/notes".to_owned()),
        };
        let marks: Vec<Mark> = (1..).zip(notes).map(mark).collect();
        owners.notes.clone_from(&marks);
        trend.notes.clone_from(&marks);
        if let Some(hours) = &mut hours {
            hours.notes = marks;
        }
        Self { owners, by, behind, trend, metric, hours, of_hours, lost, divided }
    }

    /// One drawing by its name, at the width of a page; `None` for another name, and where it is not drawn.
    pub(crate) fn drawing(&self, name: &str) -> Option<Result<String, ChartError>> {
        match name {
            "owners" => Some(time_owners::svg(&self.owners, WIDE_PX)),
            "hours" => self.hours.as_ref().map(|hours| hour_heat_map::svg(hours, WIDE_PX)),
            "trend" => Some(trend::svg(&self.trend, WIDE_PX)),
            "lost-time" => Some(lost_time::svg(&self.lost, WIDE_PX)),
            "divided" => self.divided.as_ref().map(|(divided, _)| breakdown::svg(divided, WIDE_PX)),
            _ => None,
        }
    }
}

impl Charts {
    /// All of them at one width, each with its heading and its sentence.
    pub(crate) fn drawings(&self, width_px: u32) -> Result<Vec<Drawn>, ChartError> {
        let drawn = |title: &str, sentence: String, svg: Result<String, ChartError>| {
            Ok(Drawn { title: title.to_owned(), sentence, svg: svg? })
        };
        let owners = drawn(OWNERS, time_owners::sentence(&self.owners), time_owners::svg(&self.owners, width_px));
        let hours = self
            .hours
            .as_ref()
            .map(|hours| drawn(HOURS, hour_heat_map::sentence(hours), hour_heat_map::svg(hours, width_px)));
        let trend = drawn(TREND, trend::sentence(&self.trend), trend::svg(&self.trend, width_px));
        let lost = drawn(LOST, lost_time::sentence(&self.lost), lost_time::svg(&self.lost, width_px));
        let divided = self
            .divided
            .as_ref()
            .map(|(divided, _)| drawn(&divided.title, breakdown::sentence(divided), breakdown::svg(divided, width_px)));
        [Some(owners), hours, Some(trend), Some(lost), divided].into_iter().flatten().collect()
    }
}

/// The headings of the drawings.
const OWNERS: &str = "Where the time went";
const HOURS: &str = "By hour of the day";
const TREND: &str = "Week by week";
const LOST: &str = "Lost time by type of finding";
const DIVIDED: &str = "By band, configuration, grade";

/// The drawings as parts of the page.
pub(super) fn sections(charts: &Charts, query: &EfficiencyQuery) -> impl IntoView + use<> {
    let owners = figure(
        ("owners", OWNERS),
        query,
        |width| time_owners::svg(&charts.owners, width),
        time_owners::sentence(&charts.owners),
        &time_owners::table(&charts.owners),
        (cuts(charts, query).into_any(), bar_sums(charts).into_any()),
    );
    let hours = match &charts.hours {
        Some(hours) => figure(
            ("hours", HOURS),
            query,
            |width| hour_heat_map::svg(hours, width),
            hour_heat_map::sentence(hours),
            &hour_heat_map::table(hours),
            (uses(charts, query).into_any(), ().into_any()),
        ),
        None => ().into_any(),
    };
    let trend = figure(
        ("trend", TREND),
        query,
        |width| trend::svg(&charts.trend, width),
        trend::sentence(&charts.trend),
        &trend::table(&charts.trend),
        (which_number(charts.metric, query).into_any(), ().into_any()),
    );
    let lost = figure(
        ("lost-time", LOST),
        query,
        |width| lost_time::svg(&charts.lost, width),
        lost_time::sentence(&charts.lost),
        &lost_time::table(&charts.lost),
        (().into_any(), ().into_any()),
    );
    let divided = match &charts.divided {
        Some((divided, by)) => figure(
            ("divided", DIVIDED),
            query,
            |width| breakdown::svg(divided, width),
            breakdown::sentence(divided),
            &breakdown::table(divided),
            (dividers(*by, query).into_any(), ().into_any()),
        ),
        None => ().into_any(),
    };
    view! { {owners}{hours}{trend}{lost}{divided} }.into_any()
}

/// A drawing with its head, its choices, its sentence, its table and itself as a file.
fn figure(
    (name, title): (&'static str, &'static str),
    query: &EfficiencyQuery,
    draw: impl Fn(u32) -> Result<String, ChartError>,
    sentence: String,
    table: &Table,
    (choices, sums): (AnyView, AnyView),
) -> AnyView {
    let drawn = |width| draw(width).unwrap_or_else(|why| format!("<p>This is not drawn: {why}.</p>"));
    let file = |extension: &str| query.file_href(&format!("/efficiency/chart/{name}.{extension}"));
    view! {
        <section class="figure" id=name>
            <header><h2>{title}</h2>{choices}</header>
            <div class="wide" inner_html=drawn(WIDE_PX)></div>
            <div class="narrow" inner_html=drawn(NARROW_PX)></div>
            <p class="sentence">{sentence}</p>
            {sums}
            <details class="as-table">
                <summary>"The same as a table"</summary>
                <div class="scrolls" tabindex="0">{as_table(table)}</div>
            </details>
            <p class="as-file">
                "The drawing as "<a href=file("svg") download="">"SVG"</a>" · "<a href=file("png") download="">"PNG"</a>
            </p>
        </section>
    }
    .into_any()
}

fn as_table(table: &Table) -> impl IntoView + use<> {
    let heads = table.head.iter().enumerate().map(|(at, head)| {
        let class = if at > 0 { "num" } else { "" };
        view! { <th scope="col" class=class>{head.clone()}</th> }
    });
    let heads = heads.collect_view();
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(at, cell)| {
            let text = cell.text.clone();
            let inside = match cell.href.clone() {
                Some(href) => view! { <a href=href>{text}</a> }.into_any(),
                None => text.into_any(),
            };
            if at == 0 {
                view! { <th scope="row">{inside}</th> }.into_any()
            } else {
                view! { <td class="num">{inside}</td> }.into_any()
            }
        });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    view! { <table><thead><tr>{heads}</tr></thead><tbody>{rows.collect_view()}</tbody></table> }
}

/// Shift by shift, or by day, week or month.
fn cuts(charts: &Charts, query: &EfficiencyQuery) -> impl IntoView + use<> {
    let is_one_shift = matches!(query.window, Window::Shift(_) | Window::LastShift);
    let link = |&by: &By| {
        let there = EfficiencyQuery { by: Some(by), ..query.clone() }.href();
        let words = match by {
            By::Shift => "By shift",
            By::Day => "By day",
            By::Week => "By week",
            By::Month => "By month",
        };
        view! { <a href=there + "#owners" aria-current=(by == charts.by).then_some("true")>{words}</a> }
    };
    (!is_one_shift)
        .then(|| view! { <nav class="choice" aria-label="Bars">{By::ALL.iter().map(link).collect_view()}</nav> })
}

/// The sum under each bar, as it adds up; its name leads to the rows.
fn bar_sums(charts: &Charts) -> impl IntoView + use<> {
    let lines: Vec<_> = charts
        .owners
        .buckets
        .iter()
        .zip(&charts.behind)
        .map(|(bucket, href)| {
            view! { <li><a href=href.clone()>{bucket.label.clone()}</a>" "<span class="num">{time_owners::sum(bucket)}</span></li> }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <details class="as-table">
                <summary>"The sum of each bar, and the rows behind it"</summary>
                <ul class="bar-sums">{lines}</ul>
            </details>
        }
    })
}

/// What the hours are looked at for.
fn uses(charts: &Charts, query: &EfficiencyQuery) -> impl IntoView + use<> {
    let link = |&of: &TimeOf| {
        let there = EfficiencyQuery { of_hours: Some(of), ..query.clone() }.href();
        view! { <a href=there + "#hours" aria-current=(of == charts.of_hours).then_some("true")>{of.label()}</a> }
    };
    view! { <nav class="choice" aria-label="What the hours show">{TimeOf::ALL.iter().map(link).collect_view()}</nav> }
}

/// What divides the hours of executions.
fn dividers(by: Divider, query: &EfficiencyQuery) -> impl IntoView + use<> {
    let link = |&each: &Divider| {
        let there = EfficiencyQuery { divide: Some(each), ..query.clone() }.href();
        let words = match each {
            Divider::Band => "By band",
            Divider::Configuration => "By configuration",
            Divider::Grade => "By grade",
        };
        view! { <a href=there + "#divided" aria-current=(each == by).then_some("true")>{words}</a> }
    };
    view! { <nav class="choice" aria-label="What divides the hours">{Divider::ALL.iter().map(link).collect_view()}</nav> }
}

/// The number whose hours are divided: the one that is looked at, if executions own its time, else what passed.
pub(crate) fn divided_number(query: &EfficiencyQuery) -> Metric {
    query.number.filter(|number| number.of_executions().is_some()).unwrap_or(Metric::Pass)
}

/// The hours of a number, divided; each bar leads to its rows.
pub(crate) fn divided(query: &EfficiencyQuery, metric: Metric, by: Divider, parts: Vec<(Division, i64)>) -> Breakdown {
    let part = |(division, seconds): (Division, i64)| {
        let label = division.words();
        let there = EfficiencyQuery { division: Some(division), ..query.into_number(metric) }.rows_href();
        breakdown::Part { label, seconds, href: Some(there) }
    };
    Breakdown {
        title: format!("{metric} by {by}, {}, {}", array_label(query.family), query.window.words()),
        by: match by {
            Divider::Band => "Band",
            Divider::Configuration => "Configuration",
            Divider::Grade => "Grade",
        }
        .to_owned(),
        parts: parts.into_iter().map(part).collect(),
    }
}

/// Whose trend is drawn.
fn which_number(metric: Metric, query: &EfficiencyQuery) -> impl IntoView + use<> {
    let kept = EfficiencyQuery { number: None, ..query.clone() }.pairs();
    let hidden = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let options = Metric::ALL.iter().map(|&each| {
        view! { <option value=each.word() selected=each == metric>{each.label()}</option> }
    });
    view! {
        <form class="which-number" method="get" action="/efficiency#trend">
            {hidden.collect_view()}
            <select name="number" aria-label="Number">{options.collect_view()}</select>
            <button>"Show"</button>
        </form>
    }
}
