//! Picking rows for an action on many: one by one, a stretch of them, or all that match; by keys and by clicks.

use domain::triage::selection::Selection;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::Element;

use super::{Grid, Step, focus_soon};

/// A stretch of rows that is being picked, from where it began to where it ends now; it can shrink again.
#[derive(Clone, Debug)]
pub(in crate::pages::triage) struct Stretch {
    from: i64,
    to: i64,
    /// What was picked without it.
    before: Selection,
}

impl Grid {
    /// Whether rows of this list can be picked.
    pub(in crate::pages::triage) fn may_select(self) -> bool {
        self.ready_untracked() && self.board.may_triage_untracked()
    }

    /// Whether any finding is picked.
    pub(in crate::pages::triage) fn has_selected(self) -> bool {
        !self.board.selection.with_untracked(Selection::is_empty)
    }

    /// Picks a finding, or lays it back.
    pub(in crate::pages::triage) fn toggle(self, id: i64) {
        let board = self.board;
        board.selection.update(|selection| selection.toggle(id));
        board.stretch.set_value(Some(Stretch { from: id, to: id, before: board.selection.get_untracked() }));
    }

    /// Moves to another row and picks all from where the stretch began.
    pub(in crate::pages::triage) fn stretch(self, step: Step) -> Option<i64> {
        let now = self.current();
        let to = self.step(step)?;
        self.stretch_to(now, to);
        Some(to)
    }

    /// Picks every finding of the list.
    pub(in crate::pages::triage) fn pick_all(self) {
        let all = self.ids(0..self.n_untracked());
        self.board.selection.update(|selection| selection.extend(all));
    }

    fn stretch_to(self, now: Option<i64>, to: i64) {
        let board = self.board;
        // Who moved away without Shift begins anew where they are.
        let begun = board.stretch.get_value().filter(|stretch| Some(stretch.to) == now);
        let Stretch { from, before, .. } =
            begun.unwrap_or_else(|| Stretch { from: now.unwrap_or(to), to, before: board.selection.get_untracked() });
        let mut selection = before.clone();
        match (self.index_of(from), self.index_of(to)) {
            (Some(a), Some(b)) => selection.extend(self.ids(a.min(b)..a.max(b) + 1)),
            // Where it began is not in the list any more.
            _ => selection.extend([to]),
        }
        board.selection.set(selection);
        board.stretch.set_value(Some(Stretch { from, to, before }));
    }

    fn ids(self, rows: std::ops::Range<usize>) -> Vec<i64> {
        rows.filter_map(|index| self.id_at(index)).collect()
    }

    /// A click somewhere in the list: on the mark of a row or with Ctrl it picks the row, with Shift all up to it.
    pub(super) fn clicked(self, click: &MouseEvent) {
        let Some(target) = click.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let closest = |selector: &str| target.closest(selector).ok().flatten();
        let id = closest("tr.row").and_then(|row| row.id().strip_prefix('f')?.parse().ok());
        let Some(id) = id.filter(|_| self.board.may_triage_untracked()) else { return };
        if click.shift_key() {
            self.stretch_to(self.current(), id);
        } else if click.ctrl_key() || click.meta_key() || closest(".c-mark").is_some() {
            self.toggle(id);
        } else {
            return;
        }
        // Not what a browser does with a link under these keys: another tab, another window.
        click.prevent_default();
        self.board.focused.set(Some(id));
        focus_soon(id);
    }

    /// With Shift a press would mark the text up to there, and the row under it would have the focus before the click is told.
    pub(super) fn pressed(self, press: &MouseEvent) {
        if press.shift_key() && self.board.may_triage_untracked() {
            press.prevent_default();
        }
    }
}
