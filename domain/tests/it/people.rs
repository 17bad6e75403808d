//! Who may do what, and what an account can be called.

use domain::people::{
    IllegalPassword, IllegalShownName, LoginName, NAME_MAX_BYTES, PASSWORD_MIN_CHARS, Password, Right, Role, ShownName,
};

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

#[test]
fn a_shown_name_may_be_of_any_script_and_hides_nothing() {
    assert_eq!(" Ana María 安娜 <b> ".parse::<ShownName>().unwrap().as_str(), "Ana María 安娜 <b>");
    assert_eq!("عائشة".parse::<ShownName>().unwrap().as_str(), "عائشة", "a script from right to left needs no mark");
    let refused = |text: &str| text.parse::<ShownName>().unwrap_err();
    assert_eq!(refused(" \t"), IllegalShownName::Empty);
    assert_eq!(refused(&"x".repeat(81)), IllegalShownName::TooLong);
    assert_eq!(refused("admin\u{202e}nimda"), IllegalShownName::Unseen);
    assert_eq!(refused("a\0b"), IllegalShownName::Unseen);
}

#[test]
fn a_password_is_counted_in_characters_and_never_shown() {
    // 12 characters in 24 bytes
    let password = Password::new("ñ".repeat(12), PASSWORD_MIN_CHARS).unwrap();
    assert!(!format!("{password:?}").contains('ñ'));
    let refused = |text: String| Password::new(text, PASSWORD_MIN_CHARS).unwrap_err();
    assert_eq!(refused("ñ".repeat(11)), IllegalPassword::TooShort(12));
    assert_eq!(refused("x".repeat(1 << 20)), IllegalPassword::TooLong);
    assert_eq!(refused("twelve chars\0".to_owned()), IllegalPassword::Control);
}
