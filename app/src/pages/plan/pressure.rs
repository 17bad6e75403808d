//! Pressure: hours wanted by sidereal time and band, by configuration and by executive, against the hours there are.

use domain::family::Family;
use domain::plan::pressure::{OfConfiguration, OfExecutive, Wanted};
use domain::time::Instant;
use leptos::prelude::*;

use super::words::plain;
use crate::query::{address, family_word};

/// What the page shows.
pub(crate) struct Pressure {
    pub(crate) now: Instant,
    pub(crate) family: Family,
    pub(crate) wanted: Wanted,
    /// Hours of each hour of sidereal time until the schedule ends.
    pub(crate) available: [f64; 24],
    /// When the schedule ends; none where it has nothing ahead.
    pub(crate) until: Option<Instant>,
    pub(crate) configurations: Vec<OfConfiguration>,
    /// Hours of 12 m blocks that no configuration ahead fits.
    pub(crate) fits_none_h: f64,
    pub(crate) executives: [OfExecutive; 5],
}

/// The page.
pub(crate) fn html(pressure: &Pressure) -> String {
    let families = Family::ALL.map(|family| {
        let href = address("/plan/pressure", [("family", family_word(family).to_owned())]);
        let current = (family == pressure.family).then_some("true");
        view! { <a href=href rel="external" aria-current=current>{super::words::array_name(family)}</a> }
    });
    let until = match pressure.until {
        Some(until) => format!(
            "Available are the hours from {} to {} UTC, when the schedule ends.",
            pressure.now.for_people(),
            until.for_people()
        ),
        None => "The schedule has nothing ahead, so no hours are known to be available.".to_owned(),
    };
    view! {
        <div class="plan">
            <div class="context">{super::tabs("/plan/pressure")}<nav class="choice" aria-label="Array">{families.collect_view()}</nav></div>
            <div class="page pressure">
                <header class="heading">
                    <h1>"Pressure"</h1>
                    <p class="hint">"Wanted are the executions left of every block whose states, name and grade allow it, whatever the conditions of now. "{until}</p>
                </header>
                <div class="side-by-side">
                    {by_hour(pressure)}
                    <div class="beside-it">{by_configuration(pressure)}{by_executive(pressure)}</div>
                </div>
            </div>
        </div>
    }
    .to_html()
}

fn by_hour(pressure: &Pressure) -> AnyView {
    let wanted = &pressure.wanted;
    let bands: Vec<usize> =
        (0..10).filter(|&band| wanted.by_lst_and_band.iter().any(|hours| hours[band] > 0.0)).collect();
    let most = wanted.by_lst_and_band.iter().flatten().copied().fold(0.0, f64::max);
    if bands.is_empty() {
        let n = wanted.n_unknown;
        return view! { <p class="nothing">"No block of this array wants time."{(n > 0).then(|| format!(" {n} do not say how much, or where they are."))}</p> }.into_any();
    }
    let heads = bands.iter().map(|band| view! { <th scope="col" class="num">"B"{band + 1}</th> }).collect_view();
    let rows = wanted.by_lst_and_band.iter().enumerate().map(|(hour, of_bands)| {
        let cells = bands.iter().map(|&band| {
            let hours = of_bands[band];
            // Five shades, as in the other heat maps; the number stands in each.
            let shade = if hours > 0.0 { (hours / most * 5.0).ceil().clamp(1.0, 5.0) } else { 0.0 };
            let text = if hours > 0.0 { plain(hours, 1) } else { String::new() };
            view! { <td class=format!("num share-{shade:.0}")>{text}</td> }
        });
        let sum: f64 = of_bands.iter().sum();
        let available = pressure.available[hour];
        let ratio = if available > 0.0 { plain(sum / available, 2) } else { "n/a".to_owned() };
        let over = available > 0.0 && sum > available;
        view! {
            <tr>
                <th scope="row" class="num">{format!("{hour:02}")}</th>
                {cells.collect_view()}
                <td class="num sum">{plain(sum, 1)}</td>
                <td class="num">{plain(available, 1)}</td>
                <td class="num" class:red=over>{ratio}{over.then_some(" !")}</td>
            </tr>
        }
    });
    let sums = bands.iter().map(|&band| {
        let sum: f64 = wanted.by_lst_and_band.iter().map(|hours| hours[band]).sum();
        view! { <td class="num">{plain(sum, 1)}</td> }
    });
    let available: f64 = pressure.available.iter().sum();
    let listed = wanted.total_h() - wanted.never_up_h;
    let ratio = if available > 0.0 { plain(listed / available, 2) } else { "n/a".to_owned() };
    let never = (wanted.never_up_h > 0.0).then(|| {
        format!(
            " {} h more are wanted by blocks that never keep the limits of elevation and hour angle.",
            plain(wanted.never_up_h, 1)
        )
    });
    let unknown = (wanted.n_unknown > 0)
        .then(|| format!(" {} blocks want time and do not say how much, or where they are.", wanted.n_unknown));
    view! {
        <section aria-labelledby="hours-head">
            <h2 id="hours-head">"Hours wanted by sidereal time and band"</h2>
            <p class="hint">{plain(wanted.total_h(), 1)}" h wanted, "{plain(available, 1)}" h available."{never}{unknown}</p>
            <div class="scrolls" tabindex="0" role="region" aria-label="Table of the hours">
                <table class="hours">
                    <thead>
                        <tr>
                            <th scope="col" class="num">"LST [h]"</th>{heads}
                            <th scope="col" class="num">"Wanted [h]"</th>
                            <th scope="col" class="num">"Available [h]"</th>
                            <th scope="col" class="num">"Ratio"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" class="num">"Sum"</th>{sums.collect_view()}
                            <td class="num sum">{plain(listed, 1)}</td>
                            <td class="num">{plain(available, 1)}</td>
                            <td class="num">{ratio}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn by_configuration(pressure: &Pressure) -> AnyView {
    if pressure.configurations.is_empty() {
        return view! { <section><h2>"12 m by configuration"</h2><p class="hint">"The schedule has no configuration ahead."</p></section> }.into_any();
    }
    let rows = pressure.configurations.iter().map(|of| {
        let ratio = if of.available_h > 0.0 { plain(of.wanted_h / of.available_h, 2) } else { "n/a".to_owned() };
        let over = of.wanted_h > of.available_h;
        view! {
            <tr>
                <th scope="row">{of.configuration.to_string()}</th>
                <td class="num">{plain(of.wanted_h, 1)}</td>
                <td class="num">{plain(of.available_h, 1)}</td>
                <td class="num" class:red=over>{ratio}{over.then_some(" !")}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="configurations-head">
            <h2 id="configurations-head">"12 m by configuration"</h2>
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Configuration"</th><th scope="col" class="num">"Wanted [h]"</th>
                        <th scope="col" class="num">"Available [h]"</th><th scope="col" class="num">"Ratio"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <p class="hint">{plain(pressure.fits_none_h, 1)}" h are wanted by blocks that none of them fits. A block that several fit is shared evenly between them."</p>
        </section>
    }
    .into_any()
}

fn by_executive(pressure: &Pressure) -> AnyView {
    let sum = |of: fn(&OfExecutive) -> f64| pressure.executives.iter().map(of).sum::<f64>();
    let (wanted, delivered) = (sum(|of| of.wanted_h), sum(|of| of.delivered_h));
    let share = |part: f64, whole: f64| if whole > 0.0 { plain(100.0 * part / whole, 1) } else { "n/a".to_owned() };
    let rows = pressure.executives.iter().filter(|of| of.executive.is_some() || of.wanted_h + of.delivered_h > 0.0);
    let rows = rows.map(|of| {
        let name = of.executive.map_or("others", |who| who.label());
        let due = of.executive.map(|who| plain(100.0 * who.share(), 2));
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="num">{due}</td>
                <td class="num">{plain(of.wanted_h, 1)}</td>
                <td class="num">{share(of.wanted_h, wanted)}</td>
                <td class="num">{plain(of.delivered_h, 1)}</td>
                <td class="num">{share(of.delivered_h, delivered)}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="executives-head">
            <h2 id="executives-head">"Executives, all arrays"</h2>
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Executive"</th><th scope="col" class="num">"Due [%]"</th>
                        <th scope="col" class="num">"Wanted [h]"</th><th scope="col" class="num">"[%]"</th>
                        <th scope="col" class="num">"Delivered [h]"</th><th scope="col" class="num">"[%]"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <p class="hint">"Delivered are hours of PI executions with QA0 Pass, of the whole log."</p>
        </section>
    }
    .into_any()
}
