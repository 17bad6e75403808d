//! The filters beside the list: every value with its count, as links; the period as links and a form.

use domain::time::Instant;
use domain::triage::filter::{Assignee, Filter, Period, Said, Term, What};
use domain::triage::{Count, Facets, FindingPage};
use leptos::ev::{Event, MouseEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::NavigateOptions;
use leptos_router::components::Form;
use leptos_router::hooks::use_navigate;
use web_sys::Element;

use super::board::{Answered, Board};
use super::choice::field_name;
use super::line::kept;
use crate::api::Asked;
use crate::format::thousands;
use crate::query::TriageQuery;

/// The filters. On a narrow screen they open over the list.
pub(super) fn facets(
    query: Memo<TriageQuery>,
    page: Asked<Option<FindingPage>>,
    board: Board,
    answer: Memo<Option<Answered>>,
) -> impl IntoView {
    let in_time = links_in_time(query);
    let (near, focused, pressed) = (in_time.clone(), in_time.clone(), in_time);
    view! {
        <aside
            id="filters" class="facets" popover="auto" aria-label="Filters"
            on:pointerover=move |event| _ = near(&event) on:focusin=move |event| _ = focused(&event)
            on:click=move |event| _ = pressed(&event)
        >
            {period(query)}
            <Transition>
                {move || {
                    if board.ready() {
                        let counts = Memo::new(move |_| {
                            answer.with(|answer| answer.as_ref().map(|answer| answer.0.facets.clone())).unwrap_or_default()
                        });
                        return counted(counts.into(), query).into_any();
                    }
                    Suspend::new(async move {
                        // The list beside says what failed; without counts there is nothing to say here.
                        let page = page.await.ok().flatten();
                        page.map(|page| counted(Signal::stored(page.facets), query))
                    })
                    .into_any()
                }}
            </Transition>
        </aside>
    }
}

/// Brings the links of a value up to date when somebody comes near one, by pointer or by focus, and at the latest when it is
/// pressed: two addresses for each of some sixty values are more than a frame has time for, and one of them is wanted. With Alt a
/// click leaves the value out.
fn links_in_time(query: Memo<TriageQuery>) -> impl Fn(&Event) -> Option<()> + Clone {
    let navigate = use_navigate();
    move |event| {
        let link = event.target()?.dyn_into::<Element>().ok()?.closest("[data-term]").ok()??;
        let term = Filter::read(&link.get_attribute("data-term")?).0.terms.into_iter().next()?;
        let excluding = query.with_untracked(|query| query.filtered(query.filter.excluding(&term.what)).href());
        let alt = event.dyn_ref::<MouseEvent>().is_some_and(MouseEvent::alt_key) && event.type_() == "click";
        if alt {
            event.prevent_default();
            navigate(&excluding, NavigateOptions { scroll: false, ..Default::default() });
            return Some(());
        }
        let href = if term.without {
            excluding
        } else {
            query.with_untracked(|query| query.filtered(query.filter.toggled(&term.what)).href())
        };
        link.set_attribute("href", &href).ok()
    }
}

fn counted(facets: Signal<Facets>, query: Memo<TriageQuery>) -> impl IntoView {
    let who = |name: Option<String>| What::Assignee(name.map_or(Assignee::Nobody, Assignee::Named));
    view! {
        {facet(facets, |facets| &facets.state, What::State, query)}
        {facet(facets, |facets| &facets.class, What::Class, query)}
        {facet(facets, |facets| &facets.priority, What::Priority, query)}
        {facet(facets, |facets| &facets.family, What::Family, query)}
        {facet(facets, |facets| &facets.kind, What::Kind, query)}
        {changing_facet("Assignee", facets, |facets| &facets.assignee, who, query)}
        {changing_facet("Tag", facets, |facets| &facets.tag, What::Tag, query)}
        {another_tag(query)}
    }
}

/// A facet whose values are always the same: the values stay, their counts change.
fn facet<T: Copy + 'static>(
    facets: Signal<Facets>,
    counts: fn(&Facets) -> &Vec<Count<T>>,
    what: fn(T) -> What,
    query: Memo<TriageQuery>,
) -> impl IntoView {
    let choices: Vec<What> =
        facets.with_untracked(|facets| counts(facets).iter().map(|count| what(count.value)).collect());
    let heading = choices.first().map_or("", field_name);
    let numbers = move |nth: usize| {
        Signal::derive(move || {
            facets.with(|facets| counts(facets).get(nth).map_or((0, 0), |count| (count.in_view, count.total)))
        })
    };
    let values = choices.into_iter().enumerate().map(|(nth, what)| value(what, numbers(nth), query));
    view! {
        <section class="facet">
            <h2>{heading}</h2>
            <ul>{values.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// A facet that lists the most frequent values, which are others under other filters.
fn changing_facet(
    heading: &'static str,
    facets: Signal<Facets>,
    counts: fn(&Facets) -> &Vec<Count<Option<String>>>,
    what: fn(Option<String>) -> What,
    query: Memo<TriageQuery>,
) -> impl IntoView {
    let counts = Memo::new(move |_| facets.with(|facets| counts(facets).clone()));
    let values = move || {
        let counts = counts.get().into_iter();
        let values = counts.map(|count| value(what(count.value), Signal::stored((count.in_view, count.total)), query));
        values.collect_view()
    };
    view! {
        <section class="facet">
            <h2>{heading}</h2>
            <ul>{values}</ul>
        </section>
    }
    .into_any()
}

/// `GAP 12 / 345 −`: how many the list would show of how many there are, and the link that leaves them out. The links are those of
/// the page that was sent; [`links_in_time`] keeps them right.
fn value(what: What, counts: Signal<(i64, i64)>, query: Memo<TriageQuery>) -> impl IntoView {
    let label = what.words();
    let (toggled, excluding) = query.with_untracked(|query| {
        (query.filtered(query.filter.toggled(&what)).href(), query.filtered(query.filter.excluding(&what)).href())
    });
    let term = Term::from(what.clone());
    let (wanted, excluded) = (term.to_string(), Term { without: true, ..term }.to_string());
    let said = Memo::new(move |_| query.with(|query| query.filter.says(&what)));
    let counts = Memo::new(move |_| counts.get());
    let not = format!("Not {label}");
    let in_view = move || thousands(counts.get().0);
    let total = move || format!(" / {}", thousands(counts.get().1));
    view! {
        <li class:excluded=move || said.get() == Said::Excluded>
            <a
                href=toggled
                class:none=move || counts.get().1 == 0
                aria-current=move || (said.get() == Said::Wanted).then_some("true")
                data-noscroll=""
                data-term=wanted
            >
                <span class="value">{label}</span>
                <span class="num">{in_view}<span class="total">{total}</span></span>
            </a>
            <a
                class="not"
                href=excluding
                title=not.clone()
                aria-label=not
                aria-current=move || (said.get() == Said::Excluded).then_some("true")
                data-noscroll=""
                data-term=excluded
            >"−"</a>
        </li>
    }
}

/// The list has the most frequent tags; any other is typed.
fn another_tag(query: Memo<TriageQuery>) -> impl IntoView {
    view! {
        <div class="facet">
            <Form method="GET" action="/triage" noscroll=true>
                {written_out(query, |query| query.filter.clone())}
                <label>"Tag"<input name="tag" placeholder="another" autocomplete="off" spellcheck="false" /></label>
            </Form>
        </div>
    }
}

/// When a finding must have ended.
fn period(query: Memo<TriageQuery>) -> impl IntoView {
    let presets =
        [("All time", None), ("Last shift", Some(Period::LastShift)), ("Last 7 days", Some(Period::LastDays(7)))];
    let presets = presets.map(|(label, period)| {
        let href = move || query.with(|query| query.filtered(query.filter.ending(period)).href());
        let is_on = move || query.with(|query| query.filter.period().copied() == period);
        view! {
            <li><a href=href aria-current=move || is_on().then_some("true") data-noscroll="">
                <span class="value">{label}</span>
            </a></li>
        }
    });
    let side = move |of: fn(Period) -> Option<Instant>| {
        move || {
            query.with(|query| query.filter.period().copied().and_then(of).map(Instant::for_people).unwrap_or_default())
        }
    };
    let from = side(|period| if let Period::Between(window) = period { window.from() } else { None });
    let to = side(|period| if let Period::Between(window) = period { window.to() } else { None });
    let week = move || {
        query.with(|query| match query.filter.period() {
            Some(Period::Week(week)) => week.to_string(),
            _ => String::new(),
        })
    };
    view! {
        <section class="facet period">
            <h2>"Period"</h2>
            <ul>{presets.collect_view()}</ul>
            <Form method="GET" action="/triage" noscroll=true>
                {written_out(query, |query| query.filter.ending(None))}
                <label>"Week"<input name="week" value=week prop:value=week placeholder="2022-W10" autocomplete="off" spellcheck="false" /></label>
                <label>"From"<input name="from" value=from prop:value=from placeholder="2022-03-12 21:00:00" autocomplete="off" spellcheck="false" /></label>
                <label>"To"<input name="to" value=to prop:value=to placeholder="UTC" autocomplete="off" spellcheck="false" /></label>
                <button>"Apply period"</button>
            </Form>
        </section>
    }
}

/// What a form keeps that adds to this filter: all of it, also where it is the one that is not written otherwise.
fn written_out(query: Memo<TriageQuery>, filter: fn(&TriageQuery) -> Filter) -> impl IntoView {
    view! {
        <input type="hidden" name="q" value=move || query.with(|query| filter(query).to_string()) />
        {kept(query)}
    }
}
