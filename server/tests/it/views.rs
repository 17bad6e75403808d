//! Saved views through the front door: where triage begins, hostile names, and forms without scripts.

use axum::body::Body;
use domain::people::Role;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::cluster::{Fresh, Server, monday, text};

/// A demo's accounts over a fresh database, and a session of two of them.
struct People {
    fresh: Fresh,
    server: Server,
    ana: String,
    admin: String,
}

impl People {
    async fn open() -> Self {
        let fresh = Fresh::open().await;
        assert!(fresh.store.become_demo(monday()).await.unwrap());
        let accounts = fresh.store.accounts().await.unwrap();
        let session = async |role: Role| {
            let account = accounts.iter().find(|account| account.role == role).unwrap();
            let secret = fresh.store.renew_session(account.id, "test", monday()).await.unwrap();
            format!("shiftdesk={}", secret.expose())
        };
        let (ana, admin) = (session(Role::Astronomer).await, session(Role::Admin).await);
        Self { server: fresh.server(), fresh, ana, admin }
    }

    async fn ask(&self, who: &str, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, who);
        let request = request.header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.server.ask(request.body(body).unwrap()).await;
        let status = response.status();
        let text = text(response).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn page(&self, who: &str, path: &str) -> Response<Body> {
        self.server.ask(Request::get(path).header(header::COOKIE, who).body(Body::empty()).unwrap()).await
    }

    /// A form as a browser without scripts sends it; where it leads, and the cookie that tells how it went.
    async fn send(&self, who: &str, form: &str, body: &str) -> (String, String) {
        self.send_from("/", who, form, body).await
    }

    /// The same from a page.
    async fn send_from(&self, page: &str, who: &str, form: &str, body: &str) -> (String, String) {
        let request = Request::post(format!("/_fn/{form}"))
            .header(header::COOKIE, who)
            .header(header::HOST, "desk.example")
            .header(header::REFERER, format!("http://desk.example{page}"))
            .header(header::ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()));
        let response = self.server.ask(request.unwrap()).await;
        assert_eq!(response.status(), StatusCode::FOUND, "{form} {body}");
        let words = |name| response.headers()[name].to_str().unwrap().to_owned();
        (words(header::LOCATION), words(header::SET_COOKIE).split(';').next().unwrap().to_owned())
    }
}

/// Where a page leads; nothing when it is shown.
fn leads(response: &Response<Body>) -> Option<&str> {
    response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn triage_begins_with_the_view_that_was_chosen_and_every_other_list_is_where_it_was() {
    let people = People::open().await;
    let query = "q=class:gap+%22IF+delay%22&sort=-duration";
    let (to, _) =
        people.send(&people.ana, "save-view", "name=Gaps&search=sort%3D-duration%26q%3Dclass:gap+%22IF+delay%22").await;
    assert_eq!(to, format!("/triage?{query}"), "back to what was saved, written out");
    assert_eq!(leads(&people.page(&people.ana, "/triage").await), None);
    let (_, views) = people.ask(&people.ana, Method::GET, "/api/v1/views", None).await;
    let id = views[0]["id"].as_i64().unwrap();
    assert_eq!(people.send(&people.ana, "begin-with-view", &format!("id={id}")).await.0, "/triage/views");

    for bare in ["/triage", "/triage?"] {
        let response = people.page(&people.ana, bare).await;
        assert_eq!(leads(&response), Some(format!("/triage?{query}").as_str()), "{bare}");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "private, no-cache", "it is theirs alone");
    }
    assert_eq!(leads(&people.page(&people.ana, "/").await), Some("/triage"));
    // What says which findings, or which one, is shown as it says; also all of them, and what needs a decision.
    for list in ["/triage?q=", "/triage?q=state:open", "/triage?finding=1", "/triage?sort=end", &to] {
        assert_eq!(leads(&people.page(&people.ana, list).await), None, "{list}");
    }
    assert_eq!(leads(&people.page(&people.admin, "/triage").await), None, "nobody else is concerned");
    assert_eq!(leads(&people.server.get("/triage").await), None);
    people.send(&people.ana, "begin-with-view", "").await;
    assert_eq!(leads(&people.page(&people.ana, "/triage").await), None);
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_and_queries_are_refused_or_come_out_as_text() {
    let people = People::open().await;
    let save = async |view: Value| people.ask(&people.ana, Method::POST, "/api/v1/views", Some(&view)).await;
    let long = "x".repeat(100_000);
    for name in ["", "  ", "a\0b", "a\nb", "\u{202e}nimda", &"x".repeat(81), &long] {
        let (status, told) = save(json!({"name": name, "query": ""})).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name:.20}: {told}");
    }
    for query in ["q=class:gaps", "colour=red", "q=x&q=y", &format!("q={}", "word+".repeat(5_000)), "page=0"] {
        let (status, told) = save(json!({"name": "Gaps", "query": query})).await;
        assert_eq!(
            (status, &told["error"]["field"]),
            (StatusCode::BAD_REQUEST, &json!("query")),
            "{query:.20}: {told}"
        );
    }
    let (_, outcome) = people.send(&people.ana, "save-view", "name=%00&search=").await;
    let page = text(people.page(&format!("{}; {outcome}", people.ana), "/triage?q=state:open").await).await;
    assert!(page.contains("it has characters that cannot be seen"), "a form is told too");

    // What may be in a name, and in the words of a filter, is text wherever it is read.
    let markup = "<img src=x onerror=alert(1)>=1+1";
    let (status, view) = save(json!({"name": markup, "query": "q=%22<script>alert(2)</script>%22"})).await;
    assert_eq!((status, &view["name"]), (StatusCode::OK, &json!(markup)), "{view}");
    let path = format!("/api/v1/views/{}", view["id"]);
    let (status, _) = people.ask(&people.ana, Method::PATCH, &path, Some(&json!({"published": true}))).await;
    assert_eq!(status, StatusCode::OK);
    for page in ["/triage?q=state:open", "/triage/views"] {
        for who in [&people.ana, &people.admin] {
            let page = text(people.page(who, page).await).await;
            assert!(page.contains("&lt;img src=x") && !page.contains("<img src=x"), "{page}");
            assert!(!page.contains("<script>alert(2)"), "{page}");
        }
    }
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_does_with_views_what_the_page_does() {
    let people = People::open().await;
    let view = json!({"name": "Gaps", "query": "class=GAP&finding=3"});
    let (_, view) = people.ask(&people.ana, Method::POST, "/api/v1/views", Some(&view)).await;
    let id = view["id"].as_i64().unwrap();
    assert_eq!(
        (&view["query"], &view["mine"], &view["published"]),
        (&json!("q=class:gap"), &json!(true), &json!(false))
    );
    let one = format!("/api/v1/views/{id}");
    // An admin does not see it, so it cannot be what a role begins with.
    let begin = json!({ "view": id });
    let (status, _) = people.ask(&people.admin, Method::PUT, "/api/v1/views/begin/Viewer", Some(&begin)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = people.ask(&people.admin, Method::PATCH, &one, Some(&json!({"published": false}))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let changes = json!({"name": "Holes", "published": true});
    let (_, view) = people.ask(&people.ana, Method::PATCH, &one, Some(&changes)).await;
    assert_eq!((&view["name"], &view["published"]), (&json!("Holes"), &json!(true)));
    for (role, status) in [("Viewer", 204), ("Nobody", 400)] {
        let path = format!("/api/v1/views/begin/{role}");
        assert_eq!(people.ask(&people.admin, Method::PUT, &path, Some(&begin)).await.0.as_u16(), status, "{role}");
    }
    assert_eq!(
        people.ask(&people.ana, Method::PUT, "/api/v1/views/begin", Some(&begin)).await.0,
        StatusCode::NO_CONTENT
    );
    let (_, views) = people.server.json("/api/v1/views").await;
    assert_eq!((&views[0]["owner"], &views[0]["mine"]), (&json!("astronomer"), &json!(false)), "{views}");
    assert_eq!(views[0]["begins_for"], json!(["Viewer"]));
    let (_, views) = people.ask(&people.ana, Method::GET, "/api/v1/views", None).await;
    assert_eq!(views[0]["begins"], json!(true));

    // An admin withdraws it; then it is deleted by its owner.
    let withdrawn = people.ask(&people.admin, Method::PATCH, &one, Some(&json!({"published": false}))).await;
    assert_eq!(withdrawn.0, StatusCode::NO_CONTENT);
    assert_eq!(people.ask(&people.admin, Method::DELETE, &one, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(people.ask(&people.ana, Method::DELETE, &one, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(people.ask(&people.ana, Method::GET, "/api/v1/views", None).await.1, json!([]));
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_begins_with_the_view_that_was_chosen_and_says_what_of_a_query_is_wrong() {
    let people = People::open().await;
    let (to, _) =
        people.send(&people.ana, "save-view", "page=plan&name=Dry&search=sb%3DX1%26find%3Dband:6%26pwv%3D0.5").await;
    assert_eq!(to, "/plan?pwv=0.5&find=band:6", "back to what was saved, without the open block");
    let wet = "page=plan&name=Wet&search=pwv%3Dwet";
    let (to, outcome) = people.send_from("/plan?pwv=wet&el=35", &people.ana, "save-view", wet).await;
    assert_eq!(to, "/plan?pwv=wet&el=35", "what cannot be kept still stands on the page before");
    assert_eq!(people.send_from("/triage?q=", &people.ana, "save-view", wet).await.0, "/plan");
    let page = text(people.page(&format!("{}; {outcome}", people.ana), "/plan/views").await).await;
    assert!(page.contains("pwv=wet: not a number from 0 to 20"), "{page}");
    assert!(page.contains("band:6, with pwv=0.5"), "{page}");

    let (_, views) = people.ask(&people.ana, Method::GET, "/api/v1/views", None).await;
    assert_eq!((&views[0]["page"], &views[0]["query"]), (&json!("plan"), &json!("pwv=0.5&find=band:6")), "{views}");
    let id = views[0]["id"].as_i64().unwrap();
    let begin = json!({"view": id});
    let (status, _) = people.ask(&people.ana, Method::PUT, "/api/v1/views/begin", Some(&begin)).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "it is no view of triage");
    assert_eq!(people.send(&people.ana, "begin-with-view", &format!("page=plan&id={id}")).await.0, "/plan/views");
    assert_eq!(leads(&people.page(&people.ana, "/plan").await), Some("/plan?pwv=0.5&find=band:6"));
    for elsewhere in ["/plan?find=", "/plan?pwv=1", "/triage", "/plan/shift"] {
        assert_eq!(leads(&people.page(&people.ana, elsewhere).await), None, "{elsewhere}");
    }
    assert_eq!(leads(&people.page(&people.admin, "/plan").await), None, "nobody else is concerned");

    // A filter that cannot be read is not kept, and neither is a page that has no views.
    for view in [
        json!({"page": "plan", "name": "Bad", "query": "find=band:11"}),
        json!({"page": "plan", "name": "Long", "query": format!("find={}", "word+".repeat(5_000))}),
        json!({"page": "efficiency", "name": "Week", "query": ""}),
    ] {
        let (status, told) = people.ask(&people.ana, Method::POST, "/api/v1/views", Some(&view)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
    }
    // As it is now is a view too: a name for where everything is shown.
    let view = json!({"page": "plan", "name": "All", "query": ""});
    let (_, all) = people.ask(&people.ana, Method::POST, "/api/v1/views", Some(&view)).await;
    assert_eq!(all["query"], "find=");
    people.fresh.close().await;
}
