//! A report as it was made, below what has changed in its figures since then and how its mails went.

use domain::report::Difference;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use store::{ReportMail, StoredReport};

use crate::api::reports::{MailAgain, REPORTS};

/// The page.
pub(crate) fn html(id: i64, stored: &StoredReport, changed: &[Difference], may_report: bool) -> String {
    let pdf = format!("{REPORTS}/{id}/report.pdf");
    let now = format!("/efficiency?window={}", stored.report.window);
    let made_by = stored.made_by.as_ref().map_or_else(|| "by the schedule".to_owned(), |name| format!("by {name}"));
    view! {
        <div class="page">
            <p class="crumbs report-ways">
                <a href=REPORTS>"Reports"</a>
                <a class="button main" href=pdf>"PDF"</a>
                <a href=now>"The same window as known now"</a>
                <span class="hint">"Report "{id}", made "{made_by}</span>
            </p>
            {corrections(changed)}
            {mails(id, &stored.mails, may_report)}
            <div inner_html=stored.page.clone()></div>
        </div>
    }
    .to_html()
}

/// As reported beside as known now.
fn corrections(changed: &[Difference]) -> impl IntoView + use<> {
    if changed.is_empty() {
        return view! { <p class="hint stands">"Every figure still is what was reported."</p> }.into_any();
    }
    let any_redefined = changed.iter().any(|difference| difference.redefined);
    let rows = changed.iter().map(|difference| {
        let known = difference.known.clone().unwrap_or_else(|| "no longer made".to_owned());
        let number = difference.number.clone() + if difference.redefined { " *" } else { "" };
        view! {
            <tr>
                <th scope="row" class="label">{number}</th>
                <td>{difference.column.clone()}</td>
                <td class="num">{difference.reported.clone()}</td>
                <td class="num value">{known}</td>
            </tr>
        }
    });
    let n = changed.len();
    let words = if n == 1 { "1 figure has".to_owned() } else { format!("{n} figures have") };
    view! {
        <section class="corrections notice" aria-label="Changed since">
            <p>{words}" changed since this was reported: the log was corrected, or more of it came in."</p>
            <details open=n <= 12>
                <summary>"As reported, and as known now"</summary>
                <div class="scrolls" tabindex="0">
                    <table class="numbers compared">
                        <thead>
                            <tr>
                                <th scope="col" class="label">"Number"</th>
                                <th scope="col">"Column"</th>
                                <th scope="col" class="num">"As reported"</th>
                                <th scope="col" class="num">"As known now"</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
                {any_redefined.then(|| view! { <p class="hint">"* The number was defined otherwise then."</p> })}
            </details>
        </section>
    }
    .into_any()
}

fn mails(id: i64, mails: &[ReportMail], may_report: bool) -> impl IntoView + use<> {
    if mails.is_empty() || !may_report {
        return ().into_any();
    }
    let was_given_up = |mail: &ReportMail| mail.sent.is_none() && mail.next_try.is_none();
    let lines = mails.iter().map(|mail| {
        let how = match (mail.sent, mail.next_try) {
            (Some(sent), _) => format!("sent {} UTC", sent.for_people()),
            (None, Some(next)) if mail.tries == 0 => format!("waits to be sent, {} UTC", next.for_people()),
            (None, Some(next)) => format!("failed {} times, tried again {} UTC", mail.tries, next.for_people()),
            (None, None) => format!("given up after {} tries", mail.tries),
        };
        let why = mail.failure.clone().map(|why| format!(": {why}")).unwrap_or_default();
        view! { <li>{mail.address.clone()}" · "{how}{why}</li> }
    });
    let lines = lines.collect_view();
    let again = mails.iter().any(was_given_up).then(|| {
        view! {
            <form method="post" action=MailAgain::url()>
                <input type="hidden" name="id" value=id.to_string() />
                <button>"Try again what was not sent"</button>
            </form>
        }
    });
    let n_sent = mails.iter().filter(|mail| mail.sent.is_some()).count();
    let summary = format!("Mails: {n_sent} of {} sent", mails.len());
    view! { <details class="mails" open=mails.iter().any(was_given_up)><summary>{summary}</summary><ul>{lines}</ul>{again}</details> }
        .into_any()
}
