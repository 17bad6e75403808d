//! Why a block stands where it stands, or why it is not listed: its criteria, its checks, its next day, its past.

use charts::sky_curve::{self, SkyCurve};
use domain::plan::candidates::PastExecution;
use domain::plan::checks::Verdict;
use domain::plan::curve::curve;
use domain::plan::ranking::{Row, Section};
use domain::plan::target::Target;
use domain::time::{DAY_S, Interval};
use leptos::prelude::*;

use super::made::Made;
use super::words::{array_name, declination, number, plain, right_ascension};
use crate::components::log_id::log_id;
use crate::components::moment::moment;
use crate::error::AppError;
use crate::query::{address, family_word};

/// The curve has a point every ten minutes.
const STEP_S: u32 = 600;
/// A day of them.
const STEPS: u32 = 144;
/// The width of the drawing \[px\]: that of the panel.
const WIDTH: u32 = 440;

/// What is known of the executions of the open block: nothing yet, that they could not be read, or all.
pub(crate) type Past = Option<Result<Vec<PastExecution>, AppError>>;

/// The panel of the open block; nothing when none is. `past` is `None` until it is known.
pub(crate) fn why(made: &Made, past: Past) -> AnyView {
    let Some(asked) = made.query.open.as_deref() else { return ().into_any() };
    let close = made.query.opening(None).href();
    let Some(place) = made.open() else {
        return view! {
            <aside class="why" aria-label="Scheduling Block">
                <header><h2>"No such block"</h2><a class="shut" href=close rel="external">"Close"</a></header>
                <p class="hint">"The log has no Scheduling Block "<code>{asked.to_owned()}</code>". It may have been loaded under another id: search for its name above."</p>
            </aside>
        }
        .into_any();
    };
    let Some(candidate) = made.blocks.candidate(place) else { return ().into_any() };
    let Some(row) = made.blocks.row(place, &made.situation, &made.policy) else { return ().into_any() };
    let (block, project) = (&candidate.block, candidate.project.as_ref());
    let standing = match made.ranking.rank_of(place) {
        Some((section, rank)) => {
            let of = made.ranking.section(section).len();
            view! { <p class="standing"><b>"Rank "{rank}</b>" of "{of}" in "{section.label()}", score "<b>{plain(row.total, 3)}</b></p> }
                .into_any()
        }
        None => not_listed(made, place),
    };
    let project_words = project.map(|project| {
        let rank = project.science_rank.map(|rank| format!(", science rank {rank}")).unwrap_or_default();
        format!("{} · {} · grade {}{rank} · {}", project.title, project.executive, project.grade, project.state)
    });
    let where_it_is = match (block.ra_deg, block.dec_deg) {
        (Some(ra), Some(dec)) => format!("{} {}", right_ascension(ra), declination(dec)),
        _ => "no coordinates".to_owned(),
    };
    let what = [
        block.array.map(array_name).unwrap_or("no array").to_owned(),
        block.band.map(|band| format!("band {band}")).unwrap_or_default(),
        block.rep_freq_ghz.map(|frequency| format!("{} GHz", plain(frequency, 3))).unwrap_or_default(),
        where_it_is,
        block.est_time_h.map(|hours| format!("{} h each", plain(hours, 2))).unwrap_or_default(),
    ];
    let what: Vec<String> = what.into_iter().filter(|word| !word.is_empty()).collect();
    let note = (!block.note.is_empty()).then(|| view! { <p class="note">{block.note.clone()}</p> });
    let to_shift = block.array.map(|family| {
        let pairs = [("family", family_word(family).to_owned()), ("add", block.id.to_string())];
        let href = address("/plan/shift", pairs);
        view! { <a href=href rel="external">"Put it into a shift's plan"</a> }
    });
    view! {
        <aside class="why" aria-labelledby="why-head">
            <header>
                <h2 id="why-head">{block.name.clone()}</h2>
                <a class="shut" href=close rel="external" title="Escape">"Close"</a>
            </header>
            {standing}
            <p>{what.join(" · ")}</p>
            <p class="hint">{block.project_code.clone()}" "{project_words}</p>
            <p class="hint">{log_id(block.id.as_str())}</p>
            {note}
            <p>{to_shift}</p>
            {by_vapour(made, place)}
            {criteria(made, place, &row)}
            {checks(made, place)}
            {next_day(made, place)}
            {neighbours(made, place)}
            {history(past)}
        </aside>
    }
    .into_any()
}

fn not_listed(made: &Made, place: usize) -> AnyView {
    let failing = made.ranking.first_failing(place).map(|check| check.label()).unwrap_or_default();
    let next = made.blocks.next_time_listed(place, &made.situation, &made.policy, &made.ahead);
    let next = match next {
        Some(at) => {
            let mut then = made.query.clone();
            then.asked.at = Some(at);
            view! { ". It is listed next at "<a href=then.href() rel="external">{moment(at)}" UTC"</a>", if the air stays as it is." }.into_any()
        }
        None => view! { ". Time alone does not change that within the next weeks." }.into_any(),
    };
    view! { <p class="standing not"><b>"Not listed"</b>": fails "<b>{failing}</b>{next}</p> }.into_any()
}

fn by_vapour(made: &Made, place: usize) -> AnyView {
    let by = made.blocks.place_by_vapour(place, &made.situation, &made.policy);
    let at = |pwv_mm: f64| {
        let mut query = made.query.clone();
        query.asked.pwv_mm = Some(pwv_mm);
        query.href()
    };
    let now = plain(made.situation.pwv_mm, 2);
    let sentence = |air: &'static str, mm: Option<f64>| match mm {
        Some(mm) => {
            view! { {air}" air changes its place from "<a href=at(mm) rel="external">{plain(mm, 2)}" mm"</a>" on." }
                .into_any()
        }
        None => view! { {air}" air does not change its place." }.into_any(),
    };
    view! {
        <p class="by-vapour">
            "At "{now}" mm of water vapour. "{sentence("Drier", by.drier_mm)}" "{sentence("Wetter", by.wetter_mm)}
        </p>
    }
    .into_any()
}

fn criteria(made: &Made, place: usize, row: &Row) -> AnyView {
    let parts = made.blocks.why(place, &made.situation, &made.policy);
    let rows = parts.into_iter().map(|part| {
        view! {
            <tr>
                <th scope="row">{part.criterion.label()}</th>
                <td>{part.raw}<span class="formula">{part.formula}</span></td>
                <td class="num">{plain(part.score, 2)}</td>
                <td class="num">{plain(part.weight, 2)}</td>
                <td class="num">{plain(part.contribution, 3)}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="criteria-head">
            <h3 id="criteria-head">"Score"</h3>
            <table class="criteria">
                <thead>
                    <tr>
                        <th scope="col">"Criterion"</th>
                        <th scope="col">"Value, and the formula with it"</th>
                        <th scope="col" class="num">"Score"</th>
                        <th scope="col" class="num">"Weight"</th>
                        <th scope="col" class="num">"Part"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
                <tfoot>
                    <tr><th scope="row" colspan="4">"Sum, by "{super::words::policy_name(&made.policy)}</th><td class="num">{plain(row.total, 3)}</td></tr>
                </tfoot>
            </table>
        </section>
    }
    .into_any()
}

fn checks(made: &Made, place: usize) -> AnyView {
    let checks = made.blocks.checks(place, &made.situation, &made.policy, &made.ahead);
    let n_failing = checks.iter().filter(|checked| checked.verdict != Verdict::Passes).count();
    let first = checks.iter().position(|checked| checked.verdict != Verdict::Passes);
    let rows = checks.into_iter().enumerate().map(|(nth, checked)| {
        let (mark, class) = match checked.verdict {
            Verdict::Passes => ("\u{2713} passes", "passes"),
            Verdict::Fails => ("\u{2717} fails", "fails"),
            Verdict::Missing => ("? missing", "fails"),
        };
        let next = match (checked.verdict, checked.next) {
            (Verdict::Passes, _) => ().into_any(),
            (_, Some(at)) => view! { <span class="next">"passes next "{moment(at)}</span> }.into_any(),
            (_, None) => view! { <span class="next">"not by time alone"</span> }.into_any(),
        };
        view! {
            <tr class=class class:first=first == Some(nth)>
                <th scope="row">{checked.check.label()}</th>
                <td class="says">{mark}</td>
                <td>{checked.value}</td>
                <td>{checked.limit}{next}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let count = if n_failing == 0 { "all pass".to_owned() } else { format!("{n_failing} of 13 do not pass") };
    view! {
        <section aria-labelledby="checks-head">
            <h3 id="checks-head">"Checks "<span class="n">{count}</span></h3>
            <table class="checks">
                <thead>
                    <tr><th scope="col">"Check"</th><th scope="col">"Says"</th><th scope="col">"Value"</th><th scope="col">"Limit"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn next_day(made: &Made, place: usize) -> AnyView {
    let Some(candidate) = made.blocks.candidate(place) else { return ().into_any() };
    let block = &candidate.block;
    let (Some(ra), Some(dec)) = (block.ra_deg, block.dec_deg) else {
        return view! { <p class="hint">"Without coordinates nothing can be said of its next day."</p> }.into_any();
    };
    let at = made.situation.at;
    let moments = curve(&Target::new(ra, dec), candidate.air.as_ref(), made.situation.pwv_mm, at, STEP_S, STEPS + 1);
    let end = at.plus(DAY_S);
    let closed = [
        block.window_start.and_then(|start| Interval::new(at, start.min(end))),
        block.window_end.and_then(|close| Interval::new(close.max(at), end)),
    ];
    let chart = SkyCurve {
        title: format!("{} over the next day", block.name),
        moments,
        elevation_limit_deg: made.situation.limits.elevation_deg,
        listed: made.blocks.listed_over(place, &made.situation, &made.policy, &made.ahead, (STEP_S, STEPS)),
        closed: closed.into_iter().flatten().collect(),
    };
    let drawing = match sky_curve::svg(&chart, WIDTH) {
        Ok(svg) => view! { <div class="chart" inner_html=svg></div> }.into_any(),
        Err(_) => {
            view! { <p class="hint">"The drawing could not be made; the table below has the same."</p> }.into_any()
        }
    };
    let table = sky_curve::table(&chart);
    let head = table.head.into_iter().map(|head| view! { <th scope="col" class="num">{head}</th> }).collect_view();
    let rows = table.rows.into_iter().map(|row| {
        let cells = row.into_iter().map(|cell| view! { <td class="num">{cell.text}</td> }).collect_view();
        view! { <tr>{cells}</tr> }
    });
    view! {
        <section aria-labelledby="day-head">
            <h3 id="day-head">"The next 24 hours"</h3>
            {drawing}
            <p class="hint">{sky_curve::sentence(&chart)}</p>
            <details>
                <summary>"As a table"</summary>
                <div class="scrolls" tabindex="0" role="region" aria-label="The next 24 hours">
                    <table><thead><tr>{head}</tr></thead><tbody>{rows.collect_view()}</tbody></table>
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// Who stands before and after it.
fn neighbours(made: &Made, place: usize) -> AnyView {
    let Some((section, rank)) = made.ranking.rank_of(place) else { return ().into_any() };
    let around = made.ranking.section(section);
    let from = rank.saturating_sub(3);
    let lines = around.iter().enumerate().skip(from).take(5).filter(|&(nth, _)| nth + 1 != rank).map(|(nth, &other)| {
        let other = other as usize;
        let name = made.blocks.candidate(other).map(|candidate| (candidate.block.id.clone(), candidate.block.name.clone()));
        let (id, name) = name.map(|(id, name)| (id.to_string(), name)).unwrap_or_default();
        let score = number(made.ranking.score(other), 3);
        view! { <li><span class="num">{nth + 1}</span>" "<a href=made.query.opening(Some(&id)).href() rel="external">{name}</a>" "<span class="n">{score}</span></li> }
    });
    let lines = lines.collect_view();
    if around.len() < 2 {
        return ().into_any();
    }
    let section: Section = section;
    view! {
        <section aria-labelledby="around-head">
            <h3 id="around-head">"Around it in "{section.label()}</h3>
            <ul class="around">{lines}</ul>
        </section>
    }
    .into_any()
}

fn history(past: Past) -> AnyView {
    let body = match past {
        None => view! { <p class="hint">"Its executions are being read."</p> }.into_any(),
        Some(Err(error)) => {
            view! { <p class="red" role="alert">"! Its executions could not be read. "{error.to_string()}</p> }
                .into_any()
        }
        Some(Ok(past)) if past.is_empty() => view! { <p class="hint">"It was never executed."</p> }.into_any(),
        Some(Ok(past)) => {
            let rows = past.into_iter().map(|line| {
                let minutes = line.start.zip(line.end).map(|(start, end)| end.since(start) / 60);
                let start = match line.start {
                    Some(at) => moment(at).into_any(),
                    None => "no start".into_any(),
                };
                view! {
                    <tr>
                        <td class="num">{start}</td>
                        <td class="num">{minutes}</td>
                        <td>{line.qa0.map_or("none", |qa0| qa0.label())}</td>
                        <td>{line.status}</td>
                        <td>{log_id(line.id.as_str()).into_any()}</td>
                    </tr>
                }
            });
            view! {
                <div class="scrolls" tabindex="0" role="region" aria-label="Executions of the block">
                <table>
                    <thead>
                        <tr>
                            <th scope="col" class="num">"Began [UTC]"</th>
                            <th scope="col" class="num">"[min]"</th>
                            <th scope="col">"QA0"</th>
                            <th scope="col">"Status"</th>
                            <th scope="col">"Execution"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
                </div>
            }
            .into_any()
        }
    };
    view! { <section aria-labelledby="past-head"><h3 id="past-head">"Executions so far"</h3>{body}</section> }
        .into_any()
}
