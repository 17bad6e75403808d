//! The web server from its first line to its last: database, address, requests, and an orderly end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use app::api::Clock;
use app::api::reports::MailIsSetUp;
use domain::time::Instant;
use store::{Store, StoreError};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::database::{self, DatabaseError};
use crate::live::Live;
use crate::router::{AppState, router};
use crate::weekly_report;

/// Why the server did not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody listens there already.
    #[error(
        "{address} is in use, perhaps by another Shiftdesk. Stop that one, or choose another address with LEPTOS_SITE_ADDR, \
         such as {}:{}",
        address.ip(), address.port().wrapping_add(10)
    )]
    AddressInUse {
        /// The address.
        address: SocketAddr,
    },
    /// The address is not ours, or not allowed.
    #[error("cannot listen on {address}; LEPTOS_SITE_ADDR sets the address")]
    Address {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// There is no database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The database does not do what it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The listener broke.
    #[error("the web server stopped")]
    Stopped(#[source] io::Error),
    /// The system does not tell us when to stop.
    #[error("cannot listen for signals")]
    Signals(#[source] io::Error),
}

/// How long open requests may take to finish once the server is told to stop.
const FINISH_MAX: Duration = Duration::from_secs(5);

/// Serves until it is told to stop by SIGINT or SIGTERM. `prepare` runs between the database and the first request.
pub async fn serve<E: From<ServeError>>(
    config: &Config,
    say: impl Fn(&str),
    prepare: impl AsyncFnOnce(&Store) -> Result<(), E>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), E> {
    // First what can be refused at once: nobody should wait for a database to learn that the port is taken.
    let listener = listen(config.leptos.site_addr).await?;
    let stop = asked_to_stop().map_err(ServeError::Signals)?;
    say("Starting the database…");
    let database = database::open(config, &say).await.map_err(ServeError::Database)?;
    let result = async {
        let prepared = tokio::select! {
            prepared = prepared_store(database.url(), prepare) => Some(prepared?),
            // A load that is interrupted rolls back, and the next start begins it again.
            () = told(stop.clone()) => None,
        };
        if let Some(store) = prepared {
            ready(listener.local_addr().map_err(ServeError::Stopped)?);
            tokio::select! {
                answered = answer(listener, config, store, stop) => answered?,
                () = database.keep_running() => {}
            }
        }
        Ok(())
    }
    .await;
    database.close().await.map_err(ServeError::Database)?;
    result
}

async fn prepared_store<E: From<ServeError>>(
    url: &str,
    prepare: impl AsyncFnOnce(&Store) -> Result<(), E>,
) -> Result<Store, E> {
    let store = Store::connect(url).await.map_err(ServeError::Store)?;
    store.migrate().await.map_err(ServeError::Store)?;
    prepare(&store).await?;
    Ok(store)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::AddressInUse { address },
        _ => ServeError::Address { address, source },
    })
}

async fn answer(
    listener: TcpListener,
    config: &Config,
    store: Store,
    stop: watch::Receiver<bool>,
) -> Result<(), ServeError> {
    // What people decided in years takes some seconds to learn: better now than while the first reader waits.
    tokio::spawn(learn(store.clone()));
    let live = Live::of(store.clone());
    let sleepers = wake_the_snoozed(store.clone());
    let reports = weekly_report::keep_making(store.clone(), now);
    let mails = {
        let (store, mail) = (store.clone(), config.mail.clone());
        async move {
            match mail {
                Some(mail) => weekly_report::deliver(store, mail).await,
                None => std::future::pending().await,
            }
        }
    };
    let mail_is_set_up = MailIsSetUp(config.mail.is_some());
    let state =
        AppState { leptos: config.leptos.clone(), store, clock: Clock(now), live, proxy: config.proxy, mail_is_set_up };
    let streams = state.live.clone();
    let told_once = told(stop.clone());
    let server = axum::serve(listener, router(state).into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            told_once.await;
            streams.end();
        });
    let patience = async {
        told(stop).await;
        tokio::time::sleep(FINISH_MAX).await;
    };
    tokio::select! {
        result = server => result.map_err(ServeError::Stopped),
        never = sleepers => match never {},
        never = reports => match never {},
        never = mails => match never {},
        () = patience => {
            tracing::warn!("requests that took longer than {} s to finish were cut off", FINISH_MAX.as_secs());
            Ok(())
        }
    }
}

async fn learn(store: Store) {
    if let Err(error) = store.suggestion_records().await {
        tracing::warn!(%error, "suggestions will be learned when somebody asks for one");
    }
}

/// How often snoozed findings are looked at: people snooze until a shift begins, and nobody waits for the second.
const WAKE_EVERY: Duration = Duration::from_secs(60);

/// Reopens findings whose snooze is over, as long as the server runs. Several servers on one database may do so.
async fn wake_the_snoozed(store: Store) -> Infallible {
    let mut ticks = tokio::time::interval(WAKE_EVERY);
    loop {
        ticks.tick().await;
        match store.wake(now()).await {
            Ok(0) => {}
            Ok(n) => tracing::info!(n, "findings whose snooze is over are open again"),
            // Asked again in a minute; that the database is away is told by whoever needs it.
            Err(error) => tracing::warn!(%error, "snoozed findings could not be looked at"),
        }
    }
}

/// Ends when the program is told to stop.
pub async fn told(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|&stop| stop).await.is_err() {
        // The sender is gone: nobody can tell us anything any more.
        std::future::pending::<()>().await;
    }
}

/// Becomes true at the first SIGINT or SIGTERM.
pub fn asked_to_stop() -> io::Result<watch::Receiver<bool>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if sender.send(true).is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}

/// The time, in whole seconds of UTC.
pub fn now() -> Instant {
    #[expect(
        clippy::expect_used,
        reason = "a clock past the year 9999 has nothing to tell, and no finding could be right"
    )]
    Instant::try_from(chrono::DateTime::from(SystemTime::now())).expect("a clock before the year 10000")
}
