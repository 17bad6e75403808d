//! All findings in memory, column by column: what answers a filter within a frame, in the server and in the browser.
//!
//! [`Columns`] is built from rows and kept in step by rows ([`Columns::upsert`], [`Columns::remove`]). [`Columns::view`] answers
//! a [`Filter`]: which rows match ([`View::n`], [`View::seconds`]), in which order ([`View::rows`]), and what every other
//! choice would give ([`Columns::facets`]). Each value of a facet has the set of its rows as bits, so a filter is a few
//! operations on 64 rows at a time; texts are kept once each and searched once each; orders are kept once asked for.

mod counts;
mod sorting;
mod words;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::bits::Bits;
use super::dictionary::{Dictionary, NONE, folded};
use super::filter::{Assignee, Filter, Lasting, Period, Term, What, Window};
use super::order::{Sort, plain};
use super::{Decided, FindingList, FindingRow, State};
use crate::facts::Id;
use crate::family::Family;
use crate::findings::{Class, FindingType, Priority};
use crate::time::{Instant, Span};

use sorting::Orders;
use words::Searched;

/// All findings. Those that are split or merged are in no answer unless their state is asked for. A row's place never changes while it is there; the places of removed rows are given to new ones.
#[derive(Debug, Default)]
pub struct Columns {
    /// Places that hold a finding.
    pub(super) alive: Bits,
    free: Vec<u32>,
    place: HashMap<i64, u32>,

    pub(super) id: Vec<i64>,
    pub(super) kind: Vec<FindingType>,
    pub(super) class: Vec<Class>,
    pub(super) priority: Vec<Priority>,
    pub(super) state: Vec<State>,
    pub(super) family: Vec<Option<Family>>,
    pub(super) span: Vec<Option<Span>>,
    /// Numbers in `texts`, [`NONE`] where there is nothing.
    pub(super) assignee: Vec<u32>,
    pub(super) shift: Vec<u32>,
    pub(super) comment: Vec<u32>,
    /// Numbers in `tag_texts`.
    pub(super) tags: Vec<u32>,
    pub(super) decided: Vec<Decided>,
    pub(super) row_version: Vec<i64>,
    pub(super) change_seq: Vec<i64>,
    /// What few findings have, by their place.
    pub(super) rare: HashMap<u32, Rare>,
    /// Where the pieces of the key stand in `key_pieces`, and how many.
    pub(super) key: Vec<(u32, u32)>,
    /// Numbers in `texts`: type, family, shift, then the ids.
    pub(super) key_pieces: Vec<u32>,

    pub(super) texts: Dictionary,
    /// Whole lists of tags.
    pub(super) tag_texts: Dictionary,
    tag_lists: TagLists,

    by_class: Vec<Bits>,
    by_priority: Vec<Bits>,
    by_kind: Vec<Bits>,
    /// By [`Family::ALL`], then of no single family.
    by_family: Vec<Bits>,
    by_state: Vec<Bits>,

    /// Texts that were known when it was last built from nothing.
    texts_when_built: usize,
    pub(super) standing: Standing,
    orders: Mutex<Orders>,
    searched: Mutex<Searched>,
}

/// What few findings have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rare {
    pub(super) snoozed_until: Option<Instant>,
    pub(super) dismissed_because: Option<String>,
    pub(super) n_comments: i32,
    pub(super) part_of: Option<i64>,
    pub(super) merged_into: Option<i64>,
}

/// What a period is reckoned from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The *now* of the last detection, if there was one.
    pub as_of: Option<Instant>,
    /// The latest SCIOPS shift of each family that has begun by then.
    pub latest_shifts: Vec<(Family, Id)>,
}

/// The tags of each list of tags; a tag is one whatever its letters, and shown as it was first written.
#[derive(Clone, Debug, Default)]
struct TagLists {
    /// Where the tags of each of `tag_texts` end in `tags`.
    ends: Vec<u32>,
    tags: Vec<u32>,
    folded: Dictionary,
    spelling: Dictionary,
}

/// Which rows a filter lets through, for one state of the columns.
#[derive(Clone, Debug)]
pub struct View {
    /// What each facet alone lets through; `None` where it lets all.
    by_facet: [Option<Bits>; FACETS],
    /// What everything that is no facet lets through.
    others: Bits,
    /// What the period lets through.
    period: Bits,
    /// The same without what another finding stands for.
    listed: Bits,
    matching: Bits,
    n: u32,
    seconds: i64,
    order: Arc<[Sort]>,
}

/// Facets with counts: class, priority, type, family, state, assignee, tag.
const FACETS: usize = 7;
const STATE: usize = 4;

impl View {
    /// How many findings match.
    pub const fn n(&self) -> u32 {
        self.n
    }

    /// Their time together \[s\].
    pub const fn seconds(&self) -> i64 {
        self.seconds
    }

    /// Whether the row at that place matches.
    pub fn holds(&self, place: u32) -> bool {
        self.matching.contains(place)
    }
}

impl Columns {
    /// All of these; of several rows of one finding the last counts.
    pub fn of(rows: impl IntoIterator<Item = FindingRow>) -> Self {
        let mut columns = Self::default();
        columns.upsert(rows);
        columns
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.place.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.place.is_empty()
    }

    /// What periods are reckoned from.
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Sets what periods are reckoned from.
    pub fn stand(&mut self, standing: Standing) {
        self.standing = standing;
    }

    /// Where a finding is.
    pub fn place(&self, id: i64) -> Option<u32> {
        self.place.get(&id).copied()
    }

    /// Adds findings, or puts them in place of what they were.
    pub fn upsert(&mut self, rows: impl IntoIterator<Item = FindingRow>) {
        let begins = self.is_empty();
        let changed: Vec<u32> = rows.into_iter().map(|row| self.put(&row)).collect();
        if changed.is_empty() {
            return;
        }
        self.forget_searches();
        self.reorder(changed);
        let texts = self.texts.len() + self.tag_texts.len();
        if begins {
            self.texts_when_built = texts;
        }
        // What nobody uses any more is thrown away before it outweighs the rest.
        if texts > 2 * self.texts_when_built + 65_536 {
            let standing = std::mem::take(&mut self.standing);
            *self = Self::of(self.alive.iter().map(|place| self.row(place)).collect::<Vec<_>>());
            self.standing = standing;
        }
    }

    /// Takes findings out.
    pub fn remove(&mut self, ids: impl IntoIterator<Item = i64>) {
        for id in ids {
            if let Some(place) = self.place.remove(&id) {
                self.mark(place, false);
                self.free.push(place);
            }
        }
    }

    fn put(&mut self, row: &FindingRow) -> u32 {
        let place = match self.place(row.id) {
            Some(place) => {
                self.mark(place, false);
                place
            }
            None => {
                let place = self.free.pop().unwrap_or_else(|| self.append());
                self.place.insert(row.id, place);
                // Whatever stood here before had another key.
                self.key[place as usize] = (0, 0);
                place
            }
        };
        let at = place as usize;
        self.id[at] = row.id;
        self.kind[at] = row.kind;
        self.class[at] = row.class;
        self.priority[at] = row.priority;
        self.state[at] = row.state;
        self.family[at] = row.family;
        self.span[at] = row.span;
        self.assignee[at] = row.assignee.as_deref().map_or(NONE, |name| self.texts.intern(name));
        self.shift[at] = row.shift.as_ref().map_or(NONE, |shift| self.texts.intern(shift.as_str()));
        self.comment[at] = self.texts.intern(&row.comment);
        self.decided[at] = row.decided;
        self.row_version[at] = row.row_version;
        self.change_seq[at] = row.change_seq;
        let rare = Rare {
            snoozed_until: row.snoozed_until,
            dismissed_because: row.dismissed_because.clone(),
            n_comments: row.n_comments,
            part_of: row.part_of,
            merged_into: row.merged_into,
        };
        if rare == Rare::default() {
            self.rare.remove(&place);
        } else {
            self.rare.insert(place, rare);
        }
        self.tags[at] = self.tag_texts.intern(&row.tags);
        self.tag_lists.reach(&self.tag_texts);
        if self.key_text(place) != row.key {
            self.key[at] = self.intern_key(&row.key);
        }
        self.mark(place, true);
        place
    }

    /// A new place at the end.
    fn append(&mut self) -> u32 {
        self.id.push(0);
        self.kind.push(FindingType::Other);
        self.class.push(Class::Gap);
        self.priority.push(Priority::None);
        self.state.push(State::Open);
        self.family.push(None);
        self.span.push(None);
        self.assignee.push(NONE);
        self.shift.push(NONE);
        self.comment.push(NONE);
        self.tags.push(NONE);
        self.decided.push(Decided::default());
        self.row_version.push(0);
        self.change_seq.push(0);
        self.key.push((0, 0));
        u32::try_from(self.id.len() - 1).unwrap_or(NONE)
    }

    /// Puts the row into the sets of its values, or takes it out.
    fn mark(&mut self, place: u32, on: bool) {
        let at = place as usize;
        self.alive.set(place, on);
        set_of(&mut self.by_class, self.class[at] as usize).set(place, on);
        set_of(&mut self.by_priority, self.priority[at] as usize).set(place, on);
        set_of(&mut self.by_kind, self.kind[at] as usize).set(place, on);
        set_of(&mut self.by_family, family_at(self.family[at])).set(place, on);
        set_of(&mut self.by_state, self.state[at] as usize).set(place, on);
    }

    /// Fills what follows from the columns, after they were set as a whole.
    pub(super) fn derive(&mut self) {
        let rows = self.id.len();
        self.place = (0u32..).zip(&self.id).map(|(place, &id)| (id, place)).collect();
        self.alive = Bits::of(rows, |_| true);
        self.by_class = Class::ALL.iter().map(|&v| Bits::of(rows, |at| self.class[at] == v)).collect();
        self.by_priority = Priority::ALL.iter().map(|&v| Bits::of(rows, |at| self.priority[at] == v)).collect();
        self.by_kind = FindingType::ALL.iter().map(|&v| Bits::of(rows, |at| self.kind[at] == v)).collect();
        let families = Family::ALL.into_iter().map(Some).chain([None]);
        self.by_family = families.map(|v| Bits::of(rows, |at| self.family[at] == v)).collect();
        self.by_state = State::ALL.iter().map(|&v| Bits::of(rows, |at| self.state[at] == v)).collect();
        self.tag_lists.reach(&self.tag_texts);
        self.texts_when_built = self.texts.len() + self.tag_texts.len();
    }

    /// The finding at a place of a [`View`].
    pub fn row(&self, place: u32) -> FindingRow {
        let at = place as usize;
        let text = |number: u32| (number != NONE).then(|| self.texts.get(number).to_owned());
        let rare = self.rare.get(&place).cloned().unwrap_or_default();
        FindingRow {
            id: self.id[at],
            key: self.key_text(place),
            kind: self.kind[at],
            class: self.class[at],
            priority: self.priority[at],
            state: self.state[at],
            family: self.family[at],
            shift: text(self.shift[at]).and_then(|shift| Id::try_from(shift).ok()),
            span: self.span[at],
            tags: self.tag_texts.get(self.tags[at]).to_owned(),
            comment: self.texts.get(self.comment[at]).to_owned(),
            decided: self.decided[at],
            assignee: text(self.assignee[at]),
            snoozed_until: rare.snoozed_until,
            dismissed_because: rare.dismissed_because,
            n_comments: rare.n_comments,
            part_of: rare.part_of,
            merged_into: rare.merged_into,
            row_version: self.row_version[at],
            change_seq: self.change_seq[at],
        }
    }

    /// The number of the finding at a place of a [`View`].
    pub fn id(&self, place: u32) -> Option<i64> {
        self.id.get(place as usize).copied()
    }

    fn intern_key(&mut self, key: &str) -> (u32, u32) {
        let from = self.key_pieces.len();
        let mut head = key.splitn(4, '|');
        let (kind, family, shift, ids) = (head.next(), head.next(), head.next(), head.next());
        let pieces = kind.into_iter().chain(family).chain(shift).chain(ids.into_iter().flat_map(|ids| ids.split(';')));
        for piece in pieces {
            let number = self.texts.intern(piece);
            self.key_pieces.push(number);
        }
        let n = self.key_pieces.len() - from;
        (u32::try_from(from).unwrap_or(NONE), u32::try_from(n).unwrap_or(0))
    }

    /// The numbers of a key's pieces: type, family and shift, then the ids.
    pub(super) fn pieces(&self, place: u32) -> &[u32] {
        let (from, n) = self.key[place as usize];
        self.key_pieces.get(from as usize..from as usize + n as usize).unwrap_or_default()
    }

    fn key_text(&self, place: u32) -> String {
        let mut key = String::new();
        for (nth, &piece) in self.pieces(place).iter().enumerate() {
            key.push_str(match nth {
                0 => "",
                1..=3 => "|",
                _ => ";",
            });
            key.push_str(self.texts.get(piece));
        }
        key
    }

    /// At most `limit` of a view's findings after the first `offset`.
    pub fn list(&self, view: &View, offset: usize, limit: usize) -> FindingList {
        FindingList {
            rows: view.rows(self, offset, limit).into_iter().map(|place| self.row(place)).collect(),
            n_matching: i64::from(view.n),
            matching_s: view.seconds,
            as_of: self.standing.as_of,
        }
    }

    /// What a filter lets through, in this order. `me` is the account that asks, if one does.
    pub fn view(&self, filter: &Filter, order: &[Sort], me: Option<&str>) -> View {
        let mut by_facet: [Option<Bits>; FACETS] = Default::default();
        let mut period = self.alive.clone();
        let mut others = self.alive.clone();
        for (facet, bits) in by_facet.iter_mut().enumerate() {
            *bits = self.any_of(filter, |what| facet_of(what) == Some(facet), me);
        }
        // What another finding stands for would be counted twice: it is there for who asks for it by its state.
        let wants_state = |term: &Term| !term.without && matches!(term.what, What::State(_));
        let replaced = self.replaced();
        if replaced.count() > 0 && !filter.on().any(wants_state) {
            let state = &mut by_facet[STATE];
            let bits = state.get_or_insert_with(|| self.alive.clone());
            bits.drop_all(&replaced);
        }
        if let Some(bits) = self.any_of(filter, |what| matches!(what, What::When(_)), me) {
            period.keep(&bits);
            others.keep(&bits);
        }
        for alternatives in [|what: &What| matches!(what, What::Shift(_)), |what: &What| matches!(what, What::Id(_))] {
            if let Some(bits) = self.any_of(filter, alternatives, me) {
                others.keep(&bits);
            }
        }
        for term in filter.on() {
            let bits = match &term.what {
                What::Lasting(lasting) => self.lasting(*lasting),
                What::Text(text) => self.holding(&folded(text)),
                _ => continue,
            };
            if term.without {
                others.drop_all(&bits);
            } else {
                others.keep(&bits);
            }
        }
        let mut matching = others.clone();
        by_facet.iter().flatten().for_each(|bits| matching.keep(bits));
        let seconds = matching.iter().filter_map(|place| self.span[place as usize]).map(Span::seconds).sum();
        let mut listed = period.clone();
        listed.drop_all(&replaced);
        View { by_facet, others, period, listed, n: matching.count(), seconds, matching, order: plain(order).into() }
    }

    /// What the terms of one field let through; `None` when they say nothing.
    fn any_of(&self, filter: &Filter, field: impl Fn(&What) -> bool, me: Option<&str>) -> Option<Bits> {
        let (mut wanted, mut excluded) = (None::<Bits>, None::<Bits>);
        for term in filter.on().filter(|term| field(&term.what)) {
            let side = if term.without { &mut excluded } else { &mut wanted };
            let bits = self.having(&term.what, me);
            match side {
                Some(side) => side.add(&bits),
                None => *side = Some(bits),
            }
        }
        match (wanted, excluded) {
            (wanted, None) => wanted,
            (wanted, Some(excluded)) => {
                let mut rest = wanted.unwrap_or_else(|| self.alive.clone());
                rest.drop_all(&excluded);
                Some(rest)
            }
        }
    }

    /// The rows that have a value; removed ones may be among them.
    fn having(&self, what: &What, me: Option<&str>) -> Bits {
        let rows = self.id.len();
        let of = |sets: &[Bits], at: usize| sets.get(at).cloned().unwrap_or_default();
        let where_text = |column: &[u32], number: Option<u32>| match number {
            Some(number) => Bits::of(rows, |at| column[at] == number),
            None => Bits::none(rows),
        };
        match what {
            What::Class(class) => of(&self.by_class, *class as usize),
            What::Priority(priority) => of(&self.by_priority, *priority as usize),
            What::Kind(kind) => of(&self.by_kind, *kind as usize),
            What::Family(family) => of(&self.by_family, family_at(*family)),
            What::State(state) => of(&self.by_state, *state as usize),
            What::Assignee(Assignee::Nobody) => where_text(&self.assignee, Some(NONE)),
            What::Assignee(Assignee::Me) => where_text(&self.assignee, me.and_then(|me| self.texts.find(me))),
            What::Assignee(Assignee::Named(name)) => where_text(&self.assignee, self.texts.find(name)),
            What::Shift(None) => where_text(&self.shift, Some(NONE)),
            What::Shift(Some(shift)) => where_text(&self.shift, self.texts.find(shift.as_str())),
            What::Tag(tag) => {
                let lists = self.tag_lists.having(tag.as_deref());
                Bits::of(rows, |at| lists.contains(self.tags[at]))
            }
            What::When(period) => self.ending(*period),
            What::Id(id) => {
                let mut bits = Bits::none(rows);
                if let Some(place) = self.place(*id) {
                    bits.set(place, true);
                }
                bits
            }
            What::Lasting(lasting) => self.lasting(*lasting),
            What::Text(text) => self.holding(&folded(text)),
        }
    }

    /// The rows for which another finding stands.
    fn replaced(&self) -> Bits {
        let mut bits = Bits::default();
        let replaced = State::ALL.iter().filter(|state| state.is_replaced());
        replaced.filter_map(|&state| self.by_state.get(state as usize)).for_each(|set| bits.add(set));
        bits
    }

    fn lasting(&self, lasting: Lasting) -> Bits {
        Bits::of(self.id.len(), |at| lasting.holds(self.span[at].map_or(0, Span::seconds)))
    }

    fn ending(&self, period: Period) -> Bits {
        let rows = self.id.len();
        let within = |window: Window| Bits::of(rows, |at| self.span[at].is_some_and(|span| window.holds(span.end())));
        match (period, self.standing.as_of) {
            (Period::Between(window), _) => within(window),
            (Period::Week(week), _) => within(week.window()),
            // Up to and with this second: what runs until now has its end now.
            (Period::LastDays(days), Some(now)) => {
                let from = now.plus(-crate::time::DAY_S * i64::from(days));
                Window::new(Some(from), Some(now.plus(1))).map_or_else(Bits::default, within)
            }
            (Period::LastShift, Some(_)) => {
                let latest: Vec<(Family, u32)> = self
                    .standing
                    .latest_shifts
                    .iter()
                    .filter_map(|(family, shift)| Some((*family, self.texts.find(shift.as_str())?)))
                    .collect();
                let is_latest = |at: usize| {
                    let of = |&(family, shift): &(Family, u32)| {
                        self.shift[at] == shift && self.family[at].is_none_or(|own| own == family)
                    };
                    latest.iter().any(of)
                };
                Bits::of(rows, is_latest)
            }
            // Before the first detection nothing is recent.
            (Period::LastDays(_) | Period::LastShift, None) => Bits::none(rows),
        }
    }
}

impl TagLists {
    /// Reads the lists that came since it was last called.
    fn reach(&mut self, texts: &Dictionary) {
        while self.ends.len() < texts.len() {
            let list = texts.get(u32::try_from(self.ends.len()).unwrap_or(NONE));
            for tag in list.split(';').map(str::trim).filter(|tag| !tag.is_empty()) {
                let small = folded(tag);
                let number = self.folded.find(&small).unwrap_or_else(|| {
                    self.spelling.push(tag);
                    self.folded.add(&small)
                });
                self.tags.push(number);
            }
            self.ends.push(u32::try_from(self.tags.len()).unwrap_or(NONE));
        }
    }

    /// The tags of a list.
    fn of(&self, list: u32) -> &[u32] {
        let at = list as usize;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&end| end as usize);
        let to = self.ends.get(at).map_or(from, |&end| end as usize);
        self.tags.get(from..to).unwrap_or_default()
    }

    /// The lists that hold a tag, or that hold none.
    fn having(&self, tag: Option<&str>) -> Bits {
        let wanted = tag.map(|tag| self.folded.find(&folded(tag.trim())));
        let holds = |tags: &[u32]| match wanted {
            None => tags.is_empty(),
            Some(number) => number.is_some_and(|number| tags.contains(&number)),
        };
        Bits::of(self.ends.len(), |at| holds(self.of(u32::try_from(at).unwrap_or(NONE))))
    }
}

/// Which of the counted facets a value belongs to.
const fn facet_of(what: &What) -> Option<usize> {
    match what {
        What::Class(_) => Some(0),
        What::Priority(_) => Some(1),
        What::Kind(_) => Some(2),
        What::Family(_) => Some(3),
        What::State(_) => Some(STATE),
        What::Assignee(_) => Some(5),
        What::Tag(_) => Some(6),
        What::Lasting(_) | What::When(_) | What::Shift(_) | What::Id(_) | What::Text(_) => None,
    }
}

/// Its place among the families, the last when it has none.
pub(super) fn family_at(family: Option<Family>) -> usize {
    family.map_or(Family::ALL.len(), |family| family as usize)
}

fn set_of(sets: &mut Vec<Bits>, at: usize) -> &mut Bits {
    if sets.len() <= at {
        sets.resize(at + 1, Bits::default());
    }
    &mut sets[at]
}

/// What was kept stays right if somebody panicked while they held it: it is only ever replaced as a whole.
fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Clone for Columns {
    fn clone(&self) -> Self {
        let mut clone = Self::of(self.alive.iter().map(|place| self.row(place)));
        clone.standing = self.standing.clone();
        clone
    }
}
