//! The plan of a shift for one array: a timeline, its executions with what is wrong with each, and what can be done to it. Every act
//! is a form, so that it works without JavaScript, and names the version it was made on, so that two planners do not overwrite
//! each other.

use charts::shift_plan::{self, Kind, Piece, ShiftPlan};
use domain::facts::{Execution, Facts, Purpose, Qa0, Status};
use domain::family::Family;
use domain::ledger::Owner;
use domain::plan::conflicts::{Conflict, Displaced, What};
use domain::plan::policy::Policy;
use domain::plan::ranking::{Blocks, Section};
use domain::plan::sequence::Planned;
use domain::plan::shift_plan::{KeptExecution, PlanEvent};
use domain::time::{HOUR_S, Instant, Interval};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::words::plain;
use crate::api::plan::EditPlan;
use crate::components::moment::moment;
use crate::query::{address, family_word};

/// The width of the timeline \[px\].
const WIDTH: u32 = 1_200;
/// States of the plan that are listed (our own).
const EVENTS: usize = 20;

/// What the page shows.
pub(crate) struct OfShift<'a> {
    pub(crate) which: Which,
    /// The water vapour that is planned for, asked for or as it is \[mm\].
    pub(crate) pwv_mm: f64,
    pub(crate) now: Instant,
    pub(crate) version: i32,
    pub(crate) kept: Vec<KeptExecution>,
    /// The same with places; a block that the log has no more is left out.
    pub(crate) planned: Vec<Planned>,
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) events: Vec<PlanEvent>,
    pub(crate) blocks: &'a Blocks,
    pub(crate) policy: &'a Policy,
    /// Blocks that can be added now: place and score, best first.
    pub(crate) best: Vec<(usize, f64, Section)>,
    /// Facts of the shift, as far as it was.
    pub(crate) facts: Facts,
    /// What is about to be inserted, and what it would displace.
    pub(crate) inserting: Option<Inserting>,
    pub(crate) may_plan: bool,
    pub(crate) bad: Vec<String>,
}

/// An execution that is about to be inserted.
pub(crate) struct Inserting {
    pub(crate) planned: Planned,
    pub(crate) displaced: Displaced,
    pub(crate) conflicts: Vec<Conflict>,
}

/// Which plan, and what it is made for.
#[derive(Clone, Copy)]
pub(crate) struct Which {
    pub(crate) family: Family,
    pub(crate) shift: Interval,
    /// The water vapour that is asked for \[mm\]; that of now where none is.
    pub(crate) pwv_mm: Option<f64>,
}

impl Which {
    /// The address of its page.
    pub(crate) fn href(&self) -> String {
        address("/plan/shift", self.pairs())
    }

    /// The address of the list that one version of it was made from.
    fn list_href(&self, version: i32) -> String {
        address("/plan/shift/list", self.pairs().into_iter().chain([("version", version.to_string())]))
    }

    /// The address of a block in the list of a time, in the air that is planned for.
    fn block_href(&self, at: Instant, sb: String) -> String {
        let pwv = self.pwv_mm.map(|pwv| ("pwv", pwv.to_string()));
        address("/plan", [("at", String::from(at))].into_iter().chain(pwv).chain([("sb", sb)]))
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("family", family_word(self.family).to_owned()),
            ("start", String::from(self.shift.start())),
            ("end", String::from(self.shift.end())),
        ];
        pairs.extend(self.pwv_mm.map(|pwv| ("pwv", pwv.to_string())));
        pairs
    }
}

/// What is wrong, in words.
pub(crate) fn words(blocks: &Blocks, planned: &[Planned], what: What) -> String {
    let name = |nth: usize| {
        let candidate = planned.get(nth).and_then(|other| blocks.candidate(other.place));
        candidate.map_or_else(String::new, |candidate| candidate.block.name.clone())
    };
    match what {
        What::OutsideTheShift => "outside the shift".to_owned(),
        What::DoubleUse(other) => format!("the array is used twice, by {} too", name(other)),
        What::Fails(check) => format!("fails {} when it starts", check.label()),
        What::SetsBeforeItsEnd => "sets before its end".to_owned(),
        What::WindowClosesBeforeItsEnd => "its time window closes before its end".to_owned(),
        What::OverObserved => "more executions are planned than are left".to_owned(),
    }
}

/// The page.
pub(crate) fn html(page: &OfShift<'_>) -> String {
    let families = Family::ALL.map(|family| {
        let current = (family == page.which.family).then_some("true");
        view! { <a href=Which { family, ..page.which }.href() rel="external" aria-current=current>{super::words::array_name(family)}</a> }
    });
    let (before, after) = (page.which.shift.start().plus(-page.which.shift.seconds()), page.which.shift.end());
    let step = |start: Instant, words: &'static str| {
        Interval::new(start, start.plus(page.which.shift.seconds()))
            .map(|shift| view! { <a href=Which { shift, ..page.which }.href() rel="external">{words}</a> })
    };
    let published = page.events.iter().find(|event| event.published);
    let standing = match published {
        Some(event) if event.version == page.version => {
            view! { <p><b>"Published"</b>" as version "{event.version}" by "{event.author.clone()}", "{moment(event.at)}" UTC."</p> }.into_any()
        }
        Some(event) => {
            view! { <p><b>"Draft"</b>", version "{page.version}"; version "{event.version}" is published."</p> }.into_any()
        }
        None if page.version == 0 => view! { <p class="hint">"Nobody has begun this plan."</p> }.into_any(),
        None => view! { <p><b>"Draft"</b>", version "{page.version}", not published."</p> }.into_any(),
    };
    let bad = (!page.bad.is_empty()).then(|| {
        let lines = page.bad.iter().map(|bad| view! { <li>{bad.clone()}</li> }).collect_view();
        view! { <ul class="misread" role="alert">{lines}</ul> }
    });
    let acts = page.may_plan.then(|| {
        let fill = form(page, "fill", "Fill the rest", Vec::new(), false);
        let undo = (page.version > 0).then(|| form(page, "undo", "Undo the last change", Vec::new(), false));
        let publish = (page.version > 0).then(|| form(page, "publish", "Publish", Vec::new(), true));
        view! { <div class="acts">{fill}{undo}{publish}</div> }
    });
    let sign_in = (!page.may_plan).then(|| view! { <p class="hint">"Planners change plans; "<a href="/sign-in" rel="external">"sign in"</a>" as one."</p> });
    view! {
        <div class="plan">
            <div class="context">
                {super::tabs("/plan/shift")}
                <nav class="choice" aria-label="Array">{families.collect_view()}</nav>
                <nav class="steps" aria-label="Shift">{step(before, "\u{2190} Before")}{step(after, "After \u{2192}")}</nav>
            </div>
            <div class="page of-shift">
                <header class="heading">
                    <h1>{super::words::array_name(page.which.family)}" plan, "{moment(page.which.shift.start())}" to "{moment(page.which.shift.end())}" UTC"</h1>
                    {standing}
                    {air(page)}
                    {sign_in}
                </header>
                {bad}
                {page.inserting.as_ref().map(|inserting| preview(page, inserting))}
                {drawing(page)}
                {acts}
                {table(page)}
                {page.may_plan.then(|| add(page))}
                {comparison(page)}
                {events(page)}
            </div>
        </div>
    }
    .to_html()
}

/// Which plan, for a form that leads to its page.
fn hidden(which: Which) -> AnyView {
    let fields = which.pairs().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    fields.collect_view().into_any()
}

/// The water vapour that scores and checks are for: that of now, or another that is expected.
fn air(page: &OfShift<'_>) -> AnyView {
    let now = Which { pwv_mm: None, ..page.which };
    let asked = page.which.pwv_mm.map(|pwv| pwv.to_string()).unwrap_or_default();
    let back = page.which.pwv_mm.map(|_| view! { <a href=now.href() rel="external">"Back to the air of now"</a> });
    view! {
        <form class="air" method="get" action="/plan/shift" aria-label="Water vapour that is planned for">
            {hidden(now)}
            <label><span>"Planned for water vapour [mm]"</span><input name="pwv" value=asked placeholder=plain(page.pwv_mm, 2) inputmode="decimal" autocomplete="off" /></label>
            <button>"Plan for it"</button>
            {back}
        </form>
    }
    .into_any()
}

/// A form of one act.
fn form(
    page: &OfShift<'_>,
    act: &'static str,
    words: &'static str,
    more: Vec<(&'static str, String)>,
    is_main: bool,
) -> AnyView {
    let fixed = [
        ("which[family]", family_word(page.which.family).to_owned()),
        ("which[start]", String::from(page.which.shift.start())),
        ("which[end]", String::from(page.which.shift.end())),
        ("which[version]", page.version.to_string()),
        ("which[pwv]", page.which.pwv_mm.map(|pwv| pwv.to_string()).unwrap_or_default()),
        ("act", act.to_owned()),
    ];
    let fields =
        fixed.into_iter().chain(more).map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        <form method="post" action=EditPlan::url() data-act=act>
            {fields.collect_view()}
            <button class:main=is_main>{words}</button>
        </form>
    }
    .into_any()
}

fn name(page: &OfShift<'_>, place: usize) -> String {
    page.blocks.candidate(place).map_or_else(String::new, |candidate| candidate.block.name.clone())
}

fn preview(page: &OfShift<'_>, inserting: &Inserting) -> AnyView {
    let Some(candidate) = page.blocks.candidate(inserting.planned.place) else { return ().into_any() };
    let interval = inserting.planned.interval;
    let gone = inserting.displaced.nth.iter().filter_map(|&nth| page.planned.get(nth)).map(|planned| {
        view! { <li><span class="num">{moment(planned.interval.start())}</span>" "{name(page, planned.place)}", score "{plain(planned.score, 2)}</li> }
    });
    let gone = gone.collect_view();
    let wrong: Vec<String> =
        inserting.conflicts.iter().map(|conflict| words(page.blocks, &page.planned, conflict.what)).collect();
    let wrong = (!wrong.is_empty()).then(|| view! { <p class="red">"! "{wrong.join("; ")}</p> });
    let more = vec![("sb", candidate.block.id.to_string()), ("at", String::from(interval.start()))];
    let act = page.may_plan.then(|| form(page, "insert", "Put it in", more, true));
    let displaced = &inserting.displaced;
    let cost = if displaced.nth.is_empty() {
        view! { <p>"Nothing is displaced; "{plain(displaced.gained, 2)}" of score times hours are gained."</p> }
            .into_any()
    } else {
        let n = displaced.nth.len();
        view! {
            <p>"It displaces "<b>{n}</b>" and loses "<b>{plain(displaced.lost, 2)}</b>" of score times hours for "<b>{plain(displaced.gained, 2)}</b>" gained:"</p>
            <ul>{gone}</ul>
        }
        .into_any()
    };
    let too = candidate.is_too().then(|| view! { <b>"ToO "</b> });
    view! {
        <section class="inserting" aria-labelledby="inserting-head">
            <h2 id="inserting-head">{too}"Insert "{candidate.block.name.clone()}" from "{moment(interval.start())}" to "{moment(interval.end())}"?"</h2>
            {cost}
            {wrong}
            <div class="acts">{act}<a href=page.which.href() rel="external">"Leave it"</a></div>
        </section>
    }
    .into_any()
}

fn drawing(page: &OfShift<'_>) -> AnyView {
    let planned = page.planned.iter().enumerate().map(|(nth, planned)| {
        let wrong = page.conflicts.iter().any(|conflict| conflict.nth == nth);
        let sb = page.blocks.candidate(planned.place).map(|candidate| candidate.block.id.to_string());
        Piece {
            interval: planned.interval,
            name: name(page, planned.place),
            detail: format!(
                "{} to {}, score {}",
                planned.interval.start().for_people(),
                planned.interval.end().for_people(),
                plain(planned.score, 2)
            ),
            kind: if wrong { Kind::Conflict } else { Kind::Planned },
            href: sb.map(|sb| page.which.block_href(planned.interval.start(), sb)),
        }
    });
    let executed = page
        .facts
        .executions
        .iter()
        .filter(|execution| family_of(page, execution) == Some(page.which.family))
        .filter_map(|execution| {
            let interval = Interval::new(execution.start?, execution.end.unwrap_or(page.now).min(page.now))?;
            let interval = page.which.shift.overlap(interval)?;
            let qa0 = execution.qa0.map_or("no QA0", |qa0| qa0.label());
            let name = if execution.sb_name.is_empty() { execution.subject.clone() } else { execution.sb_name.clone() };
            Some(Piece {
                interval,
                name,
                detail: format!("{}, {qa0}", execution.id),
                kind: Kind::Executed(owner(execution)),
                href: None,
            })
        });
    let down = page.facts.downtimes.iter().filter(|downtime| downtime.families.contains(page.which.family)).filter_map(
        |downtime| {
            let interval = Interval::new(downtime.start, downtime.end.unwrap_or(page.now).min(page.now))?;
            let interval = page.which.shift.overlap(interval)?;
            let detail = format!("{}: {}", downtime.kind, downtime.comment);
            Some(Piece { interval, name: "Downtime".to_owned(), detail, kind: Kind::Downtime, href: None })
        },
    );
    let chart = ShiftPlan {
        title: format!("{} plan", super::words::array_name(page.which.family)),
        shift: page.which.shift,
        planned: planned.collect(),
        executed: down.chain(executed).collect(),
        now: Some(page.now).filter(|&now| page.which.shift.holds(now)),
    };
    match shift_plan::svg(&chart, WIDTH) {
        Ok(svg) => view! { <div class="scrolls" tabindex="0" role="region" aria-label="Timeline of the shift"><div class="chart" inner_html=svg></div></div> }.into_any(),
        Err(_) => view! { <p class="hint">"The timeline could not be drawn; the table has the same."</p> }.into_any(),
    }
}

/// Whose time an execution is, by what the ledger goes by.
fn owner(execution: &Execution) -> Owner {
    match (execution.purpose, execution.qa0, execution.status) {
        (Purpose::Test, _, _) => Owner::Test,
        (Purpose::Calibration, _, Status::Success) => Owner::CalibrationSuccess,
        (Purpose::Calibration, _, _) => Owner::CalibrationOther,
        (Purpose::Pi, Some(Qa0::Pass), _) => Owner::PiPass,
        (Purpose::Pi, Some(Qa0::Pending), _) => Owner::PiPending,
        (Purpose::Pi, Some(Qa0::SemiPass), _) => Owner::PiSemiPass,
        (Purpose::Pi, Some(Qa0::Fail), _) => Owner::PiFail,
        (Purpose::Pi, None, _) => Owner::PiWithoutQa0,
    }
}

fn family_of(page: &OfShift<'_>, execution: &Execution) -> Option<Family> {
    let of_array =
        || page.facts.arrays.iter().find(|array| array.id.as_str() == execution.array_id).map(|array| array.family);
    execution.family.or_else(of_array)
}

fn table(page: &OfShift<'_>) -> AnyView {
    if page.planned.is_empty() {
        return view! {
            <div class="nothing">
                <p>"Nothing is planned."</p>
                {page.may_plan.then(|| view! { <p class="hint">"Add a block below, or fill the rest of the shift with the best sequence by "{super::words::policy_name(page.policy)}"."</p> })}
            </div>
        }
        .into_any();
    }
    let rows = page.planned.iter().enumerate().map(|(nth, planned)| {
        let wrong: Vec<String> = page
            .conflicts
            .iter()
            .filter(|conflict| conflict.nth == nth)
            .map(|conflict| words(page.blocks, &page.planned, conflict.what))
            .collect();
        let by = |seconds: i64, words: &'static str| {
            form(page, "move", words, vec![("nth", nth.to_string()), ("by", seconds.to_string())], false)
        };
        let acts = page.may_plan.then(|| {
            view! {
                {by(-3_600, "\u{2212}60")}{by(-300, "\u{2212}5")}{by(300, "+5")}{by(3_600, "+60")}
                {form(page, "remove", "Remove", vec![("nth", nth.to_string())], false)}
            }
        });
        let hours = domain::decimal::fixed(planned.interval.seconds(), HOUR_S, 2).unwrap_or_default();
        let sb =
            page.blocks.candidate(planned.place).map(|candidate| candidate.block.id.to_string()).unwrap_or_default();
        let why = page.which.block_href(planned.interval.start(), sb);
        let state = if wrong.is_empty() {
            view! { "\u{2713}" }.into_any()
        } else {
            view! { <span class="red">"! "{wrong.join("; ")}</span> }.into_any()
        };
        view! {
            <tr tabindex="0" data-nth=nth.to_string()>
                <td class="num">{moment(planned.interval.start())}</td>
                <td class="num">{moment(planned.interval.end())}</td>
                <td class="num">{hours}</td>
                <th scope="row"><a href=why rel="external">{name(page, planned.place)}</a></th>
                <td class="num">{plain(planned.score, 2)}</td>
                <td>{state}</td>
                <td class="moves">{acts}</td>
            </tr>
        }
    });
    let last = if page.may_plan {
        view! { <th scope="col">"Move [min]"</th> }.into_any()
    } else {
        view! { <td></td> }.into_any()
    };
    let n_lost = page.kept.len() - page.planned.len();
    let lost = (n_lost > 0)
        .then(|| view! { <p class="red">"! "{n_lost}" planned blocks are no longer in the log and are left out."</p> });
    view! {
        {lost}
        <div class="scrolls" tabindex="0" role="region" aria-label="Planned executions">
            <table class="planned">
                <thead>
                    <tr>
                        <th scope="col" class="num">"From [UTC]"</th><th scope="col" class="num">"To [UTC]"</th><th scope="col" class="num">"[h]"</th>
                        <th scope="col">"Scheduling Block"</th><th scope="col" class="num">"Score"</th><th scope="col">"Conflicts"</th>
                        {last}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn add(page: &OfShift<'_>) -> AnyView {
    let options = page.best.iter().filter_map(|&(place, score, section)| {
        let candidate = page.blocks.candidate(place)?;
        let too = if section == Section::ReadyToo { "ToO: " } else { "" };
        let words = format!("{too}{} ({})", candidate.block.name, plain(score, 2));
        Some(view! { <option value=candidate.block.id.to_string()>{words}</option> })
    });
    let options = options.collect_view();
    let free = first_free(page).for_people();
    if page.best.is_empty() {
        return view! { <p class="hint">"No block of this array can be observed at the first free moment."</p> }
            .into_any();
    }
    view! {
        <form class="add" method="get" action="/plan/shift" aria-label="Add a block">
            {hidden(page.which)}
            <label><span>"Scheduling Block, best at that time first"</span><select name="add">{options}</select></label>
            <label><span>"From [UTC]"</span><input name="at" value=free required autocomplete="off" /></label>
            <button>"Look at it"</button>
        </form>
    }
    .into_any()
}

/// The first moment from now on at which nothing is planned.
pub(crate) fn first_free(page: &OfShift<'_>) -> Instant {
    free_from(&page.planned, page.which.shift, page.now)
}

/// The same, of a plan by start.
pub(crate) fn free_from(planned: &[Planned], shift: Interval, now: Instant) -> Instant {
    let mut free = shift.start().max(now.min(shift.end()));
    for planned in planned {
        if planned.interval.start() <= free && free < planned.interval.end() {
            free = planned.interval.end();
        }
    }
    free
}

/// What became of what was planned, once the shift has begun.
fn comparison(page: &OfShift<'_>) -> AnyView {
    let published = page.events.iter().find(|event| event.published);
    let Some(published) = published.filter(|_| page.now > page.which.shift.start()) else { return ().into_any() };
    let rows = published.planned.iter().map(|planned| {
        let ran = page.facts.executions.iter().find(|execution| {
            execution.sb_uid == planned.sb.as_str() && execution.start.is_some_and(|start| page.which.shift.holds(start))
        });
        let became = match ran {
            Some(execution) => {
                let late = execution.start.map(|start| start.since(planned.interval.start()) / 60).unwrap_or_default();
                let when = match late {
                    0 => "on time".to_owned(),
                    minutes if minutes > 0 => format!("{minutes} min later"),
                    minutes => format!("{} min earlier", -minutes),
                };
                format!("executed {when}, {}", execution.qa0.map_or("no QA0", |qa0| qa0.label()))
            }
            None if planned.interval.start() > page.now => "still to come".to_owned(),
            None => format!("not executed: {}", reason(page, planned.interval)),
        };
        let place = page.blocks.place(planned.sb.as_str());
        let name = place.map_or_else(|| planned.sb.to_string(), |place| name(page, place));
        view! { <tr><td class="num">{moment(planned.interval.start())}</td><th scope="row">{name}</th><td>{became}</td></tr> }
    });
    view! {
        <section aria-labelledby="became-head">
            <h2 id="became-head">"What became of version "{published.version}</h2>
            <table>
                <thead><tr><th scope="col" class="num">"Planned [UTC]"</th><th scope="col">"Scheduling Block"</th><th scope="col">"What happened"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// What had the array's time instead: whatever had most of it.
fn reason(page: &OfShift<'_>, interval: Interval) -> String {
    let mut taken: Vec<(i64, String)> = Vec::new();
    for downtime in page.facts.downtimes.iter().filter(|downtime| downtime.families.contains(page.which.family)) {
        let of_it =
            Interval::new(downtime.start, downtime.end.unwrap_or(page.now)).and_then(|of_it| of_it.overlap(interval));
        taken.extend(of_it.map(|of_it| (of_it.seconds(), format!("{} downtime, {}", downtime.kind, downtime.comment))));
    }
    for execution in
        page.facts.executions.iter().filter(|execution| family_of(page, execution) == Some(page.which.family))
    {
        let of_it = execution.start.and_then(|start| Interval::new(start, execution.end.unwrap_or(page.now)));
        let of_it = of_it.and_then(|of_it| of_it.overlap(interval));
        taken.extend(of_it.map(|of_it| {
            (
                of_it.seconds(),
                format!("{} ran", if execution.sb_name.is_empty() { &execution.subject } else { &execution.sb_name }),
            )
        }));
    }
    match taken.into_iter().max() {
        Some((seconds, what)) => format!("{what} ({} min)", seconds / 60),
        None => "the array was idle".to_owned(),
    }
}

fn events(page: &OfShift<'_>) -> AnyView {
    if page.events.is_empty() {
        return ().into_any();
    }
    let lines = page.events.iter().take(EVENTS).map(|event| {
        let list = event.kept_list().map(|list| {
            let first: Vec<String> = list.rows.iter().take(5).map(|row| row.name.clone()).collect();
            let whole = page.which.list_href(event.version);
            view! {
                <span class="hint">
                    " The list by "{super::words::policy_name(&list.policy)}" began with "{first.join(", ")}". "
                    <a href=whole rel="external">"Replay it"</a>
                </span>
            }
        });
        let mark = event.published.then_some(" (published)");
        view! {
            <li><span class="num">{event.version}</span>" "{moment(event.at)}" "<b>{event.author.clone()}</b>" "{event.what.clone()}{mark}{list}</li>
        }
    });
    view! {
        <section aria-labelledby="events-head">
            <h2 id="events-head">"What was done to it"</h2>
            <ul class="plan-events">{lines.collect_view()}</ul>
        </section>
    }
    .into_any()
}
