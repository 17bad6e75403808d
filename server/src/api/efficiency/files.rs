//! The tables of the efficiency pages as files: the same figures to the last digit.

use app::definition::definition;
use app::query::efficiency::EfficiencyQuery;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::efficiency::window::By;
use domain::efficiency::{
    Divisions, Measure, Metric, Row, ShiftSums, Sums, Unit, What, before, behind, in_window, table, tiled, total,
};
use domain::facts::Id;
use domain::family::Family;
use domain::ledger::{Log, Owner};
use domain::report::in_a_file_name;
use domain::time::Interval;
use http::{HeaderValue, Uri, header};
use store::Shifts;

use super::super::parameters::Parameters;
use super::super::problem::{ErrorBody, Problem};
use crate::export::Format;
use crate::export::table::{Cell, Kind, Table};
use crate::router::AppState;

/// The most rows that are looked up behind a number at once (our own choice: a year of three families has some 3,000 ledgers).
const LEDGERS_MAX: usize = 4_000;

/// A table of a window as a file: `numbers`, `shifts`, `parts`, `rows` or `comparison`, then `.csv`, `.parquet` or `.json`.
///
/// `numbers`: the 19 numbers, each with the window before and the change. `shifts`: a row for each shift and family. `parts`: the
/// window cut `by` day, week or month, a row for each part and family. `rows`: the executions, downtimes, idle runs or shifts
/// behind a `number`; those of a rate's numerator and then those of its denominator. `comparison`: `window` beside `b`. Hours have
/// 3 decimals and rates up to 3, as on the page; an empty cell, or null, is a rate of nothing. A CSV is safe to open in a
/// spreadsheet.
#[utoipa::path(
    get,
    path = "/efficiency/{file}",
    tag = "efficiency",
    params(
        ("file" = String, Path, description = "Such as `numbers.csv`"),
        ("window" = Option<String>, Query, description = "Which shifts: `last-shift`, `shift:ID`, `7d`, `2022-W10`, `2022-03`, `cycle:2021`, `2022-03-12` or `2022-03-12T21:00..2022-03-13`"),
        ("family" = Option<String>, Query, description = "`12m`, `7m` or `tp`; all unless given"),
        ("by" = Option<String>, Query, description = "Of `parts`: `day`, `week` or `month`; what suits the window's length unless given"),
        ("number" = Option<String>, Query, description = "Of `rows`: the number, such as `weather-downtime`"),
        ("of" = Option<String>, Query, description = "Of `rows` behind hours of executions: one part of them, such as `band:6`, `configuration:C-3` or `grade:A`; `-` is what the log does not say"),
        ("b" = Option<String>, Query, description = "Of `comparison`: the second window; the one before unless given"),
    ),
    responses(
        (status = 200, body = String, content_type = "text/csv", description = "The file, in the type that its name says"),
        (status = 400, body = ErrorBody, description = "A parameter is wrong; `field` names it"),
        (status = 404, body = ErrorBody, description = "There is no such table"),
        (status = 503, body = ErrorBody, description = "The database does not answer"),
    )
)]
pub(crate) async fn file(
    State(state): State<AppState>,
    Path(file): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let no_such = || {
        Problem::not_found(
            "such table; there are numbers, shifts, parts, rows and comparison, as .csv, .parquet or .json",
        )
    };
    let (name, extension) = file.split_once('.').ok_or_else(no_such)?;
    let format = [Format::Csv, Format::Parquet, Format::Json].into_iter().find(|f| f.extension() == extension);
    let format = format.ok_or_else(no_such)?;
    let query = Parameters::of(&uri)?.efficiency()?;
    if name != "rows" && query.division.is_some() {
        return Err(Problem::invalid("of", "only the rows behind a number are divided"));
    }
    let now = (state.clock.0)();
    let table = match name {
        "numbers" => state.store.shift_sums(now, |all| numbers(all, &query)).await?,
        "shifts" => state.store.shift_sums(now, |all| shifts(all, &query)).await?,
        "parts" => state.store.shift_sums(now, |all| parts(all, &query)).await??,
        "comparison" => state.store.shift_sums(now, |all| comparison(all, &query)).await?,
        "rows" => rows(&state, &query).await?,
        _ => return Err(no_such()),
    };
    let bytes = table.file(format).map_err(|error| {
        tracing::error!(%error, extension, "a table could not be written");
        Problem::unwritten()
    })?;
    let name =
        format!("attachment; filename=\"shiftdesk-{name}-{}.{extension}\"", in_a_file_name(&query.window.to_string()));
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// The families of a file, in the order of the page's columns.
fn families(query: &EfficiencyQuery) -> Vec<Option<Family>> {
    match query.family {
        Some(family) => vec![Some(family)],
        None => Family::ALL.into_iter().map(Some).chain([None]).collect(),
    }
}

fn label(family: Option<Family>) -> &'static str {
    family.map_or("all", Family::label)
}

fn figure(metric: Metric, thousandths: Option<i64>) -> Cell {
    thousandths.map_or(Cell::Missing, |thousandths| Cell::Figure(metric.spelled(Some(thousandths))))
}

const fn unit(metric: Metric) -> &'static str {
    match metric.unit() {
        Unit::Hours => "h",
        Unit::Percent => "%",
        Unit::Fraction => "1",
    }
}

/// What a row of numbers begins with: label, unit, version of the definition.
fn about(metric: Metric) -> Vec<Cell> {
    let version = definition(metric).map_or(Cell::Missing, |definition| Cell::Whole(definition.version.into()));
    vec![Cell::Text(metric.to_string()), Cell::Text(unit(metric).to_owned()), version]
}

fn about_heads() -> Table {
    Table::default().with("number", Kind::Text).with("unit", Kind::Text).with("definition_version", Kind::Whole)
}

fn numbers(all: &Shifts<'_>, query: &EfficiencyQuery) -> Table {
    let columns = table(&all.shifts, &query.window, query.family, all.now);
    let mut table = columns.iter().fold(about_heads(), |table, column| {
        let family = label(column.family);
        let with = |table: Table, what: &str| table.with(format!("{family}{what}"), Kind::Figure);
        with(with(with(table, ""), " before"), " change")
    });
    for &metric in Metric::ALL {
        let cells = columns.iter().flat_map(|column| {
            let (now, was) = (&column.part.sums, &column.before.sums);
            let of = |sums: &Sums| figure(metric, metric.thousandths(sums));
            [of(now), of(was), figure(metric, metric.change(was, now))]
        });
        table.rows.push(about(metric).into_iter().chain(cells).collect());
    }
    table
}

/// The 19 numbers and the seconds of the ledger, as columns.
fn sum_heads(table: Table) -> Table {
    let table = Metric::ALL.iter().fold(table, |table, metric| table.with(metric.label(), Kind::Figure));
    let table = table.with("shift_s", Kind::Whole);
    let table = Owner::ALL.iter().fold(table, |table, owner| table.with(format!("{owner} [s]"), Kind::Whole));
    ["undetermined_s", "n_pass", "n_pending", "n_semipass", "n_fail"]
        .into_iter()
        .fold(table, |table, name| table.with(name, Kind::Whole))
}

fn sum_cells(sums: &Sums) -> Vec<Cell> {
    let metrics = Metric::ALL.iter().map(|&metric| figure(metric, metric.thousandths(sums)));
    let owners = Owner::ALL.iter().map(|&owner| sums.seconds(owner));
    let counts = [sums.undetermined_s, sums.n_pass, sums.n_pending, sums.n_semipass, sums.n_fail];
    metrics.chain([sums.shift_s()].into_iter().chain(owners).chain(counts).map(Cell::Whole)).collect()
}

fn shifts(all: &Shifts<'_>, query: &EfficiencyQuery) -> Table {
    let table = Table::default().with("shift_id", Kind::Text).with("family", Kind::Text);
    let table = table.with("start", Kind::Time).with("end", Kind::Time).with("running", Kind::Text);
    let mut table = sum_heads(table);
    for shift in chosen(all, query) {
        let about = [
            Cell::Text(shift.shift.to_string()),
            Cell::Text(shift.family.to_string()),
            Cell::Time(shift.start),
            Cell::Time(shift.end),
            Cell::Text(if shift.running { "yes" } else { "no" }.to_owned()),
        ];
        table.rows.push(about.into_iter().chain(sum_cells(&shift.sums)).collect());
    }
    table
}

/// The shifts of the window, of the family that is asked for.
fn chosen<'a>(all: &Shifts<'a>, query: &EfficiencyQuery) -> Vec<&'a ShiftSums> {
    let mut chosen = in_window(&all.shifts, &query.window, all.now);
    chosen.retain(|shift| query.family.is_none_or(|family| shift.family == family));
    chosen
}

fn parts(all: &Shifts<'_>, query: &EfficiencyQuery) -> Result<Table, Problem> {
    /// More rows are a mistake: ten years by day are 15,000.
    const TILES_MAX: usize = 20_000;
    let interval = query.window.interval(all.now);
    let interval = interval.ok_or_else(|| Problem::invalid("window", "one shift is not cut; ask for shifts.csv"))?;
    let by = match query.by.unwrap_or(By::for_length(interval.seconds())) {
        By::Shift => By::Day,
        by => by,
    };
    if by.tiles(interval).len() > TILES_MAX {
        return Err(Problem::invalid("window", format!("it has more than {TILES_MAX} parts")));
    }
    let table = Table::default().with("window", Kind::Text).with("start", Kind::Time).with("end", Kind::Time);
    let mut table = sum_heads(table.with("family", Kind::Text));
    let by_family: Vec<_> =
        families(query).into_iter().map(|family| (family, tiled(&all.shifts, interval, by, family))).collect();
    for at in 0..by_family.first().map_or(0, |(_, tiles)| tiles.len()) {
        for (family, tiles) in &by_family {
            let Some((tile, sums)) = tiles.get(at) else { continue };
            let about = [
                Cell::Text(tile.window.to_string()),
                Cell::Time(tile.interval.start()),
                Cell::Time(tile.interval.end()),
                Cell::Text(label(*family).to_owned()),
            ];
            table.rows.push(about.into_iter().chain(sum_cells(sums)).collect());
        }
    }
    Ok(table)
}

fn comparison(all: &Shifts<'_>, query: &EfficiencyQuery) -> Table {
    let part = |shifts: &[&ShiftSums]| total(shifts, query.family);
    let against = query.against.clone().or_else(|| query.window.previous(all.now));
    let a = part(&in_window(&all.shifts, &query.window, all.now));
    let (b, words) = match against {
        Some(against) => (part(&in_window(&all.shifts, &against, all.now)), against.to_string()),
        None => (part(&before(&all.shifts, &query.window, all.now)), "the shift before".to_owned()),
    };
    let mut table = about_heads().with(query.window.to_string(), Kind::Figure).with(words, Kind::Figure);
    table = table.with("difference", Kind::Figure);
    for &metric in Metric::ALL {
        let figures = [metric.thousandths(&a), metric.thousandths(&b), metric.change(&b, &a)];
        table.rows.push(about(metric).into_iter().chain(figures.map(|it| figure(metric, it))).collect());
    }
    table
}

async fn rows(state: &AppState, query: &EfficiencyQuery) -> Result<Table, Problem> {
    let metric = query.number.ok_or_else(|| Problem::invalid("number", "it is missing; one is weather-downtime"))?;
    let known = |all: &Shifts<'_>| (chosen(all, query).into_iter().cloned().collect::<Vec<ShiftSums>>(), all.now);
    let (chosen, now) = state.store.shift_sums((state.clock.0)(), known).await?;
    if chosen.len() > LEDGERS_MAX {
        let why = format!("it has {} ledgers; rows are looked up in at most {LEDGERS_MAX}", chosen.len());
        return Err(Problem::invalid("window", why));
    }
    if query.division.is_some() && metric.of_executions().is_none() {
        return Err(Problem::invalid("of", "only hours of executions are divided, such as those of qa0-pass"));
    }
    let ids: Vec<Id> = chosen.iter().map(|sums| sums.shift.clone()).collect();
    let facts = state.store.facts_of_shifts(&ids).await?;
    let within = chosen.iter().map(|sums| sums.start).min().zip(chosen.iter().map(|sums| sums.end).max());
    let divisions = match within.and_then(|(start, end)| Interval::new(start, end)) {
        Some(within) if query.division.is_some() => state.store.divisions(&facts.executions, within).await?,
        _ => Divisions::default(),
    };
    let is_asked = |row: &Row<'_>| {
        query.division.as_ref().is_none_or(|division| divisions.of(division.by, row).as_ref() == Some(division))
    };
    let log = Log::new(&facts, now);
    let places: std::collections::HashSet<(&Id, Family)> =
        chosen.iter().map(|sums| (&sums.shift, sums.family)).collect();
    let mut table =
        ["part", "shift_id", "family"].into_iter().fold(Table::default(), |t, name| t.with(name, Kind::Text));
    table = table.with("start", Kind::Time).with("end", Kind::Time);
    table = ["owner", "kind", "id", "what"].into_iter().fold(table, |t, name| t.with(name, Kind::Text));
    table = table.with("seconds", Kind::Whole).with("hours", Kind::Figure).with("counts", Kind::Whole);
    for measure in metric.ratio().parts() {
        let mut behind = behind(&log, measure, |id, family| places.contains(&(id, family)));
        behind.retain(is_asked);
        let amounts: Vec<i64> = behind.iter().map(|row| row.amount).collect();
        let hours = domain::decimal::hours3_parts(&amounts);
        let hours = hours.iter().map(|hours| Cell::Figure(hours.to_string()));
        table.rows.extend(behind.iter().zip(hours).map(|(row, hours)| row_cells(measure, row, hours)));
    }
    Ok(table)
}

fn row_cells(measure: Measure, row: &Row<'_>, hours: Cell) -> Vec<Cell> {
    let (kind, id, what) = match row.what {
        What::Shift => ("shift", Some(&row.shift.id), row.shift.kind.to_string()),
        What::Execution(execution) => ("execution", Some(&execution.id), execution.sb_name.clone()),
        What::Downtime(downtime) => ("downtime", Some(&downtime.id), downtime.comment.clone()),
        What::Idle(open) => ("idle", open.map(|open| &open.id), String::new()),
    };
    let amounts = if measure.is_time() {
        [Cell::Whole(row.amount), hours, Cell::Missing]
    } else {
        [Cell::Missing, Cell::Missing, Cell::Whole(row.amount)]
    };
    let texts = [
        Cell::Text(measure.words()),
        Cell::Text(row.shift.id.to_string()),
        Cell::Text(row.family.to_string()),
        Cell::Time(row.interval.start()),
        Cell::Time(row.interval.end()),
        row.owner.map_or(Cell::Missing, |owner| Cell::Text(owner.to_string())),
        Cell::Text(kind.to_owned()),
        id.map_or(Cell::Missing, |id| Cell::Text(id.to_string())),
        Cell::Text(what),
    ];
    texts.into_iter().chain(amounts).collect()
}
