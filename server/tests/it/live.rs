//! Two servers on one database: what is done through one is told by the other.

use std::time::Duration;

use app::api::person::CurrentUser;
use axum::body::Body;
use domain::facts::Fact;
use domain::facts::rows::{Table, read};
use domain::people::Role;
use futures_util::StreamExt;
use http::{Request, Response, StatusCode};

use crate::cluster::{Fresh, Server, monday};

fn shift(id: &str) -> Fact {
    let fields = [id, "SCIOPS", "12 [m]", "2022-03-12T21:00:00Z", "2022-03-13T09:00:00Z", "", "", ""];
    read(Table::Shifts, &fields.map(str::as_bytes)).unwrap()
}

async fn find_something(fresh: &Fresh, id: &str) {
    let mut load = fresh.store.begin_load(&format!("{id}.csv"), &[Table::Shifts]).await.unwrap();
    load.push(shift(id)).await.unwrap();
    load.finish().await.unwrap();
    fresh.store.detect_all(monday()).await.unwrap();
}

fn signed_in(mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(CurrentUser { name: "astronomer".to_owned(), role: Role::Astronomer });
    request
}

/// The events of a stream, one after the other.
struct Events(axum::body::BodyDataStream, String);

impl Events {
    fn of(response: Response<Body>) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"), "a compressed stream waits for more");
        Self(response.into_body().into_data_stream(), String::new())
    }

    /// The next event; a minute is much longer than it may take, and a machine can be busy.
    async fn next(&mut self) -> String {
        loop {
            if let Some((event, rest)) = self.1.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.1 = rest;
                return event;
            }
            let more = tokio::time::timeout(Duration::from_secs(60), self.0.next()).await.expect("nothing is told");
            self.1.push_str(std::str::from_utf8(&more.expect("the stream ended").unwrap()).unwrap());
        }
    }
}

async fn news(server: &Server) -> Events {
    let request = Request::get("/triage/news").header("accept-encoding", "br").body(Body::empty()).unwrap();
    Events::of(server.ask(signed_in(request)).await)
}

fn say_looking(body: &str) -> Request<Body> {
    let request = Request::post("/_fn/looking").header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("sec-fetch-site", "same-origin");
    request.body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_is_told_by_every_server_with_its_number() {
    let fresh = Fresh::open().await;
    let (one, other) = (fresh.server(), fresh.server());
    let (mut at_one, mut at_other) = (news(&one).await, news(&other).await);
    for events in [&mut at_one, &mut at_other] {
        // Whoever comes learns how far things are, and asks for what it lacks.
        let first = [events.next().await, events.next().await];
        assert!(first.contains(&"event: change\nid: 0\ndata: 0".to_owned()), "{first:?}");
        assert!(first.contains(&"event: looking\ndata: 0".to_owned()), "{first:?}");
    }
    // A shift without activity: one finding, so one change.
    find_something(&fresh, "S1").await;
    assert_eq!(at_one.next().await, "event: change\nid: 1\ndata: 1");
    assert_eq!(at_other.next().await, "event: change\nid: 1\ndata: 1");
    drop((one, other, at_one, at_other));
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_looks_at_a_finding_is_told_by_every_server_until_it_is_closed() {
    let fresh = Fresh::open().await;
    let (one, other) = (fresh.server(), fresh.server());
    let mut events = news(&other).await;
    let mut next = async || loop {
        let event = events.next().await;
        if event.starts_with("event: looking") {
            return event;
        }
    };
    assert_eq!(next().await, "event: looking\ndata: 0");
    // A page says it again and again; what is said before the other server listens is not heard.
    let says = async {
        loop {
            let said = one.ask(signed_in(say_looking("page=a-1&finding=7"))).await;
            assert_eq!(said.status(), StatusCode::OK);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        heard = next() => assert_eq!(heard, "event: looking\ndata: 1\ndata: 7 a-1 astronomer"),
        () = says => {}
    }
    one.ask(signed_in(say_looking("page=a-1"))).await;
    assert_eq!(next().await, "event: looking\ndata: 0");

    for bad in ["page=&finding=7", "page=a%00&finding=7"] {
        assert_eq!(one.ask(signed_in(say_looking(bad))).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    drop((one, other, events));
    fresh.close().await;
}
