//! The browser's own copy of all findings: fetched once after the page has come alive, then asked instead of the server.

use std::sync::Arc;

use domain::people::Right;
use domain::time::Instant;
use domain::triage::columns::Columns;
use domain::triage::guesses::Guesses;
use domain::triage::selection::Selection;
use domain::triage::snapshot::{self, Snapshot};
use domain::triage::{Facets, FindingRow};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::grid::Stretch;
use crate::api::person::{Visitor, use_visitor};
use crate::query::TriageQuery;

/// All findings, in the browser. On the server, and until they have come, it is empty and not [`Board::ready`].
#[derive(Clone, Copy)]
pub struct Board {
    columns: StoredValue<Columns>,
    /// What was decided here and is not in the server's rows yet.
    guesses: StoredValue<Guesses>,
    /// Every change up to and with this number is in the columns; `None` where they have to be fetched whole.
    seq: StoredValue<Option<i64>>,
    visitor: RwSignal<Visitor>,
    asking: StoredValue<Asking>,
    /// Counts what happened to the columns; 0 before they came.
    version: RwSignal<u32>,
    ready: Memo<bool>,
    /// The finding that the keys move and the verdicts are for.
    pub focused: RwSignal<Option<i64>>,
    /// The findings that an action on many is for.
    pub selection: RwSignal<Selection>,
    /// Where the last of them were picked in one go.
    pub(super) stretch: StoredValue<Option<Stretch>>,
    may_triage: Memo<bool>,
}

/// Whether the server is being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    No,
    Yes,
    /// It is, and something changed since: it is asked again.
    AndAgain,
}

/// What the list shows under one filter and order.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Where each row of the list is in the columns, in order.
    pub places: Vec<u32>,
    /// Their time together \[s\].
    pub seconds: i64,
    /// The counts beside the filters.
    pub facets: Facets,
    /// The *now* of the last detection, if there was one.
    pub as_of: Option<Instant>,
}

/// An answer that is another whenever it was made anew: comparing a hundred thousand rows would cost more than showing forty.
#[derive(Clone, Debug)]
pub struct Answered(pub Arc<Answer>);

impl PartialEq for Answered {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Board {
    /// An empty one that is filled as soon as the page is alive.
    pub(super) fn new() -> Self {
        let version = RwSignal::new(0);
        let visitor = use_visitor();
        let may_triage =
            move |visitor: &Visitor| visitor.user.as_ref().is_some_and(|user| user.role.may(Right::Triage));
        let board = Self {
            columns: StoredValue::new(Columns::default()),
            guesses: StoredValue::new(Guesses::default()),
            seq: StoredValue::new(None),
            visitor,
            asking: StoredValue::new(Asking::No),
            version,
            ready: Memo::new(move |_| version.get() > 0),
            focused: RwSignal::new(None),
            selection: RwSignal::new(Selection::default()),
            stretch: StoredValue::new(None),
            may_triage: Memo::new(move |_| visitor.with(may_triage)),
        };
        // Effects run in the browser only.
        Effect::new(move || board.catch_up());
        board
    }

    /// Whether all findings are here. It becomes true once.
    pub fn ready(self) -> bool {
        self.ready.get()
    }

    /// The same for who does not want to be told.
    pub fn ready_untracked(self) -> bool {
        self.ready.get_untracked()
    }

    /// Whether the reader may decide about findings, and so may select some.
    pub fn may_triage(self) -> Memo<bool> {
        self.may_triage
    }

    /// The same as of now.
    pub fn may_triage_untracked(self) -> bool {
        self.may_triage.get_untracked()
    }

    /// The number of the last change that the page shows; `None` until the findings are here.
    pub fn seq(self) -> Option<i64> {
        self.seq.get_value()
    }

    /// How many of the selected findings are not in the list.
    pub fn n_selected_outside(self, answer: &Answer) -> usize {
        self.selection.with(|selection| {
            if selection.is_empty() {
                return 0;
            }
            let n = answer.places.iter().max().map_or(0, |&last| last as usize + 1);
            let mut shown = vec![false; n];
            for &place in &answer.places {
                shown[place as usize] = true;
            }
            let is_shown = |place: u32| shown.get(place as usize) == Some(&true);
            self.with(|columns| selection.ids().filter(|&id| !columns.place(id).is_some_and(is_shown)).count())
        })
    }

    /// Asks something of the columns, and again whenever they change.
    pub fn with<T>(self, ask: impl FnOnce(&Columns) -> T) -> T {
        self.version.track();
        self.columns.with_value(ask)
    }

    /// Shows a finding as somebody just decided it should be, before the server has said so. [`Board::answered`] follows.
    pub fn guess(self, row: FindingRow) {
        let said = self.columns.with_value(|columns| columns.place(row.id).map(|place| columns.row(place)));
        if let Some(said) = said {
            self.guesses.update_value(|guesses| guesses.lay(row.id, said));
            self.put(vec![row]);
        }
    }

    /// A decision about a finding is in the change of that number.
    pub fn kept(self, finding: i64, change: i64) {
        // The page may be gone by now.
        let _ = self.guesses.try_update_value(|guesses| guesses.kept(finding, change));
    }

    /// Everything that was decided about a finding is answered.
    pub fn answered(self, finding: i64) {
        let Some(Some(known)) = self.seq.try_get_value() else { return };
        let row = self.guesses.try_update_value(|guesses| guesses.answered(finding, known)).flatten();
        self.put(row.into_iter().collect());
    }

    /// Puts rows into the columns, and tells whoever shows them where they show anything new.
    fn put(self, rows: Vec<FindingRow>) {
        let is_new = self.columns.with_value(|columns| !rows.iter().all(|row| shows(columns, row)));
        self.columns.update_value(|columns| columns.upsert(rows));
        if is_new {
            self.version.update(|version| *version += 1);
        }
    }

    /// Fetches what is missing up to the change of that number, which the server told of.
    pub fn catch_up_to(self, newest: Option<i64>) {
        if newest.is_some() && newest != self.seq.get_value() {
            self.catch_up();
        }
    }

    /// Fetches what changed since the last time; everything the first time.
    pub fn catch_up(self) {
        if self.asking.get_value() != Asking::No {
            self.asking.set_value(Asking::AndAgain);
            return;
        }
        self.asking.set_value(Asking::Yes);
        spawn_local(async move {
            let since = self.seq.try_get_value().flatten();
            let fetched = fetch(since).await;
            let arrived = fetched.is_some();
            if let Some(snapshot) = fetched {
                self.take(snapshot, since.is_some());
            }
            // The page may be gone by now.
            let asked = self.asking.try_update_value(|asking| std::mem::replace(asking, Asking::No));
            if asked == Some(Asking::AndAgain) && arrived {
                self.catch_up();
            }
        });
    }

    fn take(self, snapshot: Snapshot, is_difference: bool) {
        let Some(known) = self.seq.try_get_value() else { return };
        if is_difference && Some(snapshot.seq) < known {
            // The clock went back: a database that was restored. Nothing we have is sure.
            self.seq.set_value(None);
            self.asking.set_value(Asking::AndAgain);
            return;
        }
        self.seq.set_value(Some(snapshot.seq));
        if is_difference {
            let standing = snapshot.columns.standing();
            let same_standing = self.columns.with_value(|columns| columns.standing() == standing);
            if !same_standing {
                self.columns.update_value(|columns| columns.stand(standing.clone()));
                self.version.update(|version| *version += 1);
            }
            let rows = self.guesses.try_update_value(|guesses| guesses.said(snapshot.seq, snapshot.rows()));
            return self.put(rows.unwrap_or_default());
        }
        self.guesses.update_value(Guesses::clear);
        self.columns.set_value(snapshot.columns);
        self.version.update(|version| *version += 1);
    }

    /// What the list shows; `None` until the findings are here.
    pub fn answer(self, query: Memo<TriageQuery>) -> Memo<Option<Answered>> {
        // Opening another finding asks nothing new of the list.
        let asked = Memo::new(move |_| query.with(|query| (query.filter.clone(), query.order.clone())));
        Memo::new(move |_| {
            if !self.ready() {
                return None;
            }
            let me = self.visitor.with(|visitor| visitor.user.as_ref().map(|user| user.name.clone()));
            let answer = asked.with(|(filter, order)| {
                self.with(|columns| {
                    let view = columns.view(filter, order, me.as_deref());
                    Answer {
                        places: view.rows(columns, 0, usize::MAX),
                        seconds: view.seconds(),
                        facets: columns.facets(&view, filter),
                        as_of: columns.standing().as_of,
                    }
                })
            });
            Some(Answered(Arc::new(answer)))
        })
    }
}

/// Whether the columns show a finding like this already: an edit that was guessed right brings nothing new but its version.
fn shows(columns: &Columns, row: &FindingRow) -> bool {
    columns.place(row.id).is_some_and(|place| {
        let shown = columns.row(place);
        let (row_version, change_seq) = (row.row_version, row.change_seq);
        FindingRow { row_version, change_seq, ..shown } == *row
    })
}

/// `None` when it cannot be had: the page goes on asking the server for each list, as it does without.
async fn fetch(since: Option<i64>) -> Option<Snapshot> {
    let address = match since {
        None => "/triage/snapshot".to_owned(),
        Some(seq) => format!("/triage/snapshot?since={seq}"),
    };
    let response = JsFuture::from(window().fetch_with_str(&address)).await.ok()?.dyn_into::<Response>().ok()?;
    if !response.ok() {
        return None;
    }
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    snapshot::read(&js_sys::Uint8Array::new(&buffer).to_vec()).ok()
}
