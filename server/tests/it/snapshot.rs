//! The findings as bytes for the browser: whole once for each state of the table, then what changed since.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use domain::triage::decision::{Edit, Target};
use domain::triage::snapshot::{self, Snapshot};
use http::{Request, StatusCode};
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, Server, monday};
use crate::report::shared;

async fn ask(server: &Server, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    server.ask(request.body(Body::empty()).unwrap()).await
}

async fn read(response: Response) -> Snapshot {
    assert_eq!(response.status(), StatusCode::OK);
    let compressed = response.headers().contains_key("content-encoding");
    let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    let mut plain = Vec::new();
    if compressed {
        std::io::Read::read_to_end(&mut brotli::Decompressor::new(&bytes[..], 4096), &mut plain).unwrap();
    } else {
        plain = bytes.to_vec();
    }
    snapshot::read(&plain).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_browser_gets_all_findings_once_and_then_what_changed() {
    let Some(facts) = shared("facts/week") else { return };
    let fresh = Fresh::open().await;
    ingest(Mode::Load { store: &fresh.store, now: monday() }, &[facts], |_| {}).await;
    let server = fresh.server();
    let path = "/triage/snapshot";
    let (_, list) = server.json("/api/v1/findings?limit=1000").await;

    let compressed = ask(&server, path, &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(compressed.headers()["content-encoding"], "br");
    let tag = compressed.headers()["etag"].to_str().unwrap().to_owned();
    let whole = read(compressed).await;
    assert_eq!(whole.columns.len(), list["findings"].as_array().unwrap().len());
    let plain = read(ask(&server, path, &[]).await).await;
    assert_eq!(plain.rows().collect::<Vec<_>>(), whole.rows().collect::<Vec<_>>());
    assert_eq!(plain.columns.standing(), whole.columns.standing());

    let known = [("if-none-match", tag.as_str()), ("accept-encoding", "br")];
    assert_eq!(ask(&server, path, &known).await.status(), StatusCode::NOT_MODIFIED);
    let row = whole.rows().next().unwrap();
    let seen = Target { finding: row.id, row_version: Some(row.row_version) };
    fresh.store.act("ana", &[seen], &Edit::Assignee(Some("ana".parse().unwrap())).into()).await.unwrap();
    let again = ask(&server, path, &known).await;
    assert_ne!(again.headers()["etag"], tag.as_str());
    assert_eq!(read(again).await.seq, whole.seq + 1);

    let since = read(ask(&server, &format!("{path}?since={}", whole.seq), &[]).await).await;
    assert_eq!(since.rows().map(|row| (row.id, row.assignee)).collect::<Vec<_>>(), [(row.id, Some("ana".to_owned()))]);
    assert_eq!(ask(&server, &format!("{path}?since=x"), &[]).await.status(), StatusCode::BAD_REQUEST);
    fresh.close().await;
}
