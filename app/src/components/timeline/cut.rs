//! Where the open finding is about to be cut in two: one instant, which a handle on the drawing and the field of a form both
//! move, and both show.

use charts::shift_timeline::{CutLine, cut_line, instant_at, plot_area};
use domain::time::{Instant, Span};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::Element;

use super::Plot;
use super::cursor::time_of_day;
use crate::format::clock_time;

/// A cut that somebody may be about to make.
#[derive(Clone, Copy, Debug)]
pub struct Cutting {
    finding: i64,
    /// What can be cut, while anything can.
    span: Memo<Option<Span>>,
    /// Where, once somebody said so.
    chosen: RwSignal<Option<Instant>>,
    /// Whether the form that asks for it is unfolded.
    pub form_open: RwSignal<bool>,
}

impl Cutting {
    /// A cut of the finding of that number; `span` is what can be cut of it, by this reader and now.
    pub fn new(finding: i64, span: Memo<Option<Span>>) -> Self {
        Self { finding, span, chosen: RwSignal::new(None), form_open: RwSignal::new(false) }
    }

    /// What can be cut: two seconds or more, so that both parts have one.
    pub fn span(self) -> Option<Span> {
        self.span.get().filter(|span| span.seconds() > 1)
    }

    /// Where it would be cut now: where somebody said, as near as the finding allows, else in the middle.
    pub fn at(self) -> Option<Instant> {
        let span = self.span()?;
        Some(self.chosen.get().map_or_else(|| middle(span), |at| inside(span, at)))
    }

    /// Whether somebody is at it.
    pub fn begun(self) -> bool {
        self.span().is_some() && (self.form_open.get() || self.chosen.get().is_some())
    }

    /// Says where.
    pub fn put(self, at: Instant) {
        if let Some(span) = untrack(|| self.span()) {
            self.chosen.set(Some(inside(span, at)));
        }
    }

    /// Nothing is cut after all, or it is done.
    pub fn drop(self) {
        // An answer may come when another finding is open already.
        let _ = self.chosen.try_set(None);
        let _ = self.form_open.try_set(false);
    }

    /// Takes ← and →: a minute, with Shift a second.
    pub fn press(self, key: &KeyboardEvent) {
        let step = if key.shift_key() { 1 } else { 60 };
        let by = match key.key().as_str() {
            "ArrowLeft" => -step,
            "ArrowRight" => step,
            _ => return,
        };
        key.prevent_default();
        key.stop_propagation();
        if let Some(at) = untrack(|| self.at()) {
            self.put(at.plus(by));
        }
    }

    /// The lengths of the two parts in words.
    pub fn lengths(self) -> Option<String> {
        let (span, at) = (self.span()?, self.at()?);
        let (before, after) = (clock_time(at.since(span.start())), clock_time(span.end().since(at)));
        Some(format!("{before} before it, {after} after it"))
    }

    /// What the form is called, for a button that stands elsewhere.
    pub fn form_id(self) -> String {
        format!("split-{}", self.finding)
    }
}

/// Inside by at least a second, so that what is shown can be sent.
fn inside(span: Span, at: Instant) -> Instant {
    at.max(span.start().plus(1)).min(span.end().plus(-1))
}

/// The whole minute nearest the middle, or the middle of what is shorter than that.
fn middle(span: Span) -> Instant {
    let middle = span.start().plus(span.seconds() / 2);
    let minute = middle.plus(-middle.unix_seconds().rem_euclid(60));
    if minute > span.start() { minute } else { middle }
}

/// The handle on the bracket of the open finding. It snaps to nothing: a pixel is as many seconds as it is, and whoever wants
/// fewer looks closer.
pub(super) fn handle(plot: Plot) -> impl IntoView {
    let cutting = plot.cutting;
    let line = Memo::new(move |_| {
        let (at, window, size) = (cutting.at().filter(|_| plot.alive.get())?, plot.window(), plot.size.get());
        plot.view.with_value(|view| plot.marks.with(|marks| cut_line(view, marks, at, window, size)))
    });
    // One element for as long as there is something to hold: it has the focus and the pointer.
    let is_there = Memo::new(move |_| line.with(Option::is_some));
    let px = move |of: fn(CutLine) -> i32| move || line.get().map(|line| format!("{}px", of(line)));
    let seconds = move || Some(cutting.at()?.since(cutting.span()?.start()));
    let target = |event: &PointerEvent| event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    let down = move |event: PointerEvent| {
        // Neither the drawing's drag, nor a choice of text.
        event.stop_propagation();
        if event.button() == 0
            && let Some(handle) = target(&event)
        {
            let _ = handle.set_pointer_capture(event.pointer_id());
            plot.cursor.set(None);
        }
    };
    let moved = move |event: PointerEvent| {
        event.stop_propagation();
        if !target(&event).is_some_and(|handle| handle.has_pointer_capture(event.pointer_id())) {
            return;
        }
        let Some(frame) = plot.frame.get_untracked() else { return };
        let (left, right) = plot_area(plot.size.get_untracked());
        let x = f64::from(event.client_x()) - frame.get_bounding_client_rect().left();
        let x = x.clamp(f64::from(left), f64::from(right));
        if let Some(at) = instant_at(x, untrack(|| plot.window()), plot.size.get_untracked()) {
            cutting.put(at);
        }
    };
    let press = move |key: KeyboardEvent| {
        if key.key() == "Escape" && untrack(|| cutting.begun()) {
            key.prevent_default();
            key.stop_propagation();
            cutting.drop();
        } else {
            cutting.press(&key);
        }
    };
    move || {
        is_there.get().then(|| {
            view! {
                <div
                    class="cut-handle" class:begun=move || cutting.begun() tabindex="0" role="slider" aria-label="Split here"
                    aria-valuemin="1" aria-valuemax=move || cutting.span().map(|span| span.seconds() - 1)
                    aria-valuenow=seconds aria-valuetext=move || cutting.at().map(Instant::for_people)
                    title="Drag to split the finding; ← → by a minute, with Shift by a second"
                    style:left=px(|line| line.x) style:top=px(|line| line.top) style:height=px(|line| line.bottom - line.top)
                    on:pointerdown=down on:pointermove=moved on:keydown=press
                ></div>
            }
        })
    }
}

/// Below the drawing while somebody is at it: where the cut is, what it makes, and the button that makes it.
pub(super) fn words(plot: Plot) -> impl IntoView {
    let cutting = plot.cutting;
    let is_begun = Memo::new(move |_| cutting.begun() && plot.alive.get());
    move || {
        is_begun.get().then(|| {
            view! {
                <div class="cutting">
                    <p>
                        "Cut at "<b class="num">{move || cutting.at().map(time_of_day)}</b>" UTC: "
                        {move || cutting.lengths()}
                    </p>
                    <button form=cutting.form_id()>"Split"</button>
                    <button type="button" class="quiet" on:click=move |_| cutting.drop()>"Leave it whole"</button>
                </div>
            }
        })
    }
}
