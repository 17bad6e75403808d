//! Policies: by which weights and limits lists are made, what another would change, and how each would have done.

use domain::plan::comparison::Change;
use domain::plan::policy::{Criterion, Formulas, KeptPolicy, Policy};
use domain::plan::ranking::{Blocks, Section};
use domain::time::Interval;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::words::plain;
use crate::api::plan::{ApprovePolicy, DefaultPolicy, MakePolicy};
use crate::components::moment::moment;
use crate::query::address;

/// What the page shows.
pub(crate) struct Policies<'a> {
    pub(crate) all: Vec<KeptPolicy>,
    /// The policy that is looked at, by its place among them.
    pub(crate) chosen: usize,
    /// What it changes against the default, now.
    pub(crate) changes: Vec<Change>,
    pub(crate) blocks: &'a Blocks,
    /// How it would have done lately, when somebody asked.
    pub(crate) tested: Option<Tested>,
    pub(crate) may_plan: bool,
    /// Who looks at it.
    pub(crate) me: Option<String>,
    /// What does not apply, as a sentence.
    pub(crate) bad: Option<String>,
}

/// A back-test, summed.
pub(crate) struct Tested {
    pub(crate) interval: Interval,
    pub(crate) n: usize,
    pub(crate) n_unknown: usize,
    pub(crate) n_listed: usize,
    pub(crate) first: Option<f64>,
    pub(crate) among_five: Option<f64>,
    pub(crate) among_ten: Option<f64>,
    /// The same of the default.
    pub(crate) default_among_five: Option<f64>,
}

/// Changes of rank that are shown (our own).
const CHANGES: usize = 30;

fn href(policy: &Policy) -> String {
    address("/plan/policies", [("policy", format!("{}@{}", policy.name, policy.version))])
}

/// The page.
pub(crate) fn html(page: &Policies<'_>) -> String {
    let chosen = &page.all[page.chosen];
    let rows = page.all.iter().enumerate().map(|(nth, kept)| row(page, nth, kept)).collect_view();
    let last =
        if page.may_plan { view! { <th scope="col">"Decide"</th> }.into_any() } else { view! { <td></td> }.into_any() };
    let bad = page.bad.clone().map(|bad| view! { <ul class="misread" role="alert"><li>{bad}</li></ul> });
    view! {
        <div class="plan">
            <div class="context">{super::tabs("/plan/policies")}</div>
            <div class="page policies">
                <header class="heading">
                    <h1>"Policies"</h1>
                    <p class="hint">"Every list names its policy and version. A version is never changed; only an approved one can be the default."</p>
                </header>
                {bad}
                <div class="scrolls" tabindex="0" role="region" aria-label="All policies">
                <table class="all-policies">
                    <thead>
                        <tr>
                            <th scope="col">"Policy"</th><th scope="col" class="num">"Version"</th><th scope="col">"Made by"</th>
                            <th scope="col">"Made [UTC]"</th><th scope="col">"Approved by"</th><th scope="col">"Standing"</th>{last}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                </div>
                {definition(&chosen.policy)}
                {difference(page)}
                {back_test(page)}
                {page.may_plan.then(|| make(&chosen.policy))}
            </div>
        </div>
    }
    .to_html()
}

fn row(page: &Policies<'_>, nth: usize, kept: &KeptPolicy) -> AnyView {
    let policy = &kept.policy;
    let fields = || {
        view! {
            <input type="hidden" name="name" value=policy.name.clone() />
            <input type="hidden" name="version" value=policy.version.to_string() />
        }
    };
    let is_mine = kept.author.is_some() && kept.author == page.me;
    let approve = (page.may_plan && !kept.is_approved() && !is_mine).then(|| {
        view! { <form method="post" action=ApprovePolicy::url()>{fields()}<button>"Approve"</button></form> }
    });
    let waits =
        (!kept.is_approved() && is_mine).then(|| view! { <span class="hint">"somebody else approves it"</span> });
    let default = (page.may_plan && kept.is_approved() && !kept.is_default).then(|| {
        view! { <form method="post" action=DefaultPolicy::url()>{fields()}<button>"Make it the default"</button></form> }
    });
    let standing = match (kept.is_default, kept.is_approved()) {
        (true, _) => "default",
        (false, true) => "approved",
        (false, false) => "not approved",
    };
    let approved = kept
        .approved_by
        .clone()
        .unwrap_or_else(|| if kept.author.is_none() { "built in".to_owned() } else { String::new() });
    view! {
        <tr class:open=nth == page.chosen>
            <th scope="row"><a href=href(policy) rel="external" aria-current=(nth == page.chosen).then_some("true")>{policy.name.clone()}</a></th>
            <td class="num">{policy.version}</td>
            <td>{kept.author.clone()}</td>
            <td class="num">{kept.made_at.map(moment)}</td>
            <td>{approved}</td>
            <td>{standing}</td>
            <td class="acts">{approve}{waits}{default}</td>
        </tr>
    }
    .into_any()
}

fn definition(policy: &Policy) -> AnyView {
    let weights = Criterion::ALL.iter().map(|&criterion| {
        view! { <tr><th scope="row">{criterion.label()}</th><td class="num">{plain(policy.weights.of(criterion), 2)}</td></tr> }
    });
    let limits = &policy.limits;
    let limits = [
        ("Elevation from [°]", plain(limits.elevation_deg, 1)),
        ("Sets later than [h]", plain(limits.sets_in_h, 2)),
        ("Hour angle from [h]", plain(limits.hour_angle_from_h, 2)),
        ("Hour angle to [h]", plain(limits.hour_angle_to_h, 2)),
        ("Execution fraction from", plain(limits.exec_frac, 2)),
        ("× time is red above", plain(policy.red_above, 2)),
    ];
    let limits = limits.map(|(name, value)| view! { <tr><th scope="row">{name}</th><td class="num">{value}</td></tr> });
    let grades = &policy.grades;
    let grades = match policy.formulas {
        Formulas::Shiftdesk => [("A", grades.a), ("A carried over", grades.a_carried_over), ("B", grades.b), ("C, after all others", grades.c)]
            .map(|(name, score)| view! { <tr><th scope="row">"Grade "{name}</th><td class="num">{plain(score, 1)}</td></tr> })
            .collect_view()
            .into_any(),
        Formulas::Cycle3 => view! { <tr><th scope="row" colspan="2">"Grades by the original's table: A of 2013 10, A of 2015 9, other of 2012 and 2013 8, B 4, else \u{2212}100"</th></tr> }.into_any(),
    };
    view! {
        <section aria-labelledby="definition-head">
            <h2 id="definition-head">{super::words::policy_name(policy)}</h2>
            <div class="side-by-side">
                <table><caption>"Weights"</caption><tbody>{weights.collect_view()}</tbody></table>
                <table><caption>"Limits"</caption><tbody>{limits.collect_view()}</tbody></table>
                <table><caption>"Grades, 0 to 10"</caption><tbody>{grades}</tbody></table>
            </div>
        </section>
    }
    .into_any()
}

fn difference(page: &Policies<'_>) -> AnyView {
    if page.all[page.chosen].is_default {
        return ().into_any();
    }
    let words = |rank: Option<(Section, usize)>| match rank {
        Some((section, rank)) => format!("{rank} in {}", section.label()),
        None => "not listed".to_owned(),
    };
    let rows = page.changes.iter().take(CHANGES).filter_map(|change| {
        let candidate = page.blocks.candidate(change.place)?;
        let (before, after) = (words(change.before), words(change.after));
        Some(view! { <tr><th scope="row">{candidate.block.name.clone()}</th><td>{before}</td><td>{after}</td></tr> })
    });
    let rows = rows.collect_view();
    let n = page.changes.len();
    let words = if n > CHANGES {
        format!("{n} blocks change their place; the first {CHANGES} are shown.")
    } else {
        format!("{n} blocks change their place.")
    };
    let pin = address(
        "/plan",
        [
            ("policy", format!("{}@{}", page.all[page.chosen].policy.name, page.all[page.chosen].policy.version)),
            ("pin", "now".to_owned()),
        ],
    );
    view! {
        <section aria-labelledby="difference-head">
            <h2 id="difference-head">"What it changes now, against the default"</h2>
            <p class="hint">{words}" "<a href=pin rel="external">"Both lists side by side"</a></p>
            <div class="scrolls" tabindex="0" role="region" aria-label="Blocks that change their place">
                <table>
                    <thead><tr><th scope="col">"Scheduling Block"</th><th scope="col">"Default"</th><th scope="col">"This policy"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn back_test(page: &Policies<'_>) -> AnyView {
    let policy = &page.all[page.chosen].policy;
    let share =
        |share: Option<f64>| share.map_or_else(|| "n/a".to_owned(), |share| format!("{} %", plain(100.0 * share, 1)));
    let body = match &page.tested {
        None if !page.may_plan => view! { <p class="hint">"Planners test a policy on the last month's executions."</p> }.into_any(),
        None => {
            let pairs = [("policy", format!("{}@{}", policy.name, policy.version)), ("test", "month".to_owned())];
            view! { <p><a class="button" href=address("/plan/policies", pairs) rel="external">"Test it on the last month's executions"</a></p> }.into_any()
        }
        Some(tested) => view! {
            <p class="hint">
                {moment(tested.interval.start())}" to "{moment(tested.interval.end())}" UTC: "{tested.n}" executions were ranked as of their start; "
                {tested.n_unknown}" could not be, because the log lacks their block or the air of the hour before."
            </p>
            <table>
                <tbody>
                    <tr><th scope="row">"Would have been listed"</th><td class="num">{tested.n_listed}" of "{tested.n}</td></tr>
                    <tr><th scope="row">"Stood first in their section"</th><td class="num">{share(tested.first)}</td></tr>
                    <tr><th scope="row">"Among the first five"</th><td class="num">{share(tested.among_five)}" (default "{share(tested.default_among_five)}")"</td></tr>
                    <tr><th scope="row">"Among the first ten"</th><td class="num">{share(tested.among_ten)}</td></tr>
                </tbody>
            </table>
        }
        .into_any(),
    };
    view! { <section aria-labelledby="test-head"><h2 id="test-head">"How it would have done"</h2>{body}</section> }
        .into_any()
}

/// A form for a new policy, filled with what the chosen one says.
fn make(policy: &Policy) -> AnyView {
    let weights: [f64; 7] = policy.weights.into();
    let weights = Criterion::ALL.iter().zip(weights).enumerate().map(|(nth, (criterion, weight))| {
        view! { <label><span>"Weight: "{criterion.label()}</span><input class="short" name=format!("fields[w{nth}]") value=weight.to_string() inputmode="decimal" required /></label> }
    });
    let limits = &policy.limits;
    let fields = [
        ("elevation_deg", "Elevation from [°]", limits.elevation_deg),
        ("sets_in_h", "Sets later than [h]", limits.sets_in_h),
        ("hour_angle_from_h", "Hour angle from [h]", limits.hour_angle_from_h),
        ("hour_angle_to_h", "Hour angle to [h]", limits.hour_angle_to_h),
        ("exec_frac", "Execution fraction from", limits.exec_frac),
        ("a", "Grade A", policy.grades.a),
        ("a_carried_over", "Grade A carried over", policy.grades.a_carried_over),
        ("b", "Grade B", policy.grades.b),
        ("c", "Grade C", policy.grades.c),
    ];
    let fields = fields.map(|(name, words, value)| {
        view! { <label><span>{words}</span><input class="short" name=format!("fields[{name}]") value=value.to_string() inputmode="decimal" required /></label> }
    });
    let name =
        if policy.name == "shiftdesk" || policy.name == "dsa-cycle3" { String::new() } else { policy.name.clone() };
    view! {
        <details class="make-policy">
            <summary>"Make a policy from this one"</summary>
            <form class="form" method="post" action=MakePolicy::url()>
                <label><span>"Name"</span><input name="fields[name]" value=name maxlength="64" required /></label>
                {weights.collect_view()}
                {fields.collect_view()}
                <button class="main">"Keep it as a new version"</button>
            </form>
        </details>
    }
    .into_any()
}
