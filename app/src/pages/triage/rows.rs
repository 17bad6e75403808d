//! The rows of the window on the list: made once, and filled by hand.
//!
//! Half a hundred rows of eleven cells change while somebody scrolls. A closure, an effect and a subscription for each cell, as
//! everywhere else on the page, took longer than a frame there. Here a row remembers what it says, and only words that differ are
//! written into the page; a window that moves by eight rows turns eight rows round, and the rest stay what they were.

use std::collections::VecDeque;

use domain::decimal::hours4;
use domain::family::Family;
use domain::time::Span;
use domain::triage::FindingRow;
use leptos::prelude::*;
use web_sys::Node;

use super::grid::state_word;
use crate::components::by_hand::{Attributes, Words};
use crate::components::words::{bars_of, shape_of};

/// What a row shows.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) finding: FindingRow,
    /// Where its link leads.
    pub(super) href: String,
    /// It is the finding beside the list.
    pub(super) open: bool,
    /// Whether it is one of those that an action on many is for; `None` for who decides about none.
    pub(super) selected: Option<bool>,
    /// It is the row that Tab comes to.
    pub(super) tab_stop: bool,
}

/// The rows that exist, from the first of the window on.
#[derive(Default)]
pub(super) struct Rows {
    /// The place in the list of the first of them.
    first: usize,
    rows: VecDeque<Row>,
}

impl Rows {
    /// Shows the rows from `first` on, one for each of `shown`, before the node `below`.
    pub(super) fn show(&mut self, first: usize, shown: Vec<Shown>, below: &Node) {
        let Some(body) = below.parent_node() else { return };
        while self.rows.len() > shown.len() {
            if let Some(row) = self.rows.pop_back() {
                row.line.remove();
            }
        }
        self.turn(first, &body, below);
        while self.rows.len() < shown.len() {
            let Some(row) = Row::new() else { return };
            // The page refuses a child only where it would be its own parent.
            let _ = body.insert_before(&row.line, Some(below));
            self.rows.push_back(row);
        }
        for (nth, (row, shown)) in self.rows.iter_mut().zip(shown).enumerate() {
            row.fill(first + nth, shown);
        }
    }

    /// Brings rows that are still in the window to where they stand now: those that left it at one end come in at the other.
    fn turn(&mut self, first: usize, body: &Node, below: &Node) {
        let moved = first.abs_diff(self.first);
        if moved < self.rows.len() {
            for _ in 0..moved {
                if first > self.first {
                    let Some(row) = self.rows.pop_front() else { break };
                    let _ = body.insert_before(&row.line, Some(below));
                    self.rows.push_back(row);
                } else {
                    let Some(row) = self.rows.pop_back() else { break };
                    let _ = body.insert_before(&row.line, self.rows.front().map(|row| -> &Node { &row.line }));
                    self.rows.push_front(row);
                }
            }
        }
        self.first = first;
    }
}

/// The row's markup; what it says is filled in. The classes are those of the list that the server makes.
const ROW: &str = r#"<td class="c-mark"></td><td class="c-end"><a data-noscroll=""><time></time></a></td><td class="c-class"><span></span></td><td class="c-type"><span></span><span class="resolved-word"></span></td><td class="c-tags"></td><td class="c-duration"></td><td class="c-comments"></td><td class="c-priority"><span></span></td><td class="c-family"></td><td class="c-state"></td><td class="c-assignee"></td><td class="c-shift"></td>"#;

/// One row of the table.
struct Row {
    line: Attributes,
    link: Attributes,
    end: Words,
    class: Words,
    kind: Words,
    state_word: Words,
    tags: Words,
    duration: Words,
    comment: Words,
    priority: Words,
    family: Words,
    state: Words,
    assignee: Words,
    shift: Words,
}

impl Row {
    /// An empty one. `None` only where the document makes no elements.
    fn new() -> Option<Self> {
        let line = document().create_element("tr").ok()?;
        line.set_inner_html(ROW);
        let cells = line.children();
        let cell = |nth| cells.item(nth);
        let inner = |nth| cell(nth)?.first_element_child();
        let kind = inner(3)?;
        let link = inner(1)?;
        Some(Self {
            end: Words::of(link.first_element_child()?),
            link: Attributes::of(link),
            class: Words::of(inner(2)?),
            state_word: Words::of(kind.next_element_sibling()?),
            kind: Words::of(kind),
            tags: Words::of(cell(4)?),
            duration: Words::of(cell(5)?),
            comment: Words::of(cell(6)?),
            priority: Words::of(inner(7)?),
            family: Words::of(cell(8)?),
            state: Words::of(cell(9)?),
            assignee: Words::of(cell(10)?),
            shift: Words::of(cell(11)?),
            line: Attributes::of(line),
        })
    }

    fn fill(&mut self, index: usize, shown: Shown) {
        let Shown { finding, href, open, selected, tab_stop } = shown;
        let state_words = state_word(finding.state);
        let is = |on: bool, word: &'static str| if on { word } else { "" };
        self.line.set("id", Some(&format!("f{}", finding.id)));
        self.line.set("class", Some(&["row", is(open, " open"), is(state_words.is_some(), " resolved")].concat()));
        // The head is the first row of the table.
        self.line.set("aria-rowindex", Some(&(index + 2).to_string()));
        self.line.set("aria-selected", selected.map(|selected| if selected { "true" } else { "false" }));
        self.link.set("href", Some(&href));
        self.link.set("tabindex", Some(if tab_stop { "0" } else { "-1" }));
        self.link.set("aria-current", open.then_some("true"));
        match finding.span.map(Span::end) {
            Some(end) => {
                self.end.shows.set("datetime", Some(&end.to_string()));
                self.end.say(&end.for_people());
            }
            None => {
                self.end.shows.set("datetime", None);
                self.end.say("no time known");
            }
        }
        self.class.shows.set("class", Some(shape_of(finding.class)));
        self.class.say(finding.class.label());
        self.kind.say(finding.kind.label());
        self.state_word.say(state_words.as_deref().unwrap_or_default());
        self.tags.say(&finding.tags);
        self.duration.say(&finding.span.map(Span::seconds).map(hours4).unwrap_or_default());
        self.comment.say(&finding.comment);
        self.priority.shows.set("class", Some(bars_of(finding.priority)));
        self.priority.say(finding.priority.label());
        self.family.say(Family::label_of(finding.family));
        self.state.say(finding.state.label());
        self.assignee.say(finding.assignee.as_deref().unwrap_or_default());
        self.shift.say(finding.shift.as_ref().map_or("", |shift| shift.as_str()));
    }
}
