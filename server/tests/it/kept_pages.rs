//! Triage pages that several visitors get: the same for all of them, and never older than the question.

use std::sync::atomic::{AtomicI64, Ordering};

use app::api::Clock;
use app::api::reports::MailIsSetUp;
use axum::body::Body;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::people::{Reading, Role};
use domain::time::Instant;
use domain::triage::decision::{Edit, Target};
use http::{Request, Response, StatusCode};
use server::ingest::{Mode, ingest};
use server::router::{AppState, Proxy, router};
use sha2::{Digest, Sha256};

use crate::cluster::{Fresh, Server, monday, options, text};
use crate::report::shared;

async fn ask(server: &Server, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    server.ask(request.body(Body::empty()).unwrap()).await
}

fn policy(page: &Response<Body>) -> String {
    page.headers()["content-security-policy"].to_str().unwrap().to_owned()
}

/// Whether it was made for several: such a page has no nonce.
fn is_kept(page: &Response<Body>) -> bool {
    !policy(page).contains("'nonce-")
}

fn scripts(html: &str) -> impl Iterator<Item = (&str, &str)> {
    html.split("<script").skip(1).map(|script| {
        let (tag, rest) = script.split_once('>').unwrap();
        (tag, rest.split_once("</script>").unwrap().0)
    })
}

/// A week of the log and a visitor's page of it.
async fn week() -> Option<(Fresh, Server)> {
    let facts = shared("facts/week")?;
    let fresh = Fresh::open().await;
    ingest(Mode::Load { store: &fresh.store, now: monday() }, &[facts], |_| {}).await;
    let server = fresh.server();
    Some((fresh, server))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_kept_page_allows_the_scripts_it_has_and_no_others() {
    let Some((fresh, server)) = week().await else { return };
    let page = ask(&server, "/triage", &[]).await;
    assert!(is_kept(&page));
    let policy = policy(&page);
    assert!(!policy.contains("unsafe-inline") && policy.contains("script-src 'self' 'sha256-"), "{policy}");
    let html = text(page).await;
    assert!(!html.contains("nonce="), "there is none that only one person would know");
    let mut n = 0;
    for (tag, script) in scripts(&html).filter(|(tag, _)| !tag.contains(" src=")) {
        let hash = BASE64_STANDARD.encode(Sha256::digest(script));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "<script{tag}>{script}");
        n += 1;
    }
    assert!(n > 0);
    assert_eq!(policy.matches("'sha256-").count(), n, "no other is allowed");

    // The same page again, and as it is made for one alone: but for the scripts' mark nothing differs.
    assert_eq!(text(ask(&server, "/triage", &[]).await).await, html);
    let own = ask(&server, "/triage", &[("cookie", "theme=system; own=1")]).await;
    assert!(!is_kept(&own));
    let nonce = self::policy(&own).split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    assert_eq!(text(own).await.replace(&format!(" nonce=\"{nonce}\""), "").replace(&nonce, ""), html);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_kept_page_is_compressed_for_who_understands_that() {
    let Some((fresh, server)) = week().await else { return };
    let plain = text(ask(&server, "/triage", &[]).await).await;
    for _ in 0..2 {
        let page = ask(&server, "/triage", &[("accept-encoding", "gzip, br")]).await;
        assert!(is_kept(&page));
        assert_eq!(page.headers()["content-encoding"], "br");
        assert_eq!(page.headers()["vary"], "accept-encoding");
        let bytes = axum::body::to_bytes(page.into_body(), 1 << 20).await.unwrap();
        let mut html = String::new();
        std::io::Read::read_to_string(&mut brotli::Decompressor::new(&bytes[..], 4096), &mut html).unwrap();
        assert_eq!(html, plain);
    }
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_changed_is_on_the_next_page_whichever_server_changed_it() {
    let Some((fresh, server)) = week().await else { return };
    let (_, list) = server.json("/api/v1/findings?state=open&limit=1").await;
    let n = list["n_matching"].as_i64().unwrap();
    let shows = async |n: i64| {
        let html = text(ask(&server, "/triage", &[]).await).await;
        let told = html.split("<strong>").nth(1).unwrap().split("</strong>").next().unwrap().to_owned();
        assert!(told.replace(',', "").starts_with(&n.to_string()), "{told} and not {n}");
    };
    shows(n).await;
    shows(n).await;
    // Past this server, as another one would do it.
    let id = list["findings"][0]["id"].as_i64().unwrap();
    let change = Edit::Confirm.into();
    fresh.store.act("ana", &[Target { finding: id, row_version: None }], &change).await.unwrap();
    shows(n - 1).await;
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_has_signed_in_opens_a_finding_or_has_a_message_to_read_gets_a_page_of_their_own() {
    let Some((fresh, server)) = week().await else { return };
    assert!(fresh.store.become_demo(monday()).await.unwrap());
    assert!(is_kept(&ask(&server, "/triage", &[]).await));
    let accounts = fresh.store.accounts().await.unwrap();
    for role in [Role::Viewer, Role::Admin] {
        let account = accounts.iter().find(|account| account.role == role).unwrap();
        let session = fresh.store.renew_session(account.id, "test", monday()).await.unwrap();
        let cookie = format!("shiftdesk={}", session.expose());
        let page = ask(&server, "/triage", &[("cookie", &cookie)]).await;
        assert!(!is_kept(&page));
        assert_eq!(page.headers()["cache-control"], "private, no-cache");
        let html = text(page).await;
        assert!(html.contains("id=\"person-menu\"") && html.contains(account.name.as_str()), "{role}");
    }
    let html = text(ask(&server, "/triage", &[]).await).await;
    assert!(!html.contains("person-menu"), "nobody gets another's");
    for path in ["/triage?finding=1", "/triage?class=gap&finding=1", "/definitions", "/triage/nowhere"] {
        assert!(!is_kept(&ask(&server, path, &[]).await), "{path}");
    }
    for cookie in ["outcome=7b7d", "theme=dark; outcome=7b7d", "outcome=7b7d; theme=dark", "anything"] {
        assert!(!is_kept(&ask(&server, "/triage", &[("cookie", cookie)]).await), "{cookie}");
    }
    assert!(!is_kept(&ask(&server, "/triage", &[("cookie", "theme=dark"), ("cookie", "outcome=7b7d")]).await));
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_address_and_each_theme_has_a_page_of_its_own() {
    let Some((fresh, server)) = week().await else { return };
    for theme in ["dark", "light", "night", "dark"] {
        let page = ask(&server, "/triage", &[("cookie", &format!("theme={theme}"))]).await;
        assert!(is_kept(&page));
        assert!(text(page).await.contains(&format!("data-theme=\"{theme}\"")), "{theme}");
    }
    let gaps = text(ask(&server, "/triage?class=gap", &[]).await).await;
    let errors = text(ask(&server, "/triage?class=user-error", &[]).await).await;
    assert!(gaps != errors && text(ask(&server, "/triage?class=gap", &[]).await).await == gaps);
    // Beyond the few that are kept, pages are made for each.
    for page in 1..40 {
        let answer = ask(&server, &format!("/triage?page={page}"), &[]).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    assert!(!is_kept(&ask(&server, "/triage?page=39", &[]).await));
    fresh.close().await;
}

/// Seconds since Monday began.
static SECOND: AtomicI64 = AtomicI64::new(0);

fn ticking() -> Instant {
    monday().plus(SECOND.load(Ordering::SeqCst))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_clock_on_a_page_is_right_to_the_second() {
    let fresh = Fresh::open().await;
    let server = Server(router(AppState {
        leptos: options(),
        store: fresh.store.clone(),
        clock: Clock(ticking),
        live: server::live::Live::of(fresh.store.clone()),
        proxy: Proxy::default(),
        mail_is_set_up: MailIsSetUp(false),
    }));
    for second in [0, 0, 1, 2] {
        SECOND.store(second, Ordering::SeqCst);
        let page = ask(&server, "/triage", &[]).await;
        assert!(is_kept(&page));
        assert!(text(page).await.contains(&format!(">2022-03-14 00:00:0{second}<")), "{second}");
    }
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closed_reading_closes_the_pages_that_are_kept() {
    let Some((fresh, server)) = week().await else { return };
    assert!(fresh.store.become_demo(monday()).await.unwrap());
    assert_eq!(ask(&server, "/triage", &[]).await.status(), StatusCode::OK);
    let accounts = fresh.store.accounts().await.unwrap();
    let admin = accounts.iter().find(|account| account.role == Role::Admin).unwrap();
    let session = fresh.store.renew_session(admin.id, "test", monday()).await.unwrap();
    let close = Request::post("/_fn/change-reading")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", format!("shiftdesk={}", session.expose()))
        .body(Body::from("reading=closed"))
        .unwrap();
    server.ask(close).await;
    assert_eq!(fresh.store.settings().await.unwrap().reading, Reading::Closed);
    let page = ask(&server, "/triage", &[]).await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    fresh.close().await;
}
