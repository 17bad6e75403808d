//! Who has an account, and what it may do.

use domain::people::{NAME_MAX_BYTES, Role, SHOWN_NAME_MAX_CHARS};
use domain::time::Instant;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use super::sections;
use crate::api::accounts::{AccountRow, ChangeAccount, CreateAccount, CreateLink, accounts};
use crate::components::failure::failure;
use crate::components::said::Said;

/// Every account, and a form for a new one.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let rows = Resource::new_blocking(|| (), |()| accounts());
    view! {
        <Title text="Accounts" />
        <article class="text wide people">
            <h1>"Accounts"</h1>
            {sections()}
            <Said />
            <Transition>
                {move || Suspend::new(async move {
                    match rows.await {
                        Ok(rows) => parts(rows).into_any(),
                        Err(error) => failure("The accounts could not be shown.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

fn parts(rows: Vec<AccountRow>) -> impl IntoView {
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    view! {
        <p>"Changing the role of an account, or switching it off, ends its sessions. Accounts are never deleted, because history names them."</p>
        <div class="scrolls" tabindex="0">
            <table class="accounts">
                <thead>
                    <tr>
                        <th>"Name"</th><th>"Display name"</th><th>"Role"</th><th>"In use"</th>
                        <th>"Password"</th><th>"Last seen [UTC]"</th><th>"Made [UTC]"</th><th><span class="unseen">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <h2>"New account"</h2>
        <form class="form" method="post" action=CreateAccount::url()>
            <label><span>"Login name"</span><input name="name" maxlength=NAME_MAX_BYTES.to_string() autocapitalize="none" spellcheck="false" required /></label>
            <label><span>"Display name"</span><input name="display_name" maxlength=SHOWN_NAME_MAX_CHARS.to_string() /></label>
            <label><span>"Role"</span><select name="role">{roles(Role::Astronomer)}</select></label>
            <p class="hint">"Viewers read. Astronomers triage, planners plan, managers annotate, and each of them reads. Admins do everything."</p>
            <button class="main">"Make the account and a link"</button>
        </form>
    }
}

/// A form cannot span the cells of a row, so its fields name it.
fn row(account: AccountRow) -> impl IntoView {
    let form = format!("account-{}", account.id);
    let last_seen = account.last_seen.map_or_else(|| "–".to_owned(), Instant::for_people);
    let password = if account.has_password { "chosen" } else { "not yet" };
    let link = account.active.then(|| {
        view! {
            <form method="post" action=CreateLink::url()>
                <input type="hidden" name="name" value=account.name.clone() />
                <button class="quiet" aria-label=format!("New link for {}", account.name)>"New link"</button>
            </form>
        }
    });
    let labels = ["Display name", "Role", "In use"].map(|what| format!("{what} of {}", account.name));
    let [display_name, role, active] = labels;
    view! {
        <tr class:off=!account.active>
            <th scope="row">{account.name.clone()}</th>
            <td><input form=form.clone() name="display_name" value=account.display_name aria-label=display_name maxlength=SHOWN_NAME_MAX_CHARS.to_string() required /></td>
            <td><select form=form.clone() name="role" aria-label=role>{roles(account.role)}</select></td>
            <td><input form=form.clone() type="checkbox" name="active" value="true" checked=account.active aria-label=active /></td>
            <td>{password}</td>
            <td class="num">{last_seen}</td>
            <td class="num">{account.created.for_people()}</td>
            <td class="actions">
                <form id=form method="post" action=ChangeAccount::url()>
                    <input type="hidden" name="id" value=account.id.to_string() />
                    <input type="hidden" name="version" value=account.version.to_string() />
                    <button aria-label=format!("Save {}", account.name)>"Save"</button>
                </form>
                {link}
            </td>
        </tr>
    }
}

fn roles(chosen: Role) -> impl IntoView {
    let options = Role::ALL.iter().map(|&role| {
        view! { <option value=role.label() selected=role == chosen>{role.label()}</option> }
    });
    options.collect_view()
}
