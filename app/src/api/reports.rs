//! Reports: made of a window and kept as they were, each week by themselves or when somebody asks; and to whom they are mailed.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;

#[cfg(feature = "ssr")]
pub use made::{Drawn, MailIsSetUp, Typesetting, make, title_of};

/// The page of all reports.
pub const REPORTS: &str = "/efficiency/reports";

/// The list of reports as HTML.
#[server(prefix = "/_fn", endpoint = "reports", input = GetUrl)]
pub async fn reports() -> Result<String, AppError> {
    use super::refusal::answered;

    answered(made::list().await)
}

/// A report as HTML, as it was made, below what has changed in it since.
#[server(prefix = "/_fn", endpoint = "report", input = GetUrl)]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn report(id: i64) -> Result<String, AppError> {
    use super::refusal::answered;

    answered(made::one(id).await)
}

/// Makes a report of a window, such as `2022-W10`, and mails it to those who subscribed if `mail` says so. Its number.
#[server(prefix = "/_fn", endpoint = "make-report")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn make_report(window: String, #[server(default)] mail: bool) -> Result<i64, AppError> {
    use domain::people::Right;
    use store::ReportOf;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{invalid, now, store};

    let making = async || {
        let author = allowed(Right::Annotate)?;
        let window = window.trim().parse().map_err(invalid("Window"))?;
        let typesetting =
            use_context::<Typesetting>().ok_or(AppError::Internal { ticket: "typesetting".to_owned() })?;
        let of = ReportOf::Person(author.name);
        let id = make(&store()?, now()?, typesetting, &window, &of, mail).await?;
        id.ok_or(AppError::Conflict)
    };
    let made = making().await;
    let there = made.as_ref().map_or_else(|_| REPORTS.to_owned(), |id| format!("{REPORTS}/{id}"));
    told(made, &there, REPORTS, |_| Some(Outcome::Done("The report is made, and stays as it is.".to_owned())))
}

/// Makes a report each week on that day (1 is Monday) at that hour of UTC, or, when `on` is not said, no more.
#[server(prefix = "/_fn", endpoint = "schedule-reports")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn schedule_reports(weekday: i64, hour: i64, #[server(default)] on: bool) -> Result<(), AppError> {
    use domain::people::Right;
    use domain::report::{NoSchedule, Schedule};

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{invalid, now, store};

    let change = async || {
        let author = allowed(Right::Annotate)?;
        let schedule = Schedule::new(weekday, hour).map_err(|why| match why {
            NoSchedule::Weekday => invalid("Day")(why),
            NoSchedule::Hour => invalid("Hour")(why),
        })?;
        Ok(store()?.set_report_schedule(on.then_some(schedule), &author.name, now()?).await?)
    };
    let words = if on { "A report is made each week at that time." } else { "No report is made by itself any more." };
    told(change().await, REPORTS, REPORTS, |()| Some(Outcome::Done(words.to_owned())))
}

/// Mails reports to an address from now on.
#[server(prefix = "/_fn", endpoint = "subscribe")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn subscribe(address: String) -> Result<(), AppError> {
    use domain::people::Right;
    use domain::report::MailAddress;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{invalid, now, store};

    let subscribe = async || {
        let author = allowed(Right::Annotate)?;
        let address: MailAddress = address.parse().map_err(invalid("Address"))?;
        Ok(store()?.subscribe(&address, &author.name, now()?).await?)
    };
    told(subscribe().await, REPORTS, REPORTS, |()| {
        Some(Outcome::Done("Reports are mailed there from now on.".to_owned()))
    })
}

/// Mails reports to an address no more.
#[server(prefix = "/_fn", endpoint = "unsubscribe")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn unsubscribe(address: String) -> Result<(), AppError> {
    use domain::people::Right;
    use domain::report::MailAddress;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{invalid, now, store};

    let unsubscribe = async || {
        let author = allowed(Right::Annotate)?;
        let address: MailAddress = address.parse().map_err(invalid("Address"))?;
        let was_there = store()?.unsubscribe(&address, &author.name, now()?).await?;
        if was_there { Ok(()) } else { Err(AppError::NotFound { what: "that address is not on the list".to_owned() }) }
    };
    told(unsubscribe().await, REPORTS, REPORTS, |()| {
        Some(Outcome::Done("No more reports are mailed to that address. Adding it again undoes this.".to_owned()))
    })
}

/// Tries the mails of a report again that were given up.
#[server(prefix = "/_fn", endpoint = "mail-again")]
#[allow(missing_docs, reason = "the macro makes the arguments fields of a struct; the function says what they are")]
pub async fn mail_again(id: i64) -> Result<(), AppError> {
    use domain::people::Right;

    use super::outcome::{Outcome, told};
    use super::person::allowed;
    use super::refusal::{now, store};

    let again = async || {
        let author = allowed(Right::Annotate)?;
        store()?.mail_again(id, &author.name, now()?).await?;
        Ok(())
    };
    let there = format!("{REPORTS}/{id}");
    told(again().await, &there, &there, |()| Some(Outcome::Done("What was not sent is tried again.".to_owned())))
}

#[cfg(feature = "ssr")]
mod made {
    use std::future::Future;
    use std::pin::Pin;

    use charts::standalone::standalone;
    use charts::theme::Theme;
    use domain::decimal::hours3;
    use domain::efficiency::window::Window;
    use domain::efficiency::{Metric, incomplete, table};
    use domain::people::Right;
    use domain::report::{Cell, Column, Report, Row, differences};
    use domain::time::{Instant, Interval};
    use leptos::prelude::use_context;
    use store::{MadeReport, ReportOf, Shifts, Store};

    use crate::api::efficiency::made::{charts, notes_on};
    use crate::api::person::current;
    use crate::api::refusal::{invalid, now, store};
    use crate::definition::definition;
    use crate::error::AppError;
    use crate::pages::efficiency::words::{array_label, change_words, grouped, incomplete_words};
    use crate::pages::reports::{document, list as list_page, since};
    use crate::query::efficiency::EfficiencyQuery;

    /// A drawing of a report, with its own words.
    #[derive(Clone, Debug)]
    pub struct Drawn {
        /// Its heading.
        pub title: String,
        /// What it shows, a sentence.
        pub sentence: String,
        /// The drawing, its colours left to the page.
        pub svg: String,
    }

    /// What a PDF is being made by.
    type Typeset = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send>>;

    /// Makes the PDF of a report; the server provides it. The drawings have their colours in them. The error is for the log.
    #[derive(Clone, Copy, Debug)]
    pub struct Typesetting(pub fn(Report, Vec<Drawn>) -> Typeset);

    /// Whether mail can be sent; the server provides it.
    #[derive(Clone, Copy, Debug)]
    pub struct MailIsSetUp(pub bool);

    /// The width of a drawing of a report \[px\]: what is readable across A4.
    const DRAWN_PX: u32 = 800;

    /// Makes a report and keeps it. Its number; `None` when the one that was due is there already.
    pub async fn make(
        store: &Store,
        now: Instant,
        typesetting: Typesetting,
        window: &Window,
        of: &ReportOf,
        mail: bool,
    ) -> Result<Option<i64>, AppError> {
        let report = figures(store, now, window).await?;
        let drawings = drawings(store, now, window, report.interval).await?;
        let page = document::html(&report, &drawings);
        let of_paper =
            drawings.into_iter().map(|drawn| Drawn { svg: standalone(&drawn.svg, Theme::Print), ..drawn }).collect();
        let pdf = (typesetting.0)(report.clone(), of_paper).await.map_err(|why| {
            let ticket = format!("report-{}", now.unix_seconds());
            tracing::error!(ticket, why, "a report could not be typeset");
            AppError::Internal { ticket }
        })?;
        Ok(store.keep_report(&MadeReport { report, page, pdf }, of, mail).await?)
    }

    /// The figures of a window as they are known now.
    async fn figures(store: &Store, now: Instant, window: &Window) -> Result<Report, AppError> {
        let interval =
            window.interval(now).ok_or("a report is of a stretch of time, such as 2022-W10, and not of one shift");
        let interval = interval.map_err(invalid("Window"))?;
        let notes = notes_on(store, Some(interval), None).await?;
        let mut report = store.shift_sums(now, |all| of_sums(all, window, interval)).await?;
        let sentence = |note: domain::note::Note| {
            let (from, to) = (note.body.interval.start().for_people(), note.body.interval.end().for_people());
            let about = note.body.family.map_or_else(String::new, |family| format!("{}: ", array_label(Some(family))));
            format!("{from} to {to} UTC · {about}{} ({})", note.body.text, note.author)
        };
        report.notes = notes.into_iter().filter(|note| !note.withdrawn).map(sentence).collect();
        Ok(report)
    }

    fn of_sums(all: &Shifts<'_>, window: &Window, interval: Interval) -> Report {
        let columns = table(&all.shifts, window, None, all.now);
        let row = |&metric: &Metric| {
            let defined = definition(metric);
            let cell = |column: &domain::efficiency::Column| {
                let (these, those) = (&column.part.sums, &column.before.sums);
                Cell {
                    value: grouped(metric, metric.thousandths(these)),
                    before: grouped(metric, metric.thousandths(those)),
                    change: change_words(metric, metric.change(those, these)),
                }
            };
            Row {
                label: metric.label().to_owned(),
                formula: defined.map_or("", |defined| defined.formula).to_owned(),
                version: defined.map_or(0, |defined| defined.version),
                cells: columns.iter().map(cell).collect(),
            }
        };
        let mut reasons: Vec<String> = Vec::new();
        for column in &columns {
            let without = &all.without_ledger;
            for why in incomplete(&all.shifts, without, window, column.family, all.as_of, all.now) {
                let sentence = incomplete_words(&why).1;
                if !reasons.contains(&sentence) {
                    reasons.push(sentence);
                }
            }
        }
        let column = |column: &domain::efficiency::Column| Column {
            label: array_label(column.family).to_owned(),
            n_shifts: column.part.n_shifts,
            hours: domain::decimal::grouped(&hours3(column.part.sums.shift_s())),
            owners: (column.part.sums.shares().into_iter())
                .map(|share| (share.owner.label().to_owned(), domain::decimal::grouped(&share.hours.to_string())))
                .collect(),
        };
        Report {
            window: window.to_string(),
            title: window.words(),
            interval,
            made: all.now,
            as_of: all.as_of,
            columns: columns.iter().map(column).collect(),
            rows: Metric::ALL.iter().map(row).collect(),
            reasons,
            notes: Vec::new(),
        }
    }

    async fn drawings(
        store: &Store,
        now: Instant,
        window: &Window,
        interval: Interval,
    ) -> Result<Vec<Drawn>, AppError> {
        let by = Some(domain::efficiency::window::By::Day).filter(|_| interval.seconds() <= 40 * domain::time::DAY_S);
        let query = EfficiencyQuery { by, ..EfficiencyQuery::default().at(window.clone()) };
        let notes = notes_on(store, Some(interval), None).await?;
        let Some(charts) = charts(store, now, &query, &notes).await? else { return Ok(Vec::new()) };
        charts.drawings(DRAWN_PX).map_err(|why| {
            let ticket = format!("report-{}", now.unix_seconds());
            tracing::error!(ticket, %why, "a drawing of a report could not be made");
            AppError::Internal { ticket }
        })
    }

    fn may_report() -> bool {
        current().is_some_and(|user| user.role.may(Right::Annotate))
    }

    pub(super) async fn list() -> Result<String, AppError> {
        let (store, now) = (store()?, now()?);
        let may_report = may_report();
        let page = list_page::List {
            reports: store.reports().await?,
            schedule: store.report_schedule().await?,
            // Addresses are for those who look after the list.
            subscribers: if may_report { store.report_subscribers().await? } else { Vec::new() },
            mail_is_set_up: use_context::<MailIsSetUp>().is_some_and(|mail| mail.0),
            may_report,
            last_week: domain::report::reported_week(now).map(|week| week.to_string()).unwrap_or_default(),
        };
        Ok(list_page::html(page))
    }

    pub(super) async fn one(id: i64) -> Result<String, AppError> {
        let (store, now) = (store()?, now()?);
        let absent = || AppError::NotFound { what: format!("report {id} was never made") };
        let stored = store.report(id).await?.ok_or_else(absent)?;
        // A window that no address spells any more is a report that can still be read.
        let changed = match stored.report.window.parse() {
            Ok(window) => {
                let known = store.shift_sums(now, |all| of_sums(all, &window, stored.report.interval)).await?;
                differences(&stored.report, &known)
            }
            Err(_) => Vec::new(),
        };
        Ok(since::html(id, &stored, &changed, may_report()))
    }

    /// How a report is called in a mail and in the name of its file.
    pub fn title_of(report: &Report) -> String {
        format!("Efficiency, {}", report.title)
    }
}
