//! The filters beside the list: every value with its count, as links; the period as links and a form.

use domain::time::Instant;
use domain::triage::filter::{Filter, Period};
use domain::triage::{Count, FindingPage};
use leptos::prelude::*;
use leptos_router::components::Form;

use super::choice::Choice;
use crate::error::AppError;
use crate::format::thousands;
use crate::query::{TriageQuery, pairs_of};

/// The filters. On a narrow screen they open over the list.
pub(super) fn facets(query: Memo<TriageQuery>, page: Resource<Result<FindingPage, AppError>>) -> impl IntoView {
    view! {
        <aside id="filters" class="facets" popover="auto" aria-label="Filters">
            {period(query)}
            <Transition>
                {move || Suspend::new(async move {
                    // The list beside says what failed; without counts there is nothing to say here.
                    page.await.ok().map(|page| counted(page, query))
                })}
            </Transition>
        </aside>
    }
}

fn counted(page: FindingPage, query: Memo<TriageQuery>) -> impl IntoView {
    let facets = page.facets;
    view! {
        {facet(facets.class, Choice::Class, query)}
        {facet(facets.priority, Choice::Priority, query)}
        {facet(facets.family, Choice::Family, query)}
        {facet(facets.state, Choice::State, query)}
        {facet(facets.kind, Choice::Kind, query)}
    }
}

fn facet<T>(counts: Vec<Count<T>>, choice: fn(T) -> Choice, query: Memo<TriageQuery>) -> impl IntoView {
    let choices: Vec<_> = counts.into_iter().map(|count| (choice(count.value), count.in_view, count.total)).collect();
    let heading = choices.first().map_or("", |(choice, ..)| choice.facet());
    let values: Vec<_> = choices.into_iter().map(|choice| value(choice, query)).collect();
    view! {
        <section class="facet">
            <h2>{heading}</h2>
            <ul>{values}</ul>
        </section>
    }
    .into_any()
}

/// `GAP 12 / 345`: how many the list would show of how many there are.
fn value((choice, in_view, total): (Choice, i64, i64), query: Memo<TriageQuery>) -> impl IntoView {
    let href = move || query.with(|query| choice.toggled(query).href());
    let is_on = move || query.with(|query| choice.is_on(&query.filter));
    let counts = format!("{} of {}", thousands(in_view), thousands(total));
    view! {
        <li>
            <a href=href class:none=total == 0 aria-current=move || is_on().then_some("true") data-noscroll="">
                <span class="value">{choice.label()}</span>
                <span class="num" title=counts>{thousands(in_view)}<span class="total">" / "{thousands(total)}</span></span>
            </a>
        </li>
    }
}

/// When a finding must have ended.
fn period(query: Memo<TriageQuery>) -> impl IntoView {
    let presets =
        [("All time", Period::All), ("Last shift", Period::LastShift), ("Last 7 days", Period::LastSevenDays)];
    let presets = presets.map(|(label, period)| {
        let href = move || query.with(|query| query.filtered(|filter| filter.period = period).href());
        let is_on = move || query.with(|query| query.filter.period == period);
        view! {
            <li><a href=href aria-current=move || is_on().then_some("true") data-noscroll="">
                <span class="value">{label}</span>
            </a></li>
        }
    });
    let side = move |of: fn(Period) -> Option<Instant>| {
        move || query.with(|query| of(query.filter.period).map(Instant::for_people).unwrap_or_default())
    };
    let from = side(|period| if let Period::Between { from, .. } = period { from } else { None });
    let to = side(|period| if let Period::Between { to, .. } = period { to } else { None });
    view! {
        <section class="facet period">
            <h2>"Period"</h2>
            <ul>{presets.collect_view()}</ul>
            <Form method="GET" action="/triage" noscroll=true>
                {move || query.with(kept_by_the_form)}
                <label>"From"<input name="from" value=from prop:value=from placeholder="2022-03-12 21:00:00" autocomplete="off" spellcheck="false" /></label>
                <label>"To"<input name="to" value=to prop:value=to placeholder="UTC" autocomplete="off" spellcheck="false" /></label>
                <button>"Apply period"</button>
            </Form>
        </section>
    }
}

/// A form replaces the whole query of the URL, so it carries what it does not change.
fn kept_by_the_form(query: &TriageQuery) -> impl IntoView + use<> {
    let kept = query.filtered(|filter: &mut Filter| filter.period = Period::All);
    let fields =
        pairs_of(&kept).into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    fields.collect_view()
}
