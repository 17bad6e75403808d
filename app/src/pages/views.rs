//! Looking after the views of a page: names, what others see, what it begins with. Plain forms, which are sent once in a while.

use domain::people::{Right, Role, SHOWN_NAME_MAX_CHARS};
use domain::saved_view::{SavedView, SavedViews, ViewPage};
use domain::triage::filter::Filter;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use crate::api::person::use_visitor;
use crate::api::views::{BeginRoleWithView, BeginWithView, DeleteView, PublishView, RenameView, views};
use crate::components::failure::failure;
use crate::components::said::Said;
use crate::format::with_capital;
use crate::query::{pairs, pairs_of, plan, read};

/// Those of the triage list.
#[component]
pub fn ViewsPage() -> impl IntoView {
    page_of(ViewPage::Triage)
}

/// Those of the plan.
#[component]
pub fn PlanViewsPage() -> impl IntoView {
    page_of(ViewPage::Plan)
}

/// My views, what others published, and what the page begins with.
fn page_of(page: ViewPage) -> impl IntoView {
    let kept = Resource::new_blocking(|| (), |()| views());
    let role = use_visitor().with_untracked(|visitor| visitor.user.as_ref().map(|user| user.role));
    view! {
        <Title text=title(page) />
        <article class="text wide people">
            <h1>{title(page)}</h1>
            <Said />
            <Transition>
                {move || Suspend::new(async move {
                    match kept.await {
                        Ok(kept) => parts(kept.of(page), page, role).into_any(),
                        Err(error) => failure("The views could not be shown.", &error).into_any(),
                    }
                })}
            </Transition>
        </article>
    }
    .into_any()
}

const fn title(page: ViewPage) -> &'static str {
    match page {
        ViewPage::Triage => "Views",
        ViewPage::Plan => "Views of the plan",
    }
}

fn parts(kept: SavedViews, page: ViewPage, role: Option<Role>) -> impl IntoView {
    let administers = role.is_some_and(|role| role.may(Right::Administer));
    let begin = role.map(|role| what_it_begins_with(&kept, page, role));
    let roles = administers.then(|| what_roles_begin_with(&kept, page));
    let begins = kept.mine_of(page).map(|view| view.id);
    let (mine, others): (Vec<_>, Vec<_>) = kept.views.into_iter().partition(|view| view.mine);
    let none_yet = match page {
        ViewPage::Triage => "You have saved no view yet. On the triage page, \"Views\" saves what the list shows.",
        ViewPage::Plan => "You have saved no view yet. On the plan, \"Views\" saves what its lists show.",
    };
    let is = match page {
        ViewPage::Triage => "a filter and an order of the triage list",
        ViewPage::Plan => "the conditions, the policy and the filter of the plan",
    };
    let mine = role.map(|_| {
        let rows: Vec<_> = mine.into_iter().map(|view| my_view(view, begins)).collect();
        view! {
            <h2>"Mine"</h2>
            {table(rows, none_yet)}
        }
    });
    let others: Vec<_> = others.into_iter().map(|view| view_of_another(view, begins, administers)).collect();
    view! {
        <p>"A view is "{is}" under a name. Yours are yours alone until you publish them. "<a href=page.path() rel="external">{"Back to "}{page.called().to_lowercase()}</a>"."</p>
        {begin}
        {mine}
        <h2>"Published by others"</h2>
        {table(others, "Nobody has published a view.")}
        {roles}
    }
}

fn table<T: IntoView + 'static>(rows: Vec<T>, if_empty: &'static str) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="hint">{if_empty}</p> }.into_any();
    }
    view! {
        <div class="scrolls" tabindex="0">
            <table class="views">
                <thead><tr><th>"View"</th><th>"Shows"</th><th><span class="unseen">"Actions"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What is sent without anything but the view's number.
fn button(
    action: &'static str,
    view: &SavedView,
    more: Option<(&'static str, &'static str)>,
    label: &'static str,
) -> impl IntoView + use<> {
    let more = more.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        <form method="post" action=action>
            <input type="hidden" name="id" value=view.id />
            <input type="hidden" name="page" value=view.page.label() />
            {more}
            <button class="quiet" aria-label=format!("{label}: {}", view.name)>{label}</button>
        </form>
    }
}

fn begin_with(view: &SavedView, begins: Option<i64>) -> AnyView {
    if begins == Some(view.id) {
        view! { <span class="hint">{view.page.called()}" begins with it"</span> }.into_any()
    } else {
        button(BeginWithView::url(), view, None, "Begin with it").into_any()
    }
}

fn my_view(view: SavedView, begins: Option<i64>) -> impl IntoView {
    let (label, to) = if view.published { ("Withdraw", "false") } else { ("Publish", "true") };
    let published = view.published.then(|| view! { " "<span class="hint">"published"</span> });
    view! {
        <tr>
            <th scope="row"><a href=view.href()>{view.name.clone()}</a>{published}</th>
            <td><code>{shows(&view)}</code></td>
            <td class="actions">
                {begin_with(&view, begins)}
                {button(PublishView::url(), &view, Some(("published", to)), label)}
                {button(DeleteView::url(), &view, None, "Delete")}
                <form method="post" action=RenameView::url()>
                    <input type="hidden" name="id" value=view.id />
                    <input type="hidden" name="page" value=view.page.label() />
                    <input
                        name="name"
                        value=view.name.clone()
                        aria-label=format!("New name of {}", view.name)
                        maxlength=SHOWN_NAME_MAX_CHARS.to_string()
                        autocomplete="off"
                        required
                    />
                    <button class="quiet">"Rename"</button>
                </form>
            </td>
        </tr>
    }
}

fn view_of_another(view: SavedView, begins: Option<i64>, administers: bool) -> impl IntoView {
    let withdraw = administers.then(|| button(PublishView::url(), &view, Some(("published", "false")), "Withdraw"));
    view! {
        <tr>
            <th scope="row"><a href=view.href()>{view.name.clone()}</a>" "<span class="hint">{view.owner.clone()}</span></th>
            <td><code>{shows(&view)}</code></td>
            <td class="actions">{begin_with(&view, begins)}{withdraw}</td>
        </tr>
    }
}

/// What it shows, in the words that somebody would type.
fn shows(view: &SavedView) -> String {
    match view.page {
        ViewPage::Triage => shows_findings(view),
        ViewPage::Plan => shows_blocks(view),
    }
}

/// The filter, and what is asked to be other than it is.
fn shows_blocks(view: &SavedView) -> String {
    let query = plan::read(pairs(&view.query)).query;
    let conditions = query.pairs().into_iter().filter(|(name, _)| *name != "find");
    let conditions = conditions.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ");
    let find = if query.find.is_empty() { "all blocks" } else { &query.find };
    if conditions.is_empty() { find.to_owned() } else { format!("{find}, with {conditions}") }
}

/// The list in the words of the query line, and its order.
fn shows_findings(view: &SavedView) -> String {
    let query = read(pairs(&view.query), Filter::undecided()).query;
    let line = query.filter.to_string();
    let line = if line.is_empty() { "all findings".to_owned() } else { line };
    let order = pairs_of(&query).into_iter().find(|(name, _)| *name == "sort");
    order.map_or_else(|| line.clone(), |(_, order)| format!("{line}, by {order}"))
}

fn what_it_begins_with(kept: &SavedViews, page: ViewPage, role: Role) -> impl IntoView + use<> {
    let link = |view: &SavedView| view! { <a href=view.href() rel="external">{view.name.clone()}</a> }.into_any();
    let mine = kept.mine_of(page);
    let (what, why) = match (mine, kept.role_of(page, role)) {
        (Some(mine), _) => (link(mine), ": your choice."),
        (None, Some(of_role)) => (link(of_role), ", as for everybody of your role who chose nothing."),
        (None, None) => (page.begins_with().into_any(), "."),
    };
    let back = mine.map(|_| {
        view! {
            <form method="post" action=BeginWithView::url()>
                <input type="hidden" name="page" value=page.label() />
                <button>"Begin as my role does"</button>
            </form>
        }
    });
    view! { <p>{page.called()}" begins for you with "{what}{why}</p>{back} }
}

/// For each role the published views to choose from.
fn what_roles_begin_with(kept: &SavedViews, page: ViewPage) -> impl IntoView + use<> {
    let rows = Role::ALL.iter().map(|&role| {
        let begins = kept.role_of(page, role).map(|view| view.id);
        let published = kept.views.iter().filter(|view| view.published);
        let options: Vec<_> = published
            .map(|view| {
                let name = format!("{} ({})", view.name, view.owner);
                view! { <option value=view.id selected=begins == Some(view.id)>{name}</option> }
            })
            .collect();
        view! {
            <form class="form choice" method="post" action=BeginRoleWithView::url()>
                <input type="hidden" name="role" value=role.label() />
                <input type="hidden" name="page" value=page.label() />
                <label>
                    <span>{role.label()}</span>
                    <select name="id">
                        <option value="0">{with_capital(page.begins_with().to_owned())}</option>
                        {options}
                    </select>
                </label>
                <button aria-label=format!("Save for {role}")>"Save"</button>
            </form>
        }
    });
    let rows = rows.collect_view();
    view! {
        <h2>"What "{page.called().to_lowercase()}" begins with for each role"</h2>
        <p>"For those who chose nothing themselves. Only published views can be chosen."</p>
        {rows}
    }
}
