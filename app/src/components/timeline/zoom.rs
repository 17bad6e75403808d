//! How closely the shift is looked at, and where: kept by the page, so that it outlives the finding that is open, and forgotten
//! with the shift. The URL does not hold it: a link shows a finding, not how somebody came to look at it.

use charts::shift_timeline::window::{panned, showing, zoomed};
use domain::facts::Id;
use domain::shift_view::ShiftView;
use domain::time::{Interval, Span};
use leptos::prelude::*;

use super::Plot;

/// Which part of a shift is shown.
#[derive(Clone, Copy, Debug)]
pub struct Zoom {
    /// The part; `None` is the whole shift, also while that grows.
    window: RwSignal<Option<Interval>>,
    of: StoredValue<Option<Id>>,
    keep_focus: StoredValue<bool>,
}

/// What one press of a key or a button makes of the length.
const CLOSER: f64 = 0.6;
/// How far an arrow key moves, as a share of what is shown.
const STEP: f64 = 0.25;

impl Default for Zoom {
    fn default() -> Self {
        Self { window: RwSignal::new(None), of: StoredValue::new(None), keep_focus: StoredValue::new(false) }
    }
}

impl Zoom {
    /// Begins with a shift: another one is shown whole, the same as it was left, moved to where the open finding is.
    pub(super) fn begin(self, view: &ShiftView, open: Option<Span>) {
        let is_same = self.of.with_value(|of| of.as_ref() == Some(&view.shift.id));
        self.of.set_value(Some(view.shift.id.clone()));
        match (self.window.get_untracked(), open) {
            (Some(window), Some(open)) if is_same => self.set(view.interval, showing(view.interval, window, open)),
            (Some(_), _) if !is_same => self.window.set(None),
            _ => {}
        }
    }

    pub(super) fn window(self, whole: Interval) -> Interval {
        self.window.get().and_then(|window| window.overlap(whole)).unwrap_or(whole)
    }

    pub(super) fn is_closer(self) -> bool {
        self.window.get().is_some()
    }

    pub(super) fn set(self, whole: Interval, window: Interval) {
        let window = (window != whole).then_some(window);
        if self.window.get_untracked() != window {
            self.window.set(window);
        }
    }

    pub(super) fn reset(self) {
        self.window.set(None);
    }

    /// Says that the next drawing takes the focus.
    pub(super) fn keep_focus(self, keep: bool) {
        self.keep_focus.set_value(keep);
    }

    pub(super) fn takes_focus(self) -> bool {
        self.keep_focus.try_update_value(std::mem::take).unwrap_or(false)
    }
}

impl Plot {
    /// Zooms around a place that is told as a share of what is shown.
    pub(super) fn zoom_at(self, share: f64, factor: f64) {
        let whole = self.whole();
        self.zoom.set(whole, zoomed(whole, untrack(|| self.window()), share, factor));
    }

    pub(super) fn pan(self, by: f64) {
        let whole = self.whole();
        self.zoom.set(whole, panned(whole, untrack(|| self.window()), by));
    }

    /// Moves the window, if it has to, to where an instant is in it.
    pub(super) fn bring_in(self, span: Span) {
        let whole = self.whole();
        self.zoom.set(whole, showing(whole, untrack(|| self.window()), span));
    }

    /// What keys zoom around: the crosshair, else the chosen finding, where they are shown; else the middle.
    fn anchor(self) -> f64 {
        let window = untrack(|| self.window());
        let crosshair = self.cursor.with_untracked(|cursor| cursor.as_ref().map(|cursor| cursor.instant));
        let chosen = || {
            let span = self.marks.with_untracked(|marks| marks.iter().find(|mark| mark.chosen)?.span)?;
            Some(span.start().plus(span.seconds() / 2))
        };
        let shown = |at: domain::time::Instant| {
            let share = at.since(window.start()) as f64 / window.seconds() as f64;
            (0.0..=1.0).contains(&share).then_some(share)
        };
        crosshair.and_then(shown).or_else(|| shown(chosen()?)).unwrap_or(0.5)
    }

    /// Does what a key asks of the zoom; whether it was one of its keys.
    pub(super) fn press_zoom(self, key: &str, shift: bool) -> bool {
        match key {
            "+" | "=" => self.zoom_at(self.anchor(), CLOSER),
            "-" | "_" => self.zoom_at(self.anchor(), 1.0 / CLOSER),
            "0" => self.zoom.reset(),
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
        let part = plot.zoom.is_closer();
        part.then(|| format!("Shown is {} to {} UTC.", window.start().for_people(), window.end().for_people()))
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
