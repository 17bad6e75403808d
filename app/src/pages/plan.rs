//! The plan: what to observe next, why, and why not the others.
//!
//! The server makes the page whole; in the browser [`live`] makes the same page of the same functions from the blocks it holds, so
//! that a slider ranks ten thousand of them within a frame.

#[cfg(feature = "ssr")]
pub(crate) mod array;
#[cfg(not(feature = "ssr"))]
mod columns;
pub(crate) mod conditions;
#[cfg(not(feature = "ssr"))]
mod filled;
#[cfg(feature = "ssr")]
pub(crate) mod kept_list;
pub(crate) mod list;
#[cfg(not(feature = "ssr"))]
pub mod live;
pub(crate) mod made;
pub(crate) mod pin;
#[cfg(feature = "ssr")]
pub(crate) mod policies;
#[cfg(feature = "ssr")]
pub(crate) mod pressure;
pub(crate) mod rows;
#[cfg(feature = "ssr")]
pub(crate) mod shift;
#[cfg(feature = "ssr")]
mod views;
pub mod why;
pub(crate) mod why_not;
pub(crate) mod words;
#[cfg(feature = "ssr")]
mod written;

use domain::plan::observatory::Configured;
use domain::plan::situation::Ahead;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use {
    crate::api::plan::{Page, plan},
    crate::pages::efficiency::placed,
    domain::saved_view::SavedViews,
    leptos_router::hooks::use_location,
};

use self::made::Made;
#[cfg(feature = "ssr")]
use self::why::Past;
use crate::components::not_understood::not_understood;
use crate::query::plan::PlanQuery;

/// What can be observed, best first.
#[cfg(feature = "ssr")]
#[component]
pub fn PlanPage() -> impl IntoView {
    page(Page::List, "Plan", "The list could not be made.")
}

/// Hours that are wanted against hours there are.
#[cfg(feature = "ssr")]
#[component]
pub fn PressurePage() -> impl IntoView {
    page(Page::Pressure, "Pressure", "The hours could not be summed.")
}

/// By which weights and limits lists are made.
#[cfg(feature = "ssr")]
#[component]
pub fn PoliciesPage() -> impl IntoView {
    page(Page::Policies, "Policies", "The policies could not be read.")
}

/// The list that a block of a plan was chosen from.
#[cfg(feature = "ssr")]
#[component]
pub fn KeptListPage() -> impl IntoView {
    page(Page::KeptList, "The list behind a plan", "The list could not be read.")
}

/// The 12 m array from where its antennas stand.
#[cfg(feature = "ssr")]
#[component]
pub fn ArrayPage() -> impl IntoView {
    page(Page::Array, "Array from antenna positions", "The resolution could not be worked out.")
}

/// What is planned for a shift.
#[cfg(feature = "ssr")]
#[component]
pub fn ShiftPlanPage() -> impl IntoView {
    page(Page::Shift, "Plan of a shift", "The plan could not be read.")
}

#[cfg(feature = "ssr")]
fn page(which: Page, title: &'static str, failed: &'static str) -> AnyView {
    let search = use_location().search;
    placed("plan-page", title, failed, move || search.get(), move |search| plan(which, search))
}

/// The decision view, for the server.
#[cfg(feature = "ssr")]
pub(crate) fn html(made: &Made, past: Past, has_keys: bool, views: Option<SavedViews>) -> String {
    let keys = if has_keys { "on" } else { "off" };
    view! {
        <div class="plan" id="plan" data-keys=keys>
            {heading(&made.query, made.ahead.first(), ().into_any())}
            {conditions::conditions(made)}
            {result(made, past)}
        </div>
        {views::menu(&made.query, views)}
    }
    .to_html()
}

/// The pages of the plan, and which 12 m array the list is for: that of the schedule, or the `next` one; and `more` to be opened.
pub(crate) fn heading(query: &PlanQuery, next: Option<&Ahead>, more: AnyView) -> AnyView {
    let with = |configured: Configured| {
        let mut other = query.clone();
        other.asked.configured = configured;
        (other.asked.n_antennas, other.asked.ar_100ghz_arcsec) = (None, None);
        other.href()
    };
    let current = |is: bool| is.then_some("true");
    let next = next
        .map_or_else(|| "Next configuration".to_owned(), |next| format!("Next configuration: {}", next.configuration));
    let is_next = query.asked.configured == Configured::Next;
    let is_scheduled = query.asked.configured == Configured::Scheduled;
    view! {
        <div class="context">
            {tabs("/plan")}
            <nav class="choice" aria-label="12 m array">
                <a href=with(Configured::Scheduled) rel="external" aria-current=current(is_scheduled)>"Current array"</a>
                <a href=with(Configured::Next) rel="external" aria-current=current(is_next)>{next}</a>
            </nav>
            <h1>"What to observe next"</h1>
            <p class="hint">"It recommends; the astronomer on duty decides."</p>
            <button type="button" class="quiet" data-key="v" popovertarget="views">"Views"</button>
            {more}
        </div>
    }
    .into_any()
}

/// The links between the pages of the plan.
pub(crate) fn tabs(here: &'static str) -> AnyView {
    let pages =
        [("/plan", "List"), ("/plan/shift", "Shift"), ("/plan/pressure", "Pressure"), ("/plan/policies", "Policies")];
    let links = pages.map(|(path, name)| {
        view! { <a href=path rel="external" aria-current=(path == here).then_some("page")>{name}</a> }
    });
    view! { <nav class="choice" aria-label="Plan">{links.collect_view()}</nav> }.into_any()
}

/// All that follows from the conditions.
#[cfg(feature = "ssr")]
fn result(made: &Made, past: Past) -> AnyView {
    let pinned = made.pinned.is_some();
    let lists = (!made.blocks.is_empty()).then(|| {
        let section = |section| {
            let mut listed = list::Listed::of(made, section);
            let lines = std::mem::take(&mut listed.lines);
            list::section_view(section, &listed, written::written(&list::COLUMNS, lines))
        };
        let mut not_listed = why_not::NotListed::of(made);
        let counts = why_not::counts(made, &not_listed);
        let more = why_not::more(made, &not_listed).into_any();
        let rows = written::written(&why_not::COLUMNS, std::mem::take(&mut not_listed.lines));
        view! {
            {list::sections(section)}
            {why_not::frame(counts, rows, more)}
        }
    });
    view! {
        <div class="plan-body" class:with-why=made.query.open.is_some()>
            <div class="plan-lists" class:pinned=pinned>
                {above(made)}
                {lists}
            </div>
            {why::why(made, past)}
        </div>
    }
    .into_any()
}

/// What stands above the lists.
pub(crate) fn above(made: &Made) -> AnyView {
    view! {
        {conditions::standing(made)}
        {not_understood(&made.bad)}
        {pin::beside(made)}
        {list::summary(made)}
    }
    .into_any()
}
