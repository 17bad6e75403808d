//! What a person can do to the open finding, each by one key, and what was done to it.
//!
//! Every control is a plain form, so all of it works without JavaScript. With it, one listener takes the forms: the edit shows
//! at once, as the same function decides that decides on the server, and is sent in the order it was made. What the server
//! says then stands. A text that was typed goes only when it was taken.

use std::collections::VecDeque;

use domain::people::Right;
use domain::time::{Instant, Span};
use domain::triage::State;
use domain::triage::decision::{ActionDone, Change, Collision, Edit, Verb, instant_of, tags_of};
use domain::triage::history::Line;
use domain::triage::partition::{Relation, Relative};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use crate::api::decision::{Case, case_of, decide, merge, split, undo};
use crate::api::suggestion::accept;
use crate::components::moment::moment;
use crate::components::sign_in_again::{SignInAgain, use_sign_in_again};
use crate::error::AppError;
use crate::format::clock_time;

/// What is shown of a finding: as the server said it, with what was done since laid over it.
#[derive(Clone, Copy)]
pub(super) struct Verdict {
    /// What everything on the panel shows.
    pub(super) shown: RwSignal<Case>,
    /// What was done last, or could not be.
    told: RwSignal<Option<Told>>,
    /// Edits that somebody else was quicker with.
    collisions: RwSignal<Vec<(Collision, Job)>>,
    waiting: StoredValue<VecDeque<(Job, Option<HtmlElement>)>>,
    sending: StoredValue<bool>,
    /// Counts what was done: the list asks again when it changes.
    changed: RwSignal<i64>,
    sign_in: SignInAgain,
}

/// One form that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Job {
    Decide(Verb, String),
    Accept(Verb, String),
    Split { cut: String, first: String, second: String },
    Merge(i64, i64),
    Undo(i64),
}

/// The line under the verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    /// What was done, and the action once the server has given it a number.
    Done(String, Option<i64>),
    /// What could not be done, and why.
    Failed(AppError),
    /// A sentence for who typed something else than was asked for.
    Wrong(String),
}

impl Verdict {
    /// Keeps up with the news: when anything changed, what this shows is asked for again.
    pub(super) fn new(detail: Case, changed: RwSignal<i64>, newest: RwSignal<Option<i64>>) -> Self {
        let verdict = Self {
            shown: RwSignal::new(detail),
            told: RwSignal::new(None),
            collisions: RwSignal::new(Vec::new()),
            waiting: StoredValue::new(VecDeque::new()),
            sending: StoredValue::new(false),
            changed,
            sign_in: use_sign_in_again(),
        };
        // The first number only says how far things are, and the panel is as new as that.
        Effect::new(move |before: Option<Option<i64>>| {
            let (before, newest) = (before.flatten(), newest.get());
            if before.is_some() && newest != before {
                verdict.refresh();
            }
            newest.or(before)
        });
        verdict
    }

    /// Asks what is decided now, unless an edit is on its way: its answer is followed by the same question.
    fn refresh(self) {
        let is_quiet = move || self.sending.try_get_value() == Some(false);
        let id = self.shown.with_untracked(|shown| shown.row.id);
        if is_quiet() {
            spawn_local(async move {
                if let Ok(Some(now)) = case_of(id).await
                    && is_quiet()
                {
                    let _ = self.shown.try_set(now);
                }
            });
        }
    }

    pub(super) fn may_triage(self) -> bool {
        self.shown.with(|shown| shown.reader.as_ref().is_some_and(|reader| reader.role.may(Right::Triage)))
    }

    /// Shows what a form does and sends it when those before it are answered.
    fn take(self, job: Job, typed: Option<HtmlElement>) {
        if let Job::Decide(verb, text) | Job::Accept(verb, text) = &job {
            let edit = match Edit::of(*verb, text) {
                Ok(edit) => edit,
                Err(why) => return self.told.set(Some(Told::Wrong(why))),
            };
            let change = Change::from(edit);
            let outcome = self.shown.with_untracked(|shown| change.on(&shown.said, &shown.decisions, &[]));
            match outcome {
                Ok(outcome) => self.shown.update(|shown| {
                    shown.row = shown.row.showing(&shown.said, &outcome.decisions);
                    shown.decisions = outcome.decisions;
                }),
                Err(why) => return self.told.set(Some(Told::Wrong(why.to_string()))),
            }
            self.told.set(Some(Told::Done(change.sentence(), None)));
        }
        self.waiting.update_value(|waiting| waiting.push_back((job, typed)));
        self.send();
    }

    fn send(self) {
        if self.sending.get_value() {
            return;
        }
        let Some((job, typed)) = self.waiting.try_update_value(VecDeque::pop_front).flatten() else { return };
        self.sending.set_value(true);
        let (id, version) = self.shown.with_untracked(|shown| (shown.row.id, shown.row.row_version));
        spawn_local(async move {
            let done = match job.clone() {
                Job::Decide(verb, text) => decide(id, version, verb, text).await,
                Job::Accept(verb, text) => accept(id, version, verb, text).await,
                Job::Split { cut, first, second } => split(id, version, cut, first, second).await,
                Job::Merge(neighbour, neighbour_version) => merge(id, version, neighbour, neighbour_version).await,
                Job::Undo(action) => undo(action).await,
            };
            let went_well = done.is_ok();
            self.answered(job, done);
            if went_well && let Some(typed) = typed {
                close(&typed);
            }
            let more = self.waiting.with_value(|waiting| !waiting.is_empty());
            // What the server holds replaces what was guessed, unless the next edit is already shown on top of it.
            if !more {
                match case_of(id).await {
                    Ok(Some(now)) if self.waiting.with_value(VecDeque::is_empty) => {
                        let _ = self.shown.try_set(now);
                    }
                    _ => {}
                }
            }
            let _ = self.sending.try_set_value(false);
            self.send();
        });
    }

    fn answered(self, job: Job, done: Result<ActionDone, AppError>) {
        match done {
            Ok(done) => {
                if done.collisions.is_empty() {
                    let _ = self.told.try_set(Some(Told::Done(done.sentence, done.action)));
                } else {
                    let _ = self.told.try_set(None);
                    let collisions = done.collisions.into_iter().map(|collision| (collision, job.clone())).collect();
                    let _ = self.collisions.try_set(collisions);
                }
                let _ = self.changed.try_update(|seq| *seq = (*seq).max(done.seq));
            }
            Err(error) => {
                if error == AppError::SignInNeeded {
                    self.sign_in.ask(move || self.take(job.clone(), None));
                }
                let _ = self.told.try_set(Some(Told::Failed(error)));
            }
        }
    }

    /// The newest action of the reader on this finding that is not undone.
    fn last_of_mine(self) -> Option<i64> {
        if let Some(Told::Done(_, Some(action))) = self.told.get() {
            return Some(action);
        }
        self.shown
            .with(|shown| shown.story.iter().rev().filter(|line| is_mine(shown, line)).find_map(|line| line.action))
    }

    /// Takes the forms of the panel, so that the page stays.
    pub(super) fn on_submit(self, event: &SubmitEvent) {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(job) = job_of(&form) else { return };
        event.prevent_default();
        self.take(job, Some(form));
    }
}

/// Whether a line is an action of the reader that can be undone.
fn is_mine(shown: &Case, line: &Line) -> bool {
    let name = shown.reader.as_ref().map(|reader| reader.name.as_str());
    line.action.is_some() && !line.undone && line.who.is_some() && line.who.as_deref() == name
}

/// What a form of the panel asks for.
fn job_of(form: &HtmlElement) -> Option<Job> {
    let field = |name: &str| value_of(&form.query_selector(&format!("[name='{name}']")).ok()??);
    match form.get_attribute("action")?.as_str() {
        "/_fn/decide" => Some(Job::Decide(field("verb")?.parse().ok()?, field("value").unwrap_or_default())),
        "/_fn/accept" => Some(Job::Accept(field("verb")?.parse().ok()?, field("value").unwrap_or_default())),
        "/_fn/split" => Some(Job::Split { cut: field("cut")?, first: field("first")?, second: field("second")? }),
        "/_fn/merge" => Some(Job::Merge(field("neighbour")?.parse().ok()?, field("neighbour_version")?.parse().ok()?)),
        "/_fn/undo" => Some(Job::Undo(field("action")?.parse().ok()?)),
        _ => None,
    }
}

fn value_of(element: &Element) -> Option<String> {
    js_sys::Reflect::get(element, &JsValue::from_str("value")).ok()?.as_string()
}

fn set_value(element: &Element, value: &str) {
    let _ = js_sys::Reflect::set(element, &JsValue::from_str("value"), &JsValue::from_str(value));
}

/// Empties what was typed into a form whose text was taken, and folds it away.
fn close(form: &HtmlElement) {
    let typed = form.query_selector("input.typed, textarea.typed").ok().flatten();
    if let Some(typed) = typed {
        set_value(&typed, "");
    }
    let Some(details) = form.closest("details").ok().flatten() else { return };
    if details.remove_attribute("open").is_ok()
        && let Some(summary) = details.query_selector("summary").ok().flatten()
        && let Some(summary) = summary.dyn_ref::<HtmlElement>()
    {
        let _ = summary.focus();
    }
}

/// A form of one verdict; `text` is what stands in it already.
fn form(verdict: Verdict, verb: Verb, content: impl IntoView) -> impl IntoView {
    let version = move || verdict.shown.with(|shown| shown.row.row_version);
    let finding = verdict.shown.with_untracked(|shown| shown.row.id);
    view! {
        <form method="post" action="/_fn/decide">
            <input type="hidden" name="finding" value=finding />
            <input type="hidden" name="row_version" value=version />
            <input type="hidden" name="verb" value=verb.label() />
            {content}
        </form>
    }
}

/// A verdict that takes no words: one button.
fn button(verdict: Verdict, verb: Verb, value: String, key: &'static str, label: impl IntoView) -> impl IntoView {
    let content = view! {
        <input type="hidden" name="value" value=value />
        <button data-key=key>{label}{key_hint(key)}</button>
    };
    form(verdict, verb, content)
}

fn key_hint(key: &'static str) -> Option<impl IntoView> {
    (!key.is_empty()).then(|| view! { " "<kbd aria-hidden="true">{key}</kbd> })
}

/// A verdict that takes words: folded away behind its name.
fn folded(key: &'static str, label: &'static str, content: impl IntoView) -> impl IntoView {
    // One at a time is open, also without scripts.
    view! {
        <details name="verdict">
            <summary data-key=key>{label}{key_hint(key)}</summary>
            {content}
        </details>
    }
}

/// The verdicts, or why there are none.
pub(super) fn verdicts(verdict: Verdict) -> impl IntoView {
    let body = move || {
        let state = verdict.shown.with(|shown| shown.row.state);
        if !verdict.may_triage() {
            let signed_in = verdict.shown.with(|shown| shown.reader.is_some());
            return if signed_in {
                view! { <p class="hint">"Your role reads; astronomers and admins triage."</p> }.into_any()
            } else {
                view! { <p class="hint"><a href="/sign-in" rel="external">"Sign in"</a>" to triage."</p> }.into_any()
            };
        }
        if state.is_replaced() {
            return ().into_any();
        }
        bar(verdict).into_any()
    };
    // Only these decide what the bar is made of: an edit changes words inside it and leaves what is being typed alone.
    let shape = Memo::new(move |_| (verdict.may_triage(), verdict.shown.with(|shown| shown.row.state.is_replaced())));
    let body = move || {
        // Read and not only tracked: a memo that nobody ever read does not know what it depends on.
        let _ = shape.get();
        untrack(body)
    };
    view! {
        <section class="verdict" aria-label="Verdict">
            {body}
            {move || told(verdict)}
            {move || collided(verdict)}
        </section>
    }
}

fn bar(verdict: Verdict) -> impl IntoView {
    let id = verdict.shown.with_untracked(|shown| shown.row.id);
    let priorities = [("1", "Blocker"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "None")];
    let priorities = priorities
        .map(|(key, label)| button(verdict, Verb::Priority, label.to_owned(), key, view! { <span>{label}</span> }));
    let types: Vec<_> =
        domain::findings::FindingType::ALL.iter().map(|kind| view! { <option value=kind.label()></option> }).collect();
    let list = format!("types-of-{id}");
    let typed = |name: &'static str, label: &'static str, list: Option<String>| {
        view! {
            <label>{label}<input class="typed" name=name list=list autocomplete="off" spellcheck="false" /></label>
        }
    };
    let me = verdict.shown.with_untracked(|shown| shown.reader.as_ref().map(|reader| reader.name.clone()));
    let next_shift = verdict.shown.with_untracked(|shown| shown.next_shift);
    let until = next_shift.map(|until| {
        let label = format!("Until the next shift, {}", until.for_people());
        button(verdict, Verb::Snooze, until.to_string(), "", label)
    });
    view! {
        <div class="bar">
            {button(verdict, Verb::Confirm, String::new(), "c", "Confirm")}
            <div class="priorities" role="group" aria-label="Priority">{priorities.collect_view()}</div>
            {folded("t", "Type", form(verdict, Verb::Type, view! {
                {typed("value", "It is really", Some(list.clone()))}
                <datalist id=list>{types}</datalist>
                <button>"Reclassify"</button>
            }))}
            {folded("a", "Assign", view! {
                {form(verdict, Verb::Assign, view! {
                    {typed("value", "To (login name; empty for nobody)", None)}
                    <button>"Assign"</button>
                })}
                {me.map(|me| button(verdict, Verb::Assign, me, "", "To me"))}
            })}
            {folded("s", "Snooze", view! {
                {until}
                {form(verdict, Verb::Snooze, view! {
                    <label>"Until [UTC]"<input class="typed" name="value" placeholder="2022-03-12 21:00" autocomplete="off" /></label>
                    <button>"Snooze"</button>
                })}
            })}
            {folded("d", "Dismiss", form(verdict, Verb::Dismiss, view! {
                <label>"Because"<input class="typed" name="value" required maxlength="500" autocomplete="off" /></label>
                <button>"Dismiss"</button>
            }))}
            {folded("#", "Tag", form(verdict, Verb::Tag, view! {
                <label>"Tag"<input class="typed" name="value" required maxlength="64" autocomplete="off" /></label>
                <button>"Add"</button>
            }))}
            {folded("m", "Comment", form(verdict, Verb::Comment, view! {
                <label>"Comment (@name to mention somebody)"
                    <textarea class="typed" name="value" required maxlength="10000" rows="3"></textarea>
                </label>
                <button>"Comment"</button>
            }))}
            {move || splits(verdict)}
            {move || merges(verdict)}
            {move || {
                let decided = verdict.shown.with(|shown| shown.row.decided.state);
                decided.then(|| button(verdict, Verb::Reopen, String::new(), "r", "Reopen"))
            }}
        </div>
    }
}

/// What was done, with its undo; what was not, and why.
fn told(verdict: Verdict) -> impl IntoView {
    let words = match verdict.told.get() {
        None => None,
        Some(Told::Done(sentence, _)) => Some((sentence, "toast")),
        Some(Told::Wrong(why)) => Some((format!("{why}."), "toast wrong")),
        Some(Told::Failed(error)) => Some((error.to_string(), "toast wrong")),
    };
    let class = words.as_ref().map_or("toast", |(_, class)| class);
    let words = words.map(|(words, _)| words);
    let undo_it = verdict.may_triage().then(|| verdict.last_of_mine()).flatten().map(|action| {
        view! {
            <form method="post" action="/_fn/undo">
                <input type="hidden" name="action" value=action />
                <button data-key="u">"Undo "<kbd aria-hidden="true">"u"</kbd></button>
            </form>
        }
    });
    view! { <div class=class role="status"><span>{words}</span>{undo_it}</div> }
}

/// Both values, and the question which of them stands.
fn collided(verdict: Verdict) -> impl IntoView {
    let lines = verdict.collisions.get().into_iter().map(|(collision, job)| {
        let Collision { field, theirs, mine, by, at, .. } = collision;
        let keep = move |_| verdict.collisions.set(Vec::new());
        let anyway = move |_| {
            verdict.collisions.set(Vec::new());
            verdict.take(job.clone(), None);
        };
        view! {
            <div class="collision" role="alertdialog" aria-label="Changed meanwhile">
                <p>
                    {by}" changed this at "{moment(at)}", while you decided. "
                    {field.label()}": theirs is "<strong>{theirs.clone()}</strong>", yours "<strong>{mine.clone()}</strong>"."
                </p>
                <button type="button" on:click=keep autofocus>"Keep "{theirs}</button>
                <button type="button" on:click=anyway>{mine}" anyway"</button>
            </div>
        }
    });
    lines.collect::<Vec<_>>()
}

/// The control that cuts a finding in two: an instant, which the arrow keys move.
fn splits(verdict: Verdict) -> Option<impl IntoView> {
    let shape = Memo::new(move |_| {
        verdict.shown.with(|shown| (shown.row.span, shown.said.state, shown.row.row_version, shown.row.id))
    });
    let (span, state, version, id) = shape.get();
    let span = span.filter(|span| span.seconds() > 1 && state == State::Open)?;
    let cut = RwSignal::new(middle(span));
    let text = move || cut.get().for_people();
    let lengths = move || {
        let cut = cut.get();
        format!("{} before it, {} after it", clock_time(cut.since(span.start())), clock_time(span.end().since(cut)))
    };
    // Inside by at least a second, so that what is shown can be sent.
    let inside = move |at: Instant| at.max(span.start().plus(1)).min(span.end().plus(-1));
    let on_key = move |key: KeyboardEvent| {
        let step = if key.shift_key() { 1 } else { 60 };
        let by = match key.key().as_str() {
            "ArrowLeft" => -step,
            "ArrowRight" => step,
            _ => return,
        };
        key.prevent_default();
        cut.update(|cut| *cut = inside(cut.plus(by)));
    };
    let on_typed = move |event| {
        if let Ok(typed) = instant_of(&event_target_value(&event)) {
            cut.set(inside(typed));
        }
    };
    let list = format!("types-of-{id}");
    Some(folded(
        "p",
        "Split",
        view! {
            <form method="post" action="/_fn/split">
                <input type="hidden" name="finding" value=id />
                <input type="hidden" name="row_version" value=version />
                <label>"At [UTC], ← → by a minute, with Shift by a second"
                    <input name="cut" class="num" value=text prop:value=text on:keydown=on_key on:change=on_typed autocomplete="off" />
                </label>
                <p class="hint" aria-live="polite">{lengths}</p>
                <label>"The part before is"<input name="first" list=list.clone() placeholder="the same" autocomplete="off" /></label>
                <label>"The part after is"<input name="second" list=list placeholder="the same" autocomplete="off" /></label>
                <button>"Split"</button>
            </form>
        },
    ))
}

/// The whole minute nearest the middle, or the middle of what is shorter than that.
fn middle(span: Span) -> Instant {
    let middle = span.start().plus(span.seconds() / 2);
    let minute = middle.plus(-middle.unix_seconds().rem_euclid(60));
    if minute > span.start() { minute } else { middle }
}

/// A button for each neighbour that this finding can be merged with.
fn merges(verdict: Verdict) -> impl IntoView {
    let neighbours = Memo::new(move |_| {
        verdict.shown.with(|shown| {
            let near =
                shown.relatives.iter().filter(|near| matches!(near.relation, Relation::Before | Relation::After));
            near.cloned().collect::<Vec<Relative>>()
        })
    });
    let id = verdict.shown.with_untracked(|shown| shown.row.id);
    let version = move || verdict.shown.with(|shown| shown.row.row_version);
    let merge = move |Relative { relation, row }: Relative| {
        let (key, which) = if relation == Relation::Before { ("N", "previous") } else { ("n", "next") };
        let title = format!("{}, {}", row.kind, row.span.map_or_else(String::new, |span| clock_time(span.seconds())));
        view! {
            <form method="post" action="/_fn/merge">
                <input type="hidden" name="finding" value=id />
                <input type="hidden" name="row_version" value=version />
                <input type="hidden" name="neighbour" value=row.id />
                <input type="hidden" name="neighbour_version" value=row.row_version />
                <button data-key=key title=title>"Merge with "{which}{key_hint(key)}</button>
            </form>
        }
    };
    neighbours.get().into_iter().map(merge).collect::<Vec<_>>()
}

/// The tags of a finding, each with a button that takes it away.
pub(super) fn tags(verdict: Verdict) -> impl IntoView {
    let shown = Memo::new(move |_| {
        (verdict.shown.with(|shown| shown.row.tags.clone()), verdict.may_triage(), verdict.shown.with(|s| s.row.state))
    });
    move || {
        let (list, may, state) = shown.get();
        let chips: Vec<_> = tags_of(&list)
            .map(|tag| {
                let label = format!("Take the tag {tag} away");
                let untag = (may && !state.is_replaced()).then(|| {
                    form(
                        verdict,
                        Verb::Untag,
                        view! {
                            <input type="hidden" name="value" value=tag.to_owned() />
                            <button aria-label=label title="Take it away">"×"</button>
                        },
                    )
                });
                view! { <li><span>{tag.to_owned()}</span>{untag}</li> }
            })
            .collect();
        (!chips.is_empty())
            .then(|| view! { <div class="wide"><dt>"Tags"</dt><dd><ul class="tags">{chips}</ul></dd></div> })
    }
}

/// What people decided, with what the log says beside it.
pub(super) fn decided_fields(verdict: Verdict) -> impl IntoView {
    let line = |name: &'static str, is: String, says: String| {
        view! {
            <li><span class="by-a-person">{name}" "<strong>{is}</strong></span>" "<span class="hint">{says}</span></li>
        }
    };
    move || {
        let lines = verdict.shown.with(|Case { row, said, .. }| {
            let was = |says: &str| format!("was {}, says the log", if says.is_empty() { "empty" } else { says });
            let mut lines = Vec::new();
            if row.decided.kind {
                lines.push(line("Type", row.kind.to_string(), was(said.kind.label())));
            }
            if row.decided.class {
                lines.push(line("Class", row.class.to_string(), was(said.class.label())));
            }
            if row.decided.priority {
                lines.push(line("Priority", row.priority.to_string(), was(said.priority.label())));
            }
            if row.decided.tags {
                lines.push(line("Tags", row.tags.replace(';', ", "), was(&said.tags.replace(';', ", "))));
            }
            if row.decided.comment {
                lines.push(line("Comment", row.comment.clone(), was(&said.comment)));
            }
            if row.decided.state {
                let more = match (row.snoozed_until, &row.dismissed_because) {
                    (Some(until), _) => format!("until {}", until.for_people()),
                    (None, Some(because)) => format!("because: {because}"),
                    (None, None) => String::new(),
                };
                lines.push(line("State", row.state.to_string(), more));
            }
            if let Some(assignee) = &row.assignee {
                lines.push(line("Assigned to", assignee.clone(), String::new()));
            }
            lines
        });
        (!lines.is_empty()).then(|| view! { <ul class="decided" aria-label="Decided by people">{lines}</ul> })
    }
}

/// The findings that stand for this one, or for which it stands.
pub(super) fn relatives(verdict: Verdict) -> impl IntoView {
    let shown = Memo::new(move |_| verdict.shown.with(|shown| shown.relatives.clone()));
    move || {
        let lines: Vec<_> = shown
            .get()
            .into_iter()
            .map(|Relative { relation, row }| {
                let length = row.span.map_or_else(String::new, |span| clock_time(span.seconds()));
                view! {
                    <li>
                        <span class="hint">{relation.label()}</span>" "
                        <a href=format!("/triage?finding={}", row.id) data-noscroll="">{row.kind.label()}</a>" "
                        <span class="num">{length}</span>
                    </li>
                }
            })
            .collect();
        (!lines.is_empty()).then(|| view! { <ul class="relatives" aria-label="Findings beside it">{lines}</ul> })
    }
}

/// The thread of comments, and the history with an undo on what the reader did.
pub(super) fn story(verdict: Verdict) -> impl IntoView {
    let shown = Memo::new(move |_| verdict.shown.with(|shown| (shown.story.clone(), shown.reader.clone())));
    move || {
        let _ = shown.get();
        let (comments, lines) = verdict.shown.with_untracked(|shown| {
            let comments: Vec<_> = shown.story.iter().filter_map(comment).collect();
            let lines: Vec<_> = shown.story.iter().map(|line| happened(line, is_mine(shown, line))).collect();
            (comments, lines)
        });
        let comments = (!comments.is_empty())
            .then(|| view! { <section><h3>"Comments"</h3><ol class="thread">{comments}</ol></section> });
        view! { {comments}<section><h3>"History"</h3><ol class="history">{lines}</ol></section> }
    }
}

fn comment(line: &Line) -> Option<impl IntoView + use<>> {
    let text = line.comment.clone()?;
    let who = line.who.clone();
    Some(view! {
        <li>
            <p class="head"><strong>{who}</strong>" "<span class="hint num">{moment(line.at)}</span></p>
            <p class="said">{text}</p>
        </li>
    })
}

fn happened(line: &Line, is_mine: bool) -> impl IntoView + use<> {
    let change = match (line.before.as_str(), line.after.as_str()) {
        ("", "") => String::new(),
        ("", after) => after.to_owned(),
        (before, "") => before.to_owned(),
        (before, after) => format!("{before} → {after}"),
    };
    let undo_it = line.action.filter(|_| is_mine).map(|action| {
        view! {
            <form method="post" action="/_fn/undo">
                <input type="hidden" name="action" value=action />
                <button>"Undo"</button>
            </form>
        }
    });
    let undone = line.undone.then_some(" (undone)");
    view! {
        <li class:undone=line.undone>
            <span class="num">{moment(line.at)}</span>
            <span>{line.what.clone()}{undone}</span>
            <span class="hint">{line.who.clone().unwrap_or_else(|| "the log".to_owned())}</span>
            <span class="hint">{change}</span>
            {undo_it}
        </li>
    }
}
