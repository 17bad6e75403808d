//! The rows of the plan's tables as the server writes them.

use domain::plan::policy::Criterion;
use leptos::prelude::*;

use super::rows::{Bar, Cell, Column, LONG, Line, NOT_BY_TIME, noted};
use super::words::letter;
use crate::components::moment::moment;

/// The rows as the server writes them.
pub(crate) fn written(columns: &[Column], lines: Vec<Line>) -> AnyView {
    let row = |line: Line| {
        let Line { sb, href, is_open, cells } = line;
        let cells: Vec<AnyView> =
            columns.iter().zip(cells).map(|(&(_, class), cell)| written_cell(class, cell, &href, is_open)).collect();
        view! { <tr class:open=is_open data-sb=sb>{cells}</tr> }
    };
    lines.into_iter().map(row).collect_view().into_any()
}

fn written_cell(class: &'static str, cell: Cell, href: &str, is_open: bool) -> AnyView {
    match cell {
        Cell::Words(words) => view! { <td class=class>{words}</td> }.into_any(),
        Cell::Noted(words, is_noted) => {
            let words = if is_noted { noted(&words) } else { words };
            let class = if is_noted { format!("{class} red") } else { class.to_owned() };
            view! { <td class=class>{words}</td> }.into_any()
        }
        Cell::Name(name) => view! {
            <th scope="row" class=class>
                <a href=href.to_owned() rel="external" aria-current=is_open.then_some("true")>{name}</a>
            </th>
        }
        .into_any(),
        Cell::Parts(Bar { said, pieces }) => {
            let pieces = Criterion::ALL.iter().zip(pieces).filter(|(_, (_, long))| *long > 0.0).map(
                |(&criterion, (from, long))| {
                    let class = format!("part {}", letter(criterion));
                    view! { <rect class=class x=format!("{from:.1}") y="0" width=format!("{long:.1}") height="10" /> }
                },
            );
            let title = said.clone();
            view! {
                <td class=class>
                    <svg class="parts" width=LONG.to_string() height="10" role="img" aria-label=said>
                        <title>{title}</title>
                        {pieces.collect_view()}
                    </svg>
                </td>
            }
            .into_any()
        }
        Cell::Moment(at) => match at {
            Some(at) => view! { <td class=class>{moment(at)}</td> }.into_any(),
            None => view! { <td class=class>{NOT_BY_TIME}</td> }.into_any(),
        },
    }
}
