//! The lists: targets of opportunity, 12 m, 7 m, single dishes, each in the order of the score.

use domain::facts::Project;
use domain::family::Family;
use domain::plan::ranking::{Row, Section};
use domain::plan::warnings::warnings;
use leptos::prelude::*;

use super::made::Made;
use super::rows::{Bar, Cell, Column, Line, table};
use super::words::{declination, number, plain, right_ascension};

/// Rows of a section that are shown at first (our own: what one decides between, twice over).
const ROWS: usize = 25;

/// The columns. Those of class `w` go where the open block needs the room, and `pinned` is there beside a pinned list.
pub(super) const COLUMNS: [Column; 22] = [
    ("Rank", "num c-rank"),
    ("Pinned", "num c-pinned"),
    ("Score", "num c-score score"),
    ("Parts", "w c-parts"),
    ("Scheduling Block", "sb"),
    ("Project", "w c-project"),
    ("Exec", "w c-exec"),
    ("Grade", "c-grade"),
    ("Science rank", "num w c-science"),
    ("Band", "num c-band"),
    ("Freq [GHz]", "num w c-freq"),
    ("RA", "num w c-ra"),
    ("Dec", "num w c-dec"),
    ("HA [h]", "num c-ha"),
    ("El [°]", "num c-el"),
    ("Sets in [h]", "num c-sets"),
    ("Done", "num w c-done"),
    ("× time", "num c-time"),
    ("Max PWV [mm]", "num w c-pwv"),
    ("AR asked / given [″]", "num w c-ar"),
    ("State", "w c-state"),
    ("Warnings", "warnings"),
];

/// What a section says.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// How many it has; `3 of 12` while words are searched for.
    pub(crate) count: String,
    /// Why it has nobody; empty where it has somebody.
    pub(crate) nothing: String,
    pub(crate) lines: Vec<Line>,
    /// Where all rows are, and how many more those are; `None` where these are all.
    pub(crate) more: Option<(String, String)>,
}

impl Listed {
    /// What the section says of this list.
    pub(crate) fn of(made: &Made, section: Section) -> Self {
        let listed = made.listed(section);
        let n = made.ranking.section(section).len();
        let shown = if made.query.all_rows { listed.len() } else { listed.len().min(ROWS) };
        let places: Vec<usize> = listed[..shown].iter().map(|&(_, place)| place).collect();
        let rows = made.blocks.rows(&places, &made.situation, &made.policy);
        let lines = listed.iter().zip(rows).filter_map(|(&(rank, place), row)| line(made, section, rank, place, &row));
        let nothing = match (listed.is_empty(), n) {
            (false, _) => String::new(),
            (true, 0) => nothing_words(made, section),
            (true, _) => "None of them has these words; the blocks that are not listed are searched below.".to_owned(),
        };
        let more = (shown < listed.len()).then(|| {
            let mut all = made.query.clone();
            all.all_rows = true;
            (all.href(), format!("{} more: show all rows", listed.len() - shown))
        });
        Self {
            count: if listed.len() == n { n.to_string() } else { format!("{} of {n}", listed.len()) },
            nothing,
            lines: lines.collect(),
            more,
        }
    }
}

/// All sections, one below the other, each with the same columns. A section that is not in sight is neither laid out nor painted.
pub(crate) fn sections(of: impl FnMut(Section) -> AnyView) -> AnyView {
    let sections: Vec<_> = Section::ALL.iter().copied().map(of).collect();
    view! {
        <div class="scrolls" tabindex="0" role="region" aria-label="Scheduling Blocks that can be observed">
            <div class="sections">{sections}</div>
        </div>
    }
    .into_any()
}

/// A section, with these rows.
pub(crate) fn section_view(section: Section, listed: &Listed, rows: AnyView) -> AnyView {
    let (href, more) = listed.more.clone().unwrap_or_default();
    view! {
        <section class="of-array">
            <h2><span class="name">{section.label()}</span>" "<span class="n">{listed.count.clone()}</span></h2>
            <p class="hint" hidden=listed.nothing.is_empty()>{listed.nothing.clone()}</p>
            {table("sbs", section.label(), &COLUMNS, rows)}
            <p class="more" hidden=listed.more.is_none()><a href=href rel="external">{more}</a></p>
        </section>
    }
    .into_any()
}

/// How many blocks are listed, and by which policy; where to get blocks when there are none.
pub(crate) fn summary(made: &Made) -> AnyView {
    if made.blocks.is_empty() {
        return view! {
            <div class="nothing">
                <p>"The log has no Scheduling Blocks yet."</p>
                <p class="hint">"Load them: "<code>"shiftdesk ingest scheduling_blocks.csv projects.csv"</code></p>
            </div>
        }
        .into_any();
    }
    let n_listed: usize = Section::ALL.iter().map(|&section| made.ranking.section(section).len()).sum();
    view! {
        <p class="n-listed">
            {n_listed}" of "{made.blocks.len()}" blocks can be observed, by policy "<b>{made.policy.name.clone()}</b>
            ", version "{made.policy.version}
        </p>
    }
    .into_any()
}

/// Why a section has nobody.
fn nothing_words(made: &Made, section: Section) -> String {
    let has_array = made.situation.array(Family::Twelve).is_some();
    match section {
        Section::ReadyToo => "No target of opportunity is ready.".to_owned(),
        Section::Twelve if !has_array => "No 12 m configuration is known for this time: choose one above.".to_owned(),
        Section::Twelve | Section::Seven | Section::TotalPower => {
            "No block passes all checks; below stands which check each fails, and when it passes next.".to_owned()
        }
    }
}

fn line(made: &Made, section: Section, rank: usize, place: usize, row: &Row) -> Option<Line> {
    let candidate = made.blocks.candidate(place)?;
    let (block, project) = (&candidate.block, candidate.project.as_ref());
    let warned: Vec<&str> =
        warnings(candidate, &made.situation, &made.ahead).into_iter().map(|warning| warning.label()).collect();
    let done = match block.exec_count {
        Some(asked) => format!("{}/{asked}", candidate.observed()),
        None => candidate.observed().to_string(),
    };
    let pinned = made.pinned.as_ref().map(|pinned| {
        let before = pinned.rank_of(place);
        moved(before.map(|(before, at)| (before == section, at)), rank)
    });
    let given = made
        .situation
        .array(Family::Twelve)
        .filter(|_| block.array == Some(Family::Twelve))
        .and_then(|array| Some(array.ar_100ghz_arcsec? * 100.0 / block.rep_freq_ghz?));
    let resolution = match (block.ar_arcsec, given) {
        (Some(asked), Some(given)) => format!("{asked:.2} / {given:.2}"),
        (Some(asked), None) => format!("{asked:.2}"),
        (None, _) => String::new(),
    };
    let is_red = row.multiplier.is_some_and(|multiplier| multiplier > made.policy.red_above);
    let of_project = |field: fn(&Project) -> String| Cell::Words(project.map(field).unwrap_or_default());
    // In the order of the columns.
    let cells: [Cell; COLUMNS.len()] = [
        rank.to_string().into(),
        pinned.unwrap_or_default().into(),
        plain(row.total, 2).into(),
        Cell::Parts(Bar::new(&row.scores, &made.policy)),
        Cell::Name(block.name.clone()),
        block.project_code.clone().into(),
        of_project(|project| project.executive.clone()),
        of_project(|project| project.grade.clone()),
        of_project(|project| project.science_rank.map(|rank| rank.to_string()).unwrap_or_default()),
        block.band.map(|band| band.to_string()).unwrap_or_default().into(),
        number(block.rep_freq_ghz, 1).into(),
        block.ra_deg.map(right_ascension).unwrap_or_default().into(),
        block.dec_deg.map(declination).unwrap_or_default().into(),
        number(row.hour_angle_h, 2).into(),
        number(row.elevation_deg, 1).into(),
        row.sets_in_h.map_or_else(|| "never".to_owned(), |hours| plain(hours, 1)).into(),
        done.into(),
        Cell::Noted(number(row.multiplier, 2), is_red),
        number(block.max_pwv_mm, 1).into(),
        resolution.into(),
        block.state.clone().into(),
        warned.join(", ").into(),
    ];
    Some(Line {
        sb: block.id.to_string(),
        href: made.query.opening(Some(block.id.as_str())).href(),
        is_open: made.open() == Some(place),
        cells: cells.into(),
    })
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
