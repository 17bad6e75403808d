//! Writing notes on a time, changing them, taking them back, and undoing that.

use leptos::prelude::*;

use crate::error::AppError;

/// The page of all notes.
#[cfg(feature = "ssr")]
const NOTES: &str = "/efficiency/notes";

/// Writes a note on a time, about one family or `all`. `back` is the page the form stands on.
#[server(prefix = "/_fn", endpoint = "write-note")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn write_note(
    from: String,
    to: String,
    family: String,
    text: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::redirect::local;
    use super::refusal::{now, store};

    let write = async || {
        let author = allowed(Right::Annotate)?;
        let body = body(&from, &to, &family, &text)?;
        store()?.write_note(&body, &author.name, now()?).await?;
        Ok(())
    };
    let back = if back.is_empty() { NOTES } else { local(&back) };
    told(write().await, back, back, |()| Some(Outcome::Done("The note is written.".to_owned())))
}

/// Changes time, family and text of a note that nobody changed since that version.
#[server(prefix = "/_fn", endpoint = "change-note")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn change_note(
    id: i64,
    version: i64,
    from: String,
    to: String,
    family: String,
    text: String,
) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let change = async || {
        let author = allowed(Right::Annotate)?;
        let body = body(&from, &to, &family, &text)?;
        Ok(store()?.change_note(id, version, &body, &author.name, now()?).await?)
    };
    told(change().await, NOTES, NOTES, |()| Some(Outcome::Done("The note is changed.".to_owned())))
}

/// Takes a note back that nobody changed since that version.
#[server(prefix = "/_fn", endpoint = "withdraw-note")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn withdraw_note(id: i64, version: i64) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let withdraw = async || {
        let author = allowed(Right::Annotate)?;
        Ok(store()?.withdraw_note(id, version, &author.name, now()?).await?)
    };
    told(withdraw().await, NOTES, NOTES, |()| {
        Some(Outcome::Done("The note is withdrawn. It can be undone below.".to_owned()))
    })
}

/// Undoes what made that version of a note.
#[server(prefix = "/_fn", endpoint = "undo-note")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn undo_note(id: i64, version: i64) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let undo = async || {
        let author = allowed(Right::Annotate)?;
        Ok(store()?.undo_note(id, version, &author.name, now()?).await?)
    };
    told(undo().await, NOTES, NOTES, |()| Some(Outcome::Done("What was done to the note last is undone.".to_owned())))
}

#[cfg(feature = "ssr")]
fn body(from: &str, to: &str, family: &str, text: &str) -> Result<domain::note::NoteBody, AppError> {
    use domain::note::NoteBody;
    use domain::time::Interval;
    use domain::triage::filter::{What, instant};

    use super::refusal::invalid;

    let (from, to) = (instant(from).map_err(invalid("From"))?, instant(to).map_err(invalid("To"))?);
    let interval = Interval::new(from, to).ok_or_else(|| invalid("To")("it is not after from"))?;
    let family = match family {
        "all" | "" => None,
        word => match What::parse("family", word) {
            Ok(What::Family(Some(family))) => Some(family),
            _ => return Err(invalid("About")("it is all, 12m, 7m or tp")),
        },
    };
    Ok(NoteBody { interval, family, text: text.parse().map_err(invalid("What it says"))? })
}

#[cfg(feature = "ssr")]
impl From<store::NoteError> for AppError {
    fn from(error: store::NoteError) -> Self {
        match error {
            store::NoteError::Changed => Self::Conflict,
            store::NoteError::Absent => Self::NotFound { what: error.to_string() },
            store::NoteError::Store(error) => error.into(),
        }
    }
}
