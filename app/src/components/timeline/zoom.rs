//! How closely the shift is looked at, and where: kept by the page, so that it outlives the finding that is open, and forgotten
//! with the shift. The URL does not hold it: a link shows a finding, not how somebody came to look at it.

use charts::shift_timeline::window::{panned, showing, zoomed};
use domain::facts::Id;
use domain::time::{Interval, Span};
use leptos::prelude::*;

use super::Plot;

/// Which part of which shift is shown.
#[derive(Clone, Copy, Debug)]
pub struct Zoom {
    /// A shift and a part of it; any other shift is shown whole, and this one too without, also while it grows. Nothing is set
    /// when another shift is opened: the drawing that is about to go would be told of it.
    window: RwSignal<Option<(Id, Interval)>>,
    keep_focus: StoredValue<bool>,
}

/// What one press of a key or a button makes of the length.
const CLOSER: f64 = 0.6;
/// How far an arrow key moves, as a share of what is shown.
const STEP: f64 = 0.25;

impl Default for Zoom {
    fn default() -> Self {
        Self { window: RwSignal::new(None), keep_focus: StoredValue::new(false) }
    }
}

impl Zoom {
    /// Says that the next drawing takes the focus.
    pub(super) fn keep_focus(self, keep: bool) {
        self.keep_focus.set_value(keep);
    }

    pub(super) fn takes_focus(self) -> bool {
        self.keep_focus.try_update_value(std::mem::take).unwrap_or(false)
    }
}

impl Plot {
    /// The part that somebody chose of this shift.
    fn part(self) -> Option<Interval> {
        self.view.with_value(|view| {
            let part =
                self.zoom.window.with(|part| part.as_ref().filter(|(of, _)| *of == view.shift.id).map(|part| part.1));
            part?.overlap(view.interval)
        })
    }

    /// The time from one edge to the other.
    pub(super) fn window(self) -> Interval {
        self.part().unwrap_or_else(|| self.whole())
    }

    pub(super) fn is_closer(self) -> bool {
        self.part().is_some()
    }

    pub(super) fn look_at(self, window: Interval) {
        let part = (window != self.whole()).then_some(window);
        if untrack(|| self.part()) != part {
            let shift = self.view.with_value(|view| view.shift.id.clone());
            self.zoom.window.set(part.map(|part| (shift, part)));
        }
    }

    pub(super) fn whole(self) -> Interval {
        self.view.with_value(|view| view.interval)
    }

    /// Zooms around a place that is told as a share of what is shown.
    pub(super) fn zoom_at(self, share: f64, factor: f64) {
        self.look_at(zoomed(self.whole(), untrack(|| self.window()), share, factor));
    }

    pub(super) fn pan(self, by: f64) {
        self.look_at(panned(self.whole(), untrack(|| self.window()), by));
    }

    /// Moves the window, if it has to, to where some of a span is in it.
    pub(super) fn bring_in(self, span: Span) {
        self.look_at(showing(self.whole(), untrack(|| self.window()), span));
    }

    /// What keys zoom around: the crosshair, else the cut, else the chosen finding, where they are shown; else the middle.
    fn anchor(self) -> f64 {
        let window = untrack(|| self.window());
        let crosshair = self.cursor.with_untracked(|cursor| cursor.as_ref().map(|cursor| cursor.instant));
        let chosen = || self.chosen().map(|span| span.start().plus(span.seconds() / 2));
        let shown = |at: domain::time::Instant| {
            let share = at.since(window.start()) as f64 / window.seconds() as f64;
            (0.0..=1.0).contains(&share).then_some(share)
        };
        let cut = || untrack(|| self.cutting.begun().then(|| self.cutting.at()).flatten());
        crosshair.and_then(shown).or_else(|| shown(cut()?)).or_else(|| shown(chosen()?)).unwrap_or(0.5)
    }

    /// Does what a key asks of the zoom; whether it was one of its keys.
    pub(super) fn press_zoom(self, key: &str, shift: bool) -> bool {
        match key {
            "+" | "=" => self.zoom_at(self.anchor(), CLOSER),
            "-" | "_" => self.zoom_at(self.anchor(), 1.0 / CLOSER),
            "0" => self.look_at(self.whole()),
            "ArrowLeft" if shift => self.pan(-STEP),
            "ArrowRight" if shift => self.pan(STEP),
            _ => return false,
        }
        true
    }
}

/// The buttons above the drawing, which the page's keys press. The style sheet hides them where no scripts run.
pub(super) fn tools(plot: Plot) -> impl IntoView {
    let button = |key: &'static str, label: &'static str, sign: &'static str| {
        let press = move |_| {
            plot.press_zoom(key, false);
        };
        view! { <button type="button" data-key=key aria-label=label title=label on:click=press>{sign}</button> }
    };
    let said = move || {
        let window = plot.window();
        plot.is_closer()
            .then(|| format!("Shown is {} to {} UTC.", window.start().for_people(), window.end().for_people()))
    };
    view! {
        <div class="zoom" role="group" aria-label="Zoom">
            <span class="unseen" role="status">{said}</span>
            {button("-", "Zoom out", "−")}
            {button("+", "Zoom in", "+")}
            {button("0", "Whole shift", "Whole shift")}
        </div>
    }
}
