//! What programs rely on does not change unnoticed.

use std::collections::BTreeSet;

#[test]
fn the_description_of_the_api_is_as_it_was() {
    let document: serde_json::Value = serde_json::from_str(&server::api::openapi().to_json().unwrap()).unwrap();
    insta::assert_json_snapshot!(document);
}

#[test]
fn every_address_says_how_it_fails() {
    let document: serde_json::Value = serde_json::from_str(&server::api::openapi().to_json().unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(
        paths.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        BTreeSet::from([
            "/actions",
            "/actions/{id}/undo",
            "/efficiency",
            "/efficiency/{file}",
            "/findings",
            "/findings.csv",
            "/findings.json",
            "/findings.parquet",
            "/findings/{id}",
            "/findings/{id}/suggestion",
            "/findings/{id}/changes",
            "/findings/{id}/comments",
            "/findings/{id}/history",
            "/findings/{id}/merge",
            "/findings/{id}/split",
            "/plan",
            "/plan.csv",
            "/quarantine",
            "/shifts",
            "/shifts/{shift_id}/ledger",
            "/standing-rules",
            "/standing-rules/dry-run",
            "/standing-rules/{id}",
            "/standing-rules/{id}/move",
            "/standing-rules/{id}/switch",
            "/suggestions",
            "/views",
            "/views/begin",
            "/views/begin/{role}",
            "/views/{id}",
        ])
    );
    for (path, methods) in paths {
        for (method, described) in methods.as_object().unwrap() {
            // What makes something answers 201, what takes something away 204.
            let done = ["200", "201", "204"].iter().any(|done| described["responses"].get(done).is_some());
            assert!(done, "{method} {path} does not describe what was done");
            // Who changes something has to be somebody, and but for a view of their own somebody with the right.
            let more: &[&str] = match (method.as_str(), path.as_str()) {
                ("get", _) => &[],
                ("post", path) if path != "/views" => &["401", "403"],
                _ => &["401"],
            };
            for status in ["400", "503"].iter().chain(more) {
                assert!(described["responses"].get(status).is_some(), "{method} {path} does not describe {status}");
            }
        }
    }
}
