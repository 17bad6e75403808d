//! An instant on a page: UTC for the eye; on hover the sidereal time, the Modified Julian Date, and how long ago it was.

use domain::sky::{local_sidereal_time, modified_julian_date};
use domain::time::{Instant, Span};
use leptos::prelude::*;

use super::clock::now;
use crate::format::since;

/// `2022-03-12 21:20:13`; the zone stands in the heading.
pub fn moment(at: Instant) -> impl IntoView {
    view! { <time datetime=at.to_string() title=on_hover(at)>{at.for_people()}</time> }
}

/// When a finding ends: the END_TIME of the list.
pub fn end_time(span: Option<Span>) -> impl IntoView {
    match span {
        Some(span) => moment(span.end()).into_any(),
        None => "no time known".into_any(),
    }
}

/// `LST 20:58:41 · MJD 59519.94720 · 3 h 12 min ago`
fn on_hover(at: Instant) -> String {
    let ago = now().map_or_else(String::new, |now| format!(" · {}", since(at, now)));
    format!("LST {} · MJD {}{ago}", local_sidereal_time(at), modified_julian_date(at))
}

/// Tells anew how long ago a moment was whenever the pointer comes to it: a page stays open for a whole shift.
pub fn keep_moments_fresh() {
    use leptos::wasm_bindgen::JsCast;

    // Runs in the browser only.
    Effect::new(|| {
        let listener = window_event_listener(leptos::ev::pointerover, |pointer| {
            let target = pointer.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            // The selector is a correct one, so this cannot fail.
            let Some(time) = target.and_then(|target| target.closest("time[datetime]").ok().flatten()) else { return };
            if let Some(at) = time.get_attribute("datetime").and_then(|text| Instant::parse(&text).ok()) {
                // A browser refuses an attribute only when its name is no name.
                let _ = time.set_attribute("title", &on_hover(at));
            }
        });
        on_cleanup(move || listener.remove());
    });
}
