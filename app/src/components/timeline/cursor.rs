//! The crosshair: a line at an instant, and beside it what is there.

use charts::shift_timeline::{Here, Mark, instant_at, lane_at, plot_area, what_is_at, x_at};
use domain::family::Family;
use domain::shift_view::ShiftView;
use domain::time::{Instant, Interval, Span};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::{Plot, owner_class};
use crate::components::log_id::log_id;
use crate::format::clock_time;

/// Where the crosshair is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) instant: Instant,
    /// The lane; `None` above all lanes.
    family: Option<Family>,
    /// Where the finding under the pointer leads.
    over: Option<String>,
}

impl Cursor {
    /// Under a pointer \[px of the drawing\]; `None` beside what is drawn.
    pub(super) fn at(plot: Plot, x: f64, y: f64, over: Option<String>) -> Option<Self> {
        let size = plot.size.get_untracked();
        let family = plot.view.with_value(|view| plot.marks.with_untracked(|marks| lane_at(y, view, marks, size)));
        // Above all lanes there is nothing but findings.
        if family.is_none() && over.is_none() {
            return None;
        }
        Some(Self { instant: instant_at(x, untrack(|| plot.window()), size)?, family, over })
    }

    /// At the start of the chosen finding, in its lane.
    pub(super) fn on_chosen(plot: Plot) -> Option<Self> {
        let window = untrack(|| plot.window());
        let chosen = plot.marks.with_untracked(|marks| marks.iter().find(|mark| mark.chosen).cloned())?;
        let family = chosen.family.or_else(|| plot.view.with_value(|view| Some(view.lanes.first()?.family)));
        let instant = chosen.span?.start().max(window.start()).min(window.end().plus(-1));
        Some(Self { instant, family, over: None })
    }
}

/// Takes a key: moves the crosshair, zooms, or says where Enter leads. A key that is none of ours goes on to the page.
pub(super) fn press(plot: Plot, key: &KeyboardEvent) -> Option<String> {
    if key.ctrl_key() || key.meta_key() || key.alt_key() || key.default_prevented() {
        return None;
    }
    let pressed = key.key();
    let cursor = plot.cursor.get_untracked();
    let taken = || {
        key.prevent_default();
        key.stop_propagation();
    };
    if plot.press_zoom(&pressed, key.shift_key()) {
        taken();
        // The drawing is made anew, and with it a link in it that had the focus.
        if let Some(frame) = plot.frame.get_untracked() {
            let _ = frame.focus();
        }
        return None;
    }
    if pressed == "Enter" {
        // On a link in the drawing Enter is the link's own.
        if super::link_under(key).is_some() {
            return None;
        }
        let href = plot.marks.with_untracked(|marks| leads_to(marks, &cursor?));
        if href.is_some() {
            taken();
        }
        return href;
    }
    let from = cursor.as_ref().and_then(|cursor| Some((cursor.family?, cursor.instant)));
    let window = untrack(|| plot.window());
    let to = plot.view.with_value(|view| moved(&pressed, from, view, window))?;
    taken();
    if let Some((_, instant)) = to {
        plot.bring_in(Span::at(instant));
    }
    plot.cursor.set(to.map(|(family, instant)| Cursor { instant, family: Some(family), over: None }));
    None
}

/// Where an arrow key leads; `None` for any other key. Escape takes the crosshair away, once.
fn moved(
    key: &str,
    at: Option<(Family, Instant)>,
    view: &ShiftView,
    window: Interval,
) -> Option<Option<(Family, Instant)>> {
    let families: Vec<Family> = view.lanes.iter().map(|lane| lane.family).collect();
    let first = *families.first()?;
    let (start, last) = (view.interval.start(), view.interval.end().plus(-1));
    let (family, instant) = at.unwrap_or((first, window.start()));
    let stretch = what_is_at(view, family, instant)?.interval;
    let lane = families.iter().position(|&f| f == family)?;
    let to = match key {
        "Escape" if at.is_some() => return Some(None),
        _ if at.is_none() && key.starts_with("Arrow") => (first, window.start()),
        "ArrowRight" => (family, stretch.end().min(last)),
        "ArrowLeft" => {
            let before = stretch.start().plus(-1).max(start);
            (family, what_is_at(view, family, before)?.interval.start())
        }
        "ArrowDown" => (*families.get(lane + 1).unwrap_or(&family), instant),
        "ArrowUp" => (*families.get(lane.checked_sub(1).unwrap_or(lane)).unwrap_or(&family), instant),
        "Home" => (family, start),
        "End" => (family, last),
        _ => return None,
    };
    Some(Some(to))
}

/// The finding under the crosshair: the one under the pointer, else the shortest that holds the instant in this lane, else one
/// of no single family.
fn found<'m>(marks: &'m [Mark], cursor: &Cursor) -> Option<&'m Mark> {
    if let Some(over) = &cursor.over {
        return marks.iter().find(|mark| mark.href.as_ref() == Some(over));
    }
    let holds = |mark: &&Mark| {
        let is_there = mark.family.is_none() || mark.family == cursor.family;
        let in_it = |span: Span| span.start() <= cursor.instant && (cursor.instant < span.end() || span.seconds() == 0);
        is_there && mark.span.is_some_and(|span| in_it(span) && (span.seconds() > 0 || span.start() == cursor.instant))
    };
    marks.iter().filter(holds).min_by_key(|mark| (mark.family.is_none(), mark.span.map(Span::seconds)))
}

/// Where the finding under the crosshair leads; the chosen one is open already.
fn leads_to(marks: &[Mark], cursor: &Cursor) -> Option<String> {
    found(marks, cursor).filter(|mark| !mark.chosen).and_then(|mark| mark.href.clone())
}

/// A line at the instant and a few words beside it, on the side where there is room.
pub(super) fn crosshair(plot: Plot) -> Option<impl IntoView + use<>> {
    let cursor = plot.cursor.get()?;
    let (window, size) = (plot.window(), plot.size.get());
    let x = x_at(cursor.instant, window, size)?;
    let (left, right) = plot_area(size);
    let in_left_half = x < f64::from(left + right) / 2.0;
    let (side, offset) = if in_left_half { ("left", x + 8.0) } else { ("right", f64::from(size.width) - x + 8.0) };
    let finding = plot.marks.with(|marks| found(marks, &cursor).map(finding_words));
    let stretch = cursor.family.and_then(|family| {
        plot.view.with_value(|view| Some(told(family, cursor.instant, &what_is_at(view, family, cursor.instant)?)))
    });
    Some(view! {
        <div class="crosshair" style:left=format!("{x:.1}px")></div>
        <div class="tip" style=(side, format!("{offset:.1}px"))>{finding}{stretch}</div>
    })
}

fn finding_words(mark: &Mark) -> impl IntoView + use<> {
    let length = mark.span.map_or_else(String::new, |span| clock_time(span.seconds()));
    let open = mark.chosen.then_some(", open");
    view! { <p class="finding"><b>{mark.label.clone()}</b>" "{mark.priority.label()}", "{length}{open}</p> }
}

fn told(family: Family, instant: Instant, here: &Here<'_>) -> impl IntoView + use<> {
    let stretch = here.interval;
    let execution = here.execution.map(|execution| {
        let name = if execution.sb_name.is_empty() { &execution.subject } else { &execution.sb_name };
        view! { <p>{name.clone()}</p><p>{log_id(execution.id.as_str())}</p> }
    });
    let downtime = here.downtime.map(|downtime| {
        view! { <p>{format!("{} downtime: {}", downtime.kind, downtime.comment)}</p> }
    });
    view! {
        <p class="head"><i class=format!("swatch {}", owner_class(here.owner))></i><b>{here.owner.label()}</b>" "{clock_time(stretch.seconds())}</p>
        <p class="num">{family.label()}", "{stretch.start().for_people()}" to "{time_of_day(stretch.end())}</p>
        {execution}
        {downtime}
        <p class="num at">"at "{time_of_day(instant)}" UTC"</p>
    }
}

pub(super) fn time_of_day(instant: Instant) -> String {
    instant.for_people().split_off("2022-03-12 ".len())
}
