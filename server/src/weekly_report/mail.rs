//! Where mail goes out, and from whom.

use std::env;

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};

/// A mail server that takes our mails, the sender they bear, and the address of this site for links in them.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The mail server.
    pub(super) transport: AsyncSmtpTransport<Tokio1Executor>,
    /// The sender.
    pub(super) from: Mailbox,
    /// `https://shiftdesk.observatory.example`, without a slash at its end; mails have no links without it.
    pub(super) site: Option<String>,
}

/// Why the settings of mail cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoMail {
    /// The address of the mail server.
    #[error("SHIFTDESK_SMTP_URL: {0}; write smtps://user:password@host, or smtp://host:port?tls=required")]
    Server(lettre::transport::smtp::Error),
    /// The sender.
    #[error("SHIFTDESK_MAIL_FROM: {0}; write name@observatory.example")]
    From(lettre::address::AddressError),
    /// A server and nobody who sends.
    #[error("SHIFTDESK_SMTP_URL is set and SHIFTDESK_MAIL_FROM is not: mails need a sender")]
    NoSender,
    /// The site.
    #[error("SHIFTDESK_URL is {0:?}; it is the address of this site, such as https://shiftdesk.observatory.example")]
    Site(String),
}

impl MailConfig {
    /// Reads the environment; `None` when no mail server is named.
    pub fn read() -> Result<Option<Self>, NoMail> {
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let Some(server) = set("SHIFTDESK_SMTP_URL") else { return Ok(None) };
        let from = set("SHIFTDESK_MAIL_FROM").ok_or(NoMail::NoSender)?;
        Self::new(&server, &from, set("SHIFTDESK_URL")).map(Some)
    }

    /// A mail server, a sender and a site.
    pub fn new(server: &str, from: &str, site: Option<String>) -> Result<Self, NoMail> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server).map_err(NoMail::Server)?.build();
        let site = match site {
            Some(site) if site.starts_with("https://") || site.starts_with("http://") => {
                Some(site.trim_end_matches('/').to_owned())
            }
            Some(site) => return Err(NoMail::Site(site)),
            None => None,
        };
        Ok(Self { transport, from: from.parse().map_err(NoMail::From)?, site })
    }
}
