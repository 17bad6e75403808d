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
            "/efficiency",
            "/findings",
            "/findings.csv",
            "/findings.json",
            "/findings.parquet",
            "/findings/{id}",
            "/findings/{id}/suggestion",
            "/quarantine",
            "/shifts",
            "/shifts/{shift_id}/ledger",
            "/suggestions"
        ])
    );
    for (path, methods) in paths {
        for status in ["200", "400", "503"] {
            assert!(methods["get"]["responses"].get(status).is_some(), "{path} does not describe {status}");
        }
    }
}
