//! Who looks at which finding.

use leptos::prelude::*;
use leptos::server_fn::codec::Postcard;

use crate::error::AppError;

/// Tells everybody that this page shows a finding, or none any more. `page` is a name that the page made up. A visitor has no
/// name to show, and is not told of; nothing is stored.
#[server(prefix = "/_fn", endpoint = "looking", output = Postcard)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn looking(page: String, finding: Option<i64>) -> Result<(), AppError> {
    use super::refusal::{answered, store};

    /// The longest made-up name of a page.
    const PAGE_NAME_MAX: usize = 64;
    let tell = async || {
        let Some(person) = super::person::current() else { return Ok(()) };
        let is_plain = page.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if page.is_empty() || page.len() > PAGE_NAME_MAX || !is_plain {
            let message = "letters, digits and dashes, 64 at most".to_owned();
            return Err(AppError::Invalid { field: "page".to_owned(), message });
        }
        Ok(store()?.tell_looking(&store::Looking { page, name: person.name, finding }).await?)
    };
    answered(tell().await)
}
