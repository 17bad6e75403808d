//! Every door, and who may go through it.
//!
//! The table below has a line for each server function, each address of the API and each page. A new one without a line fails
//! the test: somebody has to say who it is for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use app::api::Clock;
use app::api::reports::MailIsSetUp;
use axum::body::Body;
use domain::people::{LoginName, Reading, Right, Role};
use domain::time::{DAY_S, HOUR_S, Instant};
use http::{Method, Request, Response, StatusCode};
use server::router::{AppState, Proxy, router};
use store::{IDLE_LIMIT_S, Secret};

use crate::cluster::{Fresh, Server, monday, options, text};

/// Whom a door is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// Everybody, even where reading is closed: the way in.
    TheDoor,
    /// Whoever may read.
    Readers,
    /// Whoever has signed in: what people do about themselves.
    Themselves,
    /// Who holds the right.
    Holders(Right),
}

use For::{Holders, Readers, TheDoor, Themselves};

/// Method and path of each server function, a body that says something sensible, and whom it is for.
pub(crate) const FUNCTIONS: &[(&str, &str, For)] = &[
    ("POST /_fn/accept", "finding=0&row_version=1&verb=confirm&value=", Holders(Right::Triage)),
    ("GET /_fn/account", "", Themselves),
    ("POST /_fn/account-name", "display_name=Somebody", Themselves),
    ("POST /_fn/account-password", "present=wrong&password=a+new+password&again=a+new+password", Themselves),
    ("POST /_fn/account-shortcuts", "on=true", Themselves),
    ("GET /_fn/accounts", "", Holders(Right::Administer)),
    ("POST /_fn/begin-role-with-view", "role=Viewer&id=0", Holders(Right::Administer)),
    ("POST /_fn/begin-with-view", "id=0", Themselves),
    ("POST /_fn/change-account", "id=0&version=1&display_name=x&role=Viewer", Holders(Right::Administer)),
    (
        "POST /_fn/change-note",
        "id=0&version=1&from=2022-03-09&to=2022-03-10&family=all&text=x",
        Holders(Right::Annotate),
    ),
    (
        "POST /_fn/change-parameters",
        "gap_min=300&join_tol=60&overlap_tol=60&shift_tol=120&wrong_array_min=3600",
        Holders(Right::Administer),
    ),
    ("POST /_fn/change-reading", "reading=open", Holders(Right::Administer)),
    (
        "POST /_fn/change-types",
        "types[0][kind]=Handover&types[0][class]=GAP&types[0][priority]=Low",
        Holders(Right::Administer),
    ),
    ("POST /_fn/create-account", "name=again&display_name=&role=Viewer", Holders(Right::Administer)),
    ("POST /_fn/create-link", "name=viewer", Holders(Right::Administer)),
    ("POST /_fn/create-token", "name=script", Themselves),
    ("POST /_fn/approve-policy", "name=none&version=1", Holders(Right::Plan)),
    ("GET /_fn/case", "finding=1", Readers),
    ("POST /_fn/decide", "finding=0&row_version=1&verb=confirm&value=", Holders(Right::Triage)),
    ("POST /_fn/decide-many", "which=matching&search=&n=-1&seen=0&verb=confirm&value=", Holders(Right::Triage)),
    ("GET /_fn/definitions", "", Readers),
    ("POST /_fn/default-policy", "name=none&version=1", Holders(Right::Plan)),
    ("POST /_fn/delete-view", "id=0", Themselves),
    ("POST /_fn/delete-standing-rule", "id=0&version=1", Holders(Right::Triage)),
    ("POST /_fn/detect", "back=/admin/types", Holders(Right::Administer)),
    (
        "POST /_fn/edit-plan",
        "which[family]=12m&which[start]=2022-03-09T00:00:00Z&which[end]=2022-03-09T12:00:00Z&which[version]=0&act=publish",
        Holders(Right::Plan),
    ),
    ("GET /_fn/efficiency", "page=numbers&search=", Readers),
    ("GET /_fn/executions-of", "sb=none", Readers),
    ("GET /_fn/finding", "id=1", Readers),
    ("GET /_fn/link", "token=none", TheDoor),
    ("POST /_fn/mail-again", "id=0", Holders(Right::Annotate)),
    (
        "POST /_fn/make-policy",
        "fields[name]=winter&fields[w0]=0.5&fields[w1]=0&fields[w2]=0&fields[w3]=0&fields[w4]=0&fields[w5]=0&fields[w6]=0.5&fields[elevation_deg]=20&fields[sets_in_h]=1&fields[hour_angle_from_h]=-3\
        &fields[hour_angle_to_h]=3&fields[exec_frac]=0.7&fields[a]=10&fields[a_carried_over]=9&fields[b]=4&fields[c]=0",
        Holders(Right::Plan),
    ),
    ("POST /_fn/make-report", "window=2022-W10", Holders(Right::Annotate)),
    ("POST /_fn/merge", "finding=0&row_version=1&neighbour=0&neighbour_version=1", Holders(Right::Triage)),
    ("POST /_fn/move-standing-rule", "id=0&earlier=true", Holders(Right::Triage)),
    ("GET /_fn/plan", "page=list&search=", Readers),
    ("GET /_fn/quarantine", "page=1", Readers),
    ("POST /_fn/looking", "page=a&finding=1", Readers),
    ("POST /_fn/publish-view", "id=0&published=true", Themselves),
    ("POST /_fn/rename-view", "id=0&name=Another", Themselves),
    ("GET /_fn/report", "id=0", Readers),
    ("GET /_fn/reports", "", Readers),
    ("POST /_fn/revoke-token", "id=0", Themselves),
    ("GET /_fn/rules", "", Holders(Right::Administer)),
    ("POST /_fn/save-view", "name=Gaps&search=q%3Dclass:gap", Themselves),
    ("POST /_fn/save-standing-rule", "name=Others&condition=type:other&priority=Low", Holders(Right::Triage)),
    ("POST /_fn/schedule-reports", "weekday=1&hour=8&on=true", Holders(Right::Annotate)),
    ("POST /_fn/set-password", "token=none&password=a+new+password&again=a+new+password", TheDoor),
    ("POST /_fn/sign-in", "name=nobody&password=none", TheDoor),
    ("GET /_fn/sign-in-page", "next=", TheDoor),
    ("POST /_fn/sign-out", "", Themselves),
    ("POST /_fn/sign-out-everywhere", "", Themselves),
    ("POST /_fn/split", "finding=0&row_version=1&cut=2022-03-12+21:00&first=&second=", Holders(Right::Triage)),
    ("POST /_fn/subscribe", "address=somebody@observatory.example", Holders(Right::Annotate)),
    ("GET /_fn/suggestions", "", Readers),
    ("POST /_fn/switch-standing-rule", "id=0&version=1&on=true", Holders(Right::Triage)),
    ("POST /_fn/theme", "theme=dark&back=/", TheDoor),
    ("GET /_fn/triage", "search=", Readers),
    ("POST /_fn/undo", "action=0", Holders(Right::Triage)),
    ("GET /_fn/views", "", Readers),
    ("POST /_fn/unsubscribe", "address=somebody@observatory.example", Holders(Right::Annotate)),
    ("POST /_fn/undo-note", "id=0&version=1", Holders(Right::Annotate)),
    ("GET /_fn/visitor", "", TheDoor),
    ("GET /_fn/wall", "search=", Readers),
    ("POST /_fn/withdraw-note", "id=0&version=1", Holders(Right::Annotate)),
    ("POST /_fn/write-note", "from=2022-03-09&to=2022-03-10&family=all&text=x&back=", Holders(Right::Annotate)),
];

/// Method and path of each address of the API as its description has it, the same with values, and whom it is for.
const API: &[(&str, &str, For)] = &[
    ("GET /actions", "/actions", Holders(Right::Triage)),
    ("POST /actions", "/actions", Holders(Right::Triage)),
    ("POST /actions/{id}/undo", "/actions/0/undo", Holders(Right::Triage)),
    ("GET /efficiency", "/efficiency?week=2022-W10", Readers),
    ("GET /efficiency/{file}", "/efficiency/numbers.csv?window=2022-W10", Readers),
    ("GET /findings", "/findings", Readers),
    ("GET /findings.csv", "/findings.csv", Readers),
    ("GET /findings.json", "/findings.json", Readers),
    ("GET /findings.parquet", "/findings.parquet", Readers),
    ("GET /findings/{id}", "/findings/1", Readers),
    ("POST /findings/{id}/changes", "/findings/0/changes", Holders(Right::Triage)),
    ("POST /findings/{id}/comments", "/findings/0/comments", Holders(Right::Triage)),
    ("GET /findings/{id}/history", "/findings/1/history", Readers),
    ("POST /findings/{id}/merge", "/findings/0/merge", Holders(Right::Triage)),
    ("POST /findings/{id}/split", "/findings/0/split", Holders(Right::Triage)),
    ("GET /findings/{id}/suggestion", "/findings/1/suggestion", Readers),
    ("GET /plan", "/plan?pwv=1", Readers),
    ("GET /plan.csv", "/plan.csv?policy=shiftdesk", Readers),
    ("GET /quarantine", "/quarantine", Readers),
    ("GET /shifts", "/shifts", Readers),
    ("GET /shifts/{shift_id}/ledger", "/shifts/S/ledger", Readers),
    ("GET /standing-rules", "/standing-rules", Readers),
    ("POST /standing-rules", "/standing-rules", Holders(Right::Triage)),
    ("POST /standing-rules/dry-run", "/standing-rules/dry-run", Holders(Right::Triage)),
    ("DELETE /standing-rules/{id}", "/standing-rules/0", Holders(Right::Triage)),
    ("PUT /standing-rules/{id}", "/standing-rules/0", Holders(Right::Triage)),
    ("POST /standing-rules/{id}/move", "/standing-rules/0/move", Holders(Right::Triage)),
    ("POST /standing-rules/{id}/switch", "/standing-rules/0/switch", Holders(Right::Triage)),
    ("GET /suggestions", "/suggestions", Readers),
    ("GET /views", "/views", Readers),
    ("POST /views", "/views", Themselves),
    ("PUT /views/begin", "/views/begin", Themselves),
    ("PUT /views/begin/{role}", "/views/begin/Viewer", Holders(Right::Administer)),
    ("DELETE /views/{id}", "/views/0", Themselves),
    ("PATCH /views/{id}", "/views/0", Themselves),
];

pub(crate) const PAGES: &[(&str, For)] = &[
    ("/triage", Readers),
    ("/triage/snapshot", Readers),
    ("/triage/views", Readers),
    ("/plan/views", Readers),
    ("/efficiency", Readers),
    ("/efficiency/rows", Readers),
    ("/efficiency/compare", Readers),
    ("/efficiency/notes", Readers),
    ("/efficiency/chart/trend.svg?window=2022-W10", Readers),
    ("/efficiency/reports", Readers),
    ("/efficiency/reports/1", Readers),
    ("/efficiency/reports/1/report.pdf", Readers),
    ("/plan", Readers),
    ("/plan/array", Readers),
    ("/plan/blocks", Readers),
    ("/plan/observatory", Readers),
    ("/plan/policies", Readers),
    ("/plan/pressure", Readers),
    ("/plan/shift", Readers),
    ("/plan/shift/list?family=12m&start=2022-03-10T00:00:00Z&end=2022-03-10T12:00:00Z&version=1", Readers),
    ("/wall", Readers),
    ("/data/quarantine", Readers),
    ("/definitions", Readers),
    ("/suggestions", Readers),
    ("/rules", Readers),
    ("/rules/1", Readers),
    ("/rules/new?condition=type:other", Holders(Right::Triage)),
    ("/rules/1/change", Holders(Right::Triage)),
    ("/sign-in", TheDoor),
    ("/set-password/none", TheDoor),
    ("/account", Themselves),
    ("/admin/accounts", Holders(Right::Administer)),
    ("/admin/types", Holders(Right::Administer)),
    ("/admin/parameters", Holders(Right::Administer)),
    ("/admin/settings", Holders(Right::Administer)),
];

impl For {
    /// What a visitor, `None`, or somebody of a role is answered; `None` where the door is open to them.
    fn refusal(self, role: Option<Role>, reading: Reading) -> Option<StatusCode> {
        let is_open = match (self, role) {
            (TheDoor, _) => true,
            (_, None) if reading == Reading::Closed => false,
            (Readers, _) => true,
            (Themselves | Holders(_), None) => false,
            (Themselves, Some(_)) => true,
            (Holders(right), Some(role)) => return (!role.may(right)).then_some(StatusCode::FORBIDDEN),
        };
        (!is_open).then_some(StatusCode::UNAUTHORIZED)
    }
}

/// The visitor, then each role.
fn everybody() -> impl Iterator<Item = Option<Role>> {
    std::iter::once(None).chain(Role::ALL.iter().copied().map(Some))
}

/// A demo's accounts over a fresh database.
pub(crate) struct People {
    pub(crate) fresh: Fresh,
    pub(crate) server: Server,
    accounts: BTreeMap<Role, i64>,
}

impl People {
    pub(crate) async fn open() -> Self {
        let fresh = Fresh::open().await;
        assert!(fresh.store.become_demo(monday()).await.unwrap());
        let accounts =
            fresh.store.accounts().await.unwrap().into_iter().map(|account| (account.role, account.id)).collect();
        Self { server: fresh.server(), fresh, accounts }
    }

    /// A new session: what one request does to it is no other's business.
    async fn session(&self, role: Role) -> Secret {
        self.fresh.store.renew_session(self.accounts[&role], "test", monday()).await.unwrap()
    }

    /// The cookie of a new session.
    pub(crate) async fn cookie(&self, role: Role) -> String {
        format!("shiftdesk={}", self.session(role).await.expose())
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str, role: Option<Role>) -> Response<Body> {
        let mut request = match method {
            "GET" if !body.is_empty() => Request::get(format!("{path}?{body}")),
            _ => Request::builder().method(method).uri(path),
        };
        let form = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        request = request.header("sec-fetch-site", "same-origin").header("accept", "application/json");
        if method != "GET" {
            // As browsers do; so a body that is too large is refused before it is read.
            request = request.header("content-type", form).header("content-length", body.len());
        }
        if let Some(role) = role {
            request = request.header("cookie", self.cookie(role).await);
        }
        let body = if method == "GET" { Body::empty() } else { Body::from(body.to_owned()) };
        self.server.ask(request.body(body).unwrap()).await
    }
}

/// A text as a form or a query string carries it.
pub(crate) fn encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

fn assert_door(refusal: Option<StatusCode>, status: StatusCode, what: &str) {
    match refusal {
        Some(refusal) => assert_eq!(status, refusal, "{what}"),
        None => assert!(![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status), "{what}: {status}"),
    }
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{what}");
}

#[test]
fn every_server_function_and_every_address_of_the_api_is_in_the_table() {
    let mut registered: Vec<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}")).collect();
    registered.sort();
    let mut listed: Vec<String> = FUNCTIONS.iter().map(|(function, ..)| (*function).to_owned()).collect();
    listed.sort();
    assert_eq!(registered, listed);

    let document: serde_json::Value = serde_json::from_str(&server::api::openapi().to_json().unwrap()).unwrap();
    let mut described: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    described.sort();
    let mut listed: Vec<String> = API.iter().map(|(address, ..)| (*address).to_owned()).collect();
    listed.sort();
    assert_eq!(described, listed);
}

#[test]
fn what_is_asked_by_get_changes_nothing() {
    // A link or a picture makes a browser send a GET, cookies and all, from anywhere.
    for (function, _, whom) in FUNCTIONS {
        let reads = [
            "account",
            "accounts",
            "case",
            "definitions",
            "efficiency",
            "finding",
            "link",
            "quarantine",
            "rules",
            "sign-in-page",
        ];
        let reads = [
            &reads[..],
            &["executions-of", "plan", "report", "reports", "suggestions", "triage", "views", "visitor", "wall"],
        ]
        .concat();
        if let Some(name) = function.strip_prefix("GET /_fn/") {
            assert!(reads.contains(&name), "{name} ({whom:?}) is asked by GET: does it only read?");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_role_goes_through_the_doors_that_are_for_it_and_through_no_other() {
    let people = People::open().await;
    for reading in [Reading::Open, Reading::Closed] {
        people.fresh.store.set_reading(reading, "test", monday()).await.unwrap();
        // The setting is believed for a second.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        for role in everybody() {
            for (function, body, whom) in FUNCTIONS {
                // What opens reading again is told elsewhere.
                if function.ends_with("change-reading") && role == Some(Role::Admin) {
                    continue;
                }
                let (method, path) = function.split_once(' ').unwrap();
                let answer = people.ask(method, path, body, role).await;
                let status = answer.status();
                // Wrong names and links are told like this, and have nothing to do with who asks.
                let refusal = whom.refusal(role, reading);
                assert_door(
                    refusal,
                    status,
                    &format!("{function} by {role:?}, reading {reading}: {}", text(answer).await),
                );
            }
            for (address, path, whom) in API {
                let (method, _) = address.split_once(' ').unwrap();
                // What a program sends means nothing here: who may not is told so before anybody reads it.
                let body = if method == "GET" { "" } else { "{}" };
                let answer = people.ask(method, &format!("/api/v1{path}"), body, role).await;
                assert_door(whom.refusal(role, reading), answer.status(), &format!("{address} by {role:?}, {reading}"));
            }
            for (path, whom) in PAGES {
                let answer = people.ask("GET", path, "", role).await;
                assert_door(whom.refusal(role, reading), answer.status(), &format!("{path} by {role:?}, {reading}"));
            }
        }
    }
    // Where reading is closed, a browser is led to the door and knows the way back.
    let page = people.server.get("/triage?class=GAP").await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    assert_eq!(page.headers()["location"], "/sign-in?next=/triage%3Fclass%3DGAP");
    for open in ["/healthz", "/readyz"] {
        assert_eq!(people.server.get(open).await.status(), StatusCode::OK, "{open}");
    }
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_that_another_site_sends_changes_nothing() {
    let people = People::open().await;
    let session = people.session(Role::Admin).await;
    let post = |headers: &[(&str, &str)]| {
        let mut request = Request::post("/_fn/change-reading")
            .header("host", "desk.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", format!("shiftdesk={}", session.expose()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::from("reading=closed")).unwrap()
    };
    for other in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site"), ("origin", "http://desk.example")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[],
        &[("authorization", "Bearer anything")],
    ] {
        assert_eq!(people.server.ask(post(other)).await.status(), StatusCode::FORBIDDEN, "{other:?}");
    }
    assert_eq!(people.fresh.store.settings().await.unwrap().reading, Reading::Open);
    assert_eq!(people.server.ask(post(&[("origin", "http://desk.example")])).await.status(), StatusCode::OK);
    assert_eq!(people.fresh.store.settings().await.unwrap().reading, Reading::Closed);
    people.fresh.close().await;
}

/// Sends the sign-in form as a browser does.
async fn sign_in(server: &Server, name: &str, password: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::post("/_fn/sign-in")
        .header("host", "desk.example")
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html,*/*")
        .header("content-type", "application/x-www-form-urlencoded");
    for (header, value) in headers {
        request = request.header(*header, *value);
    }
    let next = if headers.is_empty() { "/definitions%3Fa%3Db" } else { "//elsewhere.example" };
    let body = format!("name={name}&password={password}&next={next}");
    server.ask(request.body(Body::from(body)).unwrap()).await
}

fn cookie(answer: &Response<Body>, name: &str) -> Option<String> {
    let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    cookies.filter_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned).next()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn signing_in_gives_a_new_session_and_never_takes_over_a_planted_one() {
    let people = People::open().await;
    let planted = "a".repeat(64);
    let answer = sign_in(&people.server, "astronomer", "demo", &[("cookie", &format!("shiftdesk={planted}"))]).await;
    assert_eq!(answer.status(), StatusCode::FOUND);
    assert_eq!(answer.headers()["location"], "/triage", "never to another host");
    let first = cookie(&answer, "shiftdesk").unwrap();
    assert!(first.contains("; HttpOnly; SameSite=Lax") && first.contains("; Path=/;"), "{first}");
    assert!(!first.contains("Secure"), "over plain http a browser would refuse it");
    let first = first.split(';').next().unwrap().to_owned();
    assert_ne!(first, planted);

    // Who signs in again leaves no session behind.
    let again = sign_in(&people.server, "planner", "demo", &[("cookie", &format!("shiftdesk={first}"))]).await;
    let second = cookie(&again, "shiftdesk").unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(first, second);
    let store = &people.fresh.store;
    for (secret, who) in [(planted, None), (first, None), (second, Some("planner".to_owned()))] {
        let signed = store.signed(&secret.parse().unwrap(), monday()).await.unwrap();
        assert_eq!(signed.map(|signed| signed.name), who);
    }
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn behind_a_proxy_that_speaks_tls_the_cookie_is_for_this_host_over_tls_alone() {
    let people = People::open().await;
    let (fresh, over_tls) = (&people.fresh, [("x-forwarded-proto", "https"), ("x-forwarded-for", "192.0.2.7")]);
    let trusting = Server(router(AppState {
        leptos: options(),
        store: fresh.store.clone(),
        clock: Clock(monday),
        live: server::live::Live::of(fresh.store.clone()),
        proxy: Proxy { trusted: true },
        mail_is_set_up: MailIsSetUp(false),
    }));
    let answer = sign_in(&trusting, "viewer", "demo", &over_tls).await;
    let cookie_over_tls = cookie(&answer, "__Host-shiftdesk").unwrap();
    assert!(cookie_over_tls.contains("; Secure") && cookie_over_tls.contains("; Path=/;"), "{cookie_over_tls}");
    assert!(!cookie_over_tls.contains("Domain"), "{cookie_over_tls}");
    // Without the setting anybody could write these headers, so they mean nothing.
    let answer = sign_in(&people.server, "viewer", "demo", &over_tls).await;
    assert!(cookie(&answer, "__Host-shiftdesk").is_none() && cookie(&answer, "shiftdesk").is_some());
    people.fresh.close().await;
}

static LATER_S: AtomicI64 = AtomicI64::new(0);

fn later() -> Instant {
    monday().plus(LATER_S.load(Ordering::Relaxed))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_ends_by_idleness_by_age_and_by_signing_out_everywhere() {
    let people = People::open().await;
    let server = Server(router(AppState {
        leptos: options(),
        store: people.fresh.store.clone(),
        clock: Clock(later),
        live: server::live::Live::of(people.fresh.store.clone()),
        proxy: Proxy::default(),
        mail_is_set_up: MailIsSetUp(false),
    }));
    let begin = async || {
        let answer = sign_in(&server, "viewer", "demo", &[]).await;
        assert_eq!(answer.headers()["location"], "/definitions?a=b");
        format!("shiftdesk={}", cookie(&answer, "shiftdesk").unwrap().split(';').next().unwrap())
    };
    let status = async |method: Method, path: &str, cookie: &str| {
        let request = Request::builder().method(method).uri(path).header("cookie", cookie);
        let request = request.header("sec-fetch-site", "same-origin").header("accept", "application/json");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(Body::empty()).unwrap();
        server.ask(request).await.status()
    };
    let is_in = async |cookie: &str| status(Method::GET, "/_fn/account", cookie).await == StatusCode::OK;

    let idle = begin().await;
    assert!(is_in(&idle).await);
    LATER_S.store(IDLE_LIMIT_S, Ordering::Relaxed);
    assert!(!is_in(&idle).await);

    let busy = begin().await;
    for _ in 0..13 {
        LATER_S.fetch_add(12 * HOUR_S - 1, Ordering::Relaxed);
        assert!(is_in(&busy).await);
    }
    // 13 times 12 h less a second are 13 s short of six and a half days; half a day more is the limit.
    LATER_S.fetch_add(DAY_S / 2 - 1, Ordering::Relaxed);
    assert!(is_in(&busy).await);
    LATER_S.fetch_add(14, Ordering::Relaxed);
    assert!(!is_in(&busy).await);

    let (here, there) = (begin().await, begin().await);
    assert_eq!(status(Method::POST, "/_fn/sign-out-everywhere", &here).await, StatusCode::OK);
    assert!(!is_in(&here).await && !is_in(&there).await);
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_opens_the_api_and_nothing_else_and_a_bad_one_is_told() {
    let people = People::open().await;
    let store = &people.fresh.store;
    store.set_reading(Reading::Closed, "test", monday()).await.unwrap();
    let name = "script".parse().unwrap();
    let token = store.create_token(people.accounts[&Role::Viewer], &name, "viewer", monday());
    let token = token.await.unwrap();
    let ask = async |path: &str, token: &str| {
        let request = Request::get(path).header("accept", "application/json");
        let request = request.header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap();
        people.server.ask(request).await.status()
    };
    assert_eq!(ask("/api/v1/findings", token.expose()).await, StatusCode::OK);
    assert_eq!(ask("/_fn/account", token.expose()).await, StatusCode::UNAUTHORIZED);
    for bad in ["", "none", &"0".repeat(64), &"x".repeat(5_000)] {
        assert_eq!(ask("/api/v1/findings", bad).await, StatusCode::UNAUTHORIZED, "{bad}");
    }
    let (status, body) = people.server.json("/api/v1/findings").await;
    assert_eq!((status, &body["error"]["kind"]), (StatusCode::UNAUTHORIZED, &"sign_in_needed".into()));
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hostile_names_and_passwords_are_told_in_a_sentence() {
    let people = People::open().await;
    let long = "x".repeat(100_000);
    let nasty =
        ["%00", "%E2%80%AEnimda", "%3Cscript%3Ealert(1)%3C/script%3E", "%27+or+1=1--", "%0D%0ASet-Cookie:+a=b", &long];
    for text_sent in nasty {
        for body in [format!("name={text_sent}&password=demo"), format!("name=admin&password={text_sent}")] {
            let answer = people.ask("POST", "/_fn/sign-in", &body, None).await;
            let shown: String = body.chars().take(80).collect();
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{shown}");
            assert!(cookie(&answer, "shiftdesk").is_none());
            assert!(text(answer).await.contains("name or password is wrong"), "{shown}");
        }
        for (function, body) in [
            ("create-account", format!("name={text_sent}&display_name=x&role=Viewer")),
            ("create-link", format!("name={text_sent}")),
            ("account-password", format!("present=demo&password={text_sent}&again=other")),
        ] {
            let answer = people.ask("POST", &format!("/_fn/{function}"), &body, Some(Role::Admin)).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{function}");
        }
    }
    // One megabyte is more than any form here has.
    let answer =
        people.ask("POST", "/_fn/sign-in", &format!("name=admin&password={}", "x".repeat(1 << 20)), None).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);

    // What may be in a name people read comes out as text.
    let markup = "display_name=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E";
    let session = people.session(Role::Viewer).await;
    let send = |method: Method, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(path).header("accept", "text/html");
        let request =
            request.header("sec-fetch-site", "same-origin").header("cookie", format!("shiftdesk={}", session.expose()));
        request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body.to_owned())).unwrap()
    };
    let answer = people.server.ask(send(Method::POST, "/_fn/account-name", markup)).await;
    assert_eq!(answer.headers()["location"], "/account");
    let page = text(people.server.ask(send(Method::GET, "/account", "")).await).await;
    assert!(page.contains("&lt;img src=x") && !page.contains("<img"), "{page}");

    // Names of accounts are not told apart from wrong passwords, nor by how the answer looks.
    let (known, unknown) =
        (sign_in(&people.server, "admin", "wrong", &[]).await, sign_in(&people.server, "nobody", "wrong", &[]).await);
    assert_eq!(cookie(&known, "outcome"), cookie(&unknown, "outcome"));
    assert!(cookie(&known, "outcome").is_some());
    let name: LoginName = "nobody".parse().unwrap();
    assert!(people.fresh.store.accounts().await.unwrap().iter().all(|account| account.name != name));
    people.fresh.close().await;
}
