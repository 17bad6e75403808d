//! The efficiency pages, made by the server: what they show, and the HTML that shows it.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// Which of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    /// The table of the numbers.
    Numbers,
    /// The rows behind one of them.
    Rows,
    /// Two windows side by side.
    Comparison,
    /// The notes.
    Notes,
}

/// A page as HTML, for the query string of its address.
#[server(prefix = "/_fn", endpoint = "efficiency", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn efficiency(page: Page, search: String) -> Result<String, AppError> {
    use super::refusal::answered;
    use crate::query::efficiency::read;
    use crate::query::pairs;

    let reading = read(pairs(&search));
    let made = match page {
        Page::Numbers => made::numbers(reading).await,
        Page::Rows => made::rows(reading).await,
        Page::Comparison => made::comparison(reading).await,
        Page::Notes => made::notes().await,
    };
    answered(made)
}

/// A picture of the wall as HTML, for the query string of its address.
#[server(prefix = "/_fn", endpoint = "wall", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn wall(search: String) -> Result<String, AppError> {
    use super::refusal::answered;

    answered(made::wall(crate::pages::wall::WallQuery::read(&search)).await)
}

/// A drawing of the page of a window as a file, with its colours in it; `None` where there is none of that name. The server's own
/// door to it; parameters that are not understood are left out, as on the page.
#[cfg(feature = "ssr")]
pub async fn chart(
    store: &store::Store,
    now: domain::time::Instant,
    name: &str,
    search: &str,
) -> Result<Option<String>, AppError> {
    let reading = crate::query::efficiency::read(crate::query::pairs(search));
    made::chart(store, now, name, &reading.query).await
}

#[cfg(feature = "ssr")]
pub(super) mod made {
    use domain::efficiency::window::{By, LAST_WEEKS_SHIFTS, Window};
    use domain::efficiency::{
        Divider, Division, Divisions, Metric, Part, ShiftSums, Sums, TimeOf, before, behind, beside, divided,
        in_window, incomplete, table,
    };
    use domain::facts::{Facts, Id};
    use domain::family::Family;
    use domain::ledger::Log;
    use domain::people::Right;
    use domain::time::{Instant, Interval};
    use domain::triage::filter::Week;
    use store::{Shifts, Store};

    use crate::api::person::current;
    use crate::api::refusal::{now, store};
    use crate::error::AppError;
    use crate::pages::efficiency::charts::{self as drawn, Charts, Frame, losses_filter, lost};
    use crate::pages::efficiency::chooser::Around;
    use crate::pages::efficiency::comparison::{self, Comparison};
    use crate::pages::efficiency::numbers::{self, Numbers};
    use crate::pages::efficiency::rows::{self, Behind, Rows, adds};
    use crate::pages::efficiency::table::Marked;
    use crate::pages::wall::{self, Picture, WallColumn, WallQuery};
    use crate::query::efficiency::{EfficiencyQuery, Reading};

    /// What is large on the wall.
    const WALL_NUMBERS: [Metric; 6] = [
        Metric::OperationEfficiency,
        Metric::ObservationEfficiency,
        Metric::Pass,
        Metric::Weather,
        Metric::Technical,
        Metric::Remaining,
    ];
    /// The width of its drawings \[px\], which the style sheet makes as wide as the wall, or as half of it: the smaller, the larger
    /// their type.
    const WALL_PX: u32 = 1_000;
    const HALF_WALL_PX: u32 = 560;

    /// More ledgers than this are read shift by shift and not fact by fact (our own choice: some six weeks of three families).
    const FACTS_MAX_LEDGERS: usize = 250;

    fn may_annotate() -> bool {
        current().is_some_and(|user| user.role.may(Right::Annotate))
    }

    /// Where a window stands among the shifts.
    fn around(all: &Shifts<'_>, query: &EfficiencyQuery) -> Around {
        let window = &query.window;
        let beside = |forward| beside(&all.shifts, window, query.family, forward, all.now);
        // A window that is a shift has the time of that shift.
        let of_shifts = || {
            let these = in_window(&all.shifts, window, all.now);
            let these = these.iter().filter(|sums| query.family.is_none_or(|family| sums.family == family));
            let (start, end) = (these.clone().map(|sums| sums.start).min()?, these.map(|sums| sums.end).max()?);
            Interval::new(start, end)
        };
        Around {
            interval: window.interval(all.now).or_else(of_shifts),
            previous: beside(false),
            next: beside(true),
            latest: all.shifts.last().map(|sums| sums.start),
            now: all.now,
        }
    }

    pub(super) async fn numbers(reading: Reading) -> Result<String, AppError> {
        let (store, now) = (store()?, now()?);
        let Reading { query, bad, .. } = reading;
        let known = |all: &Shifts<'_>| {
            let marked = table(&all.shifts, &query.window, query.family, all.now).into_iter().map(|column| {
                let of = column.family;
                let without = &all.without_ledger;
                let incomplete = incomplete(&all.shifts, without, &query.window, of, all.as_of, all.now);
                Marked { column, incomplete }
            });
            (around(all, &query), marked.collect(), all.as_of)
        };
        let (around, columns, as_of) = store.shift_sums(now, known).await?;
        let notes = notes_on(&store, around.interval, query.family).await?;
        let charts = charts(&store, now, &query, &notes).await?;
        let may_annotate = may_annotate();
        Ok(numbers::html(Numbers { query, bad, around, columns, charts, as_of, notes, may_annotate }))
    }

    /// The drawings of a window; `None` where no shift is in it.
    pub(in crate::api) async fn charts(
        store: &Store,
        now: Instant,
        query: &EfficiencyQuery,
        notes: &[domain::note::Note],
    ) -> Result<Option<Charts>, AppError> {
        let of_sums = |all: &Shifts<'_>| {
            let interval = around(all, query).interval?;
            let (shifts, as_of, now) = (&all.shifts[..], all.as_of, all.now);
            let frame = Frame { query, interval, shifts, as_of, now };
            let mut chosen = in_window(&all.shifts, &query.window, all.now);
            chosen.retain(|sums| query.family.is_none_or(|family| sums.family == family));
            let chosen: Vec<(Id, Interval)> = chosen
                .iter()
                .filter_map(|sums| Some((sums.shift.clone(), Interval::new(sums.start, sums.end)?)))
                .collect();
            (!chosen.is_empty()).then(|| (frame.of_sums(), frame.shows_hours(), interval, chosen, as_of, now))
        };
        let Some((of_sums, shows_hours, interval, chosen, as_of, now)) = store.shift_sums(now, of_sums).await? else {
            return Ok(None);
        };
        let hours = if shows_hours {
            let mut ledgers = store.ledgers(interval, now).await?;
            let ids: std::collections::HashSet<&Id> = chosen.iter().map(|(id, _)| id).collect();
            ledgers.retain(|ledger| ids.contains(ledger.shift()));
            Some(Frame { query, interval, shifts: &[], as_of, now }.hours(&ledgers))
        } else {
            None
        };
        let lost = match losses_filter(query, &chosen) {
            Some(filter) => {
                let by_kind = store.asked(|columns| columns.by_kind(&columns.view(&filter, &[], None))).await?;
                lost(query, &filter, &by_kind)
            }
            None => lost(query, &domain::triage::filter::Filter::default(), &[]),
        };
        let of_hours = query.of_hours.unwrap_or(TimeOf::Science);
        let by = query.divide.unwrap_or(Divider::Band);
        let divided = divided_hours(store, now, query, by, &chosen).await?;
        let divided = divided.map(|parts| (drawn::divided(query, drawn::divided_number(query), by, parts), by));
        Ok(Some(Charts::new(of_sums, hours, of_hours, lost, divided, notes)))
    }

    /// The hours of a number of executions, divided; `None` where the executions are too many to read.
    async fn divided_hours(
        store: &Store,
        now: Instant,
        query: &EfficiencyQuery,
        by: Divider,
        chosen: &[(Id, Interval)],
    ) -> Result<Option<Vec<(Division, i64)>>, AppError> {
        if chosen.len() > FACTS_MAX_LEDGERS {
            return Ok(None);
        }
        let ids: Vec<Id> = chosen.iter().map(|(id, _)| id.clone()).collect();
        let facts = store.facts_of_shifts(&ids).await?;
        let divisions = divisions(store, &facts, chosen).await?;
        let log = Log::new(&facts, now);
        let is_chosen = |id: &Id, family: Family| query.family.is_none_or(|only| only == family) && ids.contains(id);
        let measure = drawn::divided_number(query).ratio().parts().next();
        let rows = measure.map(|measure| behind(&log, measure, is_chosen)).unwrap_or_default();
        Ok(Some(divided(&rows, by, &divisions)))
    }

    /// What divides the executions of these shifts.
    async fn divisions(store: &Store, facts: &Facts, chosen: &[(Id, Interval)]) -> Result<Divisions, AppError> {
        let start = chosen.iter().map(|(_, interval)| interval.start()).min();
        let end = chosen.iter().map(|(_, interval)| interval.end()).max();
        match start.zip(end).and_then(|(start, end)| Interval::new(start, end)) {
            Some(within) => Ok(store.divisions(&facts.executions, within).await?),
            None => Ok(Divisions::default()),
        }
    }

    /// One drawing as a file, for the query string of the page that shows it; `None` where there is none of that name.
    pub(super) async fn chart(
        store: &Store,
        now: Instant,
        name: &str,
        query: &EfficiencyQuery,
    ) -> Result<Option<String>, AppError> {
        let interval = store.shift_sums(now, |all| around(all, query).interval).await?;
        let notes = notes_on(store, interval, query.family).await?;
        let charts = charts(store, now, query, &notes).await?;
        match charts.and_then(|charts| charts.drawing(name)) {
            Some(Ok(svg)) => Ok(Some(charts::standalone::standalone(&svg, charts::theme::Theme::Print))),
            Some(Err(why)) => {
                tracing::error!(name, %why, "a drawing could not be made");
                Err(AppError::Internal { ticket: name.to_owned() })
            }
            None => Ok(None),
        }
    }

    /// The last shift; last week's shifts; and what they lost and how they compare.
    pub(super) async fn wall(asked: WallQuery) -> Result<String, AppError> {
        let (store, now) = (store()?, now()?);
        // Where nothing came in for a week, the last week that the log knows.
        let of_week = |all: &Shifts<'_>| {
            let latest = all.shifts.last().map(|sums| sums.start);
            let is_known = !in_window(&all.shifts, &LAST_WEEKS_SHIFTS, all.now).is_empty();
            latest.filter(|_| !is_known).and_then(Week::of).map_or(LAST_WEEKS_SHIFTS, Window::Week)
        };
        let window = if asked.show == 0 { Window::LastShift } else { store.shift_sums(now, of_week).await? };
        let query =
            EfficiencyQuery { by: (asked.show != 0).then_some(By::Day), ..EfficiencyQuery::default().at(window) };
        let columns = |all: &Shifts<'_>| {
            let columns = table(&all.shifts, &query.window, None, all.now);
            let columns = columns.into_iter().filter(|column| column.part.n_shifts > 0 || column.family.is_none());
            let columns = columns.map(|column| {
                let of = column.family;
                let incomplete = incomplete(&all.shifts, &all.without_ledger, &query.window, of, all.as_of, all.now);
                let (these, those) = (&column.part.sums, &column.before.sums);
                let number = |&metric: &Metric| (metric, metric.thousandths(these), metric.change(those, these));
                WallColumn { family: of, numbers: WALL_NUMBERS.iter().map(number).collect(), incomplete }
            });
            (columns.collect::<Vec<_>>(), around(all, &query).interval)
        };
        let (columns, interval) = store.shift_sums(now, columns).await?;
        let notes = notes_on(&store, interval, None).await?;
        let Some(charts) = charts(&store, now, &query, &notes).await? else { return Ok(wall::html(asked, None)) };
        // Where the time went below the numbers; the other drawings have a picture of their own.
        let below = asked.show != 2;
        let drawings = charts.drawings(if below { WALL_PX } else { HALF_WALL_PX }).map_err(|why| {
            tracing::error!(%why, "a picture of the wall could not be drawn");
            AppError::Internal { ticket: "wall".to_owned() }
        })?;
        let drawings = drawings.into_iter().enumerate().filter(|(at, _)| (*at == 0) == below).map(|(_, drawn)| drawn);
        let time = interval.map(|i| format!("{} to {} UTC", i.start().for_people(), i.end().for_people()));
        let picture = Picture {
            title: query.window.words(),
            time: time.unwrap_or_default(),
            columns: if below { columns } else { Vec::new() },
            drawings: drawings.collect(),
        };
        Ok(wall::html(asked, Some(picture)))
    }

    /// The notes that cover the time, of one family or of all.
    pub(in crate::api) async fn notes_on(
        store: &Store,
        interval: Option<Interval>,
        family: Option<Family>,
    ) -> Result<Vec<domain::note::Note>, AppError> {
        let Some(interval) = interval else { return Ok(Vec::new()) };
        let mut notes = store.notes(Some(interval)).await?;
        notes.retain(|note| note.covers(interval, family));
        Ok(notes)
    }

    pub(super) async fn rows(reading: Reading) -> Result<String, AppError> {
        let (store, now) = (store()?, now()?);
        let Reading { mut query, bad, .. } = reading;
        let metric = query.number.unwrap_or(Metric::ShiftDuration);
        query.number = Some(metric);
        let chosen = |all: &Shifts<'_>| {
            let these = in_window(&all.shifts, &query.window, all.now).into_iter();
            let these = these.filter(|sums| query.family.is_none_or(|family| sums.family == family));
            (around(all, &query), these.cloned().collect::<Vec<ShiftSums>>(), all.now)
        };
        let (around, chosen, now) = store.shift_sums(now, chosen).await?;
        let sums = chosen.iter().map(|shift| shift.sums).sum();
        let shifts = chosen.iter().filter_map(|sums| Some((sums.shift.clone(), Interval::new(sums.start, sums.end)?)));
        let shifts: Vec<(Id, Interval)> = shifts.collect();
        let measures = metric.ratio().parts();
        if chosen.len() > FACTS_MAX_LEDGERS {
            query.division = None;
            let parts = measures
                .map(|measure| (measure, Rows::Shifts(chosen.iter().filter_map(|sums| adds(measure, sums)).collect())))
                .collect();
            return Ok(rows::html(Behind { query, metric, bad, around, sums, parts, shifts }));
        }
        let ids: Vec<Id> = chosen.iter().map(|sums| sums.shift.clone()).collect();
        let facts = store.facts_of_shifts(&ids).await?;
        let log = Log::new(&facts, now);
        let is_chosen = |id: &Id, family: Family| chosen.iter().any(|sums| sums.family == family && sums.shift == *id);
        let mut parts: Vec<_> = measures.map(|measure| (measure, behind(&log, measure, is_chosen))).collect();
        let mut sums = sums;
        // Hours of executions are divided; anything else is not.
        if let Some(division) = query.division.take()
            && metric.of_executions().is_some()
            && let [(_, rows)] = &mut parts[..]
        {
            let divisions = divisions(&store, &facts, &shifts).await?;
            rows.retain(|row| divisions.of(division.by, row).as_ref() == Some(&division));
            // The number of this part alone, so that the rows still sum to what stands above them.
            sums = Sums::of_rows(rows);
            query.division = Some(division);
        }
        let parts = parts.into_iter().map(|(measure, rows)| (measure, Rows::Facts(rows))).collect();
        Ok(rows::html(Behind { query, metric, bad, around, sums, parts, shifts }))
    }

    pub(super) async fn comparison(reading: Reading) -> Result<String, AppError> {
        let (store, now) = (store()?, now()?);
        let Reading { query, bad, .. } = reading;
        let previous = query.window.previous(now);
        let against = query.against.clone().or_else(|| previous.clone());
        let parts = |all: &Shifts<'_>| {
            let part = |shifts: &[&ShiftSums]| Part::of(shifts, query.family);
            let a = part(&in_window(&all.shifts, &query.window, all.now));
            let b = match &against {
                Some(against) => part(&in_window(&all.shifts, against, all.now)),
                None => part(&before(&all.shifts, &query.window, all.now)),
            };
            (a, b)
        };
        let (a, b) = store.shift_sums(now, parts).await?;
        Ok(comparison::html(Comparison { query, against, bad, previous, a, b }))
    }

    pub(super) async fn notes() -> Result<String, AppError> {
        let notes = store()?.notes(None).await?;
        Ok(crate::pages::efficiency::notes::html(&notes, may_annotate()))
    }
}
