//! What a form did, told once by the page it leads to.
//!
//! A form is sent, the answer is a redirect, and the page it leads to has to say how it went, with or without JavaScript. The
//! words travel in a cookie that only this page gets and that is gone afterwards. In the URL they would stay in histories, and
//! anybody could send a link that makes this site say something.

use codee::binary::PostcardCodec;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::error::AppError;

/// How a form went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It did this: a sentence.
    Done(String),
    /// It could not: a sentence.
    Failed(String),
    /// It decided about findings, and can be taken back.
    Decided {
        /// What it decided.
        sentence: String,
        /// The action to undo.
        action: i64,
    },
    /// It made something that is shown now and never again.
    Made {
        /// What it is for, a sentence.
        what: String,
        /// The secret, or the link that holds it.
        secret: String,
    },
}

/// How the form went that led to this page, if one did. A client that comes here by itself is told nothing.
pub fn outcome() -> Option<Outcome> {
    SharedValue::<_, PostcardCodec>::new_with_encoding(|| {
        #[cfg(feature = "ssr")]
        return cookie::taken();
        #[cfg(not(feature = "ssr"))]
        return None;
    })
    .into_inner()
}

/// The answer to a form: to the page `done` or, if it failed, back to `failed`, which tell about it. A script that asked gets the
/// result itself.
#[cfg(feature = "ssr")]
pub(super) fn told<T>(
    result: Result<T, AppError>,
    done: &str,
    failed: &str,
    words: impl FnOnce(&T) -> Option<Outcome>,
) -> Result<T, AppError>
where
    T: Default,
{
    use super::arrival::is_form;
    use super::redirect::go_to;
    use super::refusal::answered;

    if !is_form() {
        return answered(result);
    }
    match result {
        Ok(value) => {
            if let Some(outcome) = words(&value) {
                cookie::leave(&outcome, done);
            }
            go_to(done);
            Ok(value)
        }
        Err(error) => {
            cookie::leave(&Outcome::Failed(error.to_string()), failed);
            go_to(failed);
            Ok(T::default())
        }
    }
}

#[cfg(feature = "ssr")]
mod cookie {
    use http::request::Parts;
    use http::{HeaderValue, header};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use super::Outcome;
    use crate::api::arrival::arrival;

    const NAME: &str = "outcome";
    /// The page that tells it is asked for at once \[s\].
    const LASTS_S: u32 = 60;
    /// More than a sentence and a link \[bytes\].
    const MAX_BYTES: usize = 1_500;

    /// Leaves it for the page at that path.
    pub(super) fn leave(outcome: &Outcome, page: &str) {
        let Ok(mut json) = serde_json::to_vec(outcome) else { return };
        if json.len() > MAX_BYTES {
            json = br#"{"Failed":"What was sent is too long to be repeated here."}"#.to_vec();
        }
        let hex: String = json.iter().map(|byte| format!("{byte:02x}")).collect();
        set(&hex, page, LASTS_S);
    }

    /// Reads it and takes it away.
    pub(super) fn taken() -> Option<Outcome> {
        let parts = use_context::<Parts>()?;
        let cookies = parts.headers.get_all(header::COOKIE).into_iter().filter_map(|header| header.to_str().ok());
        let mut pairs = cookies.flat_map(|header| header.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
        let (_, hex) = pairs.find(|(name, _)| *name == NAME)?;
        set("", parts.uri.path(), 0);
        let digits = hex.as_bytes().chunks_exact(2).filter(|_| hex.len() <= 2 * MAX_BYTES);
        let bytes: Option<Vec<u8>> =
            digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        serde_json::from_slice(&bytes?).ok()
    }

    fn set(value: &str, page: &str, max_age_s: u32) {
        let path = page.split(['?', ';', '#']).next().unwrap_or("/");
        let secure = if arrival().https { "; Secure" } else { "" };
        let cookie = format!("{NAME}={value}; Path={path}; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
        if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }
}
