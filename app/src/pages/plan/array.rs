//! The 12 m array from where its antennas stand: what resolution it has, and the way back to the list with it.

use domain::plan::pads::BadPads;
use domain::plan::resolution::Resolution;
use leptos::prelude::*;

use super::words::plain;
use crate::format::with_capital;
use crate::query::plan::{AR_MAX_ARCSEC, PlanQuery};

/// What the page shows.
pub(crate) struct OfPads {
    /// The conditions that the list has now, and keeps.
    pub(crate) query: PlanQuery,
    /// What was pasted.
    pub(crate) text: String,
    /// What it says: how many antennas, and their resolution, if they have one. `None` before anything was pasted.
    pub(crate) read: Option<Result<(usize, Option<Resolution>), BadPads>>,
}

/// The page.
pub(crate) fn html(page: &OfPads) -> String {
    let kept = page.query.pairs().into_iter();
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let is_wrong = matches!(page.read, Some(Err(_)));
    view! {
        <div class="plan">
            <div class="context">{super::tabs("/plan")}</div>
            <div class="page of-pads">
                <header class="heading">
                    <h1>"Array from antenna positions"</h1>
                    <p class="hint">"The lengths of all baselines are fitted by a Rayleigh distribution; 99.6 % of it are below the length that counts."</p>
                </header>
                <form method="get" action="/plan/array">
                    {kept}
                    <label>
                        <span>"East and north of each antenna [m], a line each"</span>
                        <textarea name="pads" rows="16" spellcheck="false" required aria-invalid=is_wrong.then_some("true")
                            aria-describedby="pads-said" placeholder="-47.995, -564.859\n-55.970, -568.820\n-48.845, -574.436">{as_text(&page.text)}</textarea>
                    </label>
                    <button class="main">"Work out the resolution"</button>
                </form>
                <div id="pads-said">{said(page)}</div>
            </div>
        </div>
    }
    .to_html()
}

/// What the framework does not do for the content of this element: as text, whatever somebody put into a link.
fn as_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn said(page: &OfPads) -> AnyView {
    let (n, resolution) = match &page.read {
        None => return ().into_any(),
        Some(Err(bad)) => return refused(format!("{bad}.")),
        Some(Ok((_, None))) => {
            return refused("all baselines are equally long, so there is no distribution to fit.".to_owned());
        }
        Some(Ok((n, Some(resolution)))) => (*n, resolution),
    };
    let mut there = page.query.clone();
    there.asked.n_antennas = u32::try_from(n).ok();
    let ar = format!("{:.4}", resolution.ar_100ghz_arcsec);
    let asked = (0.001..=AR_MAX_ARCSEC).contains(&resolution.ar_100ghz_arcsec).then(|| ar.parse().ok()).flatten();
    there.asked.ar_100ghz_arcsec = asked;
    let onward = match asked {
        Some(_) => view! { <p><a class="button main" href=there.href() rel="external">"Rank with this array"</a></p> }
            .into_any(),
        None => {
            view! { <p class="hint">"No list is made for such a resolution: it is beyond 0.001 to 100\u{2033}."</p> }
                .into_any()
        }
    };
    let rows = [
        ("Antennas", n.to_string()),
        ("Baselines", resolution.n_baselines.to_string()),
        ("Shortest [m]", plain(resolution.shortest_m, 1)),
        ("Longest [m]", plain(resolution.longest_m, 1)),
        ("Rayleigh loc [m]", plain(resolution.loc_m, 1)),
        ("Rayleigh scale [m]", plain(resolution.scale_m, 1)),
        ("Length that counts [m]", plain(resolution.length_m, 1)),
        ("AR at 100 GHz [\u{2033}] = 61800 / 100 / length", ar),
    ];
    let rows = rows.map(|(name, value)| view! { <tr><th scope="row">{name}</th><td class="num">{value}</td></tr> });
    view! {
        <table class="of-pads" aria-label="The array"><tbody>{rows.collect_view()}</tbody></table>
        {onward}
    }
    .into_any()
}

fn refused(sentence: String) -> AnyView {
    view! { <ul class="misread" role="alert"><li>{with_capital(sentence)}</li></ul> }.into_any()
}
