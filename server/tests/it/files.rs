//! The files of the site: found, compressed beforehand, and asked for again only when they changed.

use std::fs;

use axum::body::Body;
use http::{Request, StatusCode};
use server::router::{AppState, router};

use crate::cluster::{Fresh, Server, monday, options, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_of_the_site_is_sent_once_and_then_confirmed() {
    let site = tempfile::tempdir().unwrap();
    fs::create_dir(site.path().join("pkg")).unwrap();
    fs::write(site.path().join("pkg/shiftdesk.css"), "body { color: black }").unwrap();
    fs::write(site.path().join("pkg/shiftdesk.css.br"), "stands for the compressed one").unwrap();
    fs::write(site.path().join("favicon.svg"), "<svg/>").unwrap();
    let fresh = Fresh::open().await;
    let server = |hash_files| {
        let mut leptos = options();
        leptos.site_root = site.path().to_str().unwrap().into();
        leptos.hash_files = hash_files;
        Server(router(AppState {
            leptos,
            store: fresh.store.clone(),
            clock: app::api::Clock(monday),
            live: server::live::Live::of(fresh.store.clone()),
            proxy: Default::default(),
            mail_is_set_up: app::api::reports::MailIsSetUp(false),
        }))
    };
    let plain = server(false);
    let style = |header: &str, value: &str| {
        Request::get("/pkg/shiftdesk.css").header(header, value).body(Body::empty()).unwrap()
    };

    let first = plain.get("/pkg/shiftdesk.css").await;
    assert_eq!((first.status(), &first.headers()["cache-control"]), (StatusCode::OK, &"no-cache".parse().unwrap()));
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(text(first).await, "body { color: black }");
    let again = plain.ask(style("if-none-match", &tag)).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(text(again).await, "");
    assert_eq!(plain.ask(style("if-none-match", "W/\"other\"")).await.status(), StatusCode::OK);

    let compressed = plain.ask(style("accept-encoding", "br")).await;
    assert_eq!(compressed.headers()["content-encoding"], "br");
    assert_eq!(text(compressed).await, "stands for the compressed one");

    assert_eq!(plain.get("/favicon.svg").await.headers()["content-type"], "image/svg+xml");
    // A name with a hash in it means the same for ever.
    let hashed = server(true).get("/pkg/shiftdesk.css").await;
    assert!(hashed.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    fresh.close().await;
}
