//! The conditions of the list: each as it is now, and as somebody asks it to be. A form that works without JavaScript; with it the
//! list follows while a slider moves.

use charts::vapour::{self, Vapour};
use domain::family::Family;
use domain::plan::block_filter::FIELDS_IN_WORDS;
use domain::plan::observatory::Configured;
use domain::plan::target::SkyAt;
use domain::sky::local_sidereal_time;
use domain::time::DAY_S;
use leptos::prelude::*;

use super::made::Made;
use super::words::plain;
use crate::components::moment::moment;
use crate::format::since;

/// What is known of the conditions, and the form that asks for others.
pub(crate) fn conditions(made: &Made) -> AnyView {
    let (asked, situation, observatory) = (&made.query.asked, &made.situation, &made.observatory);
    let text = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let at = asked.at.map(|at| at.for_people()).unwrap_or_default();
    let now_hint = format!("now: {}", observatory.now.for_people());
    let twelve = observatory.twelve(asked);
    let array = twelve.array.or(situation.array(Family::Twelve));
    let n_antennas = array.map(|array| array.n_antennas.to_string()).unwrap_or_else(|| "unknown".to_owned());
    let ar = array.and_then(|array| array.ar_100ghz_arcsec).map_or_else(|| "unknown".to_owned(), |ar| plain(ar, 3));
    let bands = (1..=10_u8).map(|band| {
        let is_on = situation.bands.contains(band);
        view! { <label class="band"><input type="checkbox" name="band" value=band.to_string() checked=is_on /><span>{band}</span></label> }
    });
    let is_next = asked.configured == Configured::Next;
    let named = match &asked.configured {
        Configured::Named(id) => Some(id.to_string()),
        Configured::Scheduled | Configured::Next => None,
    };
    let scheduled = domain::plan::situation::scheduled_at(&observatory.schedule, situation.at);
    let scheduled =
        scheduled.map_or_else(|| "as scheduled".to_owned(), |row| format!("as scheduled: {}", row.configuration));
    let configurations = observatory.configurations.iter().map(|configuration| {
        let id = configuration.id.to_string();
        let words = match configuration.ar_100ghz_arcsec {
            Some(ar) => format!("{id}, {}\u{2033}", plain(ar, 3)),
            None => format!("{id}, resolution unknown"),
        };
        let selected = named.as_deref() == Some(&id);
        view! { <option value=id selected=selected>{words}</option> }
    });
    let policies = observatory.policies.iter().map(|policy| {
        let word = format!("{}@{}", policy.name, policy.version);
        let is_asked = made.query.policy.is_some();
        let selected = is_asked && policy.name == made.policy.name && policy.version == made.policy.version;
        view! { <option value=word selected=selected>{super::words::policy_name(policy)}</option> }
    });
    let default = observatory.policies.first().map(|policy| format!("default: {}", super::words::policy_name(policy)));
    // What the form does not hold and the address does.
    let hidden = made.query.pairs().into_iter().filter(|(name, _)| matches!(*name, "sb" | "failing" | "rows" | "pin"));
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let limits = &situation.limits;
    view! {
        <form class="conditions" method="get" action="/plan" aria-label="Conditions">
            {hidden}
            <div class="fields">
                <label><span>"Time [UTC]"</span><input name="at" value=at placeholder=now_hint autocomplete="off" /></label>
                <label class="slides">
                    <span>"Water vapour [mm]"</span>
                    <input name="pwv" value=text(asked.pwv_mm) placeholder=plain(situation.pwv_mm, 2) inputmode="decimal" autocomplete="off" />
                    <input class="slider" type="range" data-for="pwv" min="0.05" max="8" step="0.05"
                        value=situation.pwv_mm.to_string() aria-label="Water vapour [mm]" />
                </label>
                <label>
                    <span>"12 m array"</span>
                    <select name="array">
                        <option value="" selected=asked.configured == Configured::Scheduled>{scheduled}</option>
                        <option value="next" selected=is_next>"the next of the schedule"</option>
                        {configurations.collect_view()}
                    </select>
                </label>
                <label><span>"Antennas"</span><input class="short" name="antennas" value=asked.n_antennas.map(|n| n.to_string()).unwrap_or_default() placeholder=n_antennas inputmode="numeric" autocomplete="off" /></label>
                <label><span>"AR at 100 GHz [″]"</span><input class="short" name="ar" value=text(asked.ar_100ghz_arcsec) placeholder=ar inputmode="decimal" autocomplete="off" /></label>
                <label class="slides">
                    <span>"Elevation from [°]"</span>
                    <input class="short" name="el" value=text(asked.elevation_deg) placeholder=plain(limits.elevation_deg, 0) inputmode="decimal" autocomplete="off" />
                    <input class="slider" type="range" data-for="el" min="0" max="80" step="1" value=limits.elevation_deg.to_string() aria-label="Elevation from [°]" />
                </label>
                <label><span>"HA from [h]"</span><input class="short" name="ha_from" value=text(asked.hour_angle_from_h) placeholder=plain(limits.hour_angle_from_h, 1) inputmode="decimal" autocomplete="off" /></label>
                <label><span>"HA to [h]"</span><input class="short" name="ha_to" value=text(asked.hour_angle_to_h) placeholder=plain(limits.hour_angle_to_h, 1) inputmode="decimal" autocomplete="off" /></label>
                <label><span>"Sets later than [h]"</span><input class="short" name="sets" value=text(asked.sets_in_h) placeholder=plain(limits.sets_in_h, 1) inputmode="decimal" autocomplete="off" /></label>
                <label><span>"Exec. fraction from"</span><input class="short" name="frac" value=text(asked.exec_frac) placeholder=plain(limits.exec_frac, 2) inputmode="decimal" autocomplete="off" /></label>
                <label><span>"Policy"</span><select name="policy"><option value="" selected=made.query.policy.is_none()>{default}</option>{policies.collect_view()}</select></label>
                <fieldset><legend>"Bands"</legend><div class="bands">{bands.collect_view()}</div></fieldset>
                <label class="find"><span>"Where is"</span><input type="search" name="find" value=made.query.find.clone() placeholder="SB, project, id, or band:6 -grade:C pwv:<2: listed or not" autocomplete="off" /></label>
                <button class="main">"Show"</button>
                {grammar()}
                <p class="hint keys-told"><kbd>"j"</kbd>" "<kbd>"k"</kbd>" rows · "<kbd>"/"</kbd>" search · "<kbd>"p"</kbd>" pin · "<kbd>"v"</kbd>" views · "<kbd>"n"</kbd>" now · "<kbd>"Esc"</kbd>" close"</p>
            </div>
        </form>
    }
    .into_any()
}

/// What the field of words understands.
fn grammar() -> impl IntoView {
    let fields =
        FIELDS_IN_WORDS.iter().map(|&(example, words)| view! { <dt><code>{example}</code></dt><dd>{words}</dd> });
    view! {
        <details class="grammar">
            <summary>"Filter words"</summary>
            <p>
                "Words are found in name, id, project, title, executive, grade, state and band. "<code>"-"</code>
                " before a word or a filter excludes, "<code>"~"</code>" switches it off, commas part alternatives, and words with
                blanks stand in quotes. Numbers are a value, a range or a bound: "<code>"2"</code>", "<code>"0.5..2"</code>", "<code>"<2"</code>", "
                <code>">=2"</code>"."
            </p>
            <dl>{fields.collect_view()}</dl>
        </details>
    }
}

/// The line above the form: the time with its sidereal time, the air, the array, and the way back to now.
pub(crate) fn standing(made: &Made) -> AnyView {
    let (query, situation, observatory) = (&made.query, &made.situation, &made.observatory);
    let lst = local_sidereal_time(situation.at).to_string();
    let twelve = observatory.twelve(&query.asked);
    let configuration =
        twelve.configuration.as_ref().map_or_else(|| "no configuration".to_owned(), |id| id.to_string());
    let scheduled = twelve.scheduled.map(|(start, end)| {
        let was =
            twelve.was_planned.map(|was| format!(", planned for {} before it slipped", day(was))).unwrap_or_default();
        format!(", {} to {}{was}", day(start), day(end))
    });
    let array = twelve.array.map(|array| {
        let ar = array.ar_100ghz_arcsec.map(|ar| format!(", {}\u{2033} at 100 GHz", plain(ar, 3))).unwrap_or_default();
        format!(" · {} antennas{ar}", array.n_antennas)
    });
    let measured = match observatory.measured(situation.at) {
        Some((at, mm)) => {
            let then = situation.at.min(observatory.now);
            let age = if query.asked.at.is_some() { format!("at {} UTC", at.for_people()) } else { since(at, then) };
            let old = then.since(at) > domain::plan::observatory::FRESH_S;
            let mark = if old { " !" } else { "" };
            format!("measured {} mm, {age}{mark}", plain(mm, 2))
        }
        None => format!(
            "not measured in the last day; {} mm is assumed",
            plain(domain::plan::observatory::ASSUMED_PWV_MM, 1)
        ),
    };
    let phase = observatory.measured_phase(situation.at).map(|(_, deg)| format!("phase rms {}°", plain(deg, 1)));
    let until = situation.at.min(observatory.now);
    let chart = Vapour {
        measured: observatory.conditions.clone(),
        from: until.plus(-DAY_S),
        to: until,
        asked_mm: situation.pwv_mm,
    };
    let chart = vapour::svg(&chart, 320).ok().map(|svg| view! { <div class="chart" inner_html=svg></div> });
    let back = query.is_what_if().then(|| {
        view! { <a class="back" href=query.as_it_is().href() rel="external">"Back to now"</a> }
    });
    let sun = domain::plan::sun::sun_place(&SkyAt::of(situation.at)).elevation_deg;
    let sun = if sun > 0.0 { format!("Sun up, {}°", plain(sun, 0)) } else { "Sun down".to_owned() };
    let pin = match &query.pin {
        None => view! { <a href=query.pinning().href() rel="external">"Pin this list"</a> }.into_any(),
        Some(_) => {
            let mut without = query.clone();
            without.pin = None;
            view! { <a href=without.href() rel="external">"Unpin"</a> }.into_any()
        }
    };
    let file = |path: &str| query.for_a_file().at_path(path);
    let what = if query.is_what_if() { "What if" } else { "Now" };
    view! {
        <div class="standing-now" class:what-if=query.is_what_if()>
            <p class="when"><b>{what}</b>" "{moment(situation.at)}" UTC · LST "<span class="num">{lst}</span>" · "{sun}</p>
            <p><b>"12 m"</b>" "{configuration}{scheduled}{array}</p>
            <p><b>"Air"</b>" "{plain(situation.pwv_mm, 2)}" mm; "{measured}{phase.map(|phase| format!("; {phase}"))}</p>
            <p class="acts">
                {back}" "{pin}" "
                <a href=query.at_path("/plan/array") rel="external">"Array from positions"</a>" "
                <a href=file("/api/v1/plan.csv") rel="external">"CSV"</a>" "
                <a href=file("/api/v1/plan") rel="external">"JSON"</a>
            </p>
            {chart}
        </div>
    }
    .into_any()
}

fn day(at: domain::time::Instant) -> String {
    at.for_people().chars().take(10).collect()
}
