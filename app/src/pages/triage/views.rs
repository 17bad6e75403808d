//! The menu of views: what is built in, mine, what others published, and a form that saves what the page shows.

use domain::people::SHOWN_NAME_MAX_CHARS;
use domain::saved_view::{SavedViews, ViewPage};
use domain::triage::filter::Filter;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::api::Asked;
use crate::api::person::use_visitor;
use crate::api::views::{SaveView, menu_of, views};
use crate::query::{TriageQuery, write_out};

/// Opens the menu, without JavaScript too. Stands in the form of the query line, and sends nothing.
pub(super) fn views_button() -> impl IntoView {
    view! { <button type="button" class="quiet" data-key="v" popovertarget="views">"Views"</button> }
}

/// The menu.
pub(super) fn views_menu(query: Memo<TriageQuery>) -> impl IntoView {
    let visitor = use_visitor();
    let is_somebody = Memo::new(move |_| visitor.with(|visitor| visitor.user.is_some()));
    // Who has no account keeps nothing, and finds on a page of its own what others published.
    let kept: Asked<Option<SavedViews>> = Resource::new_with_options(
        move || is_somebody.get(),
        async |is_somebody| if is_somebody { views().await.map(Some) } else { Ok(None) },
        false,
    );
    let here = Memo::new(move |_| query.with(write_out));
    // A link of the page's own stays on the page, so the menu has to be closed.
    let close = move |_| {
        let menu = document().get_element_by_id("views").and_then(|menu| menu.dyn_into::<HtmlElement>().ok());
        // It is closed already where the browser closed it.
        let _ = menu.map(|menu| menu.hide_popover());
    };
    let all = TriageQuery::default().filtered(Filter::default());
    view! {
        <div id="views" popover="auto" role="dialog" aria-label="Views">
            <div on:click=close>
                <h2>"Built in"</h2>
                <ul>
                    {link(&TriageQuery::default().href(), "What still needs a decision".to_owned(), "", here)}
                    {link(&all.href(), "All findings".to_owned(), "", here)}
                </ul>
                <Transition>
                    {move || Suspend::new(async move {
                        // What failed is asked again with the next page; the list itself says what is the matter.
                        kept.await.ok().flatten().map(|kept| lists(kept, here))
                    })}
                </Transition>
            </div>
            {move || is_somebody.get().then(|| save(query))}
            <p><a href=ViewPage::Triage.views_path() rel="external">{move || if is_somebody.get() { "Look after the views" } else { "What others published" }}</a></p>
        </div>
    }
}

fn lists(kept: SavedViews, here: Memo<String>) -> impl IntoView {
    let list = |(heading, lines): (&'static str, Vec<_>)| {
        let links: Vec<_> =
            lines.into_iter().map(|(href, name, note): (String, _, _)| link(&href, name, note, here)).collect();
        view! { <h2>{heading}</h2><ul>{links}</ul> }
    };
    menu_of(kept, ViewPage::Triage).into_iter().map(list).collect_view()
}

fn link(href: &str, name: String, note: &'static str, here: Memo<String>) -> impl IntoView + use<> {
    let its = href.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned());
    let is_here = move || here.with(|here| *here == its).then_some("true");
    let note = (!note.is_empty()).then(|| view! { " "<span class="hint">{note}</span> });
    view! { <li><a href=href.to_owned() aria-current=is_here data-noscroll="">{name}{note}</a></li> }
}

fn save(query: Memo<TriageQuery>) -> impl IntoView {
    view! {
        <form class="form" method="post" action=SaveView::url()>
            <input type="hidden" name="search" value=move || query.with(write_out) />
            <label><span>"Save what the list shows as"</span>
                <input name="name" maxlength=SHOWN_NAME_MAX_CHARS.to_string() autocomplete="off" required />
            </label>
            <button>"Save the view"</button>
        </form>
    }
}
