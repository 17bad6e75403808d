//! One decision about many findings, those that are selected or all of the list: the exact number before, one undo after.
//!
//! The bar at the foot of the list is one plain form. Without JavaScript the rows have boxes that belong to it; with it, the
//! selection is the page's own, stays as it is whatever is decided, and what could not be sent is still in the form.

use domain::findings::{FindingType, Priority};
use domain::triage::FindingPage;
use domain::triage::decision::{ActionDone, Verb};
use domain::triage::selection::{SELECTION_MAX_BYTES, Selection, Which};
use leptos::ev::SubmitEvent;
use leptos::html::{Button, Details, Input, Select};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlElement, HtmlFormElement, HtmlInputElement};

use super::board::{Answered, Board};
use super::grid::Grid;
use crate::api::Asked;
use crate::api::decision::{DecideMany, Undo, decide_many, in_numbers, undo};
use crate::components::sign_in_again::{SignInAgain, use_sign_in_again};
use crate::error::AppError;
use crate::format::thousands;
use crate::query::{TriageQuery, write};

/// The verbs, each as the form says it with what its text is, and the key that the verdict on one finding has.
const VERBS: [(Verb, &str, &str); 10] = [
    (Verb::Confirm, "Confirm as found", "c"),
    (Verb::Type, "Type: one of the 20, or its beginning", "t"),
    (Verb::Priority, "Priority: Blocker, High, Medium, Low or None", ""),
    (Verb::Assign, "Assign: a login name; empty for nobody", "a"),
    (Verb::Snooze, "Snooze: until [UTC]; empty until the next shift", "s"),
    (Verb::Dismiss, "Dismiss: because", "d"),
    (Verb::Tag, "Tag: to add", "#"),
    (Verb::Untag, "Tag: to take away", ""),
    (Verb::Comment, "Comment", "m"),
    (Verb::Reopen, "Reopen", "r"),
];

/// How many findings that others were quicker with are named one by one.
const NAMED: usize = 5;

/// The bar.
#[derive(Clone, Copy)]
pub(super) struct Bulk {
    board: Board,
    grid: Grid,
    verb: RwSignal<Verb>,
    bar: NodeRef<Details>,
    what: NodeRef<Select>,
    text: NodeRef<Input>,
    apply: NodeRef<Button>,
    sending: RwSignal<bool>,
    told: RwSignal<Option<Result<ActionDone, AppError>>>,
    /// The number of the reader's last action, here or on the open finding.
    changed: RwSignal<i64>,
    sign_in: SignInAgain,
}

impl Bulk {
    /// One for this page. `changed` is told of what is done, and tells what is done elsewhere.
    pub(super) fn new(board: Board, grid: Grid, changed: RwSignal<i64>) -> Self {
        let bulk = Self {
            board,
            grid,
            verb: RwSignal::new(Verb::Confirm),
            bar: NodeRef::new(),
            what: NodeRef::new(),
            text: NodeRef::new(),
            apply: NodeRef::new(),
            sending: RwSignal::new(false),
            told: RwSignal::new(None),
            changed,
            sign_in: use_sign_in_again(),
        };
        // What is told here, and can be undone from here, is what was done last.
        Effect::new(move || {
            let newest = changed.get();
            let is_old = |told: &Option<_>| matches!(told, Some(Ok(ActionDone { seq, .. })) if *seq < newest);
            if bulk.told.with_untracked(is_old) {
                bulk.told.set(None);
            }
        });
        bulk
    }

    /// Opens the form, for `b`.
    pub(super) fn open(self) -> Option<()> {
        self.bar.get_untracked()?.set_open(true);
        self.what.get_untracked()?.focus().ok()
    }

    /// Begins the verdict of that key about the selection; `None` when it is no verdict on many. Nothing is decided before
    /// somebody has pressed the button that says about how many.
    pub(super) fn begin(self, key: &str) -> Option<()> {
        let nth = key.parse::<usize>().ok().and_then(|nth| nth.checked_sub(1));
        let priority = nth.and_then(|nth| Priority::ALL.iter().rev().nth(nth));
        let verb = match priority {
            Some(_) => Verb::Priority,
            None => VERBS.iter().find(|(_, _, its)| *its == key)?.0,
        };
        self.verb.set(verb);
        self.bar.get_untracked()?.set_open(true);
        let text = self.text.get_untracked()?;
        text.set_value(priority.map_or("", |priority| priority.label()));
        if priority.is_some() || !takes_words(verb) {
            return self.apply.get_untracked()?.focus().ok();
        }
        // At once, and not when the page has followed: the next letter is typed into it.
        if let Some(label) = text.closest("label").ok().flatten() {
            label.remove_attribute("hidden").ok()?;
        }
        text.focus().ok()
    }

    /// Selects nothing any more.
    pub(super) fn clear(self) {
        self.board.selection.set(Selection::default());
        // Where the server's own list stands, its boxes say what is selected.
        each_ticked(|tick| tick.set_checked(false));
    }

    fn on_submit(self, event: &SubmitEvent) {
        event.prevent_default();
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let pressed = event.submitter().and_then(|button| button.get_attribute("value"));
        if let Some(wanted) = form.and_then(|form| self.wanted(&form, pressed.as_deref())) {
            self.send(wanted);
        }
    }

    /// What the form asks for. Without a button that was pressed, Enter means the first.
    fn wanted(self, form: &HtmlFormElement, pressed: Option<&str>) -> Option<DecideMany> {
        let form = FormData::new_with_form(form).ok()?;
        let field = |name: &str| form.get(name).as_string();
        let selected = self.board.selection.get_untracked();
        let first = if selected.is_empty() { Which::Matching } else { Which::Selected };
        Some(DecideMany {
            which: pressed.and_then(|which| which.parse().ok()).unwrap_or(first),
            selected: vec![selected],
            search: field("search")?,
            n: field("n")?.parse().ok()?,
            seen: self.board.seq().or_else(|| field("seen")?.parse().ok())?,
            verb: self.verb.get_untracked(),
            value: field("value").unwrap_or_default(),
        })
    }

    fn send(self, wanted: DecideMany) {
        if self.sending.get_untracked() {
            return;
        }
        let selected = if wanted.which == Which::Selected { wanted.selected.clone() } else { Vec::new() };
        if selected.iter().any(|selection| selection.to_string().len() > SELECTION_MAX_BYTES) {
            let message = domain::triage::selection::IllegalSelection::TooMany.to_string();
            return self.told.set(Some(Err(AppError::Invalid { field: "Selected".to_owned(), message })));
        }
        self.sending.set(true);
        spawn_local(async move {
            let DecideMany { which, search, n, seen, verb, value, .. } = wanted.clone();
            let done = decide_many(which, selected, search, n, seen, verb, value).await;
            let _ = self.sending.try_set(false);
            match &done {
                Ok(_) => self.fold(),
                Err(AppError::SignInNeeded) => self.sign_in.ask(move || self.send(wanted.clone())),
                Err(_) => {}
            }
            self.tell(done);
        });
    }

    fn undo(self, action: i64) {
        if self.sending.get_untracked() {
            return;
        }
        self.sending.set(true);
        spawn_local(async move {
            let done = undo(action).await;
            let _ = self.sending.try_set(false);
            if done == Err(AppError::SignInNeeded) {
                self.sign_in.ask(move || self.undo(action));
            }
            self.tell(done);
        });
    }

    fn tell(self, done: Result<ActionDone, AppError>) {
        let seq = done.as_ref().map_or(0, |done| done.seq);
        let _ = self.told.try_set(Some(done));
        let _ = self.changed.try_update(|known| *known = seq.max(*known));
    }

    /// Empties the text that was taken, folds the form away, and gives the keys back to the list.
    fn fold(self) {
        if let (Some(Some(bar)), Some(Some(text))) = (self.bar.try_get_untracked(), self.text.try_get_untracked()) {
            text.set_value("");
            bar.set_open(false);
            self.grid.refocus();
        }
    }
}

/// Whether the verb is said with a text.
const fn takes_words(verb: Verb) -> bool {
    !matches!(verb, Verb::Confirm | Verb::Reopen)
}

/// Does something with each box of the server's list that is ticked.
fn each_ticked(then: impl Fn(&HtmlInputElement)) {
    let Ok(ticked) = document().query_selector_all(".findings .c-mark input:checked") else { return };
    for nth in 0..ticked.length() {
        if let Some(tick) = ticked.item(nth).and_then(|tick| tick.dyn_into::<HtmlInputElement>().ok()) {
            then(&tick);
        }
    }
}

/// The bar, for who may triage.
pub(super) fn bulk(
    bulk: Bulk,
    query: Memo<TriageQuery>,
    page: Asked<Option<FindingPage>>,
    answer: Memo<Option<Answered>>,
) -> impl IntoView {
    // Without JavaScript the browser counts: the buttons are there whatever is ticked.
    let alive = RwSignal::new(false);
    Effect::new(move || {
        let selection = bulk.board.selection;
        each_ticked(|tick| {
            if let Ok(id) = tick.value().parse::<i64>() {
                selection.update(|selection| selection.extend([id]));
            }
        });
        alive.set(true);
    });
    let may = bulk.board.may_triage();
    move || may.get().then(|| bar(bulk, query, page, answer, alive))
}

fn bar(
    bulk: Bulk,
    query: Memo<TriageQuery>,
    page: Asked<Option<FindingPage>>,
    answer: Memo<Option<Answered>>,
    alive: RwSignal<bool>,
) -> impl IntoView {
    let verbs = VERBS.map(|(verb, label, _)| view! { <option value=verb.label()>{label}</option> });
    let choose = move |event| {
        if let Ok(verb) = event_target_value(&event).parse() {
            bulk.verb.set(verb);
        }
    };
    let is_wordless = move || alive.get() && !takes_words(bulk.verb.get());
    let list = move || match bulk.verb.get() {
        Verb::Type => Some("bulk-types"),
        Verb::Priority => Some("bulk-priorities"),
        _ => None,
    };
    let labels = |labels: Vec<&'static str>| labels.into_iter().map(|label| view! { <option value=label></option> });
    let types = labels(FindingType::ALL.iter().map(|kind| kind.label()).collect()).collect_view();
    let priorities = labels(Priority::ALL.iter().map(|priority| priority.label()).collect()).collect_view();
    view! {
        <section class="bulk" aria-label="Many findings">
            <details node_ref=bulk.bar>
                <summary data-key="b">"Decide about many "<kbd aria-hidden="true">"b"</kbd></summary>
                <form id="bulk" method="post" action=DecideMany::url() on:submit=move |event| bulk.on_submit(&event)>
                    <input type="hidden" name="search" value=move || query.with(|query| write(&query.list())) />
                    <label>"What"
                        <select name="verb" node_ref=bulk.what prop:value=move || bulk.verb.get().label() on:change=choose>
                            {verbs.collect_view()}
                        </select>
                    </label>
                    <label hidden=is_wordless>"With"
                        <input name="value" node_ref=bulk.text list=list autocomplete="off" maxlength="10000" />
                    </label>
                    <datalist id="bulk-types">{types}</datalist>
                    <datalist id="bulk-priorities">{priorities}</datalist>
                    {apply_to_selected(bulk, alive)}
                    <Transition>
                        {move || {
                            if let Some(n) = answer.with(|answer| answer.as_ref().map(|answer| answer.0.places.len())) {
                                return apply_to_all(i64::try_from(n).unwrap_or(i64::MAX), None, bulk).into_any();
                            }
                            Suspend::new(async move {
                                let page = page.await.ok().flatten();
                                page.map(|page| apply_to_all(page.list.n_matching, Some(page.seq), bulk))
                            })
                            .into_any()
                        }}
                    </Transition>
                </form>
            </details>
            {selected(bulk, answer, alive)}
            {told(bulk)}
        </section>
    }
}

/// How many are selected, and the way to all and to none.
fn selected(bulk: Bulk, answer: Memo<Option<Answered>>, alive: RwSignal<bool>) -> impl IntoView {
    let Bulk { board, grid, .. } = bulk;
    let n = Memo::new(move |_| board.selection.with(Selection::len));
    let outside = Memo::new(move |_| {
        answer.with(|answer| answer.as_ref().map_or(0, |answer| board.n_selected_outside(&answer.0)))
    });
    let words = move || {
        let outside = match outside.get() {
            0 => String::new(),
            n => format!(", {} of them not in this list", count(n)),
        };
        (n.get() > 0).then(|| format!("{} selected{outside}", count(n.get())))
    };
    let n_all = Memo::new(move |_| answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.0.places.len())));
    // The server's list has a box in each row and no more rows than one sees.
    let all = move || {
        (alive.get() && n_all.get() > 0).then(|| {
            view! {
                <button type="button" class="quiet" data-key="X" on:click=move |_| grid.pick_all()>
                    "Select all "{move || count(n_all.get())}" "<kbd aria-hidden="true">"X"</kbd>
                </button>
            }
        })
    };
    let none = move || {
        (n.get() > 0).then(|| {
            view! {
                <button type="button" class="quiet" on:click=move |_| bulk.clear()>
                    "Clear "<kbd aria-hidden="true">"Esc"</kbd>
                </button>
            }
        })
    };
    view! { <p class="selected"><strong role="status">{words}</strong>{all}{none}</p> }
}

fn count(n: usize) -> String {
    thousands(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Not there while nothing is selected; without JavaScript it counts the boxes that are ticked.
fn apply_to_selected(bulk: Bulk, alive: RwSignal<bool>) -> impl IntoView {
    let n = move || bulk.board.selection.with(Selection::len);
    let is_there = Memo::new(move |_| !alive.get() || n() > 0);
    let words = move || (n() > 0).then(|| count(n()));
    move || {
        is_there.get().then(|| {
            view! {
                <button class="main" name="which" value=Which::Selected.label() node_ref=bulk.apply disabled=bulk.sending>
                    "Apply to "<span class="n-ticked">{words}</span>" selected"
                </button>
            }
        })
    }
}

fn apply_to_all(n: i64, seen: Option<i64>, bulk: Bulk) -> impl IntoView {
    view! {
        <input type="hidden" name="n" value=n />
        {seen.map(|seen| view! { <input type="hidden" name="seen" value=seen /> })}
        <button name="which" value=Which::Matching.label() disabled=move || n == 0 || bulk.sending.get()>
            "Apply to all "{thousands(n)}" matching"
        </button>
    }
}

/// What was done, its undo, and what others were quicker with.
fn told(bulk: Bulk) -> impl IntoView {
    move || {
        let told = bulk.told.get()?;
        let done = match told {
            Ok(done) => done,
            Err(error) => {
                return Some(view! { <p class="toast wrong" role="alert">{error.to_string()}</p> }.into_any());
            }
        };
        let undo_it = done.action.map(|action| {
            let undo = move |event: SubmitEvent| {
                event.prevent_default();
                bulk.undo(action);
            };
            view! {
                <form method="post" action=Undo::url() on:submit=undo>
                    <input type="hidden" name="action" value=action />
                    <button data-key="u" disabled=bulk.sending>"Undo "<kbd aria-hidden="true">"u"</kbd></button>
                </form>
            }
        });
        let words = in_numbers(&done);
        let meanwhile = meanwhile(done, bulk);
        Some(view! { <div class="toast" role="status"><span>{words}</span>{undo_it}</div>{meanwhile} }.into_any())
    }
}

/// The findings that somebody else decided meanwhile, with both values, and the question whether to decide about them too.
fn meanwhile(done: ActionDone, bulk: Bulk) -> Option<impl IntoView> {
    let ActionDone { collisions, n_collisions, .. } = done;
    let theirs: Selection = collisions.iter().map(|collision| collision.finding).collect();
    if theirs.is_empty() {
        return None;
    }
    let more = n_collisions - i64::try_from(NAMED).unwrap_or(0);
    let lines: Vec<_> = collisions
        .into_iter()
        .take(NAMED)
        .map(|collision| {
            let href = format!("/f/{}", collision.finding);
            view! {
                <li>
                    <a href=href rel="external">"Finding "{collision.finding}</a>": "{collision.field.label()}" is "
                    <strong>{collision.theirs}</strong>" by "{collision.by}", yours "<strong>{collision.mine}</strong>
                </li>
            }
        })
        .collect();
    let more = (more > 0).then(|| view! { <li>"And "{thousands(more)}" more."</li> });
    let n = theirs.len();
    let only_these = move |_| {
        bulk.board.selection.set(theirs.clone());
        bulk.told.set(None);
        let _ = bulk.open();
    };
    Some(view! {
        <div class="collision">
            <ul>{lines}{more}</ul>
            <button type="button" on:click=only_these>"Select these "{count(n)}" and look again"</button>
        </div>
    })
}

/// Whether a box of the server's list belongs to the form, and what happens when it is ticked.
pub(super) fn box_of(board: Board, id: i64, name: String) -> impl IntoView {
    let tick = move |_| board.selection.update(|selection| selection.toggle(id));
    view! {
        <input type="checkbox" name="selected[]" value=id form="bulk" aria-label=name on:change=tick />
    }
}

/// Presses a control of the bar, for its key.
pub(super) fn press(key: &str) -> Option<()> {
    let control = document().query_selector(&format!(".bulk button[data-key='{key}']")).ok()??;
    control.dyn_ref::<HtmlElement>()?.click();
    Some(())
}
