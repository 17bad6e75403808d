//! What a person can do to the open finding, each by one key, and what was done to it.
//!
//! Every control is a plain form, so all of it works without JavaScript. With it, one listener takes the forms: the edit shows
//! at once, as the same function decides that decides on the server, and is sent in the order it was made. What the server
//! says then stands. A text that was typed goes only when it was taken.

mod bar;
mod fields;
mod job;
mod outbox;
mod partition;
mod story;

use domain::people::Right;
use domain::time::Span;
use domain::triage::State;
use domain::triage::decision::{ActionDone, Change, Collision, Edit};
use domain::triage::history::Line;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::api::decision::{Case, case_of};
use crate::components::sign_in_again::{SignInAgain, use_sign_in_again};
use crate::components::timeline::cut::Cutting;
use crate::error::AppError;

pub(super) use bar::verdicts;
pub(super) use fields::{decided_fields, tags};
use job::{Job, fold, job_of};
use outbox::Letter;
pub(super) use outbox::{Outbox, undelivered};
pub(super) use partition::relatives;
pub(super) use story::story;

/// What is shown of a finding: as the server said it, with what was done since laid over it.
#[derive(Clone, Copy)]
pub(super) struct Verdict {
    /// What everything on the panel shows.
    pub(super) shown: RwSignal<Case>,
    /// What was done last, or could not be.
    told: RwSignal<Option<Told>>,
    /// Edits that somebody else was quicker with.
    collisions: RwSignal<Vec<(Collision, Job)>>,
    outbox: Outbox,
    /// Where the finding is about to be cut: the form and the timeline both say it.
    pub(super) cutting: Cutting,
    /// Counts what was done: the list asks again when it changes.
    changed: RwSignal<i64>,
    sign_in: SignInAgain,
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
    pub(super) fn new(detail: Case, outbox: Outbox, changed: RwSignal<i64>, newest: RwSignal<Option<i64>>) -> Self {
        let id = detail.row.id;
        let shown = RwSignal::new(detail);
        let cuttable = Memo::new(move |_| shown.with(cuttable));
        let verdict = Self {
            shown,
            told: RwSignal::new(None),
            collisions: RwSignal::new(Vec::new()),
            outbox,
            cutting: Cutting::new(id, cuttable),
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
        let id = self.shown.with_untracked(|shown| shown.row.id);
        let is_quiet = move || self.outbox.is_quiet(id);
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
        self.shown.with(may_triage)
    }

    /// Says in the line under the verdicts what was done without deciding anything.
    pub(super) fn say(self, sentence: String) {
        let _ = self.told.try_set(Some(Told::Done(sentence, None)));
    }

    /// Shows what a form does and sends it when those before it are answered.
    fn take(self, job: Job, typed: Option<HtmlElement>) {
        if let Job::Decide(verb, text) | Job::Accept(verb, text) = &job {
            let edit = match Edit::of(*verb, text) {
                Ok(edit) => edit,
                Err(why) => return self.told.set(Some(Told::Wrong(why))),
            };
            let fields = edit.fields();
            let change = Change::from(edit);
            let outcome = self.shown.with_untracked(|shown| change.on(&shown.said, &shown.decisions, &[]));
            match outcome {
                Ok(outcome) => {
                    self.shown.update(|shown| {
                        shown.row = shown.row.showing(&shown.said, &outcome.decisions);
                        shown.decisions = outcome.decisions;
                        shown.ruled.retain(|(field, ..)| !fields.contains(field));
                    });
                    self.outbox.guess(self.shown.with_untracked(|shown| shown.row.clone()));
                }
                Err(why) => return self.told.set(Some(Told::Wrong(why.to_string()))),
            }
            self.told.set(Some(Told::Done(change.sentence(), None)));
        }
        let (finding, row_version) = self.shown.with_untracked(|shown| (shown.row.id, shown.row.row_version));
        if let Some(form) = &typed {
            fold(form);
        }
        self.outbox.post(Letter { from: self, finding, row_version, job, typed });
    }

    /// Whether its panel is still there.
    fn is_shown(self) -> bool {
        self.shown.try_with_untracked(|_| ()).is_some()
    }

    fn answered(self, letter: Letter, done: Result<ActionDone, AppError>) {
        let (is_shown, finding) = (self.is_shown(), letter.finding);
        match done {
            Ok(done) => {
                let _ = self.changed.try_update(|seq| *seq = (*seq).max(done.seq));
                if !is_shown {
                    for Collision { field, theirs, mine, by, .. } in done.collisions {
                        let field = field.label();
                        self.outbox.tell(finding, format!("{field} is {theirs} by {by} meanwhile, yours was {mine}."));
                    }
                } else if done.collisions.is_empty() {
                    if matches!(letter.job, Job::Split { .. }) {
                        self.cutting.drop();
                    }
                    // After an undo the next one is for what was done before; the history has the undo's own.
                    let action = done.action.filter(|_| !matches!(letter.job, Job::Undo(_)));
                    let _ = self.told.try_set(Some(Told::Done(done.sentence, action)));
                } else {
                    let _ = self.told.try_set(None);
                    let collisions =
                        done.collisions.into_iter().map(|collision| (collision, letter.job.clone())).collect();
                    let _ = self.collisions.try_set(collisions);
                }
            }
            Err(error) => {
                if error == AppError::SignInNeeded {
                    let outbox = self.outbox;
                    self.sign_in.ask(move || outbox.post(letter.clone()));
                } else if !is_shown {
                    self.outbox.tell(finding, error.to_string());
                }
                let _ = self.told.try_set(Some(Told::Failed(error)));
            }
        }
    }

    /// The newest action of the reader on this finding that is not undone, and is itself no undo.
    fn last_of_mine(self) -> Option<i64> {
        if let Some(Told::Done(_, Some(action))) = self.told.get() {
            return Some(action);
        }
        // What was just done has no number yet, and what was done before it is not what an undo means.
        if !self.outbox.is_quiet(self.shown.with(|shown| shown.row.id)) {
            return None;
        }
        self.shown.with(|shown| {
            let mut mine = shown.story.iter().rev().filter(|line| is_mine(shown, line) && !line.takes_back());
            mine.find_map(|line| line.action)
        })
    }

    /// Takes the forms of the panel, so that the page stays.
    pub(super) fn on_submit(self, event: &SubmitEvent) {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(job) = job_of(&form) else { return };
        event.prevent_default();
        self.take(job, Some(form));
    }
}

fn may_triage(shown: &Case) -> bool {
    shown.reader.as_ref().is_some_and(|reader| reader.role.may(Right::Triage))
}

/// What of a finding its reader can cut in two.
fn cuttable(shown: &Case) -> Option<Span> {
    let stands = shown.said.state == State::Open && !shown.row.state.is_replaced();
    shown.row.span.filter(|_| stands && may_triage(shown))
}

/// Whether a line is an action of the reader or of a rule that they can undo.
fn can_undo(shown: &Case, line: &Line) -> bool {
    is_mine(shown, line) || line.rule.is_some() && !line.undone && may_triage(shown)
}

/// Whether a line is an action of the reader that can be undone.
fn is_mine(shown: &Case, line: &Line) -> bool {
    let name = shown.reader.as_ref().map(|reader| reader.name.as_str());
    line.action.is_some() && !line.undone && line.who.is_some() && line.who.as_deref() == name
}
