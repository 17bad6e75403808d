//! Keys of the triage page. They press the page's own links, so that a key can do nothing a link cannot.

use std::collections::VecDeque;
use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::{Element, HtmlDocument, HtmlElement, HtmlFormElement};

use super::board::Board;
use super::bulk::{self, Bulk};
use super::grid::{Grid, Step};
use super::verdict::Outbox;
use crate::api::person::use_visitor;
use crate::query::TriageQuery;

/// Every key and what it does, as the page tells it.
const KEYS: [(&str, &str); 32] = [
    ("j  ↓", "Next finding"),
    ("k  ↑", "Previous finding"),
    ("PgDn  PgUp", "A window on, back"),
    ("Home  End", "First, last finding"),
    ("Enter  o", "Open the finding"),
    ("Esc", "Close it; then select none"),
    ("/", "Go to the query line"),
    ("v", "Go to a view, or save one"),
    ("x", "Select the finding, or not"),
    ("Shift", "With the keys that move: select what lies between"),
    ("X", "Select all of the list"),
    ("b", "Decide about the selected, or about all of the list"),
    ("y", "Do what is suggested"),
    ("c", "Confirm it as found"),
    ("t", "It is of another type"),
    ("1  2  3  4  5", "Priority Blocker, High, Medium, Low, None"),
    ("a", "Assign it"),
    ("s", "Snooze it"),
    ("d", "Dismiss it, with a reason"),
    ("r", "Reopen it"),
    ("#", "Add a tag"),
    ("m", "Comment on it"),
    ("p", "Split it into two parts"),
    ("n", "Merge it with the next gap"),
    ("N", "Merge it with the previous gap"),
    ("u", "Undo what you did last"),
    ("l", "Copy its link"),
    ("+  -  0", "Look closer at the shift, less close, at all of it"),
    ("Shift+←  Shift+→", "In the timeline: move what is shown"),
    ("←  →  ↑  ↓  Enter", "In the timeline: from stretch to stretch and lane to lane, open the finding there"),
    ("Ctrl+Enter", "Send what you are writing"),
    ("?", "Show these keys"),
];

/// The list of keys, shown by `?` or its button.
pub(super) fn keys() -> impl IntoView {
    let lines = KEYS.map(|(keys, what)| {
        let keys = keys.split("  ").map(|key| view! { <kbd>{key}</kbd>" " }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{what}</dd></div> }
    });
    view! {
        <dialog id="keys" popover="auto" aria-labelledby="keys-title">
            <h2 id="keys-title">"Keys of this page"</h2>
            <dl>{lines.collect_view()}</dl>
            <p class="hint">"Verdicts are on the open finding; while none is open, on the selected ones."</p>
        </dialog>
    }
}

/// Listens while the page is shown. Does nothing on the server.
pub(super) fn listen(query: Memo<TriageQuery>, grid: Grid, bulk: Bulk, outbox: Outbox) {
    let navigate = use_navigate();
    let ahead = Ahead {
        query,
        outbox,
        going: StoredValue::new(None),
        waits: StoredValue::new(false),
        early: StoredValue::new(VecDeque::new()),
        caught_up: Trigger::new(),
    };
    let open = Memo::new(move |_| query.with(|query| query.finding));
    // The address has caught up with the keys, or somebody went elsewhere.
    Effect::new(move || {
        open.track();
        ahead.going.set_value(None);
    });
    let visitor = use_visitor();
    let handle = move |key: &Key| {
        let go = |href: &str, replace| navigate(href, NavigateOptions { replace, scroll: false, ..Default::default() });
        let letters = visitor.with_untracked(|visitor| visitor.single_key_shortcuts);
        in_a_verdict(key).or_else(|| press(key, letters, ahead, (grid, bulk), go))
    };
    let early = handle.clone();
    Effect::new(move || {
        ahead.caught_up.track();
        while let Some(key) = ahead.next_early() {
            let _ = written(&key).or_else(|| early(&key));
        }
    });
    Effect::new(move || {
        let handle = handle.clone();
        let listener = window_event_listener(leptos::ev::keydown, move |key| {
            if key.default_prevented() {
                return;
            }
            let pressed = Key::of(&key);
            if !pressed.with_others && ahead.waits.get_value() {
                key.prevent_default();
                ahead.early.update_value(|early| early.push_back(pressed));
            } else if handle(&pressed).is_some() {
                key.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Another list begins at its top; an open finding that the first screen does not hold is brought into it. In the browser only.
pub(super) fn stay_in_view(query: Memo<TriageQuery>, board: Board) {
    let list = Memo::new(move |_| query.with(TriageQuery::list));
    Effect::new(move |before: Option<()>| {
        list.track();
        if board.ready_untracked() {
            // The whole list sees to it itself.
            return;
        }
        let rows = document().query_selector(".rows").ok().flatten();
        match (before, rows) {
            (Some(()), Some(rows)) => rows.set_scroll_top(0),
            (None, Some(rows)) => {
                let row = rows.query_selector("tr.open").ok().flatten();
                let below =
                    |row: &Element| row.get_bounding_client_rect().bottom() > rows.get_bounding_client_rect().bottom();
                if let Some(row) = row.filter(below) {
                    row.scroll_into_view();
                }
            }
            (_, None) => {}
        }
    });
}

/// A key as it was pressed.
#[derive(Clone, Debug)]
struct Key {
    /// `j`, `Enter`.
    name: String,
    shift: bool,
    /// Ctrl, Alt or the system's key with it.
    with_others: bool,
}

impl Key {
    fn of(event: &KeyboardEvent) -> Self {
        let with_others = event.ctrl_key() || event.meta_key() || event.alt_key();
        Self { name: event.key(), shift: event.shift_key(), with_others }
    }
}

/// `Some` when the key was one of ours.
fn press(key: &Key, letters: bool, ahead: Ahead, (grid, bulk): (Grid, Bulk), go: impl Fn(&str, bool)) -> Option<()> {
    let query = ahead.query;
    // Who dictates or uses a screen reader switches off the keys that write a letter.
    if !letters && key.name.chars().count() == 1 {
        return None;
    }
    if key.with_others {
        return None;
    }
    let focused = document().active_element();
    let writing =
        focused.as_ref().is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    // Escape closes what lies on top, which the browser does by itself; only then the finding.
    let covered = document().query_selector(":popover-open").ok().flatten().is_some();
    if writing || covered {
        return None;
    }
    // Arrows belong to whatever has the focus, unless that is the list or nothing.
    let in_list = focused
        .as_ref()
        .is_none_or(|element| element.tag_name() == "BODY" || element.closest("tbody").ok().flatten().is_some());
    let in_list = in_list || focused.is_some_and(|element| element.class_list().contains("rows"));
    let key_name = key.name.clone();
    let to = match key_name.as_str() {
        "j" | "J" => Some(Step::Rows(1)),
        "k" | "K" => Some(Step::Rows(-1)),
        "ArrowDown" if in_list => Some(Step::Rows(1)),
        "ArrowUp" if in_list => Some(Step::Rows(-1)),
        "Home" if in_list => Some(Step::First),
        "End" if in_list => Some(Step::Last),
        "PageDown" if in_list => Some(Step::Windows(1)),
        "PageUp" if in_list => Some(Step::Windows(-1)),
        _ => None,
    };
    let nothing_is_open = ahead.finding().is_none();
    match (key_name.as_str(), to) {
        (_, Some(to)) if key.shift && grid.may_select() => grid.stretch(to).map(|_| ()),
        (_, Some(to)) => step(to, ahead, grid, &go),
        ("o", _) if grid.ready_untracked() => {
            let id = grid.current()?;
            ahead.going.set_value(Some(id));
            go(&query.with_untracked(|query| query.opening(id).href()), false);
            Some(())
        }
        ("o", _) => click(current_row()?),
        ("x", _) if grid.may_select() => grid.current().map(|id| grid.toggle(id)),
        // The server's own list has boxes.
        ("x", _) => {
            let link = current_row()?;
            click(html(&row_of(&link)?.query_selector(".c-mark input").ok()??)?)
        }
        ("Escape", _) if nothing_is_open => grid.has_selected().then(|| bulk.clear()),
        ("Escape", _) => {
            ahead.going.set_value(None);
            go(&query.with_untracked(|query| query.list().href()), false);
            Some(())
        }
        ("/", _) => {
            let line = html(&document().query_selector("#q").ok()??)?;
            line.focus().ok()
        }
        ("?", _) => click(html(&document().query_selector(".keys-button").ok()??)?),
        // With the focus on its button the next Tab walks into the menu.
        ("v", _) => {
            let button = html(&document().query_selector(".line [data-key='v']").ok()??)?;
            button.focus().ok()?;
            click(button)
        }
        ("b", _) => bulk.open(),
        ("X", _) => bulk::press("X"),
        ("u", _) => bulk::press("u").or_else(|| control("u", ahead)),
        (pressed, _) if nothing_is_open && grid.has_selected() => bulk.begin(pressed),
        (pressed, _) => control(pressed, ahead),
    }
}

/// Where the keys have gone to: further than the page for as long as it takes to fetch the finding they opened.
#[derive(Clone, Copy)]
struct Ahead {
    query: Memo<TriageQuery>,
    outbox: Outbox,
    /// The finding that a key has opened, until the address says so too.
    going: StoredValue<Option<i64>>,
    /// Whether a key waits until the page has caught up.
    waits: StoredValue<bool>,
    /// The keys that were pressed meanwhile: none overtakes the one that waits.
    early: StoredValue<VecDeque<Key>>,
    /// Told when the page has caught up.
    caught_up: Trigger,
}

impl Ahead {
    /// The next key that was pressed while another waited, if none waits now.
    fn next_early(self) -> Option<Key> {
        let waits = self.waits.try_get_value().unwrap_or(true);
        (!waits).then(|| self.early.try_update_value(VecDeque::pop_front).flatten()).flatten()
    }

    /// The page has caught up, or never will: then what was pressed since was meant for something else.
    fn goes_on(self, caught_up: bool) {
        let _ = self.waits.try_set_value(false);
        if !caught_up {
            let _ = self.early.try_update_value(VecDeque::clear);
        }
        self.caught_up.notify();
    }

    /// The finding that is open, or about to be.
    fn finding(self) -> Option<i64> {
        let going = self.going.try_get_value().flatten();
        going.or_else(|| self.query.try_with_untracked(|query| query.finding).flatten())
    }
}

/// How often, and how many times, a key looks whether the page has caught up: three seconds, then it is forgotten.
const LOOKED_AGAIN: Duration = Duration::from_millis(20);
const LOOKS: u32 = 150;

/// Presses the control of the finding that the keys have come to, which bears this key.
fn control(pressed: &str, ahead: Ahead) -> Option<()> {
    const CONTROLS: [&str; 22] =
        ["y", "c", "t", "1", "2", "3", "4", "5", "a", "s", "d", "r", "#", "m", "p", "n", "N", "u", "l", "+", "-", "0"];
    // The plus without its Shift.
    let pressed = if pressed == "=" { "+" } else { pressed };
    let pressed = CONTROLS.into_iter().find(|key| *key == pressed)?;
    control_once_shown(pressed, ahead.finding()?, ahead, LOOKS)
}

/// A verdict that is pressed on the way to a finding must not fall on the one before, and an undo not on what was done before the
/// verdict that has no answer yet: both wait.
fn control_once_shown(pressed: &'static str, finding: i64, ahead: Ahead, looks: u32) -> Option<()> {
    let waited = ahead.waits.try_get_value()?;
    let panel = document().query_selector(".detail[data-finding]").ok().flatten();
    let shown = panel.and_then(|panel| panel.get_attribute("data-finding")?.parse().ok());
    let is_there = shown == Some(finding) && (pressed != "u" || ahead.outbox.is_quiet(finding));
    if !is_there && looks > 0 && ahead.finding() == Some(finding) {
        ahead.waits.set_value(true);
        set_timeout(move || _ = control_once_shown(pressed, finding, ahead, looks - 1), LOOKED_AGAIN);
        return Some(());
    }
    let done = is_there.then(|| press_control(pressed)).flatten();
    if waited {
        ahead.goes_on(is_there);
    }
    done
}

/// Writes a key into the field that has the focus, as the browser does with a key that nobody waited for.
fn written(key: &Key) -> Option<()> {
    let field = document().active_element().filter(|element| element.matches("input, textarea").unwrap_or(false))?;
    let key_name = key.name.clone();
    if key_name == "Enter" && field.tag_name() == "INPUT" {
        return field.closest("form").ok()??.dyn_ref::<HtmlFormElement>()?.request_submit().ok();
    }
    if key_name.chars().count() != 1 {
        return None;
    }
    // The one way to type that fires the same events and can be taken back by the browser's own undo.
    let document = document().dyn_into::<HtmlDocument>().ok()?;
    document.exec_command_with_show_ui_and_value("insertText", false, &key_name).ok().map(|_| ())
}

/// Presses a control of the panel; one that takes words unfolds, and the words can be typed.
fn press_control(pressed: &str) -> Option<()> {
    let element = html(&document().query_selector(&format!(".detail [data-key='{pressed}']")).ok()??)?;
    if element.tag_name() != "SUMMARY" {
        return click(element);
    }
    let folded = element.parent_element()?;
    if !folded.has_attribute("open") {
        element.click();
    }
    html(&folded.query_selector("input:not([type=hidden]), textarea").ok()??)?.focus().ok()
}

/// Keys while somebody writes a verdict, on one finding or on many: Escape folds it away again, Ctrl+Enter sends it.
fn in_a_verdict(key: &Key) -> Option<()> {
    let folded = document().active_element()?.closest(":is(.verdict, .bulk) details[open]").ok()??;
    match key.name.as_str() {
        "Escape" => {
            folded.remove_attribute("open").ok()?;
            html(&folded.query_selector("summary").ok()??)?.focus().ok()
        }
        "Enter" if key.with_others => {
            let form = document().active_element()?.closest("form").ok()??;
            click(html(&form.query_selector("button").ok()??)?)
        }
        _ => None,
    }
}

/// Moves to another row; while a finding is open, the one moved to opens in its place.
fn step(to: Step, ahead: Ahead, grid: Grid, go: &impl Fn(&str, bool)) -> Option<()> {
    if grid.ready_untracked() {
        return open_if_one_is(grid.step(to)?, ahead, go);
    }
    // The server's own list is walked by rows alone.
    let Step::Rows(by) = to else { return None };
    let row = match current_row().and_then(|link| row_of(&link)) {
        Some(row) if by > 0 => row.next_element_sibling()?,
        Some(row) => row.previous_element_sibling()?,
        None => document().query_selector(".findings tbody tr").ok()??,
    };
    let link = row.query_selector("a").ok()??;
    html(&link)?.focus().ok()?;
    if ahead.finding().is_some() {
        ahead
            .going
            .set_value(link.closest("tr").ok().flatten().and_then(|row| row.id().strip_prefix('f')?.parse().ok()));
        go(&format!("/triage{}", link.get_attribute("href")?), true);
    }
    Some(())
}

/// Opens a finding in the place of the one that is open.
fn open_if_one_is(id: i64, ahead: Ahead, go: &impl Fn(&str, bool)) -> Option<()> {
    if ahead.finding().is_some() {
        ahead.going.set_value(Some(id));
        go(&ahead.query.with_untracked(|query| query.opening(id).href()), true);
    }
    Some(())
}

/// The link of the row that has the focus, else of the one that is open.
fn current_row() -> Option<HtmlElement> {
    let focused = document().query_selector(".findings tbody a:focus").ok().flatten();
    let row = focused.or_else(|| document().query_selector(".findings tr.open a").ok().flatten())?;
    html(&row)
}

fn row_of(link: &Element) -> Option<Element> {
    link.closest("tr").ok().flatten()
}

fn click(element: HtmlElement) -> Option<()> {
    element.click();
    Some(())
}

fn html(element: &Element) -> Option<HtmlElement> {
    element.dyn_ref::<HtmlElement>().cloned()
}
