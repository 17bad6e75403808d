//! The blocks that are not listed: which check each fails first, and when that passes next.

use domain::plan::checks::Check;
use leptos::prelude::*;

use super::made::Made;
use super::rows::{Cell, Column, Line, table};
use super::words::array_name;

/// Rows that are shown at first: for each of them the sky is asked when it passes next.
const ROWS: usize = 40;
/// Rows that are shown at most.
const ROWS_MAX: usize = 500;

/// The columns.
pub(super) const COLUMNS: [Column; 7] = [
    ("Scheduling Block", "sb"),
    ("Project", "w c-project"),
    ("Array", "c-array"),
    ("Fails first", "c-check"),
    ("Value", "c-value"),
    ("Limit", "c-limit"),
    ("Passes next [UTC]", "num c-next"),
];

/// The blocks that are not listed, as far as they are shown.
#[derive(Debug)]
pub(crate) struct NotListed {
    /// All that are searched for, with the check that each fails first.
    all: Vec<(usize, Check)>,
    pub(crate) lines: Vec<Line>,
    n_more: usize,
}

impl NotListed {
    pub(crate) fn of(made: &Made) -> Self {
        let all = made.why_not();
        let is_chosen = |&&(_, failing): &&(usize, Check)| made.query.failing.is_none_or(|check| check == failing);
        let n_chosen = all.iter().filter(is_chosen).count();
        let n_shown = n_chosen.min(if made.query.all_rows { ROWS_MAX } else { ROWS });
        let lines = all.iter().filter(is_chosen).take(n_shown).filter_map(|&(place, check)| line(made, place, check));
        Self { lines: lines.collect(), n_more: n_chosen - n_shown, all }
    }
}

/// How many are not listed, and the counts by check.
pub(crate) fn counts(made: &Made, not_listed: &NotListed) -> AnyView {
    let all = &not_listed.all;
    let n_of = |check: Check| all.iter().filter(|&&(_, failing)| failing == check).count();
    let counts =
        Check::ALL.iter().filter(|&&check| n_of(check) > 0 || made.query.failing == Some(check)).map(|&check| {
            let is_chosen = made.query.failing == Some(check);
            let mut query = made.query.clone();
            query.failing = (!is_chosen).then_some(check);
            view! {
                <li>
                    <a href=query.href() rel="external" aria-current=is_chosen.then_some("true")>
                        {check.label()}" "<span class="n">{n_of(check)}</span>
                    </a>
                </li>
            }
        });
    let words = if made.query.find.is_empty() {
        format!("{} blocks", made.ranking.why_not().count())
    } else {
        format!("{} with \u{201c}{}\u{201d}", all.len(), made.query.find)
    };
    let nothing = not_listed
        .lines
        .is_empty()
        .then(|| view! { <p class="hint">"Every block of this choice is in the list above."</p> });
    view! {
        <h2 id="why-not-head">"Not listed, and why not "<span class="n">{words}</span></h2>
        <ul class="checks-counts" aria-label="By the check that fails first">{counts.collect_view()}</ul>
        {nothing}
    }
    .into_any()
}

/// How many more there are, and the way to them.
pub(crate) fn more(made: &Made, not_listed: &NotListed) -> Option<AnyView> {
    let rest = not_listed.n_more;
    (rest > 0).then(|| {
        let mut query = made.query.clone();
        query.all_rows = true;
        if made.query.all_rows {
            view! { <p class="hint">{rest}" more: search for words, or choose a check."</p> }.into_any()
        } else {
            view! { <p><a href=query.href() rel="external">{rest}" more: show all rows"</a></p> }.into_any()
        }
    })
}

/// The counts, the table with these rows, and what is below it.
pub(crate) fn frame(counts: AnyView, rows: AnyView, more: AnyView) -> AnyView {
    const LABEL: &str = "Blocks that are not listed";
    view! {
        <section class="why-not" id="why-not" aria-labelledby="why-not-head">
            {counts}
            <div class="scrolls" tabindex="0" role="region" aria-label=LABEL>
                {table("sbs not-listed", LABEL, &COLUMNS, rows)}
            </div>
            {more}
        </section>
    }
    .into_any()
}

fn line(made: &Made, place: usize, check: Check) -> Option<Line> {
    let block = &made.blocks.candidate(place)?.block;
    let checked = made.blocks.checked(place, check, &made.situation, &made.policy, &made.ahead);
    let (value, limit, next) = checked.map(|checked| (checked.value, checked.limit, checked.next)).unwrap_or_default();
    // In the order of the columns.
    let cells: [Cell; COLUMNS.len()] = [
        Cell::Name(block.name.clone()),
        block.project_code.clone().into(),
        block.array.map(array_name).unwrap_or_default().to_owned().into(),
        check.label().to_owned().into(),
        value.into(),
        limit.into(),
        Cell::Moment(next),
    ];
    Some(Line {
        sb: block.id.to_string(),
        href: made.query.opening(Some(block.id.as_str())).href(),
        is_open: made.open() == Some(place),
        cells: cells.into(),
    })
}
