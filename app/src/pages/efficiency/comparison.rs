//! Two windows side by side, what differs most first.

use domain::decimal::{grouped, hours3};
use domain::efficiency::window::Window;
use domain::efficiency::{Metric, Part};
use domain::family::Family;
use domain::ledger::Owner;
use leptos::prelude::*;

use super::words::{array_label, change_unit, change_words, grouped as number};
use crate::components::not_understood::not_understood;
use crate::components::timeline::owner_class;
use crate::query::BadParameter;
use crate::query::efficiency::EfficiencyQuery;

/// All that the page shows.
pub(crate) struct Comparison {
    /// The state of the page; both windows are said.
    pub(crate) query: EfficiencyQuery,
    /// The second window, if it is not the one before the first.
    pub(crate) against: Option<Window>,
    /// What of the address does not apply.
    pub(crate) bad: Vec<BadParameter>,
    /// The window before the first, where the calendar has one.
    pub(crate) previous: Option<Window>,
    /// What the first sums to.
    pub(crate) a: Part,
    /// What the second sums to.
    pub(crate) b: Part,
}

/// The page as HTML.
pub(crate) fn html(page: Comparison) -> String {
    let Comparison { query, against, bad, previous, a, b } = page;
    let (a_words, b_words) =
        (query.window.words(), against.as_ref().map_or_else(|| "The shift before".to_owned(), Window::words));
    let families = [None].into_iter().chain(Family::ALL.map(Some)).map(|family| {
        let current = (family == query.family).then_some("true");
        let words = if family.is_none() { "All" } else { array_label(family) };
        view! { <a href=query.of(family).compare_href() aria-current=current>{words}</a> }
    });
    let suggestions = suggestions(&query, previous.as_ref(), against.as_ref());
    let mut metrics: Vec<Metric> = Metric::ALL.to_vec();
    // The sort is stable: what differs as much stays in the order of the table.
    metrics.sort_by_key(|&metric| std::cmp::Reverse(difference(metric, &a, &b)));
    let rows = metrics.iter().map(|&metric| row(metric, &query, against.as_ref(), &a, &b));
    let swap = against.clone().map(|against| {
        let swapped = EfficiencyQuery { against: Some(query.window.clone()), ..query.at(against) };
        view! { <a href=swapped.compare_href()>"Swap"</a> }
    });
    view! {
        <div class="context">
            <nav class="choice" aria-label="Second window">{suggestions}</nav>
            <nav class="choice" aria-label="Array family">{families.collect_view()}</nav>
            {form(&query, against.as_ref())}
        </div>
        {not_understood(&bad)}
        <div class="page">
            <header class="heading">
                <p class="crumbs"><a href=query.href()>{a_words.clone()}</a>" · "{array_label(query.family)}</p>
                <h1>{a_words.clone()}" beside "{b_words.clone()}</h1>
                <p class="hint">"What differs most, in proportion, stands first. "{swap}</p>
            </header>
            <div class="scrolls" tabindex="0">
                <table class="numbers compared">
                    <thead>
                        <tr>
                            <th scope="col" class="label">"Number"</th>
                            <th scope="col" class="num">{a_words.clone()}</th>
                            <th scope="col" class="num">{b_words.clone()}</th>
                            <th scope="col" class="num">"Difference"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <p class="every-second">"Every second has an owner:"</p>
            <ul class="sums">{sum(&a_words, &a)}{sum(&b_words, &b)}</ul>
            {exports(&query, against.as_ref())}
        </div>
    }
    .to_html()
}

/// How much they differ in proportion to the larger, in millionths; a number that only one of them has differs most.
fn difference(metric: Metric, a: &Part, b: &Part) -> i128 {
    match (metric.thousandths(&a.sums), metric.thousandths(&b.sums)) {
        (Some(a), Some(b)) => {
            let (a, b) = (i128::from(a), i128::from(b));
            ((a - b).abs() * 1_000_000).checked_div(a.abs().max(b.abs())).unwrap_or(0)
        }
        (None, None) => -1,
        _ => i128::MAX,
    }
}

fn row(metric: Metric, query: &EfficiencyQuery, against: Option<&Window>, a: &Part, b: &Part) -> impl IntoView + use<> {
    let change = metric.change(&b.sums, &a.sums);
    let unit = change.filter(|&change| change != 0).map(|_| change_unit(metric));
    let plain = EfficiencyQuery { against: None, ..query.clone() }.into_number(metric);
    let a_number = number(metric, metric.thousandths(&a.sums));
    let b_number = number(metric, metric.thousandths(&b.sums));
    let b_cell = match against {
        Some(against) => view! { <a href=plain.at(against.clone()).rows_href()>{b_number}</a> }.into_any(),
        None => b_number.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="label"><a href=format!("/definitions#{}", crate::api::definitions::slug(metric.label()))>{metric.label()}</a></th>
            <td class="num value"><a href=plain.rows_href()>{a_number}</a></td>
            <td class="num">{b_cell}</td>
            <td class="num change">{change_words(metric, change)}<span class="unseen">" "{unit}</span></td>
        </tr>
    }
}

fn sum(words: &str, part: &Part) -> impl IntoView + use<> {
    let shares = part.sums.shares().into_iter().enumerate().map(|(i, share)| {
        view! {
            " "
            <span class="part">
                {if i == 0 { "= " } else { "+ " }}
                <i class=format!("swatch {}", owner_class(share.owner))></i>{grouped(&share.hours.to_string())}" "{Owner::label(share.owner)}
            </span>
        }
    });
    view! { <li><b>{words.to_owned()}</b>" "<span class="num">{grouped(&hours3(part.sums.shift_s()))}" h"</span>{shares.collect_view()}</li> }
}

/// The window before, and the same one a year earlier.
fn suggestions(query: &EfficiencyQuery, previous: Option<&Window>, against: Option<&Window>) -> impl IntoView + use<> {
    let year_before = query.window.year_before().filter(|year_before| Some(year_before) != previous);
    let link = |window: Option<Window>| {
        window.map(|window| {
            let words = format!("beside {}", window.words());
            let current = (against == Some(&window)).then_some("true");
            let there = EfficiencyQuery { against: Some(window), ..query.clone() };
            view! { <a href=there.compare_href() aria-current=current>{words}</a> }
        })
    };
    view! { {link(previous.cloned())}{link(year_before)} }
}

/// Any two windows, in the words of an address.
fn form(query: &EfficiencyQuery, against: Option<&Window>) -> impl IntoView + use<> {
    let family = query.family.map(crate::query::efficiency::family_word);
    let hidden = family.map(|family| view! { <input type="hidden" name="family" value=family /> });
    let (a, b) = (query.window.to_string(), against.map(ToString::to_string));
    view! {
        <form class="two-windows" method="get" action="/efficiency/compare">
            {hidden}
            <label><span>"Window"</span><input name="a" value=a required /></label>
            <label><span>"Beside"</span><input name="b" value=b /></label>
            <button>"Compare"</button>
            <p class="hint">"Such as 2022-W10, 2022-03, cycle:2021, 7d, last-shift, 2022-03-12 or 2022-03-12T21:00..2022-03-13."</p>
        </form>
    }
}

fn exports(query: &EfficiencyQuery, against: Option<&Window>) -> impl IntoView + use<> {
    let query = EfficiencyQuery { against: against.cloned(), ..query.clone() };
    let link = |words: &'static str, extension: &str| {
        let href =
            query.compare_href().replace("/efficiency/compare", &format!("/api/v1/efficiency/comparison.{extension}"));
        view! { <a href=href download="">{words}</a> }
    };
    view! { <p class="exports">"Export this table: "{link("CSV", "csv")}" · "{link("Parquet", "parquet")}" · "{link("JSON", "json")}</p> }
}
