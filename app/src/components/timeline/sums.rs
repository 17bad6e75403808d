//! The sums of the lanes, and the table that says what the drawing shows: both of the whole shift, whatever part is looked at.

use charts::shift_timeline::{TableRow, table};
use domain::decimal::hours3;
use domain::ledger::{Ledger, Owner, Share};
use domain::shift_view::ShiftView;
use leptos::prelude::*;

use super::owner_class;
use crate::components::log_id::log_id;

pub(super) fn sums(view: &ShiftView) -> impl IntoView + use<> {
    let sums: Vec<_> = view.lanes.iter().map(|lane| sum_line(&lane.ledger)).collect();
    let rows: Vec<_> = table(view).into_iter().map(table_row).collect();
    view! {
        <p class="every-second">"Every second has an owner:"</p>
        <ul class="sums">{sums}</ul>
        <details class="as-table">
            <summary>"The same as a table"</summary>
            <div class="scrolls" tabindex="0">
                <table>
                    <thead>
                        <tr>
                            <th>"Family"</th><th>"Start [UTC]"</th><th>"End [UTC]"</th><th class="num">"Length [h]"</th>
                            <th>"Owner"</th><th>"What"</th><th>"Id"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

/// `12 [m] 11.735 h = 7.323 QA0 Pass + 4.412 Idle`: the figures add up as they are printed.
fn sum_line(ledger: &Ledger) -> impl IntoView + use<> {
    let shares = ledger.shares().into_iter().enumerate();
    let parts: Vec<_> = shares
        .map(|(i, Share { owner, hours, .. })| {
            view! {
                " "
                <span class="part">
                    {if i == 0 { "= " } else { "+ " }}
                    <i class=format!("swatch {}", owner_class(owner))></i>{hours.to_string()}" "{owner.label()}
                </span>
            }
        })
        .collect();
    view! { <li><b>{ledger.family().label()}</b>" "<span class="num">{hours3(ledger.total_s())}" h"</span>{parts}</li> }
}

fn table_row(row: TableRow) -> impl IntoView {
    view! {
        <tr>
            <td>{row.family.label()}</td>
            <td class="num">{row.start.for_people()}</td>
            <td class="num">{row.end.for_people()}</td>
            <td class="num">{row.duration_h}</td>
            <td>{row.owner.map_or("open: owns nothing", Owner::label)}</td>
            <td>{row.what}</td>
            <td>{row.id.map(|id| log_id(id.as_str()))}</td>
        </tr>
    }
}
