//! Reports: the list of those that were made, and each as it was made.

#[cfg(feature = "ssr")]
pub(crate) mod document;
#[cfg(feature = "ssr")]
pub(crate) mod list;
#[cfg(feature = "ssr")]
pub(crate) mod since;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::api::reports::{report, reports};
use crate::error::AppError;
use crate::pages::efficiency::placed;

/// All reports, when they are made and to whom they are mailed.
#[component]
pub fn ReportsPage() -> impl IntoView {
    placed("efficiency", "Reports", "The reports could not be read.", || (), |()| reports())
}

/// One report.
#[component]
pub fn ReportPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").and_then(|id| id.parse::<i64>().ok()));
    placed("efficiency", "Report", "This report could not be read.", id, |id| async move {
        match id {
            Some(id) => report(id).await,
            None => Err(AppError::NotFound { what: "a report is called by its number".to_owned() }),
        }
    })
}
