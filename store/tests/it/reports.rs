//! Reports are kept as they were, made once for each time they are due, and each mail of them goes out once.

use domain::report::{MailAddress, Report, Schedule};
use domain::time::{Instant, Interval};
use store::{MadeReport, ReportOf};

use crate::cluster::{fresh, fresh_and_sql};

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn made(window: &str, made: Instant) -> MadeReport {
    let report = Report {
        window: window.to_owned(),
        title: format!("Week {window}"),
        interval: Interval::new(at("2022-03-07T00:00:00Z"), at("2022-03-14T00:00:00Z")).unwrap(),
        made,
        as_of: None,
        columns: vec![],
        rows: vec![],
        reasons: vec!["<b> & \u{202e}".to_owned()],
        notes: vec![],
    };
    MadeReport { report, page: "<p>page</p>".to_owned(), pdf: b"%PDF\0\xff".to_vec() }
}

#[tokio::test]
async fn a_report_is_read_as_it_was_kept_and_can_be_neither_changed_nor_removed() {
    let (store, mut sql) = fresh_and_sql().await;
    let report = made("2022-W10", at("2022-03-14T08:00:00Z"));
    let id = store.keep_report(&report, &ReportOf::Person("ana".to_owned()), true).await.unwrap().unwrap();
    let stored = store.report(id).await.unwrap().unwrap();
    assert_eq!(
        (&stored.report, &*stored.page, stored.made_by.as_deref()),
        (&report.report, "<p>page</p>", Some("ana"))
    );
    assert_eq!(store.report_pdf(id).await.unwrap().unwrap(), (report.pdf.clone(), "2022-W10".to_owned()));
    assert!(store.report(id + 1).await.unwrap().is_none());
    for statement in ["update report set page = ''", "delete from report"] {
        let refused = sqlx::query(statement).execute(&mut sql).await;
        assert!(refused.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn what_is_due_is_made_once_whichever_server_makes_it_and_nothing_of_before_the_schedule() {
    let store = fresh().await;
    let set = at("2022-03-09T12:00:00Z");
    assert_eq!(store.report_due(set).await.unwrap(), None, "no schedule, nothing due");
    let monday = Schedule::new(1, 8).unwrap();
    store.set_report_schedule(Some(monday), "ana", set).await.unwrap();
    // Monday, 7 March 08:00 was before somebody wanted reports.
    assert_eq!(store.report_due(set).await.unwrap(), None);
    let due = at("2022-03-14T08:00:00Z");
    assert_eq!(store.report_due(due.plus(-1)).await.unwrap(), None);
    assert_eq!(store.report_due(due.plus(3_600)).await.unwrap(), Some(due), "late is better than never");
    let of = ReportOf::Schedule(due);
    let (first, second) = (made("2022-W10", due.plus(60)), made("2022-W10", due.plus(61)));
    let (a, b) = tokio::join!(store.keep_report(&first, &of, true), store.keep_report(&second, &of, true));
    let kept = [a.unwrap(), b.unwrap()];
    assert_eq!(kept.iter().flatten().count(), 1, "{kept:?}");
    assert_eq!(store.report_due(due.plus(3_600)).await.unwrap(), None);
    // After three weeks away one report is due, not three.
    assert_eq!(store.report_due(at("2022-04-05T00:00:00Z")).await.unwrap(), Some(at("2022-04-04T08:00:00Z")));
    store.set_report_schedule(None, "ana", due).await.unwrap();
    assert_eq!(store.report_due(at("2022-04-05T00:00:00Z")).await.unwrap(), None);
}

#[tokio::test]
async fn each_mail_is_taken_by_one_server_tried_again_ever_later_and_given_up() {
    let store = fresh().await;
    let now = at("2022-03-14T08:00:00Z");
    let address: MailAddress = "head@observatory.example".parse().unwrap();
    store.subscribe(&address, "ana", now).await.unwrap();
    store.subscribe(&address, "ana", now).await.unwrap();
    assert_eq!(store.report_subscribers().await.unwrap(), ["head@observatory.example"]);
    let of = ReportOf::Person("ana".to_owned());
    let id = store.keep_report(&made("2022-W10", now), &of, true).await.unwrap().unwrap();
    let unmailed = store.keep_report(&made("2022-W09", now), &of, false).await.unwrap().unwrap();
    assert!(store.report(unmailed).await.unwrap().unwrap().mails.is_empty());
    let (a, b) = tokio::join!(store.take_mail(now), store.take_mail(now));
    let mut taken: Vec<_> = [a.unwrap(), b.unwrap()].into_iter().flatten().collect();
    assert_eq!(taken.len(), 1, "one server takes it");
    let mut mail = taken.remove(0);
    let mut clock = now;
    // 1, 4, 16, 64 and 256 minutes after it failed.
    for minutes in [1, 4, 16, 64, 256] {
        store.mail_failed(&mail, "451 later\0", false, clock).await.unwrap();
        assert!(store.take_mail(clock.plus(minutes * 60 - 1)).await.unwrap().is_none(), "{minutes}");
        clock = clock.plus(minutes * 60);
        mail = store.take_mail(clock).await.unwrap().unwrap();
    }
    store.mail_failed(&mail, "451 later", false, clock).await.unwrap();
    assert!(store.take_mail(clock.plus(365 * 86_400)).await.unwrap().is_none(), "given up");
    let [told] = &store.report(id).await.unwrap().unwrap().mails[..] else { panic!("one mail") };
    assert_eq!((told.tries, told.sent, told.next_try, told.failure.as_deref()), (6, None, None, Some("451 later")));
    assert_eq!(store.reports().await.unwrap().iter().find(|line| line.id == id).unwrap().mails, (0, 0, 1));
    assert_eq!(store.mail_again(id, "ana", clock).await.unwrap(), 1);
    let mail = store.take_mail(clock).await.unwrap().unwrap();
    store.mail_sent(mail.id, clock).await.unwrap();
    assert_eq!(store.reports().await.unwrap().iter().find(|line| line.id == id).unwrap().mails, (1, 0, 0));
    assert_eq!(store.mail_again(id, "ana", clock).await.unwrap(), 0, "what was sent is not sent twice");
}

#[tokio::test]
async fn a_mail_whose_server_died_with_it_is_taken_again_and_one_of_an_address_that_left_is_not() {
    let store = fresh().await;
    let now = at("2022-03-14T08:00:00Z");
    let address: MailAddress = "a@b.example".parse().unwrap();
    store.subscribe(&address, "ana", now).await.unwrap();
    store.keep_report(&made("2022-W10", now), &ReportOf::Person("ana".to_owned()), true).await.unwrap();
    assert!(store.take_mail(now).await.unwrap().is_some());
    assert!(store.take_mail(now.plus(299)).await.unwrap().is_none(), "somebody has it");
    assert!(store.take_mail(now.plus(300)).await.unwrap().is_some(), "nobody told what became of it");
    assert!(store.unsubscribe(&address, "ana", now).await.unwrap());
    assert!(store.take_mail(now.plus(3_600)).await.unwrap().is_none());
    assert!(!store.unsubscribe(&address, "ana", now).await.unwrap());
}
