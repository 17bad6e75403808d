//! Which window and which family: links for what is asked every day, forms for the rest.

use domain::efficiency::window::{Cycle, LAST_WEEKS_SHIFTS, Month, Window};
use domain::family::Family;
use domain::time::{Instant, Interval};
use domain::triage::filter::Week;
use leptos::prelude::*;

use super::words::array_label;
use crate::query::efficiency::EfficiencyQuery;

/// What the chooser has to know of the log.
pub(crate) struct Around {
    /// The time of the window.
    pub(crate) interval: Option<Interval>,
    /// The window before, and after.
    pub(crate) previous: Option<Window>,
    /// See `previous`.
    pub(crate) next: Option<Window>,
    /// When the latest shift began that the log knows.
    pub(crate) latest: Option<Instant>,
    /// The time of the request.
    pub(crate) now: Instant,
}

/// The context bar: `href` is where the page is for another state.
pub(super) fn chooser(
    query: &EfficiencyQuery,
    around: &Around,
    path: &'static str,
    href: impl Fn(&EfficiencyQuery) -> String + Copy,
) -> AnyView {
    let step = |window: &Option<Window>, rel: &'static str, before: &'static str, after: &'static str| {
        window.as_ref().map(|window| {
            let words = format!("{before}{}{after}", window.words());
            view! { <a class="step" rel=rel href=href(&query.at(window.clone()))>{words}</a> }
        })
    };
    let families = [None].into_iter().chain(Family::ALL.map(Some)).map(|family| {
        let current = (family == query.family).then_some("true");
        let words = if family.is_none() { "All" } else { array_label(family) };
        view! { <a href=href(&query.of(family)) aria-current=current>{words}</a> }
    });
    view! {
        <div class="context">
            <nav class="choice" aria-label="Window">{kinds(query, around, href)}</nav>
            <nav class="steps" aria-label="Window before and after">
                {step(&around.previous, "prev", "‹ ", "")}
                {step(&around.next, "next", "", " ›")}
            </nav>
            <nav class="choice" aria-label="Array family">{families.collect_view()}</nav>
            {other(query, around, path)}
        </div>
    }
    .into_any()
}

/// One link for each kind of window; the week, month and cycle are those around what is shown.
fn kinds(query: &EfficiencyQuery, around: &Around, href: impl Fn(&EfficiencyQuery) -> String) -> AnyView {
    let anchor = around.interval.map(|interval| interval.end().plus(-1).min(around.now)).or(around.latest);
    let anchor = anchor.unwrap_or(around.now);
    let of_kind = [
        ("Last shift", Some(Window::LastShift)),
        ("Last week's shifts", Some(LAST_WEEKS_SHIFTS)),
        ("Week", Week::of(anchor).map(Window::Week)),
        ("Month", Month::of(anchor).map(Window::Month)),
        ("Cycle", Cycle::of(anchor).map(Window::Cycle)),
    ];
    let links = of_kind.into_iter().filter_map(|(words, window)| {
        let window = window?;
        let is_kind = std::mem::discriminant(&window) == std::mem::discriminant(&query.window)
            && (words != "Last week's shifts" || window == query.window);
        Some(view! { <a href=href(&query.at(window)) aria-current=is_kind.then_some("true")>{words}</a> })
    });
    links.collect_view().into_any()
}

/// Any other window, by forms that only fetch.
fn other(query: &EfficiencyQuery, around: &Around, path: &'static str) -> impl IntoView + use<> {
    let kept: Vec<_> = match &query.against {
        Some(against) => vec![("b", against.to_string())],
        None => query.pairs_without_window(),
    };
    let hidden = move || {
        let fields = kept.iter().map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> });
        fields.collect_view()
    };
    let start = around.interval.map_or(around.latest.unwrap_or(around.now), Interval::start);
    let word = |window: Option<Window>| window.map(|window| window.to_string()).unwrap_or_default();
    let week = word(Week::of(start).map(Window::Week));
    let month = word(Month::of(start).map(Window::Month));
    let cycle = word(Cycle::of(start).map(Window::Cycle)).replace("cycle:", "");
    // Not the browsers' own field for a time: it shows the hours as the reader's country does, by twelve in some.
    let field = Instant::for_people;
    let (from, to) = around.interval.map_or((String::new(), String::new()), |i| (field(i.start()), field(i.end())));
    view! {
        <details class="other-window">
            <summary>"Another window"</summary>
            <div class="forms">
                <form method="get" action=path>
                    {hidden()}
                    <label><span>"ISO week"</span><input type="week" name="week" value=week placeholder="2022-W10" required /></label>
                    <button>"Show the week"</button>
                </form>
                <form method="get" action=path>
                    {hidden()}
                    <label><span>"Month"</span><input type="month" name="month" value=month placeholder="2022-03" required /></label>
                    <button>"Show the month"</button>
                </form>
                <form method="get" action=path>
                    {hidden()}
                    <label><span>"Cycle, from 1 October of"</span><input type="number" name="cycle" min="1000" max="9998" value=cycle required /></label>
                    <button>"Show the cycle"</button>
                </form>
                <form method="get" action=path>
                    {hidden()}
                    <label><span>"From [UTC]"</span><input name="from" value=from placeholder="2022-03-12 21:00:00" required /></label>
                    <label><span>"To [UTC]"</span><input name="to" value=to placeholder="2022-03-13 09:00:00" required /></label>
                    <button>"Show this time"</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
