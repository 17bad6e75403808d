//! Coming in and being kept out: accounts, links, sessions, tokens, and the history that tells of them.

use std::net::IpAddr;

use domain::findings::{Class, FindingType, Parameters, Priority};
use domain::people::{LoginName, Password, Reading, Role};
use domain::time::{DAY_S, HOUR_S};
use sqlx::{PgConnection, Row};
use store::{
    ABSOLUTE_LIMIT_S, AccountEdit, AccountError, IDLE_LIMIT_S, LINK_LASTS_S, NewAccount, Secret, SignIn, Store,
    TypeRule,
};

use crate::cluster::{fresh, fresh_and_sql};
use crate::given::minute;

const PASSWORD: &str = "correct horse battery";

fn name(text: &str) -> LoginName {
    text.parse().unwrap()
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned(), 4).unwrap()
}

async fn make(store: &Store, login: &str, role: Role) -> Secret {
    let new = NewAccount { name: name(login), display_name: login.parse().unwrap(), role };
    store.create_account(&new, "root", minute(0)).await.unwrap()
}

/// An account whose owner has chosen [`PASSWORD`]; its number.
async fn ready(store: &Store, login: &str, role: Role) -> i64 {
    let link = make(store, login, role).await;
    let (_, signed) = store.use_link(&link, password(PASSWORD), "test", minute(0)).await.unwrap().unwrap();
    signed.account
}

async fn sign_in(store: &Store, login: &str, password: &str, at: i64) -> SignIn {
    let address: IpAddr = "192.0.2.1".parse().unwrap();
    store.sign_in(&name(login), password.to_owned(), Some(address), "Firefox", minute(at)).await.unwrap()
}

async fn accepted(store: &Store, login: &str, at: i64) -> Secret {
    match sign_in(store, login, PASSWORD, at).await {
        SignIn::Accepted(secret, _) => secret,
        other => panic!("{other:?}"),
    }
}

async fn edit(store: &Store, login: &str, change: impl FnOnce(&mut AccountEdit)) -> Result<(), AccountError> {
    let account = store.accounts().await.unwrap().into_iter().find(|account| account.name == name(login)).unwrap();
    let mut edit = AccountEdit {
        id: account.id,
        version: account.version,
        display_name: account.display_name.parse().unwrap(),
        role: account.role,
        active: account.active,
    };
    change(&mut edit);
    store.change_account(&edit, "root", minute(1)).await
}

async fn count(sql: &mut PgConnection, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(sql).await.unwrap()
}

#[tokio::test]
async fn a_link_sets_a_password_once_and_lets_its_owner_in() {
    let store = fresh().await;
    let link = make(&store, "Ana", Role::Astronomer).await;
    assert!(matches!(sign_in(&store, "ana", PASSWORD, 0).await, SignIn::Wrong), "no password is chosen yet");
    assert_eq!(store.link(&link, minute(1)).await.unwrap().unwrap().as_str(), "Ana");
    let (session, signed) = store.use_link(&link, password(PASSWORD), "test", minute(1)).await.unwrap().unwrap();
    assert_eq!((signed.name.as_str(), signed.role), ("Ana", Role::Astronomer));
    assert_eq!(store.signed(&session, minute(2)).await.unwrap(), Some(signed));
    assert!(store.link(&link, minute(2)).await.unwrap().is_none());
    assert!(store.use_link(&link, password("another one"), "test", minute(2)).await.unwrap().is_none());
    // In any case of letters, and with the password that was chosen first.
    accepted(&store, "ANA", 3).await;
}

#[tokio::test]
async fn a_link_gets_old_and_a_newer_one_takes_its_place() {
    let store = fresh().await;
    let first = make(&store, "ana", Role::Viewer).await;
    let second = store.create_link(&name("Ana"), "root", minute(1)).await.unwrap();
    assert!(store.link(&first, minute(1)).await.unwrap().is_none());
    assert!(store.link(&second, minute(1).plus(LINK_LASTS_S - 1)).await.unwrap().is_some());
    assert!(store.link(&second, minute(1).plus(LINK_LASTS_S)).await.unwrap().is_none());
    let nobody = store.create_link(&name("nobody"), "root", minute(1)).await;
    assert!(matches!(nobody, Err(AccountError::Absent)));
}

#[tokio::test]
async fn a_name_belongs_to_one_account_in_any_case_of_letters() {
    let store = fresh().await;
    make(&store, "Ana", Role::Viewer).await;
    let again = NewAccount { name: name("aNA"), display_name: "Another".parse().unwrap(), role: Role::Admin };
    let refused = store.create_account(&again, "root", minute(0)).await;
    assert!(matches!(refused, Err(AccountError::NameTaken)), "{refused:?}");
    assert_eq!(store.accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_for_a_shift() {
    let store = fresh().await;
    ready(&store, "ana", Role::Viewer).await;
    let session = accepted(&store, "ana", 0).await;
    // Used once in each 11 h it lives on, over 33 h.
    for hours in [11, 22, 33] {
        assert!(store.signed(&session, minute(hours * 60)).await.unwrap().is_some(), "{hours} h");
    }
    let last = minute(33 * 60);
    assert!(store.signed(&session, last.plus(IDLE_LIMIT_S)).await.unwrap().is_none());
    assert_eq!(IDLE_LIMIT_S, 12 * HOUR_S);
}

#[tokio::test]
async fn a_session_ends_after_a_week_however_much_it_is_used() {
    let store = fresh().await;
    ready(&store, "ana", Role::Viewer).await;
    let session = accepted(&store, "ana", 0).await;
    assert_eq!(ABSOLUTE_LIMIT_S, 7 * DAY_S);
    for hours in (0..7 * 24).step_by(6) {
        assert!(store.signed(&session, minute(hours * 60)).await.unwrap().is_some(), "{hours} h");
    }
    assert!(store.signed(&session, minute(7 * 24 * 60).plus(-1)).await.unwrap().is_some());
    assert!(store.signed(&session, minute(7 * 24 * 60)).await.unwrap().is_none());
}

#[tokio::test]
async fn every_sign_in_has_a_secret_of_its_own_and_the_database_knows_none() {
    let (store, mut sql) = fresh_and_sql().await;
    let account = ready(&store, "ana", Role::Viewer).await;
    let (one, other) = (accepted(&store, "ana", 1).await, accepted(&store, "ana", 2).await);
    assert_ne!(one, other);
    // The link's, and the two.
    assert_eq!(store.sessions(account, minute(2)).await.unwrap().len(), 3);
    let rows = sqlx::query("select s::text as row from session s union all select a::text from account a")
        .fetch_all(&mut sql)
        .await
        .unwrap();
    for row in rows {
        let row: String = row.get("row");
        assert!(!row.contains(one.expose()) && !row.contains(PASSWORD), "{row}");
    }
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_the_account_and_no_other() {
    let store = fresh().await;
    let ana = ready(&store, "ana", Role::Viewer).await;
    ready(&store, "bo", Role::Viewer).await;
    let (one, other, bos) =
        (accepted(&store, "ana", 1).await, accepted(&store, "ana", 1).await, accepted(&store, "bo", 1).await);
    store.sign_out_everywhere(ana, "ana", minute(2)).await.unwrap();
    assert!(store.signed(&one, minute(2)).await.unwrap().is_none());
    assert!(store.signed(&other, minute(2)).await.unwrap().is_none());
    assert!(store.signed(&bos, minute(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_changed_password_needs_the_present_one_and_ends_every_session() {
    let store = fresh().await;
    let ana = ready(&store, "ana", Role::Viewer).await;
    let session = accepted(&store, "ana", 1).await;
    let change = async |present: &str| {
        store.change_password(ana, present.to_owned(), password("a new password"), "ana", minute(2)).await
    };
    assert!(matches!(change("wrong").await, Err(AccountError::WrongPassword)));
    assert!(store.signed(&session, minute(2)).await.unwrap().is_some());
    change(PASSWORD).await.unwrap();
    assert!(store.signed(&session, minute(2)).await.unwrap().is_none());
    assert!(matches!(sign_in(&store, "ana", PASSWORD, 3).await, SignIn::Wrong));
    assert!(matches!(sign_in(&store, "ana", "a new password", 3).await, SignIn::Accepted(..)));
}

#[tokio::test]
async fn another_role_or_being_switched_off_ends_sessions_and_tokens_follow() {
    let store = fresh().await;
    ready(&store, "root", Role::Admin).await;
    let ana = ready(&store, "ana", Role::Viewer).await;
    let token = store.create_token(ana, &"script".parse().unwrap(), "ana", minute(0)).await.unwrap();
    let before = accepted(&store, "ana", 1).await;
    edit(&store, "ana", |edit| edit.role = Role::Astronomer).await.unwrap();
    assert!(store.signed(&before, minute(2)).await.unwrap().is_none());
    assert_eq!(store.signed_by_token(&token, minute(2)).await.unwrap().unwrap().role, Role::Astronomer);

    let after = accepted(&store, "ana", 3).await;
    edit(&store, "ana", |edit| edit.display_name = "Ana María".parse().unwrap()).await.unwrap();
    assert!(store.signed(&after, minute(3)).await.unwrap().is_some(), "a name is no right");
    edit(&store, "ana", |edit| edit.active = false).await.unwrap();
    assert!(store.signed(&after, minute(3)).await.unwrap().is_none());
    assert!(store.signed_by_token(&token, minute(3)).await.unwrap().is_none());
    assert!(matches!(sign_in(&store, "ana", PASSWORD, 3).await, SignIn::Wrong));
    assert!(matches!(store.create_link(&name("ana"), "root", minute(3)).await, Err(AccountError::Absent)));
}

#[tokio::test]
async fn the_last_admin_who_can_sign_in_stays_one_and_an_old_version_changes_nothing() {
    let store = fresh().await;
    ready(&store, "root", Role::Admin).await;
    // Has not chosen a password yet, so nobody could come in as this one.
    make(&store, "later", Role::Admin).await;
    for attack in [|edit: &mut AccountEdit| edit.role = Role::Viewer, |edit: &mut AccountEdit| edit.active = false] {
        assert!(matches!(edit(&store, "root", attack).await, Err(AccountError::LastAdmin)));
    }
    let stale = edit(&store, "later", |edit| edit.version -= 1).await;
    assert!(matches!(stale, Err(AccountError::Changed)), "{stale:?}");
    ready(&store, "second", Role::Admin).await;
    edit(&store, "root", |edit| edit.role = Role::Viewer).await.unwrap();
}

#[tokio::test]
async fn a_revoked_token_opens_nothing_and_only_its_owner_revokes_it() {
    let store = fresh().await;
    let (ana, bo) = (ready(&store, "ana", Role::Viewer).await, ready(&store, "bo", Role::Viewer).await);
    let token = store.create_token(ana, &"script".parse().unwrap(), "ana", minute(0)).await.unwrap();
    let listed = store.tokens(ana).await.unwrap();
    assert_eq!((listed[0].name.as_str(), listed[0].last_used), ("script", None));
    assert_eq!(store.signed_by_token(&token, minute(5)).await.unwrap().unwrap().name, "ana");
    assert_eq!(store.tokens(ana).await.unwrap()[0].last_used, Some(minute(5)));
    assert!(store.signed(&token, minute(5)).await.unwrap().is_none(), "a token is no session");
    assert!(!store.revoke_token(bo, listed[0].id, "bo", minute(6)).await.unwrap());
    assert!(store.revoke_token(ana, listed[0].id, "ana", minute(6)).await.unwrap());
    assert!(store.signed_by_token(&token, minute(6)).await.unwrap().is_none());
    assert!(store.tokens(ana).await.unwrap().is_empty());
}

#[tokio::test]
async fn after_ten_wrong_passwords_a_name_waits_and_others_do_not() {
    let store = fresh().await;
    ready(&store, "ana", Role::Viewer).await;
    ready(&store, "bo", Role::Viewer).await;
    for _ in 0..10 {
        assert!(matches!(sign_in(&store, "ana", "guess", 0).await, SignIn::Wrong));
    }
    // All ten were at minute 0: at minute 5 there are 10 min of the 15 left, whatever the password.
    assert!(matches!(sign_in(&store, "Ana", PASSWORD, 5).await, SignIn::TooMany(600)));
    accepted(&store, "bo", 5).await;
    accepted(&store, "ana", 15).await;
}

#[tokio::test]
async fn one_address_cannot_try_name_after_name() {
    let store = fresh().await;
    ready(&store, "ana", Role::Viewer).await;
    for i in 0..50 {
        assert!(matches!(sign_in(&store, &format!("guess{i}"), "guess", 0).await, SignIn::Wrong));
    }
    assert!(matches!(sign_in(&store, "ana", PASSWORD, 0).await, SignIn::TooMany(900)));
    let address: IpAddr = "2001:db8::1".parse().unwrap();
    let elsewhere = store.sign_in(&name("ana"), PASSWORD.to_owned(), Some(address), "", minute(0)).await.unwrap();
    assert!(matches!(elsewhere, SignIn::Accepted(..)));
}

#[tokio::test]
async fn the_first_admin_gets_a_link_until_an_admin_can_sign_in() {
    let store = fresh().await;
    let (admin, lost) = store.first_admin(minute(0)).await.unwrap().unwrap();
    assert_eq!(admin.as_str(), "admin");
    // Nobody read it: the next start makes another for the same account.
    let (_, link) = store.first_admin(minute(1)).await.unwrap().unwrap();
    assert_eq!(store.accounts().await.unwrap().len(), 1);
    assert!(store.link(&lost, minute(1)).await.unwrap().is_none());
    store.use_link(&link, password(PASSWORD), "test", minute(2)).await.unwrap().unwrap();
    assert!(store.first_admin(minute(3)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_demo_has_one_open_account_per_role_and_a_database_of_people_never_becomes_one() {
    let store = fresh().await;
    store.first_admin(minute(0)).await.unwrap().unwrap();
    assert!(store.become_demo(minute(0)).await.unwrap());
    assert!(store.settings().await.unwrap().demo);
    let roles: Vec<_> =
        store.accounts().await.unwrap().into_iter().map(|a| (a.name.as_str().to_owned(), a.role)).collect();
    assert_eq!(roles.len(), 5);
    for (login, role) in roles {
        assert_eq!(login, role.label().to_lowercase());
        assert!(matches!(sign_in(&store, &login, "demo", 1).await, SignIn::Accepted(..)), "{login}");
    }
    assert!(store.first_admin(minute(1)).await.unwrap().is_none());

    let lived_in = fresh().await;
    ready(&lived_in, "ana", Role::Admin).await;
    assert!(!lived_in.become_demo(minute(1)).await.unwrap());
    assert!(!lived_in.settings().await.unwrap().demo);
    assert_eq!(lived_in.accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn history_says_who_changed_what_and_is_not_rewritten() {
    let (store, mut sql) = fresh_and_sql().await;
    ready(&store, "root", Role::Admin).await;
    ready(&store, "ana", Role::Viewer).await;
    edit(&store, "ana", |edit| edit.role = Role::Planner).await.unwrap();
    store.set_reading(Reading::Closed, "root", minute(1)).await.unwrap();
    store.set_reading(Reading::Closed, "root", minute(1)).await.unwrap();
    let rule = TypeRule { kind: FindingType::Handover, class: Class::UserError, priority: Priority::High };
    assert_eq!(store.set_type_rules(&[rule], "root", minute(1)).await.unwrap(), 1);
    assert_eq!(store.set_type_rules(&[rule], "root", minute(1)).await.unwrap(), 0);
    let parameters = Parameters { gap_min_s: 600, ..Parameters::default() };
    assert_eq!(store.set_parameters(&parameters, "root", minute(1)).await.unwrap(), 1);
    assert_eq!(store.parameters().await.unwrap(), parameters);
    assert_eq!(store.type_rules().await.unwrap()[2], rule);

    let row = sqlx::query("select author, before::text, after::text from account_event where what = 'changed'")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(row.get::<String, _>("author"), "root");
    assert_eq!(row.get::<String, _>("before"), r#"{"role": "Viewer"}"#);
    assert_eq!(row.get::<String, _>("after"), r#"{"role": "Planner"}"#);
    let told: Vec<String> =
        sqlx::query_scalar("select what || ': ' || before || ' -> ' || after from setting_event order by id")
            .fetch_all(&mut sql)
            .await
            .unwrap();
    assert_eq!(
        told,
        [
            r#"reading: "open" -> "closed""#,
            r#"type Handover: {"class": "GAP", "priority": "Low"} -> {"class": "USER ERROR", "priority": "High"}"#,
            "parameter gap_min: 300 -> 600"
        ]
    );
    for attack in [
        "update account_event set author = 'nobody'",
        "delete from account_event",
        "truncate account_event",
        "delete from account",
        "update setting_event set author = 'nobody'",
        "delete from setting_event",
    ] {
        sqlx::query(attack).execute(&mut sql).await.expect_err(attack);
    }
    assert_eq!(count(&mut sql, "select count(*) from setting_event").await, 3);
}

#[tokio::test]
async fn the_findings_follow_changed_rules_once_somebody_looks_again() {
    let store = fresh().await;
    assert!(store.rules_are_applied().await.unwrap(), "before the first detection there is nothing to be behind");
    store.detect_all(minute(0)).await.unwrap();
    assert!(store.rules_are_applied().await.unwrap());
    let parameters = Parameters { shift_tol_s: 60, ..Parameters::default() };
    store.set_parameters(&parameters, "root", minute(1)).await.unwrap();
    assert!(!store.rules_are_applied().await.unwrap());
    store.detect_all(minute(2)).await.unwrap();
    assert!(store.rules_are_applied().await.unwrap());
}
