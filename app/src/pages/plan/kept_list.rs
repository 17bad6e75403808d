//! The list that a block of a plan was chosen from: as it was, and as the same conditions and policy make it of today's log.

use std::collections::{HashMap, HashSet};

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
    let lines: Vec<Line<'_>> = (1..)
        .zip(&list.rows)
        .map(|(rank, row)| Line { rank, row, now: again.get(row.sb.as_str()).copied(), overtaken: false })
        .collect();
    let lines = in_order(lines);
    let n_known = lines.iter().filter(|line| line.now.is_some()).count();
    let n_new = if list.is_whole { page.again.len().saturating_sub(n_known) } else { 0 };
    let verdict = verdict(&lines, n_new);
    let rows = lines.iter().map(line).collect_view();
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

/// A block as it stood, and as it stands.
struct Line<'a> {
    rank: usize,
    row: &'a KeptRow,
    /// Its rank and score in the list that was made again.
    now: Option<(usize, f64)>,
    /// Whether it is among the fewest that had to move to give the order of now.
    overtaken: bool,
}

impl Line<'_> {
    fn has_other_score(&self) -> bool {
        self.now.is_some_and(|(_, score)| plain(score, 3) != plain(self.row.score, 3))
    }
}

/// Marks the fewest blocks that have to move to give the order of now: all that are not in the longest run that kept its order.
fn in_order(mut lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    // Of the runs of each length the one that ends lowest, and for each line the one before it in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; lines.len()];
    for (at, line) in lines.iter().enumerate() {
        let Some((rank, _)) = line.now else { continue };
        let rank_of = |at: usize| lines.get(at).and_then(|line| line.now).map_or(0, |(rank, _)| rank);
        let length = ends.partition_point(|&end| rank_of(end) < rank);
        before[at] = length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied());
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let kept: HashSet<usize> =
        std::iter::successors(ends.last().copied(), |&at| before.get(at).copied().flatten()).collect();
    for (at, line) in lines.iter_mut().enumerate() {
        line.overtaken = line.now.is_some() && !kept.contains(&at);
    }
    lines
}

/// What has become of the list, in a sentence.
fn verdict(lines: &[Line<'_>], n_new: usize) -> String {
    let count = |is: fn(&Line<'_>) -> bool| lines.iter().filter(|line| is(line)).count();
    let parts = [
        (count(|line| line.now.is_none()), "is no longer listed", "are no longer listed"),
        (n_new, "is new", "are new"),
        (count(|line| line.overtaken), "changed its place among the others", "changed their places among the others"),
        (count(|line| line.has_other_score()), "has another score", "have other scores"),
    ];
    let said: Vec<_> = parts
        .into_iter()
        .filter(|&(n, ..)| n > 0)
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .collect();
    if said.is_empty() {
        return "Made again from the same conditions and policy it is the same.".to_owned();
    }
    format!("The log has gone on. Made again from the same conditions and policy: {}.", said.join(", "))
}

fn line(line: &Line<'_>) -> AnyView {
    let Line { rank, row, now, overtaken } = *line;
    let is_other = now.is_none() || overtaken || line.has_other_score();
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    /// What is said when five blocks with scores 9 to 5 stand like this now, by their old ranks, and one more is listed or not.
    fn said(now: [Option<(usize, f64)>; 5], n_new: usize) -> String {
        let rows: Vec<_> = ["a", "b", "c", "d", "e"]
            .into_iter()
            .zip([9.0, 8.0, 7.0, 6.0, 5.0])
            .map(|(sb, score)| KeptRow { sb: sb.parse().unwrap(), name: sb.to_owned(), score })
            .collect();
        let lines = (1..).zip(&rows).zip(now).map(|((rank, row), now)| Line { rank, row, now, overtaken: false });
        let said = verdict(&in_order(lines.collect()), n_new);
        said.strip_prefix("The log has gone on. Made again from the same conditions and policy: ")
            .unwrap_or(&said)
            .to_owned()
    }

    #[test]
    fn one_block_that_went_away_changes_no_others_place() {
        let stay = [Some((1, 9.0)), Some((2, 8.0)), Some((3, 7.0)), Some((4, 6.0)), Some((5, 5.0))];
        assert_eq!(said(stay, 0), "Made again from the same conditions and policy it is the same.");
        let gone = [Some((1, 9.0)), None, Some((2, 7.0)), Some((3, 6.0)), Some((4, 5.0))];
        assert_eq!(said(gone, 0), "1 is no longer listed.");
        // A new one at the top pushes all down.
        let pushed = [Some((2, 9.0)), Some((3, 8.0)), Some((4, 7.0)), Some((5, 6.0)), Some((6, 5.0))];
        assert_eq!(said(pushed, 1), "1 is new.");
        // The last came first: it alone moved.
        let jumped = [Some((2, 9.0)), Some((3, 8.0)), Some((4, 7.0)), Some((5, 6.0)), Some((1, 9.5))];
        assert_eq!(said(jumped, 0), "1 changed its place among the others, 1 has another score.");
    }
}
