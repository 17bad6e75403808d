//! The shift timeline in a page: the drawing of `charts`, a crosshair that tells what is under it, the sums of the lanes, and a
//! table that says the same.

use std::sync::Arc;

use charts::shift_timeline::{Here, Mark, Size, TableRow, instant_at, lane_at, plot_area, svg, table, what_is_at};
use domain::decimal::hours3;
use domain::family::Family;
use domain::ledger::{Ledger, Owner, Share};
use domain::shift_view::ShiftView;
use domain::time::Instant;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::log_id::log_id;
use crate::format::clock_time;

/// The width the server draws in \[px\]; the browser draws again in the width there is.
const SERVER_WIDTH_PX: u32 = 528;

/// A shift with the findings in it.
#[component]
pub fn Timeline(
    /// The shift.
    view: ShiftView,
    /// What was found in it.
    marks: Vec<Mark>,
) -> impl IntoView {
    let sums: Vec<_> = view.lanes.iter().map(|lane| sum_line(&lane.ledger)).collect();
    let rows: Vec<_> = table(&view).into_iter().map(table_row).collect();
    view! {
        <div class="timeline">
            <Drawing view=Arc::new(view) marks=marks.into() />
            <p class="every-second">"Every second has an owner:"</p>
            <ul class="sums">{sums}</ul>
            <details class="as-table">
                <summary>"The same as a table"</summary>
                <div class="scrolls" tabindex="0">
                    <table>
                        <thead>
                            <tr>
                                <th>"Family"</th><th>"Start [UTC]"</th><th>"End [UTC]"</th><th class="num">"Length [h]"</th>
                                <th>"Owner"</th><th>"What"</th><th>"Id"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </div>
    }
    .into_any()
}

/// The drawing, and what is under the pointer, the finger or the arrow keys.
#[component]
fn Drawing(view: Arc<ShiftView>, marks: Arc<[Mark]>) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let width = RwSignal::new(SERVER_WIDTH_PX);
    let at = RwSignal::new(None::<(Family, Instant)>);
    let size = {
        let (view, marks) = (view.clone(), marks.clone());
        Memo::new(move |_| Size::for_shift(width.get(), &view, &marks))
    };

    // In the browser: the width there is, now and whenever the window changes.
    Effect::new(move || {
        let Some(frame) = frame.get() else { return };
        let measure = move || {
            let px = frame.client_width();
            if let Some(px) = u32::try_from(px).ok().filter(|&px| px > 0) {
                width.set(px);
            }
        };
        measure();
        let listener = window_event_listener(leptos::ev::resize, move |_| measure());
        on_cleanup(move || listener.remove());
    });

    let drawing = {
        let (view, marks) = (view.clone(), marks.clone());
        move || {
            svg(&view, &marks, size.get()).unwrap_or_else(|error| format!("<p>The timeline is not shown: {error}.</p>"))
        }
    };
    let point = {
        let view = view.clone();
        move |pointer: PointerEvent| {
            let Some(frame) = frame.get_untracked() else { return };
            let edge = frame.get_bounding_client_rect();
            let (x, y) = (f64::from(pointer.client_x()) - edge.left(), f64::from(pointer.client_y()) - edge.top());
            let size = size.get_untracked();
            let family = || lane_at(y, &view, &marks, size);
            at.set(instant_at(x, &view, size).and_then(|instant| Some((family()?, instant))));
        }
    };
    let press = {
        let view = view.clone();
        move |key: KeyboardEvent| {
            if let Some(next) = moved(&key.key(), at.get_untracked(), &view) {
                key.prevent_default();
                key.stop_propagation();
                at.set(next);
            }
        }
    };
    let cursor = {
        let view = view.clone();
        move || at.get().and_then(|(family, instant)| crosshair(family, instant, &view, size.get()))
    };
    view! {
        <div
            class="plot" node_ref=frame tabindex="0" role="group"
            aria-label="Timeline of the shift: arrow keys go from stretch to stretch and from lane to lane"
            on:pointermove=point.clone() on:pointerdown=point on:pointerleave=move |_| at.set(None)
            on:blur=move |_| at.set(None) on:keydown=press
        >
            <div class="drawing" inner_html=drawing></div>
            <div class="cursor" aria-live="polite">{cursor}</div>
        </div>
    }
}

/// Where an arrow key leads; `None` for any other key. Escape takes the crosshair away, once.
fn moved(key: &str, at: Option<(Family, Instant)>, view: &ShiftView) -> Option<Option<(Family, Instant)>> {
    let families: Vec<Family> = view.lanes.iter().map(|lane| lane.family).collect();
    let first = *families.first()?;
    let (start, last) = (view.interval.start(), view.interval.end().plus(-1));
    let (family, instant) = at.unwrap_or((first, start));
    let stretch = what_is_at(view, family, instant)?.interval;
    let lane = families.iter().position(|&f| f == family)?;
    let to = match key {
        "Escape" if at.is_some() => return Some(None),
        _ if at.is_none() && key.starts_with("Arrow") => (first, start),
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

/// A line at the instant and a few words beside it, on the side where there is room.
fn crosshair(family: Family, instant: Instant, view: &ShiftView, size: Size) -> Option<impl IntoView + use<>> {
    let here = what_is_at(view, family, instant)?;
    let (left, right) = plot_area(size);
    let share = instant.since(view.interval.start()) as f64 / view.interval.seconds() as f64;
    let x = f64::from(left) + share * f64::from(right - left);
    let in_left_half = share < 0.5;
    let (side, offset) = if in_left_half { ("left", x + 8.0) } else { ("right", f64::from(size.width) - x + 8.0) };
    let tip = told(family, instant, &here);
    Some(view! {
        <div class="crosshair" style:left=format!("{x:.1}px")></div>
        <div class="tip" style=(side, format!("{offset:.1}px"))>{tip}</div>
    })
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

fn time_of_day(instant: Instant) -> String {
    instant.for_people().split_off("2022-03-12 ".len())
}

/// `12 [m] 11.735 h = 7.323 QA0 Pass + 4.412 Idle`: the figures add up as they are printed.
fn sum_line(ledger: &Ledger) -> impl IntoView + use<> {
    let shares = ledger.shares().into_iter().enumerate();
    let parts: Vec<_> = shares
        .map(|(i, Share { owner, hours, .. })| {
            view! {
                " "
                <span class="part">
                    {if i == 0 { "= " } else { "+ " }}
                    <i class=format!("swatch {}", owner_class(owner))></i>{hours.to_string()}" "{owner.label()}
                </span>
            }
        })
        .collect();
    view! { <li><b>{ledger.family().label()}</b>" "<span class="num">{hours3(ledger.total_s())}" h"</span>{parts}</li> }
}

fn table_row(row: TableRow) -> impl IntoView {
    view! {
        <tr>
            <td>{row.family.label()}</td>
            <td class="num">{row.start.for_people()}</td>
            <td class="num">{row.end.for_people()}</td>
            <td class="num">{row.duration_h}</td>
            <td>{row.owner.map_or("open: owns nothing", Owner::label)}</td>
            <td>{row.what}</td>
            <td>{row.id.map(|id| log_id(id.as_str()))}</td>
        </tr>
    }
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
