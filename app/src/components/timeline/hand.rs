//! Pointers on the drawing: one that hovers has the crosshair, one that drags moves a zoomed window, two pinch it, and a wheel
//! with Ctrl zooms. A vertical move of a finger, and a wheel alone, scroll the page as everywhere.

use charts::shift_timeline::plot_area;
use charts::shift_timeline::window::{panned, pinched};
use domain::time::Interval;
use leptos::ev::{MouseEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;

use super::Plot;
use super::cursor::Cursor;

/// What the pointers that are down have done so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Hand {
    /// Each pointer that is down: which, where it was when the last of them came or went, and where it is. Shares of the window.
    down: Vec<(i32, f64, f64)>,
    /// The window when the last of them came or went.
    window: Option<Interval>,
    /// Whether they moved: then what follows is no click.
    dragged: bool,
}

/// So far a pointer may tremble while it presses \[px\] (our own choice).
const TREMBLE_PX: f64 = 4.0;
/// How much a wheel zooms: e^(this × its way in px). A trackpad's pinch comes as steps of a few px, a notch as 100 or more.
const WHEEL: f64 = 0.01;
/// The way of a wheel that counts in one step \[px\].
const WHEEL_MOST_PX: f64 = 50.0;
/// A line of a wheel that counts in lines \[px\].
const LINE_PX: f64 = 16.0;

/// Where a pointer is: from the left of the plot area as a share of it, from the top of the drawing in px.
fn place(plot: Plot, pointer: &MouseEvent) -> Option<(f64, f64)> {
    let edge = plot.frame.get_untracked()?.get_bounding_client_rect();
    let (left, right) = plot_area(plot.size.get_untracked());
    let share = (f64::from(pointer.client_x()) - edge.left() - f64::from(left)) / f64::from(right - left);
    Some((share, f64::from(pointer.client_y()) - edge.top()))
}

/// From a share of the plot area to px of the drawing.
pub(super) fn px(plot: Plot, share: f64) -> f64 {
    let (left, right) = plot_area(plot.size.get_untracked());
    f64::from(left) + share * f64::from(right - left)
}

/// How far a pointer moved \[px\].
fn way_px(plot: Plot, shares: f64) -> f64 {
    (px(plot, shares) - px(plot, 0.0)).abs()
}

impl Hand {
    /// Counts anew from where the pointers are.
    fn begin(&mut self, window: Interval) {
        self.window = Some(window);
        for (_, from, now) in &mut self.down {
            *from = *now;
        }
    }
}

pub(super) fn down(plot: Plot, event: &PointerEvent) {
    let Some((share, _)) = place(plot, event) else { return };
    if event.button() != 0 {
        return;
    }
    let window = untrack(|| plot.window());
    plot.hand.update_value(|hand| {
        // The first of several. What may still be noted then was lifted where nobody told us.
        if event.is_primary() {
            *hand = Hand::default();
        }
        hand.down.push((event.pointer_id(), share, share));
        hand.begin(window);
    });
    point(plot, event);
}

pub(super) fn moved(plot: Plot, event: &PointerEvent) {
    let Some((share, _)) = place(plot, event) else { return };
    if event.buttons() == 0 {
        up(plot, event);
    }
    let whole = plot.whole();
    let closer = untrack(|| plot.is_closer());
    let to = plot.hand.try_update_value(|hand| {
        let pointer = hand.down.iter_mut().find(|(id, ..)| *id == event.pointer_id())?;
        pointer.2 = share;
        let window = hand.window?;
        match hand.down[..] {
            [(_, from, now)] if closer => {
                hand.dragged |= way_px(plot, now - from) > TREMBLE_PX;
                hand.dragged.then(|| panned(whole, window, from - now))
            }
            [first, second] => {
                hand.dragged = true;
                Some(pinched(whole, window, [first.1, second.1], [first.2, second.2]))
            }
            _ => None,
        }
    });
    match to.flatten() {
        Some(window) => {
            // From here on the pointer is ours, also beside the drawing. Before, a press would no longer reach what is under it.
            if let Some(frame) = plot.frame.get_untracked() {
                let _ = frame.set_pointer_capture(event.pointer_id());
            }
            plot.cursor.set(None);
            plot.look_at(window);
        }
        None => point(plot, event),
    }
}

pub(super) fn up(plot: Plot, event: &PointerEvent) {
    let window = untrack(|| plot.window());
    plot.hand.update_value(|hand| {
        hand.down.retain(|(id, ..)| *id != event.pointer_id());
        hand.begin(window);
    });
}

/// Whether a click is the end of a drag, and so none. A click without a place comes from a key.
pub(super) fn was_a_drag(plot: Plot, click: &MouseEvent) -> bool {
    click.detail() > 0 && plot.hand.with_value(|hand| hand.dragged)
}

/// Puts the crosshair where the pointer is.
fn point(plot: Plot, event: &PointerEvent) {
    let Some((share, y)) = place(plot, event) else { return };
    let over = super::link_under(event);
    plot.cursor.set(Cursor::at(plot, px(plot, share), y, over));
}

pub(super) fn wheel(plot: Plot, event: &WheelEvent) {
    let Some((share, _)) = place(plot, event) else { return };
    let px_of = |way: f64| if event.delta_mode() == WheelEvent::DOM_DELTA_LINE { way * LINE_PX } else { way };
    let (x, y) = (px_of(event.delta_x()), px_of(event.delta_y()));
    // With Shift some browsers turn the wheel sideways themselves.
    let sideways = if event.shift_key() && x == 0.0 { y } else { x };
    if event.ctrl_key() || event.meta_key() {
        event.prevent_default();
        plot.zoom_at(share.clamp(0.0, 1.0), (y.clamp(-WHEEL_MOST_PX, WHEEL_MOST_PX) * WHEEL).exp());
    } else if untrack(|| plot.is_closer()) && sideways != 0.0 && (event.shift_key() || x.abs() > y.abs()) {
        event.prevent_default();
        plot.pan(sideways / way_px(plot, 1.0));
    }
}
