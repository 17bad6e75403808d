//! Who may import whom (docs/ARCHITECTURE.md), as cargo itself sees it.

use std::collections::BTreeSet;
use std::process::Command;

/// The names of everything a crate is made of, itself included; build- and test-time crates are not.
fn reached(package: &str, extra: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}", "-p", package])
        .args(extra)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    tree.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn ours(names: &BTreeSet<String>) -> BTreeSet<&str> {
    names.iter().map(String::as_str).filter(|name| name.starts_with("shiftdesk")).collect()
}

#[test]
fn the_browsers_half_knows_no_database_and_no_server() {
    let browser = reached("shiftdesk-frontend", &["--target", "wasm32-unknown-unknown"]);
    assert_eq!(
        ours(&browser),
        BTreeSet::from(["shiftdesk-frontend", "shiftdesk-app", "shiftdesk-charts", "shiftdesk-domain"])
    );
    for server_side in ["sqlx", "sqlx-core", "tokio", "axum", "leptos_axum", "hyper"] {
        assert!(!browser.contains(server_side), "the wasm build reaches {server_side}");
    }
}

#[test]
fn data_moves_one_way() {
    assert_eq!(ours(&reached("shiftdesk-domain", &[])), BTreeSet::from(["shiftdesk-domain"]));
    assert_eq!(ours(&reached("shiftdesk-charts", &[])), BTreeSet::from(["shiftdesk-charts", "shiftdesk-domain"]));
    assert_eq!(ours(&reached("shiftdesk-store", &[])), BTreeSet::from(["shiftdesk-store", "shiftdesk-domain"]));
}

#[test]
fn the_sums_do_no_io() {
    let domain = reached("shiftdesk-domain", &[]);
    for other in ["tokio", "sqlx", "leptos", "plotters", "axum"] {
        assert!(!domain.contains(other), "the domain reaches {other}");
    }
}
