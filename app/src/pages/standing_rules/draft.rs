//! A rule as it is written, and what it would change: the form is sent by GET, its answer is the dry run, and only the form below
//! that saves anything.

use domain::findings::{FindingType, Priority};
use domain::people::{NAME_MAX_BYTES, Right, SHOWN_NAME_MAX_CHARS};
use domain::triage::decision::Field;
use domain::triage::decision::words::TAG_MAX;
use domain::triage::standing_rule::dry_run::{DIFF_TOLD, Difference, DryRun};
use domain::triage::standing_rule::ruling::Fate;
use domain::triage::standing_rule::{CONDITION_MAX_BYTES, Mistake, StandingRule, Written};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use store::KeptRule;

use super::{RULES, href_of, href_of_draft};
use crate::api::person::allowed;
use crate::api::refusal::store;
use crate::api::standing_rules::SaveStandingRule;
use crate::components::moment::moment;
use crate::error::AppError;
use crate::format::thousands;
use crate::query::pairs;

/// The form for a new rule, or for a change of the one with that number, with the dry run of what is written in it.
pub(super) async fn page(id: Option<i64>, search: &str) -> Result<AnyView, AppError> {
    allowed(Right::Triage)?;
    let store = store()?;
    let kept = match id {
        None => None,
        Some(id) => {
            let absent = || AppError::NotFound { what: format!("there is no standing rule {id}") };
            let kept = store.standing_rule(id).await?.filter(|kept| !kept.deleted);
            Some(kept.ok_or_else(absent)?)
        }
    };
    let (mut written, mut is_sent) = (Written::default(), false);
    if let Some(kept) = &kept {
        (written, is_sent) = (Written::from(&kept.rule), true);
    }
    for (name, value) in pairs(search) {
        let field = match name.as_str() {
            "name" => &mut written.name,
            "condition" => &mut written.condition,
            "type" => &mut written.kind,
            "priority" => &mut written.priority,
            "tag" => &mut written.tag,
            "assignee" => &mut written.assignee,
            _ => continue,
        };
        *field = value;
        // The triage page fills in the condition alone, and then the rest is still to be written.
        is_sent |= name != "condition";
    }
    let read = written.read().map(|rule| StandingRule { id: id.unwrap_or_default(), ..rule });
    let mistakes = read.as_ref().err().filter(|_| is_sent).cloned().unwrap_or_default();
    let outcome = match &read {
        Ok(rule) => Some(dry_run(kept.as_ref(), rule, &store.dry_run(rule).await?).into_any()),
        Err(_) => None,
    };
    let title = kept.as_ref().map_or_else(|| "New rule".to_owned(), |kept| format!("Change of {}", kept.rule.name));
    let back = id.map_or_else(|| RULES.to_owned(), href_of);
    Ok(view! {
        <p class="back"><a href=back>{if id.is_some() { "The rule as it is" } else { "All rules" }}</a></p>
        <h2>{title}</h2>
        {form(id, &written, &mistakes)}
        {outcome}
    }
    .into_any())
}

fn form(id: Option<i64>, written: &Written, mistakes: &[Mistake]) -> impl IntoView + use<> {
    let action = id.map_or_else(|| format!("{RULES}/new"), |id| format!("{}/change", href_of(id)));
    let wrong = |field: &'static str| {
        mistakes.iter().find(|mistake| mistake.field == field).map(|mistake| format!("{}.", mistake.why))
    };
    let told =
        |field: &'static str| wrong(field).map(|why| view! { <p class="wrong" id=format!("{field}-wrong")>{why}</p> });
    let of = |field: &'static str| wrong(field).map(|_| format!("{field}-wrong"));
    let is_wrong = |field: &'static str| wrong(field).map(|_| "true");
    let any = (!mistakes.is_empty()).then(|| {
        view! { <p class="said failed" role="alert">"The rule is not yet complete: mend what is told below and try it again."</p> }
    });
    let kinds: Vec<_> = FindingType::ALL.iter().map(|kind| kind.label()).collect();
    let priorities: Vec<_> = Priority::ALL.iter().map(|priority| priority.label()).collect();
    let typed = |label: &'static str, name: &'static str, value: &str, max: usize, hint: &'static str| {
        view! {
            <label>
                <span>{label}</span>
                <input name=name value=value.to_owned() maxlength=max.to_string() autocomplete="off" autocapitalize="off" spellcheck="false"
                    aria-invalid=is_wrong(name) aria-describedby=of(name) placeholder=hint />
            </label>
            {told(name)}
        }
    };
    view! {
        {any}
        <form class="form draft" method="get" action=action>
            {typed("Name", "name", &written.name, SHOWN_NAME_MAX_CHARS, "Short IF delays")}
            {typed("When: the filter of the triage list", "condition", &written.condition, CONDITION_MAX_BYTES, "class:gap type:other dur:<0.2 \"IF delay\"")}
            <fieldset aria-describedby=of("gives")>
                <legend>"Give"</legend>
                {told("gives")}
                <label><span>"Type"</span><select name="type" aria-describedby=of("type")>{options(&kinds, &written.kind)}</select></label>
                {told("type")}
                <label><span>"Priority"</span><select name="priority" aria-describedby=of("priority")>{options(&priorities, &written.priority)}</select></label>
                {told("priority")}
                {typed("Tag", "tag", &written.tag, TAG_MAX, "one more tag")}
                {typed("Assignee", "assignee", &written.assignee, NAME_MAX_BYTES, "a login name")}
            </fieldset>
            <p class="hint">
                "Periods that are others every day (last-shift, 7d) and me have no lasting meaning and are refused. With state:open \
                 the rule leaves alone what somebody has given a verdict on."
            </p>
            <button class="main">"Dry run"</button>
        </form>
    }
}

fn options(labels: &[&'static str], chosen: &str) -> impl IntoView + use<> {
    let known: Vec<_> =
        labels.iter().map(|&label| view! { <option value=label selected=label == chosen>{label}</option> }).collect();
    // What a typed address says is kept, so that its mistake can be told beside it.
    let is_other = !chosen.is_empty() && !labels.contains(&chosen);
    let other = is_other.then(|| view! { <option value=chosen.to_owned() selected>{chosen.to_owned()}</option> });
    view! { <option value="">"as it is"</option>{other}{known} }
}

/// What would change, and the form that saves the rule.
fn dry_run(kept: Option<&KeptRule>, rule: &StandingRule, dry: &DryRun) -> impl IntoView + use<> {
    view! {
        <h2 id="dry-run">"Dry run over all findings"</h2>
        {summary(dry)}
        {counts(rule, dry)}
        {undone_before(rule, dry)}
        {diff(dry)}
        {save(kept, rule, dry)}
    }
}

fn findings(n: i64) -> String {
    format!("{} {}", thousands(n), if n == 1 { "finding" } else { "findings" })
}

fn values(n: i64) -> String {
    format!("{} {}", thousands(n), if n == 1 { "value" } else { "values" })
}

fn summary(dry: &DryRun) -> impl IntoView + use<> {
    let changes = match dry.n_values {
        0 => " and would change nothing of what is there.".to_owned(),
        n => format!(" and would change {} of {}. Nothing is changed yet.", values(n), findings(dry.n_changed)),
    };
    view! { <p class="summary">"It fits "<strong>{findings(dry.n_matching)}</strong>{changes}</p> }
}

/// What becomes of each thing that the rule gives: a column for each fate that some finding has.
fn counts(rule: &StandingRule, dry: &DryRun) -> impl IntoView + use<> {
    let mut fields: Vec<Field> = rule.gives.gifts().iter().map(|gift| gift.field()).collect();
    // A changed rule may take back what it no longer gives.
    fields.extend(dry.fates.keys().map(|(field, _)| *field).filter(|field| rule.gives.of(*field).is_none()));
    fields.dedup();
    let always = [Fate::Given, Fate::AlreadySo, Fate::APersonDecided];
    let happens = |fate: Fate| always.contains(&fate) || fields.iter().any(|&field| dry.n(field, fate) > 0);
    let fates: Vec<Fate> = Fate::ALL.iter().copied().filter(|&fate| happens(fate)).collect();
    let heads: Vec<_> =
        fates.iter().map(|&fate| view! { <th class="num" scope="col">{fate_name(fate)}</th> }).collect();
    let rows: Vec<_> = fields
        .iter()
        .map(|&field| {
            let cells = fates.iter().map(|&fate| view! { <td class="num">{thousands(dry.n(field, fate))}</td> });
            let gift = rule.gives.of(field).map(|gift| gift.value().to_owned());
            view! {
                <tr>
                    <th scope="row">{gift_name(field)}" "<strong>{gift}</strong></th>
                    {cells.collect_view()}
                </tr>
            }
        })
        .collect();
    view! {
        <div class="scrolls" tabindex="0">
            <table class="fates">
                <thead><tr><th scope="col">"Gives"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// What a field is called where a rule gives it.
pub(super) const fn gift_name(field: Field) -> &'static str {
    match field {
        Field::Tags => "Tag",
        other => other.label(),
    }
}

const fn fate_name(fate: Fate) -> &'static str {
    match fate {
        Fate::Given => "Would change",
        Fate::AlreadySo => "Already so",
        Fate::APersonDecided => "Stays: a person decided",
        Fate::APersonUndidIt => "Stays: a person undid it",
        Fate::ALaterRule => "Stays: a later rule decides",
        Fate::NoRoom => "Stays: no room for a tag",
        Fate::TakenBack => "Taken back",
    }
}

/// Who undid a rule and mends it wonders why it changes nothing: it is not asked again.
fn undone_before(rule: &StandingRule, dry: &DryRun) -> Option<impl IntoView + use<>> {
    let n: i64 = dry.fates.iter().filter(|((_, fate), _)| *fate == Fate::APersonUndidIt).map(|(_, n)| n).sum();
    (n > 0).then(|| {
        let mut anew = Written::from(rule);
        anew.name.clear();
        view! {
            <p class="notice">
                "What a person took back of a rule it does not give again. "
                <a href=href_of_draft(None, &anew)>"A new rule"</a>" is another one, and is asked about these too."
            </p>
        }
    })
}

fn diff(dry: &DryRun) -> impl IntoView + use<> {
    let rows: Vec<_> = dry.diff.iter().cloned().map(difference).collect();
    let told = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let more = (dry.n_values > told)
        .then(|| view! { <p class="hint">"The first "{thousands(told)}" of "{values(dry.n_values)}"."</p> });
    (!rows.is_empty()).then(|| {
        view! {
            {more}
            <div class="scrolls" tabindex="0">
                <table class="diff">
                    <caption class="unseen">"What would change, at most "{DIFF_TOLD}" lines of it"</caption>
                    <thead>
                        <tr>
                            <th class="num">"END_TIME [UTC]"</th><th>"Finding"</th><th>"Array Family"</th>
                            <th>"Field"</th><th>"From"</th><th>"To"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    })
}

fn difference(change: Difference) -> impl IntoView {
    let Difference { finding, kind, family, end, field, from, to, taken_back } = change;
    let end = match end {
        Some(end) => moment(end).into_any(),
        None => "no time known".into_any(),
    };
    let list = |text: String| match (field, text.as_str()) {
        (_, "") => "none".to_owned(),
        (Field::Tags, tags) => tags.replace(';', ", "),
        (_, text) => text.to_owned(),
    };
    view! {
        <tr>
            <td class="num">{end}</td>
            <th scope="row"><a href=format!("/triage?q=id:{finding}&finding={finding}")>{kind.label()}</a></th>
            <td>{domain::family::Family::label_of(family)}</td>
            <td>{field.label()}</td>
            <td><del>{list(from)}</del></td>
            <td><ins>{list(to)}</ins>{taken_back.then_some(" (taken back)")}</td>
        </tr>
    }
}

fn save(kept: Option<&KeptRule>, rule: &StandingRule, dry: &DryRun) -> impl IntoView + use<> {
    let Written { name, condition, kind, priority, tag, assignee } = Written::from(rule);
    let fields = [
        ("id", rule.id.to_string()),
        ("version", kept.map_or(0, |kept| kept.version).to_string()),
        ("n_values", dry.n_values.to_string()),
        ("name", name),
        ("condition", condition),
        ("kind", kind),
        ("priority", priority),
        ("tag", tag),
        ("assignee", assignee),
    ];
    let fields = fields.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let is_off = kept.is_some_and(|kept| !kept.is_on);
    let history = (dry.n_values > 0 && !is_off).then(|| {
        view! {
            <label class="check">
                <input type="radio" name="reach" value="history" />
                <span>"Also to what is there: change these "{values(dry.n_values)}" of "{findings(dry.n_changed)}" now, in one action with one undo"</span>
            </label>
        }
    });
    let off = is_off.then(|| view! { <p class="hint">"The rule is switched off. Switch it on to have it asked, or applied to what is there."</p> });
    view! {
        <h2>"Save"</h2>
        <form class="form save" method="post" action=SaveStandingRule::url()>
            {fields.collect_view()}
            <fieldset>
                <legend>"Apply it"</legend>
                <label class="check">
                    <input type="radio" name="reach" value="from-now-on" checked />
                    <span>"Only from now on: to findings that the next loads bring or change"</span>
                </label>
                {history}
                {off}
            </fieldset>
            <button class="main">"Save rule"</button>
        </form>
    }
}
