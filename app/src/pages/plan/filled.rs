//! The rows of the plan's tables in the browser, filled by hand: a row stays where it is and says something else.

use domain::plan::policy::Criterion;
use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use super::list::{self, Listed};
use super::rows::{Bar, Cell, Column, LONG, Line, NOT_BY_TIME, noted};
use super::why_not;
use super::words::letter;
use crate::components::by_hand::{Attributes, Words};

/// The tables of the page: those of the sections, and that of the blocks that are not listed.
#[derive(Debug)]
pub(super) struct Tables {
    sections: Vec<SectionShown>,
    not_listed: Rows,
}

impl Tables {
    /// Those of the page as it is; `None` when they are not all there.
    pub(super) fn of_the_page() -> Option<Self> {
        let page = document();
        let sections = page.query_selector_all("#plan .of-array").ok()?;
        let sections = (0..sections.length()).map(|nth| SectionShown::of(&sections.item(nth)?.dyn_into().ok()?));
        Some(Self {
            sections: sections.collect::<Option<_>>()?,
            not_listed: Rows::of(page.query_selector("#plan .not-listed tbody").ok()??),
        })
    }

    /// Whether they are still in the page.
    pub(super) fn are_there(&self) -> bool {
        self.not_listed.body.is_connected()
    }

    /// Shows these sections, and these blocks as not listed.
    pub(super) fn fill(&mut self, listed: Vec<Listed>, not_listed: Vec<Line>) {
        for (section, listed) in self.sections.iter_mut().zip(listed) {
            section.fill(listed);
        }
        self.not_listed.show(&why_not::COLUMNS, not_listed);
    }
}

/// A section: what stands around its table, and its rows.
#[derive(Debug)]
struct SectionShown {
    count: Words,
    nothing: Words,
    more: Attributes,
    link: Words,
    rows: Rows,
}

impl SectionShown {
    fn of(section: &Element) -> Option<Self> {
        let part = |selector| section.query_selector(selector).ok().flatten();
        Some(Self {
            count: Words::of(part("h2 .n")?),
            nothing: Words::of(part("p.hint")?),
            more: Attributes::of(part("p.more")?),
            link: Words::of(part("p.more a")?),
            rows: Rows::of(part("tbody")?),
        })
    }

    fn fill(&mut self, listed: Listed) {
        let Listed { count, nothing, lines, more } = listed;
        let (href, words) = more.unwrap_or_default();
        self.count.say(&count);
        self.nothing.shows.show(!nothing.is_empty());
        self.nothing.say(&nothing);
        self.more.show(!words.is_empty());
        self.link.shows.set("href", Some(&href));
        self.link.say(&words);
        self.rows.show(&list::COLUMNS, lines);
    }
}

/// The rows of one table.
#[derive(Debug)]
struct Rows {
    body: Element,
    rows: Vec<Row>,
}

impl Rows {
    /// Those of an empty table.
    fn of(body: Element) -> Self {
        Self { body, rows: Vec::new() }
    }

    /// Shows these lines and no others.
    fn show(&mut self, columns: &[Column], lines: Vec<Line>) {
        for row in self.rows.drain(lines.len().min(self.rows.len())..) {
            row.line.remove();
        }
        for line in lines.iter().skip(self.rows.len()) {
            let Some(row) = Row::new(columns, line) else { return };
            // The page refuses a child only where it would be its own parent.
            let _ = self.body.append_child(AsRef::<Node>::as_ref(&*row.line));
            self.rows.push(row);
        }
        for (row, line) in self.rows.iter_mut().zip(lines) {
            row.fill(line);
        }
    }
}

/// One row.
#[derive(Debug)]
struct Row {
    line: Attributes,
    cells: Vec<Shown>,
}

/// The element that says what a cell says.
#[derive(Debug)]
enum Shown {
    Words(Words),
    /// A number, with the class of its cell.
    Noted(Words, &'static str),
    Name(Words),
    Parts {
        drawing: Attributes,
        title: Words,
        pieces: Vec<Attributes>,
    },
    Moment(Words),
}

impl Row {
    /// A row whose cells are of the kinds of the line. `None` only where the document makes no elements.
    fn new(columns: &[Column], like: &Line) -> Option<Self> {
        let line = document().create_element("tr").ok()?;
        let markup: String = columns.iter().zip(&like.cells).map(|(&(_, class), cell)| markup(class, cell)).collect();
        line.set_inner_html(&markup);
        let elements = line.children();
        let shown = |nth: u32, class: &'static str, cell: &Cell| {
            let element = elements.item(nth)?;
            Some(match cell {
                Cell::Words(_) => Shown::Words(Words::of(element)),
                Cell::Noted(..) => Shown::Noted(Words::of(element), class),
                Cell::Name(_) => Shown::Name(Words::of(element.first_element_child()?)),
                Cell::Moment(_) => Shown::Moment(Words::of(element.first_element_child()?)),
                Cell::Parts(_) => {
                    let drawing = element.first_element_child()?;
                    let children = drawing.children();
                    Shown::Parts {
                        title: Words::of(children.item(0)?),
                        pieces: (1..children.length())
                            .filter_map(|nth| children.item(nth))
                            .map(Attributes::of)
                            .collect(),
                        drawing: Attributes::of(drawing),
                    }
                }
            })
        };
        let cells =
            (0..).zip(columns.iter().zip(&like.cells)).map(|(nth, (&(_, class), cell))| shown(nth, class, cell));
        Some(Self { cells: cells.collect::<Option<_>>()?, line: Attributes::of(line) })
    }

    fn fill(&mut self, line: Line) {
        let Line { sb, href, is_open, cells } = line;
        self.line.set("class", is_open.then_some("open"));
        self.line.set("data-sb", Some(&sb));
        for (shown, cell) in self.cells.iter_mut().zip(cells) {
            match (shown, cell) {
                (Shown::Words(shows), Cell::Words(words)) => shows.say(&words),
                (Shown::Noted(shows, class), Cell::Noted(words, false)) => {
                    shows.shows.set("class", Some(class));
                    shows.say(&words);
                }
                (Shown::Noted(shows, class), Cell::Noted(words, true)) => {
                    shows.shows.set("class", Some(&format!("{class} red")));
                    shows.say(&noted(&words));
                }
                (Shown::Name(shows), Cell::Name(name)) => {
                    shows.shows.set("href", Some(&href));
                    shows.shows.set("aria-current", is_open.then_some("true"));
                    shows.say(&name);
                }
                (Shown::Moment(words), Cell::Moment(at)) => {
                    // What it says on hover is written when the pointer comes to it, and may be of another moment.
                    let _ = words.shows.remove_attribute("title");
                    words.shows.set("datetime", at.map(|at| at.to_string()).as_deref());
                    words.say(&at.map_or_else(|| NOT_BY_TIME.to_owned(), |at| at.for_people()));
                }
                (Shown::Parts { drawing, title, pieces }, Cell::Parts(bar)) => fill_bar(drawing, title, pieces, &bar),
                // The cells of a column are all of one kind.
                _ => {}
            }
        }
    }
}

fn fill_bar(drawing: &mut Attributes, title: &mut Words, pieces: &mut [Attributes], bar: &Bar) {
    drawing.set("aria-label", Some(&bar.said));
    title.say(&bar.said);
    for (piece, (from, long)) in pieces.iter_mut().zip(bar.pieces) {
        piece.set("x", Some(&format!("{from:.1}")));
        piece.set("width", Some(&format!("{long:.1}")));
    }
}

/// An empty cell of the kind.
fn markup(class: &str, cell: &Cell) -> String {
    match cell {
        Cell::Words(_) | Cell::Noted(..) => format!(r#"<td class="{class}"></td>"#),
        Cell::Name(_) => format!(r#"<th scope="row" class="{class}"><a rel="external"></a></th>"#),
        Cell::Moment(_) => format!(r#"<td class="{class}"><time></time></td>"#),
        Cell::Parts(_) => {
            let piece =
                |&criterion: &Criterion| format!(r#"<rect class="part {}" y="0" height="10" />"#, letter(criterion));
            let pieces: String = Criterion::ALL.iter().map(piece).collect();
            format!(
                r#"<td class="{class}"><svg class="parts" width="{LONG}" height="10" role="img"><title></title>{pieces}</svg></td>"#
            )
        }
    }
}
