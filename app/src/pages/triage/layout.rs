//! The columns of the list: their heads, a menu of which are shown, and edges to make them wider.

use domain::triage::order::Column;
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::Element;

use crate::components::layout::{self, NARROWEST_PX, WIDEST_PX};

/// What the reader made of the columns.
pub(super) type Layout = layout::Layout<Column>;

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

const HIDDEN_AT_FIRST: [Column; ADDED.len()] = [ADDED[0].column, ADDED[1].column, ADDED[2].column];

/// How much a key changes a width \[px\].
const STEP_PX: i32 = 10;

/// The columns as they were left.
pub(super) fn layout() -> Layout {
    Layout::new("shiftdesk-columns", &HIDDEN_AT_FIRST)
}

/// The classes of a table that hides what is hidden.
pub(super) fn classes(layout: Layout) -> String {
    let hidden = TALK.iter().chain(&ADDED).filter(|head| layout.hides(head.column));
    hidden.fold("findings".to_owned(), |classes, head| format!("{classes} no-{}", head.class))
}

/// Which columns there are, as boxes to tick, and the way back.
pub(super) fn columns_menu(layout: Layout) -> impl IntoView {
    let boxes = TALK.into_iter().chain(ADDED).filter(|head| head.column != Column::End).map(
        |Head { column, label, .. }| {
            let shown = move || !layout.hides(column);
            let toggle = move |_| layout.toggle(column);
            view! { <li><label><input type="checkbox" prop:checked=shown on:change=toggle />{label}</label></li> }
        },
    );
    let reset = move |_| layout.reset();
    view! {
        <div id="columns" class="columns" popover="auto" role="dialog" aria-label="Columns">
            <ul>{boxes.collect_view()}</ul>
            <button on:click=reset>"Reset"</button>
        </div>
    }
}

/// The right edge of a head: drag it, or press the arrow keys on it.
pub(super) fn edge(layout: Layout, Head { column, label, .. }: Head) -> impl IntoView {
    // Where the pointer took the edge, and how wide the column was then.
    let taken = StoredValue::new(None::<(i32, i32)>);
    let width_of = |edge: Option<Element>| {
        edge.and_then(|edge| edge.closest("th").ok().flatten()).map_or(100, |head| head.client_width())
    };
    let target = |event: &web_sys::Event| event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.prevent_default();
        let edge = target(&event);
        taken.set_value(Some((event.client_x(), width_of(edge.clone()))));
        if let Some(edge) = edge {
            // Without it a fast pointer leaves the edge behind; the drag then ends early.
            let _ = edge.set_pointer_capture(event.pointer_id());
        }
    };
    let moved = move |event: PointerEvent| {
        match taken.get_value() {
            // A menu of the system may have taken the release of the button.
            Some(_) if event.buttons() == 0 => taken.set_value(None),
            Some((x, px)) => layout.set_width_px(column, Some(px + event.client_x() - x)),
            None => {}
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
        let px = layout.width_px(column).unwrap_or_else(|| width_of(target(&event)));
        layout.set_width_px(column, Some(px + by));
    };
    view! {
        <span
            class="edge"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=format!("Width of {label}")
            aria-valuenow=move || layout.width_px(column).unwrap_or(100)
            aria-valuemin=NARROWEST_PX
            aria-valuemax=WIDEST_PX
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| taken.set_value(None)
            on:keydown=key
        ></span>
    }
}
