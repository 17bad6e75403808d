//! Sends the mails that are due, one after the other; what fails is noted and tried again.

use std::convert::Infallible;
use std::time::Duration;

use app::api::reports::{REPORTS, title_of};
use domain::report::in_a_file_name;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{AsyncTransport, Message};
use store::{DueMail, Store, StoreError};

use super::mail::MailConfig;
use crate::serve::now;

/// How often it is asked whether a mail is due: somebody who pressed a button waits for it.
const ASKED_EVERY: Duration = Duration::from_secs(2);

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum NotSent {
    /// It will never be.
    #[error("{0}")]
    ForGood(String),
    /// Perhaps later.
    #[error("{0}")]
    ForNow(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends mails for as long as the server runs. Several servers on one database share the work.
pub async fn deliver(store: Store, config: MailConfig) -> Infallible {
    let mut ticks = tokio::time::interval(ASKED_EVERY);
    loop {
        ticks.tick().await;
        while let Some(mail) = due(&store).await {
            if let Err(error) = deliver_one(&store, &config, &mail).await {
                // It stays taken for some minutes and is then tried again.
                tracing::warn!(%error, mail = mail.id, "how a mail went could not be noted");
            }
        }
    }
}

async fn due(store: &Store) -> Option<DueMail> {
    store.take_mail(now()).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "mails that are due could not be looked at");
        None
    })
}

async fn deliver_one(store: &Store, config: &MailConfig, mail: &DueMail) -> Result<(), StoreError> {
    match send(store, config, mail).await {
        Ok(()) => store.mail_sent(mail.id, now()).await,
        Err(NotSent::Store(error)) => Err(error),
        Err(why) => {
            tracing::warn!(%why, mail = mail.id, "a report was not mailed");
            store.mail_failed(mail, &why.to_string(), matches!(why, NotSent::ForGood(_)), now()).await
        }
    }
}

async fn send(store: &Store, config: &MailConfig, mail: &DueMail) -> Result<(), NotSent> {
    let gone = || NotSent::ForGood("the report is gone".to_owned());
    let stored = store.report(mail.report_id).await?.ok_or_else(gone)?;
    let (pdf, window) = store.report_pdf(mail.report_id).await?.ok_or_else(gone)?;
    let to: Mailbox = mail.address.parse().map_err(|error| NotSent::ForGood(format!("no address: {error}")))?;
    let title = title_of(&stored.report);
    let link = config.site.as_ref().map(|site| format!("\n{site}{REPORTS}/{}\n", mail.report_id)).unwrap_or_default();
    let row = |row: &domain::report::Row| {
        let all = row.cells.last().map_or("", |cell| cell.value.as_str());
        format!("{:<40} {all:>10}\n", row.label)
    };
    let figures: String = stored.report.rows.iter().map(row).collect();
    let words = format!(
        "{title}\n{link}\nAll arrays together:\n\n{figures}\nThe PDF has each array, the drawings and the definitions.\n"
    );
    let pdf_type = ContentType::parse("application/pdf").map_err(|error| NotSent::ForGood(error.to_string()))?;
    let name = in_a_file_name(&window);
    let body = MultiPart::mixed()
        .singlepart(SinglePart::plain(words))
        .singlepart(Attachment::new(format!("shiftdesk-report-{name}.pdf")).body(pdf, pdf_type));
    let message = Message::builder()
        .from(config.from.clone())
        .to(to)
        .subject(format!("Shiftdesk: {title}"))
        .multipart(body)
        .map_err(|error| NotSent::ForGood(error.to_string()))?;
    match config.transport.send(message).await {
        Ok(_) => Ok(()),
        // 5xx: the server will never take it.
        Err(error) if error.is_permanent() => Err(NotSent::ForGood(chain(&error))),
        Err(error) => Err(NotSent::ForNow(chain(&error))),
    }
}

/// The error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source()).map(|cause| format!(": {cause}"));
    std::iter::once(error.to_string()).chain(causes).collect()
}
