//! The table of the 19 numbers: each beside the window before and the change, each a link to the rows behind it, and each label
//! with its definition.

use domain::decimal::hours3;
use domain::efficiency::{Column, Incomplete, Metric};
use domain::ledger::Share;
use leptos::prelude::*;

use super::words::{array_label, change_unit, change_words, grouped, incomplete_words};
use crate::components::timeline::owner_class;
use crate::definition::definition;
use crate::query::efficiency::EfficiencyQuery;

/// A column of the table and why its numbers may still change.
pub(crate) struct Marked {
    pub(crate) column: Column,
    pub(crate) incomplete: Vec<Incomplete>,
}

/// The table itself.
pub(super) fn table(columns: &[Marked], query: &EfficiencyQuery) -> impl IntoView + use<> {
    let heads = columns.iter().map(head);
    let subheads = columns.iter().map(|column| {
        let class = |class: &str| classes(class, &column.incomplete);
        view! {
            <th scope="col" class=class("num value")>"Value"</th>
            <th scope="col" class="num before">"Before"</th>
            <th scope="col" class=class("num change")>"Change"</th>
        }
    });
    let rows = Metric::ALL.iter().map(|&metric| row(metric, columns, query));
    let shown = if columns.len() == 1 { "numbers one-family" } else { "numbers" };
    view! {
        <div class="scrolls of-numbers" tabindex="0" role="region" aria-label="Numbers of the window">
            <table class=shown>
                <thead>
                    <tr><th scope="col" rowspan="2" class="label">"Number"</th>{heads.collect_view()}</tr>
                    <tr>{subheads.collect_view()}</tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn head(column: &Marked) -> impl IntoView + use<> {
    let n = column.column.part.n_shifts;
    let shifts = format!("{n} shift{}", if n == 1 { "" } else { "s" });
    let words: Vec<&str> = column.incomplete.iter().map(|why| incomplete_words(why).0).collect();
    let mark = (!words.is_empty()).then(|| view! { <span class="mark">{words.join(", ")}</span> });
    view! {
        <th scope="colgroup" colspan="3" class=classes("family", &column.incomplete)>
            {array_label(column.column.family)}" "<span class="n">{shifts}</span>" "{mark}
        </th>
    }
}

/// Hatched where a number may still change; the head says why.
fn classes(class: &str, incomplete: &[Incomplete]) -> String {
    if incomplete.is_empty() { class.to_owned() } else { format!("{class} hatched") }
}

fn row(metric: Metric, columns: &[Marked], query: &EfficiencyQuery) -> impl IntoView + use<> {
    let cells = columns.iter().map(|marked| {
        let Column { family, part, before } = &marked.column;
        let rows = query.of(*family).into_number(metric).rows_href();
        let name = format!("{}: rows behind {metric}", array_label(*family));
        let class = |class: &str| classes(class, &marked.incomplete);
        let change = metric.change(&before.sums, &part.sums);
        let unit = change.filter(|&change| change != 0).map(|_| change_unit(metric));
        let number = grouped(metric, metric.thousandths(&part.sums));
        view! {
            <td class=class("num value") data-of=array_label(*family)><a href=rows title=name>{number}</a></td>
            <td class="num before">{grouped(metric, metric.thousandths(&before.sums))}</td>
            <td class=class("num change")>{change_words(metric, change)}<span class="unseen">" "{unit}</span></td>
        }
    });
    view! { <tr>{label(metric, columns)}{cells.collect_view()}</tr> }
}

/// The exact label; on hover, on focus and by a press its definition with the values of this window.
fn label(metric: Metric, columns: &[Marked]) -> impl IntoView + use<> {
    let id = format!("def-{}", metric.word());
    view! {
        <th scope="row" class="label">
            <button class="term" popovertarget=id.clone()>{metric.label()}</button>
            <div id=id class="definition" popover="auto">{words_of(metric, columns)}</div>
        </th>
    }
}

fn words_of(metric: Metric, columns: &[Marked]) -> impl IntoView + use<> {
    let defined = definition(metric)?;
    let worked = columns.iter().map(|marked| {
        let Column { family, part, .. } = &marked.column;
        let bases = metric.worked_bases(&part.sums).map(|bases| view! { <br /><span class="bases">{bases}</span> });
        view! { <dt>{array_label(*family)}</dt><dd class="num">{metric.worked(&part.sums)}{bases}</dd> }
    });
    let address = format!("/definitions#{}", anchor(metric));
    Some(view! {
        <p class="question">{defined.question}</p>
        <dl>
            <dt>"Formula"</dt><dd>{defined.formula}</dd>
            {worked.collect_view()}
            <dt>"Unit"</dt><dd>{defined.unit}</dd>
            <dt>"Source"</dt><dd>{defined.source}</dd>
        </dl>
        <p class="hint">"Version "{defined.version}" · "<a href=address>"Definitions"</a></p>
    })
}

/// The anchor that the page of definitions gives the number's heading.
fn anchor(metric: Metric) -> String {
    crate::api::definitions::slug(metric.label())
}

/// `143.621 h = 0.609 Handover + 3.631 QA0 Pass + …`, a line for each column: the figures add up as they are printed.
pub(super) fn sums(columns: &[Marked]) -> impl IntoView + use<> {
    let lines = columns.iter().filter(|marked| marked.column.part.n_shifts > 0).map(|marked| {
        let sums = &marked.column.part.sums;
        let parts = sums.shares().into_iter().enumerate().map(|(i, Share { owner, hours, .. })| {
            view! {
                " "
                <span class="part">
                    {if i == 0 { "= " } else { "+ " }}
                    <i class=format!("swatch {}", owner_class(owner))></i>{domain::decimal::grouped(&hours.to_string())}" "{owner.label()}
                </span>
            }
        });
        let whole = domain::decimal::grouped(&hours3(sums.shift_s()));
        view! { <li><b>{array_label(marked.column.family)}</b>" "<span class="num">{whole}" h"</span>{parts.collect_view()}</li> }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        view! {
            <p class="every-second">"Every second has an owner:"</p>
            <ul class="sums">{lines}</ul>
        }
    })
}

/// The reasons why numbers may still change, each once.
pub(super) fn reasons(columns: &[Marked]) -> impl IntoView + use<> {
    let mut sentences: Vec<(&str, String, Vec<&str>)> = Vec::new();
    for marked in columns {
        let is_sum = marked.column.family.is_none() && columns.len() > 1;
        for why in &marked.incomplete {
            // Of all together it is said already, family by family.
            if is_sum && matches!(why, Incomplete::Running(_) | Incomplete::WithoutLedger(_)) {
                continue;
            }
            let (word, sentence) = incomplete_words(why);
            let of = array_label(marked.column.family);
            match sentences.iter_mut().find(|(_, known, _)| *known == sentence) {
                Some((.., of_all)) => of_all.push(of),
                None => sentences.push((word, sentence, vec![of])),
            }
        }
    }
    let lines: Vec<_> = sentences
        .into_iter()
        .map(|(word, sentence, of)| {
            // What holds for every column is said of none.
            let of = (of.len() < columns.len()).then(|| view! { <b>{of.join(", ")}":"</b>" " });
            view! { <li><span class="mark hatched">{word}</span>" "{of}{sentence}</li> }
        })
        .collect();
    (!lines.is_empty()).then(|| view! { <ul class="reasons">{lines}</ul> })
}
