//! A real PostgreSQL for the tests, started by the program's own launcher, and a fresh database in it for each test.
//!
//! The cluster stays in the system's folder for short-lived files and is used again by the next run; it runs only while a test
//! needs it, because whoever leaves last stops it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use app::api::Clock;
use app::api::reports::MailIsSetUp;
use axum::Router;
use axum::body::{Body, to_bytes};
use domain::time::Instant;
use http::{Request, Response, StatusCode};
use leptos::config::{LeptosOptions, get_config_from_str};
use server::config::{Config, DataFolder, LogConfig, LogFormat};
use server::database::{self, Database};
use server::router::{AppState, Proxy, router};
use sqlx::{Connection, PgConnection};
use store::Store;
use tower::ServiceExt;

/// 2022-03-14T00:00:00Z, the *now* of the week in the test data.
pub(crate) fn monday() -> Instant {
    Instant::parse("2022-03-14T00:00:00Z").unwrap()
}

/// The settings of a program whose own cluster lies there.
pub(crate) fn config(data: &std::path::Path) -> Config {
    Config {
        leptos: options(),
        database_url: None,
        data: DataFolder { path: data.to_owned(), chosen: true },
        log: LogConfig { filter: "off".to_owned(), format: LogFormat::Text },
        proxy: Proxy::default(),
        mail: None,
    }
}

pub(crate) fn options() -> LeptosOptions {
    let mut options = get_config_from_str(include_str!("../../../Leptos.toml")).unwrap();
    options.site_addr = SocketAddr::from(([127, 0, 0, 1], 0));
    options
}

/// One per checkout: two that are tested at the same time shall not disturb each other.
fn folder() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    std::env::temp_dir().join(format!("shiftdesk-server-tests-{:x}", hasher.finish()))
}

/// A database of one test. `close` it at the end; a test that fails leaves it to the next run.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    cluster: Database,
    name: String,
}

impl Fresh {
    pub(crate) async fn open() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let cluster = database::open(&config(&folder()), |_| {}).await.unwrap();
        let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        administer(cluster.url(), &format!("drop database if exists {name}")).await;
        administer(cluster.url(), &format!("create database {name}")).await;
        let store = Store::connect(&cluster.url().replace("/shiftdesk?", &format!("/{name}?"))).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, cluster, name }
    }

    /// The whole server over this database, on the Monday after the week of the test data.
    pub(crate) fn server(&self) -> Server {
        Server(router(AppState {
            leptos: options(),
            store: self.store.clone(),
            clock: Clock(monday),
            live: server::live::Live::of(self.store.clone()),
            proxy: Proxy::default(),
            mail_is_set_up: MailIsSetUp(false),
        }))
    }

    pub(crate) async fn close(self) {
        administer(self.cluster.url(), &format!("drop database {} with (force)", self.name)).await;
        self.cluster.close().await.unwrap();
    }
}

async fn administer(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// The server, asked without a network.
pub(crate) struct Server(pub(crate) Router);

impl Server {
    pub(crate) async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.0.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response<Body> {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Status and JSON of an answer of the API.
    pub(crate) async fn json(&self, path: &str) -> (StatusCode, serde_json::Value) {
        let response = self.get(path).await;
        let status = response.status();
        let text = text(response).await;
        (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: no JSON: {text}")))
    }
}

pub(crate) async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 16 << 20).await.unwrap().to_vec()).unwrap()
}
