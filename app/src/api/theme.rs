//! Light, dark or night: what the reader chose, kept in a cookie so that the server draws the first page right.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The cookie's name.
pub const COOKIE: &str = "theme";

/// How the page is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// Dim, with little blue.
    Night,
}

impl Theme {
    /// Every theme, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Night];

    /// Its word in the cookie and in `data-theme`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Night => "night",
        }
    }

    /// Its name in the menu.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::Night => "Night",
        }
    }

    /// The theme of a word; what is no theme is the system's.
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }

    /// The cookie that keeps it for a year.
    pub fn cookie(self) -> String {
        format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", self.word())
    }
}

/// Keeps the theme and goes back to the page the reader was on: what the menu does where JavaScript does not run.
#[server(prefix = "/_fn", endpoint = "theme")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn choose_theme(theme: Theme, back: String) -> Result<(), AppError> {
    if let (Some(response), Ok(cookie)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(&theme.cookie()))
    {
        response.append_header(http::header::SET_COOKIE, cookie);
    }
    super::redirect::go_to(&back);
    Ok(())
}

/// The theme this request's cookie asks for.
#[cfg(feature = "ssr")]
pub fn asked_for() -> Theme {
    let Some(parts) = use_context::<http::request::Parts>() else { return Theme::default() };
    // A control room is dark.
    if parts.uri.path() == "/wall" {
        return Theme::Dark;
    }
    let cookies = parts.headers.get_all(http::header::COOKIE).into_iter().filter_map(|header| header.to_str().ok());
    cookies
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, word)| Theme::of_word(word))
        .unwrap_or_default()
}
