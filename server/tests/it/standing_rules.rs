//! Standing rules through the front door: as a program makes them, and as forms without scripts.

use app::api::person::CurrentUser;
use axum::body::Body;
use domain::people::Role;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, Server, monday, text};

const SHIFTS: &str = "shift_id,kind,array_families,start,end,planned_start,planned_end,aod\n\
    S1,SCIOPS,12 [m],2022-03-12T00:00:00Z,2022-03-12T08:00:00Z,,,AoD\n";
const HEADER: &str =
    "eb_uid,sb_uid,sb_name,project_code,array_id,array_family,band,purpose,status,qa0,start,end,subject,ticket\n";

/// An execution of half an hour, by the hours of its start.
fn execution(id: &str, start: &str, end: &str) -> String {
    format!("{id},sb,SB,2021.1.00001.S,,12 [m],3,PI,SUCCESS,Pass,2022-03-12T{start}:00Z,2022-03-12T{end}:00Z,M83,\n")
}

async fn load(fresh: &Fresh, files: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    for (name, rows) in files {
        std::fs::write(folder.path().join(name), rows).unwrap();
    }
    let mode = Mode::Load { store: &fresh.store, now: monday() };
    let summary = ingest(mode, &[folder.path().to_owned()], |_| {}).await;
    assert_eq!(summary.exit_code(), 0, "{summary}");
}

/// A shift of eight hours: idle from 0 to 1 (a handover), from 2 to 3 (another gap), and from 4 to 8 (its end).
async fn a_night() -> Fresh {
    let fresh = Fresh::open().await;
    let executions = [HEADER, &execution("E1", "01:00", "02:00"), &execution("E2", "03:00", "04:00")].concat();
    load(&fresh, &[("shifts.csv", SHIFTS), ("executions.csv", &executions)]).await;
    fresh
}

fn by(name: &str, role: Role, mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(CurrentUser { name: name.to_owned(), role });
    request
}

async fn send(server: &Server, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    let response = server.ask(by("ana", Role::Astronomer, request.body(Body::from(body.to_string())).unwrap())).await;
    let status = response.status();
    let text = text(response).await;
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// A page, read by an astronomer, without the marks that the framework leaves between texts.
async fn page(server: &Server, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let response = server.ask(by("ana", Role::Astronomer, request)).await;
    (response.status(), text(response).await.replace("<!>", ""))
}

/// A form as a browser without scripts sends it.
async fn form(server: &Server, function: &str, body: &str) -> Response<Body> {
    let request = Request::post(format!("/_fn/{function}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body.to_owned()))
        .unwrap();
    server.ask(by("ana", Role::Astronomer, request)).await
}

const RULES: &str = "/api/v1/standing-rules";

#[tokio::test(flavor = "multi_thread")]
async fn a_program_tries_a_rule_saves_it_and_takes_back_what_it_did() {
    let fresh = a_night().await;
    let server = fresh.server();
    let rule = json!({"name": "Gaps", "condition": "class:gap", "priority": "Blocker", "tag": "gap"});
    let (status, tried) = send(&server, Method::POST, &format!("{RULES}/dry-run"), &rule).await;
    assert_eq!(status, StatusCode::OK, "{tried}");
    // Three findings, each of which gets a priority and a tag.
    assert_eq!((&tried["n_matching"], &tried["n_changed"], &tried["n_values"]), (&json!(3), &json!(3), &json!(6)));
    assert_eq!(tried["diff"].as_array().unwrap().len(), 6);
    assert!(tried["fates"].as_array().unwrap().contains(&json!({"field": "Tags", "fate": "given", "n": 3})), "{tried}");
    let (_, list) = server.json(RULES).await;
    assert_eq!(list, json!([]), "nothing is saved by trying");

    let mut applied = rule.clone();
    applied["apply_to"] = json!(5);
    let (status, refused) = send(&server, Method::POST, RULES, &applied).await;
    assert_eq!((status, &refused["error"]["field"]), (StatusCode::BAD_REQUEST, &json!("apply_to")), "{refused}");
    applied["apply_to"] = json!(6);
    let (status, saved) = send(&server, Method::POST, RULES, &applied).await;
    assert_eq!((status, &saved["n_changed"]), (StatusCode::CREATED, &json!(3)), "{saved}");
    let id = saved["id"].as_i64().unwrap();
    let (_, findings) = server.json("/api/v1/findings?q=priority:blocker").await;
    assert_eq!(findings["n_matching"], 3);
    let history = format!("/api/v1/findings/{}/history", findings["findings"][0]["id"]);
    let (_, lines) = server.json(&history).await;
    let line = lines.as_array().unwrap().last().unwrap();
    assert_eq!((&line["who"], &line["rule"]), (&json!("rule Gaps"), &json!(id)));

    // What the next load brings has it too.
    let third = [HEADER, &execution("E3", "05:00", "06:00")].concat();
    load(&fresh, &[("executions.csv", &third)]).await;
    let (_, findings) = server.json("/api/v1/findings?q=priority:blocker+state:open").await;
    assert_eq!(findings["n_matching"], 4);

    let (status, done) =
        send(&server, Method::POST, &format!("/api/v1/actions/{}/undo", saved["action"]), &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    let (_, list) = server.json(RULES).await;
    let kept = &list[0];
    assert_eq!((&kept["place"], &kept["on"], &kept["author"]), (&json!(1), &json!(true), &json!("ana")));
    assert_eq!(
        (&kept["tag"], &kept["type"], &kept["made_at"]),
        (&json!("gap"), &Value::Null, &json!(monday().to_string()))
    );

    let other =
        json!({"version": kept["version"], "name": "Long gaps", "condition": "class:gap dur:>2", "assignee": "ana"});
    let (status, changed) = send(&server, Method::PUT, &format!("{RULES}/{id}"), &other).await;
    assert_eq!((status, &changed["n_changed"]), (StatusCode::OK, &json!(0)), "{changed}");
    let (status, _) = send(&server, Method::PUT, &format!("{RULES}/{id}"), &other).await;
    assert_eq!(status, StatusCode::CONFLICT, "it has another version by now");
    for (path, body) in [("switch", json!({"version": 2, "on": false})), ("move", json!({"earlier": true}))] {
        let (status, told) = send(&server, Method::POST, &format!("{RULES}/{id}/{path}"), &body).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{path} {told}");
    }
    let (status, told) = send(&server, Method::DELETE, &format!("{RULES}/{id}"), &json!({"version": 3})).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{told}");
    assert_eq!(server.json(RULES).await.1, json!([]));
    assert_eq!(send(&server, Method::DELETE, &format!("{RULES}/{id}"), &json!({"version": 4})).await.0, 404);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_rule_is_said_with_its_field() {
    let fresh = a_night().await;
    let server = fresh.server();
    let good = json!({"name": "Gaps", "condition": "class:gap", "priority": "Low"});
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("a\u{0}b")),
        ("name", json!("x".repeat(100_000))),
        ("condition", json!("")),
        ("condition", json!("when:7d")),
        ("condition", json!("when:last-shift")),
        ("condition", json!("assignee:me")),
        ("condition", json!("clas:gap")),
        ("condition", json!("\"a\u{0}b\"")),
        ("condition", json!("x".repeat(100_000))),
        ("priority", json!("Huge")),
        ("type", json!("e")),
        ("tag", json!("a;b")),
        ("tag", json!("a\u{0}b")),
        ("tag", json!("x".repeat(65))),
        ("assignee", json!("<script>")),
    ] {
        let mut rule = good.clone();
        rule[field] = value.clone();
        let told = value.to_string().chars().take(40).collect::<String>();
        for path in [RULES.to_owned(), format!("{RULES}/dry-run")] {
            let (status, answer) = send(&server, Method::POST, &path, &rule).await;
            assert_eq!((status, &answer["error"]["field"]), (StatusCode::BAD_REQUEST, &json!(field)), "{path} {told}");
        }
    }
    let nothing = json!({"name": "Gaps", "condition": "class:gap"});
    let (status, answer) = send(&server, Method::POST, RULES, &nothing).await;
    assert_eq!((status, &answer["error"]["field"]), (StatusCode::BAD_REQUEST, &json!("gives")));
    assert_eq!(server.json(RULES).await.1, json!([]));
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_tried_and_saved_by_forms_alone() {
    let fresh = a_night().await;
    let server = fresh.server();
    let (status, empty) = page(&server, "/rules").await;
    assert!(status == StatusCode::OK && empty.contains("No rule stands yet."), "{empty}");
    let (_, triage) = page(&server, "/triage?q=class:gap").await;
    // This request has no session: the page is a visitor's.
    assert!(!triage.contains("/rules/new"), "a visitor makes no rule");
    let (_, new) = page(&server, "/rules/new?condition=class:gap").await;
    assert!(new.contains(r#"value="class:gap""#) && !new.contains("Save rule") && !new.contains("not yet complete"));

    let (_, wrong) = page(&server, "/rules/new?name=&condition=when:7d&type=&priority=&tag=&assignee=").await;
    assert!(wrong.contains("not yet complete") && wrong.contains("is another time every day"), "{wrong}");
    let (status, tried) =
        page(&server, "/rules/new?name=%3Cb%3E&condition=class:gap&type=&priority=High&tag=%3Ci%3E&assignee=").await;
    assert_eq!(status, StatusCode::OK);
    for told in ["3 findings", "6 values", "Save rule", "<del>None</del>", "<ins>M83, &lt;i&gt;</ins>"] {
        assert!(tried.contains(told), "{told}: {tried}");
    }
    assert!(!tried.contains("<i>") && !tried.contains("<b>"), "what was typed is text");

    let fields = "name=%3Cb%3E&condition=class%3Agap&kind=&priority=High&tag=%3Ci%3E&assignee=&id=0&version=0";
    let stale = form(&server, "save-standing-rule", &format!("{fields}&n_values=7&reach=history")).await;
    let back = stale.headers()[header::LOCATION].to_str().unwrap().to_owned();
    assert!(back.starts_with("/rules/new?name=%3Cb%3E&condition=class%3Agap"), "{back}");
    let saved = form(&server, "save-standing-rule", &format!("{fields}&n_values=6&reach=history")).await;
    assert_eq!(saved.status(), StatusCode::FOUND);
    let at = saved.headers()[header::LOCATION].to_str().unwrap().to_owned();
    let (status, one) = page(&server, &at).await;
    assert_eq!(status, StatusCode::OK);
    for told in ["&lt;b&gt;", "Findings it changed: ", "made</strong> by ", "Undo"] {
        assert!(one.contains(told), "{told}: {one}");
    }
    let id = at.rsplit('/').next().unwrap();
    let switched = form(&server, "switch-standing-rule", &format!("id={id}&version=1&on=false")).await;
    assert_eq!(switched.headers()[header::LOCATION], at.as_str());
    let (_, list) = page(&server, "/rules").await;
    assert!(list.contains("switched off") && list.contains("&lt;b&gt;"), "{list}");
    let deleted = form(&server, "delete-standing-rule", &format!("id={id}&version=2")).await;
    assert_eq!(deleted.headers()[header::LOCATION], "/rules");
    let (_, one) = page(&server, &at).await;
    assert!(one.contains("deleted; what it gave stays"), "{one}");
    for nowhere in ["/rules/99", "/rules/0", "/rules/x", "/rules/1/2", "/rules/99/change", &format!("{at}/change")] {
        assert_eq!(page(&server, nowhere).await.0, StatusCode::NOT_FOUND, "{nowhere}");
    }
    fresh.close().await;
}
