//! Which columns a list has and how wide they are: the reader's own, kept in their browser.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

use leptos::prelude::*;
use web_sys::Storage;

/// A narrower column shows nothing \[px\].
pub(crate) const NARROWEST_PX: i32 = 40;
/// A wider one is wider than most windows \[px\].
pub(crate) const WIDEST_PX: i32 = 2_000;

/// What the reader made of the columns. A column is kept by the word that it is written as.
pub(crate) struct Layout<C: Send + Sync + 'static> {
    hidden: RwSignal<BTreeSet<C>>,
    /// In pixels, where somebody changed it.
    widths: RwSignal<BTreeMap<C, i32>>,
    hidden_at_first: &'static [C],
}

impl<C: Send + Sync + 'static> Clone for Layout<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Send + Sync + 'static> Copy for Layout<C> {}

impl<C: Copy + Ord + Display + FromStr + Send + Sync + 'static> Layout<C> {
    /// As it was left under that key of the browser's storage, in the browser; as it comes, on the server.
    pub(crate) fn new(key: &'static str, hidden_at_first: &'static [C]) -> Self {
        let hidden = RwSignal::new(hidden_at_first.iter().copied().collect());
        let layout = Self { hidden, widths: RwSignal::default(), hidden_at_first };
        Effect::new(move |before: Option<()>| {
            // Read before anything else: what an effect has not looked at does not call it again.
            let text = layout.written();
            if before.is_none() {
                if let Some(text) = storage().and_then(|storage| storage.get_item(key).ok().flatten()) {
                    layout.read(&text);
                }
                return;
            }
            if let Some(storage) = storage() {
                // A full or forbidden storage forgets; nothing else depends on it.
                let _ = storage.set_item(key, &text);
            }
        });
        layout
    }

    /// `end:160 -tags`: the widths, and what is hidden. All of it, so that what is hidden at first can be shown.
    fn written(self) -> String {
        let hidden = self.hidden.get().into_iter().map(|column| format!("-{column}"));
        let widths = self.widths.get().into_iter().map(|(column, px)| format!("{column}:{px}"));
        hidden.chain(widths).collect::<Vec<_>>().join(" ")
    }

    fn read(self, text: &str) {
        let (mut hidden, mut widths) = (BTreeSet::new(), BTreeMap::new());
        for word in text.split(' ') {
            if let Some(column) = word.strip_prefix('-').and_then(|column| column.parse::<C>().ok()) {
                hidden.insert(column);
            } else if let Some((column, px)) = word.split_once(':')
                && let (Ok(column), Ok(px)) = (column.parse::<C>(), px.parse::<i32>())
            {
                widths.insert(column, px.clamp(NARROWEST_PX, WIDEST_PX));
            }
        }
        self.hidden.set(hidden);
        self.widths.set(widths);
    }

    /// Whether somebody hides the column, or it is hidden until somebody wants it.
    pub(crate) fn hides(self, column: C) -> bool {
        self.hidden.with(|hidden| hidden.contains(&column))
    }

    /// Hides a column that is shown, and shows one that is hidden.
    pub(crate) fn toggle(self, column: C) {
        self.hidden.update(|hidden| {
            if !hidden.remove(&column) {
                hidden.insert(column);
            }
        });
    }

    /// The width of a column \[px\], where somebody changed it.
    pub(crate) fn width_px(self, column: C) -> Option<i32> {
        self.widths.with(|widths| widths.get(&column).copied())
    }

    /// Gives a column a width \[px\], as far as there can be such a one; `None` for as wide as it comes.
    pub(crate) fn set_width_px(self, column: C, width_px: Option<i32>) {
        self.widths.update(|widths| match width_px {
            Some(px) => _ = widths.insert(column, px.clamp(NARROWEST_PX, WIDEST_PX)),
            None => _ = widths.remove(&column),
        });
    }

    /// All columns as they come.
    pub(crate) fn reset(self) {
        self.hidden.set(self.hidden_at_first.iter().copied().collect());
        self.widths.set(BTreeMap::new());
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
