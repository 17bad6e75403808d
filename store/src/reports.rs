//! Reports as they were made, the time of the week at which one is made, and the mails that carry them.

use chrono::{DateTime, Utc};
use domain::report::{MailAddress, Report, Schedule, retry_after_s};
use domain::time::Instant;
use serde_json::{Value, json};
use sqlx::types::Json;

use crate::{Store, StoreError, settings};

/// A report with the documents that were made of it.
#[derive(Clone, Debug)]
pub struct MadeReport {
    /// Its figures.
    pub report: Report,
    /// The page, as HTML.
    pub page: String,
    /// The same as a PDF.
    pub pdf: Vec<u8>,
}

/// For whom a report is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportOf {
    /// Somebody asked for it: the login name.
    Person(String),
    /// It was due at that time.
    Schedule(Instant),
}

/// A line in the list of reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// Its number.
    pub id: i64,
    /// The window as addresses spell it.
    pub window: String,
    /// When it was made.
    pub made: Instant,
    /// Who asked for it; `None` is the schedule.
    pub made_by: Option<String>,
    /// How many mails carried it, wait, and were given up.
    pub mails: (i64, i64, i64),
}

/// A report that was stored.
#[derive(Clone, Debug)]
pub struct StoredReport {
    /// Its figures as reported.
    pub report: Report,
    /// The page as it was made.
    pub page: String,
    /// Who asked for it; `None` is the schedule.
    pub made_by: Option<String>,
    /// How each mail of it went.
    pub mails: Vec<ReportMail>,
}

/// A mail of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportMail {
    /// To whom.
    pub address: String,
    /// How often it was tried.
    pub tries: i32,
    /// When it was sent.
    pub sent: Option<Instant>,
    /// When it is tried next.
    pub next_try: Option<Instant>,
    /// What the last try failed by.
    pub failure: Option<String>,
}

/// A mail that is to be sent now.
#[derive(Clone, Debug)]
pub struct DueMail {
    /// Its number.
    pub id: i64,
    /// The report it carries.
    pub report_id: i64,
    /// To whom.
    pub address: String,
    /// How often it was tried before.
    pub tries: i32,
}

/// The most lines of a list: ten years of weeks.
const REPORTS_MAX: i64 = 520;
/// A mail that a server took and never told about is tried again after this long \[s\].
const TAKEN_FOR_S: i64 = 300;
/// The most characters that are kept of why a mail was not sent.
const FAILURE_MAX_CHARS: usize = 500;

impl Store {
    /// Keeps a report, and mails it to who subscribed when `mail` says so. `None`, and nothing is kept, when one was made
    /// already for the time at which it was due.
    pub async fn keep_report(&self, made: &MadeReport, of: &ReportOf, mail: bool) -> Result<Option<i64>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let report = &made.report;
        let (made_by, due) = match of {
            ReportOf::Person(name) => (Some(name.as_str()), None),
            ReportOf::Schedule(due) => (None, Some(DateTime::<Utc>::from(*due))),
        };
        let id = sqlx::query_scalar!(
            r#"
            insert into report (window_text, from_at, to_at, made_at, made_by, due_at, figures, page, pdf)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (due_at) do nothing
            returning id
            "#,
            report.window,
            DateTime::<Utc>::from(report.interval.start()),
            DateTime::<Utc>::from(report.interval.end()),
            DateTime::<Utc>::from(report.made),
            made_by,
            due,
            Json(report) as _,
            made.page,
            made.pdf,
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(id) = id
            && mail
        {
            sqlx::query!(
                "insert into report_mail (report_id, address, next_try_at) select $1, address, $2 from report_subscriber",
                id,
                DateTime::<Utc>::from(report.made),
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// All reports, the latest first.
    pub async fn reports(&self) -> Result<Vec<ReportLine>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select report.id, window_text, made_at, made_by, count(mail.sent_at) as "n_sent!",
                count(mail.next_try_at) as "n_waiting!",
                count(mail.id) filter (where mail.sent_at is null and mail.next_try_at is null) as "n_given_up!"
            from report
            left join report_mail mail on mail.report_id = report.id
            group by report.id
            order by made_at desc, report.id desc
            limit $1
            "#,
            REPORTS_MAX,
        )
        .fetch_all(&self.pool)
        .await?;
        let line = rows.into_iter().map(|row| {
            Ok(ReportLine {
                id: row.id,
                window: row.window_text,
                made: instant(row.id, row.made_at)?,
                made_by: row.made_by,
                mails: (row.n_sent, row.n_waiting, row.n_given_up),
            })
        });
        line.collect()
    }

    /// One report; `None` when there is none of that number.
    pub async fn report(&self, id: i64) -> Result<Option<StoredReport>, StoreError> {
        let row =
            sqlx::query!(r#"select figures as "figures: Json<Report>", page, made_by from report where id = $1"#, id)
                .fetch_optional(&self.pool)
                .await?;
        let Some(row) = row else { return Ok(None) };
        let mails = sqlx::query!(
            "select address, tries, sent_at, next_try_at, failure from report_mail where report_id = $1 order by address",
            id
        )
        .fetch_all(&self.pool)
        .await?;
        let at = |at: Option<DateTime<Utc>>| at.map(|at| instant(id, at)).transpose();
        let mails = mails.into_iter().map(|mail| {
            let (sent, next_try) = (at(mail.sent_at)?, at(mail.next_try_at)?);
            Ok(ReportMail { address: mail.address, tries: mail.tries, sent, next_try, failure: mail.failure })
        });
        let mails = mails.collect::<Result<_, StoreError>>()?;
        Ok(Some(StoredReport { report: row.figures.0, page: row.page, made_by: row.made_by, mails }))
    }

    /// The PDF of a report, and its window as addresses spell it.
    pub async fn report_pdf(&self, id: i64) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        let row = sqlx::query!("select pdf, window_text from report where id = $1", id);
        Ok(row.fetch_optional(&self.pool).await?.map(|row| (row.pdf, row.window_text)))
    }

    /// When the weekly report is made; `None` when it is not.
    pub async fn report_schedule(&self) -> Result<Option<Schedule>, StoreError> {
        let row = sqlx::query!("select weekday, hour from report_schedule").fetch_optional(&self.pool).await?;
        row.map(|row| Schedule::new(row.weekday.into(), row.hour.into()))
            .transpose()
            .map_err(|why| StoreError::Corrupt { table: "report_schedule", id: "1".to_owned(), why: why.to_string() })
    }

    /// Makes a report each week at that time from now on, or none any more.
    pub async fn set_report_schedule(
        &self,
        schedule: Option<Schedule>,
        author: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("lock table report_schedule in exclusive mode").execute(&mut *tx).await?;
        let before = sqlx::query!("select weekday, hour from report_schedule").fetch_optional(&mut *tx).await?;
        let before = before.map_or(Value::Null, |row| json!({ "weekday": row.weekday, "hour": row.hour }));
        let after = schedule.map_or(Value::Null, |s| json!({ "weekday": s.weekday, "hour": s.hour }));
        if before != after {
            sqlx::query!("delete from report_schedule").execute(&mut *tx).await?;
            if let Some(Schedule { weekday, hour }) = schedule {
                sqlx::query!(
                    "insert into report_schedule (weekday, hour, since) values ($1, $2, $3)",
                    i16::from(weekday),
                    i16::from(hour),
                    DateTime::<Utc>::from(now),
                )
                .execute(&mut *tx)
                .await?;
            }
            settings::remember(&mut tx, "report schedule", before, after, author, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The time for which a report is due and not made; `None` when there is none.
    pub async fn report_due(&self, now: Instant) -> Result<Option<Instant>, StoreError> {
        let Some(due) = self.report_schedule().await?.and_then(|schedule| schedule.last_due(now)) else {
            return Ok(None);
        };
        let is_due = sqlx::query_scalar!(
            r#"
            select exists (select from report_schedule where since <= $1)
                and not exists (select from report where due_at = $1) as "is_due!"
            "#,
            DateTime::<Utc>::from(due),
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(is_due.then_some(due))
    }

    /// To whom reports are mailed, by address.
    pub async fn report_subscribers(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar!("select address from report_subscriber order by address").fetch_all(&self.pool).await?)
    }

    /// Mails reports to that address from now on. One that is on the list already changes nothing.
    pub async fn subscribe(&self, address: &MailAddress, author: &str, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let added = sqlx::query!(
            "insert into report_subscriber (address, added_by, added_at) values ($1, $2, $3) on conflict do nothing",
            address.to_string(),
            author,
            DateTime::<Utc>::from(now),
        )
        .execute(&mut *tx)
        .await?;
        if added.rows_affected() > 0 {
            let what = "report subscriber";
            settings::remember(&mut tx, what, Value::Null, address.to_string().into(), author, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Mails reports to that address no more; mails that wait for it are dropped. `false` when it is not on the list.
    pub async fn unsubscribe(&self, address: &MailAddress, author: &str, now: Instant) -> Result<bool, StoreError> {
        let address = address.to_string();
        let mut tx = self.pool.begin().await?;
        let gone = sqlx::query!("delete from report_subscriber where address = $1", address).execute(&mut *tx).await?;
        let was_there = gone.rows_affected() > 0;
        if was_there {
            sqlx::query!(
                r#"
                update report_mail set next_try_at = null, failure = 'the address was taken off the list'
                where address = $1 and next_try_at is not null
                "#,
                address,
            )
            .execute(&mut *tx)
            .await?;
            settings::remember(&mut tx, "report subscriber", address.clone().into(), Value::Null, author, now).await?;
        }
        tx.commit().await?;
        Ok(was_there)
    }

    /// Takes a mail that is due, so that no other server sends it too; `None` when none is.
    pub async fn take_mail(&self, now: Instant) -> Result<Option<DueMail>, StoreError> {
        let row = sqlx::query!(
            r#"
            update report_mail set next_try_at = $2, tries = tries + 1
            where id = (
                select id from report_mail where next_try_at <= $1 order by next_try_at, id limit 1 for update skip locked
            )
            returning id, report_id, address, tries
            "#,
            DateTime::<Utc>::from(now),
            DateTime::<Utc>::from(now.plus(TAKEN_FOR_S)),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| DueMail { id: row.id, report_id: row.report_id, address: row.address, tries: row.tries }))
    }

    /// Notes that a mail was sent.
    pub async fn mail_sent(&self, id: i64, now: Instant) -> Result<(), StoreError> {
        sqlx::query!(
            "update report_mail set sent_at = $2, next_try_at = null, failure = null where id = $1",
            id,
            DateTime::<Utc>::from(now)
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes that a mail was not sent, and when it is tried again; a mail that can never be sent is given up at once.
    pub async fn mail_failed(&self, mail: &DueMail, why: &str, for_good: bool, now: Instant) -> Result<(), StoreError> {
        let wait = retry_after_s(mail.tries.unsigned_abs()).filter(|_| !for_good);
        let why: String = why.chars().filter(|c| *c != '\0').take(FAILURE_MAX_CHARS).collect();
        sqlx::query!(
            "update report_mail set next_try_at = $2, failure = $3 where id = $1",
            mail.id,
            wait.map(|wait| DateTime::<Utc>::from(now.plus(wait))),
            why,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Tries the mails of a report again that were given up.
    pub async fn mail_again(&self, report_id: i64, author: &str, now: Instant) -> Result<u64, StoreError> {
        let mut tx = self.pool.begin().await?;
        let again = sqlx::query!(
            "update report_mail set next_try_at = $2, tries = 0 where report_id = $1 and sent_at is null and next_try_at is null",
            report_id,
            DateTime::<Utc>::from(now),
        )
        .execute(&mut *tx)
        .await?;
        if again.rows_affected() > 0 {
            let what = format!("mails of report {report_id}");
            settings::remember(&mut tx, &what, "given up".into(), "tried again".into(), author, now).await?;
        }
        tx.commit().await?;
        Ok(again.rows_affected())
    }
}

fn instant(report: i64, at: DateTime<Utc>) -> Result<Instant, StoreError> {
    let corrupt = |why: domain::time::NotATime| StoreError::Corrupt {
        table: "report",
        id: report.to_string(),
        why: why.to_string(),
    };
    Instant::try_from(at).map_err(corrupt)
}
