//! Which columns the list has and how wide they are: the reader's own, kept in their browser.

use std::collections::{BTreeMap, BTreeSet};

use domain::triage::order::Column;
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, Storage};

/// A column of the list: what it is sorted by, its head exactly as the talk has it, the class of its cells.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) column: Column,
    pub(super) label: &'static str,
    pub(super) class: &'static str,
}

const fn head(column: Column, label: &'static str, class: &'static str) -> Head {
    Head { column, label, class }
}

/// The columns of the talk.
pub(super) const TALK: [Head; 8] = [
    head(Column::End, "END_TIME", "c-end"),
    head(Column::Class, "CLASS", "c-class"),
    head(Column::Kind, "TYPE", "c-type"),
    head(Column::Tags, "TAGS", "c-tags"),
    head(Column::Duration, "TIME_DURATION [hrs]", "c-duration"),
    head(Column::Comment, "Comments", "c-comments"),
    head(Column::Priority, "Priority", "c-priority"),
    head(Column::Family, "Array Family", "c-family"),
];

/// What triage adds to them; hidden until somebody wants them.
pub(super) const ADDED: [Head; 3] = [
    head(Column::State, "State", "c-state"),
    head(Column::Assignee, "Assignee", "c-assignee"),
    head(Column::Shift, "Shift", "c-shift"),
];

/// The place in the browser's storage.
const KEY: &str = "shiftdesk-columns";
/// A narrower column shows nothing \[px\].
const NARROWEST_PX: i32 = 40;
/// How much a key changes a width \[px\].
const STEP_PX: i32 = 10;

/// What the reader made of the columns.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    hidden: RwSignal<BTreeSet<Column>>,
    /// In pixels, where somebody changed it.
    widths: RwSignal<BTreeMap<Column, i32>>,
}

impl Layout {
    /// As it was left, in the browser; as it comes, on the server.
    pub(super) fn new() -> Self {
        let hidden = ADDED.iter().map(|head| head.column).collect();
        let layout = Self { hidden: RwSignal::new(hidden), widths: RwSignal::default() };
        Effect::new(move |before: Option<()>| {
            // Read before anything else: what an effect has not looked at does not call it again.
            let text = layout.written();
            if before.is_none() {
                if let Some(text) = storage().and_then(|storage| storage.get_item(KEY).ok().flatten()) {
                    layout.read(&text);
                }
                return;
            }
            if let Some(storage) = storage() {
                // A full or forbidden storage forgets; nothing else depends on it.
                let _ = storage.set_item(KEY, &text);
            }
        });
        layout
    }

    /// `end:160 -tags`: the widths, and what is hidden. All of it, so that what is hidden at first can be shown.
    fn written(self) -> String {
        let hidden = self.hidden.get().into_iter().map(|column| format!("-{column}"));
        let widths = self.widths.get().into_iter().map(|(column, px)| format!("{column}:{px}"));
        hidden.chain(widths).collect::<Vec<_>>().join(" ")
    }

    fn read(self, text: &str) {
        let (mut hidden, mut widths) = (BTreeSet::new(), BTreeMap::new());
        for word in text.split(' ') {
            if let Some(column) = word.strip_prefix('-').and_then(|column| column.parse::<Column>().ok()) {
                hidden.insert(column);
            } else if let Some((column, px)) = word.split_once(':')
                && let (Ok(column), Ok(px)) = (column.parse::<Column>(), px.parse::<i32>())
            {
                widths.insert(column, px.clamp(NARROWEST_PX, 2_000));
            }
        }
        self.hidden.set(hidden);
        self.widths.set(widths);
    }

    /// The classes of a table that hides what is hidden.
    pub(super) fn classes(self) -> String {
        let hidden = self.hidden.get();
        let heads = TALK.iter().chain(&ADDED).filter(|head| hidden.contains(&head.column));
        heads.fold("findings".to_owned(), |classes, head| format!("{classes} no-{}", head.class))
    }

    /// The width of a column, where somebody changed it.
    pub(super) fn width(self, column: Column) -> Option<String> {
        self.widths.with(|widths| widths.get(&column).map(|px| format!("{px}px")))
    }

    fn widen(self, column: Column, by_px: i32, from_px: i32) {
        self.widths.update(|widths| {
            let width = widths.entry(column).or_insert(from_px);
            *width = (*width + by_px).clamp(NARROWEST_PX, 2_000);
        });
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Which columns there are, as boxes to tick, and the way back.
pub(super) fn columns_menu(layout: Layout) -> impl IntoView {
    let boxes = TALK.into_iter().chain(ADDED).filter(|head| head.column != Column::End).map(
        |Head { column, label, .. }| {
            let shown = move || layout.hidden.with(|hidden| !hidden.contains(&column));
            let toggle = move |_| {
                layout.hidden.update(|hidden| {
                    if !hidden.remove(&column) {
                        hidden.insert(column);
                    }
                });
            };
            view! { <li><label><input type="checkbox" prop:checked=shown on:change=toggle />{label}</label></li> }
        },
    );
    let reset = move |_| {
        layout.hidden.set(ADDED.iter().map(|head| head.column).collect());
        layout.widths.set(BTreeMap::new());
    };
    view! {
        <div id="columns" class="columns" popover="auto" role="dialog" aria-label="Columns">
            <ul>{boxes.collect_view()}</ul>
            <button on:click=reset>"Reset"</button>
        </div>
    }
}

/// The right edge of a head: drag it, or press the arrow keys on it.
pub(super) fn edge(layout: Layout, Head { column, label, .. }: Head) -> impl IntoView {
    let from = RwSignal::new(None::<i32>);
    let width_of = |edge: Option<Element>| {
        edge.and_then(|edge| edge.closest("th").ok().flatten()).map_or(100, |head| head.client_width())
    };
    let target = |event: &web_sys::Event| event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    let down = move |event: PointerEvent| {
        event.prevent_default();
        let edge = target(&event);
        layout.widen(column, 0, width_of(edge.clone()));
        from.set(Some(event.client_x()));
        if let Some(edge) = edge {
            // Without it a fast pointer leaves the edge behind; the drag then ends early.
            let _ = edge.set_pointer_capture(event.pointer_id());
        }
    };
    let moved = move |event: PointerEvent| {
        if let Some(before) = from.get_untracked() {
            layout.widen(column, event.client_x() - before, 100);
            from.set(Some(event.client_x()));
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -STEP_PX,
            "ArrowRight" => STEP_PX,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        layout.widen(column, by, width_of(target(&event)));
    };
    view! {
        <span
            class="edge"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=format!("Width of {label}")
            aria-valuenow=move || layout.widths.with(|widths| widths.get(&column).copied().unwrap_or(100))
            aria-valuemin=NARROWEST_PX
            aria-valuemax="2000"
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| from.set(None)
            on:keydown=key
        ></span>
    }
}
