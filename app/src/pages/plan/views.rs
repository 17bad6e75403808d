//! The menu of views of the plan: what is built in, mine, what others published, and a form that saves what the lists show.

use domain::people::SHOWN_NAME_MAX_CHARS;
use domain::saved_view::{SavedViews, ViewPage};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::api::views::{SaveView, menu_of};
use crate::query::plan::PlanQuery;

/// The menu, beside the page, where it stays when the browser makes the page anew. `kept` is nothing for who has no account: they
/// keep nothing, and find on a page of its own what others published.
pub(crate) fn menu(query: &PlanQuery, kept: Option<SavedViews>) -> AnyView {
    let here = format!("/plan?{}", query.for_a_file().written_out());
    let is_somebody = kept.is_some();
    let link = |href: String, name: String, note: &'static str| {
        let current = (href == here).then_some("true");
        let note = (!note.is_empty()).then(|| view! { " "<span class="hint">{note}</span> });
        view! { <li><a href=href rel="external" aria-current=current>{name}{note}</a></li> }
    };
    let lists: Vec<_> = menu_of(kept.unwrap_or_default(), ViewPage::Plan)
        .into_iter()
        .map(|(heading, lines)| {
            let lines: Vec<_> = lines.into_iter().map(|(href, name, note)| link(href, name, note)).collect();
            view! { <h2>{heading}</h2><ul>{lines}</ul> }
        })
        .collect();
    let save = is_somebody.then(|| {
        view! {
            <form class="form" method="post" action=SaveView::url()>
                <input type="hidden" name="page" value=ViewPage::Plan.label() />
                <input type="hidden" name="search" value=query.for_a_file().written_out() />
                <label><span>"Save what the lists show as"</span>
                    <input name="name" maxlength=SHOWN_NAME_MAX_CHARS.to_string() autocomplete="off" required />
                </label>
                <button>"Save the view"</button>
            </form>
        }
    });
    view! {
        <div id="views" class="of-plan" popover="auto" role="dialog" aria-label="Views">
            <h2>"Built in"</h2>
            <ul>{link(PlanQuery::default().href(), "Everything as it is now".to_owned(), "")}</ul>
            {lists}
            {save}
            <p><a href=ViewPage::Plan.views_path() rel="external">{if is_somebody { "Look after the views" } else { "What others published" }}</a></p>
        </div>
    }
    .into_any()
}
