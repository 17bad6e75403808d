//! What people do not mean well stays text: at every door, in every field, on every page and in every file.

use app::error::AppError;
use axum::body::{Body, to_bytes};
use domain::people::Role;
use http::{Request, Response, StatusCode, header};
use leptos::prelude::FromServerFnError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::Value;
use server::export::COLUMNS;
use server::ingest::{Mode, ingest};

use crate::cluster::{Server, monday, text};
use crate::rights::{FUNCTIONS, PAGES, People, encoded};

/// Texts that have hurt pages, scripts, spreadsheets, shells and parsers.
const HOSTILE: [&str; 12] = [
    "<img src=x onerror=alert(1)>",
    "\"><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</textarea></title><svg onload=alert(1)>",
    "=HYPERLINK(\"http://evil.example\",\"y\")",
    "@SUM(A1)",
    "\u{202e}gnp.exe \u{2066}שלום\u{200f}",
    "javascript:alert(1)",
    "'; drop table finding; --",
    "%00%0d%0aSet-Cookie: a=b",
    "{{7*7}} ${7*7} \\u003cscript\\u003e",
    "🔭 Ω ﷽ \u{feff}",
];

/// What only a page that took one of them for markup has in it.
const MARKUP: [&str; 6] =
    ["<img src=x", "<script>alert", "</script><script>alert", "<svg onload", "href=\"javascript:", "href=javascript:"];

fn assert_text(page: &str, what: &str) {
    for markup in MARKUP {
        let at = page.find(markup).map(|at| page.get(at.saturating_sub(80)..(at + 80).min(page.len())));
        assert_eq!(at, None, "{what}");
    }
}

/// A form as a browser sends it by itself: the answer leads to a page.
async fn send(people: &People, cookie: &str, function: &str, fields: &[(&str, &str)]) -> Response<Body> {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let body = body.join("&");
    let request = Request::post(format!("/_fn/{function}"))
        .header("sec-fetch-site", "same-origin")
        .header(header::HOST, "desk.example")
        .header(header::ACCEPT, "text/html,*/*")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::CONTENT_LENGTH, body.len());
    people.server.ask(request.body(Body::from(body)).unwrap()).await
}

async fn page(people: &People, cookie: &str, path: &str) -> String {
    let request = Request::get(path).header(header::ACCEPT, "text/html").header(header::COOKIE, cookie);
    text(people.server.ask(request.body(Body::empty()).unwrap()).await).await
}

/// The cookies of somebody, and what the last form left for the next page to tell.
fn with_outcome(cookie: &str, answer: &Response<Body>) -> String {
    let set = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|set| set.to_str().ok());
    let outcome = set.filter(|set| set.starts_with("outcome=")).filter_map(|set| set.split(';').next()).next();
    outcome.map_or_else(|| cookie.to_owned(), |outcome| format!("{cookie}; {outcome}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_is_sent_to_any_field_of_any_function_no_page_takes_it_for_markup() {
    let people = People::open().await;
    for (function, body, whom) in FUNCTIONS {
        let (method, path) = function.split_once(' ').unwrap();
        let fields: Vec<(&str, &str)> = body.split('&').filter_map(|pair| pair.split_once('=')).collect();
        for nth in 0..fields.len() {
            for hostile in HOSTILE.into_iter().chain(["a\0b", "\u{1b}[31m"]) {
                let mut sent: Vec<(&str, String)> =
                    fields.iter().map(|(name, value)| (*name, value.replace('+', " "))).collect();
                sent[nth].1 = hostile.to_owned();
                let query: Vec<String> =
                    sent.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
                let answer = people.ask(method, path, &query.join("&"), Some(Role::Admin)).await;
                let what = format!("{function} ({whom:?}) with {}={hostile:?}", fields[nth].0);
                assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{what}");
                let is_page = answer
                    .headers()
                    .get(header::CONTENT_TYPE)
                    .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
                if is_page {
                    assert_text(&text(answer).await, &what);
                }
            }
        }
    }
    // What was taken is shown somewhere.
    let cookie = people.cookie(Role::Admin).await;
    // Some of the pages are bytes for programs of ours.
    let is_bytes =
        |path: &str| ["/snapshot", "/plan/blocks", "/plan/observatory"].iter().any(|end| path.ends_with(end));
    for (path, _) in PAGES.iter().filter(|(path, _)| !is_bytes(path)) {
        assert_text(&page(&people, &cookie, path).await, path);
    }
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_address_with_anything_in_it_leads_to_a_page_that_says_so_as_text() {
    let people = People::open().await;
    let cookie = people.cookie(Role::Admin).await;
    for hostile in HOSTILE {
        let hostile = encoded(hostile);
        for path in [
            format!("/triage?q={hostile}"),
            format!("/triage?{hostile}={hostile}"),
            format!("/triage?tag={hostile}&assignee={hostile}&shift={hostile}"),
            format!("/triage?finding={hostile}"),
            format!("/plan/array?pads={hostile}"),
            format!("/plan?find={hostile}"),
            format!("/plan/shift?family={hostile}&pwv={hostile}"),
            format!("/sign-in?next={hostile}"),
            format!("/set-password/{hostile}"),
            format!("/data/quarantine?page={hostile}"),
            format!("/{hostile}"),
            format!("/f/{hostile}"),
        ] {
            assert_text(&page(&people, &cookie, &path).await, &path);
        }
    }
    people.fresh.close().await;
}

const SHIFTS: &str = "shift_id,kind,array_families,start,end,planned_start,planned_end,aod\n\
    S,SCIOPS,12 [m],2022-03-12T00:00:00Z,2022-03-12T08:00:00Z,,,\n";
const EXECUTIONS: &str = "eb_uid,sb_uid,sb_name,project_code,array_id,array_family,band,purpose,status,qa0,start,end,subject,ticket\n\
    E1,sb,SB,2021.1.00001.S,,12 [m],3,PI,SUCCESS,Pass,2022-03-12T01:00:00Z,2022-03-12T02:00:00Z,M83,\n\
    E2,sb,SB,2021.1.00001.S,,12 [m],3,PI,SUCCESS,Pass,2022-03-12T03:00:00Z,2022-03-12T04:00:00Z,M83,\n";

/// A demo's people over a night with three gaps.
async fn a_night() -> People {
    let people = People::open().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shifts.csv"), SHIFTS).unwrap();
    std::fs::write(folder.path().join("executions.csv"), EXECUTIONS).unwrap();
    let mode = Mode::Load { store: &people.fresh.store, now: monday() };
    let summary = ingest(mode, &[folder.path().to_owned()], |_| {}).await;
    assert_eq!(summary.exit_code(), 0, "{summary}");
    people
}

/// A finding as programs see it.
async fn finding(server: &Server, id: i64) -> Value {
    server.json(&format!("/api/v1/findings/{id}")).await.1
}

/// One that the log gives no tags, so that the first one somebody adds begins the cell of a file.
async fn untagged(server: &Server) -> i64 {
    let (_, list) = server.json("/api/v1/findings").await;
    let findings = list["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["tags"] == "").unwrap()["id"].as_i64().unwrap()
}

fn cell<'a>(record: &'a csv::StringRecord, column: &str) -> &'a str {
    &record[COLUMNS.iter().position(|name| *name == column).unwrap()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_people_write_about_a_finding_is_text_on_its_page_in_its_history_and_in_every_file() {
    let people = a_night().await;
    let id = untagged(&people.server).await;
    let cookie = people.cookie(Role::Astronomer).await;
    let number = id.to_string();
    for hostile in HOSTILE.into_iter().filter(|text| !text.contains(';')) {
        let decide = async |verb: &str, value: &str| {
            let fields = [("finding", number.as_str()), ("row_version", "9999"), ("verb", verb), ("value", value)];
            let answer = send(&people, &cookie, "decide", &fields).await;
            assert_eq!(answer.status(), StatusCode::FOUND, "{verb} {hostile}");
            let told = page(&people, &with_outcome(&cookie, &answer), &format!("/triage?finding={id}")).await;
            assert_text(&told, &format!("{verb} {hostile}"));
            told
        };
        decide("tag", hostile).await;
        decide("comment", hostile).await;
        decide("dismiss", hostile).await;

        // Blanks at the ends come with pasting, and are no part of it.
        let kept = hostile.trim();
        let now = finding(&people.server, id).await;
        assert_eq!((&now["tags"], &now["dismissed_because"]), (&kept.into(), &kept.into()), "as it was typed");
        let (_, history) = people.server.json(&format!("/api/v1/findings/{id}/history")).await;
        let mut comments = history.as_array().unwrap().iter().filter_map(|line| line["comment"].as_str());
        assert_eq!(comments.next_back(), Some(kept));

        let file = async |format: &str| people.server.get(&format!("/api/v1/findings.{format}?state=Dismissed")).await;
        let csv = text(file("csv").await).await;
        let records: Vec<_> = csv::Reader::from_reader(csv.as_bytes()).into_records().map(Result::unwrap).collect();
        let guarded = if kept.starts_with(['=', '@', '+', '-']) { format!("'{kept}") } else { kept.to_owned() };
        assert_eq!(records.iter().map(|record| cell(record, "TAGS")).collect::<Vec<_>>(), [guarded]);
        let json: Vec<Value> = serde_json::from_str(&text(file("json").await).await).unwrap();
        assert_eq!(json[0]["tags"], kept);
        let bytes = to_bytes(file("parquet").await.into_body(), 1 << 20).await.unwrap();
        let rows = SerializedFileReader::new(bytes).unwrap();
        let tags: Vec<String> =
            rows.get_row_iter(None).unwrap().map(|row| row.unwrap().get_string(3).unwrap().clone()).collect();
        assert_eq!(tags, [kept]);

        decide("untag", kept).await;
        decide("reopen", "").await;
    }
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_comment_has_links_and_names_and_nothing_else() {
    let people = a_night().await;
    let id = untagged(&people.server).await;
    let cookie = people.cookie(Role::Astronomer).await;
    let number = id.to_string();
    let said = "See https://example.org/a?b=1&c=\"x\" @Admin @nobody, javascript:alert(1) http://a.example@evil.example/ \
                https://example.org/<b>\u{202e}gnp";
    let fields = [("finding", number.as_str()), ("row_version", "1"), ("verb", "comment"), ("value", said)];
    assert_eq!(send(&people, &cookie, "decide", &fields).await.status(), StatusCode::FOUND);
    let seen = page(&people, &cookie, &format!("/triage?finding={id}")).await;
    let thread = seen.split_once("class=\"thread\"").unwrap().1.split_once("</ol>").unwrap().0;
    // Marks between texts, for the page's script.
    let thread = &thread.replace("<!>", "");
    let links: Vec<&str> = thread.split("<a ").skip(1).map(|tag| tag.split_once('>').unwrap().0).collect();
    assert_eq!(links.len(), 2, "{thread}");
    for (link, address) in links.iter().zip(["https://example.org/a?b=1&amp;c=", "https://example.org/"]) {
        assert!(link.contains(&format!("href=\"{address}\"")), "{link}");
        assert!(link.contains("rel=\"noopener nofollow\"") && link.contains("target=\"_blank\""), "{link}");
    }
    // Names are compared without case, and nobody is no name.
    assert_eq!(thread.matches("class=\"mention").count(), 1, "{thread}");
    assert!(thread.contains(">@Admin</strong>") && thread.contains("@nobody"), "{thread}");
    // Whoever is meant sees that they are.
    assert!(!thread.contains("mention me"), "{thread}");
    let seen = page(&people, &people.cookie(Role::Admin).await, &format!("/triage?finding={id}")).await;
    assert!(seen.contains("mention me"), "a mark for who is mentioned");
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_no_column_holds_and_what_is_too_long_is_refused_in_a_sentence() {
    let people = a_night().await;
    let id = untagged(&people.server).await.to_string();
    let (astronomer, admin) = (people.cookie(Role::Astronomer).await, people.cookie(Role::Admin).await);
    let before = finding(&people.server, id.parse().unwrap()).await;
    let verb = |verb: &'static str| {
        (&astronomer, "decide", vec![("finding", id.as_str()), ("row_version", "1"), ("verb", verb)], "value")
    };
    let part = |field| (&astronomer, "split", vec![("finding", id.as_str()), ("row_version", "1")], field);
    let fields = [
        verb("tag"),
        verb("comment"),
        verb("dismiss"),
        verb("assign"),
        verb("type"),
        verb("priority"),
        verb("snooze"),
        part("cut"),
        part("first"),
        part("second"),
        (&astronomer, "account-name", vec![], "display_name"),
        (&astronomer, "create-token", vec![], "name"),
        (&admin, "create-account", vec![("name", "new"), ("role", "Viewer")], "display_name"),
        (&admin, "create-account", vec![("display_name", "New"), ("role", "Viewer")], "name"),
    ];
    let (long, megabyte) = ("x".repeat(200_000), "x".repeat(1 << 20));
    for (cookie, function, mut others, field) in fields {
        if function == "split" {
            // Each of the three in turn; the other two say nothing wrong.
            let rest = [("cut", "2022-03-12 00:30"), ("first", ""), ("second", "")];
            others.extend(rest.into_iter().filter(|(name, _)| *name != field));
        }
        for (bad, of) in [("a\0b", "NUL"), ("a\u{7}b", "a bell"), (long.as_str(), "200 kB")] {
            let what = format!("{function} {field} {others:?} with {of}");
            let sent: Vec<_> = others.iter().copied().chain([(field, bad)]).collect();
            let answer = send(&people, cookie, function, &sent).await;
            assert_eq!(answer.status(), StatusCode::FOUND, "{what}");
            let back = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
            let told = page(&people, &with_outcome(cookie, &answer), &back).await;
            let sentence = told
                .split_once("class=\"said failed\"")
                .map(|(_, said)| said.split_once('>').unwrap().1.split_once('<').unwrap().0);
            assert!(sentence.is_some_and(|sentence| sentence.trim_end().ends_with('.')), "{what}: {sentence:?}");
        }
        let sent: Vec<_> = others.iter().copied().chain([(field, megabyte.as_str())]).collect();
        let answer = send(&people, cookie, function, &sent).await;
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let told = text(answer).await;
        assert!(told.starts_with("This is longer than anything that can be sent here."), "{function} {field}: {told}");
    }
    assert_eq!(finding(&people.server, id.parse().unwrap()).await, before, "nothing of it was done");
    people.fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_program_that_sends_too_much_is_told_in_its_own_words() {
    let people = a_night().await;
    let megabyte = format!("{{\"text\": \"{}\"}}", "x".repeat(1 << 20));
    let answer = people.ask("POST", "/api/v1/findings/1/comments", &megabyte, Some(Role::Astronomer)).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let told: Value = serde_json::from_str(&text(answer).await).unwrap();
    assert_eq!(told["error"]["kind"], "too_large");
    // The page's own script reads the error it shows.
    let form = format!("finding=1&row_version=1&verb=comment&value={}", "x".repeat(1 << 20));
    let answer = people.ask("POST", "/_fn/decide", &form, Some(Role::Astronomer)).await;
    let told = to_bytes(answer.into_body(), 1_000).await.unwrap();
    assert_eq!(AppError::de(told), AppError::TooLarge);
    people.fresh.close().await;
}
