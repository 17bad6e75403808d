//! Facts for a story, said in one line each. All of it happens on 2022-03-12, UTC, unless a whole time is given.

use domain::facts::{
    Activity, Array, Downtime, DowntimeKind, Execution, Facts, Id, Purpose, Qa0, Shift, ShiftKind, Status,
};
use domain::family::{Families, Family};
use domain::findings::{Finding, FindingType, Parameters, detect};
use domain::ledger::{Ledger, Log, ledger};
use domain::time::Instant;

/// `20:15` or `20:15:30` of the day of the stories.
pub(crate) fn at(time: &str) -> Instant {
    let seconds = if time.len() == 5 { ":00" } else { "" };
    Instant::parse(&format!("2022-03-12 {time}{seconds}")).unwrap()
}

fn maybe(time: &str) -> Option<Instant> {
    (!time.is_empty()).then(|| at(time))
}

pub(crate) fn id(text: &str) -> Id {
    text.parse().unwrap()
}

/// The facts, and the day after as *now* unless the story says otherwise.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) facts: Facts,
    pub(crate) now: Instant,
}

impl Story {
    pub(crate) fn new() -> Self {
        Self { facts: Facts::default(), now: Instant::parse("2022-03-14 00:00:00").unwrap() }
    }

    /// A SCIOPS shift `S` of the 12 m array.
    pub(crate) fn of_shift(start: &str, end: &str) -> Self {
        Self::new().shift("S", ShiftKind::Sciops, "12 [m]", start, end)
    }

    pub(crate) fn now(mut self, time: &str) -> Self {
        self.now = at(time);
        self
    }

    pub(crate) fn shift(mut self, name: &str, kind: ShiftKind, families: &str, start: &str, end: &str) -> Self {
        self.facts.shifts.push(Shift {
            id: id(name),
            kind,
            families: Families::parse_list(families).unwrap(),
            start: maybe(start),
            end: maybe(end),
            planned_start: None,
            planned_end: None,
            aod: String::new(),
        });
        self
    }

    /// A PI execution of the 12 m array on `Array1` that succeeded, without QA0; change it by [`Self::but`].
    pub(crate) fn execution(mut self, name: &str, start: &str, end: &str) -> Self {
        self.facts.executions.push(Execution {
            id: id(name),
            sb_uid: String::new(),
            sb_name: format!("SB of {name}"),
            project_code: "2021.1.01234.S".to_owned(),
            array_id: "Array1".to_owned(),
            family: Some(Family::Twelve),
            band: None,
            purpose: Purpose::Pi,
            status: Status::Success,
            qa0: None,
            start: maybe(start),
            end: maybe(end),
            subject: format!("subject of {name}"),
            ticket: String::new(),
        });
        self
    }

    /// Changes the execution said last.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut Execution)) -> Self {
        change(self.facts.executions.last_mut().unwrap());
        self
    }

    pub(crate) fn qa0(self, qa0: Qa0) -> Self {
        self.but(|execution| execution.qa0 = Some(qa0))
    }

    pub(crate) fn purpose(self, purpose: Purpose) -> Self {
        self.but(|execution| {
            execution.purpose = purpose;
            execution.project_code = String::new();
        })
    }

    pub(crate) fn status(self, status: Status) -> Self {
        self.but(|execution| execution.status = status)
    }

    pub(crate) fn on(self, array: &str) -> Self {
        self.but(|execution| execution.array_id = array.to_owned())
    }

    pub(crate) fn downtime(mut self, name: &str, kind: DowntimeKind, families: &str, start: &str, end: &str) -> Self {
        let named = Families::parse_list(families).unwrap();
        self.facts.downtimes.push(Downtime {
            id: id(name),
            kind,
            families: if named.is_empty() { Families::ALL } else { named },
            start: at(start),
            end: maybe(end),
            comment: format!("comment of {name}"),
            ticket: String::new(),
        });
        self
    }

    pub(crate) fn array(mut self, name: &str, activity: Activity, created: &str) -> Self {
        self.facts.arrays.push(Array {
            id: id(name),
            family: Family::Twelve,
            activity,
            created: maybe(created),
            destroyed: None,
            antennas: String::new(),
            bands: String::new(),
        });
        self
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        detect(&Log::new(&self.facts, self.now), &Parameters::default())
    }

    /// The findings of one type.
    pub(crate) fn of_type(&self, kind: FindingType) -> Vec<Finding> {
        self.findings().into_iter().filter(|finding| finding.kind == kind).collect()
    }

    /// Type, start and end of every finding, by start: `Handover 20:00:00-20:10:00`.
    pub(crate) fn told(&self) -> Vec<String> {
        let mut findings = self.findings();
        findings.sort_by_key(|finding| (finding.span, finding.kind));
        findings.iter().map(|finding| format!("{} {}", finding.kind, told_span(finding))).collect()
    }

    /// The ledger of shift `S` for the 12 m array.
    pub(crate) fn ledger(&self) -> Ledger {
        let log = Log::new(&self.facts, self.now);
        let shift = *log.shifts().iter().find(|shift| shift.fact.id.as_str() == "S").unwrap();
        ledger(&log, shift, Family::Twelve)
    }

    /// `Handover 600, Idle 60, …` seconds, in the order of time.
    pub(crate) fn owners(&self) -> String {
        let stretches =
            self.ledger().stretches().map(|s| format!("{} {}", s.owner, s.interval.seconds())).collect::<Vec<_>>();
        stretches.join(", ")
    }
}

/// `20:00:00-20:10:00`, or `?` without a time.
pub(crate) fn told_span(finding: &Finding) -> String {
    finding.span.map_or("?".to_owned(), |span| {
        let clock = |t: Instant| t.for_people()[11..].to_owned();
        format!("{}-{}", clock(span.start()), clock(span.end()))
    })
}
