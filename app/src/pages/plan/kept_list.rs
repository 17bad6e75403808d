//! The list that a block of a plan was chosen from: as it was, and as the same conditions and policy make it of today's log.

use std::collections::HashMap;

use domain::plan::policy::Criterion;
use domain::plan::ranking::{Blocks, Section};
use domain::plan::shift_plan::{KeptList, KeptRow, PlanEvent};
use leptos::prelude::*;

use super::shift::Which;
use super::words::{array_name, plain, policy_name};
use crate::components::moment::moment;

/// What the page shows.
pub(crate) struct OfList<'a> {
    pub(crate) which: Which,
    /// What was done with a block of it.
    pub(crate) event: &'a PlanEvent,
    pub(crate) list: &'a KeptList,
    pub(crate) blocks: &'a Blocks,
    /// The same made again: place and score, best first.
    pub(crate) again: Vec<(usize, f64, Section)>,
}

/// The page.
pub(crate) fn html(page: &OfList<'_>) -> String {
    let (event, list) = (page.event, page.list);
    let again: HashMap<&str, (usize, f64)> = (1..)
        .zip(&page.again)
        .filter_map(|(rank, &(place, score, _))| Some((page.blocks.candidate(place)?.block.id.as_str(), (rank, score))))
        .collect();
    let lines: Vec<_> =
        (1..).zip(&list.rows).map(|(rank, row)| (rank, row, again.get(row.sb.as_str()).copied())).collect();
    let n_moved = lines.iter().filter(|(rank, row, now)| !is_the_same(*rank, row, *now)).count();
    let n_new = if list.is_whole {
        page.again.len().saturating_sub(lines.iter().filter(|line| line.2.is_some()).count())
    } else {
        0
    };
    let verdict = match (n_moved, n_new) {
        (0, 0) => "Made again from the same conditions and policy it is the same.".to_owned(),
        (moved, 0) => {
            format!("The log has gone on: made again from the same conditions and policy, {moved} of them differ.")
        }
        (moved, new) => {
            format!(
                "The log has gone on: made again from the same conditions and policy, {moved} of them differ and {new} are new."
            )
        }
    };
    let rows = lines.into_iter().map(|(rank, row, now)| line(rank, row, now)).collect_view();
    let beginning =
        (!list.is_whole).then(|| view! { <p class="hint">"Of this list the beginning alone was kept."</p> });
    view! {
        <div class="plan">
            <div class="context">{super::tabs("/plan/shift")}</div>
            <div class="page kept-list">
                <header class="heading">
                    <h1>"The list behind version "{event.version}</h1>
                    <p>{moment(event.at)}" UTC, "<b>{event.author.clone()}</b>" "{event.what.clone()}"."</p>
                    <p class="acts">
                        <a href=page.which.href() rel="external">"Back to the plan"</a>" "
                        <a href=list.href.clone() rel="external">"The same conditions on the list of today"</a>
                    </p>
                </header>
                {conditions(page)}
                <section aria-labelledby="kept-head">
                    <h2 id="kept-head">"As it was, and as it is made again"</h2>
                    <p>{verdict}</p>
                    {beginning}
                    <div class="scrolls" tabindex="0" role="region" aria-label="The list as it was">
                        <table class="kept">
                            <thead><tr>
                                <th scope="col" class="num">"Rank"</th><th scope="col">"Scheduling Block"</th><th scope="col" class="num">"Score"</th>
                                <th scope="col" class="num">"Rank again"</th><th scope="col" class="num">"Score again"</th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </section>
            </div>
        </div>
    }
    .to_html()
}

/// Whether a row stands where it stood, with the same figures.
fn is_the_same(rank: usize, row: &KeptRow, now: Option<(usize, f64)>) -> bool {
    now.is_some_and(|(again, score)| again == rank && plain(score, 3) == plain(row.score, 3))
}

fn line(rank: usize, row: &KeptRow, now: Option<(usize, f64)>) -> AnyView {
    let is_other = !is_the_same(rank, row, now);
    let (again, score) = match now {
        Some((again, score)) if again < rank => (format!("{again} \u{25b2}"), plain(score, 3)),
        Some((again, score)) if again > rank => (format!("{again} \u{25bc}"), plain(score, 3)),
        Some((again, score)) => (again.to_string(), plain(score, 3)),
        None => ("not listed".to_owned(), String::new()),
    };
    view! {
        <tr class:other=is_other>
            <td class="num">{rank}</td><th scope="row">{row.name.clone()}</th><td class="num">{plain(row.score, 3)}</td>
            <td class="num">{again}</td><td class="num">{score}</td>
        </tr>
    }
    .into_any()
}

/// All that the list was made of.
fn conditions(page: &OfList<'_>) -> AnyView {
    let (situation, policy) = (&page.list.situation, &page.list.policy);
    let limits = &situation.limits;
    let array = situation.array(page.which.family).map_or_else(
        || "unknown".to_owned(),
        |array| {
            let ar =
                array.ar_100ghz_arcsec.map(|ar| format!(", {}\u{2033} at 100 GHz", plain(ar, 3))).unwrap_or_default();
            format!("{} antennas{ar}", array.n_antennas)
        },
    );
    let measured = page.list.measured.map_or_else(
        || "not measured in the day before".to_owned(),
        |measured| format!("measured {} mm at {} UTC", plain(measured.pwv_mm, 2), measured.at.for_people()),
    );
    let bands = situation.bands.iter().map(|band| band.to_string()).collect::<Vec<_>>().join(", ");
    let weights = Criterion::ALL.iter().map(|&criterion| {
        view! { <div><dt>"Weight of "{criterion.label()}</dt><dd class="num">{plain(policy.weights.of(criterion), 2)}</dd></div> }
    });
    view! {
        <section aria-labelledby="conditions-head">
            <h2 id="conditions-head">"What it was made of"</h2>
            <dl class="made-of">
                <div><dt>"Time"</dt><dd>{moment(situation.at)}" UTC"</dd></div>
                <div><dt>"Water vapour"</dt><dd>{plain(situation.pwv_mm, 2)}" mm; "{measured}</dd></div>
                <div><dt>{array_name(page.which.family)}" array"</dt><dd>{array}</dd></div>
                <div><dt>"Bands"</dt><dd>{bands}</dd></div>
                <div><dt>"Limits"</dt><dd>
                    "elevation from "{plain(limits.elevation_deg, 0)}"°, sets later than "{plain(limits.sets_in_h, 1)}" h, HA "
                    {plain(limits.hour_angle_from_h, 1)}" to "{plain(limits.hour_angle_to_h, 1)}" h, exec. fraction from "{plain(limits.exec_frac, 2)}
                </dd></div>
                <div><dt>"Policy"</dt><dd>{policy_name(policy)}</dd></div>
                {weights.collect_view()}
            </dl>
        </section>
    }
    .into_any()
}
