//! The filters beside the list: every value with its count, as links; the period as links and a form.

use domain::time::Instant;
use domain::triage::filter::{Assignee, Filter, Period, Said, What};
use domain::triage::{Count, Facets, FindingPage};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Form;
use leptos_router::hooks::use_navigate;

use super::board::{Answered, Board};
use super::choice::field_name;
use super::line::kept;
use crate::error::AppError;
use crate::format::thousands;
use crate::query::TriageQuery;

/// The filters. On a narrow screen they open over the list.
pub(super) fn facets(
    query: Memo<TriageQuery>,
    page: Resource<Result<Option<FindingPage>, AppError>>,
    board: Board,
    answer: Memo<Option<Answered>>,
) -> impl IntoView {
    let excluding = excluding(query);
    view! {
        <aside id="filters" class="facets" popover="auto" aria-label="Filters">
            {period(query)}
            <Transition>
                {move || {
                    if board.ready() {
                        let counts = Memo::new(move |_| {
                            answer.with(|answer| answer.as_ref().map(|answer| answer.0.facets.clone())).unwrap_or_default()
                        });
                        return counted(counts.into(), query, excluding).into_any();
                    }
                    Suspend::new(async move {
                        // The list beside says what failed; without counts there is nothing to say here.
                        let page = page.await.ok().flatten();
                        page.map(|page| counted(Signal::stored(page.facets), query, excluding))
                    })
                    .into_any()
                }}
            </Transition>
        </aside>
    }
}

/// What a click with Alt on a value does.
type Exclude = StoredValue<Box<dyn Fn(&What) + Send + Sync>>;

fn excluding(query: Memo<TriageQuery>) -> Exclude {
    let navigate = use_navigate();
    StoredValue::new(Box::new(move |what| {
        let href = query.with_untracked(|query| query.filtered(query.filter.excluding(what)).href());
        navigate(&href, NavigateOptions { scroll: false, ..Default::default() });
    }))
}

fn counted(facets: Signal<Facets>, query: Memo<TriageQuery>, exclude: Exclude) -> impl IntoView {
    let who = |name: Option<String>| What::Assignee(name.map_or(Assignee::Nobody, Assignee::Named));
    view! {
        {facet(facets, |facets| &facets.state, What::State, query, exclude)}
        {facet(facets, |facets| &facets.class, What::Class, query, exclude)}
        {facet(facets, |facets| &facets.priority, What::Priority, query, exclude)}
        {facet(facets, |facets| &facets.family, What::Family, query, exclude)}
        {facet(facets, |facets| &facets.kind, What::Kind, query, exclude)}
        {changing_facet("Assignee", facets, |facets| &facets.assignee, who, query, exclude)}
        {changing_facet("Tag", facets, |facets| &facets.tag, What::Tag, query, exclude)}
        {another_tag(query)}
    }
}

/// A facet whose values are always the same: the values stay, their counts change.
fn facet<T: Copy + 'static>(
    facets: Signal<Facets>,
    counts: fn(&Facets) -> &Vec<Count<T>>,
    what: fn(T) -> What,
    query: Memo<TriageQuery>,
    exclude: Exclude,
) -> impl IntoView {
    let choices: Vec<What> =
        facets.with_untracked(|facets| counts(facets).iter().map(|count| what(count.value)).collect());
    let heading = choices.first().map_or("", field_name);
    let numbers = move |nth: usize| {
        Signal::derive(move || {
            facets.with(|facets| counts(facets).get(nth).map_or((0, 0), |count| (count.in_view, count.total)))
        })
    };
    let values = choices.into_iter().enumerate().map(|(nth, what)| value(what, numbers(nth), query, exclude));
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
    exclude: Exclude,
) -> impl IntoView {
    let counts = Memo::new(move |_| facets.with(|facets| counts(facets).clone()));
    let values = move || {
        let counts = counts.get().into_iter();
        let values =
            counts.map(|count| value(what(count.value), Signal::stored((count.in_view, count.total)), query, exclude));
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

/// `GAP 12 / 345 −`: how many the list would show of how many there are, and the link that leaves them out.
fn value(what: What, counts: Signal<(i64, i64)>, query: Memo<TriageQuery>, exclude: Exclude) -> impl IntoView {
    let label = what.words();
    let what = StoredValue::new(what);
    let said = Memo::new(move |_| what.with_value(|what| query.with(|query| query.filter.says(what))));
    let href = move || what.with_value(|what| query.with(|query| query.filtered(query.filter.toggled(what)).href()));
    let without =
        move || what.with_value(|what| query.with(|query| query.filtered(query.filter.excluding(what)).href()));
    let alt = move |click: MouseEvent| {
        if click.alt_key() {
            click.prevent_default();
            what.with_value(|what| exclude.with_value(|exclude| exclude(what)));
        }
    };
    let not = format!("Not {label}");
    let in_view = move || thousands(counts.get().0);
    let total = move || thousands(counts.get().1);
    let told = move || format!("{} of {}", thousands(counts.get().0), thousands(counts.get().1));
    view! {
        <li class:excluded=move || said.get() == Said::Excluded>
            <a
                href=href
                class:none=move || counts.get().1 == 0
                aria-current=move || (said.get() == Said::Wanted).then_some("true")
                data-noscroll=""
                on:click=alt
            >
                <span class="value">{label}</span>
                <span class="num" title=told>{in_view}<span class="total">" / "{total}</span></span>
            </a>
            <a
                class="not"
                href=without
                title=not.clone()
                aria-label=not
                aria-current=move || (said.get() == Said::Excluded).then_some("true")
                data-noscroll=""
            >"−"</a>
        </li>
    }
}

/// The list has the most frequent tags; any other is typed.
fn another_tag(query: Memo<TriageQuery>) -> impl IntoView {
    view! {
        <div class="facet">
            <Form method="GET" action="/triage" noscroll=true>
                {move || query.with(|query| written_out(query, query.filter.clone()))}
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
                {move || query.with(|query| written_out(query, query.filter.ending(None)))}
                <label>"Week"<input name="week" value=week prop:value=week placeholder="2022-W10" autocomplete="off" spellcheck="false" /></label>
                <label>"From"<input name="from" value=from prop:value=from placeholder="2022-03-12 21:00:00" autocomplete="off" spellcheck="false" /></label>
                <label>"To"<input name="to" value=to prop:value=to placeholder="UTC" autocomplete="off" spellcheck="false" /></label>
                <button>"Apply period"</button>
            </Form>
        </section>
    }
}

/// What a form keeps that adds to this filter: all of it, also where it is the one that is not written otherwise.
fn written_out(query: &TriageQuery, filter: Filter) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="q" value=filter.to_string() />
        {kept(query, &["sort", "finding"])}
    }
}
