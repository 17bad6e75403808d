//! Who may do what, and what an account can be called.

use domain::people::{LoginName, NAME_MAX_BYTES, Right, Role};

#[test]
fn each_role_may_read_and_do_its_own_work_and_an_admin_everything() {
    let rights = |role: Role| Right::ALL.iter().copied().filter(|&right| role.may(right)).collect::<Vec<_>>();
    assert_eq!(rights(Role::Viewer), [Right::Read]);
    assert_eq!(rights(Role::Astronomer), [Right::Read, Right::Triage]);
    assert_eq!(rights(Role::Planner), [Right::Read, Right::Plan]);
    assert_eq!(rights(Role::Manager), [Right::Read, Right::Annotate]);
    assert_eq!(rights(Role::Admin), Right::ALL);
}

#[test]
fn a_name_keeps_its_spelling_and_means_the_same_in_any_case() {
    let name: LoginName = " Ana.Maria-2 ".parse().unwrap();
    assert_eq!(name.as_str(), "Ana.Maria-2");
    assert_eq!(name, "ana.maria-2".parse().unwrap());
    assert_ne!(name, "ana.maria".parse().unwrap());
    assert!("a".repeat(NAME_MAX_BYTES).parse::<LoginName>().is_ok());
}

#[test]
fn a_text_that_could_deceive_or_break_a_mention_is_no_name() {
    let long = "a".repeat(NAME_MAX_BYTES + 1);
    for text in ["", " ", ".ana", "ana.", "2ana", "ana maria", "ana\0", "<b>ana", "аna", "ana\u{202e}", "a@b", &long] {
        assert!(text.parse::<LoginName>().is_err(), "{text:?}");
    }
}
