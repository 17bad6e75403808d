//! The page of a report as it is made and kept: its figures, the sum of its seconds, its drawings and its definitions.

use domain::report::{Column, Report, Row};
use leptos::prelude::*;

use crate::api::reports::Drawn;

/// The report as HTML. It leads nowhere: what it would lead to may be gone when it is read.
pub(crate) fn html(report: &Report, drawings: &[Drawn]) -> String {
    view! {
        <article class="report">
            <header class="heading">
                <h1>"Efficiency, "{report.title.clone()}</h1>
                <p class="hint num">{report.time()}</p>
                <p class="hint">{report.made_words()}</p>
            </header>
            {sentences("reasons", &report.reasons)}
            {sentences("report-notes", &report.notes)}
            {numbers(report)}
            <p class="every-second">"Every second has an owner:"</p>
            <ul class="sums">{report.columns.iter().filter_map(sum).collect_view()}</ul>
            {drawings.iter().map(drawing).collect_view()}
            {definitions(&report.rows)}
        </article>
    }
    .to_html()
    // Marks for a browser that takes over a page, which none does with this one.
    .replace("<!>", "")
}

fn sentences(class: &'static str, sentences: &[String]) -> impl IntoView + use<> {
    let lines: Vec<_> = sentences.iter().map(|sentence| view! { <li>{sentence.clone()}</li> }).collect();
    (!lines.is_empty()).then(|| view! { <ul class=class>{lines}</ul> })
}

fn numbers(report: &Report) -> impl IntoView + use<> {
    let heads = report.columns.iter().map(|column| {
        view! { <th scope="colgroup" colspan="3" class="family">{column.label.clone()}" "<span class="n">{column.shifts()}</span></th> }
    });
    let subheads = report.columns.iter().map(|_| {
        view! {
            <th scope="col" class="num value">"Value"</th>
            <th scope="col" class="num before">"Before"</th>
            <th scope="col" class="num change">"Change"</th>
        }
    });
    let rows = report.rows.iter().map(|row| {
        let cells = row.cells.iter().zip(&report.columns).map(|(cell, column)| {
            view! {
                <td class="num value" data-of=column.label.clone()>{cell.value.clone()}</td>
                <td class="num before">{cell.before.clone()}</td>
                <td class="num change">{cell.change.clone()}</td>
            }
        });
        view! { <tr><th scope="row" class="label">{row.label.clone()}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="scrolls" tabindex="0" role="region" aria-label="Numbers of the window">
            <table class="numbers">
                <thead>
                    <tr><th scope="col" rowspan="2" class="label">"Number"</th>{heads.collect_view()}</tr>
                    <tr>{subheads.collect_view()}</tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn sum(column: &Column) -> Option<impl IntoView + use<>> {
    let sum = column.sum()?;
    Some(view! { <li><b>{column.label.clone()}</b>" "<span class="num">{sum}</span></li> })
}

fn drawing(drawn: &Drawn) -> impl IntoView + use<> {
    view! {
        <section class="figure">
            <h2>{drawn.title.clone()}</h2>
            <div class="scrolls" tabindex="0" inner_html=drawn.svg.clone()></div>
            <p class="sentence">{drawn.sentence.clone()}</p>
        </section>
    }
}

fn definitions(rows: &[Row]) -> impl IntoView + use<> {
    let lines = rows.iter().map(|row| {
        view! { <dt>{row.label.clone()}</dt><dd>{row.formula.clone()}" "<span class="hint">"version "{row.version}</span></dd> }
    });
    view! { <section class="definitions"><h2>"Definitions"</h2><dl>{lines.collect_view()}</dl></section> }
}
