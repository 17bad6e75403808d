//! What was decided on this page and is not answered yet, in the order in which it was decided.
//!
//! A panel goes when another finding is opened; what was decided in it is still sent, and what then could not be done is told
//! where the reader is by now.

use std::collections::VecDeque;

use domain::triage::FindingRow;
use domain::triage::decision::ActionDone;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlElement;

use super::Verdict;
use super::job::{Job, empty, unfold};
use crate::api::decision::{case_of, decide, merge, split, undo};
use crate::api::suggestion::accept;
use crate::pages::triage::board::Board;

/// The decisions of all panels of the page.
#[derive(Clone, Copy)]
pub(in crate::pages::triage) struct Outbox {
    waiting: StoredValue<VecDeque<Letter>>,
    /// The finding whose decision is on its way.
    on_its_way: StoredValue<Option<i64>>,
    /// With each finding what could not be done about it after its panel was gone.
    undone: RwSignal<Vec<(i64, String)>>,
    /// The list, which shows a decision before it is answered.
    board: Board,
}

/// One decision, as it was made.
#[derive(Clone)]
pub(super) struct Letter {
    pub(super) from: Verdict,
    pub(super) finding: i64,
    /// The version that its author saw.
    pub(super) row_version: i64,
    pub(super) job: Job,
    /// The form it was typed into.
    pub(super) typed: Option<HtmlElement>,
}

impl Outbox {
    /// The one of this page.
    pub(in crate::pages::triage) fn new(board: Board) -> Self {
        Self {
            waiting: StoredValue::new(VecDeque::new()),
            on_its_way: StoredValue::new(None),
            undone: RwSignal::new(Vec::new()),
            board,
        }
    }

    /// Whether everything that was decided about a finding is answered.
    pub(in crate::pages::triage) fn is_quiet(self, finding: i64) -> bool {
        let is_of = |letter: &Letter| letter.finding == finding;
        self.on_its_way.try_get_value().flatten() != Some(finding)
            && self.waiting.try_with_value(|waiting| !waiting.iter().any(is_of)).unwrap_or(true)
    }

    /// Shows in the list what was just decided.
    pub(super) fn guess(self, row: FindingRow) {
        self.board.guess(row);
    }

    /// Sends a decision when those before it are answered.
    pub(super) fn post(self, letter: Letter) {
        self.waiting.try_update_value(|waiting| waiting.push_back(letter));
        self.send();
    }

    /// What could not be done about a finding that is no longer open.
    pub(super) fn tell(self, finding: i64, why: String) {
        self.undone.try_update(|undone| undone.push((finding, why)));
    }

    fn send(self) {
        if self.on_its_way.try_get_value() != Some(None) {
            return;
        }
        let Some(letter) = self.waiting.try_update_value(VecDeque::pop_front).flatten() else { return };
        self.on_its_way.set_value(Some(letter.finding));
        spawn_local(async move {
            self.deliver(letter).await;
            let _ = self.on_its_way.try_set_value(None);
            self.send();
        });
    }

    async fn deliver(self, letter: Letter) {
        let Letter { from, finding: id, row_version: version, .. } = letter;
        let done = match letter.job.clone() {
            Job::Decide(verb, text) => decide(id, version, verb, text).await,
            Job::Accept(verb, text) => accept(id, version, verb, text).await,
            Job::Split { cut, first, second } => split(id, version, cut, first, second).await,
            Job::Merge(neighbour, neighbour_version) => merge(id, version, neighbour, neighbour_version).await,
            Job::Undo(action) => undo(action).await,
        };
        if let Some(form) = &letter.typed {
            match &done {
                Ok(_) => empty(form, &letter.job),
                Err(_) => unfold(form),
            }
        }
        if let Ok(ActionDone { action: Some(_), seq, .. }) = &done {
            self.board.kept(id, *seq);
        }
        from.answered(letter, done);
        // What the server holds replaces what was guessed, unless the next edit is already shown on top of it.
        let more = move || {
            let waits = |waiting: &VecDeque<Letter>| waiting.iter().any(|letter| letter.finding == id);
            self.waiting.try_with_value(waits).unwrap_or(true)
        };
        if !more() {
            self.board.answered(id);
        }
        if from.is_shown()
            && !more()
            && let Ok(Some(now)) = case_of(id).await
            && !more()
        {
            let _ = from.shown.try_set(now);
        }
    }
}

/// Tells what could not be done after the reader had gone on, with the way back to each.
pub(in crate::pages::triage) fn undelivered(outbox: Outbox) -> impl IntoView {
    let lines = move || {
        let lines = outbox.undone.get().into_iter().map(|(finding, why)| {
            view! { <li><a href=format!("/triage?finding={finding}") data-noscroll="">"Finding "{finding}</a>": "{why}</li> }
        });
        let lines: Vec<_> = lines.collect();
        (!lines.is_empty()).then(|| {
            view! {
                <div class="notice">
                    <p>"This was not done; you had gone on by then."</p>
                    <ul>{lines}</ul>
                    <button type="button" on:click=move |_| outbox.undone.set(Vec::new())>"I have seen it"</button>
                </div>
            }
        })
    };
    view! { <div role="alert">{lines}</div> }
}
