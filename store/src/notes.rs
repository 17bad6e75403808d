//! Notes on a time: written, changed, taken back, and each of these undone; what was done is kept.

use chrono::{DateTime, Utc};
use domain::family::Family;
use domain::note::{Note, NoteAct, NoteBody};
use domain::time::{Instant, Interval};
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use crate::{Store, StoreError};

/// Why something could not be done to a note.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// There is no such note.
    #[error("note of that number")]
    Absent,
    /// Somebody did something to it meanwhile.
    #[error("the note was changed meanwhile")]
    Changed,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for NoteError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The most notes that are read at once: a page with more of them says nothing any more.
const NOTES_MAX: i64 = 500;

impl Store {
    /// The notes that cover a part of the interval, or all; those taken back too, the latest time first.
    pub async fn notes(&self, interval: Option<Interval>) -> Result<Vec<Note>, StoreError> {
        let (from, to) = (interval.map(Interval::start), interval.map(Interval::end));
        let rows = sqlx::query_as!(
            Row,
            r#"
            select note.id, from_at, to_at, family as "family: String", text, note.author, written_at, withdrawn,
                note.version, event.what as last, event.author as last_by
            from note
            join note_event event on event.note_id = note.id and event.version = note.version
            where ($1::timestamptz is null or to_at > $1) and ($2::timestamptz is null or from_at < $2)
            order by from_at desc, note.id desc
            limit $3
            "#,
            from.map(DateTime::<Utc>::from),
            to.map(DateTime::<Utc>::from),
            NOTES_MAX,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Note::try_from).collect()
    }

    /// Writes a note; its number.
    pub async fn write_note(&self, body: &NoteBody, author: &str, now: Instant) -> Result<i64, StoreError> {
        let mut tx = self.pool.begin().await?;
        let id = sqlx::query_scalar!(
            "insert into note (from_at, to_at, family, text, author, written_at) values ($1, $2, $3, $4, $5, $6) returning id",
            DateTime::<Utc>::from(body.interval.start()),
            DateTime::<Utc>::from(body.interval.end()),
            body.family.map(Family::label) as _,
            body.text.as_str(),
            author,
            DateTime::<Utc>::from(now),
        )
        .fetch_one(&mut *tx)
        .await?;
        let after = State { body: body.clone(), withdrawn: false };
        remember(&mut tx, id, 1, NoteAct::Written, None, &after, author, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes what a note says, of which time, about whom. The same as it says already changes nothing.
    pub async fn change_note(
        &self,
        id: i64,
        version: i64,
        body: &NoteBody,
        author: &str,
        now: Instant,
    ) -> Result<(), NoteError> {
        self.act_on_note(id, version, author, now, |before| {
            Some((NoteAct::Changed, State { body: body.clone(), ..before.clone() }))
        })
        .await
    }

    /// Takes a note back: it is no longer shown, and kept.
    pub async fn withdraw_note(&self, id: i64, version: i64, author: &str, now: Instant) -> Result<(), NoteError> {
        self.act_on_note(id, version, author, now, |before| {
            Some((NoteAct::Withdrawn, State { withdrawn: true, ..before.clone() }))
        })
        .await
    }

    /// Undoes what was done to the note last: an undo too, which brings it back. A note that was only written is taken back.
    pub async fn undo_note(&self, id: i64, version: i64, author: &str, now: Instant) -> Result<(), NoteError> {
        let last = sqlx::query!(
            r#"select before as "before: Value" from note_event where note_id = $1 and version = $2"#,
            id,
            version
        )
        .fetch_optional(&self.pool)
        .await?;
        let earlier = last.and_then(|last| last.before).map(|before| State::read(id, &before)).transpose()?;
        self.act_on_note(id, version, author, now, |before| {
            Some((NoteAct::Undone, earlier.unwrap_or_else(|| State { withdrawn: true, ..before.clone() })))
        })
        .await
    }

    async fn act_on_note(
        &self,
        id: i64,
        version: i64,
        author: &str,
        now: Instant,
        act: impl FnOnce(&State) -> Option<(NoteAct, State)>,
    ) -> Result<(), NoteError> {
        let mut tx = self.pool.begin().await?;
        let row = sqlx::query!(
            r#"select from_at, to_at, family as "family: String", text, withdrawn, version from note where id = $1 for update"#,
            id
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(NoteError::Absent)?;
        if row.version != version {
            return Err(NoteError::Changed);
        }
        let body = body(id, row.from_at, row.to_at, row.family.as_deref(), &row.text)?;
        let before = State { body, withdrawn: row.withdrawn };
        let Some((what, after)) = act(&before).filter(|(_, after)| *after != before) else { return Ok(()) };
        sqlx::query!(
            "update note set from_at = $2, to_at = $3, family = $4, text = $5, withdrawn = $6, version = version + 1 where id = $1",
            id,
            DateTime::<Utc>::from(after.body.interval.start()),
            DateTime::<Utc>::from(after.body.interval.end()),
            after.body.family.map(Family::label) as _,
            after.body.text.as_str(),
            after.withdrawn,
        )
        .execute(&mut *tx)
        .await?;
        remember(&mut tx, id, version + 1, what, Some(&before), &after, author, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// A note as history has it.
#[derive(Clone, Debug, PartialEq)]
struct State {
    body: NoteBody,
    withdrawn: bool,
}

impl State {
    fn as_json(&self) -> Value {
        let NoteBody { interval, family, text } = &self.body;
        json!({ "from": interval.start(), "to": interval.end(), "family": family, "text": text, "withdrawn": self.withdrawn })
    }

    fn read(id: i64, json: &Value) -> Result<Self, StoreError> {
        let corrupt = |why: &str| StoreError::Corrupt { table: "note_event", id: id.to_string(), why: why.to_owned() };
        let text = |name: &str| json[name].as_str().ok_or_else(|| corrupt("a field is missing"));
        let time = |name: &str| Instant::parse(text(name)?).map_err(|why| corrupt(&why.to_string()));
        let interval = Interval::new(time("from")?, time("to")?).ok_or_else(|| corrupt("it ends before it begins"))?;
        let family = json["family"].as_str().map(str::parse).transpose().map_err(|_| corrupt("unknown family"))?;
        let words = text("text")?.parse().map_err(|_| corrupt("its text is none"))?;
        let withdrawn = json["withdrawn"].as_bool().unwrap_or_default();
        Ok(Self { body: NoteBody { interval, family, text: words }, withdrawn })
    }
}

#[expect(clippy::too_many_arguments, reason = "a line of history has that many columns")]
async fn remember(
    tx: &mut Transaction<'static, Postgres>,
    note: i64,
    version: i64,
    what: NoteAct,
    before: Option<&State>,
    after: &State,
    author: &str,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into note_event (note_id, at, author, what, before, after, version) values ($1, $2, $3, $4, $5, $6, $7)",
        note,
        DateTime::<Utc>::from(now),
        author,
        what.label(),
        before.map(State::as_json),
        after.as_json(),
        version,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

struct Row {
    id: i64,
    from_at: DateTime<Utc>,
    to_at: DateTime<Utc>,
    family: Option<String>,
    text: String,
    author: String,
    written_at: DateTime<Utc>,
    withdrawn: bool,
    version: i64,
    last: String,
    last_by: String,
}

impl TryFrom<Row> for Note {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let corrupt = |why: String| StoreError::Corrupt { table: "note", id: row.id.to_string(), why };
        Ok(Self {
            id: row.id,
            body: body(row.id, row.from_at, row.to_at, row.family.as_deref(), &row.text)?,
            author: row.author.clone(),
            written: row.written_at.try_into().map_err(|why: domain::time::NotATime| corrupt(why.to_string()))?,
            withdrawn: row.withdrawn,
            version: row.version,
            last: row.last.parse().map_err(|why: domain::labelled::UnknownLabel| corrupt(why.to_string()))?,
            last_by: row.last_by.clone(),
        })
    }
}

fn body(
    id: i64,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    family: Option<&str>,
    text: &str,
) -> Result<NoteBody, StoreError> {
    let corrupt = |why: String| StoreError::Corrupt { table: "note", id: id.to_string(), why };
    let time = |at: DateTime<Utc>| Instant::try_from(at).map_err(|why| corrupt(why.to_string()));
    Ok(NoteBody {
        interval: Interval::new(time(from)?, time(to)?)
            .ok_or_else(|| corrupt("it ends before it begins".to_owned()))?,
        family: family
            .map(str::parse)
            .transpose()
            .map_err(|why: domain::family::UnknownFamily| corrupt(why.to_string()))?,
        text: text.parse().map_err(|why: domain::note::IllegalNote| corrupt(why.to_string()))?,
    })
}
