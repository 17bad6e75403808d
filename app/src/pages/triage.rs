//! Triage: what the log does not explain, newest first, with the explanation of one finding beside the list.
//!
//! The URL is the state ([`crate::query`]): every filter, column head, page and row is a link, so the page does all it can do
//! without JavaScript, every view of it can be sent to a colleague, and Back goes back. The list and the open finding are two
//! questions to the server: opening another finding does not ask for the list again, which therefore stays where it is.

pub mod board;
mod bulk;
mod choice;
mod exports;
mod facets;
mod finding;
mod findings;
mod grid;
mod keys;
mod layout;
mod line;
mod permalink;
mod rows;
mod suggestion;
mod verdict;
mod views;

use domain::triage::filter::Filter;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::api::person::use_visitor;
use crate::api::{self, Asked};
use crate::components::failure::failure;
use crate::components::live::{live, others};
use crate::components::said::Said;
use crate::components::sign_in_again::SignInDialog;
use crate::components::timeline::zoom::Zoom;
use crate::query::{TriageQuery, pairs, read, write};

use board::Board;
use bulk::Bulk;
use choice::chips;
use facets::facets;
use findings::{findings, shape_of_findings, whole_list};
use grid::Grid;
use keys::{keys, listen, stay_in_view};
use line::line;
use verdict::{Outbox, undelivered};
use views::views_menu;

/// The triage page.
#[component]
pub fn TriagePage() -> impl IntoView {
    let search = use_location().search;
    begin(search);
    let reading = Memo::new(move |_| search.with(|search| read(pairs(search), Filter::undecided())));
    let query = Memo::new(move |_| reading.with(|reading| reading.query.clone()));
    let open = Memo::new(move |_| query.with(|query| query.finding));

    // The number of the reader's last action: what they decided shows in the list too.
    let changed = RwSignal::new(0);
    // The server answers until the browser has all findings; from then on no filter asks it any more.
    let board = Board::new();
    provide_context(board);
    let answer = board.answer(query);
    let grid = Grid::new(board, answer, query);
    let layout = layout::layout();
    let page = Asked::new_with_options(
        move || (!board.ready()).then(|| (query.with(|query| write(&query.list())), changed.get())),
        async |asked| match asked {
            Some((list, _)) => api::triage::triage(list).await.map(Some),
            None => Ok(None),
        },
        true,
    );
    let detail = Asked::new_with_options(
        move || open.get(),
        async |open| match open {
            Some(id) => api::finding::finding(id).await.map(|detail| Some((id, detail))),
            None => Ok(None),
        },
        true,
    );
    // Without JavaScript the page is loaded anew for every link, and an anchor in the address brings the reader back to the row.
    // Hydrated, the list stays where it is, and an anchor would move it.
    let anchored = RwSignal::new(true);
    Effect::new(move || anchored.set(false));
    let close = Signal::derive(move || query.with(|query| close_link(query, anchored.get())));
    let bulk = Bulk::new(board, grid, changed);
    let outbox = Outbox::new(board);
    listen(query, grid, bulk, outbox);
    stay_in_view(query, board);
    let live = live(open);
    let zoom = Zoom::default();
    // What others changed shows in the list. The first number only says how far things are, and the page is as new as that.
    Effect::new(move |before: Option<Option<i64>>| {
        let newest = live.newest.get();
        if board.ready() {
            let own = Some(changed.get()).filter(|&own| own > 0);
            board.catch_up_to(newest.max(own));
        } else if before.flatten().is_some_and(|before| newest.is_some_and(|newest| newest != before)) {
            page.refetch();
        }
        newest.or(before.flatten())
    });

    view! {
        <Title text="Triage" />
        <h1 class="unseen">"Triage"</h1>
        <div class="triage" class:with-detail=move || open.get().is_some()>
            {facets(query, page, board, answer)}
            <section class="list" aria-label="Findings">
                <Said />
                {undelivered(outbox)}
                {line(reading, query, board)}
                {views_menu(query)}
                {move || reading.with(|reading| bad_parameters(&reading.bad))}
                {chips(query)}
                <Transition fallback=shape_of_findings>
                    {move || {
                        if board.ready() {
                            return whole_list(answer, grid, layout, query, open).into_any();
                        }
                        Suspend::new(async move {
                            match page.await {
                                Ok(Some(page)) => findings(page, query.get_untracked(), open, anchored.into(), board).into_any(),
                                // The whole list is about to take its place.
                                Ok(None) => ().into_any(),
                                Err(error) => failure("The findings could not be listed.", &error).into_any(),
                            }
                        })
                        .into_any()
                    }}
                </Transition>
                {bulk::bulk(bulk, query, page, answer)}
            </section>
            <Transition>
                {move || Suspend::new(async move {
                    match detail.await {
                        Ok(None) => ().into_any(),
                        Ok(Some((_, Some(detail)))) => {
                            finding::finding(detail, outbox, query, zoom, close, changed, live.newest).into_any()
                        }
                        Ok(Some((id, None))) => finding::no_such_finding(id, close).into_any(),
                        Err(error) => finding::unread(&error, close).into_any(),
                    }
                })}
            </Transition>
            {others(live, open)}
            {keys()}
        </div>
        <SignInDialog />
    }
    .into_any()
}

/// An address that says nothing is where somebody begins: at the view they chose, if they chose one. The server leads there by
/// itself (`server/src/router/begin.rs`); this is for a link of the page's own.
fn begin(search: Memo<String>) {
    let (visitor, navigate) = (use_visitor(), use_navigate());
    Effect::new(move || {
        let begins =
            visitor.with(|visitor| visitor.begins_with.triage.clone()).filter(|_| search.with(String::is_empty));
        if let Some(begins) = begins {
            navigate(
                &format!("/triage?{begins}"),
                NavigateOptions { replace: true, scroll: false, ..Default::default() },
            );
        }
    });
}

/// Where closing the open finding leads: the same list, and without JavaScript the row it was opened from.
fn close_link(query: &TriageQuery, anchored: bool) -> String {
    let row = query.finding.filter(|_| anchored).map_or_else(String::new, |id| format!("#f{id}"));
    query.list().href() + &row
}

/// One sentence for each parameter of the URL that does not apply. A forged URL can have thousands: the first few are told.
fn bad_parameters(bad: &[crate::query::BadParameter]) -> Option<impl IntoView + use<>> {
    const TOLD: usize = 5;
    let sentences: Vec<_> = bad.iter().take(TOLD).map(|bad| view! { <li>{bad.to_string()}"."</li> }).collect();
    let more = bad.len().checked_sub(TOLD).filter(|&n| n > 0).map(|n| view! { <li>"And "{n}" more."</li> });
    (!bad.is_empty()).then(|| {
        view! {
            <div class="notice" role="status">
                <p>"The address asks for something this page does not know. The rest of it applies."</p>
                <ul>{sentences}{more}</ul>
            </div>
        }
    })
}
