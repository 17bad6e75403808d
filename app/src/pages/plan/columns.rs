//! Which columns the lists have and how wide they are: a menu of them, and edges of their heads that can be drawn.
//!
//! All sections have the same columns. The heads are filled by hand, as their rows are: the widths are set on them, and how much
//! narrower or wider that makes the lists is said to the style.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use leptos::ev::{self, PointerEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::list::COLUMNS;
use crate::components::layout::{Layout, NARROWEST_PX, WIDEST_PX};

/// The class of the warnings, and the width that the style reckons with \[px\]: where there is more room, they take it.
const WARNINGS: &str = "warnings";
const WARNINGS_PX: i32 = 118;

/// What the reader made of the columns, and how wide they come \[px\], once that has been seen.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    layout: Layout<Which>,
    comes_px: RwSignal<BTreeMap<Which, i32>>,
}

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

    /// How the style reckons with it: all columns have room on a wide screen, few beside an open block or in a small window, and on
    /// a phone the warnings go as well.
    fn room(self) -> &'static str {
        match COLUMNS[self.0].1 {
            WARNINGS => "--narrower-of-warnings",
            classes if classes.split(' ').any(|class| class == "w") => "--narrower-of-many",
            _ => "--narrower-of-few",
        }
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

impl Columns {
    /// As they were left.
    pub(super) fn new() -> Self {
        Self { layout: Layout::new("shiftdesk-plan-columns", &[]), comes_px: RwSignal::default() }
    }

    /// The classes of lists that hide what is hidden.
    pub(super) fn classes(self) -> String {
        let hidden = Which::all().filter(|&column| self.layout.hides(column));
        hidden.map(|column| format!(" no-{}", column.class())).collect()
    }

    /// How wide a column is, or would be if it were shown \[px\].
    fn width_px(self, column: Which) -> Option<i32> {
        let comes = || self.comes_px.with(|comes| comes.get(&column).copied());
        self.layout.width_px(column).or_else(comes)
    }

    /// Gives the heads of all sections their widths and their edges, and the lists the room that this takes.
    pub(super) fn apply(self) {
        let page = document();
        let Some(lists) = page.query_selector("#plan .plan-lists").ok().flatten() else { return };
        let mut comes = self.comes_px.get_untracked();
        let mut narrower =
            BTreeMap::from(["--narrower-of-many", "--narrower-of-few", "--narrower-of-warnings"].map(|room| (room, 0)));
        for column in Which::all() {
            let heads = page.query_selector_all(&format!("#plan .of-array thead .{}", column.class()));
            let Ok(heads) = heads else { return };
            let width = self.layout.width_px(column);
            for head in (0..heads.length()).filter_map(|nth| heads.item(nth)?.dyn_into::<HtmlElement>().ok()) {
                edge_of(&head, column);
                // What it is by itself is seen before it is anything else.
                comes.entry(column).or_insert_with(|| px_of(&head));
                let style = head.style();
                let _ = match width {
                    Some(px) => style.set_property("width", &format!("{px}px")),
                    None => style.remove_property("width").map(|_| ()),
                };
            }
            let reckoned = comes.get(&column).copied().unwrap_or_default();
            let reckoned = if column.class() == WARNINGS { WARNINGS_PX } else { reckoned };
            let is = if self.layout.hides(column) { 0 } else { width.unwrap_or(reckoned) };
            *narrower.entry(column.room()).or_default() += reckoned - is;
        }
        if let Some(lists) = lists.dyn_ref::<HtmlElement>() {
            for (room, px) in narrower {
                let _ = lists.style().set_property(room, &format!("{px}px"));
            }
        }
        if self.comes_px.with_untracked(|before| *before != comes) {
            self.comes_px.set(comes);
        }
    }

    /// Which columns there are, as boxes to tick with their widths, and the way back.
    pub(super) fn menu(self) -> AnyView {
        let layout = self.layout;
        let lines = Which::all().map(|column| {
            let shown = move || !layout.hides(column);
            let toggle = move |_| layout.toggle(column);
            let width = move || self.width_px(column).map(|px| px.to_string()).unwrap_or_default();
            let widen = move |event: web_sys::Event| {
                let field = event.target().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
                let Some(field) = field else { return };
                // Nothing is as wide as it comes.
                layout.set_width_px(column, field.value().parse().ok());
                field.set_value(&untrack(width));
            };
            view! {
                <li>
                    <label><input type="checkbox" prop:checked=shown on:change=toggle />{column.label()}</label>
                    <input
                        type="number"
                        class="short"
                        min=NARROWEST_PX
                        max=WIDEST_PX
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

    /// Draws the edges that a pointer takes.
    pub(super) fn listen(self) {
        thread_local! {
            /// The column whose edge was taken, where the pointer was, and how wide it was then.
            static TAKEN: Cell<Option<(Which, i32, i32)>> = const { Cell::new(None) };
        }
        let down = window_event_listener(ev::pointerdown, |event: PointerEvent| {
            let edge = event.target().and_then(|edge| edge.dyn_into::<Element>().ok());
            let Some(edge) = edge.filter(|_| event.button() == 0) else { return };
            let column = edge.get_attribute("data-column").and_then(|class| class.parse::<Which>().ok());
            let Some((column, head)) = column.zip(edge.parent_element()) else { return };
            event.prevent_default();
            TAKEN.set(Some((column, event.client_x(), px_of(&head))));
            // Without it a fast pointer leaves the edge behind; the drag then ends early.
            let _ = edge.set_pointer_capture(event.pointer_id());
        });
        let moved = window_event_listener(ev::pointermove, move |event| match TAKEN.get() {
            // A menu of the system may have taken the release of the button.
            Some(_) if event.buttons() == 0 => TAKEN.set(None),
            Some((column, x, px)) => self.layout.set_width_px(column, Some(px + event.client_x() - x)),
            None => {}
        });
        let up = window_event_listener(ev::pointerup, |_| TAKEN.set(None));
        let lost = window_event_listener(ev::pointercancel, |_| TAKEN.set(None));
        // They last as long as the page.
        std::mem::forget((down, moved, up, lost));
    }
}

/// Opens the menu.
pub(super) fn button() -> AnyView {
    view! { <button type="button" class="quiet" popovertarget="plan-columns">"Columns"</button> }.into_any()
}

/// How wide a head is \[px\]; of one that is not shown, what its style says.
fn px_of(head: &Element) -> i32 {
    let style = window().get_computed_style(head).ok().flatten();
    let width = style.and_then(|style| style.get_property_value("width").ok()).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    width.strip_suffix("px").and_then(|px| px.parse::<f64>().ok()).map_or(0, |px| px.round() as i32)
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
