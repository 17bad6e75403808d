//! The blocks that are not listed: which check each fails first, and when that passes next.

use domain::plan::checks::Check;
use leptos::prelude::*;

use super::made::Made;
use crate::components::moment::moment;

/// Rows that are shown at first: for each of them the sky is asked when it passes next.
const ROWS: usize = 40;

/// The counts by check, and the blocks.
pub(crate) fn why_not(made: &Made<'_>) -> AnyView {
    let all = made.why_not();
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
    let counts = counts.collect_view();
    let chosen: Vec<_> =
        all.iter().filter(|(_, failing)| made.query.failing.is_none_or(|check| check == *failing)).collect();
    let shown = if made.query.all_rows { chosen.len().min(500) } else { chosen.len().min(ROWS) };
    let rows = chosen[..shown].iter().map(|&&(place, check)| row(made, place, check)).collect_view();
    let more = (shown < chosen.len()).then(|| {
        let mut query = made.query.clone();
        query.all_rows = true;
        let rest = chosen.len() - shown;
        if made.query.all_rows {
            view! { <p class="hint">{rest}" more: search for words, or choose a check."</p> }.into_any()
        } else {
            view! { <p><a href=query.href() rel="external">{rest}" more: show all rows"</a></p> }.into_any()
        }
    });
    let words = if made.query.find.is_empty() {
        format!("{} blocks", made.ranking.why_not().count())
    } else {
        format!("{} with \u{201c}{}\u{201d}", all.len(), made.query.find)
    };
    let table = if chosen.is_empty() {
        view! { <p class="hint">"Every block of this choice is in the list above."</p> }.into_any()
    } else {
        view! {
            <div class="scrolls" tabindex="0" role="region" aria-label="Blocks that are not listed">
                <table class="sbs not-listed">
                    <thead>
                        <tr>
                            <th scope="col">"Scheduling Block"</th>
                            <th scope="col" class="w">"Project"</th>
                            <th scope="col">"Array"</th>
                            <th scope="col">"Fails first"</th>
                            <th scope="col">"Value"</th>
                            <th scope="col">"Limit"</th>
                            <th scope="col" class="num">"Passes next [UTC]"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="why-not" id="why-not" aria-labelledby="why-not-head">
            <h2 id="why-not-head">"Not listed, and why not "<span class="n">{words}</span></h2>
            <ul class="checks-counts" aria-label="By the check that fails first">{counts}</ul>
            {table}
            {more}
        </section>
    }
    .into_any()
}

fn row(made: &Made<'_>, place: usize, check: Check) -> AnyView {
    let Some(candidate) = made.blocks.candidate(place) else { return ().into_any() };
    let block = &candidate.block;
    let href = made.query.opening(Some(block.id.as_str())).href();
    let checked = made.blocks.checked(place, check, &made.situation, &made.policy, &made.ahead);
    let (value, limit, next) = match checked {
        Some(checked) => (checked.value, checked.limit, checked.next),
        None => (String::new(), String::new(), None),
    };
    let next = match next {
        Some(at) => moment(at).into_any(),
        None => view! { <span class="hint">"not by time alone"</span> }.into_any(),
    };
    view! {
        <tr class:open=made.open() == Some(place) data-sb=block.id.to_string()>
            <th scope="row" class="sb"><a href=href rel="external">{block.name.clone()}</a></th>
            <td class="w">{block.project_code.clone()}</td>
            <td>{block.array.map(super::words::array_name)}</td>
            <td>{check.label()}</td>
            <td>{value}</td>
            <td>{limit}</td>
            <td class="num">{next}</td>
        </tr>
    }
    .into_any()
}
