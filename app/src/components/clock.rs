//! The clocks of the header: UTC, and the sidereal time over the array.

use std::time::Duration;

use domain::sky::local_sidereal_time;
use domain::time::Instant;
use leptos::prelude::*;

use crate::api::server_now;

/// The time of the server when the page was made; once hydrated, the time of the browser, every second.
#[component]
pub fn Clock() -> impl IntoView {
    view! { <p class="clock">{hands()}</p> }
}

/// The two times of the clock.
pub fn hands() -> impl IntoView {
    let now = RwSignal::new(now());
    // Runs in the browser only.
    Effect::new(move || {
        now.set(browser_now());
        let ticking = set_interval_with_handle(move || now.set(browser_now()), Duration::from_secs(1));
        on_cleanup(move || {
            if let Ok(handle) = ticking {
                handle.clear();
            }
        });
    });
    let sidereal = move || now.get().map(|now| local_sidereal_time(now).to_string());
    view! {
        <span class="utc"><time>{move || now.get().map(Instant::for_people)}</time>" UTC"</span>
        <span class="lst" title="Local apparent sidereal time at the array"><time>{sidereal}</time>" LST"</span>
    }
}

/// What time it is, wherever the code runs; `None` while the server only lists its routes.
pub fn now() -> Option<Instant> {
    server_now().or_else(browser_now)
}

/// The time of the browser's clock. Where there is none, on a server that provides no clock, it stands at 1970.
fn browser_now() -> Option<Instant> {
    let epoch = Instant::parse("1970-01-01T00:00:00Z").ok()?;
    let seconds = if cfg!(feature = "ssr") { 0.0 } else { js_sys::Date::now() / 1_000.0 };
    #[expect(clippy::cast_possible_truncation, reason = "an i64 holds the seconds of any year a browser knows")]
    Some(epoch.plus(seconds as i64))
}
