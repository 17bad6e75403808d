//! A shift to draw, written down like a log.

use domain::facts::{Downtime, DowntimeKind, Execution, Facts, Purpose, Qa0, Shift, ShiftKind, Status};
use domain::family::{Families, Family};
use domain::findings::Priority;
use domain::ledger::Log;
use domain::shift_view::{ShiftView, shift_view};
use domain::time::{Instant, Span};

use charts::shift_timeline::Mark;

/// `03-12 21:00:00` of the year 2022.
pub(crate) fn t(text: &str) -> Instant {
    Instant::parse(&format!("2022-{text}")).unwrap()
}

pub(crate) struct Night {
    facts: Facts,
    now: Instant,
}

impl Night {
    pub(crate) fn new(families: &[Family], start: &str, end: Option<&str>) -> Self {
        let shift = Shift {
            id: "S0312".parse().unwrap(),
            kind: ShiftKind::Sciops,
            families: families.iter().copied().collect::<Families>(),
            start: Some(t(start)),
            end: end.map(t),
            planned_start: None,
            planned_end: None,
            aod: String::new(),
        };
        Self { facts: Facts { shifts: vec![shift], ..Facts::default() }, now: t("04-01 00:00:00") }
    }

    pub(crate) fn now(mut self, now: &str) -> Self {
        self.now = t(now);
        self
    }

    fn execution(mut self, family: Family, subject: &str, start: &str, end: Option<&str>) -> Self {
        let n = self.facts.executions.len() + 1;
        self.facts.executions.push(Execution {
            id: format!("uid://A002/X{n}").parse().unwrap(),
            sb_uid: String::new(),
            sb_name: String::new(),
            project_code: String::new(),
            array_id: format!("{family}"),
            family: Some(family),
            band: None,
            purpose: Purpose::Pi,
            status: Status::Success,
            qa0: None,
            start: Some(t(start)),
            end: end.map(t),
            subject: subject.to_owned(),
            ticket: String::new(),
        });
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Execution)) -> Self {
        change(self.facts.executions.last_mut().unwrap());
        self
    }

    pub(crate) fn pi(self, family: Family, qa0: Option<Qa0>, subject: &str, start: &str, end: &str) -> Self {
        self.execution(family, subject, start, Some(end)).last(|it| it.qa0 = qa0)
    }

    pub(crate) fn calibration(self, family: Family, status: Status, start: &str, end: &str) -> Self {
        self.execution(family, "Band_3_6_7", start, Some(end)).last(|it| {
            it.purpose = Purpose::Calibration;
            it.status = status;
        })
    }

    pub(crate) fn test(self, family: Family, start: &str, end: &str) -> Self {
        self.execution(family, "Delay test", start, Some(end)).last(|it| it.purpose = Purpose::Test)
    }

    pub(crate) fn unclosed(self, family: Family, subject: &str, start: &str) -> Self {
        self.execution(family, subject, start, None).last(|it| it.status = Status::Running)
    }

    pub(crate) fn downtime(mut self, kind: DowntimeKind, families: Families, start: &str, end: Option<&str>) -> Self {
        let n = self.facts.downtimes.len() + 1;
        self.facts.downtimes.push(Downtime {
            id: format!("D{n}").parse().unwrap(),
            kind,
            families,
            start: t(start),
            end: end.map(t),
            comment: "Wind above 20 m/s".to_owned(),
            ticket: String::new(),
        });
        self
    }

    pub(crate) fn view(&self) -> ShiftView {
        shift_view(&Log::new(&self.facts, self.now), "S0312").unwrap()
    }
}

pub(crate) fn mark(family: Option<Family>, label: &str, priority: Priority, start: &str, end: &str) -> Mark {
    let span = Some(Span::between(t(start), t(end)));
    Mark { span, family, label: label.to_owned(), chosen: false, priority, href: None }
}

pub(crate) fn chosen(mark: Mark) -> Mark {
    Mark { chosen: true, ..mark }
}

/// Three families from 21:00 to 07:00 with everything that is usual in a night.
pub(crate) fn usual() -> (ShiftView, Vec<Mark>) {
    use Family::{Seven, TotalPower, Twelve};
    let aca = [Seven, TotalPower].into_iter().collect::<Families>();
    let night = Night::new(&Family::ALL, "03-12 21:00:00", Some("03-13 07:00:00"))
        .calibration(Twelve, Status::Success, "03-12 21:20:13", "03-12 21:33:04")
        .pi(Twelve, Some(Qa0::Pass), "NGC 253", "03-12 21:42:20", "03-12 22:43:49")
        .pi(Twelve, Some(Qa0::Pass), "NGC 253", "03-12 22:43:49", "03-12 23:40:00")
        .pi(Twelve, Some(Qa0::SemiPass), "HD 163296", "03-12 23:40:50", "03-13 00:50:00")
        .pi(Twelve, Some(Qa0::Fail), "Circinus", "03-13 00:58:00", "03-13 01:12:00")
        .pi(Twelve, Some(Qa0::Pending), "G023.01-00.41", "03-13 01:50:00", "03-13 03:20:00")
        .downtime(DowntimeKind::Weather, Families::ALL, "03-13 03:00:00", Some("03-13 05:10:00"))
        .pi(Twelve, Some(Qa0::Pass), "SgrA*", "03-13 05:14:00", "03-13 06:30:00")
        .pi(Seven, Some(Qa0::Pass), "NGC 1068", "03-12 21:31:00", "03-12 22:55:00")
        .unclosed(Seven, "NGC 1068", "03-12 23:05:00")
        .pi(Seven, Some(Qa0::Pass), "NGC 1068", "03-12 23:50:00", "03-13 01:15:00")
        .downtime(DowntimeKind::Technical, aca, "03-13 01:15:00", Some("03-13 02:05:00"))
        .test(Seven, "03-13 02:05:00", "03-13 03:01:00")
        .pi(Seven, None, "NGC 1365", "03-13 05:12:00", "03-13 06:58:00");
    let marks = vec![
        mark(Some(Twelve), "Handover", Priority::Low, "03-12 21:00:00", "03-12 21:20:13"),
        mark(Some(Twelve), "Array recreation", Priority::None, "03-12 21:33:04", "03-12 21:42:20"),
        chosen(mark(Some(Twelve), "Failed execution gap", Priority::Medium, "03-13 01:12:00", "03-13 01:50:00")),
        mark(Some(Twelve), "PI executions in downtime", Priority::High, "03-13 03:00:00", "03-13 03:20:00"),
        mark(Some(Twelve), "Weather downtime", Priority::None, "03-13 03:20:00", "03-13 05:10:00"),
        mark(Some(Twelve), "End shift", Priority::Low, "03-13 06:30:00", "03-13 07:00:00"),
        mark(Some(Seven), "Handover", Priority::Low, "03-12 21:00:00", "03-12 21:31:00"),
        mark(Some(Seven), "Running execution gap", Priority::High, "03-12 23:05:00", "03-12 23:50:00"),
        mark(Some(Seven), "Allocated time not well defined", Priority::Medium, "03-12 23:05:00", "03-12 23:05:00"),
        mark(Some(TotalPower), "Technical downtime", Priority::None, "03-13 01:15:00", "03-13 02:05:00"),
        mark(Some(TotalPower), "Overlapping shift", Priority::Blocker, "03-12 20:00:00", "03-12 22:00:00"),
        mark(None, "Array with wrong activity", Priority::High, "03-13 02:05:00", "03-13 03:01:00"),
    ];
    (night.view(), marks)
}
