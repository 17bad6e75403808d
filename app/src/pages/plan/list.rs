//! The lists: targets of opportunity, 12 m, 7 m, single dishes, each in the order of the score.

use domain::plan::criteria::Scores;
use domain::plan::policy::{Criterion, Policy};
use domain::plan::ranking::{Row, Section};
use domain::plan::warnings::warnings;
use leptos::prelude::*;

use super::made::Made;
use super::words::{declination, letter, number, plain, right_ascension};

/// Rows of a section that are shown at first (our own: what one decides between, twice over).
const ROWS: usize = 25;

/// All sections as one table, so that their columns stand below each other.
pub(crate) fn lists(made: &Made<'_>) -> AnyView {
    let n_listed: usize = Section::ALL.iter().map(|&section| made.ranking.section(section).len()).sum();
    if made.blocks.is_empty() {
        return view! {
            <div class="nothing">
                <p>"The log has no Scheduling Blocks yet."</p>
                <p class="hint">"Load them: "<code>"shiftdesk ingest scheduling_blocks.csv projects.csv"</code></p>
            </div>
        }
        .into_any();
    }
    let is_pinned = made.pinned.is_some();
    let open = made.open();
    let sections = Section::ALL.iter().map(|&section| section_rows(made, section, is_pinned, open));
    view! {
        <div class="scrolls" tabindex="0" role="region" aria-label="Scheduling Blocks that can be observed">
            <table class="sbs">
                <caption class="quiet-caption">
                    {n_listed}" of "{made.blocks.len()}" blocks can be observed, by policy "<b>{made.policy.name.clone()}</b>
                    ", version "{made.policy.version}
                </caption>
                <thead>
                    <tr>
                        <th scope="col" class="num">"Rank"</th>
                        {is_pinned.then(|| view! { <th scope="col" class="num">"Pinned"</th> })}
                        <th scope="col" class="num">"Score"</th>
                        <th scope="col" class="w">"Parts"</th>
                        <th scope="col">"Scheduling Block"</th>
                        <th scope="col" class="w">"Project"</th>
                        <th scope="col" class="w">"Exec"</th>
                        <th scope="col">"Grade"</th>
                        <th scope="col" class="num w">"Science rank"</th>
                        <th scope="col" class="num">"Band"</th>
                        <th scope="col" class="num w">"Freq [GHz]"</th>
                        <th scope="col" class="num w x">"RA"</th>
                        <th scope="col" class="num w x">"Dec"</th>
                        <th scope="col" class="num">"HA [h]"</th>
                        <th scope="col" class="num">"El [°]"</th>
                        <th scope="col" class="num">"Sets in [h]"</th>
                        <th scope="col" class="num w">"Done"</th>
                        <th scope="col" class="num">"× time"</th>
                        <th scope="col" class="num w x">"Max PWV [mm]"</th>
                        <th scope="col" class="num w x">"AR asked / given [″]"</th>
                        <th scope="col" class="w x">"State"</th>
                        <th scope="col">"Warnings"</th>
                    </tr>
                </thead>
                {sections.collect_view()}
            </table>
        </div>
    }
    .into_any()
}

fn section_rows(made: &Made<'_>, section: Section, is_pinned: bool, open: Option<usize>) -> AnyView {
    let listed = made.listed(section);
    let n = made.ranking.section(section).len();
    let shown = if made.query.all_rows { listed.len() } else { listed.len().min(ROWS) };
    let places: Vec<usize> = listed[..shown].iter().map(|&(_, place)| place).collect();
    let rows = made.blocks.rows(&places, &made.situation, &made.policy);
    let lines = listed
        .iter()
        .zip(rows)
        .map(|(&(rank, place), row)| line(made, section, rank, place, &row, is_pinned, open == Some(place)));
    let lines: Vec<AnyView> = lines.collect();
    let columns = if is_pinned { "22" } else { "21" };
    let count = if listed.len() == n { n.to_string() } else { format!("{} of {n}", listed.len()) };
    let nothing = (listed.is_empty()).then(|| {
        let words = match (n, made.query.find.is_empty()) {
            (0, _) => nothing_words(made, section),
            (_, false) => "None of them has these words; the blocks that are not listed are searched below.".to_owned(),
            (_, true) => String::new(),
        };
        view! { <tr class="none"><td colspan=columns>{words}</td></tr> }
    });
    let more = (shown < listed.len()).then(|| {
        let mut all = made.query.clone();
        all.all_rows = true;
        let words = format!("{} more: show all rows", listed.len() - shown);
        view! { <tr class="more"><td colspan=columns><a href=all.href() rel="external">{words}</a></td></tr> }
    });
    view! {
        <tbody>
            <tr class="section">
                <th scope="rowgroup" colspan=columns><span class="name">{section.label()}</span>" "<span class="n">{count}</span></th>
            </tr>
            {nothing}
            {lines}
            {more}
        </tbody>
    }
    .into_any()
}

/// Why a section has nobody.
fn nothing_words(made: &Made<'_>, section: Section) -> String {
    use domain::family::Family;

    let has_array = made.situation.array(Family::Twelve).is_some();
    match section {
        Section::ReadyToo => "No target of opportunity is ready.".to_owned(),
        Section::Twelve if !has_array => "No 12 m configuration is known for this time: choose one above.".to_owned(),
        Section::Twelve | Section::Seven | Section::TotalPower => {
            "No block passes all checks; below stands which check each fails, and when it passes next.".to_owned()
        }
    }
}

fn line(
    made: &Made<'_>,
    section: Section,
    rank: usize,
    place: usize,
    row: &Row,
    is_pinned: bool,
    is_open: bool,
) -> AnyView {
    let Some(candidate) = made.blocks.candidate(place) else { return ().into_any() };
    let (block, project) = (&candidate.block, candidate.project.as_ref());
    let href = made.query.opening(Some(block.id.as_str())).href();
    let warned: Vec<&str> =
        warnings(candidate, &made.situation, &made.ahead).into_iter().map(|warning| warning.label()).collect();
    let is_red = row.multiplier.is_some_and(|multiplier| multiplier > made.policy.red_above);
    let multiplier = number(row.multiplier, 2);
    let multiplier = if is_red {
        view! { <span class="red" title="much longer than planned">{multiplier}" !"</span> }.into_any()
    } else {
        multiplier.into_any()
    };
    let done = match block.exec_count {
        Some(asked) => format!("{}/{asked}", candidate.observed()),
        None => candidate.observed().to_string(),
    };
    let pinned = is_pinned.then(|| {
        let before = made.pinned.as_ref().and_then(|pinned| pinned.rank_of(place));
        view! { <td class="num">{moved(before.map(|(before, at)| (before == section, at)), rank)}</td> }
    });
    let sets_in = match row.sets_in_h {
        Some(hours) => plain(hours, 1),
        None => "never".to_owned(),
    };
    let given = made
        .situation
        .array(domain::family::Family::Twelve)
        .filter(|_| block.array == Some(domain::family::Family::Twelve))
        .and_then(|array| Some(array.ar_100ghz_arcsec? * 100.0 / block.rep_freq_ghz?));
    let resolution = match (block.ar_arcsec, given) {
        (Some(asked), Some(given)) => format!("{asked:.2} / {given:.2}"),
        (Some(asked), None) => format!("{asked:.2}"),
        (None, _) => String::new(),
    };
    view! {
        <tr class:open=is_open data-sb=block.id.to_string()>
            <td class="num">{rank}</td>
            {pinned}
            <td class="num score">{plain(row.total, 2)}</td>
            <td class="w">{parts(&row.scores, &made.policy)}</td>
            <th scope="row" class="sb">
                <a href=href rel="external" aria-current=is_open.then_some("true")>{block.name.clone()}</a>
            </th>
            <td class="w">{block.project_code.clone()}</td>
            <td class="w">{project.map(|project| project.executive.clone())}</td>
            <td>{project.map(|project| project.grade.clone())}</td>
            <td class="num w">{project.and_then(|project| project.science_rank)}</td>
            <td class="num">{block.band}</td>
            <td class="num w">{number(block.rep_freq_ghz, 1)}</td>
            <td class="num w x">{block.ra_deg.map(right_ascension)}</td>
            <td class="num w x">{block.dec_deg.map(declination)}</td>
            <td class="num">{number(row.hour_angle_h, 2)}</td>
            <td class="num">{number(row.elevation_deg, 1)}</td>
            <td class="num">{sets_in}</td>
            <td class="num w">{done}</td>
            <td class="num">{multiplier}</td>
            <td class="num w x">{number(block.max_pwv_mm, 1)}</td>
            <td class="num w x">{resolution}</td>
            <td class="w x">{block.state.clone()}</td>
            <td class="warnings">{warned.join(", ")}</td>
        </tr>
    }
    .into_any()
}

/// The rank in the pinned list, and which way it went; `before` is whether it was in the same section, and its rank there.
fn moved(before: Option<(bool, usize)>, rank: usize) -> String {
    match before {
        None => "new".to_owned(),
        Some((false, at)) => format!("{at} elsewhere"),
        Some((true, at)) if at > rank => format!("{at} \u{25b2}{}", at - rank),
        Some((true, at)) if at < rank => format!("{at} \u{25bc}{}", rank - at),
        Some((true, at)) => at.to_string(),
    }
}

/// The contributions of the criteria as one bar, as long as the score is of the best there could be.
pub(crate) fn parts(scores: &Scores, policy: &Policy) -> AnyView {
    /// The length of the best score \[px\].
    const LONG: f64 = 96.0;
    let best: f64 = Criterion::ALL.iter().map(|&criterion| 10.0 * policy.weights.of(criterion)).sum();
    let mut from = 0.0;
    let mut said = Vec::new();
    let mut pieces = Vec::new();
    for (nth, &criterion) in Criterion::ALL.iter().enumerate() {
        let weight = policy.weights.of(criterion);
        let contribution = weight * scores[nth];
        if weight > 0.0 {
            said.push(format!("{} {}", criterion.label(), plain(contribution, 2)));
        }
        let long = (contribution / best * LONG).clamp(0.0, LONG - from);
        if long >= 0.5 {
            pieces.push(view! {
                <rect class=format!("part {}", letter(criterion)) x=format!("{from:.1}") y="0" width=format!("{long:.1}") height="10" />
            });
            from += long;
        }
    }
    let said = said.join(", ");
    let title = said.clone();
    view! {
        <svg class="parts" width="96" height="10" role="img" aria-label=said>
            <title>{title}</title>
            {pieces}
        </svg>
    }
    .into_any()
}
