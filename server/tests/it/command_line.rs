//! The program as a shell sees it: what it prints, and the exit code that says what happened.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use crate::report::shared;

/// The program with nothing of our own environment's settings in it.
pub(crate) fn shiftdesk(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shiftdesk"));
    for name in ["DATABASE_URL", "SHIFTDESK_LOG", "SHIFTDESK_LOG_FORMAT", "LEPTOS_SITE_ADDR", "LEPTOS_SITE_ROOT"] {
        command.env_remove(name);
    }
    command.env("SHIFTDESK_DATA", data).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("ended by a signal: {}", said(output)))
}

/// A place for data that no verb of the test may need.
fn nowhere() -> &'static Path {
    Path::new("/nonexistent/shiftdesk")
}

#[test]
fn a_command_line_that_cannot_be_understood_is_2() {
    for wrong in [
        &["fly"][..],
        &["ingest"],
        &["detect", "--now", "yesterday"],
        &["serve", "--addr", "here"],
        &["demo", "--weeks", "0"],
    ] {
        let output = shiftdesk(nowhere()).args(wrong).output().unwrap();
        assert_eq!(code(&output), 2, "{wrong:?}: {}", said(&output));
    }
    let help = shiftdesk(nowhere()).arg("--help").output().unwrap();
    assert_eq!(code(&help), 0);
    for verb in ["serve", "ingest", "detect", "report", "demo", "account", "quarantine", "openapi"] {
        assert!(said(&help).contains(verb), "{}", said(&help));
    }
}

#[test]
fn a_wrong_setting_is_named_with_what_it_should_be() {
    for (name, value, hint) in [
        ("SHIFTDESK_LOG_FORMAT", "xml", "text or json"),
        ("SHIFTDESK_LOG", "server=loudly", "info"),
        ("LEPTOS_SITE_ADDR", "localhost", "127.0.0.1:3210"),
        ("LEPTOS_RELOAD_PORT", "seventy", "3211"),
        ("DATABASE_URL", "mysql://root:secret@db/x", "postgres://"),
    ] {
        let output = shiftdesk(nowhere()).arg("openapi").env(name, value).output().unwrap();
        let said = said(&output);
        assert_eq!(code(&output), 1, "{said}");
        assert!(said.contains(name) && said.contains(hint), "{said}");
        assert!(!said.contains("secret"), "a password was repeated: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn the_description_of_the_api_needs_no_database() {
    let output = shiftdesk(nowhere()).arg("openapi").output().unwrap();
    assert_eq!(code(&output), 0, "{}", said(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["paths"]["/findings"].is_object());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let program = env!("CARGO_BIN_EXE_shiftdesk");
    let pipe = format!("set -o pipefail; '{program}' openapi | head -c 1");
    let output = Command::new("bash").args(["-c", &pipe]).output().unwrap();
    assert_eq!(code(&output), 0, "{}", said(&output));
}

#[test]
fn a_report_that_was_written_is_a_success_bad_rows_being_part_of_it() {
    let (Some(week), Some(nasty)) = (shared("facts/week"), shared("facts/nasty")) else { return };
    let out = tempfile::tempdir().unwrap();
    let report = |facts: &Path| {
        let mut command = shiftdesk(nowhere());
        command.arg("report").arg(facts).args(["--now", "2022-03-14T00:00:00Z", "--out"]).arg(out.path());
        command.output().unwrap()
    };
    assert_eq!(code(&report(&week)), 0);
    assert!(out.path().join("findings.csv").is_file());
    assert_eq!(code(&report(&nasty)), 0);
    assert!(fs::read_to_string(out.path().join("quarantine.csv")).unwrap().contains("23:59:60"));
    assert_eq!(code(&report(nowhere())), 1);
}

#[test]
fn a_port_that_is_taken_is_said_at_once_and_nothing_is_started() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    let output = shiftdesk(data.path()).args(["serve", "--addr", &address]).output().unwrap();
    assert_eq!(code(&output), 1);
    assert!(said(&output).contains(&format!("{address} is in use")), "{}", said(&output));
    assert!(!data.path().join("pg").exists());
}

#[test]
fn a_database_that_is_not_there_is_one_sentence() {
    let output =
        shiftdesk(nowhere()).arg("quarantine").env("DATABASE_URL", "postgres://a@127.0.0.1:1/x").output().unwrap();
    assert_eq!(code(&output), 1);
    let said = said(&output);
    assert!(said.starts_with("shiftdesk: cannot connect to PostgreSQL"), "{said}");
    assert_eq!(said.matches("refused").count(), 1, "{said}");
}

#[test]
fn verbs_share_the_own_database_and_leave_nothing_running() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("with a blank");
    let facts = tempfile::tempdir().unwrap();
    std::fs::write(
        facts.path().join("shifts.csv"),
        "shift_id,kind,array_families,start,end\nS1,SCIOPS,12 [m],2022-03-07T00:00:00Z,2022-03-07T08:00:00Z\nS2,LUNCH,,,\n",
    )
    .unwrap();
    let ingest = || shiftdesk(&data).arg("ingest").arg(facts.path()).output().unwrap();
    let first = ingest();
    assert_eq!(code(&first), 3, "{}", said(&first));
    assert!(said(&first).contains("1 new"), "{}", said(&first));
    let again = ingest();
    assert!(said(&again).contains("1 same"), "{}", said(&again));
    let quarantine = shiftdesk(&data).arg("quarantine").output().unwrap();
    assert_eq!(code(&quarantine), 0);
    assert!(said(&quarantine).contains("shifts.csv:3: kind \"LUNCH\""), "{}", said(&quarantine));
    let detect = shiftdesk(&data).args(["detect", "--now", "2022-03-08T00:00:00Z"]).output().unwrap();
    assert_eq!(code(&detect), 0);
    // The one family of the one shift did nothing.
    assert!(said(&detect).contains("findings: 1 open"), "{}", said(&detect));
    assert!(!data.join("pg/postmaster.pid").exists(), "PostgreSQL still runs");
}

#[test]
fn a_demo_in_files_is_a_log_that_a_report_can_be_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let (facts, out) = (folder.path().join("facts"), folder.path().join("out"));
    let mut demo = shiftdesk(nowhere());
    demo.args(["demo", "--weeks", "1", "--seed", "7", "--now", "2026-03-01T12:00:00Z", "--out"]).arg(&facts);
    let output = demo.output().unwrap();
    assert_eq!(code(&output), 0, "{}", said(&output));
    let report = shiftdesk(nowhere()).arg("report").arg(&facts).arg("--out").arg(&out).output().unwrap();
    assert_eq!(code(&report), 0, "{}", said(&report));
    assert!(std::fs::read_to_string(out.join("findings.csv")).unwrap().lines().count() > 1);
}
