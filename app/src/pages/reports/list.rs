//! The reports that were made; and, for those who look after them, when one is made and to whom it is mailed.

use domain::report::Schedule;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use store::ReportLine;

use crate::api::reports::{MakeReport, REPORTS, ScheduleReports, Subscribe, Unsubscribe};

/// All that the page shows.
pub(crate) struct List {
    /// The latest first.
    pub(crate) reports: Vec<ReportLine>,
    /// When one is made by itself.
    pub(crate) schedule: Option<Schedule>,
    /// To whom they are mailed; none for a reader who may not know.
    pub(crate) subscribers: Vec<String>,
    /// Whether mail can be sent at all.
    pub(crate) mail_is_set_up: bool,
    /// Whether the reader looks after reports.
    pub(crate) may_report: bool,
    /// The last week that is over.
    pub(crate) last_week: String,
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The page as HTML.
pub(crate) fn html(page: List) -> String {
    let when = match page.schedule {
        Some(Schedule { weekday, hour }) => {
            let day = DAYS.get(usize::from(weekday).saturating_sub(1)).copied().unwrap_or_default();
            format!("One is made each {day} at {hour:02}:00 UTC, of the week before.")
        }
        None => "None is made by itself.".to_owned(),
    };
    let looked_after = page.may_report.then(|| {
        view! {
            <div class="report-forms">
                {make(&page)}
                {schedule(page.schedule)}
                {mailed(&page.subscribers, page.mail_is_set_up)}
            </div>
        }
    });
    view! {
        <div class="page">
            <header class="heading">
                <p class="crumbs"><a href="/efficiency">"Efficiency"</a></p>
                <h1>"Reports"</h1>
                <p class="hint">"A report stays as it was made, with the version of every definition. What is corrected later shows above it. "{when}</p>
            </header>
            {table(&page.reports)}
            {looked_after}
        </div>
    }
    .to_html()
}

fn table(reports: &[ReportLine]) -> impl IntoView + use<> {
    if reports.is_empty() {
        return view! { <div class="nothing"><p>"No report has been made yet."</p></div> }.into_any();
    }
    let rows = reports.iter().map(|report| {
        let there = format!("{REPORTS}/{}", report.id);
        let pdf = format!("{there}/report.pdf");
        let title = report.window.parse::<domain::efficiency::window::Window>();
        let title = title.map_or_else(|_| report.window.clone(), |window| window.words());
        let by = report.made_by.clone().unwrap_or_else(|| "the schedule".to_owned());
        let mails = match report.mails {
            (0, 0, 0) => "-".to_owned(),
            (sent, 0, 0) => format!("{sent} sent"),
            (sent, waiting, 0) => format!("{sent} sent, {waiting} waiting"),
            (sent, waiting, given_up) => format!("{sent} sent, {waiting} waiting, {given_up} not sent"),
        };
        view! {
            <tr>
                <th scope="row" class="label"><a href=there>{title}</a></th>
                <td class="num">{report.made.for_people()}</td>
                <td>{by}</td>
                <td>{mails}</td>
                <td><a href=pdf>"PDF"</a></td>
            </tr>
        }
    });
    view! {
        <div class="scrolls" tabindex="0">
            <table class="numbers compared reports">
                <thead>
                    <tr>
                        <th scope="col" class="label">"Window"</th>
                        <th scope="col" class="num">"Made [UTC]"</th>
                        <th scope="col">"By"</th>
                        <th scope="col">"Mails"</th>
                        <th scope="col">"File"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn make(page: &List) -> impl IntoView + use<> {
    let mail = (page.mail_is_set_up && !page.subscribers.is_empty()).then(|| {
        view! { <label class="check"><input type="checkbox" name="mail" value="true" /><span>"Mail it to the list"</span></label> }
    });
    view! {
        <form class="form" method="post" action=MakeReport::url()>
            <h2>"Make one now"</h2>
            <label>
                <span>"Window"</span>
                <input name="window" value=page.last_week.clone() required autocomplete="off" aria-describedby="window-words" />
            </label>
            <p class="hint" id="window-words">"Such as 2022-W10, 2022-03, cycle:2021 or 2022-03-12..2022-03-15."</p>
            {mail}
            <button class="main">"Make the report"</button>
        </form>
    }
}

fn schedule(schedule: Option<Schedule>) -> impl IntoView + use<> {
    let is_on = schedule.is_some();
    let Schedule { weekday, hour } = schedule.unwrap_or(Schedule { weekday: 1, hour: 8 });
    let days = (1_u8..).zip(DAYS).map(|(number, day)| {
        view! { <option value=number.to_string() selected=number == weekday>{day}</option> }
    });
    let hours = (0_u8..24).map(|each| {
        view! { <option value=each.to_string() selected=each == hour>{format!("{each:02}:00")}</option> }
    });
    view! {
        <form class="form" method="post" action=ScheduleReports::url()>
            <h2>"Each week"</h2>
            <label class="check">
                <input type="checkbox" name="on" value="true" checked=is_on />
                <span>"Make a report of the week before"</span>
            </label>
            <label><span>"Day"</span><select name="weekday">{days.collect_view()}</select></label>
            <label><span>"Hour [UTC]"</span><select name="hour">{hours.collect_view()}</select></label>
            <button>"Save the time"</button>
        </form>
    }
}

fn mailed(subscribers: &[String], mail_is_set_up: bool) -> impl IntoView + use<> {
    let lines = subscribers.iter().map(|address| {
        view! {
            <li>
                <form method="post" action=Unsubscribe::url()>
                    <span>{address.clone()}</span>
                    <input type="hidden" name="address" value=address.clone() />
                    <button aria-label=format!("Take {address} off the list")>"Take off"</button>
                </form>
            </li>
        }
    });
    let lines = lines.collect_view();
    let without = (!mail_is_set_up).then(|| {
        view! { <p class="hint">"Mail is not set up on this server, so nothing is sent: SHIFTDESK_SMTP_URL and SHIFTDESK_MAIL_FROM name its mail server and sender."</p> }
    });
    view! {
        <section class="form mailed">
            <h2>"Mailed to"</h2>
            {without}
            <ul>{lines}</ul>
            <form method="post" action=Subscribe::url()>
                <label><span>"Address"</span><input name="address" type="email" maxlength="254" required autocomplete="off" /></label>
                <button>"Add to the list"</button>
            </form>
        </section>
    }
}
