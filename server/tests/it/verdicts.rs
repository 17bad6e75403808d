//! Verdicts through the front door: rights, hostile texts, stale edits, and forms without scripts.

use app::api::person::CurrentUser;
use axum::body::{Body, to_bytes};
use domain::people::Role;
use domain::triage::decision::ActionDone;
use http::{Request, Response, StatusCode, header};
use serde_json::{Value, json};
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, Server, monday, text};

const SHIFTS: &str = "shift_id,kind,array_families,start,end,planned_start,planned_end,aod\n\
    S1,SCIOPS,12 [m],2022-03-12T00:00:00Z,2022-03-12T08:00:00Z,,,AoD\n";
const EXECUTIONS: &str = "eb_uid,sb_uid,sb_name,project_code,array_id,array_family,band,purpose,status,qa0,start,end,subject,ticket\n\
    E1,sb,SB,2021.1.00001.S,,12 [m],3,PI,SUCCESS,Pass,2022-03-12T01:00:00Z,2022-03-12T02:00:00Z,M83,\n\
    E2,sb,SB,2021.1.00001.S,,12 [m],3,PI,SUCCESS,Pass,2022-03-12T03:00:00Z,2022-03-12T04:00:00Z,M83,\n";

/// A shift of eight hours with two executions: a handover, a gap of an hour, and the end of the shift.
async fn a_night() -> Fresh {
    let fresh = Fresh::open().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shifts.csv"), SHIFTS).unwrap();
    std::fs::write(folder.path().join("executions.csv"), EXECUTIONS).unwrap();
    let mode = Mode::Load { store: &fresh.store, now: monday() };
    let summary = ingest(mode, &[folder.path().to_owned()], |_| {}).await;
    assert_eq!(summary.exit_code(), 0, "{summary}");
    fresh
}

fn by(name: &str, role: Role, mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(CurrentUser { name: name.to_owned(), role });
    request
}

fn post(path: &str, body: &Value) -> Request<Body> {
    Request::post(path).header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

async fn json_of(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let text = text(response).await;
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
}

/// Status and answer of a function that changes findings, as the page's own script reads them.
async fn done_of(response: Response<Body>) -> (StatusCode, Option<ActionDone>) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, Some(bytes).filter(|_| status == StatusCode::OK).map(|bytes| postcard::from_bytes(&bytes).unwrap()))
}

async fn ana(server: &Server, path: &str, body: &Value) -> (StatusCode, Value) {
    json_of(server.ask(by("ana", Role::Astronomer, post(path, body))).await).await
}

async fn ids(server: &Server) -> Vec<i64> {
    let (_, list) = server.json("/api/v1/findings").await;
    list["findings"].as_array().unwrap().iter().map(|finding| finding["id"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_nobody_or_may_not_triage_changes_nothing() {
    let fresh = a_night().await;
    let server = fresh.server();
    let id = ids(&server).await[0];
    let body = json!({"changes": ["confirm"], "findings": [], "text": "x", "at": "2022-03-12 05:00", "with": 1});
    for path in ["changes", "comments", "split", "merge"].map(|what| format!("/api/v1/findings/{id}/{what}")) {
        let (status, _) = json_of(server.ask(post(&path, &body)).await).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        for role in [Role::Viewer, Role::Planner, Role::Manager] {
            let (status, _) = json_of(server.ask(by("ben", role, post(&path, &body))).await).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{role} {path}");
        }
    }
    for path in ["/api/v1/actions", "/api/v1/actions/1/undo"] {
        assert_eq!(json_of(server.ask(post(path, &body)).await).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    for endpoint in ["accept", "decide", "split", "merge", "undo"] {
        let form = format!(
            "finding={id}&row_version=1&verb=confirm&value=&cut=&first=&second=&neighbour=1&neighbour_version=1&action=1"
        );
        let request = Request::post(format!("/_fn/{endpoint}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(form))
            .unwrap();
        let response = server.ask(request).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{endpoint}");
    }
    let (_, finding) = server.json(&format!("/api/v1/findings/{id}")).await;
    assert_eq!(finding["row_version"], 1);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_does_what_the_page_does() {
    let fresh = a_night().await;
    let server = fresh.server();
    let id = ids(&server).await[0];
    let changes = format!("/api/v1/findings/{id}/changes");

    let hostile = "<b>\u{202e}=1+1";
    let (status, done) = ana(
        &server,
        &changes,
        &json!({"row_version": 1, "changes": [{"priority": "High"}, {"tags": {"add": [hostile]}}, {"type": "Other"}]}),
    )
    .await;
    assert_eq!((status, &done["n_changed"]), (StatusCode::OK, &json!(1)), "{done}");
    let (_, finding) = server.json(&format!("/api/v1/findings/{id}")).await;
    assert_eq!(
        (&finding["priority"], &finding["type"], &finding["row_version"]),
        (&json!("High"), &json!("Other"), &json!(2))
    );
    assert!(finding["tags"].as_str().unwrap().ends_with(hostile), "{finding}");
    let page = text(server.get(&format!("/triage?finding={id}")).await).await;
    assert!(page.contains("&lt;b&gt;\u{202e}=1+1") && !page.contains("<b>\u{202e}"), "a tag is text");

    // Ben saw version 1: his priority collides and nothing else was asked for.
    let stale = by("ben", Role::Admin, post(&changes, &json!({"row_version": 1, "changes": [{"priority": "Low"}]})));
    let (status, told) = json_of(server.ask(stale).await).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!((&told["collisions"][0]["theirs"], &told["collisions"][0]["by"]), (&json!("High"), &json!("ana")));

    let undo = format!("/api/v1/actions/{}/undo", done["action"]);
    let (status, _) = json_of(server.ask(by("ben", Role::Admin, post(&undo, &json!({})))).await).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "only who did it undoes it");
    assert_eq!(ana(&server, &undo, &json!({})).await.0, StatusCode::OK);

    let (status, _) = ana(&server, &format!("/api/v1/findings/{id}/comments"), &json!({"text": "see @ben"})).await;
    assert_eq!(status, StatusCode::OK);
    let (_, history) = server.json(&format!("/api/v1/findings/{id}/history")).await;
    let told: Vec<&str> = history.as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(told.first().copied(), Some("detected"));
    assert_eq!(history.as_array().unwrap().last().unwrap()["comment"], "see @ben");
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_split_and_merged_findings_keep_every_second() {
    let fresh = a_night().await;
    let server = fresh.server();
    let all = ids(&server).await;
    let findings: Vec<Value> = all.iter().map(|id| json!({"finding": id})).collect();
    let (status, done) =
        ana(&server, "/api/v1/actions", &json!({"findings": findings, "changes": ["confirm", {"assignee": "ana"}]}))
            .await;
    assert_eq!((status, &done["n_changed"]), (StatusCode::OK, &json!(all.len())), "{done}");

    // The newest ends the shift: four hours from 04:00.
    let split = format!("/api/v1/findings/{}/split", all[0]);
    let (status, refused) = ana(&server, &split, &json!({"at": "2022-03-12T08:00:00Z"})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
    let (status, done) = ana(&server, &split, &json!({"at": "2022-03-12 05:00", "first_type": "weather"})).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    let (_, list) = server.json("/api/v1/findings?state=open").await;
    let parts: Vec<(i64, &Value)> = list["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["part_of"] == all[0])
        .map(|finding| (finding["duration_s"].as_i64().unwrap(), &finding["type"]))
        .collect();
    assert_eq!(parts, [(10_800, &json!("End shift")), (3_600, &json!("Weather downtime"))]);
    let part = |n: usize| list["findings"][n]["id"].as_i64().unwrap();
    let (status, done) = ana(&server, &format!("/api/v1/findings/{}/merge", part(0)), &json!({"with": part(1)})).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    let (_, list) = server.json("/api/v1/findings?state=open").await;
    assert_eq!((&list["n_matching"], &list["findings"][0]["duration_s"]), (&json!(1), &json!(14_400)));
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_in_a_sentence_and_never_breaks() {
    let fresh = a_night().await;
    let server = fresh.server();
    let id = ids(&server).await[0];
    let changes = format!("/api/v1/findings/{id}/changes");
    for body in [
        json!({}),
        json!({"changes": []}),
        json!({"changes": ["explode"]}),
        json!({"changes": ["confirm", "reopen"]}),
        json!({"changes": [{"comment": "a\u{0}b"}]}),
        json!({"changes": [{"comment": "x".repeat(10_001)}]}),
        json!({"changes": [{"tags": {"add": ["a;b"]}}]}),
        json!({"changes": [{"assignee": "<script>"}]}),
        json!({"changes": [{"snooze": {"until": "tomorrow"}}]}),
    ] {
        let (status, told) = ana(&server, &changes, &body).await;
        assert_eq!((status, &told["error"]["kind"]), (StatusCode::BAD_REQUEST, &json!("invalid")), "{body}: {told}");
    }
    assert_eq!(ana(&server, "/api/v1/findings/999999/changes", &json!({"changes": ["confirm"]})).await.0, 404);
    assert_eq!(ana(&server, "/api/v1/findings/x/changes", &json!({"changes": ["confirm"]})).await.0, 400);
    assert_eq!(ana(&server, "/api/v1/actions/999999/undo", &json!({})).await.0, 404);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_scripts_comes_back_to_its_page() {
    let fresh = a_night().await;
    let server = fresh.server();
    let id = ids(&server).await[0];
    let page = format!("/triage?state=open&finding={id}");
    let shown = by("ana", Role::Astronomer, Request::get(&page).body(Body::empty()).unwrap());
    let shown = text(server.ask(shown).await).await;
    assert!(
        shown.contains(r#"action="/_fn/decide""#) && shown.contains(r#"name="row_version""#),
        "the forms are there"
    );
    let read_only = text(server.get(&page).await).await;
    assert!(!read_only.contains(r#"action="/_fn/decide""#) && read_only.contains("to triage"), "and only for who may");

    let form = format!("finding={id}&row_version=1&verb=dismiss&value=a+test");
    let request = Request::post("/_fn/decide")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .header(header::HOST, "desk.example")
        .header(header::REFERER, format!("http://desk.example{page}"))
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form))
        .unwrap();
    let response = server.ask(by("ana", Role::Astronomer, request)).await;
    assert_eq!(response.status(), StatusCode::FOUND);
    let back = response.headers()[header::LOCATION].to_str().unwrap();
    assert!(back.ends_with(&page), "{back}");
    let (_, finding) = server.json(&format!("/api/v1/findings/{id}")).await;
    assert_eq!((&finding["state"], &finding["dismissed_because"]), (&json!("Dismissed"), &json!("a test")));
    fresh.close().await;
}

/// The form about many, as a script sends it.
fn many(form: &str) -> Request<Body> {
    Request::post("/_fn/decide-many")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::HOST, "desk.example")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form.to_owned()))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_match_are_decided_at_once_when_they_are_as_many_as_the_page_showed() {
    let fresh = a_night().await;
    let server = fresh.server();
    let (_, list) = server.json("/api/v1/findings?class=GAP").await;
    let n = list["n_matching"].as_i64().unwrap();
    assert!(n > 1);
    let seen = fresh.store.asked_with_seq(|_, seq| seq).await.unwrap();
    let send = async |n: i64| {
        let form = format!("which=matching&search=class%3DGAP&n={n}&seen={seen}&verb=priority&value=Blocker");
        done_of(server.ask(by("ana", Role::Astronomer, many(&form))).await).await
    };
    assert_eq!(send(n + 1).await, (StatusCode::UNPROCESSABLE_ENTITY, None));
    let done = send(n).await.1.unwrap();
    assert_eq!(done.n_changed, n, "{done:?}");
    let (_, list) = server.json("/api/v1/findings?class=GAP&priority=Blocker").await;
    assert_eq!(list["n_matching"], n);
    let (status, _) = ana(&server, &format!("/api/v1/actions/{}/undo", done.action.unwrap()), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let (_, list) = server.json("/api/v1/findings?class=GAP&priority=Blocker").await;
    assert_eq!(list["n_matching"], 0);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_boxes_that_are_ticked_are_decided_in_one_action_and_what_others_decided_meanwhile_stays() {
    let fresh = a_night().await;
    let server = fresh.server();
    let ids = ids(&server).await;
    // A handover, a gap of an hour and the end of the shift.
    let [a, b, c] = ids[..] else { panic!("{ids:?}") };
    let seen = fresh.store.asked_with_seq(|_, seq| seq).await.unwrap();
    let priority = async |of: i64| server.json(&format!("/api/v1/findings/{of}")).await.1["priority"].clone();
    let before = priority(c).await;

    // Ben is quicker with one of the two.
    let change = format!("/api/v1/findings/{b}/changes");
    let blocker = by("ben", Role::Admin, post(&change, &json!({"changes": [{"priority": "Blocker"}]})));
    assert_eq!(server.ask(blocker).await.status(), StatusCode::OK);

    let form = format!("which=selected&selected[]={a}&selected[]={b}&search=&n=3&seen={seen}&verb=priority&value=High");
    let done = done_of(server.ask(by("ana", Role::Astronomer, many(&form))).await).await.1.unwrap();
    assert_eq!((done.n_changed, done.n_collisions), (1, 1), "{done:?}");
    assert_eq!((done.collisions[0].by.as_str(), done.collisions[0].finding), ("ben", b));
    assert_eq!([priority(a).await, priority(b).await], [json!("High"), json!("Blocker")]);

    // Ana has seen it by now, and means it.
    let seen = fresh.store.asked_with_seq(|_, seq| seq).await.unwrap();
    let form = format!("which=selected&selected[]={b}.{a}&search=&n=3&seen={seen}&verb=priority&value=Low");
    let done = done_of(server.ask(by("ana", Role::Astronomer, many(&form))).await).await.1.unwrap();
    assert_eq!((done.n_changed, done.n_collisions), (2, 0), "{done:?}");
    assert_eq!(priority(c).await, before, "nobody picked it");

    // One undo for the lot.
    let (status, _) = ana(&server, &format!("/api/v1/actions/{}/undo", done.action.unwrap()), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!([priority(a).await, priority(b).await], [json!("High"), json!("Blocker")]);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_script_the_form_about_many_comes_back_to_its_page_with_numbers_and_an_undo() {
    let fresh = a_night().await;
    let server = fresh.server();
    let ids = ids(&server).await;
    assert!(fresh.store.become_demo(monday()).await.unwrap());
    let accounts = fresh.store.accounts().await.unwrap();
    let astronomer = accounts.iter().find(|account| account.role == Role::Astronomer).unwrap();
    let session = fresh.store.renew_session(astronomer.id, "test", monday()).await.unwrap();
    let session = format!("shiftdesk={}", session.expose());
    let signed_in = |mut request: Request<Body>, more: &str| {
        request.headers_mut().insert(header::COOKIE, format!("{session}{more}").parse().unwrap());
        request
    };
    let page = text(server.ask(signed_in(get("/triage?class=GAP"), "")).await).await;
    for needed in [r#"name="selected[]""#, r#"form="bulk""#, r#"name="seen""#, r#"action="/_fn/decide-many""#] {
        assert!(page.contains(needed), "{needed}");
    }
    let read_only = text(server.get("/triage?class=GAP").await).await;
    assert!(!read_only.contains("selected[]") && !read_only.contains("decide-many"), "and only for who may");

    let form =
        format!("which=selected&selected[]={}&selected[]={}&search=&n=3&seen=0&verb=snooze&value=", ids[0], ids[1]);
    let mut request = many(&form);
    request.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
    request.headers_mut().insert(header::REFERER, "http://desk.example/triage?class=GAP".parse().unwrap());
    let response = server.ask(signed_in(request, "")).await;
    assert_eq!(
        (response.status(), &response.headers()[header::LOCATION]),
        (StatusCode::FOUND, &"/triage?class=GAP".parse().unwrap())
    );
    let outcome = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = text(server.ask(signed_in(get("/triage?class=GAP"), &format!("; {outcome}"))).await).await;
    // The log ends at 08:00 of that Saturday, and `monday()` is later: the next shift is a day from then.
    let until = monday().plus(86_400).for_people();
    assert!(page.contains(&format!("Snoozed until {until}: 2 findings.")), "{page}");
    assert!(page.contains(r#"action="/_fn/undo""#), "and its undo");
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_that_is_none_is_told_and_decides_nothing() {
    let fresh = a_night().await;
    let server = fresh.server();
    let id = ids(&server).await[0];
    for selected in
        ["", "&selected[]=", "&selected[]=x", "&selected[]=1-9999999999", "&selected[]=%00", "&selected[]=%3Cb%3E"]
    {
        let form = format!("which=selected{selected}&search=&n=3&seen=0&verb=confirm&value=");
        let status = server.ask(by("ana", Role::Astronomer, many(&form))).await.status();
        assert!(status.is_client_error(), "{selected}: {status}");
    }
    // What is not there is told beside what is done.
    let form = format!("which=selected&selected[]={id}.999999&search=&n=3&seen=0&verb=confirm&value=");
    let done = done_of(server.ask(by("ana", Role::Astronomer, many(&form))).await).await.1.unwrap();
    assert_eq!((done.n_changed, done.n_refused), (1, 1), "{done:?}");
    fresh.close().await;
}
