//! Which columns the lists have and how wide they are: a menu of them, and edges of their heads that can be drawn.
//!
//! All sections have the same columns. The heads are filled by hand, as their rows are: the widths are set on them, and how much
//! narrower or wider that makes the lists is said to the style.

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;

use leptos::ev::{self, PointerEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::list::COLUMNS;
use crate::components::layout::{self, NARROWEST_PX, WIDEST_PX};

/// What the reader made of the columns.
pub(super) type Layout = layout::Layout<Which>;

/// A column of the lists, by its place in [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Which(usize);

impl Which {
    /// All that can be hidden and have a width of their own. The name of the block has the rest of the room; the rank in a pinned
    /// list is there when a list is pinned.
    fn all() -> impl Iterator<Item = Self> {
        let fixed = |&nth: &usize| !matches!(COLUMNS[nth].1, "sb") && COLUMNS[nth].0 != "Pinned";
        (0..COLUMNS.len()).filter(fixed).map(Self)
    }

    const fn label(self) -> &'static str {
        COLUMNS[self.0].0
    }

    /// The class that no other column has.
    fn class(self) -> &'static str {
        let classes = COLUMNS[self.0].1;
        classes.split(' ').find(|class| class.starts_with("c-")).unwrap_or(classes)
    }

    /// Whether it goes where the room is needed for something else.
    fn gives_way(self) -> bool {
        COLUMNS[self.0].1.split(' ').any(|class| class == "w")
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class())
    }
}

impl FromStr for Which {
    type Err = ();
    fn from_str(class: &str) -> Result<Self, ()> {
        Self::all().find(|column| column.class() == class).ok_or(())
    }
}

/// The columns as they were left.
pub(super) fn layout() -> Layout {
    Layout::new("shiftdesk-plan-columns", &[])
}

/// The classes of lists that hide what is hidden.
pub(super) fn classes(layout: Layout) -> String {
    Which::all().filter(|&column| layout.hides(column)).map(|column| format!(" no-{}", column.class())).collect()
}

/// Opens the menu.
pub(super) fn button() -> AnyView {
    view! { <button type="button" class="quiet" popovertarget="plan-columns">"Columns"</button> }.into_any()
}

/// Which columns there are, as boxes to tick with their widths, and the way back.
pub(super) fn menu(layout: Layout) -> AnyView {
    let lines = Which::all().map(|column| {
        let shown = move || !layout.hides(column);
        let toggle = move |_| layout.toggle(column);
        let width = move || layout.width_px(column).map(|px| px.to_string()).unwrap_or_default();
        let widen = move |event: web_sys::Event| {
            let field = event.target().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
            if let Some(px) = field.and_then(|field| field.value().parse::<i32>().ok()) {
                layout.widen(column, px - layout.width_px(column).unwrap_or(px), px);
            }
        };
        view! {
            <li>
                <label><input type="checkbox" prop:checked=shown on:change=toggle />{column.label()}</label>
                <input
                    type="number"
                    class="short"
                    min=NARROWEST_PX
                    max=WIDEST_PX
                    step="10"
                    placeholder="px"
                    aria-label=format!("Width of {} [px]", column.label())
                    prop:value=width
                    on:change=widen
                />
            </li>
        }
    });
    view! {
        <div id="plan-columns" class="columns" popover="auto" role="dialog" aria-label="Columns">
            <ul>{lines.collect_view()}</ul>
            <button on:click=move |_| layout.reset()>"Reset"</button>
        </div>
    }
    .into_any()
}

/// How wide a column comes \[px\]: what its style says, whether or not it is shown.
fn comes_px(head: &Element) -> i32 {
    let style = window().get_computed_style(head).ok().flatten();
    let width = style.and_then(|style| style.get_property_value("width").ok()).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    width.strip_suffix("px").and_then(|px| px.parse::<f64>().ok()).map_or(0, |px| px.round() as i32)
}

/// Gives the heads of all sections their widths and their edges, and the lists the room that this takes.
pub(super) fn apply(layout: Layout) {
    let page = document();
    let Some(lists) = page.query_selector("#plan .plan-lists").ok().flatten() else { return };
    let (mut narrower, mut narrower_of_few) = (0, 0);
    for column in Which::all() {
        let (hidden, width) = (layout.hides(column), layout.width_px(column));
        let Ok(heads) = page.query_selector_all(&format!("#plan .of-array thead .{}", column.class())) else { return };
        let mut comes = 0;
        for nth in 0..heads.length() {
            let Some(head) = heads.item(nth).and_then(|head| head.dyn_into::<HtmlElement>().ok()) else { continue };
            edge_of(&head, column);
            let style = head.style();
            // What it is by itself can only be seen without.
            let _ = style.remove_property("width");
            if nth == 0 && (hidden || width.is_some()) {
                comes = comes_px(&head);
            }
            if let Some(px) = width {
                let _ = style.set_property("width", &format!("{px}px"));
            }
        }
        let less = if hidden { comes } else { comes - width.unwrap_or(comes) };
        narrower += less;
        narrower_of_few += if column.gives_way() { 0 } else { less };
    }
    if let Some(lists) = lists.dyn_ref::<HtmlElement>() {
        for (name, px) in [("--narrower", narrower), ("--narrower-of-few", narrower_of_few)] {
            let _ = lists.style().set_property(name, &format!("{px}px"));
        }
    }
}

/// The right edge of a head, for a pointer; who has none finds the widths in the menu.
fn edge_of(head: &HtmlElement, column: Which) {
    if head.query_selector(".edge").ok().flatten().is_none()
        && let Ok(edge) = document().create_element("span")
    {
        edge.set_class_name("edge");
        let _ = edge.set_attribute("data-column", column.class());
        let _ = edge.set_attribute("aria-hidden", "true");
        let _ = head.append_child(&edge);
    }
}

/// Draws the edges that a pointer takes.
pub(super) fn listen(layout: Layout) {
    thread_local! {
        /// The column whose edge is drawn, and where the pointer was last.
        static DRAWN: Cell<Option<(Which, i32)>> = const { Cell::new(None) };
    }
    let column_of = |event: &PointerEvent| {
        let edge = event.target()?.dyn_into::<Element>().ok()?;
        let column = edge.get_attribute("data-column")?.parse::<Which>().ok()?;
        Some((edge, column))
    };
    let down = window_event_listener(ev::pointerdown, move |event| {
        let Some((edge, column)) = column_of(&event) else { return };
        event.prevent_default();
        let width_px = edge.parent_element().map_or(NARROWEST_PX, |head| comes_px(&head));
        layout.widen(column, 0, width_px);
        DRAWN.set(Some((column, event.client_x())));
        // Without it a fast pointer leaves the edge behind; the drag then ends early.
        let _ = edge.set_pointer_capture(event.pointer_id());
    });
    let moved = window_event_listener(ev::pointermove, move |event| {
        if let Some((column, before)) = DRAWN.get() {
            layout.widen(column, event.client_x() - before, NARROWEST_PX);
            DRAWN.set(Some((column, event.client_x())));
        }
    });
    let up = window_event_listener(ev::pointerup, move |_| DRAWN.set(None));
    let lost = window_event_listener(ev::pointercancel, move |_| DRAWN.set(None));
    // They last as long as the page.
    std::mem::forget((down, moved, up, lost));
}
