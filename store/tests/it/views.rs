//! Saved views: mine are mine until I publish them, and a page begins with what I chose, or my role's.

use std::collections::BTreeMap;

use domain::people::{Role, ShownName};
use domain::saved_view::{BeginsWith, SavedView, VIEWS_MAX, ViewPage};
use sqlx::Row;
use store::{Secret, Store, ViewEdit, ViewError};

use crate::cluster::fresh_and_sql;
use crate::given::minute;

/// A demo's accounts, one per role.
async fn people(store: &Store) -> BTreeMap<Role, i64> {
    assert!(store.become_demo(minute(0)).await.unwrap());
    store.accounts().await.unwrap().into_iter().map(|account| (account.role, account.id)).collect()
}

fn name(text: &str) -> ShownName {
    text.parse().unwrap()
}

async fn save(store: &Store, account: i64, as_name: &str, query: &str) -> Result<i64, ViewError> {
    store.save_view(account, ViewPage::Triage, &name(as_name), query, "astronomer", minute(1)).await
}

async fn publish(store: &Store, account: i64, id: i64, published: bool) -> Result<(), ViewError> {
    let edit = ViewEdit { id, name: None, published: Some(published) };
    store.change_view(account, false, &edit, "astronomer", minute(2)).await
}

/// The names of the views that an account sees, its own with an asterisk.
async fn seen(store: &Store, account: Option<i64>) -> Vec<String> {
    let views = store.views(account).await.unwrap().views.into_iter();
    views.map(|view| view.name + if view.mine { "*" } else { "" }).collect()
}

async fn begins(store: &Store, session: &Secret) -> Option<String> {
    store.signed(session, minute(3)).await.unwrap().unwrap().begins_with.triage
}

#[tokio::test]
async fn a_view_is_its_owners_alone_until_it_is_published() {
    let (store, mut sql) = fresh_and_sql().await;
    let people = people(&store).await;
    let (ana, vic) = (people[&Role::Astronomer], people[&Role::Viewer]);
    let gaps = save(&store, ana, "Gaps", "q=class:gap").await.unwrap();
    save(&store, ana, "errors", "q=class:user-error").await.unwrap();
    assert_eq!(seen(&store, Some(ana)).await, ["errors*", "Gaps*"]);
    assert!(seen(&store, Some(vic)).await.is_empty() && seen(&store, None).await.is_empty());

    publish(&store, ana, gaps, true).await.unwrap();
    assert_eq!(seen(&store, Some(vic)).await, ["Gaps"]);
    assert_eq!(seen(&store, None).await, ["Gaps"], "a visitor reads it too");

    // Nobody changes or deletes the view of another, whether or not they see it.
    let renamed = ViewEdit { id: gaps, name: Some(name("Mine now")), published: None };
    for refused in [
        store.change_view(vic, false, &renamed, "viewer", minute(2)).await,
        store.change_view(vic, true, &renamed, "admin", minute(2)).await,
        store.delete_view(vic, gaps, "viewer", minute(2)).await,
        publish(&store, vic, gaps, false).await,
    ] {
        assert!(matches!(refused, Err(ViewError::Absent)), "{refused:?}");
    }
    // Except that an admin withdraws what is published.
    let withdrawn = ViewEdit { id: gaps, name: None, published: Some(false) };
    store.change_view(people[&Role::Admin], true, &withdrawn, "admin", minute(2)).await.unwrap();
    assert!(seen(&store, Some(vic)).await.is_empty());
    store.delete_view(ana, gaps, "astronomer", minute(2)).await.unwrap();
    assert_eq!(seen(&store, Some(ana)).await, ["errors*"]);

    // Who, what, before and after: of the owner's account, whoever did it.
    let told: Vec<(String, String, String)> = sqlx::query(
        "select author, what, concat(before, ' ', after) as change from account_event where what like 'view %' order by id",
    )
    .fetch_all(&mut sql)
    .await
    .unwrap()
    .iter()
    .map(|row| (row.get("author"), row.get("what"), row.get("change")))
    .collect();
    let told: Vec<_> = told.iter().map(|(author, what, change)| format!("{author}: {what}: {change}")).collect();
    assert_eq!(
        told,
        [
            r#"astronomer: view Gaps: {"query": null} {"query": "q=class:gap"}"#,
            r#"astronomer: view errors: {"query": null} {"query": "q=class:user-error"}"#,
            r#"astronomer: view Gaps: {"published": false} {"published": true}"#,
            r#"admin: view Gaps: {"published": true} {"published": false}"#,
            r#"astronomer: view Gaps: {"query": "q=class:gap"} {"query": null}"#,
        ]
    );
}

#[tokio::test]
async fn a_view_is_saved_over_by_its_name_and_two_of_one_owner_never_share_one() {
    let (store, _sql) = fresh_and_sql().await;
    let people = people(&store).await;
    let (ana, vic) = (people[&Role::Astronomer], people[&Role::Viewer]);
    let first = save(&store, ana, "Gaps", "q=class:gap").await.unwrap();
    publish(&store, ana, first, true).await.unwrap();
    assert_eq!(save(&store, ana, "GAPS", "q=class:gap&sort=-duration").await.unwrap(), first);
    let views = store.views(Some(ana)).await.unwrap().views;
    assert_eq!(
        (views.len(), views[0].name.as_str(), views[0].query.as_str()),
        (1, "GAPS", "q=class:gap&sort=-duration")
    );
    assert!(views[0].published, "it stays published");

    // Another's view may have the same name.
    save(&store, vic, "Gaps", "q=").await.unwrap();
    let other = save(&store, ana, "Other", "q=").await.unwrap();
    let taken = ViewEdit { id: other, name: Some(name("gaps")), published: None };
    assert!(matches!(store.change_view(ana, false, &taken, "astronomer", minute(2)).await, Err(ViewError::NameTaken)));

    // There are two already.
    for nth in 2..VIEWS_MAX {
        save(&store, ana, &format!("View {nth}"), "q=").await.unwrap();
    }
    assert!(matches!(save(&store, ana, "One more", "q=").await, Err(ViewError::TooMany)));
    save(&store, ana, "Other", "q=class:gap").await.unwrap();
    assert_eq!(store.views(Some(ana)).await.unwrap().views.iter().filter(|view| view.mine).count(), 50);
}

#[tokio::test]
async fn triage_begins_with_my_view_else_my_roles_else_nothing_and_never_with_one_i_do_not_see() {
    let (store, mut sql) = fresh_and_sql().await;
    let people = people(&store).await;
    let (ana, vic) = (people[&Role::Astronomer], people[&Role::Viewer]);
    let session = store.renew_session(vic, "test", minute(0)).await.unwrap();
    let of_ana = save(&store, ana, "Gaps", "q=class:gap").await.unwrap();
    let of_vic = save(&store, vic, "Mine", "q=").await.unwrap();
    assert_eq!(begins(&store, &session).await, None);

    let role = async |id| store.begin_role_with_view(Role::Viewer, ViewPage::Triage, id, "admin", minute(2)).await;
    let mine = async |id| store.begin_with_view(vic, ViewPage::Triage, id, "viewer", minute(2)).await;
    assert!(matches!(role(Some(of_ana)).await, Err(ViewError::NotPublished)));
    assert!(matches!(mine(Some(of_ana)).await, Err(ViewError::Absent)), "they do not see it");
    assert!(matches!(role(Some(0)).await, Err(ViewError::Absent)));

    publish(&store, ana, of_ana, true).await.unwrap();
    role(Some(of_ana)).await.unwrap();
    assert_eq!(begins(&store, &session).await.as_deref(), Some("q=class:gap"));
    mine(Some(of_vic)).await.unwrap();
    assert_eq!(begins(&store, &session).await.as_deref(), Some("q="));
    let views = store.views(Some(vic)).await.unwrap();
    let (page, number) = (ViewPage::Triage, |view: &SavedView| view.id);
    let begin = (views.mine_of(page).map(number), views.role_of(page, Role::Viewer).map(number));
    assert_eq!(begin, (Some(of_vic), Some(of_ana)));

    // Somebody of another role is not concerned.
    let other = store.renew_session(people[&Role::Planner], "test", minute(0)).await.unwrap();
    assert_eq!(begins(&store, &other).await, None);

    mine(Some(of_ana)).await.unwrap();
    mine(None).await.unwrap();
    assert_eq!(begins(&store, &session).await.as_deref(), Some("q=class:gap"), "the role's again");
    // Withdrawn it is passed over, published again it counts again.
    publish(&store, ana, of_ana, false).await.unwrap();
    assert_eq!(begins(&store, &session).await, None);
    publish(&store, ana, of_ana, true).await.unwrap();
    assert_eq!(begins(&store, &session).await.as_deref(), Some("q=class:gap"));
    store.delete_view(ana, of_ana, "astronomer", minute(3)).await.unwrap();
    assert_eq!(begins(&store, &session).await, None);
    let told: i64 = sqlx::query_scalar("select count(*) from setting_event where what = 'Viewer begins with view'")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn the_plan_has_views_of_its_own_and_begins_with_one_of_them() {
    let (store, mut sql) = fresh_and_sql().await;
    let people = people(&store).await;
    let (pia, admin) = (people[&Role::Planner], people[&Role::Admin]);
    let session = store.renew_session(pia, "test", minute(0)).await.unwrap();
    let dry = async |query| store.save_view(pia, ViewPage::Plan, &name("Dry"), query, "planner", minute(1)).await;
    // One name may be a view of each page.
    let of_triage = save(&store, pia, "Dry", "q=class:gap").await.unwrap();
    let of_plan = dry("pwv=0.5").await.unwrap();
    assert_eq!(dry("pwv=0.4").await.unwrap(), of_plan);
    let views = store.views(Some(pia)).await.unwrap().of(ViewPage::Plan);
    assert_eq!(views.views.iter().map(SavedView::href).collect::<Vec<_>>(), ["/plan?pwv=0.4"]);

    // A page begins with a view of itself.
    let mine = async |page, id| store.begin_with_view(pia, page, Some(id), "planner", minute(2)).await;
    assert!(matches!(mine(ViewPage::Plan, of_triage).await, Err(ViewError::Absent)));
    mine(ViewPage::Triage, of_triage).await.unwrap();
    mine(ViewPage::Plan, of_plan).await.unwrap();
    let begins = store.signed(&session, minute(3)).await.unwrap().unwrap().begins_with;
    assert_eq!(begins, BeginsWith { triage: Some("q=class:gap".to_owned()), plan: Some("pwv=0.4".to_owned()) });

    let role = async |page, id| store.begin_role_with_view(Role::Admin, page, Some(id), "admin", minute(2)).await;
    publish(&store, pia, of_plan, true).await.unwrap();
    assert!(matches!(role(ViewPage::Triage, of_plan).await, Err(ViewError::Absent)));
    role(ViewPage::Plan, of_plan).await.unwrap();
    let of_admin = store.renew_session(admin, "test", minute(0)).await.unwrap();
    let begins = store.signed(&of_admin, minute(3)).await.unwrap().unwrap().begins_with;
    assert_eq!(begins, BeginsWith { triage: None, plan: Some("pwv=0.4".to_owned()) });

    let told = "select what from account_event where account_id = $1 and what like 'view%' order by id";
    let told: Vec<String> = sqlx::query_scalar(told).bind(pia).fetch_all(&mut sql).await.unwrap();
    assert_eq!(told, ["view Dry", "view of the plan Dry", "view of the plan Dry", "view of the plan Dry"]);
}
