//! Reports: the page, the PDF and the list, in the whole server in process.

use app::api::reports::{Drawn, make};
use axum::body::to_bytes;
use domain::report::{Cell, Column, Report, Row};
use domain::time::{Instant, Interval};
use http::StatusCode;
use server::ingest::{Mode, ingest};
use server::weekly_report::{pdf, typesetting};
use store::ReportOf;

use crate::cluster::{Fresh, text};
use crate::report::shared;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// A report whose every text could be taken for markup.
fn hostile() -> Report {
    let markup = "#panic(\"no\") *a* $x$ `b` @ref <label> \\ // /* <script>alert(1)</script> \u{202e}abc 😀";
    Report {
        window: "2022-W10".to_owned(),
        title: markup.to_owned(),
        interval: Interval::new(at("2022-03-07T00:00:00Z"), at("2022-03-14T00:00:00Z")).unwrap(),
        made: at("2022-03-14T08:00:00Z"),
        as_of: None,
        columns: vec![Column {
            label: markup.to_owned(),
            n_shifts: 1,
            hours: "1.000".to_owned(),
            owners: vec![(markup.to_owned(), "1.000".to_owned())],
        }],
        rows: vec![Row {
            label: markup.to_owned(),
            formula: markup.to_owned(),
            version: 1,
            cells: vec![Cell { value: "1.000".to_owned(), before: "n/a".to_owned(), change: "−0.5".to_owned() }],
        }],
        reasons: vec![markup.to_owned()],
        notes: vec![markup.repeat(40)],
    }
}

#[test]
fn a_pdf_takes_every_text_for_text_and_is_the_same_each_time() {
    let drawing = Drawn {
        title: "#panic()".to_owned(),
        sentence: "*x*".to_owned(),
        svg: "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"><rect width=\"5\" height=\"5\"/></svg>"
            .to_owned(),
    };
    let first = pdf(&hostile(), std::slice::from_ref(&drawing)).unwrap();
    assert!(first.starts_with(b"%PDF-"));
    assert_eq!(first, pdf(&hostile(), &[drawing]).unwrap());
    let broken = Drawn { title: String::new(), sentence: String::new(), svg: "<svg".to_owned() };
    assert!(pdf(&hostile(), &[broken]).is_err(), "a drawing that is none is an error and no blank");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_of_the_quarter_is_made_listed_and_read_and_the_scheduled_one_is_made_once() {
    let Some(facts) = shared("facts/quarter") else { return };
    let fresh = Fresh::open().await;
    let now = at(std::fs::read_to_string(facts.join("now.txt")).unwrap().trim());
    ingest(Mode::Load { store: &fresh.store, now }, &[facts], |_| {}).await;
    let server = fresh.server();
    let window = "2022-W14".parse().unwrap();
    let due = ReportOf::Schedule(now);
    let id = make(&fresh.store, now, typesetting(), &window, &due, true).await.unwrap().unwrap();
    assert_eq!(make(&fresh.store, now, typesetting(), &window, &due, true).await.unwrap(), None);

    let list = text(server.get("/efficiency/reports").await).await;
    assert!(list.contains(&format!("href=\"/efficiency/reports/{id}\"")) && list.contains("the schedule"), "{list}");
    let page = text(server.get(&format!("/efficiency/reports/{id}")).await).await;
    let (_, api) = server.json("/api/v1/efficiency?window=2022-W14").await;
    let operation = api["families"][0]["metrics"][11]["text"].as_str().unwrap();
    assert!(
        page.contains(&format!("data-of=\"12M ARRAY\" class=\"num value\">{operation}</td>")),
        "{operation} stands on the page"
    );
    assert!(page.contains("Every figure still is what was reported."));

    let answer = server.get(&format!("/efficiency/reports/{id}/report.pdf")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-disposition"], "inline; filename=\"shiftdesk-report-2022-W14.pdf\"");
    let pdf = to_bytes(answer.into_body(), 16 << 20).await.unwrap();
    assert_eq!(pdf.to_vec(), fresh.store.report_pdf(id).await.unwrap().unwrap().0, "byte for byte");
    for absent in ["/efficiency/reports/0", "/efficiency/reports/0/report.pdf", "/efficiency/reports/x/report.pdf"] {
        assert_eq!(server.get(absent).await.status(), StatusCode::NOT_FOUND, "{absent}");
    }
    for picture in 0..3 {
        let wall = text(server.get(&format!("/wall?show={picture}")).await).await;
        assert!(wall.contains("class=\"wall\"") && wall.contains("<svg "), "{picture}");
        assert!(wall.contains(&format!("/wall?show={}", (picture + 1) % 3)), "and the next follows");
    }
    fresh.close().await;
}
