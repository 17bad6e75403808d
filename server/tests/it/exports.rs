//! The list as a file: exactly the filtered rows, in their order, harmless whatever the log holds.

use axum::body::{Bytes, to_bytes};
use http::StatusCode;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::Value;
use server::export::COLUMNS;
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, Server, monday, text};
use crate::report::shared;

/// Status, type, name and bytes of a file.
async fn file(server: &Server, path: &str) -> (StatusCode, String, String, Bytes) {
    let response = server.get(path).await;
    let header = |name| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let (status, kind, name) = (response.status(), header("content-type"), header("content-disposition"));
    (status, kind, name, to_bytes(response.into_body(), 64 << 20).await.unwrap())
}

fn cell<'a>(record: &'a csv::StringRecord, column: &str) -> &'a str {
    &record[COLUMNS.iter().position(|name| *name == column).unwrap()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_three_files_hold_what_the_list_shows_in_its_order() {
    let Some(facts) = shared("facts/week") else { return };
    let fresh = Fresh::open().await;
    ingest(Mode::Load { store: &fresh.store, now: monday() }, &[facts], |_| {}).await;
    let server = fresh.server();
    for filter in ["", "?class=GAP&family=7m&sort=-duration", "?priority=Blocker&sort=tags", "?from=2031-01-01"] {
        let list = if filter.is_empty() { "?limit=1000".to_owned() } else { format!("{filter}&limit=1000") };
        let (_, page) = server.json(&format!("/api/v1/findings{list}")).await;
        let listed = page["findings"].as_array().unwrap();
        assert_eq!(page["n_matching"], listed.len(), "the list is whole");

        let (status, kind, name, bytes) = file(&server, &format!("/api/v1/findings.json{filter}")).await;
        assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/json"));
        assert_eq!(name, "attachment; filename=\"shiftdesk-findings-20220314T000000Z.json\"");
        assert_eq!(&serde_json::from_slice::<Vec<Value>>(&bytes).unwrap(), listed, "{filter}");

        // The links at the foot of the page ask for the same.
        let page = text(server.get(&format!("/triage{filter}")).await).await;
        if !listed.is_empty() {
            let link = page.split("href=\"").find(|rest| rest.starts_with("/api/v1/findings.json")).unwrap();
            let link = link.split('"').next().unwrap().replace("&amp;", "&");
            let (status, .., bytes) = file(&server, &link).await;
            assert_eq!(status, StatusCode::OK, "{link}");
            assert_eq!(&serde_json::from_slice::<Vec<Value>>(&bytes).unwrap(), listed, "{link}");
        }

        let (status, kind, name, bytes) = file(&server, &format!("/api/v1/findings.csv{filter}")).await;
        assert_eq!((status, kind.as_str()), (StatusCode::OK, "text/csv; charset=utf-8; header=present"));
        assert!(name.ends_with(".csv\""), "{name}");
        let records: Vec<_> = csv::Reader::from_reader(&bytes[..]).into_records().map(Result::unwrap).collect();
        let said = |of: &dyn Fn(&csv::StringRecord) -> String| records.iter().map(of).collect::<Vec<_>>();
        let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let shown = |name: &str| listed.iter().map(|row| words(&row[name])).collect::<Vec<_>>();
        assert_eq!(said(&|r| cell(r, "key").to_owned()), shown("key"), "{filter}");
        assert_eq!(said(&|r| cell(r, "END_TIME").to_owned()), shown("end"));
        assert_eq!(said(&|r| cell(r, "TIME_DURATION [hrs]").to_owned()), shown("duration_h"));

        let (status, kind, name, bytes) = file(&server, &format!("/api/v1/findings.parquet{filter}")).await;
        assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/vnd.apache.parquet"));
        assert!(name.ends_with(".parquet\""), "{name}");
        let reader = SerializedFileReader::new(bytes).unwrap();
        let id = COLUMNS.iter().position(|name| *name == "id").unwrap();
        let ids: Vec<i64> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().get_long(id).unwrap()).collect();
        assert_eq!(ids, listed.iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>());
    }
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_log_says_comes_out_as_text() {
    let hostile = [
        "=HYPERLINK(\"http://x\",\"y\")".to_owned(),
        "<img src=x onerror=alert(1)>".to_owned(),
        "\u{202e}gnp.exe, with \"quotes\"\r\nand a second line".to_owned(),
        "@SUM(A1)".to_owned(),
        // The longest field that loads.
        "=".repeat(65_536),
    ];
    // One weather downtime an hour: its comment is the tag of a finding.
    let mut downtimes = csv::Writer::from_writer(Vec::new());
    downtimes.write_record(["downtime_id", "kind", "array_families", "start", "end", "comment", "ticket"]).unwrap();
    for (hour, comment) in (10..).zip(&hostile) {
        let (start, end) = (format!("2022-03-12T{hour}:00:00Z"), format!("2022-03-12T{hour}:30:00Z"));
        downtimes.write_record([&format!("D{hour}"), "WEATHER", "12 [m]", &start, &end, comment, ""]).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("downtimes.csv"), downtimes.into_inner().unwrap()).unwrap();
    let shift = "shift_id,kind,array_families,start,end,planned_start,planned_end,aod\n\
                 S,SCIOPS,12 [m],2022-03-12T09:00:00Z,2022-03-12T17:00:00Z,,,\n";
    std::fs::write(folder.path().join("shifts.csv"), shift).unwrap();
    let fresh = Fresh::open().await;
    let summary = ingest(Mode::Load { store: &fresh.store, now: monday() }, &[folder.path().to_owned()], |_| {}).await;
    assert_eq!(summary.exit_code(), 0, "{summary}");

    let server = fresh.server();
    let path = |format: &str| format!("/api/v1/findings.{format}?type=Weather+downtime&sort=end");
    let csv = text(server.get(&path("csv")).await).await;
    let records: Vec<_> = csv::Reader::from_reader(csv.as_bytes()).into_records().map(Result::unwrap).collect();
    let tags: Vec<&str> = records.iter().map(|record| cell(record, "TAGS")).collect();
    let guarded = |text: &String| if text.starts_with(['=', '@']) { format!("'{text}") } else { text.clone() };
    assert_eq!(tags, hostile.iter().map(guarded).collect::<Vec<_>>());
    let json: Vec<Value> = serde_json::from_str(&text(server.get(&path("json")).await).await).unwrap();
    assert_eq!(json.iter().map(|row| row["tags"].as_str().unwrap()).collect::<Vec<_>>(), hostile);
    let (_, _, _, bytes) = file(&server, &path("parquet")).await;
    let reader = SerializedFileReader::new(bytes).unwrap();
    let tags: Vec<String> =
        reader.get_row_iter(None).unwrap().map(|row| row.unwrap().get_string(3).unwrap().clone()).collect();
    assert_eq!(tags, hostile);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_question_is_a_400_and_no_file() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    for format in ["csv", "parquet", "json"] {
        for (question, field) in [("class=gaps", "class"), ("limit=5", "limit"), ("finding=1", "finding"), ("x=", "x")]
        {
            let (status, body) = server.json(&format!("/api/v1/findings.{format}?{question}")).await;
            assert_eq!((status, &body["error"]["field"]), (StatusCode::BAD_REQUEST, &field.into()), "{question}");
        }
    }
    let (status, ..) = file(&server, "/api/v1/findings.xlsx").await;
    assert_ne!(status, StatusCode::OK);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_short_address_leads_to_the_finding() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    let response = server.get("/f/12").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], "/triage?finding=12");
    for nonsense in ["/f/x", "/f/-1", "/f/99999999999999999999", "/f/12%2f..", "/f/%0d%0ax:y"] {
        assert_eq!(server.get(nonsense).await.status(), StatusCode::NOT_FOUND, "{nonsense}");
    }
    fresh.close().await;
}
