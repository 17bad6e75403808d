//! Efficiency: what the shifts of a window sum to, and the rows behind every number.
//!
//! These pages are read, not worked in, so the server makes them whole and the browser only puts them in place: what is below
//! this file is not part of the browser's half. The URL is the state ([`crate::query::efficiency`]); everything that changes it
//! is a link or a form.

#[cfg(feature = "ssr")]
pub(crate) mod charts;
pub(crate) mod chooser;
#[cfg(feature = "ssr")]
pub(crate) mod comparison;
#[cfg(feature = "ssr")]
mod kept;
#[cfg(feature = "ssr")]
pub(crate) mod notes;
#[cfg(feature = "ssr")]
pub(crate) mod numbers;
#[cfg(feature = "ssr")]
pub(crate) mod rows;
#[cfg(feature = "ssr")]
pub(crate) mod table;
#[cfg(feature = "ssr")]
pub(crate) mod words;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use crate::api::efficiency::{Page, efficiency};
use crate::components::failure::failure;
use crate::components::said::Said;
use crate::error::AppError;

/// The table of the numbers, and where the time went.
#[component]
pub fn NumbersPage() -> impl IntoView {
    page(Page::Numbers, "Efficiency")
}

/// The rows behind a number.
#[component]
pub fn RowsPage() -> impl IntoView {
    page(Page::Rows, "Behind a number")
}

/// Two windows side by side.
#[component]
pub fn ComparisonPage() -> impl IntoView {
    page(Page::Comparison, "Comparison")
}

/// The notes on times.
#[component]
pub fn NotesPage() -> impl IntoView {
    page(Page::Notes, "Notes")
}

/// The HTML of a page. The document holds it, so it is not sent a second time as data beside it.
#[derive(Clone, Serialize, Deserialize)]
struct OnThePage {
    #[serde(skip)]
    html: String,
}

fn page(which: Page, title: &'static str) -> AnyView {
    let search = use_location().search;
    placed(
        "efficiency",
        title,
        "The numbers could not be read.",
        move || search.get(),
        move |search| efficiency(which, search),
    )
}

/// A page of that class whose HTML the server makes of what the address says, or the sentence that it `failed` by.
pub(crate) fn placed<S, F>(
    class: &'static str,
    title: &'static str,
    failed: &'static str,
    said: impl Fn() -> S + Send + Sync + 'static,
    made: impl Fn(S) -> F + Send + Sync + Copy + 'static,
) -> AnyView
where
    S: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<String, AppError>> + Send + 'static,
{
    let made = Resource::new_blocking(said, move |said| async move { made(said).await.map(|html| OnThePage { html }) });
    view! {
        <Title text=title />
        <div class=class>
            <Said />
            <Transition>
                {move || Suspend::new(async move {
                    match made.await {
                        Ok(OnThePage { html }) => view! { <div inner_html=html></div> }.into_any(),
                        Err(error) => failure(failed, &error).into_any(),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}
