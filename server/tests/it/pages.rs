//! What every answer of the web server has, whatever was asked.

use axum::body::Body;
use http::{Method, Request, StatusCode};

use crate::cluster::{Fresh, Server, config, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_allows_its_own_scripts_and_nobody_elses() {
    let fresh = Fresh::open().await;
    let page = fresh.server().get("/definitions").await;
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("'wasm-unsafe-eval'"), "{policy}");
    assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    assert_eq!(page.headers()["referrer-policy"], "same-origin");
    let html = text(page).await;
    assert!(!html.contains(" style=\""), "the policy forbids style attributes");
    // Every inline script carries the nonce of this very answer.
    assert!(html.contains("<script"), "{html}");
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}>");
    }
    // The next answer has another.
    let again = fresh.server().get("/definitions").await;
    assert!(!again.headers()["content-security-policy"].to_str().unwrap().contains(&nonce));
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_address_that_is_none_is_a_page_with_status_404() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    for path in ["/nowhere", "/triage/nowhere", "/..%2f..%2fetc/passwd"] {
        let page = server.get(path).await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("'nonce-"), "{path}");
    }
    for file in ["/pkg/nothing.js", "/pkg/../Cargo.toml", "/pkg/%2e%2e/%2e%2e/Cargo.toml"] {
        assert_eq!(server.get(file).await.status(), StatusCode::NOT_FOUND, "{file}");
    }
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_keeps_a_decent_id_and_gets_one_instead_of_a_bad_one() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    let with = |id: &str| Request::get("/healthz").header("x-request-id", id).body(Body::empty()).unwrap();
    assert_eq!(server.ask(with("proxy-17.a_b")).await.headers()["x-request-id"], "proxy-17.a_b");
    let long = "x".repeat(65);
    for bad in ["", "two words", "a\"b", long.as_str()] {
        let answer = server.ask(with(bad)).await;
        let id = answer.headers()["x-request-id"].to_str().unwrap();
        assert!(id != bad && !id.is_empty(), "{bad:?} became {id:?}");
    }
    let (first, second) = (server.get("/healthz").await, server.get("/healthz").await);
    assert_ne!(first.headers()["x-request-id"], second.headers()["x-request-id"]);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_body_larger_than_any_question_is_refused() {
    let fresh = Fresh::open().await;
    let post = Request::post("/_fn/theme").header("content-length", 1 << 20).body(Body::from(vec![b'x'; 1 << 20]));
    let answer = fresh.server().ask(post.unwrap()).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn answers_are_compressed_for_who_can_read_that() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    let with = |accepts: &str| {
        Request::get("/api/v1/openapi.json").header("accept-encoding", accepts).body(Body::empty()).unwrap()
    };
    assert_eq!(server.ask(with("br, gzip")).await.headers()["content-encoding"], "br");
    assert_eq!(server.ask(with("gzip")).await.headers()["content-encoding"], "gzip");
    assert!(!server.ask(with("identity")).await.headers().contains_key("content-encoding"));
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_is_compressed_as_a_whole_and_is_the_same_page() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    let ask = async |method: Method, accepts: &str| {
        let request = Request::builder().method(method).uri("/definitions").header("accept-encoding", accepts);
        server.ask(request.body(Body::empty()).unwrap()).await
    };
    // But for the word that only this answer has.
    let without_nonce = |html: String, policy: &str| {
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        html.replace(&nonce, "")
    };
    let policy = |page: &http::Response<Body>| page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let plain = ask(Method::GET, "br;q=0").await;
    assert!(!plain.headers().contains_key("content-encoding"));
    let plain_policy = policy(&plain);
    let plain = without_nonce(text(plain).await, &plain_policy);

    let page = ask(Method::GET, "gzip, br;q=0.8").await;
    assert_eq!(
        (&page.headers()["content-encoding"], &page.headers()["vary"]),
        (&"br".parse().unwrap(), &"accept-encoding".parse().unwrap())
    );
    let page_policy = policy(&page);
    let bytes = axum::body::to_bytes(page.into_body(), 1 << 20).await.unwrap();
    assert!(bytes.len() * 3 < plain.len(), "{} of {}", bytes.len(), plain.len());
    let mut html = String::new();
    std::io::Read::read_to_string(&mut brotli::Decompressor::new(&bytes[..], 4096), &mut html).unwrap();
    assert_eq!(without_nonce(html, &page_policy), plain);

    let head = ask(Method::HEAD, "br").await;
    assert_eq!(head.status(), StatusCode::OK);
    assert!(axum::body::to_bytes(head.into_body(), 1 << 20).await.unwrap().is_empty());
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_its_database_the_server_is_alive_and_not_ready_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("data");
    let cluster = server::database::open(&config(&folder), |_| {}).await.unwrap();
    let store = store::Store::connect(cluster.url()).await.unwrap();
    let state = |store: &store::Store| server::router::AppState {
        leptos: crate::cluster::options(),
        store: store.clone(),
        clock: app::api::Clock(crate::cluster::monday),
        live: server::live::Live::of(store.clone()),
        proxy: server::router::Proxy::default(),
        mail_is_set_up: app::api::reports::MailIsSetUp(false),
    };
    let server = Server(server::router::router(state(&store)));
    // It answers, and nobody has made its tables yet.
    let (status, body) = server.json("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!body["why"].as_str().unwrap().is_empty(), "{body}");
    store.migrate().await.unwrap();
    assert_eq!(server.json("/readyz").await, (StatusCode::OK, serde_json::json!({ "ready": true })));
    // From here on the server knows who may read; one that never knew would answer nothing to nobody.
    assert_eq!(server.get("/triage").await.status(), StatusCode::OK);

    cluster.close().await.unwrap();
    let (status, body) = server.json("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body["why"].as_str().unwrap().starts_with("the database "), "{body}");
    assert_eq!(server.get("/healthz").await.status(), StatusCode::OK);
    let page = server.get("/triage").await;
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = text(page).await;
    assert!(page.contains("The database does not answer.") && page.contains("Try again"), "{page}");
    let (status, body) = server.json("/api/v1/findings").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert_eq!(body["error"]["kind"], "unavailable");
    assert!(body["error"]["ticket"].is_string(), "{body}");
}
