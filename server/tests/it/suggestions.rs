//! What people decided about findings is suggested for the next, on a page that needs no script.

use app::api::person::CurrentUser;
use axum::body::Body;
use domain::findings::FindingType;
use domain::people::Role;
use domain::triage::State;
use domain::triage::decision::{Edit, Target};
use domain::triage::filter::{Filter, What};
use http::{Request, StatusCode, header};
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, monday, text};
use crate::report::shared;

/// The page's text without its markup, blanks as one; cells touch.
fn words(html: &str) -> String {
    let mut words = String::new();
    for piece in html.split('<') {
        words.push_str(piece.split_once('>').map_or("", |(_, text)| text));
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_open_finding_shows_what_was_decided_about_those_like_it() {
    let Some(facts) = shared("facts/week") else { return };
    let fresh = Fresh::open().await;
    ingest(Mode::Load { store: &fresh.store, now: monday() }, &[facts], |_| {}).await;
    let server = fresh.server();
    let filter = Filter::of([What::Kind(FindingType::EndShift)]);
    let rows = fresh.store.asked(|columns| columns.list(&columns.view(&filter, &[], None), 0, 100)).await.unwrap().rows;
    assert!(rows.len() > 10, "{}", rows.len());
    let page = |id: i64| {
        let server = &server;
        async move { words(&text(server.get(&format!("/triage?finding={id}")).await).await) }
    };
    let last = rows.last().unwrap().id;
    let nothing = "No suggestion: only 0 of the 8 decisions on this type that a suggestion needs have been made.";
    assert!(page(last).await.contains(nothing));
    let nobody = words(&text(server.get("/suggestions").await).await);
    assert!(nobody.contains("Nobody has decided anything yet"), "{nobody}");

    let mut actions = Vec::new();
    for row in &rows[..9] {
        let target = Target { finding: row.id, row_version: Some(row.row_version) };
        actions.push(fresh.store.act("ana", &[target], &Edit::Confirm.into()).await.unwrap().action.unwrap());
    }
    // 9 of 9, and the weight of one for something else: 9 / 10, whatever the tokens. The ninth was predicted, and right.
    let shown = page(last).await;
    assert!(shown.contains("Suggestion: Confirm · 90 % · 9 of 9 similar, right 100 % lately"), "{shown}");
    assert!(!page(rows[0].id).await.contains("uggestion:"), "somebody decided this one");
    let (_, api) = server.json(&format!("/api/v1/findings/{last}/suggestion")).await;
    assert_eq!((&api["verdict"], &api["n_same"], &api["lately"]["n_right"]), (&"Confirm".into(), &9.into(), &1.into()));
    let (_, records) = server.json("/api/v1/suggestions").await;
    assert_eq!((&records[3]["type"], &records[3]["ever"]["n_silent"]), (&"End shift".into(), &8.into()));
    let table = words(&text(server.get("/suggestions").await).await);
    assert!(table.contains("End shift11100 %811100 %8"), "{table}");

    // An astronomer takes it up by a plain form that comes back to its page; a visitor is not even offered it.
    let visited = text(server.get(&format!("/triage?finding={last}")).await).await;
    assert!(!visited.contains("/_fn/accept"), "nobody is signed in");
    let accept = |verb: &str| {
        let body = format!("finding={last}&row_version=1&verb={verb}&value=weather");
        let request = Request::post("/_fn/accept")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, format!("http://localhost/triage?finding={last}"))
            .header("sec-fetch-site", "same-origin")
            .extension(CurrentUser { name: "ben".to_owned(), role: Role::Astronomer });
        server.ask(request.body(Body::from(body)).unwrap())
    };
    // Nobody suggested to dismiss it.
    accept("dismiss").await;
    assert_eq!(fresh.store.finding(last).await.unwrap().unwrap().state, State::Open);
    let answer = accept("confirm").await;
    assert_eq!(answer.status(), StatusCode::FOUND, "a form goes back to its page");
    assert_eq!(fresh.store.finding(last).await.unwrap().unwrap().state, State::Confirmed);
    let done = page(last).await;
    assert!(done.contains("Confirmed, as suggested") && !done.contains("Suggestion:"), "{done}");
    let action = fresh.store.actions_of("ben", None, 1).await.unwrap()[0].action;
    fresh.store.undo("ben", action).await.unwrap();

    // Two undone, and there is too little to go by again.
    for action in &actions[..2] {
        fresh.store.undo("ana", *action).await.unwrap();
    }
    assert!(page(last).await.contains("No suggestion: only 7 of the 8"));
    fresh.close().await;
}
