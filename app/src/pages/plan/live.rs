//! The plan page in the browser: the same page, made anew from the blocks it holds while somebody moves a slider.
//!
//! The address stays the state. A link of the page is taken as what it says and not followed; the form is read as it would be
//! sent. So everything works as without this, and at once.

use std::sync::Arc;
use std::time::Duration;

use domain::plan::candidates::PastExecution;
use domain::plan::observatory::Observatory;
use domain::plan::ranking::{Blocks, Section};
use domain::plan::wire::{read_blocks, read_observatory};
use domain::time::Instant;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlOptionElement, HtmlSelectElement,
    KeyboardEvent, MouseEvent, Response, UrlSearchParams,
};

use super::columns::Columns;
use super::filled::Tables;
use super::list::{Listed, section_view, sections};
use super::made::Made;
use super::why_not::NotListed;
use super::{above, columns, conditions, heading, why, why_not};
use crate::api::plan::executions_of;
use crate::error::AppError;
use crate::query::plan::{PlanQuery, Reading, read};
use crate::query::{address, encoded, pairs};

/// How often the observatory is asked how it is.
const ASK_EVERY: Duration = Duration::from_secs(60);
/// The address follows a slider when it has stood still so long.
const ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// Takes over the page that the server sent, once the blocks are here. Until then, and without them, the page works by links.
pub fn take_over() {
    spawn_local(async {
        let Some(page) = document().get_element_by_id("plan").and_then(|page| page.dyn_into::<HtmlElement>().ok())
        else {
            return;
        };
        let asked = read(pairs(&search_of_the_page())).query.asked.at;
        let Some((edition, observatory)) = observatory(asked).await else { return };
        let Some(blocks) = blocks().await else { return };
        let has_keys = page.get_attribute("data-keys").as_deref() == Some("on");
        // What somebody typed meanwhile stays, and so does the place they typed it in.
        let before = search_of_the_page();
        let typed = form_of(&page).filter(is_touched);
        let typed = typed.and_then(|form| search_of(&form, &read(pairs(&before)).query));
        let focused = focused_field();
        page.set_inner_html("");
        let state = State {
            blocks: RwSignal::new(Arc::new(blocks)),
            edition: StoredValue::new(edition),
            observatory: RwSignal::new(Arc::new(observatory)),
            search: RwSignal::new(typed.unwrap_or(before)),
            form: RwSignal::new(0),
            past: RwSignal::new(None),
        };
        leptos::mount::mount_to(page.clone(), move || live(state)).forget();
        page.set_attribute("data-live", "yes").ok();
        if let Some(field) = focused.and_then(|name| page.query_selector(&format!("[name=\"{name}\"]")).ok().flatten())
        {
            focus(&field);
        }
        listen(&page, state, has_keys);
        // Time goes on, and others load.
        set_interval(move || spawn_local(state.ask()), ASK_EVERY);
    });
}

/// What the page is made of.
#[derive(Clone, Copy)]
struct State {
    blocks: RwSignal<Arc<Blocks>>,
    /// Which edition of the log the blocks are of.
    edition: StoredValue<String>,
    observatory: RwSignal<Arc<Observatory>>,
    /// The query string, as the address has it or will have it.
    search: RwSignal<String>,
    /// Counts how often the form has to say something else than was typed.
    form: RwSignal<u32>,
    /// The executions of the open block, once they are known.
    past: RwSignal<Option<PastOf>>,
}

/// What is known of the executions of one block.
#[derive(Clone)]
struct PastOf {
    sb: String,
    executions: Result<Vec<PastExecution>, AppError>,
}

impl State {
    fn query(self) -> PlanQuery {
        read(pairs(&self.search.get_untracked())).query
    }

    /// Asks how the observatory is at the time that is looked at, and for the blocks when others were loaded. An answer that comes
    /// when another time is looked at is none.
    async fn ask(self) {
        let asked = self.query().asked.at;
        let Some((edition, observatory)) = observatory(asked).await else { return };
        if self.query().asked.at != asked {
            return;
        }
        self.observatory.set(Arc::new(observatory));
        if self.edition.read_value() != edition
            && let Some(blocks) = blocks().await
        {
            self.edition.set_value(edition);
            self.blocks.set(Arc::new(blocks));
        }
    }

    /// Shows what another address says, and says it in the form.
    fn go(self, search: &str) {
        // What was typed a moment ago would take the address back.
        waiting_address();
        let before = self.query();
        self.search.set(search.trim_start_matches('?').to_owned());
        let after = self.query();
        if before.conditions() != after.conditions() || before.find != after.find {
            self.form.update(|n| *n += 1);
        }
    }
}

fn live(state: State) -> impl IntoView {
    let query = Memo::new(move |_| read(pairs(&state.search.get())).query);
    // The executions of whatever is open.
    let open = Memo::new(move |_| query.with(|query| query.open.clone()));
    Effect::new(move || {
        let Some(sb) = open.get() else { return };
        spawn_local(async move {
            let executions = executions_of(sb.clone()).await;
            // Another block may be open by now, and have its answer already.
            if open.get_untracked().as_ref() == Some(&sb) {
                state.past.set(Some(PastOf { sb, executions }));
            }
        });
    });
    // Another time has another air.
    let asked = Memo::new(move |_| query.with(|query| query.asked.at));
    Effect::new(move |before: Option<Option<Instant>>| {
        let asked = asked.get();
        if before.is_some_and(|before| before != asked) {
            spawn_local(state.ask());
        }
        asked
    });
    let top = move || {
        let at = query.with(|query| query.asked.at);
        let ahead = state.observatory.with(|observatory| observatory.ahead(at.unwrap_or(observatory.now)));
        query.with(|query| heading(query, ahead.first(), columns::button()))
    };
    let form = move || {
        state.form.track();
        let (blocks, observatory) = (state.blocks.get_untracked(), state.observatory.get_untracked());
        conditions::conditions(&Made::new(blocks, observatory, read(pairs(&state.search.get_untracked()))))
    };
    // Made once for all that shows it.
    let make =
        move || Arc::new(Made::new(state.blocks.get(), state.observatory.get(), read(pairs(&state.search.get()))));
    let made = Memo::new_with_compare(move |_| make(), |_, _| true);
    let has_blocks = Memo::new(move |_| made.with(|made| !made.blocks.is_empty()));
    let is_pinned = Memo::new(move |_| made.with(|made| made.pinned.is_some()));
    let not_listed = Memo::new_with_compare(move |_| made.with(|made| Arc::new(NotListed::of(made))), |_, _| true);
    let lists = move || {
        has_blocks.get().then(|| {
            // Each is made once, and filled by hand from then on.
            let section = |section| section_view(section, &Listed::default(), ().into_any());
            let counts = move || why_not::counts(&made.get(), &not_listed.get());
            let more = move || why_not::more(&made.get(), &not_listed.get());
            view! {
                {sections(section)}
                {why_not::frame(counts.into_any(), ().into_any(), more.into_any())}
            }
        })
    };
    let tables = StoredValue::new_local(None::<Tables>);
    Effect::new(move || {
        let listed = made.with(|made| Section::ALL.iter().map(|&section| Listed::of(made, section)).collect());
        let not_listed = not_listed.with(|not_listed| not_listed.lines.clone());
        if has_blocks.get() {
            tables.update_value(|tables| {
                if let Some(tables) = tables.as_mut().filter(|tables| tables.are_there()) {
                    return tables.fill(listed, not_listed);
                }
                *tables = Tables::of_the_page();
                if let Some(tables) = tables {
                    tables.fill(listed, not_listed);
                }
            });
        }
    });
    Effect::new(move || made.with(|made| say_in_the_menu(&made.query)));
    let columns = Columns::new();
    let lists_class = move || {
        let pinned = if is_pinned.get() { " pinned" } else { "" };
        format!("plan-lists{pinned}{}", columns.classes())
    };
    Effect::new(move || {
        if has_blocks.get() {
            columns.apply();
        }
    });
    columns.listen();
    let why = move || {
        let made = made.get();
        // Those of the block that was open before are not these.
        let past = state.past.get().filter(|past| made.query.open.as_ref() == Some(&past.sb));
        why::why(&made, past.map(|past| past.executions))
    };
    view! {
        {top}
        {form}
        <div class="plan-body" class:with-why=move || open.with(Option::is_some)>
            <div class=lists_class>
                {move || above(&made.get())}
                {lists}
            </div>
            {why}
        </div>
        {columns.menu()}
    }
}

/// The menu of views stands beside the page: what its form saves, and which of its views is shown.
fn say_in_the_menu(query: &PlanQuery) {
    let Some(menu) = document().get_element_by_id("views") else { return };
    let shown = query.for_a_file().written_out();
    if let Ok(Some(search)) = menu.query_selector("form input[name=search]") {
        let _ = search.set_attribute("value", &shown);
    }
    let Ok(links) = menu.query_selector_all("li a[href]") else { return };
    for link in (0..links.length()).filter_map(|nth| links.item(nth)?.dyn_into::<Element>().ok()) {
        let _ = match link.get_attribute("href").as_deref().and_then(of_this_page) == Some(&shown) {
            true => link.set_attribute("aria-current", "true"),
            false => link.remove_attribute("aria-current"),
        };
    }
}

fn listen(page: &HtmlElement, state: State, has_keys: bool) {
    let inside = page.clone();
    let clicked = window_event_listener(ev::click, move |event: MouseEvent| {
        let plain =
            event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.alt_key();
        let Some(link) = target(&event).and_then(|target| target.closest("a[href]").ok().flatten()) else { return };
        let menu = link.closest("#views").ok().flatten();
        if !plain || event.default_prevented() || menu.is_none() && !inside.contains(Some(&link)) {
            return;
        }
        let href = link.get_attribute("href").unwrap_or_default();
        // One that says nothing leads to where somebody begins, which the server knows.
        if of_this_page(&href).is_some_and(|search| !search.is_empty()) {
            event.prevent_default();
            // It is closed already where the browser closed it.
            let _ = menu.and_then(|menu| menu.dyn_into::<HtmlElement>().ok()).map(|menu| menu.hide_popover());
            visit(state, &href);
        }
    });
    let typed = window_event_listener(ev::input, move |event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let Some(form) = input.closest("form.conditions").ok().flatten() else { return };
        let Ok(form) = form.dyn_into::<HtmlFormElement>() else { return };
        in_step(&form, &input);
        follow(state, &form);
    });
    let sent = window_event_listener(ev::submit, move |event| {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else { return };
        if form.class_list().contains("conditions") {
            event.prevent_default();
            follow(state, &form);
        }
    });
    let went = window_event_listener(ev::popstate, move |_| {
        state.go(&search_of_the_page());
        state.form.update(|n| *n += 1);
    });
    let keyed = window_event_listener(ev::keydown, move |event: KeyboardEvent| keys(state, has_keys, &event));
    // They last as long as the page.
    std::mem::forget((clicked, typed, sent, went, keyed));
}

fn target(event: &MouseEvent) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// A slider moves its field, and a field its slider.
fn in_step(form: &HtmlFormElement, moved: &Element) {
    let Some(moved) = moved.dyn_ref::<HtmlInputElement>() else { return };
    let other = match moved.get_attribute("data-for") {
        Some(name) => format!("input[name=\"{name}\"]"),
        None => format!("input[data-for=\"{}\"]", moved.name()),
    };
    let other = form.query_selector(&other).ok().flatten().and_then(|other| other.dyn_into::<HtmlInputElement>().ok());
    if let Some(other) = other
        && !(moved.get_attribute("data-for").is_none() && moved.value().is_empty())
    {
        other.set_value(&moved.value());
    }
}

thread_local! {
    static WAITING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    static ADDRESS: std::cell::RefCell<Option<(TimeoutHandle, String)>> = const { std::cell::RefCell::new(None) };
}

/// The address that was to follow, which no longer does by itself.
fn waiting_address() -> Option<String> {
    let (handle, href) = ADDRESS.with(|waiting| waiting.borrow_mut().take())?;
    handle.clear();
    Some(href)
}

fn replace(href: &str) {
    if let Ok(history) = window().history() {
        history.replace_state_with_url(&leptos::wasm_bindgen::JsValue::NULL, "", Some(href)).ok();
    }
}

/// Shows what the form says, once per frame however often it changes in one; the address follows when it stands still.
fn follow(state: State, form: &HtmlFormElement) {
    if WAITING.with(|waiting| waiting.replace(true)) {
        return;
    }
    let form = form.clone();
    request_animation_frame(move || {
        WAITING.with(|waiting| waiting.set(false));
        let Some(search) = search_of(&form, &state.query()) else { return };
        let href = read(pairs(&search)).query.href();
        state.search.set(search);
        waiting_address();
        let follow = {
            let href = href.clone();
            move || {
                ADDRESS.with(|waiting| waiting.borrow_mut().take());
                replace(&href);
            }
        };
        let handle = set_timeout_with_handle(follow, ADDRESS_AFTER).ok();
        ADDRESS.with(|waiting| *waiting.borrow_mut() = handle.map(|handle| (handle, href)));
    });
}

/// What the form says as a query string, with what the page looked at `before`. What is wrong has to be told, so it stays in it.
fn search_of(form: &HtmlFormElement, before: &PlanQuery) -> Option<String> {
    let data = FormData::new_with_form(form).ok()?;
    let params = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    let Reading { mut query, bad } = read(pairs(&String::from(params.to_string())));
    query.open.clone_from(&before.open);
    (query.failing, query.all_rows, query.pin) = (before.failing, before.all_rows, before.pin.clone());
    let wrong = bad.iter().map(|bad| format!("&{}={}", bad.name, encoded(&bad.value)));
    Some(query.text() + &wrong.collect::<String>())
}

/// Whether any field is other than it was sent.
fn is_touched(form: &HtmlFormElement) -> bool {
    let fields = form.elements();
    (0..fields.length()).filter_map(|nth| fields.item(nth)).any(|field| {
        if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
            return input.value() != input.default_value() || input.checked() != input.default_checked();
        }
        let Some(select) = field.dyn_ref::<HtmlSelectElement>() else { return false };
        let chosen = select.options().item(u32::try_from(select.selected_index()).unwrap_or(0));
        chosen.and_then(|chosen| chosen.dyn_into::<HtmlOptionElement>().ok()).is_some_and(|one| !one.default_selected())
    })
}

fn form_of(page: &HtmlElement) -> Option<HtmlFormElement> {
    page.query_selector("form.conditions").ok().flatten()?.dyn_into().ok()
}

fn keys(state: State, has_keys: bool, event: &KeyboardEvent) {
    let in_field = event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|target| {
        target.closest("input:not([type=range]):not([type=checkbox]), select, textarea").ok().flatten().is_some()
    });
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    // Escape closes what lies on top, which the browser does by itself; the keys of the lists wait until they can be seen.
    if event.key() != "v" && document().query_selector(":popover-open").ok().flatten().is_some() {
        return;
    }
    let query = state.query();
    match event.key().as_str() {
        "Escape" if query.open.is_some() => {
            let sb = query.open.clone();
            let href = query.opening(None).href();
            visit(state, &href);
            if let Some(sb) = sb {
                focus_row(&sb);
            }
        }
        "/" if !in_field && has_keys => {
            event.prevent_default();
            if let Some(field) = document().query_selector("form.conditions input[name=find]").ok().flatten() {
                focus(&field);
            }
        }
        "j" | "ArrowDown" if !in_field && has_keys && on_a_row(&event.key()) => step(event, 1),
        "k" | "ArrowUp" if !in_field && has_keys && on_a_row(&event.key()) => step(event, -1),
        // With the focus on its button the next Tab walks into the menu.
        "v" if !in_field && has_keys => {
            let button = document().query_selector("[data-key='v']").ok().flatten();
            if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                button.focus().ok();
                button.click();
            }
        }
        "p" if !in_field && has_keys => {
            let href =
                if query.pin.is_some() { PlanQuery { pin: None, ..query }.href() } else { query.pinning().href() };
            visit(state, &href);
        }
        "n" if !in_field && has_keys && query.is_what_if() => {
            let href = query.as_it_is().href();
            visit(state, &href);
        }
        _ => {}
    }
}

/// The arrows move between rows only from a row: elsewhere they scroll. Letters do from anywhere.
fn on_a_row(key: &str) -> bool {
    key.len() == 1
        || document().active_element().is_some_and(|element| element.closest("tr[data-sb]").ok().flatten().is_some())
}

/// Moves the focus to the next row, or the one before.
fn step(event: &KeyboardEvent, by: i32) {
    let Ok(rows) = document().query_selector_all("tr[data-sb] th.sb a") else { return };
    let here = document().active_element();
    let at = (0..rows.length()).find(|&nth| {
        rows.item(nth).is_some_and(|node| here.as_ref().is_some_and(|here| node.is_same_node(Some(here))))
    });
    let next = match at {
        None => Some(0),
        Some(at) => at.checked_add_signed(by).filter(|&next| next < rows.length()),
    };
    if let Some(link) = next.and_then(|next| rows.item(next)).and_then(|node| node.dyn_into::<Element>().ok()) {
        event.prevent_default();
        focus(&link);
    }
}

fn focus_row(sb: &str) {
    let Ok(rows) = document().query_selector_all("tr[data-sb]") else { return };
    for nth in 0..rows.length() {
        let row = rows.item(nth).and_then(|node| node.dyn_into::<Element>().ok());
        if let Some(row) = row
            && row.get_attribute("data-sb").as_deref() == Some(sb)
        {
            if let Some(link) = row.query_selector("a").ok().flatten() {
                focus(&link);
            }
            return;
        }
    }
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.focus().ok();
    }
}

/// The name of the field that somebody is in.
fn focused_field() -> Option<String> {
    document().active_element()?.get_attribute("name")
}

/// The query string of an address of this page; `None` of any other.
fn of_this_page(href: &str) -> Option<&str> {
    match href.strip_prefix("/plan")? {
        "" => Some(""),
        rest => rest.strip_prefix('?').map(|search| search.split('#').next().unwrap_or_default()),
    }
}

fn search_of_the_page() -> String {
    window().location().search().unwrap_or_default().trim_start_matches('?').to_owned()
}

/// Goes to another address of this page. The one before is left as it was last shown.
fn visit(state: State, href: &str) {
    if let Some(before) = waiting_address() {
        replace(&before);
    }
    state.go(of_this_page(href).unwrap_or_default());
    push(href);
}

fn push(href: &str) {
    if let Ok(history) = window().history() {
        history.push_state_with_url(&leptos::wasm_bindgen::JsValue::NULL, "", Some(href)).ok();
    }
}

async fn blocks() -> Option<Blocks> {
    read_blocks(&bytes("/plan/blocks").await?).ok()
}

async fn observatory(at: Option<Instant>) -> Option<(String, Observatory)> {
    let at = at.map(|at| ("at", String::from(at)));
    read_observatory(&bytes(&address("/plan/observatory", at)).await?).ok()
}

async fn bytes(address: &str) -> Option<Vec<u8>> {
    let response = JsFuture::from(window().fetch_with_str(address)).await.ok()?.dyn_into::<Response>().ok()?;
    if !response.ok() {
        return None;
    }
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}
