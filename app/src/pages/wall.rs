//! The wall of a control room: large, dark, and one picture after the other. It goes on by itself, or is held.

use domain::efficiency::{Incomplete, Metric};
use domain::family::Family;
use leptos::prelude::*;
use leptos_meta::Meta;
use leptos_router::hooks::use_location;

use crate::api::efficiency::wall;
use crate::api::reports::Drawn;
use crate::pages::efficiency::placed;
use crate::pages::efficiency::words::{array_label, change_words, grouped, incomplete_words};
use crate::query::pairs;

/// The pictures.
pub(crate) const N_PICTURES: usize = 3;
/// How long each is shown \[s\], unless the address says otherwise.
const SHOWN_S: u32 = 20;

/// What the address says: `/wall?show=2&every=30`, or `&hold=1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WallQuery {
    /// Which picture, from 0.
    pub(crate) show: usize,
    /// How long each is shown \[s\], 5 to 600.
    pub(crate) every: u32,
    /// Whether it stays.
    pub(crate) hold: bool,
}

impl WallQuery {
    /// Reads an address. What it does not understand is as always: nobody stands at a wall to read that.
    pub(crate) fn read(search: &str) -> Self {
        let mut query = Self { show: 0, every: SHOWN_S, hold: false };
        for (name, value) in pairs(search) {
            match (name.as_str(), value.parse::<u32>()) {
                ("show", Ok(show)) => query.show = usize::try_from(show).unwrap_or(0) % N_PICTURES,
                ("every", Ok(every)) => query.every = every.clamp(5, 600),
                ("hold", Ok(hold)) => query.hold = hold != 0,
                _ => {}
            }
        }
        query
    }

    fn href(self) -> String {
        let every = if self.every == SHOWN_S { String::new() } else { format!("&every={}", self.every) };
        format!("/wall?show={}{every}{}", self.show, if self.hold { "&hold=1" } else { "" })
    }

    fn showing(self, show: usize) -> Self {
        Self { show: show % N_PICTURES, ..self }
    }
}

/// The wall.
#[component]
pub fn WallPage() -> impl IntoView {
    let search = use_location().search;
    let query = WallQuery::read(&search.get_untracked());
    let next = query.showing(query.show + 1).href();
    // Held, it still follows the log.
    let refresh = if query.hold { format!("60; url={}", query.href()) } else { format!("{}; url={next}", query.every) };
    view! {
        <Meta http_equiv="refresh" content=refresh />
        {placed("efficiency", "Wall", "The wall could not be made.", move || search.get(), wall)}
    }
}

/// A column of big numbers.
pub(crate) struct WallColumn {
    pub(crate) family: Option<Family>,
    /// Each number, its value and its change, in thousandths.
    pub(crate) numbers: Vec<(Metric, Option<i64>, Option<i64>)>,
    pub(crate) incomplete: Vec<Incomplete>,
}

/// What a picture shows.
pub(crate) struct Picture {
    pub(crate) title: String,
    /// Its time, in words.
    pub(crate) time: String,
    pub(crate) columns: Vec<WallColumn>,
    pub(crate) drawings: Vec<Drawn>,
}

/// The picture as HTML.
pub(crate) fn html(query: WallQuery, picture: Option<Picture>) -> String {
    let dots = (0..N_PICTURES).map(|show| {
        let current = (show == query.show).then_some("true");
        view! { <a href=query.showing(show).href() aria-current=current aria-label=format!("Picture {}", show + 1)>{show + 1}</a> }
    });
    let hold = WallQuery { hold: !query.hold, ..query }.href();
    let hold_words = if query.hold { "Go on" } else { "Hold" };
    let body = match picture {
        Some(Picture { title, time, columns, drawings }) => {
            let columns = columns.iter().map(column);
            let drawings = drawings.into_iter().map(|drawn| {
                view! { <figure><figcaption>{drawn.title}</figcaption><div inner_html=drawn.svg></div><p class="unseen">{drawn.sentence}</p></figure> }
            });
            view! {
                <header><h1>{title}</h1><p class="num">{time}</p></header>
                <div class="wall-columns">{columns.collect_view()}</div>
                <div class="wall-drawings">{drawings.collect_view()}</div>
            }
            .into_any()
        }
        None => view! {
            <header><h1>"No shift yet"</h1></header>
            <p>"Nothing of the log lies in this window."</p>
        }
        .into_any(),
    };
    view! {
        <article class="wall">
            {body}
            <footer>
                <a href="/efficiency">"Shiftdesk"</a>
                <nav aria-label="Pictures">{dots.collect_view()}</nav>
                <a href=hold>{hold_words}</a>
            </footer>
        </article>
    }
    .to_html()
}

fn column(column: &WallColumn) -> impl IntoView + use<> {
    let marks: Vec<&str> = column.incomplete.iter().map(|why| incomplete_words(why).0).collect();
    let mark = (!marks.is_empty()).then(|| view! { <span class="mark hatched">{marks.join(", ")}</span> });
    let numbers = column.numbers.iter().map(|&(metric, value, change)| {
        view! {
            <dt>{metric.label()}</dt>
            <dd class="num">{grouped(metric, value)}<small>{change_words(metric, change)}</small></dd>
        }
    });
    view! {
        <section>
            <h2>{array_label(column.family)}" "{mark}</h2>
            <dl>{numbers.collect_view()}</dl>
        </section>
    }
}
