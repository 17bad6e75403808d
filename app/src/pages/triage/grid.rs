//! The whole list in the browser: only the rows of the window exist, and a row that scrolls out is filled with another finding.
//!
//! A pool of rows ([`super::rows`]) shows the findings from `first` on; scrolling changes `first` a few rows at a time. Nothing is
//! made or thrown away while scrolling, so an hour of it takes no memory.

mod selecting;

use std::time::Duration;

use domain::triage::State;
use leptos::ev::{Custom, Event, MouseEvent};
use leptos::html::{Div, Tr};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::{Element, HtmlElement};

pub(super) use self::selecting::Stretch;
use super::board::{Answered, Board};
use super::layout::{ADDED, Head, Layout, TALK, classes, edge};
use super::rows::{Rows, Shown};
use crate::query::{PAGE_ROWS, TriageQuery, write};

/// The height of a row until it was measured \[px\]; style/findings.css sets it.
const ROW_PX: f64 = 29.0;
/// The first row moves in steps of so many: the steps between are the browser's own scrolling.
const STEP_ROWS: usize = 8;
/// Rows that exist above the window and below it, for who scrolls quickly.
const SPARE_ROWS: usize = 8;
/// How long a list must stand still until where it stands is written down.
const SCROLL_RESTS: Duration = Duration::from_millis(150);
/// Who prints more wants an export.
const PRINTED_ROWS: usize = 1_000;

/// The window on the list.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    board: Board,
    answer: Memo<Option<Answered>>,
    query: Memo<TriageQuery>,
    rows: NodeRef<Div>,
    /// The first row that exists, as scrolling left it.
    top: RwSignal<usize>,
    /// How many rows exist.
    pool: RwSignal<usize>,
    row_px: RwSignal<f64>,
    /// How far the list was scrolled when it was last looked at \[px\]. Asking the browser makes it lay the page out at once.
    scrolled_px: StoredValue<i32>,
    /// Where in the list the focus was last: what was decided often leaves the list, and the keys go on from its place.
    was_at: StoredValue<Option<usize>>,
}

/// Where the keys go.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// So many rows on, or back.
    Rows(i64),
    /// So many windows on, or back.
    Windows(i64),
    /// The first row.
    First,
    /// The last.
    Last,
}

impl Grid {
    /// One for this page.
    pub(super) fn new(board: Board, answer: Memo<Option<Answered>>, query: Memo<TriageQuery>) -> Self {
        Self {
            board,
            answer,
            query,
            rows: NodeRef::new(),
            top: RwSignal::new(0),
            pool: RwSignal::new(0),
            row_px: RwSignal::new(ROW_PX),
            scrolled_px: StoredValue::new(0),
            was_at: StoredValue::new(None),
        }
    }

    /// Whether there is one to move in.
    pub(super) fn ready_untracked(self) -> bool {
        self.board.ready_untracked()
    }

    /// Moves to another row, which gets the focus, and gives the finding it shows.
    pub(super) fn step(self, step: Step) -> Option<i64> {
        let n = self.n_untracked();
        let last = n.checked_sub(1)?;
        let now = self.current_index();
        let window = i64::try_from(self.window_rows().max(2) - 1).unwrap_or(1);
        let moved = |by: i64| match (now, self.was_at.get_value()) {
            (Some(now), _) => now.saturating_add_signed(isize::try_from(by).unwrap_or_default()).min(last),
            // The next one stands where the one that left the list stood.
            (None, Some(was_at)) => {
                let by = if by > 0 { by - 1 } else { by };
                was_at.saturating_add_signed(isize::try_from(by).unwrap_or_default()).min(last)
            }
            (None, None) => 0,
        };
        let index = match step {
            Step::Rows(by) => moved(by),
            Step::Windows(by) => moved(by.saturating_mul(window)),
            Step::First => 0,
            Step::Last => last,
        };
        let id = self.id_at(index)?;
        self.focused(id);
        self.bring_into_view(index);
        focus_soon(id);
        Some(id)
    }

    /// A row has the focus.
    fn focused(self, id: i64) {
        self.board.focused.set(Some(id));
        if let Some(index) = self.index_of(id) {
            self.was_at.set_value(Some(index));
        }
    }

    /// The finding that has the focus, else the open one.
    pub(super) fn current(self) -> Option<i64> {
        self.board.focused.get_untracked().or_else(|| self.query.with_untracked(|query| query.finding))
    }

    /// Gives the focus back to the row that has been looked at.
    pub(super) fn refocus(self) {
        if let Some(id) = self.current() {
            focus_soon(id);
        }
    }

    fn current_index(self) -> Option<usize> {
        self.index_of(self.current()?)
    }

    /// The row that shows a finding, if the list has it.
    fn index_of(self, id: i64) -> Option<usize> {
        let place = self.board.with(|columns| columns.place(id))?;
        self.answer.with_untracked(|answer| answer.as_ref()?.0.places.iter().position(|&other| other == place))
    }

    fn n_untracked(self) -> usize {
        self.answer.with_untracked(|answer| answer.as_ref().map_or(0, |answer| answer.0.places.len()))
    }

    fn n(self) -> usize {
        self.answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.0.places.len()))
    }

    fn id_at(self, index: usize) -> Option<i64> {
        let place = self.answer.with_untracked(|answer| answer.as_ref()?.0.places.get(index).copied())?;
        untrack(|| self.board.with(|columns| columns.id(place)))
    }

    /// How many whole rows the window shows.
    fn window_rows(self) -> usize {
        let height = self.rows.get_untracked().map_or(0.0, |rows| f64::from(rows.client_height()) - HEAD_PX);
        whole(height / self.row_px.get_untracked())
    }

    /// Scrolls as little as shows the row whole.
    fn bring_into_view(self, index: usize) {
        let Some(rows) = self.rows.get_untracked() else { return };
        let (row_px, height) = (self.row_px.get_untracked(), f64::from(rows.client_height()));
        #[expect(clippy::cast_precision_loss, reason = "a list has fewer than 2^52 rows")]
        let row_at = index as f64 * row_px;
        let scrolled = f64::from(rows.scroll_top());
        // The head covers the first part of the window.
        let to = if row_at < scrolled {
            row_at
        } else if row_at + row_px > scrolled + height - HEAD_PX {
            row_at + row_px - height + HEAD_PX
        } else {
            return;
        };
        rows.set_scroll_top(pixels(to));
        self.scrolled(&rows);
    }

    /// Reads what the window shows now.
    fn scrolled(self, rows: &HtmlElement) {
        let row_px = self.row_px.get_untracked();
        self.scrolled_px.set_value(rows.scroll_top());
        let first = whole(f64::from(self.scrolled_px.get_value()) / row_px);
        self.top.set((first / STEP_ROWS * STEP_ROWS).saturating_sub(SPARE_ROWS));
        let pool = whole(f64::from(rows.client_height()) / row_px) + 1 + STEP_ROWS + 2 * SPARE_ROWS;
        // It only grows: a window that is made small and large again finds its rows.
        if pool > self.pool.get_untracked() {
            self.pool.set(pool);
        }
    }

    fn measure(self) {
        let Some(rows) = self.rows.get_untracked() else { return };
        let row = rows.query_selector("tbody tr.row").ok().flatten();
        let height = row.map_or(0.0, |row| row.get_bounding_client_rect().height());
        if height > 1.0 {
            self.row_px.set(height);
        }
        self.scrolled(&rows);
    }
}

/// The height of the head \[px\]; style/findings.css sets it.
const HEAD_PX: f64 = 32.0;

/// The whole part of a number of rows; 0 for what is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
fn whole(rows: f64) -> usize {
    rows.clamp(0.0, 1e9) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
fn pixels(px: f64) -> i32 {
    px.clamp(0.0, 1e9) as i32
}

/// Gives a row the focus: at once when it exists, else once the change that brings it here is painted.
fn focus_soon(id: i64) {
    if !focus(id) {
        request_animation_frame(move || {
            focus(id);
        });
    }
}

fn focus(id: i64) -> bool {
    let link = document().query_selector(&format!("#f{id} a")).ok().flatten();
    link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).is_some_and(|link| link.focus().is_ok())
}

/// The list.
pub(super) fn grid(grid: Grid, layout: Layout, open: Memo<Option<i64>>) -> impl IntoView {
    let Grid { board, answer, query, rows, top, pool, row_px, .. } = grid;
    let n = Memo::new(move |_| grid.n());
    let first = Memo::new(move |_| top.get().min(n.get().saturating_sub(pool.get())));
    let list = Memo::new(move |_| query.with(|query| write(&query.list())));
    // The row that Tab comes to: the one with the focus, else the first that exists.
    let tab_stop = Memo::new(move |_| {
        let focused = board.focused.get();
        let place = focused.and_then(|id| board.with(|columns| columns.place(id)));
        answer.with(|answer| {
            let places = &answer.as_ref()?.0.places;
            let shown = places.get(first.get()..places.len().min(first.get() + pool.get()))?;
            let stop = place.filter(|place| shown.contains(place)).or_else(|| shown.first().copied())?;
            board.with(|columns| columns.id(stop))
        })
    });
    begin_at_page(grid);
    Effect::new(move || {
        let resized = window_event_listener(leptos::ev::resize, move |_| grid.measure());
        // On paper there is no window: what is printed has to exist.
        let prints = window_event_listener(Custom::<Event>::new("beforeprint"), move |_| {
            top.set(0);
            pool.set(n.get_untracked().min(PRINTED_ROWS));
        });
        let printed = window_event_listener(Custom::<Event>::new("afterprint"), move |_| {
            pool.set(0);
            grid.measure();
        });
        on_cleanup(move || {
            resized.remove();
            prints.remove();
            printed.remove();
        });
    });
    // Another list begins at its top, unless it is one that somebody comes back to.
    Effect::new(move |before: Option<String>| {
        let now = list.get();
        if before.as_ref().is_some_and(|before| *before != now)
            && let Some(rows) = rows.get_untracked()
        {
            let to = untrack(|| remembered(&now)).unwrap_or(0);
            // Most lists begin where the one before was left: at the top.
            if to != grid.scrolled_px.get_value() {
                rows.set_scroll_top(to);
                grid.scrolled(&rows);
            }
        }
        now
    });
    let below = NodeRef::<Tr>::new();
    show_rows(grid, first, list, open, tab_stop, below);
    // Written down when the scrolling rests: the storage of the browser is slow.
    let mut rested = debounce(SCROLL_RESTS, move |top: i32| {
        let _ = list.try_with_untracked(|list| keep_in_mind(list, top));
    });
    let scrolled = move |_| {
        if let Some(rows) = rows.get_untracked() {
            grid.scrolled(&rows);
            rested(grid.scrolled_px.get_value());
        }
    };
    let on_focus = move |event: web_sys::FocusEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(id) = target.as_ref().and_then(id_of) {
            grid.focused(id);
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "a list has fewer than 2^52 rows")]
    let high = move |n_rows: usize| format!("{}px", n_rows as f64 * row_px.get());
    let above_px = move || high(first.get());
    let below_px = move || high(n.get().saturating_sub(first.get() + pool.get()));
    let heads = TALK.into_iter().chain(ADDED).map(|head| head_cell(head, query, layout)).collect_view();
    view! {
        <div class="rows" node_ref=rows tabindex="-1" on:scroll=scrolled>
            <table
                class=move || classes(layout) + if board.may_triage().get() { "" } else { " no-c-mark" }
                role="grid"
                aria-label="Findings"
                aria-rowcount=move || n.get() + 1
                aria-multiselectable=move || board.may_triage().get().then_some("true")
            >
                <thead><tr aria-rowindex="1"><th scope="col" class="c-mark"><span class="unseen">"Selected"</span></th>{heads}</tr></thead>
                // The rows come between the two by hand.
                <tbody
                    on:focusin=on_focus
                    on:mousedown=move |press| grid.pressed(&press)
                    on:click=move |click| grid.clicked(&click)
                >
                    <tr class="spacer" aria-hidden="true"><td style:height=above_px></td></tr>
                    <tr class="spacer" aria-hidden="true" node_ref=below><td style:height=below_px></td></tr>
                </tbody>
            </table>
        </div>
    }
}

/// Keeps the rows that exist in step with the list, and the focus with the finding that has it.
fn show_rows(
    grid: Grid,
    first: Memo<usize>,
    list: Memo<String>,
    open: Memo<Option<i64>>,
    tab_stop: Memo<Option<i64>>,
    below: NodeRef<Tr>,
) {
    let Grid { board, answer, pool, .. } = grid;
    let exist = StoredValue::new_local(Rows::default());
    Effect::new(move || {
        let Some(below) = below.get() else { return };
        let (first, pool) = (first.get(), pool.get());
        let (open, tab_stop) = (open.get(), tab_stop.get());
        let may_select = board.may_triage().get();
        let (selection, list) = (board.selection.read(), list.read());
        let list = if list.is_empty() { "?".to_owned() } else { format!("?{}&", *list) };
        let shown = |finding: domain::triage::FindingRow| Shown {
            href: format!("{list}finding={}", finding.id),
            open: open == Some(finding.id),
            selected: may_select.then(|| selection.holds(finding.id)),
            tab_stop: tab_stop == Some(finding.id),
            finding,
        };
        let shown: Vec<Shown> = answer.with(|answer| {
            let places = answer.as_ref().map_or(&[][..], |answer| &answer.0.places);
            let places = places.iter().skip(first).take(pool);
            board.with(|columns| places.map(|&place| shown(columns.row(place))).collect())
        });
        let focused = document().active_element().as_ref().and_then(id_of);
        exist.update_value(|rows| rows.show(first, shown, &below));
        // A row that scrolls away under the focus gives it to the list, so that the keys go on from there; one that was only
        // moved has it again.
        if let Some(id) = focused
            && document().active_element().as_ref().and_then(id_of) != Some(id)
            && !focus(id)
            && let Some(rows) = grid.rows.get_untracked()
        {
            let _ = rows.focus();
        }
    });
}

/// The finding of the row that an element is in.
fn id_of(element: &Element) -> Option<i64> {
    element.closest("tr.row").ok()??.id().strip_prefix('f')?.parse().ok()
}

/// The page of the address, which is where the list of the server began, is where this one begins.
fn begin_at_page(grid: Grid) {
    Effect::new(move |begun: Option<bool>| {
        let rows = grid.rows.get().filter(|_| begun != Some(true));
        let Some(rows) = rows else { return begun == Some(true) };
        grid.measure();
        let (page, list) = grid.query.with_untracked(|query| (query.page, write(&query.list())));
        let top = match remembered(&list) {
            Some(top) => top,
            #[expect(clippy::cast_precision_loss, reason = "a page has fewer than 2^52 rows before it")]
            None => pixels(((page - 1) * PAGE_ROWS) as f64 * grid.row_px.get_untracked()),
        };
        rows.set_scroll_top(top);
        // The rows that exist first are the ones of an unscrolled list; measure again once they are there.
        grid.scrolled(&rows);
        request_animation_frame(move || {
            if grid.rows.try_get_untracked().flatten().is_some() {
                grid.measure();
                if let Some(index) = grid.query.with_untracked(|query| query.finding).and_then(|_| grid.current_index())
                {
                    grid.bring_into_view(index);
                }
            }
        });
        true
    });
}

/// The place in the storage of the browser's tab.
const SCROLLED: &str = "shiftdesk-scrolled";

/// Where this list was scrolled to, if it is the one that was scrolled last.
fn remembered(list: &str) -> Option<i32> {
    let kept = window().session_storage().ok().flatten()?.get_item(SCROLLED).ok().flatten()?;
    let (top, of) = kept.split_once(' ')?;
    (of == list).then(|| top.parse().ok()).flatten()
}

fn keep_in_mind(list: &str, top: i32) {
    if let Some(storage) = window().session_storage().ok().flatten() {
        // A full or forbidden storage forgets; the list then begins at its top.
        let _ = storage.set_item(SCROLLED, &format!("{top} {list}"));
    }
}

fn head_cell(head: Head, query: Memo<TriageQuery>, layout: Layout) -> impl IntoView {
    let Head { column, label, class } = head;
    let sorted = move || {
        query.with(|query| query.direction(column).map(|sort| if sort.descending { "descending" } else { "ascending" }))
    };
    let nth = move || {
        query.with(|query| {
            let nth = query.order.iter().position(|sort| sort.column == column).filter(|_| query.order.len() > 1)?;
            Some(view! { <span class="nth">{nth + 1}</span> })
        })
    };
    let navigate = use_navigate();
    let with_shift = move |click: MouseEvent| {
        if click.shift_key() {
            click.prevent_default();
            let also = query.with_untracked(|query| query.sorted_also_by(column).href());
            navigate(&also, NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    let href = move || query.with(|query| query.sorted_by(column).href());
    view! {
        <th scope="col" class=class aria-label=label aria-sort=sorted style:width=move || layout.width_px(column).map(|px| format!("{px}px"))>
            <a href=href data-noscroll="" title="With Shift: sort by this as well" on:click=with_shift>{label}{nth}</a>
            {edge(layout, head)}
        </th>
    }
}

/// What stands after the type of a finding that is not open.
pub(super) fn state_word(state: State) -> Option<String> {
    match state {
        State::Open => None,
        State::ResolvedByTheLog => Some(" resolved".to_owned()),
        other => Some(format!(" {}", other.label().to_lowercase())),
    }
}
