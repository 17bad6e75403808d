//! How often suggestions were right. The suggestion for one finding comes with the finding itself.

use domain::triage::suggestion::TypeRecord;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;

/// How the decisions on each type were predicted, in the order of types.
#[server(prefix = "/_fn", endpoint = "suggestions", input = GetUrl)]
pub async fn suggestions() -> Result<Vec<TypeRecord>, AppError> {
    use super::refusal::{answered, store};

    let ask = async || Ok(store()?.suggestion_records().await?);
    answered(ask().await)
}
