//! API v1 over a loaded week: what programs read equals the expected files, and nonsense is refused by name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use http::{Method, Request, StatusCode};
use serde_json::Value;
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, monday};
use crate::report::shared;

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

async fn loaded(facts: &Path) -> Fresh {
    let fresh = Fresh::open().await;
    let summary = ingest(Mode::Load { store: &fresh.store, now: monday() }, &[facts.to_owned()], |_| {}).await;
    assert!([0, 3].contains(&summary.exit_code()), "{summary}");
    fresh
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_findings_of_a_week_are_the_expected_ones() {
    let Some(facts) = shared("facts/week") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let expected = rows(&facts.join("expected/findings.csv"));
    let columns = ["type", "class", "family", "shift_id", "start", "end", "duration_h", "priority", "tags", "comment"];
    let line = |get: &dyn Fn(&str) -> String| columns.map(get).join("|");

    // Two parts that meet are the whole.
    let mut ours = BTreeSet::new();
    for path in ["/api/v1/findings?limit=150", "/api/v1/findings?limit=1000&offset=150"] {
        let (status, part) = server.json(path).await;
        assert_eq!(status, StatusCode::OK, "{part}");
        assert_eq!(part["n_matching"], expected.len());
        assert_eq!(part["as_of"], "2022-03-14T00:00:00Z");
        for finding in part["findings"].as_array().unwrap() {
            // A gap of no known time has an empty duration here and 0.0000 in the file.
            let get = |column: &str| match text(&finding[column]) {
                none if column == "duration_h" && none.is_empty() => "0.0000".to_owned(),
                some => some,
            };
            ours.insert(line(&get));
        }
    }
    let theirs: BTreeSet<String> = expected.iter().map(|row| line(&|column| row[column].clone())).collect();
    let (missing, surplus): (Vec<_>, Vec<_>) =
        (theirs.difference(&ours).take(3).collect(), ours.difference(&theirs).take(3).collect());
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:#?}\nsurplus {surplus:#?}");

    // Filters mean what they say, alone and together.
    let count = |is: &dyn Fn(&Row) -> bool| expected.iter().filter(|row| is(row)).count();
    let is = |column: &'static str, value: &'static str| move |row: &Row| row[column] == value;
    let (gap, seven) = (is("class", "GAP"), is("family", "7 [m]"));
    let (high, medium) = (is("priority", "High"), is("priority", "Medium"));
    for (query, n) in [
        ("class=GAP", count(&gap)),
        ("class=GAP&family=7m", count(&|row| gap(row) && seven(row))),
        ("priority=High&priority=Medium", count(&|row| high(row) || medium(row))),
        ("type=End+shift", count(&is("type", "End shift"))),
        ("state=resolved", 0),
        (
            "from=2022-03-10&to=2022-03-12",
            count(&|row| ("2022-03-10T00:00:00Z".."2022-03-12T00:00:00Z").contains(&row["end"].as_str())),
        ),
    ] {
        let (_, page) = server.json(&format!("/api/v1/findings?limit=1&{query}")).await;
        assert_eq!(page["n_matching"], n, "{query}");
    }
    let (_, page) = server.json("/api/v1/findings?sort=-duration&limit=2").await;
    let longest = |at: usize| page["findings"][at]["duration_s"].as_i64().unwrap();
    assert!(longest(0) >= longest(1));

    // One finding says which sentence of the rules it is.
    let id = page["findings"][0]["id"].as_i64().unwrap();
    let (status, one) = server.json(&format!("/api/v1/findings/{id}")).await;
    assert_eq!((status, &one["id"], &one["key"]), (StatusCode::OK, &id.into(), &page["findings"][0]["key"]));
    assert!(one["rule"].as_str().unwrap().ends_with('.'));
    assert_eq!(one["history"][0]["what"], "detected");
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_numbers_of_a_week_and_the_ledger_behind_them_are_the_expected_ones() {
    let Some(facts) = shared("facts/week") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let (status, week) = server.json("/api/v1/efficiency?week=2022-W10").await;
    assert_eq!(status, StatusCode::OK, "{week}");
    assert_eq!((&week["from"], &week["to"]), (&"2022-03-07T00:00:00Z".into(), &"2022-03-14T00:00:00Z".into()));
    let expected = rows(&facts.join("expected/efficiency_by_week.csv"));
    let expected: Vec<_> = expected.iter().filter(|row| row["week"] == "2022-W10").collect();
    let families = week["families"].as_array().unwrap();
    assert_eq!(families.len(), expected.len());
    for (ours, theirs) in families.iter().zip(&expected) {
        assert_eq!(ours["family"], theirs["family"]);
        let metrics = ours["metrics"].as_array().unwrap();
        assert_eq!(metrics.len(), 19);
        for metric in metrics {
            let label = metric["label"].as_str().unwrap();
            assert_eq!(text(&metric["text"]), theirs[label], "{} {label}", ours["family"]);
        }
        let ledger_s: i64 = ours["ledger"].as_array().unwrap().iter().map(|o| o["seconds"].as_i64().unwrap()).sum();
        assert_eq!(ours["ledger_sum_s"], ledger_s);
        assert!(ours["ledger_line"].as_str().unwrap().starts_with(&format!("{ledger_s} s = ")));
    }
    // The same window as two instants is the same table.
    let (_, window) = server.json("/api/v1/efficiency?from=2022-03-07&to=2022-03-14T00:00:00Z").await;
    assert_eq!(window, week);

    let totals = rows(&facts.join("expected/ledger_totals.csv"));
    let owners = [
        ("QA0 Pass", "pi_pass"),
        ("QA0 Pending", "pi_pending"),
        ("QA0 SemiPass", "pi_semipass"),
        ("QA0 Fail", "pi_fail"),
        ("PI without QA0", "pi_none"),
        ("Calibration", "cal_success"),
        ("Calibration, no success", "cal_other"),
        ("Test", "test"),
        ("Weather downtime", "weather"),
        ("Technical downtime", "technical"),
        ("Scheduling downtime", "scheduling"),
        ("Handover", "handover"),
        ("Idle", "idle"),
    ];
    for shift in totals.iter().map(|row| row["shift_id"].clone()).collect::<BTreeSet<_>>() {
        let (status, ledger) = server.json(&format!("/api/v1/shifts/{shift}/ledger")).await;
        assert_eq!(status, StatusCode::OK, "{shift}: {ledger}");
        for family in ledger["families"].as_array().unwrap() {
            let theirs = totals.iter().find(|r| r["shift_id"] == shift && family["family"] == r["family"]).unwrap();
            for total in family["totals"].as_array().unwrap() {
                let (_, column) = owners.iter().find(|(owner, _)| total["owner"] == *owner).unwrap();
                assert_eq!(total["seconds"].to_string(), theirs[*column], "{shift} {} {column}", family["family"]);
            }
            assert_eq!(family["sum_s"], ledger["length_s"]);
            assert_eq!(family["sum_s"].to_string(), theirs["shift"]);
            // Each stretch begins where the one before ended, from the first second of the shift to its last.
            let mut at = ledger["start"].clone();
            for stretch in family["stretches"].as_array().unwrap() {
                assert_eq!(stretch["start"], at);
                at = stretch["end"].clone();
            }
            assert_eq!(at, ledger["end"]);
        }
    }

    let (_, shifts) = server.json("/api/v1/shifts?limit=1000").await;
    assert_eq!(shifts["shifts"].as_array().unwrap().len(), rows(&facts.join("shifts.csv")).len());
    let (_, first) = server.json("/api/v1/shifts?from=2022-03-07T05:00:00Z&to=2022-03-07T05:00:01Z").await;
    assert_eq!(first["shifts"][0]["shift_id"], "ACA-20220307-001");
    assert_eq!(first["shifts"][0]["array_families"], serde_json::json!(["7 [m]", "Total Power"]));
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_that_did_not_load_are_listed_with_their_place() {
    let Some(facts) = shared("facts/nasty") else { return };
    let fresh = loaded(&facts).await;
    let bytes = std::fs::read(facts.join("expected/quarantine.json")).unwrap();
    let expected: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    let (_, page) = fresh.server().json("/api/v1/quarantine?limit=1000").await;
    assert_eq!(page["n_rows"], expected.len());
    let place = |row: &Value| (text(&row["file"]), row["line"].as_i64().unwrap(), text(&row["column"]));
    let ours: BTreeSet<_> = page["rows"].as_array().unwrap().iter().map(place).collect();
    assert_eq!(ours, expected.iter().map(place).collect());
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_question_that_makes_no_sense_is_refused_by_the_name_of_its_parameter() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    let long = format!("findings?class={}", "x".repeat(20_000));
    for (question, field) in [
        ("findings?offset=-1", "offset"),
        ("findings?offset=99999999999999999999", "offset"),
        ("findings?offset=9223372036854775807", "offset"),
        ("findings?limit=0", "limit"),
        ("findings?limit=1001", "limit"),
        ("findings?limit=1&limit=2", "limit"),
        ("findings?class=gaps", "class"),
        ("findings?class=%00", "class"),
        ("findings?q=class:gaps", "q"),
        ("findings?q=x&q=y", "q"),
        ("findings?type=%ff%fe", "type"),
        ("findings?priority=", "priority"),
        ("findings?family=12", "family"),
        ("findings?state=closed", "state"),
        ("findings?sort=key", "sort"),
        ("findings?from=yesterday", "from"),
        ("findings?from=2022-03-12&to=2022-03-11", "to"),
        ("findings?period=year", "period"),
        ("findings?page=2", "page"),
        ("findings?clas=GAP", "clas"),
        ("findings?%27%3B+drop+table+finding%3B--=1", "'; drop table finding;--"),
        (&long, "query"),
        ("findings/one", "id"),
        ("findings/99999999999999999999", "id"),
        ("shifts?limit=many", "limit"),
        ("shifts?offset=1", "offset"),
        ("shifts/a%00b/ledger", "shift_id"),
        ("shifts/%20/ledger", "shift_id"),
        ("efficiency", "window"),
        ("efficiency?window=soon", "window"),
        ("efficiency?from=2022-03-07", "from"),
        ("efficiency?week=2022-W54", "week"),
        ("efficiency?week=2022-10", "week"),
        ("efficiency?week=%2B022-W10", "week"),
        ("efficiency?week=2022-W10&from=2022-03-07", "from"),
        ("efficiency?week=2022-W10&from=2022-03-07&to=2022-03-08", "window"),
        ("efficiency?week=2022-W10&window=2022-W11", "window"),
        ("quarantine?limit=1e3", "limit"),
        ("quarantine?class=GAP", "class"),
    ] {
        let (status, body) = server.json(&format!("/api/v1/{question}")).await;
        let shown: String = question.chars().take(80).collect();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{shown}: {body}");
        assert_eq!(body["error"]["kind"], "invalid", "{shown}");
        assert_eq!(body["error"]["field"], field, "{shown}");
        assert!(!body["error"]["message"].as_str().unwrap().is_empty(), "{shown}");
    }
    fresh.close().await;
}

async fn kind_of_problem(answer: axum::response::Response) -> String {
    let body: Value = serde_json::from_str(&crate::cluster::text(answer).await).unwrap();
    body["error"]["kind"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_not_there_is_a_404_and_nothing_found_is_an_empty_list() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    for absent in ["findings/1", "findings/-5", "shifts/S0312/ledger", "shifts/%F0%9F%94%AD/ledger", "nothing"] {
        let (status, body) = server.json(&format!("/api/v1/{absent}")).await;
        assert_eq!((status, &body["error"]["kind"]), (StatusCode::NOT_FOUND, &"not_found".into()), "{absent}");
    }
    for absent in ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/findings/", "/api/v2/findings"] {
        let (status, body) = server.json(absent).await;
        assert_eq!((status, &body["error"]["kind"]), (StatusCode::NOT_FOUND, &"not_found".into()), "{absent}");
    }
    for (path, list) in [("findings", "findings"), ("shifts", "shifts"), ("quarantine", "rows")] {
        let (status, body) = server.json(&format!("/api/v1/{path}")).await;
        assert_eq!((status, &body[list]), (StatusCode::OK, &Value::Array(vec![])), "{path}");
    }
    let (_, none) = server.json("/api/v1/efficiency?week=2022-W10").await;
    assert_eq!(none["families"], Value::Array(vec![]));
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request =
            Request::builder().method(method).uri("/api/v1/findings").body(axum::body::Body::empty()).unwrap();
        let answer = server.ask(request).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers()["allow"], "GET,HEAD");
        assert_eq!(kind_of_problem(answer).await, "not_allowed");
    }
    let large = Request::post("/api/v1/findings").header("content-length", 1 << 20);
    let answer = server.ask(large.body(axum::body::Body::from(vec![b'x'; 1 << 20])).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert_eq!(kind_of_problem(answer).await, "too_large");
    fresh.close().await;
}
