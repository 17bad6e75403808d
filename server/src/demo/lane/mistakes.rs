//! What people get wrong, one [`Card`] each: the facts as they are written down then, and what must follow from them.

use domain::facts::{Activity, DowntimeKind, Execution, Id, Purpose, Qa0, Status};
use domain::findings::FindingType;
use domain::time::{Instant, Span};

use super::super::breakages::{Card, NearMiss};
use super::{GAP_MIN_S, Lane, Left, PI_S, Right, SHORT_S};

impl Lane<'_> {
    /// Makes the mistake, after the execution that ends at the cursor, and goes on to the next good execution.
    pub(super) fn play(&mut self, card: Card) {
        match card {
            Card::Quiet | Card::NoActivity => {}
            Card::LeftRunning => self.leave_open(Status::Running),
            Card::NoEnd => self.leave_open(Status::Success),
            Card::NoStart => self.mistime(false, true, false),
            Card::NoTimes => self.mistime(false, false, false),
            Card::Reversed => self.mistime(true, true, true),
            Card::DowntimeTooEarly => {
                let overlap = self.book.chance.whole(61, 1_000);
                self.stop_before_the_end(DowntimeKind::Weather, overlap);
            }
            Card::Overlap60 => self.stop_before_the_end(DowntimeKind::Technical, 60),
            Card::DowntimeTooLong => self.start_before_the_end(),
            Card::ExecutionInside => self.observe_inside(),
            Card::NeverClosed => self.never_close(),
            Card::WrongDeclaration => self.declare_wrongly(),
            Card::OnlyCalibrations => self.only_calibrations(None),
            Card::Calibrations3599 => self.only_calibrations(Some(3_599)),
            Card::FlaggedCalibration => self.flag(Purpose::Calibration),
            Card::FlaggedTest => self.flag(Purpose::Test),
            Card::FlaggedPi => self.flag(Purpose::Pi),
            Card::IdleBeforeTest => self.idle_before_test(),
            Card::NoTicket => self.idle_after(Status::Fail),
            Card::Aborted => self.idle_after(Status::Aborted),
            Card::NothingToSchedule => {
                let seconds = self.book.chance.whole(900, 5_400);
                self.stop(DowntimeKind::Scheduling, seconds);
            }
            Card::Idle299 => self.idle_exactly(299),
            Card::Idle300 => self.idle_exactly(300),
            Card::Created61Before => self.create_before_the_gap(61),
            Card::Created60Before => self.create_before_the_gap(60),
        }
    }

    /// A PI execution that goes as it should.
    fn good_execution(&mut self, at: Instant) -> Execution {
        let mut execution = self.book.pi_execution(self.family, at);
        (execution.status, execution.qa0, execution.ticket) = (Status::Success, Some(Qa0::Pass), String::new());
        execution
    }

    fn good(&mut self, idle: i64, seconds: i64) -> Id {
        let execution = self.good_execution(self.after(idle));
        let id = execution.id.clone();
        self.execute(idle, seconds, execution);
        id
    }

    fn leave_open(&mut self, status: Status) {
        let idle = self.overhead();
        let start = self.after(idle);
        let mut execution = self.good_execution(start);
        (execution.status, execution.qa0) = (status, None);
        self.bounded_by(start, &Right::Execution { id: &execution.id, purpose: Purpose::Pi });
        self.on_array(&mut execution, start, start);
        execution.start = Some(start);
        let id = execution.id.clone();
        self.book.facts.executions.push(execution);
        self.left = Left::Open(id.clone());
        if status != Status::Running {
            self.not_well_defined(&id, Some(start));
        }
        let (idle, seconds) = (self.book.chance.whole(1_200, 4_800), self.pi_seconds());
        self.good(idle, seconds);
    }

    fn not_well_defined(&mut self, id: &Id, known: Option<Instant>) {
        let shift = self.shift.logged.id.clone();
        // What has no time lies in no shift.
        let shift = known.map(|_| &shift);
        let kind = FindingType::AllocatedTimeNotWellDefined;
        self.book.plant(kind, Some(self.family), shift, &[id.as_str()], known.map(Span::at));
    }

    /// An execution whose times are written down wrongly: it owns no second, so the log has a hole where it was.
    fn mistime(&mut self, has_start: bool, has_end: bool, reversed: bool) {
        let (idle, seconds) = (self.overhead(), self.pi_seconds());
        let start = self.after(idle);
        let end = start.plus(seconds);
        let mut execution = self.good_execution(start);
        self.on_array(&mut execution, start, start);
        (execution.start, execution.end) =
            if reversed { (Some(end), Some(start)) } else { (has_start.then_some(start), has_end.then_some(end)) };
        let id = execution.id.clone();
        let known = execution.start.or(execution.end);
        self.book.facts.executions.push(execution);
        self.not_well_defined(&id, known);
        let (overhead, length) = (self.overhead(), self.pi_seconds());
        self.good(idle + seconds + overhead, length);
    }

    fn overlaps(&mut self, execution: &Id, downtime: &Id, from: Instant, to: Instant) {
        let ids = [execution.as_str(), downtime.as_str()];
        if to.since(from) > 60 {
            let shift = self.shift.logged.id.clone();
            let span = Some(Span::between(from, to));
            self.book.plant(FindingType::PiInDowntime, Some(self.family), Some(&shift), &ids, span);
        } else {
            self.near_miss("a PI execution that overlaps a downtime by exactly 60 s", FindingType::PiInDowntime, &ids);
        }
    }

    fn stop_before_the_end(&mut self, kind: DowntimeKind, overlap: i64) {
        let (idle, length) = (self.overhead(), self.pi_seconds());
        let execution = self.good(idle, length);
        let (end, start) = (self.cursor, self.after(-overlap));
        let until = end.plus(self.book.chance.whole(900, 3_600));
        let id = self.book.downtime(kind, self.only_family(), start, Some(until), None);
        self.overlaps(&execution, &id, start, end);
        self.own_run(kind, id, until);
    }

    fn start_before_the_end(&mut self) {
        let kind = self.book.chance.one_of([DowntimeKind::Technical, DowntimeKind::Weather]);
        let (idle, overlap) = (self.overhead(), self.book.chance.whole(61, 1_000));
        let start = self.after(idle);
        let next = start.plus(self.book.chance.whole(900, 3_600));
        let until = next.plus(overlap);
        let id = self.book.downtime(kind, self.only_family(), start, Some(until), None);
        self.bounded_by(start, &Right::Downtime(&id));
        self.own_run(kind, id.clone(), next);
        let length = overlap + self.pi_seconds();
        let execution = self.good(0, length);
        self.overlaps(&execution, &id, next, until);
    }

    fn observe_inside(&mut self) {
        let (idle, kind) = (self.overhead(), DowntimeKind::Technical);
        let start = self.after(idle);
        let until = start.plus(self.book.chance.whole(5_400, 7_200));
        let id = self.book.downtime(kind, self.only_family(), start, Some(until), None);
        self.bounded_by(start, &Right::Downtime(&id));
        let begins = start.plus(self.book.chance.whole(600, 1_500));
        self.own_run(kind, id.clone(), begins);
        let (from, length) = (self.cursor, self.book.chance.whole(PI_S.0, 3_000));
        let execution = self.good(0, length);
        self.overlaps(&execution, &id, from, self.cursor);
        self.own_run(kind, id, until);
    }

    fn never_close(&mut self) {
        let kind = self.book.chance.one_of([DowntimeKind::Technical, DowntimeKind::Scheduling]);
        let idle = self.overhead();
        let start = self.after(idle);
        let next = start.plus(self.book.chance.whole(900, 4_500));
        let id = self.book.downtime(kind, self.only_family(), start, None, None);
        self.bounded_by(start, &Right::Downtime(&id));
        self.own_run(kind, id.clone(), next);
        let length = self.pi_seconds();
        self.good(0, length);
        let shift = self.shift.logged.id.clone();
        let span = Some(Span::between(start, next));
        self.book.plant(FindingType::DowntimeNotCompleted, Some(self.family), Some(&shift), &[id.as_str()], span);
    }

    fn declare_wrongly(&mut self) {
        let activity =
            self.book.chance.one_of([Activity::Calibration, Activity::Testing, Activity::Eoc, Activity::Engineering]);
        let (idle, length) = (self.overhead(), self.pi_seconds());
        self.good(idle, length);
        if let Some(array) = &mut self.array {
            array.declared = Some(activity);
        }
    }

    /// A new PI science array that calibrates for over an hour, or for exactly so long.
    fn only_calibrations(&mut self, total: Option<i64>) {
        self.dissolve(self.cursor);
        self.recreated = true;
        let idle = self.book.chance.whole(GAP_MIN_S, 900);
        let total = total.unwrap_or_else(|| self.book.chance.whole(3_600, 5_400));
        let first = self.after(idle);
        self.calibrate(idle, 1_200);
        let id = self.array.as_mut().map(|array| {
            array.declared = Some(Activity::PiScience);
            array.id.to_string()
        });
        let overheads = [self.overhead(), self.overhead()];
        self.calibrate(overheads[0], 1_200);
        self.calibrate(overheads[1], total - 2_400);
        let (kind, span) = (FindingType::ArrayWithWrongActivity, Some(Span::between(first, self.cursor)));
        let ids = [id.as_deref().unwrap_or_default()];
        if total >= 3_600 {
            let shift = self.shift.logged.id.clone();
            self.book.plant(kind, Some(self.family), Some(&shift), &ids, span);
        } else {
            self.near_miss("a PI science array with 3,599 s of calibrations", kind, &ids);
        }
        self.dissolve(self.cursor);
        self.recreated = true;
        let (idle, length) = (self.book.chance.whole(150, 900), self.pi_seconds());
        self.good(idle, length);
    }

    fn calibrate(&mut self, idle: i64, seconds: i64) {
        let mut execution = self.book.calibration(self.family, self.after(idle));
        execution.status = Status::Success;
        self.execute(idle, seconds, execution);
    }

    fn flag(&mut self, purpose: Purpose) {
        let (idle, seconds) = (self.overhead(), self.pi_seconds());
        let start = self.after(idle);
        let mut execution = self.good_execution(start);
        if purpose == Purpose::Pi {
            let observatory = self.book.calibration(self.family, start);
            (execution.project_code, execution.sb_uid, execution.sb_name) =
                (observatory.project_code, String::new(), String::new());
        }
        execution.purpose = purpose;
        let id = execution.id.clone();
        self.execute(idle, seconds, execution);
        let shift = self.shift.logged.id.clone();
        let span = Some(Span::between(start, self.cursor));
        self.book.plant(FindingType::WrongCalibrationTestFlag, Some(self.family), Some(&shift), &[id.as_str()], span);
        // A PI execution on the same array, so that its declaration stays true.
        let (idle, length) = (self.overhead(), self.pi_seconds());
        self.good(idle, length);
    }

    fn idle_before_test(&mut self) {
        let (idle, seconds) = (self.overhead(), self.pi_seconds());
        self.good(idle, seconds);
        let idle = self.book.chance.whole(GAP_MIN_S, 1_500);
        let execution = self.book.test(self.family, self.after(idle));
        let seconds = self.book.chance.whole(SHORT_S.0, SHORT_S.1);
        self.execute(idle, seconds, execution);
    }

    fn idle_after(&mut self, status: Status) {
        let (idle, seconds) = (self.overhead(), self.pi_seconds());
        let mut execution = self.good_execution(self.after(idle));
        (execution.status, execution.qa0) = (status, Some(Qa0::Fail));
        self.execute(idle, seconds, execution);
        let (idle, length) = (self.book.chance.whole(GAP_MIN_S, 2_400), self.pi_seconds());
        self.good(idle, length);
    }

    fn idle_exactly(&mut self, seconds: i64) {
        let (idle, length) = (self.overhead(), self.pi_seconds());
        let left = self.good(idle, length);
        let length = self.pi_seconds();
        let right = self.good(seconds, length);
        if seconds < GAP_MIN_S {
            self.near_miss("an idle run of 299 s", FindingType::Other, &[left.as_str(), right.as_str()]);
        }
    }

    /// The next array exists for so many seconds when the idle run begins: beyond 60 s it is no recreation.
    fn create_before_the_gap(&mut self, seconds: i64) {
        let (idle, length) = (self.overhead(), self.pi_seconds());
        let left = self.good(idle, length);
        self.dissolve(self.cursor);
        self.recreated = seconds <= 60;
        self.make_array(self.after(-seconds));
        let (idle, length) = (self.book.chance.whole(GAP_MIN_S, 1_200), self.pi_seconds());
        let right = self.good(idle, length);
        if seconds > 60 {
            let what = "an array that was created 61 s before the idle run";
            self.near_miss(what, FindingType::ArrayRecreation, &[left.as_str(), right.as_str()]);
        }
    }

    pub(super) fn near_miss(&mut self, what: &'static str, kind: FindingType, ids: &[&str]) {
        self.book.near_misses.push(NearMiss {
            what,
            kind,
            family: Some(self.family),
            shift: Some(self.shift.logged.id.clone()),
            ids: ids.iter().map(|&id| id.to_owned()).collect(),
        });
    }
}
