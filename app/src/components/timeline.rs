//! The shift timeline in a page: the drawing of `charts`, which can be zoomed and moved, a crosshair that tells what is under it,
//! the sums of the lanes, and a table that says the same.
//!
//! Without JavaScript it is the drawing of the whole shift, whose findings are links.

mod cursor;
pub mod cut;
mod hand;
mod sums;
pub mod zoom;

use std::sync::Arc;

use charts::shift_timeline::{Mark, Shown, Size, svg};
use domain::ledger::Owner;
use domain::shift_view::ShiftView;
use domain::time::Span;
use leptos::ev::MouseEvent;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::Element;

use cursor::Cursor;
use cut::Cutting;
use hand::Hand;
use sums::sums;
use zoom::{Zoom, tools};

/// The width the server draws in \[px\]; the browser draws again in the width there is.
const SERVER_WIDTH_PX: u32 = 528;

/// A shift with the findings in it.
#[component]
pub fn Timeline(
    /// The shift.
    view: ShiftView,
    /// A few words about it.
    about: String,
    /// What was found in it.
    marks: Memo<Arc<[Mark]>>,
    /// Which part of it is shown.
    zoom: Zoom,
    /// Where the chosen finding is about to be cut.
    cutting: Cutting,
) -> impl IntoView {
    let sums = sums(&view);
    let plot = Plot::new(view, marks, zoom, cutting);
    view! {
        <div class="timeline">
            <div class="head"><p class="hint">{about}</p>{tools(plot)}</div>
            {drawing(plot)}
            {cut::words(plot)}
            {sums}
        </div>
    }
    .into_any()
}

/// The drawing with all that is laid over it.
#[derive(Clone, Copy)]
struct Plot {
    view: StoredValue<ShiftView>,
    marks: Memo<Arc<[Mark]>>,
    zoom: Zoom,
    cutting: Cutting,
    size: Memo<Size>,
    frame: NodeRef<Div>,
    /// What is under the pointer, the finger or the arrow keys.
    cursor: RwSignal<Option<Cursor>>,
    hand: StoredValue<Hand>,
    /// Whether scripts run here.
    alive: RwSignal<bool>,
}

impl Plot {
    fn new(view: ShiftView, marks: Memo<Arc<[Mark]>>, zoom: Zoom, cutting: Cutting) -> Self {
        let view = StoredValue::new(view);
        let width = RwSignal::new(SERVER_WIDTH_PX);
        let size =
            Memo::new(move |_| view.with_value(|view| marks.with(|marks| Size::for_shift(width.get(), view, marks))));
        let plot = Self {
            view,
            marks,
            zoom,
            cutting,
            size,
            frame: NodeRef::new(),
            cursor: RwSignal::new(None),
            hand: StoredValue::default(),
            alive: RwSignal::new(false),
        };
        // In the browser: the width there is, now and whenever the window changes.
        Effect::new(move || {
            let Some(frame) = plot.frame.get() else { return };
            let measure = move || {
                let px = frame.client_width();
                if let Some(px) = u32::try_from(px).ok().filter(|&px| px > 0) {
                    width.set(px);
                }
            };
            measure();
            plot.alive.set(true);
            // The same shift as before may be shown elsewhere than where this finding is.
            if let Some(chosen) = plot.chosen() {
                plot.bring_in(chosen);
            }
            plot.take_focus();
            let listener = window_event_listener(leptos::ev::resize, move |_| measure());
            on_cleanup(move || listener.remove());
        });
        plot
    }

    fn shown(self) -> Shown {
        Shown { window: self.window(), cut: self.cutting.begun().then(|| self.cutting.at()).flatten() }
    }

    /// The drawing as text, or why there is none.
    fn drawn(self) -> String {
        let (shown, size) = (self.shown(), self.size.get());
        let drawing = self.view.with_value(|view| self.marks.with(|marks| svg(view, marks, shown, size)));
        drawing.unwrap_or_else(|error| format!("<p>The timeline is not shown: {error}.</p>"))
    }

    /// When the chosen finding is.
    fn chosen(self) -> Option<Span> {
        self.marks.with_untracked(|marks| marks.iter().find(|mark| mark.chosen)?.span)
    }

    /// The keys of the page, or a pointer, led to another finding of this shift: whoever works by keys goes on here.
    fn take_focus(self) {
        if self.zoom.takes_focus() {
            self.cursor.set(Cursor::on_chosen(self));
            if let Some(frame) = self.frame.get_untracked() {
                let _ = frame.focus();
            }
        }
    }
}

fn drawing(plot: Plot) -> impl IntoView {
    let navigate = use_navigate();
    let go = move |href: &str| navigate(href, NavigateOptions { scroll: false, ..Default::default() });
    let follow = go.clone();
    let click = move |event: MouseEvent| {
        if hand::was_a_drag(plot, &event) {
            event.prevent_default();
        } else if let Some(href) = link_under(&event)
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
        {
            event.prevent_default();
            // A key that presses a link comes as a click without a place.
            plot.zoom.keep_focus(event.detail() == 0);
            follow(&href);
        }
    };
    let press = move |key| {
        if let Some(href) = cursor::press(plot, &key) {
            plot.zoom.keep_focus(true);
            go(&href);
        }
    };
    view! {
        <div
            class="plot" class:closer=move || plot.is_closer() node_ref=plot.frame tabindex="0" role="group"
            aria-label="Timeline of the shift. Arrow keys go from stretch to stretch and from lane to lane, Enter opens a finding, \
                        plus and minus zoom, Shift with an arrow moves, 0 shows the whole shift"
            on:pointerdown=move |event| hand::down(plot, &event)
            on:pointermove=move |event| hand::moved(plot, &event)
            on:pointerup=move |event| hand::up(plot, &event)
            on:pointercancel=move |event| hand::up(plot, &event)
            on:pointerleave=move |_| plot.cursor.set(None)
            on:wheel=move |event| hand::wheel(plot, &event)
            on:click=click
            on:dblclick=move |event| if link_under(&event).is_none() { plot.look_at(plot.whole()) }
            on:dragstart=move |event| event.prevent_default()
            on:blur=move |_| plot.cursor.set(None)
            on:keydown=press
        >
            <div class="drawing" inner_html=move || plot.drawn()></div>
            <div class="cursor" aria-live="polite">{move || cursor::crosshair(plot)}</div>
            {cut::handle(plot)}
        </div>
    }
}

/// Where the finding under an event leads.
fn link_under(event: &web_sys::Event) -> Option<String> {
    event.target()?.dyn_into::<Element>().ok()?.closest("a").ok()??.get_attribute("href")
}

/// The class that gives a swatch its owner's colour.
pub(crate) const fn owner_class(owner: Owner) -> &'static str {
    match owner {
        Owner::PiPass => "pass",
        Owner::PiPending => "pending",
        Owner::PiSemiPass => "semipass",
        Owner::PiFail => "fail",
        Owner::PiWithoutQa0 => "without-qa0",
        Owner::CalibrationSuccess => "calibration",
        Owner::CalibrationOther => "calibration-other",
        Owner::Test => "test",
        Owner::Weather => "weather",
        Owner::Technical => "technical",
        Owner::Scheduling => "scheduling",
        Owner::Handover => "handover",
        Owner::Idle => "idle",
    }
}
