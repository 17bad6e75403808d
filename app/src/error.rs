//! What goes wrong, as the reader is told: a sentence and something to do next. The operator's half is in the log.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::PostcardEncoding;
use serde::{Deserialize, Serialize};

/// Why a question was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// What was asked for does not exist.
    #[error("There is nothing here: {what}.")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// The question itself is wrong.
    #[error("{field}: {message}.")]
    Invalid {
        /// Which part of it.
        field: String,
        /// What is wrong with it, a sentence without its full stop.
        message: String,
    },
    /// More was sent than anybody types.
    #[error("This is longer than anything that can be sent here. Shorten it and send it again.")]
    TooLarge,
    /// Somebody else changed it meanwhile.
    #[error("This was changed meanwhile. Reload the page to see it as it is now.")]
    Conflict,
    /// Nobody is signed in, or the session ended.
    #[error("Sign in to do this.")]
    SignInNeeded,
    /// Not for this person.
    #[error("Your role does not include this.")]
    Forbidden,
    /// The database, or the server itself, does not answer.
    #[error("The database does not answer. Nothing is lost; try again in a minute.")]
    Unavailable {
        /// What the operator finds the cause under.
        ticket: String,
    },
    /// Something that should not happen.
    #[error("This could not be read. The rest of the page still works.")]
    Internal {
        /// What the operator finds the cause under.
        ticket: String,
    },
    /// The browser did not reach the server.
    #[error("The server could not be reached. Check the network and try again.")]
    Unreachable,
}

impl AppError {
    /// Its HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::Invalid { .. } => 422,
            Self::TooLarge => 413,
            Self::Conflict => 409,
            Self::SignInNeeded => 401,
            Self::Forbidden => 403,
            Self::Unavailable { .. } | Self::Unreachable => 503,
            Self::Internal { .. } => 500,
        }
    }

    /// Whether the same question may be answered a minute later.
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Unreachable)
    }

    /// What the operator finds the cause under, where there is one.
    pub fn ticket(&self) -> Option<&str> {
        match self {
            Self::Unavailable { ticket } | Self::Internal { ticket } => Some(ticket),
            _ => None,
        }
    }
}

/// What the wire itself can get wrong, in the reader's words.
impl FromServerFnError for AppError {
    type Encoder = PostcardEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            ServerFnErrorErr::Args(message) | ServerFnErrorErr::MissingArg(message) => {
                Self::Invalid { field: "request".to_owned(), message }
            }
            // An answer this page cannot read: most often the server was updated under an open page.
            other => Self::Internal { ticket: format!("client: {other}") },
        };
        #[cfg(feature = "ssr")]
        crate::api::refusal::set_status(&error);
        error
    }
}
