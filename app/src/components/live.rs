//! What others do, as it happens: a stream of the server's news, open while the page is seen.
//!
//! The stream tells numbers of changes. A page that knows a smaller one asks for what changed since; so it does not matter how
//! long the stream was broken, and the browser mends it by itself. A page that is hidden closes its stream (a browser opens six
//! connections to one server, and the seventh tab would wait for ever) and opens it again when it is seen.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::ev::{Event, MessageEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::EventSource;

use crate::api::looking::looking;

/// What is known of others. On the server it stays as it begins: nothing.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// The number of the last change of findings; `None` until the server has said.
    pub newest: RwSignal<Option<i64>>,
    /// With each finding the pages that show it: made-up name, and the account's.
    pub lookers: RwSignal<BTreeMap<i64, Vec<(String, String)>>>,
    /// Whether the stream is broken at the moment.
    pub broken: RwSignal<bool>,
    /// What this page calls itself.
    page: StoredValue<String>,
}

/// How often this page says again what it shows: the server forgets it after twice that.
const SAID_AGAIN: Duration = Duration::from_secs(15);

/// Follows the news while the page is shown, and tells others which finding it shows.
pub fn live(open: Memo<Option<i64>>) -> Live {
    let live = Live {
        newest: RwSignal::new(None),
        lookers: RwSignal::new(BTreeMap::new()),
        broken: RwSignal::new(false),
        page: StoredValue::new(String::new()),
    };
    // Effects run in the browser only.
    Effect::new(move || {
        live.page.set_value(made_up_name());
        let stream = StoredValue::new_local(Stream::open(live));
        let seen = window_event_listener(leptos::ev::visibilitychange, move |_| {
            let hidden = document().hidden();
            stream.set_value(if hidden { None } else { Stream::open(live) });
        });
        on_cleanup(move || {
            seen.remove();
            stream.set_value(None);
        });
    });
    Effect::new(move |before: Option<Option<i64>>| {
        let finding = open.get();
        if finding.is_some() || before.flatten().is_some() {
            live.say(finding);
        }
        let again = set_interval_with_handle(
            move || {
                if finding.is_some() && !document().hidden() {
                    live.say(finding);
                }
            },
            SAID_AGAIN,
        );
        on_cleanup(move || {
            if let Ok(handle) = again {
                handle.clear();
            }
        });
        finding
    });
    on_cleanup(move || {
        if !cfg!(feature = "ssr") && open.try_get_untracked().flatten().is_some() {
            live.say(None);
        }
    });
    live
}

impl Live {
    /// The others who look at a finding, each once, in the order of their names.
    pub fn others_at(&self, finding: i64) -> Vec<String> {
        let me = self.page.get_value();
        let mut names: Vec<String> = self.lookers.with(|lookers| {
            let pages = lookers.get(&finding).into_iter().flatten();
            pages.filter(|(page, _)| *page != me).map(|(_, name)| name.clone()).collect()
        });
        names.sort();
        names.dedup();
        names
    }

    fn say(&self, finding: Option<i64>) {
        let Some(page) = self.page.try_get_value().filter(|page| !page.is_empty()) else { return };
        // When it is not heard it is said again in a while; nobody has to know.
        spawn_local(async move { drop(looking(page, finding).await) });
    }
}

/// Who else looks at the open finding, and whether the news are interrupted. Says nothing when there is nothing to say.
pub fn others(live: Live, open: Memo<Option<i64>>) -> impl IntoView {
    let words = move || {
        let names = open.get().map(|finding| live.others_at(finding)).unwrap_or_default();
        let (last, others) = names.split_last()?;
        Some(match others {
            [] => format!("{last} looks at this finding too."),
            others => format!("{} and {last} look at this finding too.", others.join(", ")),
        })
    };
    let interrupted =
        move || live.broken.get().then_some("What others do is not heard at the moment; it is caught up on.");
    view! {
        <div class="others" role="status">
            {move || words().map(|words| view! { <p>{words}</p> })}
            {move || interrupted().map(|words| view! { <p>{words}</p> })}
        </div>
    }
}

/// The open stream. Dropped, it is closed.
struct Stream {
    source: EventSource,
    _hears: [Closure<dyn Fn(MessageEvent)>; 2],
    _notices: [Closure<dyn Fn(Event)>; 2],
}

impl Stream {
    /// `None` where the browser has no such thing.
    fn open(live: Live) -> Option<Self> {
        let source = EventSource::new("/triage/news").ok()?;
        let change = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let seq = text(&event).and_then(|seq| seq.parse().ok());
            if seq.is_some() && seq != live.newest.get_untracked() {
                live.newest.set(seq);
            }
        });
        let lookers = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = text(&event) {
                live.lookers.set(read_lookers(&text));
            }
        });
        let stands = Closure::<dyn Fn(Event)>::new(move |_| live.broken.set(false));
        let breaks = Closure::<dyn Fn(Event)>::new(move |_| live.broken.set(true));
        source.add_event_listener_with_callback("change", change.as_ref().unchecked_ref()).ok()?;
        source.add_event_listener_with_callback("looking", lookers.as_ref().unchecked_ref()).ok()?;
        source.set_onopen(Some(stands.as_ref().unchecked_ref()));
        source.set_onerror(Some(breaks.as_ref().unchecked_ref()));
        Some(Self { source, _hears: [change, lookers], _notices: [stands, breaks] })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

fn text(event: &MessageEvent) -> Option<String> {
    event.data().as_string()
}

/// How many there are, then a line `FINDING PAGE NAME` for each.
fn read_lookers(text: &str) -> BTreeMap<i64, Vec<(String, String)>> {
    let mut lookers: BTreeMap<i64, Vec<(String, String)>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut words = line.split(' ');
        if let (Some(Ok(finding)), Some(page), Some(name)) = (words.next().map(str::parse), words.next(), words.next())
        {
            lookers.entry(finding).or_default().push((page.to_owned(), name.to_owned()));
        }
    }
    lookers
}

/// A name that no other page has: two random whole numbers of 15 digits or so.
fn made_up_name() -> String {
    let random = || js_sys::Math::random() * 1e15;
    format!("{:.0}-{:.0}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookers_are_read_and_a_line_that_is_none_is_passed_over() {
        let lookers = read_lookers("3\n7 a-1 astronomer\n7 b-2 manager\nnonsense\n9 a-1 astronomer");
        let at = |finding: i64| lookers[&finding].iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>();
        assert_eq!(at(7), ["astronomer", "manager"]);
        assert_eq!(at(9), ["astronomer"]);
        assert_eq!(read_lookers("0"), BTreeMap::new());
    }
}
